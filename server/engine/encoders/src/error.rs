//! Why there is no file.

/// Why nothing was encoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// No pixels, or more along a side than the format can hold.
    #[error("a picture of {width}×{height} pixels: each side must have 1 to {maximum}")]
    Size {
        /// Width in pixels.
        width: usize,
        /// Height in pixels.
        height: usize,
        /// Pixels that a side may have.
        maximum: usize,
    },
    /// Planes or pixels that do not belong to one picture.
    #[error("the {what} does not fit a picture of {width}×{height} pixels")]
    Mismatch {
        /// What it is: chroma, alpha or pixels.
        what: &'static str,
        /// Width of the picture in pixels.
        width: usize,
        /// Height of the picture in pixels.
        height: usize,
    },
    /// A profile, EXIF or XMP that the container has no room for.
    #[error("{what} of {bytes} bytes is more than the file can hold")]
    Metadata {
        /// What it is.
        what: &'static str,
        /// Its size.
        bytes: usize,
    },
    /// The library refused.
    #[error("{library}: {reason}")]
    Library {
        /// Which one.
        library: &'static str,
        /// What it said.
        reason: String,
    },
}
