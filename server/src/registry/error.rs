//! What can go wrong in the registry, by meaning.

/// Why the registry did not do as asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No resource of that name, for example `origins/photos`.
    #[error("{0} does not exist")]
    NotFound(String),
    /// The id, prefix or host is taken.
    #[error("{0}")]
    AlreadyExists(String),
    /// The etag in the request is not the stored one.
    #[error("{0} was changed since it was read")]
    EtagMismatch(String),
    /// The origin is attached to these endpoints.
    #[error("{origin} is attached to {}", url_endpoints.join(", "))]
    OriginInUse {
        /// Resource name of the origin.
        origin: String,
        /// Resource names of the endpoints.
        url_endpoints: Vec<String>,
    },
    /// The default endpoint stays.
    #[error("the default URL endpoint cannot be deleted")]
    DefaultEndpoint,
    /// A field is wrong in a way that only the registry can see, for example an origin that does not exist.
    #[error("{field}: {description}")]
    Invalid {
        /// Field path in the message, for example `origins[1]`.
        field: String,
        /// What is wrong and what was expected.
        description: String,
    },
    /// The database cannot be read or written now. The text is for the log.
    #[error("the registry is unavailable: {0}")]
    Unavailable(String),
    /// The master key does not open what is stored, or a row was tampered with.
    #[error("stored credentials cannot be opened: {0}")]
    Sealed(String),
}
