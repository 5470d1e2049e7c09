//! One font at one size: its measures, its shapes for characters.

use super::{
    coverage::Coverage,
    fonts::{Choice, installed},
    impossible,
};
use crate::{Error, Limits};
use bytes::Bytes;
use harfrust::{Direction, ShaperData, ShaperInstance, UnicodeBuffer};
use std::ops::Range;
use swash::{
    FontRef,
    scale::{ScaleContext, Scaler},
    tag_from_bytes,
    zeno::{Angle, Transform},
};
use unicode_script::{Script, UnicodeScript};

/// Weights from here on count as bold.
const BOLD_FROM: u16 = 600;
/// A fat letter is wider by this part of an em, as `FreeType` makes it.
const EMBOLDEN_EM: f32 = 1.0 / 24.0;
/// How far a slanted letter leans, in degrees.
const SLANT_DEGREES: f32 = 12.0;

/// A font at a size, and how its letters are to be changed.
pub(super) struct Face {
    bytes: Bytes,
    /// Of the font, in a file that holds several.
    index: u32,
    /// The characters of a font that came with the request.
    own_coverage: Option<Coverage>,
    shaper: ShaperData,
    instance: ShaperInstance,
    /// Pixels of one em.
    pub(super) size: f32,
    /// Where a font has a continuous weight, this one.
    weight: Option<f32>,
    embolden: bool,
    slant: bool,
    pub(super) measures: Measures,
}

/// What a face is opened for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Pixels of one em.
    pub(super) size: f32,
    pub(super) bold: bool,
    pub(super) italic: bool,
}

/// What a font is by itself.
#[derive(Debug, Clone, Copy)]
struct Is {
    bold: bool,
    upright: bool,
}

/// Distances from the baseline, in pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measures {
    /// Upwards.
    pub(super) ascent: f32,
    /// Downwards.
    pub(super) descent: f32,
    /// Between lines, besides.
    pub(super) leading: f32,
    /// Top of the line through the letters, upwards.
    pub(super) strikeout_top: f32,
    /// Its thickness.
    pub(super) stroke: f32,
}

/// A glyph on a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    pub(super) id: u16,
    /// Byte of the paragraph where its characters begin.
    pub(super) cluster: usize,
    /// How far the next one stands, in pixels.
    pub(super) advance: f32,
    /// Moved to the right, in pixels.
    pub(super) right: f32,
    /// Moved upwards, in pixels.
    pub(super) up: f32,
}

/// A part of a paragraph that is shaped in one go.
pub(super) struct Piece<'a> {
    pub(super) paragraph: &'a str,
    pub(super) range: Range<usize>,
    pub(super) script: Script,
    pub(super) right_to_left: bool,
}

impl Face {
    /// A face that is installed; `None` when its file has gone or changed since.
    ///
    /// The file is read, not mapped: whoever shortens a mapped file ends the process.
    pub(super) fn installed(choice: Choice, style: Style) -> Option<Self> {
        let read = |bytes: &[u8], index| (Bytes::copy_from_slice(bytes), index);
        let (bytes, index) = installed().with_face(choice.id, read)?;
        let is = Is { bold: choice.weight >= BOLD_FROM, upright: choice.upright };
        Self::open(bytes, index, None, style, is)
    }

    /// A file that came with the request.
    pub(super) fn given(bytes: &Bytes, style: Style, limits: &Limits) -> Result<Self, Error> {
        Limits::check("font_bytes", limits.font_bytes, bytes.len() as u64)?;
        let refused =
            |what: &str| impossible("ff", format!("the font file {what}; TrueType and OpenType files are read"));
        if bytes.starts_with(b"wOFF") || bytes.starts_with(b"wOF2") {
            return Err(refused("is compressed for web pages (WOFF)"));
        }
        let font = FontRef::from_index(bytes, 0).ok_or_else(|| refused("is not a font"))?;
        let coverage = Coverage::of(&font);
        if coverage.is_empty() {
            return Err(refused("has no characters"));
        }
        let attributes = font.attributes();
        let is = Is { bold: attributes.weight().0 >= BOLD_FROM, upright: attributes.style() == swash::Style::Normal };
        Self::open(bytes.clone(), 0, Some(coverage), style, is).ok_or_else(|| refused("is damaged"))
    }

    fn open(bytes: Bytes, index: u32, own_coverage: Option<Coverage>, style: Style, is: Is) -> Option<Self> {
        let Style { size, bold, italic } = style;
        let font = font_in(&bytes, index).filter(|font| font.metrics(&[]).units_per_em > 0)?;
        let measures = Measures::of(&font, size);
        let has_weights = font.variations().find_by_tag(tag_from_bytes(b"wght")).is_some();
        let weight = has_weights.then_some(if bold { 700.0 } else { 400.0 });
        let font = harfrust::FontRef::from_index(&bytes, index).ok()?;
        let shaper = ShaperData::new(&font);
        let instance = ShaperInstance::from_variations(&font, weight.map(|weight| ("wght", weight)));
        let embolden = bold && !is.bold && !has_weights;
        let slant = italic && is.upright;
        Some(Self { bytes, index, own_coverage, shaper, instance, size, weight, embolden, slant, measures })
    }

    /// The characters of a font that came with the request; those of installed ones are known to [`installed`].
    pub(super) fn own_coverage(&self) -> Option<&Coverage> {
        self.own_coverage.as_ref()
    }

    /// Whether a stranger gave the file.
    pub(super) fn is_given(&self) -> bool {
        self.own_coverage.is_some()
    }

    /// The font, to draw from.
    pub(super) fn font(&self) -> Option<FontRef<'_>> {
        font_in(&self.bytes, self.index)
    }

    /// What draws glyphs at this size and weight.
    pub(super) fn scaler<'a>(&'a self, context: &'a mut ScaleContext) -> Option<Scaler<'a>> {
        let scaler = context.builder(self.font()?).size(self.size).hint(false);
        Some(scaler.variations(self.weight.map(|weight| ("wght", weight))).build())
    }

    /// How much fatter letters are made, in pixels; 0 when the face is as fat as it should be.
    pub(super) fn embolden_px(&self) -> f32 {
        if self.embolden { self.size * EMBOLDEN_EM } else { 0.0 }
    }

    /// How upright letters are slanted.
    pub(super) fn slant(&self) -> Option<Transform> {
        self.slant.then(|| Transform::skew(Angle::from_degrees(SLANT_DEGREES), Angle::from_degrees(0.0)))
    }

    /// The glyphs of a piece, from left to right.
    pub(super) fn shape(&self, piece: &Piece<'_>) -> Vec<Glyph> {
        self.try_shape(piece).unwrap_or_default() // `open` has read the font, and texts are short
    }

    fn try_shape(&self, piece: &Piece<'_>) -> Option<Vec<Glyph>> {
        let font = harfrust::FontRef::from_index(&self.bytes, self.index).ok()?;
        let shaper = self.shaper.shaper(&font).instance(Some(&self.instance)).build();
        let mut buffer = UnicodeBuffer::new();
        let Range { start, end } = piece.range.clone();
        for (offset, char) in piece.paragraph[start..end].char_indices() {
            buffer.add(char, u32::try_from(start + offset).ok()?);
        }
        // Letters join across the border to another font.
        buffer.set_pre_context(&piece.paragraph[..start]);
        buffer.set_post_context(&piece.paragraph[end..]);
        buffer.set_direction(if piece.right_to_left { Direction::RightToLeft } else { Direction::LeftToRight });
        let tag = <[u8; 4]>::try_from(piece.script.short_name().as_bytes()).ok();
        if let Some(script) = tag.and_then(|tag| harfrust::Script::from_iso15924_tag(harfrust::Tag::new(&tag))) {
            buffer.set_script(script);
        }
        let units = shaper.units_per_em();
        let glyphs = shaper.shape(buffer, harfrust::ShapeOptions::new());
        #[allow(clippy::cast_precision_loss)] // font units are small
        let pixels = |number: i32| number as f32 * self.size / units.max(1) as f32;
        let fatter = self.embolden_px();
        let glyph = |(info, at): (&harfrust::GlyphInfo, &harfrust::GlyphPosition)| {
            let advance = pixels(at.x_advance);
            Some(Glyph {
                id: u16::try_from(info.glyph_id).ok()?,
                cluster: usize::try_from(info.cluster).ok()?,
                advance: if advance > 0.0 { advance + fatter } else { advance },
                right: pixels(at.x_offset),
                up: pixels(at.y_offset),
            })
        };
        glyphs.glyph_infos().iter().zip(glyphs.glyph_positions()).map(glyph).collect()
    }
}

impl Measures {
    /// The font's measures at `size` pixels to an em.
    fn of(font: &FontRef<'_>, size: f32) -> Self {
        let metrics = font.metrics(&[]).scale(size);
        // Fonts that say nothing get what is usual.
        let or = |number: f32, em: f32| if number > 0.0 { number } else { em * size };
        Self {
            ascent: or(metrics.ascent, 0.8),
            descent: or(metrics.descent, 0.2),
            leading: metrics.leading.max(0.0),
            strikeout_top: or(metrics.strikeout_offset, 0.3),
            stroke: or(metrics.stroke_size, 0.05),
        }
    }
}

/// A font of a file; a collection has several.
pub(super) fn font_in(bytes: &[u8], index: u32) -> Option<FontRef<'_>> {
    FontRef::from_index(bytes, usize::try_from(index).ok()?)
}

/// The script of a character, unless it goes with any.
pub(super) fn script_of(char: char) -> Option<Script> {
    let script = char.script();
    (!matches!(script, Script::Common | Script::Inherited | Script::Unknown)).then_some(script)
}
