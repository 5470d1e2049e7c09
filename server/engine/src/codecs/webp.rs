//! WebP, still and animated.

mod strip;

pub(super) use strip::strip;

use super::Encoding;
use crate::{
    Error,
    vips::{Image, Operation, Result},
};
use bytes::Bytes;
use darkroom_encoders::webp::{LosslessSettings, Pixels, encode_lossless};
use darkroom_planes::{Channels, Raster};

/// Decodes at 1/2, 1/4 or 1/8 of the size.
pub(super) fn load_shrunk(load: impl Fn() -> Result<Operation>, shrink: u32) -> Result<Option<Image>> {
    match shrink {
        1 => Ok(None),
        shrink => load()?.double(c"scale", 1.0 / f64::from(shrink)).run().map(Some),
    }
}

/// Effort 2 of 6: from there on each step costs much time for few bytes.
///
/// Frames of an `animation` are written with loss or without, whichever is smaller: it takes a tenth more time,
/// and what comes from a GIF may get half as large.
pub(super) fn save(save: Operation, encoding: Encoding, animation: bool) -> Operation {
    /// Without loss the "quality" is the patience of the search, and this is the usual one.
    const LOSSLESS: i32 = 75;
    let quality = if encoding.lossless { LOSSLESS } else { quality(encoding) };
    let save = save.bool(c"mixed", animation && !encoding.lossless);
    save.int(c"Q", quality).bool(c"lossless", encoding.lossless).int(c"effort", 2)
}

/// The same for a still with loss.
pub(super) fn settings(encoding: Encoding) -> darkroom_encoders::webp::Settings {
    let quality = u8::try_from(quality(encoding)).unwrap_or(100);
    darkroom_encoders::webp::Settings::for_quality(quality, encoding.profile_of_encoders())
}

/// A still of colours without loss, as libvips' saver would write it.
pub(super) fn exact(raster: &Raster, profile: Option<&[u8]>) -> std::result::Result<Bytes, Error> {
    let pixels = match raster.channels() {
        Channels::Rgb => Pixels::Rgb(raster.samples()),
        Channels::Rgba => Pixels::Rgba(raster.samples()),
        Channels::Grey | Channels::GreyAlpha => return exact(&raster.clone().with_colours(), profile),
    };
    let metadata = darkroom_encoders::Metadata { icc: profile, exif: None, xmp: None };
    let file = encode_lossless(pixels, raster.width(), raster.height(), LosslessSettings::default(), &metadata);
    file.map(Bytes::from).map_err(|error| Error::Internal(format!("WebP could not be written: {error}")))
}

/// As asked; but of a JPEG no better than it was. On its way to WebP a photo keeps the same luma PSNR at
/// 32, 53, 75 and 85 for 30, 50, 70 and 80 of JPEG.
fn quality(encoding: Encoding) -> i32 {
    let asked = i32::from(encoding.quality);
    encoding.source_quality.map_or(asked, |was| asked.min(i32::from(was) + i32::from(was) / 14))
}
