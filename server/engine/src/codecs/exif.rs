//! What EXIF says of a picture that is known before its pixels, as far as no two readers could think differently of it.

/// Facts of the main picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Exif {
    /// 1 to 8; 1 where it names none.
    pub(super) orientation: u8,
    pub(super) resolution: Resolution,
}

/// What is said of the density.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Resolution {
    /// Nothing: what else the file says holds.
    Unsaid,
    /// Pixels per millimetre, along a row.
    PerMillimetre(f64),
    /// Something unusual.
    Unclear,
}

const ENTRY_BYTES: usize = 12;
const X_RESOLUTION: u16 = 0x011A;
const Y_RESOLUTION: u16 = 0x011B;
const RESOLUTION_UNIT: u16 = 0x0128;
const ORIENTATION: u16 = 0x0112;
const SHORT: u16 = 3;
const RATIONAL: u16 = 5;

/// The first directory of a block that begins with its byte order; `None` when the orientation is not clear.
pub(super) fn read(tiff: &[u8]) -> Option<Exif> {
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let block = Block { tiff, is_little };
    let directory = tiff.get(usize::try_from(block.long(&tiff[4..])?).ok()?..)?;
    let entries = directory.get(2..2 + ENTRY_BYTES * usize::from(block.short(directory)?))?;
    let (entries, _) = entries.as_chunks::<ENTRY_BYTES>();
    let orientation = match block.only(entries, ORIENTATION)? {
        None => 1,
        Some(entry) => {
            let orientation = u8::try_from(block.short_of(entry)?).ok();
            orientation.filter(|orientation| (1..=8).contains(orientation))?
        }
    };
    Some(Exif { orientation, resolution: block.resolution(entries).unwrap_or(Resolution::Unclear) })
}

struct Block<'a> {
    tiff: &'a [u8],
    is_little: bool,
}

impl Block<'_> {
    fn short(&self, bytes: &[u8]) -> Option<u16> {
        let bytes = bytes.first_chunk().copied()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, bytes: &[u8]) -> Option<u32> {
        let bytes = bytes.first_chunk().copied()?;
        Some(if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// The entry of this name, if there is one; `None` when there are several.
    #[allow(clippy::option_option)] // a question without an answer, and an answer that there is none
    fn only<'e>(&self, entries: &'e [[u8; ENTRY_BYTES]], name: u16) -> Option<Option<&'e [u8; ENTRY_BYTES]>> {
        let mut named = entries.iter().filter(|entry| self.short(&entry[..]) == Some(name));
        let first = named.next();
        named.next().is_none().then_some(first)
    }

    fn is_one(&self, entry: &[u8; ENTRY_BYTES], kind: u16) -> bool {
        self.short(&entry[2..]) == Some(kind) && self.long(&entry[4..]) == Some(1)
    }

    fn short_of(&self, entry: &[u8; ENTRY_BYTES]) -> Option<u16> {
        if self.is_one(entry, SHORT) { self.short(&entry[8..]) } else { None }
    }

    fn rational_of(&self, entry: &[u8; ENTRY_BYTES]) -> Option<f64> {
        let place = usize::try_from(self.long(&entry[8..])?).ok().filter(|_| self.is_one(entry, RATIONAL))?;
        let number = self.tiff.get(place..place.checked_add(8)?)?;
        let (above, below) = (self.long(number)?, self.long(&number[4..])?);
        (below != 0).then(|| f64::from(above) / f64::from(below))
    }

    /// `None` when it is not clear.
    fn resolution(&self, entries: &[[u8; ENTRY_BYTES]]) -> Option<Resolution> {
        let [across, down, unit] = [X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT].map(|name| self.only(entries, name));
        let (Some(across), Some(down), Some(unit)) = (across?, down?, unit?) else {
            let is_silent = [across, down, unit].iter().all(|entry| matches!(entry, Some(None)));
            return is_silent.then_some(Resolution::Unsaid);
        };
        let across = self.rational_of(across)?;
        self.rational_of(down)?;
        match self.short_of(unit)? {
            2 => Some(Resolution::PerMillimetre(across / 25.4)),
            3 => Some(Resolution::PerMillimetre(across / 10.0)),
            _ => None,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A directory of such entries (tag, type, count, value), and behind it as many resolutions as are given, of which
    /// the first is where the value [`RESOLUTION`] points to for a directory of three entries more.
    pub(in crate::codecs) fn directory(entries: &[(u16, u16, u32, [u8; 4])], behind: &[u8]) -> Vec<u8> {
        let mut exif = b"MM\0*\0\0\0\x08".to_vec();
        exif.extend(u16::try_from(entries.len()).expect("few").to_be_bytes());
        for (tag, type_, count, value) in entries {
            exif.extend([tag.to_be_bytes(), type_.to_be_bytes()].concat());
            exif.extend(count.to_be_bytes());
            exif.extend(value);
        }
        exif.extend([0; 4]);
        exif.extend(behind);
        exif
    }

    fn short(tag: u16, value: u16) -> (u16, u16, u32, [u8; 4]) {
        let [high, low] = value.to_be_bytes();
        (tag, SHORT, 1, [high, low, 0, 0])
    }

    /// An orientation, and a density of `above / below` in both directions.
    pub(in crate::codecs) fn with_resolution(orientation: u16, above: u32, below: u32, unit: u16) -> Vec<u8> {
        let place = u32::try_from(8 + 2 + 4 * ENTRY_BYTES + 4).expect("near").to_be_bytes();
        let entries = [
            short(ORIENTATION, orientation),
            (X_RESOLUTION, RATIONAL, 1, place),
            (Y_RESOLUTION, RATIONAL, 1, place),
            short(RESOLUTION_UNIT, unit),
        ];
        directory(&entries, &[above.to_be_bytes(), below.to_be_bytes()].concat())
    }

    #[test]
    fn an_orientation_is_taken_where_it_is_clear() {
        let (width, turned) = (short(0x100, 640), short(ORIENTATION, 6));
        let orientation = |entries: &[_]| read(&directory(entries, b"")).map(|exif| exif.orientation);
        assert_eq!(orientation(&[width, turned]), Some(6));
        assert_eq!(orientation(&[width]), Some(1));
        assert_eq!(orientation(&[]), Some(1));
        let of = |kind, count| (ORIENTATION, kind, count, [0, 6, 0, 0]);
        for unclear in
            [&[turned, turned][..], &[short(ORIENTATION, 0)], &[short(ORIENTATION, 9)], &[of(4, 1)], &[of(SHORT, 2)]]
        {
            assert_eq!(orientation(unclear), None, "{unclear:?}");
        }
        let whole = directory(&[width, turned], b"");
        for length in 0..whole.len() - 4 {
            assert_eq!(read(&whole[..length]), None, "cut at {length}");
        }
        let mut far = whole;
        far[4..8].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(read(&far), None);
    }

    #[test]
    fn a_resolution_is_taken_where_it_is_clear() {
        let resolution = |exif: &[u8]| read(exif).expect("an orientation").resolution;
        assert_eq!(resolution(&with_resolution(1, 300, 1, 2)), Resolution::PerMillimetre(300.0 / 25.4));
        assert_eq!(resolution(&with_resolution(1, 2400, 10, 3)), Resolution::PerMillimetre(24.0));
        assert_eq!(resolution(&directory(&[short(ORIENTATION, 3)], b"")), Resolution::Unsaid);
        for (above, below, unit) in [(300, 0, 2), (300, 1, 1), (300, 1, 4)] {
            assert_eq!(resolution(&with_resolution(1, above, below, unit)), Resolution::Unclear);
        }
        // One of three is missing, or points behind the end.
        assert_eq!(resolution(&directory(&[short(RESOLUTION_UNIT, 2)], b"")), Resolution::Unclear);
        let whole = with_resolution(1, 300, 1, 2);
        assert_eq!(resolution(&whole[..whole.len() - 1]), Resolution::Unclear);
    }
}
