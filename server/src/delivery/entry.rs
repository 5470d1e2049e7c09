//! Cache entries: made from a rendition or from a source that goes through untouched.

use super::{Address, Error, key, source::Original};
use crate::{cache::Entry, workers};
use bytes::Bytes;
use darkroom_engine as engine;
use std::time::Duration;

/// Media type of what nobody knows.
const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";

/// Seconds since 1970.
pub(super) fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// Whether at `now` the source need not be asked for again. A clock that was set back makes an entry stale, never immortal.
pub(super) fn is_fresh(entry: &Entry, now: i64, revalidate_after: Duration) -> bool {
    let age = now - entry.checked_at;
    u64::try_from(age).is_ok_and(|age| age < revalidate_after.as_secs())
}

/// A rendition.
pub(super) fn rendered(
    original: &Original,
    request: &engine::Request,
    resources: &[String],
    rendition: engine::Rendition,
) -> Entry {
    let engine::Rendition { data, format, width_px, height_px, timings: _ } = rendition;
    let pipeline = request.pipeline.to_string();
    // Metadata may change where the version does not.
    let area = request.focus_area.map(|area| format!("focus area {area}"));
    let parts: Vec<String> = resources.iter().cloned().chain(area).collect();
    let etag = rendered_etag(&original.origin, &original.version, &pipeline, format.media_type(), &parts);
    entry(original, format.media_type().to_owned(), etag, (width_px, height_px), data)
}

/// The etag of a rendition: what it was made of, and how. `resources` are the versions of what layers used.
pub(super) fn rendered_etag(
    origin: &str,
    version: &str,
    pipeline: &str,
    media_type: &str,
    resources: &[String],
) -> String {
    let mut parts = vec![origin, version, pipeline, media_type];
    parts.extend(resources.iter().map(String::as_str));
    key::etag(&parts)
}

/// A source that goes through as it is.
///
/// # Errors
/// What calls itself an image and is none that we read is refused: passing it on would hide that it is broken.
/// With `as_it_is` nothing is refused: the caller asked for the bytes, whatever they are.
pub(super) fn untouched(original: &Original, file_name: &str, as_it_is: bool) -> Result<Entry, Error> {
    let claimed = || {
        let said = original.media_type.clone().filter(|media_type| media_type != UNKNOWN_MEDIA_TYPE);
        said.or_else(|| mime_guess::from_path(file_name).first_raw().map(str::to_owned))
    };
    let media_type = match original.format {
        Some(format) => format.media_type().to_owned(),
        None => claimed().unwrap_or_else(|| UNKNOWN_MEDIA_TYPE.to_owned()),
    };
    if original.format.is_none() && !as_it_is && is_read(&media_type) {
        let reason =
            format!("it is called `{media_type}`, and its first bytes are of no image format that Darkroom reads");
        return Err(workers::Error::Engine(engine::Error::Unreadable { reason }).into());
    }
    let etag = key::etag(&[&original.origin, &original.version, "untouched", &media_type]);
    // A copy: the source's own bytes count as memory in use, and this entry may stay in the cache for long.
    Ok(entry(original, media_type, etag, (0, 0), Bytes::copy_from_slice(original.data())))
}

/// Refuses a still of what is no image: passing the source through would answer another question.
pub(super) fn check_thumbnail(address: &Address, original: &Original) -> Result<(), Error> {
    if address.thumbnail && original.format.is_none() {
        let reason = "a still was asked for, and its first bytes are of no image format that Darkroom reads".to_owned();
        return Err(workers::Error::Engine(engine::Error::Unreadable { reason }).into());
    }
    Ok(())
}

/// Whether a media type, or one of its older names, is of a format that Darkroom reads.
fn is_read(media_type: &str) -> bool {
    let older = ["image/jpg", "image/pjpeg", "image/x-png", "image/heif", "image/x-icon", "image/x-ms-bmp"];
    older.contains(&media_type) || engine::Format::ALL.iter().any(|format| format.media_type() == media_type)
}

fn entry(
    original: &Original,
    media_type: String,
    etag: String,
    (width_px, height_px): (u32, u32),
    data: Bytes,
) -> Entry {
    Entry {
        media_type,
        etag,
        source_version: original.version.clone(),
        origin: original.origin.clone(),
        width_px,
        height_px,
        checked_at: now(),
        modified_at: original.modify_time.map_or(0, jiff::Timestamp::as_second),
        data,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn original(data: &'static [u8], media_type: Option<&str>) -> Original {
        Original { media_type: media_type.map(str::to_owned), ..Original::given(Bytes::from_static(data)) }
    }

    #[test]
    fn a_text_keeps_its_type() {
        let media_type = |said, name| untouched(&original(b"hello", said), name, false).unwrap().media_type;
        assert_eq!(media_type(Some("text/plain"), "a.css"), "text/plain");
        assert_eq!(media_type(None, "a.css"), "text/css");
        assert_eq!(media_type(None, "a"), UNKNOWN_MEDIA_TYPE);
        assert_eq!(media_type(Some("image/jxl"), "a"), "image/jxl", "an image that Darkroom does not read");
    }

    #[test]
    fn a_broken_image_is_not_passed_on() {
        assert!(untouched(&original(b"hello", Some("image/jpeg")), "a", false).is_err());
        assert!(untouched(&original(b"hello", None), "a.png", false).is_err());
        assert!(untouched(&original(b"hello", None), "a.png", true).is_ok(), "but for who asks for the bytes");
    }

    #[test]
    fn age_decides_freshness() {
        let hour = Duration::from_hours(1);
        let mut entry = untouched(&original(b"hello", None), "a", false).unwrap();
        assert!(is_fresh(&entry, now(), hour));
        entry.checked_at -= 3601;
        assert!(!is_fresh(&entry, now(), hour));
        entry.checked_at = now() + 100_000;
        assert!(!is_fresh(&entry, now(), hour), "from the future");
    }
}
