//! The path of an image behind an endpoint: decoded once, no way out of its root.

use percent_encoding::percent_decode_str;
use std::fmt;

/// Bytes of a decoded path; object stores take no longer keys.
pub const PATH_BYTES_MAX: usize = 1024;

/// A decoded path without a leading slash: no empty, `.` or `..` segments, no NUL or control characters, no
/// backslash, at most 1024 bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ImagePath(String);

/// Why a path is refused, and what was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPath(pub String);

impl ImagePath {
    /// From decoded text, as in a gRPC field. A leading slash is dropped, runs of slashes become one.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        if let Some(character) = text.chars().find(|character| character.is_control()) {
            return refuse(format!("the path holds the control character U+{:04X}; remove it", u32::from(character)));
        }
        if text.contains('\\') {
            return refuse("the path holds a backslash; segments are parted by `/`");
        }
        let mut path = String::with_capacity(text.len().min(PATH_BYTES_MAX));
        for segment in text.split('/').filter(|segment| !segment.is_empty()) {
            if matches!(segment, "." | "..") {
                return refuse(format!(
                    "the path holds the segment `{segment}`; write the path from the root of the origin"
                ));
            }
            if path.len() + segment.len() >= PATH_BYTES_MAX + usize::from(path.is_empty()) {
                return refuse(format!("the path is longer than {PATH_BYTES_MAX} bytes"));
            }
            if !path.is_empty() {
                path.push('/');
            }
            path.push_str(segment);
        }
        if path.is_empty() {
            return refuse("the path names no image; expected for example `photos/cat.jpg`");
        }
        if text.ends_with('/') {
            return refuse("the path ends with a slash; expected the name of an image after it");
        }
        Ok(Self(path))
    }

    /// From a percent-encoded URL path; decodes once.
    pub fn from_url(text: &str) -> Result<Self, InvalidPath> {
        if let Some(at) = broken_escape(text) {
            return refuse(format!(
                "the `%` at byte {at} of the path is not followed by two hexadecimal digits; write `%25` for a percent sign"
            ));
        }
        match percent_decode_str(text).decode_utf8() {
            Ok(text) => Self::parse(&text),
            Err(_) => refuse("the path is not UTF-8 after percent-decoding; encode its name as UTF-8"),
        }
    }

    /// The decoded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last segment.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn refuse<T>(text: impl Into<String>) -> Result<T, InvalidPath> {
    Err(InvalidPath(text.into()))
}

fn broken_escape(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    (0..bytes.len()).find(|&at| bytes[at] == b'%' && !(is_digit(at + 1) && is_digit(at + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(url: &str, expected: &str) {
        assert_eq!(ImagePath::from_url(url).unwrap().as_str(), expected, "{url}");
    }

    fn check_refused(url: &str, word: &str) {
        let error = ImagePath::from_url(url).unwrap_err().0;
        assert!(error.contains(word), "{url}: {error}");
    }

    #[test]
    fn odd_names_are_names() {
        check("/photos/cat.jpg", "photos/cat.jpg");
        check("///photos////cat.jpg", "photos/cat.jpg");
        check("a%20b+c.jpg", "a b+c.jpg");
        check("100%25.jpg", "100%.jpg");
        check("%E6%97%A5%E6%9C%AC/é.jpg", "日本/é.jpg");
        check("a~b#c[1]*?.jpg", "a~b#c[1]*?.jpg");
        check("...", "...");
        check(".hidden/..a", ".hidden/..a");
        check("https%3A%2F%2Fexample.com%2Fa.jpg", "https:/example.com/a.jpg");
        check("https://example.com/a.jpg", "https:/example.com/a.jpg");
    }

    #[test]
    fn it_is_decoded_once() {
        check("a%252e%252e/b", "a%2e%2e/b");
        check("%252e%252e/b", "%2e%2e/b");
    }

    #[test]
    fn no_way_out() {
        for url in ["../a", "a/../b", "a/..", "%2e%2e/a", "a/%2E%2e/b", "a%2f..%2fb"] {
            check_refused(url, "`..`");
        }
        check_refused("a/./b", "`.`");
        check_refused("a%00b", "U+0000");
        check_refused("a%0d%0ab", "U+000D");
        check_refused("a%7fb", "U+007F");
        check_refused("a%C2%85b", "U+0085");
        check_refused("a%5cb", "backslash");
        check_refused("..\\a", "backslash");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        check_refused("%c0%ae%c0%ae/a", "UTF-8"); // `..`, overlong
        check_refused("%ff", "UTF-8");
        check_refused("100%.jpg", "%25");
        check_refused("a%2", "%25");
        check_refused("a%zz", "%25");
        check_refused("", "names no image");
        check_refused("//", "names no image");
        check_refused("a/", "slash");
    }

    #[test]
    fn its_length_is_bounded() {
        let longest = format!("a/{}", "b".repeat(PATH_BYTES_MAX - 2));
        check(&longest, &longest);
        check(&"c".repeat(PATH_BYTES_MAX), &"c".repeat(PATH_BYTES_MAX));
        check_refused(&format!("{longest}b"), "1024");
        check_refused(&"c".repeat(PATH_BYTES_MAX + 1), "1024");
    }

    #[test]
    fn the_file_name_is_the_last_segment() {
        assert_eq!(ImagePath::parse("a/b/c.jpg").unwrap().file_name(), "c.jpg");
        assert_eq!(ImagePath::parse("c.jpg").unwrap().file_name(), "c.jpg");
    }

    proptest! {
        #[test]
        fn whatever_passes_keeps_the_promise(text in "\\PC{0,40}|[./%a2eE\\\\]{0,12}") {
            for path in [ImagePath::parse(&text), ImagePath::from_url(&text)].into_iter().flatten() {
                let path = path.as_str();
                prop_assert!(!path.is_empty() && path.len() <= PATH_BYTES_MAX);
                prop_assert!(!path.contains('\\') && !path.chars().any(char::is_control));
                prop_assert!(path.split('/').all(|segment| !matches!(segment, "" | "." | "..")));
                prop_assert!(ImagePath::parse(path).is_ok_and(|again| again.as_str() == path));
            }
        }
    }
}
