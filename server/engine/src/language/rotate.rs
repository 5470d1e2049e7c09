//! `rt`: turns the image.

use super::{
    Size,
    alpha::premultiplied,
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{
    Error,
    picture::Picture,
    vips::{Affine, Angle, Image},
};
use darkroom_planes::Orientation;

const ROTATION: Parameter = Parameter {
    key: "rt",
    name: "rotation",
    values: "degrees clockwise from 0 to 360, `N` before the number for counter-clockwise, or `auto`",
    default: "upright, as the camera recorded it, which is also what `auto` says",
    meaning: "turns the image; the canvas grows for other angles than right ones, its corners take `bg`, \
        else are transparent, or white in a format without transparency",
    example: "rt-90",
};

/// A rotation that changes the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rotate {
    /// Clockwise, greater than 0 and less than 360.
    degrees: f64,
}

impl Part for Rotate {
    const PARAMETERS: &'static [Parameter] = &[ROTATION];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let degrees = parameters.take(&ROTATION, |text| match text {
            // Images stand upright from the moment they are decoded.
            "auto" => Ok(0.0),
            text => number::decimal(text).filter(|degrees| degrees.abs() <= 360.0).ok_or(Refusal::Value),
        })?;
        let degrees = degrees.rem_euclid(360.0);
        // The remainder of the tiniest negative angle rounds up to the whole turn.
        (degrees > 0.0 && degrees < 360.0).then_some(Self { degrees })
    }

    fn weight(&self) -> f64 {
        if self.right_angle().is_some() { 0.2 } else { 3.0 }
    }

    /// Turns the picture; corners that it does not cover are transparent, and take the background.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let picture = match (self.right_angle(), picture.raster()) {
            (Some(angle), Some(raster)) => {
                // How a camera would have stored it.
                let raster = raster.turned(match angle {
                    Angle::D90 => Orientation::RightTop,
                    Angle::D180 => Orientation::BottomRight,
                    Angle::D270 => Orientation::LeftBottom,
                });
                picture.with_raster(raster)
            }
            (Some(angle), None) => {
                let image = picture.image()?.rot(angle)?;
                picture.with(image)
            }
            (None, _) => {
                let image = self.slanted(&picture.image()?)?;
                picture.with(image)
            }
        };
        match &step.parts.background {
            Some(background) => background.stand_behind(picture),
            None => Ok(picture),
        }
    }

    fn result_size(&self, size: Size, _: &Step<'_>) -> Result<Option<Size>, Error> {
        Ok(Some(self.canvas(size)))
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(format!("rt-{}", self.degrees));
    }
}

impl Rotate {
    /// The middle of the image stays in the middle of the canvas.
    fn slanted(self, image: &Image) -> Result<Image, Error> {
        let (sine, cosine) = self.degrees.to_radians().sin_cos();
        let own = Size { width: image.width(), height: image.height() };
        let canvas = self.canvas(own);
        let middle = |size: Size| (f64::from(size.width) / 2.0, f64::from(size.height) / 2.0);
        let map = Affine { matrix: [cosine, -sine, sine, cosine], from: middle(own), to: middle(canvas) };
        premultiplied(&image.with_alpha()?, |image| image.affine(map, (canvas.width, canvas.height), false))
    }

    fn canvas(self, size: Size) -> Size {
        let (width, height) = (f64::from(size.width), f64::from(size.height));
        match self.right_angle() {
            Some(Angle::D180) => size,
            Some(Angle::D90 | Angle::D270) => Size { width: size.height, height: size.width },
            None => {
                let radians = self.degrees.to_radians();
                let (across, along) = (radians.sin().abs(), radians.cos().abs());
                Size {
                    width: number::pixels(width * along + height * across),
                    height: number::pixels(width * across + height * along),
                }
            }
        }
    }

    #[allow(clippy::float_cmp)] // only the exact angles spare the interpolation
    fn right_angle(self) -> Option<Angle> {
        [(90.0, Angle::D90), (180.0, Angle::D180), (270.0, Angle::D270)]
            .into_iter()
            .find_map(|(degrees, angle)| (self.degrees == degrees).then_some(angle))
    }
}
