//! `e-grayscale`: shades of grey.

use super::{
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

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let image = grey(&picture.image)?.colourspace("srgb")?;
        Ok(picture.with(image))
    }
}

/// One band of grey, 8 bits, with the luminance of the colours in linear light; alpha behind it, if there is.
pub(super) fn grey(image: &Image) -> Result<Image, Error> {
    Ok(image.colourspace("b-w")?)
}
