//! Filters undone. Each byte was stored as its distance from what its neighbours foretell.
//!
//! Paeth's filter, which most rows of photos have, needs the pixel to the left before it can do anything for the next
//! one, and takes long for it. Four rows at once, each one pixel behind that above it, have four such chains, which
//! fit into vectors.

use crate::Samples;

#[cfg(target_arch = "x86_64")]
mod paeth;

/// Bytes behind rows that may be read and written, whatever they are: pixels of three bytes are moved as four.
pub(crate) const PADDING: usize = 1;

/// What foretells a byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Filter {
    /// Nothing.
    None,
    /// The byte of the pixel to the left.
    Sub,
    /// The byte above.
    Up,
    /// The mean of both.
    Average,
    /// Of those two and the one above to the left, the one that is nearest to the plane through them.
    Paeth,
}

impl Filter {
    /// By the number that stands before a row.
    pub(crate) fn of(number: u8) -> Option<Self> {
        [Self::None, Self::Sub, Self::Up, Self::Average, Self::Paeth].get(usize::from(number)).copied()
    }
}

/// Which instructions undo Paeth's filter. All give the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Instructions {
    /// Those of any machine.
    Portable,
    /// SSE2, which every x86-64 has.
    #[cfg(target_arch = "x86_64")]
    Sse2,
    /// AVX2. Made by [`Instructions::best`] alone, where the machine has them.
    #[cfg(target_arch = "x86_64")]
    Avx2,
}

impl Instructions {
    fn best() -> Self {
        #[cfg(target_arch = "x86_64")]
        return if is_x86_feature_detected!("avx2") { Self::Avx2 } else { Self::Sse2 };
        #[cfg(not(target_arch = "x86_64"))]
        Self::Portable
    }
}

/// Undoes filters of pixels of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unfilter {
    samples: Samples,
    instructions: Instructions,
}

impl Unfilter {
    pub(crate) fn best(samples: Samples) -> Self {
        Self { samples, instructions: Instructions::best() }
    }

    /// Undoes the filter of rows that follow each other, the first of them below `above`.
    ///
    /// All are `width × samples` bytes and [`PADDING`].
    ///
    /// # Panics
    /// When they are not all as long, or no row of pixels is.
    pub(crate) fn rows(self, filter: Filter, above: &[u8], filtered: &[&[u8]], rows: &mut [Vec<u8>]) {
        assert!(filtered.len() == rows.len(), "as many rows as are filtered");
        let length = above.len();
        assert!(length >= PADDING && (length - PADDING).is_multiple_of(self.samples.count()), "whole pixels");
        assert!(filtered.iter().all(|row| row.len() == length) && rows.iter().all(|row| row.len() == length));
        #[cfg(target_arch = "x86_64")]
        if filter == Filter::Paeth && self.instructions != Instructions::Portable {
            let avx2 = self.instructions == Instructions::Avx2;
            match self.samples {
                Samples::Rgb => return paeth::rows::<3>(avx2, above, filtered, rows),
                Samples::Rgba => return paeth::rows::<4>(avx2, above, filtered, rows),
                Samples::Grey | Samples::GreyAlpha => {}
            }
        }
        let row = |above: &[u8], filtered: &[u8], row: &mut [u8]| {
            let [above, filtered] = [above, filtered].map(|row| &row[..length - PADDING]);
            let row = &mut row[..length - PADDING];
            match self.samples {
                Samples::Grey => unfilter::<1>(filter, above, filtered, row),
                Samples::GreyAlpha => unfilter::<2>(filter, above, filtered, row),
                Samples::Rgb => unfilter::<3>(filter, above, filtered, row),
                Samples::Rgba => unfilter::<4>(filter, above, filtered, row),
            }
        };
        let mut above = above;
        for (filtered, line) in filtered.iter().zip(rows) {
            row(above, filtered, line);
            above = line;
        }
    }
}

/// One row of pixels of `N` bytes.
fn unfilter<const N: usize>(filter: Filter, above: &[u8], filtered: &[u8], row: &mut [u8]) {
    match filter {
        Filter::None => row.copy_from_slice(filtered),
        Filter::Sub => each::<N>(above, filtered, row, |left, _, _| left),
        Filter::Up => {
            row.iter_mut()
                .zip(filtered)
                .zip(above)
                .for_each(|((byte, filtered), up)| *byte = filtered.wrapping_add(*up));
        }
        Filter::Average => each::<N>(above, filtered, row, |left, up, _| left.midpoint(up)),
        Filter::Paeth => each::<N>(above, filtered, row, paeth_of),
    }
}

/// Each byte is what was stored and what `foretold` says of its neighbours to the left, above, and above to the left.
#[inline(always)]
#[allow(clippy::inline_always)] // So that each filter is a loop of its own.
fn each<const N: usize>(above: &[u8], filtered: &[u8], row: &mut [u8], foretold: impl Fn(u8, u8, u8) -> u8) {
    let (mut left, mut corner) = ([0; N], [0; N]);
    let pixels = row.as_chunks_mut::<N>().0.iter_mut();
    for ((pixel, filtered), up) in pixels.zip(filtered.as_chunks::<N>().0).zip(above.as_chunks::<N>().0) {
        left = std::array::from_fn(|at| filtered[at].wrapping_add(foretold(left[at], up[at], corner[at])));
        corner = *up;
        *pixel = left;
    }
}

/// Paeth's choice: of equally near ones the first.
fn paeth_of(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let [from_left, from_up, from_corner] = [b - c, a - c, a + b - 2 * c].map(i16::abs);
    if from_left <= from_up && from_left <= from_corner {
        left
    } else if from_up <= from_corner {
        up
    } else {
        corner
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::BATCH;
    use proptest::prelude::*;

    fn instructions() -> Vec<Instructions> {
        let mut all = vec![Instructions::Portable, Instructions::best()];
        #[cfg(target_arch = "x86_64")]
        all.push(Instructions::Sse2);
        all
    }

    fn undone(instructions: Instructions, samples: Samples, filter: Filter, above: &[u8], stored: &[&[u8]]) -> Vec<u8> {
        let mut rows = vec![vec![0; above.len()]; stored.len()];
        Unfilter { samples, instructions }.rows(filter, above, stored, &mut rows);
        rows.iter().flat_map(|row| row[..row.len() - PADDING].to_vec()).collect()
    }

    #[test]
    fn each_filter_adds_what_it_foretells() {
        let above = [10, 20, 30, 100, 200, 250, 0];
        let stored: &[&[u8]] = &[&[1, 2, 3, 4, 5, 6, 0]];
        for (filter, expected) in [
            (Filter::None, [1, 2, 3, 4, 5, 6]),
            (Filter::Sub, [1, 2, 3, 5, 7, 9]),
            (Filter::Up, [11, 22, 33, 104, 205, 0]),
            (Filter::Average, [6, 12, 18, 57, 111, 140]),
            (Filter::Paeth, [11, 22, 33, 104, 205, 0]),
        ] {
            assert_eq!(undone(Instructions::best(), Samples::Rgb, filter, &above, stored), expected, "{filter:?}");
        }
    }

    #[test]
    fn there_are_five_filters() {
        assert_eq!((Filter::of(0), Filter::of(4), Filter::of(5)), (Some(Filter::None), Some(Filter::Paeth), None));
    }

    proptest! {
        #[test]
        fn all_instructions_give_the_same_bytes(
            three in any::<bool>(),
            pixels in 0usize..40,
            count in 1..=BATCH,
            noise in prop::collection::vec(any::<u8>(), 41 * 4 * (BATCH + 1)),
        ) {
            let samples = if three { Samples::Rgb } else { Samples::Rgba };
            let mut lines = noise.chunks_exact(pixels * samples.count() + PADDING);
            let above = lines.next().unwrap();
            let stored: Vec<&[u8]> = lines.take(count).collect();
            let expected = undone(Instructions::Portable, samples, Filter::Paeth, above, &stored);
            for instructions in instructions() {
                let found = undone(instructions, samples, Filter::Paeth, above, &stored);
                prop_assert_eq!(&found, &expected, "{:?}", instructions);
            }
        }
    }
}
