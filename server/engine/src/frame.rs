//! The pixels of one frame, in one of two forms.
//!
//! What a reader of our own gave lies in memory as a raster, and stays one through the steps that know rasters. Any
//! other step asks for an image of libvips, which begins as one that reads the raster; what such a step leaves is an
//! image to the end.

use crate::{
    Error,
    codecs::{Tagged, Tags},
    vips::{BandFormat, Image},
};
use darkroom_planes::Raster;
use std::sync::Arc;

/// One frame on its way through the pipeline.
#[derive(Debug, Clone)]
pub(crate) enum Frame {
    /// In memory: red, green and blue, and alpha where there is some.
    Raster(Tagged),
    /// Lazily computed, or in memory.
    Image(Image),
}

impl Frame {
    /// Pixels of sRGB of which nothing is said.
    pub(crate) fn of_raster(raster: Raster) -> Self {
        Self::Raster(Tagged { raster: Arc::new(raster), tags: Tags::default() })
    }

    /// The same in the form of another, with which it is to be mixed.
    pub(crate) fn in_the_form_of(self, other: &Self) -> Result<Self, Error> {
        match (self, other) {
            (frame @ Self::Raster(_), Self::Image(_)) => frame.image().map(Self::Image),
            (frame, _) => Ok(frame),
        }
    }

    /// Width in pixels.
    pub(crate) fn width(&self) -> u32 {
        match self {
            Self::Raster(tagged) => number(tagged.raster.width()),
            Self::Image(image) => image.width(),
        }
    }

    /// Height in pixels.
    pub(crate) fn height(&self) -> u32 {
        match self {
            Self::Raster(tagged) => number(tagged.raster.height()),
            Self::Image(image) => image.height(),
        }
    }

    pub(crate) fn has_alpha(&self) -> bool {
        match self {
            Self::Raster(tagged) => tagged.raster.channels().has_alpha(),
            Self::Image(image) => image.has_alpha(),
        }
    }

    /// Pixels per inch, by what libvips assumes where the file did not say.
    pub(crate) fn density(&self) -> f64 {
        match self {
            Self::Raster(tagged) => tagged.tags.density,
            Self::Image(image) => image.density(),
        }
    }

    /// For libvips.
    pub(crate) fn image(&self) -> Result<Image, Error> {
        match self {
            Self::Raster(tagged) => tagged.image(),
            Self::Image(image) => Ok(image.clone()),
        }
    }

    /// The same, computed.
    pub(crate) fn in_memory(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Raster(tagged) => Self::Raster(tagged),
            Self::Image(image) => Self::Image(image.in_memory()?),
        })
    }

    /// The pixels, where they are a raster.
    pub(crate) fn raster(&self) -> Option<&Arc<Raster>> {
        match self {
            Self::Raster(tagged) => Some(&tagged.raster),
            Self::Image(_) => None,
        }
    }

    /// The pixels, where they are a raster, to change.
    pub(crate) fn raster_mut(&mut self) -> Option<&mut Raster> {
        match self {
            Self::Raster(tagged) => Some(Arc::make_mut(&mut tagged.raster)),
            Self::Image(_) => None,
        }
    }

    /// Other pixels, of which the same is said.
    #[must_use]
    pub(crate) fn with_raster(self, raster: Raster) -> Self {
        let tags = match self {
            Self::Raster(tagged) => tagged.tags,
            Self::Image(image) => Tags { density: image.density(), ..Tags::default() },
        };
        Self::Raster(Tagged { raster: Arc::new(raster), tags })
    }

    /// Whether no pixel is transparent. Of an image, the pixels are computed: it should lie in memory.
    pub(crate) fn is_opaque(&self) -> Result<bool, Error> {
        match self {
            Self::Raster(tagged) => Ok(tagged.raster.is_opaque()),
            Self::Image(image) if !image.has_alpha() => Ok(true),
            Self::Image(image) => {
                let opaque = if image.band_format() == BandFormat::Ushort { 65_535.0 } else { 255.0 };
                let alpha = image.extract_bands(image.bands() - 1, 1)?;
                Ok(alpha.operation(c"min")?.build()?.double(c"out")? >= opaque)
            }
        }
    }

    /// The same without alpha, whatever that was.
    pub(crate) fn without_alpha(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Raster(Tagged { raster, tags }) => {
                Self::Raster(Tagged { raster: Arc::new(Arc::unwrap_or_clone(raster).without_alpha()), tags })
            }
            Self::Image(image) if !image.has_alpha() => Self::Image(image),
            Self::Image(image) => Self::Image(image.extract_bands(0, image.bands() - 1)?),
        })
    }

    /// The same with alpha: as it is if it has some, else opaque.
    pub(crate) fn with_alpha(self) -> Result<Self, Error> {
        Ok(match self {
            Self::Raster(Tagged { raster, tags }) => {
                Self::Raster(Tagged { raster: Arc::new(Arc::unwrap_or_clone(raster).with_alpha()), tags })
            }
            Self::Image(image) => Self::Image(image.with_alpha()?),
        })
    }
}

fn number(pixels: usize) -> u32 {
    u32::try_from(pixels).unwrap_or(u32::MAX)
}
