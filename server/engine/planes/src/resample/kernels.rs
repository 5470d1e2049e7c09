//! The inner loops in plain Rust, and the choice of faster ones that give the same bytes.

use super::axis::{Axis, ONE};
use super::light::Tables;

/// Samples of two rows that lie above each other: what one multiplication of pairs takes.
pub(crate) type Pair = [i16; 2];

/// Columns that are summed together; rows of pairs are padded to multiples of it.
pub(crate) const COLUMNS: usize = 32;

/// Runs along a row are read in multiples of so many samples.
pub(crate) const UNIT: usize = 16;

/// Which instructions the inner loops use. All give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Instructions {
    /// Those of any machine.
    Portable,
    /// AVX2. Made by [`Instructions::best`] alone, where the machine has them.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Instructions {
    /// The fastest that the machine has.
    pub(crate) fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        Self::Portable
    }

    /// Two rows of coded samples as a row of pairs, which may be longer.
    ///
    /// # Panics
    /// When the rows are not as long as each other, or longer than that of pairs.
    pub(crate) fn pair(self, tables: &Tables, upper: &[u8], lower: &[u8], pairs: &mut [Pair]) {
        assert_eq!(upper.len(), lower.len(), "rows of one plane");
        let pairs = &mut pairs[..upper.len()];
        match self {
            Self::Portable => pair(&tables.decode, upper, lower, pairs),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::pair(tables, upper, lower, pairs),
        }
    }

    /// Multiplies pairs of colour by those of alpha.
    pub(crate) fn cover(self, alphas: &[Pair], pairs: &mut [Pair]) {
        match self {
            Self::Portable => cover(alphas, pairs),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::cover(alphas, pairs),
        }
    }

    /// Sums rows of pairs, each times two of the weights, into one row.
    ///
    /// The rows lie in a ring of `ring.len() / line.len()` of them, which is a power of two; `first` counts on past
    /// its end.
    ///
    /// # Panics
    /// When a row is not a multiple of [`COLUMNS`], or the ring has fewer rows than there are pairs of weights.
    pub(crate) fn mix(self, ring: &[Pair], first: usize, weights: &[i16], line: &mut [i16]) {
        assert!(line.len().is_multiple_of(COLUMNS) && ring.len().is_multiple_of(line.len()), "whole rows");
        let rows = ring.len() / line.len();
        assert!(rows.is_power_of_two() && weights.len() <= 2 * rows, "a ring with room for all weights");
        match self {
            Self::Portable => mix(ring, first, weights, line),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::mix(ring, first, weights, line),
        }
    }

    /// Resamples a row. No sample of the result is negative; above white they may be.
    ///
    /// # Panics
    /// When `line` is shorter than [`Axis::reach`], or `output` is not what the axis makes.
    pub(crate) fn dot(self, line: &[i16], axis: &Axis, output: &mut [i16]) {
        assert!(line.len() >= axis.reach() && output.len() == axis.outputs(), "rows of the axis's size");
        match self {
            Self::Portable => dot(line, axis, output),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => super::avx2::dot(line, axis, output),
        }
    }
}

/// See [`Instructions::pair`].
pub(super) fn pair(decode: &[i16; 256], upper: &[u8], lower: &[u8], pairs: &mut [Pair]) {
    for ((pair, upper), lower) in pairs.iter_mut().zip(upper).zip(lower) {
        *pair = [decode[usize::from(*upper)], decode[usize::from(*lower)]];
    }
}

/// See [`Instructions::cover`].
#[inline(always)]
#[allow(clippy::inline_always)] // What is not inlined is not compiled for AVX2.
pub(super) fn cover(alphas: &[Pair], pairs: &mut [Pair]) {
    for (sample, alpha) in pairs.as_flattened_mut().iter_mut().zip(alphas.as_flattened()) {
        #[allow(clippy::cast_possible_truncation)] // An alpha is 1 at most.
        let covered = ((i32::from(*sample) * i32::from(*alpha) + ONE / 2) >> 14) as i16;
        *sample = covered;
    }
}

/// See [`Instructions::mix`].
fn mix(ring: &[Pair], first: usize, weights: &[i16], line: &mut [i16]) {
    let (columns, mask) = (line.len(), ring.len() / line.len() - 1);
    for (block, line) in line.chunks_exact_mut(COLUMNS).enumerate() {
        let mut sums = [ONE / 2; COLUMNS];
        for (index, weights) in weights.chunks_exact(2).enumerate() {
            let pairs = &ring[((first + index) & mask) * columns + block * COLUMNS..][..COLUMNS];
            for (sum, pair) in sums.iter_mut().zip(pairs) {
                *sum += i32::from(pair[0]) * i32::from(weights[0]) + i32::from(pair[1]) * i32::from(weights[1]);
            }
        }
        for (sample, sum) in line.iter_mut().zip(sums) {
            let sum = (sum >> 14).clamp(i16::MIN.into(), i16::MAX.into());
            *sample = i16::try_from(sum).expect("clamped");
        }
    }
}

/// See [`Instructions::dot`].
fn dot(line: &[i16], axis: &Axis, output: &mut [i16]) {
    for (index, output) in output.iter_mut().enumerate() {
        let (first, weights) = axis.run(index);
        let products =
            line[first..].iter().zip(weights).map(|(sample, weight)| i32::from(*sample) * i32::from(*weight));
        let sum = (products.sum::<i32>() + ONE / 2) >> 14;
        *output = i16::try_from(sum.clamp(0, i16::MAX.into())).expect("limited");
    }
}
