//! Text as pixels, for text layers: fonts → lines → ink → box.
//!
//! Fonts are read, shaped and drawn by Rust alone, although libvips could draw text with Pango. Pango keeps
//! one set of fonts for the whole process: a font file of one request would stay there for the next, and one
//! that calls itself `DejaVu Sans` would take the place of the real one. It also wants that file on a disk,
//! scans all fonts anew wherever fontconfig's cache is cold, puts some other font where one is missing, and
//! says how large a text is only after it was drawn. Here a given font lives as long as its request.
//!
//! Nothing here knows the URL language. No font is ever exchanged for another in silence: a named one is there
//! or the request fails; only characters that it does not have are taken from others.

mod catalogue;
mod compose;
mod coverage;
mod face;
mod fallback;
mod fonts;
mod ink;
mod lines;

use crate::{Error, Limits, Resources, language::Colour, vips::Image};
use bytes::Bytes;
use std::panic::{AssertUnwindSafe, catch_unwind};
use unicode_normalization::UnicodeNormalization;

/// Characters of a text that a URL gives in the open (`i-`); more are cut off.
pub(crate) const PLAIN_CHARACTERS_MAX: usize = 2_000;
/// Characters of a text that a URL gives in base64 (`ie-`); more are cut off.
pub(crate) const BASE64_CHARACTERS_MAX: usize = 2_500;
/// Pixels of one em, least and most. The limits on sides and pixels usually stop larger ones first.
pub(crate) const FONT_SIZE_PX: std::ops::RangeInclusive<f64> = 1.0..=16_383.0;
/// Pixels of one em where the URL does not say.
pub(crate) const DEFAULT_FONT_SIZE_PX: f64 = 45.0;

/// A text and how it looks. Lengths are pixels.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Text {
    /// What it says. `\n` ends a line; nothing in it is markup.
    pub(crate) content: String,
    /// Lines are broken to be no wider, between words where that is possible. The result is as wide as its ink.
    pub(crate) width: Option<u32>,
    /// Size of the font: one em, within [`FONT_SIZE_PX`].
    pub(crate) font_size: f64,
    /// Which font.
    pub(crate) font: Font,
    /// Colour of the letters; emoji have their own, and take the opacity alone.
    pub(crate) colour: Colour,
    /// Where lines stand that are shorter than the longest.
    pub(crate) align: Align,
    /// Added around the ink: top, right, bottom, left.
    pub(crate) padding: [u32; 4],
    /// From one baseline to the next; the font's own when absent.
    pub(crate) line_height: Option<f64>,
    /// A bold face, or letters made fatter where the font has none.
    pub(crate) bold: bool,
    /// An italic face, or letters made slanted where the font has none.
    pub(crate) italic: bool,
    /// A line through the letters.
    pub(crate) strikethrough: bool,
    /// Fills the box: ink and padding.
    pub(crate) background: Option<Colour>,
    /// Radii of the box's corners: top left, top right, bottom right, bottom left. Half of the smaller side is
    /// the most, and infinity asks for it.
    pub(crate) corners: [f64; 4],
}

/// Which font a text is set in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Font {
    /// The first of a fixed list that is installed.
    Default,
    /// By name, as the URL spells it: `Open Sans`, `open_sans`, `OpenSans`.
    Named(String),
    /// The bytes of a TrueType or OpenType file; of a collection, the first font.
    File(Bytes),
}

/// Where lines stand that are shorter than the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Centre,
    Right,
}

/// Draws: sRGB with straight alpha, trimmed to the ink, then padded. What that costs is added to the work and the memory
/// of `resources` before it is spent.
///
/// # Errors
/// [`Error::Impossible`] for a font that is not there or not readable and for a text that shows nothing;
/// [`Error::TooLarge`] before anything large is allocated.
pub(crate) fn draw(text: &Text, limits: &Limits, resources: &Resources) -> Result<Image, Error> {
    let content = clean(&text.content)?;
    let size_fits = FONT_SIZE_PX.contains(&text.font_size);
    if !size_fits {
        let reason = format!("a font size is from {} to {} pixels", FONT_SIZE_PX.start(), FONT_SIZE_PX.end());
        return Err(impossible("fs", reason));
    }
    let draw = || {
        let mut faces = fallback::Faces::new(text, &content, limits)?;
        let lines = lines::lay_out(&content, text, &mut faces);
        let ink = ink::draw(&lines, text, &faces, limits, resources)?;
        compose::compose(&ink, text, limits, resources)
    };
    match &text.font {
        Font::Default | Font::Named(_) => draw(),
        // A stranger's font may lead a parser where its authors have not been.
        Font::File(_) => catch_unwind(AssertUnwindSafe(draw))
            .unwrap_or_else(|_| Err(impossible("ff", "the font file is damaged".into()))),
    }
}

/// One kind of line end, tabs as spaces, and nothing else that steers a terminal.
fn clean(content: &str) -> Result<String, Error> {
    let count = content.chars().count() as u64;
    Limits::check("text_characters", BASE64_CHARACTERS_MAX as u64, count)?;
    let content =
        content.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    // Composed, so that a font that has é but not the mark alone is found to have it.
    let content: String = content.replace('\t', " ").nfc().collect();
    match content.chars().find(|char| char.is_control() && *char != '\n') {
        Some(control) => {
            Err(impossible("i", format!("the control character U+{:04X} cannot be drawn", u32::from(control))))
        }
        None => Ok(content),
    }
}

fn impossible(parameter: &str, reason: String) -> Error {
    Error::Impossible { parameter: parameter.into(), reason }
}

#[cfg(test)]
mod tests;
