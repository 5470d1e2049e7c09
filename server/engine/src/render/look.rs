//! What a picture is like, as far as the choice of a format depends on it.

use crate::{
    Error,
    codecs::{Indexed, MAX_COLOURS},
    frame::Frame,
    vips::BandFormat,
};

/// Pixels up to which a picture is looked at: that of the largest frame that is held in memory anyway.
/// What is larger is taken for a photo.
const LOOKED_AT_PIXELS: u64 = 16_000_000;

/// The share of pixels that equal their left neighbour, from which on a picture is a drawing. In eight of
/// nine photos fewer than half do, mostly under a tenth; the ninth is an almost empty sky. In diagrams, flags
/// and scanned text it is 0.75 to 1.
const DRAWING: f64 = 0.5;

/// What a look at every pixel shows.
#[derive(Debug, PartialEq)]
pub(super) struct Look {
    /// The picture in numbers of colours, when it has at most 256.
    pub(super) few_colours: Option<Indexed>,
    /// Made of areas of one colour, as photos are not.
    pub(super) drawing: bool,
    /// No pixel is transparent.
    pub(super) opaque: bool,
}

impl Look {
    /// Looks at a picture whose pixels lie in memory; `None` when it is too large or not of 8 bits in three
    /// bands and alpha.
    pub(super) fn at(frame: &Frame) -> Result<Option<Self>, Error> {
        if !is_small_enough(frame) {
            return Ok(None);
        }
        let width = usize::try_from(frame.width()).unwrap_or(1).max(1);
        match frame {
            Frame::Raster(tagged) => {
                let raster = &tagged.raster;
                Ok(Self::of(raster.samples(), raster.channels().count(), width))
            }
            Frame::Image(image) if image.band_format() == BandFormat::Uchar => {
                Ok(Self::of(&image.to_memory()?, usize::try_from(image.bands()).unwrap_or(0), width))
            }
            Frame::Image(_) => Ok(None),
        }
    }

    fn of(pixels: &[u8], bands: usize, width: usize) -> Option<Self> {
        if !matches!(bands, 3 | 4) {
            return None;
        }
        let mut colours = Colours::new(pixels.len() / bands);
        let (mut equal, mut opaque) = (0, true);
        for row in pixels.chunks(width * bands) {
            let (repeated, hides) = if bands == 3 {
                let row = row.as_chunks().0;
                colours.count_row(row, |[red, green, blue]: [u8; 3]| [red, green, blue, 255]);
                (repeated(row), true)
            } else {
                let row = row.as_chunks().0;
                colours.count_row(row, |colour: [u8; 4]| colour);
                (repeated(row), row.iter().fold(255, |all, pixel| all & pixel[3]) == 255)
            };
            equal += repeated;
            opaque &= hides;
        }
        #[allow(clippy::cast_precision_loss)] // pixels that were looked at
        let drawing = f64::from(equal) >= DRAWING * (pixels.len() / bands) as f64;
        Some(Self { few_colours: colours.indexed(width), drawing, opaque })
    }
}

/// Whether [`Look::at`] would look.
pub(super) fn is_small_enough(frame: &Frame) -> bool {
    u64::from(frame.width()) * u64::from(frame.height()) <= LOOKED_AT_PIXELS
}

/// How many pixels of a row equal their left neighbour.
fn repeated<const BANDS: usize>(row: &[[u8; BANDS]]) -> u32 {
    row.iter().zip(row.iter().skip(1)).map(|(left, pixel)| u32::from(left == pixel)).sum()
}

/// The colours seen so far, until they are too many.
struct Colours {
    seen: Vec<[u8; 4]>,
    /// Numbers of colours by a digest of the colour, plus one; 0 is empty. Four times as long as needed, so
    /// that searches are short: one of the standard library is asked ten times slower.
    slots: [u16; SLOTS],
    /// `None` as soon as there are more than [`MAX_COLOURS`].
    indices: Option<Vec<u8>>,
}

const SLOTS: usize = 4 * MAX_COLOURS;

impl Colours {
    fn new(pixels: usize) -> Self {
        Self { seen: Vec::new(), slots: [0; SLOTS], indices: Some(Vec::with_capacity(pixels)) }
    }

    /// Of a photo, the first rows have too many colours already: what follows costs nothing.
    fn count_row<const BANDS: usize>(&mut self, row: &[[u8; BANDS]], colour: impl Fn([u8; BANDS]) -> [u8; 4]) {
        let Some(mut indices) = self.indices.take() else {
            return;
        };
        let mut last = None;
        for pixel in row {
            let number = match last {
                Some((left, number)) if left == pixel => Some(number),
                _ => self.number(colour(*pixel)),
            };
            let Some(number) = number else {
                return;
            };
            indices.push(number);
            last = Some((pixel, number));
        }
        self.indices = Some(indices);
    }

    /// The number of a colour, old or new; `None` when there is none left.
    fn number(&mut self, colour: [u8; 4]) -> Option<u8> {
        let digest = u32::from_le_bytes(colour).wrapping_mul(0x9E37_79B1) >> 16;
        let mut slot = usize::try_from(digest).ok()? % SLOTS;
        loop {
            match self.slots[slot].checked_sub(1) {
                Some(number) if self.seen[usize::from(number)] == colour => return u8::try_from(number).ok(),
                Some(_) => slot = (slot + 1) % SLOTS,
                None => break,
            }
        }
        let number = u8::try_from(self.seen.len()).ok()?;
        self.slots[slot] = u16::from(number) + 1;
        self.seen.push(colour);
        Some(number)
    }

    fn indexed(self, width: usize) -> Option<Indexed> {
        Some(Indexed { width, colours: self.seen, indices: self.indices? })
    }
}

#[cfg(test)]
mod tests {
    use super::{Indexed, Look};
    use crate::{frame::Frame, vips::Image};
    use bytes::Bytes;

    #[track_caller]
    fn look(pixels: &[[u8; 4]], width: u32) -> Look {
        let height = u32::try_from(pixels.len()).expect("few") / width;
        let image = Image::from_memory(Bytes::from(pixels.concat()), width, height, 4).expect("an image");
        Look::at(&Frame::Image(image)).expect("pixels").expect("small, of a known kind")
    }

    #[test]
    fn colours_are_counted_exactly() {
        let (red, clear) = ([255, 0, 0, 255], [0, 0, 0, 0]);
        let seen = look(&[red, red, clear, red, clear, clear], 3);
        let expected = Indexed { width: 3, colours: vec![red, clear], indices: vec![0, 0, 1, 0, 1, 1] };
        assert_eq!(seen, Look { few_colours: Some(expected), drawing: false, opaque: false });

        let shades = |count: u16| -> Vec<[u8; 4]> {
            (0..count).map(|number| [number.to_be_bytes()[0], number.to_be_bytes()[1], 7, 255]).collect()
        };
        let full = look(&shades(256), 16).few_colours.expect("as many as a palette holds");
        assert_eq!((full.colours.len(), full.indices.len()), (256, 256));
        assert_eq!(look(&shades(272), 16).few_colours, None);
    }

    #[test]
    fn areas_of_one_colour_make_a_drawing() {
        let stripes = |length: usize| -> Vec<[u8; 4]> {
            (0..64).map(|at| if (at / length).is_multiple_of(2) { [0, 0, 0, 255] } else { [255; 4] }).collect()
        };
        assert!(look(&stripes(4), 16).drawing);
        assert!(!look(&stripes(1), 16).drawing);
        assert!(look(&stripes(4), 16).opaque);
    }

    #[test]
    fn grey_pictures_and_deep_ones_are_not_looked_at() {
        let grey = Image::from_memory(Bytes::from(vec![7; 16]), 4, 4, 1).expect("an image");
        assert_eq!(Look::at(&Frame::Image(grey)), Ok(None));
    }
}
