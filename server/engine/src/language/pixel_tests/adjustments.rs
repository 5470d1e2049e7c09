//! Light, colour and sharpness.

use super::*;

fn grey(value: u8) -> [u8; 3] {
    [value; 3]
}

#[test]
fn what_has_alpha_looks_the_same() {
    for text in [
        "e-grayscale",
        "e-contrast",
        "e-sharpen",
        "e-sharpen-200",
        "e-usm",
        "e-usm-2-2-0.8-0.024",
        "e-usm-0-12-1-0",
        "e-colorize-co-red_in-40",
        "cr-red",
        "cr-00ff00_80_304050",
        "e-gradient",
        "e-gradient-ld-30_from-ff000050_to-0000ff80_sp-7",
        "e-distort-p-0_0_20_3_23_17_2_15",
        "e-distort-a-70",
        "e-distort-a-N200",
        "r-5",
        "o-30",
        "o-30,bg-red",
        "b-2_red,r-max",
        "w-40,h-20,cm-pad_resize,bg-blurred_20",
        "w-40,h-20,cm-pad_resize,bg-dominant",
        "w-40,h-20,cm-pad_resize,bg-gradient_dominant_4",
    ] {
        alpha_of_255_changes_nothing(text);
    }
}

#[test]
fn grayscale_keeps_luminance_and_alpha() {
    let greys = picture(256, 1, |x, _| grey(u8::try_from(x).unwrap()));
    assert_eq!(pixels(&apply(greys.clone(), "e-grayscale").unwrap()), pixels(&greys));
    let colours = || picture(3, 1, |x, _| [[255, 0, 0], [0, 255, 0], [0, 0, 255]][x as usize]);
    check(colours(), "e-grayscale", &["7f7f7f dcdcdc 4c4c4c"]);
    check(picture(1, 1, |_, _| [255, 0, 0, 77]), "e-grayscale", &["7f7f7f4d"]);
}

#[test]
fn contrast_fills_the_range() {
    let dull = || picture(51, 2, |x, _| grey(100 + u8::try_from(x).unwrap()));
    let result = apply(dull(), "e-contrast").unwrap();
    assert_eq!((pixel(&result, 0, 0), pixel(&result, 50, 0)), (vec![0; 3], vec![255; 3]));
    assert_eq!(pixel(&result, 25, 0), vec![128; 3], "the middle stays the middle, halves to even");
    // One stray pixel in a thousand does not hold the rest back.
    let stray = picture(100, 10, |x, y| grey(if (x, y) == (0, 0) { 255 } else { 100 + u8::try_from(x % 50).unwrap() }));
    let result = apply(stray, "e-contrast").unwrap();
    assert_eq!((pixel(&result, 50, 0), pixel(&result, 99, 0)), (vec![0; 3], vec![255; 3]));
}

#[test]
fn contrast_keeps_hues() {
    let tinted = picture(51, 1, |x, _| [120, 110, 100].map(|value: u8| value + u8::try_from(x).unwrap()));
    let result = apply(tinted, "e-contrast").unwrap();
    for pixel in pixels(&result).iter().filter(|pixel| pixel[0] < 255 && pixel[2] > 0) {
        assert_eq!((pixel[0].abs_diff(pixel[1]), pixel[1].abs_diff(pixel[2])), (10, 10), "{pixel:?}");
    }
}

#[test]
fn contrast_asks_only_what_is_visible() {
    let clear = |value: u8| [value, value, value, 0];
    let image = picture(4, 1, |x, _| [clear(0), [100; 4], [150, 150, 150, 100], clear(255)][x as usize]);
    let result = apply(image, "e-contrast").unwrap();
    assert_eq!((&pixel(&result, 1, 0)[..3], &pixel(&result, 2, 0)[..3]), (&[0; 3][..], &[255; 3][..]));
    check(picture(2, 1, |_, _| grey(90)), "e-contrast", &["5a5a5a 5a5a5a"]);
    check(picture(1, 1, |_, _| CLEAR), "e-contrast", &["00ff0000"]);
}

#[test]
fn sharpening_raises_edges_and_nothing_else() {
    let flat = picture(9, 9, |_, _| [10, 200, 90]);
    let edge = || picture(16, 3, |x, _| grey(if x < 8 { 100 } else { 150 }));
    for text in ["e-sharpen", "e-sharpen-500", "e-usm", "e-usm-0-9-2-0"] {
        assert_eq!(pixels(&apply(flat.clone(), text).unwrap()), pixels(&flat), "{text}");
        let result = apply(edge(), text).unwrap();
        assert!(pixel(&result, 7, 1)[0] < 100 && pixel(&result, 8, 1)[0] > 150, "{text}");
    }
    // Far from the edge nothing happens; and a number says how much.
    let at_edge = |text: &str| pixel(&apply(edge(), text).unwrap(), 8, 1)[0];
    assert_eq!(pixel(&apply(edge(), "e-sharpen").unwrap(), 0, 1), vec![100; 3]);
    assert!(at_edge("e-sharpen-10") < at_edge("e-sharpen") && at_edge("e-sharpen") < at_edge("e-sharpen-90"));
}

#[test]
fn sharpening_sees_no_transparent_pixels() {
    let edge = || picture(16, 4, |x, _| if x < 8 { RED } else { CLEAR });
    for text in ["e-sharpen-100", "e-usm-2-2-3-0"] {
        let result = apply(edge(), text).unwrap();
        assert!(pixels(&result).iter().filter(|pixel| pixel[3] > 0).all(|pixel| pixel[..] == RED), "{text}");
    }
}

/// Reckoned by hand: within one pixel a Gaussian of sigma 1 weighs 0.2741, 0.4519, 0.2741.
#[test]
fn unsharp_masks_mean_what_their_numbers_mean() {
    let line = || picture(5, 1, |x, _| grey(if x == 2 { 100 } else { 50 }));
    check(line(), "e-usm-1-1-1-0", &["323232 242424 7f7f7f 242424 323232"]);
    check(line(), "e-usm-1-1-0.5-0", &["323232 2b2b2b 727272 2b2b2b 323232"]);
    // Twice 13.7 of 255 is 0.107, twice 27.4 is 0.215.
    check(line(), "e-usm-1-1-1-0.15", &["323232 323232 7f7f7f 323232 323232"]);
    check(line(), "e-usm-1-1-1-0.25", &["323232 323232 646464 323232 323232"]);
}

#[test]
fn colorize_makes_shades_of_one_colour() {
    let greys = picture(256, 1, |x, _| grey(u8::try_from(x).unwrap()));
    assert_eq!(pixels(&apply(greys.clone(), "e-colorize").unwrap()), pixels(&greys), "of grey: the greys");
    let red = apply(greys.clone(), "e-colorize-co-red").unwrap();
    assert_eq!(pixel(&red, 0, 0), [0, 0, 0]);
    assert_eq!(pixel(&red, 127, 0), [255, 0, 0], "red's own grey");
    assert_eq!(pixel(&red, 255, 0), [255, 255, 255]);
    let half = apply(greys, "e-colorize-co-red_in-50").unwrap();
    assert_eq!(pixel(&half, 127, 0), [191, 64, 64]);
    check(picture(1, 1, |_, _| [0, 0, 0, 9]), "e-colorize-co-red", &["00000009"]);
}

#[test]
fn a_colour_is_replaced_with_its_shades() {
    let image = || picture(4, 1, |x, _| [[255, 0, 0], [128, 0, 0], [0, 0, 255], [254, 0, 0]][x as usize]);
    let result = apply(image(), "cr-00ff00_50_ff0000").unwrap();
    assert_eq!(pixel(&result, 0, 0), [0, 255, 0]);
    let dark = pixel(&result, 1, 0);
    assert!(dark[1] > 90 && dark[1] < 160 && dark[0] < 20 && dark[2] < 20, "dark red becomes dark green: {dark:?}");
    assert_eq!(pixel(&result, 2, 0), [0, 0, 255], "blue is far from red");
    let exact = apply(image(), "cr-00ff00_0_ff0000").unwrap();
    assert_eq!(pixels(&exact)[..3], [vec![0, 255, 0], vec![128, 0, 0], vec![0, 0, 255]]);
}

#[test]
fn the_dominant_colour_is_replaced() {
    let image = |x: u32, _: u32| if x == 0 { [0, 0, 255, 200] } else { [200, 30, 30, 100] };
    let result = apply(picture(5, 3, image), "cr-00ff00").unwrap();
    assert_eq!((pixel(&result, 0, 0), pixel(&result, 1, 0)), (vec![0, 0, 255, 200], vec![0, 255, 0, 100]));
    check(picture(2, 1, |_, _| CLEAR), "cr-red", &["00ff0000 00ff0000"]);
}

#[test]
fn opacity_multiplies_or_blends() {
    check(picture(1, 1, |_, _| [10, 20, 30]), "o-50", &["0a141e80"]);
    check(picture(1, 1, |_, _| [10, 20, 30, 100]), "o-50", &["0a141e32"]);
    check(picture(1, 1, |_, _| [10, 20, 30]), "o-0", &["0a141e00"]);
    check(picture(1, 1, |_, _| [200, 0, 0]), "o-50,bg-0000ff", &["640080"]);
    check(picture(1, 1, |_, _| [200, 0, 0]), "o-50,bg-0000ff30", &["640080"]);
    check(picture(1, 1, |_, _| [200, 0, 0]), "o-100,bg-0000ff30", &["c80000"]);
}

#[test]
fn what_the_image_carries_stays() {
    for text in [
        "t-true",
        "e-distort-a-30",
        "e-contrast",
        "e-sharpen",
        "e-usm",
        "e-grayscale",
        "e-colorize",
        "cr-red",
        "e-gradient",
        "e-shadow",
        "e-dropshadow",
        "b-2_red",
        "r-5",
        "o-50,bg-dominant",
        "w-40,h-30,cm-pad_resize,bg-blurred",
        "w-40,h-30,cm-pad_resize,bg-gradient_dominant_4",
        "bg-gradient_dominant",
    ] {
        let mut image = picture(20, 20, |x, _| if x < 9 { RED } else { [0, 0, 255, 90] });
        let tagged = image.image().unwrap().edit_metadata(|edit| _ = edit.set_blob(c"icc-profile-data", b"a profile"));
        image.frame = Frame::Image(tagged.unwrap());
        let result = apply(image, text).unwrap();
        assert!(result.image().unwrap().has(c"icc-profile-data"), "{text}");
        let meaning = result.image().unwrap().interpretation();
        assert_eq!(meaning, crate::vips::Interpretation::Srgb, "{text}");
    }
}
