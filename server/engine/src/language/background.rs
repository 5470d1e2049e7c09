//! `bg`: the colour of padding, and of what stands behind a transparent image.

use super::alpha::to_8_bits;
use super::{
    Colour,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const BACKGROUND: Parameter = Parameter {
    key: "bg",
    name: "background",
    values: "a colour: a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`",
    default: "padding is black; transparent images stay transparent",
    meaning: "fills padding and the corners of a turned image, and stands behind transparent pixels",
    example: "bg-F0F0F0",
};

/// A background colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Background {
    pub(super) colour: Colour,
}

impl Part for Background {
    const PARAMETERS: &'static [Parameter] = &[BACKGROUND];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let colour = parameters.take(&BACKGROUND, |text| {
            if let Some(colour) = Colour::read(text) {
                return Ok(colour);
            }
            let kind = text.split(['_', '-']).next().unwrap_or_default();
            match kind {
                "genfill" => Err(Refusal::Unsupported("generative fill is not supported")),
                "blurred" | "dominant" | "gradient" => {
                    Err(Refusal::Unsupported("backgrounds other than a colour are not supported yet"))
                }
                _ => Err(Refusal::Value),
            }
        })?;
        Some(Self { colour })
    }

    /// Behind a picture that is not resized; a resize puts it behind before it pads.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        if step.parts.resize.is_some() { Ok(picture) } else { self.stand_behind(picture) }
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("bg-{}", self.colour));
    }
}

impl Background {
    /// Puts the colour behind the picture's transparent pixels.
    pub(super) fn stand_behind(self, picture: Picture) -> Result<Picture, Error> {
        if !picture.image.has_alpha() || self.colour.opacity() == 0.0 {
            return Ok(picture);
        }
        if self.colour.is_opaque() {
            let image = picture.image.flatten(&self.colour.rgb().map(f64::from))?;
            return Ok(picture.with(image));
        }
        let (image, ink) = ink(&picture.image, self.colour)?;
        let zeros = vec![0.0; ink.len()];
        // In floating point: libvips cuts fractions off when it blends 8-bit images.
        let behind = image.linear(&zeros, &ink, false)?;
        let over = image.linear(&[1.0], &[0.0], false)?;
        let image = to_8_bits(&behind.composite_over(&over, 0, 0)?)?;
        Ok(picture.with(image))
    }
}

/// `colour` as numbers for the bands of an image, and the image with the bands that the colour needs.
pub(super) fn ink(image: &Image, colour: Colour) -> Result<(Image, Vec<f64>), Error> {
    let [red, green, blue] = colour.rgb();
    let image = if colour.is_opaque() { image.clone() } else { image.with_alpha()? };
    let mut ink = vec![f64::from(red), f64::from(green), f64::from(blue)];
    if image.has_alpha() {
        ink.push((colour.opacity() * 255.0).round());
    }
    Ok((image, ink))
}
