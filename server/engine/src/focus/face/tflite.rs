//! Reads a network out of a TensorFlow Lite file, which is a `FlatBuffer`: tables that point to tables.
//!
//! It knows what the one model beside it needs and refuses everything else: eight kinds of layers, 16-bit
//! weights, no quantisation. The file is compiled in, so whether it reads is a matter of a test.

use super::network::{Kind, Layer, Network, Shape};

/// The network of a file; `None` where the file holds anything that is not known here.
pub(super) fn read(bytes: &[u8]) -> Option<Network> {
    let file = File { bytes };
    let model = Table { file, at: file.offset(0)? };
    let graph = *model.tables(2)?.first()?;
    let buffers = model.tables(4)?;
    let codes: Vec<u32> = model.tables(1)?.iter().map(Table::operator).collect();
    let tensors = graph.tables(0)?;

    let mut shapes = Vec::new();
    let mut constants = Vec::new();
    for tensor in &tensors {
        shapes.push(shape(&tensor.numbers(0)?)?);
        let data = buffers.get(tensor.number(2)?)?.bytes(0).unwrap_or_default();
        constants.push(halves(tensor.byte(1), data));
    }

    let mut layers = Vec::new();
    for operation in graph.tables(3)? {
        let code = *codes.get(operation.number(0)?)?;
        let (inputs, outputs) = (operation.numbers(1)?, operation.numbers(2)?);
        let (first, output) = (*inputs.first()?, *outputs.first()?);
        if code == DEQUANTIZE {
            constants[output] = constants.get_mut(first)?.take();
            continue;
        }
        let options = operation.table(4);
        let kind = match code {
            CONV_2D => {
                let [_, height, width, channels] = tensors[*inputs.get(1)?].numbers(0)?[..] else { return None };
                let (weights, bias) = (constants[inputs[1]].take()?, constants[*inputs.get(2)?].take()?);
                let weights = outputs_last(&weights, bias.len());
                (channels == shapes[first].channels && height == width).then_some(Kind::Convolution {
                    side: height,
                    stride: options?.number(1)?,
                    weights,
                    bias,
                })?
            }
            DEPTHWISE_CONV_2D => {
                let [1, height, width, _] = tensors[*inputs.get(1)?].numbers(0)?[..] else { return None };
                let (weights, bias) = (constants[inputs[1]].take()?, constants[*inputs.get(2)?].take()?);
                (height == width).then_some(Kind::Depthwise {
                    side: height,
                    stride: options?.number(1)?,
                    weights,
                    bias,
                })?
            }
            MAX_POOL_2D => Kind::MaxPool { side: options?.number(3)?, stride: options?.number(1)? },
            ADD => Kind::Add { other: *inputs.get(1)? },
            PAD => Kind::PadChannels,
            RELU => Kind::Relu,
            RESIZE_BILINEAR => (options?.byte(3) != 0).then_some(Kind::Enlarge)?, // with centres at halves
            RESHAPE => Kind::Reshape,
            _ => return None,
        };
        layers.push(Layer { kind, input: first, output });
    }
    let [input] = graph.numbers(1)?[..] else { return None };
    Some(Network { input, outputs: graph.numbers(2)?, layers, shapes })
}

// Numbers of the schema.
const ADD: u32 = 0;
const CONV_2D: u32 = 3;
const DEPTHWISE_CONV_2D: u32 = 4;
const DEQUANTIZE: u32 = 6;
const MAX_POOL_2D: u32 = 17;
const RELU: u32 = 19;
const RESHAPE: u32 = 22;
const RESIZE_BILINEAR: u32 = 23;
const PAD: u32 = 34;
const FLOAT16: u8 = 1;

/// Batch (always 1), height, width, channels; fewer where a tensor is a list.
fn shape(sides: &[usize]) -> Option<Shape> {
    Some(match *sides {
        [1, height, width, channels] => Shape { height, width, channels },
        [1, width, channels] | [width, channels] => Shape { height: 1, width, channels },
        [channels] => Shape { height: 1, width: 1, channels },
        [] => Shape { height: 1, width: 1, channels: 1 },
        [height, side, width, channels] => Shape { height: height * side, width, channels },
        _ => return None,
    })
}

/// From output, row, column, input to row, column, input, output: the order in which they are used.
fn outputs_last(weights: &[f32], outputs: usize) -> Vec<f32> {
    let inner = weights.len() / outputs;
    (0..inner).flat_map(|inner_index| (0..outputs).map(move |output| weights[output * inner + inner_index])).collect()
}

fn halves(tensor_type: u8, data: &[u8]) -> Option<Vec<f32>> {
    if tensor_type != FLOAT16 || data.is_empty() {
        return None;
    }
    Some(data.chunks_exact(2).map(|pair| half(u16::from_le_bytes([pair[0], pair[1]]))).collect())
}

/// A 16-bit floating point number. The model has no infinities.
fn half(bits: u16) -> f32 {
    let magnitude = match (bits >> 10 & 31, bits & 1023) {
        (0, fraction) => f32::from(fraction) * 2f32.powi(-24),
        (exponent, fraction) => f32::from(1024 + fraction) * 2f32.powi(i32::from(exponent) - 25),
    };
    if bits >> 15 == 1 { -magnitude } else { magnitude }
}

#[derive(Clone, Copy)]
struct File<'a> {
    bytes: &'a [u8],
}

impl<'a> File<'a> {
    fn slice(self, at: usize, length: usize) -> Option<&'a [u8]> {
        self.bytes.get(at..at.checked_add(length)?)
    }

    fn u16(self, at: usize) -> Option<usize> {
        Some(u16::from_le_bytes(self.slice(at, 2)?.try_into().ok()?).into())
    }

    fn i32(self, at: usize) -> Option<i32> {
        Some(i32::from_le_bytes(self.slice(at, 4)?.try_into().ok()?))
    }

    fn count(self, at: usize) -> Option<usize> {
        usize::try_from(self.i32(at)?).ok()
    }

    /// Where the offset that is stored at `at` points to.
    fn offset(self, at: usize) -> Option<usize> {
        at.checked_add(self.count(at)?)
    }
}

#[derive(Clone, Copy)]
struct Table<'a> {
    file: File<'a>,
    at: usize,
}

impl<'a> Table<'a> {
    /// Where a field lies; `None` where it has its default.
    fn field(&self, index: usize) -> Option<usize> {
        let fields = self.at.checked_add_signed(-isize::try_from(self.file.i32(self.at)?).ok()?)?;
        let entry = 4 + 2 * index;
        if entry + 2 > self.file.u16(fields)? {
            return None;
        }
        let offset = self.file.u16(fields + entry)?;
        (offset != 0).then_some(self.at + offset)
    }

    fn byte(&self, index: usize) -> u8 {
        self.field(index).and_then(|at| self.file.bytes.get(at).copied()).unwrap_or(0)
    }

    /// A whole number; 0 where it is left out.
    fn number(&self, index: usize) -> Option<usize> {
        self.field(index).map_or(Some(0), |at| self.file.count(at))
    }

    fn table(&self, index: usize) -> Option<Self> {
        Some(Table { file: self.file, at: self.file.offset(self.field(index)?)? })
    }

    /// Where the elements of a list begin, and how many there are.
    fn list(&self, index: usize) -> Option<(usize, usize)> {
        let at = self.file.offset(self.field(index)?)?;
        Some((at + 4, self.file.count(at)?))
    }

    fn bytes(&self, index: usize) -> Option<&'a [u8]> {
        let (at, count) = self.list(index)?;
        self.file.slice(at, count)
    }

    fn numbers(&self, index: usize) -> Option<Vec<usize>> {
        let Some((at, count)) = self.list(index) else { return Some(Vec::new()) };
        (0..count).map(|element| self.file.count(at + 4 * element)).collect()
    }

    fn tables(&self, index: usize) -> Option<Vec<Self>> {
        let (at, count) = self.list(index)?;
        (0..count).map(|element| Some(Table { file: self.file, at: self.file.offset(at + 4 * element)? })).collect()
    }

    /// The number of an operator code, which grew out of its first field, a byte.
    fn operator(&self) -> u32 {
        let wide = self.number(3).unwrap_or(0);
        u32::from(self.byte(0)).max(u32::try_from(wide).unwrap_or(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::float_cmp)] // exact powers of two
    fn halves_are_numbers() {
        assert_eq!(half(0x3c00), 1.0);
        assert_eq!(half(0xc000), -2.0);
        assert_eq!(half(0x7bff), 65_504.0);
        assert_eq!(half(0x0001), 2f32.powi(-24));
        assert_eq!(half(0x8000), 0.0);
    }

    #[test]
    fn a_broken_file_is_no_network() {
        assert!(read(b"").is_none());
        assert!(read(b"TFL3TFL3").is_none());
        assert!(read(&[0xff; 64]).is_none());
    }
}
