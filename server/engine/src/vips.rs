//! A safe wrapper over libvips: images, operations by name, encoded buffers.
//!
//! The library is loaded when the first image or operation is made ([`library`]). An operation is called through its
//! `GObject` properties, so one binary asks the libvips it runs on which options that has (8.14 … 8.18 differ) in
//! place of being built for one of them.
//!
//! Invariants: pixels and metadata of an [`Image`] never change once it can be seen, so images are shared
//! between threads freely; encoded bytes live as long as libvips may look at them, in both directions,
//! without a copy; this module holds the only `unsafe` of the crate. It knows no formats and no steps.
#![allow(unsafe_code)]

mod abi;
mod blob;
mod error;
mod image;
mod init;
mod library;
mod metadata;
mod operation;
mod pixels;
mod value;

pub use blob::live_blobs;
pub use error::VipsError;
pub use image::{BandFormat, Image, Interpretation};
pub use init::{init, tracked_memory, version};
pub use library::is_loaded;
pub use metadata::MetadataEdit;
pub use operation::{Built, Operation};
pub use pixels::{Affine, Angle, Kernel};

/// What a call into libvips gives.
pub type Result<T> = std::result::Result<T, VipsError>;

#[cfg(test)]
mod tests;
