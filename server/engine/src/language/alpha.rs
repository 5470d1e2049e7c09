//! Mixing neighbouring pixels when some are transparent.

use crate::{Error, vips};
use vips::Image;

/// Runs `mix` on colours that are multiplied by alpha, so that the invisible colour of transparent pixels
/// does not bleed into their neighbours as a dark or bright fringe. Opaque images go in as they are.
pub(super) fn premultiplied(image: &Image, mix: impl FnOnce(&Image) -> vips::Result<Image>) -> Result<Image, Error> {
    if !image.has_alpha() {
        return Ok(mix(image)?);
    }
    to_8_bits(&mix(&image.premultiply()?)?.unpremultiply()?)
}

/// To 8 bits, rounded to nearest.
pub(super) fn to_8_bits(image: &Image) -> Result<Image, Error> {
    Ok(image.operation(c"round")?.string(c"round", "rint").run()?.cast_uchar()?)
}
