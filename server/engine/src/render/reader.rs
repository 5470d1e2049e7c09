//! From the source to pixels, by the road of the plan.

use super::{frames::Frames, plan::Plan, road::Road};
use crate::{
    Error, Limits,
    codecs::{self, Source, colour},
    planar, raster,
    vips::Image,
};
use darkroom_planes::{Planes, Raster, Subsampling};
use std::rc::Rc;

/// What a reader gives.
pub(super) enum Read {
    /// The result, but for its encoding.
    Finished(Rc<Planes>),
    /// What the steps begin with.
    Frames(Frames),
}

/// What readers have found in one source, for further renditions of it.
#[derive(Default)]
pub(super) struct Readers {
    planar: planar::Reader,
    raster: raster::Reader,
}

impl Readers {
    /// Reads the source.
    pub(super) fn read(&mut self, source: &Source, plan: &Plan, limits: &Limits) -> Result<Read, Error> {
        let raster = match &plan.road {
            Road::Planes { reduction, finished: true, chroma } => match self.planar.read(source, reduction, *chroma) {
                Some(planes) => return Ok(Read::Finished(planes)),
                None => None,
            },
            // For the steps all colours are needed at every pixel.
            Road::Planes { reduction, finished: false, .. } => {
                self.planar.read(source, reduction, Subsampling::None).map(|planes| planes.to_raster())
            }
            Road::Raster { reduction } => self.raster.read(source, reduction),
            Road::Libvips => None,
        };
        Ok(Read::Frames(match raster {
            Some(raster) => Frames::reduced(&image(raster, source)?, plan)?,
            None => Frames::decode(source, plan, limits)?,
        }))
    }
}

/// As libvips' loader would have given it.
fn image(raster: Raster, source: &Source) -> Result<Image, Error> {
    let image = codecs::image_of(raster, source.image.get_blob(colour::PROFILE).as_deref())?;
    let density = source.image.density() / 25.4; // libvips counts in pixels per millimetre
    Ok(image.operation(c"copy")?.double(c"xres", density).double(c"yres", density).run()?)
}
