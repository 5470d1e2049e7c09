//! `fo`, `x y`, `xc yc`: where along each side the cut or the padding goes.

use crate::language::parameters::Refusal;

/// Where the box lies along one side of the image, or the image along one side of a larger canvas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Along {
    /// At the left or top edge.
    Start,
    /// In the middle.
    #[default]
    Middle,
    /// At the right or bottom edge.
    End,
    /// The box starts at this pixel.
    At(u32),
    /// The box has its centre at this pixel.
    Around(u32),
}

impl Along {
    /// Where a piece of length `inner` starts inside `outer`, for the three anchors; not rounded.
    pub(super) fn anchor(self, outer: f64, inner: f64) -> f64 {
        match self {
            Self::Start => 0.0,
            Self::Middle | Self::At(_) | Self::Around(_) => (outer - inner) / 2.0,
            Self::End => outer - inner,
        }
    }

    /// Whether a pixel was named.
    pub(super) fn is_exact(self) -> bool {
        match self {
            Self::At(_) | Self::Around(_) => true,
            Self::Start | Self::Middle | Self::End => false,
        }
    }
}

/// [`Along`] for both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Placement {
    pub(super) horizontal: Along,
    pub(super) vertical: Along,
}

const ANCHORS: [(&str, Along, Along); 9] = [
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

impl Placement {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if let Some((_, horizontal, vertical)) = ANCHORS.iter().find(|(name, _, _)| *name == text) {
            return Ok(Self { horizontal: *horizontal, vertical: *vertical });
        }
        if CONTENT.contains(&text) || text.split('_').all(|object| OBJECTS.contains(&object)) {
            return Err(Refusal::Unsupported("focus on what an image shows is not supported yet"));
        }
        Err(Refusal::Value)
    }

    /// From the coordinates of an extract: `x` and `xc` for the horizontal side, `y` and `yc` for the other.
    /// A missing one of a pair is the edge for `x` and `y`, the middle for `xc` and `yc`.
    pub(super) fn from_coordinates(
        (x, xc): (Option<u32>, Option<u32>),
        (y, yc): (Option<u32>, Option<u32>),
    ) -> Option<Self> {
        let side = |at: Option<u32>, around: Option<u32>, other_at: Option<u32>| match (at, around, other_at) {
            (Some(0), _, _) | (None, None, Some(_)) => Along::Start,
            (Some(at), _, _) => Along::At(at),
            (None, Some(around), _) => Along::Around(around),
            (None, None, None) => Along::Middle,
        };
        x.or(xc).or(y).or(yc)?;
        Some(Self { horizontal: side(x, xc, y), vertical: side(y, yc, x) })
    }

    /// The parameters that say it, as short as they can be.
    pub(super) fn write(self, items: &mut Vec<String>) {
        let Self { horizontal, vertical } = self;
        if !horizontal.is_exact() && !vertical.is_exact() {
            let anchor = ANCHORS.iter().find(|(_, h, v)| (*h, *v) == (horizontal, vertical));
            items.extend(anchor.filter(|_| self != Self::default()).map(|(name, _, _)| format!("fo-{name}")));
            return;
        }
        let mut side = |along: Along, start: &str, centre: &str| match along {
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

const CONTENT: [&str; 4] = ["auto", "face", "custom", "auto-custom_override"];

#[rustfmt::skip]
const OBJECTS: [&str; 80] = [
    "person", "bicycle", "car", "motorcycle", "airplane", "bus", "train", "truck", "boat", "trafficLight",
    "fireHydrant", "stopSign", "parkingMeter", "bench", "bird", "cat", "dog", "horse", "sheep", "cow", "elephant",
    "bear", "zebra", "giraffe", "backpack", "umbrella", "handbag", "tie", "suitcase", "frisbee", "skis", "snowboard",
    "sportsBall", "kite", "baseballBat", "baseballGlove", "skateboard", "surfboard", "tennisRacket", "bottle",
    "wineGlass", "cup", "fork", "knife", "spoon", "bowl", "banana", "apple", "sandwich", "orange", "broccoli",
    "carrot", "hotDog", "pizza", "donut", "cake", "chair", "couch", "pottedPlant", "bed", "diningTable", "toilet",
    "tv", "laptop", "mouse", "remote", "keyboard", "cellPhone", "microwave", "oven", "toaster", "sink",
    "refrigerator", "book", "clock", "vase", "scissors", "teddyBear", "hairDrier", "toothbrush",
];
