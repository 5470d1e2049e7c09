//! The bearer that Google takes: a token that we sign ourselves, for reading and nothing else.
//!
//! `object_store` would ask for the whole cloud platform. A self-signed token needs no exchange, so that no address
//! from a key file is ever dialled.

use crate::{
    origin::Invalid,
    secret::{ExposeSecret, SecretString},
};
use async_trait::async_trait;
use aws_lc_rs::{rand::SystemRandom, rsa, signature};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use object_store::{CredentialProvider, gcp::GcpCredential};
use serde_json::json;
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// All that a bearer may do.
const SCOPE: &str = "https://www.googleapis.com/auth/devstorage.read_only";
/// How long a bearer is good for; Google takes no more than an hour.
const LIFETIME: Duration = Duration::from_hours(1);
/// How long one is used: short of its end by more than any clock is wrong.
const USED_FOR: Duration = Duration::from_mins(50);
/// A clock that runs a little ahead must not make a bearer that is not valid yet.
const BACKDATED: Duration = Duration::from_secs(30);
const FIELD: &str = "gcs.private_key";
const PEM_BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const PEM_END: &str = "-----END PRIVATE KEY-----";

pub(super) struct BearerProvider {
    client_email: String,
    private_key_id: String,
    key: rsa::KeyPair,
    /// The lock is held while one is signed, so that it is signed once.
    current: Mutex<Option<(Arc<GcpCredential>, Instant)>>,
}

impl fmt::Debug for BearerProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BearerProvider").field("client_email", &self.client_email).finish_non_exhaustive()
    }
}

impl BearerProvider {
    pub(super) fn new(client_email: &str, private_key_id: &str, pem: &SecretString) -> Result<Self, Invalid> {
        Ok(Self {
            client_email: client_email.to_owned(),
            private_key_id: private_key_id.to_owned(),
            key: parse_key(pem.expose_secret())?,
            current: Mutex::new(None),
        })
    }

    fn sign(&self, now: SystemTime) -> object_store::Result<String> {
        let issued = now.duration_since(UNIX_EPOCH).unwrap_or_default().saturating_sub(BACKDATED).as_secs();
        let mut header = json!({"alg": "RS256", "typ": "JWT"});
        if !self.private_key_id.is_empty() {
            header["kid"] = self.private_key_id.as_str().into();
        }
        let claims = json!({
            "iss": self.client_email,
            "sub": self.client_email,
            "scope": SCOPE,
            "iat": issued,
            "exp": issued + LIFETIME.as_secs(),
        });
        let encode = |part: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encode(header), encode(claims));
        let mut signed = vec![0; self.key.public_modulus_len()];
        self.key
            .sign(&signature::RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signed)
            .map_err(|error| object_store::Error::Generic { store: "GCS", source: Box::new(error) })?;
        Ok(format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signed)))
    }
}

#[async_trait]
impl CredentialProvider for BearerProvider {
    type Credential = GcpCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<GcpCredential>> {
        let mut current = self.current.lock().await;
        if let Some((credential, signed_at)) = &*current
            && signed_at.elapsed() < USED_FOR
        {
            return Ok(Arc::clone(credential));
        }
        let credential = Arc::new(GcpCredential { bearer: self.sign(SystemTime::now())? });
        *current = Some((Arc::clone(&credential), Instant::now()));
        Ok(credential)
    }
}

fn parse_key(pem: &str) -> Result<rsa::KeyPair, Invalid> {
    // Keys that travelled through environment variables have their line ends written out.
    let pem = Zeroizing::new(pem.replace("\\n", "\n"));
    let Some((_, rest)) = pem.split_once(PEM_BEGIN) else {
        return refuse(match () {
            () if pem.contains("BEGIN RSA PRIVATE KEY") => {
                "this is a PKCS #1 key; convert it with `openssl pkcs8 -topk8 -nocrypt`"
            }
            () if pem.contains("BEGIN ENCRYPTED PRIVATE KEY") => "the key is encrypted; give it without a passphrase",
            () => "expected a PEM text that begins with `-----BEGIN PRIVATE KEY-----`",
        });
    };
    let Some((body, _)) = rest.split_once(PEM_END) else {
        return refuse("the PEM text is cut off: `-----END PRIVATE KEY-----` is missing");
    };
    let body = Zeroizing::new(body.split_whitespace().collect::<String>());
    let Ok(der) = BASE64_STANDARD.decode(body.as_bytes()).map(Zeroizing::new) else {
        return refuse("what stands between the PEM lines is not base64");
    };
    match rsa::KeyPair::from_pkcs8(&der) {
        Ok(key) => Ok(key),
        Err(_) => refuse("expected an RSA key of at least 2048 bits in PKCS #8"),
    }
}

fn refuse<T>(description: &str) -> Result<T, Invalid> {
    Err(Invalid::new(FIELD, description))
}

#[cfg(test)]
pub(in crate::origin) mod tests {
    use super::*;
    use aws_lc_rs::{
        encoding::AsDer,
        rsa::{KeyPair, KeySize},
        signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
    };
    use serde_json::Value;
    use std::sync::OnceLock;

    /// A key of this run's: its PEM text and its public half. Making one takes long.
    pub(in crate::origin) fn key() -> (String, Vec<u8>) {
        static KEY: OnceLock<(String, Vec<u8>)> = OnceLock::new();
        KEY.get_or_init(new_key).clone()
    }

    fn new_key() -> (String, Vec<u8>) {
        let key = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = key.as_der().unwrap();
        let pem = format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", BASE64_STANDARD.encode(der.as_ref()));
        (pem, key.public_key().as_ref().to_vec())
    }

    /// Verifies a bearer as Google would; gives its header and claims.
    pub(in crate::origin) fn verify(bearer: &str, public_key: &[u8]) -> (Value, Value) {
        let (message, signed) = bearer.rsplit_once('.').unwrap();
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public_key)
            .verify(message.as_bytes(), &BASE64_URL_SAFE_NO_PAD.decode(signed).unwrap())
            .unwrap();
        let (header, claims) = message.split_once('.').unwrap();
        let decode = |part| serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
        (decode(header), decode(claims))
    }

    #[tokio::test]
    async fn a_bearer_may_read_for_an_hour_and_nothing_else() {
        let (pem, public_key) = key();
        let provider = BearerProvider::new("a@b.c", "id", &pem.into()).unwrap();
        let first = provider.get_credential().await.unwrap();
        let (header, claims) = verify(&first.bearer, &public_key);
        assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "kid": "id"}));
        let issued = claims["iat"].as_u64().unwrap();
        assert_eq!(
            claims,
            json!({"iss": "a@b.c", "sub": "a@b.c", "scope": SCOPE, "iat": issued, "exp": issued + 3600})
        );
        assert!(Arc::ptr_eq(&first, &provider.get_credential().await.unwrap()), "it is signed once");
    }

    #[test]
    fn a_wrong_key_is_refused_with_what_is_wrong() {
        let (pem, _) = key();
        for (text, word) in [
            (pem.replace("BEGIN PRIVATE", "BEGIN RSA PRIVATE"), "PKCS #1"),
            (pem.replace("BEGIN PRIVATE", "BEGIN ENCRYPTED PRIVATE"), "encrypted"),
            (pem.replace("END", "FIN"), "cut off"),
            (format!("{PEM_BEGIN}\n****\n{PEM_END}"), "base64"),
            (format!("{PEM_BEGIN}\nAAAA\n{PEM_END}"), "RSA"),
            ("hello".to_owned(), "BEGIN PRIVATE KEY"),
        ] {
            let error = parse_key(&text).unwrap_err();
            assert_eq!(error.field, "gcs.private_key");
            assert!(error.description.contains(word), "{error}");
        }
        assert!(parse_key(&pem.replace('\n', "\\n")).is_ok());
    }
}
