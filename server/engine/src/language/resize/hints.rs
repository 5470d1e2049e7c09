//! `w-auto` and `dpr-auto`: what the client has said of its screen. They are worked out while the text is
//! read, so that the canonical text, and with it the cache, knows the size alone.

use super::{DPR_VALUES, Length, Quantity};
use crate::language::parameters::{Parameter, Parameters, Refusal};
use crate::language::{context::Place, number};

/// Widths are rounded up to a multiple of this many pixels, so that the screens of the world need few renditions.
const WIDTH_STEP_PX: f64 = 100.0;

const NOT_IN_LAYERS: Refusal = Refusal::Because("`auto` is for the image itself, not for a layer");

/// The width, and whether it followed from a hint.
pub(super) fn take_width(parameter: &Parameter, parameters: &mut Parameters<'_>) -> (Option<Length>, bool) {
    let (place, context) = (parameters.place(), parameters.context());
    let read = |text: &str| match (text, place) {
        ("auto", Place::Image) => {
            let hints = context.hints;
            context.note(|found| found.dependence.width = true);
            let shown = hints.width_px.filter(|width| *width >= 1.0 && *width <= f64::from(super::MAX_SIDE_PX));
            let width = shown.map(|width| (width / WIDTH_STEP_PX).ceil() * WIDTH_STEP_PX);
            if let (Some(shown), Some(width)) = (shown, width) {
                let dpr = hints.dpr.filter(|dpr| DPR_VALUES.contains(dpr)).unwrap_or(1.0);
                context.note(|found| {
                    found.dependence.dpr = true;
                    found.dependence.content_dpr = Some(width / (shown / dpr));
                });
            }
            Ok((width.map(|width| Length::Pixels(number::pixels(width))), width.is_some()))
        }
        ("auto", _) => Err(NOT_IN_LAYERS),
        (text, place) => Length::read(text, place).map(|length| (Some(length), false)),
    };
    parameters.take(parameter, read).unwrap_or((None, false))
}

/// The pixel ratio, 1 when there is none. A width that followed from a hint is in physical pixels already.
pub(super) fn take_dpr(parameter: &Parameter, parameters: &mut Parameters<'_>, is_automatic: bool) -> Quantity {
    let (place, context) = (parameters.place(), parameters.context());
    let read = |text: &str| match (text, place) {
        ("auto", Place::Image) if is_automatic => Ok(Quantity::Number(1.0)),
        ("auto", Place::Image) => {
            context.note(|found| found.dependence.dpr = true);
            Ok(Quantity::Number(context.hints.dpr.filter(|dpr| DPR_VALUES.contains(dpr)).unwrap_or(1.0)))
        }
        ("auto", _) => Err(NOT_IN_LAYERS),
        (text, place) => match place.quantity(text)? {
            Quantity::Number(dpr) if !DPR_VALUES.contains(&dpr) => Err(Refusal::Value),
            quantity => Ok(quantity),
        },
    };
    parameters.take(parameter, read).unwrap_or(Quantity::Number(1.0))
}
