//! Windows on small images that are made here.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use crate::{Limits, Pipeline, Resources, frame::Frame, language::Size, picture::Picture, vips::Image};

/// 48 × 32 pixels, dark, with a bright spot of 4 × 4 pixels at `left`, `top`.
fn spot(left: u32, top: u32) -> Image {
    let pixel = |(x, y): (u32, u32)| {
        let is_spot = (left..left + 4).contains(&x) && (top..top + 4).contains(&y);
        if is_spot { [250, 240, 40] } else { [40, 40, 44] }
    };
    let pixels: Vec<u8> = (0..32).flat_map(|y| (0..48).map(move |x| (x, y))).flat_map(pixel).collect();
    Image::from_memory(pixels.into(), 48, 32, 3).unwrap()
}

fn with_a_spot(left: u32, top: u32) -> Picture {
    decoded(spot(left, top), Size { width: 48, height: 32 }, None)
}

fn with_area(area: &str, mut picture: Picture) -> Picture {
    picture.focus_area = Some(area.parse().unwrap());
    picture
}

fn decoded(image: Image, source: Size, area: Option<&str>) -> Picture {
    let mut picture = Picture::new(Frame::Image(image), source, true, Limits::default(), Resources::default());
    picture.focus_area = area.map(|area| area.parse().unwrap());
    picture
}

fn apply(picture: Picture, text: &str) -> Picture {
    text.parse::<Pipeline>().unwrap().apply(picture).unwrap().0
}

fn bright(picture: &Picture) -> usize {
    picture.image().unwrap().to_memory().unwrap().chunks(3).filter(|pixel| pixel[0] > 200).count()
}

#[test]
fn automatic_focus_keeps_what_catches_the_eye() {
    for (left, top) in [(2, 2), (42, 3), (22, 14), (3, 26), (43, 27)] {
        for text in ["w-16,h-16,cm-extract,fo-auto", "w-12,h-32,cm-extract,fo-auto", "w-32,h-32,fo-auto"] {
            let result = apply(with_a_spot(left, top), text);
            assert_eq!(bright(&result), 16, "{left}, {top}: {text}");
        }
        let padded = apply(with_a_spot(left, top), "w-16,h-40,cm-pad_extract,fo-auto");
        assert_eq!((padded.width(), padded.height(), bright(&padded)), (16, 40, 16), "{left}, {top}");
    }
}

#[test]
fn without_a_face_the_face_is_what_catches_the_eye() {
    let result = apply(with_a_spot(42, 3), "w-16,h-16,cm-extract,fo-face,z-2");
    assert_eq!(bright(&result), 16);
}

#[test]
fn a_stored_area_is_the_focus_of_the_first_step() {
    let stored = || with_area("0,20,6,8", with_a_spot(42, 3));
    let check = |picture: Picture, text: &str, expected: usize| {
        assert_eq!(bright(&apply(picture, text)), expected, "{text}");
    };
    check(stored(), "w-16,h-16,cm-extract,fo-auto", 16);
    check(stored(), "w-16,h-16,cm-extract,fo-auto-custom_override", 0);
    check(with_a_spot(42, 3), "w-16,h-16,cm-extract,fo-auto-custom_override", 16);
    check(with_a_spot(42, 3), "w-16,h-16,cm-extract,fo-custom", 0);
    check(with_a_spot(22, 14), "w-16,h-16,cm-extract,fo-custom", 16);
    check(with_area("42,3,4,4", with_a_spot(42, 3)), "w-16,h-16,cm-extract,fo-custom", 16);
    check(with_area("9999,9999,4,4", with_a_spot(42, 26)), "w-16,h-16,cm-extract,fo-custom", 16);
    // Once the image has changed, the area is not of it any more.
    check(stored(), "w-48,h-31:w-16,h-16,cm-extract,fo-auto-custom_override", 16);
}

#[test]
fn a_decoder_may_shrink_for_the_eye_but_not_for_faces() {
    let scale = |text: &str| text.parse::<Pipeline>().unwrap().first_scale(Size { width: 4000, height: 3000 });
    assert_eq!(scale("w-300,h-300,fo-auto"), Some(0.1));
    assert_eq!(scale("w-300,h-300,fo-custom"), Some(0.1));
    assert_eq!(scale("w-300,h-300,fo-face"), None);
    let source = Size { width: 96, height: 64 };
    for (text, area) in [("w-32,h-32,fo-auto", None), ("w-32,h-32,fo-custom", Some("84,0,8,30"))] {
        let result = apply(decoded(spot(42, 3), source, area), text);
        assert_eq!(bright(&result), 16, "{text}");
    }
}
