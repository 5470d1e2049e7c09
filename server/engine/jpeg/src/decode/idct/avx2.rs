//! The transforms with AVX2: 8 numbers at a time, with the same results to the bit as those without.

// Calling a function that was compiled for AVX2 is unsafe; an `Avx2` says that the processor has it.
#![allow(unsafe_code)]
// Everything here is inlined into loops that are compiled for AVX2.
#![allow(clippy::inline_always)]
// Rows and columns are `a` to `h`, and intrinsics are many.
#![allow(clippy::many_single_char_names, clippy::wildcard_imports)]

use super::super::block::{Coefficients, Dequantise};
use super::super::cpu::Avx2;
use super::{BITS, FIRST, Rounding, SECOND, Target};
use core::arch::x86_64::*;

/// See [`super::four`].
#[inline(always)]
pub(in super::super) fn four(_: Avx2, coefficients: &Coefficients, by: &Dequantise, target: &mut Target) {
    // SAFETY: there is an `Avx2` only where the processor has AVX2.
    let rows = unsafe { four_rows(coefficients, by) };
    for (y, row) in rows.into_iter().enumerate() {
        target.row(y, row.to_le_bytes());
    }
}

/// See [`super::eight`].
#[inline(always)]
pub(in super::super) fn eight(_: Avx2, coefficients: &Coefficients, by: &Dequantise, target: &mut Target) {
    // SAFETY: there is an `Avx2` only where the processor has AVX2.
    let rows = unsafe { eight_rows(coefficients, by) };
    for (y, row) in rows.into_iter().enumerate() {
        target.row(y, row.to_le_bytes());
    }
}

/// Four samples in each number, the first one in its lowest byte.
#[target_feature(enable = "avx2")]
#[inline]
#[allow(clippy::cast_sign_loss)] // bytes
fn four_rows(coefficients: &Coefficients, by: &Dequantise) -> [u32; 4] {
    let row = |y: usize| {
        // SAFETY: both arrays have 16 numbers and more, of which row `y` below 4 has 4.
        let (coefficients, table) = unsafe {
            let coefficients = _mm_loadl_epi64(coefficients.as_ptr().add(4 * y).cast());
            (coefficients, _mm_loadl_epi64(by.square.as_ptr().add(4 * y).cast()))
        };
        _mm_mullo_epi32(_mm_cvtepi16_epi32(coefficients), _mm_cvtepu16_epi32(table))
    };
    let [a, b, c, d] = four_pass::<{ FIRST.fraction.cast_signed() }>([row(0), row(1), row(2), row(3)], FIRST);
    let (low, high) = (_mm_unpacklo_epi32(a, b), _mm_unpackhi_epi32(a, b));
    let (next_low, next_high) = (_mm_unpacklo_epi32(c, d), _mm_unpackhi_epi32(c, d));
    let columns = [
        _mm_unpacklo_epi64(low, next_low),
        _mm_unpackhi_epi64(low, next_low),
        _mm_unpacklo_epi64(high, next_high),
        _mm_unpackhi_epi64(high, next_high),
    ];
    let [a, b, c, d] = four_pass::<{ SECOND.fraction.cast_signed() }>(columns, SECOND);
    let columns = _mm_packus_epi16(_mm_packs_epi32(a, b), _mm_packs_epi32(c, d));
    let rows = _mm_shuffle_epi8(columns, _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    [
        _mm_extract_epi32::<0>(rows) as u32,
        _mm_extract_epi32::<1>(rows) as u32,
        _mm_extract_epi32::<2>(rows) as u32,
        _mm_extract_epi32::<3>(rows) as u32,
    ]
}

#[target_feature(enable = "avx2")]
#[inline]
fn four_pass<const FRACTION: i32>([a, b, c, d]: [__m128i; 4], by: Rounding) -> [__m128i; 4] {
    let times = |value: __m128i, constant: i32| _mm_mullo_epi32(value, _mm_set1_epi32(constant));
    let scaled =
        |value: __m128i| _mm_add_epi32(_mm_slli_epi32::<{ BITS.cast_signed() }>(value), _mm_set1_epi32(by.bias));
    let out = |value: __m128i| _mm_srai_epi32::<FRACTION>(value);
    let (even, odd) = (scaled(_mm_add_epi32(a, c)), scaled(_mm_sub_epi32(a, c)));
    let outer = _mm_add_epi32(times(b, super::COSINE), times(d, super::SINE));
    let inner = _mm_sub_epi32(times(b, super::SINE), times(d, super::COSINE));
    [
        out(_mm_add_epi32(even, outer)),
        out(_mm_add_epi32(odd, inner)),
        out(_mm_sub_epi32(odd, inner)),
        out(_mm_sub_epi32(even, outer)),
    ]
}

/// Eight samples in each number, the first one in its lowest byte.
#[target_feature(enable = "avx2")]
#[inline]
#[allow(clippy::cast_sign_loss)] // bytes
fn eight_rows(coefficients: &Coefficients, by: &Dequantise) -> [u64; 8] {
    let row = |y: usize| {
        // SAFETY: both arrays have 64 numbers and more, of which row `y` below 8 has 8.
        let (coefficients, table) = unsafe {
            let coefficients = _mm_loadu_si128(coefficients.as_ptr().add(8 * y).cast());
            (coefficients, _mm_loadu_si128(by.table.as_ptr().add(8 * y).cast()))
        };
        _mm256_mullo_epi32(_mm256_cvtepi16_epi32(coefficients), _mm256_cvtepu16_epi32(table))
    };
    let rows = [row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7)];
    let columns = transposed(eight_pass::<{ FIRST.fraction.cast_signed() }>(rows, FIRST));
    let [a, b, c, d, e, f, g, h] = eight_pass::<{ SECOND.fraction.cast_signed() }>(columns, SECOND);

    // Four columns to a vector, each half with four rows; then bytes of one row beside each other.
    let order = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    let order = _mm256_broadcastsi128_si256(order);
    let quarters = |a, b, c, d| {
        let columns = _mm256_packus_epi16(_mm256_packs_epi32(a, b), _mm256_packs_epi32(c, d));
        _mm256_shuffle_epi8(columns, order)
    };
    let (left, right) = (quarters(a, b, c, d), quarters(e, f, g, h));
    let (outer, inner) = (_mm256_unpacklo_epi32(left, right), _mm256_unpackhi_epi32(left, right));
    [
        _mm256_extract_epi64::<0>(outer) as u64,
        _mm256_extract_epi64::<1>(outer) as u64,
        _mm256_extract_epi64::<0>(inner) as u64,
        _mm256_extract_epi64::<1>(inner) as u64,
        _mm256_extract_epi64::<2>(outer) as u64,
        _mm256_extract_epi64::<3>(outer) as u64,
        _mm256_extract_epi64::<2>(inner) as u64,
        _mm256_extract_epi64::<3>(inner) as u64,
    ]
}

/// See [`super::pass`].
#[target_feature(enable = "avx2")]
#[inline]
fn eight_pass<const FRACTION: i32>(rows: [__m256i; 8], by: Rounding) -> [__m256i; 8] {
    let [r0, r1, r2, r3, r4, r5, r6, r7] = rows;
    let times = |value: __m256i, constant: i32| _mm256_mullo_epi32(value, _mm256_set1_epi32(constant));
    let add = |a: __m256i, b: __m256i| _mm256_add_epi32(a, b);
    let sub = |a: __m256i, b: __m256i| _mm256_sub_epi32(a, b);
    let scaled = |value: __m256i| add(_mm256_slli_epi32::<{ BITS.cast_signed() }>(value), _mm256_set1_epi32(by.bias));
    let out = |value: __m256i| _mm256_srai_epi32::<FRACTION>(value);

    let turned = times(add(r2, r6), super::EVEN[0]);
    let e2 = add(turned, times(r6, super::EVEN[1]));
    let e3 = add(turned, times(r2, super::EVEN[2]));
    let (e0, e1) = (scaled(add(r0, r4)), scaled(sub(r0, r4)));
    let (even0, even1, even2, even3) = (add(e0, e3), add(e1, e2), sub(e1, e2), sub(e0, e3));

    let (z1, z2) = (add(r7, r1), add(r5, r3));
    let (z3, z4) = (add(r7, r3), add(r5, r1));
    let all = times(add(z3, z4), super::ALL);
    let [c1, c2, c3, c4] = super::SHARED;
    let (z1, z2) = (times(z1, c1), times(z2, c2));
    let (z3, z4) = (add(times(z3, c3), all), add(times(z4, c4), all));
    let [c1, c3, c5, c7] = super::OWN;
    let odd0 = add(add(times(r1, c1), z1), z4);
    let odd1 = add(add(times(r3, c3), z2), z3);
    let odd2 = add(add(times(r5, c5), z2), z4);
    let odd3 = add(add(times(r7, c7), z1), z3);
    [
        out(add(even0, odd0)),
        out(add(even1, odd1)),
        out(add(even2, odd2)),
        out(add(even3, odd3)),
        out(sub(even3, odd3)),
        out(sub(even2, odd2)),
        out(sub(even1, odd1)),
        out(sub(even0, odd0)),
    ]
}

#[target_feature(enable = "avx2")]
#[inline]
fn transposed(rows: [__m256i; 8]) -> [__m256i; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    let pairs = |a, b| (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let ((ab0, ab2), (cd0, cd2), (ef0, ef2), (gh0, gh2)) = (pairs(a, b), pairs(c, d), pairs(e, f), pairs(g, h));
    let fours = |a, b| (_mm256_unpacklo_epi64(a, b), _mm256_unpackhi_epi64(a, b));
    let ((top0, top1), (top2, top3)) = (fours(ab0, cd0), fours(ab2, cd2));
    let ((low0, low1), (low2, low3)) = (fours(ef0, gh0), fours(ef2, gh2));
    let left = |top, low| _mm256_permute2x128_si256::<0x20>(top, low);
    let right = |top, low| _mm256_permute2x128_si256::<0x31>(top, low);
    [
        left(top0, low0),
        left(top1, low1),
        left(top2, low2),
        left(top3, low3),
        right(top0, low0),
        right(top1, low1),
        right(top2, low2),
        right(top3, low3),
    ]
}
