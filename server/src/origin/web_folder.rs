//! A web server: the path is put behind a base URL.

use serde::{Deserialize, Serialize};

/// A base URL.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// What each URL starts with, http or https.
    pub base_url: String,
    /// Send the host name that the client asked for instead of the base URL's.
    pub forward_host_header: bool,
}
