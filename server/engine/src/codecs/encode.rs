//! Pixels to encoded bytes.

use super::{gif, heif, jpeg, png, webp};
use crate::{
    Error, Format,
    vips::{Image, Operation, Result},
};
use bytes::Bytes;
use std::ffi::{CStr, CString};

/// How to encode.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // each is a parameter of the language
pub(crate) struct Encoding {
    /// On the scale of JPEG, 1 to 100.
    pub(crate) quality: u8,
    pub(crate) lossless: bool,
    pub(crate) progressive: bool,
    pub(crate) keep_profile: bool,
    pub(crate) keep_metadata: bool,
}

/// Encodes; what the format cannot hold is laid on white.
pub(crate) fn encode(image: &Image, format: Format, encoding: Encoding) -> std::result::Result<Bytes, Error> {
    let Some(saver) = format.capabilities().saver else {
        return Err(Error::Internal(format!("{format:?} is never written")));
    };
    let image = if format.capabilities().alpha { image.clone() } else { image.flatten(&[255.0; 3])? };
    let image = carry(&image, encoding)?;
    let save = keep(image.operation(saver)?, encoding);
    let save = match format {
        Format::Jpeg => jpeg::save(save, encoding),
        Format::Png => png::save(save, encoding),
        Format::Webp => webp::save(save, encoding),
        Format::Gif => gif::save(save, encoding),
        Format::Avif => heif::save(save, encoding),
        Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => save,
    };
    Ok(save.run_buffer()?)
}

const PROFILE: &CStr = c"icc-profile-data";
const BLOBS: [&CStr; 4] = [c"exif-data", c"xmp-data", c"iptc-data", c"photoshop-data"];

/// Leaves on the image exactly the metadata that are to be written. They have come through the steps:
/// libvips hands them from an operation's (first) input to its output.
fn carry(image: &Image, encoding: Encoding) -> Result<Image> {
    image.edit_metadata(|edit| {
        if !encoding.keep_profile {
            edit.remove(PROFILE);
        }
        if encoding.keep_metadata {
            // The pixels are upright now, whatever the source's EXIF says.
            edit.set_int(c"orientation", 1).remove(c"exif-ifd0-Orientation");
        } else {
            for name in BLOBS {
                edit.remove(name);
            }
            for field in image.fields().iter().filter(|field| is_comment(field)) {
                edit.remove(field);
            }
        }
    })
}

/// Texts that savers write out again.
fn is_comment(field: &CString) -> bool {
    let field = field.to_bytes();
    [&b"exif-"[..], b"png-comment-", b"jpeg-", b"gif-comment"].iter().any(|prefix| field.starts_with(prefix))
}

/// Tells the saver what may go out. Before libvips 8.15 that is all or nothing, but all is then what
/// [`carry`] has left.
fn keep(save: Operation, encoding: Encoding) -> Operation {
    const ICC: i32 = 8;
    const ALL: i32 = 31;
    if save.has(c"keep") {
        let profile = if encoding.keep_profile { ICC } else { 0 };
        return save.int(c"keep", if encoding.keep_metadata { ALL } else { profile });
    }
    save.bool(c"strip", !encoding.keep_metadata && !encoding.keep_profile)
}
