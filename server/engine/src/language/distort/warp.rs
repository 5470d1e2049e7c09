//! Takes each pixel of the result from some place of the image.

use crate::{
    Error,
    language::{
        Size,
        alpha::{multiplied_by_mask, to_8_bits},
    },
    vips::{self, Image, Kernel},
};

/// Pixels that are computed for one of the result, along each side, at most.
const MAX_SAMPLES: f64 = 3.0;
/// Pixels of the larger picture from which those of the result are averaged.
const MAX_SAMPLED_PIXELS: f64 = 12_000_000.0;
/// Copies of the edge around the image, for the pixels that an interpolation looks at.
const MARGIN: i32 = 3;

/// How far one goes in the image for one pixel of the result, along x and along y.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fineness {
    least: [f64; 2],
    most: [f64; 2],
}

impl Fineness {
    /// From the places of the result where the steps are smallest and largest.
    pub(super) fn over(steps: &[[f64; 2]]) -> Self {
        let fold = |axis: usize, start: f64, choose: fn(f64, f64) -> f64| {
            steps.iter().map(|step| step[axis]).fold(start, choose)
        };
        let axes = [0, 1];
        Self {
            least: axes.map(|axis| fold(axis, f64::MAX, f64::min)),
            most: axes.map(|axis| fold(axis, 0.0, f64::max)),
        }
    }

    /// How much smaller the image may be before: where it is shown largest, nothing may be lost. The smaller image is
    /// kept in memory as floats, so it has a quarter of the pixels at most.
    fn shrink(self) -> [f64; 2] {
        self.least.map(|step| if step >= 2.0 { step } else { 1.0 })
    }

    /// Pixels along each side to take the average of, where the image is shown smallest.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1 to 3
    fn samples(self, size: Size) -> u32 {
        let [across, down] = self.shrink();
        let steps = (self.most[0] / across).max(self.most[1] / down);
        let pixels = f64::from(size.width) * f64::from(size.height);
        let affordable = (MAX_SAMPLED_PIXELS / pixels).sqrt().floor();
        // A step of a little over one pixel loses nothing.
        (steps - 0.25).ceil().min(MAX_SAMPLES).min(affordable).max(1.0) as u32
    }
}

/// A result of this size with alpha. `index` turns places of the result, in pixels from its top left, into places
/// of the image: two bands, x and y. `inside` says how much of the pixel around a place of the result the image
/// covers, 0 to 1.
pub(super) fn warp(
    image: &Image,
    size: Size,
    fineness: Fineness,
    index: impl Fn(&Image) -> vips::Result<Image>,
    inside: impl Fn(f64, f64) -> f64,
) -> Result<Image, Error> {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let source = if image.has_alpha() { image.premultiply()? } else { image.cast_float()? };
    let [across, down] = fineness.shrink();
    let source = if across > 1.0 || down > 1.0 {
        let scale = |shrink: f64, side: f64| shrink.recip().max(side.recip());
        // Small enough to keep: each tile of the result may look anywhere.
        source.resize(scale(across, width), scale(down, height), Kernel::Lanczos3)?.in_memory()?
    } else {
        source
    };
    let (columns, rows) = (source.width(), source.height());
    let margin = 2 * MARGIN.unsigned_abs();
    let source = source.embed_extend(MARGIN, MARGIN, columns + margin, rows + margin, "copy")?;

    let samples = fineness.samples(size);
    let finer = f64::from(samples).recip();
    let places = Image::coordinates(size.width * samples, size.height * samples)?.linear(&[finer], &[0.0], false)?;
    let scale = [f64::from(columns) / width, f64::from(rows) / height];
    // The first pixel's centre lies half a pixel in, and is 0 for the interpolation.
    let shift = [f64::from(MARGIN) - 0.5; 2];
    let index = index(&places)?.clamped(&[width, height])?.linear(&scale, &shift, false)?;
    let warped = source.operation(c"mapim")?.image(c"index", &index).interpolate(c"interpolate", c"bicubic").run()?;
    let warped = if samples > 1 {
        let samples = f64::from(samples);
        warped.operation(c"shrink")?.double(c"hshrink", samples).double(c"vshrink", samples).run()?
    } else {
        warped
    };
    let warped = if image.has_alpha() { warped.unpremultiply()? } else { warped };
    multiplied_by_mask(&to_8_bits(&warped)?, &mask(size, inside)?)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
fn mask(size: Size, inside: impl Fn(f64, f64) -> f64) -> Result<Image, Error> {
    let mut mask = Vec::with_capacity(size.width as usize * size.height as usize);
    for y in 0..size.height {
        let y = f64::from(y) + 0.5;
        mask.extend((0..size.width).map(|x| (inside(f64::from(x) + 0.5, y) * 255.0).round() as u8));
    }
    Ok(Image::from_memory(mask.into(), size.width, size.height, 1)?)
}
