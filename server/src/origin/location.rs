//! Where an origin is: one arm per kind.

use super::{Invalid, azure_blob, folder, gcs, s3, web_folder, web_proxy};
use crate::secret::SecretString;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

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

/// Stored forms: the kind and the settings lie open, the secrets are sealed by whoever stores them.
impl Location {
    /// The stable name of the kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Gcs(_) => "gcs",
            Self::AzureBlob(_) => "azure_blob",
            Self::S3(_) => "s3",
            Self::S3Compatible(_) => "s3_compatible",
            Self::WebFolder(_) => "web_folder",
            Self::WebProxy(_) => "web_proxy",
            Self::Folder(_) => "folder",
        }
    }

    /// Everything but the secrets, as a JSON object.
    pub fn settings(&self) -> Value {
        match self {
            Self::Gcs(location) => object(location),
            Self::AzureBlob(location) => object(location),
            Self::S3(location) => object(location),
            Self::S3Compatible(location) => object(location),
            Self::WebFolder(location) => object(location),
            Self::WebProxy(location) => object(location),
            Self::Folder(location) => object(location),
        }
    }

    /// The secrets by field name; those that are not set are left out.
    pub fn secrets(&self) -> BTreeMap<String, SecretString> {
        use crate::secret::ExposeSecret as _;
        let fields: Vec<(&str, &SecretString)> = match self {
            Self::Gcs(location) => vec![("private_key", &location.private_key)],
            Self::AzureBlob(location) => vec![("sas_token", &location.sas_token)],
            Self::S3(location) => vec![("access_key", &location.access_key), ("secret_key", &location.secret_key)],
            Self::S3Compatible(location) => {
                vec![("access_key", &location.access_key), ("secret_key", &location.secret_key)]
            }
            Self::WebFolder(_) | Self::WebProxy(_) | Self::Folder(_) => Vec::new(),
        };
        fields
            .into_iter()
            .filter(|(_, secret)| !secret.expose_secret().is_empty())
            .map(|(name, secret)| (name.to_owned(), secret.clone()))
            .collect()
    }

    /// Puts a stored location together again. Whether it can still be used is not asked: an expired token must not
    /// keep a server from starting.
    pub fn restore(kind: &str, settings: Value, mut secrets: BTreeMap<String, SecretString>) -> Result<Self, Invalid> {
        let mut secret = |name: &str| secrets.remove(name).unwrap_or_default();
        Ok(match kind {
            "gcs" => Self::Gcs(gcs::Location { private_key: secret("private_key"), ..parse(kind, settings)? }),
            "azure_blob" => {
                Self::AzureBlob(azure_blob::Location { sas_token: secret("sas_token"), ..parse(kind, settings)? })
            }
            "s3" => Self::S3(s3::Location {
                access_key: secret("access_key"),
                secret_key: secret("secret_key"),
                ..parse(kind, settings)?
            }),
            "s3_compatible" => Self::S3Compatible(s3::CompatibleLocation {
                access_key: secret("access_key"),
                secret_key: secret("secret_key"),
                ..parse(kind, settings)?
            }),
            "web_folder" => Self::WebFolder(parse(kind, settings)?),
            "web_proxy" => Self::WebProxy(parse(kind, settings)?),
            "folder" => Self::Folder(parse(kind, settings)?),
            other => {
                return Err(Invalid::new("kind", format!("`{other}` is no kind of origin")));
            }
        })
    }
}

fn object(settings: &impl Serialize) -> Value {
    // Plain structs of strings and booleans: there is nothing in them that JSON cannot say.
    serde_json::to_value(settings).unwrap_or_default()
}

fn parse<T: DeserializeOwned>(kind: &str, settings: Value) -> Result<T, Invalid> {
    serde_json::from_value(settings)
        .map_err(|error| Invalid::new(kind, format!("stored settings cannot be read: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CANARY: &str = "canary-8d1f";

    fn secrets(names: &[&str]) -> BTreeMap<String, SecretString> {
        names.iter().map(|name| ((*name).to_owned(), format!("{CANARY}-{name}").into())).collect()
    }

    #[test]
    fn what_is_stored_comes_back_and_secrets_stay_apart() {
        for (kind, settings, names) in [
            ("gcs", json!({"bucket": "b", "client_email": "a@b"}), &["private_key"][..]),
            ("azure_blob", json!({"account": "a", "container": "c"}), &["sas_token"][..]),
            ("s3", json!({"bucket": "b", "region": "eu-west-1"}), &["access_key", "secret_key"][..]),
            (
                "s3_compatible",
                json!({"bucket": "b", "endpoint": "https://s3.example.com"}),
                &["access_key", "secret_key"][..],
            ),
            ("web_folder", json!({"base_url": "https://example.com"}), &[][..]),
            ("web_proxy", json!({"allowed_hosts": ["example.com"]}), &[][..]),
            ("folder", json!({"path": "/srv"}), &[][..]),
        ] {
            let location = Location::restore(kind, settings.clone(), secrets(names)).unwrap();
            assert_eq!(location.kind(), kind);
            assert_eq!(location.secrets().keys().collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
            let open = location.settings();
            for (name, value) in settings.as_object().unwrap() {
                assert_eq!(&open[name], value, "{kind} {name}");
            }
            for text in [open.to_string(), format!("{location:?}"), format!("{location:#?}")] {
                assert!(!text.contains(CANARY), "{kind} tells its secret: {text}");
            }
            let again = Location::restore(kind, open.clone(), location.secrets()).unwrap();
            assert_eq!(again.settings(), open);
        }
    }

    #[test]
    fn an_unknown_kind_is_refused() {
        let error = Location::restore("ftp", json!({}), BTreeMap::new()).unwrap_err();
        assert_eq!(error.field, "kind");
    }
}
