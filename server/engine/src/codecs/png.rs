//! PNG.

use super::Encoding;
use crate::vips::Operation;

/// All row filters, at a middle compression: on photos 30 % smaller than libvips' defaults at the same
/// speed, and 2 % larger than the strongest compression at half its time.
pub(super) fn save(save: Operation, _: Encoding) -> Operation {
    const ALL_FILTERS: i32 = 0xF8;
    save.int(c"compression", 4).int(c"filter", ALL_FILTERS)
}
