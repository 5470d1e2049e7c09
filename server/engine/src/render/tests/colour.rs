use super::{Drawing, NONE, OPAQUE, assert_near, made, opened, quarters};
use crate::{Limits, codecs, metadata, vips::Operation};

#[test]
fn the_picture_stands_upright_whatever_its_orientation() {
    let [red, green, blue, white] = OPAQUE;
    // What EXIF calls 1 to 8, as the quarters of the stored pixels end up.
    let turned: [[&[u8]; 4]; 8] = [
        [red, green, blue, white],
        [green, red, white, blue],
        [white, blue, green, red],
        [blue, white, red, green],
        [red, blue, green, white],
        [blue, red, white, green],
        [white, green, blue, red],
        [green, white, red, blue],
    ];
    for (orientation, expected) in (1..).zip(turned) {
        let image = Drawing::default().image().edit_metadata(|edit| {
            edit.set_int(c"orientation", orientation);
        });
        let file =
            image.and_then(|image| image.operation(c"jpegsave_buffer")?.int(c"Q", 100).run_buffer()).expect("a JPEG");
        let size = if orientation < 5 { (64, 48) } else { (48, 64) };
        let facts = metadata(file.clone(), &Limits::default()).expect("a header");
        assert_eq!((facts.width_px, facts.height_px), size, "orientation {orientation}");
        assert_eq!(i32::from(facts.orientation), orientation);
        for text in ["q-100", "q-100,md-true"] {
            let rendition = made(&file, text, NONE).expect("a rendition");
            assert_eq!((rendition.width_px, rendition.height_px), size);
            assert_near(
                &quarters(&opened(&rendition.data)),
                &expected,
                6,
                &format!("orientation {orientation}, {text}"),
            );
            assert_eq!(metadata(rendition.data, &Limits::default()).expect("a header").orientation, 1);
        }
        // So large that the rings along the borders do not reach the middles of the quarters.
        let resized = made(&file, "w-16,q-100", NONE).expect("a rendition");
        assert_near(&quarters(&opened(&resized.data)), &expected, 30, &format!("orientation {orientation}, resized"));
    }
}

#[test]
fn profiles_are_applied_or_kept() {
    // A profile in which the numbers mean more colourful colours than in sRGB.
    let wide = Drawing::default().image().icc_transform("p3", Some("srgb")).expect("wide colours");
    let file = wide.operation(c"pngsave_buffer").and_then(Operation::run_buffer).expect("a PNG");
    assert!(metadata(file.clone(), &Limits::default()).expect("a header").has_color_profile);

    let converted = made(&file, "f-png", NONE).expect("a PNG");
    assert_near(&quarters(&opened(&converted.data)), &OPAQUE, 8, "converted");
    assert!(!metadata(converted.data, &Limits::default()).expect("a header").has_color_profile);

    for text in ["f-png,cp-true", "f-png,cp-true,md-true"] {
        let kept = made(&file, text, NONE).expect("a PNG");
        let source = codecs::open(kept.data, &Limits::default()).expect("a PNG");
        assert!(source.image().expect("an image").has(c"icc-profile-data"), "{text}");
        let [red, ..] = quarters(&source.image().expect("an image").in_memory().expect("pixels"));
        assert!(red[0] < 240, "still the numbers of the wide profile: {red:?}");
    }
}

#[test]
fn profiles_are_applied_by_every_road() {
    let wide = Drawing::default().image().icc_transform("p3", Some("srgb")).expect("wide colours");
    let [png, jpeg] = [c"pngsave_buffer", c"jpegsave_buffer"].map(|saver| {
        let save = wide.operation(saver).expect("a saver");
        let save = if saver == c"jpegsave_buffer" { save.int(c"Q", 100) } else { save };
        save.run_buffer().expect("a file")
    });
    for file in [png, jpeg] {
        for text in ["w-32,f-jpg,q-100", "w-32,f-jpg,q-80", "w-32,f-png", "w-32,f-png,rt-180:rt-180"] {
            let rendition = made(&file, text, NONE).expect("a rendition");
            assert_near(&quarters(&opened(&rendition.data)), &OPAQUE, 10, text);
            assert!(!metadata(rendition.data, &Limits::default()).expect("a header").has_color_profile);
        }
    }
}

#[test]
fn a_broken_profile_is_left_out() {
    let image = Drawing::default().image().edit_metadata(|edit| {
        edit.set_blob(c"icc-profile-data", b"no profile at all");
    });
    let file =
        image.and_then(|image| image.operation(c"jpegsave_buffer")?.int(c"Q", 100).run_buffer()).expect("a JPEG");
    let rendition = made(&file, "f-png", NONE).expect("a PNG");
    assert_near(&quarters(&opened(&rendition.data)), &OPAQUE, 6, "as if there were none");
}

#[test]
fn inks_greys_and_sixteen_bits_become_three_bands_of_eight() {
    let drawing = Drawing::default().image();
    let cmyk = drawing.icc_transform("cmyk", Some("srgb")).expect("inks");
    for strip in [false, true] {
        let cmyk = cmyk.edit_metadata(|edit| {
            if strip {
                edit.remove(c"icc-profile-data");
            }
        });
        let file = cmyk.and_then(|cmyk| cmyk.operation(c"jpegsave_buffer")?.int(c"Q", 100).run_buffer());
        let file = file.expect("a JPEG");
        let facts = metadata(file.clone(), &Limits::default()).expect("a header");
        assert_eq!(facts.has_color_profile, !strip);
        for text in ["f-png", "f-png,cp-true"] {
            let found = quarters(&opened(&made(&file, text, NONE).expect("a PNG").data));
            assert_near(&found[3..], &OPAQUE[3..], 6, "white stays white on paper");
            assert!(found[0][0] > 180 && found[0][2] < 90, "red stays red: {:?}", found[0]);
        }
    }

    let grey =
        drawing.colourspace("b-w").and_then(|grey| grey.operation(c"pngsave_buffer")?.run_buffer()).expect("a PNG");
    let found = quarters(&opened(&made(&grey, "f-png", NONE).expect("a PNG").data));
    assert!(found.iter().all(|pixel| pixel[0] == pixel[1] && pixel[1] == pixel[2]), "{found:?}");

    let deep = drawing.with_alpha().and_then(|image| image.colourspace("rgb16")).expect("16 bits");
    let deep = deep.operation(c"pngsave_buffer").and_then(Operation::run_buffer).expect("a PNG");
    let found = quarters(&opened(&made(&deep, "f-png", NONE).expect("a PNG").data));
    assert_near(&found, &OPAQUE, 0, "and alpha that hides nothing is gone");
}
