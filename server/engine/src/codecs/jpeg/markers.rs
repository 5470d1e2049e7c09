//! The segments of a JPEG file, read without decoding it.

use std::sync::LazyLock;

/// How many scans a decoder goes through: one, where the first of a sequential file has all components.
pub(super) fn scans(bytes: &[u8]) -> u64 {
    // Inside a segment or entropy-coded data an 0xFF that is not followed by 0 (or 0xD0 … 0xD7) starts a
    // marker. Segments are skipped by their length so that a thumbnail in EXIF is not counted.
    let mut scans = 0;
    let mut sequential_components = None;
    let mut at = 2;
    while let Some(marker) = next_marker(bytes, at) {
        match bytes[marker] {
            // Length, precision, height and width come before the number of components.
            0xC0 | 0xC1 => sequential_components = bytes.get(marker + 8),
            0xDA if scans == 0 && sequential_components.is_some() && bytes.get(marker + 3) == sequential_components => {
                return 1;
            }
            0xDA => scans += 1,
            _ => {}
        }
        at = marker + 1 + segment_length(bytes, marker);
    }
    scans
}

/// Quality from the luminance quantisation table.
///
/// The common encoders scale one table of the JPEG standard by the quality, and our own has a table for each, so
/// the quality whose table is nearest to the file's is the estimate.
pub(super) fn quality(bytes: &[u8]) -> Option<u8> {
    let found = luminance_table(bytes)?;
    let apart =
        |table: [u16; 64]| -> u64 { table.iter().zip(found).map(|(one, other)| u64::from(one.abs_diff(other))).sum() };
    let standard = |quality: u8| apart(LUMINANCE.map(|standard| scaled(standard, quality)));
    // Of equal distances the standard's table, and the higher quality: at 100 and 99 some tables are equal.
    let tables = (1..=100).rev().map(|quality| (standard(quality), quality));
    let tables = tables.chain(OWN_TABLES.iter().rev().map(|(quality, table)| (apart(*table), *quality)));
    tables.min_by_key(|(distance, _)| *distance).map(|(_, quality)| quality)
}

/// What our own encoder writes at each quality. It takes thousands of exponentials to make them.
static OWN_TABLES: LazyLock<[(u8, [u16; 64]); 100]> = LazyLock::new(|| {
    let mut quality = 0;
    [(); 100].map(|()| {
        quality += 1;
        (quality, darkroom_jpeg::luma_divisors(quality))
    })
});

/// The standard's luminance table, in the zigzag order of the file.
const LUMINANCE: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
];

/// A number of the standard table at a quality, as libjpeg scales it.
fn scaled(standard: u16, quality: u8) -> u16 {
    let quality = u32::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    u16::try_from(((u32::from(standard) * percent + 50) / 100).clamp(1, 255)).unwrap_or(255)
}

/// Table 0 of the first DQT segment that defines it.
fn luminance_table(bytes: &[u8]) -> Option<[u16; 64]> {
    let mut at = 2;
    while let Some(marker) = next_marker(bytes, at) {
        let end = marker + 1 + segment_length(bytes, marker);
        match bytes[marker] {
            0xDB => {
                if let Some(table) = bytes.get(marker + 3..end).and_then(table_zero) {
                    return Some(table);
                }
            }
            0xDA => return None,
            _ => {}
        }
        at = end;
    }
    None
}

/// One DQT segment holds several tables: a byte of precision (high half) and number, then 64 numbers.
fn table_zero(mut tables: &[u8]) -> Option<[u16; 64]> {
    while let Some((kind, rest)) = tables.split_first() {
        let width = if kind >> 4 == 0 { 1 } else { 2 };
        let numbers = rest.get(..64 * width)?;
        if kind % 16 == 0 {
            let mut table = [0; 64];
            for (number, bytes) in table.iter_mut().zip(numbers.chunks_exact(width)) {
                *number = bytes.iter().fold(0, |number, byte| number << 8 | u16::from(*byte));
            }
            return Some(table);
        }
        tables = &rest[64 * width..];
    }
    None
}

/// Where the next marker's code stands, from `at` on.
pub(super) fn next_marker(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr::memchr(0xFF, bytes.get(at..)?)?;
        match bytes.get(at + 1)? {
            0xFF => at += 1,               // fill bytes
            0x00 | 0xD0..=0xD7 => at += 2, // data and restarts
            _ => return Some(at + 1),
        }
    }
}

/// Bytes of the segment after its marker's code, the length itself included; 0 for markers without one.
pub(super) fn segment_length(bytes: &[u8], marker: usize) -> usize {
    match bytes[marker] {
        0x01 | 0xD8 | 0xD9 => 0,
        _ => bytes.get(marker + 1..marker + 3).map_or(0, |length| usize::from(length[0]) << 8 | usize::from(length[1])),
    }
}

#[cfg(test)]
mod tests {
    use super::{quality, scans};
    use crate::vips::Image;
    use bytes::Bytes;

    fn jpeg(quality: i32, progressive: bool) -> Bytes {
        let pixels = (0..32 * 32 * 3).map(|i| u8::try_from(i % 251).unwrap_or(0)).collect();
        let image = Image::from_memory(pixels, 32, 32, 3).expect("an image");
        let save = image.operation(c"jpegsave_buffer").expect("a saver").int(c"Q", quality);
        save.bool(c"interlace", progressive).run_buffer().expect("a JPEG")
    }

    #[test]
    fn the_quality_of_an_encoder_is_found_again() {
        for expected in [1_u8, 10, 25, 49, 50, 51, 75, 80, 90, 95, 100] {
            assert_eq!(quality(&jpeg(expected.into(), false)), Some(expected));
        }
    }

    #[test]
    fn scans_are_counted() {
        assert_eq!(scans(&jpeg(80, false)), 1);
        assert_eq!(scans(&jpeg(80, true)), 10);
        let thumbnail_in_exif = b"\xFF\xD8\xFF\xE1\0\x06\xFF\xDA\0\x02\xFF\xDA\0\x02";
        assert_eq!(scans(thumbnail_in_exif), 1);
    }

    #[test]
    fn what_is_behind_a_scan_of_all_components_is_not_looked_at() {
        let frame = |kind: u8, components: u8| [0xFF, kind, 0, 8, 8, 0, 1, 0, 1, components];
        let scan = |components: u8| [0xFF, 0xDA, 0, 3, components, 1, 2, 3];
        let file =
            |kind, components| [&b"\xFF\xD8"[..], &frame(kind, 3), &scan(components), &scan(components)].concat();
        assert_eq!(scans(&file(0xC0, 3)), 1);
        assert_eq!(scans(&file(0xC1, 3)), 1);
        assert_eq!(scans(&file(0xC0, 1)), 2);
        assert_eq!(scans(&file(0xC2, 3)), 2);
    }

    #[test]
    fn damaged_files_are_read_as_far_as_they_go() {
        let whole = jpeg(80, true);
        for length in 0..whole.len() {
            let _ = (quality(&whole[..length]), scans(&whole[..length]));
        }
        assert_eq!(quality(b"\xFF\xD8\xFF\xDB\xFF\xFF\0"), None);
        assert_eq!(quality(b"\xFF\xD8\xFF\xFF\xFF"), None);
        assert_eq!(quality(b""), None);
    }
}
