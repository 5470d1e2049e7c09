//! What stands in the first chunk: the size, and what a pixel is.

use crate::{DecodeError, chunks::Chunks};

/// The samples of a pixel, 8 bits each, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// Grey.
    Grey,
    /// Grey and alpha.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, alpha.
    Rgba,
}

impl Samples {
    /// How many there are.
    pub const fn count(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// What a file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    width: u32,
    height: u32,
    samples: Samples,
}

impl Header {
    /// The largest side that the format allows.
    const MAXIMUM_SIDE: u32 = (1 << 31) - 1;

    /// Reads the first chunk.
    ///
    /// # Errors
    /// When it is not that of a PNG, or of a picture of another kind. Chunks behind it may still forbid to read it.
    pub fn read(file: &[u8]) -> Result<Self, DecodeError> {
        let first = Chunks::of(file)?.next().ok_or(DecodeError::Broken("no chunk"))??;
        if first.name != *b"IHDR" {
            return Err(DecodeError::Broken("another chunk before the header"));
        }
        first.check()?;
        Self::of(first.content)
    }

    fn of(content: &[u8]) -> Result<Self, DecodeError> {
        let &[w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, compression, filter, interlace] = content else {
            return Err(DecodeError::Broken("a header of another length"));
        };
        let [width, height] = [[w0, w1, w2, w3], [h0, h1, h2, h3]].map(u32::from_be_bytes);
        if ![width, height].iter().all(|side| (1..=Self::MAXIMUM_SIDE).contains(side)) {
            return Err(DecodeError::Broken("a side without pixels, or too long"));
        }
        if (compression, filter) != (0, 0) {
            return Err(DecodeError::Broken("an unknown compression or filter method"));
        }
        let samples = match (colour, depth, interlace) {
            (0, 8, 0) => Samples::Grey,
            (2, 8, 0) => Samples::Rgb,
            (4, 8, 0) => Samples::GreyAlpha,
            (6, 8, 0) => Samples::Rgba,
            (_, _, 0) => return Err(DecodeError::Unsupported("a palette, or not 8 bits")),
            _ => return Err(DecodeError::Unsupported("interlaced")),
        };
        Ok(Self { width, height, samples })
    }

    /// Pixels along the upper edge, at least one.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Pixels along the left edge, at least one.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// What a pixel is.
    pub fn samples(&self) -> Samples {
        self.samples
    }

    /// Bytes in a row, without the one that names its filter.
    pub(crate) fn row_length(&self) -> u64 {
        u64::from(self.width) * self.samples.count() as u64
    }

    /// Bytes of all rows, and of one filter for each.
    pub(crate) fn inflated(&self) -> u64 {
        (self.row_length() + 1) * u64::from(self.height)
    }

    /// Bytes that [`Rows`](crate::Rows) holds at most for a file of `length` bytes, the file not among them.
    pub fn memory(&self, length: usize) -> u64 {
        // Rows above each other, and what libdeflate and the allocator take.
        const ELSE: u64 = 64 << 10;
        self.inflated() + length as u64 + crate::rows::LINES as u64 * self.row_length() + ELSE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::Fixture;

    #[test]
    fn a_header_is_read() {
        let fixture = Fixture::of(Samples::GreyAlpha, 300, 2);
        let header = Header::read(&fixture.file()).unwrap();
        assert_eq!((header.width(), header.height(), header.samples()), (300, 2, Samples::GreyAlpha));
        assert_eq!((header.row_length(), header.inflated()), (600, 1202));
    }

    #[test]
    fn other_kinds_are_left_to_others() {
        let refused = |place: usize, value: u8| {
            let mut fixture = Fixture::of(Samples::Rgb, 3, 2);
            fixture.header[place] = value;
            Header::read(&fixture.file()).unwrap_err()
        };
        assert!(matches!(refused(8, 16), DecodeError::Unsupported(_)));
        assert!(matches!(refused(9, 3), DecodeError::Unsupported(_)));
        assert!(matches!(refused(12, 1), DecodeError::Unsupported(_)));
        for (place, value) in [(3, 0), (7, 0), (0, 0x80), (10, 1), (11, 1)] {
            assert!(matches!(refused(place, value), DecodeError::Broken(_)), "{place}");
        }
    }
}
