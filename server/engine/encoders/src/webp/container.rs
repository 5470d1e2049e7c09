//! The RIFF container, where there is more to say than pixels.

use crate::{EncodeError, Metadata};

const HEADER: usize = 12;

/// The encoder's file, with the profile and this alpha before the pixels and the other blobs behind them; as it is when
/// there is none of that. `alpha` is the content of its chunk, for a file that has no other; `width` and `height` in
/// pixels, 1 to 16383.
pub(super) fn extended(
    file: Vec<u8>,
    alpha: Option<&[u8]>,
    width: usize,
    height: usize,
    metadata: &Metadata,
) -> Result<Vec<u8>, EncodeError> {
    const ICC: u8 = 0b10_0000;
    const ALPHA: u8 = 0b1_0000;
    const EXIF: u8 = 0b1000;
    const XMP: u8 = 0b100;
    if metadata.is_empty() && alpha.is_none() {
        return Ok(file);
    }
    let &Metadata { icc, exif, xmp } = metadata;
    let blobs = [alpha, icc, exif, xmp].into_iter().flatten().map(<[u8]>::len).sum::<usize>();
    let too_large = EncodeError::Metadata { what: "metadata", bytes: blobs };

    let (pixels, has_alpha) = pixels(&file);
    let mut flags = if has_alpha || alpha.is_some() { ALPHA } else { 0 };
    for (present, flag) in [(icc.is_some(), ICC), (exif.is_some(), EXIF), (xmp.is_some(), XMP)] {
        flags |= if present { flag } else { 0 };
    }
    let mut extended = vec![flags, 0, 0, 0];
    for side in [width, height] {
        extended.extend_from_slice(&u32::try_from(side - 1).map_err(|_| too_large.clone())?.to_le_bytes()[..3]);
    }

    let mut result = Vec::with_capacity(file.len() + blobs.saturating_add(64));
    result.extend_from_slice(b"RIFF\0\0\0\0WEBP");
    let mut push = |name: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len()).map_err(|_| too_large.clone())?;
        result.extend_from_slice(name);
        result.extend_from_slice(&size.to_le_bytes());
        result.extend_from_slice(content);
        result.resize(result.len().next_multiple_of(2), 0);
        Ok::<_, EncodeError>(())
    };
    push(b"VP8X", &extended)?;
    icc.map_or(Ok(()), |icc| push(b"ICCP", icc))?;
    alpha.map_or(Ok(()), |alpha| push(b"ALPH", alpha))?;
    for (name, content) in pixels {
        push(&name, content)?;
    }
    exif.map_or(Ok(()), |exif| push(b"EXIF", exif))?;
    xmp.map_or(Ok(()), |xmp| push(b"XMP ", xmp))?;
    let size = u32::try_from(result.len() - 8).map_err(|_| too_large)?;
    result[4..8].copy_from_slice(&size.to_le_bytes());
    Ok(result)
}

/// The content of the chunk that holds pixels without loss.
pub(super) fn lossless_stream(file: &[u8]) -> Option<&[u8]> {
    pixels(file).0.into_iter().find(|(name, _)| name == b"VP8L").map(|(_, content)| content)
}

type Chunk<'a> = ([u8; 4], &'a [u8]);

/// The chunks that hold pixels, and whether there is alpha in them.
fn pixels(file: &[u8]) -> (Vec<Chunk<'_>>, bool) {
    let mut rest = file.get(HEADER..).unwrap_or_default();
    let mut chunks = Vec::new();
    let mut alpha = false;
    while let Some((&[a, b, c, d, s0, s1, s2, s3], after)) = rest.split_first_chunk() {
        let size = (u32::from_le_bytes([s0, s1, s2, s3]) as usize).min(after.len());
        let (content, after) = after.split_at(size);
        rest = after.get(size % 2..).unwrap_or_default();
        match &[a, b, c, d] {
            b"ALPH" => alpha = true,
            // After a byte of signature and twice 14 bits of size.
            b"VP8L" => alpha = content.get(4).is_some_and(|byte| byte & 0b1_0000 != 0),
            b"VP8X" => continue,
            _ => {}
        }
        chunks.push(([a, b, c, d], content));
    }
    (chunks, alpha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_stand_in_the_order_of_the_format_and_are_padded() {
        let file = b"RIFF\x10\0\0\0WEBPVP8 \x03\0\0\0abc\0".to_vec();
        let metadata = Metadata { icc: Some(b"icc"), exif: Some(b"exif"), xmp: Some(b"x") };
        let result = extended(file.clone(), None, 300, 2, &metadata).unwrap();
        let expected = b"RIFF\x44\0\0\0WEBPVP8X\x0a\0\0\0\x2c\0\0\0\x2b\x01\0\x01\0\0ICCP\x03\0\0\0icc\0\
            VP8 \x03\0\0\0abc\0EXIF\x04\0\0\0exifXMP \x01\0\0\0x\0";
        assert_eq!(result, expected);
        assert_eq!(usize::from(result[4]) + 8, result.len());
        assert_eq!(extended(file.clone(), None, 300, 2, &Metadata::default()).unwrap(), file);
    }

    #[test]
    fn alpha_stands_before_the_pixels_and_is_told_of() {
        let file = b"RIFF\x10\0\0\0WEBPVP8 \x03\0\0\0abc\0".to_vec();
        let result = extended(file, Some(b"soft!"), 300, 2, &Metadata::default()).unwrap();
        let expected = b"RIFF\x30\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x2b\x01\0\x01\0\0\
            ALPH\x05\0\0\0soft!\0VP8 \x03\0\0\0abc\0";
        assert_eq!(result, expected);
        assert_eq!(usize::from(result[4]) + 8, result.len());
    }

    #[test]
    fn alpha_is_found_in_either_encoding() {
        assert!(pixels(b"RIFF\0\0\0\0WEBPVP8X\x02\0\0\0xxALPH\x01\0\0\0a\0VP8 \x01\0\0\0p\0").1);
        assert!(pixels(b"RIFF\0\0\0\0WEBPVP8L\x05\0\0\0\x2f\0\0\0\x10\0").1);
        assert!(!pixels(b"RIFF\0\0\0\0WEBPVP8L\x05\0\0\0\x2f\0\0\0\x0f\0").1);
    }
}
