//! Texts that programs and people might write, made by chance: layers, conditions and steps of all parameters.

use super::*;
use crate::{Error, Limits, frame::Frame, picture::Picture, vips::Image};
use bytes::Bytes;
use proptest::prelude::*;

/// One text of several, or nothing that can be used.
fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    prop::sample::select(texts).prop_map(str::to_owned)
}

/// A number as people write it, or an expression.
fn quantity() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        4 => one_of(&["0", "1", "2", "3", "5", "10", "16", "40", "N0", "N3", "0.5", "0.30", "99.6", "360", "N360", "0.001"]),
        1 => (0.0..9.0_f64).prop_map(|number| number.to_string()),
        1 => one_of(&["iw", "ch", "car", "bw", "bh", "bar", "iw_div_2", "bh_mul_0.5", "cw_sub_3_mul_2", "2_mul_3",
            "0_sub_2_mod_2", "9_pow_300", "1_div_3", "ih_pow_0.5_add_1"]),
    ]
}

/// Steps' parameters that are nearly of the language.
fn parameter() -> impl Strategy<Value = String> + Clone {
    let number = || quantity();
    let colour = || one_of(&["red", "FFF", "00ff0080", "000000ab", "ff00", "transparent", "FF000000"]);
    prop_oneof![
        3 => (one_of(&["w", "h"]), number()).prop_map(|(key, value)| format!("{key}-{value}")),
        2 => one_of(&["c-force", "cm-extract", "cm-pad_resize", "c-at_max", "cm-pad_extract", "c-at_least",
            "cm-pad_resize_no_enlarge", "c-maintain_ratio_no_enlarge", "fo-top", "fo-face", "fo-auto", "fo-custom", "z-0.5",
            "fo-bottom_left", "fl-h", "fl-v_h", "f-png", "f-auto", "lo-true", "pr-false", "orig-false", "t-true", "t-7",
            "t-false", "q-50", "md-true", "dn-72", "pg-2", "di-a.png", "fo-auto-custom_override"]),
        1 => (number(), number()).prop_map(|(width, height)| format!("ar-{width}-{height}")),
        1 => number().prop_map(|ratio| format!("ar-{ratio}")),
        1 => number().prop_map(|dpr| format!("dpr-{dpr}")),
        1 => (one_of(&["x", "y", "xc", "yc"]), number()).prop_map(|(key, value)| format!("{key}-{value}")),
        2 => (one_of(&["rt", "bl", "o", "r", "e-sharpen", "e-distort-a"]), number())
            .prop_map(|(key, value)| format!("{key}-{value}")),
        1 => prop::collection::vec(number(), 4).prop_map(|radii| format!("r-{}", radii.join("_"))),
        1 => colour().prop_map(|colour| format!("bg-{colour}")),
        1 => one_of(&["bg-dominant", "bg-gradient_dominant", "bg-gradient_dominant_4", "r-max", "e-grayscale", "e-contrast",
            "e-sharpen", "e-usm", "e-shadow", "e-dropshadow", "e-gradient", "e-colorize", "rt-auto", "rt-N90"]),
        1 => (number(), number()).prop_map(|(blur, brightness)| format!("bg-blurred_{blur}_{brightness}")),
        1 => (number(), colour()).prop_map(|(width, colour)| format!("b-{width}_{colour}")),
        1 => (colour(), number(), colour()).prop_map(|(to, tolerance, from)| format!("cr-{to}_{tolerance}_{from}")),
        1 => prop::collection::vec(number(), 4).prop_map(|numbers| format!("e-usm-{}", numbers.join("-"))),
        1 => (number(), number(), number()).prop_map(|(bl, st, x)| format!("e-shadow-bl-{bl}_st-{st}_x-{x}_y-N0")),
        1 => (number(), number(), number()).prop_map(|(az, el, st)| format!("e-dropshadow-az-{az}_el-{el}_st-{st}")),
        1 => (number(), colour(), number()).prop_map(|(ld, from, sp)| format!("e-gradient-ld-{ld}_from-{from}_sp-{sp}")),
        1 => (colour(), number()).prop_map(|(colour, intensity)| format!("e-colorize-co-{colour}_in-{intensity}")),
        1 => prop::collection::vec(number(), 8).prop_map(|corners| format!("e-distort-p-{}", corners.join("_"))),
        1 => one_of(&["e-distort-p-2_0_9_1_8_9_0_7", "e-distort-p-N2_0_9_1_8_9_0_7"]),
    ]
}

/// What only layers understand.
fn of_layers() -> impl Strategy<Value = String> + Clone {
    let number = || quantity();
    prop_oneof![
        (one_of(&["lx", "ly", "lxc", "lyc", "fs", "lh", "pa"]), number())
            .prop_map(|(key, value)| format!("{key}-{value}")),
        one_of(&[
            "lfo-top",
            "lfo-center",
            "lap-bottom_right",
            "lm-multiply",
            "lm-cutter",
            "lm-cutout",
            "lm-displace",
            "al-5",
            "co-red",
            "ia-left",
            "tg-b_i",
            "pa-1_2_3",
            "ff-DejaVu%20Sans",
            "ff-a%40@@b.ttf",
            "fs-9"
        ]),
    ]
}

/// Layers, conditions and chains of them, `depth` deep.
fn chain(depth: u32) -> BoxedStrategy<String> {
    let items = prop::collection::vec(parameter(), 1..4).prop_map(|items| items.join(","));
    if depth == 0 {
        return prop::collection::vec(items, 1..3).prop_map(|steps| steps.join(":")).boxed();
    }
    let input = one_of(&[
        "image,i-a.png",
        "image,i-a@%2Fb.png",
        "image,ie-aWtfY2FudmFz",
        "image,i-ik_canvas",
        "image,i-@@ik_canvas",
        "text,i-Hi",
        "text,i-a%2Cb%3A@",
        "text,ie-YSBi",
        "image:i-a.png",
        "text:i-Hi",
        "image,i-a.png,pg-2",
        "image,i-a.png,t-false",
    ]);
    let separator = || one_of(&[",", ":"]);
    let within = (prop::collection::vec(of_layers(), 0..3), separator(), proptest::option::of(chain(depth - 1)));
    let layer = (input, within).prop_map(|(input, (own, separator, chain))| {
        let own = own.iter().fold(String::new(), |own, item| format!("{own},{item}"));
        let chain = chain.map(|chain| format!("{separator}{chain}")).unwrap_or_default();
        format!("l-{input}{own}{chain},l-end")
    });
    let tests = one_of(&["w_gt_3", "ar_lte_4-3_or_iw_eq_9", "ih_ne_N0_and_h_lt_5.50", "iar_gte_1-3"]);
    let condition =
        (tests, chain(depth - 1), proptest::option::of(chain(depth - 1))).prop_map(|(tests, then, otherwise)| {
            let otherwise = otherwise.map(|chain| format!(",if-else,{chain}")).unwrap_or_default();
            format!("if-{tests},{then}{otherwise},if-end")
        });
    let step = prop_oneof![3 => items.clone(), 1 => (items, layer.clone()).prop_map(|(items, layer)| format!("{items},{layer}")), 2 => layer, 1 => condition];
    prop::collection::vec(step, 1..3).prop_map(|steps| steps.join(":")).boxed()
}

/// Texts that are nearly of the language: what is wrong with them is a value, never the grammar.
fn plausible() -> impl Strategy<Value = String> {
    prop_oneof![2 => chain(0), 1 => chain(1), 1 => chain(2)]
}

/// The pipeline of a text, less what is wrong with it.
fn salvaged(text: &str) -> Option<Pipeline> {
    Reading::of(text, Hints::default()).ok().map(|reading| reading.pipeline)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn no_text_panics(text in any::<String>()) {
        if let Err(error) = text.parse::<Pipeline>() {
            prop_assert!(text.get(error.span).is_some());
        }
    }

    #[test]
    fn no_text_of_the_alphabet_panics(text in "[-,:_%a-z0-9N.]{0,200}|(l-|if-|l-end|if-end|if-else|,|:|w-1){0,40}") {
        if let Err(error) = text.parse::<Pipeline>() {
            prop_assert!(text.get(error.span).is_some());
        }
    }

    #[test]
    fn canonical_text_reads_back(text in plausible()) {
        let Some(pipeline) = salvaged(&text) else { return Ok(()) };
        let canonical = pipeline.to_string();
        let again = Pipeline::from_canonical(&canonical);
        prop_assert_eq!(again.as_ref().map(ToString::to_string), Ok(canonical.clone()), "for {}", text);
        prop_assert_eq!(again, Ok(pipeline), "{} for {}", canonical, text);
    }

    #[test]
    fn geometry_never_panics(text in plausible(), width in 1..70_000_u32, height in 1..70_000_u32) {
        let Some(pipeline) = salvaged(&text) else { return Ok(()) };
        let limits = crate::Limits::default();
        let _ = pipeline.first_scale(Size { width, height });
        if let Ok(Some(size)) = pipeline.result_size(Size { width, height }, &limits) {
            prop_assert!(size.width > 0 && size.height > 0);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(200) })]

    /// On small pictures, where nothing is refused for its size alone.
    #[test]
    fn a_result_has_the_size_that_was_reckoned(text in chain(2), alpha in any::<bool>(), size in 0..4_usize) {
        let Some(pipeline) = salvaged(&text) else { return Ok(()) };
        let (width, height) = [(1, 1), (2, 9), (40, 30), (64, 3)][size];
        let limits = Limits { output_side_px: 600, output_pixels: 90_000, work_pixels: 1_000_000, ..Limits::default() };
        let picture = Picture::new(
            Frame::Image(noise(width, height, if alpha { 4 } else { 3 })),
            Size { width, height },
            true,
            limits.clone(),
            pipeline.resources().into_iter().map(|resource| (resource.path, logo())).collect(),
        );
        let reckoned = pipeline.result_size(picture.size(), &limits);
        match pipeline.apply(picture) {
            Ok((result, _)) => {
                prop_assert!(result.image().unwrap().to_memory().is_ok(), "{}", pipeline);
                if let Ok(Some(reckoned)) = reckoned {
                    prop_assert_eq!(result.size(), reckoned, "{}", pipeline);
                }
            }
            Err(Error::TooLarge { .. } | Error::Impossible { .. }) => {}
            Err(error) => prop_assert!(false, "{}: {error}", pipeline),
        }
    }
}

fn noise(width: u32, height: u32, bands: u32) -> Image {
    let pixels = (0..width * height * bands).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8);
    Image::from_memory(pixels.collect::<Vec<u8>>().into(), width, height, bands).unwrap()
}

fn logo() -> Bytes {
    noise(12, 8, 4).operation(c"pngsave_buffer").unwrap().run_buffer().unwrap()
}
