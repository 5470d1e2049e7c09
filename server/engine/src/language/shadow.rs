//! `e-shadow`: a soft shadow below what is not transparent.

use super::{
    Size,
    alpha::{alpha, to_8_bits},
    blur::SIGMAS_PER_RADIUS,
    gaussian::Gaussian,
    number,
    parameters::{Parameter, Parameters, Refusal},
    settings::{is_bare, settings},
    transformation::{Part, Step},
};
use crate::{Error, Limits, picture::Picture, vips::Image};

const SHADOW: Parameter = Parameter {
    key: "e-shadow",
    name: "shadow",
    values: "no value, or settings joined by `_`: `bl-` (blur, 0 to 15), `st-` (saturation, 0 to 100), `x-` and `y-` \
        (offset, `N100` to 100)",
    default: "no shadow; `bl-10_st-30_x-2_y-2` without a value",
    meaning: "lays a black shadow below what is not transparent: its blur in pixels, its saturation as opacity in \
        percent, its offset in percent of width and height; the image keeps its size",
    example: "e-shadow-bl-15_st-40_x-10_y-N5",
};

const DEFAULT: Shadow = Shadow { blur: 10.0, saturation: 30.0, x: 2.0, y: 2.0 };

/// A shadow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shadow {
    /// Radius in pixels, 0 to 15.
    blur: f64,
    /// Opacity in percent, 0 to 100.
    saturation: f64,
    /// To the right, in percent of the width.
    x: f64,
    /// Downwards, in percent of the height.
    y: f64,
}

impl Part for Shadow {
    const PARAMETERS: &'static [Parameter] = &[SHADOW];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let shadow = parameters.take(&SHADOW, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT)),
            text => Self::read(text).map(Some).ok_or(Refusal::Value),
        });
        shadow.flatten().filter(|shadow| shadow.saturation > 0.0)
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { blur, saturation, x, y } = self;
        let (x, y) = (number::text(*x), number::text(*y));
        if *self == DEFAULT {
            items.push("e-shadow".to_owned());
        } else {
            items.push(format!("e-shadow-bl-{blur}_st-{saturation}_x-{x}_y-{y}"));
        }
    }

    fn result_size(&self, input: Size, step: &Step<'_>) -> Result<Option<Size>, Error> {
        check(input, step.limits).map(Some)
    }

    fn weight(&self) -> f64 {
        5.0
    }

    #[allow(clippy::cast_possible_truncation)] // at most a side
    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        if !picture.has_alpha() {
            // It would lie below the whole of it.
            return Ok(picture);
        }
        let picture = picture.in_memory()?;
        let (width, height) = (picture.width(), picture.height());
        let offset = |percent: f64, side: u32| (percent / 100.0 * f64::from(side)).round() as i32;
        let (x, y) = (offset(self.x, width), offset(self.y, height));
        if x.unsigned_abs() >= width || y.unsigned_abs() >= height {
            // It falls outside.
            return Ok(picture);
        }
        let moved = alpha(&picture.image()?)?.cast_float()?.embed(x, y, width, height, &[0.0])?;
        let soft = Gaussian::of(self.blur / SIGMAS_PER_RADIUS).blur(&moved)?;
        let image = below(&picture.image()?, &soft.linear(&[self.saturation / 100.0], &[0.0], false)?)?;
        Ok(picture.with(image))
    }
}

impl Shadow {
    fn read(text: &str) -> Option<Self> {
        let mut shadow = DEFAULT;
        for (key, value) in settings(text, &["bl", "st", "x", "y"])? {
            let number = number::decimal(value)?;
            let (setting, range) = match key {
                "bl" => (&mut shadow.blur, 0.0..=15.0),
                "st" => (&mut shadow.saturation, 0.0..=100.0),
                "x" => (&mut shadow.x, -100.0..=100.0),
                _ => (&mut shadow.y, -100.0..=100.0),
            };
            if !range.contains(&number) {
                return None;
            }
            // `N0` is 0.
            *setting = number + 0.0;
        }
        Some(shadow)
    }
}

/// Refuses what is too large for a shadow.
pub(super) fn check(input: Size, limits: &Limits) -> Result<Size, Error> {
    let pixels = u64::from(input.width) * u64::from(input.height);
    Limits::check("shadow_pixels", limits.shadow_pixels, pixels)?;
    Ok(input)
}

/// Lays black of the opacity `shadow` (one band, 0 to 255, of the same size) below an image with alpha.
pub(super) fn below(image: &Image, shadow: &Image) -> Result<Image, Error> {
    let colours = image.premultiply()?.extract_bands(0, image.bands() - 1)?;
    let alpha = alpha(image)?;
    // Black adds nothing to premultiplied colours; what alpha leaves free, the shadow takes.
    let free = alpha.linear(&[-1.0 / 255.0], &[1.0], false)?;
    let alpha = alpha.add(&shadow.multiply(&free)?)?;
    to_8_bits(&colours.bandjoin(&alpha)?.unpremultiply()?)
}
