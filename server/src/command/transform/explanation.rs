//! `--explain`: what was understood, and what came of it.

use bytes::Bytes;
use darkroom_engine::{
    self as engine, Choice, Format, Limits, Pipeline, Rendition, Resources,
    language::{FormatChoice, Reading, Stage},
};
use std::{fmt::Write, path::Path};

/// Who named the format.
pub(super) enum Reason {
    /// The transformation, or nobody.
    Text,
    /// The extension of the output.
    Extension(String),
}

/// Lines with a label each.
pub(super) struct Explanation {
    lines: String,
    choice: FormatChoice,
    names_a_format: bool,
}

impl Explanation {
    /// Tells the source and what was read.
    pub(super) fn new(input: &Path, source: &Bytes, reading: &Reading, pipeline: &Pipeline) -> Self {
        let (choice, names_a_format) = (pipeline.output().format, pipeline.names_a_format());
        let mut explanation = Self { lines: String::new(), choice, names_a_format };
        let facts = match engine::metadata_at(source.clone(), reading.pipeline.page(), &Limits::default()) {
            Ok(facts) => {
                let frames =
                    if facts.frames > 1 { format!(", {} frames or pages", facts.frames) } else { String::new() };
                let (format, width, height) = (name(facts.format), facts.width_px, facts.height_px);
                format!("{format}, {width} x {height}, {} bytes{frames}", facts.size_bytes)
            }
            Err(error) => format!("{} bytes; {error}", source.len()),
        };
        explanation.line("source", &format!("{}: {facts}", input.display()));
        let canonical = reading.pipeline.to_string();
        explanation.line("canonical", if canonical.is_empty() { "(changes nothing)" } else { &canonical });
        if let Some(path) = &reading.default_image {
            explanation.line("default image", &format!("{path}, when a server finds none"));
        }
        if reading.dependence.width {
            explanation.line("client hints", "`w-auto` takes Sec-CH-Width; there is none here, so no width");
        }
        if reading.dependence.dpr {
            explanation.line("client hints", "`dpr-auto` takes Sec-CH-DPR; there is none here, so 1");
        }
        explanation
    }

    /// All of it.
    pub(super) fn text(&self) -> &str {
        self.lines.trim_end()
    }

    fn line(&mut self, label: &str, value: &str) {
        _ = writeln!(self.lines, "{label:<15}{value}");
    }

    /// Why there was nothing to do.
    pub(super) fn passes_through(&mut self, source: &Bytes, pipeline: &Pipeline) {
        let reason = match Format::sniff(source) {
            _ if pipeline.output().original => "`orig-true` asks for it",
            Some(_) => "an SVG is drawn when a raster format is named, for example with `f-png`",
            None => "it is no image that Darkroom reads",
        };
        self.line("result", &format!("the source as it is: {reason}"));
    }

    /// The steps in their order, each with the size that it makes.
    pub(super) fn steps(&mut self, source: &Bytes, pipeline: &Pipeline) {
        let limits = Limits::default();
        let Ok(facts) = engine::metadata_at(source.clone(), pipeline.page(), &limits) else { return };
        let size = engine::language::Size { width: facts.width_px, height: facts.height_px };
        let (outline, error) = pipeline.outline(size, &limits);
        let last = outline.stages.len();
        for (index, (depth, stage)) in outline.stages.iter().enumerate() {
            let told = match stage {
                Stage::Step { text, size: Some(size) } => format!("{text}  →  {} x {}", size.width, size.height),
                Stage::Step { text, size: None } if error.is_some() && index + 1 == last => {
                    format!("{text}  →  cannot be carried out")
                }
                Stage::Step { text, size: None } => format!("{text}  →  a size that depends on the pixels"),
                Stage::Condition { tests, holds: Some(true) } => format!("{tests} holds:"),
                Stage::Condition { tests, holds: Some(false) } => format!("{tests} does not hold:"),
                Stage::Condition { tests, holds: None } => format!("{tests} depends on the pixels"),
            };
            self.line(&format!("step {}", index + 1), &format!("{}{told}", "  ".repeat(*depth)));
        }
    }

    /// What layers use.
    pub(super) fn resources(&mut self, resources: &Resources) {
        for (path, bytes) in resources.iter() {
            let facts = match engine::metadata(bytes.clone(), &Limits::default()) {
                Ok(facts) => format!("{}, {} x {}, ", name(facts.format), facts.width_px, facts.height_px),
                // A font.
                Err(_) => String::new(),
            };
            self.line("uses", &format!("{path}: {facts}{} bytes", bytes.len()));
        }
    }

    /// What came out, why in this format, and where the time went.
    pub(super) fn rendition(&mut self, rendition: &Rendition, choice: &Choice, reason: &Reason) {
        let Rendition { data, format, width_px, height_px, timings } = rendition;
        let why = match (reason, self.choice) {
            (Reason::Extension(extension), _) => format!("the extension `{extension}` of the output says so"),
            (Reason::Text, FormatChoice::As(_)) => "the transformation names it".to_owned(),
            (Reason::Text, FormatChoice::Original) => "`f-orig` keeps that of the source".to_owned(),
            (Reason::Text, FormatChoice::Auto) if self.names_a_format => "a branch names it, or `f-auto`".to_owned(),
            (Reason::Text, FormatChoice::Auto) => "`f-auto`, for a client that takes AVIF and WebP".to_owned(),
        };
        self.line("format", &format!("{}: {why}", name(*format)));
        for (format, lossless, bytes) in &choice.written {
            let loss = if *lossless { " without loss" } else { "" };
            self.line("written", &format!("{}{loss}, {bytes} bytes", name(*format)));
        }
        if choice.is_source {
            self.line("not taken", "nothing changes the picture, and the source less its metadata is no larger");
        }
        self.line("result", &format!("{width_px} x {height_px}, {} bytes", data.len()));
        #[allow(clippy::cast_precision_loss)] // microseconds of one picture
        let [decode, steps, encode] =
            [timings.decode_us, timings.steps_us, timings.encode_us].map(|time| time as f64 / 1000.0);
        self.line("time", &format!("decode {decode:.1} ms, steps {steps:.1} ms, encode {encode:.1} ms"));
    }
}

/// As people call it.
fn name(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "JPEG",
        Format::Png => "PNG",
        Format::Webp => "WebP",
        Format::Gif => "GIF",
        Format::Avif => "AVIF",
        Format::Heic => "HEIC",
        Format::Tiff => "TIFF",
        Format::Bmp => "BMP",
        Format::Ico => "ICO",
        Format::Svg => "SVG",
    }
}
