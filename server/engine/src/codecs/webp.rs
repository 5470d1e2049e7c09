//! WebP, still and animated.

use super::Encoding;
use crate::vips::{Image, Operation, Result};

/// Decodes at 1/2, 1/4 or 1/8 of the size.
pub(super) fn load_shrunk(load: impl Fn() -> Result<Operation>, shrink: u32) -> Result<Option<Image>> {
    match shrink {
        1 => Ok(None),
        shrink => load()?.double(c"scale", 1.0 / f64::from(shrink)).run().map(Some),
    }
}

/// Effort 2 of 6: from there on each step costs much time for few bytes.
pub(super) fn save(save: Operation, encoding: Encoding) -> Operation {
    save.int(c"Q", encoding.quality.into()).bool(c"lossless", encoding.lossless).int(c"effort", 2)
}
