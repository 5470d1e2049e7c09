//! Where to cut before scaling, so that nothing shifts by a fraction of a pixel.
//!
//! The window of a plan may begin and end inside a pixel. What grows is drawn from any point on. For what
//! shrinks, libvips cuts at whole pixels and gives results of whole pixels: so a little more than the window
//! is cut out, scaled, and the rest cut off after; among the few ways to do that, the one whose result lies
//! nearest to the exact one is taken.

/// How to sample a window along one axis: cut `length` source pixels at `from`, scale them to `scaled`
/// pixels, and keep the result's pixels from `offset` on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sampling {
    /// May lie before the first pixel, as the cut may end after the last one: edge pixels go on there.
    pub(super) from: i64,
    pub(super) length: u32,
    pub(super) scale: f64,
    pub(super) scaled: u32,
    pub(super) offset: u32,
    /// Where in the cut the first scaled pixel begins, in source pixels; 0 unless the window grows.
    pub(super) start: f64,
}

/// Source pixels that are looked at on either side of the window; the more, the smaller the shift.
const MARGIN: i64 = 8;

/// Source pixels that bicubic interpolation sees on either side.
const NEIGHBOURS: i64 = 3;

impl Sampling {
    /// For the window of `width` source pixels at `start` that becomes `content` pixels; the source has
    /// `source` pixels along this axis.
    #[allow(clippy::cast_possible_truncation)] // all between 0 and the source's side
    pub(super) fn of(start: f64, width: f64, content: u32, source: u32) -> Self {
        let scale = f64::from(content) / width;
        let source = i64::from(source);
        let first = (start.floor() as i64).clamp(0, source - 1);
        let last = ((start + width - 1e-6).ceil() as i64).clamp(first + 1, source);
        if scale > 1.0 {
            let (from, end) = ((first - NEIGHBOURS).max(0), (last + NEIGHBOURS).min(source));
            #[allow(clippy::cast_precision_loss)] // at most a side
            let start = start - from as f64;
            return Self { from, length: length(from, end), scale, scaled: content, offset: 0, start };
        }
        let mut best: Option<(f64, Self)> = None;
        for from in (first - MARGIN..=first).rev() {
            for end in last..=last + MARGIN {
                let Some((shift, sampling)) = Self::try_cut(start, scale, content, from..end) else {
                    continue;
                };
                if best.is_none_or(|(smallest, _)| shift + 1e-9 < smallest) {
                    best = Some((shift, sampling));
                }
            }
        }
        best.map_or_else(|| Self::plain(first, last, content), |(_, sampling)| sampling)
    }

    /// The plain cut, stretched to fit.
    fn plain(from: i64, end: i64, content: u32) -> Self {
        let length = length(from, end);
        let scale = f64::from(content) / f64::from(length);
        Self { from, length, scale, scaled: content, offset: 0, start: 0.0 }
    }

    /// One way to cut, and by how many result pixels it shifts the window.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    // a side, and checked to lie inside the result
    fn try_cut(start: f64, scale: f64, content: u32, span: std::ops::Range<i64>) -> Option<(f64, Self)> {
        let length = length(span.start, span.end);
        let exact = f64::from(length) * scale;
        let scaled = exact.round();
        // libvips puts the middle of the result on the middle of the source.
        let anchor = (scaled - exact) / 2.0;
        let position = anchor + (start - span.start as f64) * scale;
        let offset = position.round();
        if offset < 0.0 || offset + f64::from(content) > scaled {
            return None;
        }
        let shift = (position - offset).abs();
        let (scaled, offset) = (scaled as u32, offset as u32);
        let sampling = Self { from: span.start, length, scale, scaled, offset, start: 0.0 };
        Some((shift, sampling))
    }
}

fn length(from: i64, end: i64) -> u32 {
    u32::try_from(end - from).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check((start, width, content, source): (f64, f64, u32, u32), expected: &str) {
        let Sampling { from, length, scale: _, scaled, offset, start: _ } = Sampling::of(start, width, content, source);
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
                    let Sampling { from, length, scale, scaled, offset, start: inside } =
                        Sampling::of(start, width, content, source);
                    assert!(offset + content <= scaled);
                    #[allow(clippy::cast_precision_loss)] // small
                    let from = from as f64;
                    if scale > 1.0 {
                        assert_eq!((from + inside, scaled, offset), (start, content, 0));
                        continue;
                    }
                    let anchor = (f64::from(scaled) - f64::from(length) * scale) / 2.0;
                    let shift = anchor + (start - from) * scale - f64::from(offset);
                    assert!(shift.abs() < 0.13, "{source} -> {content} at {start}: {shift}");
                }
            }
        }
    }
}
