//! What libvips says when it fails.

use super::library;
use std::ffi::CStr;

/// What went wrong, mostly in the words that libvips left in its error buffer.
///
/// The buffer is one per process, so with several threads a text may belong to another thread's failure:
/// good for a log line, not good enough to decide anything by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VipsError {
    /// A call failed.
    #[error("{0}")]
    Failed(String),
    /// There is no libvips to call. The text says what to install.
    #[error("{0}")]
    Missing(String),
}

impl VipsError {
    /// A failure that this wrapper found itself.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::Failed(text.into())
    }

    /// Takes what is in the error buffer and empties it.
    pub(super) fn take() -> Self {
        // SAFETY: `vips_error_buffer_copy` returns a fresh NUL-terminated string that we own and free once.
        let text = unsafe {
            let text = library::vips_error_buffer_copy();
            let copy = CStr::from_ptr(text).to_string_lossy().into_owned();
            library::g_free(text.cast());
            copy
        };
        let mut lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.dedup();
        if lines.is_empty() {
            lines.push("libvips gave no reason");
        }
        Self::Failed(lines.join("; "))
    }
}

/// Inside a step, libvips fails for a reason that no request is at fault for; decoders say
/// [`crate::Error::Unreadable`] themselves.
impl From<VipsError> for crate::Error {
    fn from(error: VipsError) -> Self {
        Self::Internal(error.to_string())
    }
}
