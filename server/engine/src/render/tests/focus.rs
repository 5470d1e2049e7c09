use super::{NONE, made, opened, request};
use crate::{
    Limits,
    focus::{self, tests::portrait},
    render::{Request, render},
    vips::{Image, Operation},
};
use bytes::Bytes;

fn png(image: &Image) -> Bytes {
    image.operation(c"pngsave_buffer").and_then(Operation::run_buffer).expect("a PNG")
}

/// The part of the result's width that the only face in it takes.
fn share_of_the_face(image: &Image) -> f64 {
    let faces = focus::faces(image).expect("pixels");
    assert_eq!(faces.len(), 1, "{faces:?}");
    faces[0].width / f64::from(image.width())
}

#[test]
fn a_face_fills_as_much_as_its_zoom_says() {
    let source = png(&portrait(900, 600, (0.75, 0.3), 0.2));
    for (text, expected) in [("", 0.5), (",z-1.25,cm-extract", 0.625)] {
        let rendition = made(&source, &format!("w-200,h-200,f-png,fo-face{text}"), NONE).expect("a rendition");
        assert_eq!((rendition.width_px, rendition.height_px), (200, 200));
        let share = share_of_the_face(&opened(&rendition.data));
        assert!((share - expected).abs() < 0.1, "{text}: {share}");
    }
}

#[test]
fn what_may_not_be_enlarged_shows_more_around_a_face() {
    let source = png(&portrait(900, 600, (0.75, 0.3), 0.2));
    let text = "w-400,h-400,f-png,fo-face,c-maintain_ratio_no_enlarge";
    let rendition = made(&source, text, NONE).expect("a rendition");
    assert_eq!((rendition.width_px, rendition.height_px), (400, 400));
    let share = share_of_the_face(&opened(&rendition.data));
    assert!((0.2..0.4).contains(&share), "{share}: 100 to 160 px of 400");
}

/// Two frames of 48 × 32 pixels, the first with a bright spot on the left, the second with one on the right.
fn jumping_spot() -> Bytes {
    let frame = |left: u32| {
        let pixel = |(x, y): (u32, u32)| {
            if (left..left + 4).contains(&x) && (14..18).contains(&y) { [250, 240, 40] } else { [40, 40, 44] }
        };
        let pixels: Vec<u8> = (0..32).flat_map(|y| (0..48).map(move |x| (x, y))).flat_map(pixel).collect();
        Image::from_memory(pixels.into(), 48, 32, 3).expect("an image")
    };
    let joined = Image::join_frames(&[frame(2), frame(42)]).expect("frames");
    let joined = joined.edit_metadata(|edit| {
        edit.set_int(c"page-height", 32).set_int(c"n-pages", 2);
    });
    let save = joined.and_then(|joined| joined.operation(c"webpsave_buffer"));
    save.and_then(|save| save.bool(c"lossless", true).run_buffer()).expect("a WebP")
}

#[test]
fn the_first_frame_of_an_animation_decides() {
    let rendition = made(&jumping_spot(), "w-16,h-16,cm-extract,fo-auto,f-webp,lo-true", NONE).expect("a rendition");
    let file = crate::codecs::open(rendition.data, &Limits::default()).expect("a WebP");
    assert_eq!(file.header.frames, 2);
    let frames = file.animation(&Limits::default()).expect("frames");
    let bright = |frame: u32| {
        let pixels = frames.extract_area(0, 16 * frame, 16, 16).and_then(|frame| frame.to_memory()).expect("pixels");
        pixels.chunks(frames.bands() as usize).filter(|pixel| pixel[0] > 200).count()
    };
    assert_eq!((bright(0), bright(1)), (16, 0));
}

#[test]
fn the_area_that_is_stored_with_the_source_reaches_the_step() {
    let source = png(&portrait(900, 600, (0.75, 0.3), 0.2));
    let custom = |area: Option<&str>| {
        let focus_area = area.map(|area| area.parse().expect("an area"));
        let request = Request { focus_area, ..request("w-300,h-300,cm-extract,fo-custom,f-png", NONE) };
        let rendition = render(source.clone(), &request, &Limits::default()).expect("a rendition");
        opened(&rendition.data).to_memory().expect("pixels")
    };
    let cut = |text: &str| {
        let rendition = made(&source, &format!("{text},cm-extract,f-png"), NONE).expect("a rendition");
        opened(&rendition.data).to_memory().expect("pixels")
    };
    assert!(custom(Some("600,100,40,60")) == cut("w-300,h-300,x-470,y-0"));
    assert!(custom(None) == cut("w-300,h-300"));
}
