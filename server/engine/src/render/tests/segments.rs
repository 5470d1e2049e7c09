//! What a file says beside its picture, read without the codecs under test.

use bytes::Bytes;

/// Kinds of metadata, and the density in pixels per inch.
#[derive(Debug, Default, PartialEq)]
#[allow(clippy::struct_excessive_bools)] // each is a kind of metadata
pub(super) struct Said {
    pub(super) exif: bool,
    pub(super) xmp: bool,
    pub(super) iptc: bool,
    pub(super) profile: bool,
    pub(super) density: Option<u32>,
}

pub(super) fn said(file: &Bytes) -> Said {
    match &file[..] {
        [0xFF, 0xD8, ..] => of_jpeg(file),
        [0x89, b'P', ..] => of_png(file),
        [b'R', b'I', b'F', b'F', ..] => of_webp(file),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => of_avif(file),
        _ => panic!("no format that is read here"),
    }
}

fn of_jpeg(file: &[u8]) -> Said {
    let mut said = Said::default();
    let mut rest = &file[2..];
    while let [0xFF, code, high, low, ..] = rest {
        let (segment, after) = rest.split_at(2 + (usize::from(*high) << 8 | usize::from(*low)));
        let payload = &segment[4..];
        match code {
            0xE0 if payload.starts_with(b"JFIF\0\x01\x01\x01") => {
                said.density = Some(u32::from(payload[8]) << 8 | u32::from(payload[9]));
            }
            0xE1 if payload.starts_with(b"Exif\0\0") => said.exif = true,
            0xE1 if payload.starts_with(b"http://ns.adobe.com/xap/1.0/\0") => said.xmp = true,
            0xE2 if payload.starts_with(b"ICC_PROFILE\0") => said.profile = true,
            0xED => said.iptc = true,
            0xDA => break,
            _ => {}
        }
        rest = after;
    }
    said
}

fn of_png(file: &[u8]) -> Said {
    let mut said = Said::default();
    let mut rest = &file[8..];
    while let Some((length, _)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_be_bytes(*length)).expect("a length");
        let (chunk, after) = rest.split_at(12 + length);
        match &chunk[4..8] {
            b"eXIf" => said.exif = true,
            b"iTXt" | b"zTXt" | b"tEXt" if chunk[8..].starts_with(b"XML:com.adobe.xmp\0") => said.xmp = true,
            b"iCCP" => said.profile = true,
            b"pHYs" if chunk[16] == 1 => {
                let per_metre = u32::from_be_bytes([chunk[8], chunk[9], chunk[10], chunk[11]]);
                said.density = Some((per_metre * 254 + 5000) / 10_000);
            }
            _ => {}
        }
        rest = after;
    }
    said
}

fn of_webp(file: &[u8]) -> Said {
    let mut said = Said::default();
    let mut rest = &file[12..];
    while !rest.is_empty() {
        let length = usize::try_from(u32::from_le_bytes([rest[4], rest[5], rest[6], rest[7]])).expect("a length");
        let (chunk, after) = rest.split_at((8 + length).next_multiple_of(2));
        match &chunk[..4] {
            b"EXIF" => (said.exif, said.density) = (true, exif_density(&chunk[8..])),
            b"XMP " => said.xmp = true,
            b"ICCP" => said.profile = true,
            _ => {}
        }
        rest = after;
    }
    said
}

/// The items and properties of the file by their names, wherever they stand.
fn of_avif(file: &[u8]) -> Said {
    let after = |name: &[u8]| -> Vec<usize> {
        file.windows(name.len())
            .enumerate()
            .filter(|(_, found)| *found == name)
            .map(|(at, _)| at + name.len())
            .collect()
    };
    let items: Vec<&[u8]> = after(b"infe").into_iter().map(|at| &file[at + 8..at + 12]).collect();
    let exif = items.contains(&&b"Exif"[..]);
    // The name of the item looks like the head of its text, so the order of bytes is looked for as well.
    let tiff = [&b"Exif\0\0II"[..], b"Exif\0\0MM"].into_iter().flat_map(after).next();
    Said {
        exif,
        xmp: items.contains(&&b"mime"[..]),
        iptc: false,
        profile: after(b"colr").into_iter().any(|at| matches!(&file[at..at + 4], b"prof" | b"rICC")),
        density: tiff.and_then(|at| exif_density(&file[at - 2..])),
    }
}

/// The resolution in the first directory of an EXIF, when it is in inches.
fn exif_density(exif: &[u8]) -> Option<u32> {
    let tiff = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let little = tiff.starts_with(b"II");
    let number = |at: usize, length: usize| -> Option<u32> {
        let mut bytes = tiff.get(at..at + length)?.to_vec();
        if little {
            bytes.reverse();
        }
        Some(bytes.into_iter().fold(0, |number, byte| number << 8 | u32::from(byte)))
    };
    let place = |number: u32| usize::try_from(number).ok();
    let directory = place(number(4, 4)?)?;
    let entries = (0..place(number(directory, 2)?)?).map(|entry| directory + 2 + 12 * entry);
    let value = |tag: u32| entries.clone().find(|at| number(*at, 2) == Some(tag)).map(|at| at + 8);
    if number(value(0x128)?, 2)? != 2 {
        return None;
    }
    let ratio = place(number(value(0x11A)?, 4)?)?;
    Some(number(ratio, 4)?.div_ceil(number(ratio + 4, 4)?.max(1)))
}
