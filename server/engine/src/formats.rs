//! The table of formats: one row each. Ask for a capability, not for a name.

use serde::{Deserialize, Serialize};

/// An image format that Darkroom reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // the names say it
pub enum Format { Jpeg, Png, Webp, Gif, Avif, Heic, Tiff, Bmp, Ico, Svg }

impl Format {
    /// The format of `head` (the first bytes of a file; 4096 are enough, fewer are looked at as they are), by magic bytes alone.
    pub fn sniff(head: &[u8]) -> Option<Self> { let _ = head; None }
    /// The registered media type, for example `image/jpeg`.
    pub fn media_type(self) -> &'static str { "" }
    /// The usual file extension without the dot, for example `jpg`.
    pub fn extension(self) -> &'static str { "" }
}

/// Which of the negotiable formats a client takes, normalised so that it can be part of a cache key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Accept {
    /// `image/avif` is accepted explicitly.
    pub avif: bool,
    /// `image/webp` is accepted explicitly.
    pub webp: bool,
}

impl Accept {
    /// From an HTTP `Accept` header; wildcards promise nothing, `q=0` refuses.
    pub fn from_header(value: &str) -> Self { let _ = value; Self::default() }
}
