use super::{BOTH, Drawing, NONE, made, opened, quarters};
use crate::{
    Error, Format, Limits, codecs, metadata, render,
    vips::{Image, Operation},
};
use bytes::Bytes;

/// What a frame of [`Drawing`] shows in its first quarter.
fn red_of(frame: u8) -> u8 {
    Drawing::RED[0] - 5 * (frame - 1)
}

/// A TIFF of three pages.
fn pages() -> Bytes {
    let image = Drawing { frames: 3, ..Drawing::default() }.image();
    image.operation(c"tiffsave_buffer").and_then(Operation::run_buffer).expect("a TIFF")
}

#[test]
fn one_page_is_a_still_image() {
    let drawing = Drawing { frames: 3, ..Drawing::default() };
    let gif = drawing.encoded(Format::Gif).expect("a GIF");
    let webp = drawing.encoded(Format::Webp).expect("a WebP");
    for (file, what) in [(gif, "GIF"), (webp, "WebP"), (pages(), "TIFF")] {
        assert_eq!(metadata(file.clone(), &Limits::default()).expect("a header").frames, 3, "{what}");
        for page in 1..=3 {
            let rendition = made(&file, &format!("pg-{page},f-png"), NONE).expect(what);
            let [first, ..] = quarters(&opened(&rendition.data));
            assert!(first[0].abs_diff(red_of(page)) <= 2, "page {page} of a {what}: {first:?}");
            let small = made(&file, &format!("pg-{page},w-16,f-png"), NONE).expect(what);
            assert_eq!((small.width_px, small.height_px), (16, 12), "{what}");
            let [first, ..] = quarters(&opened(&small.data));
            assert!(first[0].abs_diff(red_of(page)) <= 2, "page {page} of a {what}, small: {first:?}");
        }
        for text in ["pg-2", "pg-2,w-20", "pg-2,f-webp", "pg-1"] {
            let rendition = made(&file, text, BOTH).expect(what);
            assert_eq!(metadata(rendition.data, &Limits::default()).expect("a header").frames, 1, "{text} of a {what}");
        }
    }
}

#[test]
fn pages_have_sizes_of_their_own() {
    // Three pages of 64 × 48 side by side in one file with a wide one would need an encoder of our own, so
    // the directory of the second page is told that it has fewer rows.
    let mut file = pages().to_vec();
    let number =
        |file: &[u8], at: usize| usize::try_from(u32::from_le_bytes(*file[at..].first_chunk().expect("4 bytes")));
    let entries =
        |file: &[u8], directory: usize| usize::from(u16::from_le_bytes([file[directory], file[directory + 1]]));
    let first = number(&file, 4).expect("a place");
    let second = number(&file, first + 2 + 12 * entries(&file, first)).expect("a place");
    let length = (0..entries(&file, second)).map(|entry| second + 2 + 12 * entry);
    let length = length.into_iter().find(|at| file[*at..*at + 2] == 257_u16.to_le_bytes()).expect("a length");
    file[length + 8..length + 12].copy_from_slice(&24_u32.to_le_bytes());
    let file = Bytes::from(file);
    for (page, height) in [(1, 48), (2, 24), (3, 48)] {
        let rendition = made(&file, &format!("pg-{page},f-png"), NONE).expect("a page");
        assert_eq!((rendition.width_px, rendition.height_px), (64, height), "page {page}");
    }
}

#[test]
fn a_page_that_is_not_there_is_told_from_one_that_is_too_far() {
    let reason = |file: &Bytes, text: &str| match made(file, text, NONE) {
        Err(Error::Impossible { parameter, reason }) => (parameter, reason),
        other => panic!("{text}: {other:?}"),
    };
    let of = |format| Drawing::default().encoded(format).expect("a file");
    assert_eq!(reason(&pages(), "pg-4"), ("pg".into(), "the source has 3 pages, and page 4 was asked for".into()));
    for format in [Format::Jpeg, Format::Png, Format::Ico, Format::Avif, Format::Gif] {
        assert_eq!(reason(&of(format), "pg-2"), ("pg".into(), "the source has 1 page".into()), "{format:?}");
        assert!(made(&of(format), "pg-1", NONE).is_ok(), "{format:?}");
    }
    let gif = Drawing { frames: 3, ..Drawing::default() }.encoded(Format::Gif).expect("a GIF");
    for limits in [
        Limits { animation_frames: 2, ..Limits::default() },
        Limits { animation_pixels: 2 * 64 * 48, ..Limits::default() },
    ] {
        let page = |page| render(gif.clone(), &super::request(&format!("pg-{page}"), NONE), &limits);
        assert!(page(2).is_ok());
        assert!(matches!(page(3), Err(Error::TooLarge { .. })), "the decoder draws all frames before it");
    }
}

#[test]
fn an_animation_keeps_its_delays_and_its_loops() {
    let drawing = Drawing { frames: 3, ..Drawing::default() };
    let image = drawing.image().edit_metadata(|edit| {
        edit.set_array_int(c"delay", &[50, 120, 1000]).set_int(c"loop", 4);
    });
    let image: Image = image.expect("metadata");
    for (source, saver) in [("GIF", c"gifsave_buffer"), ("WebP", c"webpsave_buffer")] {
        let file = image.operation(saver).and_then(Operation::run_buffer).expect("an animation");
        for text in ["f-orig,w-32", "f-webp", "f-auto,rt-90", ""] {
            let rendition = made(&file, text, BOTH).expect("an animation");
            let animation = codecs::open(rendition.data, &Limits::default())
                .expect("an animation")
                .image()
                .expect("an image")
                .clone();
            assert_eq!(animation.get_array_int(c"delay"), Some(vec![50, 120, 1000]), "{source} {text}");
            assert_eq!(animation.get_int(c"loop"), Some(4), "{source} {text}");
        }
    }
}
