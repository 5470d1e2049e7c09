//! From the colours of an RGB profile of three curves and a matrix to sRGB, without leaving the planes.
//!
//! ```text
//!  Y, Cb, Cr ──BT.601──▶ R, G, B ──curves──▶ light ──matrix──▶ light of sRGB ──sRGB──▶ R, G, B ──BT.601──▶ Y, Cb, Cr
//! ```
//!
//! A row at a time, so that what lies between stays in the nearest cache, and with no rounding between the curves and
//! the result. Making pixels, converting these and making planes again takes 1.7 times as long.

use super::line_of_chroma;
use crate::{Plane, Planes, Subsampling, vectorised::vectorised};

/// What a profile of three curves and a matrix says of its colours.
#[derive(Debug, Clone, PartialEq)]
pub struct MatrixShaper {
    /// Light from 0 to 1 of each 8-bit sample of red, green and blue.
    pub curves: [[f32; 256]; 3],
    /// Red, green and blue light of sRGB, a row for each, of that of the profile.
    pub matrix: [[f32; 3]; 3],
}

/// Rows of floating point numbers that are used again.
struct Rows {
    /// Red, green and blue as samples, and as light.
    samples: [Vec<u8>; 3],
    light: [Vec<f32>; 3],
    /// Differences to blue and to red: of one row, or the sums of two.
    differences: [Vec<f32>; 2],
}

impl MatrixShaper {
    /// The picture in sRGB, with chroma of the same size; `None` where it has no chroma.
    ///
    /// Chroma is weighed as by [`Planes::to_raster`] and [`crate::Raster::to_planes`].
    ///
    /// # Panics
    /// When the sizes of the planes are not those of a [`Subsampling`].
    pub fn to_srgb(&self, planes: &Planes) -> Option<Planes> {
        let from = planes.chroma.as_ref()?;
        let subsampling = planes.subsampling().expect("planes of 4:4:4 or 4:2:0");
        let (width, height) = (planes.width(), planes.height());
        let mut luma = Plane::new(width, height);
        let mut chroma = from.each_ref().map(|plane| Plane::new(plane.width(), plane.height()));
        if width == 0 || height == 0 {
            return Some(Planes { luma, chroma: Some(chroma) });
        }
        let step = match subsampling {
            Subsampling::None => 1,
            Subsampling::Both => 2,
        };
        let mut mixed = vec![0; from[0].width()];
        let mut lines = [vec![0; width + 1], vec![0; width + 1]];
        let mut rows = Rows {
            samples: [(); 3].map(|()| vec![0; width]),
            light: [(); 3].map(|()| vec![0.0; width]),
            differences: [(); 2].map(|()| vec![0.0; width.next_multiple_of(2)]),
        };
        for top in (0..height).step_by(step) {
            let count = step.min(height - top);
            for y in top..top + count {
                for (plane, line) in from.iter().zip(&mut lines) {
                    line_of_chroma(plane, subsampling, y, &mut mixed, line);
                }
                let [blueness, redness] = lines.each_ref().map(|line| &line[..width]);
                samples_of(planes.luma.row(y), blueness, redness, &mut rows.samples);
                for ((light, samples), curve) in rows.light.iter_mut().zip(&rows.samples).zip(&self.curves) {
                    light.iter_mut().zip(samples).for_each(|(light, sample)| *light = curve[usize::from(*sample)]);
                }
                let to = luma.row_mut(y);
                convert(self.matrix, &rows.light, y == top, to, &mut rows.differences);
            }
            for (plane, differences) in chroma.iter_mut().zip(&mut rows.differences) {
                let to = plane.row_mut(top / step);
                match subsampling {
                    Subsampling::None => store(differences, to),
                    Subsampling::Both => store_halved(differences, width, count, to),
                }
            }
        }
        Some(Planes { luma, chroma: Some(chroma) })
    }
}

vectorised! {
    /// Luma of a row of light, and what its colours differ from it: set, or added to the row above.
    fn convert(matrix: [[f32; 3]; 3], light: &[Vec<f32>; 3], first: bool, luma: &mut [u8], differences: &mut [Vec<f32>; 2]) {
        const RED: f32 = 0.299;
        const BLUE: f32 = 0.114;
        const GREEN: f32 = 1.0 - RED - BLUE;
        // As far as blue can be from luma is as far as chroma reaches; the same for red.
        const TO_BLUENESS: f32 = 0.5 / (1.0 - BLUE);
        const TO_REDNESS: f32 = 0.5 / (1.0 - RED);
        let [to_red, to_green, to_blue] = matrix;
        let of = |row: [f32; 3], light: [f32; 3]| encoded(row[0] * light[0] + row[1] * light[1] + row[2] * light[2]);
        let [red, green, blue] = light.each_ref().map(Vec::as_slice);
        let [blueness, redness] = differences.each_mut().map(Vec::as_mut_slice);
        let before = if first { 0.0 } else { 1.0 };
        let inputs = red.iter().zip(green).zip(blue);
        let outputs = luma.iter_mut().zip(blueness).zip(redness);
        for (((red, green), blue), ((luma, blueness), redness)) in inputs.zip(outputs) {
            let light = [*red, *green, *blue];
            let (red, green, blue) = (of(to_red, light), of(to_green, light), of(to_blue, light));
            let sum = RED * red + GREEN * green + BLUE * blue;
            *luma = nearest(sum);
            *blueness = before * *blueness + (blue - sum) * TO_BLUENESS;
            *redness = before * *redness + (red - sum) * TO_REDNESS;
        }
    }
}

/// Light of sRGB as a sample from 0 to 255, not rounded. What sRGB does not have is limited to what it has.
///
/// Above its straight part the curve is a polynomial in the square root of light, which is off by 0.083 of a sample at
/// most (fitted for the least largest error): powers take far longer.
#[inline(always)]
fn encoded(light: f32) -> f32 {
    const CURVE: [f32; 6] = [-10.228_237, 387.081_73, -357.717_9, 518.091_74, -414.067_96, 131.923_19];
    let light = light.clamp(0.0, 1.0);
    let root = light.sqrt();
    // In pairs, which need not wait for each other.
    let square = root * root;
    let last = CURVE[2] + CURVE[3] * root + square * (CURVE[4] + CURVE[5] * root);
    let curve = CURVE[0] + CURVE[1] * root + square * last;
    if light <= 0.003_130_8 { light * (12.92 * 255.0) } else { curve }
}

vectorised! {
    /// Red, green and blue of a row, as samples.
    fn samples_of(luma: &[u8], blueness: &[i16], redness: &[i16], samples: &mut [Vec<u8>; 3]) {
        let [red, green, blue] = samples.each_mut().map(Vec::as_mut_slice);
        let outputs = red.iter_mut().zip(green).zip(blue);
        for (((luma, blueness), redness), ((red, green), blue)) in luma.iter().zip(blueness).zip(redness).zip(outputs) {
            let luma = f32::from(*luma);
            // Of sixteenths.
            let (blueness, redness) = (f32::from(*blueness - 2048), f32::from(*redness - 2048));
            *red = nearest(luma + 1.402 / 16.0 * redness);
            *green = nearest(luma - 0.344_136 / 16.0 * blueness - 0.714_136 / 16.0 * redness);
            *blue = nearest(luma + 1.772 / 16.0 * blueness);
        }
    }
}

vectorised! {
    /// Chroma of differences.
    fn store(differences: &[f32], to: &mut [u8]) {
        to.iter_mut().zip(differences).for_each(|(sample, difference)| *sample = nearest(128.0 + difference));
    }
}

vectorised! {
    /// Chroma of the sums of `count` rows of differences, of two side by side.
    fn store_halved(differences: &mut [f32], width: usize, count: usize, to: &mut [u8]) {
        // The last of an odd row stands for the one that is missing.
        if let [.., last, missing] = differences
            && !width.is_multiple_of(2)
        {
            *missing = *last;
        }
        let share = if count == 1 { 0.5 } else { 0.25 };
        for (sample, pair) in to.iter_mut().zip(differences.as_chunks::<2>().0) {
            *sample = nearest(128.0 + share * (pair[0] + pair[1]));
        }
    }
}

/// The nearest sample.
#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "the low byte is all that is set")]
fn nearest(value: f32) -> u8 {
    // Beside this number no fraction has room: the processor rounds, and the sample is in the lowest bits.
    const ROUNDING: f32 = 8_388_608.0;
    (value.clamp(0.0, 255.0) + ROUNDING).to_bits() as u8
}

#[cfg(test)]
mod tests;
