use super::{Accept, COMPARED_PIXELS, Candidate, Facts, Format, choose, keeps_animation};
use crate::{Error, Limits, language::FormatChoice};

const NONE: Accept = Accept { avif: false, webp: false };
const WEBP: Accept = Accept { avif: false, webp: true };
const BOTH: Accept = Accept { avif: true, webp: true };

fn facts(source: Format, accept: Accept) -> Facts {
    Facts {
        source,
        width_px: 100,
        height_px: 50,
        frames: 1,
        alpha: false,
        few_colours: false,
        drawing: false,
        unsharp_mask: false,
        keep_profile: false,
        lossless: false,
        accept,
    }
}

/// A photo that is too large to be compared.
fn photo(source: Format, accept: Accept) -> Facts {
    Facts { width_px: 1000, height_px: 800, ..facts(source, accept) }
}

/// What is written, in order; `true` for those without loss.
fn auto(facts: Facts) -> Vec<(Format, bool)> {
    let chosen = choose(FormatChoice::Auto, &facts, &Limits::default(), &|_| true).expect("auto always finds one");
    chosen.into_iter().map(|Candidate { format, lossless }| (format, lossless)).collect()
}

fn one(format: Format) -> Vec<Candidate> {
    vec![Candidate { format, lossless: false }]
}

fn only(format: Format) -> Vec<(Format, bool)> {
    vec![(format, false)]
}

#[test]
fn a_photo_is_written_once() {
    for source in Format::ALL.into_iter().filter(|source| *source != Format::Heic) {
        assert_eq!(auto(photo(source, BOTH)), only(Format::Avif), "{source:?}");
        assert_eq!(auto(photo(source, WEBP)), only(Format::Webp), "{source:?}");
    }
    let no_avif = [
        photo(Format::Heic, BOTH),
        Facts { keep_profile: true, ..photo(Format::Jpeg, BOTH) },
        Facts { unsharp_mask: true, ..photo(Format::Jpeg, BOTH) },
        Facts { frames: 300, ..photo(Format::Gif, BOTH) },
        Facts { width_px: 3001, height_px: 3000, ..photo(Format::Png, BOTH) },
    ];
    for facts in no_avif {
        assert_eq!(auto(facts), only(Format::Webp), "{facts:?}");
    }
    assert_eq!(auto(Facts { width_px: 3000, height_px: 3000, ..photo(Format::Png, BOTH) }), only(Format::Avif));
    assert_eq!(auto(Facts { width_px: 16_384, ..photo(Format::Jpeg, WEBP) }), only(Format::Jpeg));
}

/// What is left of the limits decides: each format gives way to the next cheaper one.
#[test]
fn what_is_too_costly_gives_way() {
    const AVIF: (Format, bool) = (Format::Avif, false);
    const WEBP: (Format, bool) = (Format::Webp, false);
    const EXACT_WEBP: (Format, bool) = (Format::Webp, true);
    let cheaper_than = |costly: &'static [(Format, bool)], facts: Facts| {
        let affords = |all: &[Candidate]| all.iter().all(|one| !costly.contains(&(one.format, one.lossless)));
        let chosen = choose(FormatChoice::Auto, &facts, &Limits::default(), &affords).expect("auto always finds one");
        chosen.into_iter().map(|Candidate { format, lossless }| (format, lossless)).collect::<Vec<_>>()
    };
    let photo = photo(Format::Jpeg, BOTH);
    assert_eq!(cheaper_than(&[AVIF], photo), only(Format::Webp));
    assert_eq!(cheaper_than(&[AVIF, WEBP], photo), only(Format::Jpeg));
    assert_eq!(cheaper_than(&[AVIF, WEBP], Facts { alpha: true, ..photo }), only(Format::Png));
    let drawing = Facts { few_colours: true, drawing: true, source: Format::Png, ..photo };
    assert_eq!(cheaper_than(&[EXACT_WEBP], drawing), [(Format::Png, true), WEBP]);
    // Frames that are cheaper with loss, and those that only a GIF or only a WebP can hold.
    let animation = Facts { frames: 300, source: Format::Gif, ..drawing };
    assert_eq!(cheaper_than(&[EXACT_WEBP], animation), [WEBP]);
    assert_eq!(cheaper_than(&[EXACT_WEBP, WEBP], animation), only(Format::Gif));
    assert_eq!(cheaper_than(&[EXACT_WEBP, WEBP], Facts { source: Format::Webp, ..animation }), [EXACT_WEBP, WEBP]);
    // Where nothing is cheap enough the limit has the word.
    let nothing = choose(FormatChoice::Auto, &photo, &Limits::default(), &|_| false);
    assert_eq!(nothing, Ok(one(Format::Jpeg)));
}

/// Two that are affordable one by one need not be so together.
#[test]
fn what_is_compared_is_paid_together() {
    let facts = facts(Format::Jpeg, BOTH);
    let chosen = choose(FormatChoice::Auto, &facts, &Limits::default(), &|all| all.len() < 2);
    assert_eq!(chosen, Ok(one(Format::Avif)));
}

#[test]
fn a_small_photo_is_compared() {
    let both = [(Format::Avif, false), (Format::Webp, false)];
    let edge = Facts { width_px: 512, height_px: 512, ..photo(Format::Jpeg, BOTH) };
    assert_eq!(edge.pixels(), COMPARED_PIXELS);
    assert_eq!(auto(edge), both);
    assert_eq!(auto(Facts { width_px: 513, ..edge }), only(Format::Avif));
    assert_eq!(auto(Facts { accept: WEBP, ..edge }), only(Format::Webp));
}

#[test]
fn a_drawing_of_few_colours_is_written_without_loss() {
    let drawing = |facts: Facts| Facts { few_colours: true, drawing: true, ..facts };
    let (webp, png) = ((Format::Webp, true), (Format::Png, true));
    let (lossy, avif, jpeg) = ((Format::Webp, false), (Format::Avif, false), (Format::Jpeg, false));
    assert_eq!(auto(drawing(facts(Format::Png, BOTH))), [webp, png, lossy, avif]);
    assert_eq!(auto(drawing(photo(Format::Png, BOTH))), [webp, png, lossy]);
    assert_eq!(auto(drawing(photo(Format::Png, WEBP))), [webp, png, lossy]);
    assert_eq!(auto(drawing(photo(Format::Png, NONE))), [png, jpeg]);
    assert_eq!(auto(drawing(Facts { alpha: true, ..photo(Format::Png, NONE) })), [png]);
    assert_eq!(auto(drawing(Facts { lossless: true, ..photo(Format::Png, BOTH) })), [webp, png]);
    // Clients that take AVIF and not WebP.
    let avif_only = Accept { avif: true, webp: false };
    assert_eq!(auto(drawing(photo(Format::Png, avif_only))), [png, avif]);
    // Few colours alone are a photo in grey, areas of one colour alone a drawing with soft shadows.
    assert_eq!(auto(Facts { few_colours: true, ..photo(Format::Png, BOTH) }), only(Format::Avif));
    assert_eq!(auto(Facts { drawing: true, ..photo(Format::Png, BOTH) }), only(Format::Avif));
}

#[test]
fn an_animation_is_webp_with_loss_or_without() {
    let (lossless, lossy) = ((Format::Webp, true), (Format::Webp, false));
    let long = Facts { frames: 300, ..photo(Format::Gif, BOTH) };
    let drawn = Facts { few_colours: true, drawing: true, ..long };
    assert_eq!((auto(long), auto(drawn)), (vec![lossy], vec![lossless]));
    let short = |facts: Facts| Facts { frames: 5, ..facts };
    assert_eq!((auto(short(long)), auto(short(drawn))), (vec![lossless, lossy], vec![lossless, lossy]));
    assert_eq!(auto(Facts { frames: 6, ..long }), [lossy], "more than 4 megapixels");
    for facts in [long, drawn, short(long), short(drawn)] {
        assert_eq!(auto(Facts { lossless: true, ..facts }), [lossless]);
        assert_eq!(auto(Facts { accept: NONE, ..facts }), only(Format::Gif));
    }
}

#[test]
fn auto_without_modern_formats_stays_near_the_source() {
    for (source, opaque, alpha) in [
        (Format::Jpeg, Format::Jpeg, Format::Png),
        (Format::Png, Format::Jpeg, Format::Png),
        (Format::Webp, Format::Jpeg, Format::Png),
        (Format::Gif, Format::Png, Format::Png),
        (Format::Avif, Format::Jpeg, Format::Png),
        (Format::Heic, Format::Jpeg, Format::Png),
        (Format::Tiff, Format::Jpeg, Format::Png),
        (Format::Bmp, Format::Jpeg, Format::Png),
        (Format::Ico, Format::Png, Format::Png),
        (Format::Svg, Format::Png, Format::Png),
    ] {
        assert_eq!(auto(facts(source, NONE)), only(opaque), "{source:?}");
        assert_eq!(auto(Facts { alpha: true, ..facts(source, NONE) }), only(alpha), "{source:?} with alpha");
    }
    assert_eq!(auto(Facts { frames: 300, alpha: true, ..facts(Format::Gif, NONE) }), only(Format::Gif));
    let drawing = Facts { drawing: true, ..photo(Format::Tiff, NONE) };
    assert_eq!(auto(drawing), [(Format::Png, false), (Format::Jpeg, false)]);
}

#[test]
fn lossless_rules_out_what_loses() {
    let lossless = |source, accept| auto(Facts { lossless: true, ..facts(source, accept) });
    assert_eq!(lossless(Format::Png, BOTH), [(Format::Webp, true)]);
    assert_eq!(lossless(Format::Png, NONE), [(Format::Png, true)]);
    assert_eq!(lossless(Format::Tiff, NONE), [(Format::Png, true)]);
    assert_eq!(lossless(Format::Jpeg, NONE), [(Format::Jpeg, true)]);
}

#[test]
fn frames_are_read_only_for_a_format_that_holds_them() {
    for (choice, source, accept, kept) in [
        (FormatChoice::Auto, Format::Gif, NONE, true),
        (FormatChoice::Auto, Format::Webp, NONE, false),
        (FormatChoice::Auto, Format::Webp, WEBP, true),
        (FormatChoice::Original, Format::Webp, NONE, true),
        (FormatChoice::As(Format::Webp), Format::Gif, NONE, true),
        (FormatChoice::As(Format::Avif), Format::Gif, BOTH, false),
        (FormatChoice::Auto, Format::Tiff, BOTH, false),
    ] {
        assert_eq!(keeps_animation(choice, source, accept), kept, "{choice:?} of {source:?}");
    }
}

#[test]
fn an_explicit_format_is_kept_or_refused() {
    let limits = Limits::default();
    let choose = |format, facts: Facts| choose(FormatChoice::As(format), &facts, &limits, &|_| true);
    assert_eq!(choose(Format::Webp, facts(Format::Jpeg, NONE)), Ok(one(Format::Webp)));
    assert_eq!(choose(Format::Gif, facts(Format::Gif, BOTH)), Ok(one(Format::Gif)));
    assert!(matches!(choose(Format::Gif, facts(Format::Png, BOTH)), Err(Error::Unsupported { .. })));
    assert!(matches!(choose(Format::Tiff, facts(Format::Tiff, BOTH)), Err(Error::Unsupported { .. })));
    let long = Facts { width_px: 16_384, ..facts(Format::Jpeg, NONE) };
    assert!(matches!(choose(Format::Webp, long), Err(Error::Impossible { .. })));
    let large = Facts { width_px: 8000, height_px: 8000, ..facts(Format::Jpeg, NONE) };
    assert!(matches!(choose(Format::Avif, large), Err(Error::TooLarge { .. })));
}

#[test]
fn original_is_the_format_of_the_source_or_what_stands_in_for_it() {
    let original = |facts: Facts| choose(FormatChoice::Original, &facts, &Limits::default(), &|_| true);
    for (source, format) in [(Format::Webp, Format::Webp), (Format::Heic, Format::Jpeg), (Format::Ico, Format::Png)] {
        assert_eq!(original(facts(source, BOTH)), Ok(one(format)), "{source:?}");
    }
    assert_eq!(original(Facts { alpha: true, ..facts(Format::Tiff, BOTH) }), Ok(one(Format::Png)));
}
