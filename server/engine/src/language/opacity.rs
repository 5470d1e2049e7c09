//! `o`: makes the image more transparent.

use super::{
    alpha::to_8_bits,
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};
use darkroom_planes::Raster;

const OPACITY: Parameter = Parameter {
    key: "o",
    name: "opacity",
    values: "a percentage from 0 to 100",
    default: "100",
    meaning: "multiplies the opacity; with `bg` that colour is blended in, without its own alpha, and the result \
        is opaque",
    example: "o-50",
};

/// An opacity that is less than whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Opacity {
    /// 0 to less than 100.
    percent: f64,
}

impl Part for Opacity {
    const PARAMETERS: &'static [Parameter] = &[OPACITY];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let percent = parameters.take(&OPACITY, |text| {
            number::decimal(text).filter(|percent| (0.0..=100.0).contains(percent)).ok_or(Refusal::Value)
        })?;
        (percent < 100.0).then_some(Self { percent: percent.abs() })
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("o-{}", self.percent));
    }

    fn weight(&self) -> f64 {
        1.0
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        if let (Some(raster), None) = (picture.raster(), &step.parts.background) {
            let raster = Raster::clone(raster).faded(self.percent / 100.0);
            return Ok(picture.with_raster(raster));
        }
        let image = picture.image()?.with_alpha()?;
        let mut factors = vec![1.0; image.bands() as usize];
        if let Some(alpha) = factors.last_mut() {
            *alpha = self.percent / 100.0;
        }
        let faded = image.linear(&factors, &[0.0], false)?;
        let Some(background) = &step.parts.background else {
            let image = to_8_bits(&faded)?;
            return Ok(picture.with(image));
        };
        if let Some(colour) = background.flat_colour(&picture)? {
            let image = to_8_bits(&faded.flatten(&colour.rgb().map(f64::from))?)?;
            return Ok(picture.with(image));
        }
        let image = to_8_bits(&faded)?;
        background.stand_behind(picture.with(image))
    }
}
