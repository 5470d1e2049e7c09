//! The plane road: a JPEG is decoded, reduced and turned without leaving its planes.
//!
//! ```text
//!  bytes ──darkroom-jpeg──▶ planes at 1/8 … 1/1 ──darkroom-planes──▶ planes of the result's size ──turn──▶ upright
//! ```
//!
//! No colour is converted on the way, chroma is never larger than it was, and nothing of the size of the source is
//! held unless the result needs it. Luma is reduced in linear light, as pictures are everywhere in the engine; for
//! chroma that makes no difference that can be seen.

mod read;
mod scale;
mod stored;

pub(crate) use read::{Reader, memory};
