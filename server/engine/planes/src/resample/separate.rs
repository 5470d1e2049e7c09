//! The samples of pixels that lie side by side, taken apart channel by channel.
#![allow(unsafe_code)] // Vector loads and stores take pointers; each is of a block of known length.

use super::kernels::Instructions;

impl Instructions {
    /// Takes a row of pixels apart: of each, one sample for each of one to four channels.
    ///
    /// # Panics
    /// When the channels are not each as long as the row has pixels.
    pub(crate) fn separate(self, row: &[u8], channels: &mut [Vec<u8>]) {
        let pixels = row.len() / channels.len();
        assert!(channels.iter().all(|channel| channel.len() == pixels), "a sample of each pixel");
        match channels {
            [grey] => grey.copy_from_slice(row),
            [grey, alpha] => separate([grey, alpha], row),
            [red, green, blue] => self.separate_three([red, green, blue], row),
            [red, green, blue, alpha] => self.separate_four([red, green, blue, alpha], row),
            _ => unreachable!("one to four channels"),
        }
    }

    fn separate_three(self, channels: [&mut [u8]; 3], row: &[u8]) {
        match self {
            Self::Portable => separate(channels, row),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: only `Instructions::best` makes `Avx2`, where the machine has it.
            Self::Avx2 => unsafe { x86::three(channels, row) },
        }
    }

    fn separate_four(self, channels: [&mut [u8]; 4], row: &[u8]) {
        match self {
            Self::Portable => separate(channels, row),
            #[cfg(target_arch = "x86_64")]
            // SAFETY: as above.
            Self::Avx2 => unsafe { x86::four(channels, row) },
        }
    }
}

fn separate<const N: usize>(channels: [&mut [u8]; N], row: &[u8]) {
    let pixels = row.as_chunks::<N>().0;
    for (index, channel) in channels.into_iter().enumerate() {
        channel.iter_mut().zip(pixels).for_each(|(sample, pixel)| *sample = pixel[index]);
    }
}

/// Sixteen pixels at a time; the rest one by one.
#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::separate;
    use std::arch::x86_64::{
        __m128i, _mm_loadu_si128, _mm_or_si128, _mm_setr_epi8, _mm_shuffle_epi8, _mm_storeu_si128, _mm_unpackhi_epi32,
        _mm_unpackhi_epi64, _mm_unpacklo_epi32, _mm_unpacklo_epi64,
    };

    /// Where each of three vectors holds samples of a channel: the first sample of a vector is one of the channel
    /// `3 - vector` after that of the pixel. -1 leaves a zero.
    const PICKS: [[[i8; 16]; 3]; 3] = {
        let mut picks = [[[-1; 16]; 3]; 3];
        let mut at = 0;
        while at < 48 {
            #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // below 16
            let place = (at % 16) as i8;
            picks[at % 3][at / 16][at / 3] = place;
            at += 1;
        }
        picks
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn three(channels: [&mut [u8]; 3], row: &[u8]) {
        let [red, green, blue] = channels;
        let ((reds, red), (greens, green), (blues, blue)) =
            (red.as_chunks_mut(), green.as_chunks_mut(), blue.as_chunks_mut());
        let (blocks, rest) = row.as_chunks::<48>();
        let picks = PICKS.map(|vectors| vectors.map(|pick| load(&pick.map(i8::cast_unsigned))));
        for (((block, red), green), blue) in blocks.iter().zip(reds).zip(greens).zip(blues) {
            let vectors = vectors_of::<3>(block.as_chunks().0);
            for (picks, channel) in picks.iter().zip([red, green, blue]) {
                let [first, second, third] =
                    std::array::from_fn(|vector| _mm_shuffle_epi8(vectors[vector], picks[vector]));
                store(_mm_or_si128(_mm_or_si128(first, second), third), channel);
            }
        }
        separate([red, green, blue], rest);
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn four(channels: [&mut [u8]; 4], row: &[u8]) {
        let [red, green, blue, alpha] = channels;
        let ((reds, red), (greens, green)) = (red.as_chunks_mut(), green.as_chunks_mut());
        let ((blues, blue), (alphas, alpha)) = (blue.as_chunks_mut(), alpha.as_chunks_mut());
        let (blocks, rest) = row.as_chunks::<64>();
        // Four pixels to four samples of each channel.
        let pick = _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        for ((((block, red), green), blue), alpha) in blocks.iter().zip(reds).zip(greens).zip(blues).zip(alphas) {
            let [a, b, c, d] = vectors_of::<4>(block.as_chunks().0).map(|vector| _mm_shuffle_epi8(vector, pick));
            let (upper, lower) = (_mm_unpacklo_epi32(a, b), _mm_unpacklo_epi32(c, d));
            store(_mm_unpacklo_epi64(upper, lower), red);
            store(_mm_unpackhi_epi64(upper, lower), green);
            let (upper, lower) = (_mm_unpackhi_epi32(a, b), _mm_unpackhi_epi32(c, d));
            store(_mm_unpacklo_epi64(upper, lower), blue);
            store(_mm_unpackhi_epi64(upper, lower), alpha);
        }
        separate([red, green, blue, alpha], rest);
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn vectors_of<const N: usize>(block: &[[u8; 16]]) -> [__m128i; N] {
        std::array::from_fn(|vector| load(&block[vector]))
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(bytes: &[u8; 16]) -> __m128i {
        // SAFETY: sixteen bytes, which need no alignment.
        unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(vector: __m128i, bytes: &mut [u8; 16]) {
        // SAFETY: as above.
        unsafe { _mm_storeu_si128(bytes.as_mut_ptr().cast(), vector) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_instructions_take_pixels_apart() {
        for count in 1..=4 {
            for pixels in 0..70 {
                let row: Vec<u8> = (0..pixels * count).map(|index| u8::try_from(index % 251).unwrap()).collect();
                let expected: Vec<Vec<u8>> =
                    (0..count).map(|channel| row.iter().skip(channel).step_by(count).copied().collect()).collect();
                for instructions in [Instructions::Portable, Instructions::best()] {
                    let mut channels = vec![vec![0; pixels]; count];
                    instructions.separate(&row, &mut channels);
                    assert_eq!(channels, expected, "{pixels} pixels of {count}, {instructions:?}");
                }
            }
        }
    }
}
