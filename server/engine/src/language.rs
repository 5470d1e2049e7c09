//! Text to typed transformation and back.

use std::{fmt, ops::Range, str::FromStr};

/// Chained transformations: what to do to an image, step by step. `Display` gives the canonical text:
/// equal meaning gives equal text, and the canonical text parses to an equal pipeline.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pipeline {}

/// A transformation text that is not of the language, with everything needed to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidTransformation {
    /// One sentence: what is wrong and what was expected.
    pub message: String,
    /// The URL key at fault, when one can be named.
    pub parameter: Option<String>,
    /// Where in the text it stands, in bytes.
    pub span: Range<usize>,
    /// What the parameter takes, for example `a whole number from 1 to 100`; empty for an unknown key.
    pub expected: String,
    /// The nearest known key, for an unknown one.
    pub nearest: Option<&'static str>,
    /// The key is known and deliberately not (or not yet) supported.
    pub unsupported: bool,
}

impl FromStr for Pipeline {
    type Err = InvalidTransformation;
    fn from_str(text: &str) -> Result<Self, Self::Err> { let _ = text; Ok(Self {}) }
}

impl fmt::Display for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str("") }
}
