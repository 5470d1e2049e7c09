//! Where to cut before scaling, so that nothing shifts by a fraction of a pixel.
//!
//! The window of a plan may begin and end inside a pixel, while libvips cuts at whole pixels and gives
//! results of whole pixels. So a little more than the window is cut out, scaled, and the rest cut off after:
//! among the few ways to do that, the one whose result lies nearest to the exact one is taken.

/// How to sample a window along one axis: cut `length` source pixels at `from`, scale them to `scaled`
/// pixels, and keep the result's pixels from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sampling {
    pub(super) from: u32,
    pub(super) length: u32,
    pub(super) scale: f64,
    pub(super) scaled: u32,
    pub(super) offset: u32,
}

/// Source pixels that are looked at on either side of the window; the more, the smaller the shift.
const MARGIN: u32 = 8;

impl Sampling {
    /// For the window of `width` source pixels at `start` that becomes `content` pixels; the source has
    /// `source` pixels along this axis.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // all between 0 and the source's side
    pub(super) fn of(start: f64, width: f64, content: u32, source: u32) -> Self {
        let scale = f64::from(content) / width;
        let first = (start.floor() as u32).min(source - 1);
        let last = ((start + width - 1e-6).ceil() as u32).clamp(first + 1, source);
        let mut best: Option<(f64, Self)> = None;
        for from in (first.saturating_sub(MARGIN)..=first).rev() {
            for end in last..=last.saturating_add(MARGIN).min(source) {
                let Some((shift, sampling)) = Self::try_cut(start, scale, content, from..end) else {
                    continue;
                };
                if best.is_none_or(|(smallest, _)| shift + 1e-9 < smallest) {
                    best = Some((shift, sampling));
                }
            }
        }
        // At the very edge rounding may leave no room: then the plain cut, stretched to fit.
        best.map_or_else(|| Self::plain(first, last, content), |(_, sampling)| sampling)
    }

    fn plain(from: u32, end: u32, content: u32) -> Self {
        let length = end - from;
        let scale = f64::from(content) / f64::from(length);
        Self { from, length, scale, scaled: content, offset: 0 }
    }

    /// One way to cut, and by how many result pixels it shifts the window.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // checked to lie inside the result
    fn try_cut(start: f64, scale: f64, content: u32, span: std::ops::Range<u32>) -> Option<(f64, Self)> {
        let length = span.end - span.start;
        let exact = f64::from(length) * scale;
        let scaled = exact.round();
        // libvips puts the middle of the result on the middle of the source when it reduces, and the corner
        // on the corner when it enlarges.
        let anchor = if scale < 1.0 { (scaled - exact) / 2.0 } else { 0.0 };
        let position = anchor + (start - f64::from(span.start)) * scale;
        let offset = position.round();
        if offset < 0.0 || offset + f64::from(content) > scaled {
            return None;
        }
        let sampling = Self { from: span.start, length, scale, scaled: scaled as u32, offset: offset as u32 };
        Some(((position - offset).abs(), sampling))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check((start, width, content, source): (f64, f64, u32, u32), expected: &str) {
        let Sampling { from, length, scale: _, scaled, offset } = Sampling::of(start, width, content, source);
        assert_eq!(format!("{length} at {from} -> {scaled}, from {offset}"), expected);
    }

    #[test]
    fn whole_pixels_are_cut_as_they_are() {
        check((0.0, 640.0, 320, 640), "640 at 0 -> 320, from 0");
        check((10.0, 100.0, 100, 640), "100 at 10 -> 100, from 0");
        check((0.0, 3.0, 1, 3), "3 at 0 -> 1, from 0");
    }

    #[test]
    fn the_shift_is_small() {
        for source in [101_u32, 640, 865, 4001] {
            for content in [7_u32, 50, 99] {
                for eighth in 0..8_u32 {
                    let width = f64::from(source) * 0.71;
                    let start = (f64::from(source) - width) * f64::from(eighth) / 7.0;
                    let Sampling { from, length, scale, scaled, offset } = Sampling::of(start, width, content, source);
                    assert!(from + length <= source && offset + content <= scaled);
                    let anchor = if scale < 1.0 { (f64::from(scaled) - f64::from(length) * scale) / 2.0 } else { 0.0 };
                    let shift = anchor + (start - f64::from(from)) * scale - f64::from(offset);
                    assert!(shift.abs() < 0.26, "{source} -> {content} at {start}: {shift}");
                }
            }
        }
    }
}
