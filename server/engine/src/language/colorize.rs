//! `e-colorize`: tints the image with one colour.

use super::{
    Colour,
    alpha::colours_changed,
    grayscale::grey,
    number,
    oklab::{encoded, linear},
    parameters::{Parameter, Parameters, Refusal},
    settings::{is_bare, settings},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const COLORIZE: Parameter = Parameter {
    key: "e-colorize",
    name: "colorize",
    values: "no value, or settings joined by `_`: `co-` (a colour) and `in-` (intensity, 0 to 100)",
    default: "no tint; `co-gray_in-100` without a value",
    meaning: "turns the image into shades of one colour, from black through the colour to white, and mixes that with \
        the image by the intensity in percent",
    example: "e-colorize-co-red_in-50",
};

/// A tint.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Colorize {
    colour: Colour,
    /// In percent, greater than 0, to 100.
    intensity: f64,
}

const DEFAULT: Colorize = Colorize { colour: Colour::GREY, intensity: 100.0 };

impl Part for Colorize {
    const PARAMETERS: &'static [Parameter] = &[COLORIZE];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let tint = parameters.take(&COLORIZE, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT)),
            text => Self::read(text).map(Some).ok_or(Refusal::Value),
        });
        tint.flatten().filter(|tint| tint.intensity > 0.0 && tint.colour.opacity() > 0.0)
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { colour, intensity } = self;
        if *self == DEFAULT {
            items.push("e-colorize".to_owned());
        } else {
            items.push(format!("e-colorize-co-{colour}_in-{intensity}"));
        }
    }

    fn weight(&self) -> f64 {
        2.0
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        // Read twice: as it is, and as greys.
        let picture = picture.in_memory()?;
        let grey = grey(&picture.image()?.extract_bands(0, 3)?)?.extract_bands(0, 1)?;
        let shades = grey.operation(c"maplut")?.image(c"lut", &shades(self.colour.rgb())?).run()?;
        let part = self.intensity / 100.0 * self.colour.opacity();
        let image = colours_changed(&picture.image()?, |colours| {
            let tint = shades.linear(&[part], &[0.0], false)?;
            Ok(colours.linear(&[1.0 - part], &[0.0], false)?.add(&tint)?)
        })?;
        Ok(picture.with(image))
    }
}

impl Colorize {
    fn read(text: &str) -> Option<Self> {
        let mut tint = DEFAULT;
        for (key, value) in settings(text, &["co", "in"])? {
            match key {
                "co" => tint.colour = Colour::read(value)?,
                _ => tint.intensity = number::decimal(value).filter(|value| (0.0..=100.0).contains(value))?,
            }
        }
        Some(tint)
    }
}

/// For each grey the shade of the colour: black and white stay, and the colour's own grey gives the colour.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
fn shades(colour: [u8; 3]) -> Result<Image, Error> {
    let [red, green, blue] = colour.map(linear);
    let own = f64::from(encoded(0.2126 * red + 0.7152 * green + 0.0722 * blue));
    let mut table = Vec::with_capacity(256 * 3);
    for grey in 0..=255_u8 {
        let grey = f64::from(grey);
        for band in colour.map(f64::from) {
            let shade = if grey <= own {
                if own == 0.0 { 0.0 } else { band * grey / own }
            } else {
                band + (255.0 - band) * (grey - own) / (255.0 - own)
            };
            table.push(shade.round() as u8);
        }
    }
    Ok(Image::from_memory(table.into(), 256, 1, 3)?)
}
