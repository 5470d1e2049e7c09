//! `e-sharpen`: sharpens details.

use super::{
    alpha::{alpha, average, colours_changed, luma},
    gaussian::Gaussian,
    number,
    parameters::{Parameter, Parameters, Refusal},
    settings::is_bare,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};

const SHARPEN: Parameter = Parameter {
    key: "e-sharpen",
    name: "sharpen",
    values: "no value, or a strength from 1; above 500 it has no further effect",
    default: "not sharpened",
    meaning: "adds to each pixel its difference in brightness from its surroundings (a Gaussian of one pixel), \
        times a fiftieth of the strength; without a value the strength is 50",
    example: "e-sharpen-300",
};

const DEFAULT_STRENGTH: f64 = 50.0;
/// Ten times the difference: more than that only makes noise of black and white.
const MAX_STRENGTH: f64 = 500.0;
/// A difference that is added once.
const STRENGTH_OF_ONE: f64 = 50.0;
const SIGMA_PX: f64 = 1.0;

/// A sharpening.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sharpen {
    /// 1 to [`MAX_STRENGTH`].
    strength: f64,
}

impl Part for Sharpen {
    const PARAMETERS: &'static [Parameter] = &[SHARPEN];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let strength = parameters.take(&SHARPEN, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT_STRENGTH)),
            text => {
                let strength = number::decimal(text).filter(|strength| *strength >= 1.0).ok_or(Refusal::Value)?;
                Ok(Some(strength.min(MAX_STRENGTH)))
            }
        });
        strength.flatten().map(|strength| Self { strength })
    }

    #[allow(clippy::float_cmp)] // the value that needs no number
    fn write(&self, items: &mut Vec<String>) {
        if self.strength == DEFAULT_STRENGTH {
            items.push("e-sharpen".to_owned());
        } else {
            items.push(format!("e-sharpen-{}", self.strength));
        }
    }

    fn weight(&self) -> f64 {
        2.5
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let alpha = if picture.has_alpha() { Some(alpha(&picture.image()?)?) } else { None };
        let image = colours_changed(&picture.image()?, |colours| {
            // Brightness alone, so that edges of colours get no fringes of other colours.
            let luma = luma::of(colours)?;
            let around = average(&luma, alpha.as_ref(), |image| Gaussian::of(SIGMA_PX).blur(image))?;
            let difference = luma.subtract(&around)?.linear(&[self.strength / STRENGTH_OF_ONE], &[0.0], false)?;
            Ok(colours.add(&difference)?)
        })?;
        Ok(picture.with(image))
    }
}
