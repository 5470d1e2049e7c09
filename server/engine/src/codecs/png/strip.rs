//! A PNG file less what it says beside the picture.

use super::chunks::{SIGNATURE, chunks};
use crate::codecs::Keep;
use bytes::Bytes;

/// The file without what is not to be kept, bit for bit the same picture; `None` for a damaged file.
///
/// An allow-list, so that chunks which nobody has heard of do not carry anything out. `gAMA` and `cHRM` go
/// with the profile, because the engine does not apply them either. The frames of an APNG go always: what
/// stays is the picture that the engine takes.
pub(in crate::codecs) fn strip(file: &Bytes, keep: Keep) -> Option<Bytes> {
    let mut out = SIGNATURE.to_vec();
    for chunk in chunks(file)? {
        let stays = match chunk.kind {
            b"IHDR" | b"PLTE" | b"tRNS" | b"IDAT" | b"IEND" | b"sRGB" | b"pHYs" => true,
            b"iCCP" | b"cICP" => keep.profile,
            b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"tIME" => keep.metadata,
            _ => false,
        };
        if stays {
            out.extend_from_slice(chunk.whole);
        }
    }
    Some(out.into())
}
