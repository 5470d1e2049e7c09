//! The rectangle that somebody stored with an image for `fo-custom`: in the metadata of a bucket's object, in a
//! header of a web server's answer, in an extended attribute of a file.

use darkroom_engine::Area;

/// The header of a web server's answer.
pub(super) const HEADER: &str = "x-custom-coordinates";
/// The extended attribute of a file.
pub(super) const FILE_ATTRIBUTE: &str = "user.custom-coordinates";
/// More bytes than four numbers need are not read.
pub(super) const BYTES_MAX: usize = 100;

/// Whether metadata of an object under this key are the rectangle. Azure allows no hyphen in keys, S3 keeps no
/// capitals, and the management API of the URL language says `customCoordinates`; all of them are meant.
pub(super) fn is_key(key: &str) -> bool {
    let letters = key.bytes().filter(|byte| !matches!(byte, b'-' | b'_')).map(|byte| byte.to_ascii_lowercase());
    letters.eq(*b"customcoordinates")
}

/// The rectangle in a text. A mistake in it must not take the image away, so it is logged and the image has none.
pub(super) fn read(text: &str) -> Option<Area> {
    let area = text.parse();
    if let Err(error) = area {
        tracing::warn!(%error, "the custom coordinates stored with an image are ignored");
    }
    area.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cloud_can_spell_the_key() {
        for key in ["custom-coordinates", "custom_coordinates", "customCoordinates", "customcoordinates"] {
            assert!(is_key(key), "{key}");
        }
        for key in ["coordinates", "customcoordinates2", "custom coordinates", ""] {
            assert!(!is_key(key), "{key}");
        }
    }
}
