//! The language from outside: texts in, canonical texts or errors out.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod effects;
mod plausible;

use super::*;

/// The canonical text, or the error with its place.
fn canonical(text: &str) -> String {
    match text.parse::<Pipeline>() {
        Ok(pipeline) => pipeline.to_string(),
        Err(error) => format!("{} at {:?}", error.message, error.span),
    }
}

fn leniently(text: &str) -> Result<Reading, InvalidTransformation> {
    Reading::of(text, Hints::default())?.leniently()
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(canonical(text), expected, "for {text:?}");
}

#[test]
fn order_does_not_matter() {
    check("h-200,w-300", "w-300,h-200");
    check("bl-5,fl-v_h,rt-90,bg-RED,w-300", "w-300,bg-ff0000,rt-90,fl-h_v,bl-5");
    check("cp-true,md-true,pr-true,lo-true,q-50,f-jpeg,w-1", "w-1,f-jpg,q-50,lo-true,pr-true,md-true,cp-true");
    check("orig-false,dn-72,pg-3,cp-true,w-1", "pg-3,w-1,cp-true,dn-72");
    check("tr:w-300", "w-300");
}

#[test]
fn numbers_have_one_form() {
    check("w-0300", "w-300");
    check("w-0.50", "w-0.5");
    check("w-1", "w-1");
    check("w-299.6", "w-300");
    check("rt-N90", "rt-270");
    check("rt-45.50", "rt-45.5");
    check("bl-4.50", "bl-4.5");
    check("bg-0f0", "bg-00ff00");
}

#[test]
fn c_and_cm_are_one_choice() {
    check("w-3,h-2,cm-extract", "w-3,h-2,c-extract");
    check("w-3,h-2,c-pad_resize", "w-3,h-2,c-pad_resize");
    check("w-3,h-2,c-force,cm-force", "w-3,h-2,c-force");
    check(
        "w-3,h-2,c-force,cm-extract",
        "parameter `cm`: says `extract`, but `c` says `force`; they are one choice at 16..26",
    );
}

#[test]
fn what_means_nothing_is_dropped() {
    check("w-3,h-2,c-maintain_ratio,fo-center", "w-3,h-2");
    check("w-3,c-force,fo-top", "w-3");
    check("w-3,h-2,c-force,fo-top", "w-3,h-2,c-force");
    check("fo-auto,h-2,w-3", "w-3,h-2,fo-auto");
    check("w-3,h-2,fo-auto,z-2", "w-3,h-2,fo-auto");
    check("w-3,h-2,fo-top,z-2", "w-3,h-2,fo-top");
    check("z-2.50,w-3,h-2,fo-face,cm-extract", "w-3,h-2,c-extract,fo-face,z-2.5");
    check("w-3,h-2,fo-face,z-1", "w-3,h-2,fo-face");
    check("w-3,h-2,fo-custom", "w-3,h-2,fo-custom");
    check("w-3,ar-3-2,fo-auto-custom_override", "w-3,h-2,fo-auto-custom_override");
    check("w-3,h-2,c-pad_extract,fo-auto", "w-3,h-2,c-pad_extract,fo-auto");
    check("w-3,h-2,c-pad_resize,fo-auto", "w-3,h-2,c-pad_resize");
    check("w-3,h-2,c-force,fo-face,z-3", "w-3,h-2,c-force");
    check("w-3,fo-face,z-3", "w-3");
    check("w-3,h-2,c-extract,fo-auto,x-1", "w-3,h-2,c-extract,x-1,y-0");
    check("w-3,h-2,x-1,yc-2", "w-3,h-2");
    check("w-3,h-2,ar-5-1", "w-3,h-2");
    check("c-force,fo-top,ar-1-1,dpr-2,x-1", "");
    check("f-auto,lo-false,pr-false,md-false,cp-false,orig-false,rt-auto", "");
    check("rt-360", "");
    check("w-3:rt-0:h-2", "w-3:h-2");
}

#[test]
fn ratio_and_dpr_are_worked_in() {
    check("w-300,ar-3-2", "w-300,h-200");
    check("h-200,ar-3_2", "w-300,h-200");
    check("w-300,ar-1.5", "w-300,h-200");
    check("w-300,dpr-2", "w-600");
    check("w-300,ar-3-2,dpr-0.5", "w-150,h-100");
    check("w-2501,dpr-2", "w-2501");
    check("w-1,dpr-0.1", "w-1");
    check("w-0.5,dpr-2,ar-3-2", "w-0.5,ar-1.5-1,dpr-2");
    check("w-0.5,h-20,dpr-2,ar-3-2", "w-0.5,h-20,dpr-2");
    check("w-65535,ar-1-2", "parameter `ar`: the side that follows from it is over 65535 px at 8..14");
}

#[test]
fn coordinates() {
    check("w-3,h-2,c-extract,x-5", "w-3,h-2,c-extract,x-5,y-0");
    check("w-3,h-2,c-extract,x-0", "w-3,h-2,c-extract,fo-top_left");
    check("w-3,h-2,c-extract,xc-5", "w-3,h-2,c-extract,xc-5");
    check("w-3,h-2,c-extract,xc-5,y-0", "w-3,h-2,c-extract,xc-5,y-0");
    check("w-3,h-2,c-extract,x-1,xc-5,fo-top", "w-3,h-2,c-extract,x-1,y-0");
    check("w-3,h-2,c-extract,fo-bottom_right", "w-3,h-2,c-extract,fo-bottom_right");
}

#[test]
fn output_belongs_to_the_pipeline() {
    check("w-3,q-50:h-2", "w-3:h-2,q-50");
    check("w-3,q-50,f-png:h-2,q-60", "w-3:h-2,f-png,q-60");
    check("q-50", "q-50");
    check("w-3:q-50", "w-3,q-50");
    check("w-3,orig-true,q-5:h-1", "orig-true");
    check("orig-true:orig-false,w-3", "w-3");
    check("orig-true,e-sharpen,foo-1:w-abc", "orig-true");
    check("orig-true:orig-x", "parameter `orig` expects `true` or `false`, not `x` at 10..16");
}

#[test]
fn values_are_checked() {
    const SIDE: &str =
        "a number of pixels from 1 to 65535, a fraction of the image between 0 and 1, an expression, or `auto`";
    check("w-abc", &format!("parameter `w` expects {SIDE}, not `abc` at 0..5"));
    check("w-0", &format!("parameter `w` expects {SIDE}, not `0` at 0..3"));
    check("h-3,w-65536", &format!("parameter `w` expects {SIDE}, not `65536` at 4..11"));
    check("w", &format!("parameter `w` expects {SIDE}, and has no value at 0..1"));
    check("w-", &format!("parameter `w` expects {SIDE}, and has no value at 0..2"));
    check("dn-0300:w-1,dn-1200", "w-1,dn-1200");
    check("dn-idn_mul_2:w-1", "w-1,dn-idn_mul_2");
    check("dn-100_mul_2", "dn-200");
    check("w-idn", "parameter `w`: `idn` is known to `dn` only at 0..5");
    for text in ["dn-0", "dn-1201", "dn-72.5", "dn", "dn-idx"] {
        assert!(canonical(text).starts_with("parameter `dn` expects a whole number of pixels per inch"), "{text}");
    }
    check("q-101", "parameter `q` expects a whole number from 1 to 100, not `101` at 0..5");
    check("bl-0", "parameter `bl` expects a radius from 1 to 100, not `0` at 0..4");
    check("w-3:lo-yes", "parameter `lo` expects `true` or `false`, not `yes` at 4..10");
    check("fl-x", "parameter `fl` expects `h`, `v`, `h_v` or `v_h`, not `x` at 0..4");
    check("dpr-6,w-3", "parameter `dpr` expects a number from 0.1 to 5, an expression, or `auto`, not `6` at 0..5");
    check(
        "bg-%23fff",
        "parameter `bg` expects a colour (a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`), `dominant`, \
            `gradient_dominant`, `gradient_dominant_4`, or `blurred` with, if wanted, its intensity (`auto` or 0 to \
            100) and its brightness (`N255` to 255), joined by `_`, not `%23fff` at 0..9",
    );
    check("w-300,w-200", "parameter `w` is given twice in one step at 6..11");
    check("w-%33%30", "w-30");
    check("bl-%FF", "parameter `bl` expects a radius from 1 to 100, not `%FF` at 0..6");
    for text in [
        "rt-361",
        "rt-N361",
        "rt-x",
        "ar-0-1,w-1",
        "ar-1-0,w-1",
        "ar-x,w-1",
        "x-N1",
        "f-tiff",
        "fo-middle",
        "fo-faces",
        "z-0",
        "z-101",
        "z-x",
        "c-fill",
    ] {
        assert!(text.parse::<Pipeline>().is_err(), "{text}");
    }
}

#[test]
fn the_first_mistake_of_the_text_is_told() {
    check("zz-1,w-abc", "unknown parameter `zz`; the nearest known one is `z` at 0..4");
    check("q-0:w-abc", "parameter `q` expects a whole number from 1 to 100, not `0` at 0..3");
}

#[test]
fn unknown_keys_have_a_nearest() {
    check("width-300", "unknown parameter `width`; the nearest known one is `w` at 0..9");
    check("rotate-91", "unknown parameter `rotate`; the nearest known one is `rt` at 0..9");
    check("colour-1", "unknown parameter `colour` at 0..8");
    let error = "w-3,foo-1".parse::<Pipeline>().unwrap_err();
    assert_eq!((error.nearest.as_deref(), error.unsupported), (Some("fo"), false));
    assert_eq!((error.parameter.as_deref(), error.span), (Some("foo"), 4..9));
}

#[test]
fn what_is_known_and_not_supported() {
    #[track_caller]
    fn check(text: &str, parameter: &str, message: &str) {
        let error = text.parse::<Pipeline>().unwrap_err();
        assert!(error.unsupported, "{text}");
        assert_eq!((error.parameter.as_deref(), error.message.as_str()), (Some(parameter), message));
        assert!(leniently(text).is_err(), "nor is it left out");
    }
    let instead = "not supported, since it needs AI; store the image with a transparent background in its place";
    check("e-bgremove", "e-bgremove", &format!("parameter `e-bgremove` is {instead}"));
    let instead = "not supported, since it needs AI; `w` and `h` enlarge, and `e-usm` sharpens";
    check("e-upscale", "e-upscale", &format!("parameter `e-upscale` is {instead}"));
    check("l-video,i-a,l-end", "l", "parameter `l`: video layers are not supported");
    let objects = "parameter `fo`: objects are not looked for; use `auto`, `face` or `custom`";
    check("w-1,fo-trafficLight", "fo", objects);
    check("w-1,h-1,fo-person_dog", "fo", objects);
    let instead = "`blurred`, `dominant` and `gradient_dominant` fill padding without";
    check("bg-genfill-prompt-x", "bg", &format!("parameter `bg`: generative fill is not supported; {instead}"));
    let instead = "gradients of contrasting colours are not supported; `gradient_dominant` is";
    check("bg-gradient_contrast_2", "bg", &format!("parameter `bg`: {instead}"));
}

#[test]
fn leniently_the_unknown_is_left_out() {
    let reading = leniently("foo-1,w-300,q-abc:h-3").unwrap();
    assert_eq!(reading.pipeline.to_string(), "w-300:h-3");
    let keys: Vec<_> = reading.problems.iter().filter_map(|problem| problem.parameter.as_deref()).collect();
    assert_eq!(keys, ["foo", "q"]);
    assert!(leniently("w-300,").is_err(), "the grammar is not a matter of leniency");
}

#[test]
fn the_documentation_is_true() {
    let all: Vec<_> = PARAMETERS.iter().copied().flatten().collect();
    for (index, parameter) in all.iter().enumerate() {
        let Parameter { key, name, values, default, meaning, example } = parameter;
        assert!(![name, values, default, meaning].iter().any(|text| text.is_empty()), "{key}");
        let uses = |item: &str| item.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        assert!(example.split([',', ':']).any(uses), "{example}");
        assert!(!canonical(example).is_empty() && !canonical(example).contains("parameter"), "{example}");
        assert!(all[..index].iter().all(|other| other.key != *key), "{key} is documented twice");
        assert_eq!(unsupported::reason(key), None, "{key} is carried out");
    }
}

#[test]
fn old_overlays_are_known_and_never_dropped() {
    for text in ["oi-logo.png", "w-300,ot-Hello,ots-45", "w-300:oibg-FF0000"] {
        let refused = leniently(text).unwrap_err();
        assert!(refused.unsupported && refused.message.contains("l-image"), "{text}: {refused}");
        assert_eq!(refused.nearest, None);
    }
}

#[test]
fn a_thumbnail_is_a_jpeg_unless_it_is_told_otherwise() {
    for (text, expected) in [
        ("w-300", "w-300,f-jpg"),
        ("w-300,f-png", "w-300,f-png"),
        ("w-300:rt-90,q-5", "w-300:rt-90,f-jpg,q-5"),
        ("f-auto", "f-jpg"),
        ("orig-true", "orig-true"),
        ("f-gif", "pg-1,f-gif"),
        ("w-9:f-webp", "pg-1,w-9,f-webp"),
        ("f-orig", "pg-1,f-orig"),
        ("pg-2,f-webp", "pg-2,f-webp"),
        ("f-avif", "f-avif"),
        ("if-w_gt_1,f-webp,if-end", "pg-1,f-jpg:if-w_gt_1,f-webp,if-end"),
        ("if-w_gt_1,f-png,if-end:w-3", "f-jpg:if-w_gt_1,f-png,if-end:w-3"),
        ("w-9:if-w_gt_1,f-png,if-else,w-3,if-end", "w-9,f-jpg:if-w_gt_1,f-png,if-else,w-3,if-end"),
    ] {
        let thumbnail = text.parse::<Pipeline>().unwrap().as_thumbnail();
        assert_eq!(thumbnail.to_string(), expected);
        assert_eq!(expected.parse::<Pipeline>().unwrap(), thumbnail, "it goes to a worker as text");
        assert!(!thumbnail.negotiates(), "{text}");
    }
    assert_eq!(Pipeline::default().as_thumbnail().to_string(), "f-jpg");
}

#[test]
fn first_scale_is_for_plain_resizes() {
    let scale = |text: &str| text.parse::<Pipeline>().unwrap().first_scale(Size { width: 640, height: 865 });
    assert_eq!(scale("w-320"), Some(0.5));
    assert_eq!(scale("w-320,h-320"), Some(0.5));
    assert_eq!(scale("w-64,h-432,c-force"), Some(432.0 / 865.0));
    assert_eq!(scale("w-1280"), Some(2.0));
    assert_eq!(scale("w-320,h-320,c-extract"), None);
    assert_eq!(scale("w-640"), None);
    assert_eq!(scale("bl-5:w-320"), None);
    assert_eq!(scale("q-5"), None);
}

#[test]
fn what_differs_in_writing_alone_has_the_same_steps() {
    let steps = |text: &str| text.parse::<Pipeline>().expect("a pipeline").steps();
    for text in ["w-300,f-webp", "w-300,q-50", "f-avif:w-300", "w-300,lo-true", "w-300"] {
        assert_eq!(steps(text), "w-300", "{text}");
    }
    assert_eq!(steps("f-webp"), "");
    for text in ["w-301", "w-300,h-300", "w-300,bl-2", "pg-2,w-300", "w-300:rt-90"] {
        assert_ne!(steps(text), "w-300", "{text}");
    }
}

#[test]
fn the_box_that_is_asked_for_is_known_from_the_text() {
    let check = |text: &str, expected| {
        assert_eq!(text.parse::<Pipeline>().expect("a pipeline").asked_pixels(), expected, "{text}");
    };
    check("w-300,h-200", Some(60_000));
    check("w-300", Some(90_000));
    check("f-webp:h-20:w-300", Some(400));
    check("w-100,dpr-2", Some(40_000));
    for text in ["f-webp", "rt-90:w-300", "w-0.5,h-20", "w-iw_div_2", "if-w_gt_10,w-5,if-end"] {
        check(text, None);
    }
}

#[test]
fn sizes_are_known_before_pixels() {
    let size = |text: &str| {
        text.parse::<Pipeline>().unwrap().result_size(Size { width: 640, height: 865 }, &crate::Limits::default())
    };
    assert_eq!(size("w-300:rt-90"), Ok(Some(Size { width: 405, height: 300 })));
    assert_eq!(size("rt-45"), Ok(Some(Size { width: 1064, height: 1064 })));
    assert_eq!(size("w-iw_div_2,h-ih_sub_65:w-cw_add_10,ar-iar"), Ok(Some(Size { width: 330, height: 446 })));
    assert_eq!(size("w-100,ar-iw_div_320"), Ok(Some(Size { width: 100, height: 50 })));
    assert_eq!(size("w-100,dpr-iw_div_320"), Ok(Some(Size { width: 200, height: 270 })));
    assert_eq!(size("w-100,h-100,cm-extract,x-iw_sub_100,y-0"), Ok(Some(Size { width: 100, height: 100 })));
    let impossible = |parameter: &str, reason: &str| {
        Err(crate::Error::Impossible { parameter: parameter.into(), reason: reason.into() })
    };
    assert_eq!(
        size("w-iw_sub_640"),
        impossible("w", "`iw_sub_640` gives 0 with iw = 640; it has to be more than 0 and at most 65535")
    );
    assert_eq!(
        size("w-3,dpr-iw"),
        impossible("dpr", "`iw` gives 640 with iw = 640; it has to be at least 0.1 and at most 5")
    );
    let too_large = |limit: &str, maximum, actual| Err(crate::Error::TooLarge { limit: limit.into(), maximum, actual });
    assert_eq!(size("w-9000"), too_large("output_side_px", 8192, 12164));
    assert_eq!(size("w-8193,h-1"), too_large("output_side_px", 8192, 8193));
    assert_eq!(size("w-8192,h-8192:w-8193,h-8193,c-pad_extract"), too_large("output_side_px", 8192, 8193));
}

/// The longest texts of the worst shapes: quadratic work would take many seconds.
#[test]
fn long_texts_take_linear_time() {
    let started = std::time::Instant::now();
    for piece in ["l-a,", "if-a,", ",", ":", "w-1,", "a", "-", "%", "e-", "l-end,", "9", "_mul_"] {
        for _ in 0..20 {
            let text = piece.repeat(MAX_TEXT_BYTES / piece.len());
            assert!(text.parse::<Pipeline>().is_err());
        }
    }
    assert!(started.elapsed() < std::time::Duration::from_secs(5), "{:?}", started.elapsed());
}

#[test]
fn hints_are_worked_in() {
    let read = |text: &str, width_px, dpr| {
        let reading = Reading::of(text, Hints { width_px, dpr }).unwrap().strictly().unwrap();
        (reading.pipeline.to_string(), reading.dependence)
    };
    let depends = |width, dpr, content_dpr| Dependence { width, dpr, content_dpr };
    assert_eq!(read("w-auto", Some(150.0), None), ("w-200".into(), depends(true, true, Some(200.0 / 150.0))));
    assert_eq!(read("w-auto", Some(600.0), None).0, "w-600");
    assert_eq!(
        read("w-auto,dpr-auto", Some(212.0), Some(2.0)),
        ("w-300".into(), depends(true, true, Some(300.0 / 106.0)))
    );
    assert_eq!(read("w-auto,h-30", None, None), ("h-30".into(), depends(true, false, None)));
    assert_eq!(read("w-auto,h-30", Some(f64::NAN), Some(2.0)).0, "h-30");
    assert_eq!(read("w-100,dpr-auto", None, Some(2.0)), ("w-200".into(), depends(false, true, None)));
    assert_eq!(read("w-100,dpr-auto", None, Some(9.0)).0, "w-100");
    assert_eq!(read("w-100", Some(300.0), Some(2.0)), ("w-100".into(), Dependence::default()));
    assert_eq!(read("if-w_gt_3,w-auto,if-end", Some(3.0), None).0, "if-w_gt_3,w-100,if-end");
}

#[test]
fn a_default_image_is_no_part_of_the_picture() {
    let reading = Reading::of("w-3,di-@@shop@@none.png", Hints::default()).unwrap().strictly().unwrap();
    assert_eq!((reading.pipeline.to_string(), reading.default_image), ("w-3".into(), Some("shop/none.png".into())));
    check("w-3,di-@@", "parameter `di` expects the path of an image, with `@@` for `/`, or nothing, not `@@` at 4..9");
    let reading = Reading::of("w-3,di-", Hints::default()).unwrap().strictly().unwrap();
    assert_eq!((reading.default_image, reading.pipeline.to_string().as_str()), (None, "w-3"));
    let reading = Reading::of("di-https:@@@@a.b@@c.png,w-3", Hints::default()).unwrap().strictly().unwrap();
    assert_eq!(reading.default_image.as_deref(), Some("https://a.b/c.png"));
}
