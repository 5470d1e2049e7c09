//! Safe wrappers of the vendored C encoders: planes (or pixels) and settings in, a file out.
//!
//! libwebp and libaom are compiled from the sources that their crates carry, so that bytes and speed do not
//! depend on the distribution. Only what encodes is here: decoding is the engine's. Both containers are written in
//! Rust: RIFF in [`webp`], boxes of ISO/IEC 14496-12 in [`avif`].
//!
//! libvips brings libraries of the same names, and is loaded while the program runs. They stay apart as long as nothing
//! of ours is exported from the executable. A linker exports what a shared library on its command line asks for, so
//! libvips must not be there; a test of the engine looks.

pub mod avif;
mod error;
mod metadata;
mod picture;
pub mod webp;

pub use error::EncodeError;
pub use metadata::Metadata;

/// What an encoder's settings are chosen for. Which those are was measured, and is said where they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// Few bytes for what is seen, at a time that a request can wait.
    #[default]
    Default,
    /// The least time.
    Speed,
}
