//! What a request costs, reckoned before it is computed. A worker that overruns its time is killed, and the
//! transformation with it: better to say no by arithmetic.

use crate::{Error, Limits};
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
}

impl Default for Work {
    fn default() -> Self {
        Self::of_frames(1)
    }
}

impl Work {
    /// Nothing yet; what is added counts for so many frames.
    pub(crate) fn of_frames(frames: u32) -> Self {
        Self { frames: frames.into(), pixels: Mutex::default() }
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
}
