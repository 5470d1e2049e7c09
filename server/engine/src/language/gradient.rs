//! `e-gradient`: a linear gradient of two colours over the image.

use super::{
    Colour,
    alpha::to_8_bits,
    context::Place,
    expression::Quantity,
    length::MAX_SIDE_PX,
    number,
    parameters::{Parameter, Parameters, Refusal},
    settings::{is_bare, settings},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};
use std::ops::RangeInclusive;

const GRADIENT: Parameter = Parameter {
    key: "e-gradient",
    name: "gradient",
    values: "no value, or settings joined by `_`: `ld-` (direction: degrees from 0 to 360, or `top`, `top_right`, \
        `right`, `bottom_right`, `bottom`, `bottom_left`, `left`, `top_left`), `from-` and `to-` (colours), `sp-` \
        (stop point: a fraction up to 1, pixels, or an expression)",
    default: "no gradient; `ld-bottom_from-FFFFFF_to-00000000_sp-1` without a value",
    meaning: "lays a gradient over the image, which begins with `from` and runs in the direction (0 is up, 90 to the \
        right); `to` is reached at the stop point",
    example: "e-gradient-ld-top_from-green_to-00FF0010_sp-0.8",
};

/// Names of directions in degrees; the first name of equals is the one in use.
const DIRECTIONS: [(&str, f64); 12] = [
    ("top", 0.0),
    ("top_right", 45.0),
    ("topright", 45.0),
    ("right", 90.0),
    ("bottom_right", 135.0),
    ("bottomright", 135.0),
    ("bottom", 180.0),
    ("bottom_left", 225.0),
    ("bottomleft", 225.0),
    ("left", 270.0),
    ("top_left", 315.0),
    ("topleft", 315.0),
];

/// A gradient.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Gradient {
    /// Degrees clockwise from upwards, 0 to less than 360.
    direction: f64,
    from: Colour,
    to: Colour,
    /// Where the second colour is reached: up to 1 a part of the way through the image, else pixels.
    stop: Quantity,
}

/// What a stop point may be.
fn stops() -> RangeInclusive<f64> {
    f64::MIN_POSITIVE..=f64::from(MAX_SIDE_PX)
}

const DEFAULT: Gradient =
    Gradient { direction: 180.0, from: Colour::WHITE, to: Colour::TRANSPARENT, stop: Quantity::Number(1.0) };

impl Part for Gradient {
    const PARAMETERS: &'static [Parameter] = &[GRADIENT];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let place = parameters.place();
        let gradient = parameters.take(&GRADIENT, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT)),
            text => Self::read(text, place).map(Some),
        });
        gradient.flatten()
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { direction, from, to, stop } = self;
        if *self == DEFAULT {
            items.push("e-gradient".to_owned());
        } else {
            items.push(format!("e-gradient-ld-{direction}_from-{from}_to-{to}_sp-{stop}"));
        }
    }

    fn weight(&self) -> f64 {
        2.5
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let end = self.stop.value_within(&step.scope, GRADIENT.key, stops())?;
        let image = over(&picture.image()?, &self.draw(picture.width(), picture.height(), end)?)?;
        Ok(picture.with(image))
    }
}

impl Gradient {
    fn read(text: &str, place: Place) -> Result<Self, Refusal> {
        let mut gradient = DEFAULT;
        for (key, value) in settings(text, &["ld", "from", "to", "sp"]).ok_or(Refusal::Value)? {
            match key {
                "ld" => gradient.direction = read_direction(value).ok_or(Refusal::Value)?,
                "from" => gradient.from = Colour::read(value).ok_or(Refusal::Value)?,
                "to" => gradient.to = Colour::read(value).ok_or(Refusal::Value)?,
                _ => match place.quantity(value)? {
                    Quantity::Number(stop) if !stops().contains(&stop) => return Err(Refusal::Value),
                    stop => gradient.stop = stop,
                },
            }
        }
        Ok(gradient)
    }

    /// Four bands of floats, premultiplied, 0 to 255: colours mix by what is seen of them.
    fn draw(&self, width: u32, height: u32, stop: f64) -> Result<Image, Error> {
        let (across, down) = (f64::from(width), f64::from(height));
        let (sine, cosine) = self.direction.to_radians().sin_cos();
        // From the corner that the direction points away from to the opposite one.
        let way = across * sine.abs() + down * cosine.abs();
        let stop = if stop <= 1.0 { stop * way } else { stop };
        let along = Image::coordinates(width, height)?.recomb(&[[sine / stop, -cosine / stop]])?;
        let start = (way - (across * sine - down * cosine)) * 0.5;
        let along = along.linear(&[1.0], &[start / stop], false)?.clamped(&[1.0])?;
        let (from, to) = (seen(self.from), seen(self.to));
        let steps: Vec<f64> = to.iter().zip(from).map(|(to, from)| to - from).collect();
        Ok(along.linear(&steps, &from, false)?)
    }
}

/// A colour's numbers, premultiplied, with its opacity, 0 to 255.
fn seen(colour: Colour) -> [f64; 4] {
    let [red, green, blue] = colour.rgb().map(|band| f64::from(band) * colour.opacity());
    [red, green, blue, colour.opacity() * 255.0]
}

/// Lays four premultiplied bands of floats over an image; it stays without alpha when it has none.
fn over(image: &Image, layer: &Image) -> Result<Image, Error> {
    let left = layer.extract_bands(3, 1)?.linear(&[-1.0 / 255.0], &[1.0], false)?;
    if image.has_alpha() {
        let image = image.premultiply()?.multiply(&left)?.add(layer)?;
        return to_8_bits(&image.unpremultiply()?);
    }
    to_8_bits(&image.multiply(&left)?.add(&layer.extract_bands(0, 3)?)?)
}

fn read_direction(text: &str) -> Option<f64> {
    if let Some((_, degrees)) = DIRECTIONS.iter().find(|(name, _)| *name == text) {
        return Some(*degrees);
    }
    let degrees = number::decimal(text).filter(|degrees| degrees.abs() <= 360.0)?;
    Some(degrees.rem_euclid(360.0) + 0.0).filter(|degrees| *degrees < 360.0)
}
