//! What a source says of itself before its pixels.

use crate::vips::{BandFormat, Image};
use std::ffi::CStr;

pub(crate) const PROFILE: &CStr = c"icc-profile-data";

/// Facts that are known before a pixel is decoded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Header {
    /// Pixels per row, as the file has it.
    pub(crate) width: u32,
    /// Rows of one frame, as the file has it.
    pub(crate) height: u32,
    /// Numbers per pixel, alpha included.
    pub(crate) bands: u32,
    /// The last of them is alpha.
    pub(crate) has_alpha: bool,
    /// How they are stored.
    pub(crate) band_format: BandFormat,
    /// A JPEG of several scans, or an interlaced PNG: there is no whole row before the end.
    pub(crate) is_interlaced: bool,
    /// Frames or pages of the file.
    pub(crate) frames: u32,
    /// EXIF orientation, 1 to 8.
    pub(crate) orientation: u8,
    /// Pixels per inch, by what libvips assumes where the file does not say. `None` where libvips has not read the header
    /// and is to be asked.
    pub(crate) density: Option<f64>,
    /// The ICC profile.
    pub(crate) profile: Option<Vec<u8>>,
}

/// What libvips' loaders of JPEG and PNG assume where the file does not say, in pixels per inch.
pub(super) const ASSUMED_DENSITY: f64 = 72.0;

impl Header {
    /// As libvips' loader reads it.
    pub(super) fn of(image: &Image) -> Self {
        let number = |name| image.get_int(name).and_then(|number| u32::try_from(number).ok());
        let orientation = number(c"orientation").and_then(|number| u8::try_from(number).ok());
        Self {
            width: image.width(),
            height: image.height(),
            bands: image.bands(),
            has_alpha: image.has_alpha(),
            band_format: image.band_format(),
            is_interlaced: image.get_int(c"interlaced").is_some_and(|number| number != 0),
            frames: number(c"n-pages").unwrap_or(1).max(1),
            orientation: orientation.filter(|orientation| (1..=8).contains(orientation)).unwrap_or(1),
            density: Some(image.density()),
            profile: image.get_blob(PROFILE),
        }
    }
}
