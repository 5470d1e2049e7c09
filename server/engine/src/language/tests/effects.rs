//! Texts of the adjustments and effects.

use super::*;

/// What the SDKs of `ImageKit` write for each of their names and values.
#[test]
fn what_programs_write() {
    check("e-grayscale", "e-grayscale");
    check("e-contrast", "e-contrast");
    check("e-contrast-1", "e-contrast");
    check("e-grayscale-true,e-contrast-false", "e-grayscale");
    for effect in ["e-sharpen", "e-usm", "e-shadow", "e-gradient", "e-dropshadow", "e-colorize"] {
        for value in ["", "-", "-true", "--"] {
            check(&format!("{effect}{value}"), effect);
        }
        check(&format!("{effect}-false"), "");
    }
    check("e-sharpen-10", "e-sharpen-10");
    check("e-sharpen-50", "e-sharpen");
    check("e-sharpen-2000", "e-sharpen-500");
    check("e-usm-2-2-0.8-0.024", "e-usm-2-2-0.8-0.024");
    check("e-usm-0-5-1-0.05", "e-usm-0-5-1-0.05");
    check("e-shadow-bl-15_st-40_x-10_y-N5", "e-shadow-bl-15_st-40_x-10_y-N5");
    check("e-shadow-y-2_x-2", "e-shadow");
    check("e-dropshadow-az-45", "e-dropshadow-az-45_el-45_st-60");
    check("e-gradient-ld-top_from-green_to-00FF0010_sp-1", "e-gradient-ld-0_from-008000_to-00ff0010_sp-1");
    check("e-gradient-from-red_to-white", "e-gradient-ld-180_from-ff0000_to-ffffff_sp-1");
    check("e-gradient-ld-topleft_from-FFFFFFFF", "e-gradient-ld-315_from-ffffff_to-00000000_sp-1");
    check("e-gradient-ld-top_right_sp-ih_div_2", "e-gradient-ld-45_from-ffffff_to-00000000_sp-ih_div_2");
    check("t-true", "t-true");
    check("t-10,w-3", "t-true,w-3");
    check("t-5", "t-5");
    check("t-false", "");
    check("b-5_FFF000", "b-5_fff000");
    check("b-5-A94D34", "b-5_a94d34");
    check("b-20_red", "b-20_ff0000");
    check("b-ih_div_20_red", "b-ih_div_20_ff0000");
    check("b-cw_mul_0.05_FF00FF", "b-cw_mul_0.05_ff00ff");
    check("b-0_red", "");
    check("r-50", "r-50");
    check("r-max", "r-max");
    check("r-max_max_max_max", "r-max");
    check("r-10_20_30_max", "r-10_20_30_max");
    check("r-0", "");
    check("o-0.8", "o-0.8");
    check("o-100", "");
    check("cr-FF0000_50_00FF00", "cr-ff0000_50_00ff00");
    check("cr-red", "cr-ff0000");
    check("cr-red_35", "cr-ff0000");
    check("cr-red_35_blue", "cr-ff0000_35_0000ff");
    check("e-distort-p-50_50_150_50_150_150_50_150", "e-distort-p-50_50_150_50_150_150_50_150");
    check("e-distort-p-N5_0_150_N7_150_150_50_150", "e-distort-p-N5_0_150_N7_150_150_50_150");
    check("e-distort-a-N45", "e-distort-a-N45");
    check("e-colorize-co-red_in-50", "e-colorize-co-ff0000_in-50");
    check("bg-blurred", "bg-blurred");
    check("bg-blurred_auto", "bg-blurred");
    check("bg-blurred_auto_30", "bg-blurred_auto_30");
    check("bg-blurred_25_N15", "bg-blurred_25_N15");
    check("bg-dominant", "bg-dominant");
    check("bg-gradient_dominant", "bg-gradient_dominant");
    check("bg-gradient_dominant_2", "bg-gradient_dominant");
    check("bg-gradient_dominant_4", "bg-gradient_dominant_4");
}

#[test]
fn effects_have_bounds() {
    for text in [
        "t-0",
        "t-100",
        "t-x",
        "b-5",
        "b-red",
        "b-N1_red",
        "b-65536_red",
        "b-5_nocolour",
        "r-1_2",
        "r-1_2_3_4_5",
        "r-N1",
        "r-x",
        "o-101",
        "o-N1",
        "o-",
        "e-grayscale-2",
        "e-sharpen-0",
        "e-sharpen-x",
        "e-usm-1-1-1",
        "e-usm-0-0-1-0",
        "e-usm-1-101-1-0",
        "e-usm-1-1-1-2",
        "e-shadow-bl-16",
        "e-shadow-st-101",
        "e-shadow-x-101",
        "e-shadow-y-N101",
        "e-shadow-z-1",
        "e-shadow-bl-1_bl-2",
        "e-gradient-ld-361",
        "e-gradient-ld-up",
        "e-gradient-sp-0",
        "e-gradient-sp-N1",
        "e-gradient-from-x",
        "e-dropshadow-az-361",
        "e-dropshadow-el-91",
        "cr-",
        "cr-x",
        "cr-red_101",
        "cr-red_5_x",
        "cr-red_5_red_1",
        "e-colorize-in-101",
        "e-colorize-co-x",
        "e-distort",
        "e-distort-a-0",
        "e-distort-a-361",
        "e-distort-p-0_0_1_0_1_1_0",
        "e-distort-p-0_0_1_0_1_1_0_0.5",
        "e-distort-x-1",
        "bg-blurred_101",
        "bg-blurred_5_256",
        "bg-blurred_5_5_5",
        "bg-dominant_2",
        "bg-gradient_dominant_3",
        "e-gradient-sp-bw_div_2",
        "b-bw_red",
    ] {
        let error = text.parse::<Pipeline>().expect_err(text);
        assert!(!error.unsupported && error.span == (0..text.len()), "{text}: {}", error.message);
    }
}
