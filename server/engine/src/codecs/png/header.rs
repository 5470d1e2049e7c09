//! The header of a PNG, read without libvips: on the raster road nothing else would need it.

use super::chunks::{Chunk, before_pixels};
use crate::{
    codecs::{
        exif::{self, Resolution},
        header::{ASSUMED_DENSITY, Header},
    },
    vips::BandFormat,
};
use flate2::read::ZlibDecoder;
use std::io::Read;

/// Bytes of an unpacked profile. Those that work by tables have some hundred thousand.
const PROFILE_BYTES: u64 = 4 << 20;

/// Pixels along a side that libvips can hold.
const MAX_SIDE_PX: u32 = 10_000_000;

/// What libvips would say of the file. `None` where it says anything unusual, of which readers may think differently:
/// libvips has the last word on those.
pub(in crate::codecs) fn read(file: &[u8]) -> Option<Header> {
    let chunks = before_pixels(file)?;
    let (first, rest) = chunks.split_first()?;
    let &[w0, w1, w2, w3, h0, h1, h2, h3, depth, kind, 0, 0, interlace @ 0..=1] = first.data else {
        return None;
    };
    let [width, height] = [[w0, w1, w2, w3], [h0, h1, h2, h3]].map(u32::from_be_bytes);
    let is_known = matches!((kind, depth), (0, 1 | 2 | 4 | 8 | 16) | (2 | 4 | 6, 8 | 16) | (3, 1 | 2 | 4 | 8));
    let fits = [width, height].iter().all(|side| (1..=MAX_SIDE_PX).contains(side));
    if first.kind != b"IHDR" || !is_known || !fits {
        return None;
    }
    let said = Said::by(rest, kind)?;
    let colours = if matches!(kind, 0 | 4) { 1 } else { 3 };
    let has_alpha = matches!(kind, 4 | 6) || said.is_clear;
    Some(Header {
        width,
        height,
        bands: colours + u32::from(has_alpha),
        has_alpha,
        band_format: if depth == 16 { BandFormat::Ushort } else { BandFormat::Uchar },
        is_interlaced: interlace == 1,
        frames: 1,
        orientation: said.orientation,
        density: said.density,
        profile: said.profile,
    })
}

/// What stands between the first chunk and the pixels.
struct Said {
    /// A colour is transparent, or some of the palette are.
    is_clear: bool,
    orientation: u8,
    density: Option<f64>,
    profile: Option<Vec<u8>>,
}

impl Said {
    /// Of a picture of this kind of colours, as the header numbers them.
    fn by(chunks: &[Chunk<'_>], kind: u8) -> Option<Self> {
        const PALETTE: u8 = 3;
        let mut seen: Vec<&[u8]> = Vec::new();
        let mut said = Self { is_clear: false, orientation: 1, density: Some(ASSUMED_DENSITY), profile: None };
        let mut colours = 0;
        for Chunk { kind: name, data, whole: _ } in chunks {
            match *name {
                b"PLTE" => {
                    // Beside true colours it is a suggestion; grey has none.
                    let is_right = data.len().is_multiple_of(3) && (3..=768).contains(&data.len());
                    if !is_right || !matches!(kind, 2 | PALETTE | 6) {
                        return None;
                    }
                    colours = data.len() / 3;
                }
                b"tRNS" => {
                    let is_right = match kind {
                        0 => data.len() == 2,
                        2 => data.len() == 6,
                        PALETTE => (1..=colours).contains(&data.len()),
                        _ => false,
                    };
                    said.is_clear = is_right.then_some(true)?;
                }
                b"pHYs" => {
                    let &[x0, x1, x2, x3, _, _, _, _, unit @ 0..=1] = *data else {
                        return None;
                    };
                    let across = f64::from(u32::from_be_bytes([x0, x1, x2, x3]));
                    // libvips counts in pixels per millimetre, and takes a number without a unit for such.
                    said.density = Some(if unit == 1 { across / 1000.0 * 25.4 } else { across * 25.4 });
                }
                b"sRGB" if said.profile.is_some() => return None,
                b"iCCP" if colours == 0 && !seen.contains(&&b"sRGB"[..]) => {
                    let profile = unpacked(data).filter(|profile| is_usual(profile, matches!(kind, 0 | 4)));
                    said.profile = Some(profile?);
                }
                b"iCCP" => return None,
                b"sRGB" => {}
                b"eXIf" => {
                    let exif = exif::read(data)?;
                    said.orientation = exif.orientation;
                    if exif.resolution != Resolution::Unsaid {
                        said.density = None;
                    }
                }
                _ if name[0].is_ascii_uppercase() => return None,
                _ => continue,
            }
            if seen.contains(name) {
                return None;
            }
            seen.push(name);
        }
        (kind != PALETTE || colours > 0).then_some(said)
    }
}

/// A profile behind its name.
fn unpacked(chunk: &[u8]) -> Option<Vec<u8>> {
    let end = chunk.iter().take(80).position(|byte| *byte == 0)?;
    let name = &chunk[..end];
    // As the format has it: spaces stand alone, and neither first nor last.
    let mut words = name.split(|byte| *byte == b' ');
    if !words.all(|word| !word.is_empty() && word.iter().all(|byte| matches!(byte, 33..=126 | 161..=255))) {
        return None;
    }
    let packed = chunk[end + 1..].strip_prefix(&[0])?;
    let mut profile = Vec::new();
    ZlibDecoder::new(packed).take(PROFILE_BYTES).read_to_end(&mut profile).ok()?;
    (!profile.is_empty() && (profile.len() as u64) < PROFILE_BYTES).then_some(profile)
}

/// Whether it is a profile that no reader would refuse, by its header and where its tags lie.
fn is_usual(profile: &[u8], is_grey: bool) -> bool {
    const TAGS: usize = 132;
    const TAG_BYTES: usize = 12;
    const MAX_TAGS: usize = 100;
    let number = |at: usize| {
        let number = profile.get(at..)?.first_chunk().copied().map(u32::from_be_bytes);
        usize::try_from(number?).ok()
    };
    let has = |at: usize, names: &[&[u8; 4]]| names.iter().any(|name| profile.get(at..at + 4) == Some(&name[..]));
    let is_framed = number(0) == Some(profile.len()) && profile.len().is_multiple_of(4) && has(36, &[b"acsp"]);
    let is_of_colours = has(12, &[b"scnr", b"mntr", b"prtr", b"spac"])
        && has(16, if is_grey { &[b"GRAY"] } else { &[b"RGB "] })
        && has(20, &[b"XYZ ", b"Lab "]);
    let has_intent = number(64).is_some_and(|intent| intent < 4);
    let Some(count) = number(128).filter(|count| (1..=MAX_TAGS).contains(count)) else {
        return false;
    };
    let lies_inside = |tag: usize| {
        let (start, length) = (number(TAGS + tag * TAG_BYTES + 4), number(TAGS + tag * TAG_BYTES + 8));
        start.zip(length).is_some_and(|(start, length)| start.saturating_add(length) <= profile.len())
    };
    is_framed && is_of_colours && has_intent && (0..count).all(lies_inside)
}

#[cfg(test)]
mod tests;
