//! A picture as encoders take it.

use super::colour::PROFILE;
use crate::{
    Error,
    vips::{BandFormat, Image},
};
use darkroom_planes::{Channels, Plane, Planes, Raster, Subsampling};
use std::rc::Rc;

/// A picture that is ready to be written.
pub(crate) enum Pixels {
    /// Grey or RGB, with alpha or without, with the metadata that may go out; of an animation, all frames on top of
    /// each other.
    Image(Image),
    /// Without alpha, upright, with the profile that belongs to it where it is not sRGB.
    Planes { planes: Rc<Planes>, profile: Option<Vec<u8>> },
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
    let channels = match (image.band_format(), image.bands()) {
        (BandFormat::Uchar, 1) => Channels::Grey,
        (BandFormat::Uchar, 2) => Channels::GreyAlpha,
        (BandFormat::Uchar, 3) => Channels::Rgb,
        (BandFormat::Uchar, 4) => Channels::Rgba,
        (format, bands) => return Err(Error::Internal(format!("a result of {bands} bands of {format:?}"))),
    };
    let raster = Raster::of(image.to_memory()?.to_vec(), channels, image.width() as usize, image.height() as usize);
    Ok((raster.to_planes(subsampling), raster.alpha()))
}

/// Pixels as an image of libvips; a profile says what their colours mean.
pub(crate) fn image_of(raster: Raster, profile: Option<&[u8]>) -> Result<Image, Error> {
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (width, height, bands) = (number(raster.width()), number(raster.height()), number(raster.channels().count()));
    let image = Image::from_memory(raster.into_samples().into(), width, height, bands)?;
    match profile {
        None => Ok(image),
        Some(profile) => Ok(image.edit_metadata(|edit| {
            edit.set_blob(PROFILE, profile);
        })?),
    }
}
