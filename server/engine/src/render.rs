//! The order of work on one image: sniff → plan → decode → steps → encode.

use crate::{Accept, Error, Format, Limits, Pipeline};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// One rendition to make.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// What to do.
    pub pipeline: Pipeline,
    /// What the client takes; decides `f-auto`.
    pub accept: Accept,
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
/// of which no raster format was asked for.
pub fn passes_through(source: Option<Format>, pipeline: &Pipeline) -> bool {
    let _ = (source, pipeline);
    false
}

/// Makes a rendition of `source`.
///
/// # Errors
/// See [`Error`]; the source is never at fault for [`Error::Internal`].
pub fn render(source: Bytes, request: &Request, limits: &Limits) -> Result<Rendition, Error> {
    let _ = (source, request, limits);
    Err(Error::Internal("not built yet".into()))
}
