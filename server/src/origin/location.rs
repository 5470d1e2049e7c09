//! Where an origin is: one arm per kind.

use super::{azure_blob, folder, gcs, s3, web_folder, web_proxy};

/// Where an origin is, and the credentials to read it.
#[derive(Debug, Clone)]
#[allow(missing_docs)] // each arm's type says it
pub enum Location {
    Gcs(gcs::Location),
    AzureBlob(azure_blob::Location),
    S3(s3::Location),
    S3Compatible(s3::CompatibleLocation),
    WebFolder(web_folder::Location),
    WebProxy(web_proxy::Location),
    Folder(folder::Location),
}
