//! BMP and ICO, decoded in Rust: libvips would hand them to `ImageMagick`.

use crate::{Error, Format, Limits, vips::Image};
use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageError,
    codecs::{bmp::BmpDecoder, ico::IcoDecoder},
};
use std::io::Cursor;

/// Holds the header against the limits.
pub(super) fn check(format: Format, bytes: &Bytes, limits: &Limits) -> Result<(), Error> {
    let (width, height) = decoder(format, bytes)?.dimensions();
    Limits::check("input_side_px", limits.input_side_px.into(), width.max(height).into())?;
    let pixels = u64::from(width) * u64::from(height);
    Limits::check("input_pixels_unstreamable", limits.input_pixels_unstreamable, pixels)
}

/// Decodes to three bands, or four when the format declares alpha; of an icon the best picture.
pub(super) fn decode(format: Format, bytes: &Bytes) -> Result<Image, Error> {
    let decoder = decoder(format, bytes)?;
    let alpha = decoder.color_type().has_alpha();
    let decoded = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    let (width, height) = (decoded.width(), decoded.height());
    let (pixels, bands) =
        if alpha { (decoded.into_rgba8().into_raw(), 4) } else { (decoded.into_rgb8().into_raw(), 3) };
    Image::from_memory(Bytes::from(pixels), width, height, bands).map_err(super::unreadable)
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
