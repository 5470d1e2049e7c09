//! What is decided before a pixel is decoded.

use super::{
    Favour, Request,
    road::{Road, Roads},
};
use crate::{
    Error, Format, Limits,
    codecs::{self, Cost, Encoding, Source},
    formats,
    language::{FormatChoice, Output},
    memory::{Memory, PIXEL_BYTES},
    raster,
    work::Work,
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
    /// What it takes to decode; the source itself is held too.
    pub(super) decoding: Cost,
    /// Bytes that the steps hold.
    pub(super) steps_bytes: u64,
    /// The quality that a JPEG source was written with, where the result need not be better.
    source_quality: Option<u8>,
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
        let animated = source.header.frames > 1
            && source.page.is_none()
            && formats::keeps_animation(output.format, source.format, request.accept);
        let frames = if animated { source.header.frames } else { 1 };
        if animated && request.pipeline.is_conditional() {
            let reason = "conditions are for still images; ask for one, for example with f-png";
            return Err(Error::Impossible { parameter: "if".into(), reason: reason.into() });
        }
        let work = Work::of_frames(frames);
        let result = request.pipeline.reckon(size, limits, &work)?;
        if let Some(result) = result.filter(|_| animated) {
            let pixels = u64::from(result.width) * u64::from(result.height) * u64::from(source.header.frames);
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
        // One that only scales hands rows on as they come; others hold what they look at more than once.
        // A step on a raster holds what it gets and what it makes.
        let held = match road {
            Road::Planes { .. } | Road::Raster { .. } => 2,
            Road::Libvips => 1,
        };
        let steps_bytes = if request.pipeline.only_reduces(size) { 0 } else { held * work.largest() * PIXEL_BYTES };
        let plan = Self {
            road,
            animated,
            scale,
            in_memory: pixels <= IN_MEMORY_PIXELS,
            decoding: Cost::default(),
            steps_bytes: steps_bytes.saturating_mul(frames.into()),
            source_quality: codecs::quality_of_source(source, output),
            favour: request.favour,
            keep_profile: output.keep_profile,
        };
        let plan = plan.priced(source);
        work.add(plan.decoding.work / f64::from(frames), limits)?;
        let memory = Memory::default();
        memory.add(plan.bytes(source), limits)?;
        // A condition may have another word on the format.
        if let (Some(result), FormatChoice::As(format), false) =
            (result, output.format, request.pipeline.is_conditional())
        {
            let pixels = u64::from(result.width) * u64::from(result.height);
            if format == Format::Avif {
                Limits::check("avif_output_pixels", limits.avif_output_pixels, pixels)?;
            }
            let encoding = plan.encoding(output.lossless, output);
            let cost = codecs::cost_of_encoding(format, encoding, pixels, frames);
            work.add(cost.work / f64::from(frames), limits)?;
            memory.add(cost.memory, limits)?;
        }
        Ok(plan)
    }

    /// The same with libvips' decoder, and its pixels in memory: decoding in one go tells its failures from those of
    /// the steps.
    pub(super) fn in_one_go(self, source: &Source) -> Self {
        Self { in_memory: true, road: Road::Libvips, ..self }.priced(source)
    }

    /// The same, where it is reckoned what decoding takes.
    fn priced(self, source: &Source) -> Self {
        let frames = if self.animated { source.header.frames } else { 1 };
        let by_libvips = source.decoding(self.scale, frames);
        // What has to be turned is held, whatever its size.
        let held = self.in_memory || (!self.animated && source.header.orientation > 2);
        let pixels = if held { source.decoded_bytes(self.scale, frames) } else { 0 };
        let by_libvips = Cost { memory: by_libvips.memory.saturating_add(pixels), ..by_libvips };
        // The shorter roads leave what they do not know to libvips, and have let go of everything by then.
        let memory = match &self.road {
            Road::Planes { memory, .. } => by_libvips.memory.max(*memory),
            Road::Raster { reduction } => raster::memory(source, reduction),
            Road::Libvips => by_libvips.memory,
        };
        Self { decoding: Cost { memory, ..by_libvips }, ..self }
    }

    /// Bytes that are held before anything is encoded.
    pub(super) fn bytes(&self, source: &Source) -> u64 {
        (source.bytes.len() as u64).saturating_add(self.decoding.memory).saturating_add(self.steps_bytes)
    }

    /// How to write the result in a format, with loss or without.
    pub(super) fn encoding(&self, lossless: bool, output: Output) -> Encoding {
        Encoding {
            quality: codecs::asked_quality(output),
            source_quality: self.source_quality,
            palette_quality: output.quality.filter(|quality| *quality < 100 && !lossless),
            lossless,
            progressive: output.progressive,
            favour: self.favour,
            keep_profile: self.keep_profile,
            keep_metadata: output.keep_metadata,
            density: output.density,
        }
    }
}
