//! What is written is read by a decoder that others wrote.

use darkroom_planes::{Plane, Planes};
use proptest::prelude::*;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::quality::Divisors;
use super::*;

/// A plane with edges, slopes and noise, so that every frequency occurs.
fn drawn(width: usize, height: usize, seed: u32) -> Plane {
    let mut plane = Plane::new(width, height);
    let mut state = seed | 1;
    for y in 0..height {
        for (x, sample) in plane.row_mut(y).iter_mut().enumerate() {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            let noise = if (x / 16 + y / 16) % 3 == 0 { state % 256 } else { state % 8 };
            let edge = if (x * 2 + y) % 23 < 9 { 90 } else { 0 };
            *sample = ((3 * x + 2 * y) as u32 % 120 + edge + noise / 4).min(255) as u8;
        }
    }
    plane
}

/// A plane that changes so slowly that it may be halved and doubled.
fn slope(width: usize, height: usize, step: usize) -> Plane {
    let mut plane = Plane::new(width, height);
    for y in 0..height {
        for (x, sample) in plane.row_mut(y).iter_mut().enumerate() {
            *sample = (60 + (x + y) * step / 2) as u8;
        }
    }
    plane
}

fn grey(width: usize, height: usize) -> Planes {
    Planes { luma: drawn(width, height, 7), chroma: None }
}

fn full(width: usize, height: usize) -> Planes {
    let chroma = [drawn(width, height, 99), drawn(width, height, 12345)];
    Planes { luma: drawn(width, height, 7), chroma: Some(chroma) }
}

fn halved(width: usize, height: usize) -> Planes {
    let (w, h) = (width.div_ceil(2), height.div_ceil(2));
    Planes { luma: drawn(width, height, 7), chroma: Some([slope(w, h, 2), slope(w, h, 3)]) }
}

/// The samples of each channel as the other decoder has them, chroma as large as luma.
fn decoded(file: &[u8], planes: &Planes) -> Vec<Vec<u8>> {
    let (space, channels) = if planes.chroma.is_some() { (ColorSpace::YCbCr, 3) } else { (ColorSpace::Luma, 1) };
    let options = DecoderOptions::default().jpeg_set_out_colorspace(space).set_strict_mode(true);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    let samples = decoder.decode().expect("a file that decodes");
    let info = decoder.info().expect("a header");
    assert_eq!((usize::from(info.width), usize::from(info.height)), (planes.width(), planes.height()));
    (0..channels).map(|channel| samples.iter().skip(channel).step_by(channels).copied().collect()).collect()
}

/// Mean square of the differences between a plane and what came back.
fn error(plane: &Plane, back: &[u8]) -> f64 {
    let rows = (0..plane.height()).flat_map(|y| plane.row(y));
    let sum: f64 = rows.zip(back).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
    sum / back.len() as f64
}

/// The largest mean square that a table can cause in a whole block: the transform keeps squares, and no frequency
/// is off by more than [`quantise::LARGEST_ERROR`] of its divisor. One is added for the rounding of samples.
fn bound(table: &[u16; 64]) -> f64 {
    let each = |divisor: &u16| (f64::from(quantise::LARGEST_ERROR) * f64::from(*divisor)).powi(2);
    table.iter().map(each).sum::<f64>() / 64.0 + 1.0
}

/// Encodes, decodes, and compares. Beyond the edge of a picture an error may be as large as within it, so where
/// blocks are not whole all that they may be off by can lie in what is seen.
fn check(planes: &Planes, settings: &Settings) {
    let file = encode(planes, settings).unwrap();
    let back = decoded(&file, planes);
    let tables = Divisors::of(settings.quality);
    let whole = |plane: &Plane| {
        let (w, h) = (plane.width(), plane.height());
        (w.div_ceil(8) * 8 * h.div_ceil(8) * 8) as f64 / (w * h) as f64
    };
    let luma = error(&planes.luma, &back[0]);
    assert!(luma <= bound(&tables.luma) * whole(&planes.luma), "luma is off by {luma}");
    if let Some(chroma) = &planes.chroma {
        let same = planes.subsampling() == Some(darkroom_planes::Subsampling::None);
        for (plane, back) in chroma.iter().zip(&back[1..]) {
            let off = if same { error(plane, back) } else { error(&doubled(plane, planes), back) };
            let allowed = bound(&tables.chroma) * whole(plane) + if same { 0.0 } else { 16.0 };
            assert!(off <= allowed, "chroma is off by {off}, {allowed} is allowed");
        }
    }
}

fn doubled(plane: &Plane, planes: &Planes) -> Plane {
    let mut large = Plane::new(planes.width(), planes.height());
    for y in 0..planes.height() {
        for (x, sample) in large.row_mut(y).iter_mut().enumerate() {
            *sample = plane.row(y / 2)[x / 2];
        }
    }
    large
}

#[test]
fn every_small_size_is_read_by_others() {
    for width in 1..=40 {
        for height in 1..=40 {
            let progressive = (width + height / 2) % 2 == 1;
            let settings = Settings { quality: 90, progressive, ..Settings::default() };
            check(&grey(width, height), &settings);
            check(&full(width, height), &settings);
            check(&halved(width, height), &settings);
        }
    }
}

#[test]
fn every_quality_is_read_by_others() {
    for quality in 1..=100 {
        let huffman = if quality % 2 == 0 { Huffman::Fixed } else { Huffman::Optimised };
        let settings = Settings { quality, huffman, progressive: quality % 3 == 0, ..Settings::default() };
        check(&full(67, 45), &settings);
        check(&halved(67, 45), &settings);
        check(&grey(67, 45), &settings);
    }
}

#[test]
fn passes_hold_the_same_picture() {
    let planes = halved(131, 77);
    let settings = Settings::default();
    let passes = encode(&planes, &Settings { progressive: true, ..settings }).unwrap();
    let fixed = encode(&planes, &Settings { huffman: Huffman::Fixed, ..settings }).unwrap();
    let one = encode(&planes, &settings).unwrap();
    assert_eq!(decoded(&passes, &planes), decoded(&one, &planes));
    assert_eq!(decoded(&fixed, &planes), decoded(&one, &planes));
    assert!(one.len() < fixed.len());
}

#[test]
fn more_quality_is_more_bytes_and_less_error() {
    let planes = halved(160, 120);
    let at = |quality| {
        let file = encode(&planes, &Settings { quality, ..Settings::default() }).unwrap();
        let off = error(&planes.luma, &decoded(&file, &planes)[0]);
        (file.len(), off)
    };
    let all: Vec<_> = [10, 30, 50, 70, 80, 90, 100].map(at).into();
    for pair in all.windows(2) {
        assert!(pair[0].0 < pair[1].0 && pair[0].1 > pair[1].1, "{pair:?}");
    }
    assert!(all[6].1 < 1.0);
}

#[test]
fn black_and_white_at_the_best_quality_keep_their_range() {
    // The largest levels that there are: a board of the extremes, at divisors of one.
    let mut luma = Plane::new(64, 64);
    for y in 0..64 {
        for (x, sample) in luma.row_mut(y).iter_mut().enumerate() {
            *sample = match (x / 32 + y / 32) % 2 {
                0 => 255 * ((x + y) % 2) as u8,
                _ => 255 * ((x / 8 + y / 8) % 2) as u8,
            };
        }
    }
    check(&Planes { luma, chroma: None }, &Settings { quality: 100, ..Settings::default() });
}

#[test]
fn profile_density_and_segments_come_back() {
    let profile: Vec<u8> = (0..200_000u32).map(|i| (i * 7 % 251) as u8).collect();
    let segments: &[(u8, &[u8])] = &[(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0"), (0xFE, b"drawn")];
    let settings =
        Settings { profile: Some(&profile), density: Some(300), segments, quality: 50, ..Settings::default() };
    let file = encode(&halved(20, 10), &settings).unwrap();
    assert_eq!(file[..20], *b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\x01\x01\x2C\x01\x2C\0\0");
    let mut decoder = JpegDecoder::new(ZCursor::new(&file));
    decoder.decode_headers().unwrap();
    assert_eq!(decoder.icc_profile().unwrap(), profile);
    assert_eq!(decoder.exif().unwrap(), b"MM\0*\0\0\0\x08\0\0");
    assert!(file.windows(9).any(|bytes| bytes == b"\xFF\xFE\0\x07drawn"));

    let plain = encode(&halved(20, 10), &Settings::default()).unwrap();
    assert_eq!(plain[11..18], [1, 1, 0, 0, 1, 0, 1], "no unit, and square pixels");
}

#[test]
fn what_a_file_cannot_hold_is_refused() {
    let check = |planes: &Planes, settings: &Settings, message: &str| {
        assert_eq!(encode(planes, settings).unwrap_err().to_string(), message);
    };
    let settings = Settings::default();
    let wide = Planes { luma: Plane::new(65_536, 1), chroma: None };
    check(&wide, &settings, "a JPEG has 1 to 65535 pixels along each side, not 65536 × 1");
    check(&Planes::default(), &settings, "a JPEG has 1 to 65535 pixels along each side, not 0 × 0");
    let narrow = Planes { luma: Plane::new(16, 8), chroma: Some([Plane::new(8, 8), Plane::new(8, 8)]) };
    check(&narrow, &settings, "chroma of 8 × 8 samples is neither 4:4:4 nor 4:2:0 for luma of 16 × 8");
    let uneven = Planes { luma: Plane::new(16, 8), chroma: Some([Plane::new(8, 4), Plane::new(16, 8)]) };
    check(&uneven, &settings, "chroma of 16 × 8 samples is neither 4:4:4 nor 4:2:0 for luma of 16 × 8");

    let planes = grey(8, 8);
    let long = vec![0; 65_534];
    let segments: &[(u8, &[u8])] = &[(0xE1, &long)];
    let message = "65534 bytes do not fit a segment (marker 0xE1), which holds 65533";
    check(&planes, &Settings { segments, ..settings }, message);
    check(
        &planes,
        &Settings { segments: &[(0xC0, &[])], ..settings },
        "0xC0 is no marker of APP1 to APP15 or a comment",
    );
    let profile = vec![0; 255 * 65_519 + 1];
    let message = "an ICC profile of 16707346 bytes does not fit 255 segments";
    check(&planes, &Settings { profile: Some(&profile), ..settings }, message);
}

#[test]
fn the_longest_sides_are_written() {
    for (width, height) in [(65_535, 1), (1, 65_535)] {
        let planes = Planes { luma: Plane::new(width, height), chroma: None };
        let file = encode(&planes, &Settings::default()).unwrap();
        let options = DecoderOptions::default().set_max_width(65_535).set_max_height(65_535);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&file), options);
        decoder.decode_headers().unwrap();
        assert_eq!(
            decoder.info().map(|info| (usize::from(info.width), usize::from(info.height))),
            Some((width, height))
        );
    }
}

#[test]
fn an_encoder_forgets_what_it_wrote() {
    let mut encoder = Encoder::default();
    let (large, small) = (full(90, 70), halved(33, 20));
    for progressive in [false, true, false] {
        let settings = Settings { progressive, ..Settings::default() };
        encoder.encode(&large, &settings).unwrap();
        assert_eq!(encoder.encode(&small, &settings), encode(&small, &settings));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Any samples, any size, any gap between rows.
    #[test]
    fn any_picture_is_read_by_others(
        width in 1usize..50,
        height in 1usize..50,
        gap in 0usize..20,
        quality in 1u8..=100,
        progressive: bool,
        coloured: bool,
        samples in prop::collection::vec(any::<u8>(), 70),
    ) {
        let plane = |shift: usize| {
            let mut plane = Plane::default();
            plane.reset(width, height, width + gap);
            for y in 0..height {
                for (x, sample) in plane.row_mut(y).iter_mut().enumerate() {
                    *sample = samples[(x * 3 + y * 11 + shift) % samples.len()];
                }
            }
            plane
        };
        let planes = Planes { luma: plane(0), chroma: coloured.then(|| [plane(1), plane(29)]) };
        check(&planes, &Settings { quality, progressive, ..Settings::default() });
    }
}
