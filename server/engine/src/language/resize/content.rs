//! `fo-auto`, `fo-face`, `fo-custom`: windows that depend on what the picture shows. The size of the result is
//! arithmetic like any other; only where the window lies, and with faces how large it is, is found here.

use super::{Plan, Size};
use crate::{
    Error,
    focus::{self, Region},
    language::{number, parameters::Refusal},
    picture::Picture,
};

/// What the window is to show.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Content {
    /// What catches the eye.
    Auto,
    /// Faces, at this zoom; what catches the eye when there are none.
    Face { zoom: f64 },
    /// The rectangle that is stored with the image; the centre when there is none.
    Custom,
    /// The rectangle that is stored with the image; what catches the eye when there is none.
    CustomElseAuto,
}

const NAMES: [(&str, Content); 4] = [
    ("auto", Content::Auto),
    ("face", Content::Face { zoom: 1.0 }),
    ("custom", Content::Custom),
    ("auto-custom_override", Content::CustomElseAuto),
];

/// Zooms that are understood.
const ZOOMS: std::ops::RangeInclusive<f64> = 0.01..=100.0;

pub(super) fn read_zoom(text: &str) -> Result<f64, Refusal> {
    number::decimal(text).filter(|zoom| ZOOMS.contains(zoom)).ok_or(Refusal::Value)
}

impl Content {
    /// The content of that name; none where it is no content that can be looked for.
    ///
    /// # Errors
    /// [`Refusal::Unsupported`] for the objects that the language knows.
    pub(super) fn read(text: &str) -> Result<Option<Self>, Refusal> {
        if text.split('_').all(|object| OBJECTS.contains(&object)) {
            return Err(Refusal::Unsupported("objects are not looked for; use `auto`, `face` or `custom`"));
        }
        Ok(NAMES.iter().find(|(name, _)| *name == text).map(|(_, content)| *content))
    }

    /// With a zoom, where it means something.
    pub(super) fn zoomed(self, zoom: f64) -> Self {
        match self {
            Self::Face { zoom: _ } => Self::Face { zoom },
            Self::Auto | Self::Custom | Self::CustomElseAuto => self,
        }
    }

    /// The canonical parameters.
    #[allow(clippy::float_cmp)] // 1.0 is the value that stands for "not given"
    pub(super) fn write(self, items: &mut Vec<String>) {
        let name = NAMES.iter().find(|(_, content)| content.zoomed(1.0) == self.zoomed(1.0));
        items.extend(name.map(|(name, _)| format!("fo-{name}")));
        if let Self::Face { zoom } = self
            && zoom != 1.0
        {
            items.push(format!("z-{zoom}"));
        }
    }

    /// Whether the window may turn out smaller than planned, so that a decoder must not scale to the plan.
    pub(super) fn may_come_closer(self) -> bool {
        match self {
            Self::Face { .. } => true,
            Self::Auto | Self::Custom | Self::CustomElseAuto => false,
        }
    }

    /// The plan for a picture of the size `source` with its window in the right place. Nothing may be
    /// `enlarged`: then the window has as many pixels as the result at least.
    pub(super) fn settle(
        self,
        plan: Plan,
        mut picture: Picture,
        source: Size,
        enlarges: bool,
    ) -> Result<(Plan, Picture), Error> {
        let outer = (f64::from(source.width), f64::from(source.height));
        let size = (plan.window.width, plan.window.height);
        let has_room = size.0 < outer.0 || size.1 < outer.1;
        let stored = picture.focus_area.map(|area| {
            let [left, top, width, height] = [area.left, area.top, area.width, area.height].map(f64::from);
            focus::around(Region { left, top, width, height }, size, outer)
        });
        let region = match (self, stored) {
            (Self::Custom | Self::CustomElseAuto, Some(region)) => region,
            (Self::Custom, None) => return Ok((plan, picture)),
            (Self::Auto | Self::CustomElseAuto, _) if !has_room => return Ok((plan, picture)),
            (Self::Auto | Self::CustomElseAuto | Self::Face { .. }, _) => {
                picture = picture.in_memory()?;
                let mut findings = std::mem::take(&mut picture.findings);
                let region = findings.next(|| self.look(&picture, &plan, outer, enlarges));
                picture.findings = findings;
                region?
            }
        };
        Ok((plan.with_window(region), picture))
    }

    /// The window, in pixels of the source, of which a decoder may have made a smaller image.
    fn look(self, picture: &Picture, plan: &Plan, outer: (f64, f64), enlarges: bool) -> Result<Region, Error> {
        let (across, down) = (outer.0 / f64::from(picture.width()), outer.1 / f64::from(picture.height()));
        let in_source = |region: Region| Region {
            left: region.left * across,
            top: region.top * down,
            width: region.width * across,
            height: region.height * down,
        };
        if let Self::Face { zoom } = self {
            let faces: Vec<Region> = focus::faces(&picture.image()?)?.into_iter().map(in_source).collect();
            let shape = (f64::from(plan.content.width), f64::from(plan.content.height));
            let least = if enlarges { (1.0, 1.0) } else { shape };
            if let Some(window) = focus::around_faces(&faces, shape, zoom, outer, least) {
                return Ok(window);
            }
        }
        let size = (plan.window.width / across, plan.window.height / down);
        let found = in_source(focus::salient(&picture.image()?, size)?);
        // Once there and back may miss the edge by less than anything.
        Ok(focus::around(found, (plan.window.width, plan.window.height), outer))
    }
}

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

#[cfg(test)]
mod tests;
