//! What the compiler does not find by itself: two steps of the transform in AVX2.
//!
//! The arithmetic is that of the portable code, compiled once more for AVX2; only moving numbers about is written
//! by hand.
#![allow(unsafe_code)] // reads and writes whole arrays by pointers; their types give the bounds

use std::arch::x86_64::{
    __m256i, _mm256_cmpeq_epi16, _mm256_load_ps, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_packs_epi16,
    _mm256_permute2f128_ps, _mm256_permute4x64_epi64, _mm256_setzero_si256, _mm256_shuffle_ps, _mm256_store_ps,
    _mm256_unpackhi_ps, _mm256_unpacklo_ps,
};

use super::dct::Block;

/// As [`super::dct::transpose`].
#[target_feature(enable = "avx2")]
pub(super) fn transpose(block: &mut Block) {
    // SAFETY: a Block is 64 numbers aligned to 32 bytes, and each row is 8 of them.
    let row = |y: usize| unsafe { _mm256_load_ps(block.0[y].as_ptr()) };
    let pair = |a, b| (_mm256_unpacklo_ps(a, b), _mm256_unpackhi_ps(a, b));
    let ((a0, a1), (a2, a3)) = (pair(row(0), row(1)), pair(row(2), row(3)));
    let ((a4, a5), (a6, a7)) = (pair(row(4), row(5)), pair(row(6), row(7)));
    let four = |a, b| (_mm256_shuffle_ps::<0x44>(a, b), _mm256_shuffle_ps::<0xEE>(a, b));
    let ((b0, b1), (b2, b3)) = (four(a0, a2), four(a1, a3));
    let ((b4, b5), (b6, b7)) = (four(a4, a6), four(a5, a7));
    let halves = |a, b| (_mm256_permute2f128_ps::<0x20>(a, b), _mm256_permute2f128_ps::<0x31>(a, b));
    let ((c0, c4), (c1, c5)) = (halves(b0, b4), halves(b1, b5));
    let ((c2, c6), (c3, c7)) = (halves(b2, b6), halves(b3, b7));
    for (row, values) in block.0.iter_mut().zip([c0, c1, c2, c3, c4, c5, c6, c7]) {
        // SAFETY: as above.
        unsafe { _mm256_store_ps(row.as_mut_ptr(), values) };
    }
}

/// As [`super::quantise::nonzero`].
#[target_feature(enable = "avx2")]
#[allow(clippy::cast_ptr_alignment)] // the load is one for any alignment
pub(super) fn nonzero(levels: &[i16; 64]) -> u64 {
    let zero = _mm256_setzero_si256();
    // SAFETY: `at` is 0, 16, 32 or 48, and 16 numbers from there lie in the array.
    let zeros =
        |at: usize| _mm256_cmpeq_epi16(unsafe { _mm256_loadu_si256(levels[at..].as_ptr().cast::<__m256i>()) }, zero);
    // Packing works within halves; the permutation puts the quarters back in order.
    let bytes = |at| _mm256_permute4x64_epi64::<0xD8>(_mm256_packs_epi16(zeros(at), zeros(at + 16)));
    let bits = |at| u64::from(_mm256_movemask_epi8(bytes(at)).cast_unsigned());
    !(bits(0) | bits(32) << 32)
}
