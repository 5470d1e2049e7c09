//! Every crop mode × focus × larger and smaller sources, to the pixel.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

use super::*;
use crate::language::{
    context::{Context, Place},
    parameters::Parameters,
    transformation::Part,
};

fn plan(width: u32, height: u32, text: &str) -> Result<Plan, Error> {
    let items = crate::language::grammar::steps(text).unwrap().remove(0);
    let context = Context::default();
    let mut parameters = Parameters::new(items, Place::Image, &context);
    let resize = Resize::take(&mut parameters).expect("a resize");
    assert_eq!(parameters.finish(), [], "for {text:?}");
    resize.plan(&Scope::of_source(Size { width, height }))
}

/// `window -> content`, and `on canvas` where there is more canvas than content.
#[track_caller]
fn check((width, height): (u32, u32), text: &str, expected: &str) {
    let actual = match plan(width, height, text) {
        Ok(Plan { window, content, canvas, left, top }) => {
            let two = |value: f64| (value * 100.0).round() / 100.0;
            let Window { left: x, top: y, width: w, height: h } = window;
            let cut = format!("{}x{}+{}+{}", two(w), two(h), two(x), two(y));
            let mut text = format!("{cut} -> {}x{}", content.width, content.height);
            if canvas != content {
                text = format!("{text} at {left},{top} on {}x{}", canvas.width, canvas.height);
            }
            text
        }
        Err(error) => error.to_string(),
    };
    assert_eq!(actual, expected, "for {text:?}");
}

const PORTRAIT: (u32, u32) = (640, 865);
const SMALL: (u32, u32) = (100, 80);

#[test]
fn golden_values() {
    check(PORTRAIT, "w-300,h-200,c-at_max", "640x865+0+0 -> 148x200");
    check(PORTRAIT, "w-300,h-200,c-at_least", "640x865+0+0 -> 300x405");
    check(PORTRAIT, "w-850,h-1000,c-at_max_enlarge", "640x865+0+0 -> 740x1000");
}

#[test]
fn one_side() {
    check(PORTRAIT, "w-300", "640x865+0+0 -> 300x405");
    check(PORTRAIT, "h-300", "640x865+0+0 -> 222x300");
    check(PORTRAIT, "w-1200", "640x865+0+0 -> 1200x1622");
    check(PORTRAIT, "w-0.5", "640x865+0+0 -> 320x433");
    check(PORTRAIT, "w-1", "640x865+0+0 -> 1x1");
    check(PORTRAIT, "w-0.5,dpr-2", "640x865+0+0 -> 640x865");
    check((4000, 10), "w-0.5,dpr-5", "4000x10+0+0 -> 2000x5");
    check((10, 4000), "w-0.5,ar-1-1", "10x10+0+1995 -> 5x5");
    check((10, 4000), "h-0.5,ar-1-1,c-force", "10x4000+0+0 -> 2000x2000");
    check((3, 30_000), "h-1", "3x30000+0+0 -> 1x1");
}

#[test]
fn maintain_ratio() {
    check(PORTRAIT, "w-300,h-200", "640x426.67+0+219.17 -> 300x200");
    check(PORTRAIT, "w-300,h-200,fo-top", "640x426.67+0+0 -> 300x200");
    check(PORTRAIT, "w-300,h-200,fo-bottom", "640x426.67+0+438.33 -> 300x200");
    check(PORTRAIT, "w-300,h-200,fo-left", "640x426.67+0+219.17 -> 300x200");
    check(PORTRAIT, "w-100,h-200,fo-left", "432.5x865+0+0 -> 100x200");
    check(PORTRAIT, "w-100,h-200,fo-top_right", "432.5x865+207.5+0 -> 100x200");
    check(PORTRAIT, "w-100,h-200,fo-bottom_left", "432.5x865+0+0 -> 100x200");
    check(SMALL, "w-200,h-200", "80x80+10+0 -> 200x200");
    check(SMALL, "w-200,h-200,fo-right", "80x80+20+0 -> 200x200");
}

#[test]
fn maintain_ratio_no_enlarge() {
    check(PORTRAIT, "w-300,h-200,c-maintain_ratio_no_enlarge", "640x426.67+0+219.17 -> 300x200");
    check(SMALL, "w-200,h-200,c-maintain_ratio_no_enlarge", "80x80+10+0 -> 80x80");
    check(SMALL, "w-200,h-200,c-maintain_ratio_no_enlarge,fo-left", "80x80+0+0 -> 80x80");
    check(SMALL, "w-90,h-400,c-maintain_ratio_no_enlarge", "18x80+41+0 -> 18x80");
    check(SMALL, "w-100,h-80,c-maintain_ratio_no_enlarge", "100x80+0+0 -> 100x80");
}

#[test]
fn without_a_cut() {
    check(SMALL, "w-30,h-70,c-force", "100x80+0+0 -> 30x70");
    check(SMALL, "w-300,h-700,c-force", "100x80+0+0 -> 300x700");
    check(SMALL, "w-50,h-50,c-at_max", "100x80+0+0 -> 50x40");
    check(SMALL, "w-500,h-500,c-at_max", "100x80+0+0 -> 100x80");
    check(SMALL, "w-500,h-40,c-at_max", "100x80+0+0 -> 50x40");
    check(SMALL, "w-500,h-500,c-at_max_enlarge", "100x80+0+0 -> 500x400");
    check(SMALL, "w-50,h-50,c-at_max_enlarge", "100x80+0+0 -> 50x40");
    check(SMALL, "w-50,h-50,c-at_least", "100x80+0+0 -> 63x50");
    check(SMALL, "w-500,h-500,c-at_least", "100x80+0+0 -> 625x500");
}

#[test]
fn pad_resize() {
    check(SMALL, "w-50,h-50,cm-pad_resize", "100x80+0+0 -> 50x40 at 0,5 on 50x50");
    check(SMALL, "w-50,h-50,cm-pad_resize,fo-top", "100x80+0+0 -> 50x40 at 0,0 on 50x50");
    check(SMALL, "w-50,h-50,cm-pad_resize,fo-bottom", "100x80+0+0 -> 50x40 at 0,10 on 50x50");
    check(SMALL, "w-50,h-50,cm-pad_resize,fo-right", "100x80+0+0 -> 50x40 at 0,5 on 50x50");
    check(SMALL, "w-500,h-80,cm-pad_resize,fo-right", "100x80+0+0 -> 100x80 at 400,0 on 500x80");
    check(SMALL, "w-200,h-200,cm-pad_resize", "100x80+0+0 -> 200x160 at 0,20 on 200x200");
    check(SMALL, "w-200,h-200,cm-pad_resize_no_enlarge", "100x80+0+0 -> 100x80 at 50,60 on 200x200");
    check(SMALL, "w-50,h-50,cm-pad_resize_no_enlarge", "100x80+0+0 -> 50x40 at 0,5 on 50x50");
    check(SMALL, "w-50,h-40,cm-pad_resize", "100x80+0+0 -> 50x40");
    check(SMALL, "w-51,h-50,cm-pad_resize", "100x80+0+0 -> 51x41 at 0,4 on 51x50");
}

#[test]
fn extract() {
    check(SMALL, "w-50,h-40,cm-extract", "50x40+25+20 -> 50x40");
    check(SMALL, "w-51,h-41,cm-extract", "51x41+24+19 -> 51x41");
    check(SMALL, "w-50,h-40,cm-extract,fo-top_left", "50x40+0+0 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,fo-top", "50x40+25+0 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,fo-right", "50x40+50+20 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,fo-bottom_right", "50x40+50+40 -> 50x40");
    check(SMALL, "w-500,h-40,cm-extract", "100x40+0+20 -> 100x40");
    check(SMALL, "w-500,h-400,cm-extract", "100x80+0+0 -> 100x80");
    check(SMALL, "w-50,h-40,cm-extract,x-10", "50x40+10+0 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,x-10,y-5", "50x40+10+5 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,x-90,y-900", "50x40+50+40 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,xc-30", "50x40+5+20 -> 50x40");
    check(SMALL, "w-50,h-40,cm-extract,xc-25,yc-60", "50x40+0+40 -> 50x40");
    let outside =
        |centre| format!("parameter `xc`: a box of 50 px around {centre} reaches outside the image, which has 100 px");
    check(SMALL, "w-50,h-40,cm-extract,xc-24", &outside(24));
    check(SMALL, "w-50,h-40,cm-extract,xc-76", &outside(76));
    check(SMALL, "w-0.5,h-0.5,cm-extract", "50x40+25+20 -> 50x40");
}

#[test]
fn pad_extract() {
    check(SMALL, "w-50,h-40,cm-pad_extract", "50x40+25+20 -> 50x40");
    check(SMALL, "w-50,h-200,cm-pad_extract", "50x80+25+0 -> 50x80 at 0,60 on 50x200");
    check(SMALL, "w-200,h-200,cm-pad_extract,fo-right", "100x80+0+0 -> 100x80 at 100,60 on 200x200");
    check(SMALL, "w-50,h-200,cm-pad_extract,fo-top_left", "50x80+0+0 -> 50x80 at 0,0 on 50x200");
    check(SMALL, "w-50,h-200,cm-pad_extract_no_shrink", "100x80+0+0 -> 100x80 at 0,60 on 100x200");
    check(SMALL, "w-50,h-40,cm-pad_extract_no_shrink", "100x80+0+0 -> 100x80");
    check(SMALL, "w-200,h-200,cm-pad_extract_no_shrink,fo-bottom_left", "100x80+0+0 -> 100x80 at 0,120 on 200x200");
}

/// `side × to ÷ from` to the nearest whole pixel in whole numbers, halves upwards, at least 1.
fn nearest(side: u32, to: u32, from: u32) -> u32 {
    let (side, to, from) = (u64::from(side), u64::from(to), u64::from(from));
    u32::try_from(((2 * side * to + from) / (2 * from)).max(1)).unwrap()
}

/// The two ways to bring a source to a box: inside it, and covering it; by whole numbers.
fn fits(source: Size, asked: Size) -> [Size; 2] {
    let by_width = Size { width: asked.width, height: nearest(source.height, asked.width, source.width) };
    let by_height = Size { width: nearest(source.width, asked.height, source.height), height: asked.height };
    let wider = u64::from(asked.width) * u64::from(source.height) > u64::from(asked.height) * u64::from(source.width);
    if wider { [by_height, by_width] } else { [by_width, by_height] }
}

#[test]
fn all_modes_keep_their_promises_at_all_sizes() {
    const MODES: [&str; 11] = [
        "maintain_ratio",
        "maintain_ratio_no_enlarge",
        "force",
        "at_max",
        "at_max_enlarge",
        "at_least",
        "pad_resize",
        "pad_resize_no_enlarge",
        "extract",
        "pad_extract",
        "pad_extract_no_shrink",
    ];
    const FOCUSES: [&str; 3] = ["center", "top_left", "bottom"];
    const SOURCES: [u32; 8] = [1, 6, 7, 27, 50, 97, 640, 865];
    const ASKED: [u32; 9] = [1, 2, 13, 25, 49, 50, 333, 640, 1001];
    let pairs = |sides: &'static [u32]| sides.iter().flat_map(move |w| sides.iter().map(move |h| (*w, *h)));
    for (mode, focus) in MODES.into_iter().flat_map(|mode| FOCUSES.map(|focus| (mode, focus))) {
        for (width, height) in pairs(&SOURCES) {
            let source = Size { width, height };
            for (width, height) in pairs(&ASKED) {
                let asked = Size { width, height };
                let text = format!("w-{width},h-{height},c-{mode},fo-{focus}");
                let Plan { window, content, canvas, left, top } = plan(source.width, source.height, &text).unwrap();
                let case = format!("{text} of {source:?}");
                // The window lies in the source, the content on the canvas.
                assert!(window.left >= 0.0 && window.top >= 0.0 && window.width > 0.0 && window.height > 0.0, "{case}");
                assert!(window.left + window.width <= f64::from(source.width) + 1e-6, "{case}");
                assert!(window.top + window.height <= f64::from(source.height) + 1e-6, "{case}");
                assert!(left + content.width <= canvas.width && top + content.height <= canvas.height, "{case}");
                let [inside, covering] = fits(source, asked);
                let smaller = inside.width <= source.width && inside.height <= source.height;
                let not_larger = if smaller { inside } else { source };
                let expected = match mode {
                    "maintain_ratio" | "force" => asked,
                    "at_max" | "pad_resize_no_enlarge" => not_larger,
                    "at_max_enlarge" | "pad_resize" => inside,
                    "at_least" => covering,
                    "maintain_ratio_no_enlarge" => content,
                    "pad_extract_no_shrink" => source,
                    _ => Size { width: width.min(source.width), height: height.min(source.height) },
                };
                assert_eq!(content, expected, "{case}");
                let expected = match mode {
                    "pad_resize" | "pad_resize_no_enlarge" | "pad_extract" => asked,
                    "pad_extract_no_shrink" => {
                        Size { width: width.max(source.width), height: height.max(source.height) }
                    }
                    _ => content,
                };
                assert_eq!(canvas, expected, "{case}");
            }
        }
    }
}
