//! A JPEG file less what it says beside the picture.

use super::markers::{next_marker, segment_length};
use crate::codecs::Keep;
use bytes::Bytes;

const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const COM: u8 = 0xFE;

/// The file without what is not to be kept, bit for bit the same picture; `None` when it is damaged or of a
/// kind that browsers do not show (arithmetic or lossless coding, 12 bits, inks).
pub(in crate::codecs) fn strip(file: &Bytes, keep: Keep) -> Option<Bytes> {
    let mut out = vec![0xFF, SOI];
    let (mut at, mut in_scan, mut is_plain, mut has_profile) = (2, false, false, false);
    loop {
        let marker = next_marker(file, at)?;
        if in_scan {
            out.extend_from_slice(&file[at..marker - 1]);
        }
        let code = file[marker];
        let end = marker + 1 + segment_length(file, marker);
        let segment = file.get(marker - 1..end)?;
        let payload = segment.get(4..).unwrap_or_default();
        match code {
            EOI => break,
            SOI => return None,
            0xC0..=0xC2 => is_plain = matches!(payload, [8, _, _, _, _, 1 | 3, ..]),
            _ => {}
        }
        let is_profile = code == 0xE2 && payload.starts_with(b"ICC_PROFILE\0");
        has_profile |= is_profile;
        let stays = match code {
            _ if is_profile => keep.profile,
            0xE0 if payload.starts_with(b"JFIF\0") => true,
            0xEE if payload.starts_with(b"Adobe") => true, // says how colours are coded
            // An index of pictures behind this one, which do not stay there.
            0xE2 if payload.starts_with(b"MPF\0") => false,
            0xE0..=0xEF | COM => keep.metadata,
            _ => true,
        };
        if stays {
            out.extend_from_slice(segment);
        }
        in_scan = code == SOS;
        at = end;
    }
    out.extend([0xFF, EOI]);
    if !is_plain {
        return None;
    }
    let unchanged = keep.metadata && (keep.profile || !has_profile);
    Some(if unchanged { file.clone() } else { out.into() })
}
