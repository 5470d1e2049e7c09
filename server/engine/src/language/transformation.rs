//! One step of a pipeline: its parts, in the order in which they run.

use super::{
    Colour,
    background::Background,
    blur::Blur,
    flip::Flip,
    parameters::Parameters,
    resize::{Resize, Size},
    rotate::Rotate,
};
use crate::{
    Error, Limits,
    picture::{Picture, check_output},
};

/// What one step of a pipeline does to the pixels.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Transformation {
    resize: Option<Resize>,
    background: Option<Background>,
    rotate: Option<Rotate>,
    flip: Option<Flip>,
    blur: Option<Blur>,
}

impl Transformation {
    pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
        Self {
            resize: Resize::take(parameters),
            background: Background::take(parameters),
            rotate: Rotate::take(parameters),
            flip: Flip::take(parameters),
            blur: Blur::take(parameters),
        }
    }

    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The canonical parameters.
    pub(super) fn parameters(&self) -> Vec<String> {
        let Self { resize, background, rotate, flip, blur } = self;
        let mut items = Vec::new();
        if let Some(resize) = resize {
            resize.write(&mut items);
        }
        if let Some(background) = background {
            background.write(&mut items);
        }
        if let Some(rotate) = rotate {
            rotate.write(&mut items);
        }
        if let Some(flip) = flip {
            flip.write(&mut items);
        }
        if let Some(blur) = blur {
            blur.write(&mut items);
        }
        items
    }

    /// Runs the parts in their order. `source` is the size that the geometry reckons with: larger than the
    /// picture when a decoder has scaled it while it read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before any pixel of a result over a limit is computed, [`Error::Impossible`] for
    /// a step that this picture does not allow, [`Error::Unreadable`] when the source breaks on the way.
    pub fn apply(&self, mut picture: Picture, source: Size) -> Result<Picture, Error> {
        // No `..`: a part that is not run does not compile.
        let Self { resize, background, rotate, flip, blur } = self;
        self.result_size(source, &picture.limits)?;
        let plan = resize.map(|resize| resize.plan(source)).transpose()?;
        if let Some(plan) = plan {
            picture = plan.scale_content(picture, source)?;
        }
        if let Some(background) = background {
            picture = background.stand_behind(picture)?;
        }
        if let Some(plan) = plan {
            picture = plan.pad(picture, background.map_or(Colour::BLACK, |background| background.colour))?;
        }
        if let Some(rotate) = rotate {
            picture = rotate.apply(picture)?;
        }
        if let (Some(_), Some(background)) = (rotate, background) {
            picture = background.stand_behind(picture)?;
        }
        if let Some(flip) = flip {
            picture = flip.apply(picture)?;
        }
        if let Some(blur) = blur {
            picture = blur.apply(picture)?;
        }
        Ok(picture)
    }

    /// The size of the result for an input of this size, by arithmetic alone.
    pub(super) fn result_size(&self, source: Size, limits: &Limits) -> Result<Size, Error> {
        let Self { resize, background: _, rotate, flip: _, blur: _ } = self;
        let mut size = source;
        if let Some(resize) = resize {
            let plan = resize.plan(source)?;
            check_output(limits, plan.content.width, plan.content.height)?;
            size = plan.canvas;
            check_output(limits, size.width, size.height)?;
        }
        if let Some(rotate) = rotate {
            size = rotate.result_size(size);
            check_output(limits, size.width, size.height)?;
        }
        Ok(size)
    }

    /// How much an input of this size is scaled: output pixels per input pixel, the larger of both axes.
    /// `None` when the input's own pixels are cut out or stay as they are.
    #[allow(clippy::float_cmp)] // exactly 1 when no pixel is scaled
    pub(super) fn scale(&self, source: Size) -> Option<f64> {
        let plan = self.resize?.plan(source).ok()?;
        Some(plan.scale()).filter(|scale| *scale != 1.0)
    }
}
