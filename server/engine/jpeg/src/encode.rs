//! Planes to JPEG.
//!
//! The walk of a picture: [`frame`] names the blocks in the order of the file, [`transform`] makes levels of the
//! samples of one ([`dct`], [`quantise`]), [`symbols`] makes symbols of levels and counts them, [`huffman`] finds
//! the shortest code for what was counted, and [`bits`] writes it. [`progressive`] does the same in several passes.
//!
//! # What was chosen, and by what
//!
//! By bytes at equal SSIMULACRA2, 4:2:0, on parts of 256 × 256 pixels of nine photos that were reduced to 512 pixels in
//! linear light. At score 79:
//!
//! - Divisors ([`quality`]) by a formula that rises slowly, instead of Robidoux' table: about −8 %.
//! - Rounding to zero up to a [threshold](quantise) above one half: −3 %; one that grows with frequency: −0.6 %.
//! - Huffman codes for each picture instead of the standard's: −4 % (whole photos).
//! - Several passes instead of one: −0.3 % or less (whole photos).
//!
//! Against libjpeg-turbo with Robidoux' table and optimised codes that is −10 % on the whole photos that these are
//! parts of, and −8 % on 13 others.
//!
//! - Not worth their time: thresholds that depend on how lively a block is (−0.3 %), or on how many zeros are before
//!   a level (−0.6 %).

#![allow(
    clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, // sizes and levels have small bounds, and bits are bits
    clippy::cast_precision_loss, // of numbers below 64
    clippy::inline_always // what runs for each block must be compiled with the instruction set of its caller
)]

#[cfg(target_arch = "x86_64")]
mod avx2;
mod bits;
mod dct;
mod frame;
mod huffman;
mod markers;
mod progressive;
mod quality;
mod quantise;
mod symbols;
mod transform;
mod zigzag;

use std::fmt;

use darkroom_planes::Planes;

use frame::Frame;
use huffman::{Code, standard};
use progressive::Stored;
use quality::Divisors;
use quantise::{Levels, Quantiser};
use symbols::{Symbols, TABLES, scan};
use zigzag::in_zigzag;

/// What a file is to be like.
#[derive(Debug, Clone, Copy)]
pub struct Settings<'a> {
    /// From 1 (smallest) to 100 (best).
    pub quality: u8,
    /// Whether it shows in several passes, from coarse to fine.
    pub progressive: bool,
    /// Pixels in an inch.
    pub density: Option<u16>,
    /// An ICC profile, of 16 707 345 bytes at most.
    pub profile: Option<&'a [u8]>,
    /// Where the Huffman codes come from. A progressive file always has its own.
    pub huffman: Huffman,
    /// Further segments: a marker (0xE1 to 0xEF for APP1 to APP15, 0xFE for a comment) and what it holds, at most
    /// 65 533 bytes.
    pub segments: &'a [(u8, &'a [u8])],
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Self {
            quality: 80,
            progressive: false,
            density: None,
            profile: None,
            huffman: Huffman::Optimised,
            segments: &[],
        }
    }
}

/// Where the Huffman codes of a file come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Huffman {
    /// Those of the standard.
    Fixed,
    /// The shortest for this picture.
    Optimised,
}

/// Why there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EncodeError {
    /// A JPEG is 1 to 65535 pixels wide and high.
    Size {
        /// Of the picture, in pixels.
        width: usize,
        /// Of the picture, in pixels.
        height: usize,
    },
    /// Chroma is neither as large as luma nor half as large along both axes.
    Chroma {
        /// Width and height in samples.
        luma: (usize, usize),
        /// Width and height in samples, of the first plane that does not fit.
        chroma: (usize, usize),
    },
    /// More than a segment can hold.
    Segment {
        /// Which segment: the second byte of its marker.
        marker: u8,
        /// How many it was to hold.
        bytes: usize,
    },
    /// Not a marker of a segment for applications or comments.
    Marker(u8),
    /// More bytes of ICC profile than 255 segments can hold.
    Profile(usize),
}

impl fmt::Display for EncodeError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size { width, height } => {
                write!(to, "a JPEG has 1 to 65535 pixels along each side, not {width} × {height}")
            }
            Self::Chroma { luma, chroma } => write!(
                to,
                "chroma of {} × {} samples is neither 4:4:4 nor 4:2:0 for luma of {} × {}",
                chroma.0, chroma.1, luma.0, luma.1
            ),
            Self::Segment { marker, bytes } => {
                write!(to, "{bytes} bytes do not fit a segment (marker 0x{marker:02X}), which holds 65533")
            }
            Self::Marker(marker) => write!(to, "0x{marker:02X} is no marker of APP1 to APP15 or a comment"),
            Self::Profile(bytes) => write!(to, "an ICC profile of {bytes} bytes does not fit 255 segments"),
        }
    }
}

impl std::error::Error for EncodeError {}

/// Writes one file. Who writes many keeps an [`Encoder`].
pub fn encode(planes: &Planes, settings: &Settings) -> Result<Vec<u8>, EncodeError> {
    Encoder::default().encode(planes, settings)
}

/// Writes files, and keeps the memory that it needs for that between them.
#[derive(Debug, Default)]
pub struct Encoder {
    symbols: Symbols,
    /// The blocks of each channel, for a file that goes through them more than once.
    blocks: [Vec<Stored>; 3],
}

impl Encoder {
    /// Writes one file.
    pub fn encode(&mut self, planes: &Planes, settings: &Settings) -> Result<Vec<u8>, EncodeError> {
        let frame = Frame::of(planes)?;
        let divisors = Divisors::of(settings.quality);
        let tables: &[&[u16; 64]] =
            if planes.chroma.is_some() { &[&divisors.luma, &divisors.chroma] } else { &[&divisors.luma] };
        let quantisers = [&divisors.luma, &divisors.chroma].map(Quantiser::new);

        let mut file = Vec::new();
        markers::start(&mut file, settings)?;
        markers::quantisation(&mut file, tables)?;
        markers::frame(&mut file, &frame, settings.progressive)?;
        if settings.progressive {
            let transform = transform::best();
            progressive::write(&mut file, &frame, &quantisers, transform, &mut self.symbols, &mut self.blocks)?;
        } else {
            self.baseline(&mut file, &frame, &quantisers, settings.huffman)?;
        }
        markers::end(&mut file);
        Ok(file)
    }

    fn baseline(
        &mut self,
        file: &mut Vec<u8>,
        frame: &Frame,
        quantisers: &[Quantiser; 2],
        huffman: Huffman,
    ) -> Result<(), EncodeError> {
        let (symbols, transform) = (&mut self.symbols, transform::best());
        symbols.clear();
        let mut before = [0; 3];
        let mut levels = Levels([0; 64]);
        frame.each_block(|number, place| {
            let channel = &frame.channels[number];
            if let Some(place) = place {
                let set = transform(&channel.samples(place), &quantisers[channel.table], &mut levels);
                symbols.block(&levels, in_zigzag(set), &mut before[number], channel.table);
            } else {
                symbols.padding(channel.table);
            }
        });
        let codes: [Code; TABLES] = match huffman {
            Huffman::Fixed => [standard::luma_dc(), standard::luma_ac(), standard::chroma_dc(), standard::chroma_ac()],
            Huffman::Optimised => self.symbols.counts.each_ref().map(Code::shortest),
        };
        let kinds = if frame.channels.len() > 1 { 2 } else { 1 };
        for (code, number) in codes.iter().zip(0..2 * kinds) {
            markers::code(file, number % 2, number / 2, code)?;
        }
        let channels: Vec<_> = frame
            .channels
            .iter()
            .enumerate()
            .map(|(i, channel)| (i, channel.table as u8, channel.table as u8))
            .collect();
        markers::scan(file, &channels, (0, 63), (0, 0))?;
        scan(file, &self.symbols, &codes);
        Ok(())
    }
}

/// What luma's frequencies are divided by at a quality from 1 to 100, in the zigzag order of a file: what a file that
/// was written here says, for those who want to know of what quality it is.
pub fn luma_divisors(quality: u8) -> [u16; 64] {
    let divisors = Divisors::of(quality);
    zigzag::NATURAL.map(|at| divisors.luma[usize::from(at)])
}

#[cfg(test)]
mod tests;
