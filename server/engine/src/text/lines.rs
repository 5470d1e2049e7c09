//! Lines: breaking, order of reading, place of every glyph.

use super::{
    Align, Text,
    face::{Glyph, Measures, Piece, script_of},
    fallback::Faces,
};
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};
use unicode_script::Script;
use unicode_segmentation::UnicodeSegmentation;

/// A line with its place. Distances are pixels from the left end of the longest line and the first baseline,
/// to the right and downwards.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) glyphs: Vec<Placed>,
    pub(super) left: f32,
    pub(super) width: f32,
    pub(super) baseline: f32,
}

/// A glyph with the place of its origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed {
    pub(super) face: usize,
    pub(super) id: u16,
    pub(super) x: f32,
    pub(super) y: f32,
}

/// Breaks the text into lines and places its glyphs.
pub(super) fn lay_out(content: &str, text: &Text, faces: &mut Faces) -> Vec<Line> {
    #[allow(clippy::cast_precision_loss)] // lengths of pixels
    let width_max = text.width.map_or(f32::INFINITY, |width| width as f32);
    let mut set = Vec::new();
    for paragraph in content.split('\n') {
        let paragraph = Paragraph::new(paragraph, faces);
        set.extend(paragraph.lines(width_max, faces).into_iter().map(|line| paragraph.set(&line, faces)));
    }
    #[allow(clippy::cast_possible_truncation)]
    let line_height = text.line_height.map(|height| height as f32);
    place(set, text.align, line_height)
}

/// A line before it has a place.
struct Set {
    glyphs: Vec<Placed>,
    width: f32,
    measures: Measures,
}

fn place(set: Vec<Set>, align: Align, line_height: Option<f32>) -> Vec<Line> {
    let widest = set.iter().map(|line| line.width).fold(0.0, f32::max);
    let mut baseline = 0.0;
    let mut below: Option<f32> = None; // of the line before: what lies under its baseline
    let mut lines = Vec::new();
    for Set { mut glyphs, width, measures } in set {
        if let Some(below) = below {
            baseline += line_height.unwrap_or(below + measures.ascent);
        }
        below = Some(measures.descent + measures.leading);
        let left = match align {
            Align::Left => 0.0,
            Align::Centre => (widest - width) / 2.0,
            Align::Right => widest - width,
        };
        // Whole rows keep the horizontal strokes of all lines equally sharp.
        let row = f32::round(baseline);
        for glyph in &mut glyphs {
            glyph.x += left;
            glyph.y += row;
        }
        lines.push(Line { glyphs, left, width, baseline: row });
    }
    lines
}

/// Text up to a line end of its author's, cut into runs of one font and script.
struct Paragraph<'a> {
    text: &'a str,
    bidi: BidiInfo<'a>,
    runs: Vec<Run>,
}

struct Run {
    range: Range<usize>,
    face: usize,
    script: Script,
}

impl<'a> Paragraph<'a> {
    fn new(text: &'a str, faces: &mut Faces) -> Self {
        let mut runs: Vec<Run> = Vec::new();
        for (start, cluster) in text.grapheme_indices(true) {
            let end = start + cluster.len();
            let script = cluster.chars().find_map(script_of);
            let face = faces.choose(cluster);
            match runs.last_mut() {
                // Spaces and signs go with the script before them, or the first one after them.
                Some(last) if last.face == face && goes_with(last.script, script) => {
                    last.range.end = end;
                    last.script = script.unwrap_or(last.script);
                }
                _ => runs.push(Run { range: start..end, face, script: script.unwrap_or(Script::Common) }),
            }
        }
        Self { text, bidi: BidiInfo::new(text, None), runs }
    }

    /// The bytes of each line, without spaces at its end.
    fn lines(&self, width_max: f32, faces: &Faces) -> Vec<Range<usize>> {
        let text = self.text;
        let widths = if width_max.is_finite() { self.widths(faces) } else { vec![0.0; text.len() + 1] };
        let visible = |start: usize, end: usize| start + text[start..end].trim_end().len();
        let fits = |start: usize, end: usize| widths[visible(start, end)] - widths[start] <= width_max;
        let mut lines = Vec::new();
        let (mut start, mut fitting) = (0, 0);
        for (end, _) in unicode_linebreak::linebreaks(text) {
            if !fits(start, end) && fitting > start {
                lines.push(start..visible(start, fitting));
                start = fitting;
            }
            if !fits(start, end) {
                // A word that is wider than a line.
                let word = start;
                let graphemes = text[word..end].grapheme_indices(true).map(|(offset, _)| word + offset);
                for (from, to) in graphemes.clone().zip(graphemes.skip(1).chain([end])) {
                    if !fits(start, to) && from > start {
                        lines.push(start..visible(start, from));
                        start = from;
                    }
                }
            }
            fitting = end;
        }
        lines.push(start..visible(start, text.len()));
        lines
    }

    /// At each byte, the width of all before it.
    fn widths(&self, faces: &Faces) -> Vec<f32> {
        let mut widths = vec![0.0; self.text.len() + 1];
        for (_, glyphs) in self.shape(0..self.text.len(), faces) {
            for glyph in glyphs {
                widths[glyph.cluster + 1] += glyph.advance;
            }
        }
        let mut sum = 0.0;
        for width in &mut widths {
            sum += *width;
            *width = sum;
        }
        widths
    }

    /// The glyphs of a line from left to right, with the number of their font.
    fn shape(&self, line: Range<usize>, faces: &Faces) -> Vec<(usize, Vec<Glyph>)> {
        let Some(paragraph) = self.bidi.paragraphs.first() else {
            return Vec::new();
        };
        if line.is_empty() {
            return Vec::new();
        }
        let (levels, parts) = self.bidi.visual_runs(paragraph, line);
        let mut shaped = Vec::new();
        for part in parts {
            let right_to_left = levels.get(part.start).is_some_and(Level::is_rtl);
            let common = |run: &Run| run.range.start.max(part.start)..run.range.end.min(part.end);
            let runs = self.runs.iter().map(|run| (common(run), run)).filter(|(range, _)| !range.is_empty());
            let mut runs: Vec<_> = runs.collect();
            if right_to_left {
                runs.reverse();
            }
            for (range, run) in runs {
                let piece = Piece { paragraph: self.text, range, script: run.script, right_to_left };
                shaped.push((run.face, faces.get(run.face).shape(&piece)));
            }
        }
        shaped
    }

    fn set(&self, line: &Range<usize>, faces: &Faces) -> Set {
        let mut x = 0.0;
        let mut glyphs = Vec::new();
        let mut measures = faces.get(0).measures;
        for (face, run) in self.shape(line.clone(), faces) {
            measures = measures.or_larger(faces.get(face).measures);
            for Glyph { id, cluster: _, advance, right, up } in run {
                glyphs.push(Placed { face, id, x: x + right, y: -up });
                x += advance;
            }
        }
        Set { glyphs, width: x, measures }
    }
}

fn goes_with(script: Script, next: Option<Script>) -> bool {
    next.is_none_or(|next| script == Script::Common || script == next)
}

impl Measures {
    /// Room for both fonts.
    fn or_larger(self, other: Self) -> Self {
        Self {
            ascent: self.ascent.max(other.ascent),
            descent: self.descent.max(other.descent),
            leading: self.leading.max(other.leading),
            ..self
        }
    }
}
