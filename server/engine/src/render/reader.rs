//! From the source to pixels, by the road of the plan.

use super::{frames::Frames, plan::Plan, road::Road};
use crate::{
    Error, Limits,
    codecs::{Source, colour},
    planar,
    vips::Image,
};
use bytes::Bytes;
use darkroom_planes::{Planes, Subsampling};

/// What a reader gives.
pub(super) enum Read {
    /// The result, but for its encoding.
    Finished(Planes),
    /// What the steps begin with.
    Frames(Frames),
}

/// Reads the source.
pub(super) fn read(source: &Source, plan: &Plan, limits: &Limits) -> Result<Read, Error> {
    let Road::Planes { reduction, finished, chroma } = &plan.road else {
        return Frames::decode(source, plan, limits).map(Read::Frames);
    };
    // For the steps all colours are needed at every pixel.
    let chroma = if *finished { *chroma } else { Subsampling::None };
    match planar::read(source, reduction, chroma) {
        Some(planes) if *finished => Ok(Read::Finished(planes)),
        Some(planes) => Frames::reduced(&image(&planes, source)?, plan).map(Read::Frames),
        None => Frames::decode(source, plan, limits).map(Read::Frames),
    }
}

/// As libvips' loader would have given it.
fn image(planes: &Planes, source: &Source) -> Result<Image, Error> {
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let image = Image::from_memory(
        Bytes::from(darkroom_planes::to_rgb(planes)),
        side(planes.width()),
        side(planes.height()),
        3,
    )?;
    let density = source.image.density() / 25.4; // libvips counts in pixels per millimetre
    let image = image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?;
    match source.image.get_blob(colour::PROFILE) {
        Some(profile) => Ok(image.edit_metadata(|edit| {
            edit.set_blob(colour::PROFILE, &profile);
        })?),
        None => Ok(image),
    }
}
