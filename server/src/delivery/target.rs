//! The path and query of a delivery URL, taken apart byte by byte as they were requested.
//!
//! `[/<prefix>][/tr:<transformation>]/<path>[?tr=…&ik-t=…&ik-s=…&…]`. The parse lives behind the API, and not
//! in the gateway, because explanations, signatures and purges take URLs over gRPC too.

use super::Error;
use crate::origin::{ImagePath, path::InvalidPath};

/// Bytes of a path and query together.
pub(super) const TARGET_BYTES_MAX: usize = 8 * 1024;

/// A delivery URL without its host, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target<'a> {
    /// The image's path behind the endpoint.
    pub(super) image_path: ImagePath,
    /// The steps of the path first, then those of the query; `None` when there are none.
    pub(super) transformation: Option<String>,
    /// What web origins are sent: every parameter but `tr` and `ik-…`, in the order of the URL.
    pub(super) origin_query: String,
    /// `ik-s`.
    pub(super) signature: Option<&'a str>,
    /// `ik-t`.
    pub(super) expiry: Option<&'a str>,
    /// The raw path without its leading slash, as it was requested.
    pub(super) signed_path: &'a str,
    /// Bytes of `signed_path` that name the endpoint, with the slash behind it; 0 when none do.
    pub(super) endpoint_bytes: usize,
    /// The raw query without `ik-s` and `ik-t`.
    pub(super) signed_query: String,
}

impl<'a> Target<'a> {
    /// Takes `target` apart; its first `prefix_bytes` bytes name the endpoint.
    pub(super) fn parse(target: &'a str, prefix_bytes: usize) -> Result<Self, Error> {
        if target.len() > TARGET_BYTES_MAX {
            return Err(InvalidPath(format!(
                "a URL is limited to {TARGET_BYTES_MAX} bytes; this one has {}",
                target.len()
            ))
            .into());
        }
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let (in_path, image) = take_transformation(&path[prefix_bytes..]);

        let mut in_query = None;
        let (mut origin_query, mut signed_query) = (Vec::new(), Vec::new());
        let (mut signature, mut expiry) = (None, None);
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "ik-s" => signature = Some(value),
                "ik-t" => expiry = Some(value),
                _ => signed_query.push(pair),
            }
            match key {
                "tr" if in_query.is_some() => {
                    return Err(InvalidPath("`tr` is given twice in the query; chain its steps with `:`".into()).into());
                }
                "tr" => in_query = Some(separators(value)),
                key if key.starts_with("ik-") => {}
                _ => origin_query.push(pair),
            }
        }
        let transformation = match (in_path.map(separators), in_query) {
            (Some(first), Some(second)) => Some(format!("{first}:{second}")),
            (first, second) => first.or(second),
        };
        let signed_path = path.strip_prefix('/').unwrap_or(path);
        Ok(Self {
            image_path: ImagePath::from_url(&image)?,
            transformation,
            origin_query: origin_query.join("&"),
            signature,
            expiry,
            signed_path,
            endpoint_bytes: if prefix_bytes == 0 { 0 } else { prefix_bytes.min(signed_path.len()) },
            signed_query: signed_query.join("&"),
        })
    }
}

/// Takes the first segment that starts with `tr:` (or `tr%3A`) out of `path`; the rest is the image.
fn take_transformation(path: &str) -> (Option<&str>, String) {
    let mut start = 0;
    for segment in path.split('/') {
        let end = start + segment.len();
        let marker = [3, 5].into_iter().find(|&length| {
            segment
                .get(..length)
                .is_some_and(|head| head.eq_ignore_ascii_case("tr:") || head.eq_ignore_ascii_case("tr%3A"))
        });
        if let Some(marker) = marker {
            let rest = [&path[..start], path[end..].trim_start_matches('/')].concat();
            return (Some(&segment[marker..]), rest);
        }
        start = end + 1;
    }
    (None, path.to_owned())
}

/// Form encoders write `,` and `:` as `%2C` and `%3A`. Where the text has neither of them as it is, that is
/// what happened; where it has, an encoded one belongs to a value.
fn separators(text: &str) -> String {
    if text.contains([',', ':']) {
        return text.to_owned();
    }
    text.replace("%2C", ",").replace("%2c", ",").replace("%3A", ":").replace("%3a", ":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, prefix_bytes: usize, expected: (&str, Option<&str>, &str)) {
        let parsed = Target::parse(target, prefix_bytes).unwrap();
        assert_eq!(
            (parsed.image_path.as_str(), parsed.transformation.as_deref(), parsed.origin_query.as_str()),
            expected
        );
    }

    #[test]
    fn the_transformation_stands_in_the_path_or_in_the_query() {
        check("/tr:w-300,h-300/a/b.jpg", 0, ("a/b.jpg", Some("w-300,h-300"), ""));
        check("/a/b.jpg?tr=w-300", 0, ("a/b.jpg", Some("w-300"), ""));
        check("/a/tr:w-300/b.jpg", 0, ("a/b.jpg", Some("w-300"), ""));
        check("/TR%3Aw-300/b.jpg", 0, ("b.jpg", Some("w-300"), ""));
        check("/b.jpg", 0, ("b.jpg", None, ""));
    }

    #[test]
    fn the_steps_of_the_path_come_first() {
        check("/tr:w-300/b.jpg?tr=rt-90", 0, ("b.jpg", Some("w-300:rt-90"), ""));
    }

    #[test]
    fn form_encoded_separators_are_separators() {
        check("/b.jpg?tr=w-300%2Ch-200%3Art-90", 0, ("b.jpg", Some("w-300,h-200:rt-90"), ""));
        check("/b.jpg?tr=w-300,bg-a%2Cb", 0, ("b.jpg", Some("w-300,bg-a%2Cb"), ""));
    }

    #[test]
    fn the_prefix_is_not_part_of_the_path() {
        check("/acme/tr:w-1/b.jpg", 5, ("b.jpg", Some("w-1"), ""));
        check("/acme/b.jpg", 5, ("b.jpg", None, ""));
    }

    #[test]
    fn origins_get_every_parameter_but_ours() {
        check(
            "/b.jpg?alt=media&tr=w-1&token=x%2By&ik-sdk-version=1&v=2",
            0,
            ("b.jpg", Some("w-1"), "alt=media&token=x%2By&v=2"),
        );
    }

    #[test]
    fn signatures_are_made_over_the_rest_in_its_order() {
        let parsed = Target::parse("/acme/b%20c.jpg?z=1&ik-t=99&a=2&ik-s=ab", 5).unwrap();
        assert_eq!((parsed.signature, parsed.expiry), (Some("ab"), Some("99")));
        assert_eq!((parsed.signed_path, parsed.signed_query.as_str()), ("acme/b%20c.jpg", "z=1&a=2"));
        assert_eq!(&parsed.signed_path[parsed.endpoint_bytes..], "b%20c.jpg");
    }

    #[test]
    fn two_transformations_in_the_query_are_refused() {
        assert!(matches!(Target::parse("/a.jpg?tr=w-1&tr=w-2", 0), Err(Error::Path(_))));
    }

    #[test]
    fn an_endless_url_is_refused() {
        let target = format!("/{}.jpg", "a".repeat(TARGET_BYTES_MAX));
        assert!(matches!(Target::parse(&target, 0), Err(Error::Path(_))));
    }
}
