//! Colours and alpha, taken apart and put together again.

use crate::{Error, vips};
use vips::{BandFormat, Image};

/// Runs `mix` on colours that are multiplied by alpha, so that the invisible colour of transparent pixels
/// does not bleed into their neighbours as a dark or bright fringe. Opaque images go in as they are. The
/// result has 8 bits, whatever `mix` reckons in.
pub(super) fn premultiplied(image: &Image, mix: impl FnOnce(&Image) -> vips::Result<Image>) -> Result<Image, Error> {
    if image.has_alpha() {
        return to_8_bits(&mix(&image.premultiply()?)?.unpremultiply()?);
    }
    let mixed = mix(image)?;
    if mixed.band_format() == BandFormat::Uchar { Ok(mixed) } else { to_8_bits(&mixed) }
}

/// Changes the three bands of colour and leaves alpha as it is. `change` may give floats: they are rounded.
pub(super) fn colours_changed(
    image: &Image,
    change: impl FnOnce(&Image) -> Result<Image, Error>,
) -> Result<Image, Error> {
    let changed = to_8_bits(&change(&image.extract_bands(0, 3)?)?)?;
    Ok(if image.has_alpha() { changed.bandjoin(&alpha(image)?)? } else { changed })
}

/// The alpha band of an image that has one.
pub(super) fn alpha(image: &Image) -> Result<Image, Error> {
    Ok(image.extract_bands(image.bands() - 1, 1)?)
}

/// Multiplies alpha by a mask of one band and the same size, 0 to 255.
pub(super) fn multiplied_by_mask(image: &Image, mask: &Image) -> Result<Image, Error> {
    if !image.has_alpha() {
        return Ok(image.bandjoin(mask)?);
    }
    let both = alpha(image)?.multiply(mask)?.linear(&[255.0_f64.recip()], &[0.0], false)?;
    Ok(image.extract_bands(0, image.bands() - 1)?.bandjoin(&to_8_bits(&both)?)?)
}

/// To 8 bits, rounded to nearest.
pub(super) fn to_8_bits(image: &Image) -> Result<Image, Error> {
    Ok(image.operation(c"round")?.string(c"round", "rint").run()?.cast_uchar()?)
}

/// The average of the numbers around each pixel, by `blur`, where a pixel counts as much as it is visible.
/// Floats; without alpha every pixel counts alike.
pub(super) fn average(
    numbers: &Image,
    alpha: Option<&Image>,
    blur: impl Fn(&Image) -> vips::Result<Image>,
) -> Result<Image, Error> {
    let numbers = numbers.cast_float()?;
    let Some(alpha) = alpha else { return Ok(blur(&numbers)?) };
    let alpha = alpha.cast_float()?;
    Ok(blur(&numbers.multiply(&alpha)?)?.divide(&blur(&alpha)?)?)
}

/// How bright a colour is, reckoned with gamma-encoded values.
pub(super) mod luma {
    use super::{Error, Image};

    /// Of red, green and blue; ITU-R BT.709. They add up to 1.
    pub(in crate::language) const WEIGHTS: [f64; 3] = [0.2126, 0.7152, 0.0722];

    /// One band of floats, 0 to 255.
    pub(in crate::language) fn of(colours: &Image) -> Result<Image, Error> {
        Ok(colours.recomb(&[WEIGHTS])?)
    }
}
