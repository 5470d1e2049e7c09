//! What a request holds in memory, reckoned before it is held. A worker that passes its share dies, and the
//! transformation with it: better to say no by arithmetic.

use crate::{Error, Limits};
use std::sync::{Mutex, PoisonError};

/// The limit's name.
const LIMIT: &str = "memory_bytes";

/// Bytes of a pixel of 8 bits in three bands and alpha, as the steps see them.
pub(crate) const PIXEL_BYTES: u64 = 4;

/// The bytes that one request holds. All that was ever added counts to the end: nobody knows when a library lets go.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    bytes: Mutex<u64>,
}

impl Memory {
    /// Adds what is about to be held.
    ///
    /// # Errors
    /// [`Error::TooLarge`] when it is too much.
    pub(crate) fn add(&self, bytes: u64, limits: &Limits) -> Result<(), Error> {
        let mut sum = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        *sum = sum.saturating_add(bytes);
        Limits::check(LIMIT, limits.memory_bytes, *sum)
    }

    /// What may still be added.
    pub(crate) fn left(&self, limits: &Limits) -> u64 {
        limits.memory_bytes.saturating_sub(*self.bytes.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
