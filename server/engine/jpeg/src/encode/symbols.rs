//! Levels as symbols of the Huffman code, with the bits that follow each.
//!
//! Symbols are counted while they are made and kept, four bytes each, so that the shortest code for a picture costs
//! one walk over what is kept: the blocks themselves are not looked at twice, and are not kept.

use super::quantise::Levels;
use super::zigzag::{TURNED, in_zigzag};

/// Sets of codes: means and other frequencies, of luma and of chroma.
pub(super) const TABLES: usize = 4;

/// A symbol, its table, and the bits that follow its code: `table << 24 | symbol << 16 | bits`. The low four bits of
/// a symbol say how many bits follow.
pub(super) type Token = u32;

/// Most tokens of a block: one for each level, and one for the end.
const MOST: usize = 65;

/// The symbol that ends a block before its last frequency.
const END: u32 = 0x00;

/// The symbol for sixteen zeros.
const ZEROS: u32 = 0xF0;

/// The symbols of a picture so far.
#[derive(Debug)]
pub(super) struct Symbols {
    /// In the order of the file.
    pub tokens: Vec<Token>,
    /// How often each occurs.
    pub counts: Box<[[u32; 256]; TABLES]>,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { tokens: Vec::new(), counts: Box::new([[0; 256]; TABLES]) }
    }
}

impl Symbols {
    /// Forgets all, and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.tokens.clear();
        for counts in self.counts.iter_mut() {
            counts.fill(0);
        }
    }

    /// A block: `set` tells which of its levels are not zero, and `mean` is that of the block before in this channel.
    #[inline(always)]
    pub(super) fn block(&mut self, levels: &Levels, set: u64, mean: &mut i16, table: usize) {
        let mut out = [0; MOST];
        let first = i32::from(levels.0[0]) - i32::from(*mean);
        *mean = levels.0[0];
        out[0] = self.token(2 * table, 0, first);
        let mut length = 1;
        let mut rest = in_zigzag(set) & !1;
        let mut last = 0;
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let mut zeros = k - last - 1;
            last = k;
            while zeros > 15 {
                out[length] = self.symbol(2 * table + 1, ZEROS);
                length += 1;
                zeros -= 16;
            }
            let level = levels.0[usize::from(TURNED[k as usize & 63]) & 63];
            out[length & 63] = self.token(2 * table + 1, zeros, i32::from(level));
            length += 1;
        }
        if last != 63 {
            out[length] = self.symbol(2 * table + 1, END);
            length += 1;
        }
        self.tokens.extend_from_slice(&out[..length]);
    }

    /// A block beyond the edge, which no decoder shows: as cheap as can be.
    pub(super) fn padding(&mut self, table: usize) {
        let tokens = [self.symbol(2 * table, 0), self.symbol(2 * table + 1, END)];
        self.tokens.extend_from_slice(&tokens);
    }

    #[inline(always)]
    fn symbol(&mut self, table: usize, symbol: u32) -> Token {
        self.counts[table][symbol as usize & 255] += 1;
        (table as u32) << 24 | symbol << 16
    }

    /// A level, after so many zeros.
    #[inline(always)]
    fn token(&mut self, table: usize, zeros: u32, level: i32) -> Token {
        let size = 32 - level.unsigned_abs().leading_zeros();
        // A negative level is written as one less, in as many bits as its magnitude has.
        let bits = (level + (level >> 31)) as u32 & ((1 << size) - 1);
        self.symbol(table, zeros << 4 | size) | bits
    }
}
