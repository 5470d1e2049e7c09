mod batch;
mod colour;
mod corpus;
mod focus;
mod limits;
mod matrix;
mod original;
mod output;
mod pages;
mod roads;
mod segments;
mod shrunk;
mod smallest;

use super::{Favour, Rendition, Request, render};
use crate::{Accept, Error, Format, Limits, Pipeline, Resources, codecs, codecs::fixtures::Drawing, vips::Image};
use bytes::Bytes;

const NONE: Accept = Accept { avif: false, webp: false };
const BOTH: Accept = Accept { avif: true, webp: true };

fn request(text: &str, accept: Accept) -> Request {
    let pipeline = if text.is_empty() { Pipeline::default() } else { text.parse().expect("a transformation") };
    Request { pipeline, accept, resources: Resources::default(), focus_area: None, favour: Favour::Quality }
}

fn made(source: &Bytes, text: &str, accept: Accept) -> Result<Rendition, Error> {
    render(source.clone(), &request(text, accept), &Limits::default())
}

fn opened(file: &Bytes) -> Image {
    let source = codecs::open(file.clone(), &Limits::default()).expect("what we write we read");
    let image = source.still(None, &Limits::default()).expect("what we write we read");
    codecs::colour::normalise(&image, false).and_then(|image| image.in_memory()).expect("what we write has colours")
}

/// The colours in the middle of the four quarters, from the top left in reading order.
fn quarters(image: &Image) -> [Vec<u8>; 4] {
    let (width, height) = (image.width(), image.page_height());
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| {
        let pixel = image.extract_area(width * x / 4, height * y / 4, 1, 1).and_then(|pixel| pixel.to_memory());
        pixel.expect("a pixel").to_vec()
    })
}

#[track_caller]
fn assert_near(found: &[Vec<u8>], expected: &[&[u8]], tolerance: u8, what: &str) {
    let near = |(found, expected): (&Vec<u8>, &&[u8])| {
        found.len() == expected.len() && found.iter().zip(*expected).all(|(a, b)| a.abs_diff(*b) <= tolerance)
    };
    assert!(found.iter().zip(expected).all(near), "{what}: found {found:?}, expected {expected:?}");
}

const OPAQUE: [&[u8]; 4] = [&Drawing::RED, &Drawing::GREEN, &Drawing::BLUE, &Drawing::LAST];

/// What a format loses on flat colours at quality 100.
fn tolerance(format: Format) -> u8 {
    match format {
        Format::Png | Format::Tiff | Format::Bmp | Format::Ico | Format::Svg => 0,
        Format::Jpeg | Format::Gif => 3,
        Format::Webp | Format::Avif | Format::Heic => 8,
    }
}
