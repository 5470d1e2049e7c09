//! Ids, resource names and etags.

use aws_lc_rs::digest::{Context, SHA256};
use darkroom_engine::language::named::is_name;

/// Characters of the longest id.
pub const ID_CHARACTERS_MAX: usize = 63;

/// Random bytes in an id that the registry makes.
const ID_RANDOM_BYTES: usize = 12;

/// What the uid of a named transformation starts with.
const UID_PREFIX: &str = "nt-";

/// Bytes of the digest that an etag shows.
const ETAG_BYTES: usize = 12;

/// Resource name of an origin.
pub fn origin_name(id: &str) -> String {
    format!("origins/{id}")
}

/// Resource name of a URL endpoint.
pub fn url_endpoint_name(id: &str) -> String {
    format!("urlEndpoints/{id}")
}

/// Resource name of a named transformation, by its name or its uid.
pub fn named_transformation_name(id: &str) -> String {
    format!("namedTransformations/{id}")
}

/// Id of the origin of this resource name.
pub fn origin_id(name: &str) -> Option<&str> {
    name.strip_prefix("origins/").filter(|id| is_id(id))
}

/// Id of the URL endpoint of this resource name.
pub fn url_endpoint_id(name: &str) -> Option<&str> {
    name.strip_prefix("urlEndpoints/").filter(|id| is_id(id))
}

/// Name or uid of the named transformation of this resource name.
pub fn named_transformation_id(name: &str) -> Option<&str> {
    name.strip_prefix("namedTransformations/").filter(|id| is_name(id) || is_uid(id))
}

/// Whether `id` is `^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`.
pub fn is_id(id: &str) -> bool {
    id.len() <= ID_CHARACTERS_MAX
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && !id.ends_with('-')
        && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// A new id; `letter` says of what.
pub(super) fn new_id(letter: char) -> String {
    format!("{letter}{}", random_hex::<ID_RANDOM_BYTES>())
}

/// A new uid of a named transformation. Its hyphen tells it from every name.
pub(super) fn new_uid() -> String {
    format!("{UID_PREFIX}{}", random_hex::<ID_RANDOM_BYTES>())
}

fn is_uid(id: &str) -> bool {
    id.starts_with(UID_PREFIX) && is_id(id)
}

/// `N` random bytes in hex.
pub(super) fn random_hex<const N: usize>() -> String {
    hex::encode(random::<N>())
}

/// `N` random bytes.
///
/// # Panics
/// When the operating system gives none: nothing that needs a secret can go on.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Etag of what `name` is at `version` of the registry, with its quotes. The time is in it because a registry that
/// was restored from a backup counts the same versions a second time.
pub(super) fn etag(name: &str, version: u64, time: jiff::Timestamp) -> String {
    let mut context = Context::new(&SHA256);
    context.update(name.as_bytes());
    context.update(&version.to_be_bytes());
    context.update(&time.as_microsecond().to_be_bytes());
    format!("\"{}\"", hex::encode(&context.finish().as_ref()[..ETAG_BYTES]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids() {
        let longest = format!("a{}", "b".repeat(62));
        let too_long = format!("a{}", "b".repeat(63));
        for (id, expected) in [
            ("a", true),
            ("a1", true),
            ("a-1", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("1a", false),
            ("-a", false),
            ("a-", false),
            ("A", false),
            ("a_b", false),
            ("a/b", false),
            ("é", false),
        ] {
            assert_eq!(is_id(id), expected, "{id}");
        }
        for _ in 0..1000 {
            assert!(is_id(&new_id('o')));
        }
    }

    #[test]
    fn names_and_ids() {
        assert_eq!(origin_id(&origin_name("photos")), Some("photos"));
        assert_eq!(url_endpoint_id("urlEndpoints/default"), Some("default"));
        for id in ["small_2", "Small", "n", &new_uid()] {
            assert_eq!(named_transformation_id(&named_transformation_name(id)), Some(id));
        }
        for id in ["", "a-b", "a/b", "nt-", "nt-A", "nt_a-b", "é", &"a".repeat(101)] {
            assert_eq!(named_transformation_id(&named_transformation_name(id)), None, "{id}");
        }
        for name in ["photos", "origins/", "origins/a/b", "urlEndpoints/a", "origins/A"] {
            assert_eq!(origin_id(name), None, "{name}");
        }
    }
}
