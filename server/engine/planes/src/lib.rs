//! Planes of samples: what a picture is between a decoder and an encoder.
//!
//! A JPEG, a lossy WebP and an AVIF hold a picture as one plane of luma and two of chroma. A picture whose
//! geometry alone changes stays in planes from the decoder to the encoder: no colour is converted, and chroma
//! is never larger than it was.

mod colour;
mod convolve;
mod plane;
mod raster;
mod resample;
mod turn;
mod vectorised;
mod window;

pub use colour::{MatrixShaper, Range};
pub use plane::{Plane, Planes, Subsampling};
pub use raster::{Channels, Raster};
pub use resample::{Filter, Light, Reduction, Resampler};
pub use turn::Orientation;
pub use window::Window;
