//! The light of details that a smaller scale leaves out.
//!
//! A scale keeps the lowest coefficients of a block, so that a sample is the mean of the samples that it stands for *as
//! they are coded*. Their light is another matter: a half of black and a half of white is 128 as it is coded, and 188
//! to the eye. How much is missing follows from how far samples are from their mean. That is what the coefficients
//! tell that are left out: by Parseval's theorem their squares sum to the variance of the block's samples.
//!
//! ```text
//!  coefficients of a block    kept     ──transform──▶  m, the mean as coded ──┐
//!                             left out ──squares────▶  v, the variance ───────┴──▶  √((m + 14)² + 1.4 v) − 14
//! ```
//!
//! The last step has sRGB's curve of light, ((m + 14) / 269)^2.4 for samples from 0 to 255, to second order: the mean
//! of a curve f is f(m) + f''(m) v / 2.
//!
//! Squares are looked up by a coefficient's place and *size*, the number of bits of its value, and not by the value:
//! most of these coefficients are passed over several at a time, of which only the codes are seen. Of a size, the mean
//! of all values' squares is taken; for the smallest, by far the most frequent, that is what it is.

// Everything here is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

use super::idct::Target;
use super::zigzag::{PLACES, ZIGZAG};

/// Squares of coefficients that a scale leaves out, by zigzag index and size.
pub(super) type Squares = [u32; 64 << 4];

/// What one coefficient adds at most: 63 of them fit 32 bits.
const MOST: f64 = (1 << 24) as f64;

/// The sum of squares of a block up to which no sample changes: half a step for the darkest.
const NOTHING: u32 = 640;

/// Of one quantisation table, for 1/8, 1/4 and 1/2.
pub(super) struct Details(Box<[Squares; 3]>);

impl Details {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // limited, and positive
    pub(super) fn new(quantisation: &[u16; 64]) -> Self {
        let mut scales = Box::new([[0; 64 << 4]; 3]);
        for (squares, edge) in scales.iter_mut().zip([1_u8, 2, 4]) {
            for index in 1..64 {
                if is_kept(index, edge) {
                    continue;
                }
                let step = f64::from(quantisation[usize::from(ZIGZAG[index])]);
                for size in 1..16 {
                    let square = mean_square(size) * step * step;
                    squares[index << 4 | size as usize] = square.round().min(MOST) as u32;
                }
            }
        }
        Self(scales)
    }

    /// Those of all scales, the smallest first.
    pub(super) fn by_scale(&self) -> [&Squares; 3] {
        let [eighth, quarter, half] = &*self.0;
        [eighth, quarter, half]
    }

    /// Those of the scale with blocks of `EDGE`. Full size, which leaves nothing out, gets others.
    #[inline(always)]
    pub(super) fn of_edge<const EDGE: usize>(&self) -> &Squares {
        &self.0[place::<EDGE>()]
    }
}

/// Of a scale below full size among all.
const fn place<const EDGE: usize>() -> usize {
    match EDGE {
        1 => 0,
        2 => 1,
        _ => 2,
    }
}

/// Whether a scale keeps the coefficient of this zigzag index.
fn is_kept(index: usize, edge: u8) -> bool {
    PLACES[edge.ilog2() as usize][index + 1] < edge * edge
}

/// Of all values of this many bits.
fn mean_square(size: u32) -> f64 {
    let (first, behind) = (f64::from(1 << (size - 1)), f64::from(1 << size));
    // Of squares up to n the sum is n (n + 1) (2 n + 1) / 6.
    let sum_below = |n: f64| (n - 1.0) * n * (2.0 * n - 1.0) / 6.0;
    (sum_below(behind) - sum_below(first)) / (behind - first)
}

/// The sums for one block, at `N` scales. With none, nothing is summed.
pub(super) struct Sums<'a, const N: usize> {
    squares: [&'a Squares; N],
    sums: [u32; N],
}

impl<'a, const N: usize> Sums<'a, N> {
    #[inline(always)]
    pub(super) fn new(squares: [&'a Squares; N]) -> Self {
        Self { squares, sums: [0; N] }
    }

    /// The sum for blocks of `EDGE`.
    #[inline(always)]
    pub(super) fn of_edge<const EDGE: usize>(&self) -> u32 {
        match N {
            0 => 0,
            1 => self.sums[0],
            _ => self.sums[place::<EDGE>()],
        }
    }

    /// The sums of all scales, the smallest first.
    #[inline(always)]
    pub(super) fn of_all(&self) -> [u32; 3] {
        let mut sums = [0; 3];
        for (to, from) in sums.iter_mut().zip(self.sums) {
            *to = from;
        }
        sums
    }

    /// A coefficient by its zigzag index and size, as `index << 4 | size`. Size 0 adds nothing, and an index behind the
    /// block something.
    #[inline(always)]
    pub(super) fn add(&mut self, coefficient: u32) {
        for scale in 0..N {
            self.sums[scale] += self.squares[scale][coefficient as usize % (64 << 4)];
        }
    }

    /// A coefficient that the decoder's counter stands behind.
    #[inline(always)]
    pub(super) fn add_value(&mut self, next: u32, size: u32) {
        self.add(next.wrapping_sub(1) << 4 | size);
    }
}

impl Target<'_> {
    /// Gives `N` x `N` samples the light of what was left out of them.
    #[inline(always)]
    pub(super) fn lighten<const N: usize>(&mut self, squares: u32) {
        if squares <= NOTHING {
            return;
        }
        let variance = variance(squares);
        for row in 0..N {
            for sample in &mut self.samples[self.at + row * self.stride..][..N] {
                [*sample] = lightened([*sample], variance);
            }
        }
    }
}

/// As [`Target::lighten`], for samples that are at hand.
#[inline(always)]
pub(super) fn lighten<const N: usize>(samples: [u8; N], squares: u32) -> [u8; N] {
    if squares <= NOTHING { samples } else { lightened(samples, variance(squares)) }
}

/// 1.4 times that of a block.
#[inline(always)]
#[allow(clippy::cast_precision_loss)] // far above what matters
fn variance(squares: u32) -> f32 {
    squares as f32 * (1.4 / 64.0)
}

/// Of 1.4 times the variance. In loops, which become vectors.
#[inline(always)]
#[allow(clippy::cast_possible_truncation)] // the lowest byte is the sample
fn lightened<const N: usize>(samples: [u8; N], variance: f32) -> [u8; N] {
    // Beside this number no fraction has room: the processor rounds, and the sample is in the lowest bits.
    const ROUNDING: f32 = 8_388_608.0;
    let mut light = [0.0; N];
    for (light, sample) in light.iter_mut().zip(samples) {
        *light = f32::from(sample) + 14.0;
    }
    for light in &mut light {
        *light = ((*light * *light + variance).sqrt() - 14.0).min(255.0) + ROUNDING;
    }
    let mut rounded = [0; N];
    for (rounded, light) in rounded.iter_mut().zip(light) {
        *rounded = light.to_bits() as u8;
    }
    rounded
}
