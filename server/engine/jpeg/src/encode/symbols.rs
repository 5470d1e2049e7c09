//! Levels as symbols of the Huffman code, with the bits that follow each.
//!
//! Symbols are counted while they are made and kept, four bytes each, so that the shortest code for a picture costs
//! one walk over what is kept: the blocks themselves are not looked at twice, and are not kept.

use super::bits::BitWriter;
use super::huffman::Code;
use super::quantise::Levels;
use super::zigzag::TURNED;

/// Sets of codes: means and other frequencies, of luma and of chroma.
pub(super) const TABLES: usize = 4;

/// A symbol, its table, and the bits that follow its code: `table << 24 | symbol << 16 | bits`.
pub(super) type Token = u32;

/// More tokens than the frequencies of a block have: 63 at most.
const MOST: usize = 64;

/// Most blocks that end with one symbol.
const MOST_ENDED: u32 = 0x7FFF;

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

    /// A block: `set` tells which of its levels are not zero, in the order of the zigzag, and `before` is the mean of
    /// the block before it in this channel.
    #[inline(always)]
    pub(super) fn block(&mut self, levels: &Levels, set: u64, before: &mut i16, table: usize) {
        self.mean(levels.0[0], before, table);
        if self.frequencies(levels, set & !1, 0, 2 * table + 1) != 63 {
            let end = self.symbol(2 * table + 1, END);
            self.tokens.push(end);
        }
    }

    /// The mean of a block, as its difference from that before.
    #[inline(always)]
    pub(super) fn mean(&mut self, mean: i16, before: &mut i16, table: usize) {
        let token = self.token(2 * table, 0, i32::from(mean) - i32::from(*before));
        *before = mean;
        self.tokens.push(token);
    }

    /// A band of a block in a scan that holds nothing else. `ended` counts the blocks before it whose end is not
    /// yet written.
    #[inline(always)]
    pub(super) fn band(&mut self, levels: &Levels, set: u64, (first, last): (u8, u8), ended: &mut u32, table: usize) {
        let set = set & u64::MAX << first & u64::MAX >> (63 - last);
        let mut at = u32::from(first) - 1;
        if set != 0 {
            self.end_blocks(ended, table);
            at = self.frequencies(levels, set, at, 2 * table + 1);
        }
        if at != u32::from(last) {
            *ended += 1;
            if *ended == MOST_ENDED {
                self.end_blocks(ended, table);
            }
        }
    }

    /// Writes the end of all blocks that wait for it.
    pub(super) fn end_blocks(&mut self, ended: &mut u32, table: usize) {
        if let Some(size) = ended.checked_ilog2() {
            let token = self.symbol(2 * table + 1, size << 4) | (*ended - (1 << size));
            self.tokens.push(token);
            *ended = 0;
        }
    }

    /// All levels of a set, in the order of the zigzag. `before` is where the last one was; where the last one is
    /// comes back.
    #[inline(always)]
    fn frequencies(&mut self, levels: &Levels, set: u64, before: u32, table: usize) -> u32 {
        let mut out = [0; MOST];
        let (mut rest, mut last, mut length) = (set, before, 0);
        while rest != 0 {
            let k = rest.trailing_zeros();
            rest &= rest - 1;
            let mut zeros = k - last - 1;
            last = k;
            while zeros > 15 {
                out[length & (MOST - 1)] = self.symbol(table, ZEROS);
                length += 1;
                zeros -= 16;
            }
            let level = levels.0[usize::from(TURNED[k as usize])];
            out[length & (MOST - 1)] = self.token(table, zeros, i32::from(level));
            length += 1;
        }
        self.tokens.extend_from_slice(&out[..length]);
        last
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

/// How many bits follow the code of a symbol: as its low four bits say, and where these are zero, as its high four
/// bits do, except that nothing follows sixteen zeros. In a scan of all frequencies the high ones are then zero too.
fn following(symbol: u32) -> u32 {
    match symbol & 15 {
        0 if symbol != ZEROS => symbol >> 4,
        size => size,
    }
}

/// Writes all symbols.
pub(super) fn scan(file: &mut Vec<u8>, symbols: &Symbols, codes: &[Code; TABLES]) {
    // A code is shifted to make room for the bits that follow it; code and bits together are 30 bits at most.
    let mut words = [(0u32, 0u32); TABLES * 256];
    for (words, code) in words.chunks_exact_mut(256).zip(codes) {
        for ((word, (code, length)), symbol) in words.iter_mut().zip(code.words()).zip(0..) {
            let follow = following(symbol);
            *word = (u32::from(code) << follow, u32::from(length) + follow);
        }
    }
    file.reserve(symbols.tokens.len());
    let mut bits = BitWriter::new(file);
    for &token in &symbols.tokens {
        let (word, length) = words[(token >> 16) as usize & (TABLES * 256 - 1)];
        bits.put(word | token & 0xFFFF, length);
    }
    bits.finish();
}
