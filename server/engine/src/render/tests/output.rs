use super::{Drawing, NONE, OPAQUE, assert_near, made, opened, quarters};
use crate::{Format, Limits, codecs, metadata};
use bytes::Bytes;

#[test]
fn metadata_leave_only_when_asked_for() {
    let image = Drawing::default().image().edit_metadata(|edit| {
        edit.set_blob(c"xmp-data", b"<x:xmpmeta>home address</x:xmpmeta>");
    });
    let file = image.and_then(|image| image.operation(c"jpegsave_buffer")?.run_buffer()).expect("a JPEG");
    let holds = |file: &Bytes| {
        let source = codecs::open(file.clone(), &Limits::default()).expect("what we write we read");
        source.image.has(c"xmp-data")
    };
    assert!(holds(&file));
    for format in ["jpg", "png", "webp", "avif"] {
        let of = |text: &str| made(&file, &format!("w-20,rt-90,f-{format}{text}"), NONE).expect("a rendition").data;
        assert!(!holds(&of("")) && !holds(&of(",cp-true")), "{format}");
        assert!(holds(&of(",md-true")), "{format}");
    }
}

#[test]
fn parameters_of_the_encoder_reach_it() {
    let file = Drawing { width: 256, height: 256, ..Drawing::default() }.encoded(Format::Jpeg).expect("a JPEG");
    let quality =
        |text| metadata(made(&file, text, NONE).expect("a JPEG").data, &Limits::default()).expect("a header").quality;
    assert_eq!((quality("q-35"), quality("")), (35, 80));
    let poor = made(&file, "q-30", NONE).expect("a JPEG").data;
    assert_eq!(
        metadata(made(&poor, "", NONE).expect("a JPEG").data, &Limits::default()).expect("a header").quality,
        30
    );
    let progressive = made(&file, "pr-true", NONE).expect("a JPEG");
    let source = codecs::open(progressive.data, &Limits::default()).expect("a JPEG");
    assert_eq!(source.image.get_int(c"jpeg-multiscan"), Some(1));
    let png = Drawing::default().encoded(Format::Png).expect("a PNG");
    let lossless = made(&png, "f-webp,lo-true", NONE).expect("a WebP");
    assert_near(&quarters(&opened(&lossless.data)), &OPAQUE, 0, "lossless");
}
