//! Gaussian blurs to the precision of floats, for steps that look at the difference, or whose edge shows.

use crate::vips::{self, Image, Kernel};

/// Beyond this many standard deviations nothing is left that 8 bits could show.
const REACH: f64 = 3.0;
/// Wider Gaussians are drawn on a smaller copy: what they leave of an image is as well kept in fewer pixels.
const WIDEST_PX: f64 = 8.0;
/// Sigma on that copy.
const SMALL_PX: f64 = 4.0;

/// A Gaussian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Gaussian {
    /// In pixels.
    sigma: f64,
    /// Pixels to each side of the middle one that count.
    radius: u32,
}

impl Gaussian {
    /// The whole of it. `sigma` is at least 0 pixels.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few hundred at most
    pub(super) fn of(sigma: f64) -> Self {
        Self { sigma, radius: (sigma * REACH).ceil() as u32 }
    }

    /// Only what lies within `radius` pixels.
    pub(super) fn within(sigma: f64, radius: u32) -> Self {
        Self { sigma, radius: radius.min(Self::of(sigma).radius) }
    }

    /// Blurs an image of floats.
    pub(super) fn blur(self, image: &Image) -> vips::Result<Image> {
        let Self { sigma, radius } = self;
        if radius == 0 || sigma <= 0.0 {
            return Ok(image.clone());
        }
        if sigma > WIDEST_PX && self == Self::of(sigma) {
            return self.blur_smaller(image);
        }
        let weight = |distance: i64| {
            #[allow(clippy::cast_precision_loss)] // a few hundred at most
            let deviations = distance as f64 / sigma;
            (-deviations * deviations / 2.0).exp()
        };
        let radius = i64::from(radius);
        let weights: Vec<f64> = (-radius..=radius).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        let weights: Vec<f64> = weights.iter().map(|weight| weight / sum).collect();
        let mask = Image::matrix(weights.len(), &weights)?;
        image.operation(c"convsep")?.image(c"mask", &mask).string(c"precision", "float").run()
    }

    /// Blurs a copy on which the Gaussian is four pixels wide, and enlarges it.
    fn blur_smaller(self, image: &Image) -> vips::Result<Image> {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let factor = SMALL_PX / self.sigma;
        // The copy's own sides, since they are whole numbers.
        let (across, down) = ((width * factor).ceil() / width, (height * factor).ceil() / height);
        let small = image.resize(across, down, Kernel::Cubic)?.in_memory()?;
        let blurred = Self::of(SMALL_PX).blur(&small)?.in_memory()?;
        enlarged(&blurred, image.width(), image.height())
    }
}

/// Enlarges to this size, corner on corner. libvips' own resize is half a pixel off when it enlarges (8.14).
pub(super) fn enlarged(image: &Image, width: u32, height: u32) -> vips::Result<Image> {
    let across = f64::from(width) / f64::from(image.width());
    let down = f64::from(height) / f64::from(image.height());
    let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    // It places pixels by their centres, which lie half a pixel in.
    let inwards = |scale: f64| 0.5 - 0.5 / scale;
    let affine = image.operation(c"affine")?.array_double(c"matrix", &[across, 0.0, 0.0, down]);
    let affine = affine.double(c"idx", inwards(across)).double(c"idy", inwards(down));
    let affine = affine.array_int(c"oarea", &[0, 0, side(width), side(height)]).string(c"extend", "copy");
    affine.interpolate(c"interpolate", c"bicubic").run()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of an edge from 0 to 255 a Gaussian leaves the normal distribution.
    #[test]
    fn edges_become_normal_distributions() {
        let edge: Vec<u8> = (0..400).map(|x| if x < 200 { 0 } else { 255 }).collect();
        let edge = Image::from_memory(edge.repeat(9).into(), 400, 9, 1).expect("an image");
        let edge = edge.cast_float().expect("floats");
        for sigma in [1.0, 4.0, 8.0, 8.5, 12.0, 33.0] {
            let row = Gaussian::of(sigma).blur(&edge).and_then(|image| image.numbers()).expect("a blur");
            let width = 400 * 4;
            for (deviations, part) in [(-2.0, 0.0228), (-1.0, 0.1587), (0.0, 0.5), (1.0, 0.8413), (2.0, 0.9772)] {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // inside the image
                let right = (200.0 + sigma * deviations) as usize;
                let value = f64::midpoint(row[width + right - 1], row[width + right]) / 255.0;
                assert!((value - part).abs() < 0.012 + 0.1 / sigma, "sigma {sigma}: {value} in place of {part}");
            }
        }
    }
}
