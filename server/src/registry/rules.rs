//! What may be registered.

use super::{
    Error, NamedTransformation, Snapshot, UrlEndpoint,
    names::{is_id, url_endpoint_name},
};
use crate::origin::Origin;
use darkroom_engine::language::named::{self, MAX_NAME_CHARACTERS, is_name};
use std::collections::HashSet;

/// Id of the URL endpoint that is always there.
pub const DEFAULT_URL_ENDPOINT: &str = "default";

/// Origins in the registry.
pub const ORIGINS_MAX: usize = 10_000;
/// URL endpoints in the registry.
pub const URL_ENDPOINTS_MAX: usize = 10_000;
/// Named transformations in the registry.
pub const NAMED_TRANSFORMATIONS_MAX: usize = 250;
/// Origins of one URL endpoint.
pub const ORIGINS_PER_URL_ENDPOINT_MAX: usize = 10;
/// Host names of one URL endpoint.
pub const HOSTS_PER_URL_ENDPOINT_MAX: usize = 50;
/// Characters of a description.
pub const DESCRIPTION_CHARACTERS_MAX: usize = 1000;
/// Characters of a prefix.
pub const URL_PREFIX_CHARACTERS_MAX: usize = 100;
/// Characters of the path of a default image.
pub const DEFAULT_IMAGE_CHARACTERS_MAX: usize = 2048;
/// Characters of a host name.
const HOST_CHARACTERS_MAX: usize = 253;
/// Characters between two dots of a host name.
const LABEL_CHARACTERS_MAX: usize = 63;

/// First segments that start so are words of the URL language (`ik-seo`, `ik-attachment`, …).
const RESERVED_PREFIX: &str = "ik-";

/// Checks an id that the caller chose.
pub(super) fn check_id(field: &str, id: &str) -> Result<(), Error> {
    require(
        is_id(id),
        field,
        "expected 1 to 63 lower-case letters, digits and hyphens that start with a letter and do not end with a hyphen",
    )
}

/// Checks what any database can hold of an origin; its kind checks the rest.
pub(super) fn check_origin(origin: &Origin) -> Result<(), Error> {
    let Origin {
        id,
        display_name,
        location: _,
        include_canonical_header: _,
        canonical_base_url,
        create_time: _,
        update_time: _,
        etag: _,
    } = origin;
    check_id("origin_id", id)?;
    check_text("display_name", display_name)?;
    check_text("canonical_base_url", canonical_base_url)
}

/// Checks a URL endpoint, alone and against everything else that is registered.
pub(super) fn check_url_endpoint(endpoint: &UrlEndpoint, snapshot: &Snapshot) -> Result<(), Error> {
    let UrlEndpoint {
        id,
        description,
        url_prefix,
        hosts,
        origins,
        restrict_unsigned: _,
        restrict_unnamed: _,
        unknown_parameters: _,
        default_image,
        profile: _,
        create_time: _,
        update_time: _,
        etag: _,
    } = endpoint;
    check_id("url_endpoint_id", id)?;
    check_length("description", description, 1, DESCRIPTION_CHARACTERS_MAX)?;
    check_text("description", description)?;
    check_length("default_image", default_image, 0, DEFAULT_IMAGE_CHARACTERS_MAX)?;
    check_text("default_image", default_image)?;
    check_url_prefix(id, url_prefix, hosts)?;
    check_hosts(hosts)?;
    check_origins(origins, snapshot)?;
    check_taken(endpoint, snapshot)
}

/// Checks a named transformation alone. Its text must be one that could stand in a URL, so that a mistake is found by
/// who makes it, and not by who asks for an image.
pub(super) fn check_named_transformation(named_transformation: &NamedTransformation) -> Result<(), Error> {
    const FIELD: &str = "transformation";
    let NamedTransformation { uid: _, name, transformation, disabled: _, create_time: _, update_time: _, etag: _ } =
        named_transformation;
    require(is_name(name), "name", &format!("expected 1 to {MAX_NAME_CHARACTERS} letters, digits and underscores"))?;
    check_text(FIELD, transformation)?;
    named::check(transformation).or_else(|invalid| require(false, FIELD, &invalid.message))
}

fn check_url_prefix(id: &str, url_prefix: &str, hosts: &[String]) -> Result<(), Error> {
    const FIELD: &str = "url_prefix";
    if id == DEFAULT_URL_ENDPOINT {
        return require(url_prefix.is_empty(), FIELD, "the default URL endpoint has no prefix");
    }
    require(
        !(url_prefix.is_empty() && hosts.is_empty()),
        FIELD,
        "expected a prefix or at least one host: only the default URL endpoint is found without either",
    )?;
    check_length(FIELD, url_prefix, 0, URL_PREFIX_CHARACTERS_MAX)?;
    require(
        url_prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'),
        FIELD,
        "expected letters, digits and hyphens",
    )?;
    require(
        !url_prefix.to_ascii_lowercase().starts_with(RESERVED_PREFIX),
        FIELD,
        "prefixes that start with `ik-` are words of the URL language",
    )
}

fn check_hosts(hosts: &[String]) -> Result<(), Error> {
    require(
        hosts.len() <= HOSTS_PER_URL_ENDPOINT_MAX,
        "hosts",
        &format!("expected at most {HOSTS_PER_URL_ENDPOINT_MAX}"),
    )?;
    let mut seen = HashSet::new();
    for (index, host) in hosts.iter().enumerate() {
        let field = format!("hosts[{index}]");
        require(
            is_host(host),
            &field,
            "expected a host name without a scheme, port or path, for example `images.example.com`; \
             international names in their `xn--` form",
        )?;
        require(seen.insert(host), &field, "is in the list already")?;
    }
    Ok(())
}

fn check_origins(origins: &[String], snapshot: &Snapshot) -> Result<(), Error> {
    require(
        origins.len() <= ORIGINS_PER_URL_ENDPOINT_MAX,
        "origins",
        &format!("expected at most {ORIGINS_PER_URL_ENDPOINT_MAX}"),
    )?;
    let mut seen = HashSet::new();
    for (index, origin) in origins.iter().enumerate() {
        let field = format!("origins[{index}]");
        require(
            snapshot.origins.contains_key(origin),
            &field,
            "this origin does not exist; create it before using it in a URL endpoint",
        )?;
        require(seen.insert(origin), &field, "is in the list already")?;
    }
    Ok(())
}

/// A prefix or a host leads to one endpoint.
fn check_taken(endpoint: &UrlEndpoint, snapshot: &Snapshot) -> Result<(), Error> {
    for other in snapshot.url_endpoints.values() {
        if other.id == endpoint.id {
            continue;
        }
        let name = url_endpoint_name(&other.id);
        if !endpoint.url_prefix.is_empty() && endpoint.url_prefix == other.url_prefix {
            let prefix = &endpoint.url_prefix;
            return Err(Error::AlreadyExists(format!("the prefix `{prefix}` is that of {name}")));
        }
        if let Some(host) = endpoint.hosts.iter().find(|host| other.hosts.contains(host)) {
            return Err(Error::AlreadyExists(format!("the host `{host}` is bound to {name}")));
        }
    }
    Ok(())
}

/// Lower case, labels of letters, digits and inner hyphens.
fn is_host(host: &str) -> bool {
    host.len() <= HOST_CHARACTERS_MAX
        && host.split('.').all(|label| {
            (1..=LABEL_CHARACTERS_MAX).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        })
}

fn check_length(field: &str, text: &str, minimum: usize, maximum: usize) -> Result<(), Error> {
    require(
        (minimum..=maximum).contains(&text.chars().count()),
        field,
        &format!("expected {minimum} to {maximum} characters"),
    )
}

/// `PostgreSQL` cannot store U+0000, and no field is better for a control character.
fn check_text(field: &str, text: &str) -> Result<(), Error> {
    require(
        !text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')),
        field,
        "expected no control characters",
    )
}

pub(super) fn require(holds: bool, field: &str, description: &str) -> Result<(), Error> {
    if holds {
        return Ok(());
    }
    Err(Error::Invalid { field: field.to_owned(), description: description.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let label = "a".repeat(63);
        let long = [label.as_str(); 4].join(".");
        for (host, expected) in [
            ("images.example.com", true),
            ("localhost", true),
            ("xn--bcher-kva.example", true),
            ("10.0.0.1", true),
            (label.as_str(), true),
            (long.as_str(), false),
            ("", false),
            ("Images.example.com", false),
            ("images.example.com.", false),
            ("images..com", false),
            ("-a.com", false),
            ("a-.com", false),
            ("a.com:8080", false),
            ("https://a.com", false),
            ("a.com/x", false),
            ("a_b.com", false),
            ("[::1]", false),
            ("bücher.example", false),
        ] {
            assert_eq!(is_host(host), expected, "{host}");
        }
    }

    #[test]
    fn prefixes() {
        let longest = "a".repeat(URL_PREFIX_CHARACTERS_MAX);
        let too_long = "a".repeat(URL_PREFIX_CHARACTERS_MAX + 1);
        for (prefix, expected) in [
            ("acme", true),
            ("Acme-2", true),
            ("ik", true),
            (longest.as_str(), true),
            (too_long.as_str(), false),
            ("", false),
            ("ik-seo", false),
            ("IK-seo", false),
            ("tr:w-300", false),
            ("a/b", false),
            ("a%20b", false),
            ("é", false),
        ] {
            assert_eq!(check_url_prefix("some", prefix, &[]).is_ok(), expected, "{prefix}");
        }
        assert!(check_url_prefix("default", "", &[]).is_ok());
        assert!(check_url_prefix("default", "acme", &[]).is_err());
        assert!(check_url_prefix("some", "", &["a.com".into()]).is_ok());
    }
}
