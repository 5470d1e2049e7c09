//! Chained transformations: the whole of a text.

use super::{FormatChoice, InvalidTransformation, Output, Size, Transformation, grammar, parameters::Parameters};
use crate::{Error, Format, Limits, picture::Picture};
use std::{fmt, str::FromStr};

/// Chained transformations: what to do to an image, step by step. `Display` gives the canonical text:
/// equal meaning gives equal text, and the canonical text parses to an equal pipeline.
///
/// The default pipeline transforms nothing. Its text is empty, and it is the only one whose text does not
/// parse: an empty text in a URL is a mistake. Texts without effect, such as `rt-0`, parse to it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pipeline {
    /// Those that change pixels; parameters of the output are not part of a step.
    steps: Vec<Transformation>,
    output: Output,
}

impl FromStr for Pipeline {
    type Err = InvalidTransformation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pipeline, problems) = Self::read(text)?;
        problems.into_iter().next().map_or(Ok(pipeline), Err)
    }
}

impl Pipeline {
    /// Reads a text and leaves out the parameters that are unknown or have a bad value; they are told in
    /// the order of the text. What is known and not supported is an error all the same: an image must not
    /// lose its watermark in silence.
    ///
    /// # Errors
    /// [`InvalidTransformation`] when the text is not of the grammar or asks for what is not supported.
    pub fn parse_leniently(text: &str) -> Result<(Self, Vec<InvalidTransformation>), InvalidTransformation> {
        let (pipeline, problems) = Self::read(text)?;
        match problems.iter().find(|problem| problem.unsupported) {
            Some(unsupported) => Err(unsupported.clone()),
            None => Ok((pipeline, problems)),
        }
    }

    /// Whether it transforms nothing: no step, and nothing said of the output.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The steps that change pixels, in the order in which they run.
    pub fn steps(&self) -> &[Transformation] {
        &self.steps
    }

    /// How the result is encoded.
    pub fn output(&self) -> Output {
        self.output
    }

    /// The same with a still as its result: JPEG, unless it names another format.
    #[must_use]
    pub fn as_thumbnail(self) -> Self {
        let format = match self.output.format {
            FormatChoice::Auto => FormatChoice::As(Format::Jpeg),
            format => format,
        };
        Self { output: Output { format, ..self.output }, ..self }
    }

    /// How much the first step scales a source of this size in pixels, for decoders that can scale while
    /// they read: output pixels per source pixel, the larger of both axes. `None` when the first step looks
    /// at the source's own pixels, so that the decoder must not scale.
    pub fn first_scale(&self, width: u32, height: u32) -> Option<f64> {
        self.steps.first()?.scale(Size { width, height })
    }

    /// The size of the result for a source of this size in pixels, by arithmetic alone: asked before a
    /// pixel is decoded, it refuses what would be refused after.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when a step's result passes a limit, [`Error::Impossible`] when a step cannot be
    /// carried out on a source of that size.
    pub fn result_size(&self, width: u32, height: u32, limits: &Limits) -> Result<Size, Error> {
        self.steps.iter().try_fold(Size { width, height }, |size, step| step.result_size(size, limits))
    }

    /// Runs all steps. The picture may have been scaled while it was decoded, as [`Self::first_scale`]
    /// allows: the first step reckons with the size that it had before.
    ///
    /// # Errors
    /// As [`Self::result_size`], and [`Error::Unreadable`] when the source breaks while its pixels are read.
    pub fn apply(&self, picture: Picture) -> Result<Picture, Error> {
        let source = Size { width: picture.initial_width, height: picture.initial_height };
        let Some((first, rest)) = self.steps.split_first() else {
            return Ok(picture);
        };
        rest.iter().try_fold(first.apply(picture, source)?, |picture, step| {
            let source = Size { width: picture.width(), height: picture.height() };
            step.apply(picture, source)
        })
    }

    fn read(text: &str) -> Result<(Self, Vec<InvalidTransformation>), InvalidTransformation> {
        let mut pipeline = Self::default();
        let mut problems = Vec::new();
        for items in grammar::steps(text)? {
            let mut parameters = Parameters::new(items);
            let step = Transformation::take(&mut parameters);
            pipeline.output = pipeline.output.take(&mut parameters);
            problems.extend(parameters.finish());
            if !step.is_empty() {
                pipeline.steps.push(step);
            }
        }
        if pipeline.output.original {
            // The source goes out as it is, so nothing else in the text can be wrong but `orig` itself.
            problems.retain(|problem| problem.parameter.as_deref() == Some("orig"));
            pipeline = Self { steps: Vec::new(), output: Output { original: true, ..Output::default() } };
        }
        Ok((pipeline, problems))
    }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { steps, output } = self;
        let mut texts: Vec<Vec<String>> = steps.iter().map(Transformation::parameters).collect();
        let mut of_output = Vec::new();
        output.write(&mut of_output);
        match texts.last_mut() {
            Some(last) => last.append(&mut of_output),
            None => texts.push(of_output),
        }
        let texts: Vec<String> = texts.iter().map(|items| items.join(",")).collect();
        f.write_str(&texts.join(":"))
    }
}
