//! What a source image is, read from its header.

use crate::{Error, Format, Limits, codecs, language::Size};
use bytes::Bytes;
use serde::{Deserialize, Serialize};

/// Facts about an image, before any transformation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metadata {
    /// Width in pixels, after EXIF orientation.
    pub width_px: u32,
    /// Height in pixels of one frame, after EXIF orientation.
    pub height_px: u32,
    /// The format, found by its magic bytes.
    pub format: Format,
    /// Bytes of the encoded image.
    pub size_bytes: u64,
    /// Number of frames or pages; 1 for a still.
    pub frames: u32,
    /// Whether an ICC profile is embedded.
    pub has_color_profile: bool,
    /// Whether the format's header declares an alpha channel.
    pub has_transparency: bool,
    /// Pixels per inch, rounded; 0 when the file does not say.
    pub density: u32,
    /// EXIF orientation, 1 to 8; 1 when the file does not say.
    pub orientation: u8,
    /// Estimated JPEG quality, 1 to 100; 0 when it is not a JPEG or cannot be told.
    pub quality: u8,
}

/// Reads the header of `source`; no pixel is decoded.
///
/// # Errors
/// [`Error::Unreadable`] when it is not an image that we read, [`Error::TooLarge`] over a limit.
pub fn metadata(source: Bytes, limits: &Limits) -> Result<Metadata, Error> {
    facts(&codecs::open(source, limits)?)
}

/// The same of a page or frame of it, counted from 1.
///
/// # Errors
/// As [`metadata`], and [`Error::Impossible`] for a page that is not there.
pub fn metadata_at(source: Bytes, page: Option<u32>, limits: &Limits) -> Result<Metadata, Error> {
    facts(&codecs::open_at(source, page, limits)?)
}

fn facts(source: &codecs::Source) -> Result<Metadata, Error> {
    let Size { width: width_px, height: height_px } = source.upright_size();
    let quality = if source.format == Format::Jpeg { codecs::jpeg::quality(&source.bytes) } else { None };
    Ok(Metadata {
        width_px,
        height_px,
        format: source.format,
        size_bytes: source.bytes.len() as u64,
        frames: source.header.frames,
        has_color_profile: source.profile.is_some(),
        has_transparency: source.header.has_alpha,
        density: density(source.density()?),
        orientation: source.header.orientation,
        quality: quality.unwrap_or(0),
    })
}

/// Rounded, 0 where it is not known; libvips says 25.4 (one pixel per millimetre) when the file says nothing.
pub(crate) fn density(pixels_per_inch: f64) -> u32 {
    let rounded = pixels_per_inch.round();
    if (pixels_per_inch - 25.4).abs() < 0.01 || !(0.0..=100_000.0).contains(&rounded) {
        return 0;
    }
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the range above
    let rounded = rounded as u32;
    rounded
}
