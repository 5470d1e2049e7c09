//! Lossless WebP from interleaved pixels.

use super::{
    MAXIMUM_SIDE_PX, container,
    picture::{self, Interleaved},
};
use crate::{EncodeError, Metadata, picture::check_size};

/// Interleaved pixels of 8 bits a channel, rows without gaps.
#[derive(Debug, Clone, Copy)]
pub enum Pixels<'a> {
    /// R, G, B.
    Rgb(&'a [u8]),
    /// R, G, B, A; not premultiplied.
    Rgba(&'a [u8]),
}

/// Settings of libwebp for a picture without loss: both say how long it searches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LosslessSettings {
    /// libwebp's "quality", 0 to 100: the patience of the search.
    pub patience: u8,
    /// libwebp's method, 0 to 6.
    pub method: u8,
}

impl Default for LosslessSettings {
    /// From method 2 on each step costs much time for few bytes.
    fn default() -> Self {
        Self { patience: 75, method: 2 }
    }
}

/// Encodes a picture of `width × height` pixels without loss; the colour of a pixel that is wholly transparent may
/// be lost.
///
/// # Errors
/// [`EncodeError::Size`] above [`MAXIMUM_SIDE_PX`] pixels along a side, [`EncodeError::Mismatch`] when there are
/// not as many samples as that many pixels have, and what libwebp refuses.
pub fn encode_lossless(
    pixels: Pixels,
    width: usize,
    height: usize,
    settings: LosslessSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, EncodeError> {
    check_size(width, height, MAXIMUM_SIDE_PX)?;
    let (samples, channels) = match pixels {
        Pixels::Rgb(samples) => (samples, 3),
        Pixels::Rgba(samples) => (samples, 4),
    };
    if samples.len() != width * height * channels {
        return Err(EncodeError::Mismatch { what: "number of samples", width, height });
    }
    let LosslessSettings { patience, method } = settings;
    let mut config = picture::config(f32::from(patience.min(100)))?;
    (config.lossless, config.method) = (1, i32::from(method.min(6)));
    let file = picture::encode_pixels(&config, &Interleaved { samples, width, height, alpha: channels == 4 })?;
    container::extended(file, None, width, height, metadata)
}
