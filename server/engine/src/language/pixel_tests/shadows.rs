//! What is laid over and under the image.

use super::*;

fn thing() -> Picture {
    picture(100, 100, |x, y| if (40..60).contains(&x) && (40..60).contains(&y) { RED } else { CLEAR })
}

fn alpha(picture: &Picture, x: u32, y: u32) -> u8 {
    pixel(picture, x, y)[3]
}

#[test]
fn a_shadow_lies_below_and_beside() {
    let sharp = apply(thing(), "e-shadow-bl-0_st-40_x-10_y-N5").unwrap();
    assert_eq!((sharp.width(), sharp.height()), (100, 100));
    assert_eq!(pixel(&sharp, 50, 50), RED, "the thing itself");
    assert_eq!(pixel(&sharp, 65, 45), [0, 0, 0, 102], "40 % of black");
    assert_eq!((alpha(&sharp, 70, 45), alpha(&sharp, 65, 56), alpha(&sharp, 30, 45)), (0, 0, 0));
    let soft = apply(thing(), "e-shadow-bl-10_st-100_x-20_y-0").unwrap();
    let edge: Vec<u8> = (70..92).map(|x| alpha(&soft, x, 50)).collect();
    assert!(edge.windows(2).all(|pair| pair[0] >= pair[1]) && edge[10] > 100 && edge[10] < 155, "{edge:?}");
}

#[test]
fn a_shadow_makes_no_fringe() {
    let half = picture(30, 1, |x, _| if x < 15 { [255, 255, 255, 128] } else { CLEAR });
    let result = apply(half, "e-shadow-bl-0_st-100_x-0_y-0").unwrap();
    // Half of white over half of black: as if black had been laid below.
    assert_eq!(pixel(&result, 5, 0), [170, 170, 170, 192]);
    check(picture(1, 1, |_, _| [9, 9, 9]), "e-shadow", &["090909"]);
}

#[test]
fn shadows_have_a_limit() {
    let size = |text: &str| {
        text.parse::<Pipeline>().unwrap().result_size(Size { width: 2000, height: 1001 }, &Limits::default())
    };
    for effect in ["e-shadow", "e-dropshadow"] {
        let refused = size(effect).unwrap_err();
        assert!(matches!(refused, Error::TooLarge { limit, actual: 2_002_000, .. } if limit == "shadow_pixels"));
        assert!(size(&format!("w-500,{effect}")).is_ok());
        assert!(size(&format!("w-500:{effect}")).is_ok());
    }
}

#[test]
fn a_drop_shadow_falls_away_from_the_light() {
    let at = |text: &str, x: u32, y: u32| alpha(&apply(thing(), text).unwrap(), x, y);
    // From behind: on this side of the ground line, which is at 60.
    assert!(at("e-dropshadow-az-0_el-45", 50, 63) > 100 && at("e-dropshadow-az-180_el-45", 50, 63) < 20);
    // From the left: to the right; from the right: to the left.
    assert!(at("e-dropshadow-az-300_el-30", 75, 66) > 60 && at("e-dropshadow-az-300_el-30", 25, 66) < 10);
    assert!(at("e-dropshadow-az-60_el-30", 25, 66) > 60 && at("e-dropshadow-az-60_el-30", 75, 66) < 10);
    // The lower the light, the longer the shadow.
    assert!(at("e-dropshadow-az-0_el-20", 50, 75) > 60 && at("e-dropshadow-az-0_el-70", 50, 75) < 10);
    assert_eq!(pixel(&apply(thing(), "e-dropshadow").unwrap(), 50, 50), RED);
    check(picture(2, 1, |_, _| CLEAR), "e-dropshadow", &["00ff0000 00ff0000"]);
}

#[test]
fn gradients_run_where_they_are_told() {
    let black = |width, height| picture(width, height, |_, _| [0, 0, 0]);
    check(black(1, 4), "e-gradient", &["dfdfdf", "9f9f9f", "606060", "202020"]);
    check(black(4, 1), "e-gradient-ld-right", &["dfdfdf 9f9f9f 606060 202020"]);
    check(black(4, 1), "e-gradient-ld-270_from-red_to-blue", &["2000df 60009f 9f0060 df0020"]);
    check(black(4, 1), "e-gradient-ld-right_sp-0.5_to-black", &["bfbfbf 404040 000000 000000"]);
    check(black(4, 1), "e-gradient-ld-right_sp-2_to-black", &["bfbfbf 404040 000000 000000"]);
    let corner = apply(black(100, 100), "e-gradient-ld-bottom_right_to-black").unwrap();
    assert_eq!((pixel(&corner, 0, 0)[0], pixel(&corner, 99, 99)[0]), (254, 1));
    assert_eq!(pixel(&corner, 99, 0), pixel(&corner, 0, 99));
}

#[test]
fn gradients_mix_what_is_seen() {
    check(picture(2, 1, |_, _| [0, 0, 0]), "e-gradient-ld-right_from-ff000040_to-ff000040", &["660000 660000"]);
    // From white to nothing over nothing: white all the way, ever less of it.
    let clear = apply(picture(1, 4, |_, _| CLEAR), "e-gradient").unwrap();
    assert_eq!(pixels(&clear).iter().map(|pixel| pixel[0]).collect::<Vec<_>>(), [255; 4]);
    assert_eq!(pixels(&clear).iter().map(|pixel| pixel[3]).collect::<Vec<_>>(), [223, 159, 96, 32]);
}
