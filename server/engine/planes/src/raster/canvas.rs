//! Parts of a picture, and a picture as a part of a larger one.

use crate::{Channels, Raster};

impl Raster {
    /// The part of this size whose first pixel is at `left`, `top`.
    ///
    /// # Panics
    /// When it reaches outside.
    #[must_use]
    pub fn cut(&self, left: usize, top: usize, width: usize, height: usize) -> Self {
        let count = self.channels.count();
        let mut part = Self::new(self.channels, width, height);
        for y in 0..height {
            part.row_mut(y).copy_from_slice(&self.row(top + y)[left * count..(left + width) * count]);
        }
        part
    }

    /// A picture of one colour.
    ///
    /// # Panics
    /// When the ink has not as many samples as a pixel.
    #[must_use]
    pub fn filled(channels: Channels, width: usize, height: usize, ink: &[u8]) -> Self {
        assert_eq!(ink.len(), channels.count(), "samples of the ink");
        Self::of(ink.repeat(width).repeat(height), channels, width, height)
    }

    /// The picture on a canvas of this size, whose other pixels are `ink`; its first pixel is at `left`, `top`.
    ///
    /// # Panics
    /// When it reaches outside, or the ink has not as many samples as a pixel.
    #[must_use]
    pub fn on_canvas(&self, (left, top): (usize, usize), (width, height): (usize, usize), ink: &[u8]) -> Self {
        let count = self.channels.count();
        let mut canvas = Self::filled(self.channels, width, height, ink);
        for y in 0..self.height {
            canvas.row_mut(top + y)[left * count..][..self.width * count].copy_from_slice(self.row(y));
        }
        canvas
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(channels: Channels, width: usize, height: usize) -> Raster {
        let samples = (0..width * height * channels.count()).map(|at| u8::try_from(at).expect("a byte"));
        Raster::of(samples.collect(), channels, width, height)
    }

    #[test]
    fn what_is_cut_out_fits_where_it_was() {
        let raster = numbered(Channels::GreyAlpha, 5, 4);
        let part = raster.cut(1, 2, 3, 1);
        assert_eq!(part, Raster::of(vec![22, 23, 24, 25, 26, 27], Channels::GreyAlpha, 3, 1));
        assert_eq!(raster.cut(0, 0, 5, 4), raster);
    }

    #[test]
    fn ink_is_all_around() {
        let grey = numbered(Channels::Grey, 2, 2).on_canvas((1, 1), (4, 4), &[9]);
        assert_eq!(grey.samples(), [9, 9, 9, 9, 9, 0, 1, 9, 9, 2, 3, 9, 9, 9, 9, 9]);
        let whole = numbered(Channels::Rgba, 3, 2);
        assert_eq!(whole.on_canvas((0, 0), (3, 2), &[1, 2, 3, 4]), whole);
        let placed = whole.on_canvas((4, 0), (7, 5), &[1, 2, 3, 4]);
        assert_eq!(placed.cut(4, 0, 3, 2), whole);
        assert_eq!(placed.cut(3, 2, 1, 1).samples(), [1, 2, 3, 4]);
    }
}
