//! How AVIF is written.

use crate::Profile;
use darkroom_planes::Subsampling;

/// Settings of libaom for a still picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// libaom's quantiser for the picture, 0 (best) to 63.
    pub quantiser: u8,
    /// The same for alpha.
    pub alpha_quantiser: u8,
    /// libaom's speed, up to 9; 8 takes four times as long.
    pub speed: u8,
    /// Threads that libaom may use; fewer are used of a small picture.
    pub threads: u8,
    /// What becomes of chroma that is not subsampled: it is kept, or averaged. Chroma that has been subsampled
    /// stays so.
    pub subsampling: Subsampling,
}

impl Settings {
    /// The settings that reach what is asked by `quality`, on the scale of JPEG from 1 to 100.
    pub fn for_quality(quality: u8, profile: Profile) -> Self {
        let _ = profile;
        let quantiser = 63 - u8::try_from(u16::from(quality.clamp(1, 100)) * 60 / 100).unwrap_or(60);
        Self { quantiser, alpha_quantiser: quantiser / 2, speed: 9, threads: 1, subsampling: Subsampling::Both }
    }
}
