//! A folder on the server's disk that nothing leads out of.

use serde::{Deserialize, Serialize};

/// The folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Its absolute path.
    pub path: String,
}
