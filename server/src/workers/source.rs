//! Which source a job is on.

use bytes::Bytes;
use std::sync::atomic::{AtomicU64, Ordering};

/// The bytes of a source, and what tells them from others without a look at them. Clones are the same source; equal
/// bytes of another fetch are another one.
#[derive(Debug, Clone)]
pub struct Source {
    number: Number,
    bytes: Bytes,
}

/// The number of a source. None is given twice while the process lives, so that it can be kept by those who do not keep
/// the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Number(u64);

impl Source {
    pub(super) fn number(&self) -> Number {
        self.number
    }

    /// The whole file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl From<Bytes> for Source {
    fn from(bytes: Bytes) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { number: Number(NEXT.fetch_add(1, Ordering::Relaxed)), bytes }
    }
}

impl From<&'static str> for Source {
    fn from(text: &'static str) -> Self {
        Bytes::from_static(text.as_bytes()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_are_one_source_and_equal_bytes_are_not() {
        let source = Source::from("pixels");
        assert_eq!(source.clone().number(), source.number());
        assert_ne!(Source::from("pixels").number(), source.number());
    }
}
