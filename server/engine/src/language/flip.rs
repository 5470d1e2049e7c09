//! `fl`: mirrors the image.

use super::{
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};
use darkroom_planes::Orientation;

const FLIP: Parameter = Parameter {
    key: "fl",
    name: "flip",
    values: "`h`, `v`, `h_v` or `v_h`",
    default: "not mirrored",
    meaning: "mirrors the image from left to right (`h`), from top to bottom (`v`) or both",
    example: "fl-h",
};

/// The directions in which the image is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flip {
    Horizontal,
    Vertical,
    Both,
}

impl Part for Flip {
    const PARAMETERS: &'static [Parameter] = &[FLIP];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        parameters.take(&FLIP, |text| match text {
            "h" => Ok(Self::Horizontal),
            "v" => Ok(Self::Vertical),
            "h_v" | "v_h" => Ok(Self::Both),
            _ => Err(Refusal::Value),
        })
    }

    fn weight(&self) -> f64 {
        0.2
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let (horizontal, vertical) = match self {
            Self::Horizontal => (true, false),
            Self::Vertical => (false, true),
            Self::Both => (true, true),
        };
        if let Some(raster) = picture.raster() {
            let orientation = match self {
                Self::Horizontal => Orientation::TopRight,
                Self::Vertical => Orientation::BottomLeft,
                Self::Both => Orientation::BottomRight,
            };
            let raster = raster.turned(orientation);
            return Ok(picture.with_raster(raster));
        }
        let mut picture = picture;
        if horizontal {
            let image = picture.image()?.flip_horizontal()?;
            picture = picture.with(image);
        }
        if vertical {
            // The last row comes first, and decoders give rows from the top.
            picture = picture.in_memory()?;
            let image = picture.image()?.flip_vertical()?;
            picture = picture.with(image);
        }
        Ok(picture)
    }

    fn write(&self, items: &mut Vec<String>) {
        let directions = match self {
            Self::Horizontal => "h",
            Self::Vertical => "v",
            Self::Both => "h_v",
        };
        items.push(format!("fl-{directions}"));
    }
}
