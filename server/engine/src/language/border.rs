//! `b`: a border around the image.

use super::{
    Colour, Size,
    background::ink,
    length::{MAX_SIDE_PX, is_expression},
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, Limits, picture::Picture};

const BORDER: Parameter = Parameter {
    key: "b",
    name: "border",
    values: "a width in pixels from 0 to 65535 and a colour, joined by `_` or `-`",
    default: "no border",
    meaning: "draws a border around the image, which grows by twice the width; with `r` it follows the corners",
    example: "b-5_FFF000",
};

/// A border.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Border {
    /// In pixels, 1 to [`MAX_SIDE_PX`].
    width: u32,
    colour: Colour,
}

impl Part for Border {
    const PARAMETERS: &'static [Parameter] = &[BORDER];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let border = parameters.take(&BORDER, |text| {
            let (width, colour) = text.rsplit_once(['_', '-']).ok_or(Refusal::Value)?;
            if is_expression(width) {
                return Err(Refusal::Unsupported("arithmetic expressions are not supported yet"));
            }
            let colour = Colour::read(colour).ok_or(Refusal::Value)?;
            let width = number::decimal(width).filter(|width| (0.0..=f64::from(MAX_SIDE_PX)).contains(width));
            Ok(Self { width: rounded(width.ok_or(Refusal::Value)?), colour })
        });
        border.filter(|border| border.width > 0)
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("b-{}_{}", self.width, self.colour));
    }

    fn result_size(&self, input: Size, _: &Limits) -> Result<Size, Error> {
        let grown = |side: u32| side.saturating_add(self.width.saturating_mul(2));
        Ok(Size { width: grown(input.width), height: grown(input.height) })
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        // The corners are rounded after the border, so what is inside it has to be rounded before.
        let picture = match &step.parts.radius {
            Some(radius) => super::background::behind(radius.inside(self.width).round(picture)?, self.colour)?,
            None => picture,
        };
        let size = self.result_size(Size { width: picture.width(), height: picture.height() }, &picture.limits)?;
        let (image, ink) = ink(&picture.image, self.colour)?;
        let offset = i32::try_from(self.width).unwrap_or(i32::MAX);
        let image = image.embed(offset, offset, size.width, size.height, &ink)?;
        Ok(picture.with(image))
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 65535
fn rounded(pixels: f64) -> u32 {
    pixels.round() as u32
}
