//! `b`: a border around the image.

use super::{
    Colour, Size,
    background::{behind, on_canvas},
    expression::Quantity,
    length::MAX_SIDE_PX,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};
use std::ops::RangeInclusive;

const BORDER: Parameter = Parameter {
    key: "b",
    name: "border",
    values: "a width in pixels from 0 to 65535, or an expression, and a colour, joined by `_` or `-`",
    default: "no border",
    meaning: "draws a border around the image, which grows by twice the width; with `r` it follows the corners",
    example: "b-5_FFF000",
};

/// What a width may be, in pixels.
fn widths() -> RangeInclusive<f64> {
    0.0..=f64::from(MAX_SIDE_PX)
}

/// A border.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Border {
    /// In pixels, up to [`MAX_SIDE_PX`]; a number is whole, and not 0.
    width: Quantity,
    colour: Colour,
}

impl Part for Border {
    const PARAMETERS: &'static [Parameter] = &[BORDER];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let place = parameters.place();
        let border = parameters.take(&BORDER, |text| {
            let (width, colour) = text.rsplit_once(['_', '-']).ok_or(Refusal::Value)?;
            let colour = Colour::read(colour).ok_or(Refusal::Value)?;
            let width = match place.quantity(width)? {
                Quantity::Number(width) if !widths().contains(&width) => return Err(Refusal::Value),
                Quantity::Number(width) => Quantity::Number(width.round()),
                expression @ Quantity::Expression(_) => expression,
            };
            Ok(Self { width, colour })
        });
        border.filter(|border| border.width != Quantity::Number(0.0))
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("b-{}_{}", self.width, self.colour));
    }

    fn result_size(&self, input: Size, step: &Step<'_>) -> Result<Option<Size>, Error> {
        let both = self.pixels(step)?.saturating_mul(2);
        let grown = |side: u32| side.saturating_add(both);
        Ok(Some(Size { width: grown(input.width), height: grown(input.height) }))
    }

    fn weight(&self) -> f64 {
        0.5
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let width = self.pixels(step)?;
        // The corners are rounded after the border, so what is inside it has to be rounded before.
        let picture = match &step.parts.radius {
            Some(radius) => behind(radius.inside(width).round(picture)?, self.colour)?,
            None => picture,
        };
        let canvas = Size { width: picture.width() + 2 * width, height: picture.height() + 2 * width };
        on_canvas(picture, (width, width), canvas, self.colour)
    }
}

impl Border {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 65535
    fn pixels(&self, step: &Step<'_>) -> Result<u32, Error> {
        Ok(self.width.value_within(&step.scope, BORDER.key, widths())?.round() as u32)
    }
}
