use super::{BOTH, Drawing, NONE, made, opened};
use crate::{Accept, Format, Limits, codecs, metadata, vips::Image};
use bytes::Bytes;

/// A JPEG that has been made as small as its quality allows, so that another turn through an encoder only
/// loses.
fn well_made(format: Format) -> Bytes {
    let drawing = Drawing { width: 200, height: 150, ..Drawing::default() };
    let image: Image = drawing.image().gaussblur(3.0).expect("blurred");
    let saver = format.capabilities().saver.expect("is written");
    let save = image.operation(saver).expect("a saver");
    let save = match format {
        Format::Jpeg => save.int(c"Q", 20).bool(c"optimize-coding", true).bool(c"interlace", true),
        Format::Png => save.int(c"compression", 9).int(c"filter", 0xF8),
        // Without the EXIF that libvips makes up, which could not go out.
        Format::Avif => {
            let save = save.string(c"compression", "av1").int(c"Q", 10);
            if save.has(c"keep") { save.int(c"keep", 0) } else { save.bool(c"strip", true) }
        }
        Format::Webp => save.int(c"Q", 5).int(c"effort", 6),
        _ => save,
    };
    save.run_buffer().expect("encodes")
}

#[test]
fn what_is_no_smaller_after_all_goes_out_as_it_came() {
    for (format, text, accept) in [
        (Format::Jpeg, "q-98", NONE),
        (Format::Jpeg, "f-auto,q-98", NONE),
        (Format::Jpeg, "f-orig,q-98", BOTH),
        (Format::Jpeg, "f-jpg,q-98", NONE),
        (Format::Jpeg, "pr-true,q-98", NONE),
        (Format::Png, "f-png,lo-true", NONE),
        (Format::Webp, "", Accept { avif: false, webp: true }),
        (Format::Webp, "f-orig", NONE),
        (Format::Avif, "f-orig", NONE),
    ] {
        let file = well_made(format);
        let rendition = made(&file, text, accept).expect(text);
        assert_eq!(rendition.format, format, "{text} of {format:?}");
        assert!(rendition.data.len() <= file.len(), "{text} of {format:?}");
        assert_eq!((rendition.width_px, rendition.height_px), (200, 150));
        let pixels = |file: &Bytes| opened(file).to_memory().expect("pixels");
        assert!(pixels(&rendition.data) == pixels(&file), "other pixels: {text} of {format:?}");
    }
}

#[test]
fn what_was_asked_for_is_made() {
    let jpeg = well_made(Format::Jpeg);
    for text in ["w-200", "rt-180", "dn-300", "bl-2", "f-webp,q-95", "q-90,w-199"] {
        let rendition = made(&jpeg, text, NONE).expect(text);
        assert!(rendition.data != jpeg, "{text}");
    }
    let baseline = Drawing { width: 200, height: 150, ..Drawing::default() }.image().operation(c"jpegsave_buffer");
    let baseline = baseline.and_then(|save| save.int(c"Q", 5).run_buffer()).expect("a JPEG");
    let file = made(&baseline, "pr-true,q-95", NONE).expect("a JPEG").data;
    let file = codecs::open(file, &Limits::default()).expect("a JPEG");
    assert_eq!(file.image().expect("an image").get_int(c"jpeg-multiscan"), Some(1), "progressive was asked for");
    // Clients that do not take the format of the source.
    for format in [Format::Webp, Format::Avif] {
        assert_eq!(made(&well_made(format), "", NONE).expect("a rendition").format, Format::Jpeg, "{format:?}");
    }
    let turned = Drawing::default().image().edit_metadata(|edit| {
        edit.set_int(c"orientation", 6);
    });
    let turned =
        turned.and_then(|image| image.operation(c"jpegsave_buffer")?.int(c"Q", 5).run_buffer()).expect("a JPEG");
    let upright = made(&turned, "q-100", NONE).expect("a rendition");
    assert_eq!((upright.width_px, upright.height_px), (48, 64));
    assert!(upright.data.len() > turned.len());
}

#[test]
fn other_pictures_of_a_file_stay_here() {
    let image = Drawing { frames: 2, width: 200, height: 150, ..Drawing::default() }.image().gaussblur(3.0);
    let save = image
        .and_then(|image| image.operation(c"heifsave_buffer"))
        .expect("a saver")
        .string(c"compression", "av1")
        .int(c"Q", 1);
    let save = if save.has(c"keep") { save.int(c"keep", 0) } else { save.bool(c"strip", true) };
    let pair = save.run_buffer().expect("an AVIF");
    let frames = |file| metadata(file, &Limits::default()).expect("a header").frames;
    assert_eq!(frames(pair.clone()), 2);
    assert_eq!(frames(made(&pair, "f-orig,q-100", NONE).expect("an AVIF").data), 1);
}

#[test]
fn a_gif_stays_animated_or_is_drawn_again() {
    let drawing = Drawing { frames: 3, ..Drawing::default() };
    let gif = drawing.encoded(Format::Gif).expect("a GIF");
    let again = made(&gif, "", NONE).expect("a rendition");
    assert!(again.data.len() <= gif.len());
    assert_eq!(metadata(again.data, &Limits::default()).expect("a header").frames, 3);
    let still = made(&gif, "f-gif,pg-1", NONE).expect("a rendition");
    assert_eq!(metadata(still.data, &Limits::default()).expect("a header").frames, 1);
}
