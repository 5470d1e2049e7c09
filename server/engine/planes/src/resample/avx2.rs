//! The inner loops in AVX2.
//!
//! They are loops, and no closures that are handed to `map` or `from_fn` of arrays: those functions are not compiled
//! with AVX2, and so a closure that is cannot become a part of them, but is called for each number.
#![allow(unsafe_code)] // Vector loads and stores take pointers. Every bound is asserted by `kernels`, and said below.
#![allow(clippy::cast_ptr_alignment)] // These loads and stores need no alignment.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi32, _mm_and_si128, _mm_loadu_si128, _mm_max_epi16, _mm_packs_epi32, _mm_packus_epi16,
    _mm_set1_epi16, _mm_set1_epi32, _mm_setzero_si128, _mm_srai_epi32, _mm_srli_epi16, _mm_storel_epi64,
    _mm_unpackhi_epi8, _mm_unpacklo_epi8, _mm256_add_epi16, _mm256_add_epi32, _mm256_and_si256,
    _mm256_broadcastsi128_si256, _mm256_castsi256_si128, _mm256_extracti128_si256, _mm256_hadd_epi32,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mulhrs_epi16, _mm256_packs_epi32, _mm256_permute2x128_si256,
    _mm256_permute4x64_epi64, _mm256_set_m128i, _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srai_epi32, _mm256_srli_epi16, _mm256_storeu_si256,
    _mm256_unpackhi_epi8, _mm256_unpacklo_epi8,
};

use super::axis::{Axis, ONE};
use super::kernels::{self, COLUMNS, Pair, UNIT};
use super::light::{Curve, Tables};

/// See `Instructions::pair`, which has made sure of the lengths.
pub(super) fn pair(tables: &Tables, upper: &[u8], lower: &[u8], pairs: &mut [Pair]) {
    // SAFETY: only `Instructions::best` makes `Avx2`, where the machine has it.
    unsafe { pair_avx2(tables, upper, lower, pairs) }
}

#[target_feature(enable = "avx2")]
fn pair_avx2(tables: &Tables, upper: &[u8], lower: &[u8], pairs: &mut [Pair]) {
    let Curve { bases, slopes, bends } = &tables.curve;
    let (bases, slopes, bends) = (Lookup::of(bases), Lookup::of(slopes), Lookup::of(bends));
    let nibble = _mm256_set1_epi8(15);
    let (uppers, upper_rest) = upper.as_chunks::<16>();
    let (lowers, lower_rest) = lower.as_chunks::<16>();
    let (blocks, pairs_rest) = pairs.as_chunks_mut::<16>();
    for ((upper, lower), block) in uppers.iter().zip(lowers).zip(blocks) {
        // SAFETY: both are sixteen bytes.
        let (upper, lower) = unsafe {
            (_mm_loadu_si128(upper.as_ptr().cast::<__m128i>()), _mm_loadu_si128(lower.as_ptr().cast::<__m128i>()))
        };
        let coded = _mm256_set_m128i(_mm_unpackhi_epi8(upper, lower), _mm_unpacklo_epi8(upper, lower));
        let pieces = _mm256_and_si256(_mm256_srli_epi16::<4>(coded), nibble);
        let within = _mm256_and_si256(coded, nibble);
        // As words, times 256; unpacking works in halves of the vectors.
        let zero = _mm256_setzero_si256();
        let within = [_mm256_unpacklo_epi8(zero, within), _mm256_unpackhi_epi8(zero, within)];
        let (bases, slopes, bends) = (bases.at(pieces), slopes.at(pieces), bends.at(pieces));
        let mut samples = bases;
        for (((sample, within), slope), bend) in samples.iter_mut().zip(within).zip(slopes).zip(bends) {
            let bend = _mm256_mulhrs_epi16(_mm256_slli_epi16::<3>(within), bend);
            let slope = _mm256_add_epi16(slope, bend);
            *sample = _mm256_add_epi16(*sample, _mm256_mulhrs_epi16(within, slope));
        }
        // SAFETY: a block of sixteen pairs is two vectors of eight.
        unsafe {
            let block = block.as_mut_ptr().cast::<__m256i>();
            _mm256_storeu_si256(block, _mm256_permute2x128_si256::<0x20>(samples[0], samples[1]));
            _mm256_storeu_si256(block.add(1), _mm256_permute2x128_si256::<0x31>(samples[0], samples[1]));
        }
    }
    kernels::pair(&tables.decode, upper_rest, lower_rest, pairs_rest);
}

/// Sixteen numbers in registers: their low bytes, and their high ones.
#[derive(Clone, Copy)]
struct Lookup(__m256i, __m256i);

impl Lookup {
    #[inline]
    #[target_feature(enable = "avx2")]
    fn of(numbers: &[i16; 16]) -> Self {
        // SAFETY: sixteen numbers are two vectors of eight.
        let [first, second] = unsafe {
            let numbers = numbers.as_ptr().cast::<__m128i>();
            [_mm_loadu_si128(numbers), _mm_loadu_si128(numbers.add(1))]
        };
        let byte = _mm_set1_epi16(0xff);
        let low = _mm_packus_epi16(_mm_and_si128(first, byte), _mm_and_si128(second, byte));
        let high = _mm_packus_epi16(_mm_srli_epi16::<8>(first), _mm_srli_epi16::<8>(second));
        Self(_mm256_broadcastsi128_si256(low), _mm256_broadcastsi128_si256(high))
    }

    /// The numbers at 32 indices below 16: those of the low half of each 16 bytes, and those of the high half.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn at(self, indices: __m256i) -> [__m256i; 2] {
        let (low, high) = (_mm256_shuffle_epi8(self.0, indices), _mm256_shuffle_epi8(self.1, indices));
        [_mm256_unpacklo_epi8(low, high), _mm256_unpackhi_epi8(low, high)]
    }
}

/// See `Instructions::cover`.
pub(super) fn cover(alphas: &[Pair], pairs: &mut [Pair]) {
    #[target_feature(enable = "avx2")]
    fn cover_avx2(alphas: &[Pair], pairs: &mut [Pair]) {
        kernels::cover(alphas, pairs);
    }
    // SAFETY: only `Instructions::best` makes `Avx2`, where the machine has it.
    unsafe { cover_avx2(alphas, pairs) }
}

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
            let pairs = unsafe { ring.as_ptr().add(at).cast::<__m256i>() };
            for (part, sum) in sums.iter_mut().enumerate() {
                // SAFETY: the vector of this number, of the four.
                let pairs = unsafe { _mm256_loadu_si256(pairs.add(part)) };
                *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(pairs, both));
            }
        }
        for sum in &mut sums {
            *sum = _mm256_srai_epi32::<14>(*sum);
        }
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
