//! Google Cloud Storage, read with a service account.

use crate::secret::SecretString;
use serde::{Deserialize, Serialize};

/// A bucket and the service account that reads it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Bucket name.
    pub bucket: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// E-mail of the service account.
    pub client_email: String,
    /// Id of the private key; empty when unknown.
    pub private_key_id: String,
    /// Base URL of an emulator or a sovereign cloud; empty for Google's own.
    pub endpoint: String,
    /// PKCS #8 private key, PEM.
    #[serde(skip)]
    pub private_key: SecretString,
}
