//! Why there is no rendition, by meaning.

use crate::{origin, workers};
use darkroom_engine::language::InvalidTransformation;

/// Why there is no rendition.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No such origin is registered.
    #[error("{0} does not exist")]
    OriginUnknown(String),
    /// No such URL endpoint is registered.
    #[error("{0} does not exist")]
    UrlEndpointUnknown(String),
    /// The path or URL is malformed.
    #[error("{0}")]
    Path(origin::path::InvalidPath),
    /// The transformation is not of the language.
    #[error(transparent)]
    Transformation(#[from] InvalidTransformation),
    /// The endpoint demands a signature.
    #[error("this URL must be signed: `ik-s` is missing")]
    SignatureMissing,
    /// The signature does not match.
    #[error("the signature `ik-s` does not match this URL")]
    SignatureInvalid,
    /// The signature has expired.
    #[error("the signature has expired (`ik-t`)")]
    SignatureExpired,
    /// The endpoint takes named transformations only.
    #[error("this URL endpoint takes named transformations only")]
    UnnamedRestricted,
    /// Nothing is attached to the endpoint.
    #[error("{url_endpoint} has no origins; attach one to it first")]
    NoOrigins {
        /// Resource name of the endpoint.
        url_endpoint: String,
    },
    /// No origin has the image.
    #[error("no origin has an image at `{path}`")]
    NotFound {
        /// The path that was asked for.
        path: String,
    },
    /// No origin has an image or a font that a layer names.
    #[error("no origin has `{path}`, which a layer of the transformation names")]
    ResourceNotFound {
        /// The path of the resource.
        path: String,
    },
    /// No origin has the image, and this one failed worst.
    #[error("origin {origin}: {error}")]
    Origin {
        /// Id of the origin.
        origin: String,
        /// What it said.
        error: origin::Error,
    },
    /// The worker or the engine said no.
    #[error(transparent)]
    Worker(#[from] workers::Error),
    /// Our bug. The text is for the log.
    #[error("internal: {0}")]
    Internal(String),
}
