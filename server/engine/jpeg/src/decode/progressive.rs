//! Scans of a progressive JPEG: into coefficients, which become samples when all scans are read.
//!
//! At a smaller scale only the coefficients that it uses are kept, and scans without any of them are not decoded.
//! Refinements of AC coefficients are left out there too: they cost more than all other scans together, because they
//! have a bit for each coefficient that is known, and give the lowest bits of frequencies that scaling weakens.

// Everything on the way of a block is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]
// Coefficients of 15 bits, as libjpeg keeps them.
#![allow(clippy::cast_possible_truncation)]

use super::Scale;
use super::bits::{Bits, extend};
use super::block::Dequantise;
use super::cpu::Avx2;
use super::idct::Target;
use super::markers::Scan;
use super::pictures::Output;
use super::tables::{Codebook, DcTable};
use super::zigzag::{PLACES, last_kept};
use std::ops::Range;

/// Coefficients of one component: `edge`² for each block, in natural order.
#[derive(Default)]
pub(super) struct Store {
    values: Vec<i16>,
    /// Blocks beside each other, in whole MCUs.
    across: usize,
    /// Coefficients of a block, along each edge and all of them.
    edge: usize,
    kept: usize,
}

impl Store {
    /// Zeros for so many blocks; keeps its memory where that is enough.
    pub(super) fn reset(&mut self, across: usize, down: usize, edge: usize) {
        (self.across, self.edge, self.kept) = (across, edge, edge * edge);
        self.values.clear();
        self.values.resize(across * down * self.kept, 0);
    }

    /// Takes over those that a smaller scale keeps.
    pub(super) fn keep_lowest(&mut self, from: &Self, scale: Scale) {
        match scale {
            Scale::Eighth => self.keep::<1>(from),
            Scale::Quarter => self.keep::<2>(from),
            Scale::Half => self.keep::<4>(from),
            Scale::Full => self.keep::<8>(from),
        }
    }

    fn keep<const EDGE: usize>(&mut self, from: &Self) {
        self.reset(from.across, from.values.len() / (from.across * from.kept), EDGE);
        let blocks = self.values.chunks_exact_mut(EDGE * EDGE).zip(from.values.chunks_exact(from.kept));
        for (to, from) in blocks.map(|(to, block)| (to, block.chunks_exact(from.edge))) {
            for (to, from) in to.chunks_exact_mut(EDGE).zip(from) {
                to.copy_from_slice(&from[..EDGE]);
            }
        }
    }

    /// Takes over the DC coefficients of another scale.
    pub(super) fn copy_dc(&mut self, from: &Self) {
        for (to, from) in self.values.chunks_exact_mut(self.kept).zip(from.values.chunks_exact(from.kept)) {
            to[0] = from[0];
        }
    }

    /// Writes the samples of all blocks.
    #[inline(always)]
    pub(super) fn write<const EDGE: usize>(
        &self,
        dequantise: &Dequantise,
        Output { samples, stride }: Output,
        avx2: Option<Avx2>,
    ) {
        let mut block = [0; 128];
        for (index, values) in self.values.chunks_exact(EDGE * EDGE).enumerate() {
            block[..EDGE * EDGE].copy_from_slice(values);
            let (y, x) = (index / self.across, index % self.across);
            let at = y * EDGE * stride + x * EDGE;
            dequantise.write::<EDGE>(&block, &mut Target { samples: &mut *samples, at, stride }, avx2);
        }
    }
}

/// Whether a scan gives coefficients that a scale of `edge` uses.
pub(super) fn is_wanted(scan: &Scan, edge: usize) -> bool {
    edge == 8 || scan.first == 0 || (scan.high == 0 && scan.first <= last_kept(edge))
}

/// A component of a scan of DC coefficients.
pub(super) struct DcChannel<'a> {
    /// `None` in a refinement, which is not Huffman coded.
    pub(super) table: Option<&'a DcTable>,
    pub(super) store: &'a mut Store,
    /// Blocks beside and above each other in an MCU.
    pub(super) across: usize,
    pub(super) down: usize,
}

/// Decodes a run of MCUs of a scan of DC coefficients. Returns the first MCU that it did not decode because the
/// bits had run out.
#[inline(always)]
pub(super) fn decode_dc(
    channels: &mut [DcChannel],
    low: u8,
    mcus_across: usize,
    bits: &mut Bits,
    run: Range<usize>,
) -> usize {
    let mut predictions = [0_i32; 4];
    for mcu in run.clone() {
        if bits.overrun() {
            return mcu;
        }
        let (y, x) = (mcu / mcus_across, mcu % mcus_across);
        for (DcChannel { table, store, across, down }, prediction) in channels.iter_mut().zip(&mut predictions) {
            for row in y * *down..(y + 1) * *down {
                for column in x * *across..(x + 1) * *across {
                    let value = &mut store.values[(row * store.across + column) * store.kept];
                    bits.refill();
                    if let Some(table) = table {
                        *prediction = prediction.wrapping_add(table.difference(bits));
                        *value = prediction.wrapping_shl(low.into()) as i16;
                    } else {
                        *value |= ((bits.peek() >> 63) as i16) << low;
                        bits.take(1);
                    }
                }
            }
        }
    }
    run.end
}

/// A scan of AC coefficients, always of one component.
pub(super) struct AcChannel<'a> {
    pub(super) table: &'a Codebook,
    pub(super) store: &'a mut Store,
    /// Blocks beside each other that hold a part of the picture.
    pub(super) blocks_across: usize,
}

impl AcChannel<'_> {
    /// The coefficients of a block that the scan has.
    #[inline(always)]
    fn block(&mut self, index: usize) -> &mut [i16] {
        let (y, x) = (index / self.blocks_across, index % self.blocks_across);
        let start = (y * self.store.across + x) * self.store.kept;
        &mut self.store.values[start..start + self.store.kept]
    }
}

/// Decodes a run of blocks of a first pass over AC coefficients. Returns the first block that it did not decode
/// because the bits had run out.
#[inline(always)]
pub(super) fn decode_ac<const EDGE: usize>(
    channel: &mut AcChannel,
    scan: &Scan,
    bits: &mut Bits,
    run: Range<usize>,
) -> usize {
    let places = &PLACES[EDGE.ilog2() as usize];
    let behind = u32::from(scan.last) + 1;
    let mut index = run.start;
    while index < run.end {
        if bits.overrun() {
            return index;
        }
        let table = channel.table;
        let block = channel.block(index);
        let mut next = u32::from(scan.first);
        index += 1;
        while next < behind {
            bits.refill();
            let symbol = table.symbol(bits);
            let (zeros, size) = (u32::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 && zeros != 15 {
                // The end of this block, and of so many after it.
                index = index.saturating_add(end_of_band(bits, zeros));
                break;
            }
            next += zeros + 1;
            let value = extend(bits.peek(), size) << scan.low;
            bits.take(size);
            // Places behind the block are not kept.
            if let Some(kept) = block.get_mut(usize::from(places[next as usize & 255])) {
                *kept = value as i16;
            }
        }
    }
    run.end
}

/// How many more blocks end with this one.
#[inline(always)]
fn end_of_band(bits: &mut Bits, size: u32) -> usize {
    let count = (1 << size) - 1 + (bits.peek() >> 1).wrapping_shr(63 - size) as usize;
    bits.take(size);
    count
}

/// Decodes a run of blocks of a refinement of AC coefficients, at full size. Returns the first block that it did not
/// decode because the bits had run out.
#[inline(always)]
pub(super) fn refine_ac(channel: &mut AcChannel, scan: &Scan, bits: &mut Bits, run: Range<usize>) -> usize {
    let bit = 1_i16 << scan.low;
    let behind = u32::from(scan.last) + 1;
    let mut ended = 0_usize;
    for index in run.clone() {
        if bits.overrun() {
            return index;
        }
        let table = channel.table;
        let block = channel.block(index);
        let mut next = u32::from(scan.first);
        while ended == 0 && next < behind {
            bits.refill();
            let Codeword { zeros, value } = codeword(table, bits, bit);
            if value.is_none() && zeros != 15 {
                ended = end_of_band(bits, zeros) + 1;
                break;
            }
            next = refine_run(block, next..behind, zeros, bits, bit);
            if next < behind
                && let Some(value) = value.filter(|value| *value != 0)
            {
                block[usize::from(PLACES[3][next as usize + 1])] = value;
            }
            next += 1;
        }
        if ended > 0 {
            refine_run(block, next..behind, u32::MAX, bits, bit);
            ended -= 1;
        }
    }
    run.end
}

/// A symbol of a refinement.
struct Codeword {
    /// Zeros that stay zeros before the new coefficient; without one, the size of a run of ended blocks.
    zeros: u32,
    /// A coefficient that is new; `None` at the end of blocks and for 16 zeros.
    value: Option<i16>,
}

#[inline(always)]
fn codeword(codebook: &Codebook, bits: &mut Bits, bit: i16) -> Codeword {
    let symbol = codebook.symbol(bits);
    let zeros = u32::from(symbol >> 4);
    let size = symbol & 15;
    if size == 0 {
        return Codeword { zeros, value: None };
    }
    // The size is always 1: one bit is the sign.
    let value = if bits.peek() >> 63 == 1 { bit } else { -bit };
    bits.take(1);
    Codeword { zeros, value: Some(value) }
}

/// Refines the coefficients that are known, up to the zero behind `zeros` other zeros. Returns its index, or that
/// behind the band.
#[inline(always)]
fn refine_run(block: &mut [i16], band: Range<u32>, mut zeros: u32, bits: &mut Bits, bit: i16) -> u32 {
    for index in band.clone() {
        let known = &mut block[usize::from(PLACES[3][index as usize + 1])];
        if *known == 0 {
            if zeros == 0 {
                return index;
            }
            zeros -= 1;
        } else {
            bits.refill();
            // A bit that is set already comes from a damaged file.
            if bits.peek() >> 63 == 1 && *known & bit == 0 {
                *known = known.wrapping_add(if *known > 0 { bit } else { -bit });
            }
            bits.take(1);
        }
    }
    band.end
}
