//! JPEG.

mod density;
mod header;
mod markers;
mod strip;

pub(super) use density::with_density;
pub(super) use header::read as header;
pub(super) use strip::strip;

use super::Encoding;
use crate::{
    Error, Limits,
    vips::{Image, Operation, Result},
};

/// Scans of a progressive JPEG. Encoders write about ten; a small legal file with hundreds of scans keeps
/// a decoder busy for minutes.
const MAX_SCANS: u64 = 100;

/// Refuses a file that would be decoded over and over.
pub(super) fn check_scans(bytes: &[u8]) -> std::result::Result<(), Error> {
    Limits::check("jpeg_scans", MAX_SCANS, markers::scans(bytes))
}

/// How many scans the file has.
pub(super) fn scans(bytes: &[u8]) -> u64 {
    markers::scans(bytes)
}

/// Estimated quality from 1 to 100, on the scale of the common encoders; `None` when it cannot be told.
pub(crate) fn quality(bytes: &[u8]) -> Option<u8> {
    markers::quality(bytes)
}

/// Decodes at 1/2, 1/4 or 1/8 of the size.
pub(super) fn load_shrunk(load: impl Fn() -> Result<Operation>, shrink: u32) -> Result<Option<Image>> {
    match shrink {
        1 => Ok(None),
        shrink => load()?.int(c"shrink", i32::try_from(shrink).unwrap_or(1)).run().map(Some),
    }
}

/// A JPEG does not get better than it was.
fn quality_to_write(encoding: Encoding) -> u8 {
    encoding.source_quality.map_or(encoding.quality, |was| was.min(encoding.quality))
}

/// How our own encoder is to write.
pub(super) fn settings(encoding: Encoding, profile: Option<&[u8]>) -> darkroom_jpeg::Settings<'_> {
    darkroom_jpeg::Settings {
        quality: quality_to_write(encoding),
        progressive: encoding.progressive,
        density: encoding.density,
        profile,
        ..darkroom_jpeg::Settings::default()
    }
}

/// Chroma is halved below quality 90 (libvips' `auto`). Optimal Huffman tables cost a few percent of the
/// time and save 1 % of the bytes.
pub(super) fn save(save: Operation, encoding: Encoding) -> Operation {
    let save = save.int(c"Q", quality_to_write(encoding).into()).bool(c"interlace", encoding.progressive);
    save.bool(c"optimize-coding", true)
}
