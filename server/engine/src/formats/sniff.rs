//! What the first bytes say. An allow-list: what is not on it is not an image for us, whatever its name.

use super::Format;

pub(super) fn sniff(head: &[u8]) -> Option<Format> {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(Format::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Format::Gif),
        // 42 is TIFF, 43 BigTIFF, in either byte order.
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Some(Format::Tiff),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => from_brands(head),
        [b'B', b'M', ..] => is_bitmap(head).then_some(Format::Bmp),
        // Reserved, type icon, number of pictures; 2 would be a cursor.
        [0, 0, 1, 0, pictures, 0, ..] if *pictures > 0 => Some(Format::Ico),
        _ => is_svg(head).then_some(Format::Svg),
    }
}

/// AVIF and HEIC are the same container; the brands of its first box tell them apart.
fn from_brands(head: &[u8]) -> Option<Format> {
    let length = head.first_chunk().map_or(0, |length| u32::from_be_bytes(*length));
    let end = usize::try_from(length).ok()?.min(head.len());
    // The major brand at 8, its version at 12, the compatible brands from 16 on.
    let brands = || (8..end).step_by(4).filter(|at| *at != 12).filter_map(|at| head.get(at..at + 4));
    if brands().any(|brand| matches!(brand, b"avif" | b"avis")) {
        return Some(Format::Avif);
    }
    let heif =
        |brand: &[u8]| matches!(brand, b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1");
    brands().any(heif).then_some(Format::Heic)
}

/// Two letters are little to go by: the length of the second header must be one that exists.
fn is_bitmap(head: &[u8]) -> bool {
    let length = head.get(14..18).and_then(<[u8]>::first_chunk).map(|length| u32::from_le_bytes(*length));
    matches!(length, Some(12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Whether the root element is `svg`. Compressed SVG is not recognised: a hundred bytes of it can unpack to
/// anything.
fn is_svg(head: &[u8]) -> bool {
    let mut rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    loop {
        rest = rest.trim_ascii_start();
        let Some(next) =
            past(rest, b"<?", b"?>").or_else(|| past(rest, b"<!--", b"-->")).or_else(|| past_doctype(rest))
        else {
            return is_root(rest);
        };
        rest = next;
    }
}

/// `<svg` or `<any:svg`, up to the end of the name.
fn is_root(text: &[u8]) -> bool {
    let Some(text) = text.strip_prefix(b"<") else {
        return false;
    };
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let Some(end) = text.iter().position(ends) else {
        return false;
    };
    let name = &text[..end];
    name.rsplit(|byte| *byte == b':').next() == Some(b"svg")
}

/// What follows `start … end`, if the text starts with `start` and has an `end`.
fn past<'t>(text: &'t [u8], start: &[u8], end: &[u8]) -> Option<&'t [u8]> {
    let inside = text.strip_prefix(start)?;
    let at = inside.windows(end.len()).position(|window| window == end)?;
    Some(&inside[at + end.len()..])
}

/// What follows a document type, whose subset in brackets may hold `>`.
fn past_doctype(text: &[u8]) -> Option<&[u8]> {
    if !text.get(..9)?.eq_ignore_ascii_case(b"<!DOCTYPE") {
        return None;
    }
    let end = text.iter().position(|byte| matches!(byte, b'>' | b'['))?;
    if text[end] == b'>' { Some(&text[end + 1..]) } else { past(&text[end..], b"[", b"]>") }
}

#[cfg(test)]
mod tests {
    use super::{Format, sniff};

    #[test]
    fn magic_bytes_decide() {
        let known: [(&[u8], Format); 20] = [
            (b"\xFF\xD8\xFF\xE0", Format::Jpeg),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", Format::Png),
            (b"RIFF\x10\0\0\0WEBPVP8L", Format::Webp),
            (b"GIF87a", Format::Gif),
            (b"GIF89a", Format::Gif),
            (b"II*\0\x08\0\0\0", Format::Tiff),
            (b"MM\0*", Format::Tiff),
            (b"MM\0+\0\x08\0\0", Format::Tiff),
            (b"\0\0\0\x18ftypavif\0\0\0\0mif1miaf", Format::Avif),
            (b"\0\0\0\x18ftypavis\0\0\0\0avismsf1", Format::Avif),
            (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", Format::Avif),
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Format::Heic),
            (b"\0\0\0\x14ftypmif1\0\0\0\0heic", Format::Heic),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Format::Bmp),
            (b"\0\0\x01\0\x01\0\x10\x10", Format::Ico),
            (b"<svg>", Format::Svg),
            (b"\xEF\xBB\xBF\n<?xml version='1.0'?>\n<!-- <a> -->\n<svg xmlns=''/>", Format::Svg),
            (b"<!DOCTYPE svg PUBLIC \"a\" \"b\"><svg/>", Format::Svg),
            (b"<!doctype svg [<!ENTITY a \"b>\">]><s:svg\n>", Format::Svg),
            (b"<?a?><!--b--><?c?> <svg >", Format::Svg),
        ];
        for (head, format) in known {
            assert_eq!(sniff(head), Some(format), "{:?}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn what_is_not_on_the_list_is_no_image() {
        let others: [&[u8]; 20] = [
            b"",
            b"\xFF\xD8",
            b"%PDF-1.7",
            b"\x1F\x8B\x08\0", // svgz
            b"BMW and other cars are not bitmaps",
            b"\0\0\x02\0\x01\0", // a cursor
            b"\0\0\x01\0\0\0",   // no picture
            b"\0\0\0\x18ftypisom\0\0\0\0mp42isom",
            b"\0\0\0\x10ftypisomavif",         // a version that reads like a brand
            b"\0\0\0\x10ftypisom\0\0\0\0avif", // the brand lies behind the box
            b"push graphic-context\nimage over 0,0 0,0",
            b"<html><svg/></html>",
            b"<svgx/>",
            b"<svg",
            b"<!-- <svg>",
            b"<!DOCTYPE svg [ <svg>",
            b"RIFF\0\0\0\0WAVE",
            b"P6 1 1 255",
            b"II\x2A\x01",
            b"\0\0\0\x0CjP  \r\n",
        ];
        for head in others {
            assert_eq!(sniff(head), None, "{:?}", String::from_utf8_lossy(head));
        }
    }
}
