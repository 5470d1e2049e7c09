//! A WebP file less what it says beside the picture.

use crate::codecs::Keep;
use bytes::Bytes;

// Flags of the `VP8X` chunk.
const PROFILE: u8 = 0x20;
const EXIF: u8 = 0x08;
const XMP: u8 = 0x04;

/// The file without what is not to be kept, bit for bit the same picture; `None` for a damaged file.
pub(in crate::codecs) fn strip(file: &Bytes, keep: Keep) -> Option<Bytes> {
    let length = usize::try_from(u32::from_le_bytes(*file.get(4..8)?.first_chunk()?)).ok()?;
    let mut rest = file.get(12..length.checked_add(8)?)?;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_le_bytes(*rest.get(4..8)?.first_chunk()?)).ok()?;
        // Chunks begin at even places.
        let (chunk, after) = rest.split_at_checked((8 + length).next_multiple_of(2))?;
        match &chunk[..4] {
            b"VP8X" => {
                let mut chunk = chunk.to_vec();
                let flags = chunk.get_mut(8)?;
                *flags &= !if keep.profile { 0 } else { PROFILE };
                *flags &= !if keep.metadata { 0 } else { EXIF | XMP };
                out.extend(chunk);
            }
            b"VP8 " | b"VP8L" | b"ALPH" | b"ANIM" | b"ANMF" => out.extend_from_slice(chunk),
            b"ICCP" if keep.profile => out.extend_from_slice(chunk),
            b"EXIF" | b"XMP " if keep.metadata => out.extend_from_slice(chunk),
            _ => {}
        }
        rest = after;
    }
    // A header is for those that are made of several chunks.
    if out.starts_with(b"VP8X") && is_one_chunk(out.get(HEADER..)?) {
        out.drain(..HEADER);
    }
    let length = u32::try_from(out.len() + 4).ok()?.to_le_bytes();
    Some([&b"RIFF"[..], &length, b"WEBP", &out].concat().into())
}

/// Bytes of a `VP8X` chunk.
const HEADER: usize = 18;

/// Whether these chunks are a single one with a picture.
fn is_one_chunk(chunks: &[u8]) -> bool {
    let Some((head, rest)) = chunks.split_first_chunk::<8>() else {
        return false;
    };
    let length = usize::try_from(u32::from_le_bytes([head[4], head[5], head[6], head[7]])).unwrap_or(usize::MAX);
    matches!(&head[..4], b"VP8 " | b"VP8L") && length.checked_next_multiple_of(2) == Some(rest.len())
}
