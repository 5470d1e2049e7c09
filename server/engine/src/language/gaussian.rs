//! Gaussian blurs, right to less than one of 255 levels whatever their width, and as fast for a wide one as for a
//! narrow one. libvips' own in whole numbers changes flat areas by up to 8 levels, and its own in floats takes time
//! by the width: half a minute for one megapixel of the widest that can be asked for.

use crate::vips::{self, BandFormat, Image, Kernel};
use darkroom_planes::{Channels, Raster};

/// Beyond this many standard deviations nothing is left that 8 bits could show.
const REACH: f64 = 3.0;
/// Wider Gaussians are drawn on a smaller copy: what they leave of an image is as well kept in fewer pixels.
const WIDEST_PX: f64 = 5.0;
/// Sigma on that copy.
const SMALL_PX: f64 = 4.0;
/// Pictures of up to this many pixels are held and blurred as a whole; larger ones go through libvips in strips, which
/// takes ten times as long.
const HELD_PIXELS: u64 = 4_000_000;
/// Where only a part of a Gaussian counts, the pixels on that copy that do, to each side, at least.
const SMALL_RADIUS_PX: f64 = 8.0;

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

    /// Blurs an image; floats, unless there is nothing to blur.
    pub(super) fn blur(self, image: &Image) -> vips::Result<Image> {
        let Self { sigma, radius } = self;
        if radius == 0 || sigma <= 0.0 {
            return Ok(image.clone());
        }
        if let Some(smaller) = self.smaller() {
            return self.blur_smaller(image, smaller);
        }
        let weights = self.weights();
        let mask = Image::matrix(weights.len(), &weights)?;
        image.operation(c"convsep")?.image(c"mask", &mask).string(c"precision", "float").run()
    }

    /// Blurs an image of 8 bits, and rounds it to them if that is faster than floats; others as [`Gaussian::blur`].
    pub(super) fn blur_pixels(self, image: &Image) -> vips::Result<Image> {
        let channels = match (image.band_format(), image.bands()) {
            (BandFormat::Uchar, 1) => Channels::Grey,
            (BandFormat::Uchar, 2) => Channels::GreyAlpha,
            (BandFormat::Uchar, 3) => Channels::Rgb,
            (BandFormat::Uchar, 4) => Channels::Rgba,
            _ => return self.blur(image),
        };
        let (width, height) = (image.width(), image.height());
        if !self.is_for_held_pixels(u64::from(width) * u64::from(height)) {
            return self.blur(image);
        }
        let raster = Raster::of(image.to_memory()?.to_vec(), channels, width as usize, height as usize);
        let Some(blurred) = self.blur_raster(&raster) else {
            return self.blur(image);
        };
        let blurred = Image::from_memory(blurred.into_samples().into(), width, height, image.bands())?;
        // Put on the picture, so that it has its metadata.
        image.insert(&blurred, 0, 0)
    }

    /// Blurs pixels; `None` where floats or a smaller copy are the better way.
    pub(super) fn blur_raster(self, raster: &Raster) -> Option<Raster> {
        if !self.is_for_held_pixels(raster.width() as u64 * raster.height() as u64) {
            return None;
        }
        #[allow(clippy::cast_possible_truncation)] // to fewer digits
        let weights: Vec<f32> = self.weights().iter().map(|weight| *weight as f32).collect();
        Some(raster.convolved(&weights))
    }

    fn is_for_held_pixels(self, pixels: u64) -> bool {
        self.radius > 0 && self.sigma > 0.0 && self.smaller().is_none() && pixels <= HELD_PIXELS
    }

    /// Of the pixels in a row, from the first one that counts to the last; their sum is 1.
    fn weights(self) -> Vec<f64> {
        let weight = |distance: i64| {
            #[allow(clippy::cast_precision_loss)] // a few hundred at most
            let deviations = distance as f64 / self.sigma;
            (-deviations * deviations / 2.0).exp()
        };
        let radius = i64::from(self.radius);
        let weights: Vec<f64> = (-radius..=radius).map(weight).collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    /// The Gaussian for a smaller copy, where that is good enough.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // smaller than it was
    fn smaller(self) -> Option<Self> {
        let Self { sigma, radius } = self;
        if self == Self::of(sigma) {
            return (sigma > WIDEST_PX).then(|| Self::of(SMALL_PX));
        }
        let all = f64::from(radius);
        // A whole number of pixels there too, or what counts would be another part of it.
        let few = (all * SMALL_PX / sigma).max(SMALL_RADIUS_PX).round();
        (all > few * WIDEST_PX / SMALL_PX).then(|| Self { sigma: sigma * few / all, radius: few as u32 })
    }

    /// Blurs a smaller copy, and enlarges it.
    fn blur_smaller(self, image: &Image, smaller: Self) -> vips::Result<Image> {
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let factor = smaller.sigma / self.sigma;
        // The copy's own sides, since they are whole numbers.
        let (across, down) = ((width * factor).ceil() / width, (height * factor).ceil() / height);
        let small = image.resize(across, down, Kernel::Cubic)?.in_memory()?;
        let blurred = smaller.blur(&small)?.in_memory()?;
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

    /// The normal distribution up to `x` standard deviations; Abramowitz and Stegun 26.2.17.
    fn distribution(x: f64) -> f64 {
        let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
        let weights = [1.330_274_429, -1.821_255_978, 1.781_477_937, -0.356_563_782, 0.319_381_530];
        let tail = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt()
            * weights.iter().fold(0.0, |sum, weight| (sum + weight) * t);
        if x > 0.0 { 1.0 - tail } else { tail }
    }

    #[test]
    fn pixels_are_blurred_as_numbers_are() {
        for bands in [1, 3, 4] {
            let samples: Vec<u8> = (0..61 * 40 * bands).map(|i| (i * i % 251) as u8).collect();
            let image = Image::from_memory(samples.into(), 61, 40, bands).expect("an image");
            let image = image.edit_metadata(|edit| {
                edit.set_string(c"png-comment-0-hint", c"kept");
            });
            let image = image.expect("a comment");
            for gaussian in [Gaussian::of(0.4), Gaussian::of(2.0), Gaussian::of(5.0), Gaussian::within(2.0, 3)] {
                let numbers = gaussian.blur(&image).and_then(|image| image.numbers()).expect("a blur");
                let pixels = gaussian.blur_pixels(&image).expect("a blur");
                assert_eq!(pixels.band_format(), BandFormat::Uchar);
                assert_eq!(pixels.fields(), image.fields());
                for (pixel, number) in pixels.numbers().expect("numbers").iter().zip(numbers) {
                    assert!((pixel - number).abs() < 0.501, "{pixel} for {number} by {gaussian:?}");
                }
            }
        }
    }

    /// Wherever the edge lies in the tiles of the smaller copy.
    #[test]
    fn no_pixel_is_a_level_off() {
        for sigma in [3.0, 4.0, 4.1, 5.0, 7.7, 10.0, 23.0, 50.0] {
            for place in [400_u16, 401, 405, 411] {
                let edge: Vec<u8> = (0..800).map(|x| if x < place { 0 } else { 255 }).collect();
                let edge = Image::from_memory(edge.repeat(3).into(), 800, 3, 1).expect("an image");
                let row = Gaussian::of(sigma).blur(&edge).and_then(|image| image.numbers()).expect("a blur");
                let worst = (0..800_u16).fold((0.0_f64, 0), |worst, x| {
                    let from_edge = (f64::from(x) + 0.5 - f64::from(place)) / sigma;
                    // A pixel is the average over its width.
                    let half = 0.5 / sigma;
                    let exact = (distribution(from_edge - half)
                        + 4.0 * distribution(from_edge)
                        + distribution(from_edge + half))
                        / 6.0;
                    let error = (row[800 + usize::from(x)] - 255.0 * exact).abs();
                    if error > worst.0 { (error, x) } else { worst }
                });
                assert!(worst.0 < 1.0, "sigma {sigma} at {place}: {worst:?}");
            }
        }
    }

    #[test]
    fn a_part_of_a_gaussian_is_that_part_on_a_smaller_copy_too() {
        let edge: Vec<u8> = (0..400).map(|x| if x < 200 { 0 } else { 255 }).collect();
        let edge = Image::from_memory(edge.repeat(3).into(), 400, 3, 1).expect("an image");
        for (sigma, radius) in [(50.0, 100), (50.0, 20), (20.0, 30), (9.0, 26)] {
            let gaussian = Gaussian::within(sigma, radius);
            let smaller = gaussian.smaller().expect("a wide one");
            assert!(f64::from(smaller.radius) < 13.1, "{sigma} {radius}");
            let row = gaussian.blur(&edge).and_then(|image| image.numbers()).expect("a blur");
            let weight = |distance: f64| (-distance * distance / (2.0 * sigma * sigma)).exp();
            let all: f64 = (0..=2 * radius).map(|at| weight(f64::from(at) - f64::from(radius))).sum();
            for x in 100..300_u32 {
                let lit = (0..=2 * radius).filter(|at| x + at >= 200 + radius);
                let exact = lit.map(|at| weight(f64::from(at) - f64::from(radius))).sum::<f64>() / all * 255.0;
                let value = row[400 + x as usize];
                assert!((value - exact).abs() < 6.0, "{sigma} {radius}: {value} in place of {exact} at {x}");
            }
        }
    }

    #[test]
    fn flat_areas_stay() {
        let flat = Image::from_memory(vec![137; 30 * 20].into(), 30, 20, 1).expect("an image");
        for sigma in [0.5, 3.0, 7.0, 50.0] {
            let numbers = Gaussian::of(sigma).blur(&flat).and_then(|image| image.numbers()).expect("a blur");
            assert!(numbers.iter().all(|number| (number - 137.0).abs() < 0.01), "sigma {sigma}");
        }
    }

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
