//! The arithmetic of a resize: sizes and parameters in, a plan out. No pixels.

use super::{
    Resize,
    crop::Crop,
    placement::{Along, Placement},
};
use crate::{
    Error,
    focus::Region,
    language::{length::MAX_SIDE_PX, number, scope::Scope},
};

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Size {
    /// Width × height.
    pub(in crate::language) fn pixels(self) -> f64 {
        f64::from(self.width) * f64::from(self.height)
    }
}

/// A rectangle of the source in source pixels; its edges may lie inside a pixel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::language) struct Window {
    pub(in crate::language) left: f64,
    pub(in crate::language) top: f64,
    pub(in crate::language) width: f64,
    pub(in crate::language) height: f64,
}

/// What a resize does to a source of a given size: `window` of it is scaled to `content`, which lies at
/// `left`, `top` on a canvas.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::language) struct Plan {
    pub(in crate::language) window: Window,
    pub(in crate::language) content: Size,
    pub(in crate::language) canvas: Size,
    pub(in crate::language) left: u32,
    pub(in crate::language) top: u32,
}

impl Plan {
    /// With another window; at whole pixels where none is scaled.
    #[allow(clippy::float_cmp)] // the very numbers
    pub(super) fn with_window(self, region: Region) -> Self {
        let Region { left, top, width, height } = region;
        let is_unscaled = (width, height) == (self.content.width.into(), self.content.height.into());
        let (left, top) = if is_unscaled { (left.round(), top.round()) } else { (left, top) };
        Self { window: Window { left, top, width, height }, ..self }
    }

    /// Nothing is scaled, cut off or padded.
    pub(in crate::language) fn unchanged(size: Size) -> Self {
        whole(size, size)
    }

    /// Output pixels per source pixel: the larger of both axes' scales, unless they differ only because
    /// results have whole pixels; then the smaller, or rounding alone would forbid a decoder to halve.
    pub(in crate::language) fn scale(&self) -> f64 {
        let horizontal = f64::from(self.content.width) / self.window.width;
        let vertical = f64::from(self.content.height) / self.window.height;
        let rounding = 0.5 / self.window.width + 0.5 / self.window.height;
        if (horizontal - vertical).abs() <= rounding { horizontal.min(vertical) } else { horizontal.max(vertical) }
    }
}

impl Resize {
    /// The plan for a source of the size `scope.current`.
    ///
    /// # Errors
    /// [`Error::Impossible`] when a centred extract reaches outside the source, or an expression gives no length.
    /// Limits are for the caller.
    pub(in crate::language) fn plan(&self, scope: &Scope) -> Result<Plan, Error> {
        let source = scope.current;
        Ok(match self.box_for(scope)? {
            (Some(width), Some(height)) => self.fit_box(source, Size { width, height }, self.placement.on(scope)?)?,
            (Some(width), None) => whole(source, Size { width, height: across(source.height, width, source.width) }),
            (None, Some(height)) => whole(source, Size { width: across(source.width, height, source.height), height }),
            (None, None) => whole(source, source),
        })
    }

    /// The asked sides in pixels.
    fn box_for(&self, scope: &Scope) -> Result<(Option<u32>, Option<u32>), Error> {
        const DPR_RESULT_PX: std::ops::RangeInclusive<f64> = 1.0..=5000.0;
        let (current, largest) = (scope.current, f64::from(MAX_SIDE_PX));
        let width = self.width.as_ref().map(|width| width.of(current.width, scope, "w")).transpose()?;
        let height = self.height.as_ref().map(|height| height.of(current.height, scope, "h")).transpose()?;
        let ratio = self.ratio.as_ref().map(|ratio| ratio.value_within(scope, "ar", 1.0 / largest..=largest));
        let ratio = ratio.transpose()?;
        let dpr = self.dpr.value_within(scope, "dpr", super::DPR_VALUES)?;
        let sides = |dpr: f64| {
            let pixels = |side: Option<f64>| side.map(|side| (side * dpr).round().max(1.0));
            match (pixels(width), pixels(height), ratio) {
                (Some(width), None, Some(ratio)) => (Some(width), Some((width / ratio).round().max(1.0))),
                (None, Some(height), Some(ratio)) => (Some((height * ratio).round().max(1.0)), Some(height)),
                (width, height, _) => (width, height),
            }
        };
        let scaled = sides(dpr);
        let fits = |side: Option<f64>| side.is_none_or(|side| DPR_RESULT_PX.contains(&side));
        let (width, height) = if fits(scaled.0) && fits(scaled.1) { scaled } else { sides(1.0) };
        Ok((width.map(number::pixels), height.map(number::pixels)))
    }

    fn fit_box(&self, source: Size, asked: Size, placement: Placement<u32>) -> Result<Plan, Error> {
        let horizontal = f64::from(asked.width) / f64::from(source.width);
        let vertical = f64::from(asked.height) / f64::from(source.height);
        let cover = horizontal.max(vertical);
        let [inside, over] = scaled(source, asked);
        let not_larger = if horizontal.min(vertical) < 1.0 { inside } else { source };
        Ok(match self.crop {
            Crop::Force => whole(source, asked),
            Crop::AtMax => whole(source, not_larger),
            Crop::AtMaxEnlarge => whole(source, inside),
            Crop::AtLeast => whole(source, over),
            Crop::MaintainRatioNoEnlarge if cover > 1.0 => {
                let [shape, _] = scaled(asked, source);
                unscaled(source, shape, placement)
            }
            Crop::MaintainRatio | Crop::MaintainRatioNoEnlarge => covering(source, asked, cover, placement),
            Crop::PadResize => on_canvas(whole(source, inside), asked, placement),
            Crop::PadResizeNoEnlarge => on_canvas(whole(source, not_larger), asked, placement),
            Crop::Extract => extract(source, asked, placement)?,
            Crop::PadExtract => on_canvas(unscaled(source, asked, placement), asked, placement),
            Crop::PadExtractNoShrink => {
                let canvas = Size { width: asked.width.max(source.width), height: asked.height.max(source.height) };
                on_canvas(whole(source, source), canvas, placement)
            }
        })
    }
}

/// The side that keeps the ratio when another goes from `from` to `to`.
fn across(side: u32, to: u32, from: u32) -> u32 {
    number::pixels(f64::from(side) * f64::from(to) / f64::from(from))
}

/// `source` in its own shape, as large as it can be inside the box and as small as it can be over it. Not by
/// a common factor: a factor is rounded itself, and halves of a pixel would go down then.
fn scaled(source: Size, asked: Size) -> [Size; 2] {
    let by_width = Size { width: asked.width, height: across(source.height, asked.width, source.width) };
    let by_height = Size { width: across(source.width, asked.height, source.height), height: asked.height };
    let product = |one: u32, other: u32| u64::from(one) * u64::from(other);
    let is_wider = product(asked.width, source.height) > product(asked.height, source.width);
    if is_wider { [by_height, by_width] } else { [by_width, by_height] }
}

/// All of the source, scaled to `content`.
fn whole(source: Size, content: Size) -> Plan {
    let window = Window { left: 0.0, top: 0.0, width: f64::from(source.width), height: f64::from(source.height) };
    Plan { window, content, canvas: content, left: 0, top: 0 }
}

/// The part of the source that has the shape of `asked`, scaled to it.
fn covering(source: Size, asked: Size, scale: f64, placement: Placement<u32>) -> Plan {
    let (outer_width, outer_height) = (f64::from(source.width), f64::from(source.height));
    let width = (f64::from(asked.width) / scale).min(outer_width);
    let height = (f64::from(asked.height) / scale).min(outer_height);
    let left = placement.horizontal.anchor(outer_width, width);
    let top = placement.vertical.anchor(outer_height, height);
    Plan { window: Window { left, top, width, height }, content: asked, canvas: asked, left: 0, top: 0 }
}

/// As much of a box of size `asked` as the source has, unscaled, at whole pixels.
fn unscaled(source: Size, asked: Size, placement: Placement<u32>) -> Plan {
    let content = Size { width: asked.width.min(source.width), height: asked.height.min(source.height) };
    let left = offset(placement.horizontal, source.width, content.width);
    let top = offset(placement.vertical, source.height, content.height);
    cut(left, top, content)
}

fn cut(left: u32, top: u32, content: Size) -> Plan {
    let (width, height) = (f64::from(content.width), f64::from(content.height));
    let window = Window { left: left.into(), top: top.into(), width, height };
    Plan { window, content, canvas: content, left: 0, top: 0 }
}

/// Where `inner` starts inside `outer`, in whole pixels; half a pixel goes to the right and bottom.
fn offset(along: Along<u32>, outer: u32, inner: u32) -> u32 {
    let room = outer.saturating_sub(inner);
    match along {
        Along::Start => 0,
        Along::Middle => room / 2,
        Along::End => room,
        Along::At(at) => at.min(room),
        Along::Around(centre) => centre.saturating_sub(inner / 2).min(room),
    }
}

fn extract(source: Size, asked: Size, placement: Placement<u32>) -> Result<Plan, Error> {
    reaches(placement.horizontal, "xc", source.width, asked.width)?;
    reaches(placement.vertical, "yc", source.height, asked.height)?;
    Ok(unscaled(source, asked, placement))
}

/// A box around a centre must lie inside the source; one that starts at a pixel is moved inside.
fn reaches(along: Along<u32>, parameter: &str, outer: u32, inner: u32) -> Result<(), Error> {
    let Along::Around(centre) = along else {
        return Ok(());
    };
    let before = inner / 2;
    if centre >= before && u64::from(centre - before) + u64::from(inner) <= u64::from(outer) {
        return Ok(());
    }
    let reason = format!("a box of {inner} px around {centre} reaches outside the image, which has {outer} px");
    Err(Error::Impossible { parameter: parameter.to_owned(), reason })
}

/// The plan's content on a larger canvas.
fn on_canvas(plan: Plan, canvas: Size, placement: Placement<u32>) -> Plan {
    let left = offset(placement.horizontal, canvas.width, plan.content.width);
    let top = offset(placement.vertical, canvas.height, plan.content.height);
    Plan { canvas, left, top, ..plan }
}

#[cfg(test)]
mod tests;
