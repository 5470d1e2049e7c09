//! Folders of real files, where there are such.

use super::picture;
use super::scales::Comparison;
use crate::decode::cpu::Avx2;
use crate::{DecodeError, Decoded, Decoder, Header, Scale};
use darkroom_planes::Plane;
use std::path::{Path, PathBuf};

/// Bytes that decoding may take here.
const MEMORY: u64 = 1 << 29;

pub(super) fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let (folders, mut files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| self::files(folder)));
    files.sort();
    files
}

/// Every JPEG of a corpus is decoded or refused, and photographs are decoded whole.
#[test]
fn real_files() {
    for (variable, photographs) in [("DARKROOM_CORPUS", false), ("DARKROOM_BENCH_PHOTOS", true)] {
        let Some(folder) = std::env::var_os(variable) else {
            eprintln!("skipped: {variable} names no folder of images");
            continue;
        };
        let mut count = 0;
        for path in files(Path::new(&folder)) {
            let bytes = std::fs::read(&path).expect("a file");
            if bytes.starts_with(&[0xFF, 0xD8]) {
                count += 1;
                let result = check(&bytes);
                assert!(!photographs || result == Ok(false), "{}: {result:?}", path.display());
            }
        }
        assert!(count > 0, "{variable} names a folder without JPEG files");
    }
}

/// Decodes at all scales; whether it was damaged.
fn check(bytes: &[u8]) -> Result<bool, DecodeError> {
    let header = Header::read(bytes)?;
    if header.memory_of(&Scale::ALL) > MEMORY {
        return Err(DecodeError::Unsupported("too large for a test"));
    }
    let mut decoder = Decoder::default();
    let full = decoder.decode(bytes, &header, Scale::Full)?;
    let mut small = Decoded::default();
    decoder.decode_into(bytes, &header, Scale::Eighth, &mut small)?;
    if !full.damaged {
        check_means(&full.planes.luma, &small.planes.luma);
    }
    let mut plain = Decoded::default();
    for scale in [Scale::Half, Scale::Full] {
        decoder.decode_with(Avx2::detect(), bytes, &header, [scale; 2], &mut small)?;
        decoder.decode_with(None, bytes, &header, [scale; 2], &mut plain)?;
        assert!(picture(&small) == picture(&plain), "AVX2 gives other samples");
    }
    Comparison::default().check(Avx2::detect(), bytes, &header, [0b1111, 0b0110])[3]
}

/// A sample at 1/8 is the mean of 8 x 8 samples, where none of those was cut off at black or white.
fn check_means(full: &Plane, small: &Plane) {
    for y in 0..full.height() / 8 {
        for x in 0..full.width() / 8 {
            let block = (0..8).flat_map(|row| &full.row(8 * y + row)[8 * x..8 * x + 8]);
            let sum: u32 = block.clone().copied().map(u32::from).sum();
            if block.clone().all(|sample| !matches!(sample, 0 | 255)) {
                let distance = (f64::from(sum) / 64.0 - f64::from(small.row(y)[x])).abs();
                assert!(distance < 1.0, "at {x}, {y}: {distance}");
            }
        }
    }
}
