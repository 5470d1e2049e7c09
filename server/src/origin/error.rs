//! What can go wrong at an origin, by meaning.

/// Why an origin gave no image. Texts never hold credentials, signed URLs or internal addresses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The origin answers, and has no such image.
    #[error("no image at this path")]
    NotFound,
    /// Credentials are wrong or expired, or lack the right to read.
    #[error("access denied: {0}")]
    AccessDenied(String),
    /// The connection was refused or could not be made, or the address may not be dialled.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// The origin answered with an error or nonsense, or broke off.
    #[error("broken: {0}")]
    Broken(String),
    /// No answer, or not a whole one, in time.
    #[error("timed out after {0:?}")]
    TimedOut(std::time::Duration),
    /// The image is larger than a source may be.
    #[error("the source has more than {maximum} bytes")]
    TooLarge {
        /// `source_bytes` of [`super::Limits`].
        maximum: u64,
    },
    /// Sources that are under way take all the memory that they may take together, or all the places of their origin.
    #[error("too many images are being fetched")]
    Overloaded,
    /// The path cannot be one of this origin's, for example a host that a web proxy does not allow.
    #[error("path refused: {0}")]
    PathRefused(String),
}

impl Error {
    /// Whether the origin, or the way to it, is in trouble that may pass and says nothing about the image.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Broken(_) | Self::TimedOut(_) | Self::Overloaded => true,
            Self::NotFound | Self::AccessDenied(_) | Self::TooLarge { .. } | Self::PathRefused(_) => false,
        }
    }
}

/// Why a location cannot be registered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {description}")]
pub struct Invalid {
    /// Field path in the message, for example `gcs.service_account_key`.
    pub field: String,
    /// What is wrong and what was expected; never the value of a secret.
    pub description: String,
}

impl Invalid {
    /// `field` as in the message, without the kind in front of it.
    pub(crate) fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}
