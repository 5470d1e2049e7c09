//! A source that is read whole, at its own size, by the readers of the short roads: what a layer shows. The size of a
//! layer is not known before its border is cut off, so nothing can be reduced on the way.

use crate::{
    Favour, Format,
    codecs::{self, Source},
    language::{Reduction, Size},
    memory::PIXEL_BYTES,
    planar, raster,
};
use darkroom_planes::{Raster, Subsampling, Window};

/// Bytes that [`read`] holds at most, its result included. `None` for what it does not take, as far as the header
/// tells.
pub(crate) fn memory(source: &Source) -> Option<u64> {
    if source.page.is_some() {
        return None;
    }
    let Size { width, height } = source.upright_size();
    let pixels = u64::from(width) * u64::from(height) * PIXEL_BYTES;
    let reader = if raster::can_read(source) {
        raster::memory_of_decoder(source)
    } else if source.format == Format::Jpeg {
        planar::memory(source, &unreduced(source), Favour::Quality)?
    } else {
        return None;
    };
    // Pixels as they were read, and the same in other channels or colours.
    Some(reader + 2 * pixels)
}

/// Upright, in sRGB. `None` when the readers do not know what the file holds, or find it broken, or its profile is one
/// of those that libvips converts by.
pub(crate) fn read(source: &Source) -> Option<Raster> {
    let raster = if source.format == Format::Jpeg {
        let mut reader = planar::Reader::default();
        reader.read(source, &unreduced(source), Favour::Quality, Subsampling::None)?.to_raster()
    } else {
        raster::read_whole(source)?
    };
    match source.profile.as_ref().filter(|profile| !profile.is_srgb) {
        Some(profile) => codecs::to_srgb(&raster, &profile.bytes),
        None => Some(raster.with_colours()),
    }
}

fn unreduced(source: &Source) -> Reduction {
    let size = source.upright_size();
    Reduction { window: Window::of(size.width.into(), size.height.into()), result: size }
}
