//! Google Cloud Storage, read with a service account.

pub(super) mod bearer;
mod key_file;

use super::{
    Error, Invalid, Network,
    answer::Answer,
    attempt::Failure,
    endpoint::{check_name, check_prefix, check_secret, parse_endpoint, trim_prefix},
    store::{self, Store},
    transport::Transport,
};
use crate::secret::SecretString;
use bearer::BearerProvider;
use object_store::gcp::GoogleCloudStorageBuilder;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use key_file::ServiceAccountKey;

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

/// Where Google's own service is. Always set, so that nothing else can say where.
const GOOGLE: &str = "https://storage.googleapis.com";
/// Characters of an e-mail address or a key id.
const IDENTITY_CHARS_MAX: usize = 320;

impl Location {
    pub(super) fn open(&self, network: &Network, transport: Transport) -> Result<Store, Invalid> {
        check_name("gcs.bucket", &self.bucket, "-_.")?;
        check_prefix("gcs.prefix", &self.prefix)?;
        check_email(&self.client_email)?;
        if self.private_key_id.len() > IDENTITY_CHARS_MAX {
            return Err(Invalid::new("gcs.private_key_id", "too long for the id of a key"));
        }
        check_secret("gcs.private_key", &self.private_key, "the PEM text of a private key")?;
        let endpoint = match self.endpoint.as_str() {
            "" => GOOGLE.to_owned(),
            endpoint => parse_endpoint("gcs.endpoint", endpoint, network)?.to_string(),
        };
        let bearer = BearerProvider::new(&self.client_email, &self.private_key_id, &self.private_key)?;
        let objects = GoogleCloudStorageBuilder::new()
            .with_bucket_name(&self.bucket)
            .with_base_url(endpoint.trim_end_matches('/'))
            .with_credentials(Arc::new(bearer))
            .with_retry(store::no_retries())
            .with_http_connector(transport)
            .build()
            .map_err(|_| Invalid::new("gcs", "no client can be made of these settings"))?;
        let (bucket, client_email) = (self.bucket.clone(), self.client_email.clone());
        Ok(Store {
            objects: Arc::new(objects),
            prefix: trim_prefix(&self.prefix).to_owned(),
            explain: Box::new(move |answer| explain(answer, &bucket, &client_email)),
        })
    }
}

fn explain(answer: &Answer, bucket: &str, client_email: &str) -> Option<Failure> {
    let text = answer.text();
    match answer.status.as_u16() {
        401 => Some(
            Failure::from(Error::AccessDenied(format!("the service account key was refused ({text})"))).advise(
                format!("Google does not take the key of `{client_email}` ({text}): the key may be deleted or disabled, or the clock of this machine wrong; create a new key"),
            ),
        ),
        403 => Some(
            Failure::from(Error::AccessDenied(format!("the service account may not read the bucket ({text})"))).advise(
                format!("the service account `{client_email}` may not read bucket `{bucket}`: grant it the role Storage Object Viewer (roles/storage.objectViewer)"),
            ),
        ),
        404 if answer.is(&["NoSuchBucket"]) => Some(
            Failure::from(Error::Broken(format!("the bucket does not exist ({text})")))
                .advise(format!("there is no bucket `{bucket}`: check its name")),
        ),
        _ => None,
    }
}

fn check_email(email: &str) -> Result<(), Invalid> {
    let is_email = email.len() <= IDENTITY_CHARS_MAX
        && email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
        && email.chars().all(|character| character.is_ascii_graphic());
    if is_email {
        return Ok(());
    }
    Err(Invalid::new(
        "gcs.client_email",
        "expected the e-mail address of a service account, such as `name@project.iam.gserviceaccount.com`",
    ))
}
