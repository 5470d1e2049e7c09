//! The inner loops in AVX2.
#![allow(unsafe_code)] // Vector loads and stores take pointers. Every bound is asserted by `kernels`, and said below.
#![allow(clippy::cast_ptr_alignment)] // These loads and stores need no alignment.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_max_epi16, _mm_packs_epi32, _mm_set1_epi32, _mm_setzero_si128, _mm_srai_epi32,
    _mm_storel_epi64, _mm256_add_epi32, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_hadd_epi32,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_packs_epi32, _mm256_permute4x64_epi64, _mm256_set1_epi32,
    _mm256_setzero_si256, _mm256_srai_epi32, _mm256_storeu_si256,
};

use super::axis::{Axis, ONE};
use super::kernels::{COLUMNS, Pair, UNIT};

/// See `Instructions::mix`, which has made sure of the lengths.
pub(super) fn mix(ring: &[Pair], first: usize, weights: &[i16], line: &mut [i16]) {
    // SAFETY: only `Instructions::best` makes `Avx2`, where the machine has it.
    unsafe { mix_avx2(ring, first, weights, line) }
}

#[target_feature(enable = "avx2")]
fn mix_avx2(ring: &[Pair], first: usize, weights: &[i16], line: &mut [i16]) {
    let (columns, mask) = (line.len(), ring.len() / line.len() - 1);
    for (block, line) in line.chunks_exact_mut(COLUMNS).enumerate() {
        let mut sums = [_mm256_set1_epi32(ONE / 2); 4];
        for (index, weights) in weights.chunks_exact(2).enumerate() {
            let both = (i32::from(weights[1]) << 16) | (i32::from(weights[0]) & 0xffff);
            let both = _mm256_set1_epi32(both);
            let at = ((first + index) & mask) * columns + block * COLUMNS;
            debug_assert!(at + COLUMNS <= ring.len());
            // SAFETY: the ring has `mask + 1` rows of `columns` pairs, and `columns` is a multiple of 32: the block's
            // 32 pairs, four vectors of eight, lie inside.
            let loaded: [__m256i; 4] = unsafe {
                let pairs = ring.as_ptr().add(at).cast::<__m256i>();
                std::array::from_fn(|part| _mm256_loadu_si256(pairs.add(part)))
            };
            for (sum, pairs) in sums.iter_mut().zip(loaded) {
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, both));
            }
        }
        let sums = sums.map(|sum| _mm256_srai_epi32::<14>(sum));
        // Packing works in halves of the vectors; the permutation puts the quarters in order again.
        let low = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(sums[0], sums[1]));
        let high = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packs_epi32(sums[2], sums[3]));
        // SAFETY: a chunk of 32 samples is two vectors of sixteen.
        unsafe {
            let line = line.as_mut_ptr().cast::<__m256i>();
            _mm256_storeu_si256(line, low);
            _mm256_storeu_si256(line.add(1), high);
        }
    }
}

/// See `Instructions::dot`, which has made sure of the lengths.
pub(super) fn dot(line: &[i16], axis: &Axis, output: &mut [i16]) {
    // SAFETY: only `Instructions::best` makes `Avx2`, where the machine has it.
    unsafe { dot_avx2(line, axis, output) }
}

#[target_feature(enable = "avx2")]
fn dot_avx2(line: &[i16], axis: &Axis, output: &mut [i16]) {
    let stride = axis.stride();
    assert!(stride.is_multiple_of(UNIT), "runs of whole vectors");
    let runs = axis.firsts().chunks(4).zip(axis.weights().chunks(4 * stride));
    for (output, (firsts, weights)) in output.chunks_mut(4).zip(runs) {
        let mut sums = [_mm256_setzero_si256(); 4];
        for ((sum, first), weights) in sums.iter_mut().zip(firsts).zip(weights.chunks_exact(stride)) {
            for (index, weights) in weights.chunks_exact(UNIT).enumerate() {
                let at = *first as usize + index * UNIT;
                debug_assert!(at + UNIT <= line.len());
                // SAFETY: `first + stride` is at most the axis's reach, which is at most the line's length; the
                // weights are a chunk of sixteen.
                let (samples, weights) = unsafe {
                    let samples = line.as_ptr().add(at).cast::<__m256i>();
                    (_mm256_loadu_si256(samples), _mm256_loadu_si256(weights.as_ptr().cast::<__m256i>()))
                };
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(samples, weights));
            }
        }
        let sums = _mm256_hadd_epi32(_mm256_hadd_epi32(sums[0], sums[1]), _mm256_hadd_epi32(sums[2], sums[3]));
        let sums = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256::<1>(sums));
        let sums = _mm_srai_epi32::<14>(_mm_add_epi32(sums, _mm_set1_epi32(ONE / 2)));
        let samples = _mm_max_epi16(_mm_packs_epi32(sums, sums), _mm_setzero_si128());
        if let Ok(output) = <&mut [i16; 4]>::try_from(&mut *output) {
            // SAFETY: four samples of 16 bits are what is stored.
            unsafe { _mm_storel_epi64(output.as_mut_ptr().cast::<__m128i>(), samples) };
        } else {
            let mut four = [0i16; 4];
            // SAFETY: as above.
            unsafe { _mm_storel_epi64(four.as_mut_ptr().cast::<__m128i>(), samples) };
            output.copy_from_slice(&four[..output.len()]);
        }
    }
}
