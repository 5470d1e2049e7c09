//! PNG.

mod chunks;
mod indexed;
mod strip;
mod write;

pub(crate) use indexed::{Indexed, MAX_COLOURS};
pub(super) use strip::strip;
pub(super) use write::{can_write, write};

use super::{Encoding, encode::COMPARED_PIXELS};
use crate::{
    Error,
    vips::{Image, Operation, Result},
};
use bytes::Bytes;

/// All row filters, at a middle compression: on photos 30 % smaller than libvips' defaults at the same
/// speed, and 2 % larger than the strongest compression at half its time.
///
/// With a quality, colours are reduced to the best 256, or fewer, that reach it.
pub(super) fn save(save: Operation, encoding: Encoding) -> Operation {
    const ALL_FILTERS: i32 = 0xF8;
    const NO_FILTER: i32 = 0x08;
    match encoding.palette_quality {
        Some(quality) => save.bool(c"palette", true).int(c"Q", quality.into()).int(c"filter", NO_FILTER),
        None => save.int(c"compression", 4).int(c"filter", ALL_FILTERS),
    }
}

/// The smallest file that holds exactly these colours; `write` writes an image in the usual way.
///
/// In shades of grey, rows have filters to gain from, which a palette has not: from 17 of them on, where
/// either takes a byte a pixel, they are written as such. A small picture is written with three numbers a
/// pixel as well, since a palette costs up to 1 KB.
pub(super) fn exact(
    image: &Image,
    indexed: &Indexed,
    write: impl Fn(&Image) -> Result<Bytes>,
) -> std::result::Result<Bytes, Error> {
    let is_grey = |[red, green, blue, alpha]: &[u8; 4]| red == green && green == blue && *alpha == 255;
    // The profile of an RGB image does not fit a grey one.
    if indexed.colours.len() > 16 && indexed.colours.iter().all(is_grey) && !image.has(super::colour::PROFILE) {
        let grey = image.extract_bands(0, 1)?.operation(c"copy")?.string(c"interpretation", "b-w").run()?;
        return Ok(write(&grey)?);
    }
    let carrier = write(&image.extract_area(0, 0, 1, 1)?)?;
    let file = indexed.write(&carrier).map_err(|error| Error::Internal(format!("a PNG with a palette: {error}")))?;
    let file = Bytes::from(file);
    if u64::from(image.width()) * u64::from(image.height()) > COMPARED_PIXELS {
        return Ok(file);
    }
    let plain = write(image)?;
    Ok(if plain.len() < file.len() { plain } else { file })
}
