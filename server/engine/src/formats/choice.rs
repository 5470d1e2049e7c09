//! Which format a rendition gets.
//!
//! `f-auto` takes AVIF, then WebP, where the client accepts them and they can hold the result; then the
//! format of the source, as far as it can be written and holds the result. A lossless opaque source (PNG,
//! TIFF, BMP) may be a drawing or a photo, so for clients with neither AVIF nor WebP it is written as PNG
//! and as JPEG, and the smaller goes out. Automatic AVIF is for still pictures of a bounded size, not of a
//! HEIC source and not with a kept colour profile.

use super::{Accept, Format};
use crate::{Error, Limits, language::FormatChoice};

/// What the choice rests on.
#[derive(Debug, Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // independent facts
pub(crate) struct Facts {
    /// Format of the source.
    pub(crate) source: Format,
    /// Width in pixels of the result.
    pub(crate) width_px: u32,
    /// Height in pixels of one frame of the result.
    pub(crate) height_px: u32,
    /// More than one frame was read.
    pub(crate) animated: bool,
    /// The result has an alpha channel.
    pub(crate) alpha: bool,
    /// `cp-true`.
    pub(crate) keep_profile: bool,
    /// `lo-true`: only what is written without loss is chosen, where there is such a format.
    pub(crate) lossless: bool,
    /// What the client takes.
    pub(crate) accept: Accept,
}

/// What to encode: the second one too, where the smaller file wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidates(pub(crate) Format, pub(crate) Option<Format>);

/// Chooses.
///
/// # Errors
/// [`Error::Unsupported`] for a format that is not written for this source, [`Error::Impossible`] and
/// [`Error::TooLarge`] for one that cannot hold the result.
pub(crate) fn choose(choice: FormatChoice, facts: &Facts, limits: &Limits) -> Result<Candidates, Error> {
    let one = |format| Ok(Candidates(format, None));
    match choice {
        FormatChoice::As(format) => one(explicit(format, facts, limits)?),
        FormatChoice::Original => one(explicit(own_format(facts), facts, limits)?),
        FormatChoice::Auto => Ok(automatic(facts, limits)),
    }
}

/// Whether the frames of an animated source all have to be read: the choice will fall on a format that
/// holds them.
pub(crate) fn keeps_animation(choice: FormatChoice, source: Format, accept: Accept) -> bool {
    let holds = |format: Format| format.capabilities().animation;
    holds(source)
        && match choice {
            FormatChoice::As(format) => holds(format),
            FormatChoice::Original => true,
            FormatChoice::Auto => accept.webp || source == Format::Gif,
        }
}

fn explicit(format: Format, facts: &Facts, limits: &Limits) -> Result<Format, Error> {
    let capabilities = format.capabilities();
    if capabilities.saver.is_none() {
        let reason = format!("{} is read but not written", capabilities.media_type);
        return Err(Error::Unsupported { parameter: "f".into(), reason });
    }
    if format == Format::Gif && facts.source != Format::Gif {
        let reason = "GIF is written from GIF sources only; use f-webp, f-png or f-auto".into();
        return Err(Error::Unsupported { parameter: "f".into(), reason });
    }
    let side = facts.width_px.max(facts.height_px);
    if side > capabilities.max_side_px {
        let (name, maximum) = (capabilities.media_type, capabilities.max_side_px);
        let reason = format!("{name} holds at most {maximum} px a side; the result has {side}");
        return Err(Error::Impossible { parameter: "f".into(), reason });
    }
    if format == Format::Avif {
        Limits::check("avif_output_pixels", limits.avif_output_pixels, facts.pixels())?;
    }
    Ok(format)
}

fn automatic(facts: &Facts, limits: &Limits) -> Candidates {
    let fits = |format: Format| facts.width_px.max(facts.height_px) <= format.capabilities().max_side_px;
    let avif = facts.accept.avif
        && !facts.animated
        && !facts.keep_profile
        && !facts.lossless
        && facts.source != Format::Heic
        && facts.pixels() <= limits.avif_output_pixels;
    if avif && fits(Format::Avif) {
        return Candidates(Format::Avif, None);
    }
    if facts.accept.webp && fits(Format::Webp) {
        return Candidates(Format::Webp, None);
    }
    let own = own_format(facts);
    // A still GIF is better off as PNG. WebP and AVIF sources reach this line for clients that did not say
    // that they take them.
    let own = match own {
        Format::Gif if !facts.animated => Format::Png,
        Format::Webp | Format::Avif => opaque_or_png(facts),
        Format::Jpeg if facts.lossless && facts.source.capabilities().lossless => Format::Png,
        own => own,
    };
    let either = !facts.alpha && !facts.lossless && facts.source.capabilities().lossless;
    if either { Candidates(Format::Png, Some(Format::Jpeg)) } else { Candidates(own, None) }
}

/// The format of the source, or the one that stands in for it when that is not written or cannot hold
/// the result.
fn own_format(facts: &Facts) -> Format {
    match facts.source {
        Format::Jpeg | Format::Heic | Format::Tiff | Format::Bmp => opaque_or_png(facts),
        Format::Png | Format::Ico | Format::Svg => Format::Png,
        Format::Webp => Format::Webp,
        Format::Gif => Format::Gif,
        Format::Avif => Format::Avif,
    }
}

fn opaque_or_png(facts: &Facts) -> Format {
    if facts.alpha { Format::Png } else { Format::Jpeg }
}

impl Facts {
    fn pixels(&self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px)
    }
}

#[cfg(test)]
mod tests {
    use super::{Accept, Candidates, Facts, Format, choose, keeps_animation};
    use crate::{Error, Limits, language::FormatChoice};

    const NONE: Accept = Accept { avif: false, webp: false };
    const WEBP: Accept = Accept { avif: false, webp: true };
    const BOTH: Accept = Accept { avif: true, webp: true };

    fn facts(source: Format, accept: Accept) -> Facts {
        Facts {
            source,
            width_px: 100,
            height_px: 50,
            animated: false,
            alpha: false,
            keep_profile: false,
            lossless: false,
            accept,
        }
    }

    fn auto(facts: Facts) -> Candidates {
        choose(FormatChoice::Auto, &facts, &Limits::default()).expect("auto always finds one")
    }

    fn only(format: Format) -> Candidates {
        Candidates(format, None)
    }

    #[test]
    fn auto_prefers_avif_then_webp() {
        for source in Format::ALL.into_iter().filter(|source| *source != Format::Heic) {
            assert_eq!(auto(facts(source, BOTH)), only(Format::Avif), "{source:?}");
            assert_eq!(auto(facts(source, WEBP)), only(Format::Webp), "{source:?}");
        }
        assert_eq!(auto(facts(Format::Heic, BOTH)), only(Format::Webp));
        assert_eq!(auto(Facts { keep_profile: true, ..facts(Format::Jpeg, BOTH) }), only(Format::Webp));
        assert_eq!(auto(Facts { animated: true, ..facts(Format::Gif, BOTH) }), only(Format::Webp));
        assert_eq!(auto(Facts { width_px: 2001, height_px: 2000, ..facts(Format::Png, BOTH) }), only(Format::Webp));
        assert_eq!(auto(Facts { width_px: 2000, height_px: 2000, ..facts(Format::Png, BOTH) }), only(Format::Avif));
        assert_eq!(auto(Facts { width_px: 16_384, ..facts(Format::Jpeg, WEBP) }), only(Format::Jpeg));
    }

    #[test]
    fn auto_without_modern_formats_stays_near_the_source() {
        let either = Candidates(Format::Png, Some(Format::Jpeg));
        for (source, opaque, alpha) in [
            (Format::Jpeg, only(Format::Jpeg), Format::Png),
            (Format::Png, either, Format::Png),
            (Format::Webp, only(Format::Jpeg), Format::Png),
            (Format::Gif, only(Format::Png), Format::Png),
            (Format::Avif, only(Format::Jpeg), Format::Png),
            (Format::Heic, only(Format::Jpeg), Format::Png),
            (Format::Tiff, either, Format::Png),
            (Format::Bmp, either, Format::Png),
            (Format::Ico, only(Format::Png), Format::Png),
            (Format::Svg, only(Format::Png), Format::Png),
        ] {
            assert_eq!(auto(facts(source, NONE)), opaque, "{source:?}");
            assert_eq!(auto(Facts { alpha: true, ..facts(source, NONE) }), only(alpha), "{source:?} with alpha");
        }
        assert_eq!(auto(Facts { animated: true, alpha: true, ..facts(Format::Gif, NONE) }), only(Format::Gif));
    }

    #[test]
    fn lossless_rules_out_what_loses() {
        let lossless = |source, accept| auto(Facts { lossless: true, ..facts(source, accept) });
        assert_eq!(lossless(Format::Png, BOTH), only(Format::Webp));
        assert_eq!(lossless(Format::Png, NONE), only(Format::Png));
        assert_eq!(lossless(Format::Tiff, NONE), only(Format::Png));
        assert_eq!(lossless(Format::Jpeg, NONE), only(Format::Jpeg));
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
        let choose = |format, facts: Facts| choose(FormatChoice::As(format), &facts, &limits);
        assert_eq!(choose(Format::Webp, facts(Format::Jpeg, NONE)), Ok(only(Format::Webp)));
        assert_eq!(choose(Format::Gif, facts(Format::Gif, BOTH)), Ok(only(Format::Gif)));
        assert!(matches!(choose(Format::Gif, facts(Format::Png, BOTH)), Err(Error::Unsupported { .. })));
        assert!(matches!(choose(Format::Tiff, facts(Format::Tiff, BOTH)), Err(Error::Unsupported { .. })));
        let long = Facts { width_px: 16_384, ..facts(Format::Jpeg, NONE) };
        assert!(matches!(choose(Format::Webp, long), Err(Error::Impossible { .. })));
        let large = Facts { width_px: 8000, height_px: 8000, ..facts(Format::Jpeg, NONE) };
        assert!(matches!(choose(Format::Avif, large), Err(Error::TooLarge { .. })));
    }

    #[test]
    fn original_is_the_format_of_the_source_or_what_stands_in_for_it() {
        let original = |facts: Facts| choose(FormatChoice::Original, &facts, &Limits::default());
        for (source, format) in [(Format::Webp, Format::Webp), (Format::Heic, Format::Jpeg), (Format::Ico, Format::Png)]
        {
            assert_eq!(original(facts(source, BOTH)), Ok(only(format)), "{source:?}");
        }
        assert_eq!(original(Facts { alpha: true, ..facts(Format::Tiff, BOTH) }), Ok(only(Format::Png)));
    }
}
