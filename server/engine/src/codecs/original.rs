//! The source itself as a rendition, when nothing better can be made of it.

use super::{Source, gif, jpeg, png, webp};
use crate::Format;
use bytes::Bytes;

/// What goes out of the things that a file says beside its picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keep {
    /// The colour profile.
    pub(crate) profile: bool,
    /// Everything else: where and by whom a photo was taken, comments, thumbnails.
    pub(crate) metadata: bool,
}

/// The file of `source` less what is not to be kept, with the same pixels, bit for bit. `None` when that
/// cannot be had: the picture must be turned, its colours must be converted, the file is damaged, or its
/// format is not one that clients show.
pub(crate) fn original(source: &Source, keep: Keep) -> Option<Bytes> {
    let converts = !keep.profile && source.profile.as_ref().is_some_and(|profile| !profile.is_srgb);
    if source.header.orientation != 1 || converts {
        return None;
    }
    match source.format {
        Format::Jpeg => jpeg::strip(&source.bytes, keep),
        Format::Png => png::strip(&source.bytes, keep),
        Format::Webp => webp::strip(&source.bytes, keep),
        Format::Gif => gif::strip(&source.bytes, keep),
        // What an AVIF says lies in boxes that point at each other: it goes out whole or not at all.
        Format::Avif => {
            let image = source.image().ok()?;
            let says = |name| image.has(name);
            let metadata = says(c"exif-data") || says(c"xmp-data");
            ((keep.profile || source.profile.is_none()) && (keep.metadata || !metadata)).then(|| source.bytes.clone())
        }
        Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => None,
    }
}

#[cfg(test)]
mod tests;
