//! The header of a JPEG, read without libvips: on the plane road nothing else would need it.

use super::markers::{next_marker, segment_length};
use crate::{
    codecs::{
        exif::{self, Exif, Resolution},
        header::{ASSUMED_DENSITY, Header},
    },
    vips::BandFormat,
};

const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;

/// What libvips would say of the file. `None` where it says anything unusual, of which readers may think differently:
/// libvips has the last word on those.
pub(in crate::codecs) fn read(bytes: &[u8]) -> Option<Header> {
    let frame = darkroom_jpeg::Header::read(bytes).ok()?;
    let (mut exif, mut jfif, mut profile, mut at) = (None, None, Profile::default(), 2);
    let components_of_scan = loop {
        let marker = next_marker(bytes, at)?;
        let end = marker + 1 + segment_length(bytes, marker);
        let payload = bytes.get(marker + 3..end).unwrap_or_default();
        match bytes[marker] {
            SOS => break usize::from(*payload.first()?),
            APP0 if payload.starts_with(b"JFIF\0") && jfif.is_some() => return None,
            APP0 if payload.starts_with(b"JFIF\0") => jfif = Some(density_of(payload)),
            APP1 if payload.starts_with(b"Exif") && exif.is_some() => return None,
            APP1 if payload.starts_with(b"Exif") => exif = Some(exif_of(payload)?),
            APP2 if payload.starts_with(b"ICC_PROFILE") => profile.add(payload)?,
            _ => {}
        }
        at = end;
    };
    let components = frame.components().len();
    let density = match exif.map(|exif| exif.resolution) {
        None | Some(Resolution::Unsaid) => jfif.unwrap_or(Some(ASSUMED_DENSITY)),
        Some(Resolution::PerMillimetre(density)) => Some(density * 25.4),
        Some(Resolution::Unclear) => None,
    };
    Some(Header {
        width: frame.width(),
        height: frame.height(),
        bands: u32::try_from(components).ok()?,
        has_alpha: false,
        band_format: BandFormat::Uchar,
        is_interlaced: frame.is_progressive() || components_of_scan < components,
        frames: 1,
        orientation: exif.map_or(1, |exif| exif.orientation),
        density,
        profile: profile.whole()?,
    })
}

/// What an EXIF segment says, if it is one of the usual kind and clear.
fn exif_of(payload: &[u8]) -> Option<Exif> {
    exif::read(payload.strip_prefix(b"Exif\0\0")?)
}

/// Pixels per inch by a JFIF segment, in libvips' own arithmetic; `None` when it is not clear.
fn density_of(jfif: &[u8]) -> Option<f64> {
    let [_, _, _, _, _, _, _, unit, x0, x1, y0, y1, _, _, ..] = jfif else {
        return None;
    };
    let (across, down) = (u16::from_be_bytes([*x0, *x1]), u16::from_be_bytes([*y0, *y1]));
    match unit {
        0 => Some(ASSUMED_DENSITY),
        _ if across == 1 || down == 1 => Some(ASSUMED_DENSITY),
        1 => Some(f64::from(across) / 25.4 * 25.4),
        2 => Some(f64::from(across) / 10.0 * 25.4),
        _ => None,
    }
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
    use super::{APP0, APP1, read};
    use crate::{
        Format,
        codecs::{
            exif::tests::{directory, with_resolution},
            first_image,
            header::{Header, PROFILE},
        },
        vips::Image,
    };
    use bytes::Bytes;
    use darkroom_planes::{Plane, Planes};
    use std::{env, fs, path::PathBuf};

    fn by_libvips(file: &Bytes) -> Header {
        Header::of(&first_image(Format::Jpeg, file).expect("a header"))
    }

    /// libvips has the last word on a density that is not clear.
    #[track_caller]
    fn same(file: &Bytes, what: &str) {
        let header = read(file).unwrap_or_else(|| panic!("{what}: nothing unusual"));
        let expected = by_libvips(file);
        let density = header.density.or(expected.density);
        assert_eq!(Header { density, ..header }, expected, "{what}");
    }

    /// The file with these segments before all others.
    fn with_segments(file: &[u8], segments: &[(u8, Vec<u8>)]) -> Bytes {
        let segment = |(marker, payload): &(u8, Vec<u8>)| {
            let length = u16::try_from(payload.len()).expect("short") + 2;
            [&[0xFF, *marker], &length.to_be_bytes()[..], payload].concat()
        };
        [&file[..2], &segments.iter().flat_map(segment).collect::<Vec<u8>>(), &file[2..]].concat().into()
    }

    #[test]
    fn libvips_says_the_same_of_densities() {
        let planes = Planes { luma: Plane::new(8, 8), chroma: None };
        let plain = darkroom_jpeg::encode(&planes, &darkroom_jpeg::Settings::default()).expect("a JPEG");
        // What our own encoder says of it is taken out.
        let length = usize::from(u16::from_be_bytes([plain[4], plain[5]]));
        let plain = [&plain[..2], &plain[4 + length..]].concat();
        let jfif = |unit, across: u16, down: u16| {
            (APP0, [b"JFIF\0\x01\x01", &[unit][..], &across.to_be_bytes(), &down.to_be_bytes(), &[0, 0]].concat())
        };
        let exif = |exif: Vec<u8>| (APP1, [b"Exif\0\0", &exif[..]].concat());
        let said = |segments: &[(u8, Vec<u8>)]| {
            let file = with_segments(&plain, segments);
            same(&file, &format!("{segments:?}"));
            read(&file).expect("a header").density.map(crate::metadata::density)
        };
        assert_eq!(said(&[]), Some(72));
        for (unit, across, down, expected) in
            [(0, 300, 300, 72), (1, 300, 300, 300), (1, 72, 96, 72), (2, 100, 100, 254), (1, 1, 1, 72), (1, 1, 300, 72)]
        {
            assert_eq!(said(&[jfif(unit, across, down)]), Some(expected), "{unit} {across} {down}");
        }
        assert_eq!(said(&[jfif(3, 300, 300)]), None);
        assert_eq!(said(&[exif(with_resolution(1, 300, 1, 2))]), Some(300));
        assert_eq!(said(&[jfif(1, 72, 72), exif(with_resolution(1, 240, 2, 3))]), Some(305));
        assert_eq!(said(&[jfif(1, 72, 72), exif(directory(&[], b""))]), Some(72));
        assert_eq!(said(&[jfif(1, 72, 72), exif(with_resolution(1, 300, 0, 2))]), None);
        assert_eq!(said(&[jfif(1, 72, 72), exif(with_resolution(1, 300, 1, 1))]), None);
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
            same(&file, &format!("{bands} bands, orientation {orientation}"));
            assert_eq!(i32::from(header.orientation), orientation.max(1));
            assert_eq!((header.is_interlaced, header.profile.is_some()), (progressive, progressive));
        }
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
        let (mut read_here, mut unclear, mut left) = (0, 0, 0);
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
                unclear += usize::from(header.density.is_none());
                if first_image(Format::Jpeg, &file).is_ok() {
                    same(&file, &path.display().to_string());
                }
                read_here += 1;
            }
        }
        eprintln!("{read_here} headers of JPEG read without libvips, the density of {unclear} and {left} left to it");
    }
}
