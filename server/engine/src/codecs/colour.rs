//! Whatever a decoder gives → upright pixels of 8 bits in three bands of colour, and alpha.

use super::{Source, profile, to_srgb::is_known_srgb, unreadable};
use crate::{
    Error,
    vips::{BandFormat, Image, Interpretation, Result},
};

pub(crate) use super::header::PROFILE;

/// The ICC profile of a file.
#[derive(Debug)]
pub(crate) struct EmbeddedProfile {
    pub(crate) bytes: Vec<u8>,
    /// It means sRGB: the colours are right as they are.
    pub(crate) is_srgb: bool,
}

impl EmbeddedProfile {
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        let is_srgb = is_srgb(&bytes);
        Self { bytes, is_srgb }
    }
}

fn is_srgb(bytes: &[u8]) -> bool {
    is_known_srgb(bytes) || profile::is_srgb(bytes)
}

/// Applies the EXIF orientation and takes it away. What a decoder streams from the top is read into memory
/// first, unless it is only mirrored within its rows.
pub(crate) fn upright(image: &Image, source: &Source) -> std::result::Result<Image, Error> {
    let image = match source.header.orientation {
        1 => return Ok(image.clone()),
        2 => image.clone(),
        _ => image.in_memory().map_err(unreadable)?,
    };
    Ok(image.autorot()?)
}

/// To sRGB, by the embedded profile when there is one that works. With `keep_profile` an RGB image keeps
/// the numbers and the profile that it has; inks and greys are converted all the same, because their
/// profiles do not fit the three bands that steps and formats want.
pub(crate) fn normalise(image: &Image, keep_profile: bool) -> Result<Image> {
    let image = known_bands(image)?;
    let kept = keep_profile && is_rgb(&image);
    let image = if kept || !wants_profile(&image) { image } else { by_profile(&image) };
    let image = match image.interpretation() {
        Interpretation::Srgb if image.band_format() == BandFormat::Uchar => image,
        _ => image.colourspace("srgb")?,
    };
    let image = if image.band_format() == BandFormat::Uchar { image } else { image.cast_uchar()? };
    if kept { Ok(image) } else { image.edit_metadata(drop_profile) }
}

fn drop_profile(edit: &mut crate::vips::MetadataEdit) {
    edit.remove(PROFILE);
}

fn is_rgb(image: &Image) -> bool {
    matches!(image.interpretation(), Interpretation::Srgb | Interpretation::Rgb16)
}

fn wants_profile(image: &Image) -> bool {
    image.get_blob(PROFILE).is_some_and(|profile| !is_srgb(&profile))
}

/// Converts, or gives the image back when the profile is broken or made for other colours; what follows
/// converts inks by a usual profile then.
fn by_profile(image: &Image) -> Image {
    // 16 bits are brought to 8 first: the result has 8, and libvips then scales alpha along.
    let narrow = match image.interpretation() {
        Interpretation::Rgb16 => image.colourspace("srgb"),
        Interpretation::Grey16 => image.colourspace("b-w"),
        _ => Ok(image.clone()),
    };
    narrow.and_then(|narrow| narrow.icc_transform("srgb", None)).unwrap_or_else(|_| image.clone())
}

/// TIFF can hold any number of bands: what is beyond grey, RGB or CMYK and alpha is left out.
fn known_bands(image: &Image) -> Result<Image> {
    let colours = match image.interpretation() {
        Interpretation::Grey | Interpretation::Grey16 => 1,
        Interpretation::Srgb | Interpretation::Rgb16 | Interpretation::ScRgb | Interpretation::Lab => 3,
        Interpretation::Cmyk => 4,
        Interpretation::Other => {
            if image.bands() >= 3 {
                3
            } else {
                1
            }
        }
    };
    let wanted = colours + u32::from(image.has_alpha());
    let image = if image.bands() > wanted { image.extract_bands(0, wanted)? } else { image.clone() };
    if image.interpretation() != Interpretation::Other {
        return Ok(image);
    }
    let space = if colours == 1 { "b-w" } else { "srgb" };
    let image = if image.band_format() == BandFormat::Uchar { image } else { image.cast_uchar()? };
    image.operation(c"copy")?.string(c"interpretation", space).run()
}
