//! From samples to levels: transform and quantisation of one block, by the best code that this processor runs.

use super::dct::{self, Block};
use super::quantise::{self, Levels, Quantiser};

/// Fills in the levels of a block, and tells which are not zero.
pub(super) type Transform = fn(&[[u8; 8]; 8], &Quantiser, &mut Levels) -> u64;

/// The fastest one here.
pub(super) fn best() -> Transform {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        return wide::transform;
    }
    portable
}

/// For any processor.
pub(super) fn portable(samples: &[[u8; 8]; 8], quantiser: &Quantiser, levels: &mut Levels) -> u64 {
    let mut block = centred(samples);
    dct::forward(&mut block, dct::transpose);
    quantiser.apply(&block, levels);
    quantise::nonzero(&levels.0)
}

#[inline(always)]
fn centred(samples: &[[u8; 8]; 8]) -> Block {
    Block(samples.map(|row| row.map(|sample| f32::from(sample) - 128.0)))
}

#[cfg(target_arch = "x86_64")]
mod wide {
    #![allow(unsafe_code)] // calls code for AVX2, which `best` has found to be there

    use super::{Levels, Quantiser, centred, dct};
    use crate::encode::avx2;

    pub(super) fn transform(samples: &[[u8; 8]; 8], quantiser: &Quantiser, levels: &mut Levels) -> u64 {
        // SAFETY: only `best` hands this function out, and only on a processor with AVX2.
        unsafe { within(samples, quantiser, levels) }
    }

    #[target_feature(enable = "avx2")]
    fn within(samples: &[[u8; 8]; 8], quantiser: &Quantiser, levels: &mut Levels) -> u64 {
        let mut block = centred(samples);
        dct::forward(&mut block, |block| avx2::transpose(block));
        quantiser.apply(&block, levels);
        avx2::nonzero(&levels.0)
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::PI;

    use super::*;
    use proptest::prelude::*;

    fn block() -> impl Strategy<Value = [[u8; 8]; 8]> {
        prop_oneof![
            any::<[[u8; 8]; 8]>(),
            any::<[[bool; 8]; 8]>().prop_map(|block| block.map(|row| row.map(|b| u8::from(b) * 255)))
        ]
    }

    /// The transform as T.81 defines it, for horizontal frequency `u` and vertical frequency `v`.
    fn defined(samples: &[[u8; 8]; 8], u: usize, v: usize) -> f64 {
        let factor = |k: usize| if k == 0 { 0.5f64.sqrt() } else { 1.0 };
        let wave = |x: usize, k: usize| ((2 * x + 1) as f64 * k as f64 * PI / 16.0).cos();
        let sum: f64 = samples
            .iter()
            .enumerate()
            .flat_map(|(y, row)| {
                row.iter().enumerate().map(move |(x, &s)| (f64::from(s) - 128.0) * wave(x, u) * wave(y, v))
            })
            .sum();
        sum * factor(u) * factor(v) / 4.0
    }

    proptest! {
        #[test]
        fn levels_are_the_nearest(samples in block(), divisor in 1u16..=255) {
            let quantiser = Quantiser::new(&[divisor; 64]);
            let mut levels = Levels([0; 64]);
            let set = portable(&samples, &quantiser, &mut levels);
            for (i, &level) in levels.0.iter().enumerate() {
                let steps = defined(&samples, i / 8, i % 8) / f64::from(divisor);
                let allowed = if level == 0 { f64::from(quantise::LARGEST_ERROR) } else { 0.5 };
                prop_assert!((f64::from(level) - steps).abs() < allowed + 0.001, "{level} for {steps}");
                prop_assert_eq!(set >> i & 1 == 1, level != 0);
            }
        }

        #[test]
        fn the_fastest_is_equal_to_the_portable(samples in block(), table in any::<[u8; 64]>()) {
            let quantiser = Quantiser::new(&table.map(|divisor| u16::from(divisor.max(1))));
            let (mut one, mut other) = (Levels([0; 64]), Levels([7; 64]));
            let sets = (portable(&samples, &quantiser, &mut one), best()(&samples, &quantiser, &mut other));
            prop_assert_eq!(sets.0, sets.1);
            prop_assert_eq!(one, other);
        }
    }
}
