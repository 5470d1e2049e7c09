//! What a job makes of its source, as far as its text tells: by it the jobs on one source are dealt out.

use darkroom_engine::Pipeline;
use std::sync::Arc;

/// The picture that a job makes, whatever it is written as. Jobs on one source with the same shape differ by their
/// encoders alone.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Shape {
    steps: Arc<str>,
    /// About how many there are; `None` where only the source tells.
    pixels: Option<u64>,
}

impl Shape {
    pub(super) fn of(pipeline: &Pipeline) -> Self {
        Self { steps: pipeline.steps().into(), pixels: pipeline.asked_pixels() }
    }

    /// The canonical text of the steps.
    pub(super) fn steps(&self) -> &Arc<str> {
        &self.steps
    }

    /// The size by which the largest is found: what is not made smaller for certain is as large as its source.
    pub(super) fn pixels(&self) -> u64 {
        self.pixels.unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_one_picture_have_one_shape_and_sizes_are_compared() {
        let of = |text: &str| Shape::of(&text.parse().unwrap());
        assert_eq!(of("w-300,f-webp"), of("w-300,f-avif,q-50"));
        assert_ne!(of("w-300"), of("w-300,h-300"));
        assert!(of("w-300").pixels() < of("w-301").pixels());
        assert!(of("w-5000").pixels() < of("rt-90").pixels());
    }
}
