//! `w h ar dpr c cm fo z x y xc yc`: the size of the result and what part of the image it shows. They are one
//! step because they mean something only together.

mod content;
mod crop;
mod draw;
mod geometry;
mod hints;
mod light;
mod placement;
mod sampling;

use super::{
    Colour,
    context::Place,
    expression::Quantity,
    length::{Length, MAX_SIDE_PX},
    number,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{
    Error,
    picture::{Picture, check_output},
};
use content::Content;
use crop::Crop;
pub(super) use geometry::Plan;
pub use geometry::Size;
use placement::Placement;
use std::ops::{Range, RangeInclusive};

const SIDE: &str = "a number of pixels from 1 to 65535, a fraction of the image between 0 and 1, or an expression";
const CROPS: &str = "`maintain_ratio`, `maintain_ratio_no_enlarge`, `force`, `at_max`, `at_max_enlarge`, `at_least`, \
    `pad_resize`, `pad_resize_no_enlarge`, `extract`, `pad_extract` or `pad_extract_no_shrink`";
const COORDINATE: &str = "a number of pixels from 0 to 65535, or an expression";
pub(super) const WIDTH: Parameter = Parameter {
    key: "w",
    name: "width",
    values: "a number of pixels from 1 to 65535, a fraction of the image between 0 and 1, an expression, or `auto`",
    default: "follows the height, keeping the ratio",
    meaning: "the width of the result; `auto` is the width at which the client says that it shows the image \
        (`Sec-CH-Width`), rounded up to hundreds, and nothing when it does not say",
    example: "w-200",
};
pub(super) const HEIGHT: Parameter = Parameter {
    key: "h",
    name: "height",
    values: SIDE,
    default: "follows the width, keeping the ratio",
    meaning: "the height of the result",
    example: "h-0.5",
};
const RATIO: Parameter = Parameter {
    key: "ar",
    name: "aspectRatio",
    values: "a ratio of width to height, for example `4-3`, `4_3` or `4:3`, or an expression that gives one",
    default: "the image's own",
    meaning: "the missing one of width and height; ignored with both or none of them",
    example: "w-200,ar-4-3",
};
const DPR: Parameter = Parameter {
    key: "dpr",
    name: "dpr",
    values: "a number from 0.1 to 5, an expression, or `auto`",
    default: "1",
    meaning: "multiplies the asked width and height; ignored when a side would leave 1 to 5000 px; \
        `auto` is what the client says of its screen (`Sec-CH-DPR`), and 1 when it does not say",
    example: "w-100,dpr-2",
};
const CROP: Parameter = Parameter {
    key: "c",
    name: "crop",
    values: CROPS,
    default: "`maintain_ratio`",
    meaning: "what to do when the box has another shape than the image; only when both sides are known",
    example: "w-200,h-200,c-at_max",
};
const CROP_MODE: Parameter = Parameter {
    key: "cm",
    name: "cropMode",
    values: CROPS,
    default: "`maintain_ratio`",
    meaning: "another name of `c`",
    example: "w-200,h-200,cm-pad_resize",
};
const FOCUS: Parameter = Parameter {
    key: "fo",
    name: "focus",
    values: "`center`, `top`, `left`, `bottom`, `right`, `top_left`, `top_right`, `bottom_left`, `bottom_right`, \
        `auto`, `face`, `custom` or `auto-custom_override`",
    default: "`center`",
    meaning: "the part that stays when something is cut off: an edge, what catches the eye, faces, or the area that \
        is stored with the image; with an edge, the place of the image when something is padded",
    example: "w-100,h-200,fo-auto",
};
const ZOOM: Parameter = Parameter {
    key: "z",
    name: "zoom",
    values: "a number from 0.01 to 100",
    default: "1",
    meaning: "how close `fo-face` comes: above 1 closer, below 1 farther; nothing with any other focus",
    example: "w-150,h-150,fo-face,z-0.8",
};
const X: Parameter = Parameter {
    key: "x",
    name: "x",
    values: COORDINATE,
    default: "the focus; 0 when `y` is given",
    meaning: "the left edge of an extract in pixels of the image, moved inside it where needed",
    example: "w-100,h-100,cm-extract,x-190",
};
const Y: Parameter = Parameter {
    key: "y",
    name: "y",
    values: COORDINATE,
    default: "the focus; 0 when `x` is given",
    meaning: "the top edge of an extract in pixels of the image, moved inside it where needed",
    example: "w-100,h-100,cm-extract,y-50",
};
const X_CENTRE: Parameter = Parameter {
    key: "xc",
    name: "xCenter",
    values: COORDINATE,
    default: "the focus; the image's centre when `yc` is given",
    meaning: "the horizontal centre of an extract in pixels of the image; an error when it reaches outside",
    example: "w-100,h-100,cm-extract,xc-225",
};
const Y_CENTRE: Parameter = Parameter {
    key: "yc",
    name: "yCenter",
    values: COORDINATE,
    default: "the focus; the image's centre when `xc` is given",
    meaning: "the vertical centre of an extract in pixels of the image; an error when it reaches outside",
    example: "w-100,h-100,cm-extract,yc-110",
};

/// What `dpr` may be.
const DPR_VALUES: RangeInclusive<f64> = 0.1..=5.0;

/// A resize in its normal form: what has no effect beside the rest is not in it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Resize {
    width: Option<Length>,
    height: Option<Length>,
    /// Width to height; only where the other side cannot be told from the text alone.
    ratio: Option<Quantity>,
    /// 1 unless a length depends on the picture.
    dpr: Quantity,
    crop: Crop,
    placement: Placement<Quantity>,
    /// What the window is to show, in place of an anchor.
    content: Option<Content>,
}

impl Part for Resize {
    const PARAMETERS: &'static [Parameter] =
        &[WIDTH, HEIGHT, RATIO, DPR, CROP, CROP_MODE, FOCUS, ZOOM, X, Y, X_CENTRE, Y_CENTRE];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let place = parameters.place();
        let (width, is_automatic) = hints::take_width(&WIDTH, parameters);
        let height = parameters.take(&HEIGHT, |text| Length::read(text, place));
        let ratio = parameters.take_spanned(&RATIO, |text| read_ratio(text, place));
        let dpr = hints::take_dpr(&DPR, parameters, is_automatic);
        let crop = take_crop(parameters);
        let (focus, content) = parameters.take(&FOCUS, read_focus).unwrap_or_default();
        let zoom = parameters.take(&ZOOM, content::read_zoom).unwrap_or(1.0);
        let content = content.filter(|_| crop.cuts()).map(|content| content.zoomed(zoom));
        let mut coordinate = |parameter: &Parameter| parameters.take(parameter, |text| read_coordinate(text, place));
        let horizontal = (coordinate(&X), coordinate(&X_CENTRE));
        let vertical = (coordinate(&Y), coordinate(&Y_CENTRE));
        let coordinates = Placement::from_coordinates(horizontal, vertical).filter(|_| crop == Crop::Extract);
        let (placement, content) = match coordinates {
            Some(coordinates) => (coordinates, None),
            None if crop.has_anchor() => (focus, content),
            None => (Placement::default(), None),
        };
        let resize = Self { width, height, ratio: None, dpr, crop, placement, content };
        resize.with_ratio(ratio, parameters).map(Self::with_dpr)
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { width, height, ratio, dpr, crop, placement, content } = self;
        items.extend(width.as_ref().map(|width| format!("w-{width}")));
        items.extend(height.as_ref().map(|height| format!("h-{height}")));
        items.extend(ratio.as_ref().map(|ratio| match ratio {
            Quantity::Number(ratio) => format!("ar-{ratio}-1"),
            Quantity::Expression(ratio) => format!("ar-{ratio}"),
        }));
        items.extend((*dpr != Quantity::Number(1.0)).then(|| format!("dpr-{dpr}")));
        items.extend((*crop != Crop::default()).then(|| format!("c-{}", crop.name())));
        placement.write(items);
        if let Some(content) = content {
            content.write(items);
        }
    }

    fn result_size(&self, input: Size, step: &Step<'_>) -> Result<Option<Size>, Error> {
        let plan = self.plan(&step.scope.after(input))?;
        check_output(step.limits, plan.content.width, plan.content.height)?;
        Ok(Some(plan.canvas))
    }

    fn weight(&self) -> f64 {
        1.0
    }

    /// What is cut out or made smaller is read, and what grows is made.
    fn work(&self, input: Size, result: Size) -> f64 {
        let grows = result.width > input.width || result.height > input.height;
        let made = if grows { result.pixels() } else { 0.0 };
        self.weight() * made + 0.4 * input.pixels()
    }

    /// Scales, puts the background behind what is transparent, and pads.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        let source = picture.size();
        let mut plan = self.plan(&step.scope.after(source))?;
        let mut picture = picture;
        if let Some(content) = self.content {
            (plan, picture) = content.settle(plan, picture, source, self.crop.enlarges())?;
        }
        let picture = if picture.is_scaled() { picture.done() } else { plan.scale_content(picture, source)? };
        match &step.parts.background {
            Some(background) => background.pad(picture, &plan),
            None => plan.pad(picture, Colour::BLACK),
        }
    }
}

impl Resize {
    /// Whether a decoder may scale while it reads, by the scale of the plan.
    pub(super) fn may_shrink_while_decoding(&self) -> bool {
        !self.content.is_some_and(Content::may_come_closer)
    }

    /// Pixels of the box that it asks for, where both sides are said in pixels; of one side, those of a square.
    pub(super) fn asked_pixels(&self) -> Option<u64> {
        let side = |length: &Length| match length {
            Length::Pixels(pixels) => Some(u64::from(*pixels)),
            Length::Fraction(_) | Length::Expression(_) => None,
        };
        match (&self.width, &self.height) {
            (Some(width), Some(height)) => Some(side(width)? * side(height)?),
            (Some(only), None) | (None, Some(only)) => side(only).map(|side| side * side),
            (None, None) => None,
        }
    }

    /// Whether sizes alone tell what it shows.
    pub(super) fn is_told_by_sizes(&self) -> bool {
        self.content.is_none()
    }

    /// Works the ratio into the sides, as far as that needs no image.
    fn with_ratio(mut self, ratio: Option<(Quantity, Range<usize>)>, parameters: &mut Parameters<'_>) -> Option<Self> {
        let (ratio, span) = match (&self.width, &self.height, ratio) {
            (None, None, _) => return None,
            (Some(_), Some(_), _) => return Some(self),
            (_, _, None) => {
                // One side alone changes no shape, so there is nothing to cut off or to pad.
                (self.crop, self.placement, self.content) = (Crop::default(), Placement::default(), None);
                return Some(self);
            }
            (_, _, Some(ratio)) => ratio,
        };
        let other = match (&self.width, &self.height, ratio.number()) {
            (Some(Length::Pixels(width)), _, Some(ratio)) => f64::from(*width) / ratio,
            (_, Some(Length::Pixels(height)), Some(ratio)) => f64::from(*height) * ratio,
            _ => {
                self.ratio = Some(ratio);
                return Some(self);
            }
        };
        if other > f64::from(MAX_SIDE_PX) {
            parameters.reject(&RATIO, span, "the side that follows from it is over 65535 px");
            return None;
        }
        let other = Some(Length::Pixels(number::pixels(other)));
        if self.width.is_none() {
            self.width = other;
        } else {
            self.height = other;
        }
        Some(self)
    }

    /// Works the pixel ratio into sides that are given in pixels.
    fn with_dpr(mut self) -> Self {
        let Some(dpr) = self.dpr.number().filter(|_| self.ratio.is_none()) else {
            return self;
        };
        let pixels = |length: &Option<Length>| match length {
            Some(Length::Pixels(pixels)) => Some(f64::from(*pixels) * dpr),
            Some(Length::Fraction(_) | Length::Expression(_)) | None => None,
        };
        let (width, height) = (pixels(&self.width), pixels(&self.height));
        if width.is_some() != self.width.is_some() || height.is_some() != self.height.is_some() {
            return self;
        }
        self.dpr = Quantity::Number(1.0);
        let fits = |side: f64| (1.0..=5000.0).contains(&side.round());
        if width.into_iter().chain(height).all(fits) {
            self.width = width.map(|side| Length::Pixels(number::pixels(side)));
            self.height = height.map(|side| Length::Pixels(number::pixels(side)));
        }
        self
    }
}

/// `c` and `cm` are two names of one choice, so both at once must say the same.
fn take_crop(parameters: &mut Parameters<'_>) -> Crop {
    let read = |text: &str| Crop::read(text).ok_or(Refusal::Value);
    let crop = parameters.take(&CROP, read);
    let mode = parameters.take_spanned(&CROP_MODE, read);
    match (crop, mode) {
        (Some(crop), Some((mode, span))) if crop != mode => {
            let reason = format!("says `{}`, but `c` says `{}`; they are one choice", mode.name(), crop.name());
            parameters.reject(&CROP_MODE, span, &reason);
            crop
        }
        (crop, mode) => crop.or(mode.map(|(mode, _)| mode)).unwrap_or_default(),
    }
}

/// An anchor, or what the window is to show.
fn read_focus(text: &str) -> Result<(Placement<Quantity>, Option<Content>), Refusal> {
    match Placement::read(text) {
        Some(placement) => Ok((placement, None)),
        None => Ok((Placement::default(), Some(Content::read(text)?.ok_or(Refusal::Value)?))),
    }
}

fn read_ratio(text: &str, place: Place) -> Result<Quantity, Refusal> {
    let (width, height) = text.split_once(['-', '_', ':']).unwrap_or((text, "1"));
    let ratio = match (number::decimal(width), number::decimal(height)) {
        (Some(width), Some(height)) if width > 0.0 && height > 0.0 => Quantity::Number(width / height),
        (Some(_), Some(_)) => return Err(Refusal::Value),
        _ => place.quantity(text)?,
    };
    let limit = f64::from(MAX_SIDE_PX);
    let is_sensible = ratio.number().is_none_or(|ratio| (limit.recip()..=limit).contains(&ratio));
    if is_sensible { Ok(ratio) } else { Err(Refusal::Value) }
}

fn read_coordinate(text: &str, place: Place) -> Result<Quantity, Refusal> {
    match place.quantity(text)? {
        Quantity::Number(value) if !(0.0..=f64::from(MAX_SIDE_PX)).contains(&value) => Err(Refusal::Value),
        Quantity::Number(value) => Ok(Quantity::Number(value.round())),
        expression @ Quantity::Expression(_) => Ok(expression),
    }
}
