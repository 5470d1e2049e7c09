//! What black and white are among 8-bit samples.

use crate::{Plane, Planes};

/// Which of the 256 values samples use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Range {
    /// All of them: JPEG.
    Full,
    /// 16 to 235 for luma, 16 to 240 for chroma: lossy WebP.
    Limited,
}

impl Planes {
    /// Maps samples of one range to the same in the other.
    pub fn map_range(&mut self, from: Range, to: Range) {
        let (luma, chroma) = match (from, to) {
            (Range::Full, Range::Full) | (Range::Limited, Range::Limited) => return,
            (Range::Full, Range::Limited) => (Map::between((0, 255), (16, 235)), Map::between((0, 256), (16, 240))),
            (Range::Limited, Range::Full) => (Map::between((16, 235), (0, 255)), Map::between((16, 240), (0, 256))),
        };
        luma.apply(&mut self.luma);
        self.chroma.iter_mut().flatten().for_each(|plane| chroma.apply(plane));
    }
}

/// A straight line through the 256 values.
struct Map([u8; 256]);

impl Map {
    fn between(from: (i32, i32), to: (i32, i32)) -> Self {
        let (length, wanted) = (from.1 - from.0, to.1 - to.0);
        Self(std::array::from_fn(|sample| {
            let sample = i32::try_from(sample).expect("a byte");
            let mapped = ((sample - from.0) * wanted + length / 2).div_euclid(length) + to.0;
            super::limited(mapped)
        }))
    }

    fn apply(&self, plane: &mut Plane) {
        for y in 0..plane.height() {
            plane.row_mut(y).iter_mut().for_each(|sample| *sample = self.0[usize::from(*sample)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all_values() -> Planes {
        let mut plane = Plane::new(256, 1);
        plane.row_mut(0).iter_mut().zip(0..=255).for_each(|(sample, value)| *sample = value);
        Planes { luma: plane.clone(), chroma: Some([plane.clone(), plane]) }
    }

    #[test]
    fn black_white_and_no_colour_are_what_they_were() {
        let mut planes = all_values();
        planes.map_range(Range::Full, Range::Limited);
        let chroma = &planes.chroma.as_ref().unwrap()[1];
        assert_eq!((planes.luma.row(0)[0], planes.luma.row(0)[255]), (16, 235));
        assert_eq!((chroma.row(0)[0], chroma.row(0)[128], chroma.row(0)[255]), (16, 128, 239));
        planes.map_range(Range::Limited, Range::Full);
        let chroma = &planes.chroma.as_ref().unwrap()[0];
        for value in 0..=255u8 {
            assert!(planes.luma.row(0)[usize::from(value)].abs_diff(value) <= 1, "luma {value}");
            assert!(chroma.row(0)[usize::from(value)].abs_diff(value) <= 1, "chroma {value}");
        }
        assert_eq!((planes.luma.row(0)[0], planes.luma.row(0)[255], chroma.row(0)[128]), (0, 255, 128));
    }

    #[test]
    fn values_outside_the_limits_are_limited() {
        let mut planes = all_values();
        planes.map_range(Range::Limited, Range::Full);
        assert_eq!((planes.luma.row(0)[3], planes.luma.row(0)[250]), (0, 255));
    }

    #[test]
    fn the_same_range_is_left_alone() {
        let mut planes = all_values();
        planes.map_range(Range::Limited, Range::Limited);
        assert_eq!(planes, all_values());
    }
}
