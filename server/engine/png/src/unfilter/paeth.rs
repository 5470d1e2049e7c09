//! Paeth's filter undone for four rows at once, each one pixel behind that above it.
#![allow(unsafe_code)] // Moves of four bytes take pointers; all bounds follow from the assertions of `rows`.

use super::PADDING;
use crate::rows::BATCH;
use std::arch::x86_64::{
    __m128i, _mm_add_epi8, _mm_add_epi16, _mm_and_si128, _mm_andnot_si128, _mm_castpd_si128, _mm_castsi128_pd,
    _mm_cmpeq_epi16, _mm_cvtsi32_si128, _mm_cvtsi128_si64, _mm_max_epi16, _mm_min_epi16, _mm_or_si128,
    _mm_packus_epi16, _mm_setzero_si128, _mm_shuffle_pd, _mm_srli_si128, _mm_sub_epi16, _mm_unpacklo_epi8,
    _mm_unpacklo_epi32, _mm_unpacklo_epi64,
};

/// Undoes the filter of one to four rows of pixels of three or four bytes, the first of them below `above`. `avx2`
/// says that the machine has AVX2.
///
/// # Panics
/// When a row is not as long as `above`, or that is not of whole pixels and [`PADDING`].
pub(super) fn rows<const N: usize>(avx2: bool, above: &[u8], filtered: &[&[u8]], rows: &mut [Vec<u8>]) {
    const { assert!(N + PADDING >= 4 && N <= 4) };
    let length = above.len();
    assert!(length >= PADDING && (length - PADDING).is_multiple_of(N));
    assert!(filtered.iter().all(|row| row.len() == length) && rows.iter().all(|row| row.len() == length));
    let pixels = (length - PADDING) / N;
    // SAFETY: the lengths are as asserted, and there is AVX2 where it is said.
    unsafe {
        match filtered.len() {
            1 => by_instructions::<N, 1>(avx2, pixels, above, filtered, rows),
            2 => by_instructions::<N, 2>(avx2, pixels, above, filtered, rows),
            3 => by_instructions::<N, 3>(avx2, pixels, above, filtered, rows),
            BATCH => by_instructions::<N, BATCH>(avx2, pixels, above, filtered, rows),
            count => panic!("{count} rows at once"),
        }
    }
}

/// # Safety
/// As of [`undo`]; and the machine must have AVX2 where `avx2` is said.
unsafe fn by_instructions<const N: usize, const ROWS: usize>(
    avx2: bool,
    pixels: usize,
    above: &[u8],
    filtered: &[&[u8]],
    rows: &mut [Vec<u8>],
) {
    let filtered = *filtered.as_array().expect("so many rows");
    let rows = rows.as_mut_array::<ROWS>().expect("as many as are filtered").each_mut().map(Vec::as_mut_slice);
    // SAFETY: as the caller says.
    unsafe {
        if avx2 {
            undo_avx2::<N, ROWS>(pixels, above, filtered, rows);
        } else {
            undo::<N, ROWS>(pixels, above, filtered, rows);
        }
    }
}

/// The same, with three operands and a shorter way to absolute numbers and to choices.
///
/// # Safety
/// As of [`undo`].
#[target_feature(enable = "avx2")]
unsafe fn undo_avx2<const N: usize, const ROWS: usize>(
    pixels: usize,
    above: &[u8],
    filtered: [&[u8]; ROWS],
    rows: [&mut [u8]; ROWS],
) {
    // SAFETY: as the caller says.
    unsafe { undo::<N, ROWS>(pixels, above, filtered, rows) }
}

/// # Safety
/// All rows must be `pixels × N + PADDING` bytes.
#[allow(clippy::inline_always)] // Into both of its callers, with their instructions.
#[inline(always)]
unsafe fn undo<const N: usize, const ROWS: usize>(
    pixels: usize,
    above: &[u8],
    filtered: [&[u8]; ROWS],
    mut rows: [&mut [u8]; ROWS],
) {
    let mut lanes = Lanes::new();
    // At the begin and the end not all rows have a pixel. One that has not begun stays zero, as what lies to the left
    // of its first pixel is meant to be.
    let some = |lanes: &mut Lanes, step: usize, rows: &mut [&mut [u8]; ROWS]| {
        let has_pixel = |row: usize| (row..row + pixels).contains(&step);
        // SAFETY: only pixels below `pixels` are moved.
        unsafe {
            let up = if has_pixel(0) { load::<N>(above, step) } else { 0 };
            let stored =
                std::array::from_fn(|row| if has_pixel(row) { load::<N>(filtered[row], step - row) } else { 0 });
            let done = lanes.step::<ROWS>(up, stored);
            for row in (0..ROWS).filter(|row| has_pixel(*row)) {
                store::<N>(rows[row], step - row, done[row]);
            }
        }
    };
    let steps = pixels + ROWS - 1;
    let all = (ROWS - 1).min(pixels)..pixels;
    (0..all.start).for_each(|step| some(&mut lanes, step, &mut rows));
    for step in all.clone() {
        // SAFETY: from the step `ROWS - 1` to that before `pixels` each row is at one of its pixels.
        unsafe {
            let stored = std::array::from_fn(|row| load::<N>(filtered[row], step - row));
            let done = lanes.step::<ROWS>(load::<N>(above, step), stored);
            for row in 0..ROWS {
                store::<N>(rows[row], step - row, done[row]);
            }
        }
    }
    (all.end..steps).for_each(|step| some(&mut lanes, step, &mut rows));
}

/// Two rows in each vector, eight numbers of 16 bits: the four bytes of a pixel of the upper row, and those of the
/// lower row's pixel before that.
struct Lanes {
    /// The pixels that were done last.
    left: [__m128i; 2],
    /// What lies above them.
    corner: [__m128i; 2],
}

impl Lanes {
    #[allow(clippy::inline_always)] // As `undo`.
    #[inline(always)]
    fn new() -> Self {
        // SAFETY: every x86-64 has SSE2.
        let zero = unsafe { _mm_setzero_si128() };
        Self { left: [zero; 2], corner: [zero; 2] }
    }

    /// Takes the pixel above the first row's, and the filtered pixel of each row, and gives them unfiltered.
    #[allow(clippy::inline_always)] // As `undo`.
    #[inline(always)]
    fn step<const ROWS: usize>(&mut self, up: i32, stored: [i32; ROWS]) -> [i32; ROWS] {
        let [first, second] = self.left;
        // SAFETY: every x86-64 has SSE2.
        let halves = unsafe {
            let stored = |row: usize| _mm_cvtsi32_si128(stored.get(row).copied().unwrap_or(0));
            // What the rows below have above them is what the rows above them gave the last time.
            let up = _mm_unpacklo_epi8(_mm_cvtsi32_si128(up), _mm_setzero_si128());
            self.pair(0, _mm_unpacklo_epi64(up, first), _mm_unpacklo_epi32(stored(0), stored(1)));
            if ROWS > 2 {
                let up = _mm_castpd_si128(_mm_shuffle_pd::<1>(_mm_castsi128_pd(first), _mm_castsi128_pd(second)));
                self.pair(1, up, _mm_unpacklo_epi32(stored(2), stored(3)));
            }
            let bytes = _mm_packus_epi16(self.left[0], self.left[1]);
            [_mm_cvtsi128_si64(bytes), _mm_cvtsi128_si64(_mm_srli_si128::<8>(bytes))]
        };
        #[allow(clippy::cast_possible_truncation)] // One pixel of two.
        std::array::from_fn(|row| (halves[row / 2] >> (32 * (row % 2))) as i32)
    }

    /// Two pixels, whose bytes are the lower half of `stored`.
    #[allow(clippy::inline_always)] // As `undo`.
    #[inline(always)]
    fn pair(&mut self, pair: usize, up: __m128i, stored: __m128i) {
        let (left, corner) = (self.left[pair], self.corner[pair]);
        // SAFETY: every x86-64 has SSE2.
        self.left[pair] = unsafe {
            let zero = _mm_setzero_si128();
            let magnitude = |number| _mm_max_epi16(number, _mm_sub_epi16(zero, number));
            let choose = |mask, one, other| _mm_or_si128(_mm_and_si128(mask, one), _mm_andnot_si128(mask, other));
            let (rise, run) = (_mm_sub_epi16(up, corner), _mm_sub_epi16(left, corner));
            let (from_left, from_up) = (magnitude(rise), magnitude(run));
            let from_corner = magnitude(_mm_add_epi16(rise, run));
            let least = _mm_min_epi16(from_corner, _mm_min_epi16(from_left, from_up));
            let nearest = choose(_mm_cmpeq_epi16(least, from_up), up, corner);
            let nearest = choose(_mm_cmpeq_epi16(least, from_left), left, nearest);
            // The upper bytes of both are zero, and stay so.
            _mm_add_epi8(nearest, _mm_unpacklo_epi8(stored, zero))
        };
        self.corner[pair] = up;
    }
}

/// Four bytes from the pixel's first one on.
///
/// # Safety
/// The row must reach [`PADDING`] past the pixel.
#[allow(clippy::inline_always)] // As `undo`.
#[inline(always)]
unsafe fn load<const N: usize>(row: &[u8], pixel: usize) -> i32 {
    debug_assert!(pixel * N + 4 <= row.len());
    // SAFETY: a pixel and its padding are four bytes at least; they need no alignment.
    unsafe { row.as_ptr().add(pixel * N).cast::<i32>().read_unaligned() }
}

/// Those back. The fourth byte of a pixel of three is written over by the next pixel.
///
/// # Safety
/// As of [`load`].
#[allow(clippy::inline_always)] // As `undo`.
#[inline(always)]
unsafe fn store<const N: usize>(row: &mut [u8], pixel: usize, bytes: i32) {
    debug_assert!(pixel * N + 4 <= row.len());
    // SAFETY: as above.
    unsafe { row.as_mut_ptr().add(pixel * N).cast::<i32>().write_unaligned(bytes) }
}
