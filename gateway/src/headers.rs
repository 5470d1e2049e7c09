//! The header fields of a delivered image. Every value goes through [`HeaderValue`], which takes no line break;
//! what does not fit is left out rather than mended.

use crate::{disposition::content_disposition, url::Attachment};
use darkroom_api::v1::{Rendition, Timing};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use std::{
    io::Write,
    time::{Duration, SystemTime},
};

/// Methods of a delivery URL.
pub(crate) const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// Warnings that are told.
const WARNINGS_MAX: usize = 10;
/// Characters of a text in a header field.
const TEXT_CHARS_MAX: usize = 300;

/// Whether an image came from the cache.
pub(crate) const X_CACHE: HeaderName = HeaderName::from_static("x-cache");

/// What every answer of a delivery URL carries, errors too.
pub(crate) fn insert_always(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // All: nothing here is a secret, and a list of names would be the longest field of the answer.
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (HeaderName::from_static("timing-allow-origin"), "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// What an image carries, and `304 Not Modified` too: what a cache needs to know.
pub(crate) fn insert_freshness(headers: &mut HeaderMap, rendition: &Rendition) {
    let seconds = rendition.max_age.as_ref().map_or(0, |age| age.seconds.max(0));
    let freshness = format!("public, max-age={seconds}, s-maxage={seconds}, must-revalidate");
    insert(headers, header::CACHE_CONTROL, &freshness);
    insert(headers, header::ETAG, &rendition.etag);
    match rendition.vary.as_slice() {
        [field] if field == "Accept" => _ = headers.insert(header::VARY, HeaderValue::from_static("Accept")),
        fields => insert(headers, header::VARY, &fields.join(", ")),
    }
    if let Some(time) = rendition.modify_time.as_ref().and_then(|time| u64::try_from(time.seconds).ok()) {
        // httpdate panics past the year 9999, and an origin may claim any time.
        const LAST_SECOND: u64 = 253_402_300_799;
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time.min(LAST_SECOND));
        insert(headers, header::LAST_MODIFIED, &httpdate::fmt_http_date(time));
    }
    headers.insert(X_CACHE, HeaderValue::from_static(if rendition.cached { "HIT" } else { "MISS" }));
    if let Some(ratio) = rendition.content_dpr {
        insert(headers, HeaderName::from_static("content-dpr"), &format!("{ratio:.2}"));
    }
    if rendition.default_image {
        insert(headers, HeaderName::from_static("x-default-image"), "1");
    }
    for warning in rendition.warnings.iter().take(WARNINGS_MAX) {
        let warning = format!("299 darkroom \"{}\"", visible(warning).replace(['"', '\\'], "'"));
        if let Ok(value) = HeaderValue::try_from(warning) {
            headers.append(header::WARNING, value);
        }
    }
}

/// What an image carries beside that: what it is, and what a browser may do with it.
pub(crate) fn insert_representation(headers: &mut HeaderMap, rendition: &Rendition, attachment: &Attachment) {
    let media_type = valid_media_type(&rendition.media_type);
    insert(headers, header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(rendition.size_bytes.max(0)));
    let danger = Danger::of(media_type);
    if let Some(policy) = danger.policy() {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    let disposition = content_disposition(&rendition.file_name, attachment, danger == Danger::Runs);
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    if let Some(url) = link_target(&rendition.canonical_url) {
        insert(headers, header::LINK, &format!("<{url}>; rel=\"canonical\""));
    }
}

/// A text in the characters that a header field can hold.
pub(crate) fn visible(text: &str) -> String {
    text.chars().take(TEXT_CHARS_MAX).map(|c| if c.is_ascii_graphic() || c == ' ' { c } else { '?' }).collect()
}

/// What a browser that opens it by itself could be made to do.
#[derive(Debug, PartialEq, Eq)]
enum Danger {
    /// Nothing.
    None,
    /// An SVG document can hold scripts and load what it names.
    Svg,
    /// Markup, scripts, and whatever is not known to be harmless.
    Runs,
}

impl Danger {
    fn of(media_type: &str) -> Self {
        let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let Some((kind, subtype)) = essence.split_once('/') else {
            return Self::Runs;
        };
        match (kind, subtype) {
            ("image", "svg+xml") => Self::Svg,
            ("image", subtype) if subtype.ends_with("+xml") => Self::Runs,
            ("image" | "audio" | "video" | "font", _)
            | ("text", "plain" | "css" | "csv")
            | ("application", "pdf" | "json" | "wasm") => Self::None,
            _ => Self::Runs,
        }
    }

    fn policy(&self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Svg => Some("default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"),
            Self::Runs => Some("default-src 'none'; sandbox"),
        }
    }
}

fn valid_media_type(text: &str) -> &str {
    let essence = text.split(';').next().unwrap_or_default().trim_end();
    let is_token = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    let is_valid = essence.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype));
    if is_valid { text } else { "application/octet-stream" }
}

fn link_target(url: &str) -> Option<&str> {
    let is_web = url.starts_with("http://") || url.starts_with("https://");
    let is_clean = url.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>\"\\".contains(&byte));
    (is_web && is_clean).then_some(url)
}

/// How long what took, of an answer that took `elapsed` in all.
pub(crate) fn insert_server_timing(headers: &mut HeaderMap, rendition: &Rendition, elapsed: Duration) {
    let mut text = Vec::with_capacity(64);
    write_server_timing(&mut text, rendition.cached, rendition.timings.iter().filter_map(known_timing), elapsed);
    if let Ok(value) = HeaderValue::try_from(text) {
        headers.insert(HeaderName::from_static("server-timing"), value);
    }
}

/// Writes the value of `Server-Timing`.
pub(crate) fn write_server_timing<'a>(
    text: &mut Vec<u8>,
    cached: bool,
    timings: impl Iterator<Item = (&'a str, Duration)> + Clone,
    elapsed: Duration,
) {
    text.extend_from_slice(b"cache");
    // A cache that also says how long it took gets both in its one entry.
    for (_, duration) in timings.clone().filter(|(name, _)| *name == "cache") {
        write_duration(text, duration);
    }
    text.extend_from_slice(if cached { b";desc=HIT" } else { b";desc=MISS" });
    for (name, duration) in timings.filter(|(name, _)| *name != "cache") {
        text.extend_from_slice(b", ");
        text.extend_from_slice(name.as_bytes());
        write_duration(text, duration);
    }
    text.extend_from_slice(b", total");
    write_duration(text, elapsed);
}

// A name that may stand in the field, and a length that is one.
fn known_timing(timing: &Timing) -> Option<(&str, Duration)> {
    let Timing { name, duration } = timing;
    let is_token = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let duration = duration.as_ref().and_then(|duration| Duration::try_from(*duration).ok())?;
    is_token.then_some((name, duration))
}

// In milliseconds with one digit behind the point, in whole numbers: to write a float takes longer than to find the
// image.
fn write_duration(text: &mut Vec<u8>, duration: Duration) {
    let tenths = (duration.as_micros() + 50) / 100;
    let _ = write!(text, ";dur={}.{}", tenths / 10, tenths % 10);
}

fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let (false, Ok(value)) = (text.is_empty(), HeaderValue::from_str(text)) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_known_to_be_harmless_is_shown_without_a_policy() {
        for (media_type, danger) in [
            ("image/webp", Danger::None),
            ("application/pdf", Danger::None),
            ("text/plain; charset=utf-8", Danger::None),
            ("image/svg+xml", Danger::Svg),
            ("IMAGE/SVG+XML; charset=utf-8", Danger::Svg),
            ("text/html", Danger::Runs),
            ("application/xhtml+xml", Danger::Runs),
            ("text/javascript", Danger::Runs),
            ("application/xml", Danger::Runs),
            ("image/x+xml", Danger::Runs),
            ("application/octet-stream", Danger::Runs),
            ("", Danger::Runs),
        ] {
            assert_eq!(Danger::of(media_type), danger, "{media_type}");
        }
    }

    #[test]
    fn what_an_origin_says_cannot_break_a_field() {
        let rendition = Rendition {
            media_type: "image/png\r\nx: y".into(),
            etag: "\"a\"\r\n".into(),
            canonical_url: "https://a/>;\"".into(),
            vary: vec!["Accept".into(), "X\n".into()],
            warnings: vec!["a\"\r\nb é".into()],
            modify_time: Some(prost_types::Timestamp { seconds: i64::MAX, nanos: 0 }),
            size_bytes: -1,
            timings: vec![Timing { name: "x;y".into(), duration: None }],
            ..Rendition::default()
        };
        let mut headers = HeaderMap::new();
        insert_freshness(&mut headers, &rendition);
        insert_server_timing(&mut headers, &rendition, Duration::from_micros(1500));
        insert_representation(&mut headers, &rendition, &Attachment::default());
        let value = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(value("content-type"), Some("application/octet-stream"));
        assert_eq!(value("etag"), None);
        assert_eq!(value("link"), None);
        assert_eq!(value("vary"), None);
        assert_eq!(value("warning"), Some("299 darkroom \"a'??b ?\""));
        assert_eq!(value("last-modified"), Some("Fri, 31 Dec 9999 23:59:59 GMT"));
        assert_eq!(value("content-length"), Some("0"));
        assert_eq!(value("server-timing"), Some("cache;desc=MISS, total;dur=1.5"));
    }
}
