//! Rows, one after the other.

use crate::{
    DecodeError, Header, chunks,
    unfilter::{Filter, PADDING, Unfilter},
};
use libdeflater::Decompressor;

/// Rows that are unfiltered together at most.
pub(crate) const BATCH: usize = 4;

/// Rows that are held unfiltered: those, and the one above them.
pub(crate) const LINES: usize = BATCH + 1;

/// The rows of a picture, from the top.
pub struct Rows {
    header: Header,
    unfilter: Unfilter,
    /// All rows as they were compressed, each behind its filter; and [`PADDING`].
    filtered: Vec<u8>,
    /// The last row of the batch before, and those of this one. Each has [`PADDING`] behind it.
    lines: [Vec<u8>; LINES],
    /// How many of the lines are this batch's.
    held: usize,
    /// How many of them were given.
    given: usize,
    /// Rows that were unfiltered.
    done: usize,
}

impl Rows {
    /// Bytes that one byte can be inflated to: a match of 258 takes two bits at least.
    const MOST_INFLATED: u64 = 1032;

    /// Inflates the data of a file.
    ///
    /// It takes as much memory as [`Header::memory`] says: that is for the caller to have judged.
    ///
    /// # Errors
    /// What this decoder leaves to others, and damage of any kind. What follows the data is not looked at.
    pub fn of(file: &[u8]) -> Result<Self, DecodeError> {
        let (header, pieces) = chunks::data(file)?;
        let length: usize = pieces.iter().map(|piece| piece.len()).sum();
        if header.inflated() > length as u64 * Self::MOST_INFLATED {
            return Err(DecodeError::Broken("less data than rows"));
        }
        let too_large = |_| DecodeError::Unsupported("larger than memory");
        let row = usize::try_from(header.row_length()).map_err(too_large)?;
        let inflated = usize::try_from(header.inflated()).map_err(too_large)?;
        let mut filtered = vec![0; inflated + PADDING];
        let inflate = |data: &[u8], rows: &mut [u8]| Decompressor::new().zlib_decompress(data, rows);
        let written = match pieces.as_slice() {
            [piece] => inflate(piece, &mut filtered[..inflated]),
            pieces => inflate(&pieces.concat(), &mut filtered[..inflated]),
        };
        if written != Ok(inflated) {
            return Err(DecodeError::Broken("data that is damaged, or not as long as its rows"));
        }
        Ok(Self {
            header,
            unfilter: Unfilter::best(header.samples()),
            filtered,
            lines: [(); LINES].map(|()| vec![0; row + PADDING]),
            held: 0,
            given: 0,
            done: 0,
        })
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// The next row: `width × samples` bytes. `None` behind the last one.
    ///
    /// # Errors
    /// When the row names a filter that does not exist.
    pub fn next_row(&mut self) -> Result<Option<&[u8]>, DecodeError> {
        if self.given == self.held && !self.fill()? {
            return Ok(None);
        }
        self.given += 1;
        let line = &self.lines[self.given];
        Ok(Some(&line[..line.len() - PADDING]))
    }

    /// Unfilters the next batch, of one row at least, unless all are done.
    fn fill(&mut self) -> Result<bool, DecodeError> {
        let row = self.lines[0].len() - PADDING;
        let rest = self.filtered.get(self.done * (row + 1)..self.filtered.len() - PADDING).unwrap_or_default();
        // Each row with its filter, those of one batch as long as they may be unfiltered together.
        let mut filters = rest.chunks_exact(row + 1).map(|row| Filter::of(row[0]));
        let Some(first) = filters.next() else {
            return Ok(false);
        };
        let first = first.ok_or(DecodeError::Broken("an unknown filter"))?;
        let together = if first == Filter::Paeth { BATCH } else { 1 };
        let count = 1 + filters.take(together - 1).take_while(|filter| *filter == Some(first)).count();

        self.lines.swap(0, self.held);
        let begin = self.done * (row + 1) + 1;
        let padded = self.lines[0].len();
        let filtered = std::array::from_fn::<_, BATCH, _>(|index| {
            let index = index.min(count - 1);
            &self.filtered[begin + index * (row + 1)..][..padded]
        });
        let [above, lines @ ..] = &mut self.lines;
        self.unfilter.rows(first, above, &filtered[..count], &mut lines[..count]);
        (self.held, self.given) = (count, 0);
        self.done += count;
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
