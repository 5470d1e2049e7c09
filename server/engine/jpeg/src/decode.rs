//! From a JPEG file to planes, at 1/8, 1/4, 1/2 or the whole of its size.
//!
//! A picture that is made smaller anyway is decoded smaller: of each block of 8 x 8 coefficients only the lowest
//! 1, 2 x 2 or 4 x 4 are transformed. All bits have to be read all the same, and that is most of the work, so that
//! the tables that read them (`tables`) are what the speed comes from.
//!
//! The smaller picture can be one of means of samples as they are coded, or of means of their light: see `details`.
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
mod details;
mod error;
mod header;
mod idct;
mod markers;
mod pictures;
mod progressive;
mod scans;
mod sequential;
mod stream;
mod tables;
mod zigzag;

pub use error::DecodeError;
pub use header::{Component, Header};

use cpu::Avx2;
use darkroom_planes::{Light, Planes, Window};
use pictures::{ByScale, Pictures};
use scans::{Failure, Scratch};

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
pub struct Decoder {
    scratch: Scratch,
    light: Light,
}

impl Default for Decoder {
    /// One whose smaller scales are means of samples as they are coded.
    fn default() -> Self {
        Self::new(Light::AsCoded)
    }
}

/// A picture as it was decoded.
///
/// Planes have as many samples as the picture touches; the last one of a row or column may belong to it in part. Where
/// no scale of its own is asked for chroma, all planes have the same one: chroma that the file has at half of luma's size
/// is half of the scaled luma's.
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
    /// One whose smaller scales are means of this.
    ///
    /// With [`Light::Linear`], luma of sequential files gets the light of the details that a scale leaves out, see
    /// `details`. That of progressive files does not: their details lie in scans that a smaller scale does not read.
    pub fn new(light: Light) -> Self {
        Self { scratch: Scratch::default(), light }
    }

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
        self.decode_with(Avx2::detect(), bytes, header, [scale, scale], decoded)
    }

    /// As [`Decoder::decode_into`] for several scales of luma, in the order of [`Scale::ALL`], while the data is read
    /// once. Each has a scale of chroma beside it; one that is larger than luma's counts as luma's, and so does that of a
    /// progressive file, whose refinements make chroma at a smaller scale another one.
    ///
    /// Each picture, and each error, is what its scales give alone. What is not wanted is always `Ok`.
    pub fn decode_scales_into(
        &mut self,
        bytes: &[u8],
        header: &Header,
        wanted: [Option<(Scale, &mut Decoded)>; Scale::ALL.len()],
    ) -> [Result<(), DecodeError>; Scale::ALL.len()] {
        self.decode_scales_with(Avx2::detect(), bytes, header, wanted)
    }

    /// As [`Decoder::decode_into`] with scales of luma and chroma, with AVX2 or without.
    fn decode_with(
        &mut self,
        avx2: Option<Avx2>,
        bytes: &[u8],
        header: &Header,
        [scale, chroma]: [Scale; 2],
        decoded: &mut Decoded,
    ) -> Result<(), DecodeError> {
        let mut wanted = [const { None }; Scale::ALL.len()];
        wanted[scale as usize] = Some((chroma, decoded));
        self.decode_scales_with(avx2, bytes, header, wanted)[scale as usize]
    }

    /// As [`Decoder::decode_scales_into`], with AVX2 or without.
    fn decode_scales_with(
        &mut self,
        avx2: Option<Avx2>,
        bytes: &[u8],
        header: &Header,
        mut wanted: ByScale<(Scale, &mut Decoded)>,
    ) -> [Result<(), DecodeError>; Scale::ALL.len()] {
        for (scale, wanted) in Scale::ALL.into_iter().zip(&mut wanted) {
            if let Some((chroma, _)) = wanted {
                *chroma = if header.is_progressive() { scale } else { scale.min(*chroma) };
            }
        }
        let mut pictures = Pictures::new(
            wanted.each_mut().map(|wanted| wanted.as_mut().map(|(chroma, decoded)| (*chroma, &mut **decoded))),
        );
        let (largest, light) = (pictures.scales().next(), self.light);
        let decoded = match largest {
            None => Ok(()),
            Some(Scale::Eighth) => self.scratch.decode::<1>(bytes, header, (avx2, light), &mut pictures),
            Some(Scale::Quarter) => self.scratch.decode::<2>(bytes, header, (avx2, light), &mut pictures),
            Some(Scale::Half) => self.scratch.decode::<4>(bytes, header, (avx2, light), &mut pictures),
            Some(Scale::Full) => self.scratch.decode::<8>(bytes, header, (avx2, light), &mut pictures),
        };
        let mut results = [Ok(()); Scale::ALL.len()];
        match decoded {
            Ok(()) => {}
            Err(Failure::Alike(error)) => {
                pictures.scales().for_each(|scale| results[scale as usize] = Err(error));
            }
            Err(Failure::Apart) => {
                for (scale, decoded) in Scale::ALL.into_iter().zip(wanted) {
                    if let Some((chroma, decoded)) = decoded {
                        results[scale as usize] = self.decode_with(avx2, bytes, header, [scale, chroma], decoded);
                    }
                }
            }
        }
        results
    }
}

#[cfg(test)]
mod tests;
