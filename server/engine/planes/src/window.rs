//! A rectangle of a plane, in fractions of samples.

/// A rectangle in samples of a plane. Edges may lie inside a sample: what a scaling decoder gives, and what a
/// crop leaves of subsampled chroma, is rarely whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// The left edge; 0 is the left edge of the first sample.
    pub left: f64,
    /// The top edge; 0 is the top edge of the first row.
    pub top: f64,
    /// Width in samples.
    pub width: f64,
    /// Height in samples.
    pub height: f64,
}

impl Window {
    /// The rectangle from the top left corner on.
    pub fn of(width: f64, height: f64) -> Self {
        Self { left: 0.0, top: 0.0, width, height }
    }

    /// The same part of the picture in a plane that has so many times the samples along each axis.
    #[must_use]
    pub fn scaled(self, x: f64, y: f64) -> Self {
        Self { left: self.left * x, top: self.top * y, width: self.width * x, height: self.height * y }
    }
}
