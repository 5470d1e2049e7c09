//! What the first frame of an animation showed, for the frames after it.

use super::Region;
use crate::Error;

/// The windows that were found in one frame, in the order in which the steps asked for them. An animation
/// is looked at once: a window that followed every frame would shake.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Findings {
    windows: Vec<Region>,
    /// How many of them this frame has used.
    used: usize,
}

impl Findings {
    /// The next window: what the first frame had at this place, else what `find` finds.
    pub(crate) fn next(&mut self, find: impl FnOnce() -> Result<Region, Error>) -> Result<Region, Error> {
        if self.used == self.windows.len() {
            self.windows.push(find()?);
        }
        self.used += 1;
        Ok(self.windows[self.used - 1])
    }

    /// For the next frame, whose steps ask in the same order.
    pub(crate) fn for_next_frame(self) -> Self {
        Self { used: 0, ..self }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a panic is how a test fails
mod tests {
    use super::*;

    #[test]
    fn the_second_frame_gets_what_the_first_one_found() {
        let region = |left: f64| Region { left, top: 0.0, width: 1.0, height: 1.0 };
        let mut findings = Findings::default();
        assert_eq!(findings.next(|| Ok(region(1.0))).unwrap(), region(1.0));
        assert_eq!(findings.next(|| Ok(region(2.0))).unwrap(), region(2.0));
        let mut findings = findings.for_next_frame();
        assert_eq!(findings.next(|| Ok(region(3.0))).unwrap(), region(1.0));
        assert_eq!(findings.next(|| Ok(region(4.0))).unwrap(), region(2.0));
        assert_eq!(findings.next(|| Ok(region(5.0))).unwrap(), region(5.0), "asked for the first time");
    }
}
