//! Conditions: their texts, and which chain runs.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use crate::{
    Limits,
    language::{Pipeline, Size},
};

#[track_caller]
fn check(text: &str, expected: &str) {
    let actual = match text.parse::<Pipeline>() {
        Ok(pipeline) => pipeline.to_string(),
        Err(error) => format!("{} at {:?}", error.message, error.span),
    };
    assert_eq!(actual, expected, "for {text:?}");
    if let Ok(pipeline) = text.parse::<Pipeline>()
        && !pipeline.is_empty()
    {
        assert_eq!(pipeline.to_string().parse::<Pipeline>(), Ok(pipeline), "the canonical text reads back");
    }
}

/// The size that a source of 640×480 comes to.
#[track_caller]
fn size(text: &str, expected: (u32, u32)) {
    let pipeline: Pipeline = text.parse().unwrap();
    let size = pipeline.result_size(Size { width: 640, height: 480 }, &Limits::default()).unwrap().unwrap();
    assert_eq!((size.width, size.height), expected, "for {text:?}");
}

#[test]
fn the_normal_form() {
    check("if-w_gt_0300,w-300,if-end", "if-w_gt_300,w-300,if-end");
    check("if-ar_lt_4-2,w-200,if-else,h-0300,if-end", "if-ar_lt_2,w-200,if-else,h-300,if-end");
    check("if-w_gt_3_and_h_lte_4_or_iar_ne_1.50,h-2,w-3,if-end", "if-w_gt_3_and_h_lte_4_or_iar_ne_1.5,w-3,h-2,if-end");
    check("if-w_gt_3,w-3:rt-90,if-else,rt-0,if-end", "if-w_gt_3,w-3:rt-90,if-end");
    check("if-w_gt_3,rt-0,if-else,w-5,if-end", "if-w_gt_3,if-else,w-5,if-end");
    check("if-w_gt_3,rt-0,if-end", "");
    check("w-9:if-w_gt_3,w-3,if-end:bl-2", "w-9:if-w_gt_3,w-3,if-end:bl-2");
    check(
        "if-w_gt_3,if-h_gt_3,w-3,if-else,w-4,if-end,if-else,w-5,if-end",
        "if-w_gt_3,if-h_gt_3,w-3,if-else,w-4,if-end,if-else,w-5,if-end",
    );
}

#[test]
fn output_in_a_branch_stays_there() {
    check("q-50:if-w_gt_3,q-60,if-end:f-png", "q-50:if-w_gt_3,q-60,if-end:f-png");
    check("f-auto:if-w_gt_3,f-auto,if-end", "if-w_gt_3,f-auto,if-end");
    assert!("f-png:if-w_gt_3,f-auto,if-end".parse::<Pipeline>().unwrap().negotiates());
    assert!(!"f-png:if-w_gt_3,f-webp,if-end".parse::<Pipeline>().unwrap().negotiates());
}

#[test]
fn the_chain_that_holds_runs() {
    size("if-w_gt_300,w-300,if-else,w-100,if-end", (300, 225));
    size("if-w_gt_640,w-300,if-else,w-100,if-end", (100, 75));
    size("if-w_gte_640,w-300,if-end", (300, 225));
    size("if-w_lt_640,w-300,if-end", (640, 480));
    size("w-100:if-w_eq_100_and_iw_eq_640,h-30,if-end", (40, 30));
    size("if-w_eq_1_or_h_eq_480_and_ar_eq_4-3,w-2,if-end", (2, 2));
    size("if-w_eq_1_or_h_eq_480_and_ar_ne_4-3,w-2,if-end", (640, 480));
    size("if-w_lte_640,w-300:rt-90,if-end:w-50", (50, 67));
}

#[test]
fn what_is_wrong_is_told_where_it_stands() {
    const TESTS: &str = "parameter `if` expects comparisons such as `w_gt_300_and_ar_lt_4-3`";
    check("w-9:if-w_above_3,w-3,if-end", &format!("{TESTS}, not `w_above_3` at 7..16"));
    check("if-,w-3,if-end", &format!("{TESTS}, not `` at 3..3"));
    check("if-w_gt_x,w-3,if-end", &format!("{TESTS}, not `w_gt_x` at 3..9"));
    check("if-w_gt_N1,w-3,if-end", &format!("{TESTS}, not `w_gt_N1` at 3..10"));
    check("if-w_gt_3,if-end", "`if` expects comparisons, and behind them, after a comma, a chain of steps at 0..16");
    check("if-w_gt_3,foo-3,if-end", "unknown parameter `foo`; the nearest known one is `fo` at 10..15");
    check(
        "if-w_gt_3,w-3,if-end,h-2",
        "a condition is the only item of its step; put what stands beside it into a step of its own, with `:` at 21..24",
    );
    check("if-w_gt_3,orig-true,if-end", "`orig` cannot depend on a condition at 0..26");
    let many = format!("if-{},w-3,if-end", ["w_gt_1"; 17].join("_or_"));
    assert!(many.parse::<Pipeline>().unwrap_err().message.starts_with(TESTS));
}
