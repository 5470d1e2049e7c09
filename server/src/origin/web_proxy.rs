//! Absolute URLs in the path, of hosts that are allowed.

use serde::{Deserialize, Serialize};

/// The hosts that may be asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Exact host names, or `*.example.com` for every host below `example.com`.
    pub allowed_hosts: Vec<String>,
}
