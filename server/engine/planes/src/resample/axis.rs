//! Which samples of one axis make each sample of the output, and how much each weighs.

use std::f64::consts::PI;
use std::sync::LazyLock;

use super::Filter;

/// What 1 is among weights: 14 bits leave room for single weights above 1, which enlarging has, and for the sum of a
/// kernel's weights without their signs (1.6 at most) times samples of 14 bits in 32-bit sums.
pub(crate) const ONE: i32 = 1 << 14;

/// Windows may be as far from the plane, and as large: more is a mistake of the caller that would only take long.
const FURTHEST: f64 = (1 << 24) as f64;

/// The weights of one axis: for each sample of the output a run of source samples.
///
/// A row of source samples may be read in units of several, therefore runs begin and end at multiples of a unit,
/// counted from the first sample that any output needs; what that adds weighs nothing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Axis {
    layout: Option<Layout>,
    begin: usize,
    end: usize,
    /// The first sample of each run, counted from `begin`.
    firsts: Vec<u32>,
    /// How many samples each run has.
    lengths: Vec<u32>,
    /// `stride` weights for each run; those behind its length are zeros.
    weights: Vec<i16>,
    stride: usize,
    depth: usize,
    reach: usize,
}

/// All that the weights depend on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Layout {
    /// Where the window begins, in source samples.
    pub(crate) start: f64,
    /// How long the window is, in source samples.
    pub(crate) length: f64,
    /// How many source samples there are.
    pub(crate) samples: usize,
    /// How many samples the window becomes.
    pub(crate) outputs: usize,
    /// The kernel.
    pub(crate) filter: Filter,
    /// Runs begin at multiples of it.
    pub(crate) alignment: usize,
    /// Runs are as long as multiples of it.
    pub(crate) unit: usize,
}

/// A run before it is aligned: weights without zeros at the ends.
struct Run {
    first: usize,
    at: usize,
    length: usize,
}

impl Axis {
    /// Makes the weights, unless they are those that it has.
    ///
    /// # Panics
    /// When there is no source sample, or the window is empty, not finite, or absurdly far away or large.
    pub(crate) fn lay_out(&mut self, layout: Layout) {
        let Layout { start, length, samples, outputs, filter, alignment, unit } = layout;
        if self.layout == Some(layout) {
            return;
        }
        assert!(samples > 0, "nothing to resample");
        assert!(length > 0.0 && length < FURTHEST && start.abs() < FURTHEST, "a window of {length} at {start}");
        self.layout = Some(layout);

        let mut runs = Vec::with_capacity(outputs);
        let mut exact = Vec::new();
        let mut rounded = Vec::new();
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let scale = length / outputs as f64;
        for output in 0..outputs {
            #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
            let centre = start + (output as f64 + 0.5) * scale;
            let first = weigh(centre, scale.max(1.0), samples, filter, &mut exact);
            runs.push(round(&exact, first, &mut rounded));
        }
        self.place(&runs, &rounded, alignment, unit);
    }

    fn place(&mut self, runs: &[Run], rounded: &[i16], alignment: usize, unit: usize) {
        self.begin = runs.iter().map(|run| run.first).min().unwrap_or(0);
        self.end = runs.iter().map(|run| run.first + run.length).max().unwrap_or(0);
        let lead = |run: &Run| (run.first - self.begin) % alignment;
        self.stride = runs.iter().map(|run| (lead(run) + run.length).next_multiple_of(unit)).max().unwrap_or(0);
        self.firsts.clear();
        self.lengths.clear();
        self.weights.clear();
        self.weights.resize(runs.len() * self.stride, 0);
        (self.depth, self.reach) = (0, 0);
        let mut furthest = 0;
        for (index, run) in runs.iter().enumerate() {
            let lead = lead(run);
            let first = run.first - self.begin - lead;
            let length = (lead + run.length).next_multiple_of(unit);
            self.weights[index * self.stride + lead..][..run.length].copy_from_slice(&rounded[run.at..][..run.length]);
            self.firsts.push(u32::try_from(first).expect("fewer samples than 2^32"));
            self.lengths.push(u32::try_from(length).expect("fewer samples than 2^32"));
            furthest = furthest.max(first + length);
            self.depth = self.depth.max(furthest - first);
            self.reach = self.reach.max(first + self.stride);
        }
    }

    /// The first source sample that any output needs.
    pub(crate) fn begin(&self) -> usize {
        self.begin
    }

    /// The source sample behind the last that any output needs.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    /// How many samples the output has.
    pub(crate) fn outputs(&self) -> usize {
        self.firsts.len()
    }

    /// How many samples must be held at once, when outputs are made in their order.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// How many samples from `begin` on may be read when every run is read to its stride.
    pub(crate) fn reach(&self) -> usize {
        self.reach
    }

    /// Weights that belong to each run in [`Axis::weights`].
    pub(crate) fn stride(&self) -> usize {
        self.stride
    }

    /// The first sample of each run, counted from [`Axis::begin`]: at most `reach - stride`.
    pub(crate) fn firsts(&self) -> &[u32] {
        &self.firsts
    }

    /// All weights: `outputs × stride`.
    pub(crate) fn weights(&self) -> &[i16] {
        &self.weights
    }

    /// The run of one output: its first sample, counted from [`Axis::begin`], and the weights.
    pub(crate) fn run(&self, output: usize) -> (usize, &[i16]) {
        let weights = &self.weights[output * self.stride..][..self.lengths[output] as usize];
        (self.firsts[output] as usize, weights)
    }
}

/// The weights around a centre, and the sample that the first of them belongs to. The first and last sample go on for
/// ever, so what lies past the edge weighs for the sample at the edge.
fn weigh(centre: f64, scale: f64, samples: usize, filter: Filter, weights: &mut Vec<f64>) -> usize {
    let kernel = filter.kernel();
    let support = filter.support() * scale;
    #[expect(clippy::cast_possible_truncation, reason = "windows are bounded")]
    let (from, to) = ((centre - support).floor() as i64, (centre + support).ceil() as i64);
    let last = i64::try_from(samples - 1).expect("fewer samples than 2^63");
    let (first, end) = (from.clamp(0, last), (to - 1).clamp(0, last));
    weights.clear();
    weights.resize(usize::try_from(end - first).expect("positive") + 1, 0.0);
    for sample in from..to {
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let distance = (sample as f64 + 0.5 - centre).abs() / scale;
        weights[usize::try_from(sample.clamp(first, end) - first).expect("positive")] += kernel.at(distance);
    }
    usize::try_from(first).expect("positive")
}

/// Rounds weights so that they sum to [`ONE`] exactly, and leaves out what rounds to nothing at the ends.
///
/// What is rounded is the sum so far, not each weight: a kernel of thousands of tiny weights would otherwise lose its
/// shape. Counted from the middle, so that a symmetric kernel stays symmetric.
fn round(exact: &[f64], first: usize, rounded: &mut Vec<i16>) -> Run {
    let whole: f64 = exact.iter().sum();
    let (at, half) = (rounded.len(), ONE / 2);
    let (mut sum, mut before) = (0.0, -half);
    let mut skipped = 0;
    for (index, weight) in exact.iter().enumerate() {
        sum += weight;
        #[expect(clippy::cast_possible_truncation, reason = "about 2^14 at most")]
        let upto = if index + 1 == exact.len() { half } else { ((sum / whole - 0.5) * f64::from(ONE)).round() as i32 };
        let weight = i16::try_from(upto - before).expect("a weight below 2");
        before = upto;
        if weight == 0 && rounded.len() == at {
            skipped += 1;
        } else {
            rounded.push(weight);
        }
    }
    while rounded.len() > at + 1 && rounded.last() == Some(&0) {
        rounded.pop();
    }
    Run { first: first + skipped, at, length: rounded.len() - at }
}

impl Filter {
    /// How far the kernel reaches to each side, in output samples (in source samples when it enlarges).
    fn support(self) -> f64 {
        match self {
            Filter::Lanczos3 => 3.0,
            Filter::Lanczos2 => 2.0,
        }
    }

    fn kernel(self) -> &'static Kernel {
        static LANCZOS3: LazyLock<Kernel> = LazyLock::new(|| Kernel::lanczos(3.0));
        static LANCZOS2: LazyLock<Kernel> = LazyLock::new(|| Kernel::lanczos(2.0));
        match self {
            Filter::Lanczos3 => &LANCZOS3,
            Filter::Lanczos2 => &LANCZOS2,
        }
    }
}

/// A kernel as a table. Two sines for each weight would cost as much as the resampling of a small picture; straight
/// lines between steps are off by less than a hundredth of what a weight can tell.
struct Kernel(Vec<f64>);

impl Kernel {
    /// Table entries for each sample of distance.
    const STEPS: f64 = 1024.0;

    fn lanczos(support: f64) -> Self {
        let sinc = |x: f64| if x == 0.0 { 1.0 } else { (PI * x).sin() / (PI * x) };
        let steps = (0..).map(|step| f64::from(step) / Self::STEPS).take_while(|x| *x < support);
        let inside = steps.map(|x| sinc(x) * sinc(x / support));
        // Two more, so that the line to the end, and rounding past it, find what they need.
        Self(inside.chain([0.0, 0.0]).collect())
    }

    fn at(&self, distance: f64) -> f64 {
        let position = distance * Self::STEPS;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "distances are bounded, positive")]
        let index = position as usize;
        #[expect(clippy::cast_precision_loss, reason = "a table index")]
        let part = position - index as f64;
        match self.0.get(index..index + 2) {
            Some([here, next]) => here + (next - here) * part,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(start: f64, length: f64, samples: usize, outputs: usize) -> Axis {
        let mut axis = Axis::default();
        axis.lay_out(Layout { start, length, samples, outputs, filter: Filter::Lanczos3, alignment: 2, unit: 2 });
        axis
    }

    #[test]
    fn weights_of_every_run_sum_to_one() {
        for (start, length, samples, outputs) in [
            (0.0, 1000.0, 1000, 3),
            (0.3, 17.5, 18, 400),
            (-3.0, 10.0, 8, 7),
            (0.0, 100_000.0, 100_000, 1),
            (40.0, 2.0, 8, 3),
        ] {
            let axis = axis(start, length, samples, outputs);
            for output in 0..outputs {
                let sum: i32 = axis.run(output).1.iter().map(|weight| i32::from(*weight)).sum();
                assert_eq!(sum, ONE, "{start} {length} {samples} {outputs}: {output}");
            }
        }
    }

    #[test]
    fn a_window_without_scaling_is_a_copy() {
        let axis = axis(3.0, 4.0, 9, 4);
        assert_eq!((axis.begin(), axis.end()), (3, 7));
        let one = i16::try_from(ONE).unwrap();
        assert_eq!(
            (0..4).map(|y| axis.run(y)).collect::<Vec<_>>(),
            [(0, &[one, 0][..]), (0, &[0, one]), (2, &[one, 0]), (2, &[0, one]),]
        );
    }

    #[test]
    fn only_what_the_window_needs_is_read() {
        let axis = axis(500.0, 100.0, 1000, 10);
        assert!(axis.begin() >= 470 && axis.end() <= 630, "{} to {}", axis.begin(), axis.end());
    }

    #[test]
    fn weights_mirror() {
        let axis = axis(0.0, 64.0, 64, 5);
        for output in 0..5 {
            let spread = |output: usize| {
                let mut all = vec![0; 64 + 64];
                let (first, weights) = axis.run(output);
                all[axis.begin() + first..][..weights.len()].copy_from_slice(weights);
                all.truncate(64);
                all
            };
            let mut mirrored = spread(4 - output);
            mirrored.reverse();
            assert_eq!(spread(output), mirrored, "{output}");
        }
    }
}
