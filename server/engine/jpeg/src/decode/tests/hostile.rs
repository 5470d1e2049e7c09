//! Files that were made to do harm.

use super::SAMPLINGS;
use super::encoder::{File, Pass};
use super::scales::Comparison;
use crate::decode::cpu::Avx2;
use crate::{Header, Scale};
use proptest::prelude::*;

/// Decodes at all scales whatever can be, within some memory; and some of them together, which gives the same.
fn survive(bytes: &[u8]) {
    let Ok(header) = Header::read(bytes) else { return };
    if header.memory_of(&Scale::ALL) < 1 << 24 {
        let _ = Comparison::default().check(Avx2::detect(), bytes, &header, [0b1111, 0b0111, 0b1001, 0b1010]);
    }
}

fn file(seed: u64, progressive: bool, interval: usize) -> Vec<u8> {
    let mut file = File::random(seed, 50, 40, SAMPLINGS[usize::try_from(seed % 10).expect("an index")]);
    file.restart_interval = interval;
    if progressive {
        let (first, refinement) = (Pass::first, Pass::refinement);
        file.progressive(&[first(0, 0, 1), first(1, 5, 1), first(6, 63, 1), refinement(0, 0, 0), refinement(1, 63, 0)])
    } else {
        file.sequential()
    }
}

proptest! {
    #[test]
    fn files_of_any_bytes(bytes: Vec<u8>) {
        survive(&bytes);
        survive(&[b"\xFF\xD8", &bytes[..]].concat());
    }

    #[test]
    fn files_that_end_anywhere(seed in 0..10_u64, progressive: bool, interval in 0..4_usize, end: prop::sample::Index) {
        let bytes = file(seed, progressive, interval);
        survive(&bytes[..end.index(bytes.len())]);
    }

    #[test]
    fn files_with_wrong_bytes(
        seed in 0..10_u64,
        progressive: bool,
        interval in 0..4_usize,
        wrong in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20),
    ) {
        let mut bytes = file(seed, progressive, interval);
        for (at, byte) in wrong {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        survive(&bytes);
    }

    /// Valid headers and codes, and data that was never encoded: most of what it says lies outside of blocks.
    #[test]
    fn data_of_any_bits(
        seed in 0..10_u64,
        progressive: bool,
        interval in 0..4_usize,
        data in prop::collection::vec(any::<u8>(), 0..2000),
    ) {
        let mut bytes = file(seed, progressive, interval);
        let mut start = 0;
        while let Some(scan) = bytes[start..].windows(2).position(|pair| pair == [0xFF, 0xDA]) {
            start += scan + 2 + usize::from(bytes[start + scan + 3]);
            let length = crate::decode::stream::Stream::new(&bytes[start..]).length();
            let end = (start + length).min(start + data.len());
            let clean = data.iter().map(|byte| if *byte == 255 { 254 } else { *byte });
            bytes.splice(start..end, clean.take(end - start));
        }
        survive(&bytes);
    }

    /// A header may be another file's.
    #[test]
    fn headers_of_other_files(one in 0..10_u64, other in 0..10_u64, progressive: bool, interval in 0..4_usize) {
        let header = Header::read(&file(one, progressive, 0)).expect("a header");
        let bytes = file(other, !progressive, interval);
        let _ = Comparison::default().check(Avx2::detect(), &bytes, &header, 1..16);
    }
}
