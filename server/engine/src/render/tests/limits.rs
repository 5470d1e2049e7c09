use super::{Drawing, NONE, OPAQUE, assert_near, made, opened, quarters, request};
use crate::{Accept, Error, Format, Limits, render};
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
        "work_pixels" => limits.work_pixels = maximum,
        "memory_bytes" => limits.memory_bytes = maximum,
        "layer_pixels" => limits.layer_pixels = maximum,
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
    let bytes = |format| file(format).len() as u64;
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
        // Unpacked (0.08 a byte), blurred (2.5 a pixel), and written as JPEG (0.4).
        ("work_pixels", pixels * 314 / 100 + 1, file(Format::Png), "bl-3,f-jpg"),
        // A layer is laid on (2.5), too.
        ("work_pixels", pixels * 314 / 100 + 1, file(Format::Png), "l-image,i-ik_canvas,l-end,f-jpg"),
        ("work_pixels", 3 * pixels * 375 / 100, animation.clone(), "bl-3,f-gif"),
        // Three bytes a pixel from the decoder, four in a step, and what the encoder takes.
        ("memory_bytes", bytes(Format::Png) + pixels * (3 + 4 + 14), file(Format::Png), "bl-3,f-jpg"),
        // Decoders of video hold a picture more than once.
        ("memory_bytes", bytes(Format::Avif) + pixels * (12 + 3 + 14), file(Format::Avif), "f-jpg"),
        ("memory_bytes", bytes(Format::Bmp) + pixels * (8 + 3 + 30), file(Format::Bmp), "f-avif"),
        (
            "layer_pixels",
            200,
            file(Format::Png),
            "l-image,i-ik_canvas,w-10,h-10,l-end,l-image,i-ik_canvas,w-10,h-10,lx-9,l-end",
        ),
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

/// With less room for work `f-auto` takes a cheaper format; a named one is refused.
#[test]
fn auto_gives_way_where_a_named_format_is_refused() {
    let file = Drawing::default().encoded(Format::Jpeg).expect("a JPEG");
    let both = Accept { avif: true, webp: true };
    let pixels = 64 * 48;
    // 0.1 for the source; 4 for AVIF, 0.75 for WebP, 0.4 for JPEG.
    for (work_pixels, expected) in [(pixels * 5, Format::Avif), (pixels, Format::Webp), (pixels * 6 / 10, Format::Jpeg)]
    {
        // Noise may be smaller as WebP, and small pictures are written as both.
        let limits = Limits { work_pixels, ..Limits::default() };
        let made = |text| render(file.clone(), &request(text, both), &limits);
        let format = made("f-auto").expect("a rendition").format;
        assert!(
            format == expected || (expected == Format::Avif && format == Format::Webp),
            "{work_pixels}: {format:?}"
        );
        let named = made("f-avif").map(|rendition| rendition.format);
        match named {
            Ok(Format::Avif) => assert_eq!(expected, Format::Avif),
            Err(Error::TooLarge { limit, .. }) => {
                assert_eq!(limit, "work_pixels");
                assert_ne!(expected, Format::Avif);
            }
            other => panic!("{other:?}"),
        }
    }
    let limits = Limits { work_pixels: pixels / 5, ..Limits::default() };
    let refused = render(file, &request("f-auto", both), &limits);
    assert!(matches!(refused, Err(Error::TooLarge { limit, .. }) if limit == "work_pixels"));
}

/// Each scan is another run over the whole picture.
#[test]
fn scans_are_paid_for() {
    let save = |interlace| {
        let save = Drawing::default().image().operation(c"jpegsave_buffer").expect("a saver");
        save.bool(c"interlace", interlace).run_buffer().expect("a JPEG")
    };
    let limits = Limits { work_pixels: 64 * 48 * 9 / 10, ..Limits::default() };
    let made = |file| render(file, &request("f-webp", NONE), &limits);
    assert!(made(save(false)).is_ok());
    assert!(matches!(made(save(true)), Err(Error::TooLarge { limit, .. }) if limit == "work_pixels"));
}

/// What nobody has the time or the memory for is refused by arithmetic, before a pixel is computed.
#[test]
fn what_would_cost_a_worker_is_refused_at_once() {
    let size = |side| crate::language::Size { width: side, height: side };
    let refused = |text: &str, side: u32| match text
        .parse::<crate::Pipeline>()
        .expect(text)
        .result_size(size(side), &Limits::default())
    {
        Err(Error::TooLarge { limit, .. }) => limit,
        other => panic!("{text}: {other:?}"),
    };
    for text in [
        "w-8192,h-8192,bl-100",
        "w-8192,h-8192,e-usm-0-50-1-0",
        "w-8192,h-8192,cr-ff0000",
        "w-8192,h-8192:w-100:w-8192,h-8192",
        "w-5700,h-5700,rt-45",
        "w-4600,h-4600,e-distort-a-90",
        "w-8192,h-6000,c-pad_resize,bg-blurred_100",
    ] {
        assert_eq!(refused(text, 1000), "work_pixels", "{text}");
    }
}
