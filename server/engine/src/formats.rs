//! The table of formats: one row each. Ask for a capability, not for a name.

mod accept;
mod choice;
mod sniff;

pub use accept::Accept;
pub(crate) use choice::{Candidate, Facts, choose, keeps_animation};

use serde::{Deserialize, Serialize};
use std::ffi::CStr;

/// An image format that Darkroom reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // the names say it
pub enum Format {
    Jpeg,
    Png,
    Webp,
    Gif,
    Avif,
    Heic,
    Tiff,
    Bmp,
    Ico,
    Svg,
}

/// What a format is and can do. `loader` and `saver` are libvips operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // a table of capabilities is made of them
pub struct Capabilities {
    /// The registered media type.
    pub media_type: &'static str,
    /// The usual file extension without the dot.
    pub extension: &'static str,
    /// Can hold an alpha channel.
    pub alpha: bool,
    /// Can hold several frames that we read and write.
    pub animation: bool,
    /// Keeps every pixel as it was, so an opaque source may be a photo as well as a drawing.
    pub lossless: bool,
    /// Read in strips from the top, so that a large image needs little memory. Progressive JPEG and
    /// interlaced PNG are not, whatever their row says.
    pub streams: bool,
    /// Libvips' loader; `None` is decoded in Rust.
    pub loader: Option<&'static CStr>,
    /// Libvips' saver; `None` is never written.
    pub saver: Option<&'static CStr>,
    /// The longest side that the saver writes, in pixels.
    pub max_side_px: u32,
}

impl Format {
    /// All formats, in the order of the table.
    #[rustfmt::skip]
    pub const ALL: [Self; 10] = [
        Self::Jpeg, Self::Png, Self::Webp, Self::Gif, Self::Avif,
        Self::Heic, Self::Tiff, Self::Bmp, Self::Ico, Self::Svg,
    ];

    /// The row of the format.
    #[rustfmt::skip] // a table reads better with one row a line
    pub const fn capabilities(self) -> Capabilities {
        const Y: bool = true;
        const N: bool = false;
        //                       media type       extension    alpha animation lossless streams  loader  saver  max side
        match self {
            Self::Jpeg => row("image/jpeg",    "jpg",  [N, N, N, Y], Some(c"jpegload_buffer"), Some(c"jpegsave_buffer"), 65_500),
            Self::Png  => row("image/png",     "png",  [Y, N, Y, Y], Some(c"pngload_buffer"),  Some(c"pngsave_buffer"),  1_000_000),
            Self::Webp => row("image/webp",    "webp", [Y, Y, N, N], Some(c"webpload_buffer"), Some(c"webpsave_buffer"), 16_383),
            Self::Gif  => row("image/gif",     "gif",  [Y, Y, N, N], Some(c"gifload_buffer"),  Some(c"gifsave_buffer"),  65_535),
            Self::Avif => row("image/avif",    "avif", [Y, N, N, N], Some(c"heifload_buffer"), Some(c"heifsave_buffer"), 16_384),
            Self::Heic => row("image/heic",    "heic", [Y, N, N, N], Some(c"heifload_buffer"), None, 0),
            Self::Tiff => row("image/tiff",    "tif",  [Y, N, Y, Y], Some(c"tiffload_buffer"), None, 0),
            Self::Bmp  => row("image/bmp",     "bmp",  [Y, N, Y, N], None,                     None, 0),
            Self::Ico  => row("image/vnd.microsoft.icon", "ico", [Y, N, N, N], None,           None, 0),
            Self::Svg  => row("image/svg+xml", "svg",  [Y, N, N, N], Some(c"svgload_buffer"),  None, 0),
        }
    }

    /// The format of `head` (the first bytes of a file; 4096 are enough, fewer are looked at as they are), by magic bytes alone.
    pub fn sniff(head: &[u8]) -> Option<Self> {
        sniff::sniff(head)
    }

    /// The registered media type, for example `image/jpeg`.
    pub fn media_type(self) -> &'static str {
        self.capabilities().media_type
    }

    /// The usual file extension without the dot, for example `jpg`.
    pub fn extension(self) -> &'static str {
        self.capabilities().extension
    }
}

const fn row(
    media_type: &'static str,
    extension: &'static str,
    [alpha, animation, lossless, streams]: [bool; 4],
    loader: Option<&'static CStr>,
    saver: Option<&'static CStr>,
    max_side_px: u32,
) -> Capabilities {
    Capabilities { media_type, extension, alpha, animation, lossless, streams, loader, saver, max_side_px }
}

#[cfg(test)]
mod tests {
    use super::Format;
    use std::collections::HashSet;

    #[test]
    fn every_format_has_a_row_of_its_own() {
        let rows = Format::ALL.map(Format::capabilities);
        assert_eq!(rows.map(|row| row.media_type).iter().collect::<HashSet<_>>().len(), rows.len());
        assert_eq!(rows.map(|row| row.extension).iter().collect::<HashSet<_>>().len(), rows.len());
        for row in rows {
            assert_eq!(row.saver.is_some(), row.max_side_px > 0, "{}", row.media_type);
        }
    }
}
