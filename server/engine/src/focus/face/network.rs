//! Runs a small convolutional network, layer by layer, on one thread. Tensors are rows of pixels of
//! channels; padding is «same», as TensorFlow counts it.

/// Sides of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) height: usize,
    pub(super) width: usize,
    pub(super) channels: usize,
}

/// What a layer does to its input.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Each output channel sees `side` × `side` pixels of all input channels; weights are rows of columns of
    /// input channels of output channels.
    Convolution { side: usize, stride: usize, weights: Vec<f32>, bias: Vec<f32> },
    /// Each channel by itself; weights are rows of columns of channels.
    Depthwise { side: usize, stride: usize, weights: Vec<f32>, bias: Vec<f32> },
    /// The largest of `side` × `side` pixels, each channel by itself.
    MaxPool { side: usize, stride: usize },
    /// The sum with another tensor of the same shape.
    Add { other: usize },
    /// More channels, of zeros.
    PadChannels,
    /// Nothing below zero.
    Relu,
    /// To a larger size, linearly between the centres of pixels.
    Enlarge,
    /// The same numbers under another shape.
    Reshape,
}

/// One layer; tensors go by number.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    pub(super) kind: Kind,
    pub(super) input: usize,
    pub(super) output: usize,
}

/// Layers in the order in which they run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Network {
    pub(super) input: usize,
    pub(super) outputs: Vec<usize>,
    pub(super) layers: Vec<Layer>,
    pub(super) shapes: Vec<Shape>,
}

impl Network {
    /// The outputs for an input, which has the shape that the network wants.
    pub(super) fn run(&self, input: Vec<f32>) -> Vec<Vec<f32>> {
        let mut tensors: Vec<Vec<f32>> = vec![Vec::new(); self.shapes.len()];
        tensors[self.input] = input;
        for Layer { kind, input, output } in &self.layers {
            let (from, to) = (self.shapes[*input], self.shapes[*output]);
            let values = &tensors[*input];
            tensors[*output] = match kind {
                Kind::Convolution { side, stride, weights, bias } => {
                    convolution(values, from, to, *side, *stride, (weights, bias))
                }
                Kind::Depthwise { side, stride, weights, bias } => {
                    depthwise(values, from, to, *side, *stride, (weights, bias))
                }
                Kind::MaxPool { side, stride } => max_pool(values, from, to, *side, *stride),
                Kind::Add { other } => values.iter().zip(&tensors[*other]).map(|(a, b)| a + b).collect(),
                Kind::PadChannels => pad_channels(values, from, to),
                Kind::Relu => values.iter().map(|value| value.max(0.0)).collect(),
                Kind::Enlarge => enlarge(values, from, to),
                Kind::Reshape => values.clone(),
            };
        }
        self.outputs.iter().map(|output| std::mem::take(&mut tensors[*output])).collect()
    }
}

/// The input pixels that an output pixel sees: the number of the weight and the start of the pixel's
/// channels. What lies outside is left out, as zeros would be.
fn seen(
    from: Shape,
    to: Shape,
    side: usize,
    stride: usize,
    (x, y): (usize, usize),
) -> impl Iterator<Item = (usize, usize)> {
    let before = |inner: usize, outer: usize| ((inner - 1) * stride + side).saturating_sub(outer) / 2;
    let (left, top) = (before(to.width, from.width), before(to.height, from.height));
    (0..side * side).filter_map(move |weight| {
        let row = (y * stride + weight / side).checked_sub(top)?;
        let column = (x * stride + weight % side).checked_sub(left)?;
        let inside = row < from.height && column < from.width;
        inside.then_some((weight, (row * from.width + column) * from.channels))
    })
}

fn pixels(shape: Shape) -> impl Iterator<Item = (usize, usize)> {
    (0..shape.height).flat_map(move |y| (0..shape.width).map(move |x| (x, y)))
}

fn convolution(
    values: &[f32],
    from: Shape,
    to: Shape,
    side: usize,
    stride: usize,
    (weights, bias): (&[f32], &[f32]),
) -> Vec<f32> {
    let mut out = bias.repeat(to.height * to.width);
    for (pixel, sums) in pixels(to).zip(out.chunks_exact_mut(to.channels)) {
        for (weight, start) in seen(from, to, side, stride, pixel) {
            let rows = weights[weight * from.channels * to.channels..].chunks_exact(to.channels);
            for (value, row) in values[start..start + from.channels].iter().zip(rows) {
                // After a ReLU about half of all values are zero.
                if *value != 0.0 {
                    for (sum, weight) in sums.iter_mut().zip(row) {
                        *sum += value * weight;
                    }
                }
            }
        }
    }
    out
}

fn depthwise(
    values: &[f32],
    from: Shape,
    to: Shape,
    side: usize,
    stride: usize,
    (weights, bias): (&[f32], &[f32]),
) -> Vec<f32> {
    let mut out = bias.repeat(to.height * to.width);
    for (pixel, sums) in pixels(to).zip(out.chunks_exact_mut(to.channels)) {
        for (weight, start) in seen(from, to, side, stride, pixel) {
            let row = &weights[weight * to.channels..][..to.channels];
            for ((sum, value), weight) in sums.iter_mut().zip(&values[start..start + to.channels]).zip(row) {
                *sum += value * weight;
            }
        }
    }
    out
}

fn max_pool(values: &[f32], from: Shape, to: Shape, side: usize, stride: usize) -> Vec<f32> {
    let mut out = vec![f32::NEG_INFINITY; to.height * to.width * to.channels];
    for (pixel, largest) in pixels(to).zip(out.chunks_exact_mut(to.channels)) {
        for (_, start) in seen(from, to, side, stride, pixel) {
            for (largest, value) in largest.iter_mut().zip(&values[start..start + to.channels]) {
                *largest = largest.max(*value);
            }
        }
    }
    out
}

fn pad_channels(values: &[f32], from: Shape, to: Shape) -> Vec<f32> {
    let mut out = vec![0.0; to.height * to.width * to.channels];
    for (wide, narrow) in out.chunks_exact_mut(to.channels).zip(values.chunks_exact(from.channels)) {
        wide[..from.channels].copy_from_slice(narrow);
    }
    out
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // sides of a small tensor
fn enlarge(values: &[f32], from: Shape, to: Shape) -> Vec<f32> {
    let neighbours = |at: usize, inner: usize, outer: usize| {
        let exact = ((at as f32 + 0.5) * inner as f32 / outer as f32 - 0.5).max(0.0);
        let first = (exact as usize).min(inner - 1);
        (first, (first + 1).min(inner - 1), exact - first as f32)
    };
    let mut out = Vec::with_capacity(to.height * to.width * to.channels);
    for (x, y) in pixels(to) {
        let (left, right, across) = neighbours(x, from.width, to.width);
        let (top, bottom, down) = neighbours(y, from.height, to.height);
        let pixel = |x: usize, y: usize| &values[(y * from.width + x) * from.channels..][..from.channels];
        let (upper, lower) = ((pixel(left, top), pixel(right, top)), (pixel(left, bottom), pixel(right, bottom)));
        out.extend((0..to.channels).map(|channel| {
            let between = |(a, b): (&[f32], &[f32])| a[channel] * (1.0 - across) + b[channel] * across;
            between(upper) * (1.0 - down) + between(lower) * down
        }));
    }
    out
}
