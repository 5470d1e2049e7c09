//! Chained transformations: the whole of a text.

use super::{
    FormatChoice, InvalidTransformation, Output, Size,
    chain::Chain,
    context::{Context, Dependence, Hints, Place},
    grammar,
    outline::Outline,
    output::Settings,
    page,
    resize::Plan,
    scope::Scope,
    transformation::Transformation,
};
use crate::{Error, Limits, Resource, picture::Picture, work::Work};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// What `idn` is for a source that says nothing of its density, in pixels per inch: what image programs take then.
const UNKNOWN_DENSITY: u32 = 72;

/// A window of the source, in pixels, and the size that it is reduced to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Reduction {
    pub(crate) window: darkroom_planes::Window,
    pub(crate) result: Size,
}

/// Chained transformations: what to do to an image, step by step. `Display` gives the canonical text:
/// equal meaning gives equal text, and the canonical text parses to an equal pipeline.
///
/// The default pipeline transforms nothing. Its text is empty, and it is the only one whose text does not
/// parse: an empty text in a URL is a mistake. Texts without effect, such as `rt-0`, parse to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pipeline {
    /// The page or frame of the source, counted from 1.
    page: Option<u32>,
    chain: Chain,
}

/// What a text says: the pipeline, and what is not of the picture.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reading {
    /// What to do to the image.
    pub pipeline: Pipeline,
    /// `di`: path of the image to deliver when there is none, without a leading slash.
    pub default_image: Option<String>,
    /// The client hints that the text asks for.
    pub dependence: Dependence,
    /// What was wrong and has been left out, in the order of the text.
    pub problems: Vec<InvalidTransformation>,
}

impl Reading {
    /// Reads a text for a client with these hints. Parameters that are unknown or have a bad value are left
    /// out and told in [`Reading::problems`].
    ///
    /// # Errors
    /// [`InvalidTransformation`] when the text is not of the grammar.
    pub fn of(text: &str, hints: Hints) -> Result<Self, InvalidTransformation> {
        grammar::check_length(text)?;
        Self::of_any_length(text, hints)
    }

    fn of_any_length(text: &str, hints: Hints) -> Result<Self, InvalidTransformation> {
        let context = Context::new(text, hints);
        let mut steps = grammar::steps(text)?;
        let (mut page, mut problems) = page::take(&mut steps, &context);
        let (mut chain, found) = Chain::read(steps, Place::Image, &context);
        problems.extend(found);
        if chain.settings().output().original {
            // The source goes out as it is, so nothing else in the text can be wrong but `orig` itself.
            problems.retain(|problem| problem.parameter.as_deref() == Some("orig"));
            (page, chain) = (None, Chain::default());
            chain.push(Transformation { output: Settings::original(), ..Transformation::default() });
        }
        chain.drop_default_settings();
        problems.sort_by_key(|problem| problem.span.start);
        let found = context.found();
        Ok(Self {
            pipeline: Pipeline { page, chain },
            default_image: found.default_image,
            dependence: found.dependence,
            problems,
        })
    }

    /// The same, where every problem is an error.
    ///
    /// # Errors
    /// The first of the problems.
    pub fn strictly(mut self) -> Result<Self, InvalidTransformation> {
        if self.problems.is_empty() { Ok(self) } else { Err(self.problems.swap_remove(0)) }
    }

    /// The same, where only what is known and not supported is an error: an image must not lose its watermark
    /// in silence.
    ///
    /// # Errors
    /// The first such problem.
    pub fn leniently(self) -> Result<Self, InvalidTransformation> {
        match self.problems.iter().find(|problem| problem.unsupported) {
            Some(unsupported) => Err(unsupported.clone()),
            None => Ok(self),
        }
    }
}

impl FromStr for Pipeline {
    type Err = InvalidTransformation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Reading::of(text, Hints::default())?.strictly()?.pipeline)
    }
}

impl Pipeline {
    /// Reads what `Display` has written: the empty text too, and longer texts than users may write, because the
    /// canonical form of a text can be longer than the text.
    ///
    /// # Errors
    /// [`InvalidTransformation`] when it is not a canonical text.
    pub fn from_canonical(text: &str) -> Result<Self, InvalidTransformation> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        Ok(Reading::of_any_length(text, Hints::default())?.strictly()?.pipeline)
    }

    /// Whether it transforms nothing: no step, and nothing said of the output.
    pub fn is_empty(&self) -> bool {
        self.page.is_none() && self.chain.is_empty()
    }

    /// The page or frame that is taken from the source as a still image, counted from 1. `None` is the
    /// source's main picture, or all frames of an animation.
    pub fn page(&self) -> Option<u32> {
        self.page
    }

    /// Whether the pixels of the source may come out other than they were.
    pub(crate) fn changes_pixels(&self) -> bool {
        self.chain.changes_pixels()
    }

    /// Whether a step, not counting its layers, sharpens with an unsharp mask.
    pub(crate) fn has_unsharp_mask(&self) -> bool {
        self.chain.says("e-usm")
    }

    /// How the result is encoded, as far as that does not depend on the picture.
    pub fn output(&self) -> Output {
        self.chain.settings().output()
    }

    /// What it does to the pixels, whatever the result is written as: two pipelines of which this is equal make the
    /// same picture of the same source.
    pub fn steps(&self) -> String {
        Self { page: self.page, chain: self.chain.clone().without_settings() }.to_string()
    }

    /// About how many pixels it makes, as far as its text alone tells: those of the box that the first step asks for,
    /// which it fills or fits. `None` when that depends on the source.
    pub fn asked_pixels(&self) -> Option<u64> {
        self.chain.asked_pixels()
    }

    /// The same with a still as its result: JPEG, unless it names another format; of an animation the first
    /// frame, unless it names a page.
    #[must_use]
    pub fn as_thumbnail(self) -> Self {
        // Who asks for the source as it is gets it.
        if self.output().original {
            return self;
        }
        let holds_frames = |choice: &FormatChoice| match choice {
            FormatChoice::As(format) => format.capabilities().animation,
            FormatChoice::Original => true,
            FormatChoice::Auto => false,
        };
        // Other formats take the source's main picture, which in HEIC need not be the first.
        let first = self.chain.formats().iter().any(holds_frames).then_some(1);
        Self { page: self.page.or(first), chain: self.chain.after_settings(Settings::jpeg()) }
    }

    /// Whether anything is laid on the picture, in whatever branch.
    pub fn has_layers(&self) -> bool {
        self.chain.has_layers()
    }

    /// Whether what it does depends on the size of the picture.
    pub fn is_conditional(&self) -> bool {
        self.chain.is_conditional()
    }

    /// Whether the client may have a say in the format.
    pub fn negotiates(&self) -> bool {
        let output = self.output();
        !output.original && (output.format == FormatChoice::Auto || self.chain.formats().contains(&FormatChoice::Auto))
    }

    /// Whether it names a format to write, in whatever branch.
    pub fn names_a_format(&self) -> bool {
        self.chain.formats().iter().any(|format| matches!(format, FormatChoice::As(_)))
    }

    /// What it needs beside its source, each once.
    pub fn resources(&self) -> BTreeSet<Resource> {
        let mut found = BTreeSet::new();
        self.chain.resources(&mut found);
        found
    }

    /// How much the first step scales a source of this size, for decoders that can scale while they read:
    /// output pixels per source pixel, the larger of both axes. `None` when the first step looks at the
    /// source's own pixels, so that the decoder must not scale.
    pub fn first_scale(&self, source: Size) -> Option<f64> {
        self.chain.first_look(&Scope::of_source(source))?.scale()
    }

    /// What the first step scales of a source of this size, where sizes alone tell it and nothing grows: a reader
    /// that gives exactly this has carried the step out.
    pub(crate) fn first_reduction(&self, source: Size) -> Option<Reduction> {
        let Plan { window, content, .. } = self.chain.first_scaling(&Scope::of_source(source))?;
        let shrinks = f64::from(content.width) <= window.width && f64::from(content.height) <= window.height;
        let window =
            darkroom_planes::Window { left: window.left, top: window.top, width: window.width, height: window.height };
        shrinks.then_some(Reduction { window, result: content })
    }

    /// Whether [`Self::first_reduction`] is all that it does to the pixels of a source of this size.
    pub(crate) fn only_reduces(&self, source: Size) -> bool {
        self.chain.only_scales(&Scope::of_source(source))
    }

    /// Whether how the result is encoded depends on the density of the source.
    pub(crate) fn asks_for_density(&self) -> bool {
        self.chain.settings().ask_for_density()
    }

    /// How the result of a pipeline that [only reduces](Self::only_reduces) is encoded. `density` is that of the
    /// source in pixels per inch, where it is known.
    ///
    /// # Errors
    /// [`Error::Impossible`] when the density of this source cannot be reckoned with.
    pub(crate) fn output_of(&self, source: Size, result: Size, density: Option<u32>) -> Result<Output, Error> {
        let scope = Scope::of_source(source).after(result);
        self.chain.settings().output_for(&Scope { density: Some(density.unwrap_or(UNKNOWN_DENSITY)), ..scope })
    }

    /// The size of the result for a source of this size, by arithmetic alone: asked before a pixel is decoded,
    /// it refuses what would be refused after. `None` when the size depends on pixels.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when a step's result passes a limit, [`Error::Impossible`] when a step cannot be
    /// carried out on a source of that size.
    pub fn result_size(&self, source: Size, limits: &Limits) -> Result<Option<Size>, Error> {
        self.reckon(source, limits, &Work::default())
    }

    /// The same; what the steps cost is added to `work`.
    pub(crate) fn reckon(&self, source: Size, limits: &Limits, work: &Work) -> Result<Option<Size>, Error> {
        Ok(self.chain.reckon(Scope::of_source(source), limits, work)?.map(|scope| scope.current))
    }

    /// What its steps do to a source of this size, for people who ask, and the error of the step that cannot be
    /// carried out.
    pub fn outline(&self, source: Size, limits: &Limits) -> (Outline, Option<Error>) {
        let mut outline = Outline::default();
        let error = self.chain.tell(Some(Scope::of_source(source)), limits, 0, &mut outline).err();
        (outline, error)
    }

    /// Runs all steps; gives how the result is to be encoded too, which may depend on the picture. The picture
    /// may have been scaled while it was decoded, as [`Self::first_scale`] allows.
    ///
    /// # Errors
    /// As [`Self::result_size`], and [`Error::Unreadable`] when the source breaks while its pixels are read.
    pub fn apply(&self, picture: Picture) -> Result<(Picture, Output), Error> {
        let scope = Scope::of_source(picture.size());
        let density = Some(picture.density().unwrap_or(UNKNOWN_DENSITY));
        let (picture, settings) = self.chain.apply(picture, scope)?;
        let output = settings.output_for(&Scope { density, ..scope.after(picture.size()) })?;
        Ok((picture, output))
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { page, chain } = self;
        let chain = chain.to_string();
        let Some(page) = page else {
            return f.write_str(&chain);
        };
        page::write(*page, f)?;
        match chain.as_str() {
            "" => Ok(()),
            // A condition stands alone in its step.
            chain if chain.starts_with("if-") => write!(f, ":{chain}"),
            chain => write!(f, ",{chain}"),
        }
    }
}
