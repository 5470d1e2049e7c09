//! SVG, rendered at the size that the first step needs.

use super::unreadable;
use crate::{
    Error, Limits,
    vips::{Image, Operation, Result},
};

/// Renders. `natural` is the header's image at scale 1. An enlarged drawing is rendered as large as the
/// limit allows; the rest is left to the resize.
pub(super) fn load(
    load: impl Fn() -> Result<Operation>,
    natural: &Image,
    scale: Option<f64>,
    limits: &Limits,
) -> std::result::Result<Image, Error> {
    let side = natural.width().max(natural.height());
    let Some(scale) = scale else {
        Limits::check("svg_side_px", limits.svg_side_px.into(), side.into())?;
        return Ok(natural.clone());
    };
    let scale = scale.min(f64::from(limits.svg_side_px) / f64::from(side));
    load().and_then(|load| load.double(c"scale", scale).run()).map_err(unreadable)
}
