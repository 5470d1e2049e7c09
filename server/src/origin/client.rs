//! Open connections to origins, kept for as long as the origin stays as it is.

use super::{Error, ImagePath, Invalid, Network, Origin};
use bytes::Bytes;
use std::time::Duration;

/// Bounds on one fetch.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a source image.
    pub source_bytes: u64,
    /// Until a connection stands and the first byte of the answer is there.
    pub first_byte_timeout: Duration,
    /// For the whole fetch, retries included.
    pub fetch_timeout: Duration,
    /// Fewer bytes per second than this, over `slow_window`, is a timeout.
    pub rate_bytes_per_second_min: u64,
    /// See `rate_bytes_per_second_min`.
    pub slow_window: Duration,
    /// Retries after a broken answer.
    pub retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 40 * 1024 * 1024,
            first_byte_timeout: Duration::from_secs(5),
            fetch_timeout: Duration::from_secs(10),
            rate_bytes_per_second_min: 1024,
            slow_window: Duration::from_secs(5),
            retries: 2,
        }
    }
}

/// One image to fetch.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// Its path behind the origin.
    pub path: ImagePath,
    /// Query for web origins, without the `?`; empty when there is none.
    pub query: String,
    /// Host name that the client asked for, for web origins that want it forwarded; empty when unknown.
    pub host: String,
    /// Version that the caller has ([`Fetched::version`]); the origin may then answer that it is still right.
    pub if_not_version: Option<String>,
}

/// What an origin answered.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// The image.
    Image {
        /// The whole of it, at most `source_bytes`.
        data: Bytes,
        /// What the origin says it is.
        media_type: Option<String>,
        /// The origin's strong etag, or one made of what it tells (modification time and size); a hash of the
        /// data when it tells nothing. Never empty.
        version: String,
        /// When it was changed, if the origin tells.
        modify_time: Option<jiff::Timestamp>,
    },
    /// The caller's version is still right.
    NotModified,
}

/// Clients of all origins, one for each version of each origin.
#[derive(Debug)]
pub struct Clients {}

impl Clients {
    /// No connection is made before the first fetch.
    pub fn new(network: Network, limits: Limits) -> Self {
        let _ = (network, limits);
        Self {}
    }

    /// Fetches an image from `origin`.
    pub async fn fetch(&self, origin: &Origin, fetch: &Fetch) -> Result<Fetched, Error> {
        let _ = (origin, fetch);
        Err(Error::NotFound)
    }

    /// Whether a client for `origin` can be made at all: addresses, URL forms, keys.
    pub fn validate(&self, origin: &Origin) -> Result<(), Invalid> {
        let _ = origin;
        Ok(())
    }
}
