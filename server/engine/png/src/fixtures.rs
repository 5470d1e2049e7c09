//! Files for tests, of any filtered bytes: whatever they are, they are a picture.

use crate::Samples;
use libdeflater::{CompressionLvl, Compressor};

/// A file before it is written.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// The content of the first chunk.
    pub(crate) header: Vec<u8>,
    /// Chunks between it and the data.
    pub(crate) before: Vec<([u8; 4], Vec<u8>)>,
    /// Rows with their filters.
    pub(crate) filtered: Vec<u8>,
    /// How many chunks the data has.
    pub(crate) pieces: usize,
}

impl Fixture {
    /// Rows of a pattern, with all filters in turn.
    pub(crate) fn of(samples: Samples, width: u32, height: u32) -> Self {
        let row = width as usize * samples.count();
        let rows = (0..height as usize).flat_map(|y| {
            let filter = u8::try_from(y % 5).expect("a filter");
            std::iter::once(filter).chain((0..row).map(move |x| u8::try_from((7 * x + 31 * y) % 256).expect("a byte")))
        });
        Self::filtered(samples, width, height, rows.collect())
    }

    /// Those rows, each behind its filter.
    pub(crate) fn filtered(samples: Samples, width: u32, height: u32, filtered: Vec<u8>) -> Self {
        let colour = match samples {
            Samples::Grey => 0,
            Samples::GreyAlpha => 4,
            Samples::Rgb => 2,
            Samples::Rgba => 6,
        };
        let mut header = [width, height].map(u32::to_be_bytes).concat();
        header.extend([8, colour, 0, 0, 0]);
        Self { header, before: Vec::new(), filtered, pieces: 1 }
    }

    pub(crate) fn compressed(&self) -> Vec<u8> {
        let mut compressor = Compressor::new(CompressionLvl::fastest());
        let mut compressed = vec![0; compressor.zlib_compress_bound(self.filtered.len())];
        let length = compressor.zlib_compress(&self.filtered, &mut compressed).expect("room enough");
        compressed.truncate(length);
        compressed
    }

    pub(crate) fn file(&self) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        push(&mut file, *b"IHDR", &self.header);
        self.before.iter().for_each(|(name, content)| push(&mut file, *name, content));
        let compressed = self.compressed();
        for piece in compressed.chunks(compressed.len().div_ceil(self.pieces)) {
            push(&mut file, *b"IDAT", piece);
        }
        push(&mut file, *b"IEND", &[]);
        file
    }
}

fn push(file: &mut Vec<u8>, name: [u8; 4], content: &[u8]) {
    file.extend(u32::try_from(content.len()).expect("a short chunk").to_be_bytes());
    let begin = file.len();
    file.extend(name);
    file.extend(content);
    let checksum = libdeflater::crc32(&file[begin..]);
    file.extend(checksum.to_be_bytes());
}
