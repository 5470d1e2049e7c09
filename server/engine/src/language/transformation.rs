//! One step of a pipeline: its parts, in the order in which they run.

use super::{
    Parameter,
    background::Background,
    blur::Blur,
    border::Border,
    colorize::Colorize,
    colour_replace::ColourReplace,
    contrast::Contrast,
    distort::Distort,
    drop_shadow::DropShadow,
    flip::Flip,
    gradient::Gradient,
    grayscale::Grayscale,
    opacity::Opacity,
    output,
    parameters::Parameters,
    radius::Radius,
    resize::{Resize, Size},
    rotate::Rotate,
    shadow::Shadow,
    sharpen::Sharpen,
    trim::Trim,
    unsharp_mask::UnsharpMask,
};
use crate::{
    Error, Limits,
    picture::{Picture, check_output},
};

/// One part of a step: what a step file makes of the parameters that it claims.
pub(super) trait Part: Sized {
    /// Its documentation.
    const PARAMETERS: &'static [Parameter];

    /// Claims its parameters; `None` when it changes nothing.
    fn take(parameters: &mut Parameters<'_>) -> Option<Self>;

    /// The canonical parameters.
    fn write(&self, items: &mut Vec<String>);

    /// The size that it makes of an input of this size, by arithmetic alone.
    fn result_size(&self, input: Size, _limits: &Limits) -> Result<Size, Error> {
        Ok(input)
    }

    /// Does its work on the pixels.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error>;
}

/// What a part may look at beside the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'s> {
    /// The other parts of the step.
    pub(super) parts: &'s Transformation,
    /// The size of the part's input as geometry reckons with it: larger than the picture when a decoder has
    /// scaled it while it read.
    pub(super) source: Size,
}

/// Every list of the parts is made from this one, so a part that is declared is also claimed, written, sized
/// and run.
macro_rules! parts {
    ($($name:ident: $part:ty,)*) => {
        /// What one step of a pipeline does to the pixels.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Transformation {
            $(pub(super) $name: Option<$part>,)*
        }

        /// Every parameter that is carried out, one row per step file, in canonical order.
        pub const PARAMETERS: &[&[Parameter]] = &[$(<$part>::PARAMETERS,)* output::PARAMETERS];

        impl Transformation {
            pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
                Self { $($name: <$part>::take(parameters),)* }
            }

            /// The canonical parameters.
            pub(super) fn parameters(&self) -> Vec<String> {
                let mut items = Vec::new();
                $(if let Some(part) = &self.$name {
                    part.write(&mut items);
                })*
                items
            }

            /// The size of the result for an input of this size, by arithmetic alone.
            pub(super) fn result_size(&self, source: Size, limits: &Limits) -> Result<Size, Error> {
                let mut size = source;
                $(if let Some(part) = &self.$name {
                    size = part.result_size(size, limits)?;
                    check_output(limits, size.width, size.height)?;
                })*
                Ok(size)
            }

            fn run(&self, mut picture: Picture, source: Size) -> Result<Picture, Error> {
                // Only the first part can meet a picture that was scaled while it was decoded.
                let mut before = Some(source);
                $(if let Some(part) = &self.$name {
                    let source = before.take().unwrap_or(Size { width: picture.width(), height: picture.height() });
                    // Known before for most pictures; but nobody could know what a trim leaves.
                    let size = part.result_size(source, &picture.limits)?;
                    picture.check_size(size.width, size.height)?;
                    picture = part.apply(picture, &Step { parts: self, source })?;
                })*
                Ok(picture)
            }
        }
    };
}

// In the order in which they run, which is also the canonical order of their parameters.
parts! {
    trim: Trim,
    resize: Resize,
    background: Background,
    rotate: Rotate,
    flip: Flip,
    distort: Distort,
    contrast: Contrast,
    sharpen: Sharpen,
    unsharp_mask: UnsharpMask,
    grayscale: Grayscale,
    colorize: Colorize,
    colour_replace: ColourReplace,
    blur: Blur,
    gradient: Gradient,
    shadow: Shadow,
    drop_shadow: DropShadow,
    border: Border,
    radius: Radius,
    opacity: Opacity,
}

impl Transformation {
    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Runs the parts in their order. `source` is the size that the geometry reckons with: larger than the
    /// picture when a decoder has scaled it while it read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before any pixel of a result over a limit is computed, [`Error::Impossible`] for
    /// a step that this picture does not allow, [`Error::Unreadable`] when the source breaks on the way.
    pub fn apply(&self, picture: Picture, source: Size) -> Result<Picture, Error> {
        self.result_size(source, &picture.limits)?;
        self.run(picture, source)
    }

    /// How much an input of this size is scaled: output pixels per input pixel, the larger of both axes.
    /// `None` when the input's own pixels are looked at, cut out or stay as they are.
    #[allow(clippy::float_cmp)] // exactly 1 when no pixel is scaled
    pub(super) fn scale(&self, source: Size) -> Option<f64> {
        if self.trim.is_some() {
            return None;
        }
        let plan = self.resize?.plan(source).ok()?;
        Some(plan.scale()).filter(|scale| *scale != 1.0)
    }
}
