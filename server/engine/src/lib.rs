//! Bytes and a transformation in, a rendition out.
//!
//! The engine knows the transformation language, the formats and the pixels. It deliberately knows no
//! network, no credentials, no clock of a request and no async runtime: the server runs it in worker
//! processes that can be killed, and `darkroom transform` runs it directly.

mod codecs;
pub mod error;
pub mod focus;
pub mod formats;
mod frame;
pub mod language;
pub mod limits;
mod memory;
pub mod metadata;
pub mod picture;
mod planar;
mod raster;
pub mod render;
pub mod resources;
mod text;
pub mod vips;
mod whole;
mod work;

pub use error::Error;
pub use focus::Area;
pub use formats::{Accept, Format};
pub use language::Pipeline;
pub use limits::Limits;
pub use metadata::{Metadata, metadata, metadata_at};
pub use render::{Batch, Choice, Favour, Rendition, Request, Timings, passes_through, render, render_and_tell};
pub use resources::{Resource, ResourceKind, Resources};
