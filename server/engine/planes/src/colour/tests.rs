#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Small sizes.

use super::*;

pub(super) fn noise(length: usize) -> Vec<u8> {
    (1..=length as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) >> 40) as u8).collect()
}

/// Y, Cb and Cr by the standard.
pub(super) fn planes_of([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let luma = 0.299 * red + 0.587 * green + 0.114 * blue;
    [luma, 128.0 + (blue - luma) / 1.772, 128.0 + (red - luma) / 1.402].map(|sample| sample.clamp(0.0, 255.0))
}

/// Red, green and blue by the standard.
pub(super) fn colours_of([luma, blueness, redness]: [f64; 3]) -> [f64; 3] {
    let (red, blue) = (luma + 1.402 * (redness - 128.0), luma + 1.772 * (blueness - 128.0));
    [red, (luma - 0.299 * red - 0.114 * blue) / 0.587, blue].map(|sample| sample.clamp(0.0, 255.0))
}

#[track_caller]
fn check(samples: &[u8], expected: &[f64]) {
    for (sample, expected) in samples.iter().zip(expected) {
        assert!((f64::from(*sample) - expected).abs() <= 0.51, "{samples:?}, not {expected:?}");
    }
}

#[test]
fn pixels_become_planes_by_the_standard() {
    let source = Raster::of(noise(61 * 7 * 3), Channels::Rgb, 61, 7);
    let planes = source.to_planes(Subsampling::None);
    let chroma = planes.chroma.as_ref().unwrap();
    for (at, pixel) in source.samples().as_chunks::<3>().0.iter().enumerate() {
        let output = [&planes.luma, &chroma[0], &chroma[1]].map(|plane| plane.samples()[at]);
        check(&output, &planes_of(pixel.map(f64::from)));
    }
}

#[test]
fn chroma_of_four_pixels_is_that_of_their_mean() {
    for (width, height) in [(8, 6), (7, 5), (1, 1), (1, 8), (2, 1), (35, 3)] {
        let source = Raster::of(noise(width * height * 4), Channels::Rgba, width, height);
        let planes = source.to_planes(Subsampling::Both);
        assert!(planes.subsampling().is_some());
        let chroma = planes.chroma.as_ref().unwrap();
        let pixel = |x: usize, y: usize| {
            let at = &source.row(y.min(height - 1))[4 * x.min(width - 1)..];
            [at[0], at[1], at[2]].map(f64::from)
        };
        for (x, y) in (0..height.div_ceil(2)).flat_map(|y| (0..width.div_ceil(2)).map(move |x| (x, y))) {
            let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(right, down)| pixel(2 * x + right, 2 * y + down));
            let mean = std::array::from_fn(|channel| four.iter().map(|pixel| pixel[channel]).sum::<f64>() / 4.0);
            let [_, blueness, redness] = planes_of(mean);
            check(&[chroma[0].row(y)[x], chroma[1].row(y)[x]], &[blueness, redness]);
        }
    }
}

#[test]
fn planes_become_pixels_by_the_standard() {
    let plane = |offset: usize| {
        let mut plane = Plane::new(64, 9);
        plane.samples_mut().copy_from_slice(&noise(64 * 9 + offset)[offset..]);
        plane
    };
    let planes = Planes { luma: plane(0), chroma: Some([plane(100), plane(200)]) };
    let chroma = planes.chroma.as_ref().unwrap();
    let raster = planes.to_raster();
    for (at, pixel) in raster.samples().as_chunks::<3>().0.iter().enumerate() {
        let samples = [&planes.luma, &chroma[0], &chroma[1]].map(|plane| f64::from(plane.samples()[at]));
        check(pixel, &colours_of(samples));
    }
}

#[test]
fn subsampled_chroma_is_weighed_with_a_triangle() {
    for (width, height) in [(8_usize, 6_usize), (7, 5), (1, 1), (2, 2), (1, 6), (6, 1), (3, 3), (33, 4)] {
        let plane = |width, height, offset: usize| {
            let mut plane = Plane::new(width, height);
            plane.samples_mut().copy_from_slice(&noise(width * height + offset)[offset..]);
            plane
        };
        let chroma = [50, 90].map(|offset| plane(width.div_ceil(2), height.div_ceil(2), offset));
        let planes = Planes { luma: plane(width, height, 0), chroma: Some(chroma) };
        if planes.subsampling() != Some(Subsampling::Both) {
            continue; // one pixel
        }
        let chroma = planes.chroma.as_ref().unwrap();
        let raster = planes.to_raster();
        let weigh = |at: usize, length: usize| {
            let near = at / 2;
            let far = if at.is_multiple_of(2) { near.saturating_sub(1) } else { (near + 1).min(length - 1) };
            [(near, 0.75), (far, 0.25)]
        };
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let sample = |plane: &Plane| {
                let mut sum = 0.0;
                for (row, down) in weigh(y, plane.height()) {
                    for (column, right) in weigh(x, plane.width()) {
                        sum += f64::from(plane.row(row)[column]) * down * right;
                    }
                }
                sum
            };
            let expected = colours_of([f64::from(planes.luma.row(y)[x]), sample(&chroma[0]), sample(&chroma[1])]);
            check(&raster.row(y)[3 * x..3 * x + 3], &expected);
        }
    }
}

#[test]
fn colours_survive_there_and_back() {
    let source = Raster::of(noise(300 * 100 * 3), Channels::Rgb, 300, 100);
    let output = source.to_planes(Subsampling::None).to_raster();
    let worst = source.samples().iter().zip(output.samples()).map(|(from, to)| from.abs_diff(*to)).max();
    assert!(worst <= Some(2), "{worst:?}");
    // Colour that changes slowly survives subsampling as well.
    let pixels = (0..40u8).flat_map(|y| (0..60u8).flat_map(move |x| [60 + 2 * x, 200 - y, 90 + x + y]));
    let source = Raster::of(pixels.collect(), Channels::Rgb, 60, 40);
    let output = source.to_planes(Subsampling::Both).to_raster();
    let worst = source.samples().iter().zip(output.samples()).map(|(from, to)| from.abs_diff(*to)).max();
    assert!(worst <= Some(3), "{worst:?}");
}

#[test]
fn grey_stays_grey() {
    for value in 0..=255 {
        for subsampling in [Subsampling::None, Subsampling::Both] {
            let source = Raster::of(vec![value; 5 * 3 * 3], Channels::Rgb, 5, 3);
            let planes = source.to_planes(subsampling);
            assert!(planes.luma.samples().iter().all(|sample| *sample == value));
            assert!(planes.chroma.as_ref().unwrap()[0].samples().iter().all(|sample| *sample == 128));
            assert_eq!(planes.to_raster(), source);
        }
    }
    let source = Raster::of(vec![1, 255, 2, 9], Channels::GreyAlpha, 2, 1);
    let planes = source.to_planes(Subsampling::Both);
    assert_eq!((planes.luma.samples(), &planes.chroma), (&[1, 2][..], &None));
    assert_eq!(planes.to_raster(), source.clone().without_alpha());
    assert_eq!(source.alpha().unwrap().samples(), [255, 9]);
}
