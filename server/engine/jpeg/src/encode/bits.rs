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
        while self.count % 8 != 0 {
            self.pending = self.pending << 1 | 1;
            self.count += 1;
        }
        let (pending, bytes) = (self.pending << (64 - self.count).min(63), self.count as usize / 8);
        if bytes > 0 {
            self.stuff(&pending.to_be_bytes()[..bytes]);
        }
    }
}
