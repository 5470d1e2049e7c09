use super::{BOTH, Drawing, NONE, OPAQUE, assert_near, made, opened, quarters};
use crate::{
    Accept, Format, Limits, metadata,
    vips::{Image, Operation},
};
use bytes::Bytes;

const WEBP: Accept = Accept { avif: false, webp: true };

/// Numbers without order; the same every time.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    std::iter::repeat_with(next).take(count).collect()
}

fn png(image: &Image) -> Bytes {
    image.operation(c"pngsave_buffer").and_then(Operation::run_buffer).expect("a PNG")
}

/// Soft noise in colours, as in a photo.
fn photo(width: u32, height: u32) -> Image {
    let count = usize::try_from(width * height * 3).expect("small");
    let image = Image::from_memory(Bytes::from(noise(count)), width, height, 3);
    image.and_then(|image| image.gaussblur(2.0)?.cast_uchar()?.in_memory()).expect("an image")
}

/// The type of colour and the bits of a PNG.
fn kind_of_png(file: &[u8]) -> (u8, u8) {
    (file[25], file[24])
}

const GREY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;

#[test]
fn a_drawing_goes_out_without_loss() {
    let drawing = Drawing { width: 300, height: 200, ..Drawing::default() };
    let file = png(&drawing.image());
    for (accept, format) in [(NONE, Format::Png), (WEBP, Format::Webp), (BOTH, Format::Webp)] {
        let rendition = made(&file, "fl-h", accept).expect("a rendition");
        let mirrored = drawing.image().flip_horizontal().and_then(|image| image.to_memory()).expect("pixels");
        assert!(opened(&rendition.data).to_memory().expect("pixels") == mirrored, "{accept:?}");
        // Which of the two lossless ones is smaller is theirs to say.
        assert!(rendition.format == format || rendition.format == Format::Png, "{accept:?}: {:?}", rendition.format);
    }
}

#[test]
fn a_photo_is_avif_then_webp_then_jpeg() {
    let photo = png(&photo(600, 500).with_alpha().expect("alpha that hides nothing"));
    for (accept, format) in [(NONE, Format::Jpeg), (WEBP, Format::Webp), (BOTH, Format::Avif)] {
        assert_eq!(made(&photo, "fl-h", accept).expect("a rendition").format, format);
    }
}

#[test]
fn the_smallest_of_several_is_taken() {
    let photo = photo(200, 100);
    let file = photo.operation(c"jpegsave_buffer").and_then(|save| save.int(c"Q", 95).run_buffer()).expect("a JPEG");
    let size = |text: &str| made(&file, text, NONE).expect(text).data.len();
    let least = size("fl-h,f-avif").min(size("fl-h,f-webp"));
    assert_eq!(made(&file, "fl-h", BOTH).expect("a rendition").data.len(), least);
}

#[test]
fn a_png_of_few_colours_has_a_palette_and_loses_nothing() {
    for alpha in [false, true] {
        let drawing = Drawing { width: 600, height: 500, alpha, ..Drawing::default() };
        let file = png(&drawing.image());
        for text in ["f-png", "f-png,q-40", "f-png,lo-true", "f-orig"] {
            let rendition = made(&file, &format!("{text},fl-h"), NONE).expect(text);
            assert_eq!(kind_of_png(&rendition.data), (PALETTE, 2), "{text}");
            let mirrored = drawing.image().flip_horizontal().and_then(|image| image.to_memory()).expect("pixels");
            let found = opened(&rendition.data);
            assert_eq!(found.has_alpha(), alpha, "{text}");
            assert!(found.to_memory().expect("pixels") == mirrored, "{text}");
        }
    }
}

#[test]
fn shades_of_grey_are_written_as_such() {
    let shades = photo(300, 200).colourspace("b-w").and_then(|grey| grey.in_memory()).expect("grey");
    let file = png(&shades);
    let rendition = made(&file, "f-png,fl-h", NONE).expect("a PNG");
    assert_eq!(kind_of_png(&rendition.data), (GREY, 8));
    let mirrored = shades.flip_horizontal().and_then(|image| image.colourspace("srgb")?.to_memory()).expect("pixels");
    assert!(opened(&rendition.data).to_memory().expect("pixels") == mirrored);
}

#[test]
fn png_loses_colours_only_for_a_quality_below_100() {
    let photo = photo(300, 200);
    let file = png(&photo);
    let pixels = photo.flip_horizontal().and_then(|image| image.to_memory()).expect("pixels");
    for text in ["f-png", "f-png,q-100", "f-png,q-50,lo-true"] {
        let rendition = made(&file, &format!("{text},fl-h"), NONE).expect(text);
        assert_eq!(kind_of_png(&rendition.data), (RGB, 8), "{text}");
        assert!(opened(&rendition.data).to_memory().expect("pixels") == pixels, "{text}");
    }
    let reduced = made(&file, "f-png,q-80,fl-h", NONE).expect("a PNG").data;
    assert_eq!(kind_of_png(&reduced).0, PALETTE);
    let poorer = made(&file, "f-png,q-20,fl-h", NONE).expect("a PNG").data;
    assert!(poorer.len() < reduced.len() && reduced.len() < file.len());
}

#[test]
fn a_jpeg_is_written_no_better_than_it_was_in_any_format() {
    let image = photo(300, 200);
    let at = |quality| image.operation(c"jpegsave_buffer")?.int(c"Q", quality).run_buffer();
    let (poor, good) = (at(25).expect("a JPEG"), at(95).expect("a JPEG"));
    let size = |file: &Bytes, text: &str| made(file, &format!("{text},fl-h"), NONE).expect(text).data.len();
    for (format, cap) in [("jpg", "q-25"), ("webp", "q-26"), ("avif", "q-50")] {
        assert_eq!(size(&poor, &format!("f-{format}")), size(&poor, &format!("f-{format},{cap}")), "{format}");
        assert!(size(&poor, &format!("f-{format}")) < size(&poor, &format!("f-{format},q-80")), "{format}");
        assert_eq!(size(&good, &format!("f-{format}")), size(&good, &format!("f-{format},q-80")), "{format}");
    }
}

#[test]
fn an_animation_of_few_colours_is_webp_without_loss() {
    let drawing = Drawing { width: 100, height: 80, frames: 4, ..Drawing::default() };
    let gif = drawing.encoded(Format::Gif).expect("a GIF");
    let rendition = made(&gif, "fl-h", WEBP).expect("a rendition");
    assert_eq!(
        (rendition.format, metadata(rendition.data.clone(), &Limits::default()).expect("WebP").frames),
        (Format::Webp, 4)
    );
    let [a, b, c, d] = OPAQUE;
    assert_near(&quarters(&opened(&rendition.data)), &[b, a, d, c], 3, "as the GIF has them");
}
