//! The header of a JPEG, read without libvips: on the plane road nothing else would need it.

use super::markers::{next_marker, segment_length};
use crate::{codecs::header::Header, vips::BandFormat};

const SOS: u8 = 0xDA;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;

/// What libvips would say of the file. `None` where it says anything unusual, of which readers may think differently:
/// libvips has the last word on those.
pub(in crate::codecs) fn read(bytes: &[u8]) -> Option<Header> {
    let frame = darkroom_jpeg::Header::read(bytes).ok()?;
    let (mut orientation, mut profile, mut at) = (None, Profile::default(), 2);
    let components_of_scan = loop {
        let marker = next_marker(bytes, at)?;
        let end = marker + 1 + segment_length(bytes, marker);
        let payload = bytes.get(marker + 3..end).unwrap_or_default();
        match bytes[marker] {
            SOS => break usize::from(*payload.first()?),
            APP1 if payload.starts_with(b"Exif") && orientation.is_some() => return None,
            APP1 if payload.starts_with(b"Exif") => orientation = Some(orientation_of(payload)?),
            APP2 if payload.starts_with(b"ICC_PROFILE") => profile.add(payload)?,
            _ => {}
        }
        at = end;
    };
    let components = frame.components().len();
    Some(Header {
        width: frame.width(),
        height: frame.height(),
        bands: u32::try_from(components).ok()?,
        band_format: BandFormat::Uchar,
        is_interlaced: frame.is_progressive() || components_of_scan < components,
        frames: 1,
        orientation: orientation.unwrap_or(1),
        profile: profile.whole()?,
    })
}

/// The orientation in an EXIF segment; 1 where it names none. `None` when it is not clear.
fn orientation_of(exif: &[u8]) -> Option<u8> {
    const ENTRY_BYTES: usize = 12;
    const ORIENTATION: u16 = 0x0112;
    const SHORT: u16 = 3;
    let tiff = exif.strip_prefix(b"Exif\0\0")?;
    let is_little = match tiff.get(..4)? {
        b"II*\0" => true,
        b"MM\0*" => false,
        _ => return None,
    };
    let short = |bytes: &[u8]| -> Option<u16> {
        let bytes = bytes.first_chunk().copied()?;
        Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |bytes: &[u8]| -> Option<u32> {
        let bytes = bytes.first_chunk().copied()?;
        Some(if is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let directory = tiff.get(usize::try_from(long(&tiff[4..])?).ok()?..)?;
    let entries = directory.get(2..2 + ENTRY_BYTES * usize::from(short(directory)?))?;
    let (entries, _) = entries.as_chunks::<ENTRY_BYTES>();
    let mut named = entries.iter().filter(|entry| short(&entry[..]) == Some(ORIENTATION));
    let Some(entry) = named.next() else {
        return Some(1);
    };
    if named.next().is_some() || short(&entry[2..])? != SHORT || long(&entry[4..])? != 1 {
        return None;
    }
    u8::try_from(short(&entry[8..])?).ok().filter(|orientation| (1..=8).contains(orientation))
}

/// A profile, which comes in numbered parts.
#[derive(Default)]
struct Profile {
    bytes: Vec<u8>,
    parts: u8,
    /// How many there are, as each of them says.
    of: u8,
}

impl Profile {
    /// The next part; `None` when it is not the next one.
    fn add(&mut self, payload: &[u8]) -> Option<()> {
        let [number, of, part @ ..] = payload.strip_prefix(b"ICC_PROFILE\0")? else {
            return None;
        };
        self.parts = self.parts.checked_add(1)?;
        if *number != self.parts || part.is_empty() || (self.of != *of && self.parts > 1) {
            return None;
        }
        self.of = *of;
        self.bytes.extend_from_slice(part);
        Some(())
    }

    /// All of it, or nothing if there is none; `None` when parts are missing.
    #[allow(clippy::option_option)] // a question without an answer, and an answer that there is none
    fn whole(self) -> Option<Option<Vec<u8>>> {
        (self.parts == self.of).then(|| Some(self.bytes).filter(|bytes| !bytes.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::{orientation_of, read};
    use crate::{
        Format,
        codecs::{
            first_image,
            header::{Header, PROFILE},
        },
        vips::Image,
    };
    use bytes::Bytes;
    use std::{env, fs, path::PathBuf};

    fn by_libvips(file: &Bytes) -> Header {
        Header::of(&first_image(Format::Jpeg, file).expect("a header"))
    }

    /// The file with a profile in it, in numbered segments.
    fn with_profile(file: &[u8], parts: &[&[u8]]) -> Bytes {
        let segment = |part: &&[u8]| {
            let length = u16::try_from(part.len()).expect("short") + 14;
            [&b"\xFF\xE2"[..], &length.to_be_bytes(), b"ICC_PROFILE\0", part].concat()
        };
        let segments: Vec<u8> = parts.iter().flat_map(segment).collect();
        [&file[..2], &segments, &file[2..]].concat().into()
    }

    #[test]
    fn libvips_says_the_same() {
        let parts = [(1, 60_000), (2, 60_000), (3, 10)];
        let parts = parts.map(|(number, bytes)| [vec![number, 3], vec![7 + number; bytes]].concat());
        let parts = parts.each_ref().map(|part| &part[..]);
        for (bands, orientation, progressive) in (0..9).flat_map(|turn| [(3, turn, false), (1, turn, true)]) {
            let pixels = vec![70; 40 * 24 * bands];
            let image = Image::from_memory(pixels.into(), 40, 24, u32::try_from(bands).expect("few"));
            let image = image.expect("an image").edit_metadata(|edit| {
                if orientation > 0 {
                    edit.set_int(c"orientation", orientation);
                }
            });
            let save = image.expect("metadata").operation(c"jpegsave_buffer").expect("a saver");
            let file = save.bool(c"interlace", progressive).run_buffer().expect("a JPEG");
            let file = with_profile(&file, if progressive { &parts } else { &[] });
            let header = read(&file).expect("nothing unusual");
            assert_eq!(header, by_libvips(&file), "{bands} bands, orientation {orientation}");
            assert_eq!(i32::from(header.orientation), orientation.max(1));
            assert_eq!((header.is_interlaced, header.profile.is_some()), (progressive, progressive));
        }
    }

    /// A directory of such entries: tag, type, count, value.
    fn exif(entries: &[(u16, u16, u32, u16)]) -> Vec<u8> {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08".to_vec();
        exif.extend(u16::try_from(entries.len()).expect("few").to_be_bytes());
        for (tag, type_, count, value) in entries {
            exif.extend([tag.to_be_bytes(), type_.to_be_bytes()].concat());
            exif.extend(count.to_be_bytes());
            exif.extend([value.to_be_bytes(), [0; 2]].concat());
        }
        exif.extend([0; 4]);
        exif
    }

    #[test]
    fn an_orientation_is_taken_where_it_is_clear() {
        let (width, turned) = ((0x100, 3, 1, 640), (0x112, 3, 1, 6));
        assert_eq!(orientation_of(&exif(&[width, turned])), Some(6));
        assert_eq!(orientation_of(&exif(&[width])), Some(1));
        assert_eq!(orientation_of(&exif(&[])), Some(1));
        for unclear in
            [&[turned, turned][..], &[(0x112, 3, 1, 0)], &[(0x112, 3, 1, 9)], &[(0x112, 4, 1, 6)], &[(0x112, 3, 2, 6)]]
        {
            assert_eq!(orientation_of(&exif(unclear)), None, "{unclear:?}");
        }
        let whole = exif(&[width, turned]);
        for length in 0..whole.len() - 4 {
            assert_eq!(orientation_of(&whole[..length]), None, "cut at {length}");
        }
        let mut far = whole;
        far[10..14].copy_from_slice(&u32::MAX.to_be_bytes());
        assert_eq!(orientation_of(&far), None);
    }

    #[test]
    fn a_profile_is_whole_or_left_to_libvips() {
        let plain = Image::from_memory(vec![70; 64].into(), 8, 8, 1).expect("an image");
        let plain = plain.operation(c"jpegsave_buffer").expect("a saver").run_buffer().expect("a JPEG");
        let with = |parts: &[&[u8]]| read(&with_profile(&plain, parts)).map(|header| header.profile);
        assert_eq!(with(&[]), Some(None));
        assert_eq!(with(&[b"\x01\x02one", b"\x02\x02two"]), Some(Some(b"onetwo".to_vec())));
        for parts in [
            &[&b"\x02\x02two"[..], b"\x01\x02one"][..],
            &[b"\x01\x02one"],
            &[b"\x01\x01one", b"\x02\x01two"],
            &[b"\x01\x02one", b"\x02\x03two"],
            &[b"\x00\x00one"],
            &[b"\x01\x01"],
            &[b""],
        ] {
            assert_eq!(with(parts), None, "{parts:?}");
        }
    }

    #[test]
    fn damaged_files_do_no_harm() {
        let image = Image::from_memory(vec![70; 16 * 16].into(), 16, 16, 1).expect("an image");
        let image = image.edit_metadata(|edit| {
            edit.set_int(c"orientation", 6).set_blob(PROFILE, &[7; 300]);
        });
        let save = image.expect("metadata").operation(c"jpegsave_buffer").expect("a saver");
        let whole = save.run_buffer().expect("a JPEG").to_vec();
        for at in 0..whole.len() {
            let _ = read(&whole[..at]);
            let mut spoilt = whole.clone();
            spoilt[at] ^= 0xFF;
            let _ = read(&spoilt);
        }
    }

    /// Every JPEG under `DARKROOM_CORPUS` and `DARKROOM_BENCH_PHOTOS`.
    #[test]
    fn libvips_says_the_same_of_files_from_elsewhere() {
        let mut folders: Vec<PathBuf> =
            ["DARKROOM_CORPUS", "DARKROOM_BENCH_PHOTOS"].iter().filter_map(env::var_os).map(PathBuf::from).collect();
        let (mut same, mut left) = (0, 0);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let file = Bytes::from(fs::read(&path).expect("a readable file"));
                if Format::sniff(&file) != Some(Format::Jpeg) {
                    continue;
                }
                let Some(header) = read(&file) else {
                    eprintln!("left to libvips: {}", path.display());
                    left += 1;
                    continue;
                };
                if let Ok(image) = first_image(Format::Jpeg, &file) {
                    assert_eq!(header, Header::of(&image), "{}", path.display());
                }
                same += 1;
            }
        }
        eprintln!("{same} headers of JPEG read without libvips, {left} left to it");
    }
}
