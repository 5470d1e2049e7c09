//! A GIF file less what it says beside the picture.

use crate::codecs::Keep;
use bytes::Bytes;

const IMAGE: u8 = 0x2C;
const EXTENSION: u8 = 0x21;
const TRAILER: u8 = 0x3B;
const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;

/// The file without what is not to be kept, bit for bit the same picture; `None` for a damaged file.
pub(in crate::codecs) fn strip(file: &Bytes, keep: Keep) -> Option<Bytes> {
    let mut at = 13 + colour_table(*file.get(10)?);
    let mut out = file.get(..at)?.to_vec();
    loop {
        let start = at;
        at += match *file.get(at)? {
            TRAILER => break,
            // Ten bytes of place and size, a table of colours, the size of the codes.
            IMAGE => 11 + colour_table(*file.get(at + 9)?),
            EXTENSION => 2,
            _ => return None,
        };
        at = after_blocks(file, at)?;
        let block = file.get(start..at)?;
        let stays = match block[..2] {
            [EXTENSION, COMMENT] => keep.metadata,
            [EXTENSION, APPLICATION] => match block.get(3..14)? {
                b"NETSCAPE2.0" | b"ANIMEXTS1.0" => true, // how often it plays
                b"ICCRGBG1012" => keep.profile,
                _ => keep.metadata,
            },
            _ => true,
        };
        if stays {
            out.extend_from_slice(block);
        }
    }
    out.push(TRAILER);
    Some(out.into())
}

/// Bytes of the table of colours that these flags announce.
fn colour_table(flags: u8) -> usize {
    if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) }
}

/// Where the chain of blocks ends that starts at `at`: each begins with its length, the last has none.
fn after_blocks(file: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*file.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}
