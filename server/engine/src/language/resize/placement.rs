//! `fo`, `x y`, `xc yc`: where along each side the cut or the padding goes.

use crate::{
    Error,
    language::{expression::Quantity, length::MAX_SIDE_PX, scope::Scope},
};

/// Where the box lies along one side of the image, or the image along one side of a larger canvas. `P` is a
/// place on that side: as asked for, a [`Quantity`]; for an image that is known, a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along<P> {
    /// At the left or top edge.
    Start,
    /// In the middle.
    Middle,
    /// At the right or bottom edge.
    End,
    /// The box starts at this pixel.
    At(P),
    /// The box has its centre at this pixel.
    Around(P),
}

impl<P> Along<P> {
    /// Where a piece of length `inner` starts inside `outer`, for the three anchors; not rounded.
    pub(super) fn anchor(&self, outer: f64, inner: f64) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle | Self::At(_) | Self::Around(_) => (outer - inner) / 2.0,
            Self::End => outer - inner,
        }
    }

    /// Whether a pixel was named.
    pub(super) fn is_exact(&self) -> bool {
        match self {
            Self::At(_) | Self::Around(_) => true,
            Self::Start | Self::Middle | Self::End => false,
        }
    }
}

impl Along<Quantity> {
    /// On an image that is known; `start` and `centre` are the keys of the parameters.
    fn on(&self, scope: &Scope, start: &str, centre: &str) -> Result<Along<u32>, Error> {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // between 0 and 65535
        let pixel = |place: &Quantity, key: &str| {
            place.value_within(scope, key, 0.0..=f64::from(MAX_SIDE_PX)).map(|place| place.round() as u32)
        };
        Ok(match self {
            Self::Start => Along::Start,
            Self::Middle => Along::Middle,
            Self::End => Along::End,
            Self::At(place) => Along::At(pixel(place, start)?),
            Self::Around(place) => Along::Around(pixel(place, centre)?),
        })
    }
}

/// [`Along`] for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Placement<P> {
    pub(super) horizontal: Along<P>,
    pub(super) vertical: Along<P>,
}

/// The centre.
impl<P> Default for Placement<P> {
    fn default() -> Self {
        Self { horizontal: Along::Middle, vertical: Along::Middle }
    }
}

const ANCHORS: [(&str, Along<()>, Along<()>); 9] = [
    ("center", Along::Middle, Along::Middle),
    ("top", Along::Middle, Along::Start),
    ("left", Along::Start, Along::Middle),
    ("bottom", Along::Middle, Along::End),
    ("right", Along::End, Along::Middle),
    ("top_left", Along::Start, Along::Start),
    ("top_right", Along::End, Along::Start),
    ("bottom_left", Along::Start, Along::End),
    ("bottom_right", Along::End, Along::End),
];

impl Placement<Quantity> {
    /// One of the nine anchors.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (_, horizontal, vertical) = ANCHORS.iter().find(|(name, _, _)| *name == text)?;
        Some(Self { horizontal: anchor(*horizontal), vertical: anchor(*vertical) })
    }

    /// From the coordinates of an extract: `x` and `xc` for the horizontal side, `y` and `yc` for the other.
    /// A missing one of a pair is the edge for `x` and `y`, the middle for `xc` and `yc`.
    pub(super) fn from_coordinates(
        (x, xc): (Option<Quantity>, Option<Quantity>),
        (y, yc): (Option<Quantity>, Option<Quantity>),
    ) -> Option<Self> {
        let side = |at: Option<Quantity>, around: Option<Quantity>, other_at: bool| match (at, around) {
            (Some(at), _) if at.number() == Some(0.0) => Along::Start,
            (Some(at), _) => Along::At(at),
            (None, Some(around)) => Along::Around(around),
            (None, None) if other_at => Along::Start,
            (None, None) => Along::Middle,
        };
        if [&x, &xc, &y, &yc].into_iter().all(Option::is_none) {
            return None;
        }
        let (x_given, y_given) = (x.is_some(), y.is_some());
        Some(Self { horizontal: side(x, xc, y_given), vertical: side(y, yc, x_given) })
    }

    /// On an image that is known.
    ///
    /// # Errors
    /// [`Error::Impossible`] when an expression gives no place.
    pub(super) fn on(&self, scope: &Scope) -> Result<Placement<u32>, Error> {
        let (horizontal, vertical) = (self.horizontal.on(scope, "x", "xc")?, self.vertical.on(scope, "y", "yc")?);
        Ok(Placement { horizontal, vertical })
    }

    /// The parameters that say it, as short as they can be.
    pub(super) fn write(&self, items: &mut Vec<String>) {
        let Self { horizontal, vertical } = self;
        if !horizontal.is_exact() && !vertical.is_exact() {
            let is_this = |h: Along<()>, v: Along<()>| (anchor(h), anchor(v)) == (horizontal.clone(), vertical.clone());
            let name = ANCHORS.iter().find(|(_, h, v)| is_this(*h, *v));
            items.extend(name.filter(|_| *self != Self::default()).map(|(name, _, _)| format!("fo-{name}")));
            return;
        }
        let mut side = |along: &Along<Quantity>, start: &str, centre: &str| match along {
            Along::Start => items.push(format!("{start}-0")),
            Along::At(at) => items.push(format!("{start}-{at}")),
            Along::Around(around) => items.push(format!("{centre}-{around}")),
            // The middle is what a missing coordinate means; the far edge cannot stand beside a coordinate.
            Along::Middle | Along::End => {}
        };
        side(horizontal, "x", "xc");
        side(vertical, "y", "yc");
    }
}

/// One of the three anchors, whatever places are.
fn anchor<P>(anchor: Along<()>) -> Along<P> {
    match anchor {
        Along::Start => Along::Start,
        Along::Middle | Along::At(()) | Along::Around(()) => Along::Middle,
        Along::End => Along::End,
    }
}
