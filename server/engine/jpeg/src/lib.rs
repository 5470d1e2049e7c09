//! JPEG to planes, at the scale that is wanted, and planes to JPEG.

mod decode;

pub use decode::{Component, DecodeError, Decoded, Decoder, Header, Scale};
