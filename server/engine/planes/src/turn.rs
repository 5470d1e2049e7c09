//! Turns planes by right angles, and mirrors them.

use crate::{Plane, Planes};

/// How a picture is stored, by the numbers and names of the EXIF standard: where its first row and its first column
/// belong when it is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Orientation {
    /// 1: as it is looked at.
    #[default]
    TopLeft,
    /// 2: mirrored left to right.
    TopRight,
    /// 3: turned by 180°.
    BottomRight,
    /// 4: mirrored top to bottom.
    BottomLeft,
    /// 5: rows are columns.
    LeftTop,
    /// 6: to be turned by 90° clockwise.
    RightTop,
    /// 7: rows are columns, and turned by 180°.
    RightBottom,
    /// 8: to be turned by 90° counter-clockwise.
    LeftBottom,
}

impl Orientation {
    /// The orientation of a number, if the standard has it.
    pub fn of(number: u8) -> Option<Self> {
        Some(match number {
            1 => Self::TopLeft,
            2 => Self::TopRight,
            3 => Self::BottomRight,
            4 => Self::BottomLeft,
            5 => Self::LeftTop,
            6 => Self::RightTop,
            7 => Self::RightBottom,
            8 => Self::LeftBottom,
            _ => return None,
        })
    }

    /// Whether width and height change places.
    pub fn swaps_axes(self) -> bool {
        self.parts().0
    }

    /// What is to be done, in this order: rows become columns, left and right change places, top and bottom do.
    pub(crate) fn parts(self) -> (bool, bool, bool) {
        match self {
            Self::TopLeft => (false, false, false),
            Self::TopRight => (false, true, false),
            Self::BottomRight => (false, true, true),
            Self::BottomLeft => (false, false, true),
            Self::LeftTop => (true, false, false),
            Self::RightTop => (true, true, false),
            Self::RightBottom => (true, true, true),
            Self::LeftBottom => (true, false, true),
        }
    }
}

impl Plane {
    /// Writes the plane as it is to be looked at when it is stored so. The size of `output` becomes what it must.
    pub fn turn(&self, orientation: Orientation, output: &mut Plane) {
        let (transpose, mirror, flip) = orientation.parts();
        let (width, height) = (self.width(), self.height());
        if transpose {
            output.reset(height, width, height);
            self.transpose(mirror, flip, output);
            return;
        }
        output.reset(width, height, width);
        for y in 0..height {
            let to = output.row_mut(if flip { height - 1 - y } else { y });
            to.copy_from_slice(self.row(y));
            if mirror {
                to.reverse();
            }
        }
    }

    /// Rows become columns in blocks of 8 × 8, so that a line of cache is used up before it is lost.
    fn transpose(&self, mirror: bool, flip: bool, output: &mut Plane) {
        let (width, height) = (self.width(), self.height());
        for top in (0..height).step_by(8) {
            for left in (0..width).step_by(8) {
                let (columns, rows) = ((width - left).min(8), (height - top).min(8));
                let mut block = [0; 8];
                for (y, lines) in block[..rows].iter_mut().enumerate() {
                    *lines = read(&self.row(top + y)[left..][..columns]);
                }
                // Turned around here, each row of the output needs no care of its own.
                if mirror {
                    block[..rows].reverse();
                }
                let block = transposed(block);
                for (x, samples) in block[..columns].iter().enumerate() {
                    let y = if flip { width - 1 - left - x } else { left + x };
                    let at = if mirror { height - top - rows } else { top };
                    write(*samples, &mut output.row_mut(y)[at..][..rows]);
                }
            }
        }
    }
}

impl Planes {
    /// As [`Plane::turn`] for each plane.
    ///
    /// Chroma that is subsampled along an axis of odd length then begins half a sample of luma from where it should
    /// if that axis is mirrored. Whoever minds resamples to even sizes.
    pub fn turn(&self, orientation: Orientation, output: &mut Planes) {
        self.luma.turn(orientation, &mut output.luma);
        match &self.chroma {
            Some(chroma) => {
                let outputs = output.chroma.get_or_insert_default();
                chroma.iter().zip(outputs).for_each(|(plane, output)| plane.turn(orientation, output));
            }
            None => output.chroma = None,
        }
    }
}

/// Up to eight samples as a number, the first in the lowest byte.
fn read(samples: &[u8]) -> u64 {
    if let Ok(samples) = samples.try_into() {
        return u64::from_le_bytes(samples);
    }
    samples.iter().rev().fold(0, |number, sample| number << 8 | u64::from(*sample))
}

/// The other way round.
fn write(number: u64, samples: &mut [u8]) {
    let bytes = number.to_le_bytes();
    match <&mut [u8; 8]>::try_from(&mut *samples) {
        // A copy of a length that the compiler knows is one instruction; any other is a call.
        Ok(samples) => *samples = bytes,
        Err(_) => samples.copy_from_slice(&bytes[..samples.len()]),
    }
}

/// Eight rows of eight bytes as columns: halves change places, then quarters within them, then single bytes.
fn transposed(mut rows: [u64; 8]) -> [u64; 8] {
    for (distance, mask) in [(4, 0x0000_0000_ffff_ffff), (2, 0x0000_ffff_0000_ffff), (1, 0x00ff_00ff_00ff_00ff)] {
        for upper in (0..8).filter(|row| row & distance == 0) {
            let lower = upper + distance;
            let shift = 8 * distance;
            let swapped = ((rows[upper] >> shift) ^ rows[lower]) & mask;
            rows[upper] ^= swapped << shift;
            rows[lower] ^= swapped;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(rows: &[&[u8]]) -> Plane {
        let mut plane = Plane::new(rows[0].len(), rows.len());
        rows.iter().enumerate().for_each(|(y, row)| plane.row_mut(y).copy_from_slice(row));
        plane
    }

    fn turned(plane: &Plane, number: u8) -> Plane {
        let mut output = Plane::default();
        plane.turn(Orientation::of(number).unwrap(), &mut output);
        output
    }

    #[test]
    fn orientations_are_those_of_the_standard() {
        // What is to be looked at, and how a camera stores it.
        let upright = plane(&[&[1, 2, 3], &[4, 5, 6]]);
        for (number, stored) in [
            (1, plane(&[&[1, 2, 3], &[4, 5, 6]])),
            (2, plane(&[&[3, 2, 1], &[6, 5, 4]])),
            (3, plane(&[&[6, 5, 4], &[3, 2, 1]])),
            (4, plane(&[&[4, 5, 6], &[1, 2, 3]])),
            (5, plane(&[&[1, 4], &[2, 5], &[3, 6]])),
            (6, plane(&[&[3, 6], &[2, 5], &[1, 4]])),
            (7, plane(&[&[6, 3], &[5, 2], &[4, 1]])),
            (8, plane(&[&[4, 1], &[5, 2], &[6, 3]])),
        ] {
            assert_eq!(turned(&stored, number), upright, "{number}");
            assert_eq!(Orientation::of(number).unwrap().swaps_axes(), number >= 5);
        }
        assert_eq!((Orientation::of(0), Orientation::of(9)), (None, None));
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "any byte will do")]
    fn every_sample_of_any_size_finds_its_place() {
        for (width, height) in [(1, 1), (8, 8), (7, 17), (16, 9), (33, 40), (1, 30), (30, 1)] {
            let mut source = Plane::default();
            source.reset(width, height, width + 3);
            for y in 0..height {
                source.row_mut(y).iter_mut().enumerate().for_each(|(x, sample)| *sample = (x * 31 + y * 57) as u8);
            }
            for (number, place) in [
                (5, &(|x, y| (y, x)) as &dyn Fn(usize, usize) -> (usize, usize)),
                (6, &|x, y| (height - 1 - y, x)),
                (7, &|x, y| (height - 1 - y, width - 1 - x)),
                (8, &|x, y| (y, width - 1 - x)),
                (3, &|x, y| (width - 1 - x, height - 1 - y)),
            ] {
                let output = turned(&source, number);
                for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
                    let (to_x, to_y) = place(x, y);
                    assert_eq!(output.row(to_y)[to_x], source.row(y)[x], "{width}x{height} {number}: {x} {y}");
                }
            }
        }
    }

    #[test]
    fn all_planes_of_a_picture_turn() {
        let chroma = || plane(&[&[7], &[8]]);
        let source = Planes { luma: plane(&[&[1, 2], &[3, 4], &[5, 6]]), chroma: Some([chroma(), chroma()]) };
        let mut output = Planes::default();
        source.turn(Orientation::RightTop, &mut output);
        assert_eq!(output.luma, plane(&[&[5, 3, 1], &[6, 4, 2]]));
        assert_eq!(output.chroma.unwrap()[1], plane(&[&[8, 7]]));
    }
}
