//! A picture as encoders take it.

use super::colour::PROFILE;
use crate::{
    Error,
    vips::{BandFormat, Image},
};
use bytes::Bytes;
use darkroom_planes::{Channels, Planes, Raster};
use std::{rc::Rc, sync::Arc};

/// A picture that is ready to be written.
pub(crate) enum Pixels {
    /// Grey or RGB, with alpha or without, with the metadata that may go out; of an animation, all frames on top of
    /// each other.
    Image(Image),
    /// The same of a still without metadata.
    Raster(Tagged),
    /// Without alpha, upright, with the profile that belongs to it where it is not sRGB.
    Planes { planes: Rc<Planes>, profile: Option<Vec<u8>> },
}

impl Pixels {
    /// The same, computed: what reads it several times computes it once.
    pub(crate) fn in_memory(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Image(image) => Self::Image(image.in_memory()?),
            held @ (Self::Raster(_) | Self::Planes { .. }) => held,
        })
    }
}

/// Upright pixels of 8 bits that lie in memory, and what is said of them. Cloning copies no pixels.
#[derive(Debug, Clone)]
pub(crate) struct Tagged {
    pub(crate) raster: Arc<Raster>,
    pub(crate) tags: Tags,
}

/// What is said of pixels.
#[derive(Debug, Clone)]
pub(crate) struct Tags {
    /// What the colours mean, where that is not sRGB.
    pub(crate) profile: Option<Arc<[u8]>>,
    /// Pixels per inch, by what libvips assumes where a file does not say.
    pub(crate) density: f64,
}

impl Default for Tags {
    fn default() -> Self {
        // As libvips has it: one pixel per millimetre.
        Self { profile: None, density: 25.4 }
    }
}

impl Tagged {
    /// The pixels of an image, and what it says beside them.
    pub(super) fn of(image: &Image) -> Result<Self, Error> {
        let bytes = if image.band_format() == BandFormat::Uchar { image.clone() } else { image.cast_uchar()? };
        let channels = match image.bands() {
            1 => Channels::Grey,
            2 => Channels::GreyAlpha,
            3 => Channels::Rgb,
            4 => Channels::Rgba,
            bands => return Err(Error::Internal(format!("a result of {bands} bands"))),
        };
        let samples = bytes.to_memory()?.to_vec();
        let raster = Raster::of(samples, channels, image.width() as usize, image.height() as usize);
        let profile = image.get_blob(PROFILE).map(Arc::from);
        Ok(Self { raster: Arc::new(raster), tags: Tags { profile, density: image.density() } })
    }

    /// As an image of libvips, which reads these very pixels.
    pub(crate) fn image(&self) -> Result<Image, Error> {
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let raster = &self.raster;
        let (width, height) = (number(raster.width()), number(raster.height()));
        let samples = Bytes::from_owner(Samples(Arc::clone(raster)));
        let image = Image::from_memory(samples, width, height, number(raster.channels().count()))?;
        let image = match &self.tags.profile {
            None => image,
            Some(profile) => image.edit_metadata(|edit| {
                edit.set_blob(PROFILE, profile);
            })?,
        };
        let density = self.tags.density / 25.4; // libvips counts in pixels per millimetre
        Ok(image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?)
    }
}

struct Samples(Arc<Raster>);

impl AsRef<[u8]> for Samples {
    fn as_ref(&self) -> &[u8] {
        self.0.samples()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_the_pixels_of_a_raster_and_what_is_said_of_them() {
        for channels in [Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba] {
            let samples = (0..5 * 3 * channels.count()).map(|at| u8::try_from(at * 4).expect("a byte"));
            let raster = Arc::new(Raster::of(samples.collect(), channels, 5, 3));
            let tags = Tags { profile: Some(Arc::from(&[7; 300][..])), density: 300.0 };
            let image = Tagged { raster: Arc::clone(&raster), tags }.image().expect("an image");
            assert_eq!((image.width(), image.height(), image.has_alpha()), (5, 3, channels.has_alpha()));
            let back = Tagged::of(&image).expect("pixels");
            assert_eq!(back.raster, raster);
            assert_eq!(back.tags.profile.as_deref(), Some(&[7; 300][..]));
            assert!((back.tags.density - 300.0).abs() < 1e-9);
        }
    }
}
