//! What the steps of a transformation pass on to each other.

use crate::{Error, Limits, vips::Image};

/// One frame on its way through the pipeline.
///
/// Steps see upright (orientation applied), 8-bit pixels: three bands of colour (sRGB, or the embedded
/// profile's with `cp-true`), and alpha, never premultiplied, when the source has it or a step added it.
/// An animation is taken apart before the steps and put together after them, so no step knows of frames:
/// for the same input size a step must give the same output size.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The pixels so far.
    pub image: Image,
    /// By how much a JPEG decoder has divided both sides: each pixel then stands for so many of the source,
    /// and a rest at the right and bottom may be missing. 1 when `image` shows exactly the whole source.
    pub shrink: u32,
    /// Width in pixels of the upright source, before any step: `iw`.
    pub initial_width: u32,
    /// Height in pixels of the upright source: `ih`.
    pub initial_height: u32,
    /// Reading order is free: the pixels lie in memory. Steps that need that call [`Picture::in_memory`].
    pub random_access: bool,
    /// The bounds on every step's result.
    pub limits: Limits,
}

impl Picture {
    /// A decoded source of `width` × `height` pixels; a decoder may have scaled `image` already.
    pub(crate) fn new(image: Image, (width, height): (u32, u32), random_access: bool, limits: Limits) -> Self {
        Self { image, shrink: 1, initial_width: width, initial_height: height, random_access, limits }
    }

    /// Pixels of the image per pixel of the source, along a side that has `image` of the one and `source` of
    /// the other.
    pub(crate) fn decoded(&self, image: u32, source: u32) -> f64 {
        if self.shrink > 1 { f64::from(self.shrink).recip() } else { f64::from(image) / f64::from(source) }
    }

    /// The same picture with other pixels, for the end of a step.
    #[must_use]
    pub fn with(self, image: Image) -> Self {
        Self { image, ..self }
    }

    /// Width in pixels of the image. Before the first step it differs from [`Picture::initial_width`] when a
    /// decoder has scaled while it read, which it does only as [`crate::Pipeline::first_scale`] allows.
    pub fn width(&self) -> u32 {
        self.image.width()
    }

    /// Height in pixels of the image; see [`Picture::width`].
    pub fn height(&self) -> u32 {
        self.image.height()
    }

    /// Makes sure that pixels may be read in any order and more than once.
    pub fn in_memory(self) -> Result<Self, Error> {
        if self.random_access {
            return Ok(self);
        }
        let image = self.image.in_memory()?;
        Ok(Self { image, random_access: true, ..self })
    }

    /// Refuses a result of this size when it is over a limit. Every step that makes pictures larger asks
    /// before it computes; the engine asks again after every transformation.
    ///
    /// # Errors
    /// [`Error::TooLarge`] with the limit's name.
    pub fn check_size(&self, width: u32, height: u32) -> Result<(), Error> {
        check_output(&self.limits, width, height)
    }
}

/// The limits on every result, for code that has no picture at hand.
pub(crate) fn check_output(limits: &Limits, width: u32, height: u32) -> Result<(), Error> {
    let side = u64::from(width.max(height));
    Limits::check("output_side_px", limits.output_side_px.into(), side)?;
    Limits::check("output_pixels", limits.output_pixels, u64::from(width) * u64::from(height))
}
