//! `bg-gradient_dominant`: from one dominant colour of the image to another.

use super::laid_on;
use crate::{
    Error,
    language::{
        alpha::to_8_bits,
        palette::{dominant, strip},
        parameters::Refusal,
        resize::Plan,
    },
    vips::Image,
};
use std::fmt;

/// How many colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::language) enum Palette {
    /// Those of the two edges that are padded, or of top and bottom.
    Two,
    /// Those of the four corners.
    Four,
}

impl Palette {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        match text {
            "gradient_dominant" | "gradient_dominant_2" => Ok(Self::Two),
            "gradient_dominant_4" => Ok(Self::Four),
            text if text.starts_with("gradient_contrast") => {
                Err(Refusal::Unsupported("gradients of contrasting colours are not supported; `gradient_dominant` is"))
            }
            _ => Err(Refusal::Value),
        }
    }

    /// The image on the gradient, which covers the canvas.
    pub(super) fn pad(self, image: &Image, plan: &Plan) -> Result<Image, Error> {
        laid_on(&self.draw(image, plan)?, image, plan)
    }

    fn draw(self, image: &Image, plan: &Plan) -> Result<Image, Error> {
        let [top_left, top_right, bottom_right, bottom_left] = self.corners(image, plan)?;
        let (width, height) = (f64::from(plan.canvas.width), f64::from(plan.canvas.height));
        // Bilinear: c + (c₁ − c) x + (c₂ − c) y + (c₃ + c − c₁ − c₂) x y for x and y from 0 to 1.
        let places = Image::coordinates(plan.canvas.width, plan.canvas.height)?;
        let places = places.linear(&[width.recip(), height.recip()], &[0.0], false)?;
        let product = places.extract_bands(0, 1)?.multiply(&places.extract_bands(1, 1)?)?;
        let bands: Vec<[f64; 3]> = (0..3)
            .map(|band| {
                let [origin, right, far, below] =
                    [top_left, top_right, bottom_right, bottom_left].map(|corner| f64::from(corner[band]));
                [right - origin, below - origin, far + origin - right - below]
            })
            .collect();
        let colours = places.bandjoin(&product)?.recomb(&bands)?;
        let colours = to_8_bits(&colours.linear(&[1.0], &top_left.map(f64::from), false)?)?;
        Ok(colours.operation(c"copy")?.string(c"interpretation", "srgb").run()?)
    }

    /// The colours of the corners of the canvas, clockwise from top left.
    fn corners(self, image: &Image, plan: &Plan) -> Result<[[u8; 3]; 4], Error> {
        let (width, height) = (image.width(), image.height());
        let of = |left: u32, top: u32, width: u32, height: u32| -> Result<[u8; 3], Error> {
            let colour = dominant(&image.extract_area(left, top, width, height)?)?;
            Ok(colour.unwrap_or_default())
        };
        match self {
            Self::Two if plan.canvas.width > plan.content.width => {
                let edge = strip(width);
                let (left, right) = (of(0, 0, edge, height)?, of(width - edge, 0, edge, height)?);
                Ok([left, right, right, left])
            }
            Self::Two => {
                let edge = strip(height);
                let (top, bottom) = (of(0, 0, width, edge)?, of(0, height - edge, width, edge)?);
                Ok([top, top, bottom, bottom])
            }
            Self::Four => {
                let (across, down) = (width.div_ceil(4), height.div_ceil(4));
                let (right, bottom) = (width - across, height - down);
                Ok([
                    of(0, 0, across, down)?,
                    of(right, 0, across, down)?,
                    of(right, bottom, across, down)?,
                    of(0, bottom, across, down)?,
                ])
            }
        }
    }
}

impl fmt::Display for Palette {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Two => "gradient_dominant",
            Self::Four => "gradient_dominant_4",
        })
    }
}
