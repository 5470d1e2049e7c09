//! The loops over blocks, compiled for the processor at hand.
//!
//! The same code is compiled twice: as it is for every processor of its kind, and once more for those with AVX2
//! and BMI2. There the transforms take eight numbers at a time, and a shift by a variable number of bits, which
//! decoding does for every symbol, is one operation instead of three.

// Calling a function that was compiled for more than every processor has is unsafe; here the processor was asked.
#![allow(unsafe_code)]

use super::Scale;
use super::bits::Bits;
use super::block::Dequantise;
use super::markers::Scan;
use super::pictures::Output;
use super::progressive::{self, AcChannel, DcChannel, Store};
use super::sequential::{self, Channel};
use std::ops::Range;

/// Says that the processor at hand has AVX2, BMI1 and BMI2. Only [`Avx2::detect`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Avx2(());

impl Avx2 {
    /// One, where the processor has all that it says.
    pub(super) fn detect() -> Option<Self> {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2") {
            return Some(Self(()));
        }
        None
    }
}

/// What is done for a run of MCUs or blocks.
pub(super) enum Work<'a, 'b> {
    /// See [`sequential::decode`]: to one scale.
    Sequential { channels: &'a mut [Channel<'b>], mcus_across: usize },
    /// The same to several scales.
    Several { channels: &'a mut [Channel<'b>], mcus_across: usize },
    /// See [`progressive::decode_dc`].
    Dc { channels: &'a mut [DcChannel<'b>], low: u8, mcus_across: usize },
    /// See [`progressive::decode_ac`].
    Ac { channel: &'a mut AcChannel<'b>, scan: &'a Scan },
    /// See [`progressive::refine_ac`].
    Refinement { channel: &'a mut AcChannel<'b>, scan: &'a Scan },
}

/// Decodes a run of MCUs or blocks. Returns the first one that was not decoded because the bits had run out.
pub(super) fn decode<const EDGE: usize>(
    avx2: Option<Avx2>,
    work: &mut Work,
    bits: &mut Bits,
    run: Range<usize>,
) -> usize {
    match (work, avx2) {
        // A function of its own, so that the loops for one scale are compiled as if it were not there.
        // SAFETY: the processor has the features that the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        (Work::Several { channels, mcus_across }, Some(avx2)) => unsafe {
            several_avx2::<EDGE>(avx2, channels, *mcus_across, bits, run)
        },
        (Work::Several { channels, mcus_across }, _) => {
            sequential::decode::<EDGE, true>(channels, *mcus_across, bits, run, None)
        }
        // SAFETY: the processor has the features that the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        (work, Some(avx2)) => unsafe { decode_avx2::<EDGE>(avx2, work, bits, run) },
        (work, _) => decode_with::<EDGE>(None, work, bits, run),
    }
}

/// Writes the samples of all blocks: see [`Store::write`].
pub(super) fn write(avx2: Option<Avx2>, scale: Scale, store: &Store, by: &Dequantise, output: Output) {
    match avx2 {
        // SAFETY: the processor has the features that the function is compiled for.
        #[cfg(target_arch = "x86_64")]
        Some(avx2) => unsafe { write_avx2(avx2, scale, store, by, output) },
        _ => write_with(None, scale, store, by, output),
    }
}

#[allow(clippy::inline_always)] // into both of its callers, with their features
#[inline(always)]
fn write_with(avx2: Option<Avx2>, scale: Scale, store: &Store, by: &Dequantise, output: Output) {
    match scale {
        Scale::Eighth => store.write::<1>(by, output, avx2),
        Scale::Quarter => store.write::<2>(by, output, avx2),
        Scale::Half => store.write::<4>(by, output, avx2),
        Scale::Full => store.write::<8>(by, output, avx2),
    }
}

#[allow(clippy::inline_always)] // into both of its callers, with their features
#[inline(always)]
fn decode_with<const EDGE: usize>(avx2: Option<Avx2>, work: &mut Work, bits: &mut Bits, run: Range<usize>) -> usize {
    match work {
        Work::Sequential { channels, mcus_across } | Work::Several { channels, mcus_across } => {
            sequential::decode::<EDGE, false>(channels, *mcus_across, bits, run, avx2)
        }
        Work::Dc { channels, low, mcus_across } => progressive::decode_dc(channels, *low, *mcus_across, bits, run),
        Work::Ac { channel, scan } => progressive::decode_ac::<EDGE>(channel, scan, bits, run),
        Work::Refinement { channel, scan } => progressive::refine_ac(channel, scan, bits, run),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn decode_avx2<const EDGE: usize>(avx2: Avx2, work: &mut Work, bits: &mut Bits, run: Range<usize>) -> usize {
    decode_with::<EDGE>(Some(avx2), work, bits, run)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn several_avx2<const EDGE: usize>(
    avx2: Avx2,
    channels: &mut [Channel],
    mcus_across: usize,
    bits: &mut Bits,
    run: Range<usize>,
) -> usize {
    sequential::decode::<EDGE, true>(channels, mcus_across, bits, run, Some(avx2))
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn write_avx2(avx2: Avx2, scale: Scale, store: &Store, by: &Dequantise, output: Output) {
    write_with(Some(avx2), scale, store, by, output);
}
