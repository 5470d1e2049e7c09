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

/// No frequency is off by more, in steps of its divisor.
#[cfg(test)]
pub(super) const LARGEST_ERROR: f32 = 0.75;

/// The smallest magnitude, in steps of the divisor, that does not become zero.
///
/// A level of one costs several bits, and the more zeros were before it the more, so one that is about as near to
/// zero is not worth them. The mean is one number that always has its bits.
fn threshold(u: usize, v: usize) -> f32 {
    if u + v == 0 { 0.5 } else { 0.55 + 0.02 * (u as f32).hypot(v as f32) }
}

/// 1.5 × 2²³: a number below 2²² added to it is rounded to the nearest integer, which is then its low bits.
const ROUNDER: f32 = 12_582_912.0;

impl Quantiser {
    /// For a table in rows of equal vertical frequency.
    pub(super) fn new(table: &[u16; 64]) -> Self {
        let at = |u: usize, v: usize| (1.0 / (f64::from(table[v * 8 + u]) * scale(u, v))) as f32;
        Self {
            reciprocal: std::array::from_fn(|u| std::array::from_fn(|v| at(u, v))),
            threshold: std::array::from_fn(|u| std::array::from_fn(|v| threshold(u, v))),
        }
    }

    /// Divides and rounds.
    #[inline(always)]
    pub(super) fn apply(&self, block: &Block, levels: &mut Levels) {
        for (u, levels) in levels.0.as_chunks_mut::<8>().0.iter_mut().enumerate() {
            let (numbers, reciprocal, threshold) = (&block.0[u], &self.reciprocal[u], &self.threshold[u]);
            for (v, level) in levels.iter_mut().enumerate() {
                let value = numbers[v] * reciprocal[v];
                let kept = if value.abs() >= threshold[v] { value } else { 0.0 };
                *level = ((kept + ROUNDER).to_bits() as i32 - ROUNDER.to_bits() as i32) as i16;
            }
        }
    }
}

/// One bit for each level that is not zero.
#[inline(always)]
pub(super) fn nonzero(levels: &[i16; 64]) -> u64 {
    levels.iter().enumerate().fold(0, |bits, (i, &level)| bits | u64::from(level != 0) << i)
}
