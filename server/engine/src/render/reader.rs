//! From the source to pixels, by the road of the plan.

use super::{frames::Frames, plan::Plan, road::Road};
use crate::{
    Error, Limits,
    codecs::{self, EmbeddedProfile, Source, Tagged, Tags},
    language::Reduction,
    planar, raster,
};
use darkroom_planes::{Channels, Planes, Raster, Subsampling};
use std::{rc::Rc, sync::Arc};

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
    /// What else will be asked for.
    pub(super) fn expect(&mut self, reductions: Vec<Reduction>) {
        self.raster.expect(&reductions);
        self.planar.expect(reductions);
    }

    /// Reads the source.
    pub(super) fn read(&mut self, source: &Source, plan: &Plan, limits: &Limits) -> Result<Read, Error> {
        let read = match &plan.road {
            Road::Planes { reduction, finished, chroma, memory: _ } => {
                planes(&mut self.planar, source, plan, reduction, finished.then_some(*chroma))?
            }
            Road::Raster { reduction } => match self.raster.read(source, reduction) {
                Some(raster) => Some(Read::Frames(frames(raster, source, plan)?)),
                None => None,
            },
            Road::Libvips => None,
        };
        match read {
            Some(read) => Ok(read),
            None => Frames::decode(source, plan, limits).map(Read::Frames),
        }
    }
}

/// By the plane road. `finished` says that there are no steps, and how the encoder is to have chroma then.
fn planes(
    reader: &mut planar::Reader,
    source: &Source,
    plan: &Plan,
    reduction: &Reduction,
    finished: Option<Subsampling>,
) -> Result<Option<Read>, Error> {
    let profile = profile_to_convert(source, plan);
    // Steps need all colours at every pixel. To convert them it is enough to have as many as are written: with all,
    // making and halving them would take as long as everything else that a profile costs.
    let chroma = finished.unwrap_or(Subsampling::None);
    let Some(planes) = reader.read(source, reduction, plan.favour, chroma) else {
        return Ok(None);
    };
    let Some(chroma) = finished else {
        return frames(Arc::new(planes.to_raster()), source, plan).map(|frames| Some(Read::Frames(frames)));
    };
    let Some(profile) = profile else {
        return Ok(Some(Read::Finished(planes)));
    };
    if let Some(converted) = codecs::planes_to_srgb(&planes, &profile.bytes) {
        return Ok(Some(Read::Finished(Rc::new(converted))));
    }
    let raster = planes.to_raster();
    if let Some(converted) = codecs::to_srgb(&raster, &profile.bytes) {
        return Ok(Some(Read::Finished(Rc::new(converted.to_planes(chroma)))));
    }
    let tagged = tagged(Arc::new(raster), source, Some(profile))?;
    Frames::to_convert(&tagged, plan).map(|frames| Some(Read::Frames(frames)))
}

/// What the steps begin with, in sRGB unless the profile is kept.
fn frames(raster: Arc<Raster>, source: &Source, plan: &Plan) -> Result<Frames, Error> {
    let (raster, profile) = match profile_to_convert(source, plan) {
        None => (raster, source.profile.as_ref().filter(|_| plan.keep_profile)),
        Some(profile) => match codecs::to_srgb(&raster, &profile.bytes) {
            Some(converted) => (Arc::new(converted), None),
            None => (raster, Some(profile)),
        },
    };
    let has_colours = matches!(raster.channels(), Channels::Rgb | Channels::Rgba);
    let tagged = tagged(raster, source, profile)?;
    // Profiles of greys, and those that we could not read, are libvips' to convert by.
    if profile.is_some() && !(plan.keep_profile && has_colours) {
        return Frames::to_convert(&tagged, plan);
    }
    let raster = if has_colours { tagged.raster } else { Arc::new(Arc::unwrap_or_clone(tagged.raster).with_colours()) };
    Ok(Frames::reduced(Tagged { raster, ..tagged }))
}

/// The profile by which colours must be converted to become sRGB.
fn profile_to_convert<'a>(source: &'a Source, plan: &Plan) -> Option<&'a EmbeddedProfile> {
    source.profile.as_ref().filter(|profile| !plan.keep_profile && !profile.is_srgb)
}

/// With what libvips' loader would have said.
fn tagged(raster: Arc<Raster>, source: &Source, profile: Option<&EmbeddedProfile>) -> Result<Tagged, Error> {
    let profile = profile.map(|profile| Arc::from(&profile.bytes[..]));
    Ok(Tagged { raster, tags: Tags { profile, density: source.density()? } })
}
