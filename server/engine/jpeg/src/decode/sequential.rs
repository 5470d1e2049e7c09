//! Scans of a sequential JPEG: straight from the bits to the samples, block by block.

// Everything on the way of a block is inlined into one loop, which is compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

use super::bits::Bits;
use super::block::{Coefficients, Dequantise};
use super::cpu::Avx2;
use super::details::{Details, Sums, lighten};
use super::idct::{self, Target};
use super::pictures::Output;
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
    /// Where what a scale leaves out is to give its light.
    pub(super) details: Option<&'a Details>,
    /// Samples along the edge of a block at the largest scale, which goes to `output`.
    pub(super) edge: usize,
    pub(super) output: Output<'a>,
    /// Where samples go at 1/8, 1/4 and 1/2 too, when the scale is larger.
    pub(super) smaller: [Option<Output<'a>>; 3],
    /// Blocks beside and above each other in an MCU.
    pub(super) across: usize,
    pub(super) down: usize,
}

/// Decodes a run of MCUs of a scan that is `mcus_across` wide, blocks of luma to `EDGE` x `EDGE` samples and those of
/// chroma to as many or fewer, and when there are several scales to those of smaller ones. Returns the first MCU that it did not decode because the bits had run out.
#[inline(always)]
pub(super) fn decode<const EDGE: usize, const SEVERAL: bool>(
    channels: &mut [Channel],
    mcus_across: usize,
    bits: &mut Bits,
    run: Range<usize>,
    avx2: Option<Avx2>,
) -> usize {
    let given = bits;
    let mut bits = given.clone();
    let mut predictions = [0_i32; 4];
    // Of luma, and of chroma at a smaller scale: behind the coefficients that are kept lie others, which are not cleared.
    let (mut block, mut smaller_block) = ([0; 128], [0; 128]);
    let mut lowest = [0; 128];
    let (mut y, mut x) = (run.start / mcus_across, run.start % mcus_across);
    for mcu in run.clone() {
        if bits.overrun() {
            *given = bits;
            return mcu;
        }
        for (channel, prediction) in channels.iter_mut().zip(&mut predictions) {
            for row in 0..channel.down {
                let row = y * channel.down + row;
                for column in 0..channel.across {
                    let column = x * channel.across + column;
                    let Channel { dc, ac, dequantise, details, edge, output, smaller, .. } = &mut *channel;
                    let mut target = output.target(*edge, row, column);
                    let mut smaller = Smaller { outputs: smaller, row, column, lowest: &mut lowest };
                    bits.refill();
                    *prediction = prediction.wrapping_add(dc.difference(&mut bits));
                    let (dc, with) = (*prediction, (*ac, &*dequantise, avx2));
                    let (bits, block, target, smaller) = (&mut bits, &mut block, &mut target, &mut smaller);
                    match (details, *edge) {
                        (Some(details), _) if SEVERAL => {
                            let details = Sums::new(details.by_scale());
                            samples_of::<EDGE, SEVERAL, 3>(bits, dc, with, block, target, smaller, details);
                        }
                        (Some(details), _) => {
                            let details = Sums::new([details.of_edge::<EDGE>()]);
                            samples_of::<EDGE, SEVERAL, 1>(bits, dc, with, block, target, smaller, details);
                        }
                        (None, 1) if EDGE > 1 => {
                            let block = &mut smaller_block;
                            samples_of::<1, SEVERAL, 0>(bits, dc, with, block, target, smaller, Sums::new([]));
                        }
                        (None, 2) if EDGE > 2 => {
                            let block = &mut smaller_block;
                            samples_of::<2, SEVERAL, 0>(bits, dc, with, block, target, smaller, Sums::new([]));
                        }
                        (None, 4) if EDGE > 4 => {
                            let block = &mut smaller_block;
                            samples_of::<4, SEVERAL, 0>(bits, dc, with, block, target, smaller, Sums::new([]));
                        }
                        (None, _) => {
                            samples_of::<EDGE, SEVERAL, 0>(bits, dc, with, block, target, smaller, Sums::new([]));
                        }
                    }
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
pub(super) fn fill_grey(channels: &mut [Channel], mcus_across: usize, run: Range<usize>) {
    for mcu in run {
        let (y, x) = (mcu / mcus_across, mcu % mcus_across);
        for Channel { edge, output, smaller, across, down, .. } in &mut *channels {
            let smaller = smaller.iter_mut().zip([1, 2, 4]).filter_map(|(output, edge)| Some((output.as_mut()?, edge)));
            for (Output { samples, stride }, edge) in smaller.chain([(output, *edge)]) {
                for row in y * *down * edge..(y + 1) * *down * edge {
                    samples[row * *stride + x * *across * edge..][..*across * edge].fill(GREY);
                }
            }
        }
    }
}

/// The same block at smaller scales.
struct Smaller<'a, 'b> {
    outputs: &'a mut [Option<Output<'b>>; 3],
    row: usize,
    column: usize,
    /// A place for the coefficients that 1/2 keeps.
    lowest: &'a mut Coefficients,
}

impl Smaller<'_, '_> {
    /// Writes the samples of a block that keeps `EDGE` x `EDGE` coefficients, each scale by its own rules: see
    /// [`samples_of`].
    #[inline(always)]
    fn write<const EDGE: usize>(
        &mut self,
        dc: i32,
        flat: bool,
        block: &Coefficients,
        dequantise: &Dequantise,
        avx2: Option<Avx2>,
        squares: [u32; 3],
    ) {
        let Self { outputs: [eighth, quarter, half], row, column, lowest } = self;
        if let Some(output) = eighth {
            let mut target = output.target(1, *row, *column);
            target.fill::<1>(idct::flat(dequantise.at(0, dc)));
            target.lighten::<1>(squares[0]);
        }
        if EDGE > 2
            && let Some(output) = quarter
        {
            let [across, down, both] = [block[1], block[EDGE], block[EDGE + 1]].map(i32::from);
            let mut target = output.target(2, *row, *column);
            two([dc, across, down, both], dequantise, squares[1], &mut target);
        }
        if EDGE > 4
            && let Some(output) = half
        {
            let mut target = output.target(4, *row, *column);
            if flat {
                target.fill::<4>(idct::flat(dequantise.at(0, dc)));
            } else {
                for (to, from) in lowest.chunks_exact_mut(4).zip(block[..4 * EDGE].chunks_exact(EDGE)) {
                    to.copy_from_slice(&from[..4]);
                }
                write::<4>(dc, dequantise, lowest, &mut target, avx2);
                target.lighten::<4>(squares[2]);
            }
        }
    }
}

/// The AC coefficients of a block, and its samples; with `SEVERAL`, those of smaller scales too. Details are summed for
/// `N` scales: none, this one, or all smaller than full size.
#[inline(always)]
fn samples_of<const EDGE: usize, const SEVERAL: bool, const N: usize>(
    bits: &mut Bits,
    dc: i32,
    (ac, dequantise, avx2): (&AcTable, &Dequantise, Option<Avx2>),
    block: &mut Coefficients,
    target: &mut Target,
    smaller: &mut Smaller,
    mut details: Sums<N>,
) {
    match EDGE {
        1 => {
            target.fill::<1>(idct::flat(dequantise.at(0, dc)));
            // There are 45 bits, which is two entries.
            ac.skip::<2, N>(bits, 1, &mut details);
            target.lighten::<1>(details.of_edge::<EDGE>());
        }
        2 => {
            let [across, down, both] = lowest(bits, ac, &mut details);
            two([dc, across, down, both], dequantise, details.of_edge::<EDGE>(), target);
            if SEVERAL {
                smaller.write::<EDGE>(dc, false, block, dequantise, avx2, details.of_all());
            }
        }
        _ => {
            let next = if EDGE == 4 {
                low::<EDGE, N>(bits, ac, block, &mut details)
            } else {
                all(bits, ac, block, &mut details)
            };
            let flat = next == END + 1;
            if SEVERAL {
                smaller.write::<EDGE>(dc, flat, block, dequantise, avx2, details.of_all());
            }
            if flat {
                target.fill::<EDGE>(idct::flat(dequantise.at(0, dc)));
            } else {
                write::<EDGE>(dc, dequantise, block, target, avx2);
                if EDGE == 4 {
                    target.lighten::<4>(details.of_edge::<EDGE>());
                }
                block[..EDGE * EDGE].fill(0);
            }
        }
    }
}

/// 2 x 2 samples of the coefficients, and of the squares of what is left out.
#[inline(always)]
fn two([dc, across, down, both]: [i32; 4], dequantise: &Dequantise, squares: u32, target: &mut Target) {
    let [across, down] = [dequantise.at(1, across), dequantise.at(8, down)];
    let samples = idct::two([dequantise.at(0, dc), across, down, dequantise.at(9, both)]);
    target.two(lighten(samples, squares));
}

/// Writes a block's samples.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // as libjpeg keeps coefficients
fn write<const EDGE: usize>(
    dc: i32,
    dequantise: &Dequantise,
    block: &mut Coefficients,
    target: &mut Target,
    avx2: Option<Avx2>,
) {
    block[0] = dc as i16;
    dequantise.write::<EDGE>(block, target, avx2);
}

/// The coefficients at zigzag 1, 2 and 4; passes over the others.
#[inline(always)]
fn lowest<const N: usize>(bits: &mut Bits, ac: &AcTable, details: &mut Sums<N>) -> [i32; 3] {
    let ([mut first, mut second, mut fourth], mut next) = ac.lowest(bits, details);
    while next <= 4 {
        bits.refill();
        let coefficient = ac.coefficient(bits);
        next += coefficient.passed;
        details.add_value(next, coefficient.size);
        match next - 1 {
            1 => first = coefficient.value,
            2 => second = coefficient.value,
            4 => fourth = coefficient.value,
            _ => {}
        }
    }
    if next < 64 {
        // There are 19 bits behind an entry, and more behind a coefficient.
        ac.skip::<1, N>(bits, next, details);
    }
    [first, second, fourth]
}

/// The coefficients of the lowest 4 x 4; passes over the others. Returns the index behind the last one, with
/// [`END`] added where the block ended early.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of 15 bits
fn low<const EDGE: usize, const N: usize>(
    bits: &mut Bits,
    ac: &AcTable,
    block: &mut Coefficients,
    details: &mut Sums<N>,
) -> u32 {
    let places = &PLACES[2];
    let mut next = 1;
    let mut put = |next: u32, value: i16| block[usize::from(places[next as usize & 255]) & 127] = value;
    'block: loop {
        // Four pairs take at most 44 bits: of 45 behind a difference of DC coefficients, and of 56 later.
        for _ in 0..4 {
            if let Some([first, second]) = ac.pair(bits) {
                next += first.passed;
                put(next, first.value);
                details.add_value(next, first.size);
                next += second.passed;
                put(next, second.value);
                details.add_value(next, second.size);
            } else {
                bits.refill();
                let coefficient = ac.coefficient(bits);
                next += coefficient.passed;
                put(next, coefficient.value as i16);
                details.add_value(next, coefficient.size);
                if next > u32::from(last_kept(EDGE)) {
                    break 'block;
                }
                break;
            }
            if next > u32::from(last_kept(EDGE)) {
                break 'block;
            }
        }
        bits.refill();
    }
    if next < 64 {
        ac.skip::<0, N>(bits, next, details);
    }
    next
}

/// All coefficients; else as [`low`].
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // of 15 bits
fn all<const N: usize>(bits: &mut Bits, ac: &AcTable, block: &mut Coefficients, details: &mut Sums<N>) -> u32 {
    let places = &PLACES[3];
    let mut next = 1;
    let mut put = |next: u32, value: i16| block[usize::from(places[next as usize & 255]) & 127] = value;
    loop {
        // As in [`low`].
        for _ in 0..4 {
            // The first of a pair passes at most 16, so that the second is of this block too.
            if next < 48
                && let Some([first, second]) = ac.pair(bits)
            {
                next += first.passed;
                put(next, first.value);
                details.add_value(next, first.size);
                next += second.passed;
                put(next, second.value);
                details.add_value(next, second.size);
            } else {
                bits.refill();
                let coefficient = ac.coefficient(bits);
                next += coefficient.passed;
                put(next, coefficient.value as i16);
                details.add_value(next, coefficient.size);
                if next > 63 {
                    return next;
                }
                break;
            }
            if next > 63 {
                return next;
            }
        }
        bits.refill();
    }
}
