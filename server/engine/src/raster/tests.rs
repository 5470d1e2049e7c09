//! Both readers see the same, and the one that streams reads what the other does not.

use super::*;
use crate::{Limits, codecs, language::Pipeline};
use bytes::Bytes;
use png::{BitDepth, Encoder};

/// A file of 90 × 60 pixels, whose chunks are as the `png` crate writes them.
fn file(colour: ColorType, depth: BitDepth) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 90, 60);
    encoder.set_color(colour);
    encoder.set_depth(depth);
    if colour == ColorType::Indexed {
        encoder.set_palette((0..=255).flat_map(|shade| [shade, 255 - shade, 90]).collect::<Vec<u8>>());
    }
    let samples = 60 * 90 * colour.samples() * if depth == BitDepth::Sixteen { 2 } else { 1 };
    let pixels: Vec<u8> = (0..samples).map(|at| u8::try_from(at * at / 97 % 256).expect("a byte")).collect();
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&pixels).expect("pixels");
    writer.finish().expect("an end");
    file
}

fn opened(file: Vec<u8>) -> Source {
    codecs::open(Bytes::from(file), &Limits::default()).expect("a header")
}

fn reduction(source: &Source, text: &str) -> Reduction {
    let pipeline: Pipeline = text.parse().expect("a transformation");
    pipeline.first_reduction(source.upright_size()).expect("a reduction")
}

#[test]
fn both_readers_give_the_same_pixels() {
    for colour in [ColorType::Grayscale, ColorType::GrayscaleAlpha, ColorType::Rgb, ColorType::Rgba] {
        let source = opened(file(colour, BitDepth::Eight));
        for text in ["w-30", "w-20,h-31", "w-30,h-50,fo-bottom"] {
            let reduction = reduction(&source, text);
            let ours = read_inflated(&source, Some(&reduction));
            assert!(ours.is_some() && ours == read_streaming(&source, Some(&reduction)), "{colour:?}, {text}");
        }
    }
}

#[test]
fn what_our_decoder_leaves_streams() {
    for (colour, depth) in [(ColorType::Indexed, BitDepth::Eight), (ColorType::Rgb, BitDepth::Sixteen)] {
        let source = opened(file(colour, depth));
        let reduction = reduction(&source, "w-30");
        assert_eq!((inflated(&source), read_inflated(&source, Some(&reduction))), (None, None));
        assert!(read(&source, &reduction).is_some(), "{colour:?} {depth:?}");
    }
}

/// What the `png` crate makes of damage is what comes out, as if our decoder were not there.
#[test]
fn damage_is_judged_as_it_streams() {
    let whole = file(ColorType::Rgb, BitDepth::Eight);
    let (mut read_all_the_same, mut refused) = (0, 0);
    for place in (33..whole.len()).step_by(whole.len() / 60) {
        for cut in [false, true] {
            let mut damaged = whole.clone();
            if cut {
                damaged.truncate(place);
            } else {
                damaged[place] ^= 0x21;
            }
            let Ok(source) = codecs::open(Bytes::from(damaged), &Limits::default()) else { continue };
            for text in ["w-30", "w-45,h-20,fo-top"] {
                let reduction = reduction(&source, text);
                let expected = read_streaming(&source, Some(&reduction));
                assert_eq!(read(&source, &reduction), expected, "{place}, {cut}, {text}");
                if expected.is_some() { read_all_the_same += 1 } else { refused += 1 }
            }
        }
    }
    assert!(read_all_the_same > 0 && refused > 0, "{read_all_the_same} {refused}");
}

/// Memory that is promised is what the larger of both readers may take.
#[test]
fn large_pictures_stream() {
    let header = |side: u32| {
        let mut file = file(ColorType::Rgb, BitDepth::Eight);
        file[16..24].copy_from_slice(&[side, side].map(u32::to_be_bytes).concat());
        let checksum = flate2::Crc::default();
        let checksum = {
            let mut checksum = checksum;
            checksum.update(&file[12..29]);
            checksum.sum()
        };
        file[29..33].copy_from_slice(&checksum.to_be_bytes());
        opened(file)
    };
    let (small, large) = (header(3900), header(4100));
    let taken = inflated(&small).expect("read at once");
    assert!((3900 * 3900 * 3..INFLATED_BYTES).contains(&taken), "{taken}");
    assert_eq!(inflated(&large), None);
    let reduction = reduction(&small, "w-30");
    assert!(memory(&small, &reduction) > taken && memory(&large, &reduction) < taken);
}
