//! What a decoder does of the scaling may not show: whatever the parameter, a JPEG, which is decoded at a smaller
//! size, gives what the same pixels give that are decoded whole.

use super::*;
use crate::language::PARAMETERS;

/// Photo-like: nothing in it is as fine as what a small result cannot show.
fn source() -> Image {
    let (width, height) = (1280_u32, 960_u32);
    let wave = |at: u32, length: f64| 127.5 + 110.0 * (f64::from(at) / length).sin();
    // For the eye, and for `fo-auto`.
    let spot = |x: u32, y: u32| x.abs_diff(400).pow(2) + y.abs_diff(300).pow(2) < 100 * 100;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 17 to 238
    let pixel = |x: u32, y: u32| {
        if spot(x, y) { [250, 240, 20] } else { [wave(x, 60.0) as u8, wave(y, 90.0) as u8, wave(x + y, 140.0) as u8] }
    };
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
    Image::from_memory(pixels.into(), width, height, 3).expect("an image")
}

fn written(image: &Image, saver: &'static std::ffi::CStr) -> Bytes {
    let save = image.operation(saver).expect("a saver");
    let save = if save.has(c"Q") && saver == c"jpegsave_buffer" { save.int(c"Q", 98) } else { save };
    save.run_buffer().expect("a file")
}

#[test]
fn what_the_decoder_scales_does_not_show() {
    let jpeg = written(&source(), c"jpegsave_buffer");
    let whole = written(&opened(&jpeg), c"pngsave_buffer");
    let logo = written(&source().extract_area(0, 0, 60, 40).expect("a part"), c"pngsave_buffer");
    let mut compared = 0;
    for parameter in PARAMETERS.iter().copied().flatten() {
        let example = parameter.example;
        let has_size = example.split([',', ':']).any(|item| item.starts_with("w-") || item.starts_with("h-"));
        let sized = if has_size { example.to_owned() } else { format!("w-150,{example}") };
        // Without what says how to encode, and a page that the source does not have.
        let is_kept = |item: &&str| !["f-", "q-", "lo-", "pr-", "orig-", "pg-"].iter().any(|key| item.starts_with(key));
        let kept: Vec<&str> = sized.split(',').filter(is_kept).collect();
        let text = kept.join(",");
        let size = crate::language::Size { width: 1280, height: 960 };
        let pipeline: Pipeline = text.parse().expect("an example");
        if !pipeline.first_scale(size).is_some_and(|scale| scale <= 0.25) {
            continue; // nothing is left to the decoder
        }
        let rendition = |file: &Bytes| {
            let mut request = request(&format!("{text}:f-png,lo-true"), NONE);
            let files = request.pipeline.resources().into_iter().map(|resource| (resource.path, logo.clone()));
            request.resources = files.collect();
            render(file.clone(), &request, &Limits::default()).map(|rendition| opened(&rendition.data))
        };
        let (shrunk, whole) = match (rendition(&jpeg), rendition(&whole)) {
            (Ok(shrunk), Ok(whole)) => (shrunk, whole),
            (one, other) => {
                assert_eq!(one.map(|_| ()), other.map(|_| ()), "{text}");
                continue;
            }
        };
        let size = |image: &Image| (image.width(), image.height(), image.bands());
        assert_eq!(size(&shrunk), size(&whole), "{text}");
        let (one, other) = (shrunk.to_memory().expect("pixels"), whole.to_memory().expect("pixels"));
        let apart = one.iter().zip(other.iter()).map(|(one, other)| f64::from(one.abs_diff(*other)));
        #[allow(clippy::cast_precision_loss)] // small
        let mean = apart.sum::<f64>() / one.len() as f64;
        // Where the eye is drawn is looked for on a coarse grid: the window may lie a cell further.
        // Sharpening multiplies what is different.
        let most = match text.as_str() {
            text if text.contains("fo-auto") => 8.0,
            text if text.contains("e-sharpen") => 3.0,
            _ => 1.0,
        };
        assert!(mean < most, "{text}: {mean} levels apart on the average");
        compared += 1;
    }
    assert!(compared > 30, "{compared}");
}
