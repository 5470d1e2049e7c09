use super::{Angle, Image, Interpretation, Kernel, Operation, live_blobs};
use bytes::Bytes;

/// Two pixels wide, two high: red, green, blue, white.
fn four_colours() -> Image {
    let pixels = [[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]].concat();
    Image::from_memory(Bytes::from(pixels), 2, 2, 3).expect("an image")
}

fn pixels(image: &Image) -> Vec<u8> {
    image.to_memory().expect("pixels").to_vec()
}

#[test]
fn memory_goes_in_and_comes_out() {
    let image = four_colours();
    assert_eq!((image.width(), image.height(), image.bands(), image.has_alpha()), (2, 2, 3, false));
    assert_eq!(image.interpretation(), Interpretation::Srgb);
    assert_eq!(pixels(&image)[..6], [255, 0, 0, 0, 255, 0]);
    assert!(Image::from_memory(Bytes::from_static(&[0; 11]), 2, 2, 3).is_err(), "one byte short");
    assert!(Image::from_memory(Bytes::from_static(&[0; 20]), 2, 2, 5).is_err(), "five bands");
}

#[test]
fn pixels_outlive_the_image_that_was_made_from_them() {
    let flipped = four_colours().flip_horizontal().expect("flips");
    let other = flipped.clone();
    drop(flipped);
    let bytes = std::thread::spawn(move || pixels(&other)).join().expect("no panic");
    assert_eq!(bytes[..3], [0, 255, 0]);
}

#[test]
fn geometry_is_exact() {
    let image = four_colours();
    assert_eq!(pixels(&image.rot(Angle::D90).expect("turns"))[..6], [0, 0, 255, 255, 0, 0]);
    assert_eq!(pixels(&image.extract_area(1, 1, 1, 1).expect("cuts")), [255, 255, 255]);
    assert!(image.extract_area(1, 1, 2, 1).is_err(), "reaches outside");
    let padded = image.embed(1, 0, 3, 2, &[9.0, 8.0, 7.0]).expect("pads");
    assert_eq!(pixels(&padded)[..6], [9, 8, 7, 255, 0, 0]);
    let doubled = image.resize(2.0, 2.0, Kernel::Nearest).expect("resizes");
    assert_eq!((doubled.width(), doubled.height()), (4, 4));
}

#[test]
fn a_reduction_puts_everything_in_its_place() {
    // With the kernel alone; with boxes before it, since the rows are long; and where only one side is much longer.
    for (width, height, across, down) in
        [(300_u32, 480_u32, 30.0, 40.0), (24_000, 480, 300.0, 40.0), (2, 48_000, 1.0, 4000.0)]
    {
        let level = |y: u32| u8::try_from(y * 240 / height).unwrap_or(0);
        let rows: Vec<u8> = (0..height).flat_map(|y| std::iter::repeat_n(level(y), width as usize)).collect();
        let ramp = Image::from_memory(rows.into(), width, height, 1).and_then(|ramp| ramp.cast_ushort());
        let reduced = ramp.expect("a ramp").reduce(f64::recip(across), f64::recip(down)).expect("reduces");
        let numbers = reduced.numbers().expect("numbers");
        let across = reduced.width() as usize;
        let steps = 240.0 / f64::from(reduced.height());
        for (row, number) in numbers.iter().step_by(across).enumerate().skip(3).take(reduced.height() as usize - 6) {
            let middle = (f64::from(u32::try_from(row).unwrap_or(0)) + 0.5) * steps - 0.5;
            assert!((number - middle).abs() < 1.0 + 0.1 * steps, "{width}×{height}: {number}, not {middle}");
        }
    }
}

#[test]
fn alpha_is_added_and_flattened() {
    let clear = Image::from_memory(Bytes::from_static(&[200, 100, 0, 0]), 1, 1, 4).expect("an image");
    assert_eq!(pixels(&clear.flatten(&[1.0, 2.0, 3.0]).expect("flattens")), [1, 2, 3]);
    let opaque = four_colours().with_alpha().expect("adds alpha");
    assert!(opaque.has_alpha());
    assert_eq!(pixels(&opaque)[..4], [255, 0, 0, 255]);
}

#[test]
fn metadata_of_a_copy_change_and_the_original_does_not() {
    let image = four_colours();
    let turned = image.edit_metadata(|edit| {
        edit.set_int(c"orientation", 6).set_array_int(c"delay", &[10, 20]).set_blob(c"icc-profile-data", b"abc");
    });
    let turned = turned.expect("edits");
    assert_eq!(turned.get_int(c"orientation"), Some(6));
    assert_eq!(turned.get_array_int(c"delay"), Some(vec![10, 20]));
    assert_eq!(turned.get_blob(c"icc-profile-data").as_deref(), Some(&b"abc"[..]));
    assert_eq!(image.get_int(c"orientation"), None);
    let upright = turned.edit_metadata(|edit| {
        edit.remove(c"orientation");
    });
    let upright = upright.expect("edits");
    assert!(!upright.has(c"orientation") && turned.has(c"orientation"));
    assert!(upright.fields().iter().any(|name| name.as_c_str() == c"delay"));
    assert_eq!(turned.get_string(c"delay-in-words"), None);
}

#[test]
fn encoded_bytes_are_lent_until_the_last_image_is_gone() {
    let png = four_colours().operation(c"pngsave_buffer").and_then(Operation::run_buffer).expect("encodes");
    let load = |bytes| Operation::new(c"pngload_buffer")?.blob(c"buffer", bytes).run();
    let image = load(png.clone()).expect("decodes");
    let next = image.flip_vertical().expect("flips");
    drop((png, image));
    assert!(live_blobs() >= 1);
    assert_eq!(pixels(&next)[..3], [0, 0, 255]);
    assert!(load(Bytes::from_static(b"garbage")).is_err());
}

#[test]
fn a_mistake_is_an_error_and_names_the_property() {
    let invert = || four_colours().operation(c"invert").expect("exists");
    for wrong in [invert().int(c"nope", 1), invert().double(c"in", 1.0), invert().blob(c"in", Bytes::new())] {
        let message = wrong.run().expect_err("wrong").to_string();
        assert!(message.contains("nope") || message.contains("\"in\""), "{message}");
    }
    assert!(Operation::new(c"no_such_operation").is_err());
    assert!(!invert().has(c"nope") && invert().has(c"in"));
    let kernel = four_colours().operation(c"resize").expect("exists").double(c"scale", 2.0).string(c"kernel", "magic");
    assert!(kernel.run().is_err());
}

#[test]
fn loaders_that_nobody_calls_are_blocked() {
    let load = |loader| {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='7'/>";
        Operation::new(loader).and_then(|load| load.blob(c"buffer", Bytes::from_static(svg)).run())
    };
    assert!(load(c"svgload_buffer").is_ok());
    for loader in [c"radload_buffer", c"jp2kload_buffer", c"jxlload_buffer"] {
        let refused = load(loader).expect_err("blocked, or not built in").to_string();
        let absent = refused.contains("not found");
        assert!(absent || refused.contains("blocked"), "{loader:?}: {refused}");
    }
}
