//! The roads mean the same: what can go by several of them looks the same, whichever it takes.

use super::*;
use crate::{
    codecs::Source,
    render::{
        Batch, Choice,
        road::{Road, Roads},
    },
};

/// Waves of several lengths, which a wrong place, light or chroma would show in. Colours are as strong as in photos:
/// the plane road takes luma for light, which it is not for the purest of them.
fn waves(width: u32, height: u32, bands: u32) -> Image {
    let wave = |at: f64, length: f64, height: f64| height * (at / length).sin();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
    let pixel = |x: u32, y: u32| {
        let (x, y) = (f64::from(x), f64::from(y));
        let light = 127.5 + wave(x, 9.0, 40.0) + wave(y, 14.0, 40.0);
        let colours = [wave(x, 60.0, 25.0), wave(y, 90.0, 25.0), wave(x + y, 70.0, 25.0)];
        let [red, green, blue] = colours.map(|colour| light + colour);
        [red, green, blue, 127.5 + wave(x - y, 80.0, 110.0)].map(|number| number as u8)
    };
    let pixels = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y).into_iter().take(bands as usize)));
    Image::from_memory(pixels.collect::<Vec<u8>>().into(), width, height, bands).expect("an image")
}

fn file(image: &Image, saver: &'static std::ffi::CStr, option: &'static std::ffi::CStr, on: bool) -> Bytes {
    let save = image.operation(saver).expect("a saver");
    let save = if saver == c"jpegsave_buffer" { save.int(c"Q", 97) } else { save };
    save.bool(option, on).run_buffer().expect("a file")
}

fn turned(image: &Image, orientation: i32) -> Image {
    let turned = image.edit_metadata(|edit| {
        edit.set_int(c"orientation", orientation);
    });
    turned.expect("metadata")
}

fn road_of(source: &Bytes, request: &Request) -> Road {
    let source: Source = codecs::open(source.clone(), &Limits::default()).expect("a header");
    Road::of(&source, request, request.pipeline.output())
}

/// Mean and largest difference over all samples.
fn apart(one: &Image, other: &Image) -> (f64, u8) {
    let size = |image: &Image| (image.width(), image.height(), image.bands());
    assert_eq!(size(one), size(other));
    let (one, other) = (one.to_memory().expect("pixels"), other.to_memory().expect("pixels"));
    let differences = || one.iter().zip(other.iter()).map(|(one, other)| one.abs_diff(*other));
    #[allow(clippy::cast_precision_loss)] // small
    let mean = differences().map(f64::from).sum::<f64>() / one.len() as f64;
    (mean, differences().max().unwrap_or(0))
}

const TEXTS: [&str; 19] = [
    "w-100",
    "w-101,h-67",
    "w-100,h-100,fo-top_left",
    "w-99,h-150,c-force",
    "w-120,h-120,cm-pad_resize,bg-FF8800",
    "w-120,h-120,cm-pad_resize",
    "w-121,h-130,cm-pad_resize,bg-FF880080,fo-top",
    "w-100,bg-00FF00,fl-h",
    "w-100,b-4_FF0000:w-60",
    "w-100,o-60",
    "w-150,l-image,i-clear.png,lfo-bottom_right,l-end",
    "w-150,l-image,i-clear.png,w-40,o-50,lx-N5,ly-5,l-end",
    "w-150,l-image,i-photo.jpg,w-50,h-50,t-false,rt-90,l-end",
    "h-90,rt-90",
    "w-90:rt-180",
    "w-110,bl-2",
    "w-333,h-111,c-at_max",
    "if-ar_gt_1,w-120,if-else,w-60,if-end",
    "w-80,r-20",
];

/// What the layers of the texts show.
fn files() -> Resources {
    let files = [
        ("clear.png".to_owned(), file(&waves(70, 50, 4), c"pngsave_buffer", c"interlace", false)),
        ("photo.jpg".to_owned(), file(&waves(200, 160, 3), c"jpegsave_buffer", c"interlace", false)),
    ];
    files.into_iter().collect()
}

fn compare(name: &str, source: &Bytes, expected: fn(&Road) -> bool, most: f64) {
    for text in TEXTS {
        let request = Request { resources: files(), ..request(&format!("{text}:f-png,lo-true"), NONE) };
        let road = road_of(source, &request);
        assert!(expected(&road), "{text} of {name} goes by {road:?}");
        let by = |roads| {
            let (rendition, _) = Batch::new(source.clone(), Limits::default()).render_on(roads, &request).expect(text);
            opened(&rendition.data)
        };
        let (mean, largest) = apart(&by(Roads::All), &by(Roads::Libvips));
        assert!(mean < most, "{text} of {name}: {mean} levels apart on the average, {largest} at most");
    }
}

#[test]
fn planes_show_what_libvips_shows() {
    let image = waves(1000, 667, 3);
    let is_planes = |road: &Road| matches!(road, Road::Planes { .. });
    // Half of it is what decoders differ by at half the size.
    compare("a baseline JPEG", &file(&image, c"jpegsave_buffer", c"interlace", false), is_planes, 1.0);
    compare("a progressive JPEG", &file(&image, c"jpegsave_buffer", c"interlace", true), is_planes, 1.2);
    let grey = image.extract_bands(0, 1).expect("a band").colourspace("b-w").expect("grey");
    compare("a grey JPEG", &file(&grey, c"jpegsave_buffer", c"interlace", false), is_planes, 1.0);
    for orientation in 2..=8 {
        let source = file(&turned(&image, orientation), c"jpegsave_buffer", c"interlace", false);
        compare(&format!("a JPEG of orientation {orientation}"), &source, is_planes, 1.0);
    }
}

#[test]
fn rows_of_a_png_show_what_libvips_shows() {
    let is_raster = |road: &Road| matches!(road, Road::Raster { .. });
    compare("an opaque PNG", &file(&waves(1000, 667, 3), c"pngsave_buffer", c"interlace", false), is_raster, 0.6);
    compare("a PNG with alpha", &file(&waves(1000, 667, 4), c"pngsave_buffer", c"interlace", false), is_raster, 1.0);
    let interlaced = file(&waves(1000, 667, 3), c"pngsave_buffer", c"interlace", true);
    compare("an interlaced PNG", &interlaced, |road| *road == Road::Libvips, 0.001);
}

#[test]
fn rows_of_other_pngs_show_what_libvips_shows() {
    let is_raster = |road: &Road| matches!(road, Road::Raster { .. });
    let png = |image: &Image| file(image, c"pngsave_buffer", c"interlace", false);
    let (opaque, clear) = (waves(500, 333, 3), waves(500, 333, 4));
    let grey = opaque.extract_bands(0, 1).and_then(|band| band.colourspace("b-w")).expect("grey");
    compare("a grey PNG", &png(&grey), is_raster, 0.6);
    let alpha = clear.extract_bands(3, 1).expect("a band");
    compare("a grey PNG with alpha", &png(&grey.bandjoin(&alpha).expect("two bands")), is_raster, 1.0);
    compare("a PNG of 16 bits", &png(&opaque.colourspace("rgb16").expect("16 bits")), is_raster, 0.6);
    compare("a PNG with a palette", &file(&opaque, c"pngsave_buffer", c"palette", true), is_raster, 0.6);
    compare("a PNG with a palette and alpha", &file(&clear, c"pngsave_buffer", c"palette", true), is_raster, 1.0);
    for alpha in [false, true] {
        let drawing = Drawing { width: 450, height: 350, alpha, ..Drawing::default() };
        compare("a drawing", &png(&drawing.image()), is_raster, 1.0);
    }
}

/// The same formats are chosen, with alpha or without.
#[test]
fn pictures_are_written_alike_whichever_road_they_came_by() {
    let png = |image: &Image| file(image, c"pngsave_buffer", c"interlace", false);
    let drawing = |alpha| Drawing { width: 240, height: 180, alpha, ..Drawing::default() };
    let shades = waves(240, 180, 3).extract_bands(0, 1).and_then(|band| band.colourspace("b-w")).expect("grey");
    let opaque = waves(240, 180, 3).with_alpha().expect("alpha that hides nothing");
    let sources = [
        ("waves", png(&waves(240, 180, 3))),
        ("clear waves", png(&waves(240, 180, 4))),
        ("waves with alpha that hides nothing", png(&opaque)),
        ("shades", png(&shades)),
        ("a drawing", png(&drawing(false).image())),
        ("a clear drawing", png(&drawing(true).image())),
        ("a photo", file(&waves(240, 180, 3), c"jpegsave_buffer", c"interlace", false)),
    ];
    let webp = Accept { avif: false, webp: true };
    for (name, source) in &sources {
        for text in
            ["w-120", "w-120,q-60", "w-120,lo-true", "w-120,h-120,cm-pad_resize,bg-FFFFFF", "w-240,h-180,rt-180"]
        {
            for format in ["auto", "orig", "png", "webp"] {
                for accept in [NONE, webp] {
                    let text = format!("{text},f-{format}");
                    let request = request(&text, accept);
                    let by = |roads| {
                        let (rendition, choice) =
                            Batch::new(source.clone(), Limits::default()).render_on(roads, &request).expect(&text);
                        let image = opened(&rendition.data);
                        (rendition, choice, image)
                    };
                    let (ours, our_choice, found) = by(Roads::All);
                    let (theirs, their_choice, expected) = by(Roads::Libvips);
                    let kinds = |choice: &Choice| {
                        choice.written.iter().map(|(format, lossless, _)| (*format, *lossless)).collect::<Vec<_>>()
                    };
                    let what = format!("{text} of {name}");
                    assert_eq!(kinds(&our_choice), kinds(&their_choice), "{what}");
                    assert_eq!((ours.format, found.bands()), (theirs.format, expected.bands()), "{what}");
                    let (mean, largest) = apart(&found, &expected);
                    // Of a palette that is searched for, another one may be as good.
                    let is_searched = text.contains("q-60") && ours.format == Format::Png;
                    assert!(is_searched || mean < 2.5, "{what}: {mean} levels apart on the average, {largest} at most");
                }
            }
        }
    }
}

/// What goes from planes into the encoder looks as what has been pixels in between.
#[test]
fn planes_that_stay_planes_look_like_pixels() {
    let source = file(&waves(1000, 667, 3), c"jpegsave_buffer", c"interlace", false);
    for (format, quality) in [("jpg", 85), ("jpg", 95), ("webp", 90), ("avif", 90)] {
        for text in ["w-200", "w-151,h-77", "w-100,h-100"] {
            let request = request(&format!("{text},f-{format},q-{quality}"), BOTH);
            let road = road_of(&source, &request);
            assert!(matches!(road, Road::Planes { finished: true, .. }), "{text}: {road:?}");
            let by = |roads| {
                let (rendition, _) =
                    Batch::new(source.clone(), Limits::default()).render_on(roads, &request).expect(text);
                opened(&rendition.data)
            };
            let (mean, largest) = apart(&by(Roads::All), &by(Roads::Libvips));
            assert!(mean < 2.5, "{text} to {format}: {mean} levels apart on the average, {largest} at most");
        }
    }
}
