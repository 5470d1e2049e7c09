//! The key file of a service account, as downloaded from the console.

use crate::{origin::Invalid, secret::SecretString};
use serde::Deserialize;
use zeroize::Zeroizing;

/// Bytes of a key file; real ones have 2.4 KB.
const KEY_FILE_BYTES_MAX: usize = 16 * 1024;
const FIELD: &str = "gcs.service_account_key";

/// What is kept of a key file: who it is and how it signs. Whatever else stands in it cannot point anywhere.
#[derive(Debug, Clone)]
pub struct ServiceAccountKey {
    /// E-mail of the service account.
    pub client_email: String,
    /// Id of the private key; empty when the file has none.
    pub private_key_id: String,
    /// PKCS #8 private key, PEM.
    pub private_key: SecretString,
}

/// No `Debug`: it holds the key in the open.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(rename = "type")]
    kind: Option<String>,
    client_email: Option<String>,
    private_key_id: Option<String>,
    private_key: Option<String>,
}

impl ServiceAccountKey {
    /// Reads the JSON of a key file.
    pub fn parse(json: &str) -> Result<Self, Invalid> {
        if json.len() > KEY_FILE_BYTES_MAX {
            return refuse(format!("longer than {KEY_FILE_BYTES_MAX} bytes"));
        }
        // The parser's own words may quote the text.
        let Ok(file) = serde_json::from_str::<KeyFile>(json) else {
            return refuse("expected the JSON of a service account key, as downloaded from the console");
        };
        let KeyFile { kind, client_email, private_key_id, private_key } = file;
        let private_key = private_key.map(Zeroizing::new);
        match kind.as_deref() {
            Some("service_account") => {}
            Some("authorized_user") => {
                return refuse(
                    "`type` is `authorized_user`: these are a person's credentials; create a key of a service account",
                );
            }
            Some(_) => {
                return refuse("`type` is not `service_account`; create a key of a service account");
            }
            None => return refuse("`type` is missing; expected `service_account`"),
        }
        let Some(client_email) = client_email.filter(|text| !text.is_empty()) else {
            return refuse("`client_email` is missing");
        };
        let Some(private_key) = private_key.filter(|text| !text.is_empty()) else {
            return refuse("`private_key` is missing");
        };
        Ok(Self {
            client_email,
            private_key_id: private_key_id.unwrap_or_default(),
            private_key: private_key.as_str().into(),
        })
    }
}

fn refuse<T>(description: impl Into<String>) -> Result<T, Invalid> {
    Err(Invalid::new(FIELD, description))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::ExposeSecret;
    use serde_json::json;

    fn check_refused(json: &str, word: &str) {
        let error = ServiceAccountKey::parse(json).unwrap_err();
        assert_eq!(error.field, FIELD);
        assert!(error.description.contains(word), "{error}");
        assert!(!error.description.contains("canary"), "{error}");
    }

    #[test]
    fn identity_and_key_are_kept_and_nothing_else() {
        let key = ServiceAccountKey::parse(
            &json!({
                "type": "service_account", "project_id": "p", "private_key_id": "id", "private_key": "pem",
                "client_email": "a@b.c", "token_uri": "http://169.254.169.254/", "gcs_base_url": "http://evil.example",
                "disable_oauth": true,
            })
            .to_string(),
        )
        .unwrap();
        assert_eq!((key.client_email.as_str(), key.private_key_id.as_str()), ("a@b.c", "id"));
        assert_eq!(key.private_key.expose_secret(), "pem");
    }

    #[test]
    fn other_files_are_refused_by_name() {
        check_refused("canary", "expected the JSON");
        check_refused("{\"type\": \"service_account\", \"private_key\": 5}", "expected the JSON");
        check_refused(&json!({"type": "authorized_user", "refresh_token": "canary"}).to_string(), "authorized_user");
        check_refused(&json!({"type": "canary"}).to_string(), "`type`");
        check_refused(&json!({"private_key": "canary"}).to_string(), "`type` is missing");
        check_refused(&json!({"type": "service_account", "private_key": "canary"}).to_string(), "`client_email`");
        check_refused(&json!({"type": "service_account", "client_email": "a@b.c"}).to_string(), "`private_key`");
        check_refused(&"a".repeat(KEY_FILE_BYTES_MAX + 1), "longer than");
    }
}
