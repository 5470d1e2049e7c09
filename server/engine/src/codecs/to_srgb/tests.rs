use super::{known::digest, *};
use crate::{
    codecs::{Tagged, Tags},
    vips::Image,
};
use darkroom_planes::{Plane, Subsampling};
use proptest::prelude::*;
use std::{env, fs};

/// A profile with these tags, whose bytes follow each other.
fn profile(version: u8, connection: [u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).expect("small").to_be_bytes();
    let mut header = [0; 128];
    header[8] = version;
    header[12..24].copy_from_slice(&[*b"mntr", *b"RGB ", connection].concat());
    header[36..40].copy_from_slice(b"acsp");
    header[68..80].copy_from_slice(&[0xf6d6u32, 0x10000, 0xd32d].map(u32::to_be_bytes).concat()); // D50
    let mut table = number(tags.len()).to_vec();
    let mut contents = Vec::new();
    for (name, content) in tags {
        table.extend([&name[..], &number(132 + 12 * tags.len() + contents.len()), &number(content.len())].concat());
        contents.extend(content);
        contents.resize(contents.len().next_multiple_of(4), 0);
    }
    let mut bytes = [&header[..], &table, &contents].concat();
    let length = number(bytes.len());
    bytes[..4].copy_from_slice(&length);
    bytes
}

#[allow(clippy::cast_possible_truncation)] // a test's own numbers
fn fixed(number: f64) -> [u8; 4] {
    ((number * 65_536.0).round() as i32).to_be_bytes()
}

/// Colorants of Display P3 and a plain gamma.
fn wide(gamma: f64) -> Vec<u8> {
    let curve = || [&b"para\0\0\0\0\0\0\0\0"[..], &fixed(gamma)].concat();
    let colour = |numbers: [f64; 3]| [&b"XYZ \0\0\0\0"[..], &numbers.map(fixed).concat()].concat();
    let tags = [
        (b"wtpt", colour([0.9642, 1.0, 0.8249])),
        (b"rXYZ", colour([0.515_1, 0.241_2, -0.001_1])),
        (b"gXYZ", colour([0.292, 0.692_2, 0.041_9])),
        (b"bXYZ", colour([0.157_1, 0.066_6, 0.784_1])),
        (b"rTRC", curve()),
        (b"gTRC", curve()),
        (b"bTRC", curve()),
    ];
    profile(4, *b"XYZ ", &tags)
}

/// A table of 9 × 9 × 9 colours in Lab, with which red is a little yellow.
fn by_table() -> Vec<u8> {
    const SIDE: u8 = 9;
    let mut table = [&b"mft2\0\0\0\0"[..], &[3, 3, SIDE, 0]].concat();
    table.extend([1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0].map(fixed).concat());
    table.extend([0, 2, 0, 2]); // two entries in each curve
    let straight = [0u8, 0, 255, 255].repeat(3);
    table.extend(&straight);
    for index in 0..u32::from(SIDE).pow(3) {
        let [red, green, blue] = [index / 81, index / 9 % 9, index % 9].map(|place| f64::from(place) / 8.0);
        let light = 100.0 * (0.25 * red + 0.65 * green + 0.1 * blue);
        let (a, b) = (60.0 * (red - green), 60.0 * (0.5 * red + 0.5 * green - blue) + 10.0 * red * (1.0 - green));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a test's own numbers
        let coded = [light * 652.8, (a + 128.0) * 256.0, (b + 128.0) * 256.0].map(|number| number.round() as u16);
        table.extend(coded.map(u16::to_be_bytes).concat());
    }
    table.extend(&straight);
    let white = [&b"XYZ \0\0\0\0"[..], &[0.9642, 1.0, 0.8249].map(fixed).concat()].concat();
    profile(2, *b"Lab ", &[(b"wtpt", white), (b"A2B0", table)])
}

/// Colours from all over the cube.
fn colours(channels: Channels) -> Raster {
    let samples = (0..64 * 64u32).flat_map(|index| {
        let place = index.wrapping_mul(0x9e37_79b9).to_be_bytes();
        [place[0], place[1], place[2], place[3]].into_iter().take(channels.count())
    });
    Raster::of(samples.collect(), channels, 64, 64)
}

/// As libvips converts.
fn by_libvips(raster: &Raster, profile: &[u8]) -> Raster {
    let tags = Tags { profile: Some(Arc::from(profile)), ..Tags::default() };
    let image = Tagged { raster: Arc::new(raster.clone()), tags }.image().expect("an image");
    let image: Image = image.icc_transform("srgb", None).expect("a profile that works");
    let samples = image.to_memory().expect("pixels").to_vec();
    Raster::of(samples, raster.channels(), raster.width(), raster.height())
}

/// The mean difference of samples and the largest.
fn difference(one: &Raster, other: &Raster) -> (f64, u8) {
    let differences = || one.samples().iter().zip(other.samples()).map(|(one, other)| one.abs_diff(*other));
    #[allow(clippy::cast_precision_loss)] // some thousands
    let count = one.samples().len() as f64;
    (differences().map(f64::from).sum::<f64>() / count, differences().max().unwrap_or(0))
}

#[test]
fn colours_are_those_of_libvips() {
    let cases = [
        ("gamma 1.8", wide(1.8), 0.3, 2),
        ("gamma 2.2", wide(2.2), 0.3, 2),
        // Between the colours of a table the two go different ways; these are as far apart as tables have them.
        ("a table", by_table(), 0.6, 10),
    ];
    for (name, profile, in_the_mean, at_most) in cases {
        for channels in [Channels::Rgb, Channels::Rgba] {
            let raster = colours(channels);
            let found = to_srgb(&raster, &profile).expect(name);
            let (mean, largest) = difference(&found, &by_libvips(&raster, &profile));
            assert!(mean < in_the_mean && largest <= at_most, "{name}, {channels:?}: {mean}, {largest}");
            assert!(difference(&found, &raster).0 > 3.0, "{name}: something was converted");
        }
    }
}

#[test]
fn planes_are_converted_as_pixels_are() {
    let mut profiles = vec![("gamma 1.8", wide(1.8)), ("gamma 2.2", wide(2.2))];
    // Written out they are other bytes than the well-known ones, and so are read like those of anybody.
    for (name, known) in [("P3", WellKnown::DisplayP3), ("Adobe RGB", WellKnown::AdobeRgb)] {
        profiles.push((name, known.conversion().profile.encode().expect("a profile")));
    }
    for (name, profile) in profiles {
        let planes = colours(Channels::Rgb).to_planes(Subsampling::None);
        let pixels = planes.to_raster();
        let expected = to_srgb(&pixels, &profile).expect(name).to_planes(Subsampling::None);
        let found = planes_to_srgb(&planes, &profile).expect(name);
        for (found, expected) in found.all().zip(expected.all()) {
            let as_raster = |plane: &Plane| Raster::of(plane.samples().to_vec(), Channels::Grey, 64, 64);
            let (mean, largest) = difference(&as_raster(found), &as_raster(expected));
            assert!(mean < 0.3 && largest <= 2, "{name}: {mean}, {largest}");
        }
        assert_ne!(found, planes, "{name}");
    }
    assert_eq!(planes_to_srgb(&colours(Channels::Rgb).to_planes(Subsampling::None), &by_table()), None);
    assert_eq!(planes_to_srgb(&colours(Channels::Grey).to_planes(Subsampling::None), &wide(2.2)), None);
}

#[test]
fn alpha_stays_and_greys_are_left_alone() {
    let raster = colours(Channels::Rgba);
    let found = to_srgb(&raster, &wide(2.2)).expect("colours");
    assert_eq!(found.alpha(), raster.alpha());
    for channels in [Channels::Grey, Channels::GreyAlpha] {
        assert_eq!(to_srgb(&colours(channels), &wide(2.2)), None);
    }
}

#[test]
fn a_conversion_is_kept_until_others_come() {
    let mut kept = Kept(Vec::new());
    let mut of = |gamma: f64| kept.conversion_of(&wide(gamma)).expect("a conversion");
    let first = of(2.2);
    assert!(Arc::ptr_eq(&first, &of(2.2)));
    for step in 0..KEPT_CONVERSIONS {
        of(1.0 + f64::from(u8::try_from(step).expect("few")) / 10.0);
    }
    assert!(!Arc::ptr_eq(&first, &of(2.2)));
    assert_eq!(kept.0.len(), KEPT_CONVERSIONS);
}

#[test]
fn what_would_take_long_is_not_read() {
    let whole = wide(2.2);
    assert!(essence(&whole).is_some());
    let mut twice = whole.clone();
    twice[132..136].copy_from_slice(b"rXYZ");
    assert_eq!(essence(&twice), None, "a tag that is there twice");
    let mut floating = whole.clone();
    floating[132..136].copy_from_slice(b"D2B0");
    assert_eq!(essence(&floating), None, "numbers that are not known here");
    let mut inks = whole.clone();
    inks[16..20].copy_from_slice(b"CMYK");
    assert_eq!(essence(&inks), None);
    let long = [&whole[..], &vec![0; PROFILE_BYTES]].concat();
    assert_eq!(to_srgb(&colours(Channels::Rgb), &long), None);
}

#[test]
fn nothing_but_colours_reaches_the_parser() {
    let essence = essence(&wide(2.2)).expect("a profile");
    let names: Vec<&[u8]> = essence[132..132 + 7 * 12].chunks(12).map(|entry| &entry[..4]).collect();
    assert_eq!(names[0], [0; 4]);
    assert_eq!(names[1..], [b"rXYZ", b"gXYZ", b"bXYZ", b"rTRC", b"gTRC", b"bTRC"]);
}

/// With real files at hand: those that are taken for well-known ones mean what is said of them.
#[test]
fn well_known_profiles_are_what_they_are_taken_for() {
    assert_eq!(WellKnown::of(&wide(2.2)), None);
    assert_eq!(digest(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(digest(b"foobar"), 0x8594_4171_f739_67e8);
    let Some(folder) = env::var_os("DARKROOM_CORPUS") else {
        eprintln!("skipped: DARKROOM_CORPUS names no folder of images");
        return;
    };
    let mut found = Vec::new();
    let folders = fs::read_dir(folder).expect("a folder").flatten();
    let files = folders.filter_map(|folder| fs::read_dir(folder.path()).ok()).flatten().flatten();
    for file in files.filter_map(|entry| fs::read(entry.path()).ok()) {
        let Ok(source) = crate::codecs::open(file.into(), &crate::Limits::default()) else {
            continue;
        };
        let Some(profile) = source.profile else {
            continue;
        };
        let Some(known) = WellKnown::of(&profile.bytes) else {
            continue;
        };
        let raster = colours(Channels::Rgb);
        let (mean, largest) =
            difference(&to_srgb(&raster, &profile.bytes).expect("colours"), &by_libvips(&raster, &profile.bytes));
        assert!(mean < 0.5 && largest <= 4, "{known:?}: {mean}, {largest}");
        found.push(known);
    }
    for known in [WellKnown::Srgb, WellKnown::DisplayP3, WellKnown::AdobeRgb] {
        assert!(found.contains(&known), "{known:?} is in the corpus");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever a stranger makes of a profile, there is a picture or none, and no panic even inside.
    #[test]
    fn spoilt_profiles_do_no_harm(
        table in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        in_front in any::<bool>(),
        length in any::<prop::sample::Index>(),
        cut in prop::bool::weighted(0.2),
    ) {
        let mut profile = if table { by_table() } else { wide(2.2) };
        let changed = if in_front { profile.len().min(400) } else { profile.len() };
        for (index, byte) in changes {
            profile[index.index(changed)] = byte;
        }
        if cut {
            profile.truncate(length.index(profile.len()));
        }
        if let Some(essence) = essence(&profile)
            && let Ok(parsed) = ColorProfile::new_from_slice(&essence)
        {
            let raster = colours(Channels::Rgb);
            if let Some(shaper) = shaper(&parsed) {
                shaper.to_srgb(&raster.to_planes(Subsampling::Both));
            }
            let Some(transform) = transform(&parsed, Layout::Rgb) else {
                return Ok(());
            };
            let mut converted = vec![0; raster.samples().len()];
            transform.transform(raster.samples(), &mut converted).ok();
        }
    }
}
