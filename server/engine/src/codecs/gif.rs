//! GIF, animated.

mod strip;

pub(super) use strip::strip;

use super::Encoding;
use crate::vips::Operation;

/// The lowest effort of the palette search that still looks good; the default, 7, takes twice the time.
pub(super) fn save(save: Operation, _: Encoding) -> Operation {
    save.int(c"effort", 3)
}
