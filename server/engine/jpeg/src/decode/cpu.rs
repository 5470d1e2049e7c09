//! The loops over blocks, compiled for the processor at hand.
//!
//! The same code is compiled twice: as it is for every processor of its kind, and once more for those with AVX2
//! and BMI2. There the transforms take eight numbers at a time, and a shift by a variable number of bits, which
//! decoding does for every symbol, is one operation instead of three.

// Calling a function that was compiled for more than every processor has is unsafe; here the processor was asked.
#![allow(unsafe_code)]

use super::bits::Bits;
use super::block::Dequantise;
use super::markers::Scan;
use super::progressive::{self, AcChannel, DcChannel, Store};
use super::sequential::{self, Channel};
use std::ops::Range;

/// Which of the two is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cpu {
    /// Only [`Cpu::detect`] makes it true, and only where AVX2, BMI1 and BMI2 are.
    avx2: bool,
}

/// What is done for a run of MCUs or blocks.
pub(super) enum Work<'a, 'b> {
    /// See [`sequential::decode`].
    Sequential { channels: &'a mut [Channel<'b>], mcus_across: usize },
    /// See [`progressive::decode_dc`].
    Dc { channels: &'a mut [DcChannel<'b>], low: u8, mcus_across: usize },
    /// See [`progressive::decode_ac`].
    Ac { channel: &'a mut AcChannel<'b>, scan: &'a Scan },
    /// See [`progressive::refine_ac`].
    Refinement { channel: &'a mut AcChannel<'b>, scan: &'a Scan },
}

impl Cpu {
    /// What every processor of the kind can run.
    #[cfg(test)]
    pub(super) const ANY: Self = Self { avx2: false };

    /// The best for the processor at hand.
    pub(super) fn detect() -> Self {
        #[cfg(target_arch = "x86_64")]
        let avx2 =
            is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2");
        #[cfg(not(target_arch = "x86_64"))]
        let avx2 = false;
        Self { avx2 }
    }

    /// Decodes a run of MCUs or blocks. Returns the first one that was not decoded because the bits had run out.
    pub(super) fn decode<const EDGE: usize>(self, work: &mut Work, bits: &mut Bits, run: Range<usize>) -> usize {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `detect` found the features that the function is compiled for.
            return unsafe { decode_avx2::<EDGE>(work, bits, run) };
        }
        decode::<EDGE>(work, bits, run)
    }

    /// Writes the samples of all blocks: see [`Store::write`].
    pub(super) fn write<const EDGE: usize>(self, store: &Store, by: &Dequantise, samples: &mut [u8], stride: usize) {
        #[cfg(target_arch = "x86_64")]
        if self.avx2 {
            // SAFETY: `detect` found the features that the function is compiled for.
            return unsafe { write_avx2::<EDGE>(store, by, samples, stride) };
        }
        store.write::<EDGE>(by, samples, stride);
    }
}

#[allow(clippy::inline_always)] // into both of its callers, with their features
#[inline(always)]
fn decode<const EDGE: usize>(work: &mut Work, bits: &mut Bits, run: Range<usize>) -> usize {
    match work {
        Work::Sequential { channels, mcus_across } => sequential::decode::<EDGE>(channels, *mcus_across, bits, run),
        Work::Dc { channels, low, mcus_across } => progressive::decode_dc(channels, *low, *mcus_across, bits, run),
        Work::Ac { channel, scan } => progressive::decode_ac::<EDGE>(channel, scan, bits, run),
        Work::Refinement { channel, scan } => progressive::refine_ac(channel, scan, bits, run),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn decode_avx2<const EDGE: usize>(work: &mut Work, bits: &mut Bits, run: Range<usize>) -> usize {
    decode::<EDGE>(work, bits, run)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn write_avx2<const EDGE: usize>(store: &Store, by: &Dequantise, samples: &mut [u8], stride: usize) {
    store.write::<EDGE>(by, samples, stride);
}
