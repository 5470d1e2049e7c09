//! Makes planes of another size.
//!
//! Rows are first summed into one row (eight columns at a time, whatever the weights), and that row is then resampled
//! along itself. Only the rows that the kernel covers are held, in a ring of pairs: a multiplication of pairs takes
//! two rows at once.

use crate::{Plane, Window};

#[cfg(target_arch = "x86_64")]
mod avx2;
mod axis;
mod kernels;
mod light;
mod reduction;
mod separate;

use axis::{Axis, Layout};
use kernels::{COLUMNS, Instructions, Pair, UNIT};
pub use reduction::Reduction;

/// What samples are weighed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Filter {
    /// Three lobes: the sharpest, for luma.
    Lanczos3,
    /// Two lobes: cheaper, and as good for chroma.
    Lanczos2,
}

/// What is averaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Light {
    /// Linear light: samples are taken for sRGB-coded ones. What the eye would see from further away.
    Linear,
    /// The samples as they are. For chroma, for which light has no meaning.
    AsCoded,
}

/// Resamples planes, and keeps its memory from one to the next.
#[derive(Debug)]
pub struct Resampler {
    instructions: Instructions,
    rows: Axis,
    columns: Axis,
    ring: Vec<Pair>,
    line: Vec<i16>,
    samples: Vec<i16>,
}

impl Default for Resampler {
    fn default() -> Self {
        Self::with(Instructions::best())
    }
}

impl Resampler {
    fn with(instructions: Instructions) -> Self {
        let (rows, columns) = (Axis::default(), Axis::default());
        Self { instructions, rows, columns, ring: Vec::new(), line: Vec::new(), samples: Vec::new() }
    }

    /// Fills `output`, whose size says what is wanted, with the part of `source` that lies in `window`.
    ///
    /// The window may reach past the edges of the source: there the samples at the edge go on. Rows and columns that
    /// no output sample needs are not read.
    ///
    /// # Panics
    /// When the source has no samples (and the output has), or the window is empty or not finite.
    pub fn resample(&mut self, source: &Plane, window: Window, filter: Filter, light: Light, output: &mut Plane) {
        if output.width() == 0 || output.height() == 0 {
            return;
        }
        let tables = light.tables();
        let (from, to) = ((source.width(), source.height()), (output.width(), output.height()));
        lay_out(&mut self.rows, &mut self.columns, from, window, filter, to);
        let columns = self.columns.begin()..self.columns.end();
        let padded = columns.len().next_multiple_of(COLUMNS);
        let held = (self.rows.depth() / 2).next_power_of_two();
        self.ring.resize(held * padded, [0; 2]);
        self.line.resize(padded.max(self.columns.reach()), 0);
        self.samples.resize(output.width(), 0);

        let mut next = 0;
        for y in 0..output.height() {
            let (first, weights) = self.rows.run(y);
            let pairs = first / 2..first / 2 + weights.len() / 2;
            while next < pairs.end {
                let upper = self.rows.begin() + 2 * next;
                let lower = (upper + 1).min(self.rows.end() - 1);
                let (upper, lower) = (&source.row(upper)[columns.clone()], &source.row(lower)[columns.clone()]);
                let pairs = &mut self.ring[(next & (held - 1)) * padded..][..padded];
                self.instructions.pair(tables, upper, lower, pairs);
                next += 1;
            }
            self.instructions.mix(&self.ring, pairs.start, weights, &mut self.line[..padded]);
            self.instructions.dot(&self.line, &self.columns, &mut self.samples);
            for (output, sample) in output.row_mut(y).iter_mut().zip(&self.samples) {
                *output = tables.coded(*sample);
            }
        }
    }
}

/// The weights for what lies in a window of a picture to become a picture of another size.
fn lay_out(
    rows: &mut Axis,
    columns: &mut Axis,
    from: (usize, usize),
    window: Window,
    filter: Filter,
    to: (usize, usize),
) {
    let Window { left, top, width, height } = window;
    let (samples, outputs) = (from.1, to.1);
    rows.lay_out(Layout { start: top, length: height, samples, outputs, filter, alignment: 2, unit: 2 });
    let (samples, outputs) = (from.0, to.0);
    columns.lay_out(Layout { start: left, length: width, samples, outputs, filter, alignment: 1, unit: UNIT });
}

#[cfg(test)]
mod tests;
