//! Steps on small images that are made here, number by number.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod adjustments;
mod any_parameters;
mod backgrounds;
mod distortions;
mod edges;
mod forms;
mod shadows;

use super::{Pipeline, Size};
use crate::{Error, Limits, Resources, frame::Frame, picture::Picture, vips::Image};

/// A picture of `width` × `height` pixels whose bands `pixel` gives.
fn picture<const BANDS: usize>(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; BANDS]) -> Picture {
    let pixels: Vec<u8> =
        (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).flat_map(|(x, y)| pixel(x, y)).collect();
    let bands = u32::try_from(BANDS).unwrap();
    let image = Image::from_memory(pixels.into(), width, height, bands).unwrap();
    Picture::new(Frame::Image(image), Size { width, height }, true, Limits::default(), Resources::default())
}

/// The result's pixels and the numbers of each.
fn pixels(picture: &Picture) -> Vec<Vec<u8>> {
    let bands = picture.image().unwrap().bands() as usize;
    picture.image().unwrap().to_memory().unwrap().chunks(bands).map(<[u8]>::to_vec).collect()
}

/// One pixel of the result.
fn pixel(picture: &Picture, x: u32, y: u32) -> Vec<u8> {
    pixels(picture)[(y * picture.width() + x) as usize].clone()
}

/// That a text gives the same colours for an opaque image with and without alpha, but for what lies just
/// between two of the 256 values.
#[track_caller]
fn alpha_of_255_changes_nothing(text: &str) {
    let colour = |x: u32, y: u32| [x * 7 % 256, y * 13 % 256, (x * y) % 256].map(|value| u8::try_from(value).unwrap());
    let without = apply(picture(23, 17, colour), text).unwrap();
    let with = picture(23, 17, |x, y| {
        let [red, green, blue] = colour(x, y);
        [red, green, blue, 255]
    });
    let with = apply(with, text).unwrap();
    // A gradient is made of averages of what is rounded otherwise with alpha than without.
    let tolerance = if text.contains("gradient_dominant") { 2 } else { 1 };
    for (without, with) in pixels(&without).iter().zip(pixels(&with)) {
        let differ = |band: usize| without[band].abs_diff(with[band]) > tolerance;
        assert!(!(0..3).any(differ), "{text}: {without:?} {with:?}");
        assert_eq!(without.get(3).unwrap_or(&255), with.get(3).unwrap_or(&255), "{text}");
    }
}

fn apply(picture: Picture, text: &str) -> Result<Picture, Error> {
    text.parse::<Pipeline>().unwrap().apply(picture).map(|(picture, _)| picture)
}

/// The result, one row a string, pixels in hexadecimal.
fn rows(picture: &Picture) -> Vec<String> {
    let pixels = picture.image().unwrap().to_memory().unwrap();
    let bands = picture.image().unwrap().bands() as usize;
    assert_eq!(
        pixels.len(),
        bands * (picture.image().unwrap().width() * picture.image().unwrap().height()) as usize,
        "8 bits a band"
    );
    let hex = |pixel: &[u8]| {
        let digits: Vec<String> = pixel.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.concat()
    };
    let row = |row: &[u8]| row.chunks(bands).map(hex).collect::<Vec<_>>().join(" ");
    pixels.chunks(bands * picture.image().unwrap().width() as usize).map(row).collect()
}

#[track_caller]
fn check(picture: Picture, text: &str, expected: &[&str]) {
    assert_eq!(rows(&apply(picture, text).unwrap()), expected, "for {text:?}");
}

/// ```text
/// 000000 010000 020000
/// 000100 010100 020100
/// ```
fn coordinates() -> Picture {
    picture(3, 2, |x, y| [u8::try_from(x).unwrap(), u8::try_from(y).unwrap(), 0])
}

const RED: [u8; 4] = [255, 0, 0, 255];
/// Invisible, and of a colour that nobody must see.
const CLEAR: [u8; 4] = [0, 255, 0, 0];

#[test]
fn turns_and_mirrors() {
    check(coordinates(), "rt-90", &["000100 000000", "010100 010000", "020100 020000"]);
    check(coordinates(), "rt-N90", &["020000 020100", "010000 010100", "000000 000100"]);
    check(coordinates(), "rt-180", &["020100 010100 000100", "020000 010000 000000"]);
    check(coordinates(), "fl-h", &["020000 010000 000000", "020100 010100 000100"]);
    check(coordinates(), "fl-v", &["000100 010100 020100", "000000 010000 020000"]);
    check(coordinates(), "fl-h_v", &["020100 010100 000100", "020000 010000 000000"]);
    check(coordinates(), "fl-h,rt-90", &["000000 000100", "010000 010100", "020000 020100"]);
}

#[test]
fn cuts() {
    check(coordinates(), "w-2,h-1,cm-extract,x-1,y-1", &["010100 020100"]);
    check(coordinates(), "w-1,h-2,cm-extract", &["010000", "010100"]);
    check(coordinates(), "w-2,h-2,c-maintain_ratio_no_enlarge,fo-right", &["010000 020000", "010100 020100"]);
    let error = apply(coordinates(), "w-2,h-2,cm-extract,xc-0").unwrap_err();
    assert!(matches!(error, Error::Impossible { parameter, .. } if parameter == "xc"));
}

#[test]
fn padding_takes_the_background() {
    check(
        coordinates(),
        "w-3,h-4,cm-pad_extract,fo-top,bg-ff8000",
        &["000000 010000 020000", "000100 010100 020100", "ff8000 ff8000 ff8000", "ff8000 ff8000 ff8000"],
    );
    check(
        coordinates(),
        "w-4,h-2,cm-pad_extract,fo-left",
        &["000000 010000 020000 000000", "000100 010100 020100 000000"],
    );
    check(
        coordinates(),
        "w-4,h-2,cm-pad_extract,fo-right,bg-00000000",
        &["00000000 000000ff 010000ff 020000ff", "00000000 000100ff 010100ff 020100ff"],
    );
    check(picture(1, 1, |_, _| RED), "w-2,h-1,cm-pad_extract,fo-left", &["ff0000ff 000000ff"]);
}

#[test]
fn background_stands_behind() {
    let half = || picture(3, 1, |x, _| [RED, CLEAR, [255, 0, 0, 128]][x as usize]);
    check(half(), "bg-0000ff", &["ff0000 0000ff 80007f"]);
    check(half(), "bg-00000000", &["ff0000ff 00ff0000 ff000080"]);
    check(half(), "bg-0000ff50", &["ff0000ff 0000ff80 aa0055c0"]);
    check(coordinates(), "bg-0000ff", &["000000 010000 020000", "000100 010100 020100"]);
}

#[test]
fn scaling_has_no_fringes() {
    let edge = || picture(64, 64, |x, _| if x < 31 { RED } else { CLEAR });
    for text in ["w-16", "w-200", "w-64,h-63,c-force", "bl-4", "rt-30"] {
        let result = apply(edge(), text).unwrap();
        let pixels = result.image().unwrap().to_memory().unwrap();
        for pixel in pixels.chunks(4).filter(|pixel| pixel[3] > 8) {
            assert!(pixel[0] > 235 && pixel[1] < 20, "{text}: {pixel:?}");
        }
    }
}

/// Stripes too fine for the result give off half the light of white, which is 188 of 255, not half its number.
#[test]
fn what_gets_smaller_keeps_its_light() {
    let stripes = |alpha: u8| picture(64, 64, move |x, _| [u8::try_from(x % 2 * 255).unwrap(), 0, 255, alpha]);
    for text in ["w-16", "w-24,h-24", "w-16,h-64,c-force", "w-20,h-70,c-force", "w-0.25:w-0.5"] {
        for alpha in [255, 100] {
            let result = apply(stripes(alpha), text).unwrap();
            let [red, green, blue, seen] = pixel(&result, result.width() / 2, result.height() / 2)[..] else {
                panic!()
            };
            assert!(
                red.abs_diff(188) < 6 && (green, blue, seen) == (0, 255, alpha),
                "{text}: {red} {green} {blue} {seen}"
            );
        }
    }
    // A visible pixel beside an invisible one: half of the alpha, all of the colour.
    let half = apply(picture(64, 64, |x, _| if x % 2 == 0 { [200, 90, 30, 255] } else { CLEAR }), "w-16").unwrap();
    let [red, green, blue, alpha] = pixel(&half, 8, 8)[..] else { panic!() };
    assert!(alpha.abs_diff(128) < 5 && [red, green, blue] == [200, 90, 30], "{red} {green} {blue} {alpha}");
}

#[test]
fn what_is_flat_stays_as_it_is_when_it_gets_smaller() {
    for width in [5, 10, 25, 31, 45, 70, 99] {
        let colours = [[255, 251, 1, 255], [30, 128, 254, 77]];
        for colour in colours {
            let flat = apply(picture(100, 60, |_, _| colour), &format!("w-{width}")).unwrap();
            assert!(pixels(&flat).iter().all(|pixel| *pixel == colour), "{width}: {:?}", pixel(&flat, 2, 1));
        }
        let flat = apply(picture(100, 60, |_, _| [255, 251, 1]), &format!("w-{width}")).unwrap();
        assert!(pixels(&flat).iter().all(|pixel| *pixel == [255, 251, 1]), "{width}: {:?}", pixel(&flat, 2, 1));
    }
}

#[test]
fn what_gets_larger_is_drawn_between_numbers() {
    for text in ["w-6", "w-6,h-1,c-force"] {
        // Three for one: the pixels in the middle lie a sixth to either side of the border between 50 and 200.
        let result = apply(picture(2, 2, |x, _| [u8::try_from(50 + x * 150).unwrap(); 3]), text).unwrap();
        let row: Vec<u8> = (0..6).map(|x| pixel(&result, x, 0)[0]).collect();
        let mirrored: Vec<u8> = row.iter().rev().map(|value| 250 - value).collect();
        assert!(row.iter().zip(&mirrored).all(|(one, other)| one.abs_diff(*other) <= 1), "{text}: {row:?}");
    }
}

/// On a ramp every resampling kernel gives the ramp back, so a shift shows as a number.
#[test]
fn scaling_does_not_shift() {
    let width = 200;
    let ramp = || picture(width, 100, |x, _| [u8::try_from(x).unwrap(); 3]);
    // The window is 75 wide: whole at the left edge, half a pixel in when centred.
    for (text, left) in [
        ("w-50,h-100,fo-left", 0.0),
        ("w-30,h-40", 62.5),
        ("w-33,h-44", 62.5),
        ("w-30,h-40,fo-left", 0.0),
        ("w-30,h-40,fo-right", 125.0),
        ("w-7,h-13", 73.0769),
        ("w-31,h-39,fo-right", 120.5128),
        ("w-150,h-200", 62.5),
        ("w-151,h-200", 62.25),
        ("w-151,h-200,fo-right", 124.5),
        ("w-77,h-60,c-force", 0.0),
    ] {
        let result = apply(ramp(), text).unwrap();
        let pixels = result.image().unwrap().to_memory().unwrap();
        let columns = result.image().unwrap().width();
        let height = result.image().unwrap().height();
        let scale = if text.contains("force") { 77.0 / 200.0 } else { f64::from(height) / 100.0 };
        // Away from the edges, where a kernel sees less than it wants.
        let middle = columns / 2;
        let value = f64::from(pixels[(3 * (height / 2 * columns + middle)) as usize]);
        let exact = left + (f64::from(middle) + 0.5) / scale - 0.5;
        let shift = (value - exact) * scale;
        let rounding = 0.5 * scale + 0.01;
        assert!(shift.abs() <= 0.26 + rounding, "{text}: {value} in place of {exact}: {shift} px");
    }
}

/// As above with steps of five a pixel, which show a twentieth of a pixel; windows between pixels.
#[test]
fn scaling_places_windows_between_pixels() {
    let ramp = picture(50, 25, |x, _| [u8::try_from(5 * x).unwrap(); 3]);
    for (width, height, focus) in [
        (13_u32, 17_u32, "center"),
        (13, 17, "right"),
        (7, 11, "right"),
        (7, 12, "center"),
        (11, 23, "right"),
        (10, 21, "center"),
    ] {
        let text = format!("w-{width},h-{height},fo-{focus}");
        let result = apply(ramp.clone(), &text).unwrap();
        let scale = f64::from(height) / 25.0;
        let room = 50.0 - f64::from(width) / scale;
        let left = if focus == "right" { room } else { room / 2.0 };
        let middle = width / 2;
        let index = 3 * (height / 2 * width + middle);
        let value = f64::from(result.image().unwrap().to_memory().unwrap()[index as usize]) / 5.0;
        let exact = left + (f64::from(middle) + 0.5) / scale - 0.5;
        let shift = (value - exact) * scale;
        assert!(shift.abs() <= 0.15, "{text}: {shift} px");
    }
}

#[test]
fn a_scaled_decode_makes_the_same_result() {
    let full = picture(641, 865, |_, _| [9, 9, 9]);
    let decoded = Image::from_memory(vec![9; 321 * 433 * 3].into(), 321, 433, 3).unwrap();
    let shrunk = Picture::new(
        Frame::Image(decoded),
        Size { width: 641, height: 865 },
        true,
        Limits::default(),
        Resources::default(),
    );
    for text in ["w-300", "w-300,h-200", "w-300,h-300,cm-pad_resize:rt-90", "w-0.3", "h-0.3,ar-1-2,fo-right"] {
        let full = apply(full.clone(), text).unwrap();
        let shrunk = apply(shrunk.clone(), text).unwrap();
        assert_eq!((full.width(), full.height()), (shrunk.width(), shrunk.height()), "for {text:?}");
        assert_eq!(rows(&full), rows(&shrunk), "for {text:?}");
    }
}

#[test]
fn sizes_are_as_reckoned() {
    let texts = ["rt-45", "rt-30", "rt-N0.5", "rt-271.3", "rt-89.9", "w-33,h-71,rt-12", "w-7", "h-3,fl-v,rt-1"];
    for (width, height) in [(40, 40), (41, 17), (1, 1), (300, 7)] {
        for text in texts {
            let reckoned = text.parse::<Pipeline>().unwrap().result_size(Size { width, height }, &Limits::default());
            let reckoned = reckoned.unwrap().unwrap();
            let result = apply(picture(width, height, |_, _| [1, 2, 3]), text).unwrap();
            let size = (result.image().unwrap().width(), result.image().unwrap().height());
            assert_eq!(size, (reckoned.width, reckoned.height), "{text} on {width}x{height}");
        }
    }
}

#[test]
fn corners_of_a_turned_image() {
    let corner = |text: &str| {
        let result = apply(picture(40, 40, |_, _| [255, 0, 0]), text).unwrap();
        let (first, middle) = (rows(&result)[0].clone(), rows(&result)[28].clone());
        let pixel = |row: &str, index: usize| row.split(' ').nth(index).unwrap().to_owned();
        (pixel(&first, 0), pixel(&middle, 28))
    };
    assert_eq!(corner("rt-45"), ("00000000".to_owned(), "ff0000ff".to_owned()));
    assert_eq!(corner("rt-45,bg-00ff00"), ("00ff00".to_owned(), "ff0000".to_owned()));
    assert_eq!(corner("rt-45,bg-00ff0050"), ("00ff0080".to_owned(), "ff0000ff".to_owned()));
}

#[test]
fn blur_spreads_by_its_radius() {
    let line = picture(41, 5, |x, _| [if x == 20 { 255 } else { 0 }; 3]);
    let row = &rows(&apply(line, "bl-8").unwrap())[2];
    let values: Vec<f64> =
        row.split(' ').map(|pixel| f64::from(u8::from_str_radix(&pixel[..2], 16).unwrap())).collect();
    let peak = values[20];
    // A Gaussian falls to exp(-1/2) of its peak at one standard deviation: 4 px.
    assert!((values[24] / peak - 0.607).abs() < 0.05 && (values[16] / peak - 0.607).abs() < 0.05, "{values:?}");
}

#[test]
fn what_is_too_large_is_not_drawn() {
    let limits = Limits { output_side_px: 100, ..Limits::default() };
    let image = coordinates().image().unwrap();
    let refused = apply(
        Picture::new(Frame::Image(image), Size { width: 3, height: 2 }, true, limits, Resources::default()),
        "w-99:w-101",
    )
    .unwrap_err();
    assert!(matches!(refused, Error::TooLarge { limit, maximum: 100, actual: 101 } if limit == "output_side_px"));
}
