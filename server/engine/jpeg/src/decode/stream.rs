//! Entropy-coded data without its stuffing, one restart interval at a time.

use super::bits::Bits;
use std::ops::Range;

/// The entropy-coded data of one scan.
///
/// In a file, a 0 is stuffed behind each 255, so that markers can be found without decoding. Taking them out once,
/// in long runs, is far cheaper than looking for them while bits are read.
pub(super) struct Stream<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// What the data up to a marker ends with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// A restart marker with its number, 0 to 7.
    Restart(u8),
    /// Another marker, or the end of the file.
    Scan,
}

impl<'a> Stream<'a> {
    /// `bytes` begin behind the header of the scan.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Decodes a scan of `total` MCUs.
    ///
    /// `decode` is called for runs of MCUs, in order and without gaps, and returns the first MCU that it did not
    /// decode because the bits had run out. MCUs without data are passed with no bits. Returns whether all MCUs
    /// had data.
    pub(super) fn decode(
        &mut self,
        total: usize,
        interval: usize,
        buffer: &mut Vec<u8>,
        decode: &mut dyn FnMut(Option<&mut Bits>, Range<usize>) -> usize,
    ) -> bool {
        let interval = if interval == 0 { total } else { interval };
        let mut whole = true;
        let mut end = self.unstuff(buffer);
        let mut has_data = true;
        let mut start = 0_usize;
        let mut restarts = 0;
        loop {
            let run = start..total.min(start.saturating_add(interval));
            start = run.end;
            let mut reached = run.start;
            if has_data {
                let mut bits = Bits::new(buffer);
                reached = decode(Some(&mut bits), run.clone());
                whole &= !bits.wrong && !bits.overrun();
            }
            if reached < run.end {
                whole = false;
                decode(None, reached..run.end);
            }
            if start >= total {
                return whole;
            }
            has_data = self.restart(&mut end, restarts, buffer);
            restarts = (restarts + 1) % 8;
        }
    }

    /// Goes to the data behind the restart marker of number `expected`. Without it, the data at hand stays what
    /// comes next, and the answer is no.
    fn restart(&mut self, end: &mut End, expected: u8, buffer: &mut Vec<u8>) -> bool {
        loop {
            let End::Restart(found) = *end else { return false };
            // As libjpeg: a marker that is a little late means that data is missing, one that is a little early
            // that data is there twice. Others are taken for the one that is expected.
            let distance = found.wrapping_sub(expected) % 8;
            if matches!(distance, 1 | 2) {
                return false;
            }
            *end = self.unstuff(buffer);
            if !matches!(distance, 6 | 7) {
                return true;
            }
        }
    }

    /// Copies the data up to the next marker, and passes over the marker.
    fn unstuff(&mut self, buffer: &mut Vec<u8>) -> End {
        buffer.clear();
        loop {
            let rest = &self.bytes[self.at..];
            let run = run_length(rest);
            buffer.extend_from_slice(&rest[..run]);
            let Some(code) = rest.get(run + 1) else {
                self.at = self.bytes.len();
                return End::Scan;
            };
            self.at += run + 2;
            match code {
                0 => buffer.push(0xFF),
                0xFF => self.at -= 1, // a fill byte
                0xD0..=0xD7 => return End::Restart(code & 7),
                _ => {
                    self.at -= 2;
                    return End::Scan;
                }
            }
        }
    }

    /// Bytes from the start of the data to the marker that ends the scan. What was decoded is not looked at again.
    pub(super) fn length(mut self) -> usize {
        loop {
            let rest = &self.bytes[self.at..];
            let run = run_length(rest);
            match rest.get(run + 1) {
                Some(0 | 0xD0..=0xD7) => self.at += run + 2,
                Some(0xFF) => self.at += run + 1,
                Some(_) => return self.at + run,
                None => return self.bytes.len(),
            }
        }
    }
}

/// Bytes before the first 255.
fn run_length(bytes: &[u8]) -> usize {
    memchr::memchr(0xFF, bytes).unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Runs as the scan of `total` MCUs of 8 bits each; what it decoded, a `None` for an MCU without data.
    fn decoded(bytes: &[u8], total: usize, interval: usize) -> Vec<Option<u8>> {
        let mut found = Vec::new();
        Stream::new(bytes).decode(total, interval, &mut Vec::new(), &mut |bits, run| {
            let Some(bits) = bits else {
                found.extend(run.map(|_| None));
                return 0;
            };
            for mcu in run.clone() {
                bits.refill();
                let value = (bits.peek() >> 56) as u8;
                bits.take(8);
                if bits.overrun() {
                    return mcu;
                }
                found.push(Some(value));
            }
            run.end
        });
        found
    }

    #[test]
    fn stuffing_and_fill_bytes_are_taken_out() {
        assert_eq!(decoded(b"\x01\xFF\0\xFF\xFF\0\x02\xFF\xD9", 5, 0), [Some(1), Some(255), Some(255), Some(2), None]);
    }

    #[test]
    fn decoding_goes_on_behind_restart_markers() {
        let check = |bytes: &[u8], expected: &[u8]| {
            let expected: Vec<_> = expected.iter().map(|byte| Some(*byte).filter(|byte| *byte != 0)).collect();
            assert_eq!(decoded(bytes, expected.len(), 2), expected, "{bytes:?}");
        };
        check(b"\x01\x02\xFF\xD0\x03\x04\xFF\xD1\x05", &[1, 2, 3, 4, 5]);
        // A short interval, and a long one.
        check(b"\x01\xFF\xD0\x03\x04\xFF\xD1\x05", &[1, 0, 3, 4, 5]);
        check(b"\x01\x02\x09\xFF\xD0\x03\x04\xFF\xD1\x05", &[1, 2, 3, 4, 5]);
        // An interval that is missing, and one that is there twice.
        check(b"\x01\x02\xFF\xD1\x05\x06\xFF\xD2\x07", &[1, 2, 0, 0, 5, 6, 7]);
        check(b"\x01\x02\xFF\xD0\x03\x04\xFF\xD0\x03\x04\xFF\xD1\x05", &[1, 2, 3, 4, 5]);
        // The end too early.
        check(b"\x01\x02\xFF\xD0\x03\x04\xFF\xD9", &[1, 2, 3, 4, 0, 0, 0]);
    }

    #[test]
    fn a_scan_is_passed_over_without_decoding() {
        assert_eq!(Stream::new(b"\x01\xFF\0\x02\xFF\xD3\x03\xFF\xFF\xDA").length(), 8);
        assert_eq!(Stream::new(b"\x01\xFF").length(), 2);
        assert_eq!(Stream::new(b"").length(), 0);
    }

    proptest! {
        #[test]
        fn runs_end_before_the_first_255(mut bytes in prop::collection::vec(0..255_u8, 0..200), at in 0..200_usize) {
            prop_assert_eq!(run_length(&bytes), bytes.len());
            if let Some(byte) = bytes.get_mut(at) {
                *byte = 255;
                prop_assert_eq!(run_length(&bytes), at);
            }
        }
    }
}
