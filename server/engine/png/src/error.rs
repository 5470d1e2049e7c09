//! Why a PNG was not decoded.

use std::fmt;

/// Why a PNG was not decoded. The text says what is wrong, without the file's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecodeError {
    /// A PNG of a kind that this decoder leaves to another one.
    Unsupported(&'static str),
    /// Not a PNG, or a damaged one.
    Broken(&'static str),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(reason) => write!(out, "PNG of another kind: {reason}"),
            Self::Broken(reason) => write!(out, "broken PNG: {reason}"),
        }
    }
}

impl std::error::Error for DecodeError {}
