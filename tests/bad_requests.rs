//! URLs that ask for what cannot be: each gets the status, the code and the parameter that tell what to correct, and
//! none is answered as if it were Darkroom's fault.

use crate::{darkroom::Darkroom, on_both_transports, pictures::folder};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

on_both_transports! {
    what_is_wrong_is_told
    what_is_too_much_is_told
    what_is_missing_is_told
    what_is_unsupported_is_told
    a_body_says_where_and_what
}

/// Transformations and the parameter that their answers name: one beyond each bound, words that are none, no value.
#[rustfmt::skip]
const WRONG: &[(&str, &str)] = &[
    ("w-0", "w"), ("w-65536", "w"), ("w-N1", "w"), ("w-abc", "w"), ("w-", "w"), ("w", "w"), ("w-%FF", "w"),
    ("h-0", "h"), ("h-65536", "h"), ("h-", "h"),
    ("w-5,ar-1-0", "ar"), ("w-5,ar-N1-2", "ar"), ("w-5,ar-0:1", "ar"),
    ("w-5,dpr-0.05", "dpr"), ("w-5,dpr-5.1", "dpr"), ("w-5,dpr-N1", "dpr"),
    ("w-5,h-5,c-fit", "c"), ("w-5,h-5,cm-crop", "cm"), ("w-5,h-5,c-force,cm-extract", "cm"),
    ("w-5,h-5,fo-middle", "fo"), ("w-5,h-5,fo-face,z-0", "z"), ("w-5,h-5,fo-face,z-101", "z"),
    ("x-N1", "x"), ("x-65536", "x"), ("y-a", "y"), ("xc-", "xc"), ("yc-N3", "yc"),
    ("w-100,h-100,cm-extract,xc-1,yc-1", "xc"),
    ("q-0", "q"), ("q-101", "q"), ("q-1.5", "q"), ("q-", "q"), ("f-bmp", "f"), ("lo-yes", "lo"), ("pr-1", "pr"),
    ("cp-2", "cp"), ("md-", "md"), ("dn-0", "dn"), ("dn-1201", "dn"), ("dn-72.5", "dn"), ("dn-idn_mul_1000", "dn"),
    ("orig-no", "orig"), ("pg-0", "pg"), ("pg-100001", "pg"), ("pg-2", "pg"), ("w-5:pg-2", "pg"),
    ("bl-0", "bl"), ("bl-101", "bl"), ("bl-N1", "bl"), ("t-0", "t"), ("t-100", "t"), ("t-yes", "t"),
    ("b-5", "b"), ("b-N5_red", "b"), ("b-65536_red", "b"), ("b-5_puce", "b"),
    ("r-N1", "r"), ("r-65536", "r"), ("r-1_2", "r"), ("rt-361", "rt"), ("rt-N361", "rt"), ("rt-up", "rt"),
    ("fl-x", "fl"), ("o-101", "o"), ("o-N1", "o"),
    ("bg-puce", "bg"), ("bg-12345", "bg"), ("bg-blurred_101", "bg"), ("bg-blurred_5_256", "bg"),
    ("bg-gradient_dominant_3", "bg"),
    ("e-grayscale-5", "e-grayscale"), ("e-contrast-no", "e-contrast"), ("e-sharpen-0", "e-sharpen"),
    ("e-usm-1-1-1", "e-usm"), ("e-usm-101-1-1-0", "e-usm"), ("e-usm-1-0-1-0", "e-usm"),
    ("e-shadow-bl-16", "e-shadow"), ("e-shadow-st-101", "e-shadow"), ("e-shadow-x-101", "e-shadow"),
    ("e-shadow-y-N101", "e-shadow"), ("e-dropshadow-az-361", "e-dropshadow"), ("e-dropshadow-el-91", "e-dropshadow"),
    ("e-gradient-ld-361", "e-gradient"), ("e-gradient-from-x", "e-gradient"), ("e-gradient-sp-N1", "e-gradient"),
    ("e-colorize-in-101", "e-colorize"), ("e-colorize-co-x", "e-colorize"),
    ("cr-x", "cr"), ("cr-red_101", "cr"), ("cr-red_5_x", "cr"),
    ("e-distort", "e-distort"), ("e-distort-p-1_2_3", "e-distort"), ("e-distort-a-0", "e-distort"),
    ("e-distort-a-361", "e-distort"), ("e-distort-p-0_0_0_0_0_0_0_0", "e-distort"),
    ("l-image,l-end", "l"), ("l-text,l-end", "l"), ("l-shape,i-x,l-end", "l"),
    ("l-image,i-logo.png,lm-displace,l-end", "l"), ("l-image,i-logo.png,lm-screen,l-end", "lm"),
    ("l-image,i-logo.png,lx-a,l-end", "lx"), ("l-image,i-logo.png,lx-1,lxc-1,l-end", "lxc"),
    ("l-image,i-logo.png,ly-NN5,l-end", "ly"), ("l-image,i-logo.png,lfo-middle,l-end", "lfo"),
    ("l-image,i-logo.png,lx-1,lap-middle,l-end", "lap"), ("l-image,i-logo.png,lso-soon,l-end", "lso"),
    ("l-image,i-logo.png,di-photo.jpg,l-end", "di"), ("l-image,i-logo.png,fs-5,l-end", "fs"),
    ("l-image,i-ik_canvas,w-0,l-end", "w"), ("l-image,i-ik_canvas,w-iw,l-end", "w"), ("l-image,i-ik_canvas,al-0,l-end", "al"),
    ("l-text,i-a,fs-0,l-end", "fs"), ("l-text,i-a,fs-16384,l-end", "fs"), ("l-text,i-a,lh-0,l-end", "lh"),
    ("l-text,i-a,pa-N1,l-end", "pa"), ("l-text,i-a,pa-1_2_3_4_5,l-end", "pa"), ("l-text,i-a,tg-x,l-end", "tg"),
    ("l-text,i-a,ia-top,l-end", "ia"), ("l-text,i-a,co-x,l-end", "co"), ("l-text,i-a,al-10,l-end", "al"),
    ("l-text,i-a,w-cw,l-end", "w"), ("l-text,ie-%25%25,l-end", "ie"), ("l-text,i-%FF,l-end", "i"),
    ("l-text,i-%20,l-end", "i"), ("l-text,i-a,ff-No%20Such%20Font,l-end", "ff"), ("l-text,i-a,ff-a.woff,l-end", "ff"),
    ("l-text,i-a,ff-drawing.svg.ttf,l-end", "ff"),
    ("fs-5", "fs"), ("lx-5", "lx"), ("w-bw", "w"), ("w-idn", "w"), ("w-iw_mul", "w"), ("w-iw_sub_800", "w"),
    ("w-iw_div_0", "w"), ("w-iw_pow_9", "w"),
    ("if-foo_gt_1,w-5,if-end", "if"), ("if-w_is_1,w-5,if-end", "if"), ("if-w_gt_a,w-5,if-end", "if"),
    ("w-5,if-w_gt_1,h-5,if-end", "if"), ("if-w_gt_1,pg-2,if-end", "pg"),
    ("foo-1", "foo"), ("n-nothing", "n"), ("n-", "n"), ("n-a-b", "n"), ("w-5,w-6", "w"), ("di-@@", "di"),
];

/// Texts that are not of the grammar, so that no parameter is at fault.
const MALFORMED: [&str; 13] = [
    "w-5:",
    ":w-5",
    "w-5::h-5",
    "w-5,,h-5",
    "l-image,i-logo.png",
    "l-end",
    "l-",
    "if-w_gt_5,h-5",
    "if-end",
    "if-else",
    "l-image,i-a,l-image,i-a,l-image,i-a,l-image,i-a,l-end,l-end,l-end,l-end",
    "w-5:w-5:w-5:w-5:w-5:w-5:w-5:w-5:w-5:w-5:w-5",
    "l-image,i-..@@logo.png,l-end",
];

/// Asks for a transformation of `photo.jpg`; status, code of `ik-error` and body of the answer, which nobody may
/// keep.
async fn ask(darkroom: &Darkroom, transformation: &str) -> (u16, String, Value) {
    let response = darkroom.get(&format!("/tr:{transformation}/photo.jpg")).await;
    let status = response.status().as_u16();
    let fields = response.headers().clone();
    let said = fields.get("ik-error").map(|said| said.to_str().unwrap().to_owned()).unwrap_or_default();
    assert_eq!(fields["cache-control"], "no-store", "{transformation}");
    let body: Value = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
    let code = said.split(" - ").next().unwrap_or_default().to_owned();
    assert_eq!(body["error"]["code"].as_str(), Some(code.as_str()), "{transformation}");
    (status, code, body)
}

async fn what_is_wrong_is_told(darkroom: &Darkroom) {
    let pictures = folder();
    std::fs::copy(pictures.path().join("drawing.svg"), pictures.path().join("drawing.svg.ttf")).unwrap();
    darkroom.folder(pictures.path()).await;
    for (text, parameter) in WRONG {
        let (status, code, body) = ask(darkroom, text).await;
        let told = body["error"]["parameter"].as_str();
        assert_eq!((status, code.as_str(), told), (400, "EINVAL", Some(*parameter)), "{text}: {body}");
    }
    for text in MALFORMED {
        let (status, code, body) = ask(darkroom, text).await;
        assert_eq!((status, code.as_str()), (400, "EINVAL"), "{text}: {body}");
    }
}

async fn what_is_too_much_is_told(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let layers = ["l-text,i-a,l-end"; 17].join(",");
    let operands = format!("w-{}", ["iw"; 33].join("_mul_"));
    let parameters = ["fo-top"; 65].join(",");
    for text in [&layers, &operands, &parameters] {
        let (status, code, _) = ask(darkroom, text).await;
        assert_eq!((status, code.as_str()), (400, "EINVAL"), "{}", &text[..40]);
    }
    let (status, code, _) = ask(darkroom, &format!("w-5,di-{}", "a".repeat(8200))).await;
    assert_eq!((status, code.as_str()), (414, "ELIMIT"), "no URL is that long");
    for text in [
        "w-60000",
        "w-60000,h-60000",
        "h-8193",
        "b-60000_red",
        "rt-45,w-8000,h-8000",
        "w-5000,h-5000,f-avif",
        "w-2000,h-2000,e-shadow",
        "l-image,i-ik_canvas,w-60000,h-60000,l-end",
    ] {
        let (status, code, body) = ask(darkroom, text).await;
        assert_eq!((status, code.as_str()), (400, "ELIMIT"), "{text}: {body}");
    }
    // What is over in a text is cut off, and what is left is drawn.
    let words = |count: usize| URL_SAFE_NO_PAD.encode("ab ".repeat(count / 3));
    let drawn = |words: &str| format!("/tr:l-text,ie-{words},w-780,fs-10,l-end/photo.jpg");
    let (whole, over) = (darkroom.get(&drawn(&words(2499))).await, darkroom.get(&drawn(&words(2700))).await);
    assert_eq!((whole.status().as_u16(), over.status().as_u16()), (200, 200));
}

async fn what_is_missing_is_told(darkroom: &Darkroom) {
    let pictures = folder();
    std::fs::write(pictures.path().join("notes.png"), "no image").unwrap();
    darkroom.folder(pictures.path()).await;
    for (text, status, code) in [
        ("l-image,i-none.png,l-end", 404, "ENOENT"),
        ("l-text,i-a,ff-none.ttf,l-end", 404, "ENOENT"),
        ("l-image,i-logo.png,l-image,i-none.png,l-end,l-end", 404, "ENOENT"),
        ("if-w_lt_5,l-image,i-none.png,l-end,if-end", 404, "ENOENT"),
        ("l-image,i-notes.png,l-end", 400, "EIMAGE"),
    ] {
        let (told_status, told_code, body) = ask(darkroom, text).await;
        assert_eq!((told_status, told_code.as_str()), (status, code), "{text}: {body}");
    }
}

async fn what_is_unsupported_is_told(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    for (text, parameter) in [
        ("w-5,h-5,fo-car", "fo"),
        ("e-bgremove", "e-bgremove"),
        ("e-removedotbg", "e-removedotbg"),
        ("e-retouch", "e-retouch"),
        ("e-upscale", "e-upscale"),
        ("e-genvar", "e-genvar"),
        ("e-edit-prompt-a%20hat", "e-edit"),
        ("e-changebg-prompt-snow", "e-changebg"),
        ("w-900,h-900,cm-pad_resize,bg-genfill-prompt-snow", "bg"),
        ("l-image,i-logo.png,e-bgremove,l-end", "e-bgremove"),
        ("l-video,i-a.mp4,l-end", "l"),
        ("f-mp4", "f"),
        ("f-gif", "f"),
        ("pg-2-4", "pg"),
        ("pg-name-%22layer%22", "pg"),
        ("oi-logo.png", "oi"),
        ("vc-h264", "vc"),
    ] {
        let (status, code, body) = ask(darkroom, text).await;
        let told = body["error"]["parameter"].as_str();
        assert_eq!((status, code.as_str(), told), (400, "UNSUPPORTED", Some(parameter)), "{text}: {body}");
    }
}

async fn a_body_says_where_and_what(darkroom: &Darkroom) {
    let pictures = folder();
    darkroom.folder(pictures.path()).await;
    let (_, _, body) = ask(darkroom, "w-5:q-101").await;
    let error = &body["error"];
    assert_eq!(error["position"], "4", "{error}");
    assert_eq!(error["expected"], "a whole number from 1 to 100");
    assert!(error["message"].as_str().unwrap().contains("not `101`"), "{error}");
    assert!(error["help"].as_str().unwrap().contains("docs/transformations.md"), "{error}");
    let (_, _, body) = ask(darkroom, "w-5,heigth-3").await;
    assert_eq!((&body["error"]["position"], &body["error"]["nearest"]), (&"4".into(), &"h".into()), "{body}");
}
