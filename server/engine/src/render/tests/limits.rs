use super::{Drawing, NONE, OPAQUE, assert_near, made, opened, quarters, request};
use crate::{Error, Format, Limits, render};
use bytes::Bytes;

/// The default limits, but one of them is `maximum`.
fn with(limit: &str, maximum: u64) -> Limits {
    let mut limits = Limits::default();
    let side = u32::try_from(maximum).expect("small");
    match limit {
        "input_pixels" => limits.input_pixels = maximum,
        "input_pixels_unstreamable" => limits.input_pixels_unstreamable = maximum,
        "input_side_px" => limits.input_side_px = side,
        "output_side_px" => limits.output_side_px = side,
        "output_pixels" => limits.output_pixels = maximum,
        "avif_output_pixels" => limits.avif_output_pixels = maximum,
        "shadow_pixels" => limits.shadow_pixels = maximum,
        "animation_frames" => limits.animation_frames = side,
        "animation_pixels" => limits.animation_pixels = maximum,
        "svg_bytes" => limits.svg_bytes = maximum,
        "svg_side_px" => limits.svg_side_px = side,
        other => panic!("no limit {other}"),
    }
    limits
}

#[test]
fn each_limit_is_kept_at_its_edge_and_names_itself() {
    let drawing = Drawing::default();
    let file = |format| drawing.encoded(format).expect("a file");
    let animation = Drawing { frames: 3, ..drawing }.encoded(Format::Gif).expect("a GIF");
    let progressive = drawing.image().operation(c"jpegsave_buffer").expect("a saver").bool(c"interlace", true);
    let progressive = progressive.run_buffer().expect("a JPEG");
    let svg = file(Format::Svg);
    let svg_bytes = svg.len() as u64;
    let pixels = 64 * 48;
    let cases = [
        ("input_pixels", pixels, file(Format::Png), ""),
        ("input_pixels_unstreamable", pixels, file(Format::Webp), ""),
        ("input_pixels_unstreamable", pixels, file(Format::Avif), ""),
        ("input_pixels_unstreamable", pixels, file(Format::Bmp), ""),
        ("input_pixels_unstreamable", pixels, progressive, ""),
        ("input_side_px", 64, file(Format::Jpeg), ""),
        ("output_side_px", 200, file(Format::Jpeg), "w-200"),
        ("output_pixels", 20_000, file(Format::Jpeg), "w-200,h-100,c-force"),
        ("avif_output_pixels", pixels, file(Format::Jpeg), "f-avif"),
        ("shadow_pixels", pixels, file(Format::Png), "e-shadow"),
        ("shadow_pixels", pixels, file(Format::Png), "e-dropshadow"),
        ("animation_frames", 3, animation.clone(), ""),
        ("animation_pixels", 3 * pixels, animation.clone(), ""),
        ("animation_pixels", 12 * pixels, animation, "w-128"),
        ("svg_bytes", svg_bytes, svg.clone(), "f-png"),
        ("svg_side_px", 64, svg, "f-png"),
    ];
    for (name, edge, file, text) in cases {
        let made = |maximum| render(file.clone(), &request(text, NONE), &with(name, maximum));
        assert!(made(edge).is_ok(), "{name} at its edge: {:?}", made(edge).err());
        match made(edge - 1) {
            Err(Error::TooLarge { limit, maximum, actual }) => {
                assert_eq!((limit.as_str(), maximum, actual), (name, edge - 1, edge));
            }
            other => panic!("{name} over its edge: {other:?}"),
        }
    }
}

#[test]
fn damage_is_the_sources_fault() {
    for format in Format::ALL {
        let Some(file) = Drawing { width: 250, height: 200, ..Drawing::default() }.encoded(format) else {
            continue;
        };
        for length in (0..file.len()).step_by(file.len() / 60 + 1) {
            let outcome = made(&file.slice(..length), "w-50,f-png", NONE);
            let expected = matches!(outcome, Ok(_) | Err(Error::Unreadable { .. } | Error::TooLarge { .. }));
            assert!(expected, "{format:?} cut at {length}: {outcome:?}");
        }
        for at in (0..file.len()).step_by(file.len() / 60 + 1) {
            let mut damaged = file.to_vec();
            damaged[at] ^= 0x55;
            let outcome = made(&Bytes::from(damaged), "w-50,f-png", NONE);
            let expected = matches!(outcome, Ok(_) | Err(Error::Unreadable { .. } | Error::TooLarge { .. }));
            assert!(expected, "{format:?} damaged at {at}: {outcome:?}");
        }
    }
    assert!(matches!(made(&Bytes::from_static(b"not an image"), "", NONE), Err(Error::Unreadable { .. })));
}

#[test]
fn a_truncated_jpeg_is_served_as_far_as_it_goes() {
    let file = Drawing { width: 600, height: 400, ..Drawing::default() }.encoded(Format::Jpeg).expect("a JPEG");
    let rendition = made(&file.slice(..file.len() * 3 / 4), "q-100", NONE).expect("a rendition");
    assert_near(&quarters(&opened(&rendition.data))[..2], &OPAQUE[..2], 6, "the upper half");
}
