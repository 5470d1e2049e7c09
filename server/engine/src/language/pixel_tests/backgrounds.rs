//! Backgrounds other than a colour.

use super::*;

/// Blue on the left, yellow on the right, and a red spot in the middle.
fn halves() -> Picture {
    picture(40, 40, |x, y| match (x, y) {
        (15..25, 15..25) => [255, 0, 0],
        (0..20, _) => [0, 0, 200],
        _ => [250, 250, 0],
    })
}

#[test]
fn dominant_is_the_colour_of_the_border() {
    let mostly_red = || {
        picture(30, 30, |x, y| if (3..27).contains(&x) && (3..27).contains(&y) { [255, 0, 0] } else { [10, 20, 30] })
    };
    let result = apply(mostly_red(), "w-60,h-30,cm-pad_resize,bg-dominant").unwrap();
    assert_eq!((pixel(&result, 0, 0), pixel(&result, 30, 15)), (vec![10, 20, 30], vec![255, 0, 0]));
    let standing = apply(picture(9, 9, |x, _| if x < 4 { [1, 2, 3, 255] } else { CLEAR }), "bg-dominant").unwrap();
    assert_eq!(pixel(&standing, 8, 8), [1, 2, 3], "behind transparent pixels, whose colour does not count");
}

#[test]
fn gradients_run_between_dominant_colours() {
    let two = apply(halves(), "w-80,h-40,cm-pad_resize,bg-gradient_dominant").unwrap();
    let [left, right] = [0, 79].map(|x| pixel(&two, x, 20));
    assert!(left[2] > 190 && left[0] < 10 && right[0] > 240 && right[2] < 10, "{left:?} {right:?}");
    assert_eq!(pixel(&two, 40, 20), [255, 0, 0], "the image lies on it");
    let four = apply(halves(), "w-40,h-80,cm-pad_resize,bg-gradient_dominant_4").unwrap();
    let corners = [(0, 0), (39, 0), (39, 79), (0, 79)].map(|(x, y)| pixel(&four, x, y));
    assert!(corners[0][2] > 190 && corners[1][0] > 240 && corners[2][0] > 240 && corners[3][2] > 190, "{corners:?}");
}

#[test]
fn blurred_copies_cover_the_canvas() {
    let result = apply(halves(), "w-120,h-40,cm-pad_resize,bg-blurred_10").unwrap();
    assert_eq!((result.width(), result.height(), result.image().unwrap().bands()), (120, 40, 3));
    let [left, right] = [2, 117].map(|x| pixel(&result, x, 20));
    assert!(left[2] > 150 && right[0] > 200, "{left:?} {right:?}");
    assert_eq!(pixel(&result, 60, 20), [255, 0, 0]);
    let dark = apply(halves(), "w-120,h-40,cm-pad_resize,bg-blurred_10_N100").unwrap();
    assert_eq!(pixel(&dark, 117, 20)[0], pixel(&result, 117, 20)[0] - 100);
    // Without a blur the copy is the image itself, enlarged and cut.
    let sharp = apply(halves(), "w-120,h-40,cm-pad_resize,bg-blurred_0").unwrap();
    assert_eq!(pixel(&sharp, 5, 20), [0, 0, 200]);
}

#[test]
fn blurring_is_smooth_at_every_strength() {
    let step = || picture(100, 50, |x, _| [if x < 50 { 0 } else { 255 }; 3]);
    for intensity in ["1", "15", "16", "17", "40", "100", "auto"] {
        let text = format!("w-400,h-50,cm-pad_resize,bg-blurred_{intensity}");
        let result = apply(step(), &text).unwrap();
        let row: Vec<i32> = (0..150).map(|x| i32::from(pixel(&result, x, 25)[0])).collect();
        assert!(row.windows(2).all(|pair| pair[1] - pair[0] < 8 && pair[1] >= pair[0] - 1), "{text}: {row:?}");
    }
}
