//! Perspective and arcs.

use super::*;

fn coloured(width: u32, height: u32) -> Picture {
    let five = |side: u32| u8::try_from(5 * side).unwrap();
    picture(width, height, |x, y| [five(x), five(y), 77])
}

#[test]
fn corners_that_stay_change_nothing() {
    let result = apply(coloured(40, 30), "e-distort-p-0_0_40_0_40_30_0_30").unwrap();
    for (before, after) in pixels(&coloured(40, 30)).iter().zip(pixels(&result)) {
        assert_eq!((&before[..], 255), (&after[..3], after[3]));
    }
    // Nor does it matter where on the plane they are.
    let moved = apply(coloured(40, 30), "e-distort-p-N7_100_33_100_33_130_N7_130").unwrap();
    assert_eq!(pixels(&moved), pixels(&result));
}

#[test]
fn corners_go_where_they_are_told() {
    let result = apply(coloured(40, 30), "e-distort-p-10_20_110_0_130_90_0_60").unwrap();
    assert_eq!((result.width(), result.height()), (130, 90));
    let near = |x: u32, y: u32, [red, green]: [u8; 2]| {
        let pixel = pixel(&result, x, y);
        assert!(pixel[0].abs_diff(red) < 16 && pixel[1].abs_diff(green) < 16 && pixel[3] == 255, "{x} {y}: {pixel:?}");
    };
    near(12, 22, [1, 2]);
    near(108, 4, [194, 4]);
    near(126, 86, [194, 144]);
    near(4, 58, [2, 144]);
    assert_eq!((pixel(&result, 0, 0)[3], pixel(&result, 129, 0)[3], pixel(&result, 0, 89)[3]), (0, 0, 0));
    // The diagonals of the result cross where those of the image do: at (40.6, 37.9).
    let middle = pixel(&result, 40, 37);
    assert!(middle[0].abs_diff(97) < 6 && middle[1].abs_diff(72) < 6, "{middle:?}");
}

#[test]
fn what_is_made_small_is_averaged() {
    let stripes = || picture(300, 300, |x, y| [if (x + y) % 2 == 0 { 0 } else { 255 }; 3]);
    for text in ["e-distort-p-0_0_40_0_40_40_0_40", "e-distort-p-0_0_60_10_60_50_0_60"] {
        let result = apply(stripes(), text).unwrap();
        for y in 15..25 {
            for x in 10..30 {
                let value = pixel(&result, x, y)[0];
                assert!((100..156).contains(&value), "{text}: {value} at {x} {y}");
            }
        }
    }
}

#[test]
fn what_becomes_small_at_one_end_is_averaged_there() {
    let stripes = picture(300, 200, |x, _| [if x % 2 == 0 { 0 } else { 255 }; 3]);
    let result = apply(stripes, "e-distort-p-0_0_300_0_210_200_90_200").unwrap();
    for x in 110..190 {
        let value = pixel(&result, x, 195)[0];
        assert!((90..166).contains(&value), "{value} at {x}");
    }
}

#[test]
fn edges_are_smooth_and_have_no_fringes() {
    for text in ["e-distort-p-3_0_90_14_80_70_0_59", "e-distort-a-100", "e-distort-a-N40"] {
        let result = apply(picture(60, 40, |_, _| RED), text).unwrap();
        let alphas: std::collections::BTreeSet<u8> = pixels(&result).iter().map(|pixel| pixel[3]).collect();
        assert!(alphas.len() > 20, "{text}: {alphas:?}");
        assert!(pixels(&result).iter().filter(|pixel| pixel[3] > 0).all(|pixel| pixel[..3] == RED[..3]), "{text}");
        let filled = apply(picture(60, 40, |_, _| RED), &format!("{text},bg-red")).unwrap();
        assert!(pixels(&filled).iter().all(|pixel| pixel[..] == RED[..3]), "{text}");
    }
}

#[test]
fn shapes_that_cannot_be_are_refused() {
    for text in [
        "e-distort-p-0_0_40_0_10_10_0_30", // bent inwards
        "e-distort-p-40_0_0_0_0_30_40_30", // mirrored
        "e-distort-p-0_0_40_30_40_0_0_30", // crossed
        "e-distort-p-0_0_20_0_40_0_0_30",  // a triangle
        "e-distort-p-0_0_0_0_0_0_0_0",
    ] {
        let error = text.parse::<Pipeline>().unwrap_err();
        assert!(error.message.contains("bent inwards"), "{}", error.message);
        assert_eq!((error.parameter.as_deref(), error.span), (Some("e-distort"), 0..text.len()));
    }
}

#[test]
fn arcs_have_the_size_of_what_is_bent() {
    let size = |text: &str| {
        let size = text
            .parse::<Pipeline>()
            .unwrap()
            .result_size(Size { width: 300, height: 100 }, &Limits::default())
            .unwrap()
            .unwrap();
        (size.width, size.height)
    };
    // Half a circle: the middle row's radius is 300 ÷ π = 95.49.
    assert_eq!(size("e-distort-a-180"), (291, 146));
    assert_eq!(size("e-distort-a-N180"), (291, 146));
    assert_eq!(size("e-distort-a-360"), (200, 200));
    assert_eq!(size("e-distort-a-1"), (301, 101));
}

#[test]
fn arcs_bend_up_and_down() {
    // Red above, blue below; black at the left end, and green at the right.
    let image = || {
        picture(300, 100, |x, y| match (x, y) {
            (0..10, _) => [0, 0, 0],
            (290.., _) => [0, 255, 0],
            (_, 0..50) => [255, 0, 0],
            _ => [0, 0, 255],
        })
    };
    let up = apply(image(), "e-distort-a-180").unwrap();
    assert_eq!(pixel(&up, 145, 10), [255, 0, 0, 255]);
    assert_eq!(pixel(&up, 145, 90), [0, 0, 255, 255]);
    assert_eq!(pixel(&up, 145, 140)[3], 0, "below the arc");
    assert_eq!((pixel(&up, 50, 143), pixel(&up, 240, 143)), (vec![0, 0, 0, 255], vec![0, 255, 0, 255]));
    let down = apply(image(), "e-distort-a-N180").unwrap();
    assert_eq!(pixel(&down, 145, 135), [0, 0, 255, 255]);
    assert_eq!(pixel(&down, 145, 55), [255, 0, 0, 255]);
    assert_eq!((pixel(&down, 50, 2), pixel(&down, 240, 2)), (vec![0, 0, 0, 255], vec![0, 255, 0, 255]));
    // The ends are smooth too: on the way across one there is a pixel that is covered in part.
    let quarter = apply(image(), "e-distort-a-85").unwrap();
    let row: Vec<u8> = (quarter.width() / 2..quarter.width()).map(|x| pixel(&quarter, x, 105)[3]).collect();
    let end = row.iter().rposition(|alpha| *alpha == 255).unwrap();
    assert!((20..236).contains(&row[end + 1]) || (20..236).contains(&row[end + 2]), "{:?}", &row[end - 2..end + 4]);
    // A whole circle has no gap where its ends meet.
    let ring = apply(picture(297, 30, |_, _| RED), "e-distort-a-360").unwrap();
    assert_eq!(ring.width(), 125, "the ends meet in the middle of a pixel");
    assert_eq!(pixel(&ring, ring.width() / 2, ring.height() - 10), RED);
    assert_eq!(pixel(&ring, ring.width() / 2, ring.height() / 2)[3], 0);
}
