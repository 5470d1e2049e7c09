//! Steps that know rasters do to them what they do to images of libvips.

use super::*;
use crate::{codecs::fixtures, frame::Frame, vips::Operation};
use bytes::Bytes;
use darkroom_planes::{Channels, Raster};

const SIZE: Size = Size { width: 61, height: 40 };

/// Pixels of all kinds, with much that is clear and much that is opaque.
fn samples(channels: Channels) -> Vec<u8> {
    let at = |x: u32, y: u32| {
        let alpha = match (x / 8 + y / 8) % 3 {
            0 => 255,
            1 => 0,
            _ => (x * 11 + y * 7) % 256,
        };
        [x * 4, y * 6, (x * y) % 256, alpha].map(|sample| u8::try_from(sample).unwrap())
    };
    let pixels = (0..SIZE.height).flat_map(|y| (0..SIZE.width).map(move |x| at(x, y)));
    pixels.flat_map(|pixel| pixel.into_iter().take(channels.count())).collect()
}

/// Something in the middle of a border that a trim cuts off.
fn logo(bands: u32) -> Image {
    let pixel = |x: u32, y: u32| {
        let is_border = !(5..35).contains(&x) || !(4..24).contains(&y);
        let [red, green, blue, alpha] = if is_border { [250, 250, 250, 0] } else { [x * 7, y * 9, 30, x * 6 + 20] };
        [red, green, blue, alpha].map(|sample| u8::try_from(sample).unwrap()).into_iter().take(bands as usize)
    };
    let pixels: Vec<u8> = (0..30).flat_map(|y| (0..40).flat_map(move |x| pixel(x, y))).collect();
    Image::from_memory(pixels.into(), 40, 30, bands).unwrap()
}

fn files() -> Resources {
    let png = |image: Image| image.operation(c"pngsave_buffer").and_then(Operation::run_buffer).unwrap();
    let jpeg = logo(3).operation(c"jpegsave_buffer").unwrap().int(c"Q", 95).run_buffer().unwrap();
    let grey = logo(3).extract_bands(1, 1).and_then(|grey| grey.colourspace("b-w")).unwrap();
    let deep = logo(4).colourspace("rgb16").unwrap();
    let drawing = fixtures::Drawing { alpha: true, ..fixtures::Drawing::default() };
    let palette = drawing.image().operation(c"pngsave_buffer").unwrap().bool(c"palette", true).run_buffer().unwrap();
    let files: [(&str, Bytes); 6] = [
        ("clear.png", png(logo(4))),
        ("opaque.png", png(logo(3))),
        ("grey.png", png(grey)),
        ("deep.png", png(deep)),
        ("palette.png", palette),
        ("photo.jpg", jpeg),
    ];
    files.into_iter().map(|(name, file)| (name.to_owned(), file)).collect()
}

/// Takes the same pixels in both forms through a text. The largest difference and the mean one are `most` and `mean`;
/// the raster stays one.
#[track_caller]
fn same(text: &str, channels: Channels, most: u8, mean: f64) {
    let apply = |frame: Frame| {
        let picture = Picture::new(frame, SIZE, true, Limits::default(), files());
        apply(picture, text).unwrap()
    };
    let raster = Raster::of(samples(channels), channels, SIZE.width as usize, SIZE.height as usize);
    let image =
        Image::from_memory(samples(channels).into(), SIZE.width, SIZE.height, u32::try_from(channels.count()).unwrap())
            .unwrap();
    let (by_us, by_libvips) = (apply(Frame::of_raster(raster)), apply(Frame::Image(image)));
    let found = by_us.raster().unwrap_or_else(|| panic!("{text} of {channels:?}: no raster any more"));
    assert!(by_libvips.raster().is_none(), "{text} of {channels:?}");
    let expected = by_libvips.image().unwrap();
    assert_eq!(
        (by_us.width(), by_us.height(), by_us.has_alpha()),
        (expected.width(), expected.height(), expected.has_alpha()),
        "{text} of {channels:?}"
    );
    let expected = expected.to_memory().unwrap();
    let bands = found.channels().count();
    // A colour counts as much as it shows. Where numbers are to be the same they are: but for what is clear.
    let shown = |found: &[u8], expected: &[u8]| match (most, found, expected) {
        (0, [.., 0], [.., 0]) if bands == 4 => 0.0,
        (0, _, _) | (_, [_, _, _], _) => 1.0,
        (_, found, expected) => f64::from(found[3].max(expected[3])) / 255.0,
    };
    let pixels = found.samples().chunks(bands).zip(expected.chunks(bands));
    let differences: Vec<f64> = pixels
        .flat_map(|(found, expected)| {
            let shown = shown(found, expected);
            let colours = found.iter().zip(expected).take(3).map(move |(a, b)| shown * f64::from(a.abs_diff(*b)));
            colours.chain(found.iter().zip(expected).skip(3).map(|(a, b)| f64::from(a.abs_diff(*b))))
        })
        .collect();
    let worst = differences.iter().copied().fold(0.0, f64::max);
    #[allow(clippy::cast_precision_loss)] // few
    let average = differences.iter().sum::<f64>() / differences.len().max(1) as f64;
    assert!(
        worst <= f64::from(most) && average <= mean,
        "{text} of {channels:?}: {worst} at most, {average} in the mean"
    );
}

#[test]
fn geometry_is_the_same() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        for text in ["rt-90", "rt-180", "rt-270", "fl-h", "fl-v", "fl-h_v", "t-true", "t-40"] {
            same(text, channels, 0, 0.0);
        }
        for text in ["w-30,h-20,cm-extract,x-9,y-3", "w-61,h-90,cm-pad_extract", "w-20,h-20,cm-extract,fo-bottom_right"]
        {
            same(text, channels, 0, 0.0);
        }
    }
}

#[test]
fn grounds_are_the_same() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        let pads =
            ["c-pad_extract,w-80,h-70", "c-pad_extract,w-75,h-40,fo-left", "c-pad_extract,w-70,h-70,fo-bottom_right"];
        for pad in pads {
            for ground in ["", ",bg-FF8800", ",bg-FFFFFF", ",bg-dominant"] {
                same(&format!("{pad}{ground}"), channels, 0, 0.0);
            }
            for ground in [",bg-FF880080", ",bg-00000001", ",bg-11223300", ",bg-123456FE"] {
                same(&format!("{pad}{ground}"), channels, 1, 0.01);
            }
        }
        same("b-7_FF8800", channels, 0, 0.0);
        same("b-3_FF880080", channels, 0, 0.0);
    }
    same("bg-FF8800", Channels::Rgba, 0, 0.0);
    same("bg-dominant", Channels::Rgba, 0, 0.0);
    same("bg-FF880080", Channels::Rgba, 1, 0.01);
}

#[test]
fn reductions_are_the_same() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        for text in ["w-30", "w-30,h-30", "h-13,w-60,c-force", "w-20,h-35,fo-top_left"] {
            same(text, channels, 12, 1.2);
        }
    }
}

#[test]
fn blurs_are_the_same() {
    for text in ["bl-1", "bl-4", "bl-10"] {
        same(text, Channels::Rgb, 0, 0.0);
    }
    // As soon as all shows.
    same("bg-FFFFFF:bl-3", Channels::Rgba, 0, 0.0);
}

#[test]
fn fading_is_the_same() {
    for channels in [Channels::Rgb, Channels::Rgba] {
        for percent in ["0", "1", "33.3", "50", "99"] {
            same(&format!("o-{percent}"), channels, 0, 0.0);
        }
    }
}

#[test]
fn layers_are_the_same() {
    let places = [
        "",
        ",lfo-top_left",
        ",lfo-top",
        ",lfo-top_right",
        ",lfo-left",
        ",lfo-right",
        ",lfo-bottom_left",
        ",lfo-bottom",
        ",lfo-bottom_right",
        ",lx-10,ly-5",
        ",lx-N3,ly-N2",
        ",lxc-30,lyc-20",
        ",lap-center,lx-2,ly-3",
    ];
    for channels in [Channels::Rgb, Channels::Rgba] {
        for file in ["clear.png", "opaque.png", "grey.png", "deep.png", "palette.png"] {
            for place in places {
                same(&format!("l-image,i-{file}{place},l-end"), channels, 1, 0.02);
            }
            for steps in ["o-40", "rt-90", "fl-h", "t-false", "bg-FF0000", "bg-FF000080", "b-3_00FF00", "o-40,rt-270"] {
                same(&format!("l-image,i-{file},{steps},l-end"), channels, 1, 0.05);
            }
            for steps in ["w-15", "w-15,h-10", "w-20,h-20,cm-pad_resize,bg-00FF0080", "w-18,o-70", "w-20,t-false"] {
                same(&format!("l-image,i-{file},{steps},l-end"), channels, 12, 0.5);
            }
        }
        // Two decoders of JPEG.
        for steps in ["t-false", "w-20,t-false", "w-20,o-50,lfo-bottom_right"] {
            same(&format!("l-image,i-photo.jpg,{steps},l-end"), channels, 24, 1.0);
        }
        same("l-image,i-ik_canvas,w-20,h-10,bg-FF000080,l-end", channels, 1, 0.02);
        same("l-image,i-clear.png,l-image,i-opaque.png,w-10,l-end,l-end", channels, 12, 0.5);
    }
}
