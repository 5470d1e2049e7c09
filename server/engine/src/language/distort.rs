//! `e-distort`: bends the image, or puts its corners elsewhere.

mod arc;
mod perspective;
mod warp;

use super::{
    Size, number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};
use arc::Arc;
use perspective::Perspective;

const DISTORT: Parameter = Parameter {
    key: "e-distort",
    name: "distort",
    values: "`p-` and eight whole numbers joined by `_` (x and y of the corners, clockwise from top left, `N` for \
        minus), or `a-` and degrees from N360 to 360 that are not 0",
    default: "not distorted",
    meaning: "`p-` moves the four corners, and the canvas is what they enclose; `a-` bends the image to an arc, \
        upwards, or downwards with `N`, and the canvas grows with it; what the image does not cover takes `bg`, else \
        is transparent, or white in a format without transparency",
    example: "e-distort-p-20_0_280_40_300_200_0_180",
};

/// A distortion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Distort {
    Perspective(Perspective),
    Arc(Arc),
}

impl Part for Distort {
    const PARAMETERS: &'static [Parameter] = &[DISTORT];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let distort = parameters.take(&DISTORT, |text| match text.split_once('-') {
            _ if text == "false" => Ok(None),
            Some(("p", corners)) => Perspective::read(corners).map(Self::Perspective).map(Some),
            Some(("a", degrees)) => Arc::read(degrees).map(Self::Arc).map(Some).ok_or(Refusal::Value),
            _ => Err(Refusal::Value),
        });
        distort.flatten()
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(match self {
            Self::Perspective(perspective) => {
                let numbers: Vec<String> =
                    perspective.corners.iter().flatten().map(|number| number::text(*number)).collect();
                format!("e-distort-p-{}", numbers.join("_"))
            }
            Self::Arc(arc) => format!("e-distort-a-{}", number::text(arc.degrees)),
        });
    }

    fn result_size(&self, input: Size, _: &Step<'_>) -> Result<Option<Size>, Error> {
        Ok(Some(match self {
            Self::Perspective(perspective) => perspective.result_size(),
            Self::Arc(arc) => arc.result_size(input),
        }))
    }

    fn weight(&self) -> f64 {
        6.0
    }

    /// What of the input is not shown is only looked at.
    fn work(&self, input: Size, result: Size) -> f64 {
        self.weight() * result.pixels() + 0.5 * input.pixels()
    }

    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let image = match self {
            Self::Perspective(perspective) => perspective.apply(&picture.image()?)?,
            Self::Arc(arc) => arc.apply(&picture.image()?)?,
        };
        let picture = picture.with(image);
        match &step.parts.background {
            Some(background) => background.stand_behind(picture),
            None => Ok(picture),
        }
    }
}
