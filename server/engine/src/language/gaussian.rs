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
        let large =
            blurred.resize(width / f64::from(small.width()), height / f64::from(small.height()), Kernel::Cubic)?;
        if (large.width(), large.height()) == (image.width(), image.height()) {
            return Ok(large);
        }
        large.embed_extend(0, 0, image.width(), image.height(), "copy")
    }
}
