//! The raster road: rows of a PNG are reduced as they are decoded, in linear light and with colours weighed by alpha.
//!
//! Only the rows that the kernel covers are held, so that the size of the source costs time but no memory.

use crate::{Format, codecs::Source, language::Reduction, memory::PIXEL_BYTES};
use darkroom_planes::{Channels, Filter, Raster};
use png::{ColorType, DecodeOptions, Decoder, Limits, Transformations};
use std::io::Cursor;

/// Bytes that the decoder may take for itself: a row, and what stands before the pixels.
const DECODER_BYTES: usize = 32 << 20;

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
    DECODER_BYTES as u64 + ROWS * row.max(u64::from(source.header.width) * 4) + result
}

/// Reads one source, for any number of renditions.
#[derive(Default)]
pub(crate) struct Reader {
    reduced: Vec<(Reduction, Raster)>,
}

impl Reader {
    /// As [`read`], or what an earlier rendition needed.
    pub(crate) fn read(&mut self, source: &Source, reduction: &Reduction) -> Option<Raster> {
        if let Some((_, raster)) = self.reduced.iter().find(|(done, _)| done == reduction) {
            return Some(raster.clone());
        }
        let raster = read(source, reduction)?;
        self.reduced.push((*reduction, raster.clone()));
        Some(raster)
    }
}

/// Reads the source and carries out the reduction, with the colours that the file has. `None` when the file is broken
/// in any way: libvips' loader has the last word on such files.
fn read(source: &Source, reduction: &Reduction) -> Option<Raster> {
    let mut options = DecodeOptions::default();
    // libvips, which has read the header, knows of the profile.
    options.set_ignore_iccp_chunk(true);
    options.set_ignore_text_chunk(true);
    let mut decoder = Decoder::new_with_options(Cursor::new(&source.bytes[..]), options);
    decoder.set_limits(Limits { bytes: DECODER_BYTES });
    // To 8 bits, palettes to colours, and a transparent colour to alpha.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = (reader.info().width, reader.info().height);
    if (width, height) != (source.header.width, source.header.height) {
        return None;
    }
    let channels = match reader.output_color_type().0 {
        ColorType::Grayscale => Channels::Grey,
        ColorType::GrayscaleAlpha => Channels::GreyAlpha,
        ColorType::Rgb => Channels::Rgb,
        ColorType::Rgba => Channels::Rgba,
        ColorType::Indexed => return None, // expanded above
    };
    let result = (reduction.result.width as usize, reduction.result.height as usize);
    let size = (width as usize, height as usize);
    let mut reducing = darkroom_planes::Reduction::new(channels, size, reduction.window, Filter::Lanczos3, result);
    while reducing.wants_rows() {
        reducing.push_row(reader.next_row().ok()??.data());
    }
    reducing.finish()
}
