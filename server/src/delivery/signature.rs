//! Signed URLs, as `ImageKit`'s SDKs make them: HMAC-SHA1 in lower-case hex over the raw path and query behind
//! the URL endpoint, with the expiry appended.

use super::{Error, target::Target};
use crate::{registry::AccessKey, secret::ExposeSecret};
use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};

/// Stands for the expiry of a signature that never expires.
const NEVER: &str = "9999999999";

/// Digits of an expiry. Nothing stands between the signed path and the expiry, so its first digits could be taken
/// for the end of the path, or the path's last ones for its beginning. With a fixed most, and no zero in front, that
/// only ever gives an expiry that is long past.
const EXPIRY_DIGITS_MAX: usize = 10;

/// What a URL's signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureState {
    /// There is none.
    Missing,
    /// It is that of an access key, and has not expired.
    Valid,
    /// It is that of no access key, or its expiry is no time.
    Invalid,
    /// It is that of an access key, and has expired.
    Expired,
}

/// What a URL's signature is worth, and what it should have been made of. Never holds a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureCheck {
    /// What was found.
    pub state: SignatureState,
    /// Whether the endpoint demands one.
    pub required: bool,
    /// The text to sign.
    pub signed_text: String,
    /// When it expires, in seconds since 1970; `None` for never.
    pub expiry: Option<i64>,
}

/// Checks the signature of `target`, before anything is fetched or decoded. An endpoint that does not demand
/// one still refuses a wrong one. Tells when it expires, in seconds since 1970; `None` for never, and for no signature.
pub(super) fn verify(target: &Target<'_>, keys: &[AccessKey], required: bool) -> Result<Option<i64>, Error> {
    match state(target, keys) {
        SignatureState::Missing if required => Err(Error::SignatureMissing),
        SignatureState::Missing => Ok(None),
        SignatureState::Valid => Ok(target.expiry.and_then(seconds)),
        SignatureState::Invalid => Err(Error::SignatureInvalid),
        SignatureState::Expired => Err(Error::SignatureExpired),
    }
}

/// As [`verify`], with all that helps to find out why.
pub(super) fn check(target: &Target<'_>, keys: &[AccessKey], required: bool) -> SignatureCheck {
    SignatureCheck {
        state: state(target, keys),
        required,
        signed_text: text(target, behind_endpoint(target), target.expiry.unwrap_or(NEVER)),
        expiry: target.expiry.and_then(seconds),
    }
}

/// The signature of `target`, whatever signature it has now; `expiry` is in seconds since 1970.
pub(super) fn of(target: &Target<'_>, key: &AccessKey, expiry: Option<i64>) -> String {
    let expiry = expiry.map_or_else(|| NEVER.to_owned(), |expiry| expiry.to_string());
    sign(key.private_key.expose_secret(), &text(target, behind_endpoint(target), &expiry))
}

/// Whether this can be the expiry of a signature.
pub fn is_expiry(seconds: i64) -> bool {
    self::seconds(&seconds.to_string()).is_some()
}

fn state(target: &Target<'_>, keys: &[AccessKey]) -> SignatureState {
    let Some(signature) = target.signature else {
        return SignatureState::Missing;
    };
    // Clients differ in whether the endpoint's prefix belongs to the text.
    let expiry = target.expiry.unwrap_or(NEVER);
    let candidates = [behind_endpoint(target), target.signed_path].map(|path| text(target, path, expiry));
    // All keys and all candidates are tried, whichever matches: the time tells nothing.
    let matches = keys.iter().fold(false, |found, key| {
        candidates.iter().fold(found, |found, text| {
            let expected = sign(key.private_key.expose_secret(), text);
            verify_slices_are_equal(expected.as_bytes(), signature.as_bytes()).is_ok() | found
        })
    });
    match target.expiry.map(seconds) {
        _ if !matches => SignatureState::Invalid,
        Some(None) => SignatureState::Invalid,
        Some(Some(expiry)) if expiry < jiff::Timestamp::now().as_second() => SignatureState::Expired,
        None | Some(Some(_)) => SignatureState::Valid,
    }
}

fn seconds(expiry: &str) -> Option<i64> {
    let is_time = (1..=EXPIRY_DIGITS_MAX).contains(&expiry.len())
        && !expiry.starts_with('0')
        && expiry.bytes().all(|byte| byte.is_ascii_digit());
    is_time.then(|| expiry.parse().ok())?
}

/// The raw path without what names the endpoint.
fn behind_endpoint<'t>(target: &Target<'t>) -> &'t str {
    &target.signed_path[target.endpoint_bytes..]
}

fn text(target: &Target<'_>, path: &str, expiry: &str) -> String {
    if target.signed_query.is_empty() {
        format!("{path}{expiry}")
    } else {
        format!("{path}?{}{expiry}", target.signed_query)
    }
}

fn sign(private_key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, private_key.as_bytes());
    hex::encode(hmac::sign(&key, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys() -> Vec<AccessKey> {
        let key = |key: &str| AccessKey { id: key.into(), private_key: key.into() };
        vec![key("another-key"), key("dummy-key")]
    }

    fn found(target: &str, prefix_bytes: usize) -> SignatureState {
        check(&Target::parse(target, prefix_bytes).unwrap(), &keys(), true).state
    }

    /// As a client signs: without what [`Target`] knows.
    fn signed(text: &str, expiry: &str) -> String {
        sign("dummy-key", &format!("{text}{expiry}"))
    }

    #[test]
    fn published_signatures_are_right() {
        for (target, signature) in [
            ("sdk-testing-files/future-search.png?", "32dbbbfc5f945c0403c71b54c38e76896ef2d6b0"),
            (
                "tr:w-300,h-200/sdk-testing-files/future-search.png?version=2.0&",
                "dd1ee8f83d019bc59fd57a5fc4674a11eb8a3496",
            ),
        ] {
            assert_eq!(found(&format!("/{target}ik-s={signature}"), 0), SignatureState::Valid, "{target}");
            let path = target.trim_end_matches(['?', '&']);
            assert_eq!(of(&Target::parse(&format!("/{path}"), 0).unwrap(), &keys()[1], None), signature);
        }
    }

    #[test]
    fn the_bytes_that_arrive_are_signed() {
        for text in [
            "a.jpg",
            "caf%C3%A9/%E6%97%A5%E6%9C%AC.jpg",
            "caf%c3%a9.jpg",
            "tr:w-300,h-200:rt-90/a.jpg",
            "tr:l-text,ie-SGVsbG8%3D,l-end/a%20b.jpg",
            "a.jpg?tr=w-300,h-200",
            "a.jpg?tr=w-300%2Ch-200",
            "a.jpg?b=2&a=1",
            "a.jpg?a=1&b=2",
            "a.jpg?ik-sdk-version=javascript-1.4.3&tr=w-1&ik-attachment=true",
            "a.jpg?a=1&&b=&c",
            "a//b.jpg",
            "tr%3Aw-1/a.jpg",
            "ik-seo/a/red.jpg",
            "a.pdf/ik-thumbnail.jpg",
            "https%3A%2F%2Fexample.com%2Fa.jpg",
        ] {
            let separator = if text.contains('?') { '&' } else { '?' };
            let target = format!("/{text}{separator}ik-s={}", signed(text, NEVER));
            assert_eq!(found(&target, 0), SignatureState::Valid, "{target}");
        }
        let signature = signed("a.jpg?b=2&a=1", NEVER);
        assert_eq!(found(&format!("/a.jpg?ik-s={signature}&b=2&a=1"), 0), SignatureState::Valid, "wherever it stands");
        assert_eq!(found(&format!("/a.jpg?b=2&ik-s={signature}&a=1"), 0), SignatureState::Valid, "wherever it stands");
        for other in ["/a.jpg?a=1&b=2", "/a.jpg?b=2&a=2", "/A.jpg?b=2&a=1", "/a.jpg?b=2&a=1&c=3", "/a%2Ejpg?b=2&a=1"] {
            assert_eq!(found(&format!("{other}&ik-s={signature}"), 0), SignatureState::Invalid, "{other}");
        }
    }

    #[test]
    fn with_and_without_the_prefix() {
        for text in ["acme/a.jpg", "a.jpg"] {
            let target = format!("/acme/a.jpg?ik-s={}", signed(text, NEVER));
            assert_eq!(found(&target, 5), SignatureState::Valid);
        }
    }

    #[test]
    fn wrong_missing_and_expired_are_told_apart() {
        assert_eq!(found("/a.jpg?ik-s=00", 0), SignatureState::Invalid);
        assert_eq!(found("/a.jpg?ik-s=", 0), SignatureState::Invalid);
        let signature = signed("a.jpg", NEVER);
        assert_eq!(found(&format!("/a.jpg?ik-s={}", signature.to_uppercase()), 0), SignatureState::Invalid);
        assert_eq!(found("/a.jpg", 0), SignatureState::Missing);
        assert_eq!(found("/a.jpg?ik-t=1000", 0), SignatureState::Missing, "an expiry alone is no signature");
        let target = format!("/a.jpg?ik-t=1000&ik-s={}", signed("a.jpg", "1000"));
        assert_eq!(found(&target, 0), SignatureState::Expired);
        let later = (jiff::Timestamp::now().as_second() + 60).to_string();
        let target = format!("/a.jpg?ik-t={later}&ik-s={}", signed("a.jpg", &later));
        assert_eq!(found(&target, 0), SignatureState::Valid);
    }

    #[test]
    fn an_expiry_cannot_be_changed() {
        let target = format!("/a.jpg?ik-t=1999999999&ik-s={}", signed("a.jpg", NEVER));
        assert_eq!(found(&target, 0), SignatureState::Invalid);
    }

    #[test]
    fn digits_cannot_move_between_the_path_and_the_expiry() {
        // One text, three ways to cut it.
        let signature = signed("a.jpg?v=23", "1800000000");
        let at = |query: &str| found(&format!("/a.jpg?{query}&ik-s={signature}"), 0);
        assert_eq!(at("v=23&ik-t=1800000000"), SignatureState::Valid);
        assert_eq!(at("v=2&ik-t=31800000000"), SignatureState::Invalid);
        assert_eq!(at("v=231&ik-t=800000000"), SignatureState::Expired);
        let signature = signed("a.jpg?tr=w-300", "1800000000");
        for query in ["tr=w-30&ik-t=01800000000", "tr=w-3&ik-t=001800000000", "tr=w-3001800000000&ik-t="] {
            assert_eq!(found(&format!("/a.jpg?{query}&ik-s={signature}"), 0), SignatureState::Invalid, "{query}");
        }
        let signature = signed("a.jpg", "+1800000000");
        assert_eq!(found(&format!("/a.jpg?ik-t=+1800000000&ik-s={signature}"), 0), SignatureState::Invalid);
        assert!(is_expiry(9_999_999_999) && !is_expiry(10_000_000_000) && !is_expiry(-1) && !is_expiry(0));
    }

    #[test]
    fn what_should_have_been_signed_is_told() {
        let target = Target::parse("/acme/tr:w-1/caf%C3%A9.jpg?v=2&ik-t=1000&ik-s=00", 5).unwrap();
        let expected = SignatureCheck {
            state: SignatureState::Invalid,
            required: false,
            signed_text: "tr:w-1/caf%C3%A9.jpg?v=21000".into(),
            expiry: Some(1000),
        };
        assert_eq!(check(&target, &keys(), false), expected);
    }
}
