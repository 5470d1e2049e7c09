use super::{Drawing, NONE, OPAQUE, assert_near, made, opened, quarters, segments::Said, segments::said};
use crate::{Error, Format, Limits, codecs, metadata};
use bytes::Bytes;

/// A JPEG with everything that a camera and an editor leave in one, and a profile of wide colours.
fn telling() -> Bytes {
    // A description of six letters, as the only entry.
    let exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0E\x01\x02\0\x06\0\0\0\x1A\0\0\0\0\0\0\0Berlin";
    let wide = Drawing::default().image().icc_transform("p3", Some("srgb")).expect("wide colours");
    let image = wide.edit_metadata(|edit| {
        edit.set_blob(c"exif-data", exif)
            .set_blob(c"xmp-data", b"<x:xmpmeta>home address</x:xmpmeta>")
            .set_blob(c"iptc-data", b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\0");
    });
    image.and_then(|image| image.operation(c"jpegsave_buffer")?.run_buffer()).expect("a JPEG")
}

#[test]
fn metadata_and_profiles_leave_only_when_asked_for() {
    let file = telling();
    let all = Said { exif: true, xmp: true, iptc: true, profile: true, density: said(&file).density };
    assert_eq!(said(&file), all);
    for (format, iptc) in [("jpg", true), ("png", false), ("webp", false), ("avif", false)] {
        let of = |text: &str| said(&made(&file, &format!("w-20,rt-90,f-{format}{text}"), NONE).expect("a file").data);
        let kinds = |said: Said| (said.exif, said.xmp, said.iptc, said.profile);
        assert_eq!(kinds(of("")), (false, false, false, false), "{format}");
        assert_eq!(kinds(of(",md-true")), (true, true, iptc, false), "{format}");
        assert_eq!(kinds(of(",md-true,cp-true")), (true, true, iptc, true), "{format}");
        // Into an AVIF older libvips write an EXIF of their own making; nothing of the source is in it.
        let with_profile = made(&file, &format!("w-20,rt-90,f-{format},cp-true"), NONE).expect("a file").data;
        let (exif, others) = (said(&with_profile).exif, kinds(Said { exif: false, ..said(&with_profile) }));
        assert_eq!((exif && format != "avif", others), (false, (false, false, false, true)), "{format}");
        assert!(!with_profile.windows(6).any(|bytes| bytes == b"Berlin"), "{format}");
    }
}

#[test]
fn the_density_is_written_in_every_format_that_is_not_gif() {
    let file = telling();
    for format in ["jpg", "png", "webp", "avif"] {
        for others in ["", ",md-true", ",cp-true", ",md-true,cp-true"] {
            let text = format!("w-20,dn-300,f-{format}{others}");
            let rendition = made(&file, &text, NONE).expect("a file");
            let found = said(&rendition.data);
            assert_eq!(found.density, Some(300), "{text}");
            let asked = (others.contains("md"), others.contains("cp"));
            assert_eq!((found.xmp, found.profile), asked, "{text}");
            assert!(!rendition.data.windows(6).any(|bytes| bytes == b"Berlin") || asked.0, "{text}");
        }
    }
    let few_colours = Drawing::default().encoded(Format::Png).expect("a PNG");
    let dense = made(&file, "dn-100,f-png", NONE).expect("a PNG").data;
    for (text, density) in [("idn", 100), ("idn_mul_3", 300), ("idn_mul_1.236", 124), ("cw_mul_2", 40)] {
        let rendition = made(&dense, &format!("w-20,f-jpg,dn-{text}"), NONE).expect(text);
        assert_eq!(said(&rendition.data).density, Some(density), "{text}");
    }
    let unknown = made(&few_colours, "f-png,dn-idn", NONE).expect("a PNG").data;
    assert_eq!(said(&unknown).density, Some(72), "where the source does not say");
    let Err(Error::Impossible { parameter, reason }) = made(&dense, "dn-idn_mul_20", NONE) else {
        panic!("beyond what can be written");
    };
    assert_eq!((parameter.as_str(), reason.contains("gives 2000 with idn = 100")), ("dn", true), "{reason}");
    assert_eq!(said(&made(&few_colours, "dn-96,f-png", NONE).expect("a PNG").data).density, Some(96));
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
    assert_eq!(source.image().expect("an image").get_int(c"jpeg-multiscan"), Some(1));
    let png = Drawing::default().encoded(Format::Png).expect("a PNG");
    let lossless = made(&png, "f-webp,lo-true", NONE).expect("a WebP");
    assert_near(&quarters(&opened(&lossless.data)), &OPAQUE, 0, "lossless");
}
