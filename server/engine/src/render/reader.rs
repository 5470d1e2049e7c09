//! From the source to pixels, by the road of the plan.

use super::{frames::Frames, plan::Plan, road::Road};
use crate::{
    Error, Limits,
    codecs::{Source, colour},
    planar, raster,
    vips::Image,
};
use bytes::Bytes;
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
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let (width, height, bands) = (number(raster.width()), number(raster.height()), number(raster.channels().count()));
    let image = Image::from_memory(Bytes::from(raster.into_samples()), width, height, bands)?;
    let density = source.image.density() / 25.4; // libvips counts in pixels per millimetre
    let image = image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?;
    match source.image.get_blob(colour::PROFILE) {
        Some(profile) => Ok(image.edit_metadata(|edit| {
            edit.set_blob(colour::PROFILE, &profile);
        })?),
        None => Ok(image),
    }
}
