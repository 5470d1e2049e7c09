//! Between rows of red, green and blue and rows of pixels.
//!
//! Compilers make single bytes of what goes three by three, so that it is shuffled by hand where the machine has AVX2:
//! sixteen pixels at a time, each output vector being what three shuffles of the inputs have in common.

/// Rows of colours as pixels of three samples.
///
/// # Panics
/// When the rows are not of one length, or there is not as much room.
pub(super) fn interleave(colours: [&[u8]; 3], pixels: &mut [u8]) {
    let [red, green, blue] = colours;
    let pixels = pixels.as_chunks_mut::<3>().0;
    assert!([green.len(), blue.len(), pixels.len()] == [red.len(); 3], "rows of one length");
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2, and with it SSSE3.
        return unsafe { by_shuffles::interleave(colours, pixels) };
    }
    interleave_singly(colours, pixels);
}

/// Red, green and blue of pixels of three or four samples.
///
/// # Panics
/// When the rows are not of one length.
pub(super) fn separate<const N: usize>(pixels: &[u8], colours: [&mut [u8]; 3]) {
    let pixels = pixels.as_chunks::<N>().0;
    assert!(colours.iter().all(|row| row.len() == pixels.len()), "rows of one length");
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the machine has AVX2, and with it SSSE3.
        return unsafe { by_shuffles::separate(pixels, colours) };
    }
    separate_singly(pixels, colours);
}

fn interleave_singly(colours: [&[u8]; 3], pixels: &mut [[u8; 3]]) {
    let [red, green, blue] = colours;
    for (((pixel, red), green), blue) in pixels.iter_mut().zip(red).zip(green).zip(blue) {
        *pixel = [*red, *green, *blue];
    }
}

fn separate_singly<const N: usize>(pixels: &[[u8; N]], colours: [&mut [u8]; 3]) {
    let [reds, greens, blues] = colours;
    for (((pixel, red), green), blue) in pixels.iter().zip(reds).zip(greens).zip(blues) {
        (*red, *green, *blue) = (pixel[0], pixel[1], pixel[2]);
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(clippy::cast_possible_truncation)] // of numbers below 16
mod by_shuffles {
    use super::{interleave_singly, separate_singly};
    use std::arch::x86_64::{
        __m128i, _mm_loadu_si128, _mm_or_si128, _mm_setzero_si128, _mm_shuffle_epi8, _mm_storeu_si128,
    };

    /// Samples that a vector holds.
    const SAMPLES: usize = 16;

    /// For each byte of a vector, which byte of another one it is; a byte of [`NONE`] becomes zero.
    type Shuffle = [u8; SAMPLES];

    const NONE: u8 = 0x80;

    /// `[vector][colour]`: what a row of colours gives to each of the three vectors that sixteen pixels are.
    const INTERLEAVE: [[Shuffle; 3]; 3] = {
        let mut shuffles = [[[NONE; SAMPLES]; 3]; 3];
        let mut at = 0;
        while at < 3 * SAMPLES {
            shuffles[at / SAMPLES][at % 3][at % SAMPLES] = (at / 3) as u8;
            at += 1;
        }
        shuffles
    };

    /// `[colour][vector]`: what each of the vectors that sixteen pixels of `N` samples are gives to a row of colours.
    struct Separate<const N: usize>;

    impl<const N: usize> Separate<N> {
        const SHUFFLES: [[Shuffle; N]; 3] = {
            let mut shuffles = [[[NONE; SAMPLES]; N]; 3];
            let mut pixel = 0;
            while pixel < SAMPLES {
                let mut colour = 0;
                while colour < 3 {
                    let at = N * pixel + colour;
                    shuffles[colour][at / SAMPLES][pixel] = (at % SAMPLES) as u8;
                    colour += 1;
                }
                pixel += 1;
            }
            shuffles
        };
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn interleave(colours: [&[u8]; 3], pixels: &mut [[u8; 3]]) {
        let [(reds, red_rest), (greens, green_rest), (blues, blue_rest)] =
            [colours[0].as_chunks(), colours[1].as_chunks(), colours[2].as_chunks()];
        let (blocks, pixels_rest) = pixels.as_chunks_mut::<SAMPLES>();
        for (((block, red), green), blue) in blocks.iter_mut().zip(reds).zip(greens).zip(blues) {
            let colours = [load(red), load(green), load(blue)];
            let vectors = block.as_flattened_mut().as_chunks_mut().0;
            for (vector, shuffles) in vectors.iter_mut().zip(&INTERLEAVE) {
                store(mixed(&colours, shuffles), vector);
            }
        }
        interleave_singly([red_rest, green_rest, blue_rest], pixels_rest);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn separate<const N: usize>(pixels: &[[u8; N]], colours: [&mut [u8]; 3]) {
        let [red, green, blue] = colours;
        let ((reds, red_rest), (greens, green_rest), (blues, blue_rest)) =
            (red.as_chunks_mut(), green.as_chunks_mut(), blue.as_chunks_mut());
        let (blocks, pixels_rest) = pixels.as_chunks::<SAMPLES>();
        for (((block, red), green), blue) in blocks.iter().zip(reds).zip(greens).zip(blues) {
            let samples = block.as_flattened().as_chunks().0;
            let mut vectors = [_mm_setzero_si128(); N];
            for (vector, samples) in vectors.iter_mut().zip(samples) {
                *vector = load(samples);
            }
            let shuffles = &Separate::<N>::SHUFFLES;
            store(mixed(&vectors, &shuffles[0]), red);
            store(mixed(&vectors, &shuffles[1]), green);
            store(mixed(&vectors, &shuffles[2]), blue);
        }
        separate_singly(pixels_rest, [red_rest, green_rest, blue_rest]);
    }

    /// What all vectors give, each by its shuffle.
    #[target_feature(enable = "avx2")]
    fn mixed<const N: usize>(vectors: &[__m128i; N], shuffles: &[Shuffle; N]) -> __m128i {
        let mut all = _mm_setzero_si128();
        for (vector, shuffle) in vectors.iter().zip(shuffles) {
            all = _mm_or_si128(all, _mm_shuffle_epi8(*vector, load(shuffle)));
        }
        all
    }

    #[target_feature(enable = "avx2")]
    fn load(samples: &[u8; SAMPLES]) -> __m128i {
        // SAFETY: sixteen bytes, which need no alignment.
        unsafe { _mm_loadu_si128(samples.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(vector: __m128i, samples: &mut [u8; SAMPLES]) {
        // SAFETY: sixteen bytes, which need no alignment.
        unsafe { _mm_storeu_si128(samples.as_mut_ptr().cast(), vector) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths around those of vectors, each sample another one.
    fn rows() -> impl Iterator<Item = [Vec<u8>; 3]> {
        let row = |length: u8, first: u8| (0..length).map(|at| at.wrapping_mul(5).wrapping_add(first)).collect();
        [0, 1, 15, 16, 17, 31, 32, 50]
            .into_iter()
            .map(move |length| [row(length, 1), row(length, 90), row(length, 200)])
    }

    #[test]
    fn pixels_are_the_samples_of_rows() {
        for colours in rows() {
            let mut pixels = vec![0; 3 * colours[0].len()];
            interleave(colours.each_ref().map(Vec::as_slice), &mut pixels);
            for (at, pixel) in pixels.as_chunks::<3>().0.iter().enumerate() {
                assert_eq!(*pixel, colours.each_ref().map(|row| row[at]), "{at} of {}", colours[0].len());
            }
        }
    }

    #[test]
    fn rows_are_the_samples_of_pixels() {
        fn check<const N: usize>(colours: &[Vec<u8>; 3]) {
            let length = colours[0].len();
            let pixel =
                |at: usize| std::array::from_fn::<u8, N, _>(|sample| colours.get(sample).map_or(7, |row| row[at]));
            let pixels: Vec<[u8; N]> = (0..length).map(pixel).collect();
            let mut found = [vec![0; length], vec![0; length], vec![0; length]];
            separate::<N>(pixels.as_flattened(), found.each_mut().map(Vec::as_mut_slice));
            assert_eq!(found, *colours, "{N} samples, {length} pixels");
        }
        for colours in rows() {
            check::<3>(&colours);
            check::<4>(&colours);
        }
    }

    #[test]
    #[should_panic(expected = "rows of one length")]
    fn rows_of_other_lengths_are_refused() {
        interleave([&[1, 2], &[3], &[4, 5]], &mut [0; 6]);
    }
}
