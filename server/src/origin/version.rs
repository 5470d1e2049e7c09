//! What tells one state of an image from the next: an etag, else time and size, else the data.

use aws_lc_rs::digest;

/// Made of what the origin tells; nothing when it tells too little.
pub(super) fn of_facts(etag: Option<&str>, modified_seconds: Option<i64>, size: Option<u64>) -> Option<String> {
    match (etag, modified_seconds, size) {
        (Some(etag), _, _) if !etag.is_empty() && !etag.starts_with("W/") => Some(etag.to_owned()),
        (_, Some(modified), Some(size)) => Some(format!("modified-{modified}-{size}")),
        _ => None,
    }
}

/// Made of the data itself.
pub(super) fn of_data(data: &[u8]) -> String {
    format!("sha256-{}", hex::encode(digest::digest(&digest::SHA256, data)))
}

/// The version as an origin understands it in `If-None-Match`; nothing when it is one of ours.
pub(super) fn as_etag(version: Option<&String>) -> Option<&str> {
    version
        .map(String::as_str)
        .filter(|version| !version.starts_with("modified-") && !version.starts_with("sha256-"))
        .filter(|version| !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_graphic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strong_etag_wins_and_a_weak_one_does_not_count() {
        assert_eq!(of_facts(Some("\"a\""), Some(1), Some(2)).unwrap(), "\"a\"");
        assert_eq!(of_facts(Some("W/\"a\""), Some(1), Some(2)).unwrap(), "modified-1-2");
        assert_eq!(of_facts(None, Some(1), None), None);
        assert_eq!(of_facts(Some(""), None, Some(2)), None);
    }

    #[test]
    fn only_an_etag_is_sent() {
        for (version, expected) in [
            ("\"a\"", Some("\"a\"")),
            ("0x8DC", Some("0x8DC")),
            ("modified-1-2", None),
            (&of_data(b"x"), None),
            ("\"a\r\nb\"", None),
            ("", None),
        ] {
            assert_eq!(as_etag(Some(&version.to_owned())), expected);
        }
    }
}
