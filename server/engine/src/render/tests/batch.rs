//! What is made of one source has the same bytes as alone, whatever was made of it before.

use super::*;
use crate::render::Batch;

/// Enlargements, turns and reductions: whole pictures that are decoded in one go or stream.
const TEXTS: [&str; 6] = ["w-300,f-jpg", "w-300,f-webp", "rt-90,f-png", "w-20,f-jpg", "f-png", "bl-3,f-jpg"];

#[test]
fn renditions_of_one_source_do_not_disturb_each_other() {
    let drawing = Drawing { width: 160, height: 120, ..Drawing::default() };
    for format in Format::ALL {
        let Some(source) = drawing.encoded(format) else { continue };
        let mut batch = Batch::new(source.clone(), Limits::default());
        for text in TEXTS {
            let alone = made(&source, text, NONE).expect(text);
            let among_others = batch.render(&request(text, NONE));
            assert_eq!(among_others.map(|rendition| rendition.data), Ok(alone.data), "{text} of {format:?}");
        }
    }
}

#[test]
fn pages_of_one_source_do_not_disturb_each_other() {
    let drawing = Drawing { width: 160, height: 120, frames: 3, ..Drawing::default() };
    for format in [Format::Gif, Format::Webp, Format::Tiff] {
        let Some(source) = drawing.encoded(format) else { continue };
        let mut batch = Batch::new(source.clone(), Limits::default());
        for text in ["pg-2,w-300,f-jpg", "w-300,f-jpg", "pg-2,w-300,f-webp", "pg-1,f-png", "f-png"] {
            let alone = made(&source, text, NONE).map(|rendition| rendition.data);
            assert_eq!(
                batch.render(&request(text, NONE)).map(|rendition| rendition.data),
                alone,
                "{text} of {format:?}"
            );
        }
    }
}

/// A reader that knows of other sizes makes more of one pass over the file, and nothing else of a rendition.
#[test]
fn sizes_that_are_expected_change_no_rendition() {
    let drawing = Drawing { width: 1100, height: 840, ..Drawing::default() };
    // Of a JPEG from scales 1/4, 1/1, 1/2, 1/8, and 1/2 again.
    let texts = ["w-150,f-jpg", "w-900,f-jpg", "w-300,f-webp", "w-70,f-jpg", "w-310,f-jpg"];
    for format in [Format::Jpeg, Format::Png] {
        let source = drawing.encoded(format).expect("a file");
        let alone = texts.map(|text| made(&source, text, NONE).expect(text).data);
        for first in 0..texts.len() {
            let mut batch = Batch::new(source.clone(), Limits::default());
            batch.expect(texts.iter().map(|text| text.parse().expect("a pipeline")).collect());
            for (text, alone) in texts.iter().zip(&alone).cycle().skip(first).take(texts.len()) {
                let among_others = batch.render(&request(text, NONE)).map(|rendition| rendition.data);
                assert_eq!(among_others.as_ref(), Ok(alone), "{text} of {format:?} behind {}", texts[first]);
            }
        }
    }
}
