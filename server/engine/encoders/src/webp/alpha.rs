//! Alpha that changes slowly, as soft edges and shadows do, coded without loss.
//!
//! libwebp tries several predictions of alpha and searches each for repetitions, for longer than all of the picture
//! takes. Slopes need none of that: what the gradient's filter leaves of them is next to nothing, and a tenth of the
//! time makes fewer bytes of it. Hard edges are what the search is good for, and are left to libwebp.

use super::picture;
use crate::EncodeError;
use darkroom_planes::Plane;

/// Where the gradient does not foretell a sample, it is off by less than this in the mean. Slopes have about 1, edges
/// 20 and more.
const SMOOTH: usize = 3;

/// The content of a chunk `ALPH`, or `None` for what libwebp had better code.
pub(super) fn encode(alpha: &Plane) -> Result<Option<Vec<u8>>, EncodeError> {
    /// Compressed without loss, after the gradient's filter.
    const METHOD: u8 = 1 | 3 << 2;
    /// What stands before the pixels where they are a picture of their own: the signature and the size.
    const HEADER: usize = 5;
    let (width, height) = (alpha.width(), alpha.height());
    let Some(distances) = smooth(alpha) else {
        return Ok(None);
    };
    // A picture whose green is what the chunk holds.
    let mut pixels: Vec<u32> = distances.iter().map(|distance| 0xff00_0000 | u32::from(*distance) << 8).collect();
    let mut config = picture::config(0.0)?;
    (config.lossless, config.exact, config.method) = (1, 1, 0);
    let file = picture::encode_argb(&config, &mut pixels, width, height)?;
    let stream = super::container::lossless_stream(&file).and_then(|content| content.get(HEADER..));
    let stream = stream.ok_or_else(|| picture::failed("no pixels without loss"))?;
    // Only noise is longer than its samples, and noise is not smooth; decoders need not take it.
    Ok((stream.len() < width * height).then(|| [&[METHOD], stream].concat()))
}

/// How far each sample is from what the gradient's filter foretells, row by row; `None` when that is much, or nothing
/// is to be seen through.
fn smooth(alpha: &Plane) -> Option<Vec<u8>> {
    let mut distances = Vec::with_capacity(alpha.width() * alpha.height());
    let (mut count, mut sum) = (0, 0);
    let mut push = |sample: u8, foretold: u8| {
        count += usize::from(sample != foretold);
        sum += usize::from(sample.abs_diff(foretold));
        distances.push(sample.wrapping_sub(foretold));
    };
    let mut above = &[][..];
    for y in 0..alpha.height() {
        let row = alpha.row(y);
        // The first row and the first column have one neighbour each, and the corner none.
        push(row[0], above.first().copied().unwrap_or(0));
        if above.is_empty() {
            for [left, sample] in row.array_windows() {
                push(*sample, *left);
            }
        }
        for ([left, sample], [corner, up]) in row.array_windows().zip(above.array_windows()) {
            push(*sample, gradient(*left, *up, *corner));
        }
        above = row;
    }
    let opaque = distances[0] == 255 && count == 1;
    (!opaque && sum < SMOOTH * count).then_some(distances)
}

/// The plane through three neighbours goes on.
fn gradient(left: u8, up: u8, corner: u8) -> u8 {
    let sum = i16::from(left) + i16::from(up) - i16::from(corner);
    u8::try_from(sum.clamp(0, 255)).expect("limited")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(sample: impl Fn(f64, f64) -> f64) -> Plane {
        let mut plane = Plane::new(120, 90);
        for y in 0..90u8 {
            for (x, value) in (0..120u8).zip(plane.row_mut(y.into())) {
                let number = sample(f64::from(x) - 60.0, f64::from(y) - 45.0).clamp(0.0, 255.0);
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // limited
                let number = number as u8;
                *value = number;
            }
        }
        plane
    }

    #[test]
    fn slopes_are_smooth_and_edges_are_not() {
        let circle = |slope: f64| plane(move |x, y| (40.0 - x.hypot(y)) * slope);
        for slope in [3.0, 8.0, 14.0] {
            assert!(encode(&circle(slope)).unwrap().is_some(), "{slope}");
        }
        for slope in [150.0, 10_000.0] {
            assert!(encode(&circle(slope)).unwrap().is_none(), "{slope}");
        }
    }

    #[test]
    fn what_hides_all_is_left_out() {
        assert_eq!(encode(&plane(|_, _| 255.0)), Ok(None));
    }

    /// The decoder's way back: what was foretold from samples that are known, and the distance.
    #[test]
    fn distances_lead_back() {
        let alpha = plane(|x, y| 128.0 + 0.9 * x - 2.0 * y + 6.0 * (x / 9.0).sin());
        let distances = smooth(&alpha).unwrap();
        let mut found = vec![0u8; distances.len()];
        for (at, distance) in distances.iter().enumerate() {
            let (x, y) = (at % 120, at / 120);
            let foretold = match (x, y) {
                (0, 0) => 0,
                (0, _) => found[at - 120],
                (_, 0) => found[at - 1],
                _ => gradient(found[at - 1], found[at - 120], found[at - 121]),
            };
            found[at] = foretold.wrapping_add(*distance);
        }
        assert!((0..90).all(|y| found[y * 120..][..120] == *alpha.row(y)));
    }
}
