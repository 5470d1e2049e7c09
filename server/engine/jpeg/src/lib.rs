//! JPEG to planes, at the scale that is wanted, and planes to JPEG.

mod decode;
mod encode;

pub use decode::{Component, DecodeError, Decoded, Decoder, Header, Scale};
pub use encode::{EncodeError, Encoder, Huffman, Settings, encode, luma_divisors};
