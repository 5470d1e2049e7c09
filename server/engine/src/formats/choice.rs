//! Which format a rendition gets.
//!
//! `f-auto` takes the smallest of the files that the client can show and that hold the result. Not all of
//! them are written to find out: the slower ones are left out where measurement says that they do not win.
//! - A photo is smallest as AVIF, then as WebP, then as JPEG; as PNG it is ten times larger. Only up to
//!   [`COMPARED_PIXELS`] is AVIF held against WebP, which may win on noise.
//! - A drawing of few colours is mostly smallest without loss, as WebP or as PNG with a palette, and those
//!   are fast to write. Lossy WebP stands beside them for gradients, and AVIF up to [`COMPARED_PIXELS`].
//! - An animation that its first frame shows to be such a drawing is WebP without loss, any other is WebP
//!   with loss where that is smaller, frame by frame. Short ones, up to [`COMPARED_ANIMATION_PIXELS`], are
//!   written both ways.
//! - Any other drawing is a photo in this, but for clients with neither AVIF nor WebP it is held as PNG
//!   against JPEG.
//!
//! What the limits of the request leave no room for is not a candidate: AVIF gives way to WebP, and WebP to JPEG or PNG.
//!
//! Automatic AVIF is for still pictures of a bounded size, not of a HEIC source, not with a kept colour
//! profile and not after an unsharp mask. Animations are AVIF never: libvips writes several pages as a
//! collection of stills.

use super::{Accept, Format};
use crate::{Error, Limits, codecs::COMPARED_PIXELS, language::FormatChoice};

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
    /// Frames of the result; 1 for a still.
    pub(crate) frames: u32,
    /// The result has an alpha channel that hides something, as far as is known.
    pub(crate) alpha: bool,
    /// At most 256 colours; of an animation, in its first frame.
    pub(crate) few_colours: bool,
    /// Made of areas of one colour; of an animation, its first frame.
    pub(crate) drawing: bool,
    /// `e-usm`.
    pub(crate) unsharp_mask: bool,
    /// `cp-true`.
    pub(crate) keep_profile: bool,
    /// `lo-true`: only what is written without loss is chosen, where there is such a format.
    pub(crate) lossless: bool,
    /// What the client takes.
    pub(crate) accept: Accept,
}

/// Pixels over all frames up to which an animation is written twice, with loss and without. The
/// second costs about 0.1 s at that size, and the smaller may be a quarter of the larger.
const COMPARED_ANIMATION_PIXELS: u64 = 4_000_000;

/// A file to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub(crate) format: Format,
    /// Without loss, in a format that can do both.
    pub(crate) lossless: bool,
}

/// Whether all of these may be written within the limits of the request. It has to be reckoned from the request and the
/// source alone, so that the same URL always gets the same format.
pub(crate) type Affords<'a> = dyn Fn(&[Candidate]) -> bool + 'a;

/// Chooses what to write; of several the smallest file wins, of equal ones the first. Never empty.
///
/// # Errors
/// [`Error::Unsupported`] for a format that is not written for this source, [`Error::Impossible`] and
/// [`Error::TooLarge`] for one that cannot hold the result. What is chosen may still be more than is afforded: a named
/// format always, and `f-auto` where nothing cheaper holds the result.
pub(crate) fn choose(
    choice: FormatChoice,
    facts: &Facts,
    limits: &Limits,
    affords: &Affords<'_>,
) -> Result<Vec<Candidate>, Error> {
    let named = |format| {
        let format = explicit(format, facts, limits)?;
        Ok(vec![Candidate { format, lossless: facts.lossless }])
    };
    match choice {
        FormatChoice::As(format) => named(format),
        FormatChoice::Original => named(own_format(facts)),
        FormatChoice::Auto => Ok(automatic(facts, limits, affords)),
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

fn automatic(facts: &Facts, limits: &Limits, affords: &Affords<'_>) -> Vec<Candidate> {
    let fits = |format: Format| facts.width_px.max(facts.height_px) <= format.capabilities().max_side_px;
    let small = facts.pixels() <= COMPARED_PIXELS;
    let lossy = |format| Candidate { format, lossless: facts.lossless };
    let exactly = |format| Candidate { format, lossless: true };
    // Of what else holds frames, GIF is for GIF sources.
    let irreplaceable = facts.is_animated() && facts.source != Format::Gif;
    let webp = facts.accept.webp && fits(Format::Webp) && (irreplaceable || affords(&[lossy(Format::Webp)]));
    let avif = facts.accept.avif
        && fits(Format::Avif)
        && !facts.is_animated()
        && !facts.keep_profile
        && !facts.lossless
        && !facts.unsharp_mask
        && facts.source != Format::Heic
        && facts.pixels() <= limits.avif_output_pixels
        && affords(&[lossy(Format::Avif)]);
    let few_colours = facts.drawing && facts.few_colours;
    let candidates = if facts.is_animated() && webp {
        let both = facts.pixels() * u64::from(facts.frames) <= COMPARED_ANIMATION_PIXELS;
        let costly = !affords(&[exactly(Format::Webp)]);
        let lossy_too = !facts.lossless && (both || !few_colours || costly);
        vec![(exactly(Format::Webp), both || few_colours || facts.lossless), (lossy(Format::Webp), lossy_too)]
    } else if few_colours && !facts.is_animated() {
        let jpeg = !webp && !avif && !facts.alpha;
        vec![
            (exactly(Format::Webp), webp),
            (exactly(Format::Png), true),
            (lossy(Format::Webp), webp && !facts.lossless),
            (lossy(Format::Avif), avif && (small || !webp)),
            (lossy(Format::Jpeg), jpeg && !facts.lossless),
        ]
    } else if avif || webp {
        vec![(lossy(Format::Avif), avif), (lossy(Format::Webp), webp && (small || !avif))]
    } else {
        stand_ins(facts).into_iter().map(|format| (lossy(format), true)).collect()
    };
    let wanted: Vec<Candidate> = candidates.into_iter().filter_map(|(one, taken)| taken.then_some(one)).collect();
    let mut chosen = Vec::with_capacity(wanted.len());
    for candidate in &wanted {
        chosen.push(*candidate);
        if !affords(&chosen) {
            chosen.pop();
        }
    }
    if chosen.is_empty() { wanted } else { chosen }
}

/// For clients that take neither AVIF nor WebP: near the source's format.
fn stand_ins(facts: &Facts) -> Vec<Format> {
    // An opaque source without loss may hold a drawing as well as a photo.
    if !facts.alpha && !facts.lossless && facts.source.capabilities().lossless {
        return if facts.drawing { vec![Format::Png, Format::Jpeg] } else { vec![Format::Jpeg] };
    }
    vec![match own_format(facts) {
        // A still GIF is better off as PNG. WebP and AVIF sources reach this line for clients that did not
        // say that they take them.
        Format::Gif if !facts.is_animated() => Format::Png,
        Format::Webp | Format::Avif => opaque_or_png(facts),
        Format::Jpeg if facts.lossless && facts.source.capabilities().lossless => Format::Png,
        own => own,
    }]
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
    fn is_animated(&self) -> bool {
        self.frames > 1
    }

    fn pixels(&self) -> u64 {
        u64::from(self.width_px) * u64::from(self.height_px)
    }
}

#[cfg(test)]
mod tests;
