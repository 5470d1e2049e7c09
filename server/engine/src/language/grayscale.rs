//! `e-grayscale`: shades of grey.

use super::{
    alpha::{colours_changed, luma},
    parameters::{Parameter, Parameters, Refusal},
    settings::switch,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const GRAYSCALE: Parameter = Parameter {
    key: "e-grayscale",
    name: "grayscale",
    values: "no value, `true` or `false`",
    default: "colours stay",
    meaning: "turns colours into greys of the same luminance",
    example: "e-grayscale",
};

/// Grey in place of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grayscale;

impl Part for Grayscale {
    const PARAMETERS: &'static [Parameter] = &[GRAYSCALE];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let on = parameters.take(&GRAYSCALE, |text| switch(text).ok_or(Refusal::Value))?;
        on.then_some(Self)
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push("e-grayscale".to_owned());
    }

    fn weight(&self) -> f64 {
        1.0
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let image = colours_changed(&picture.image()?, grey)?;
        Ok(picture.with(image))
    }
}

/// Three equal bands with the luminance of these colours, reckoned in linear light.
pub(super) fn grey(colours: &Image) -> Result<Image, Error> {
    // libvips' own conversion to grey has other weights in 8.14 than later.
    let light = colours.colourspace("scrgb")?.recomb(&[luma::WEIGHTS; 3])?;
    Ok(light.operation(c"scRGB2sRGB")?.run()?)
}
