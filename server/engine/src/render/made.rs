//! The picture after the steps, with all that decides how it is written.

use super::{Request, frames::Frames};
use crate::{
    Error, Limits, Resources,
    codecs::{Indexed, Pixels, Source},
    formats::Facts,
    language::{Output, Size},
    metadata,
};
use darkroom_planes::Planes;
use std::rc::Rc;

/// A picture that is ready to be encoded.
pub(super) struct Made {
    pub(super) pixels: Pixels,
    /// How it is to be written.
    pub(super) output: Output,
    /// What the choice of its format rests on.
    pub(super) facts: Facts,
    /// The same picture in numbers of colours, when it has few.
    pub(super) indexed: Option<Indexed>,
    /// It has several frames.
    pub(super) is_animated: bool,
}

/// Of planes to which nothing is to be done any more: a photo without alpha.
pub(super) fn of_planes(planes: Rc<Planes>, source: &Source, request: &Request) -> Result<Made, Error> {
    let number = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let size = Size { width: number(planes.width()), height: number(planes.height()) };
    // libvips, which has the last word on it, would be loaded for nothing else.
    let density = if request.pipeline.asks_for_density() {
        Some(metadata::density(source.density()?)).filter(|density| *density > 0)
    } else {
        None
    };
    let output = request.pipeline.output_of(source.upright_size(), size, density)?;
    let facts = Facts {
        source: source.format,
        width_px: size.width,
        height_px: size.height,
        frames: 1,
        alpha: false,
        few_colours: false,
        drawing: false,
        unsharp_mask: false,
        keep_profile: output.keep_profile,
        lossless: output.lossless,
        accept: request.accept,
    };
    let profile = source.profile.as_ref().filter(|_| output.keep_profile).map(|profile| profile.bytes.clone());
    let pixels = Pixels::Planes { planes, profile };
    Ok(Made { pixels, output, facts, indexed: None, is_animated: false })
}

/// Takes frames through the steps.
pub(super) fn of_frames(
    frames: Frames,
    source: &Source,
    request: &Request,
    resources: &Resources,
    limits: &Limits,
) -> Result<Made, Error> {
    let (mut frames, output) = frames.apply(request, resources, source, limits)?;
    let look = frames.look(source.format, output.format)?;
    let facts = Facts {
        source: source.format,
        width_px: frames.width(),
        height_px: frames.height(),
        frames: frames.count(),
        alpha: frames.has_visible_alpha(look.as_ref(), output.format, request.accept)?,
        few_colours: look.as_ref().is_some_and(|look| look.few_colours.is_some()),
        drawing: look.as_ref().is_some_and(|look| look.drawing),
        unsharp_mask: request.pipeline.has_unsharp_mask(),
        keep_profile: output.keep_profile,
        lossless: output.lossless,
        accept: request.accept,
    };
    let is_animated = frames.are_several();
    let indexed = look.and_then(|look| look.few_colours);
    Ok(Made { pixels: frames.joined()?, output, facts, indexed, is_animated })
}
