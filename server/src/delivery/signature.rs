//! Signed URLs, as `ImageKit`'s SDKs make them: HMAC-SHA1 in lower-case hex over the raw path and query behind
//! the URL endpoint, with the expiry appended.

use super::{Error, target::Target};
use crate::{registry::AccessKey, secret::ExposeSecret};
use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

/// Stands for the expiry of a signature that never expires.
const NEVER: &str = "9999999999";

/// Checks the signature of `target`, before anything is fetched or decoded. An endpoint that does not demand
/// one still refuses a wrong one.
pub(super) fn verify(target: &Target<'_>, keys: &[AccessKey], required: bool) -> Result<(), Error> {
    let Some(signature) = target.signature else {
        return if required { Err(Error::SignatureMissing) } else { Ok(()) };
    };
    // All keys and all candidates are tried, whichever matches: the time tells nothing.
    let matches = keys.iter().fold(false, |found, key| {
        candidates(target).iter().fold(found, |found, text| {
            let expected = sign(key.private_key.expose_secret(), text);
            verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok() | found
        })
    });
    if !matches {
        return Err(Error::SignatureInvalid);
    }
    match target.expiry.map(str::parse::<i64>) {
        None => Ok(()),
        Some(Ok(expiry)) if expiry >= jiff::Timestamp::now().as_second() => Ok(()),
        Some(_) => Err(Error::SignatureExpired),
    }
}

/// What may have been signed: clients differ in whether the endpoint's prefix belongs to the text.
fn candidates(target: &Target<'_>) -> [String; 2] {
    let expiry = target.expiry.unwrap_or(NEVER);
    let text = |path: &str| {
        if target.signed_query.is_empty() {
            format!("{path}{expiry}")
        } else {
            format!("{path}?{}{expiry}", target.signed_query)
        }
    };
    [text(&target.signed_path[target.endpoint_bytes..]), text(target.signed_path)]
}

fn sign(private_key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, private_key.as_bytes());
    hex::encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<AccessKey> {
        vec![AccessKey { id: "first".into(), private_key: "dummy-key".into() }]
    }

    #[track_caller]
    fn check(target: &str, prefix_bytes: usize) -> Result<(), Error> {
        verify(&Target::parse(target, prefix_bytes).unwrap(), &keys(), true)
    }

    #[test]
    fn published_signatures_are_right() {
        check("/sdk-testing-files/future-search.png?ik-s=32dbbbfc5f945c0403c71b54c38e76896ef2d6b0", 0).unwrap();
        check(
            "/tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0&ik-s=dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496",
            0,
        )
        .unwrap();
    }

    #[test]
    fn with_and_without_the_prefix() {
        for signed in ["acme/a.jpg", "a.jpg"] {
            let signature = sign("dummy-key", &format!("{signed}{NEVER}"));
            check(&format!("/acme/a.jpg?ik-s={signature}"), 5).unwrap();
        }
    }

    #[test]
    fn wrong_missing_and_expired_are_told_apart() {
        assert!(matches!(check("/a.jpg?ik-s=00", 0), Err(Error::SignatureInvalid)));
        assert!(matches!(check("/a.jpg", 0), Err(Error::SignatureMissing)));
        let signature = sign("dummy-key", "a.jpg1000");
        assert!(matches!(check(&format!("/a.jpg?ik-t=1000&ik-s={signature}"), 0), Err(Error::SignatureExpired)));
        let later = jiff::Timestamp::now().as_second() + 60;
        let signature = sign("dummy-key", &format!("a.jpg{later}"));
        check(&format!("/a.jpg?ik-t={later}&ik-s={signature}"), 0).unwrap();
    }

    #[test]
    fn an_expiry_cannot_be_changed() {
        let signature = sign("dummy-key", &format!("a.jpg{NEVER}"));
        assert!(matches!(check(&format!("/a.jpg?ik-t=99999999999&ik-s={signature}"), 0), Err(Error::SignatureInvalid)));
    }
}
