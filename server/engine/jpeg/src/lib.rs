//! JPEG to planes, at the scale that is wanted, and planes to JPEG.

mod encode;

pub use encode::{EncodeError, Encoder, Huffman, Settings, encode};
