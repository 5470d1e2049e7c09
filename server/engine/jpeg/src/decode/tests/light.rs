//! The light of details that smaller scales leave out.

use super::encoder::{File, Pass};
use super::{SAMPLINGS, picture, reference};
use crate::{Decoded, Decoder, Header, Scale, Settings, encode};
use darkroom_planes::{Light, Plane, Planes};

const SMALLER: [Scale; 3] = [Scale::Eighth, Scale::Quarter, Scale::Half];

fn decode(light: Light, bytes: &[u8], scale: Scale) -> Decoded {
    let header = Header::read(bytes).expect("a header");
    Decoder::new(light).decode(bytes, &header, scale).expect("a picture")
}

/// The mean of the squares of all values with as many bits.
fn square_of_size(value: i16) -> f64 {
    let bits = |value: i32| 32 - value.leading_zeros();
    let size = bits(i32::from(value).abs());
    let alike = (0..32768).filter(|other| bits(*other) == size).map(|other| f64::from(other).powi(2));
    let (count, sum) = alike.fold((0.0, 0.0), |(count, sum), square| (count + 1.0, sum + square));
    sum / count
}

/// The variance that a scale leaves out of a block of luma, as far as sizes tell.
fn left_out(block: &[i16; 64], quantisation: &[u16; 64], scale: Scale) -> f64 {
    let edge = scale.block();
    let places = (0..64).filter(|place| block[*place] != 0 && (place / 8 >= edge || place % 8 >= edge));
    places.map(|place| square_of_size(block[place]) * f64::from(quantisation[place]).powi(2)).sum::<f64>() / 64.0
}

#[test]
fn samples_have_the_light_of_what_is_left_out() {
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        let file = File::random(seed, 67, 45, sampling);
        let bytes = file.sequential();
        let luma = &file.components[0];
        let mut gained = 0.0;
        for scale in SMALLER {
            let decoded = decode(Light::Linear, &bytes, scale);
            let plane = &decoded.planes.luma;
            for (x, y) in (0..plane.height()).flat_map(|y| (0..plane.width()).map(move |x| (x, y))) {
                let block = &luma.blocks[y / scale.block() * luma.across + x / scale.block()];
                let mean = reference::sample(&file, 0, scale, x, y);
                let variance = left_out(block, &luma.quantisation, scale);
                let expected = (((mean + 14.0).powi(2) + 1.4 * variance).sqrt() - 14.0).min(255.0);
                let found = f64::from(plane.row(y)[x]);
                // The mean is rounded before.
                assert!((found - expected).abs() <= 1.35, "{scale:?} at {x}, {y}: {found}, expected {expected}");
                gained += found - mean;
            }
        }
        assert!(gained > 1000.0, "{gained}");
    }
}

#[test]
fn chroma_full_size_and_progressive_files_are_as_coded() {
    for (seed, sampling) in (0..).zip(SAMPLINGS) {
        let file = File::random(seed, 67, 45, sampling);
        let bytes = file.sequential();
        for scale in Scale::ALL {
            let (linear, coded) = (decode(Light::Linear, &bytes, scale), decode(Light::AsCoded, &bytes, scale));
            assert_eq!(linear.planes.chroma, coded.planes.chroma, "{scale:?} of {sampling:?}");
            assert_eq!(linear.planes.luma == coded.planes.luma, scale == Scale::Full, "{scale:?} of {sampling:?}");
        }
        let progressive = file.progressive(&[Pass::first(0, 0, 0), Pass::first(1, 63, 0)]);
        for scale in Scale::ALL {
            let [linear, coded] = [Light::Linear, Light::AsCoded].map(|light| decode(light, &progressive, scale));
            assert!(picture(&linear) == picture(&coded), "{scale:?} of {sampling:?}");
        }
    }
}

/// A table that was made for components without details does not do for one with them.
#[test]
fn the_order_of_scans_changes_nothing() {
    // One code for all components, of which luma alone has details.
    let file = File::random(3, 67, 45, &[(1, 1), (1, 1), (1, 1)]);
    let mut scans = file.one_scan_each();
    scans.reverse();
    let (bytes, luma_last) = (file.sequential(), file.write(&scans));
    for scale in SMALLER {
        let [expected, found] = [&bytes, &luma_last].map(|bytes| decode(Light::Linear, bytes, scale));
        assert!(picture(&found) == picture(&expected), "{scale:?}");
    }
}

/// The light of a sample from 0 to 1, by the standard.
fn light_of(sample: u8) -> f64 {
    let sample = f64::from(sample) / 255.0;
    if sample <= 0.040_45 { sample / 12.92 } else { ((sample + 0.055) / 1.055).powf(2.4) }
}

/// The light of each block of so many samples along an edge.
fn light_of_blocks(plane: &Plane, edge: usize) -> Vec<f64> {
    let places = (0..plane.height() / edge).flat_map(|y| (0..plane.width() / edge).map(move |x| (x, y)));
    let samples = |(x, y)| (0..edge).flat_map(move |row| &plane.row(edge * y + row)[edge * x..edge * (x + 1)]);
    places.map(|place| samples(place).copied().map(light_of).sum::<f64>() / (edge * edge) as f64).collect()
}

/// Real coefficients: of pictures that were drawn and encoded.
#[test]
fn fine_patterns_are_as_light_as_they_were() {
    type Pattern<'a> = (&'a str, &'a dyn Fn(usize, usize) -> u8);
    let noise = |x: usize, y: usize| {
        (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0x27d4_eb2d) >> 20
    };
    let patterns: [Pattern; 4] = [
        ("stripes", &|x, _| if x % 2 == 0 { 40 } else { 200 }),
        ("dots", &|x, y| if x % 3 == 0 && y % 3 == 0 { 230 } else { 90 }),
        ("noise", &|x, y| 60 + (noise(x, y) % 120) as u8),
        ("dark noise", &|x, y| 10 + (noise(x, y) % 50) as u8),
    ];
    for (name, pattern) in patterns {
        let mut whole = Plane::new(64, 64);
        for y in 0..64 {
            whole.row_mut(y).iter_mut().enumerate().for_each(|(x, sample)| *sample = pattern(x, y));
        }
        let settings = Settings { quality: 92, ..Settings::default() };
        let bytes = encode(&Planes { luma: whole, chroma: None }, &settings).expect("a file");
        let whole = decode(Light::Linear, &bytes, Scale::Full).planes.luma;
        let expected = light_of_blocks(&whole, 8);
        for scale in SMALLER {
            let of = |light| {
                let found = light_of_blocks(&decode(light, &bytes, scale).planes.luma, scale.block());
                found.iter().zip(&expected).map(|(found, expected)| (found - expected).abs()).sum::<f64>() / 64.0
            };
            let (linear, coded) = (of(Light::Linear), of(Light::AsCoded));
            assert!(linear < 0.5 * coded, "{name} at {scale:?}: {linear}, as coded {coded}");
        }
    }
}
