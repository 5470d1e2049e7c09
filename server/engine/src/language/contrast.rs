//! `e-contrast`: stretches the luminance over the full range.

use super::{
    alpha::{colours_changed, luma, to_8_bits},
    parameters::{Parameter, Parameters, Refusal},
    settings::switch,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const CONTRAST: Parameter = Parameter {
    key: "e-contrast",
    name: "contrastStretch",
    values: "no value, `true` or `false`",
    default: "not stretched",
    meaning: "stretches the luminance over the full range from black to white; the darkest and the lightest \
        hundredth of the pixels may be cut off; hues stay",
    example: "e-contrast",
};

/// The part of the pixels that may become black, and white: a few stray ones must not hold the rest back.
const CUT_OFF: f64 = 0.01;

/// A contrast stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contrast;

impl Part for Contrast {
    const PARAMETERS: &'static [Parameter] = &[CONTRAST];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let on = parameters.take(&CONTRAST, |text| switch(text).ok_or(Refusal::Value))?;
        on.then_some(Self)
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push("e-contrast".to_owned());
    }

    fn weight(&self) -> f64 {
        2.0
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let Some((darkest, lightest)) = range(&picture.image()?)? else { return Ok(picture) };
        let factor = 255.0 / (lightest - darkest);
        let image = colours_changed(&picture.image()?, |colours| {
            // Luma is stretched and what makes the colour, the distance of each band from it, stays.
            let [red, green, blue] = luma::WEIGHTS.map(|weight| weight * (factor - 1.0));
            let weights = [[1.0 + red, green, blue], [red, 1.0 + green, blue], [red, green, 1.0 + blue]];
            Ok(colours.recomb(&weights)?.linear(&[1.0], &[-darkest * factor], false)?)
        })?;
        Ok(picture.with(image))
    }
}

/// Luma at both ends of what is visible, 0 to 255; `None` when there is nothing between them to stretch.
fn range(image: &Image) -> Result<Option<(f64, f64)>, Error> {
    let luma = to_8_bits(&luma::of(&image.extract_bands(0, 3)?)?)?;
    let histogram = if image.has_alpha() {
        // What is half transparent counts half.
        let alpha = image.extract_bands(3, 1)?;
        alpha.operation(c"hist_find_indexed")?.image(c"index", &luma).run()?
    } else {
        luma.operation(c"hist_find")?.run()?
    };
    let counts = histogram.numbers()?;
    let total: f64 = counts.iter().sum();
    let mut sum = 0.0;
    let mut ends = (None, None);
    for (level, count) in (0_u8..=255).zip(&counts) {
        sum += count;
        if sum > total * CUT_OFF && ends.0.is_none() {
            ends.0 = Some(f64::from(level));
        }
        if sum >= total * (1.0 - CUT_OFF) && ends.1.is_none() {
            ends.1 = Some(f64::from(level));
        }
    }
    let (Some(darkest), Some(lightest)) = ends else { return Ok(None) };
    Ok((lightest > darkest).then_some((darkest, lightest)))
}
