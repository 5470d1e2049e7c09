//! What can go wrong between bytes and a rendition, by whose fault it is.

use serde::{Deserialize, Serialize};

/// Why the engine gave no rendition. It crosses the border of a worker process, so it holds no pointers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// The source is not an image that we read, or it is damaged beyond use.
    #[error("the source image cannot be read: {reason}")]
    Unreadable {
        /// What the decoder said, in words for a person; never holds credentials or paths.
        reason: String,
    },
    /// A limit would be passed. Nothing was decoded, or decoding was stopped.
    #[error("{limit} is limited to {maximum}; this request needs {actual}")]
    TooLarge {
        /// The limit's name as in [`crate::Limits`], for example `input_pixels`.
        limit: String,
        /// What is allowed, in the limit's unit.
        maximum: u64,
        /// What was asked for or found, in the same unit.
        actual: u64,
    },
    /// The transformation is well-formed but cannot be carried out on this source.
    #[error("parameter `{parameter}`: {reason}")]
    Impossible {
        /// The URL key, for example `xc`.
        parameter: String,
        /// Why, with the values that were seen.
        reason: String,
    },
    /// Asked for something that Darkroom does not do.
    #[error("parameter `{parameter}` is not supported: {reason}")]
    Unsupported {
        /// The URL key.
        parameter: String,
        /// What is not supported and what to use in its place.
        reason: String,
    },
    /// An image or a font that a layer names was not handed in.
    #[error("`{path}`, which a layer names, is missing")]
    MissingResource {
        /// Its path.
        path: String,
    },
    /// Our bug, or a library's: the text is for the log, not for the client.
    #[error("internal engine error: {0}")]
    Internal(String),
}
