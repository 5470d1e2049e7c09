//! The raster road: rows of a PNG are reduced as they are decoded, in linear light and with colours weighed by alpha.
//!
//! Files of the usual kinds are read by our own decoder, which inflates all of a picture at once. The `png` crate
//! streams what is larger, and reads all else that it knows: of that only the rows that the kernel covers are held, so
//! that the size of the source costs time but no memory.

mod sink;

use crate::{Format, codecs::Source, language::Reduction, memory::PIXEL_BYTES};
use darkroom_planes::{Channels, Raster};
use darkroom_png::{Header, Rows, Samples};
use png::{ColorType, DecodeOptions, Decoder, Limits, Transformations};
use sink::Sink;
use std::{io::Cursor, sync::Arc};

/// Bytes that our own decoder may take. What is larger streams: that is a picture of 14 MP in RGB at least.
const INFLATED_BYTES: u64 = 48 << 20;

/// Bytes of reduced pictures that are kept for further renditions of the same source.
const KEPT_BYTES: usize = 64 << 20;

/// Bytes that the `png` crate may take for itself: a row, and what stands before the pixels.
const STREAMING_BYTES: usize = 32 << 20;

/// Whether [`read`] takes this source, as far as its header tells. An interlaced one has no rows before its end, one
/// that must be turned no rows that are those of the result.
pub(crate) fn can_read(source: &Source) -> bool {
    source.format == Format::Png && !source.header.is_interlaced && source.header.orientation == 1
}

/// Bytes that [`read`] holds at most, its result included.
pub(crate) fn memory(source: &Source, reduction: &Reduction) -> u64 {
    // A kernel covers six rows of the result, and holds them as numbers of four bytes.
    const ROWS: u64 = 6;
    let row = u64::from(reduction.result.width) * 4 * 4;
    let result = u64::from(reduction.result.width) * u64::from(reduction.result.height) * PIXEL_BYTES;
    memory_of_decoder(source) + ROWS * row.max(u64::from(source.header.width) * 4) + result
}

/// Bytes that is held of the file, and of its rows before they are used.
pub(crate) fn memory_of_decoder(source: &Source) -> u64 {
    // One comes after the other, where a file turns out to be broken.
    inflated(source).unwrap_or(0).max(STREAMING_BYTES as u64)
}

/// Reads one source, for any number of renditions.
#[derive(Default)]
pub(crate) struct Reader {
    reduced: Vec<(Reduction, Arc<Raster>)>,
    /// All pixels, for further reductions.
    whole: Option<Raster>,
    /// They will be needed.
    is_expected: bool,
}

impl Reader {
    /// Says what else will be asked for: then all pixels are kept, where they are not too many.
    pub(crate) fn expect(&mut self, reductions: &[Reduction]) {
        self.is_expected = !reductions.is_empty();
    }

    /// As [`read`], or what an earlier rendition needed.
    pub(crate) fn read(&mut self, source: &Source, reduction: &Reduction) -> Option<Arc<Raster>> {
        if let Some((_, raster)) = self.reduced.iter().find(|(done, _)| done == reduction) {
            return Some(Arc::clone(raster));
        }
        if self.whole.is_none() && self.is_worth_keeping(source) {
            self.whole = read_whole(source);
        }
        let raster = match &self.whole {
            Some(whole) => reduce(source, whole, reduction),
            None => read(source, reduction),
        };
        let raster = Arc::new(raster?);
        let kept: usize = self.reduced.iter().map(|(_, raster)| raster.samples().len()).sum();
        if kept + raster.samples().len() > KEPT_BYTES {
            self.reduced.clear();
        }
        self.reduced.push((*reduction, Arc::clone(&raster)));
        Some(raster)
    }
}

impl Reader {
    fn is_worth_keeping(&self, source: &Source) -> bool {
        let pixels = u64::from(source.header.width) * u64::from(source.header.height);
        self.is_expected && pixels * PIXEL_BYTES <= INFLATED_BYTES
    }
}

/// Carries out the reduction on all pixels of the source.
fn reduce(source: &Source, whole: &Raster, reduction: &Reduction) -> Option<Raster> {
    let size = (source.header.width, source.header.height);
    let mut sink = Sink::of(source, Some(reduction), whole.channels(), size)?;
    for y in 0..whole.height() {
        if sink.wants_rows() {
            sink.push_row(whole.row(y));
        }
    }
    sink.finish()
}

/// Reads the source and carries out the reduction, with the colours that the file has. `None` when the file is broken
/// in any way that the `png` crate does not overlook: libvips' loader has the last word on such files.
fn read(source: &Source, reduction: &Reduction) -> Option<Raster> {
    read_inflated(source, Some(reduction)).or_else(|| read_streaming(source, Some(reduction)))
}

/// The same without a reduction.
pub(crate) fn read_whole(source: &Source) -> Option<Raster> {
    read_inflated(source, None).or_else(|| read_streaming(source, None))
}

/// Bytes that our own decoder takes, if it is to read this source.
fn inflated(source: &Source) -> Option<u64> {
    let header = Header::read(&source.bytes).ok()?;
    Some(header.memory(source.bytes.len())).filter(|bytes| *bytes <= INFLATED_BYTES)
}

fn read_inflated(source: &Source, reduction: Option<&Reduction>) -> Option<Raster> {
    inflated(source)?;
    let mut rows = Rows::of(&source.bytes).ok()?;
    let header = rows.header();
    let channels = match header.samples() {
        Samples::Grey => Channels::Grey,
        Samples::GreyAlpha => Channels::GreyAlpha,
        Samples::Rgb => Channels::Rgb,
        Samples::Rgba => Channels::Rgba,
    };
    let mut sink = Sink::of(source, reduction, channels, (header.width(), header.height()))?;
    while sink.wants_rows() {
        sink.push_row(rows.next_row().ok()??);
    }
    sink.finish()
}

fn read_streaming(source: &Source, reduction: Option<&Reduction>) -> Option<Raster> {
    let mut options = DecodeOptions::default();
    // The header, which was read before, knows of the profile.
    options.set_ignore_iccp_chunk(true);
    options.set_ignore_text_chunk(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(&source.bytes[..]), options);
    decoder.set_limits(Limits { bytes: STREAMING_BYTES });
    // To 8 bits, palettes to colours, and a transparent colour to alpha.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let channels = match reader.output_color_type().0 {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => return None, // expanded above
    };
    let mut sink = Sink::of(source, reduction, channels, (reader.info().width, reader.info().height))?;
    while sink.wants_rows() {
        sink.push_row(reader.next_row().ok()??.data());
    }
    sink.finish()
}

#[cfg(test)]
mod tests;
