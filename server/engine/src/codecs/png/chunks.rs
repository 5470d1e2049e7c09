//! The chunks that a PNG file is made of.

use flate2::Crc;

pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1A\n";

/// One chunk as it stands in the file.
pub(super) struct Chunk<'f> {
    pub(super) kind: &'f [u8],
    pub(super) data: &'f [u8],
    /// Length, kind, data and checksum.
    pub(super) whole: &'f [u8],
}

/// All chunks up to `IEND`; `None` when one is cut off or its checksum is wrong. What follows `IEND` is not
/// part of the picture.
pub(super) fn chunks(file: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut rest = file.strip_prefix(&SIGNATURE)?;
    let mut found = Vec::new();
    loop {
        let chunk = first(rest)?;
        rest = &rest[chunk.whole.len()..];
        let is_last = chunk.kind == b"IEND";
        found.push(chunk);
        if is_last {
            return Some(found);
        }
    }
}

/// All chunks before the pixels; `None` when there are no pixels, or when one of them is cut off or its checksum wrong.
pub(super) fn before_pixels(file: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut rest = file.strip_prefix(&SIGNATURE)?;
    let mut found = Vec::new();
    while rest.get(4..8)? != b"IDAT" {
        let chunk = first(rest)?;
        rest = &rest[chunk.whole.len()..];
        found.push(chunk);
    }
    Some(found)
}

fn first(rest: &[u8]) -> Option<Chunk<'_>> {
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk()?)).ok()?;
    let whole = rest.get(..length.checked_add(12)?)?;
    let (checked, checksum) = whole[4..].split_at(4 + length);
    let is_right = u32::from_be_bytes(*checksum.first_chunk()?) == checksum_of(checked);
    is_right.then_some(Chunk { kind: &checked[..4], data: &checked[4..], whole })
}

/// Appends a chunk. The data are shorter than 4 GiB, as every rendition is.
pub(super) fn write(file: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    file.extend(u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    let start = file.len();
    file.extend(kind);
    file.extend(data);
    let checksum = checksum_of(&file[start..]);
    file.extend(checksum.to_be_bytes());
}

fn checksum_of(bytes: &[u8]) -> u32 {
    let mut checksum = Crc::new();
    checksum.update(bytes);
    checksum.sum()
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, chunks, write};

    #[test]
    fn what_is_written_is_read_and_what_is_damaged_is_not() {
        let mut file = SIGNATURE.to_vec();
        write(&mut file, *b"tEXt", b"key\0text");
        write(&mut file, *b"IEND", b"");
        let end = file.len();
        assert_eq!(file[end - 4..], [0xAE, 0x42, 0x60, 0x82], "the checksum that every PNG ends with");
        file.extend(b"a trailer");
        let found = chunks(&file).expect("whole");
        let kinds: Vec<&[u8]> = found.iter().map(|chunk| chunk.kind).collect();
        assert_eq!(kinds, [b"tEXt", b"IEND"]);
        assert_eq!(found[0].whole[8..16], *b"key\0text");
        for length in 0..end {
            assert!(chunks(&file[..length]).is_none(), "cut at {length}");
        }
        file[20] ^= 1;
        assert!(chunks(&file).is_none(), "a wrong checksum");
    }
}
