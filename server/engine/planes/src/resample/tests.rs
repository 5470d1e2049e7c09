#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // The sizes of tests are small.
#![allow(clippy::cast_possible_wrap, clippy::cast_sign_loss)]

use proptest::prelude::*;

use super::*;

const LIGHTS: [Light; 2] = [Light::Linear, Light::AsCoded];
const FILTERS: [Filter; 2] = [Filter::Lanczos3, Filter::Lanczos2];

fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
    let mut plane = Plane::new(width, height);
    for y in 0..height {
        for (x, at) in plane.row_mut(y).iter_mut().enumerate() {
            *at = sample(x, y);
        }
    }
    plane
}

/// Samples without any order, the same in each run.
fn noise(width: usize, height: usize) -> Plane {
    plane(width, height, |x, y| {
        let mixed =
            (x as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (y as u64 + 1).wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
        (mixed.wrapping_mul(0xd6e8_feb8_6659_fd93) >> 56) as u8
    })
}

fn whole(plane: &Plane) -> Window {
    Window::of(plane.width() as f64, plane.height() as f64)
}

fn resampled(source: &Plane, window: Window, filter: Filter, light: Light, width: usize, height: usize) -> Plane {
    let mut output = Plane::new(width, height);
    Resampler::default().resample(source, window, filter, light, &mut output);
    output
}

/// What the kernel is by its definition, in floating point, each output sample by itself.
mod reference {
    use super::*;

    fn kernel(filter: Filter, x: f64) -> f64 {
        let lobes = match filter {
            Filter::Lanczos3 => 3.0,
            Filter::Lanczos2 => 2.0,
        };
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x) };
        if x.abs() < lobes { sinc(x) * sinc(x / lobes) } else { 0.0 }
    }

    fn weights(start: f64, length: f64, outputs: usize, filter: Filter) -> Vec<Vec<(i64, f64)>> {
        let step = length / outputs as f64;
        let scale = step.max(1.0);
        (0..outputs)
            .map(|output| {
                let centre = start + (output as f64 + 0.5) * step;
                let near = (centre - 3.0 * scale) as i64 - 2..(centre + 3.0 * scale) as i64 + 2;
                let taps: Vec<_> = near.map(|at| (at, kernel(filter, (at as f64 + 0.5 - centre) / scale))).collect();
                let sum: f64 = taps.iter().map(|(_, weight)| weight).sum();
                taps.into_iter().map(|(at, weight)| (at, weight / sum)).collect()
            })
            .collect()
    }

    /// Coded samples, 0 to 255, row by row.
    pub(super) fn resampled(
        source: &Plane,
        window: Window,
        filter: Filter,
        light: Light,
        (width, height): (usize, usize),
    ) -> Vec<f64> {
        let sample = |x: i64, y: i64| {
            let x = x.clamp(0, source.width() as i64 - 1) as usize;
            let y = y.clamp(0, source.height() as i64 - 1) as usize;
            let coded = f64::from(source.row(y)[x]) / 255.0;
            match light {
                Light::AsCoded => coded,
                Light::Linear if coded <= 0.04045 => coded / 12.92,
                Light::Linear => ((coded + 0.055) / 1.055).powf(2.4),
            }
        };
        let columns = weights(window.left, window.width, width, filter);
        let rows = weights(window.top, window.height, height, filter);
        // Along the rows first: the other way round than what is tested.
        let first = rows.iter().flatten().map(|(y, _)| *y).min().unwrap();
        let last = rows.iter().flatten().map(|(y, _)| *y).max().unwrap();
        let narrow: Vec<Vec<f64>> = (first..=last)
            .map(|y| columns.iter().map(|taps| taps.iter().map(|(x, weight)| sample(*x, y) * weight).sum()).collect())
            .collect();
        let mut output = Vec::new();
        for (taps, x) in rows.iter().flat_map(|taps| (0..width).map(move |x| (taps, x))) {
            let sum: f64 = taps.iter().map(|(y, weight)| narrow[(y - first) as usize][x] * weight).sum();
            let light = match light {
                Light::AsCoded => sum,
                Light::Linear if sum <= 0.003_130_8 => sum * 12.92,
                Light::Linear => 1.055 * sum.powf(1.0 / 2.4) - 0.055,
            };
            output.push(light.clamp(0.0, 1.0) * 255.0);
        }
        output
    }
}

#[track_caller]
fn check(source: &Plane, window: Window, filter: Filter, light: Light, size: (usize, usize)) {
    let output = resampled(source, window, filter, light, size.0, size.1);
    let expected = reference::resampled(source, window, filter, light, size);
    for (at, (sample, expected)) in output.samples().iter().zip(&expected).enumerate() {
        let error = (f64::from(*sample) - expected).abs();
        assert!(
            error <= 1.0,
            "{}x{} {window:?} to {size:?} {filter:?} {light:?}: sample {at} is {sample}, not {expected}",
            source.width(),
            source.height(),
        );
    }
}

#[test]
fn agrees_with_the_definition() {
    for (width, height, to) in [
        (97, 61, (40, 25)),
        (97, 61, (97, 20)),
        (64, 64, (64, 64)),
        (31, 17, (90, 70)),
        (300, 5, (7, 20)),
        (640, 480, (3, 2)),
        (1, 1, (5, 4)),
        (1, 40, (3, 13)),
        (4000, 2, (1, 1)),
    ] {
        let source = noise(width, height);
        for (filter, light) in FILTERS.into_iter().flat_map(|filter| LIGHTS.map(|light| (filter, light))) {
            check(&source, whole(&source), filter, light, to);
        }
    }
}

#[test]
fn windows_may_be_fractions_and_reach_outside() {
    let source = noise(50, 40);
    for window in [
        Window { left: 3.3, top: 7.9, width: 20.25, height: 11.5 },
        Window { left: -25.0, top: -20.0, width: 50.0, height: 40.0 },
        Window { left: 25.5, top: 20.5, width: 50.0, height: 40.0 },
        Window { left: 49.5, top: 0.0, width: 1.0, height: 0.1 },
        Window { left: -0.4, top: -0.4, width: 50.8, height: 40.8 },
    ] {
        for light in LIGHTS {
            check(&source, window, Filter::Lanczos3, light, (17, 13));
        }
    }
}

#[test]
fn a_window_past_the_edge_is_the_edge() {
    let source = plane(4, 4, |x, y| (40 * x + 10 * y) as u8);
    let output = resampled(
        &source,
        Window { left: 30.0, top: -30.0, width: 4.0, height: 4.0 },
        Filter::Lanczos3,
        Light::Linear,
        3,
        3,
    );
    assert_eq!(output.samples(), [120; 9]);
}

#[test]
fn nothing_outside_the_kernel_is_read() {
    let window = Window { left: 20.0, top: 30.0, width: 10.0, height: 12.0 };
    let near = |x: usize, y: usize| (14..36).contains(&x) && (24..48).contains(&y);
    let clean = plane(60, 80, |x, y| if near(x, y) { 90 } else { 0 });
    let dirty = plane(60, 80, |x, y| if near(x, y) { 90 } else { 255 });
    let output = |source: &Plane| resampled(source, window, Filter::Lanczos3, Light::Linear, 5, 6);
    assert_eq!(output(&clean), output(&dirty));
}

#[test]
fn flat_stays_flat() {
    let mut resampler = Resampler::default();
    for value in 0..=255 {
        for (from, to) in [((1, 1), (1, 1)), ((37, 23), (11, 9)), ((5, 7), (33, 21)), ((200, 190), (2, 3))] {
            let source = plane(from.0, from.1, |_, _| value);
            for (filter, light) in [(Filter::Lanczos3, Light::Linear), (Filter::Lanczos2, Light::AsCoded)] {
                let mut output = Plane::new(to.0, to.1);
                let window = Window { left: 0.3, top: -0.2, width: from.0 as f64, height: from.1 as f64 };
                resampler.resample(&source, window, filter, light, &mut output);
                assert!(output.samples().iter().all(|sample| *sample == value), "{value} {from:?} {to:?}");
            }
        }
    }
}

#[test]
fn a_ramp_stays_a_ramp() {
    let source = plane(256, 4, |x, _| x as u8);
    let output = resampled(&source, whole(&source), Filter::Lanczos3, Light::AsCoded, 64, 4);
    // Away from the ends, where the ramp bends.
    for (x, sample) in output.row(2).iter().enumerate().skip(4).take(56) {
        assert!((f64::from(*sample) - (4.0 * x as f64 + 1.5)).abs() <= 0.5, "{x}: {sample}");
    }
}

#[test]
fn an_impulse_spreads_alike_to_all_sides() {
    for (size, to) in [(41, 13), (41, 123), (129, 5)] {
        let source = plane(size, size, |x, y| if (x, y) == (size / 2, size / 2) { 255 } else { 60 });
        for light in LIGHTS {
            let output = resampled(&source, whole(&source), Filter::Lanczos3, light, to, to);
            for (x, y) in (0..to).flat_map(|y| (0..to).map(move |x| (x, y))) {
                assert_eq!(output.row(y)[x], output.row(y)[to - 1 - x], "{x} {y}");
                assert_eq!(output.row(y)[x], output.row(to - 1 - y)[x], "{x} {y}");
            }
        }
    }
}

#[test]
fn the_same_size_is_a_copy() {
    let source = noise(70, 30);
    for light in LIGHTS {
        let output = resampled(&source, whole(&source), Filter::Lanczos3, light, 70, 30);
        assert_eq!(output.samples(), source.samples());
    }
}

#[test]
fn gaps_between_rows_are_left_alone() {
    let source = noise(9, 9);
    let mut output = Plane::default();
    output.reset(4, 3, 7);
    output.samples_mut().fill(77);
    Resampler::default().resample(&source, whole(&source), Filter::Lanczos3, Light::Linear, &mut output);
    assert_eq!((&output.samples()[4..7], &output.samples()[11..14]), (&[77; 3][..], &[77; 3][..]));
}

proptest! {
    #[test]
    fn small_sizes_agree_with_the_definition(
        width in 1usize..=20,
        height in 1usize..=20,
        to in (1usize..=20, 1usize..=20),
        light in prop::sample::select(&LIGHTS[..]),
        filter in prop::sample::select(&FILTERS[..]),
    ) {
        let source = noise(width, height);
        check(&source, whole(&source), filter, light, to);
    }

    #[test]
    fn all_instructions_give_the_same(
        width in 1usize..=300,
        height in 1usize..=60,
        to in (1usize..=150, 1usize..=70),
        offset in -3.0..3.0,
        light in prop::sample::select(&LIGHTS[..]),
    ) {
        let source = noise(width, height);
        let window = Window { left: offset, top: -offset, width: width as f64, height: height as f64 };
        let with = |instructions| {
            let mut output = Plane::new(to.0, to.1);
            Resampler::with(instructions).resample(&source, window, Filter::Lanczos3, light, &mut output);
            output
        };
        prop_assert_eq!(with(Instructions::Portable), with(Instructions::best()));
    }
}
