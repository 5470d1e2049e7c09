//! From frequencies to levels: the only step that loses anything.

use super::dct::{Block, scale};

/// What one channel is divided by, and how it is rounded.
#[derive(Debug, Clone)]
pub(super) struct Quantiser {
    /// One over the divisor and the factor of the transform, turned as [`Block`] is after it.
    reciprocal: [[f32; 8]; 8],
    /// The smallest magnitude, in steps of the divisor, that is not rounded to zero.
    threshold: [[f32; 8]; 8],
}

/// Levels of a block as [`Block`] is turned: number `8·u + v` is of horizontal frequency `u` and vertical
/// frequency `v`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(C, align(32))]
pub(super) struct Levels(pub [i16; 64]);

/// The largest error of a frequency, in steps of its divisor: what is smaller becomes zero, except for a mean. A level
/// of one costs several bits, and more where it ends a run of zeros, so one that is as near to zero is not worth it.
pub(super) const LARGEST_ERROR: f32 = 0.62;

/// 1.5 × 2²³: a number below 2²² added to it is rounded to the nearest integer, which is then its low bits.
const ROUNDER: f32 = 12_582_912.0;

impl Quantiser {
    /// For a table in rows of equal vertical frequency.
    pub(super) fn new(table: &[u16; 64]) -> Self {
        let at = |u: usize, v: usize| (1.0 / (f64::from(table[v * 8 + u]) * scale(u, v))) as f32;
        Self {
            reciprocal: std::array::from_fn(|u| std::array::from_fn(|v| at(u, v))),
            threshold: std::array::from_fn(|u| std::array::from_fn(|v| if u + v == 0 { 0.5 } else { LARGEST_ERROR })),
        }
    }

    /// Divides and rounds.
    #[inline(always)]
    pub(super) fn apply(&self, block: &Block, levels: &mut Levels) {
        for (u, levels) in levels.0.chunks_exact_mut(8).enumerate() {
            for v in 0..8 {
                let value = block.0[u][v] * self.reciprocal[u][v];
                let magnitude = value.abs();
                let kept = if magnitude >= self.threshold[u][v] { value } else { 0.0 };
                levels[v] = ((kept + ROUNDER).to_bits() as i32 - ROUNDER.to_bits() as i32) as i16;
            }
        }
    }
}

/// One bit for each level that is not zero.
#[inline(always)]
pub(super) fn nonzero(levels: &[i16; 64]) -> u64 {
    levels.iter().enumerate().fold(0, |bits, (i, &level)| bits | u64::from(level != 0) << i)
}
