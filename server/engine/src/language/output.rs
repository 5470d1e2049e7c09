//! `f q lo pr md cp dn orig`: how the result is encoded. They belong to the whole pipeline; of several steps
//! that name one, the last wins.

use super::{
    context::Place,
    expression::Quantity,
    number,
    parameters::{Parameter, Parameters, Refusal},
    scope::Scope,
};
use crate::{Error, Format};
use std::ops::RangeInclusive;

const TRUTH: &str = "`true` or `false`";
const FORMAT: Parameter = Parameter {
    key: "f",
    name: "format",
    values: "`auto`, `jpg`, `jpeg`, `png`, `webp`, `avif`, `gif` or `orig`",
    default: "`auto`",
    meaning: "the format of the result; `auto` takes the smallest that the client accepts, `orig` that of the source",
    example: "f-webp",
};
const QUALITY: Parameter = Parameter {
    key: "q",
    name: "quality",
    values: "a whole number from 1 to 100",
    default: "80, or that of a JPEG that comes with less",
    meaning: "the quality of JPEG, WebP and AVIF; PNG below 100 is reduced to at most 256 colours",
    example: "q-60",
};
const LOSSLESS: Parameter = Parameter {
    key: "lo",
    name: "lossless",
    values: TRUTH,
    default: "`false`",
    meaning: "lossless WebP, and PNG whatever `q` says",
    example: "lo-true",
};
const PROGRESSIVE: Parameter = Parameter {
    key: "pr",
    name: "progressive",
    values: TRUTH,
    default: "`false`",
    meaning: "progressive JPEG",
    example: "pr-true",
};
const METADATA: Parameter = Parameter {
    key: "md",
    name: "metadata",
    values: TRUTH,
    default: "`false`",
    meaning: "keeps the metadata of the source",
    example: "md-true",
};
const PROFILE: Parameter = Parameter {
    key: "cp",
    name: "colorProfile",
    values: TRUTH,
    default: "`false`: colours are converted to sRGB",
    meaning: "keeps the colour profile of the source",
    example: "cp-true",
};
const DENSITY: Parameter = Parameter {
    key: "dn",
    name: "density",
    values: "a whole number of pixels per inch from 1 to 1200, or an expression, on `idn` too, the density of the source",
    default: "that of the source in PNG and in kept metadata, else none",
    meaning: "the density that the file tells printers and editors; no pixel changes",
    example: "dn-300",
};
const ORIGINAL: Parameter = Parameter {
    key: "orig",
    name: "original",
    values: TRUTH,
    default: "`false`",
    meaning: "delivers the source as it is; everything else in the text is ignored",
    example: "orig-true",
};

/// What `dn` may be, in pixels per inch.
const DENSITIES: RangeInclusive<f64> = 1.0..=1200.0;

/// The format asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FormatChoice {
    /// The best that the client accepts.
    #[default]
    Auto,
    /// That of the source.
    Original,
    /// This one, whatever the client says that it accepts.
    As(Format),
}

/// How the result of a pipeline is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // each is a parameter of its own
pub struct Output {
    /// The format asked for.
    pub format: FormatChoice,
    /// Quality from 1 to 100; `None` leaves it to the engine.
    pub quality: Option<u8>,
    /// Lossless WebP and PNG.
    pub lossless: bool,
    /// Progressive JPEG.
    pub progressive: bool,
    /// Keep the metadata of the source.
    pub keep_metadata: bool,
    /// Keep the colour profile of the source; otherwise convert to sRGB.
    pub keep_profile: bool,
    /// Pixels per inch from 1 to 1200; `None` is what the source says.
    pub density: Option<u16>,
    /// Deliver the source as it is.
    pub original: bool,
}

/// What a step says of the output; `None` where it says nothing. What a later step says wins.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Settings {
    format: Option<FormatChoice>,
    quality: Option<u8>,
    lossless: Option<bool>,
    progressive: Option<bool>,
    keep_metadata: Option<bool>,
    keep_profile: Option<bool>,
    density: Option<Quantity>,
    original: Option<bool>,
}

impl Settings {
    pub(super) const PARAMETERS: &'static [Parameter] =
        &[FORMAT, QUALITY, LOSSLESS, PROGRESSIVE, METADATA, PROFILE, DENSITY, ORIGINAL];

    /// Claims one step's parameters.
    pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
        let place = parameters.place();
        let mut truth =
            |parameter: &Parameter| parameters.take(parameter, |text| number::truth(text).ok_or(Refusal::Value));
        let (lossless, progressive) = (truth(&LOSSLESS), truth(&PROGRESSIVE));
        let (keep_metadata, keep_profile, original) = (truth(&METADATA), truth(&PROFILE), truth(&ORIGINAL));
        Self {
            format: parameters.take(&FORMAT, read_format),
            quality: parameters.take(&QUALITY, read_quality),
            lossless,
            progressive,
            keep_metadata,
            keep_profile,
            density: parameters.take(&DENSITY, |text| read_density(text, place)),
            original,
        }
    }

    /// These, and then those of a later step.
    #[must_use]
    pub(super) fn then(self, later: Self) -> Self {
        Self {
            format: later.format.or(self.format),
            quality: later.quality.or(self.quality),
            lossless: later.lossless.or(self.lossless),
            progressive: later.progressive.or(self.progressive),
            keep_metadata: later.keep_metadata.or(self.keep_metadata),
            keep_profile: later.keep_profile.or(self.keep_profile),
            density: later.density.or(self.density),
            original: later.original.or(self.original),
        }
    }

    /// Those that differ from what holds without them; right where nothing was said before.
    #[must_use]
    pub(super) fn without_defaults(self) -> Self {
        let truth = |value: Option<bool>| value.filter(|on| *on);
        Self {
            format: self.format.filter(|format| *format != FormatChoice::Auto),
            quality: self.quality,
            lossless: truth(self.lossless),
            progressive: truth(self.progressive),
            keep_metadata: truth(self.keep_metadata),
            keep_profile: truth(self.keep_profile),
            density: self.density,
            original: truth(self.original),
        }
    }

    /// What they come to for a picture of this scope.
    ///
    /// # Errors
    /// [`Error::Impossible`] when the density of this source cannot be reckoned with.
    pub(super) fn output_for(&self, scope: &Scope) -> Result<Output, Error> {
        let density = self.density.as_ref().map(|density| density.value_within(scope, DENSITY.key, DENSITIES));
        Ok(Output { density: density.transpose()?.map(whole_density), ..self.output() })
    }

    /// Whether the density is more than a number.
    pub(super) fn ask_for_density(&self) -> bool {
        self.density.as_ref().is_some_and(|density| density.number().is_none())
    }

    /// What they come to whatever the picture is.
    pub(super) fn output(&self) -> Output {
        Output {
            format: self.format.unwrap_or_default(),
            quality: self.quality,
            lossless: self.lossless.unwrap_or_default(),
            progressive: self.progressive.unwrap_or_default(),
            keep_metadata: self.keep_metadata.unwrap_or_default(),
            keep_profile: self.keep_profile.unwrap_or_default(),
            density: self.density.as_ref().and_then(Quantity::number).map(whole_density),
            original: self.original.unwrap_or_default(),
        }
    }

    /// The format that they name.
    pub(super) fn format(&self) -> Option<FormatChoice> {
        self.format
    }

    /// Only `orig-true`.
    pub(super) fn original() -> Self {
        Self { original: Some(true), ..Self::default() }
    }

    /// Only `f-jpg`.
    pub(super) fn jpeg() -> Self {
        Self { format: Some(FormatChoice::As(Format::Jpeg)), ..Self::default() }
    }

    /// The canonical parameters.
    pub(super) fn write(&self, items: &mut Vec<String>) {
        let Self { format, quality, lossless, progressive, keep_metadata, keep_profile, density, original } = self;
        items.extend(format.map(|format| format!("f-{}", format_name(format))));
        items.extend(quality.map(|quality| format!("q-{quality}")));
        for (key, value) in [("lo", lossless), ("pr", progressive), ("md", keep_metadata), ("cp", keep_profile)] {
            items.extend(value.map(|on| format!("{key}-{on}")));
        }
        items.extend(density.as_ref().map(|density| format!("dn-{density}")));
        items.extend(original.map(|on| format!("orig-{on}")));
    }
}

/// The formats by their names in a URL, the canonical one first.
const FORMATS: [(&str, Format); 6] = [
    ("jpg", Format::Jpeg),
    ("jpeg", Format::Jpeg),
    ("png", Format::Png),
    ("webp", Format::Webp),
    ("avif", Format::Avif),
    ("gif", Format::Gif),
];

fn read_format(text: &str) -> Result<FormatChoice, Refusal> {
    match text {
        "auto" => Ok(FormatChoice::Auto),
        "orig" => Ok(FormatChoice::Original),
        "svg" | "mp4" | "webm" => Err(Refusal::Unsupported("vector and video formats are not written")),
        text => {
            let known = FORMATS.iter().find(|(name, _)| *name == text);
            known.map(|(_, format)| FormatChoice::As(*format)).ok_or(Refusal::Value)
        }
    }
}

fn format_name(choice: FormatChoice) -> &'static str {
    match choice {
        FormatChoice::Auto => "auto",
        FormatChoice::Original => "orig",
        FormatChoice::As(format) => FORMATS.iter().find(|(_, known)| *known == format).map_or("", |(name, _)| *name),
    }
}

fn read_quality(text: &str) -> Result<u8, Refusal> {
    number::whole(text, 1, 100).and_then(|quality| u8::try_from(quality).ok()).ok_or(Refusal::Value)
}

fn read_density(text: &str, place: Place) -> Result<Quantity, Refusal> {
    match place.density(text)? {
        Quantity::Number(density) if !DENSITIES.contains(&density) || density.fract() != 0.0 => Err(Refusal::Value),
        density => Ok(density),
    }
}

/// Files hold whole numbers.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within [`DENSITIES`]
fn whole_density(density: f64) -> u16 {
    density.round() as u16
}
