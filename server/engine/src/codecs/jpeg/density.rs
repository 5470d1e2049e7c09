//! The density of a JPEG file.

use bytes::Bytes;

/// The file with a JFIF header that says so many pixels per inch. libvips writes none into a file without
/// metadata, and a density into EXIF alone.
pub(in crate::codecs) fn with_density(file: &Bytes, density: u16) -> Bytes {
    const IN_INCHES: u8 = 1;
    let [high, low] = density.to_be_bytes();
    let mut rest = file.get(2..).unwrap_or_default();
    if let [0xFF, 0xE0, length_high, length_low, ..] = rest {
        let length = 2 + (usize::from(*length_high) << 8 | usize::from(*length_low));
        rest = rest.get(length..).unwrap_or_default();
    }
    let header = [b"\xFF\xD8\xFF\xE0\x00\x10JFIF\0\x01\x01", &[IN_INCHES, high, low, high, low, 0, 0][..]];
    [&header.concat()[..], rest].concat().into()
}

#[cfg(test)]
mod tests {
    use super::with_density;
    use bytes::Bytes;

    #[test]
    fn a_header_is_put_in_or_replaced() {
        let header = b"\xFF\xD8\xFF\xE0\0\x10JFIF\0\x01\x01\x01\x01\x2C\x01\x2C\0\0";
        let expected = Bytes::from([&header[..], b"\xFF\xDB\0\x02"].concat());
        assert_eq!(with_density(&Bytes::from_static(b"\xFF\xD8\xFF\xDB\0\x02"), 300), expected);
        assert_eq!(with_density(&Bytes::from_static(b"\xFF\xD8\xFF\xE0\0\x04AB\xFF\xDB\0\x02"), 300), expected);
        assert_eq!(with_density(&expected, 300), expected);
    }
}
