//! `bg-blurred`: a blurred copy of the image that covers the canvas.

use super::laid_on;
use crate::{
    Error,
    language::{
        alpha::{colours_changed, premultiplied},
        blur::SIGMAS_PER_RADIUS,
        gaussian::{Gaussian, enlarged},
        number,
        resize::Plan,
    },
    vips::{Image, Kernel},
};
use std::fmt;

/// The radius of `auto`: this part of the canvas' longer side.
const AUTO: f64 = 0.05;
/// Blurred copies are made at the size on which the Gaussian is this wide, in pixels, and enlarged.
const SIGMA_PX: f64 = 4.0;

/// How the copy is blurred.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::language) struct Blurred {
    /// Radius in pixels of the result, 0 to 100; `None` follows the size.
    intensity: Option<f64>,
    /// Added to each band, −255 to 255.
    brightness: f64,
}

impl Blurred {
    /// Reads `blurred[_<intensity>[_<brightness>]]`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut pieces = text.strip_prefix("blurred")?.split('_');
        if !pieces.next()?.is_empty() {
            return None;
        }
        let intensity = match pieces.next() {
            None | Some("auto") => None,
            Some(intensity) => Some(number::decimal(intensity).filter(|number| (0.0..=100.0).contains(number))?),
        };
        let brightness = match pieces.next() {
            None => 0.0,
            Some(brightness) => number::decimal(brightness).filter(|number| number.abs() <= 255.0)?,
        };
        let intensity = intensity.map(|number| number + 0.0);
        pieces.next().is_none().then_some(Self { intensity, brightness: brightness + 0.0 })
    }

    pub(super) fn pad(self, image: &Image, plan: &Plan) -> Result<Image, Error> {
        laid_on(&self.copy(image, plan)?, image, plan)
    }

    /// As large as the canvas; what hangs over is cut off on both sides alike.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most the canvas
    fn copy(self, image: &Image, plan: &Plan) -> Result<Image, Error> {
        let (width, height) = (f64::from(plan.canvas.width), f64::from(plan.canvas.height));
        let radius = self.intensity.unwrap_or(AUTO * width.max(height));
        let sigma = radius / SIGMAS_PER_RADIUS;
        let smaller = (SIGMA_PX / sigma).min(1.0);
        let (across, down) = ((width * smaller).ceil(), (height * smaller).ceil());
        let scale = (across / f64::from(image.width())).max(down / f64::from(image.height()));
        let copy = premultiplied(image, |image| image.resize(scale, scale, Kernel::Lanczos3))?;
        let (left, top) = ((copy.width() - across as u32) / 2, (copy.height() - down as u32) / 2);
        let copy = copy.extract_area(left, top, across as u32, down as u32)?.in_memory()?;
        let blurred = premultiplied(&copy, |image| {
            let blurred = Gaussian::of(sigma * smaller).blur(&image.cast_float()?)?;
            enlarged(&blurred, plan.canvas.width, plan.canvas.height)
        })?;
        colours_changed(&blurred, |colours| Ok(colours.linear(&[1.0], &[self.brightness], false)?))
    }
}

impl fmt::Display for Blurred {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("blurred")?;
        match self.intensity {
            Some(intensity) => write!(f, "_{intensity}")?,
            None if self.brightness != 0.0 => f.write_str("_auto")?,
            None => {}
        }
        if self.brightness == 0.0 { Ok(()) } else { write!(f, "_{}", number::text(self.brightness)) }
    }
}
