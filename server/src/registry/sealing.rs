//! Credentials at rest: encrypted under the master key, and tied to the place where they are stored.
//!
//! A sealed value is `version (1) | key id (4) | nonce (12) | AES-256-GCM ciphertext and tag`. The key id tells a
//! wrong master key from a damaged row, and leaves room for a second key. There is no data key for each record: an
//! installation has some thousands of small secrets, so sealing them anew under another key is one transaction, and
//! a wrapped key beside each would add bytes but no safety.

use super::{
    Error,
    master_key::{MASTER_KEY_BYTES, MasterKey},
};
use crate::secret::{ExposeSecret as _, SecretString};
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    digest::{SHA256, digest},
};
use zeroize::Zeroizing;

const VERSION: u8 = 1;
const KEY_ID_BYTES: usize = 4;
const HEADER_BYTES: usize = 1 + KEY_ID_BYTES + NONCE_LEN;

/// Where a secret is stored. It is authenticated with the secret: moved to another place it does not open.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Table.
    pub(super) table: &'static str,
    /// Id of the record.
    pub(super) id: &'a str,
    /// Field in the record.
    pub(super) field: &'a str,
}

impl Place<'_> {
    /// The parts with their lengths, so that no two places look alike.
    fn authenticated(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION];
        for part in [self.table, self.id, self.field] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// Seals and opens with one master key.
pub(super) struct Sealer {
    key: RandomizedNonceKey,
    key_id: [u8; KEY_ID_BYTES],
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { key: _, key_id } = self;
        f.debug_struct("Sealer").field("key_id", &hex::encode(key_id)).finish_non_exhaustive()
    }
}

impl Sealer {
    /// Seals under `master_key`.
    pub(super) fn new(master_key: &MasterKey) -> Result<Self, Error> {
        let key = RandomizedNonceKey::new(&AES_256_GCM, master_key.as_slice())
            .map_err(|_| Error::Sealed("the master key cannot be used".into()))?;
        let mut labelled = Zeroizing::new(b"darkroom master key id".to_vec());
        labelled.reserve_exact(MASTER_KEY_BYTES);
        labelled.extend_from_slice(master_key.as_slice());
        let mut key_id = [0; KEY_ID_BYTES];
        key_id.copy_from_slice(&digest(&SHA256, &labelled).as_ref()[..KEY_ID_BYTES]);
        Ok(Self { key, key_id })
    }

    /// Encrypts `secret` for `place`.
    pub(super) fn seal(&self, place: Place<'_>, secret: &SecretString) -> Result<Vec<u8>, Error> {
        // Room for the tag up front: growing would leave a copy of the text behind in freed memory.
        let secret = secret.expose_secret().as_bytes();
        let mut text = Zeroizing::new(Vec::with_capacity(secret.len() + AES_256_GCM.tag_len()));
        text.extend_from_slice(secret);
        let nonce = self
            .key
            .seal_in_place_append_tag(Aad::from(place.authenticated()), &mut *text)
            .map_err(|_| Error::Sealed("the cipher refused a secret".into()))?;
        let mut sealed = Vec::with_capacity(HEADER_BYTES + text.len());
        sealed.push(VERSION);
        sealed.extend_from_slice(&self.key_id);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&text);
        Ok(sealed)
    }

    /// Decrypts what was sealed for `place`.
    pub(super) fn open(&self, place: Place<'_>, sealed: &[u8]) -> Result<SecretString, Error> {
        let damaged = || {
            let Place { table, id, field } = place;
            Error::Sealed(format!(
                "{table} {id} {field} was damaged or moved; restore the registry from a backup or set it anew"
            ))
        };
        let (header, ciphertext) = sealed.split_at_checked(HEADER_BYTES).ok_or_else(damaged)?;
        let (key_id, nonce) = header[1..].split_at(KEY_ID_BYTES);
        if header[0] != VERSION {
            return Err(damaged());
        }
        if key_id != self.key_id {
            return Err(Error::Sealed(format!(
                "they were sealed under another master key (id {}, the one given has id {}); point \
                 DARKROOM_MASTER_KEY_FILE at the file that was in use before",
                hex::encode(key_id),
                hex::encode(self.key_id),
            )));
        }
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| damaged())?;
        let mut text = Zeroizing::new(ciphertext.to_vec());
        let opened =
            self.key.open_in_place(nonce, Aad::from(place.authenticated()), &mut text).map_err(|_| damaged())?;
        let opened = std::str::from_utf8(opened).map_err(|_| damaged())?;
        Ok(SecretString::from(opened))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Place<'static> = Place { table: "origin_secrets", id: "photos", field: "secret_key" };

    fn sealer(byte: u8) -> Sealer {
        Sealer::new(&MasterKey::new([byte; MASTER_KEY_BYTES])).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_and_never_looks_the_same() {
        let safe = sealer(1);
        for text in ["", "s", "naïve ☕", &"x".repeat(9000)] {
            let first = safe.seal(HERE, &text.into()).unwrap();
            let second = safe.seal(HERE, &text.into()).unwrap();
            assert_ne!(first, second);
            assert_eq!(safe.open(HERE, &first).unwrap().expose_secret(), text);
        }
    }

    #[test]
    fn another_place_does_not_open() {
        let safe = sealer(1);
        let sealed = safe.seal(HERE, &"secret".into()).unwrap();
        for place in [
            Place { table: "access_keys", ..HERE },
            Place { id: "other", ..HERE },
            Place { field: "access_key", ..HERE },
            Place { id: "photossecret_key", field: "", ..HERE },
        ] {
            let error = safe.open(place, &sealed).unwrap_err().to_string();
            assert!(error.contains("damaged or moved"), "{error}");
        }
    }

    #[test]
    fn no_flipped_bit_and_no_cut_opens() {
        let safe = sealer(1);
        let sealed = safe.seal(HERE, &"secret".into()).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            safe.open(HERE, &flipped).unwrap_err();
        }
        for length in 0..sealed.len() {
            safe.open(HERE, &sealed[..length]).unwrap_err();
        }
    }

    #[test]
    fn a_wrong_master_key_says_what_to_do() {
        let sealed = sealer(1).seal(HERE, &"secret".into()).unwrap();
        let error = sealer(2).open(HERE, &sealed).unwrap_err().to_string();
        assert!(error.contains("DARKROOM_MASTER_KEY_FILE"), "{error}");
    }
}
