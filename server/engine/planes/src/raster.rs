//! Pixels whose samples lie side by side.

mod blend;
mod canvas;
mod turn;

/// What the samples of a pixel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channels {
    /// Luma alone.
    Grey,
    /// Luma and alpha.
    GreyAlpha,
    /// Red, green and blue.
    Rgb,
    /// Red, green, blue and alpha.
    Rgba,
}

impl Channels {
    /// Samples, that is bytes, of a pixel.
    pub fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }

    /// Whether the last sample of a pixel is alpha.
    pub fn has_alpha(self) -> bool {
        match self {
            Self::Grey | Self::Rgb => false,
            Self::GreyAlpha | Self::Rgba => true,
        }
    }
}

/// A picture of 8-bit sRGB pixels in rows without gaps. Colours are straight, not multiplied by alpha.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    samples: Vec<u8>,
    channels: Channels,
    width: usize,
    height: usize,
}

impl Raster {
    /// A raster of zeros.
    ///
    /// # Panics
    /// When it is larger than memory can be.
    pub fn new(channels: Channels, width: usize, height: usize) -> Self {
        let length = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels.count()));
        let samples = vec![0; length.expect("a raster that fits the address space")];
        Self { samples, channels, width, height }
    }

    /// A raster of samples that are there already.
    ///
    /// # Panics
    /// When they are not `width × height` pixels.
    pub fn of(samples: Vec<u8>, channels: Channels, width: usize, height: usize) -> Self {
        let length = width.checked_mul(height).and_then(|pixels| pixels.checked_mul(channels.count()));
        assert_eq!(Some(samples.len()), length, "samples of {width} × {height} pixels");
        Self { samples, channels, width, height }
    }

    /// What the samples of a pixel are.
    pub fn channels(&self) -> Channels {
        self.channels
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// All samples, row by row.
    pub fn samples(&self) -> &[u8] {
        &self.samples
    }

    /// All samples, and nothing else.
    pub fn into_samples(self) -> Vec<u8> {
        self.samples
    }

    /// One row.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row(&self, y: usize) -> &[u8] {
        let length = self.width * self.channels.count();
        &self.samples[y * length..][..length]
    }

    /// One row, to write.
    ///
    /// # Panics
    /// When there is no such row.
    pub fn row_mut(&mut self, y: usize) -> &mut [u8] {
        let length = self.width * self.channels.count();
        &mut self.samples[y * length..][..length]
    }

    /// Whether alpha may be dropped: there is none, or all of it is 255.
    pub fn is_opaque(&self) -> bool {
        let count = self.channels.count();
        !self.channels.has_alpha() || self.samples.chunks_exact(count).all(|pixel| pixel[count - 1] == 255)
    }

    /// The same picture with alpha: as it is if it has some, else opaque.
    #[must_use]
    pub fn with_alpha(self) -> Self {
        let (samples, channels) = match self.channels {
            Channels::GreyAlpha | Channels::Rgba => return self,
            Channels::Grey => (self.samples.iter().flat_map(|grey| [*grey, 255]).collect(), Channels::GreyAlpha),
            Channels::Rgb => {
                let mut samples = vec![255; self.samples.len() / 3 * 4];
                let pixels = samples.as_chunks_mut::<4>().0.iter_mut().zip(self.samples.as_chunks::<3>().0);
                pixels.for_each(|(to, [red, green, blue])| (to[0], to[1], to[2]) = (*red, *green, *blue));
                (samples, Channels::Rgba)
            }
        };
        Self { samples, channels, ..self }
    }

    /// The same picture in red, green and blue, and alpha if it has some.
    #[must_use]
    pub fn with_colours(self) -> Self {
        let (samples, channels) = match self.channels {
            Channels::Rgb | Channels::Rgba => return self,
            Channels::Grey => (self.samples.iter().flat_map(|grey| [*grey; 3]).collect(), Channels::Rgb),
            Channels::GreyAlpha => {
                let pixels = self.samples.as_chunks::<2>().0.iter();
                (pixels.flat_map(|[grey, alpha]| [*grey, *grey, *grey, *alpha]).collect(), Channels::Rgba)
            }
        };
        Self { samples, channels, ..self }
    }

    /// The same picture without alpha, whatever that was.
    #[must_use]
    pub fn without_alpha(self) -> Self {
        let (channels, count) = match self.channels {
            Channels::Grey | Channels::Rgb => return self,
            Channels::GreyAlpha => (Channels::Grey, 1),
            Channels::Rgba => (Channels::Rgb, 3),
        };
        let samples = self.samples.chunks_exact(count + 1).flat_map(|pixel| &pixel[..count]).copied().collect();
        Self { samples, channels, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_is_dropped_when_all_is_opaque() {
        let opaque = Raster::of(vec![1, 2, 3, 255, 4, 5, 6, 255], Channels::Rgba, 1, 2);
        assert!(opaque.is_opaque());
        assert_eq!(opaque.without_alpha(), Raster::of(vec![1, 2, 3, 4, 5, 6], Channels::Rgb, 1, 2));
        assert!(!Raster::of(vec![1, 255, 2, 254], Channels::GreyAlpha, 2, 1).is_opaque());
        assert!(Raster::new(Channels::Grey, 3, 2).is_opaque());
    }

    #[test]
    fn channels_are_added_where_they_are_missing() {
        let raster = |samples: &[u8], channels| Raster::of(samples.to_vec(), channels, 1, 2);
        let grey = raster(&[7, 9], Channels::Grey);
        assert_eq!(grey.clone().with_alpha(), raster(&[7, 255, 9, 255], Channels::GreyAlpha));
        assert_eq!(grey.clone().with_colours(), raster(&[7, 7, 7, 9, 9, 9], Channels::Rgb));
        let both = raster(&[7, 7, 7, 255, 9, 9, 9, 255], Channels::Rgba);
        assert_eq!(grey.clone().with_colours().with_alpha(), both);
        assert_eq!(grey.with_alpha().with_colours(), both);
        let clear = raster(&[1, 2, 3, 0, 4, 5, 6, 9], Channels::Rgba);
        assert_eq!(clear.clone().with_alpha().with_colours(), clear);
    }

    #[test]
    fn rows_follow_each_other() {
        let mut raster = Raster::new(Channels::GreyAlpha, 2, 2);
        raster.row_mut(1).copy_from_slice(&[1, 2, 3, 4]);
        assert_eq!(raster.row(1), [1, 2, 3, 4]);
        assert_eq!(raster.samples(), [0, 0, 0, 0, 1, 2, 3, 4]);
    }
}
