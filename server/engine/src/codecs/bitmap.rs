//! BMP and ICO, decoded in Rust: libvips would hand them to `ImageMagick`.

use crate::{Error, Format, Limits, vips::Image};
use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageError,
    codecs::{bmp::BmpDecoder, ico::IcoDecoder},
};
use std::io::Cursor;

/// Bytes of a decoded pixel, at most: what is decoded here may have been deeper than what is given.
pub(super) const PIXEL_BYTES: u64 = 8;

/// Holds the header against the limits.
pub(super) fn check(format: Format, bytes: &Bytes, limits: &Limits) -> Result<(), Error> {
    let (width, height) = decoder(format, bytes)?.dimensions();
    Limits::check("input_side_px", limits.input_side_px.into(), width.max(height).into())?;
    let pixels = u64::from(width) * u64::from(height);
    Limits::check("input_pixels_unstreamable", limits.input_pixels_unstreamable, pixels)?;
    Limits::check("memory_bytes", limits.memory_bytes, pixels * PIXEL_BYTES + bytes.len() as u64)
}

/// Decodes to three bands, or four when the format declares alpha; of an icon the best picture.
pub(super) fn decode(format: Format, bytes: &Bytes) -> Result<Image, Error> {
    let decoder = decoder(format, bytes)?;
    let alpha = decoder.color_type().has_alpha();
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let (width, height) = (picture.width(), picture.height());
    let (pixels, bands) =
        if alpha { (picture.into_rgba8().into_raw(), 4) } else { (picture.into_rgb8().into_raw(), 3) };
    Image::from_memory(Bytes::from(pixels), width, height, bands).map_err(super::unreadable)
}

/// The best picture of an icon, when that is a whole PNG file: those are for the PNG decoder, which takes
/// more kinds of them than the icon decoder does.
pub(super) fn png_of_icon(bytes: &Bytes) -> Option<Bytes> {
    let count = usize::from(u16::from_le_bytes(*bytes.get(4..6)?.first_chunk()?));
    let entries = bytes.get(6..)?.chunks_exact(16).take(count);
    // A side of 256 is written as 0. Of equal sizes the one with more bits per pixel is the best.
    let side = |byte: u8| if byte == 0 { 256 } else { u32::from(byte) };
    let best =
        entries.max_by_key(|entry| (side(entry[0]) * side(entry[1]), u16::from_le_bytes([entry[6], entry[7]])))?;
    let number = |at: usize| usize::try_from(u32::from_le_bytes(*best.get(at..)?.first_chunk()?)).ok();
    let (length, start) = (number(8)?, number(12)?);
    let end = start.checked_add(length).filter(|end| *end <= bytes.len())?;
    let picture = bytes.slice(start..end);
    (Format::sniff(&picture) == Some(Format::Png)).then_some(picture)
}

fn decoder(format: Format, bytes: &Bytes) -> Result<Box<dyn ImageDecoder + '_>, Error> {
    let bytes = Cursor::new(bytes.as_ref());
    Ok(if format == Format::Ico {
        Box::new(IcoDecoder::new(bytes).map_err(unreadable)?)
    } else {
        Box::new(BmpDecoder::new(bytes).map_err(unreadable)?)
    })
}

#[allow(clippy::needless_pass_by_value)] // for `map_err`
fn unreadable(error: ImageError) -> Error {
    Error::Unreadable { reason: error.to_string() }
}
