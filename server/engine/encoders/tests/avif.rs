//! The boxes of AVIF files, walked as a reader does; what the pixels become is seen by the engine's tests, which have
//! a decoder.

use darkroom_encoders::{
    EncodeError, Metadata, Profile,
    avif::{self, Settings},
};
use darkroom_planes::{Plane, Planes, Subsampling};
use proptest::prelude::*;

const NONE: Metadata = Metadata { icc: None, exif: None, xmp: None };

fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
    let mut plane = Plane::default();
    plane.reset(width, height, width + 5);
    for y in 0..height {
        for (x, value) in plane.row_mut(y).iter_mut().enumerate() {
            *value = sample(x, y);
        }
    }
    plane
}

fn picture(width: usize, height: usize, subsampling: Option<Subsampling>) -> Planes {
    let luma = plane(width, height, |x, y| u8::try_from((3 * x + 5 * y) % 256).expect("below 256"));
    let chroma = subsampling.map(|subsampling| {
        let side = |side: usize| if subsampling == Subsampling::Both { side.div_ceil(2) } else { side };
        [90, 170].map(|value| plane(side(width), side(height), |_, _| value))
    });
    Planes { luma, chroma }
}

/// What is inside the box at this path of names.
fn inside<'a>(mut file: &'a [u8], path: &[&[u8; 4]]) -> Option<&'a [u8]> {
    for name in path {
        file = boxes(file).into_iter().find(|(found, _)| found == *name)?.1;
        if *name == b"meta" {
            file = &file[4..];
        }
    }
    Some(file)
}

fn boxes(mut file: &[u8]) -> Vec<([u8; 4], &[u8])> {
    let mut found = Vec::new();
    while let Some((size, after)) = file.split_first_chunk::<4>() {
        let size = u32::from_be_bytes(*size) as usize;
        assert!((8..=file.len()).contains(&size), "a box of {size} bytes where {} are left", file.len());
        found.push((*after.first_chunk().expect("a name"), &file[8..size]));
        file = &file[size..];
    }
    found
}

/// The bytes of each item, by its number, as `iloc` says where they lie.
fn items(file: &[u8]) -> Vec<(u16, &[u8])> {
    let locations = inside(file, &[b"meta", b"iloc"]).expect("locations");
    let entries = locations[8..].chunks_exact(14);
    assert!(entries.remainder().is_empty());
    let number = |bytes: &[u8]| bytes.iter().fold(0, |number, &byte| number << 8 | usize::from(byte));
    entries
        .map(|entry| {
            let (start, length) = (number(&entry[6..10]), number(&entry[10..14]));
            (u16::try_from(number(&entry[..2])).expect("two bytes"), &file[start..start + length])
        })
        .collect()
}

fn properties(file: &[u8], name: [u8; 4]) -> Vec<&[u8]> {
    let all = boxes(inside(file, &[b"meta", b"iprp", b"ipco"]).expect("properties"));
    all.into_iter().filter(|(found, _)| *found == name).map(|(_, content)| content).collect()
}

#[test]
fn the_file_says_what_is_in_it() {
    let alpha = plane(35, 21, |x, _| u8::try_from(x * 7).expect("below 256"));
    let metadata = Metadata { icc: Some(b"a profile"), exif: Some(b"II*\0 exif"), xmp: Some(b"<x/>") };
    let planes = picture(35, 21, Some(Subsampling::None));
    let mut settings = Settings::for_quality(70, Profile::Default);
    settings.subsampling = Subsampling::None;
    let file = avif::encode(&planes, Some(&alpha), settings, &metadata).expect("a file");

    assert!(inside(&file, &[b"ftyp"]).expect("a type").starts_with(b"avif"));
    let found = items(&file);
    assert_eq!(found.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert_eq!((found[2].1, found[3].1), (&b"\0\0\0\0II*\0 exif"[..], &b"<x/>"[..]));
    for (_, stream) in &found[..2] {
        assert_eq!(stream[0], 0x0a, "a stream begins with its sequence header");
    }
    let end = found.last().map(|(_, content)| content.as_ptr_range().end);
    assert_eq!(end, Some(file.as_ptr_range().end), "nothing lies behind the last item");

    let references = inside(&file, &[b"meta", b"iref"]).expect("references");
    assert_eq!(boxes(&references[4..])[0], (*b"auxl", &[0, 2, 0, 1, 0, 1][..]));
    assert_eq!(properties(&file, *b"ispe"), [[0, 0, 0, 0, 0, 0, 0, 35, 0, 0, 0, 21]]);
    assert_eq!(properties(&file, *b"pixi"), [&[0, 0, 0, 0, 3, 8, 8, 8][..], &[0, 0, 0, 0, 1, 8]]);
    // The profile says what red is; the matrix stays, and the range is full.
    assert_eq!(properties(&file, *b"colr"), [&b"nclx\0\x02\0\x02\0\x06\x80"[..], b"profa profile"]);
    let decoders = properties(&file, *b"av1C");
    assert_eq!(decoders.iter().map(|bytes| (bytes[1] >> 5, bytes[2])).collect::<Vec<_>>(), [(1, 0), (0, 0b1_1100)]);
}

#[test]
fn opaque_alpha_is_not_written() {
    let planes = picture(9, 4, Some(Subsampling::Both));
    let settings = Settings::for_quality(70, Profile::Default);
    let without = avif::encode(&planes, None, settings, &NONE).expect("a file");
    assert_eq!(avif::encode(&planes, Some(&plane(9, 4, |_, _| 255)), settings, &NONE).as_ref(), Ok(&without));
    assert_eq!(properties(&without, *b"colr"), [b"nclx\0\x01\0\x0d\0\x06\x80"]);
}

#[test]
fn what_the_format_cannot_hold_is_refused() {
    let wide = Planes { luma: Plane::new(65_537, 1), chroma: None };
    let error = EncodeError::Size { width: 65_537, height: 1, maximum: avif::MAXIMUM_SIDE_PX };
    assert_eq!(avif::encode(&wide, None, Settings::for_quality(80, Profile::Speed), &NONE), Err(error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_small_picture_makes_a_file(
        width in 1_usize..65, height in 1_usize..65, chroma in 0_usize..3, alpha in any::<bool>(),
        quality in 1_u8..=100, threads in 0_u8..3, full in any::<bool>(),
    ) {
        let subsampling = [None, Some(Subsampling::Both), Some(Subsampling::None)][chroma];
        let transparency = plane(width, height, |x, y| u8::try_from((x + y) % 256).expect("below 256"));
        let mut settings = Settings::for_quality(quality, Profile::Default);
        settings.threads = threads;
        settings.subsampling = if full { Subsampling::None } else { Subsampling::Both };
        let planes = picture(width, height, subsampling);
        let file = avif::encode(&planes, alpha.then_some(&transparency), settings, &NONE).expect("a file");
        prop_assert_eq!(items(&file).len(), 1 + usize::from(alpha));
        let layout = match subsampling {
            None => 0b1_1100,
            Some(Subsampling::None) if full => 0,
            Some(_) => 0b0_1100,
        };
        prop_assert_eq!(properties(&file, *b"av1C")[0][2], layout);
    }
}
