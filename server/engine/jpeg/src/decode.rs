//! From a JPEG file to planes, at 1/8, 1/4, 1/2 or the whole of its size.
//!
//! A picture that is made smaller anyway is decoded smaller: of each block of 8 x 8 coefficients only the lowest
//! 1, 2 x 2 or 4 x 4 are transformed. All bits have to be read all the same, and that is most of the work, so that
//! the tables that read them (`tables`) are what the speed comes from.
//!
//! It reads sequential and progressive Huffman-coded files of 8 bits, grey or of luma and chroma, with any sampling
//! factors where luma has the most samples. All else is refused as [`DecodeError::Unsupported`], for another decoder.
//! Colours are not converted, and chroma is not made larger: that is for those who know what the planes are for.
//!
//! Data that is damaged or missing gives a picture as in browsers: what is there is decoded, behind damage it goes
//! on at the next restart marker, and what has no data is grey.

mod bits;
mod block;
mod cpu;
mod error;
mod header;
mod idct;
mod markers;
mod progressive;
mod scans;
mod sequential;
mod stream;
mod tables;
mod zigzag;

pub use error::DecodeError;
pub use header::{Component, Header};

use cpu::Avx2;
use darkroom_planes::{Planes, Window};
use scans::Scratch;

/// How large a picture is decoded, of its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scale {
    /// 1/8: one sample for a block of 8 x 8.
    Eighth,
    /// 1/4.
    Quarter,
    /// 1/2.
    Half,
    /// 1/1.
    Full,
}

impl Scale {
    /// All of them, the smallest first.
    pub const ALL: [Self; 4] = [Self::Eighth, Self::Quarter, Self::Half, Self::Full];

    /// Samples along each edge of a block: the scale in eighths.
    pub const fn block(self) -> usize {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
            Self::Full => 8,
        }
    }
}

/// Decodes JPEG files, one after the other. What it needs on the way is kept for the next one.
#[derive(Default)]
pub struct Decoder {
    scratch: Scratch,
}

/// A picture as it was decoded.
///
/// Planes have as many samples as the picture touches; the last one of a row or column may belong to it in part. All
/// planes have the same scale: chroma that the file has at half of luma's size is half of the scaled luma's.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded {
    /// Luma, and chroma where the file has it.
    pub planes: Planes,
    /// The picture in samples of the plane of luma: from the top left, not rounded.
    pub luma_window: Window,
    /// The picture in samples of the planes of chroma; that of luma for a grey one.
    pub chroma_window: Window,
    /// Whether a part of the data was damaged or missing.
    pub damaged: bool,
}

impl Default for Decoded {
    /// No picture yet.
    fn default() -> Self {
        let nothing = Window::of(0.0, 0.0);
        Self { planes: Planes::default(), luma_window: nothing, chroma_window: nothing, damaged: false }
    }
}

impl Decoder {
    /// Decodes the file that `header` was read from.
    pub fn decode(&mut self, bytes: &[u8], header: &Header, scale: Scale) -> Result<Decoded, DecodeError> {
        let mut decoded = Decoded::default();
        self.decode_into(bytes, header, scale, &mut decoded)?;
        Ok(decoded)
    }

    /// As [`Decoder::decode`], into the memory of an earlier picture. After an error that holds nothing of use.
    pub fn decode_into(
        &mut self,
        bytes: &[u8],
        header: &Header,
        scale: Scale,
        decoded: &mut Decoded,
    ) -> Result<(), DecodeError> {
        self.decode_with(Avx2::detect(), bytes, header, scale, decoded)
    }

    /// As [`Decoder::decode_into`], with AVX2 or without.
    fn decode_with(
        &mut self,
        avx2: Option<Avx2>,
        bytes: &[u8],
        header: &Header,
        scale: Scale,
        decoded: &mut Decoded,
    ) -> Result<(), DecodeError> {
        decoded.luma_window = header.window(0, scale);
        decoded.chroma_window = header.window(header.components().len() - 1, scale);
        let planes = &mut decoded.planes;
        decoded.damaged = match scale {
            Scale::Eighth => self.scratch.decode::<1>(bytes, header, scale, planes, avx2),
            Scale::Quarter => self.scratch.decode::<2>(bytes, header, scale, planes, avx2),
            Scale::Half => self.scratch.decode::<4>(bytes, header, scale, planes, avx2),
            Scale::Full => self.scratch.decode::<8>(bytes, header, scale, planes, avx2),
        }?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
