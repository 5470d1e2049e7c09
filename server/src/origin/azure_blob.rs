//! Azure Blob Storage, read with a SAS token.

use crate::secret::SecretString;
use serde::{Deserialize, Serialize};

/// A container and the SAS token that reads it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Storage account name.
    pub account: String,
    /// Container name.
    pub container: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// Base URL of an emulator or a sovereign cloud, with the account in it; empty for Azure's own.
    pub endpoint: String,
    /// The query of a shared access signature, with or without the leading `?`.
    #[serde(skip)]
    pub sas_token: SecretString,
}
