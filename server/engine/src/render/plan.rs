//! What is decided before a pixel is decoded.

use super::{
    Favour, Request,
    road::{Road, Roads},
};
use crate::{
    Error, Format, Limits,
    codecs::{Encoding, Source},
    formats,
    language::Output,
};

/// Up to this many pixels a decoded frame is held in memory (48 MB of RGB): steps then read it in any
/// order, and what is wrong with the source is known before the steps. Larger ones stream.
const IN_MEMORY_PIXELS: f64 = 16_000_000.0;

pub(super) struct Plan {
    /// How the source becomes pixels.
    pub(super) road: Road,
    /// All frames are read and written.
    pub(super) animated: bool,
    /// How much the first step scales, for decoders that scale while they read; `None` when they must not.
    pub(super) scale: Option<f64>,
    /// The decoded pixels are held in memory.
    pub(super) in_memory: bool,
    /// What is left open is decided in favour of this.
    pub(super) favour: Favour,
    /// `cp-true`.
    pub(super) keep_profile: bool,
}

impl Plan {
    /// # Errors
    /// [`Error::TooLarge`] and [`Error::Impossible`], by arithmetic alone.
    pub(super) fn new(source: &Source, request: &Request, roads: Roads, limits: &Limits) -> Result<Self, Error> {
        let output = request.pipeline.output();
        let size = source.upright_size();
        let animated = source.frames > 1
            && source.page.is_none()
            && formats::keeps_animation(output.format, source.format, request.accept);
        let frames = if animated { source.frames } else { 1 };
        if animated && request.pipeline.is_conditional() {
            let reason = "conditions are for still images; ask for one, for example with f-png";
            return Err(Error::Impossible { parameter: "if".into(), reason: reason.into() });
        }
        let result = request.pipeline.result_size_of_frames(size, frames, limits)?;
        if let Some(result) = result.filter(|_| animated) {
            let pixels = u64::from(result.width) * u64::from(result.height) * u64::from(source.frames);
            Limits::check("animation_pixels", limits.animation_pixels, pixels)?;
        }
        let scale = if animated { None } else { request.pipeline.first_scale(size) };
        let pixels = f64::from(size.width) * f64::from(size.height) * f64::from(frames);
        // A shrinking decoder gives between 4 and 16 times the pixels of the result.
        let shrinks = matches!(source.format, Format::Jpeg | Format::Webp | Format::Svg);
        let pixels = if shrinks { pixels * scale.map_or(1.0, |scale| (4.0 * scale).min(1.0).powi(2)) } else { pixels };
        let road = match roads {
            Roads::All if !animated => Road::of(source, request, output),
            Roads::All | Roads::Libvips => Road::Libvips,
        };
        Ok(Self {
            road,
            animated,
            scale,
            in_memory: pixels <= IN_MEMORY_PIXELS,
            favour: request.favour,
            keep_profile: output.keep_profile,
        })
    }

    /// How to write the result in a format, with loss or without.
    pub(super) fn encoding(&self, source: &Source, lossless: bool, output: Output) -> Encoding {
        let favour = self.favour;
        let (quality, source_quality) = Encoding::quality_for(source, output, favour);
        Encoding {
            quality,
            source_quality,
            palette_quality: output.quality.filter(|quality| *quality < 100 && !lossless),
            lossless,
            progressive: output.progressive,
            favour,
            keep_profile: self.keep_profile,
            keep_metadata: output.keep_metadata,
            density: output.density,
        }
    }
}
