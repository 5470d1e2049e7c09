//! Resamples pixels whose samples lie side by side, row by row as a decoder gives them.

use super::kernels::{COLUMNS, Instructions, Pair};
use super::light::{CODED_WHITE, Tables};
use super::{Axis, Filter, Light, lay_out};
use crate::{Channels, Raster, Window};

/// Makes a raster of another size from rows that come one after the other, and never holds more of them than the
/// kernel covers. The kernels and weights are those of [`Resampler`](super::Resampler).
///
/// All colour is averaged in linear light, and as much as it shows: multiplied by its alpha.
#[derive(Debug)]
pub struct Reduction {
    instructions: Instructions,
    rows: Axis,
    columns: Axis,
    channels: Channels,
    /// Samples in a row of the source.
    row_length: usize,
    /// Rows of the source.
    height: usize,
    /// Rows that have come.
    pushed: usize,
    /// Rows of the output that are done.
    done: usize,
    /// The two rows of the next pair, channel by channel.
    pair: [Vec<Vec<u8>>; 2],
    /// Pairs in each ring.
    held: usize,
    /// One ring of pairs for each channel.
    rings: Vec<Vec<Pair>>,
    line: Vec<i16>,
    /// One row of the output for each channel.
    samples: Vec<Vec<i16>>,
    output: Raster,
}

impl Reduction {
    /// Begins: `size` is that of the source, `output` that of the raster that its part inside `window` becomes. As
    /// with planes, the window may reach past the edges.
    ///
    /// # Panics
    /// When the source has no pixels, or the window is empty or not finite.
    pub fn new(
        channels: Channels,
        size: (usize, usize),
        window: Window,
        filter: Filter,
        output: (usize, usize),
    ) -> Self {
        Self::with(Instructions::best(), channels, size, window, filter, output)
    }

    fn with(
        instructions: Instructions,
        channels: Channels,
        size: (usize, usize),
        window: Window,
        filter: Filter,
        output: (usize, usize),
    ) -> Self {
        let (mut rows, mut columns) = (Axis::default(), Axis::default());
        lay_out(&mut rows, &mut columns, size, window, filter, output);
        let padded = (columns.end() - columns.begin()).next_multiple_of(COLUMNS);
        let held = (rows.depth() / 2).next_power_of_two();
        let count = channels.count();
        Self {
            instructions,
            channels,
            row_length: size.0 * count,
            height: size.1,
            pushed: 0,
            done: 0,
            pair: [(); 2].map(|()| vec![vec![0; columns.end() - columns.begin()]; count]),
            held,
            rings: vec![vec![[0; 2]; held * padded]; count],
            line: vec![0; padded.max(columns.reach())],
            samples: vec![vec![0; output.0]; count],
            output: Raster::new(channels, output.0, output.1),
            rows,
            columns,
        }
    }

    /// Takes the next row of the source.
    ///
    /// # Panics
    /// When it is not as long as a row of the source, or there is none left.
    pub fn push_row(&mut self, row: &[u8]) {
        assert_eq!(row.len(), self.row_length, "a whole row");
        assert!(self.pushed < self.height, "no more than {} rows", self.height);
        let y = self.pushed;
        self.pushed += 1;
        if !(self.rows.begin()..self.rows.end()).contains(&y) || self.columns.outputs() == 0 {
            return;
        }
        let count = self.channels.count();
        let row = &row[self.columns.begin() * count..self.columns.end() * count];
        let index = y - self.rows.begin();
        self.instructions.separate(row, &mut self.pair[index % 2]);
        let is_last = y + 1 == self.rows.end();
        if index.is_multiple_of(2) {
            if !is_last {
                return;
            }
            // Its partner weighs nothing.
            self.instructions.separate(row, &mut self.pair[1]);
        }
        self.fill_rings(index / 2);
        while self.done < self.rows.outputs() && self.make_row(index / 2 + 1) {
            self.done += 1;
        }
    }

    /// Whether rows are still needed. When not, there may be some left in the source that need not be decoded.
    pub fn wants_rows(&self) -> bool {
        self.pushed < self.rows.end()
    }

    /// The output, if all rows that it needs have come.
    pub fn finish(self) -> Option<Raster> {
        (!self.wants_rows()).then_some(self.output)
    }

    /// Puts the pair of rows into the rings.
    fn fill_rings(&mut self, index: usize) {
        let (linear, coded) = (Light::Linear.tables(), Light::AsCoded.tables());
        let padded = self.rings[0].len() / self.held;
        let slot = (index & (self.held - 1)) * padded..;
        let colours = self.channels.count() - usize::from(self.channels.has_alpha());
        let [upper, lower] = &self.pair;
        for (channel, ring) in self.rings.iter_mut().enumerate() {
            let tables = if channel < colours { linear } else { coded };
            self.instructions.pair(tables, &upper[channel], &lower[channel], &mut ring[slot.clone()]);
        }
        let (rings, alpha) = self.rings.split_at_mut(colours);
        // Without a way out on the first, so that many are looked at at once.
        let shows = |row: &Vec<Vec<u8>>| row[colours].iter().fold(255, |all, alpha| all & alpha) == 255;
        if let [alpha] = alpha
            && !(shows(upper) && shows(lower))
        {
            for ring in rings {
                self.instructions.cover(&alpha[slot.clone()][..padded], &mut ring[slot.clone()][..padded]);
            }
        }
    }

    /// Makes the next row of the output if so many pairs are enough for it.
    fn make_row(&mut self, pairs: usize) -> bool {
        let (first, weights) = self.rows.run(self.done);
        if first / 2 + weights.len() / 2 > pairs {
            return false;
        }
        let padded = self.rings[0].len() / self.held;
        for (ring, samples) in self.rings.iter().zip(&mut self.samples) {
            self.instructions.mix(ring, first / 2, weights, &mut self.line[..padded]);
            self.instructions.dot(&self.line, &self.columns, samples);
        }
        let (linear, coded) = (Light::Linear.tables(), Light::AsCoded.tables());
        let row = self.output.row_mut(self.done);
        match self.samples.as_slice() {
            [grey] => interleave([grey], row, linear),
            [grey, alpha] => interleave_straight([grey], alpha, row, linear, coded),
            [red, green, blue] => interleave([red, green, blue], row, linear),
            [red, green, blue, alpha] => interleave_straight([red, green, blue], alpha, row, linear, coded),
            _ => unreachable!("one to four channels"),
        }
        true
    }
}

fn interleave<const N: usize>(channels: [&[i16]; N], row: &mut [u8], linear: &Tables) {
    for (x, pixel) in row.as_chunks_mut::<N>().0.iter_mut().enumerate() {
        *pixel = channels.map(|samples| linear.coded(samples[x]));
    }
}

/// The alpha of what hides all behind it.
const OPAQUE: i16 = CODED_WHITE.cast_signed();

/// Colours come multiplied by alpha, and leave straight.
fn interleave_straight<const N: usize>(
    channels: [&[i16]; N],
    alphas: &[i16],
    row: &mut [u8],
    linear: &Tables,
    coded: &Tables,
) {
    for (x, (pixel, alpha)) in row.chunks_exact_mut(N + 1).zip(alphas).enumerate() {
        let shown = channels.map(|samples| samples[x]);
        let colours = match *alpha {
            // Where nothing shows there is no colour either.
            0 => [0; N],
            // Most pixels. The divisions would change nothing, and take longer than all else.
            OPAQUE => shown,
            _ => shown.map(|shown| {
                let share = i32::from(*alpha);
                let colour = (i32::from(shown) * i32::from(OPAQUE) + share / 2) / share;
                i16::try_from(colour).unwrap_or(i16::MAX)
            }),
        };
        pixel[..N].copy_from_slice(&colours.map(|colour| linear.coded(colour)));
        pixel[N] = coded.coded(*alpha);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Small sizes.

    use proptest::prelude::*;

    use super::*;
    use crate::{Plane, Resampler};

    fn noise(length: usize) -> Vec<u8> {
        (1..=length as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) >> 40) as u8).collect()
    }

    fn reduced(source: &Raster, window: Window, output: (usize, usize)) -> Raster {
        let size = (source.width(), source.height());
        let mut reduction = Reduction::new(source.channels(), size, window, Filter::Lanczos3, output);
        (0..source.height()).for_each(|y| reduction.push_row(source.row(y)));
        reduction.finish().unwrap()
    }

    fn whole(source: &Raster) -> Window {
        Window::of(source.width() as f64, source.height() as f64)
    }

    /// One channel of a raster as a plane.
    fn plane(source: &Raster, channel: usize) -> Plane {
        let mut plane = Plane::new(source.width(), source.height());
        let samples = source.samples().chunks_exact(source.channels().count()).map(|pixel| pixel[channel]);
        plane.samples_mut().iter_mut().zip(samples).for_each(|(to, sample)| *to = sample);
        plane
    }

    proptest! {
        #[test]
        fn every_channel_becomes_what_its_plane_does(
            size in (1usize..=80, 1usize..=50),
            to in (1usize..=40, 1usize..=40),
            offset in -3.0..3.0,
            channels in prop::sample::select(&[Channels::Grey, Channels::Rgb][..]),
        ) {
            let source = Raster::of(noise(size.0 * size.1 * channels.count()), channels, size.0, size.1);
            let window = Window { left: offset, top: -offset / 2.0, ..whole(&source) };
            let output = reduced(&source, window, to);
            for channel in 0..channels.count() {
                let mut expected = Plane::new(to.0, to.1);
                Resampler::default().resample(
                    &plane(&source, channel), window, Filter::Lanczos3, Light::Linear, &mut expected,
                );
                prop_assert_eq!(plane(&output, channel), expected);
            }
        }

        #[test]
        fn all_instructions_give_the_same(size in (1usize..=90, 1usize..=50), to in (1usize..=40, 1usize..=40)) {
            let source = Raster::of(noise(size.0 * size.1 * 4), Channels::Rgba, size.0, size.1);
            let with = |instructions| {
                let mut reduction =
                    Reduction::with(instructions, Channels::Rgba, size, whole(&source), Filter::Lanczos3, to);
                (0..size.1).for_each(|y| reduction.push_row(source.row(y)));
                reduction.finish()
            };
            prop_assert_eq!(with(Instructions::Portable), with(Instructions::best()));
        }
    }

    #[test]
    fn opaque_alpha_changes_nothing() {
        for (with, without) in [(Channels::Rgba, Channels::Rgb), (Channels::GreyAlpha, Channels::Grey)] {
            let colours = noise(50 * 30 * without.count());
            let pixels = colours.chunks(without.count()).flat_map(|pixel| pixel.iter().copied().chain([255]));
            let source = Raster::of(pixels.collect(), with, 50, 30);
            let output = reduced(&source, whole(&source), (17, 40));
            assert!(output.is_opaque());
            let colours = Raster::of(colours, without, 50, 30);
            assert_eq!(output.without_alpha(), reduced(&colours, whole(&colours), (17, 40)));
        }
    }

    #[test]
    fn what_does_not_show_does_not_bleed() {
        // Red that shows beside green that does not.
        let pixels = (0..64).flat_map(|x| if x % 64 < 32 { [200, 0, 0, 255] } else { [0, 255, 0, 0] });
        let row: Vec<u8> = pixels.collect();
        let source = Raster::of(row.repeat(8), Channels::Rgba, 64, 8);
        let output = reduced(&source, whole(&source), (9, 2));
        assert!(output.samples().chunks_exact(4).any(|pixel| (40..215).contains(&pixel[3])));
        for pixel in output.samples().chunks_exact(4) {
            assert!(pixel[1] == 0 && (pixel[3] < 20 || pixel[0].abs_diff(200) <= 1), "{pixel:?}");
        }
    }

    #[test]
    fn flat_stays_flat_where_it_shows() {
        for alpha in [1, 7, 64, 128, 200, 254, 255] {
            for value in 0..=255u8 {
                let pixels = [value, 255 - value, 90, alpha].repeat(23 * 11);
                let source = Raster::of(pixels, Channels::Rgba, 23, 11);
                let output = reduced(&source, whole(&source), (6, 5));
                for pixel in output.samples().chunks_exact(4) {
                    assert_eq!(pixel[3], alpha);
                    for (sample, expected) in pixel.iter().zip([value, 255 - value, 90]) {
                        // Over black and in coded values; what alpha hides may be off by more.
                        let error = f64::from(sample.abs_diff(expected)) * f64::from(alpha) / 255.0;
                        assert!(error <= 0.51, "{value} {alpha}: {sample}, not {expected}");
                    }
                }
            }
        }
    }

    #[test]
    fn rows_that_nobody_needs_are_not_asked_for() {
        let source = Raster::of(noise(40 * 100 * 3), Channels::Rgb, 40, 100);
        let window = Window { left: 0.0, top: 20.0, width: 40.0, height: 10.0 };
        let mut reduction = Reduction::new(Channels::Rgb, (40, 100), window, Filter::Lanczos3, (8, 4));
        let mut rows = 0;
        while reduction.wants_rows() {
            reduction.push_row(source.row(rows));
            rows += 1;
        }
        assert!((34..40).contains(&rows), "{rows}");
        assert_eq!(reduction.finish(), Some(reduced(&source, window, (8, 4))));
    }

    #[test]
    fn a_source_that_ends_early_has_no_output() {
        let mut reduction = Reduction::new(Channels::Grey, (4, 4), Window::of(4.0, 4.0), Filter::Lanczos2, (2, 2));
        (0..3).for_each(|_| reduction.push_row(&[1, 2, 3, 4]));
        assert_eq!(reduction.finish(), None);
    }

    #[test]
    #[should_panic(expected = "a whole row")]
    fn a_row_of_another_length_is_refused() {
        Reduction::new(Channels::Rgb, (4, 4), Window::of(4.0, 4.0), Filter::Lanczos2, (2, 2)).push_row(&[0; 4]);
    }
}
