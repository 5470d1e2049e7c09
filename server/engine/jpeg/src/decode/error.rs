//! Why a JPEG was not decoded.

use std::fmt;

/// Why a JPEG was not decoded. The text says what is wrong, without the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// A JPEG of a kind that this decoder leaves to another one.
    Unsupported(&'static str),
    /// Not a JPEG, or one that no decoder can read.
    Broken(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(reason) => write!(out, "JPEG of another kind: {reason}"),
            Self::Broken(reason) => write!(out, "broken JPEG: {reason}"),
        }
    }
}

impl std::error::Error for DecodeError {}
