//! What the fields of locations have in common: names of buckets, prefixes, base URLs.

use super::{ImagePath, Invalid, Network, network::ChosenBy};
use crate::secret::{ExposeSecret, SecretString};
use url::Url;

/// Characters of a bucket, container or account name.
pub(super) const NAME_CHARS_MAX: usize = 100;
/// Bytes of a base URL.
const URL_BYTES_MAX: usize = 2048;
/// Bytes of a secret; a private key of 4096 bits has 3.3 KB.
const SECRET_BYTES_MAX: usize = 16 * 1024;

/// A name that goes into a host name or a path, so that nothing in it may lead elsewhere.
pub(super) fn check_name(field: &str, name: &str, more: &str) -> Result<(), Invalid> {
    if name.is_empty() || name.len() > NAME_CHARS_MAX {
        return Err(Invalid::new(field, format!("expected 1 to {NAME_CHARS_MAX} characters")));
    }
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || more.contains(character);
    if !name.chars().all(is_allowed) || name.contains("..") || name.starts_with(['.', '-']) {
        return Err(Invalid::new(
            field,
            format!("expected letters, digits and `{more}`, not beginning with a dot or a hyphen"),
        ));
    }
    Ok(())
}

/// `/` and nothing mean the root of the bucket.
pub(super) fn check_prefix(field: &str, prefix: &str) -> Result<(), Invalid> {
    match trim_prefix(prefix) {
        "" => Ok(()),
        prefix => ImagePath::parse(prefix).map(drop).map_err(|error| Invalid::new(field, error.0)),
    }
}

/// As it is put before a path.
pub(super) fn trim_prefix(prefix: &str) -> &str {
    prefix.trim_matches('/')
}

/// A URL of the operator's: http or https, no user info, no query, no fragment.
pub(super) fn parse_url(field: &str, text: &str, network: &Network) -> Result<Url, Invalid> {
    if text.len() > URL_BYTES_MAX {
        return Err(Invalid::new(field, format!("the URL is longer than {URL_BYTES_MAX} bytes")));
    }
    let url = Url::parse(text)
        .map_err(|error| Invalid::new(field, format!("expected a URL such as `https://example.com`: {error}")))?;
    network.check(&url, ChosenBy::Operator).map_err(|refused| Invalid::new(field, refused.to_string()))?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Invalid::new(field, "the URL holds a query or a fragment; expected the beginning of URLs"));
    }
    Ok(url)
}

/// The base URL of a service that gets credentials: they travel encrypted, unless private networks are allowed.
pub(super) fn parse_endpoint(field: &str, text: &str, network: &Network) -> Result<Url, Invalid> {
    let url = parse_url(field, text, network)?;
    if url.scheme() != "https" && !network.allow_private {
        return Err(Invalid::new(field, "expected https, since credentials are sent there"));
    }
    Ok(url)
}

/// A secret that is there, of a length that can be stored.
pub(super) fn check_secret(field: &str, secret: &SecretString, what: &str) -> Result<(), Invalid> {
    match secret.expose_secret().len() {
        0 => Err(Invalid::new(field, format!("expected {what}"))),
        1..=SECRET_BYTES_MAX => Ok(()),
        _ => Err(Invalid::new(field, format!("longer than {SECRET_BYTES_MAX} bytes"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for name in ["photos", "my-bucket.example.com", "a_b", "0"] {
            check_name("bucket", name, "-_.").unwrap();
        }
        for name in ["", "a/b", "evil.com#", "a@b", "a:1", "a..b", ".a", "-a", "é", "a b", &"a".repeat(101)] {
            assert!(check_name("bucket", name, "-_.").is_err(), "{name}");
        }
    }

    #[test]
    fn prefixes_stay_inside() {
        for prefix in ["", "/", "a", "/a/b/", "日本 +%"] {
            check_prefix("prefix", prefix).unwrap();
        }
        for prefix in ["..", "a/../b", "a\\b", "a\0"] {
            assert!(check_prefix("prefix", prefix).is_err(), "{prefix}");
        }
    }

    #[test]
    fn endpoints_are_https_and_public_unless_private_ones_are_allowed() {
        let strict = Network { allow_private: false };
        let open = Network { allow_private: true };
        for (text, is_strict, is_open) in [
            ("https://storage.example.com", true, true),
            ("https://storage.example.com:9000/base", true, true),
            ("http://storage.example.com", false, true),
            ("https://10.0.0.1", false, true),
            ("https://169.254.169.254", false, true),
            ("https://user:secret@example.com", false, false),
            ("https://example.com/?a=b", false, false),
            ("ftp://example.com", false, false),
            ("example.com", false, false),
        ] {
            assert_eq!(parse_endpoint("endpoint", text, &strict).is_ok(), is_strict, "{text}");
            assert_eq!(parse_endpoint("endpoint", text, &open).is_ok(), is_open, "{text}");
        }
    }
}
