//! A picture as encoders take it.

use crate::{
    Error,
    vips::{BandFormat, Image},
};
use darkroom_planes::{Plane, Planes, Subsampling};

/// A picture that is ready to be written.
pub(crate) enum Pixels {
    /// Grey or RGB, with alpha or without, with the metadata that may go out; of an animation, all frames on top of
    /// each other.
    Image(Image),
    /// Without alpha, upright, with the profile that belongs to it where it is not sRGB.
    Planes { planes: Planes, profile: Option<Vec<u8>> },
}

impl Pixels {
    /// The same, computed: what reads it several times computes it once.
    pub(crate) fn in_memory(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Image(image) => Self::Image(image.in_memory()?),
            planes @ Self::Planes { .. } => planes,
        })
    }
}

/// The planes of an 8-bit image, and its alpha.
pub(super) fn planes_of(image: &Image, subsampling: Subsampling) -> Result<(Planes, Option<Plane>), Error> {
    debug_assert_eq!(image.band_format(), BandFormat::Uchar);
    let (width, height, bands) = (image.width() as usize, image.height() as usize, image.bands() as usize);
    let pixels = image.to_memory()?;
    Ok(darkroom_planes::from_pixels(&pixels, width, height, bands, subsampling))
}
