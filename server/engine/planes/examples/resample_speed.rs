//! Prints what resampling costs in typical cases, as CPU time of this thread: the median of many rounds in which all
//! cases take turns.
//!
//! `cargo run --release -p darkroom-planes --example resample_speed`
#![allow(clippy::print_stdout, clippy::cast_precision_loss)] // A table is what it is for.

use std::hint::black_box;

use darkroom_planes::{
    Channels, Filter, Light, Orientation, Plane, Planes, Raster, Reduction, Resampler, Subsampling, Window,
};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 60;

fn main() {
    let photo = picture(2304, 1728);
    let small = picture(512, 384);
    let pixels = [Channels::Rgb, Channels::Rgba].map(|channels| noise(channels, 1600, 1067));
    let small_pixels = small.to_raster();
    let mut resampler = Resampler::default();
    let (mut output, mut turned) = (Planes::default(), Planes::default());
    let mut cases: [(&str, &mut dyn FnMut()); 11] = [
        ("luma 2304x1728 -> 512x384, linear light", &mut || {
            scale(&mut resampler, &photo.luma, Filter::Lanczos3, Light::Linear, (512, 384));
        }),
        ("luma 2304x1728 -> 512x384, as coded", &mut || {
            scale(&mut Resampler::default(), &photo.luma, Filter::Lanczos3, Light::AsCoded, (512, 384));
        }),
        ("planes 2304x1728 -> 512x384", &mut || fit(&photo, (512, 384), &mut output)),
        ("planes 2304x1728 -> 1000x750", &mut || fit(&photo, (1000, 750), &mut Planes::default())),
        ("planes 512x384 -> 1024x768", &mut || fit(&small, (1024, 768), &mut Planes::default())),
        ("RGB 1600x1067 -> 512x341", &mut || reduce(&pixels[0], (512, 341))),
        ("RGBA 1600x1067 -> 512x341", &mut || reduce(&pixels[1], (512, 341))),
        ("planes 512x384 turned by 90 degrees", &mut || small.turn(Orientation::RightTop, &mut turned)),
        ("planes 512x384 4:2:0 to RGB", &mut || drop(black_box(small.to_raster()))),
        ("RGB 512x384 to planes 4:2:0", &mut || drop(black_box(small_pixels.to_planes(Subsampling::Both)))),
        ("RGB 512x384 to planes 4:4:4", &mut || drop(black_box(small_pixels.to_planes(Subsampling::None)))),
    ];
    let mut times = vec![Vec::new(); cases.len()];
    for _ in 0..ROUNDS {
        for ((_, case), times) in cases.iter_mut().zip(&mut times) {
            let start = worked();
            case();
            times.push(worked() - start);
        }
    }
    for ((name, _), mut times) in cases.iter().zip(times) {
        times.sort_by(f64::total_cmp);
        println!("{:8.3} ms  {name}", times[ROUNDS / 2]);
    }
}

/// Milliseconds that this thread has worked.
fn worked() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

fn scale(resampler: &mut Resampler, source: &Plane, filter: Filter, light: Light, (width, height): (usize, usize)) {
    let mut output = Plane::new(width, height);
    let window = Window::of(source.width() as f64, source.height() as f64);
    resampler.resample(source, window, filter, light, &mut output);
    black_box(output);
}

/// Scales a picture to a size, 4:2:0.
fn fit(source: &Planes, (width, height): (usize, usize), output: &mut Planes) {
    let mut resampler = Resampler::default();
    let window = |plane: &Plane| Window::of(plane.width() as f64, plane.height() as f64);
    output.luma.reset(width, height, width);
    resampler.resample(&source.luma, window(&source.luma), Filter::Lanczos3, Light::Linear, &mut output.luma);
    let chroma = source.chroma.iter().flatten().zip(output.chroma.get_or_insert_default());
    for (source, output) in chroma {
        output.reset(width.div_ceil(2), height.div_ceil(2), width.div_ceil(2));
        resampler.resample(source, window(source), Filter::Lanczos2, Light::AsCoded, output);
    }
}

fn reduce(source: &Raster, output: (usize, usize)) {
    let size = (source.width(), source.height());
    let window = Window::of(size.0 as f64, size.1 as f64);
    let mut reduction = Reduction::new(source.channels(), size, window, Filter::Lanczos3, output);
    (0..size.1).for_each(|y| reduction.push_row(source.row(y)));
    black_box(reduction.finish());
}

fn noise(channels: Channels, width: usize, height: usize) -> Raster {
    let length = width * height * channels.count();
    let mut state = 1u64;
    let samples = (0..length).map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    });
    Raster::of(samples.collect(), channels, width, height)
}

fn picture(width: usize, height: usize) -> Planes {
    noise(Channels::Rgb, width, height).to_planes(Subsampling::Both)
}
