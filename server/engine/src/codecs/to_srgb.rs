//! From the colours of an embedded RGB profile to sRGB, for a picture that has its final size or nearly so.
//!
//! The rendering intent is that of libvips' conversions, perceptual; for profiles of three curves and a matrix it is
//! the same as the relative colorimetric one. Profiles of greys and inks are left to libvips.
//!
//! Profiles come from strangers. What is handed to the parser is bounded, holds only the tags that say what colours
//! mean, and each of them once; whatever the parser does not take goes to libvips as well.

use darkroom_planes::{Channels, Raster};
use moxcms::{ColorProfile, Layout, RenderingIntent, Transform8BitExecutor, TransformOptions};
use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, LazyLock},
};

/// Bytes of a profile that is read here. Those of RGB that work by tables have some hundred thousand.
const PROFILE_BYTES: usize = 1 << 20;

/// Transforms that a thread keeps, besides those of well-known profiles: a transform takes up to a millisecond to
/// make and up to 1 MB.
const KEPT_TRANSFORMS: usize = 8;

/// The picture in sRGB. `None` when the profile is broken, not one of RGB, or uses what is not known here.
pub(crate) fn to_srgb(raster: &Raster, profile: &[u8]) -> Option<Raster> {
    let layout = match raster.channels() {
        Channels::Grey | Channels::GreyAlpha => return None,
        Channels::Rgb => Layout::Rgb,
        Channels::Rgba => Layout::Rgba,
    };
    let transform = transform_of(profile, layout)?;
    let mut converted = Raster::new(raster.channels(), raster.width(), raster.height());
    guarded(|| {
        (0..raster.height()).all(|y| transform.transform(raster.row(y), converted.row_mut(y)).is_ok()).then_some(())
    })?;
    Some(converted)
}

/// Whether the profile is a well-known one of sRGB itself.
pub(super) fn is_known_srgb(profile: &[u8]) -> bool {
    WellKnown::of(profile) == Some(WellKnown::Srgb)
}

/// Colours that many files have, in profiles that are the same byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum WellKnown {
    Srgb,
    DisplayP3,
    AdobeRgb,
}

impl WellKnown {
    /// Lengths in bytes and digests of files.
    const PROFILES: [(usize, u64, Self); 6] = [
        // sRGB IEC61966-2.1 of Hewlett-Packard, with two dates.
        (3144, 0x56d2_cbfc_a6b5_4318, Self::Srgb),
        (3144, 0x15f0_d93d_5a6c_822f, Self::Srgb),
        // sRGB IEC61966-2.1, version 4, of small encoders.
        (596, 0xe8a3_3e37_d747_9a46, Self::Srgb),
        (596, 0x9d63_61a1_dfd3_42e1, Self::Srgb),
        // Apple's.
        (548, 0x5bb4_bd02_3af9_bff6, Self::DisplayP3),
        // Artifex Software A98.
        (564, 0x8944_ead9_6c77_a986, Self::AdobeRgb),
    ];

    /// A stranger who makes a profile of the same digest spoils the colours of his own picture alone.
    fn of(profile: &[u8]) -> Option<Self> {
        let mut with_length = Self::PROFILES.iter().filter(|(length, ..)| *length == profile.len()).peekable();
        with_length.peek()?;
        let digest = digest(profile);
        with_length.find(|(_, known, _)| *known == digest).map(|(.., colours)| *colours)
    }

    fn profile(self) -> ColorProfile {
        match self {
            Self::Srgb => ColorProfile::new_srgb(),
            Self::DisplayP3 => ColorProfile::new_display_p3(),
            Self::AdobeRgb => ColorProfile::new_adobe_rgb(),
        }
    }
}

/// FNV-1a.
fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |digest, byte| (digest ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3))
}

type Transform = Arc<Transform8BitExecutor>;

fn transform_of(profile: &[u8], layout: Layout) -> Option<Transform> {
    match WellKnown::of(profile) {
        Some(colours) => ready_made(colours, layout),
        None => KEPT.with_borrow_mut(|kept| kept.transform_of(profile, layout)),
    }
}

/// The transform of well-known colours: made once and kept.
fn ready_made(colours: WellKnown, layout: Layout) -> Option<Transform> {
    type Both = LazyLock<[Option<Transform>; 2]>;
    fn both(colours: WellKnown) -> [Option<Transform>; 2] {
        [Layout::Rgb, Layout::Rgba].map(|layout| make(&colours.profile(), layout))
    }
    static SRGB: Both = LazyLock::new(|| both(WellKnown::Srgb));
    static DISPLAY_P3: Both = LazyLock::new(|| both(WellKnown::DisplayP3));
    static ADOBE_RGB: Both = LazyLock::new(|| both(WellKnown::AdobeRgb));
    let both = match colours {
        WellKnown::Srgb => &SRGB,
        WellKnown::DisplayP3 => &DISPLAY_P3,
        WellKnown::AdobeRgb => &ADOBE_RGB,
    };
    both[usize::from(layout.has_alpha())].clone()
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept(Vec::new())) };
}

/// Transforms of the profiles that came last, the latest at the end; `None` for what cannot be read.
struct Kept(Vec<(Box<[u8]>, Layout, Option<Transform>)>);

impl Kept {
    /// Profiles are compared whole: with a digest, a stranger could give the colours of his profile to the pictures
    /// of others.
    fn transform_of(&mut self, profile: &[u8], layout: Layout) -> Option<Transform> {
        if profile.len() > PROFILE_BYTES {
            return None;
        }
        let found = self.0.iter().position(|(bytes, of, _)| *of == layout && bytes[..] == *profile);
        let entry = match found {
            Some(index) => self.0.remove(index),
            None => (profile.into(), layout, read(profile, layout)),
        };
        let transform = entry.2.clone();
        if self.0.len() == KEPT_TRANSFORMS {
            self.0.remove(0);
        }
        self.0.push(entry);
        transform
    }
}

fn read(profile: &[u8], layout: Layout) -> Option<Transform> {
    let essence = essence(profile)?;
    guarded(|| make(&ColorProfile::new_from_slice(&essence).ok()?, layout))
}

fn make(profile: &ColorProfile, layout: Layout) -> Option<Transform> {
    let options = TransformOptions {
        rendering_intent: RenderingIntent::Perceptual,
        // libvips' converter does not know of it.
        allow_use_cicp_transfer: false,
        ..TransformOptions::default()
    };
    profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, options).ok()
}

/// The profile with no tags but those that matter, or `None` when it is not a usual one of RGB, or has one of them
/// twice: many tags that share their bytes would take very long to read.
fn essence(profile: &[u8]) -> Option<Vec<u8>> {
    const TAGS: [&[u8; 4]; 7] = [b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC", b"A2B0"];
    const CLASSES: [&[u8; 4]; 4] = [b"scnr", b"mntr", b"prtr", b"spac"];
    const MAX_TAGS: usize = 100;
    let class: &[u8; 4] = profile.get(12..)?.first_chunk()?;
    let is_rgb = matches!(profile.get(16..24)?, b"RGB XYZ " | b"RGB Lab ");
    let count = usize::try_from(u32::from_be_bytes(*profile.get(128..)?.first_chunk()?)).ok()?;
    if !CLASSES.contains(&class) || !is_rgb || count > MAX_TAGS {
        return None;
    }
    let mut essence = profile.to_vec();
    let mut seen = Vec::new();
    for entry in essence.get_mut(132..132 + 12 * count)?.chunks_exact_mut(12) {
        let name = *entry.first_chunk()?;
        // Of floating point: what libvips' converter prefers and moxcms does not know.
        if name == *b"D2B0" {
            return None;
        }
        if !TAGS.contains(&&name) {
            entry.fill(0);
        } else if seen.contains(&name) {
            return None;
        } else {
            seen.push(name);
        }
    }
    Some(essence)
}

/// A parser that gives up in its own way must not take the picture with it.
fn guarded<T>(body: impl FnOnce() -> Option<T>) -> Option<T> {
    catch_unwind(AssertUnwindSafe(body)).ok().flatten()
}

#[cfg(test)]
mod tests;
