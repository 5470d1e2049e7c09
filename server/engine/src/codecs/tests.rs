use super::{fixtures::Drawing, jpeg, open, shrink};
use crate::{Error, Format, Limits, metadata, vips::Image};
use bytes::Bytes;

#[test]
fn decoders_leave_at_least_a_factor_of_two_to_the_resize() {
    for (scale, expected) in [(3.0, 1), (1.0, 1), (0.26, 1), (0.25, 2), (0.126, 2), (0.125, 4), (0.0625, 8), (0.001, 8)]
    {
        assert_eq!(shrink(scale), expected, "{scale}");
    }
}

#[test]
fn only_some_decoders_scale() {
    let drawing = Drawing { width: 160, height: 80, ..Drawing::default() };
    let limits = Limits::default();
    for (format, scale, width) in [
        (Format::Jpeg, 0.125, 40),
        (Format::Webp, 0.125, 40),
        (Format::Svg, 0.125, 20),
        (Format::Svg, 4.0, 640),
        (Format::Png, 0.125, 160),
        (Format::Jpeg, 0.9, 160),
    ] {
        let source = open(drawing.encoded(format).expect("a file"), &limits).expect("opens");
        let image = source.still(Some(scale), &limits).expect("decodes");
        assert_eq!((image.width(), image.height()), (width, width / 2), "{format:?} at {scale}");
    }
}

#[test]
fn an_enlarged_drawing_is_rendered_no_larger_than_allowed() {
    let svg = Drawing::default().encoded(Format::Svg).expect("an SVG");
    let limits = Limits { svg_side_px: 100, ..Limits::default() };
    let source = open(svg, &limits).expect("opens");
    let image = source.still(Some(50.0), &limits).expect("renders");
    assert_eq!((image.width(), image.height()), (100, 75));
}

#[test]
fn a_file_of_very_many_scans_is_refused() {
    let scan = b"\xFF\xDA\x00\x02";
    let bytes = |scans| [b"\xFF\xD8".to_vec(), scan.repeat(scans), b"\xFF\xD9".to_vec()].concat();
    assert_eq!(jpeg::check_scans(&bytes(100)), Ok(()));
    let refused = jpeg::check_scans(&bytes(101));
    assert!(matches!(refused, Err(Error::TooLarge { actual: 101, .. })));
}

#[test]
fn an_icon_with_a_png_of_any_kind_is_read() {
    let png = Drawing { width: 16, height: 16, ..Drawing::default() };
    let png = png.encoded(Format::Png).expect("a PNG");
    let length = u32::try_from(png.len()).expect("small").to_le_bytes();
    let header = [&[0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 24, 0][..], &length, &[22, 0, 0, 0]].concat();
    let icon = Bytes::from([&header[..], &png].concat());
    let facts = metadata(icon.clone(), &Limits::default()).expect("a header");
    assert_eq!((facts.format, facts.width_px), (Format::Ico, 16));
    // A directory that points outside the file is not followed.
    let cut = icon.slice(..icon.len() - 1);
    assert!(matches!(metadata(cut, &Limits::default()), Err(Error::Unreadable { .. })));
}

#[test]
fn headers_say_what_the_file_holds() {
    let drawing = Drawing { alpha: true, ..Drawing::default() };
    let file = drawing.encoded(Format::Png).expect("a PNG");
    let facts = metadata(file.clone(), &Limits::default()).expect("a header");
    assert_eq!((facts.width_px, facts.height_px, facts.frames), (64, 48, 1));
    assert_eq!(facts.size_bytes, file.len() as u64);
    assert!(facts.has_transparency && !facts.has_color_profile);
    assert_eq!((facts.density, facts.orientation, facts.quality), (0, 1, 0));

    let dense = drawing.image().operation(c"copy").and_then(|copy| {
        let dense: Image = copy.double(c"xres", 300.0 / 25.4).double(c"yres", 300.0 / 25.4).run()?;
        dense.operation(c"pngsave_buffer")?.run_buffer()
    });
    let facts = metadata(dense.expect("a PNG"), &Limits::default()).expect("a header");
    assert_eq!(facts.density, 300);
}
