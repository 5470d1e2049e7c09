//! Bits of entropy-coded data, the first of them on top.

// Everything here is inlined into loops that are compiled for more than one kind of processor.
#![allow(clippy::inline_always)]

/// Reads bits from un-stuffed data. Behind its end there are zeros, as libjpeg has it.
///
/// Where it is read block by block it should be a variable of the loop, and no reference to it go to a function that is
/// not inlined: then it stays in registers.
#[derive(Clone)]
pub(super) struct Bits<'a> {
    data: &'a [u8],
    /// The byte that the next refill starts with.
    at: usize,
    /// The next bits, on top. Those below the `count` that are sure are right or 0.
    word: u64,
    /// Bits of `word` that may be taken.
    count: u32,
    /// Whether there was something that is no code.
    pub(super) wrong: bool,
}

impl<'a> Bits<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, word: 0, count: 0, wrong: false }
    }

    /// Makes sure that at least 56 bits may be taken.
    ///
    /// Whole bytes are counted, but as many bits as there is room for are read: reading them once more the next
    /// time changes nothing, and so no branch depends on the count.
    #[inline(always)]
    pub(super) fn refill(&mut self) {
        let next = match self.data.get(self.at..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => u64::from_be_bytes(*bytes),
            None => tail(self.data, self.at),
        };
        self.word |= next.wrapping_shr(self.count);
        self.at += ((63 - self.count) >> 3) as usize;
        self.count |= 0b11_1000;
    }

    /// The next bits, on top: at least 56 after [`Bits::refill`], less what was taken since.
    #[inline(always)]
    pub(super) fn peek(&self) -> u64 {
        self.word
    }

    /// Takes bits: fewer than 64, and not more than there are.
    #[inline(always)]
    pub(super) fn take(&mut self, bits: u32) {
        self.word = self.word.wrapping_shl(bits);
        self.count = self.count.wrapping_sub(bits);
    }

    /// Whether more bits were taken than the data has.
    #[inline(always)]
    pub(super) fn overrun(&self) -> bool {
        self.at * 8 > self.data.len() * 8 + self.count as usize
    }
}

/// The last bytes, and zeros.
#[cold]
#[inline(never)]
fn tail(data: &[u8], at: usize) -> u64 {
    let rest = data.get(at..).unwrap_or_default();
    let mut bytes = [0; 8];
    bytes[..rest.len()].copy_from_slice(rest);
    u64::from_be_bytes(bytes)
}

/// The number that the top `size` bits of `word` stand for in JPEG: without a leading 1 it is negative. 0 to 15
/// bits.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // of 15 bits
pub(super) fn extend(word: u64, size: u32) -> i32 {
    // One bit is shifted apart, because a shift by 64 is none.
    let number = (word >> 1).wrapping_shr(63 - size) as i32;
    let negative = word >> 63 == 0;
    let ones = (1 << size) - 1;
    if negative { number - ones } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_the_standards() {
        let check = |bits: u64, size: u32, expected: i32| assert_eq!(extend(bits << (64 - size), size), expected);
        check(0, 1, -1);
        check(1, 1, 1);
        check(0, 4, -15);
        check(7, 4, -8);
        check(8, 4, 8);
        check(15, 4, 15);
        check(0, 15, -32767);
        assert_eq!(extend(u64::MAX, 0), 0);
        assert_eq!(extend(0, 0), 0);
    }

    proptest! {
        #[test]
        fn bits_come_in_order_and_zeros_behind(data: Vec<u8>, takes in prop::collection::vec(1..57_u32, 0..60)) {
            let mut bits = Bits::new(&data);
            let mut at = 0;
            for take in takes {
                bits.refill();
                for bit in 0..take {
                    let byte = data.get((at + bit as usize) / 8).copied().unwrap_or(0);
                    let expected = byte >> (7 - (at + bit as usize) % 8) & 1;
                    prop_assert_eq!(bits.peek() >> (63 - bit) & 1, expected.into());
                }
                bits.take(take);
                at += take as usize;
                prop_assert_eq!(bits.overrun(), at > data.len() * 8);
            }
        }
    }
}
