//! A JPEG to upright planes of the result's size.

use super::{orientation::Stored, scale::scale};
use crate::{Limits, codecs::Source, language::Reduction};
use darkroom_jpeg::{Decoded, Decoder, Header, Scale};
use darkroom_planes::{Filter, Light, Plane, Planes, Resampler, Subsampling, Window, turned};
use std::cell::RefCell;

/// Bytes that a decoded JPEG may take. What is larger streams through libvips instead: at full size that is a
/// picture of 32 MP, at half size one of 128 MP.
const DECODED_BYTES: u64 = 48 << 20;

/// Memory that one picture leaves to the next. A worker makes one after the other.
#[derive(Default)]
struct Scratch {
    decoder: Decoder,
    decoded: Decoded,
    resampler: Resampler,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Whether [`read`] takes this source for this reduction, as far as its header tells.
pub(crate) fn can_read(source: &Source, reduction: &Reduction, _limits: &Limits) -> bool {
    header_of(source).is_some_and(|header| {
        let scale = stored_scale(source, reduction);
        header.memory(scale) <= DECODED_BYTES
    })
}

fn header_of(source: &Source) -> Option<Header> {
    let header = Header::read(&source.bytes).ok()?;
    // The two readers must be of one mind about the size, or the plan was made for another picture.
    let same = (header.width(), header.height()) == (source.image.width(), source.image.height());
    same.then_some(header)
}

fn stored_scale(source: &Source, reduction: &Reduction) -> Scale {
    // Both sides of it turn together, so that it need not be turned.
    scale(reduction.window, reduction.result.width, reduction.result.height)
}

/// Reads the source and carries out the reduction. `None` when the decoder does not know what the file holds, or
/// finds it broken: libvips' loader has the last word on such files.
pub(crate) fn read(source: &Source, reduction: &Reduction, chroma: Subsampling) -> Option<Planes> {
    let header = header_of(source)?;
    let scale = stored_scale(source, reduction);
    SCRATCH.with_borrow_mut(|scratch| {
        let Scratch { decoder, decoded, resampler } = scratch;
        decoder.decode(&source.bytes, &header, scale, decoded).ok()?;
        Some(reduced(source, decoded, reduction, chroma, resampler))
    })
}

fn reduced(
    source: &Source,
    decoded: &Decoded,
    reduction: &Reduction,
    chroma: Subsampling,
    resampler: &mut Resampler,
) -> Planes {
    let stored = Stored {
        orientation: source.orientation,
        width: source.image.width().into(),
        height: source.image.height().into(),
    };
    let (width, height) = (reduction.result.width as usize, reduction.result.height as usize);
    let mut plane = |from: &darkroom_jpeg::Component, window: Window, size: (usize, usize), filter, light| {
        let window = stored.window(window).scaled(from.width() / stored.width, from.height() / stored.height);
        let (across, down) = if stored.is_on_its_side() { (size.1, size.0) } else { size };
        let mut plane = Plane::new(across, down);
        resampler.resample(from.plane(), window, filter, light, &mut plane);
        turned(plane, source.orientation)
    };
    let luma = plane(&decoded.luma, reduction.window, (width, height), Filter::Lanczos3, Light::Linear);
    let chroma = decoded.chroma.as_ref().map(|components| {
        let (size, window) = match chroma {
            Subsampling::None => ((width, height), reduction.window),
            Subsampling::Both => {
                let size = (width.div_ceil(2), height.div_ceil(2));
                (size, over_the_edge(reduction.window, (width, height), size))
            }
        };
        components.each_ref().map(|component| plane(component, window, size, Filter::Lanczos2, Light::AsCoded))
    });
    Planes { luma, chroma }
}

/// The window of halved chroma: of an odd side the last sample lies half outside the picture.
#[allow(clippy::cast_precision_loss)] // sides
fn over_the_edge(window: Window, luma: (usize, usize), chroma: (usize, usize)) -> Window {
    let longer = |luma: usize, chroma: usize| (2 * chroma) as f64 / luma as f64;
    Window {
        width: window.width * longer(luma.0, chroma.0),
        height: window.height * longer(luma.1, chroma.1),
        ..window
    }
}
