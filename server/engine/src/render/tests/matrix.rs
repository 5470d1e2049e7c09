use super::{BOTH, Drawing, NONE, OPAQUE, assert_near, made, opened, quarters, request, tolerance};
use crate::{Format, Limits, Pipeline, codecs, metadata, passes_through, vips::Image};
use bytes::Bytes;

#[test]
fn every_format_that_is_read_becomes_every_format_that_is_written() {
    let written = || Format::ALL.into_iter().filter(|format| format.capabilities().saver.is_some());
    for source in Format::ALL {
        let Some(file) = Drawing::default().encoded(source) else {
            eprintln!("skipped: this libvips writes no {source:?} to read");
            continue;
        };
        assert_eq!(Format::sniff(&file), Some(source));
        for format in written().filter(|format| *format != Format::Gif || source == Format::Gif) {
            let what = format!("{source:?} to {format:?}");
            let rendition = made(&file, &format!("q-100,f-{}", format.extension()), NONE).expect(&what);
            assert_eq!((rendition.format, rendition.width_px, rendition.height_px), (format, 64, 48), "{what}");
            assert_eq!(Format::sniff(&rendition.data), Some(format), "{what}");
            let bands: Vec<Vec<u8>> = quarters(&opened(&rendition.data)).map(|pixel| pixel[..3].to_vec()).into();
            assert_near(&bands, &OPAQUE, tolerance(source) + tolerance(format), &what);
        }
    }
}

#[test]
fn transparency_is_kept_or_laid_on_white() {
    let drawing = Drawing { alpha: true, ..Drawing::default() };
    for source in Format::ALL.into_iter().filter(|format| format.capabilities().alpha) {
        // A GIF pixel is there or not; HEIC with alpha is not written by libvips.
        let Some(file) = drawing.encoded(source).filter(|_| !matches!(source, Format::Gif | Format::Heic)) else {
            continue;
        };
        let [.., last] = quarters(&opened(&made(&file, "f-png", NONE).expect("PNG").data));
        assert!(last[3].abs_diff(128) <= 4, "{source:?}: {last:?}");
        let flat = quarters(&opened(&made(&file, "f-jpg,q-100", NONE).expect("JPEG").data));
        assert_near(&flat, &OPAQUE, tolerance(source) + 4, &format!("{source:?} on white"));
        let blue = quarters(&opened(&made(&file, "bg-0000FF,f-jpg,q-100", NONE).expect("JPEG").data));
        assert_near(&blue[3..], &[&[128, 128, 255]], 8, &format!("{source:?} on blue"));
    }
}

#[test]
fn animations_stay_animated_where_the_format_can() {
    let drawing = Drawing { frames: 3, ..Drawing::default() };
    for source in [Format::Gif, Format::Webp] {
        let file = drawing.encoded(source).expect("an animation");
        assert_eq!(metadata(file.clone(), &Limits::default()).expect("a header").frames, 3);
        for (text, accept, format, frames) in [
            ("w-32", BOTH, Format::Webp, 3),
            ("rt-90,w-32", BOTH, Format::Webp, 3),
            ("f-orig", NONE, source, 3),
            ("f-webp,bl-2", NONE, Format::Webp, 3),
            ("f-avif", NONE, Format::Avif, 1),
            ("f-png", BOTH, Format::Png, 1),
            ("f-jpg", BOTH, Format::Jpeg, 1),
        ] {
            let rendition = made(&file, text, accept).expect(text);
            let facts = metadata(rendition.data.clone(), &Limits::default()).expect("a header");
            assert_eq!((rendition.format, facts.frames), (format, frames), "{source:?} {text}");
            assert_eq!(
                (facts.width_px, facts.height_px),
                (rendition.width_px, rendition.height_px),
                "{source:?} {text}"
            );
        }
        let source = codecs::open(made(&file, "w-32", BOTH).expect("WebP").data, &Limits::default()).expect("WebP");
        assert_eq!(source.image().expect("an image").get_array_int(c"delay"), Some(vec![70; 3]));
    }
    let still = made(&Drawing::default().encoded(Format::Gif).expect("a GIF"), "", NONE).expect("a rendition");
    assert_eq!(still.format, Format::Png);
}

#[test]
fn an_opaque_png_goes_out_as_whichever_is_smaller() {
    let drawing = Drawing { width: 200, height: 200, ..Drawing::default() }.encoded(Format::Png).expect("a PNG");
    assert_eq!(made(&drawing, "", NONE).expect("a rendition").format, Format::Png);
    let mut state = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(200 * 200 * 3)
    .collect();
    let noise = Image::from_memory(Bytes::from(noise), 200, 200, 3).and_then(|noise| noise.with_alpha());
    let photo = noise.and_then(|noise| noise.operation(c"pngsave_buffer")?.run_buffer()).expect("a PNG");
    assert_eq!(made(&photo, "", NONE).expect("a rendition").format, Format::Jpeg, "alpha that hides nothing");
}

#[test]
fn a_drawing_is_rendered_sharp_at_the_size_asked_for() {
    let svg = Drawing { width: 10, height: 10, ..Drawing::default() }.encoded(Format::Svg).expect("an SVG");
    let large = made(&svg, "w-400,f-png", NONE).expect("a PNG");
    assert_eq!((large.width_px, large.height_px), (400, 400));
    // One pixel from the border between the quarters nothing is mixed.
    let image = opened(&large.data);
    let edge = image.extract_area(198, 10, 1, 1).and_then(|pixel| pixel.to_memory()).expect("a pixel");
    assert_eq!(edge[..3], Drawing::RED);
}

#[test]
fn some_sources_need_no_engine() {
    let plain = Pipeline::default();
    let parsed = |text: &str| request(text, NONE).pipeline;
    assert!(passes_through(None, &parsed("w-100")));
    assert!(passes_through(Some(Format::Jpeg), &parsed("orig-true")));
    assert!(!passes_through(Some(Format::Jpeg), &plain));
    assert!(passes_through(Some(Format::Svg), &parsed("w-100")));
    assert!(passes_through(Some(Format::Svg), &parsed("w-100,f-orig")));
    assert!(!passes_through(Some(Format::Svg), &parsed("w-100,f-png")));
    assert!(!passes_through(Some(Format::Svg), &parsed("if-w_gt_9,l-image,i-a.png,l-end,if-end")), "a watermark stays");
}
