//! Convolution of pixels with the same weights along both axes.
//!
//! Rows are convolved along themselves first, into floats; of these as many are held as the weights reach over. Sums
//! are of products in the same order whatever the machine, so that all give the same bytes.

#![allow(clippy::inline_always)] // the loops are compiled with the instructions of their caller

use crate::Raster;

/// Numbers that are summed side by side: what fits the registers of AVX2 several times.
const LANES: usize = 32;

impl Raster {
    /// The picture where each sample is the weighted sum of those around it, along both axes. The middle one of the
    /// weights, of which there is an odd number, counts for the sample itself; they should sum to 1. Beyond an edge the
    /// outermost pixels go on. Alpha is convolved as any other channel.
    ///
    /// # Panics
    /// When the number of weights is even.
    #[must_use]
    pub fn convolved(&self, weights: &[f32]) -> Self {
        assert!(!weights.len().is_multiple_of(2), "weights with one in the middle");
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            return avx2::convolved(self, weights);
        }
        convolved(self, weights)
    }
}

#[inline(always)]
fn convolved(raster: &Raster, weights: &[f32]) -> Raster {
    let (channels, width, height) = (raster.channels(), raster.width(), raster.height());
    let mut result = Raster::new(channels, width, height);
    if width == 0 || height == 0 {
        return result;
    }
    let (count, radius) = (channels.count(), weights.len() / 2);
    let length = (width * count).next_multiple_of(LANES);
    // A row with what goes on beyond its edges; behind it zeros, for the last lanes.
    let mut padded = vec![0.0_f32; length + 2 * radius * count];
    // The convolved rows in a ring: row y is at y modulo the number of weights.
    let mut ring = vec![0.0_f32; weights.len() * length];
    let mut ready = 0;
    for y in 0..height {
        while ready < height && ready <= y + radius {
            pad(raster.row(ready), count, radius, &mut padded);
            let at = ready % weights.len() * length;
            weigh(weights, |k| &padded[k * count..][..length], &mut ring[at..][..length]);
            ready += 1;
        }
        let row = |k: usize| {
            let row = (y + k).saturating_sub(radius).min(height - 1);
            &ring[row % weights.len() * length..][..length]
        };
        round(weights, row, result.row_mut(y));
    }
    result
}

/// A row as floats, with the outermost pixels `radius` times more at both ends.
#[inline(always)]
fn pad(row: &[u8], count: usize, radius: usize, padded: &mut [f32]) {
    let (before, rest) = padded.split_at_mut(radius * count);
    let (inside, after) = rest.split_at_mut(row.len());
    for (to, from) in inside.iter_mut().zip(row) {
        *to = f32::from(*from);
    }
    for pixel in before.chunks_exact_mut(count) {
        pixel.copy_from_slice(&inside[..count]);
    }
    for pixel in after.chunks_exact_mut(count).take(radius) {
        pixel.copy_from_slice(&inside[inside.len() - count..]);
    }
}

/// Sums rows, each times its weight. All are multiples of [`LANES`] long.
#[inline(always)]
fn weigh<'a>(weights: &[f32], row: impl Fn(usize) -> &'a [f32], sums: &mut [f32]) {
    for (lanes, sums) in sums.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        *sums = summed(weights, &row, lanes * LANES);
    }
}

/// The same, rounded to samples.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
fn round<'a>(weights: &[f32], row: impl Fn(usize) -> &'a [f32], samples: &mut [u8]) {
    for (lanes, samples) in samples.chunks_mut(LANES).enumerate() {
        let sums = summed(weights, &row, lanes * LANES).map(|sum| (sum + 0.5) as u8);
        samples.copy_from_slice(&sums[..samples.len()]);
    }
}

#[inline(always)]
fn summed<'a>(weights: &[f32], row: impl Fn(usize) -> &'a [f32], at: usize) -> [f32; LANES] {
    let mut sums = [0.0; LANES];
    for (k, weight) in weights.iter().enumerate() {
        if let Some(numbers) = row(k)[at..].first_chunk::<LANES>() {
            for (sum, number) in sums.iter_mut().zip(numbers) {
                *sum += weight * number;
            }
        }
    }
    sums
}

/// The same code, compiled with AVX2.
#[cfg(target_arch = "x86_64")]
mod avx2 {
    #![allow(unsafe_code)] // A function for some machines alone is unsafe to call.

    use crate::Raster;

    /// Only called where the machine has AVX2.
    pub(super) fn convolved(raster: &Raster, weights: &[f32]) -> Raster {
        // SAFETY: the caller has asked the machine.
        unsafe { with_avx2(raster, weights) }
    }

    #[target_feature(enable = "avx2")]
    fn with_avx2(raster: &Raster, weights: &[f32]) -> Raster {
        super::convolved(raster, weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;
    use proptest::prelude::*;

    const ALL: [Channels; 4] = [Channels::Grey, Channels::GreyAlpha, Channels::Rgb, Channels::Rgba];

    /// By the definition, in double precision.
    fn expected(raster: &Raster, weights: &[f32], x: usize, y: usize, channel: usize) -> f64 {
        let radius = weights.len() / 2;
        let at = |middle: usize, k: usize, end: usize| (middle + k).saturating_sub(radius).min(end - 1);
        let mut sum = 0.0;
        for (j, down) in weights.iter().enumerate() {
            for (i, across) in weights.iter().enumerate() {
                let (x, y) = (at(x, i, raster.width()), at(y, j, raster.height()));
                let sample = raster.row(y)[x * raster.channels().count() + channel];
                sum += f64::from(*down) * f64::from(*across) * f64::from(sample);
            }
        }
        sum
    }

    proptest! {
        #[test]
        fn every_sample_is_the_weighted_sum(
            (width, height, radius) in (1..40_usize, 1..12_usize, 0..5_usize),
            which in 0..4_usize,
            seed: Vec<u8>,
        ) {
            let channels = ALL[which];
            let mut seed = seed.into_iter().cycle();
            let samples = (0..width * height * channels.count()).map(|i| {
                seed.next().unwrap_or(7).wrapping_mul(31).wrapping_add(u8::try_from(i * 89 % 251).unwrap_or(0))
            });
            let raster = Raster::of(samples.collect(), channels, width, height);
            let radius = u8::try_from(radius).unwrap_or(0);
            let weights: Vec<f32> = (0..=2 * radius).map(|k| f32::from(1 + k.min(2 * radius - k))).collect();
            let sum: f32 = weights.iter().sum();
            let weights: Vec<f32> = weights.iter().map(|weight| weight / sum).collect();
            let result = raster.convolved(&weights);
            prop_assert_eq!(&result, &convolved(&raster, &weights));
            for y in 0..height {
                for (i, sample) in result.row(y).iter().enumerate() {
                    let expected = expected(&raster, &weights, i / channels.count(), y, i % channels.count());
                    prop_assert!((f64::from(*sample) - expected).abs() < 0.501, "{sample}, not {expected}");
                }
            }
        }
    }

    #[test]
    fn an_empty_picture_stays_one() {
        assert_eq!(Raster::new(Channels::Rgb, 0, 3).convolved(&[1.0]), Raster::new(Channels::Rgb, 0, 3));
    }
}
