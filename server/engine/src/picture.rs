//! What the steps of a transformation pass on to each other.

use crate::{
    Error, Limits, Resources,
    focus::{Area, Findings},
    frame::Frame,
    language::Size,
    metadata,
    vips::Image,
};
use darkroom_planes::Raster;
use std::sync::Arc;

/// One frame on its way through the pipeline.
///
/// Steps see upright (orientation applied), 8-bit pixels: three bands of colour (sRGB, or the embedded
/// profile's with `cp-true`), and alpha, never premultiplied, when the source has it or a step added it.
/// An animation is taken apart before the steps and put together after them, so no step knows of frames:
/// for the same input size a step must give the same output size.
#[derive(Debug, Clone)]
pub struct Picture {
    /// The pixels so far.
    pub(crate) frame: Frame,
    /// The size that geometry reckons with, when a decoder has scaled the image while it read; it does that
    /// only as [`crate::Pipeline::first_scale`] allows, and the first step that changes pixels ends it.
    reckoned: Option<Size>,
    /// See [`Picture::shrunk_by`].
    shrink: u32,
    /// See [`Picture::is_scaled`].
    scaled: bool,
    /// Reading order is free: the pixels lie in memory. Steps that need that call [`Picture::in_memory`].
    pub random_access: bool,
    /// The bounds on every step's result.
    pub limits: Limits,
    /// Images and fonts that layers use.
    pub resources: Resources,
    /// The rectangle that is stored with the image for `fo-custom`, until a step has changed the image.
    pub(crate) focus_area: Option<Area>,
    /// What earlier frames showed.
    pub(crate) findings: Findings,
}

impl Picture {
    /// A decoded source of the size `source`; a decoder may have scaled `frame` already.
    pub(crate) fn new(frame: Frame, source: Size, random_access: bool, limits: Limits, resources: Resources) -> Self {
        let is_own = (frame.width(), frame.height()) == (source.width, source.height);
        let reckoned = if is_own { None } else { Some(source) };
        let (focus_area, findings) = (None, Findings::default());
        Self { frame, reckoned, shrink: 1, scaled: false, random_access, limits, resources, focus_area, findings }
    }

    /// What a reader made of a source of the size `source` when it carried out the first reduction of the pipeline.
    pub(crate) fn reduced(frame: Frame, source: Size, limits: Limits, resources: Resources) -> Self {
        Self { scaled: true, reckoned: Some(source), ..Self::new(frame, source, true, limits, resources) }
    }

    /// Whether the pixels are the content of the first resize already, and only its sizes are still to be reckoned
    /// with.
    pub(crate) fn is_scaled(&self) -> bool {
        self.scaled
    }

    /// The same, where that resize is done.
    #[must_use]
    pub(crate) fn done(self) -> Self {
        Self { reckoned: None, shrink: 1, scaled: false, focus_area: None, ..self }
    }

    /// The pixels, for libvips.
    ///
    /// # Errors
    /// What libvips says of them.
    pub fn image(&self) -> Result<Image, Error> {
        self.frame.image()
    }

    /// The pixels, where they lie in memory as a raster: steps that know rasters need no libvips then.
    pub(crate) fn raster(&self) -> Option<&Arc<Raster>> {
        self.frame.raster()
    }

    /// Whether it has alpha.
    pub(crate) fn has_alpha(&self) -> bool {
        self.frame.has_alpha()
    }

    /// Says that a JPEG decoder has divided both sides: each pixel stands for so many of the source, and a rest
    /// at the right and bottom may be missing. Otherwise the image shows exactly the whole source.
    #[must_use]
    pub(crate) fn shrunk_by(self, shrink: u32) -> Self {
        Self { shrink, ..self }
    }

    /// Pixels of the image, which has `image` along a side, per pixel that geometry reckons with, of which
    /// there are `source`.
    pub(crate) fn scale_of_decoder(&self, image: u32, source: u32) -> f64 {
        if self.shrink > 1 { f64::from(self.shrink).recip() } else { f64::from(image) / f64::from(source) }
    }

    /// The same picture with other pixels, for the end of a step.
    #[must_use]
    pub fn with(self, image: Image) -> Self {
        Self { frame: Frame::Image(image), ..self.done() }
    }

    /// As [`Picture::with`].
    #[must_use]
    pub(crate) fn with_raster(self, raster: Raster) -> Self {
        let picture = self.done();
        Self { frame: picture.frame.with_raster(raster), ..picture }
    }

    /// The size that the next step reckons with, in pixels.
    pub fn size(&self) -> Size {
        self.reckoned.unwrap_or(Size { width: self.width(), height: self.height() })
    }

    /// Width in pixels of the image as it is; see [`Picture::size`].
    pub fn width(&self) -> u32 {
        self.frame.width()
    }

    /// Height in pixels of the image as it is; see [`Picture::size`].
    pub fn height(&self) -> u32 {
        self.frame.height()
    }

    /// Pixels per inch, where the file said so.
    pub(crate) fn density(&self) -> Option<u32> {
        Some(metadata::density(self.frame.density())).filter(|density| *density > 0)
    }

    /// Makes sure that pixels may be read in any order and more than once.
    pub fn in_memory(self) -> Result<Self, Error> {
        if self.random_access {
            return Ok(self);
        }
        let frame = self.frame.in_memory()?;
        Ok(Self { frame, random_access: true, ..self })
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
