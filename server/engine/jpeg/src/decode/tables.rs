//! Lookup tables that decode several symbols at once.
//!
//! A Huffman-coded coefficient is a *code*, which stands for a run of zeros and a size, and then as many *extra
//! bits* as the size says. Decoding is a chain of shift, lookup, shift, where nothing can overlap: what counts is
//! how few lookups a block takes, and that each hits the first-level cache. Most tables are therefore looked up with
//! the next 11 bits. Larger ones hold more symbols to an entry, but are slower, because two codes of AC
//! coefficients (luma and chroma) share 32 to 48 KiB of cache with the picture.
//!
//! Refilling is a part of that chain too. How many bits an entry takes at most is what says how often it is needed:
//! once for four entries of `pair`, and once for three of `skip`, which is why these leave out a last symbol of very
//! many bits.
//!
//! ```text
//!           next 11 bits        1 1 0 1 0 1 0 0 1 1 0 | 1 0 0 ...
//!                               `---' ` `---' `-----' |
//!   skip    2 bytes   4 KiB     code  e code   code   | extra bits may lie behind the window: nobody reads them
//!                               [ bits to take | coefficients passed ]
//!   value   4 bytes   4 KiB     code  e                 one symbol, of the next 10 bits; its extra bits are read from
//!                                                       the stream
//!                               [ bits to take | size | coefficients passed | bits of the code ]
//!   pair    8 bytes  16 KiB     code  e code  e         two symbols, all their bits inside the window
//!                               [ bits to take | passed, passed | value, value ]
//!   lowest  8 bytes  16 KiB     from the first AC coefficient on: all symbols of the window, of which the values
//!                               at zigzag 1, 2 and 4 are kept
//!                               [ bits to take | next index | value 1, value 2, value 4 ]
//! ```
//!
//! Where details are summed (see `details`), `skip` and `lowest` have entries of their own, which tell of the
//! coefficients that they pass over how far each is and of which size: two of them in `skip` (4 bytes, 8 KiB), that at
//! zigzag 3 and one more in `lowest`. They hold fewer symbols, and take a sixth more time.
//!
//! Which ones a scale needs: at 1/8 `skip`; at 1/4 `lowest`, `value` and `skip`; at 1/2 `pair`, `value` and `skip`;
//! at full size `pair` and `value`. The end of a block counts as [`END`] coefficients, so that one comparison finds
//! both it and a full block. An entry of 0 means that the first code is longer than the window: then
//! [`Codebook::find`] compares it with the last code of each length. An entry of `skip` that holds nothing is
//! [`NO_SKIP`].

// Numbers of a few bits are packed here, and everything is inlined into loops that are compiled for more than one
// kind of processor.
#![allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::inline_always)]

mod entries;

use super::DecodeError::{self, Broken};
use super::Scale;
use super::bits::{Bits, extend};
use super::details::Sums;
use super::markers::HuffmanCode;
use entries::{
    detailed_lowest_entry, detailed_skip, detailed_skip_entry, lowest_entry, pair_entry, skip_entry, value_entry,
};

/// Bits that a table is looked up with.
const WINDOW: u32 = 11;
const ENTRIES: usize = 1 << WINDOW;

/// Bits that single symbols are looked up with: what the other tables do not hold is long, and 4 KiB less of cache
/// matter more than that some of it is longer than this.
const VALUE_WINDOW: u32 = 10;

/// What the end of a block counts as, in coefficients. Above any sum within a block.
pub(super) const END: u32 = 128;

/// Bits that an entry of `skip` takes at most, so that there are three of them in 56 bits.
const SKIP_BITS: u32 = 18;

/// An entry of `skip` that holds no symbol: it reaches behind each block, and its end is none.
const NO_SKIP: u16 = 64 << 8;

/// The same of `skip` with details.
const NO_DETAILED_SKIP: u32 = 64 << 5;

/// Bits that are passed over where no code is.
const NO_CODE: u32 = 17;

/// Bytes that the tables of one picture take at most.
pub(super) const MEMORY: u64 = 4 * (size_of::<DcTable>() + 2 * size_of::<AcTable>()) as u64;

/// A Huffman code, ready to find symbols.
pub(super) struct Codebook {
    /// By the next 11 bits: length of the code in the upper byte, symbol in the lower; 0 for longer codes.
    short: [u16; ENTRIES],
    /// By length: the first 16 bits that are above all codes of that length and shorter ones.
    above: [u32; 17],
    /// By length: what to add to a code for the index of its symbol.
    offset: [i32; 17],
    symbols: [u8; 256],
}

impl Codebook {
    pub(super) fn new(code: &HuffmanCode) -> Result<Self, DecodeError> {
        let mut book = Self { short: [0; ENTRIES], above: [0; 17], offset: [0; 17], symbols: code.symbols };
        let (mut next, mut index) = (0_u32, 0_usize);
        for (length, count) in (1..=16_u32).zip(code.counts) {
            book.offset[length as usize] = index as i32 - next as i32;
            for _ in 0..count {
                if length <= WINDOW {
                    let first = (next << (WINDOW - length)) as usize;
                    let entries = book.short.get_mut(first..first + (1 << (WINDOW - length)));
                    let entry = (length << 8) as u16 | u16::from(code.symbols[index & 255]);
                    entries.ok_or(Broken("expected fewer short Huffman codes"))?.fill(entry);
                }
                next += 1;
                index += 1;
            }
            // As libjpeg: a code of ones alone is kept free.
            if next >= 1 << length {
                return Err(Broken("expected fewer short Huffman codes"));
            }
            book.above[length as usize] = next << (16 - length);
            next <<= 1;
        }
        Ok(book)
    }

    /// The code at the top of `word`: its length in bits, and its symbol. What is no code counts as [`NO_CODE`] bits
    /// and symbol 0, as in libjpeg.
    #[cold]
    #[inline(never)]
    fn find(&self, word: u64) -> (u32, u8) {
        let top = (word >> 48) as u32;
        let Some(length) = (1..=16).find(|length| top < self.above[*length]) else {
            return (NO_CODE, 0);
        };
        let index = (top >> (16 - length)) as i32 + self.offset[length];
        (length as u32, self.symbols[index as usize & 255])
    }

    /// The code of which the window's bits from `at` on are the beginning, when all of it is in the window.
    fn within(&self, window: Window, at: u32) -> Option<(u32, u8)> {
        let entry = self.short[(window.bits << (WINDOW - window.size) << at) as usize % ENTRIES];
        let length = u32::from(entry >> 8);
        (length != 0 && at + length <= window.size).then_some((length, entry as u8))
    }

    /// The code at the top of `word`.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits) -> u8 {
        let entry = self.short[(bits.peek() >> (64 - WINDOW)) as usize];
        let (length, symbol) = match entry {
            0 => self.find(bits.peek()),
            entry => (u32::from(entry >> 8), entry as u8),
        };
        bits.wrong |= length == NO_CODE;
        bits.take(length);
        symbol
    }
}

/// Bits that a table is looked up with.
#[derive(Clone, Copy)]
struct Window {
    bits: u32,
    /// How many they are, [`WINDOW`] at most.
    size: u32,
}

impl Window {
    /// The number in `size` bits from `at` on.
    fn number(self, at: u32, size: u32) -> i32 {
        extend(u64::from(self.bits) << (64 - self.size) << at, size)
    }
}

/// Differences of DC coefficients.
pub(super) struct DcTable {
    source: HuffmanCode,
    codebook: Codebook,
    /// The difference in the upper 12 bits, the bits to take in the lower 4; 0 where 11 bits do not hold both.
    short: [i16; ENTRIES],
}

impl DcTable {
    pub(super) fn new(source: &HuffmanCode) -> Result<Self, DecodeError> {
        let codebook = Codebook::new(source)?;
        let count: usize = source.counts.iter().map(|count| usize::from(*count)).sum();
        if source.symbols[..count.min(256)].iter().any(|size| *size > 15) {
            return Err(Broken("expected DC coefficients of at most 15 bits"));
        }
        let mut short = [0; ENTRIES];
        for (bits, entry) in (0..).zip(&mut short) {
            let window = Window { bits, size: WINDOW };
            if let Some((length, size)) = codebook.within(window, 0) {
                let bits = length + u32::from(size);
                if bits <= WINDOW {
                    *entry = (window.number(length, size.into()) << 4) as i16 | bits as i16;
                }
            }
        }
        Ok(Self { source: *source, codebook, short })
    }

    /// Whether it was made of this code.
    pub(super) fn is_of(&self, source: &HuffmanCode) -> bool {
        self.source == *source
    }

    /// The next difference. Leaves at least 45 of 56 bits.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut Bits) -> i32 {
        let entry = self.short[(bits.peek() >> (64 - WINDOW)) as usize];
        if entry == 0 {
            let (length, size, value) = self.long_difference(bits.peek());
            bits.wrong |= length == NO_CODE;
            bits.take(length + size);
            bits.refill();
            return value;
        }
        bits.take(entry as u32 & 15);
        i32::from(entry >> 4)
    }

    /// The bits of a code, its extra bits, and what they mean.
    #[cold]
    #[inline(never)]
    fn long_difference(&self, word: u64) -> (u32, u32, i32) {
        let (length, size) = self.codebook.find(word);
        let size = u32::from(size);
        (length, size, extend(word << length, size))
    }
}

/// AC coefficients, for one scale.
pub(super) struct AcTable {
    source: HuffmanCode,
    scale: Scale,
    codebook: Codebook,
    values: [u32; 1 << VALUE_WINDOW],
    skips: [u16; 1 << WINDOW],
    /// `lowest` at 1/4, `pair` at 1/2 and full size.
    several: [u64; 1 << WINDOW],
    /// For components whose details are summed, if there are such: `skip` and `lowest` with the sizes of what they pass
    /// over.
    with_details: bool,
    detailed_skips: [u32; 1 << WINDOW],
    detailed_lowest: [u64; 1 << WINDOW],
}

/// A symbol with its value.
pub(super) struct Coefficient {
    /// The zeros before it and itself, or [`END`].
    pub(super) passed: u32,
    pub(super) value: i32,
    /// Bits of the value.
    pub(super) size: u32,
}

/// As [`Coefficient`], of a value that is in the window.
pub(super) struct Short {
    pub(super) passed: u32,
    pub(super) size: u32,
    pub(super) value: i16,
}

/// What an entry of `skip` does.
enum Passed {
    /// It goes on at this zigzag index.
    On(u32),
    /// It ends the block.
    End,
    /// It holds nothing that is of this block alone.
    Nothing,
}

impl AcTable {
    pub(super) fn new(source: &HuffmanCode, scale: Scale, with_details: bool) -> Result<Self, DecodeError> {
        let codebook = Codebook::new(source)?;
        let mut values = [0; 1 << VALUE_WINDOW];
        for (bits, entry) in (0..).zip(&mut values) {
            let window = Window { bits, size: VALUE_WINDOW };
            *entry = codebook.within(window, 0).map_or(0, |(length, symbol)| value_entry(length, symbol));
        }
        let mut skips = [0; 1 << WINDOW];
        if scale != Scale::Full {
            for (bits, entry) in (0..).zip(&mut skips) {
                *entry = skip_entry(&codebook, Window { bits, size: WINDOW });
            }
        }
        let mut several = [0; 1 << WINDOW];
        for (bits, entry) in (0..).zip(&mut several) {
            let window = Window { bits, size: WINDOW };
            *entry = match scale {
                Scale::Eighth => break,
                Scale::Quarter => lowest_entry(&codebook, window),
                Scale::Half | Scale::Full => pair_entry(&codebook, window),
            };
        }
        let (mut detailed_skips, mut detailed_lowest) = ([NO_DETAILED_SKIP; 1 << WINDOW], [0; 1 << WINDOW]);
        if with_details && scale != Scale::Full {
            for (bits, entry) in (0..).zip(&mut detailed_skips) {
                *entry = detailed_skip_entry(&codebook, Window { bits, size: WINDOW });
            }
        }
        if with_details && scale == Scale::Quarter {
            for (bits, entry) in (0..).zip(&mut detailed_lowest) {
                *entry = detailed_lowest_entry(&codebook, Window { bits, size: WINDOW });
            }
        }
        let source = *source;
        Ok(Self { source, scale, codebook, values, skips, several, with_details, detailed_skips, detailed_lowest })
    }

    /// Whether it was made of this code for this scale, and has what details need if they are wanted.
    pub(super) fn is_of(&self, source: &HuffmanCode, scale: Scale, with_details: bool) -> bool {
        self.source == *source && self.scale == scale && self.with_details >= with_details
    }

    /// The next coefficient that is not 0, or the end of the block. Takes at most 31 bits.
    #[inline(always)]
    pub(super) fn coefficient(&self, bits: &mut Bits) -> Coefficient {
        let mut entry = self.values[(bits.peek() >> (64 - VALUE_WINDOW)) as usize];
        if entry == 0 {
            let (length, symbol) = self.codebook.find(bits.peek());
            bits.wrong |= length == NO_CODE;
            entry = value_entry(length, symbol);
        }
        // One shift for code and extra bits: the value is read beside it.
        let size = entry >> 8 & 15;
        let value = extend(bits.peek().wrapping_shl(entry >> 24), size);
        bits.take(entry & 63);
        Coefficient { passed: entry >> 16 & 255, value, size }
    }

    /// Passes over the coefficients from zigzag index `next` to the end of the block. There have to be bits for
    /// `AT_HAND` entries, 3 at most.
    #[inline(always)]
    pub(super) fn skip<const AT_HAND: usize, const N: usize>(
        &self,
        bits: &mut Bits,
        mut next: u32,
        details: &mut Sums<N>,
    ) {
        loop {
            'single: {
                for _ in 0..AT_HAND {
                    match self.pass(bits, next, details) {
                        Passed::On(reached) => next = reached,
                        Passed::End => return,
                        Passed::Nothing => break 'single,
                    }
                }
                loop {
                    bits.refill();
                    for _ in 0..56 / SKIP_BITS {
                        match self.pass(bits, next, details) {
                            Passed::On(reached) => next = reached,
                            Passed::End => return,
                            Passed::Nothing => break 'single,
                        }
                    }
                }
            }
            bits.refill();
            let coefficient = self.coefficient(bits);
            next += coefficient.passed;
            details.add_value(next, coefficient.size);
            if next >= 64 {
                return;
            }
            bits.refill();
        }
    }

    /// Passes over what one entry holds, if that is of this block. Takes at most [`SKIP_BITS`].
    #[inline(always)]
    fn pass<const N: usize>(&self, bits: &mut Bits, next: u32, details: &mut Sums<N>) -> Passed {
        let at = (bits.peek() >> (64 - WINDOW)) as usize;
        let (taken, passed, coefficients) = match N {
            0 => (u32::from(self.skips[at]) & 63, u32::from(self.skips[at]) >> 8, [0; 2]),
            _ => detailed_skip(self.detailed_skips[at]),
        };
        let reached = next + passed;
        if reached < 64 {
            bits.take(taken);
            details.add((next << 4) + coefficients[0]);
            details.add((next << 4) + coefficients[1]);
            return Passed::On(reached);
        }
        // Right at the end, or at a code that says so; else an entry that goes on into the next block.
        if reached == 64 || reached.wrapping_sub(END) < 64 {
            bits.take(taken);
            details.add((next << 4) + coefficients[0]);
            details.add((next << 4) + coefficients[1]);
            return Passed::End;
        }
        Passed::Nothing
    }

    /// At 1/4: the coefficients at zigzag 1, 2 and 4, and the index that the rest of the block starts with. Takes
    /// at most 26 bits.
    #[inline(always)]
    pub(super) fn lowest<const N: usize>(&self, bits: &mut Bits, details: &mut Sums<N>) -> ([i32; 3], u32) {
        let at = (bits.peek() >> (64 - WINDOW)) as usize;
        if N == 0 {
            let entry = self.several[at];
            bits.take(entry as u32 & 63);
            let value = |at: u32| i32::from((entry >> at) as i16);
            return ([value(16), value(32), value(48)], (entry >> 8) as u32 & 255);
        }
        let entry = self.detailed_lowest[at];
        bits.take(entry as u32 & 63);
        details.add(3 << 4 | (entry >> 14) as u32 & 15);
        details.add((entry >> 18) as u32 & 1023);
        let value = |behind: u32| ((entry << (64 - behind)) as i64 >> 52) as i32;
        let values = [value(40), value(52), value(64)];
        if N > 1 {
            // For 1/8, which leaves these out too.
            for (index, value) in [1, 2, 4].into_iter().zip(values) {
                details.add(index << 4 | (32 - value.unsigned_abs().leading_zeros()));
            }
        }
        (values, (entry >> 6) as u32 & 255)
    }

    /// At 1/2 and full size: two coefficients, or one twice, of which the second has no size; `None` for what the
    /// window does not hold. Takes at most 11 bits.
    #[inline(always)]
    pub(super) fn pair(&self, bits: &mut Bits) -> Option<[Short; 2]> {
        let entry = self.several[(bits.peek() >> (64 - WINDOW)) as usize];
        if entry == 0 {
            return None;
        }
        bits.take(entry as u32 & 63);
        let short = |passed: u32, size: u32, value: u32| Short {
            passed: (entry >> passed) as u32 & 255,
            size: (entry >> size) as u32 & 15,
            value: (entry >> value) as i16,
        };
        Some([short(8, 24, 32), short(16, 28, 48)])
    }
}
