//! What is asked for most is made without libvips, which would take as long to load as many of these take to make. It
//! stays loaded, so all of it is one test, in a process of its own.

use bytes::Bytes;
use darkroom_engine::{Accept, Favour, Format, Limits, Request, Resources, metadata, render, vips};
use darkroom_planes::{Plane, Planes};
use png::{BitDepth, ColorType, Encoder};

/// A photo of 400 × 300 pixels in waves of colour.
fn photo() -> Bytes {
    let plane = |divisor: usize| {
        let (width, height) = (400 / divisor, 300 / divisor);
        let mut plane = Plane::new(width, height);
        for y in 0..height {
            for (x, sample) in plane.row_mut(y).iter_mut().enumerate() {
                *sample = u8::try_from(60 + (x * divisor / 3 + y * divisor / 5) % 120).expect("a byte");
            }
        }
        plane
    };
    let planes = Planes { luma: plane(1), chroma: Some([plane(2), plane(2)]) };
    darkroom_jpeg::encode(&planes, &darkroom_jpeg::Settings::default()).expect("a JPEG").into()
}

/// What a PNG is.
struct Kind {
    colours: ColorType,
    depth: BitDepth,
    /// Few colours, in large areas.
    is_drawing: bool,
}

fn png(width: usize, height: usize, kind: &Kind) -> Bytes {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, u32::try_from(width).expect("few"), u32::try_from(height).expect("few"));
    encoder.set_color(kind.colours);
    encoder.set_depth(kind.depth);
    if kind.colours == ColorType::Indexed {
        encoder.set_palette((0..=255).flat_map(|shade| [shade, 255 - shade, 90]).collect::<Vec<u8>>());
        encoder.set_trns((0..=255).rev().collect::<Vec<u8>>());
    }
    let bytes = if kind.depth == BitDepth::Sixteen { 2 } else { 1 };
    let row = width * kind.colours.samples() * bytes;
    let samples = (0..height).flat_map(|y| (0..row).map(move |at| (at, y))).map(|(at, y)| {
        let sample = if kind.is_drawing { (at / (row / 4)) * 60 } else { (at * 7 / 5 + y * 3) % 256 };
        u8::try_from(sample.min(255)).expect("a byte")
    });
    let samples: Vec<u8> = samples.collect();
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&samples).expect("pixels");
    writer.finish().expect("an end");
    file.into()
}

fn request(text: &str, accept: Accept, resources: Resources) -> Request {
    let pipeline = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    Request { pipeline, accept, resources, focus_area: None, favour: Favour::Quality }
}

#[test]
fn common_requests_are_made_without_libvips() {
    let kind = |colours, depth, is_drawing| Kind { colours, depth, is_drawing };
    let eight = BitDepth::Eight;
    let sources = [
        ("a photo", photo()),
        ("RGB", png(300, 200, &kind(ColorType::Rgb, eight, false))),
        ("RGBA", png(300, 200, &kind(ColorType::Rgba, eight, false))),
        ("grey", png(300, 200, &kind(ColorType::Grayscale, eight, false))),
        ("grey and alpha", png(300, 200, &kind(ColorType::GrayscaleAlpha, eight, false))),
        ("a palette", png(300, 200, &kind(ColorType::Indexed, eight, false))),
        ("16 bits", png(300, 200, &kind(ColorType::Rgb, BitDepth::Sixteen, false))),
        ("a drawing", png(300, 200, &kind(ColorType::Rgb, eight, true))),
    ];
    let logos: Resources = [
        ("logo.png".to_owned(), png(60, 40, &kind(ColorType::Rgba, eight, false))),
        ("opaque.png".to_owned(), png(60, 40, &kind(ColorType::Rgb, eight, false))),
        ("photo.jpg".to_owned(), photo()),
    ]
    .into_iter()
    .collect();
    let texts = [
        "w-100",
        "w-100,q-60",
        "w-100,h-100,fo-top",
        "w-100,lo-true",
        "w-120,h-120,cm-pad_resize,bg-FFFFFF",
        "w-120,h-120,cm-pad_resize,bg-FF000080",
        "w-120,h-120,cm-pad_resize,bg-dominant",
        "w-120,h-120,cm-pad_resize",
        "w-100,bg-00FF00",
        "w-100,b-5_FF0000",
        "w-100,rt-90",
        "w-100,fl-h_v",
        "w-100,o-50",
        "w-100,l-image,i-logo.png,lfo-bottom_right,l-end",
        "w-100,l-image,i-logo.png,w-30,o-40,lx-N5,ly-N5,l-end",
        "w-100,l-image,i-opaque.png,w-30,rt-90,l-end",
        "w-100,l-image,i-photo.jpg,w-30,t-false,l-end",
        "w-100,l-image,i-ik_canvas,w-30,h-20,bg-FF000080,l-end",
    ];
    let formats = ["jpg", "webp", "png", "avif", "auto", "orig"];
    let accepts = [Accept { avif: false, webp: false }, Accept { avif: false, webp: true }];
    for (name, source) in &sources {
        metadata(source.clone(), &Limits::default()).expect(name);
        assert!(!vips::is_loaded(), "the metadata of {name}");
        for text in texts {
            for format in formats {
                for accept in accepts {
                    // Fewer colours than there are, and AVIF without loss, are libvips' to write.
                    let may_be_png = matches!(format, "png" | "orig") || (format == "auto" && !accept.webp);
                    let is_seldom =
                        if format == "avif" { text.contains("lo-true") } else { may_be_png && text.contains("q-60") };
                    // AVIF takes its time.
                    if is_seldom || (format == "avif" && *name != "RGBA") {
                        continue;
                    }
                    let what = format!("{text},f-{format}");
                    let made = render(source.clone(), &request(&what, accept, logos.clone()), &Limits::default());
                    let made = made.unwrap_or_else(|error| panic!("{what} of {name}: {error}"));
                    assert_eq!(Format::sniff(&made.data), Some(made.format), "{what} of {name}");
                    assert!(!vips::is_loaded(), "{what} of {name}");
                }
            }
        }
    }
    // Alpha has to be multiplied with colours before those are blurred, so this is of opaque pictures.
    for (name, source) in sources.iter().filter(|(name, _)| ["a photo", "RGB", "grey", "a drawing"].contains(name)) {
        render(source.clone(), &request("w-100,bl-4,f-jpg", accepts[0], logos.clone()), &Limits::default())
            .expect(name);
        assert!(!vips::is_loaded(), "{name}, blurred");
    }
    // And this is how it would have been told.
    render(photo(), &request("w-100,e-sharpen", accepts[0], logos), &Limits::default()).expect("a rendition");
    assert!(vips::is_loaded());
}
