//! The decoder against files whose coefficients are known.

// Sizes and coefficients of small pictures.
#![allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]

mod encoder;
mod folders;
mod hostile;
mod light;
mod reference;
mod scales;

use super::cpu::Avx2;
use super::{DecodeError, Decoded, Decoder, Header, Scale};
use darkroom_planes::{Light, Plane, Window};
use encoder::{File, Pass};

/// Sampling factors of luma and chroma that files have, and some that they rarely have.
const SAMPLINGS: [&[(u8, u8)]; 10] = [
    &[(1, 1)],
    &[(2, 2)],
    &[(1, 1), (1, 1), (1, 1)],
    &[(2, 1), (1, 1), (1, 1)],
    &[(1, 2), (1, 1), (1, 1)],
    &[(2, 2), (1, 1), (1, 1)],
    &[(4, 1), (1, 1), (1, 1)],
    &[(2, 2), (2, 1), (2, 1)],
    &[(3, 1), (1, 1), (1, 1)],
    &[(4, 2), (1, 1), (1, 1)],
];

fn decode(bytes: &[u8], scale: Scale) -> Decoded {
    let header = Header::read(bytes).expect("a header");
    Decoder::default().decode(bytes, &header, scale).expect("a picture")
}

fn planes(decoded: &Decoded) -> Vec<&Plane> {
    std::iter::once(&decoded.planes.luma).chain(decoded.planes.chroma.iter().flatten()).collect()
}

/// The samples that are the picture, by plane and row, with their exact extent.
fn picture(decoded: &Decoded) -> (Vec<Vec<&[u8]>>, [Window; 2], bool) {
    let rows = |plane| (0..Plane::height(plane)).map(|y| plane.row(y)).collect();
    let planes = planes(decoded).into_iter().map(rows).collect();
    (planes, [decoded.luma_window, decoded.chroma_window], decoded.damaged)
}

/// Every sample is within `tolerance` of what the coefficients are by a plain transform.
fn check_against_coefficients(file: &File, decoded: &Decoded, scale: Scale, tolerance: f64) {
    for (index, plane) in planes(decoded).into_iter().enumerate() {
        let (width, height) = file.extent(index, scale);
        let window = if index == 0 { decoded.luma_window } else { decoded.chroma_window };
        assert!((window.width - width).abs() < 1e-9 && (window.height - height).abs() < 1e-9, "{window:?}");
        assert_eq!((plane.width() as f64, plane.height() as f64), (width.ceil(), height.ceil()));
        for y in 0..plane.height() {
            for (x, sample) in plane.row(y).iter().enumerate() {
                let expected = reference::sample(file, index, scale, x, y);
                let distance = (f64::from(*sample) - expected).abs();
                assert!(distance <= tolerance, "{scale:?} plane {index} at {x}, {y}: {sample}, expected {expected}");
            }
        }
    }
}

/// Half a step for the last rounding, and a little for that between the passes.
const ROUNDING: f64 = 0.8;

#[test]
fn coefficients_become_samples_at_each_sampling_and_scale() {
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        for (width, height) in [(67, 45), (8, 8), (1, 1), (64, 33)] {
            let file = File::random(seed, width, height, sampling);
            let bytes = file.sequential();
            for scale in Scale::ALL {
                let decoded = decode(&bytes, scale);
                assert!(!decoded.damaged);
                let tolerance = if scale <= Scale::Quarter { 0.500_001 } else { ROUNDING };
                check_against_coefficients(&file, &decoded, scale, tolerance);
            }
        }
    }
}

#[test]
fn restart_intervals_and_scans_of_one_component_change_nothing() {
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        let mut file = File::random(seed, 75, 50, sampling);
        let expected = Scale::ALL.map(|scale| decode(&file.sequential(), scale));
        let same = |bytes: &[u8]| {
            for (scale, expected) in Scale::ALL.into_iter().zip(&expected) {
                assert!(picture(&decode(bytes, scale)) == picture(expected), "{scale:?} of {sampling:?}");
            }
        };
        for interval in [1, 3, 7] {
            file.restart_interval = interval;
            same(&file.sequential());
            same(&file.write(&file.one_scan_each()));
        }
    }
}

#[test]
fn a_progression_gives_what_one_scan_gives() {
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        for interval in [0, 5] {
            let mut file = File::random(seed, 75, 50, sampling);
            file.restart_interval = interval;
            let expected = Scale::ALL.map(|scale| decode(&file.sequential(), scale));
            let bands = file.progressive(&[Pass::first(0, 0, 0), Pass::first(1, 5, 0), Pass::first(6, 63, 0)]);
            for (scale, expected) in Scale::ALL.into_iter().zip(&expected) {
                assert!(picture(&decode(&bands, scale)) == picture(expected), "{scale:?} of {sampling:?}");
            }
            let refined = file.progressive(&[
                Pass::first(0, 0, 1),
                Pass::first(1, 5, 2),
                Pass::first(6, 63, 2),
                Pass::refinement(1, 63, 1),
                Pass::refinement(0, 0, 0),
                Pass::refinement(1, 63, 0),
            ]);
            for (scale, expected) in Scale::ALL.into_iter().zip(expected) {
                let decoded = decode(&refined, scale);
                if matches!(scale, Scale::Eighth | Scale::Full) {
                    assert!(picture(&decoded) == picture(&expected), "{scale:?} of {sampling:?}, refined");
                } else {
                    // The lowest bits of AC coefficients are left out.
                    check_against_coefficients(&file.without_low_bits(2), &decoded, scale, ROUNDING);
                }
            }
        }
    }
}

#[test]
fn avx2_gives_the_same_bits() {
    let Some(avx2) = Avx2::detect() else {
        eprintln!("skipped: this processor has no AVX2");
        return;
    };
    let [mut with, mut without] = <[Decoded; 2]>::default();
    for ((seed, sampling), light) in
        (0..).zip(SAMPLINGS).flat_map(|each| [(each, Light::AsCoded), (each, Light::Linear)])
    {
        let mut decoder = Decoder::new(light);
        let mut file = File::random(seed, 75, 50, sampling);
        file.restart_interval = 4;
        // Also coefficients that no picture has.
        let wild = File::wild(seed, 40, 30, sampling);
        let (first, refinement) = (Pass::first, Pass::refinement);
        let refined = [first(0, 0, 1), first(1, 63, 1), refinement(0, 0, 0), refinement(1, 63, 0)];
        for (number, bytes) in [file.sequential(), file.progressive(&refined), wild.sequential()].iter().enumerate() {
            let header = Header::read(bytes).expect("a header");
            for scale in Scale::ALL {
                decoder.decode_with(Some(avx2), bytes, &header, [scale; 2], &mut with).expect("a picture");
                decoder.decode_with(None, bytes, &header, [scale; 2], &mut without).expect("a picture");
                assert!(picture(&with) == picture(&without), "{scale:?} of {sampling:?}, file {number}, {light:?}");
            }
        }
    }
}

#[test]
fn what_is_missing_is_grey() {
    let file = File::random(1, 64, 64, &[(1, 1)]);
    let bytes = file.sequential();
    let whole = decode(&bytes, Scale::Full);
    let cut = decode(&bytes[..bytes.len() * 2 / 3], Scale::Full);
    assert!(cut.damaged);
    assert_eq!(cut.planes.luma.row(0), whole.planes.luma.row(0));
    assert_eq!(cut.planes.luma.row(63), [128; 64]);
}

#[test]
fn a_lost_interval_costs_no_other() {
    let mut file = File::random(1, 64, 64, &[(1, 1)]);
    file.restart_interval = 8;
    let mut bytes = file.sequential();
    let whole = decode(&bytes, Scale::Full);
    // The third row of blocks, with the marker before it.
    let marker = |number: u8| bytes.windows(2).position(|pair| pair == [0xFF, 0xD0 + number]).expect("a marker");
    let lost = marker(1)..marker(2);
    bytes.drain(lost);
    let decoded = decode(&bytes, Scale::Full);
    assert!(decoded.damaged);
    for y in 0..64 {
        let expected = if (16..24).contains(&y) { &[128; 64][..] } else { whole.planes.luma.row(y) };
        assert_eq!(decoded.planes.luma.row(y), expected, "row {y}");
    }
}

#[test]
fn memory_of_earlier_pictures_leaves_no_trace() {
    let (mut decoder, mut decoded) = <(Decoder, Decoded)>::default();
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        let file = File::random(seed, 90 - 7 * seed as u32, 40 + 5 * seed as u32, sampling);
        let bytes = file.sequential();
        // A second scan with a code that the file does not have.
        let mut broken = file.write(&file.one_scan_each());
        let scans: Vec<usize> = (0..broken.len()).filter(|at| broken[*at..].starts_with(&[0xFF, 0xDA])).collect();
        if let Some(second) = scans.get(1) {
            broken[second + 6] = 3;
        }
        for bytes in [&bytes[..], &bytes[..bytes.len() * 9 / 10], &broken] {
            for scale in Scale::ALL {
                let header = Header::read(bytes).expect("a header");
                decoder.decode_into(bytes, &header, scale, &mut decoded).expect("a picture");
                assert!(picture(&decoded) == picture(&decode(bytes, scale)), "{scale:?} of {sampling:?}");
            }
        }
    }
}

#[test]
fn memory_is_told_before_decoding() {
    let file = File::random(1, 1024, 512, &[(2, 2), (1, 1), (1, 1)]);
    let header = Header::read(&file.sequential()).expect("a header");
    let tables = super::tables::MEMORY + file.sequential().len() as u64;
    assert_eq!(header.memory(Scale::Full), 1024 * 512 * 3 / 2 + tables);
    assert_eq!(header.memory(Scale::Eighth), 128 * 64 * 3 / 2 + tables);
    let progressive = file.progressive(&[Pass::first(0, 0, 0), Pass::first(1, 63, 0)]);
    let header = Header::read(&progressive).expect("a header");
    let tables = super::tables::MEMORY + progressive.len() as u64;
    assert_eq!(header.memory(Scale::Half), 512 * 256 * 3 / 2 * 3 + tables);
    let (full, half, eighth) = (1024 * 512 * 3 / 2, 512 * 256 * 3 / 2, 128 * 64 * 3 / 2);
    let together = |scales| header.memory_of(scales) - tables;
    assert_eq!(together(&[Scale::Eighth, Scale::Half, Scale::Full]), 3 * full + 3 * half + eighth);
    assert_eq!(together(&[Scale::Half, Scale::Half]), 3 * half);
    assert_eq!(together(&[]), 0);
}

#[test]
fn headers_are_read_without_decoding() {
    let mut file = File::random(3, 75, 50, &[(2, 1), (1, 1), (1, 1)]);
    file.restart_interval = 9;
    let header = Header::read(&file.sequential()).expect("a header");
    assert_eq!((header.width(), header.height(), header.restart_interval()), (75, 50, 9));
    assert!(!header.is_progressive() && !header.is_grey());
    let luma = header.components()[0];
    assert_eq!((luma.horizontal, luma.vertical), (2, 1));
    assert_eq!(header.quantisation(&luma), Some(&file.components[0].quantisation));
    assert!(Header::read(&file.progressive(&[Pass::first(0, 0, 0)])).expect("a header").is_progressive());
}

#[test]
fn what_is_not_decoded_is_told_from_what_is_broken() {
    let colour = File::random(3, 16, 16, &[(2, 1), (1, 1), (1, 1)]);
    let bytes = colour.sequential();
    let frame = bytes.windows(2).position(|pair| pair == [0xFF, 0xC0]).expect("a frame");
    let changed = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[frame + at] = value;
        Header::read(&bytes).map(|_| ())
    };
    let unsupported = |result| assert!(matches!(result, Err(DecodeError::Unsupported(_))), "{result:?}");
    let broken = |result| assert!(matches!(result, Err(DecodeError::Broken(_))), "{result:?}");
    for code in [0xC3, 0xC5, 0xC9, 0xCA, 0xCF] {
        unsupported(changed(1, code));
    }
    unsupported(changed(4, 12)); // bits
    broken(changed(6, 0)); // height, with the byte before it 0
    broken(changed(9, 4)); // components, in a segment of three
    broken(changed(11, 0x51)); // a sampling factor of 5
    unsupported(changed(14, 0x41)); // chroma larger than luma
    unsupported(changed(14, 0x21)); // chroma of two sizes
    broken(changed(12, 4)); // a quantisation table of number 4
    let names = |names: [u8; 3], adobe: Option<u8>| {
        let mut file = colour.clone();
        file.names = names;
        file.adobe = adobe;
        Header::read(&file.sequential()).map(|_| ())
    };
    unsupported(names(*b"RGB", None));
    unsupported(names([1, 2, 3], Some(0)));
    unsupported(names([1, 1, 3], None));
    assert_eq!(names([1, 2, 3], Some(1)), Ok(()));
    for wrong in [&b""[..], b"\xFF\xD8", b"\x89PNG", b"\xFF\xD8\xFF\xD9", &bytes[..frame + 5], &bytes[..frame + 30]] {
        broken(Header::read(wrong).map(|_| ()));
    }
}

#[test]
fn a_file_of_too_many_scans_is_refused() {
    let file = File::random(1, 16, 16, &[(1, 1)]);
    let mut passes = vec![Pass::first(0, 0, 0)];
    passes.resize(101, Pass::first(1, 1, 0));
    let bytes = file.progressive(&passes);
    let header = Header::read(&bytes).expect("a header");
    let refused = Decoder::default().decode(&bytes, &header, Scale::Eighth);
    assert_eq!(refused, Err(DecodeError::Broken("expected at most 100 scans")));
}
