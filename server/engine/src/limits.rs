//! Every limit of the engine, with its unit and default.

use crate::Error;
use serde::{Deserialize, Serialize};

/// Bounds on what one rendition may cost. All are inclusive maxima.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Pixels of a still source, width × height.
    pub input_pixels: u64,
    /// Pixels of a still source that cannot be read in strips (interlaced PNG, progressive JPEG, AVIF, HEIC).
    pub input_pixels_unstreamable: u64,
    /// Width or height of a source, in pixels.
    pub input_side_px: u32,
    /// Width or height of any step's result, in pixels.
    pub output_side_px: u32,
    /// Pixels of any step's result.
    pub output_pixels: u64,
    /// Pixels of an AVIF rendition: its encoder is the slowest.
    pub avif_output_pixels: u64,
    /// Pixels of an image that throws a shadow.
    pub shadow_pixels: u64,
    /// Pixels that are computed for one request, over all steps, layers and frames and in the encoder, each
    /// counted as many times as it costs what a pixel of an enlarged photo does.
    pub work_pixels: u64,
    /// Bytes that one request may hold: the source, what decoders and encoders need, and what steps and layers keep.
    /// Where a process has a limit of its own, this one leaves room below it for the process itself.
    pub memory_bytes: u64,
    /// Pixels of all layers of a request together, as they are laid on.
    pub layer_pixels: u64,
    /// Frames of an animation.
    pub animation_frames: u32,
    /// Pixels of an animation, summed over its frames.
    pub animation_pixels: u64,
    /// Bytes of an SVG source.
    pub svg_bytes: u64,
    /// Width or height at which an SVG is rendered, in pixels.
    pub svg_side_px: u32,
    /// Width or height of a text layer with its padding, in pixels.
    pub text_side_px: u32,
    /// Bytes of a font that comes from an origin.
    pub font_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            input_pixels: 100_000_000,
            input_pixels_unstreamable: 50_000_000,
            input_side_px: 65_500,
            output_side_px: 8_192,
            output_pixels: 67_108_864,
            avif_output_pixels: 9_000_000,
            shadow_pixels: 2_000_000,
            work_pixels: 120_000_000,
            memory_bytes: 1536 << 20,
            layer_pixels: 67_108_864,
            animation_frames: 300,
            animation_pixels: 100_000_000,
            svg_bytes: 1_048_576,
            svg_side_px: 4_096,
            text_side_px: 16_383,
            font_bytes: 10 << 20,
        }
    }
}

impl Limits {
    /// Compares with a limit and names it when it is passed.
    pub(crate) fn check(limit: &str, maximum: u64, actual: u64) -> Result<(), Error> {
        if actual <= maximum { Ok(()) } else { Err(Error::TooLarge { limit: limit.into(), maximum, actual }) }
    }
}
