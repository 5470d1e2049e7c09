//! `r`: rounded corners.

use super::{
    alpha::multiplied_by_mask,
    length::MAX_SIDE_PX,
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};
use std::fmt;

const RADIUS: Parameter = Parameter {
    key: "r",
    name: "radius",
    values: "a radius in pixels from 0 to 65535, `max`, or four of them joined by `_`: top left, top right, \
        bottom right, bottom left",
    default: "square corners",
    meaning: "rounds the corners; a radius is at most half of the shorter side, `max` makes a circle or an ellipse; \
        the corners take `bg`, else are transparent, or white in a format without transparency",
    example: "r-20",
};

/// The radius of one corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Corner {
    /// In pixels, up to [`MAX_SIDE_PX`].
    Pixels(u32),
    /// Half the width and half the height.
    Max,
}

/// Rounded corners, at least one of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Radius {
    /// Top left, top right, bottom right, bottom left.
    corners: [Corner; 4],
}

impl Part for Radius {
    const PARAMETERS: &'static [Parameter] = &[RADIUS];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let radius = parameters.take(&RADIUS, |text| {
            let read = |text: &str| Corner::read(text).ok_or(Refusal::Value);
            let corners = text.split('_').map(read).collect::<Result<Vec<_>, _>>()?;
            match corners[..] {
                [all] => Ok(Self { corners: [all; 4] }),
                [top_left, top_right, bottom_right, bottom_left] => {
                    Ok(Self { corners: [top_left, top_right, bottom_right, bottom_left] })
                }
                _ => Err(Refusal::Value),
            }
        });
        radius.filter(|radius| radius.corners != [Corner::Pixels(0); 4])
    }

    fn write(&self, items: &mut Vec<String>) {
        let [first, rest @ ..] = self.corners;
        let all_equal = rest.iter().all(|corner| *corner == first);
        let corners = if all_equal { &self.corners[..1] } else { &self.corners[..] };
        let corners: Vec<String> = corners.iter().map(Corner::to_string).collect();
        items.push(format!("r-{}", corners.join("_")));
    }

    fn weight(&self) -> f64 {
        1.5
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let picture = self.round(picture)?;
        match &step.parts.background {
            Some(background) => background.stand_behind(picture),
            None => Ok(picture),
        }
    }
}

impl Radius {
    /// Makes the corners transparent.
    pub(super) fn round(self, picture: Picture) -> Result<Picture, Error> {
        let mask = self.mask(picture.width(), picture.height())?;
        let image = multiplied_by_mask(&picture.image()?, &mask)?;
        Ok(picture.with(image))
    }

    /// The corners of what lies inside a border of `width` pixels that has these corners outside.
    pub(super) fn inside(self, width: u32) -> Self {
        Self {
            corners: self.corners.map(|corner| match corner {
                Corner::Pixels(radius) => Corner::Pixels(radius.saturating_sub(width)),
                Corner::Max => Corner::Max,
            }),
        }
    }

    /// How much of each pixel lies inside, 0 to 255, in one band. Only the corners take memory.
    fn mask(self, width: u32, height: u32) -> Result<Image, Error> {
        let full = Image::from_memory(vec![255].into(), 1, 1, 1)?.embed_extend(0, 0, width, height, "copy")?;
        let mut mask = full;
        for (index, corner) in self.corners.into_iter().enumerate() {
            let (across, down) = match corner {
                Corner::Pixels(radius) => {
                    let radius = f64::from(radius).min(f64::from(width.min(height)) / 2.0);
                    (radius, radius)
                }
                Corner::Max => (f64::from(width) / 2.0, f64::from(height) / 2.0),
            };
            if across == 0.0 {
                continue;
            }
            let quarter = quarter(across, down)?;
            let (right, bottom) = (width - quarter.width(), height - quarter.height());
            let flipped = |image: Image| image.flip_horizontal();
            let (quarter, left, top) = match index {
                0 => (quarter, 0, 0),
                1 => (flipped(quarter)?, right, 0),
                2 => (flipped(quarter)?.flip_vertical()?, right, bottom),
                _ => (quarter.flip_vertical()?, 0, bottom),
            };
            let offset = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
            mask = meet(&mask, &quarter, offset(left), offset(top))?;
        }
        Ok(mask)
    }
}

/// Lays a corner into the mask. Corners of odd sides share their middle row or column, where both hold.
fn meet(mask: &Image, corner: &Image, left: i32, top: i32) -> Result<Image, Error> {
    let (x, y) = (left.unsigned_abs(), top.unsigned_abs());
    let below = mask.extract_area(x, y, corner.width(), corner.height())?;
    let both = below.multiply(corner)?.linear(&[255.0_f64.recip()], &[0.0], false)?;
    Ok(mask.insert(&super::alpha::to_8_bits(&both)?, left, top)?)
}

/// The top left quarter of an ellipse with these half-axes: of each pixel the part that lies inside, exact
/// along the row and sampled sixteen times down the column.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // small sizes, and values from 0 to 255
fn quarter(across: f64, down: f64) -> Result<Image, Error> {
    const SAMPLES: u32 = 16;
    let (width, height) = (across.ceil() as u32, down.ceil() as u32);
    let mut mask = Vec::with_capacity((width * height) as usize);
    for row in 0..height {
        let edges: Vec<f64> = (0..SAMPLES)
            .map(|sample| {
                let y = f64::from(row) + (f64::from(sample) + 0.5) / f64::from(SAMPLES);
                let from_centre = ((down - y) / down).clamp(0.0, 1.0);
                across - across * (1.0 - from_centre * from_centre).sqrt()
            })
            .collect();
        // Nearly all of a large corner lies wholly outside or wholly inside.
        let (first, last) =
            edges.iter().fold((across, 0.0_f64), |(first, last), edge| (first.min(*edge), last.max(*edge)));
        let outside = first.floor() as u32;
        let inside = (last.ceil() as u32).min(width);
        mask.extend((0..outside).map(|_| 0));
        for column in outside..inside {
            let right = f64::from(column) + 1.0;
            let covered: f64 = edges.iter().map(|edge| (right - edge).clamp(0.0, 1.0)).sum();
            mask.push((covered / f64::from(SAMPLES) * 255.0).round() as u8);
        }
        mask.extend((outside.max(inside)..width).map(|_| 255));
    }
    Ok(Image::from_memory(mask.into(), width, height, 1)?)
}

impl Corner {
    fn read(text: &str) -> Option<Self> {
        if text == "max" {
            return Some(Self::Max);
        }
        let radius = number::decimal(text).filter(|radius| (0.0..=f64::from(MAX_SIDE_PX)).contains(radius))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 65535
        Some(Self::Pixels(radius.round() as u32))
    }
}

impl fmt::Display for Corner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels(pixels) => write!(f, "{pixels}"),
            Self::Max => f.write_str("max"),
        }
    }
}
