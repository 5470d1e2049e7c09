//! Turns pixels by right angles, and mirrors them.

use crate::{Channels, Orientation, Raster};

impl Raster {
    /// The picture as it is to be looked at when it is stored so.
    #[must_use]
    pub fn turned(&self, orientation: Orientation) -> Self {
        match self.channels {
            Channels::Grey => self.turned_by::<1>(orientation),
            Channels::GreyAlpha => self.turned_by::<2>(orientation),
            Channels::Rgb => self.turned_by::<3>(orientation),
            Channels::Rgba => self.turned_by::<4>(orientation),
        }
    }

    fn turned_by<const N: usize>(&self, orientation: Orientation) -> Self {
        let (transpose, mirror, flip) = orientation.parts();
        let (width, height) = if transpose { (self.height, self.width) } else { (self.width, self.height) };
        let mut output = Self::new(self.channels, width, height);
        let from = self.samples.as_chunks::<N>().0;
        for y in 0..height {
            let to = output.row_mut(y).as_chunks_mut::<N>().0;
            let line = if flip { height - 1 - y } else { y };
            if transpose {
                let column = from[line..].iter().step_by(self.width);
                to.iter_mut().zip(column).for_each(|(to, from)| *to = *from);
            } else {
                to.copy_from_slice(&from[line * width..][..width]);
            }
            if mirror {
                to.reverse();
            }
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Plane;

    /// As planes turn, channel by channel.
    #[test]
    fn pixels_turn_as_planes_do() {
        for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba] {
            let count = channels.count();
            let samples = (0..7 * 4 * count).map(|at| u8::try_from(at * 5 % 256).expect("a byte"));
            let raster = Raster::of(samples.collect(), channels, 7, 4);
            for number in 1..=8 {
                let orientation = Orientation::of(number).expect("one of eight");
                let turned = raster.turned(orientation);
                for channel in 0..count {
                    let plane = |raster: &Raster| {
                        let mut plane = Plane::new(raster.width(), raster.height());
                        let samples = raster.samples().iter().skip(channel).step_by(count);
                        plane.samples_mut().iter_mut().zip(samples).for_each(|(to, from)| *to = *from);
                        plane
                    };
                    let mut expected = Plane::default();
                    plane(&raster).turn(orientation, &mut expected);
                    assert_eq!(plane(&turned), expected, "{channels:?} {number}");
                }
            }
        }
    }
}
