//! The vendored encoders beside libvips, whose own libwebp and libaom have the same names.

use bytes::Bytes;
use darkroom_encoders::{Metadata, Profile, avif, webp};
use darkroom_engine::vips::{Image, Operation};
use darkroom_planes::{Plane, Planes, Subsampling};
use std::{env, ffi::CStr, process::Command};

fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
    let mut plane = Plane::new(width, height);
    for y in 0..height {
        for (x, value) in plane.row_mut(y).iter_mut().enumerate() {
            *value = sample(x, y);
        }
    }
    plane
}

/// The left half is red, the right half blue, in Y, Cb and Cr; or dark and light grey.
fn halves(width: usize, height: usize, subsampling: Option<Subsampling>) -> Planes {
    let of = |width: usize, height: usize, left, right| {
        plane(width, height, |x, _| if 2 * x < width { left } else { right })
    };
    let chroma = subsampling.map(|subsampling| {
        let side = |side: usize| if subsampling == Subsampling::Both { side.div_ceil(2) } else { side };
        [(85, 255), (255, 107)].map(|(left, right)| of(side(width), side(height), left, right))
    });
    let (left, right) = if chroma.is_some() { (76, 29) } else { (40, 220) };
    Planes { luma: of(width, height, left, right), chroma }
}

fn loaded(file: &[u8], loader: &'static CStr) -> (Image, Vec<u8>) {
    let load = Operation::new(loader).expect("a loader").blob(c"buffer", Bytes::copy_from_slice(file));
    let image = load.run().expect("a picture");
    let pixels = image.to_memory().expect("pixels");
    (image, pixels.to_vec())
}

#[test]
fn avif_comes_back_in_its_colours() {
    let alpha = plane(67, 41, |_, y| if y < 20 { 255 } else { 80 });
    for (subsampling, kept) in [
        (Some(Subsampling::Both), Subsampling::Both),
        (Some(Subsampling::None), Subsampling::Both),
        (Some(Subsampling::None), Subsampling::None),
        (None, Subsampling::Both),
    ] {
        for alpha in [None, Some(&alpha)] {
            let mut settings = avif::Settings::for_quality(95, Profile::Default);
            settings.subsampling = kept;
            let file = avif::encode(&halves(67, 41, subsampling), alpha, settings, &Metadata::default());
            let (image, pixels) = loaded(&file.expect("a file"), c"heifload_buffer");
            let bands = image.bands() as usize;
            assert_eq!((image.width(), image.height()), (67, 41));
            assert_eq!(image.has_alpha(), alpha.is_some());
            let expected = if subsampling.is_some() { [[254, 0, 0], [0, 0, 254]] } else { [[40; 3], [220; 3]] };
            for (x, y, colour) in [(10, 5, expected[0]), (56, 35, expected[1])] {
                let pixel = &pixels[(y * 67 + x) * bands..][..bands];
                let near = pixel.iter().zip(colour).all(|(&found, expected)| found.abs_diff(expected) <= 6);
                assert!(near, "{subsampling:?} {kept:?}: {pixel:?} for {colour:?}");
                let opacity = if y < 20 { 255 } else { 80 };
                assert!(alpha.is_none() || pixel[bands - 1].abs_diff(opacity) <= 3, "{pixel:?}");
            }
        }
    }
}

#[test]
fn profiles_and_exif_are_found_by_another_reader() {
    let metadata = Metadata { icc: Some(b"a profile"), exif: Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0"), xmp: Some(b"<x/>") };
    let planes = halves(20, 10, Some(Subsampling::Both));
    let settings = avif::Settings::for_quality(80, Profile::Default);
    let avif = avif::encode(&planes, None, settings, &metadata).expect("a file");
    let settings = webp::Settings::for_quality(80, Profile::Default);
    let webp = webp::encode(&planes, None, settings, &metadata).expect("a file");
    // libvips 8.14 gives XMP of WebP alone.
    let (both, all) = ([c"icc-profile-data", c"exif-data"], [c"icc-profile-data", c"exif-data", c"xmp-data"]);
    for (file, loader, fields) in [(avif, c"heifload_buffer", &both[..]), (webp, c"webpload_buffer", &all[..])] {
        let (image, _) = loaded(&file, loader);
        for field in fields {
            assert!(image.has(field), "{loader:?} {field:?}");
        }
        assert!(file.windows(4).any(|bytes| bytes == b"<x/>"), "{loader:?}");
    }
}

/// Both libraries at work in one process, ours and libvips', one after the other.
#[test]
fn libvips_still_encodes_with_its_own_libraries() {
    let (image, _) = {
        let settings = webp::Settings::for_quality(80, Profile::Default);
        let file = webp::encode(&halves(40, 30, Some(Subsampling::Both)), None, settings, &Metadata::default());
        loaded(&file.expect("a file"), c"webpload_buffer")
    };
    for (saver, loader) in [(c"webpsave_buffer", c"webpload_buffer"), (c"heifsave_buffer", c"heifload_buffer")] {
        let save = image.operation(saver).expect("a saver");
        let save = if saver == c"heifsave_buffer" { save.string(c"compression", "av1") } else { save };
        let (image, _) = loaded(&save.run_buffer().expect("a file"), loader);
        assert_eq!((image.width(), image.height()), (40, 30));
    }
}

/// What this executable exports would take the place of libvips' own: the linker exports what a shared library on its
/// command line asks for, unless it is told not to.
#[test]
fn nothing_of_the_encoders_is_exported() {
    let binary = env::current_exe().expect("a path");
    let output = Command::new("nm").args(["-D", "--defined-only"]).arg(binary).output().expect("nm of binutils");
    assert!(output.status.success(), "{output:?}");
    let symbols = String::from_utf8(output.stdout).expect("names");
    let ours =
        |name: &str| ["WebP", "VP8", "SharpYuv", "aom_", "av1_", "Av1"].iter().any(|start| name.starts_with(start));
    let exported: Vec<&str> = symbols.split_whitespace().filter(|name| ours(name)).collect();
    assert!(exported.is_empty(), "{exported:?}");
}
