//! A JPEG to upright planes of the result's size.

use super::{
    scale::{Samples, Scales, scales},
    stored::Stored,
};
use crate::{Favour, codecs::Source, language::Reduction};
use darkroom_jpeg::{Decoded, Decoder, Header, Scale};
use darkroom_planes::{Filter, Light, Orientation, Plane, Planes, Resampler, Subsampling, Window};
use std::{cell::RefCell, rc::Rc};

/// Bytes that a decoded JPEG may take. What is larger streams through libvips instead: at full size that is a
/// picture of 32 MP, at half size one of 128 MP.
const DECODED_BYTES: u64 = 48 << 20;

/// Bytes of decoded planes that are kept for further renditions of the same source, and as many of reduced ones.
const KEPT_BYTES: usize = 64 << 20;

/// Bytes that decoding may have taken to leave its memory to the next picture: what most photographs take. Without a
/// bound every worker would hold what the largest picture of its life took, and a progressive one takes a lot.
const LEFT_BYTES: u64 = 8 << 20;

/// Memory that one picture leaves to the next. A worker makes one after the other.
struct Scratch {
    decoder: Decoder,
    spare: Vec<Decoded>,
    resampler: Resampler,
}

impl Default for Scratch {
    fn default() -> Self {
        Self { decoder: decoder(), spare: Vec::new(), resampler: Resampler::default() }
    }
}

/// One whose smaller scales have the light that their samples stand for.
fn decoder() -> Decoder {
    Decoder::new(Light::Linear)
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Bytes that [`Reader::read`] holds at most for this reduction, its result and what is made of that for other steps
/// included. `None` for what it does not take, as far as the header tells.
pub(crate) fn memory(source: &Source, reduction: &Reduction, favour: Favour) -> Option<u64> {
    // Planes of the result's size, the same turned, and the same as pixels.
    const RESULT_BYTES: u64 = 3 * 3;
    let header = header_of(source)?;
    // Chroma is no larger than luma, whatever becomes of it.
    let [luma, _] = scales(reduction, favour, samples_of(&header, source), Subsampling::None);
    let decoded = header.memory(luma);
    let result = u64::from(reduction.result.width) * u64::from(reduction.result.height) * RESULT_BYTES;
    (decoded <= DECODED_BYTES).then_some(decoded + result)
}

/// The two readers must be of one mind about the size, or the plan was made for another picture.
fn header_of(source: &Source) -> Option<Header> {
    let header = Header::read(&source.bytes).ok()?;
    ((header.width(), header.height()) == (source.header.width, source.header.height)).then_some(header)
}

/// What the decoder gives, of the upright picture.
fn samples_of(header: &Header, source: &Source) -> Samples {
    // Those of a progressive file have no other light, and chroma no scale of its own.
    let light = if header.is_progressive() { Light::AsCoded } else { Light::Linear };
    let (width, height) = (f64::from(header.width()), f64::from(header.height()));
    let chroma = (!header.is_grey() && !header.is_progressive()).then(|| {
        let chroma = header.window(1, Scale::Full);
        let stored = Stored { orientation: source.header.orientation, width, height };
        stored.turned([chroma.width / width, chroma.height / height])
    });
    Samples { light, chroma }
}

/// Reads one source, for any number of renditions: what one of them needed of it is there for the next.
#[derive(Default)]
pub(crate) struct Reader {
    decoded: Vec<(Scales, Decoded)>,
    reduced: Vec<(Reduction, Scales, Subsampling, Rc<Planes>)>,
    expected: Vec<Reduction>,
}

impl Reader {
    /// Says what else will be asked for.
    pub(crate) fn expect(&mut self, reductions: Vec<Reduction>) {
        self.expected = reductions;
    }

    /// Reads the source and carries out the reduction. `None` when the decoder does not know what the file holds, or
    /// finds it broken: libvips' loader has the last word on such files.
    ///
    /// The scales follow from the reduction and what is favoured, so that a rendition has the same bytes whatever was
    /// made before it.
    pub(crate) fn read(
        &mut self,
        source: &Source,
        reduction: &Reduction,
        favour: Favour,
        chroma: Subsampling,
    ) -> Option<Rc<Planes>> {
        let header = header_of(source)?;
        let wanted = Wanted { favour, samples: samples_of(&header, source), chroma };
        let scales = wanted.scales(reduction);
        if let Some((.., planes)) =
            self.reduced.iter().find(|(done, from, how, _)| (done, *from, *how) == (reduction, scales, chroma))
        {
            return Some(Rc::clone(planes));
        }
        let stored = Stored {
            orientation: source.header.orientation,
            width: source.header.width.into(),
            height: source.header.height.into(),
        };
        let planes = SCRATCH.with_borrow_mut(|scratch| {
            let decoded = self.decoded(source, &header, scales, wanted, scratch)?;
            Some(upright(
                reduced(decoded, stored, reduction, chroma, &mut scratch.resampler),
                source.header.orientation,
            ))
        })?;
        let planes = Rc::new(planes);
        let samples: usize = self.reduced.iter().map(|(.., planes)| samples(planes)).sum();
        if samples + self::samples(&planes) > KEPT_BYTES {
            self.reduced.clear();
        }
        self.reduced.push((*reduction, scales, chroma, Rc::clone(&planes)));
        Some(planes)
    }

    fn decoded(
        &mut self,
        source: &Source,
        header: &Header,
        needed: Scales,
        wanted: Wanted,
        scratch: &mut Scratch,
    ) -> Option<&Decoded> {
        if let Some(at) = self.decoded.iter().position(|(known, _)| *known == needed) {
            return Some(&self.decoded[at].1);
        }
        let mut decoded = vec![(needed, scratch.spare.pop().unwrap_or_default())];
        decoded.extend(self.worth_having(header, needed, wanted).into_iter().map(|other| (other, Decoded::default())));
        let mut places = [None, None, None, None];
        for ([luma, chroma], decoded) in &mut decoded {
            places[*luma as usize] = Some((*chroma, decoded));
        }
        let results = scratch.decoder.decode_scales_into(&source.bytes, header, places);
        let scales: Vec<Scale> = decoded.iter().map(|([luma, _], _)| *luma).collect();
        if header.memory_of(&scales) > LEFT_BYTES {
            scratch.decoder = decoder();
        }
        decoded.retain(|([luma, _], _)| results[*luma as usize].is_ok());
        let bytes = |of: &[(Scales, Decoded)]| of.iter().map(|(_, kept)| samples(&kept.planes)).sum::<usize>();
        while !self.decoded.is_empty() && bytes(&self.decoded) + bytes(&decoded) > KEPT_BYTES {
            scratch.spare = vec![self.decoded.remove(0).1];
        }
        self.decoded.extend(decoded);
        self.decoded.iter().find(|(known, _)| *known == needed).map(|(_, decoded)| decoded)
    }

    /// The scales that are decoded beside these: those that will be needed, one of each scale of luma. To read the bits
    /// is most of the work, and once read they give these for little more.
    fn worth_having(&self, header: &Header, needed: Scales, wanted: Wanted) -> Vec<Scales> {
        let mut found = vec![needed];
        for other in self.expected.iter().map(|reduction| wanted.scales(reduction)) {
            let lumas: Vec<Scale> = found.iter().chain([&other]).map(|[luma, _]| *luma).collect();
            let is_new = !self.knows(other) && !lumas[..found.len()].contains(&other[0]);
            if is_new && header.memory_of(&lumas) <= DECODED_BYTES {
                found.push(other);
            }
        }
        found.split_off(1)
    }

    fn knows(&self, scales: Scales) -> bool {
        self.decoded.iter().any(|(known, _)| *known == scales)
    }
}

/// What is wanted of a source, but for the size.
#[derive(Clone, Copy)]
struct Wanted {
    favour: Favour,
    samples: Samples,
    chroma: Subsampling,
}

impl Wanted {
    fn scales(self, reduction: &Reduction) -> Scales {
        scales(reduction, self.favour, self.samples, self.chroma)
    }
}

/// Bytes that planes take.
fn samples(planes: &Planes) -> usize {
    planes.all().map(|plane| plane.samples().len()).sum()
}

impl Drop for Reader {
    fn drop(&mut self) {
        // Of all sizes, the one that the next picture is most likely to fit in.
        let fit = |decoded: &Decoded| samples(&decoded.planes) as u64 <= LEFT_BYTES;
        let largest = self.decoded.drain(..).filter(|(_, decoded)| fit(decoded)).max_by_key(|(scales, _)| *scales);
        SCRATCH.with_borrow_mut(|scratch| scratch.spare = largest.map(|(_, decoded)| decoded).into_iter().collect());
    }
}

/// The reduction, of the picture as it is stored.
fn reduced(
    decoded: &Decoded,
    stored: Stored,
    reduction: &Reduction,
    chroma: Subsampling,
    resampler: &mut Resampler,
) -> Planes {
    let (width, height) = (reduction.result.width as usize, reduction.result.height as usize);
    let mut plane = |from: &Plane, whole: Window, window: Window, (width, height), filter, light| {
        let window = stored.window(window).scaled(whole.width / stored.width, whole.height / stored.height);
        let [across, down] = stored.turned([width, height]);
        let mut plane = Plane::new(across, down);
        resampler.resample(from, window, filter, light, &mut plane);
        plane
    };
    let Planes { luma, chroma: colours } = &decoded.planes;
    let whole = decoded.luma_window;
    let luma = plane(luma, whole, reduction.window, (width, height), Filter::Lanczos3, Light::Linear);
    let colours = colours.as_ref().map(|colours| {
        let (size, window) = match chroma {
            Subsampling::None => ((width, height), reduction.window),
            Subsampling::Both => {
                let size = (width.div_ceil(2), height.div_ceil(2));
                (size, over_the_edge(reduction.window, (width, height), size))
            }
        };
        let whole = decoded.chroma_window;
        colours.each_ref().map(|colour| plane(colour, whole, window, size, Filter::Lanczos2, Light::AsCoded))
    });
    Planes { luma, chroma: colours }
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

fn upright(planes: Planes, orientation: u8) -> Planes {
    match Orientation::of(orientation) {
        None => planes,
        Some(orientation) => {
            let mut upright = Planes::default();
            planes.turn(orientation, &mut upright);
            upright
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_picture_leaves_no_memory_to_the_next_one() {
        let side = LEFT_BYTES.isqrt().try_into().unwrap();
        for (side, left) in [(side, 1), (side + 1, 0)] {
            let planes = Planes { luma: Plane::new(side, side), chroma: None };
            drop(Reader {
                expected: Vec::new(),
                decoded: vec![([Scale::Full; 2], Decoded { planes, ..Decoded::default() })],
                reduced: Vec::new(),
            });
            assert_eq!(SCRATCH.with_borrow(|scratch| scratch.spare.len()), left, "{side}");
        }
    }
}
