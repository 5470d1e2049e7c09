//! What is registered: origins, URL endpoints, access keys. Durable in SQL, read from a snapshot in memory.

mod error;
mod snapshot;
mod url_endpoint;

pub use error::Error;
pub use snapshot::{AccessKey, EndpointMatch, Snapshot};
pub use url_endpoint::{Profile, UnknownParameters, UrlEndpoint};

use crate::{origin::Origin, secret::SecretString};
use std::{path::PathBuf, sync::Arc};

/// Where the registry is and how its secrets are sealed.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://path` or `postgres://…`; a password in it is a secret.
    pub url: SecretString,
    /// File with the master key; made with mode 0600 when it is absent.
    pub master_key_file: PathBuf,
}

/// The registry.
#[derive(Debug, Clone)]
pub struct Registry {
    _stub: (),
}

impl Registry {
    /// Opens the database, migrates it, checks it and loads the first snapshot.
    pub async fn open(config: &Config) -> Result<Self, Error> { let _ = config; Ok(Self { _stub: () }) }

    /// What is registered now. Never waits; the same `Arc` until something changes.
    pub fn snapshot(&self) -> Arc<Snapshot> { Arc::default() }

    /// Registers an origin; `id` and the output-only fields of `origin` are given by the registry when they are
    /// empty. The first origin is attached to the default endpoint. When this returns it is durable, and in the snapshot.
    pub async fn create_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> { Ok(Arc::new(origin)) }

    /// Replaces an origin of the same id. `origin.etag`, when not empty, must be the stored one.
    pub async fn update_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> { Ok(Arc::new(origin)) }

    /// Deletes an origin that no endpoint uses. `etag`, when not empty, must be the stored one.
    pub async fn delete_origin(&self, id: &str, etag: &str) -> Result<(), Error> { let _ = (id, etag); Ok(()) }

    /// Adds a URL endpoint; as [`Self::create_origin`].
    pub async fn create_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> { Ok(Arc::new(url_endpoint)) }

    /// Replaces a URL endpoint of the same id; as [`Self::update_origin`].
    pub async fn update_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> { Ok(Arc::new(url_endpoint)) }

    /// Deletes a URL endpoint that is not the default one; as [`Self::delete_origin`].
    pub async fn delete_url_endpoint(&self, id: &str, etag: &str) -> Result<(), Error> { let _ = (id, etag); Ok(()) }

    /// Makes sure of an access key: `given` when there is one (stored if it is new), else the stored ones, else
    /// a new one. Returns the key when it was made now, so that it can be printed once.
    pub async fn ensure_access_key(&self, given: Option<SecretString>) -> Result<Option<SecretString>, Error> { let _ = given; Ok(None) }
}
