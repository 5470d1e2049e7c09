//! In which light pixels are mixed while they are scaled.
//!
//! The numbers of a picture follow the eye, not the light: 128 is a fifth of the light of 255. A pixel that
//! stands for many must give off the light of them all, and an average of coded values is darker than that:
//! lamps at night, stars, twigs before the sky, thin white lines and all fine texture fade. So what gets
//! smaller is averaged in linear light. What gets larger is drawn between coded values: there is nothing to
//! average, and the rings that a sharp kernel draws along edges are as strong on both sides for the eye
//! then; in linear light those on the dark side would be black borders.

use crate::{
    Error,
    language::{
        alpha::{alpha, premultiplied, to_8_bits},
        oklab::{encoded, linear},
    },
    vips::{self, Image},
};
use std::sync::OnceLock;

/// What the weights of a kernel are applied to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Light {
    /// Amounts of light, by the curve of sRGB. Colours of another profile (`cp-true`) are taken for sRGB's:
    /// the curves of the profiles in use are close to it, and the way back undoes the way there.
    Linear,
    /// The numbers as they are.
    AsCoded,
}

impl Light {
    /// The light for a scaling by these factors: one for both sides, since they are scaled in one go. When one
    /// side shrinks and the other grows, what counts is whether the result has fewer pixels than the source.
    ///
    /// Every road from a source to a result asks here, so that none of them means something else. When both
    /// factors are 1 no pixel is mixed, and nobody asks.
    pub(crate) fn of(across: f64, down: f64) -> Self {
        if across * down < 1.0 { Self::Linear } else { Self::AsCoded }
    }

    /// Runs `scale` on the pixels in this light, their colours multiplied by alpha. The result has 8 bits and
    /// is coded as the image was.
    pub(super) fn scaled(
        self,
        image: &Image,
        scale: impl FnOnce(&Image) -> vips::Result<Image>,
    ) -> Result<Image, Error> {
        let Tables { light, light_with_alpha, coded } = match self {
            Self::Linear => tables()?,
            Self::AsCoded => return premultiplied(image, scale),
        };
        // Floats: libvips' weights for 16 bits add up to a little less than 1, which darkens. To levels the
        // fraction is cut off, a twentieth of a step between two coded values at most.
        let coded = |colours: &Image| colours.cast_ushort()?.mapped(coded);
        // libvips gives the result what the table means, which is nothing.
        let srgb = |image: Image| image.operation(c"copy")?.string(c"interpretation", "srgb").run();
        if !image.has_alpha() {
            return Ok(srgb(coded(&scale(&image.mapped(light)?)?)?)?);
        }
        let visible = image.mapped(light_with_alpha)?.premultiply_by(OPAQUE)?;
        let image = scale(&visible)?.unpremultiply_by(OPAQUE)?;
        let colours = coded(&image.extract_bands(0, 3)?)?;
        Ok(srgb(colours.bandjoin(&to_8_bits(&alpha(&image)?)?)?)?)
    }
}

/// The alpha of a pixel that hides all behind it.
const OPAQUE: f64 = 255.0;

/// Levels of linear light: so many that the darkest colours, of which there is one for each twenty levels,
/// come back as they were.
const LEVELS: u16 = u16::MAX;

struct Tables {
    /// From coded values to levels of light, as floats; one row for any number of bands.
    light: Image,
    /// The same for three bands of colour, and alpha as it is.
    light_with_alpha: Image,
    /// From levels of light to the nearest coded values.
    coded: Image,
}

/// Made once in a process: a resize costs less than the 65536 powers of the way back.
fn tables() -> vips::Result<&'static Tables> {
    static TABLES: OnceLock<vips::Result<Tables>> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        let levels: Vec<f64> = (0..=255).map(|value| (linear(value) * f32::from(LEVELS)).round().into()).collect();
        let alpha: Vec<f64> = (0..=255).map(f64::from).collect();
        let values: Vec<f64> = (0..=LEVELS).map(|level| encoded(f32::from(level) / f32::from(LEVELS)).into()).collect();
        let row = |numbers: &[f64]| Image::matrix(numbers.len(), numbers);
        let (levels, alpha) = (row(&levels)?.cast_float()?, row(&alpha)?.cast_float()?);
        let light_with_alpha = levels.bandjoin(&levels)?.bandjoin(&levels)?.bandjoin(&alpha)?;
        // What comes from a table of several bands means what the table does.
        let light_with_alpha = light_with_alpha.operation(c"copy")?.string(c"interpretation", "srgb").run()?;
        Ok(Tables {
            light: levels.in_memory()?,
            light_with_alpha: light_with_alpha.in_memory()?,
            coded: row(&values)?.cast_uchar()?.in_memory()?,
        })
    });
    tables.as_ref().map_err(Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grey(values: &[u8], alpha: Option<u8>) -> Image {
        let pixels: Vec<u8> = values.iter().flat_map(|value| [*value; 3].into_iter().chain(alpha)).collect();
        let bands = if alpha.is_some() { 4 } else { 3 };
        Image::from_memory(pixels.into(), u32::try_from(values.len()).unwrap_or(0), 1, bands).expect("an image")
    }

    #[test]
    fn it_is_linear_for_what_has_fewer_pixels() {
        for (across, down) in [(0.5, 0.5), (0.999, 1.0), (1.0, 0.3), (0.4, 2.0), (1.5, 0.6)] {
            assert_eq!(Light::of(across, down), Light::Linear, "{across} {down}");
        }
        for (across, down) in [(2.0, 2.0), (1.0, 1.001), (0.5, 2.0), (0.9, 3.0), (1.0, 1.0)] {
            assert_eq!(Light::of(across, down), Light::AsCoded, "{across} {down}");
        }
    }

    #[test]
    fn what_is_not_mixed_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        for light in [Light::Linear, Light::AsCoded] {
            for alpha in [None, Some(255), Some(128), Some(1)] {
                let image = grey(&all, alpha);
                let same = light.scaled(&image, |image| Ok(image.clone())).expect("the image");
                assert_eq!(same.to_memory().ok(), image.to_memory().ok(), "{light:?} {alpha:?}");
                assert_eq!(same.interpretation(), image.interpretation(), "{light:?} {alpha:?}");
            }
        }
    }

    #[test]
    fn an_average_is_one_of_light_or_of_numbers() {
        let halved = |light: Light, alpha: Option<u8>| {
            let scaled = light.scaled(&grey(&[0, 255].repeat(8), alpha), |image| image.reduce(0.5, 1.0));
            scaled.expect("an image").extract_area(4, 0, 1, 1).and_then(|pixel| pixel.to_memory()).expect("a pixel")
        };
        // Half of the light, and half of the number.
        for (light, average) in [(Light::Linear, 188), (Light::AsCoded, 128)] {
            let near = |value: u8| value.abs_diff(average) <= 1;
            assert!(halved(light, None).iter().all(|value| near(*value)), "{:?}", halved(light, None));
            let half = halved(light, Some(128));
            assert!(half[..3].iter().all(|value| near(*value)) && half[3] == 128, "{half:?}");
        }
    }
}
