//! Planes of samples: what a picture is between a decoder and an encoder.
//!
//! A JPEG, a lossy WebP and an AVIF hold a picture as one plane of luma and two of chroma. A picture whose
//! geometry alone changes stays in planes from the decoder to the encoder: no colour is converted, and chroma
//! is never larger than it was.

mod plane;
mod resample;
mod window;

pub use plane::{Plane, Planes, Subsampling};
pub use resample::{Filter, Light, Resampler};
pub use window::Window;
