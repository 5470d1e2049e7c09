//! Bits to bytes, with a zero after each byte of all ones, as a scan wants it.

/// Appends the bits of a scan to a file.
#[derive(Debug)]
pub(super) struct BitWriter<'a> {
    file: &'a mut Vec<u8>,
    /// The last bits put in, the newest lowest.
    pending: u64,
    /// How many of them are not written; fewer than 32 between calls.
    count: u32,
}

impl<'a> BitWriter<'a> {
    /// Goes on at the end of `file`.
    pub(super) fn new(file: &'a mut Vec<u8>) -> Self {
        Self { file, pending: 0, count: 0 }
    }

    /// Appends the low `length` bits, at most 32. Those above must be zero.
    #[inline(always)]
    pub(super) fn put(&mut self, bits: u32, length: u32) {
        self.pending = self.pending << length | u64::from(bits);
        self.count += length;
        if self.count >= 32 {
            self.count -= 32;
            self.write((self.pending >> self.count) as u32);
        }
    }

    #[inline(always)]
    fn write(&mut self, word: u32) {
        let bytes = word.to_be_bytes();
        // Adding one to a byte of all ones clears its top bit. A carry may raise a false alarm, which costs nothing.
        if word & !word.wrapping_add(0x0101_0101) & 0x8080_8080 == 0 {
            self.file.extend_from_slice(&bytes);
        } else {
            self.stuff(&bytes);
        }
    }

    #[cold]
    fn stuff(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.file.push(byte);
            if byte == 0xFF {
                self.file.push(0);
            }
        }
    }

    /// Fills the last byte with ones and ends the scan.
    pub(super) fn finish(mut self) {
        while !self.count.is_multiple_of(8) {
            self.pending = self.pending << 1 | 1;
            self.count += 1;
        }
        let (pending, bytes) = (self.pending << (64 - self.count).min(63), self.count as usize / 8);
        if bytes > 0 {
            self.stuff(&pending.to_be_bytes()[..bytes]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_packed_stuffed_and_filled_with_ones() {
        let check = |bits: &[(u32, u32)], expected: &[u8]| {
            let mut file = vec![9];
            let mut writer = BitWriter::new(&mut file);
            for &(bits, length) in bits {
                writer.put(bits, length);
            }
            writer.finish();
            assert_eq!(file[1..], *expected);
        };
        check(&[], &[]);
        check(&[(0b101, 3)], &[0b1011_1111]);
        check(&[(0xFF, 8)], &[0xFF, 0]);
        check(&[(0x7F, 7)], &[0xFF, 0]);
        check(&[(0x12_3456, 24), (0x789A_BCDE, 32), (0xF, 4)], &[0x12, 0x34, 0x56, 0x78, 0x9A, 0xBC, 0xDE, 0xFF, 0]);
        check(&[(0xFFFF, 16), (0xFFFF, 16)], &[0xFF, 0, 0xFF, 0, 0xFF, 0, 0xFF, 0]);
        check(&[(0xFEFF_00FF, 32)], &[0xFE, 0xFF, 0, 0, 0xFF, 0]);
        check(&[(1, 31), (1, 1), (0x80FF_7FFE, 32)], &[0, 0, 0, 3, 0x80, 0xFF, 0, 0x7F, 0xFE]);
    }
}
