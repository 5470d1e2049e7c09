//! WebP: lossy from planes, lossless from pixels, both by libwebp.

mod alpha;
mod container;
mod lossless;
mod lossy;
mod picture;
mod settings;

pub use lossless::{LosslessSettings, Pixels, encode_lossless};
pub use lossy::encode;
pub use settings::Settings;

/// Pixels that a side may have: the format counts them in 14 bits.
pub const MAXIMUM_SIDE_PX: usize = 16_383;
