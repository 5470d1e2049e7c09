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
        // SAFETY: this function itself runs on AVX2 only.
        dct::forward(&mut block, |block| unsafe { avx2::transpose(block) });
        quantiser.apply(&block, levels);
        avx2::nonzero(&levels.0)
    }
}
