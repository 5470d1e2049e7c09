//! The path and query of a delivery URL, taken apart byte by byte as they were requested.
//!
//! `[/<prefix>][/tr:<transformation>]/<path>[?tr=…&ik-t=…&ik-s=…&…]`, where the path may be
//! `ik-seo/<path without extension>/<any name>.<extension>` or `<path>/ik-thumbnail.jpg`. The parse lives behind the API, and not
//! in the gateway, because explanations, signatures and purges take URLs over gRPC too.

use super::Error;
use crate::origin::{ImagePath, path::InvalidPath};

/// Bytes of a path and query together.
pub(super) const TARGET_BYTES_MAX: usize = 8 * 1024;

/// First segment of a path whose last one is a name for search engines.
const SEO: &str = "ik-seo";
/// Last segment of a path that asks for a still of what is before it.
const THUMBNAIL: &str = "/ik-thumbnail.jpg";

/// A delivery URL without its host, taken apart.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target<'a> {
    /// The image's path behind the endpoint.
    pub(super) image_path: ImagePath,
    /// What a person who saves it calls it.
    pub(super) file_name: String,
    /// A still of it is asked for, `ik-thumbnail.jpg`.
    pub(super) thumbnail: bool,
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
    /// The raw query without `ik-s` and `ik-t`, in its order and with its oddities.
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
        let Named { image, name, thumbnail } = take_suffix(image)?;
        let image_path = ImagePath::from_url(&image)?;
        let file_name = match name {
            Some(name) => ImagePath::from_url(&name)?.file_name().to_owned(),
            None => image_path.file_name().to_owned(),
        };

        let mut in_query = None;
        let (mut origin_query, mut signed_query) = (Vec::new(), Vec::new());
        let (mut signature, mut expiry) = (None, None);
        for pair in query.split('&') {
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
                "" if value.is_empty() => {}
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
            image_path,
            file_name,
            thumbnail,
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

/// What a raw path means without `ik-seo` and `ik-thumbnail.jpg`.
struct Named {
    /// The raw path of the image.
    image: String,
    /// Another name for it, raw.
    name: Option<String>,
    thumbnail: bool,
}

fn take_suffix(path: String) -> Result<Named, InvalidPath> {
    let from_root = path.trim_start_matches('/');
    let Some(rest) = from_root.strip_prefix(SEO).filter(|rest| rest.is_empty() || rest.starts_with('/')) else {
        return Ok(match path.strip_suffix(THUMBNAIL) {
            Some(image) => Named { image: image.to_owned(), name: None, thumbnail: true },
            None => Named { image: path, name: None, thumbnail: false },
        });
    };
    let (image, name) = rest.rsplit_once('/').unwrap_or_default();
    let image = image.trim_matches('/');
    match name.rsplit_once('.') {
        Some((_, extension)) if !image.is_empty() && !extension.is_empty() => {
            Ok(Named { image: format!("{image}.{extension}"), name: Some(name.to_owned()), thumbnail: false })
        }
        _ => Err(InvalidPath(
            "after `ik-seo` a path without its extension is expected, and a name with it: \
             `ik-seo/photos/cat/a-red-cat.jpg` for `photos/cat.jpg`"
                .to_owned(),
        )),
    }
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
    fn a_name_for_search_engines_stands_at_the_end() {
        check("/ik-seo/photos/cat/a-red-cat.jpg", 0, ("photos/cat.jpg", None, ""));
        check("/ik-seo/cat/a-red-cat.v2.png?tr=w-1", 0, ("cat.png", Some("w-1"), ""));
        check("/ik-seo/tr:w-1/photos/cat/red.jpg", 0, ("photos/cat.jpg", Some("w-1"), ""));
        check("/tr:w-1/ik-seo/photos/cat/red.jpg", 0, ("photos/cat.jpg", Some("w-1"), ""));
        check("/ik-seo/photos/cat/tr:w-1/red.jpg", 0, ("photos/cat.jpg", Some("w-1"), ""));
        check("/acme/ik-seo/a%20b.c/%C3%A9.jpg", 5, ("a b.c.jpg", None, ""));
        check("/ik-seo//cat//red.jpg", 0, ("cat.jpg", None, ""));
        check("/photos/ik-seo/cat/red.jpg", 0, ("photos/ik-seo/cat/red.jpg", None, ""));
        check("/ik-seo-x/cat/red.jpg", 0, ("ik-seo-x/cat/red.jpg", None, ""));
        let file_name = |target| Target::parse(target, 0).unwrap().file_name;
        assert_eq!(file_name("/ik-seo/cat/red%20%C3%A9.jpg"), "red é.jpg");
        assert_eq!(file_name("/photos/cat.jpg/ik-thumbnail.jpg"), "cat.jpg");
        for target in ["/ik-seo", "/ik-seo/", "/ik-seo/cat.jpg", "/ik-seo/cat/red", "/ik-seo/cat/red.", "/ik-seo/cat/"]
        {
            let error = Target::parse(target, 0).unwrap_err().to_string();
            assert!(error.contains("photos/cat/a-red-cat.jpg"), "{target}: {error}");
        }
    }

    #[test]
    fn a_still_is_asked_for_at_the_end() {
        for (target, path, expected) in [
            ("/tr:w-1/clips/cat.gif/ik-thumbnail.jpg", "clips/cat.gif", true),
            ("/clips/cat.gif/tr:w-1/ik-thumbnail.jpg?v=1", "clips/cat.gif", true),
            ("/acme/cat.gif/ik-thumbnail.jpg", "cat.gif", true),
            ("/cat.gif/ik-thumbnail.png", "cat.gif/ik-thumbnail.png", false),
            ("/cat.gif/xik-thumbnail.jpg", "cat.gif/xik-thumbnail.jpg", false),
        ] {
            let prefix_bytes = if target.starts_with("/acme") { 5 } else { 0 };
            let parsed = Target::parse(target, prefix_bytes).unwrap();
            assert_eq!((parsed.image_path.as_str(), parsed.thumbnail), (path, expected), "{target}");
        }
        assert!(Target::parse("/ik-thumbnail.jpg", 0).is_err(), "a still of nothing");
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
