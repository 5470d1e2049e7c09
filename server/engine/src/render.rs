//! The order of work on one image: sniff → plan → decode → steps → encode.

mod batch;
mod frames;
mod look;
mod made;
mod original;
mod plan;
mod reader;
mod road;

use crate::{
    Accept, Area, Error, Format, Limits, Pipeline, Resources, codecs,
    codecs::{Cost, Source},
    formats,
};
pub use batch::Batch;
use bytes::Bytes;
use made::Made;
use plan::Plan;
use reader::{Read, Readers};
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// What renditions favour where the request leaves it open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Favour {
    /// How they look.
    #[default]
    Quality,
    /// How fast they are made.
    Speed,
}

/// One rendition to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to do.
    pub pipeline: Pipeline,
    /// What the client takes; decides `f-auto`.
    pub accept: Accept,
    /// What [`Pipeline::resources`] names.
    pub resources: Resources,
    /// The rectangle that is stored with the source, for `fo-custom`.
    pub focus_area: Option<Area>,
    /// What to favour.
    pub favour: Favour,
}

/// An encoded image and its facts.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The encoded image.
    pub data: Bytes,
    /// Its format.
    pub format: Format,
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels, of one frame.
    pub height_px: u32,
    /// Where the time went.
    pub timings: Timings,
}

/// Where the time went inside the engine, in microseconds of wall clock. libvips decodes lazily, so a
/// decode that happens while encoding is counted there unless the road decodes in one go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timings {
    /// Reading the source's header and pixels.
    pub decode_us: u64,
    /// The steps of the transformation.
    pub steps_us: u64,
    /// Writing the rendition.
    pub encode_us: u64,
}

/// Whether the source goes out as it is, without an engine: not an image (`None`), `orig-true`, or an SVG
/// of which no raster format was asked for and on which nothing is laid: a watermark is never dropped.
pub fn passes_through(source: Option<Format>, pipeline: &Pipeline) -> bool {
    let output = pipeline.output();
    match source {
        None => true,
        Some(Format::Svg) => output.original || !(pipeline.names_a_format() || pipeline.has_layers()),
        Some(_) => output.original,
    }
}

/// How the format of a rendition was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What was written to find the smallest: the format, whether without loss, and its bytes.
    pub written: Vec<(Format, bool, usize)>,
    /// The source went out, less its metadata, since none of them was smaller.
    pub is_source: bool,
}

/// Makes a rendition of `source`.
///
/// # Errors
/// See [`Error`]; the source is never at fault for [`Error::Internal`].
pub fn render(source: Bytes, request: &Request, limits: &Limits) -> Result<Rendition, Error> {
    Batch::new(source, limits.clone()).render(request)
}

/// As [`render`]; tells how the format was chosen, too.
///
/// # Errors
/// As [`render`].
pub fn render_and_tell(source: Bytes, request: &Request, limits: &Limits) -> Result<(Rendition, Choice), Error> {
    Batch::new(source, limits.clone()).render_and_tell(request)
}

fn carry_out(
    readers: &mut Readers,
    source: &Source,
    plan: &Plan,
    request: &Request,
    limits: &Limits,
    started: Instant,
) -> Result<(Rendition, Choice), Error> {
    let resources = request.resources.afresh();
    resources.work().add(plan.decoding.work, limits)?;
    resources.memory().add(plan.bytes(source), limits)?;
    let read = readers.read(source, plan, limits)?;
    let decoded = Instant::now();
    let Made { pixels, output, facts, indexed, is_animated } = match read {
        Read::Finished(planes) => made::of_planes(planes, source, request)?,
        Read::Frames(frames) => made::of_frames(frames, source, request, &resources, limits)?,
    };
    let stepped = Instant::now();

    let (width_px, height_px) = (facts.width_px, facts.height_px);
    let pixels_of_frame = u64::from(width_px) * u64::from(height_px);
    let cost = |candidates: &[formats::Candidate]| {
        let cost_of = |candidate: &formats::Candidate| {
            let encoding = plan.encoding(candidate.lossless, output);
            codecs::cost_of_encoding(candidate.format, encoding, pixels_of_frame, facts.frames)
        };
        // They are written one after the other.
        candidates
            .iter()
            .map(cost_of)
            .fold(Cost::default(), |all, one| Cost { work: all.work + one.work, memory: all.memory.max(one.memory) })
    };
    let affords = |candidates: &[formats::Candidate]| {
        let cost = cost(candidates);
        cost.work <= resources.work().left(limits) && cost.memory <= resources.memory().left(limits)
    };
    let candidates = formats::choose(output.format, &facts, limits, &affords)?;
    let cost = cost(&candidates);
    resources.work().add(cost.work, limits)?;
    resources.memory().add(cost.memory, limits)?;
    // What is written several times is computed once.
    let pixels = if candidates.len() > 1 { pixels.in_memory()? } else { pixels };
    let encode = |formats::Candidate { format, lossless }| {
        let encoding = plan.encoding(lossless, output);
        codecs::encode(&pixels, format, encoding, indexed.as_ref()).map(|data| (format, lossless, data))
    };
    let encoded: Vec<(Format, bool, Bytes)> = candidates.into_iter().map(encode).collect::<Result<_, Error>>()?;
    let written = encoded.iter().map(|(format, lossless, data)| (*format, *lossless, data.len())).collect();
    let smallest = encoded.into_iter().min_by_key(|(_, _, data)| data.len());
    let (format, _, data) = smallest.ok_or_else(|| Error::Internal("no format was chosen".into()))?;
    let original = original::original(source, request, output, is_animated);
    let original = original.filter(|original| original.len() <= data.len());
    let choice = Choice { written, is_source: original.is_some() };
    let (format, data) = original.map_or((format, data), |original| (source.format, original));

    let timings = Timings {
        decode_us: microseconds(started, decoded),
        steps_us: microseconds(decoded, stepped),
        encode_us: microseconds(stepped, Instant::now()),
    };
    Ok((Rendition { data, format, width_px, height_px, timings }, choice))
}

fn microseconds(from: Instant, to: Instant) -> u64 {
    u64::try_from(to.duration_since(from).as_micros()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
