//! From the source to pixels, by the road of the plan.

use super::{frames::Frames, plan::Plan, road::Road};
use crate::{
    Error, Limits,
    codecs::{self, Source, colour},
    planar, raster,
    vips::Image,
};
use darkroom_planes::{Planes, Raster, Subsampling};

/// What a reader gives.
pub(super) enum Read {
    /// The result, but for its encoding.
    Finished(Planes),
    /// What the steps begin with.
    Frames(Frames),
}

/// Reads the source.
pub(super) fn read(source: &Source, plan: &Plan, limits: &Limits) -> Result<Read, Error> {
    let (reduction, finished, chroma) = match &plan.road {
        Road::Planes { reduction, finished, chroma } => (reduction, finished, chroma),
        Road::Raster { reduction } => {
            return match raster::read(source, reduction) {
                Some(raster) => Frames::reduced(&image(raster, source)?, plan).map(Read::Frames),
                None => Frames::decode(source, plan, limits).map(Read::Frames),
            };
        }
        Road::Libvips => return Frames::decode(source, plan, limits).map(Read::Frames),
    };
    // For the steps all colours are needed at every pixel.
    let chroma = if *finished { *chroma } else { Subsampling::None };
    match planar::read(source, reduction, chroma) {
        Some(planes) if *finished => Ok(Read::Finished(planes)),
        Some(planes) => Frames::reduced(&image(planes.to_raster(), source)?, plan).map(Read::Frames),
        None => Frames::decode(source, plan, limits).map(Read::Frames),
    }
}

/// As libvips' loader would have given it.
fn image(raster: Raster, source: &Source) -> Result<Image, Error> {
    let image = codecs::image_of(raster, source.image.get_blob(colour::PROFILE).as_deref())?;
    let density = source.image.density() / 25.4; // libvips counts in pixels per millimetre
    Ok(image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?)
}
