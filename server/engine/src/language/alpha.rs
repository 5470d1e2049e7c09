//! Mixing neighbouring pixels when some are transparent.

use crate::{Error, vips};
use vips::{BandFormat, Image};

/// Runs `mix` on colours that are multiplied by alpha, so that the invisible colour of transparent pixels
/// does not bleed into their neighbours as a dark or bright fringe. Opaque images go in as they are. The
/// result has 8 bits, whatever `mix` reckons in.
pub(super) fn premultiplied(image: &Image, mix: impl FnOnce(&Image) -> vips::Result<Image>) -> Result<Image, Error> {
    if image.has_alpha() {
        return to_8_bits(&mix(&image.premultiply()?)?.unpremultiply()?);
    }
    let mixed = mix(image)?;
    if mixed.band_format() == BandFormat::Uchar { Ok(mixed) } else { to_8_bits(&mixed) }
}

/// To 8 bits, rounded to nearest.
pub(super) fn to_8_bits(image: &Image) -> Result<Image, Error> {
    Ok(image.operation(c"round")?.string(c"round", "rint").run()?.cast_uchar()?)
}
