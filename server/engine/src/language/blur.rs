//! `bl`: Gaussian blur.

use super::{
    alpha::premultiplied,
    gaussian::Gaussian,
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};

const BLUR: Parameter = Parameter {
    key: "bl",
    name: "blur",
    values: "a radius from 1 to 100",
    default: "not blurred",
    meaning: "blurs the image; the radius is two standard deviations of the Gaussian, in pixels of the result",
    example: "bl-5",
};

/// The language speaks of a radius and leaves open how fast the blur falls off inside it. With two standard
/// deviations 95 % of the weight lies inside, and what other services call the same strength looks the same.
pub(super) const SIGMAS_PER_RADIUS: f64 = 2.0;

/// A Gaussian blur.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Blur {
    /// In pixels, 1 to 100.
    radius: f64,
}

impl Part for Blur {
    const PARAMETERS: &'static [Parameter] = &[BLUR];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let radius =
            |text: &str| number::decimal(text).filter(|radius| (1.0..=100.0).contains(radius)).ok_or(Refusal::Value);
        parameters.take(&BLUR, radius).map(|radius| Self { radius })
    }

    fn weight(&self) -> f64 {
        2.5
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let gaussian = Gaussian::of(self.radius / SIGMAS_PER_RADIUS);
        // Colours that are not all visible have to be multiplied by their alpha, for which 8 bits are too few.
        let opaque = picture.raster().filter(|raster| raster.is_opaque());
        if let Some(blurred) = opaque.and_then(|raster| gaussian.blur_raster(raster)) {
            return Ok(picture.with_raster(blurred));
        }
        let image = premultiplied(&picture.image()?, |image| gaussian.blur_pixels(image))?;
        Ok(picture.with(image))
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("bl-{}", self.radius));
    }
}
