use super::*;
use crate::{
    Format,
    codecs::{
        exif::tests::{directory, with_resolution},
        first_image,
        png::chunks,
    },
};
use bytes::Bytes;
use flate2::{Compression, write::ZlibEncoder};
use std::{env, fs, io::Write, path::PathBuf};

/// A file of 5 × 3 pixels of this kind and depth, with chunks before its pixels.
fn file(kind: u8, depth: u8, before: &[([u8; 4], Vec<u8>)]) -> Bytes {
    let samples = match kind {
        2 => 3,
        4 => 2,
        6 => 4,
        _ => 1,
    };
    let row = 1 + (5 * samples * usize::from(depth)).div_ceil(8);
    with_header(&[&[0, 0, 0, 5, 0, 0, 0, 3, depth, kind, 0, 0, 0]], before, &vec![0; 3 * row])
}

fn with_header(header: &[&[u8]], before: &[([u8; 4], Vec<u8>)], rows: &[u8]) -> Bytes {
    let mut file = chunks::SIGNATURE.to_vec();
    chunks::write(&mut file, *b"IHDR", &header.concat());
    for (name, data) in before {
        chunks::write(&mut file, *name, data);
    }
    chunks::write(&mut file, *b"IDAT", &packed(rows));
    chunks::write(&mut file, *b"IEND", b"");
    file.into()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn profile(name: &[u8], bytes: &[u8]) -> ([u8; 4], Vec<u8>) {
    (*b"iCCP", [name, b"\0\0", &packed(bytes)].concat())
}

/// One that nobody refuses: of so many bytes, with one tag.
fn icc(colours: [u8; 4], length: usize) -> Vec<u8> {
    let mut profile = vec![0; length];
    profile[..4].copy_from_slice(&u32::try_from(length).expect("short").to_be_bytes());
    profile[8] = 2;
    profile[12..24].copy_from_slice(&[*b"mntr", colours, *b"XYZ "].concat());
    profile[36..40].copy_from_slice(b"acsp");
    profile[131] = 1;
    profile[132..144].copy_from_slice(b"desc\0\0\0\x90\0\0\0\x08");
    profile[68..80].copy_from_slice(&[0xf6d6_u32, 0x10000, 0xd32d].map(u32::to_be_bytes).concat());
    profile
}

fn dense(across: u32, down: u32, unit: u8) -> ([u8; 4], Vec<u8>) {
    (*b"pHYs", [&across.to_be_bytes()[..], &down.to_be_bytes(), &[unit]].concat())
}

fn palette(colours: u8) -> ([u8; 4], Vec<u8>) {
    (*b"PLTE", (0..colours).flat_map(|colour| [colour, 255 - colour, 9]).collect())
}

#[track_caller]
fn same(file: &Bytes, what: &str) {
    let header = read(file).unwrap_or_else(|| panic!("{what}: nothing unusual"));
    let by_libvips = Header::of(&first_image(Format::Png, file).expect(what));
    // One that nobody names is rounded to pixels per metre in one of the libraries that libvips may be built with.
    let (found, expected) = (header.density.or(by_libvips.density), by_libvips.density);
    let apart = found.zip(expected).map(|(found, expected)| (found - expected).abs());
    assert!(apart.is_some_and(|apart| apart < 0.02), "{what}: {found:?} and {expected:?}");
    let density = expected;
    assert_eq!(Header { density, ..header }, by_libvips, "{what}");
}

#[test]
fn libvips_says_the_same() {
    for (kind, depths) in [(0, &[1, 2, 4, 8, 16][..]), (2, &[8, 16]), (3, &[1, 2, 4, 8]), (4, &[8, 16]), (6, &[8, 16])]
    {
        for depth in depths {
            let colours = if kind == 3 { vec![palette(2)] } else { Vec::new() };
            let with = |more: &[([u8; 4], Vec<u8>)], before: &[([u8; 4], Vec<u8>)]| {
                file(kind, *depth, &[before, &colours, more].concat())
            };
            let what = format!("kind {kind} of {depth} bits");
            same(&with(&[], &[]), &what);
            same(&with(&[dense(11_811, 11_811, 1)], &[]), &format!("{what}, 300 pixels an inch"));
            same(&with(&[dense(2, 3, 0)], &[]), &format!("{what}, pixels that are not square"));
            same(
                &with(&[], &[profile(b"A name", &icc(if matches!(kind, 0 | 4) { *b"GRAY" } else { *b"RGB " }, 500))]),
                &format!("{what} with a profile"),
            );
            same(&with(&[(*b"tEXt", b"Title\0words".to_vec())], &[(*b"gAMA", vec![0, 0, 0xB1, 0x8F])]), &what);
            let clear = match kind {
                0 => vec![0, 1],
                2 => vec![0, 1, 0, 2, 0, 3],
                3 => vec![9],
                _ => continue,
            };
            same(&with(&[(*b"tRNS", clear)], &[]), &format!("{what} with a clear colour"));
        }
    }
    for orientation in 1..=8 {
        let exif = |exif| file(2, 8, &[(*b"eXIf", exif)]);
        same(&exif(with_resolution(orientation, 300, 1, 2)), &format!("EXIF of orientation {orientation}"));
    }
    same(&file(2, 8, &[(*b"eXIf", directory(&[], b""))]), "EXIF that says nothing");
}

#[test]
fn interlaced_files_are_told() {
    let image = crate::vips::Image::from_memory(vec![70; 9 * 9 * 3].into(), 9, 9, 3).expect("an image");
    for interlaced in [false, true] {
        let save = image.operation(c"pngsave_buffer").expect("a saver").bool(c"interlace", interlaced);
        let file = save.run_buffer().expect("a PNG");
        same(&file, "of libvips");
        assert_eq!(read(&file).map(|header| header.is_interlaced), Some(interlaced));
    }
}

#[test]
fn what_is_unusual_is_left_to_libvips() {
    let long = |bytes: usize| profile(b"long", &icc(*b"RGB ", bytes));
    let srgb = || (*b"sRGB", vec![0]);
    for (what, file) in [
        ("a depth that is not", file(2, 4, &[])),
        ("no palette", file(3, 8, &[])),
        ("a palette of grey", file(0, 8, &[palette(2)])),
        ("half a colour", file(3, 8, &[(*b"PLTE", vec![1, 2, 3, 4])])),
        ("more clear colours than there are", file(3, 8, &[palette(2), (*b"tRNS", vec![1, 2, 3])])),
        ("a clear colour before the palette", file(3, 8, &[(*b"tRNS", vec![1]), palette(2)])),
        ("a clear colour beside alpha", file(6, 8, &[(*b"tRNS", vec![0; 6])])),
        ("two densities", file(2, 8, &[dense(1, 1, 1), dense(2, 2, 1)])),
        ("half a density", file(2, 8, &[(*b"pHYs", vec![0; 8])])),
        ("a unit that is not", file(2, 8, &[dense(1, 1, 2)])),
        ("a profile that is not packed", file(2, 8, &[(*b"iCCP", b"name\0\0profile".to_vec())])),
        ("a profile without a name", file(2, 8, &[profile(b"", &icc(*b"RGB ", 500))])),
        ("a profile with an odd name", file(2, 8, &[profile(b"two  spaces", &icc(*b"RGB ", 500))])),
        ("a profile that says nothing", file(2, 8, &[profile(b"name", b"")])),
        ("a profile that is none", file(2, 8, &[profile(b"name", b"profile")])),
        ("a profile of grey", file(2, 8, &[profile(b"name", &icc(*b"GRAY", 500))])),
        ("two profiles", file(2, 8, &[long(500), srgb()])),
        ("two profiles the other way round", file(2, 8, &[srgb(), long(500)])),
        ("a profile that fills the memory", file(2, 8, &[long(5 << 20)])),
        ("a profile behind the palette", file(3, 8, &[palette(2), profile(b"name", &icc(*b"RGB ", 500))])),
        ("EXIF that is broken", file(2, 8, &[(*b"eXIf", b"MM".to_vec())])),
        ("a chunk that nobody knows", file(2, 8, &[(*b"NEWc", b"".to_vec())])),
        ("no pixels a row", with_header(&[&[0, 0, 0, 0, 0, 0, 0, 3, 8, 2, 0, 0, 0]], &[], b"")),
        ("another interlacing", with_header(&[&[0, 0, 0, 5, 0, 0, 0, 3, 8, 2, 0, 0, 2]], &[], b"")),
        ("a long header", with_header(&[&[0, 0, 0, 5, 0, 0, 0, 3, 8, 2, 0, 0, 0, 0]], &[], b"")),
    ] {
        assert_eq!(read(&file), None, "{what}");
    }
    assert!(read(&file(2, 8, &[long(1 << 20)])).is_some());
}

#[test]
fn damaged_files_do_no_harm() {
    let before = [profile(b"name", &icc(*b"RGB ", 200)), palette(9), (*b"tRNS", vec![1]), dense(1, 1, 1)];
    let whole = file(3, 8, &before);
    let pixels = memchr::memmem::find(&whole, b"IDAT").expect("pixels");
    assert!(read(&whole).is_some());
    for at in 0..whole.len() {
        assert_eq!(read(&whole[..at]).is_some(), at >= pixels + 4, "cut at {at}");
        let mut spoilt = whole.to_vec();
        spoilt[at] ^= 0xFF;
        assert!(read(&spoilt).is_none() || at > pixels || (pixels - 4..pixels).contains(&at), "spoilt at {at}");
    }
}

/// Every PNG under `DARKROOM_CORPUS` and `DARKROOM_BENCH_PHOTOS`.
#[test]
fn libvips_says_the_same_of_files_from_elsewhere() {
    let mut folders: Vec<PathBuf> =
        ["DARKROOM_CORPUS", "DARKROOM_BENCH_PHOTOS"].iter().filter_map(env::var_os).map(PathBuf::from).collect();
    let (mut read_here, mut left) = (0, 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let file = Bytes::from(fs::read(&path).expect("a readable file"));
            if Format::sniff(&file) != Some(Format::Png) {
                continue;
            }
            if read(&file).is_none() {
                eprintln!("left to libvips: {}", path.display());
                left += 1;
                continue;
            }
            match first_image(Format::Png, &file) {
                Ok(_) => same(&file, &path.display().to_string()),
                Err(error) => eprintln!("libvips does not read {}: {error}", path.display()),
            }
            read_here += 1;
        }
    }
    eprintln!("{read_here} headers of PNG read without libvips, {left} left to it");
}
