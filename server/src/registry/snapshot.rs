//! What is registered, as one immutable value. Every request reads one snapshot from its start to its end.

use super::UrlEndpoint;
use crate::{origin::Origin, secret::SecretString};
use std::{collections::BTreeMap, sync::Arc};

/// All that is registered at one moment.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Grows with every change.
    pub version: u64,
    /// By id.
    pub origins: BTreeMap<String, Arc<Origin>>,
    /// By id.
    pub url_endpoints: BTreeMap<String, Arc<UrlEndpoint>>,
    /// The account's keys.
    pub access_keys: Vec<AccessKey>,
}

/// An access key.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// The last part of its resource name.
    pub id: String,
    /// What opens the management API and signs URLs.
    pub private_key: SecretString,
}

/// Which endpoint a URL belongs to.
#[derive(Debug, Clone)]
pub struct EndpointMatch {
    /// The endpoint.
    pub url_endpoint: Arc<UrlEndpoint>,
    /// Why: `host`, `prefix` or `default`.
    pub matched_by: &'static str,
    /// How many bytes of the path, its leading slash included, name the endpoint: 0 or `/prefix`.
    pub prefix_bytes: usize,
}

impl Snapshot {
    /// The endpoint for `host` (with or without a port, any case) and a raw path that starts with `/`: a host
    /// that is bound to one endpoint wins, then the first segment as a prefix, then the default endpoint.
    pub fn endpoint_for(&self, host: &str, path: &str) -> Option<EndpointMatch> { let _ = (host, path); None }

    /// Whether `key` is one of the account's. Takes the same time wherever the first difference is.
    pub fn opens(&self, key: &str) -> bool { let _ = key; false }
}
