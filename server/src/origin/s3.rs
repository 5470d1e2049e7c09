//! Amazon S3, and services that speak its protocol.

use crate::secret::SecretString;
use serde::{Deserialize, Serialize};

/// A bucket of Amazon S3.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Bucket name.
    pub bucket: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// AWS region; empty means `us-east-1`.
    pub region: String,
    /// Use the role of the instance, task or service account that Darkroom runs under, and no keys.
    pub use_iam_role: bool,
    /// Base URL of an emulator or a sovereign cloud; empty for Amazon's own.
    pub endpoint: String,
    /// Access key id.
    #[serde(skip)]
    pub access_key: SecretString,
    /// Secret access key.
    #[serde(skip)]
    pub secret_key: SecretString,
}

/// A bucket of a service that speaks the S3 protocol.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CompatibleLocation {
    /// Bucket name.
    pub bucket: String,
    /// Put before each path, with a slash between.
    pub prefix: String,
    /// Base URL of the service.
    pub endpoint: String,
    /// Region that signatures name; empty means `us-east-1`.
    pub region: String,
    /// The bucket stands in the path rather than in the host name.
    pub force_path_style: bool,
    /// Access key id.
    #[serde(skip)]
    pub access_key: SecretString,
    /// Secret access key.
    #[serde(skip)]
    pub secret_key: SecretString,
}
