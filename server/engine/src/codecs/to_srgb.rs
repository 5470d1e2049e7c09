//! From the colours of an embedded RGB profile to sRGB, for a picture that has its final size or nearly so.
//!
//! The rendering intent is that of libvips' conversions, perceptual; for profiles of three curves and a matrix it is
//! the same as the relative colorimetric one. Profiles of greys and inks are left to libvips.
//!
//! Profiles come from strangers. What is handed to the parser is bounded, holds only the tags that say what colours
//! mean, and each of them once; whatever the parser does not take goes to libvips as well.

mod known;

use darkroom_planes::{Channels, MatrixShaper, Planes, Raster};
use known::WellKnown;
use moxcms::{ColorProfile, DataColorSpace, Layout, RenderingIntent, Transform8BitExecutor, TransformOptions};
use std::{
    cell::RefCell,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
};

/// Bytes of a profile that is read here. Those of RGB that work by tables have some hundred thousand.
const PROFILE_BYTES: usize = 1 << 20;

/// Conversions that a thread keeps, besides those of well-known profiles: one takes up to a millisecond to make and
/// up to 1 MB.
const KEPT_CONVERSIONS: usize = 8;

/// The picture in sRGB. `None` when the profile is broken, not one of RGB, or uses what is not known here.
pub(crate) fn to_srgb(raster: &Raster, profile: &[u8]) -> Option<Raster> {
    if !matches!(raster.channels(), Channels::Rgb | Channels::Rgba) {
        return None;
    }
    let conversion = conversion_of(profile)?;
    let transform = conversion.transform(raster.channels().has_alpha())?;
    let mut converted = Raster::new(raster.channels(), raster.width(), raster.height());
    guarded(|| {
        (0..raster.height()).all(|y| transform.transform(raster.row(y), converted.row_mut(y)).is_ok()).then_some(())
    })?;
    Some(converted)
}

/// The same without leaving the planes, for profiles of three curves and a matrix: `None` for all others, and for a
/// picture without chroma.
pub(crate) fn planes_to_srgb(planes: &Planes, profile: &[u8]) -> Option<Planes> {
    conversion_of(profile)?.shaper()?.to_srgb(planes)
}

/// Whether the profile is a well-known one of sRGB itself.
pub(super) fn is_known_srgb(profile: &[u8]) -> bool {
    WellKnown::of(profile) == Some(WellKnown::Srgb)
}

type Transform = Arc<Transform8BitExecutor>;

/// From the colours of one profile to sRGB: each way is made when it is first asked for.
struct Conversion {
    profile: ColorProfile,
    /// Of pixels without alpha and with it.
    transforms: [OnceLock<Option<Transform>>; 2],
    /// Of planes.
    shaper: OnceLock<Option<MatrixShaper>>,
}

impl Conversion {
    fn of(profile: ColorProfile) -> Self {
        Self { profile, transforms: Default::default(), shaper: OnceLock::new() }
    }

    /// `None` when the profile is broken, not one of RGB, or uses what is not known here.
    fn read(profile: &[u8]) -> Option<Self> {
        let essence = essence(profile)?;
        guarded(|| ColorProfile::new_from_slice(&essence).ok()).map(Self::of)
    }

    fn transform(&self, has_alpha: bool) -> Option<&Transform> {
        let make = || guarded(|| transform(&self.profile, if has_alpha { Layout::Rgba } else { Layout::Rgb }));
        self.transforms[usize::from(has_alpha)].get_or_init(make).as_ref()
    }

    fn shaper(&self) -> Option<&MatrixShaper> {
        self.shaper.get_or_init(|| guarded(|| shaper(&self.profile))).as_ref()
    }
}

fn conversion_of(profile: &[u8]) -> Option<Arc<Conversion>> {
    match WellKnown::of(profile) {
        Some(colours) => Some(colours.conversion()),
        None => KEPT.with_borrow_mut(|kept| kept.conversion_of(profile)),
    }
}

thread_local! {
    static KEPT: RefCell<Kept> = const { RefCell::new(Kept(Vec::new())) };
}

/// Conversions from the profiles that came last, the latest at the end.
struct Kept(Vec<(Box<[u8]>, Known)>);

/// `None` for what cannot be read.
type Known = Option<Arc<Conversion>>;

impl Kept {
    /// Profiles are compared whole: with a digest, a stranger could give the colours of his profile to the pictures
    /// of others.
    fn conversion_of(&mut self, profile: &[u8]) -> Known {
        if profile.len() > PROFILE_BYTES {
            return None;
        }
        let entry = match self.0.iter().position(|(bytes, _)| bytes[..] == *profile) {
            Some(index) => self.0.remove(index),
            None => (profile.into(), Conversion::read(profile).map(Arc::new)),
        };
        let conversion = entry.1.clone();
        if self.0.len() == KEPT_CONVERSIONS {
            self.0.remove(0);
        }
        self.0.push(entry);
        conversion
    }
}

fn transform(profile: &ColorProfile, layout: Layout) -> Option<Transform> {
    let options = TransformOptions {
        rendering_intent: RenderingIntent::Perceptual,
        allow_use_cicp_transfer: USE_CICP,
        ..TransformOptions::default()
    };
    profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, options).ok()
}

/// Curves that a CICP tag names, in place of the profile's: libvips' converter does not know of that tag.
const USE_CICP: bool = false;

/// `None` for a profile that has tables, which come before its matrix.
fn shaper(profile: &ColorProfile) -> Option<MatrixShaper> {
    if !profile.is_matrix_shaper() || profile.pcs != DataColorSpace::Xyz || profile.lut_a_to_b_perceptual.is_some() {
        return None;
    }
    let red = profile.build_r_linearize_table::<u8, 256, 8>(USE_CICP).ok()?;
    let green = profile.build_g_linearize_table::<u8, 256, 8>(USE_CICP).ok()?;
    let blue = profile.build_b_linearize_table::<u8, 256, 8>(USE_CICP).ok()?;
    let matrix = profile.transform_matrix(&ColorProfile::new_srgb()).to_f32().v;
    let (curves, factors) = ([*red, *green, *blue], matrix.as_flattened());
    let finite = curves.as_flattened().iter().chain(factors).all(|number| number.is_finite());
    finite.then_some(MatrixShaper { curves, matrix })
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
