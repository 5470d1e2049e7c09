//! An entry as a file.
//!
//! `magic (8) | checksum (16) | length of the facts (4) | facts | data`, numbers in little endian. The checksum is over
//! the key and all that follows it, so a file under another key's name is as wrong as one with a flipped bit. It is
//! XXH3 with 128 bits, because it is made for each read: it finds what a disk or a crash did to a file. It is no proof
//! against a person who may write into the folder, who could write a right checksum as well, whatever its kind.

use super::{Entry, Key};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use twox_hash::XxHash3_128;

/// Changes with the form.
const MAGIC: &[u8; 8] = b"DARKROM2";
const LENGTH_BYTES: usize = 4;
const CHECKSUM_BYTES: usize = 16;
const HEADER_BYTES: usize = MAGIC.len() + CHECKSUM_BYTES + LENGTH_BYTES;

/// An entry without its data.
#[derive(Serialize, Deserialize)]
struct Facts<'a> {
    media_type: &'a str,
    etag: &'a str,
    source_version: &'a str,
    origin: &'a str,
    width_px: u32,
    height_px: u32,
    checked_at: i64,
    modified_at: i64,
}

/// What stands before the data in the file.
pub(super) fn head(key: &Key, entry: &Entry) -> Option<Vec<u8>> {
    let Entry { media_type, etag, source_version, origin, width_px, height_px, checked_at, modified_at, data } = entry;
    let facts = Facts {
        media_type,
        etag,
        source_version,
        origin,
        width_px: *width_px,
        height_px: *height_px,
        checked_at: *checked_at,
        modified_at: *modified_at,
    };
    let facts = postcard::to_allocvec(&facts).ok()?;
    let length = u32::try_from(facts.len()).ok()?.to_le_bytes();
    let mut head = Vec::with_capacity(HEADER_BYTES + facts.len());
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&checksum(key, &[&length, &facts, data]));
    head.extend_from_slice(&length);
    head.extend_from_slice(&facts);
    Some(head)
}

/// The entry in a file, if it is whole and this key's.
pub(super) fn read(key: &Key, file: Vec<u8>) -> Option<Entry> {
    let (magic, rest) = file.split_first_chunk::<{ MAGIC.len() }>()?;
    let (given, rest) = rest.split_first_chunk::<CHECKSUM_BYTES>()?;
    if magic != MAGIC || *given != checksum(key, &[rest]) {
        return None;
    }
    let (length, rest) = rest.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    let Facts { media_type, etag, source_version, origin, width_px, height_px, checked_at, modified_at } =
        postcard::from_bytes(rest.get(..length)?).ok()?;
    let mut entry = Entry {
        media_type: media_type.to_owned(),
        etag: etag.to_owned(),
        source_version: source_version.to_owned(),
        origin: origin.to_owned(),
        width_px,
        height_px,
        checked_at,
        modified_at,
        data: Bytes::new(),
    };
    // The data stays where it was read to.
    entry.data = Bytes::from(file).slice(HEADER_BYTES + length..);
    Some(entry)
}

fn checksum(key: &Key, parts: &[&[u8]]) -> [u8; CHECKSUM_BYTES] {
    let mut hasher = XxHash3_128::new();
    hasher.write(&key.0);
    for part in parts {
        hasher.write(part);
    }
    hasher.finish_128().to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::tests::{entry, key};
    use proptest::prelude::*;

    fn file(key: &Key, entry: &Entry) -> Vec<u8> {
        [head(key, entry).unwrap().as_slice(), &entry.data].concat()
    }

    #[test]
    fn no_flipped_bit_no_cut_and_no_other_key_is_read() {
        let whole = file(&key(1), &entry(1, 300));
        assert_eq!(read(&key(1), whole.clone()).as_ref(), Some(&*entry(1, 300)));
        assert_eq!(read(&key(2), whole.clone()), None);
        for bit in 0..whole.len() * 8 {
            let mut flipped = whole.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(read(&key(1), flipped), None, "bit {bit}");
        }
        for length in 0..whole.len() {
            assert_eq!(read(&key(1), whole[..length].to_vec()), None, "{length} bytes");
        }
        assert_eq!(read(&key(1), [whole, vec![0]].concat()), None);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            texts in prop::array::uniform4(".*"),
            numbers: (u32, u32, i64, i64),
            data: Vec<u8>,
        ) {
            let [media_type, etag, source_version, origin] = texts;
            let (width_px, height_px, checked_at, modified_at) = numbers;
            let entry = Entry {
                media_type, etag, source_version, origin, width_px, height_px, checked_at, modified_at,
                data: data.into(),
            };
            prop_assert_eq!(read(&key(7), file(&key(7), &entry)), Some(entry));
        }

        #[test]
        fn nonsense_is_not_read(mut nonsense: Vec<u8>) {
            prop_assert_eq!(read(&key(7), nonsense.clone()), None);
            nonsense.splice(0..0, *MAGIC);
            prop_assert_eq!(read(&key(7), nonsense), None);
        }
    }
}
