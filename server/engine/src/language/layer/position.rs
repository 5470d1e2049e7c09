//! `lx ly lxc lyc lap lfo`: where a layer lies on the picture below.

use super::{Parameter, Parameters, Refusal, Scope, Size};
use crate::{
    Error,
    language::{context::Place, expression::Quantity},
};
use std::ops::Range;

const OFFSET: &str = "a number of pixels or an expression, with `N` before it to measure from the far edge inwards";

pub(super) const X: Parameter = Parameter {
    key: "lx",
    name: "layerX",
    values: OFFSET,
    default: "`lfo`; 0 when another coordinate is given",
    meaning: "the layer's left edge, from the anchor on; a layer that would stick out is moved inside",
    example: "l-image,i-logo.png,w-50,lx-10,ly-10,l-end",
};
pub(super) const Y: Parameter = Parameter {
    key: "ly",
    name: "layerY",
    values: OFFSET,
    default: "`lfo`; 0 when another coordinate is given",
    meaning: "the layer's top edge, from the anchor on",
    example: "l-image,i-logo.png,w-50,lx-N10,ly-N10,l-end",
};
pub(super) const X_CENTRE: Parameter = Parameter {
    key: "lxc",
    name: "layerXCenter",
    values: OFFSET,
    default: "`lx`",
    meaning: "the layer's horizontal centre, from the anchor on; not together with `lx`",
    example: "l-image,i-logo.png,w-50,lxc-bw_div_2,ly-10,l-end",
};
pub(super) const Y_CENTRE: Parameter = Parameter {
    key: "lyc",
    name: "layerYCenter",
    values: OFFSET,
    default: "`ly`",
    meaning: "the layer's vertical centre, from the anchor on; not together with `ly`",
    example: "l-image,i-logo.png,w-50,lx-10,lyc-bh_div_2,l-end",
};
const PLACES: &str =
    "`center`, `top`, `left`, `bottom`, `right`, `top_left`, `top_right`, `bottom_left` or `bottom_right`";
pub(super) const ANCHOR: Parameter = Parameter {
    key: "lap",
    name: "layerAnchorPoint",
    values: PLACES,
    default: "`top_left`",
    meaning: "the point of the picture below from which the coordinates count; without coordinates it has no effect",
    example: "l-image,i-logo.png,w-50,lap-center,lxc-0,lyc-0,l-end",
};
pub(super) const FOCUS: Parameter = Parameter {
    key: "lfo",
    name: "layerFocus",
    values: PLACES,
    default: "`center`",
    meaning: "where on the picture below the layer lies; ignored when a coordinate is given",
    example: "l-image,i-logo.png,w-50,lfo-bottom_right,l-end",
};

/// A third of a side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Third {
    Start,
    Middle,
    End,
}

const NAMES: [(&str, Third, Third); 9] = [
    ("center", Third::Middle, Third::Middle),
    ("top", Third::Middle, Third::Start),
    ("left", Third::Start, Third::Middle),
    ("bottom", Third::Middle, Third::End),
    ("right", Third::End, Third::Middle),
    ("top_left", Third::Start, Third::Start),
    ("top_right", Third::End, Third::Start),
    ("bottom_left", Third::Start, Third::End),
    ("bottom_right", Third::End, Third::End),
];

fn read_place(text: &str) -> Result<(Third, Third), Refusal> {
    let found = NAMES.iter().find(|(name, _, _)| *name == text);
    found.map(|(_, horizontal, vertical)| (*horizontal, *vertical)).ok_or(Refusal::Value)
}

fn name((horizontal, vertical): (Third, Third)) -> &'static str {
    NAMES.iter().find(|(_, h, v)| (*h, *v) == (horizontal, vertical)).map_or("", |(name, _, _)| *name)
}

/// One coordinate.
#[derive(Debug, Clone, PartialEq)]
struct Coordinate {
    /// Pixels.
    value: Quantity,
    /// `N`: from the far edge inwards.
    inwards: bool,
    /// Of the layer's centre, not of its edge.
    centre: bool,
}

impl Coordinate {
    fn read(text: &str, place: Place, centre: bool) -> Result<Self, Refusal> {
        let (text, inwards) = text.strip_prefix('N').map_or((text, false), |text| (text, true));
        if text.starts_with('N') {
            return Err(Refusal::Value);
        }
        Ok(Self { value: place.quantity(text)?, inwards, centre })
    }

    fn text(&self, edge: &str, centre: &str) -> String {
        let (key, sign) = (if self.centre { centre } else { edge }, if self.inwards { "N" } else { "" });
        format!("{key}-{sign}{}", self.value)
    }
}

/// Where a layer lies.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Position {
    /// At a named place.
    Place(Named),
    /// At coordinates; at least one is there.
    At(Box<Coordinates>),
}

/// A named place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Named(Third, Third);

/// Coordinates from an anchor on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Coordinates {
    x: Option<Coordinate>,
    y: Option<Coordinate>,
    anchor: (Third, Third),
}

impl Position {
    pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
        let place = parameters.place();
        let mut one = |edge: &Parameter, centre: &Parameter| {
            let at_edge = parameters.take(edge, |text| Coordinate::read(text, place, false));
            let at_centre = parameters.take_spanned(centre, |text| Coordinate::read(text, place, true));
            if let (Some(_), Some((_, span))) = (&at_edge, &at_centre) {
                let span: Range<usize> = span.clone();
                parameters.reject(centre, span, &format!("cannot stand together with `{}`", edge.key));
            }
            at_edge.or(at_centre.map(|(coordinate, _)| coordinate))
        };
        let (x, y) = (one(&X, &X_CENTRE), one(&Y, &Y_CENTRE));
        let anchor = parameters.take(&ANCHOR, read_place).unwrap_or((Third::Start, Third::Start));
        let (horizontal, vertical) = parameters.take(&FOCUS, read_place).unwrap_or((Third::Middle, Third::Middle));
        if x.is_none() && y.is_none() {
            return Self::Place(Named(horizontal, vertical));
        }
        Self::At(Box::new(Coordinates { x, y, anchor }))
    }

    /// The layer's top left corner on a picture of the size `scope.base`; `scope.current` is the layer's size.
    /// A layer that fits lies inside; a larger one covers the picture.
    pub(super) fn on(&self, base: Size, scope: &Scope) -> Result<(i64, i64), Error> {
        let layer = scope.current;
        let (across, along) = ((base.width, layer.width), (base.height, layer.height));
        match self {
            Self::Place(Named(horizontal, vertical)) => Ok((third(*horizontal, across), third(*vertical, along))),
            Self::At(coordinates) => {
                let Coordinates { x, y, anchor } = &**coordinates;
                Ok((
                    start(x.as_ref(), anchor.0, across, scope, "lx")?,
                    start(y.as_ref(), anchor.1, along, scope, "ly")?,
                ))
            }
        }
    }

    /// The values of the coordinates, as they stand, 0 where there is none: for modes that read them otherwise.
    pub(super) fn amounts(&self, scope: &Scope) -> Result<(f64, f64), Error> {
        let Self::At(coordinates) = self else {
            return Ok((0.0, 0.0));
        };
        let amount = |coordinate: &Option<Coordinate>, key: &str| match coordinate {
            None => Ok(0.0),
            Some(Coordinate { value, inwards, centre: _ }) => {
                value.value(scope, key).map(|value| if *inwards { -value } else { value })
            }
        };
        Ok((amount(&coordinates.x, "lx")?, amount(&coordinates.y, "ly")?))
    }

    /// Whether coordinates are given.
    pub(super) fn has_coordinates(&self) -> bool {
        matches!(self, Self::At(_))
    }

    pub(super) fn write(&self, items: &mut Vec<String>) {
        match self {
            Self::Place(Named(Third::Middle, Third::Middle)) => {}
            Self::Place(Named(horizontal, vertical)) => items.push(format!("lfo-{}", name((*horizontal, *vertical)))),
            Self::At(coordinates) => {
                let Coordinates { x, y, anchor } = &**coordinates;
                items.extend(x.as_ref().map(|x| x.text("lx", "lxc")));
                items.extend(y.as_ref().map(|y| y.text("ly", "lyc")));
                items.extend((*anchor != (Third::Start, Third::Start)).then(|| format!("lap-{}", name(*anchor))));
            }
        }
    }
}

/// Where `inner` starts at a third of `outer`; half a pixel goes to the right and bottom.
fn third(third: Third, (outer, inner): (u32, u32)) -> i64 {
    let room = i64::from(outer) - i64::from(inner);
    match third {
        Third::Start => 0,
        Third::Middle => room.div_euclid(2),
        Third::End => room,
    }
}

fn start(
    coordinate: Option<&Coordinate>,
    anchor: Third,
    (outer, inner): (u32, u32),
    scope: &Scope,
    key: &str,
) -> Result<i64, Error> {
    let (side, length) = (f64::from(outer), f64::from(inner));
    let from = match anchor {
        Third::Start => 0.0,
        Third::Middle => side / 2.0,
        Third::End => side,
    };
    let start = match coordinate {
        None => from,
        Some(Coordinate { value, inwards, centre }) => {
            let value = value.value(scope, key)?;
            let half = if *centre { length / 2.0 } else { 0.0 };
            match (inwards, anchor) {
                // From the far edge: the layer's far edge, or its centre, lies this far inside.
                (true, Third::Start) => side - value - length + half,
                (true, _) => from - value - half,
                (false, _) => from + value - half,
            }
        }
    };
    let room = i64::from(outer) - i64::from(inner);
    #[allow(clippy::cast_possible_truncation)] // `as` saturates, and the clamp bounds it
    let start = start.round() as i64;
    Ok(start.clamp(room.min(0), room.max(0)))
}
