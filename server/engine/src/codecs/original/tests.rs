use super::{Keep, original};
use crate::{
    Format, Limits,
    codecs::{self, fixtures::Drawing},
    vips::Image,
};
use bytes::Bytes;

const NOTHING: Keep = Keep { profile: false, metadata: false };
const ALL: Keep = Keep { profile: true, metadata: true };

/// What no client may see unless it is asked for.
const SECRET: &[u8] = b"N52.5163 E13.3777";

fn stripped(file: &Bytes, keep: Keep) -> Option<Bytes> {
    original(&codecs::open(file.clone(), &Limits::default()).expect("opens"), keep)
}

/// Whether the bytes or the XMP (which a PNG compresses) hold it.
fn holds_secret(file: &Bytes) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(SECRET.len()).any(|window| window == SECRET);
    let source = codecs::open(file.clone(), &Limits::default()).expect("opens");
    holds(file) || source.image().expect("an image").get_blob(c"xmp-data").is_some_and(|xmp| holds(&xmp))
}

/// Pixels and profile, as a decoder sees them.
fn seen(file: &Bytes) -> (Bytes, Option<Vec<u8>>) {
    let source = codecs::open(file.clone(), &Limits::default()).expect("opens");
    let image = if source.header.frames > 1 {
        source.animation(&Limits::default())
    } else {
        source.still(None, &Limits::default())
    };
    (
        image.expect("decodes").to_memory().expect("pixels"),
        source.image().expect("an image").get_blob(c"icc-profile-data"),
    )
}

/// A file that says where it was made; XMP, since every format but GIF has a place for it.
fn telling(format: Format, edit: impl FnOnce(&Image) -> Image) -> Bytes {
    let drawing = edit(&Drawing { width: 40, height: 30, ..Drawing::default() }.image());
    let drawing = drawing.edit_metadata(|edit| {
        edit.set_blob(c"xmp-data", SECRET);
    });
    let saver = format.capabilities().saver.expect("is written");
    let save = drawing.and_then(|drawing| drawing.operation(saver)).expect("a saver");
    let save = if format == Format::Avif { save.string(c"compression", "av1") } else { save };
    save.run_buffer().expect("encodes")
}

fn plain(image: &Image) -> Image {
    image.clone()
}

fn with_profile(image: &Image, profile: &str) -> Image {
    image.icc_transform(profile, Some("srgb")).expect("a profile")
}

#[test]
fn pixels_stay_and_what_is_said_beside_them_goes() {
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        let file = telling(format, plain);
        assert!(holds_secret(&file), "{format:?}");
        let bare = stripped(&file, NOTHING).expect("a file");
        assert!(!holds_secret(&bare) && bare.len() < file.len(), "{format:?}");
        assert!(seen(&bare) == seen(&file), "{format:?}");
        let whole = stripped(&file, ALL).expect("a file");
        assert!(holds_secret(&whole), "{format:?}");
        assert!(seen(&whole) == seen(&file), "{format:?}");
    }
    let avif = telling(Format::Avif, plain);
    assert_eq!((stripped(&avif, NOTHING), stripped(&avif, ALL)), (None, Some(avif.clone())));
}

#[test]
fn what_lies_behind_the_picture_goes_too() {
    for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Gif] {
        let file = Drawing::default().encoded(format).expect("a file");
        let trailed = Bytes::from([&file[..], SECRET].concat());
        let bare = stripped(&trailed, NOTHING).expect("a file");
        assert!(!holds_secret(&bare), "{format:?}");
        assert!(seen(&bare) == seen(&file), "{format:?}");
    }
}

#[test]
fn a_profile_of_srgb_may_go_and_another_is_for_the_engine() {
    for format in [Format::Jpeg, Format::Png, Format::Webp] {
        let usual = telling(format, |image| with_profile(image, "srgb"));
        assert!(seen(&usual).1.is_some(), "{format:?}");
        let bare = stripped(&usual, NOTHING).expect("a file");
        assert!(seen(&bare) == (seen(&usual).0, None), "{format:?}");

        let wide = telling(format, |image| with_profile(image, "p3"));
        assert_eq!(stripped(&wide, NOTHING), None, "{format:?}");
        let kept = stripped(&wide, Keep { profile: true, metadata: false }).expect("a file");
        assert!(!holds_secret(&kept), "{format:?}");
        assert!(seen(&kept) == seen(&wide), "{format:?}");
        let texts = stripped(&usual, Keep { profile: false, metadata: true }).expect("a file");
        assert!(holds_secret(&texts) && seen(&texts).1.is_none(), "{format:?}");
        assert!(texts.len() + 300 < usual.len(), "the profile is not only hidden: {format:?}");
    }
}

#[test]
fn an_animation_keeps_its_frames_and_loses_its_comments() {
    let drawing = Drawing { frames: 3, ..Drawing::default() };
    for format in [Format::Gif, Format::Webp] {
        let file = drawing.encoded(format).expect("an animation");
        let bare = stripped(&file, NOTHING).expect("a file");
        let facts = crate::metadata(bare.clone(), &Limits::default()).expect("a header");
        assert_eq!(facts.frames, 3, "{format:?}");
        assert!(seen(&bare) == seen(&file), "{format:?}");
    }
    let gif = drawing.encoded(Format::Gif).expect("a GIF");
    let comment = [b"\x21\xFE\x11", SECRET, b"\0"].concat();
    let program = [b"\x21\xFF\x0BXMP DataXMP\x11", SECRET, b"\0"].concat();
    let telling = Bytes::from([&gif[..gif.len() - 1], &comment, &program, b"\x3B"].concat());
    assert_eq!(stripped(&telling, NOTHING), Some(gif));
    assert_eq!(stripped(&telling, ALL), Some(telling));
}

#[test]
fn what_must_be_turned_or_is_not_shown_by_clients_stays_here() {
    let turned = telling(Format::Jpeg, |image| {
        let turned = image.edit_metadata(|edit| {
            edit.set_int(c"orientation", 6);
        });
        turned.expect("metadata")
    });
    let inks = telling(Format::Jpeg, |image| with_profile(image, "cmyk"));
    for file in [turned, inks] {
        assert_eq!((stripped(&file, NOTHING), stripped(&file, ALL)), (None, None));
    }
    for format in [Format::Tiff, Format::Bmp, Format::Ico] {
        let file = Drawing::default().encoded(format).expect("a file");
        assert_eq!(stripped(&file, ALL), None, "{format:?}");
    }
    // A frame header of arithmetic coding in place of the usual one.
    let jpeg = Drawing::default().encoded(Format::Jpeg).expect("a JPEG");
    let header = jpeg.windows(2).position(|two| two == b"\xFF\xC0").expect("a frame");
    let mut unusual = jpeg.to_vec();
    unusual[header + 1] = 0xC9;
    assert_eq!(codecs::jpeg::strip(&unusual.into(), NOTHING), None);
}

#[test]
fn the_first_picture_of_an_apng_is_what_stays() {
    let png = Drawing::default().encoded(Format::Png).expect("a PNG");
    let (head, tail) = png.split_at(33); // behind the header
    let control = b"\0\0\0\x08acTL\0\0\0\x01\0\0\0\0\xB4\x2D\xE9\xA0";
    let animated = Bytes::from([head, control, tail].concat());
    for keep in [NOTHING, ALL] {
        // Some savers put an EXIF into every PNG, which goes from both.
        let still = stripped(&png, keep);
        assert!(still.as_ref().is_some_and(|still| !still.windows(4).any(|chunk| chunk == b"acTL")));
        assert_eq!(stripped(&animated, keep), still);
    }
}

#[test]
fn a_damaged_file_is_not_passed_on() {
    for format in [Format::Jpeg, Format::Png, Format::Webp, Format::Gif] {
        let file = telling(format, plain);
        let strip = |file: &Bytes| match format {
            Format::Jpeg => codecs::jpeg::strip(file, NOTHING),
            Format::Png => codecs::png::strip(file, NOTHING),
            Format::Webp => codecs::webp::strip(file, NOTHING),
            _ => codecs::gif::strip(file, NOTHING),
        };
        assert!(strip(&file).is_some());
        for length in 0..file.len() - 1 {
            assert_eq!(strip(&file.slice(..length)), None, "{format:?} cut at {length}");
        }
        for at in 0..file.len() {
            let mut damaged = file.to_vec();
            damaged[at] ^= 0x81;
            let _ = strip(&damaged.into()); // no panic, whatever comes
        }
    }
}
