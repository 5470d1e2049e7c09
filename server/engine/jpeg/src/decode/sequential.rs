//! Scans of a sequential JPEG: straight from the bits to the samples, block by block.

// Everything on the way of a block is inlined into one loop, which is compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

use super::bits::Bits;
use super::block::{Coefficients, Dequantise};
use super::cpu::Avx2;
use super::idct::{self, Target};
use super::tables::{AcTable, DcTable, END};
use super::zigzag::{PLACES, last_kept};
use std::ops::Range;

/// Sample of a block that there is no data for, as libjpeg has it.
pub(super) const GREY: u8 = 128;

/// What one component of a scan is decoded with, and into.
pub(super) struct Channel<'a> {
    pub(super) dc: &'a DcTable,
    pub(super) ac: &'a AcTable,
    pub(super) dequantise: Dequantise,
    pub(super) samples: &'a mut [u8],
    /// Bytes from row to row.
    pub(super) stride: usize,
    /// Blocks beside and above each other in an MCU.
    pub(super) across: usize,
    pub(super) down: usize,
}

/// Decodes a run of MCUs of a scan that is `mcus_across` wide, blocks to `EDGE` x `EDGE` samples. Returns the first
/// MCU that it did not decode because the bits had run out.
#[inline(always)]
pub(super) fn decode<const EDGE: usize>(
    channels: &mut [Channel],
    mcus_across: usize,
    bits: &mut Bits,
    run: Range<usize>,
    avx2: Option<Avx2>,
) -> usize {
    let given = bits;
    let mut bits = given.clone();
    let mut predictions = [0_i32; 4];
    let mut block = [0; 128];
    let (mut y, mut x) = (run.start / mcus_across, run.start % mcus_across);
    for mcu in run.clone() {
        if bits.overrun() {
            *given = bits;
            return mcu;
        }
        for (channel, prediction) in channels.iter_mut().zip(&mut predictions) {
            for row in 0..channel.down {
                let top = (y * channel.down + row) * EDGE * channel.stride;
                for column in 0..channel.across {
                    let at = top + (x * channel.across + column) * EDGE;
                    let Channel { dc, ac, dequantise, samples, stride, .. } = &mut *channel;
                    let mut target = Target { samples, at, stride: *stride };
                    bits.refill();
                    *prediction = prediction.wrapping_add(dc.difference(&mut bits));
                    samples_of::<EDGE>(&mut bits, *prediction, ac, dequantise, &mut block, &mut target, avx2);
                }
            }
        }
        x += 1;
        if x == mcus_across {
            (x, y) = (0, y + 1);
        }
    }
    *given = bits;
    run.end
}

/// Makes MCUs grey.
pub(super) fn fill_grey<const EDGE: usize>(channels: &mut [Channel], mcus_across: usize, run: Range<usize>) {
    for mcu in run {
        let (y, x) = (mcu / mcus_across, mcu % mcus_across);
        for Channel { samples, stride, across, down, .. } in &mut *channels {
            for row in y * *down * EDGE..(y + 1) * *down * EDGE {
                samples[row * *stride + x * *across * EDGE..][..*across * EDGE].fill(GREY);
            }
        }
    }
}

/// The AC coefficients of a block, and its samples.
#[inline(always)]
fn samples_of<const EDGE: usize>(
    bits: &mut Bits,
    dc: i32,
    ac: &AcTable,
    dequantise: &Dequantise,
    block: &mut Coefficients,
    target: &mut Target,
    avx2: Option<Avx2>,
) {
    match EDGE {
        1 => {
            target.fill::<1>(idct::flat(dequantise.at(0, dc)));
            ac.skip(bits, 1);
        }
        2 => {
            let [across, down, both] = lowest(bits, ac);
            let [across, down] = [dequantise.at(1, across), dequantise.at(8, down)];
            idct::two([dequantise.at(0, dc), across, down, dequantise.at(9, both)], target);
        }
        4 => {
            if low::<EDGE>(bits, ac, block) == END + 1 {
                target.fill::<4>(idct::flat(dequantise.at(0, dc)));
            } else {
                finish::<EDGE>(dc, dequantise, block, target, avx2);
            }
        }
        _ => {
            if all(bits, ac, block) == END + 1 {
                target.fill::<8>(idct::flat(dequantise.at(0, dc)));
            } else {
                finish::<EDGE>(dc, dequantise, block, target, avx2);
            }
        }
    }
}

/// Writes a block's samples, and makes it ready for the next one.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // as libjpeg keeps coefficients
fn finish<const EDGE: usize>(
    dc: i32,
    dequantise: &Dequantise,
    block: &mut Coefficients,
    target: &mut Target,
    avx2: Option<Avx2>,
) {
    block[0] = dc as i16;
    dequantise.write::<EDGE>(block, target, avx2);
    block[..EDGE * EDGE].fill(0);
}

/// The coefficients at zigzag 1, 2 and 4; passes over the others.
#[inline(always)]
fn lowest(bits: &mut Bits, ac: &AcTable) -> [i32; 3] {
    let ([mut first, mut second, mut fourth], mut next) = ac.lowest(bits);
    while next <= 4 {
        bits.refill();
        let coefficient = ac.coefficient(bits);
        next += coefficient.passed;
        match next - 1 {
            1 => first = coefficient.value,
            2 => second = coefficient.value,
            4 => fourth = coefficient.value,
            _ => {}
        }
    }
    if next < 64 {
        ac.skip(bits, next);
    }
    [first, second, fourth]
}

/// The coefficients of the lowest 4 x 4; passes over the others. Returns the index behind the last one, with
/// [`END`] added where the block ended early.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of 15 bits
fn low<const EDGE: usize>(bits: &mut Bits, ac: &AcTable, block: &mut Coefficients) -> u32 {
    let places = &PLACES[2];
    let mut next = 1;
    let mut put = |next: u32, value: i16| block[usize::from(places[next as usize & 255]) & 127] = value;
    loop {
        bits.refill();
        if let Some([(passed, value), (second_passed, second)]) = ac.pair(bits) {
            next += passed;
            put(next, value);
            next += second_passed;
            put(next, second);
        } else {
            let coefficient = ac.coefficient(bits);
            next += coefficient.passed;
            put(next, coefficient.value as i16);
        }
        if next > u32::from(last_kept(EDGE)) {
            break;
        }
    }
    if next < 64 {
        ac.skip(bits, next);
    }
    next
}

/// All coefficients; else as [`low`].
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of 15 bits
fn all(bits: &mut Bits, ac: &AcTable, block: &mut Coefficients) -> u32 {
    let places = &PLACES[3];
    let mut next = 1;
    let mut put = |next: u32, value: i16| block[usize::from(places[next as usize & 255]) & 127] = value;
    loop {
        bits.refill();
        // The first of a pair passes at most 16, so that the second is of this block too.
        if next < 48
            && let Some([(passed, value), (second_passed, second)]) = ac.pair(bits)
        {
            next += passed;
            put(next, value);
            next += second_passed;
            put(next, second);
        } else {
            let coefficient = ac.coefficient(bits);
            next += coefficient.passed;
            put(next, coefficient.value as i16);
        }
        if next > 63 {
            return next;
        }
    }
}
