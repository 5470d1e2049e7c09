//! WebP files, read back by libwebp's own decoder.
#![allow(unsafe_code)] // the decoder is C

use darkroom_encoders::{
    EncodeError, Metadata, Profile,
    webp::{self, LosslessSettings, Pixels, Settings},
};
use darkroom_planes::{Plane, Planes};
use libwebp_sys as sys;
use proptest::prelude::*;
use std::ffi::c_int;

const NONE: Metadata = Metadata { icc: None, exif: None, xmp: None };

fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
    let mut plane = Plane::default();
    plane.reset(width, height, width + 3);
    for y in 0..height {
        for (x, value) in plane.row_mut(y).iter_mut().enumerate() {
            *value = sample(x, y);
        }
    }
    plane
}

fn flat(width: usize, height: usize, [y, cb, cr]: [u8; 3], full_chroma: bool) -> Planes {
    let halves = |side: usize| if full_chroma { side } else { side.div_ceil(2) };
    let chroma = |value| plane(halves(width), halves(height), |_, _| value);
    Planes { luma: plane(width, height, |_, _| y), chroma: Some([chroma(cb), chroma(cr)]) }
}

/// Width, height and RGBA.
fn decoded(file: &[u8]) -> (usize, usize, Vec<u8>) {
    let (mut width, mut height): (c_int, c_int) = (0, 0);
    // SAFETY: the decoder reads as many bytes as it is told and allocates what it returns.
    unsafe {
        let pixels = sys::WebPDecodeRGBA(file.as_ptr(), file.len(), &raw mut width, &raw mut height);
        assert!(!pixels.is_null(), "the file can be decoded");
        let (width, height) = (width.unsigned_abs() as usize, height.unsigned_abs() as usize);
        let copy = std::slice::from_raw_parts(pixels, width * height * 4).to_vec();
        sys::WebPFree(pixels.cast());
        (width, height, copy)
    }
}

fn near(found: &[u8], expected: &[u8], tolerance: u8) -> bool {
    found.iter().zip(expected).all(|(&found, &expected)| found.abs_diff(expected) <= tolerance)
}

#[test]
fn colours_come_back_from_the_limited_range() {
    // JFIF's Y, Cb, Cr of white, black, red, green and blue.
    let colours = [
        ([255, 128, 128], [255, 255, 255, 255]),
        ([0, 128, 128], [0, 0, 0, 255]),
        ([76, 85, 255], [255, 0, 0, 255]),
        ([150, 44, 21], [0, 255, 0, 255]),
        ([29, 255, 107], [0, 0, 255, 255]),
    ];
    for (ycc, rgba) in colours {
        for full_chroma in [false, true] {
            let planes = flat(33, 17, ycc, full_chroma);
            let file = webp::encode(&planes, None, Settings::for_quality(95, Profile::Default), &NONE).unwrap();
            let (width, height, pixels) = decoded(&file);
            assert_eq!((width, height), (33, 17));
            assert!(pixels.chunks(4).all(|pixel| near(pixel, &rgba, 4)), "{ycc:?}: {:?}", &pixels[..4]);
        }
    }
}

#[test]
fn blobs_come_back_as_they_were() {
    let planes = flat(5, 7, [90, 100, 110], false);
    let alpha = plane(5, 7, |x, _| if x < 2 { 0 } else { 200 });
    let metadata = Metadata { icc: Some(b"a profile"), exif: Some(b"II*\0 exif"), xmp: Some(b"<x/>") };
    let settings = Settings::for_quality(80, Profile::Default);
    let file = webp::encode(&planes, Some(&alpha), settings, &metadata).unwrap();
    for (name, content) in [("ICCP", &b"a profile"[..]), ("EXIF", b"II*\0 exif"), ("XMP ", b"<x/>")] {
        // SAFETY: libwebp looks into the file and hands out pointers into it, until the demuxer is deleted.
        unsafe {
            let whole = sys::WebPData { bytes: file.as_ptr(), size: file.len() };
            let demux = sys::WebPDemuxInternal(
                &raw const whole,
                0,
                std::ptr::null_mut(),
                c_int::try_from(sys::WEBP_DEMUX_ABI_VERSION).unwrap(),
            );
            assert!(!demux.is_null());
            let mut chunk = std::mem::zeroed();
            assert_eq!(sys::WebPDemuxGetChunk(demux, name.as_ptr().cast(), 1, &raw mut chunk), 1, "{name}");
            assert_eq!(std::slice::from_raw_parts(chunk.chunk.bytes, chunk.chunk.size), content);
            sys::WebPDemuxReleaseChunkIterator(&raw mut chunk);
            sys::WebPDemuxDelete(demux);
        }
    }
    let (_, _, pixels) = decoded(&file);
    assert_eq!(pixels.chunks(4).take(5).map(|pixel| pixel[3]).collect::<Vec<_>>(), [0, 0, 200, 200, 200]);
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let settings = Settings::for_quality(80, Profile::Default);
    let wide = Planes { luma: Plane::new(16_384, 1), chroma: None };
    let error = EncodeError::Size { width: 16_384, height: 1, maximum: webp::MAXIMUM_SIDE_PX };
    assert_eq!(webp::encode(&wide, None, settings, &NONE), Err(error));
    let short = webp::encode_lossless(Pixels::Rgb(&[0; 11]), 2, 2, LosslessSettings::default(), &NONE);
    assert!(matches!(short, Err(EncodeError::Mismatch { .. })), "{short:?}");
}

/// Soft edges are coded in another way than hard ones; both come back as they were, beside any metadata.
#[test]
fn alpha_comes_back_exactly() {
    for (width, height) in [(97, 64), (1, 1), (64, 1), (1, 31)] {
        for slope in [0.01, 2.0, 9.0, 300.0] {
            let alpha = plane(width, height, |x, y| {
                #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let value = ((30.0 - (x as f64 - 40.0).hypot(y as f64 - 30.0)) * slope + 100.0).clamp(0.0, 255.0) as u8;
                value
            });
            for metadata in [NONE, Metadata { icc: Some(b"icc"), exif: Some(b"exif"), xmp: None }] {
                let planes = flat(width, height, [90, 100, 140], false);
                let settings = Settings::for_quality(80, Profile::Default);
                let file = webp::encode(&planes, Some(&alpha), settings, &metadata).unwrap();
                let (.., pixels) = decoded(&file);
                let found: Vec<u8> = pixels.as_chunks::<4>().0.iter().map(|pixel| pixel[3]).collect();
                let expected: Vec<u8> = (0..height).flat_map(|y| alpha.row(y).to_vec()).collect();
                assert!(found == expected, "{width} × {height}, {slope}");
            }
        }
    }
}

/// What nobody sees costs nothing, however alpha is coded.
#[test]
fn hidden_pixels_cost_nothing() {
    let bytes = |seed: usize| {
        let luma = plane(128, 128, |x, y| if x < 96 { u8::try_from(x * y * seed % 251).unwrap() } else { 90 });
        let planes = Planes { luma, chroma: None };
        let alpha = plane(128, 128, |x, _| u8::try_from(x.saturating_sub(96) * 2).unwrap());
        webp::encode(&planes, Some(&alpha), Settings::for_quality(80, Profile::Default), &NONE).unwrap().len()
    };
    assert!(bytes(7) < bytes(0) + 200, "{} {}", bytes(7), bytes(0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Any size, any chroma, with and without alpha: it decodes, to that size, to about those samples.
    #[test]
    fn any_small_picture_comes_back(
        width in 1_usize..65, height in 1_usize..65, chroma in 0..3, alpha in any::<bool>(),
        quality in 1_u8..=100, speed in any::<bool>(), seed in any::<u8>(),
    ) {
        let mut planes = flat(width, height, [0, 128, 128], chroma == 1);
        planes.luma = plane(width, height, |x, y| u8::try_from((x + y + usize::from(seed)) % 256).unwrap());
        if chroma == 2 {
            planes.chroma = None;
        }
        let transparency = plane(width, height, |x, y| u8::try_from((x * 7 + y * 5 + usize::from(seed)) % 256).unwrap());
        let profile = if speed { Profile::Speed } else { Profile::Default };
        let settings = Settings::for_quality(quality, profile);
        let file = webp::encode(&planes, alpha.then_some(&transparency), settings, &NONE).unwrap();
        let (found_width, found_height, pixels) = decoded(&file);
        prop_assert_eq!((found_width, found_height), (width, height));
        for (index, pixel) in pixels.chunks(4).enumerate() {
            let (x, y) = (index % width, index / width);
            prop_assert_eq!(pixel[3], if alpha { transparency.row(y)[x] } else { 255 });
            if quality >= 90 && !alpha && seed < 100 {
                prop_assert!(pixel[1].abs_diff(planes.luma.row(y)[x]) < 24, "{}, {}: {:?}", x, y, pixel);
            }
        }
    }

    #[test]
    fn without_loss_nothing_is_lost(
        width in 1_usize..65, height in 1_usize..65, alpha in any::<bool>(), seed in any::<u32>(),
    ) {
        let channels = if alpha { 4 } else { 3 };
        let mut state = seed;
        let samples: Vec<u8> = (0..width * height * channels).map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // No pixel is wholly transparent: its colour may be lost.
            state.to_be_bytes()[0] | u8::from(index % channels == 3)
        }).collect();
        let pixels = if alpha { Pixels::Rgba(&samples) } else { Pixels::Rgb(&samples) };
        let metadata = Metadata { icc: alpha.then_some(b"icc"), ..NONE };
        let file = webp::encode_lossless(pixels, width, height, LosslessSettings::default(), &metadata).unwrap();
        let (found_width, found_height, found) = decoded(&file);
        prop_assert_eq!((found_width, found_height), (width, height));
        for (pixel, expected) in found.chunks(4).zip(samples.chunks(channels)) {
            prop_assert_eq!(&pixel[..channels], expected);
        }
    }
}
