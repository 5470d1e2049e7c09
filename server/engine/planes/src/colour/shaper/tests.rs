#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Small sizes.

use super::super::tests::{colours_of, noise, planes_of};
use super::*;

/// A gamma of 2.2 for red, 1.8 for green and 2.4 for blue, of colours that reach further than those of sRGB.
fn shaper() -> MatrixShaper {
    MatrixShaper {
        curves: GAMMAS.map(|gamma| std::array::from_fn(|sample| (sample as f64 / 255.0).powf(gamma) as f32)),
        matrix: [[1.2, -0.2, 0.0], [-0.05, 1.05, 0.0], [-0.02, -0.08, 1.1]],
    }
}

const GAMMAS: [f64; 3] = [2.2, 1.8, 2.4];

/// sRGB's own curve, and nothing to mix.
fn nothing_to_do() -> MatrixShaper {
    let curve = std::array::from_fn(|sample| decoded(sample as f64) as f32);
    MatrixShaper { curves: [curve; 3], matrix: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] }
}

/// Light of a sample, by the standard.
fn decoded(sample: f64) -> f64 {
    let sample = sample / 255.0;
    if sample <= 0.040_45 { sample / 12.92 } else { ((sample + 0.055) / 1.055).powf(2.4) }
}

/// A sample of light, by the standard.
fn sample_of(light: f64) -> f64 {
    255.0 * if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

/// What [`shaper`] makes of a pixel, without rounding.
fn converted(planes: [f64; 3]) -> [f64; 3] {
    let colours = colours_of(planes).map(f64::round);
    let light: Vec<f64> = colours.iter().zip(GAMMAS).map(|(sample, gamma)| (sample / 255.0).powf(gamma)).collect();
    let light_of =
        |row: [f32; 3]| row.iter().zip(&light).map(|(factor, light)| f64::from(*factor) * light).sum::<f64>();
    planes_of(shaper().matrix.map(light_of).map(|light| sample_of(light.clamp(0.0, 1.0))))
}

fn planes(width: usize, height: usize, subsampling: Subsampling) -> Planes {
    let step = match subsampling {
        Subsampling::None => 1,
        Subsampling::Both => 2,
    };
    let plane = |width: usize, height: usize, offset: usize| {
        let mut plane = Plane::new(width, height);
        plane.samples_mut().copy_from_slice(&noise(width * height + offset)[offset..]);
        plane
    };
    let chroma = [50, 90].map(|offset| plane(width.div_ceil(step), height.div_ceil(step), offset));
    Planes { luma: plane(width, height, 0), chroma: Some(chroma) }
}

#[test]
fn the_curve_of_srgb_is_followed() {
    for step in 0..=100_000 {
        let light = f64::from(step) / 100_000.0;
        let (found, expected) = (f64::from(encoded(light as f32)), sample_of(light));
        assert!((found - expected).abs() < 0.09, "{found}, not {expected}, of {light}");
    }
    assert_eq!((encoded(-0.3), encoded(0.0), nearest(encoded(1.0)), nearest(encoded(7.0))), (0.0, 0.0, 255, 255));
}

#[test]
fn pixels_are_converted_by_the_profile() {
    let from = planes(61, 7, Subsampling::None);
    let [blueness, redness] = from.chroma.as_ref().unwrap();
    let to = shaper().to_srgb(&from).unwrap();
    for at in 0..61 * 7 {
        let samples = |planes: [&Plane; 3]| planes.map(|plane| f64::from(plane.samples()[at]));
        let expected = converted(samples([&from.luma, blueness, redness]));
        let chroma = to.chroma.as_ref().unwrap();
        for (found, expected) in samples([&to.luma, &chroma[0], &chroma[1]]).into_iter().zip(expected) {
            // The curve's part in it, and a colour that lies between two samples.
            assert!((found - expected).abs() <= 1.0, "{found}, not {expected}");
        }
    }
}

#[test]
fn halved_chroma_is_that_of_the_pixels() {
    for (width, height) in [(8, 6), (7, 5), (1, 8), (2, 1), (35, 3), (64, 64), (33, 1)] {
        let from = planes(width, height, Subsampling::Both);
        let found = shaper().to_srgb(&from).unwrap();
        // The same by way of pixels, of which the conversion is tested above.
        let whole = from.to_raster().to_planes(Subsampling::None);
        let expected = shaper().to_srgb(&whole).unwrap().to_raster().to_planes(Subsampling::Both);
        assert_eq!(found.subsampling(), Some(Subsampling::Both));
        for (found, expected) in found.all().zip(expected.all()) {
            for (found, expected) in found.samples().iter().zip(expected.samples()) {
                assert!(found.abs_diff(*expected) <= 3, "{found}, not {expected}, in {width} × {height}");
            }
        }
    }
}

#[test]
fn srgb_itself_stays_what_it_is() {
    // Colours that there are: of others it cuts off what no pixel has.
    let pixels = (0..40u8).flat_map(|y| (0..60u8).flat_map(move |x| [60 + 2 * x, 200 - y, 90 + x + y]));
    let from = crate::Raster::of(pixels.collect(), crate::Channels::Rgb, 60, 40).to_planes(Subsampling::Both);
    let to = nothing_to_do().to_srgb(&from).unwrap();
    for (from, to) in from.all().zip(to.all()) {
        assert!(from.samples().iter().zip(to.samples()).all(|(from, to)| from.abs_diff(*to) <= 1));
    }
}

#[test]
fn greys_are_left_alone_and_nothing_is_something() {
    assert_eq!(shaper().to_srgb(&Planes { luma: Plane::new(3, 2), chroma: None }), None);
    let nothing = Planes { luma: Plane::new(0, 0), chroma: Some([Plane::new(0, 0), Plane::new(0, 0)]) };
    assert_eq!(shaper().to_srgb(&nothing), Some(nothing.clone()));
}
