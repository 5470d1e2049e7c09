//! One step of a pipeline: its parts, in the order in which they run.

use super::{
    Parameter,
    background::Background,
    blur::Blur,
    border::Border,
    colorize::Colorize,
    colour_replace::ColourReplace,
    condition,
    contrast::Contrast,
    default_image,
    distort::Distort,
    drop_shadow::DropShadow,
    flip::Flip,
    gradient::Gradient,
    grayscale::Grayscale,
    layer::{self, Layer},
    opacity::Opacity,
    output::Settings,
    page,
    parameters::Parameters,
    radius::Radius,
    resize::{Plan, Resize, Size},
    rotate::Rotate,
    scope::Scope,
    shadow::Shadow,
    sharpen::Sharpen,
    trim::Trim,
    unsharp_mask::UnsharpMask,
};
use crate::{
    Error, Limits,
    picture::{Picture, check_output},
    work::Work,
};

/// One part of a step: what a step file makes of the parameters that it claims.
pub(super) trait Part: Sized {
    /// Its documentation.
    const PARAMETERS: &'static [Parameter];

    /// Claims its parameters; `None` when it changes nothing.
    fn take(parameters: &mut Parameters<'_>) -> Option<Self>;

    /// The canonical parameters.
    fn write(&self, items: &mut Vec<String>);

    /// The size that it makes of an input of this size, by arithmetic alone; `None` when that depends on
    /// pixels.
    fn result_size(&self, input: Size, _step: &Step<'_>) -> Result<Option<Size>, Error> {
        Ok(Some(input))
    }

    /// What each pixel of it costs, where one of an enlarged photo costs 1.
    fn weight(&self) -> f64;

    /// What it costs, in weighed pixels.
    fn work(&self, input: Size, result: Size) -> f64 {
        self.weight() * input.pixels().max(result.pixels())
    }

    /// Does its work on the pixels.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error>;
}

/// What a part may look at beside the picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Step<'s> {
    /// The other parts of the step.
    pub(super) parts: &'s Transformation,
    /// The sizes that were known when the step began.
    pub(super) scope: Scope,
    /// The bounds on results.
    pub(super) limits: &'s Limits,
    /// What is computed so far.
    pub(super) work: &'s Work,
}

/// Every list of the parts is made from this one, so a part that is declared is also claimed, written, sized
/// and run.
macro_rules! parts {
    (below the layers: { $($below:ident: $below_part:ty,)* } on top of them: { $($above:ident: $above_part:ty,)* }) => {
        /// What one step of a pipeline does to the pixels.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct Transformation {
            $(pub(super) $below: Option<$below_part>,)*
            $(pub(super) $above: Option<$above_part>,)*
            /// Laid on the picture, the first one lowest.
            pub(super) layers: Vec<Layer>,
            /// Said of the output in this step, or in the steps before it.
            pub(super) output: Settings,
        }

        /// Every parameter that is carried out, one row per step file, in canonical order.
        pub const PARAMETERS: &[&[Parameter]] = &[page::PARAMETERS, $(<$below_part>::PARAMETERS,)*
            $(<$above_part>::PARAMETERS,)* layer::PARAMETERS, condition::PARAMETERS, default_image::PARAMETERS,
            Settings::PARAMETERS];

        impl Transformation {
            /// Claims all that a step may hold; what is left belongs to nobody.
            pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
                default_image::take(parameters);
                page::refuse(parameters);
                Self {
                    $($below: <$below_part>::take(parameters),)*
                    $($above: <$above_part>::take(parameters),)*
                    layers: layer::take_all(parameters),
                    output: Settings::take(parameters),
                }
            }

            /// The canonical parameters.
            pub(super) fn parameters(&self) -> Vec<String> {
                let mut items = Vec::new();
                $(if let Some(part) = &self.$below {
                    part.write(&mut items);
                })*
                $(if let Some(part) = &self.$above {
                    part.write(&mut items);
                })*
                items.extend(self.layers.iter().map(ToString::to_string));
                self.output.write(&mut items);
                items
            }

            /// Whether it leaves the pixels as they are.
            pub(super) fn is_without_parts(&self) -> bool {
                $(self.$below.is_none() &&)* $(self.$above.is_none() &&)* self.layers.is_empty()
            }

            /// The size of the result, by arithmetic alone; `None` when it depends on pixels.
            pub(super) fn result_size(
                &self,
                scope: &Scope,
                limits: &Limits,
                work: &Work,
            ) -> Result<Option<Size>, Error> {
                let step = Step { parts: self, scope: *scope, limits, work };
                let mut size = scope.current;
                $(match sized(self.$below.as_ref(), size, &step)? {
                    Some(result) => size = result,
                    None => return Ok(None),
                })*
                if !self.layers.iter().all(Layer::keeps_the_size) {
                    return Ok(None);
                }
                $(match sized(self.$above.as_ref(), size, &step)? {
                    Some(result) => size = result,
                    None => return Ok(None),
                })*
                Ok(Some(size))
            }

            fn run(&self, mut picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
                $(picture = carried_out(self.$below.as_ref(), picture, step)?;)*
                picture = self.layers.iter().try_fold(picture, |picture, layer| layer.lay_on(picture))?;
                $(picture = carried_out(self.$above.as_ref(), picture, step)?;)*
                Ok(picture)
            }
        }
    };
}

// In the order in which they run, which is also the canonical order of their parameters.
parts! {
    below the layers: {
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
    }
    on top of them: {
        opacity: Opacity,
    }
}

/// The size after a part, within the limits; the input's where the part is not wanted. Its work is counted.
fn sized<P: Part>(part: Option<&P>, input: Size, step: &Step<'_>) -> Result<Option<Size>, Error> {
    let Some(part) = part else { return Ok(Some(input)) };
    let size = part.result_size(input, step)?;
    if let Some(Size { width, height }) = size {
        check_output(step.limits, width, height)?;
        step.work.saw(Size { width, height });
    }
    step.work.add(part.work(input, size.unwrap_or(input)), step.limits)?;
    Ok(size)
}

/// The picture after a part. Its size is asked for once more: behind a trim nobody could know it before.
fn carried_out<P: Part>(part: Option<&P>, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
    sized(part, picture.size(), step)?;
    match part {
        Some(part) => part.apply(picture, step),
        None => Ok(picture),
    }
}

impl Transformation {
    /// Whether it changes nothing.
    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Runs the parts and lays the layers on, in their order.
    ///
    /// # Errors
    /// [`Error::TooLarge`] before any pixel of a result over a limit is computed, [`Error::Impossible`] for
    /// a step that this picture does not allow, [`Error::Unreadable`] when the source breaks on the way.
    pub(super) fn apply(&self, picture: Picture, scope: &Scope) -> Result<Picture, Error> {
        let (limits, resources) = (picture.limits.clone(), picture.resources.clone());
        self.result_size(scope, &limits, &Work::default())?;
        self.run(picture, &Step { parts: self, scope: *scope, limits: &limits, work: resources.work() })
    }

    /// What the resize makes of an input of this size, where it comes first and sizes alone tell what it does: a
    /// reader may carry it out, then.
    pub(super) fn scaling(&self, scope: &Scope) -> Option<Plan> {
        let resize = self.resize.as_ref().filter(|_| self.trim.is_none())?;
        resize.plan(scope).ok().filter(|_| resize.is_told_by_sizes())
    }

    /// Whether it has no part but a resize that pads nothing, for an input of this size.
    pub(super) fn only_scales(&self, scope: &Scope) -> bool {
        let rest = Self { resize: None, ..self.clone() };
        rest.is_without_parts() && self.scaling(scope).is_some_and(|plan| plan.canvas == plan.content)
    }

    /// How much an input of this size is scaled: output pixels per input pixel, the larger of both axes.
    /// `None` when the input's own pixels are looked at, are cut out or stay as they are.
    #[allow(clippy::float_cmp)] // exactly 1 when no pixel is scaled
    pub(super) fn scale(&self, scope: &Scope) -> Option<f64> {
        if self.trim.is_some() {
            return None;
        }
        let resize = self.resize.as_ref()?;
        let plan = resize.plan(scope).ok()?;
        Some(plan.scale()).filter(|scale| *scale != 1.0 && resize.may_shrink_while_decoding())
    }
}
