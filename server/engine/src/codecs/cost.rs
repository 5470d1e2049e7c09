//! What decoders and encoders cost, by arithmetic on what the header says.
//!
//! Weights are what a pixel costs where one of an enlarged photo costs 1, some 55 ns. They were measured on photos, and
//! are rounded up: noise takes the encoders twice as long.

use super::{Encoding, Source, bitmap, jpeg, lossy, shrink};
use crate::{Format, language::Size, memory::PIXEL_BYTES, vips::BandFormat};

/// What something costs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Cost {
    /// Weighed pixels, as [`crate::work::Work`] counts them.
    pub(crate) work: f64,
    /// Bytes that are held on the way.
    pub(crate) memory: u64,
}

/// What a byte of a sample costs that was packed without loss.
const UNPACKED_BYTE: f64 = 0.08;

/// Bytes that the steps of AV1's and HEVC's decoders hold for each pixel of 8 bits: the planes that they decode and
/// filter, and the pixels that libheif makes of them.
const VIDEO_FRAME_BYTES: u64 = 12;

impl Source {
    /// What decoding costs, of so many frames at the scale that [`Source::still`] takes, by libvips.
    pub(crate) fn decoding(&self, scale: Option<f64>, frames: u32) -> Cost {
        let one = u64::from(self.header.width) * u64::from(self.header.height);
        let pixels = as_number(one) * f64::from(frames);
        let sample_bytes = self.sample_bytes();
        let decoded = u64::from(self.decoded_size(scale).width) * u64::from(self.decoded_size(scale).height);
        let (weight, memory) = match self.format {
            Format::Jpeg if self.header.is_interlaced => {
                (0.1 + 0.03 * as_number(jpeg::scans(&self.bytes)), one * self.bands() * 2)
            }
            Format::Jpeg => (0.1, 0),
            Format::Png if self.header.is_interlaced => (UNPACKED_BYTE * as_number(sample_bytes), one * sample_bytes),
            Format::Png | Format::Tiff => (UNPACKED_BYTE * as_number(sample_bytes), 0),
            // The picture, and what it was before the frame.
            Format::Gif => (0.25, 2 * one * PIXEL_BYTES),
            Format::Webp => (0.3, 2 * one * PIXEL_BYTES),
            Format::Avif | Format::Heic => {
                let depth = if self.header.band_format == BandFormat::Uchar { 1 } else { 2 };
                (0.6, one * VIDEO_FRAME_BYTES * depth)
            }
            Format::Bmp | Format::Ico => (0.1, one * bitmap::PIXEL_BYTES),
            Format::Svg => return Cost { work: 0.5 * as_number(decoded), memory: decoded * PIXEL_BYTES },
        };
        Cost { work: weight * pixels, memory }
    }

    /// Bytes of the decoded pixels of so many frames, where all of them are held.
    pub(crate) fn decoded_bytes(&self, scale: Option<f64>, frames: u32) -> u64 {
        let Size { width, height } = self.decoded_size(scale);
        (u64::from(width) * u64::from(height)).saturating_mul(self.sample_bytes()).saturating_mul(frames.into())
    }

    /// The size of one frame as libvips' decoder gives it.
    fn decoded_size(&self, scale: Option<f64>) -> Size {
        let (width, height) = (self.header.width, self.header.height);
        match (self.format, scale) {
            (Format::Jpeg, Some(_)) => divided(width, height, self.shrink(scale)),
            (Format::Webp, Some(scale)) => divided(width, height, shrink(scale)),
            (Format::Svg, Some(scale)) => {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
                let scaled = |side: u32| (f64::from(side) * scale).ceil() as u32;
                Size { width: scaled(width), height: scaled(height) }
            }
            _ => Size { width, height },
        }
    }

    fn bands(&self) -> u64 {
        self.header.bands.into()
    }

    /// Bytes of a pixel as the decoder gives it.
    fn sample_bytes(&self) -> u64 {
        let bytes = match self.header.band_format {
            BandFormat::Uchar => 1,
            BandFormat::Ushort => 2,
            BandFormat::Float => 4,
            BandFormat::Other => 8,
        };
        self.bands() * bytes
    }
}

fn divided(width: u32, height: u32, by: u32) -> Size {
    Size { width: width.div_ceil(by), height: height.div_ceil(by) }
}

/// What writing so many frames of `pixels` each costs.
pub(crate) fn encoding(format: Format, encoding: Encoding, pixels: u64, frames: u32) -> Cost {
    let ours = lossy::can_write_planes(format, encoding) && !encoding.keep_metadata && frames == 1;
    // A copy of the pixels, their planes, and what the encoder makes of them.
    let (weight, bytes) = match format {
        Format::Jpeg => (0.4, 14),
        Format::Webp if encoding.lossless => (14.0, 40),
        Format::Webp => (0.75, 14),
        Format::Png if encoding.palette_quality.is_some() => (6.0, 10),
        Format::Png => (3.0, 8),
        Format::Avif if ours => (4.0, 30),
        Format::Avif if encoding.lossless => (15.0, 40),
        Format::Avif => (8.0, 40),
        Format::Gif => (1.0, 8),
        Format::Heic | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => (0.0, 0),
    };
    // Frames of an animation are written one by one.
    Cost { work: weight * as_number(pixels) * f64::from(frames), memory: pixels.saturating_mul(bytes) }
}

#[allow(clippy::cast_precision_loss)] // pixels and bytes, of which a few more or fewer do not matter
fn as_number(count: u64) -> f64 {
    count as f64
}
