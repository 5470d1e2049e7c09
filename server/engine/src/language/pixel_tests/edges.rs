//! Trim, border and corners.

use super::*;

#[test]
fn trim_cuts_to_what_differs() {
    let thing = |around: [u8; 3]| {
        picture(7, 5, move |x, y| if (x, y) == (2, 1) || (x, y) == (4, 2) { [9, 9, 9] } else { around })
    };
    let result = apply(thing([255; 3]), "t-true").unwrap();
    assert_eq!((result.width(), result.height()), (3, 2));
    assert_eq!(pixel(&result, 0, 0), [9, 9, 9]);
    // It comes first, so a fraction is one of what is left.
    let result = apply(thing([255; 3]), "t-true,w-0.5,h-2,c-force").unwrap();
    assert_eq!((result.width(), result.height()), (2, 2));
    check(thing([255; 3]), "t-true,w-1,h-1,cm-extract,x-2,y-1", &["090909"]);
}

#[test]
fn trim_has_a_threshold() {
    let ring = || picture(9, 9, |x, y| [if x.min(y).min(8 - x).min(8 - y) < 2 { 250 + (x % 2) as u8 } else { 238 }; 3]);
    let size = |text: &str| {
        let result = apply(ring(), text).unwrap();
        (result.width(), result.height())
    };
    assert_eq!((size("t-true"), size("t-15"), size("t-99")), ((5, 5), (9, 9), (9, 9)), "uniform stays as it is");
    assert_eq!(size("t-1"), (5, 5));
    assert_eq!(size("t-false"), (9, 9));
}

#[test]
fn trim_knows_transparency() {
    let clear =
        |x: u32, y: u32| if (x, y) == (3, 1) { [0, 0, 0, 255] } else { [u8::try_from(x * 30).unwrap(), 200, 0, 0] };
    check(picture(6, 4, clear), "t-true", &["000000ff"]);
    check(picture(2, 1, |_, _| CLEAR), "t-true", &["00ff0000 00ff0000"]);
    // A thing that reaches one corner does not make that corner the border.
    for corner in [0, 3] {
        let reaches = |at: u32| (corner..corner + 2).contains(&at);
        let reaching = picture(5, 5, |x, y| if reaches(x) && reaches(y) { RED } else { [255; 4] });
        let result = apply(reaching, "t-true").unwrap();
        assert_eq!((result.width(), result.height(), pixel(&result, 0, 0)), (2, 2, RED.to_vec()));
    }
}

#[test]
fn a_border_lies_outside() {
    check(
        picture(2, 1, |_, _| [1, 2, 3]),
        "b-1_ff8000",
        &["ff8000 ff8000 ff8000 ff8000", "ff8000 010203 010203 ff8000", "ff8000 ff8000 ff8000 ff8000"],
    );
    check(
        picture(1, 1, |_, _| CLEAR),
        "b-1-red",
        &["ff0000ff ff0000ff ff0000ff", "ff0000ff 00ff0000 ff0000ff", "ff0000ff ff0000ff ff0000ff"],
    );
    let result = apply(picture(1, 1, |_, _| [9; 3]), "b-1_ff000050").unwrap();
    assert_eq!((pixel(&result, 0, 0), pixel(&result, 1, 1)), (vec![255, 0, 0, 128], vec![9, 9, 9, 255]));
    let limits = Limits { output_side_px: 100, ..Limits::default() };
    let refused = "b-50_red".parse::<Pipeline>().unwrap().result_size(Size { width: 1, height: 1 }, &limits);
    assert!(matches!(refused, Err(Error::TooLarge { actual: 101, .. })));
}

#[test]
fn a_border_may_be_reckoned() {
    let result = apply(picture(40, 20, |_, _| [1, 2, 3]), "b-ih_div_10_red").unwrap();
    assert_eq!((result.width(), result.height()), (44, 24));
    let error = apply(picture(4, 4, |_, _| [1, 2, 3]), "b-iw_sub_9_red").unwrap_err();
    assert!(matches!(error, Error::Impossible { parameter, .. } if parameter == "b"));
}

/// The part of an image that is covered, in pixels.
fn covered(picture: &Picture) -> f64 {
    pixels(picture).iter().map(|pixel| f64::from(pixel[3]) / 255.0).sum()
}

#[test]
fn corners_are_circles() {
    let square = || picture(40, 40, |_, _| [7, 8, 9]);
    let round = apply(square(), "r-max").unwrap();
    let area = std::f64::consts::PI * 400.0;
    assert!((covered(&round) - area).abs() < 0.5, "{}", covered(&round));
    assert_eq!((pixel(&round, 0, 0), pixel(&round, 20, 20)), (vec![7, 8, 9, 0], vec![7, 8, 9, 255]));
    // Smooth: on the way round there are pixels of many opacities.
    let alphas: std::collections::BTreeSet<u8> = pixels(&round).iter().map(|pixel| pixel[3]).collect();
    assert!(alphas.len() > 20, "{alphas:?}");
    for (text, radius) in [("r-10", 10.0), ("r-7", 7.0), ("r-99", 20.0)] {
        let expected = 1600.0 - (4.0 - std::f64::consts::PI) * radius * radius;
        let actual = covered(&apply(square(), text).unwrap());
        assert!((actual - expected).abs() < 0.5, "{text}: {actual} in place of {expected}");
    }
}

#[test]
fn corners_have_their_own_radii() {
    let result = apply(picture(30, 20, |_, _| [1, 1, 1]), "r-0_10_max_3").unwrap();
    let corner = |x, y| pixel(&result, x, y)[3];
    assert_eq!((corner(0, 0), corner(29, 0), corner(29, 19)), (255, 0, 0));
    assert!(corner(0, 19) < 128 && corner(3, 19) > 200, "three pixels");
    assert!(corner(20, 19) < 255 && corner(19, 0) == 255, "a quarter of the ellipse, and ten pixels");
    let ellipse = apply(picture(30, 20, |_, _| [1, 1, 1]), "r-max").unwrap();
    assert!((covered(&ellipse) - std::f64::consts::PI * 150.0).abs() < 0.5);
    for (x, y) in [(0, 0), (29, 0), (29, 19), (0, 19)] {
        assert_eq!(pixel(&ellipse, x, y)[3], 0);
    }
}

#[test]
fn corners_multiply_alpha_and_take_the_background() {
    let half = apply(picture(9, 9, |_, _| [1, 2, 3, 100]), "r-4").unwrap();
    assert_eq!((pixel(&half, 0, 0)[3], pixel(&half, 4, 4)[3]), (0, 100));
    let filled = apply(picture(9, 9, |_, _| [1, 2, 3]), "r-4,bg-red").unwrap();
    assert_eq!((pixel(&filled, 0, 0), pixel(&filled, 4, 4)), (vec![255, 0, 0], vec![1, 2, 3]));
    check(picture(1, 1, |_, _| [1, 2, 3]), "r-0", &["010203"]);
}

#[test]
fn a_border_goes_round_the_corners() {
    let ring = apply(picture(40, 40, |_, _| [0, 0, 255]), "b-5_ff0000,r-max").unwrap();
    let middle = |x: u32| pixel(&ring, x, 25);
    assert_eq!((middle(2), middle(25)), (vec![255, 0, 0, 255], vec![0, 0, 255, 255]));
    // On the diagonal: outside at 7.3 pixels, the ring as thick as elsewhere.
    let diagonal = |at: u32| pixel(&ring, at, at);
    assert_eq!((diagonal(5)[3], diagonal(9), diagonal(13)), (0, vec![255, 0, 0, 255], vec![0, 0, 255, 255]));
}
