//! The chunks that a file consists of.

use crate::{DecodeError, Header};

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// A piece of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chunk<'a> {
    pub(crate) name: [u8; 4],
    pub(crate) content: &'a [u8],
    /// Name and content, which the checksum is of.
    checked: &'a [u8],
    checksum: u32,
}

impl Chunk<'_> {
    pub(crate) fn check(&self) -> Result<(), DecodeError> {
        if libdeflater::crc32(self.checked) == self.checksum { Ok(()) } else { Err(DecodeError::Broken("a checksum")) }
    }

    /// Whether nobody may show the picture who does not know this chunk.
    fn is_critical(&self) -> bool {
        self.name[0].is_ascii_uppercase()
    }
}

/// All chunks of a file, until one is not whole.
pub(crate) struct Chunks<'a>(&'a [u8]);

impl<'a> Chunks<'a> {
    pub(crate) fn of(file: &'a [u8]) -> Result<Self, DecodeError> {
        file.strip_prefix(SIGNATURE).map(Self).ok_or(DecodeError::Broken("no signature"))
    }

    fn split(&mut self) -> Option<Chunk<'a>> {
        let (length, rest) = self.0.split_first_chunk()?;
        let length = u32::from_be_bytes(*length) as usize;
        let (checked, rest) = rest.split_at_checked(length.checked_add(4)?)?;
        let (name, content) = checked.split_first_chunk()?;
        let (checksum, rest) = rest.split_first_chunk()?;
        self.0 = rest;
        Some(Chunk { name: *name, content, checked, checksum: u32::from_be_bytes(*checksum) })
    }
}

impl<'a> Iterator for Chunks<'a> {
    type Item = Result<Chunk<'a>, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let chunk = self.split();
        if chunk.is_none() {
            self.0 = &[];
        }
        Some(chunk.ok_or(DecodeError::Broken("a chunk that is not whole")))
    }
}

/// The compressed data of a file, whose chunks are all such as this decoder knows, in the order of the format, and
/// with right checksums up to the end of the data.
pub(crate) fn data(file: &[u8]) -> Result<(Header, Vec<&[u8]>), DecodeError> {
    let header = Header::read(file)?;
    let mut pieces = Vec::new();
    for chunk in Chunks::of(file)?.skip(1) {
        let chunk = chunk?;
        match &chunk.name {
            b"IDAT" => {
                chunk.check()?;
                pieces.push(chunk.content);
            }
            // What stands behind the data says nothing of pixels.
            _ if !pieces.is_empty() => return Ok((header, pieces)),
            b"tRNS" => return Err(DecodeError::Unsupported("a transparent colour")),
            b"acTL" | b"fcTL" => return Err(DecodeError::Unsupported("an animation")),
            _ if chunk.is_critical() => return Err(DecodeError::Unsupported("a chunk that is seldom")),
            _ => {}
        }
    }
    // There is one more behind the data, or the end is missing.
    Err(DecodeError::Broken("no end"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Samples, fixtures::Fixture};

    fn fixture() -> Fixture {
        Fixture::of(Samples::Rgb, 7, 5)
    }

    #[test]
    fn data_is_what_all_pieces_hold() {
        let mut fixture = fixture();
        fixture.before.push((*b"tEXt", b"Title\0seven by five".to_vec()));
        fixture.pieces = 3;
        let file = fixture.file();
        let (header, pieces) = data(&file).unwrap();
        assert_eq!((header.width(), header.height(), pieces.len()), (7, 5, 3));
        assert_eq!(pieces.concat(), fixture.compressed());
    }

    #[test]
    fn what_changes_the_meaning_of_pixels_is_left_to_others() {
        for name in [b"tRNS", b"PLTE", b"acTL", b"fcTL", b"NEWc"] {
            let mut fixture = fixture();
            fixture.before.push((*name, vec![0; 6]));
            assert!(matches!(data(&fixture.file()), Err(DecodeError::Unsupported(_))), "{name:?}");
        }
    }

    #[test]
    fn damage_is_found_up_to_the_end_of_the_data() {
        let file = fixture().file();
        assert!(data(&file).is_ok());
        let data_end = file.len() - 12;
        for place in 0..data_end {
            let mut damaged = file.clone();
            damaged[place] ^= 4;
            assert!(data(&damaged).is_err(), "{place}");
        }
        for length in 0..file.len() {
            assert!(data(&file[..length]).is_err(), "{length}");
        }
    }
}
