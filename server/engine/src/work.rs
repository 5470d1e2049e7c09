//! What a request costs, reckoned before it is computed. A worker that overruns its time is killed, and the
//! transformation with it: better to say no by arithmetic.

use crate::{Error, Limits, language::Size};
use std::sync::{Mutex, PoisonError};

/// The limit's name.
const LIMIT: &str = "work_pixels";

/// The pixels that the steps of one request compute, each counted as many times as it costs what a pixel of an
/// enlarged photo does (some 55 ns on one core of 2020).
#[derive(Debug)]
pub(crate) struct Work {
    /// So many pictures go through the same steps.
    frames: f64,
    /// Over all frames.
    pixels: Mutex<f64>,
    /// See [`Work::largest`].
    largest: Mutex<u64>,
}

impl Default for Work {
    fn default() -> Self {
        Self::of_frames(1)
    }
}

impl Work {
    /// Nothing yet; what is added counts for so many frames.
    pub(crate) fn of_frames(frames: u32) -> Self {
        Self { frames: frames.into(), pixels: Mutex::default(), largest: Mutex::default() }
    }

    /// Adds weighed pixels.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when they are too many.
    pub(crate) fn add(&self, pixels: f64, limits: &Limits) -> Result<(), Error> {
        let mut sum = self.pixels.lock().unwrap_or_else(PoisonError::into_inner);
        *sum += pixels * self.frames;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // saturates
        Limits::check(LIMIT, limits.work_pixels, sum.ceil() as u64)
    }

    /// What may still be added.
    pub(crate) fn left(&self, limits: &Limits) -> f64 {
        let sum = self.pixels.lock().unwrap_or_else(PoisonError::into_inner);
        #[allow(clippy::cast_precision_loss)] // a limit
        let maximum = limits.work_pixels as f64;
        ((maximum - *sum) / self.frames).max(0.0)
    }

    /// Remembers the size of what a step makes.
    pub(crate) fn saw(&self, size: Size) {
        let mut largest = self.largest.lock().unwrap_or_else(PoisonError::into_inner);
        *largest = largest.max(u64::from(size.width) * u64::from(size.height));
    }

    /// Pixels of the largest picture that a step makes of one frame.
    pub(crate) fn largest(&self) -> u64 {
        *self.largest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
