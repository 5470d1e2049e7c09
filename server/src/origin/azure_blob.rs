//! Azure Blob Storage, read with a SAS token.

mod sas;

use super::{
    Error, Invalid, Network,
    answer::Answer,
    attempt::Failure,
    endpoint::{check_name, check_prefix, check_secret, parse_endpoint, trim_prefix},
    store::{self, Store},
    transport::Transport,
};
use crate::secret::{ExposeSecret, SecretString};
use jiff::Timestamp;
use object_store::azure::MicrosoftAzureBuilder;
use sas::SasToken;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

impl Location {
    /// When the SAS token expires, if it says so.
    pub fn sas_expire_time(&self) -> Option<Timestamp> {
        self.sas().and_then(|sas| sas.expire_time)
    }

    /// The permissions of the SAS token, for example `rl`; empty when a stored access policy has them.
    pub fn sas_permissions(&self) -> String {
        self.sas().map(|sas| sas.permissions).unwrap_or_default()
    }

    /// What a person should know at `now`.
    pub fn warnings(&self, now: Timestamp) -> Vec<String> {
        self.sas().map(|sas| sas.warnings(now)).unwrap_or_default()
    }

    /// Refuses what could not be used from `now` on; later the token may well have expired.
    pub(super) fn check(&self, now: Timestamp) -> Result<(), Invalid> {
        SasToken::parse_valid(self.sas_token.expose_secret(), now).map(drop)
    }

    pub(super) fn open(&self, network: &Network, transport: Transport) -> Result<Store, Invalid> {
        check_name("azure_blob.account", &self.account, "-")?;
        check_name("azure_blob.container", &self.container, "-$")?;
        check_prefix("azure_blob.prefix", &self.prefix)?;
        check_secret("azure_blob.sas_token", &self.sas_token, "a SAS token with read permission")?;
        let sas = SasToken::parse(self.sas_token.expose_secret())?;
        let mut builder = MicrosoftAzureBuilder::new()
            .with_account(&self.account)
            .with_container_name(&self.container)
            .with_sas_authorization(sas.pairs)
            .with_retry(store::no_retries())
            .with_http_connector(transport);
        if !self.endpoint.is_empty() {
            let endpoint = parse_endpoint("azure_blob.endpoint", &self.endpoint, network)?;
            builder = builder.with_endpoint(endpoint.as_str().trim_end_matches('/').to_owned());
        }
        let objects =
            builder.build().map_err(|_| Invalid::new("azure_blob", "no client can be made of these settings"))?;
        let (account, container, expire_time) = (self.account.clone(), self.container.clone(), sas.expire_time);
        Ok(Store {
            objects: Arc::new(objects),
            prefix: trim_prefix(&self.prefix).to_owned(),
            explain: Box::new(move |answer| explain(answer, &account, &container, expire_time)),
        })
    }

    fn sas(&self) -> Option<SasToken> {
        SasToken::parse(self.sas_token.expose_secret()).ok()
    }
}

fn explain(answer: &Answer, account: &str, container: &str, expire_time: Option<Timestamp>) -> Option<Failure> {
    let text = answer.text();
    match answer.status.as_u16() {
        401 | 403 => {
            let expired = expire_time.filter(|time| *time <= Timestamp::now());
            let advice = match expired {
                Some(time) => format!("the SAS token expired on {time}: create a new one with read permission"),
                None if answer.is(&["AuthorizationPermissionMismatch", "AuthorizationResourceTypeMismatch"]) => {
                    format!("the SAS token may not read blobs of container `{container}`: create one with `r`")
                }
                None if answer.is(&["AuthorizationFailure"]) => format!(
                    "account `{account}` refuses this network: allow the address of this server in its firewall"
                ),
                None => format!(
                    "account `{account}` does not take the SAS token ({text}): it may be revoked, cut off, or of another account or container"
                ),
            };
            let short = match expired {
                Some(_) => format!("the SAS token has expired ({text})"),
                None => format!("the SAS token was refused ({text})"),
            };
            Some(Failure::from(Error::AccessDenied(short)).advise(advice))
        }
        404 if answer.is(&["ContainerNotFound"]) => Some(
            Failure::from(Error::Broken(format!("the container does not exist ({text})")))
                .advise(format!("account `{account}` has no container `{container}`: check its name")),
        ),
        409 if answer.is(&["PublicAccessNotPermitted"]) => {
            Some(Error::AccessDenied(format!("the SAS token was not taken as one ({text})")).into())
        }
        _ => None,
    }
}
