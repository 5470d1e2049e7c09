//! Pictures that are drawn here, and what came back of them.

use bytes::Bytes;
use darkroom_engine::{Accept, Limits, Request, Resources, metadata, render};
use image::{DynamicImage, ImageFormat, Rgba, RgbaImage};
use std::{io::Cursor, path::Path};

/// A picture with a colour for each quarter, so that one can tell where it is upright: red and green above, blue
/// and yellow below. With `alpha` the lower right quarter is transparent.
pub fn quarters(width: u32, height: u32, alpha: bool) -> RgbaImage {
    RgbaImage::from_fn(width, height, |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => Rgba([220, 30, 30, 255]),
        (false, true) => Rgba([30, 200, 30, 255]),
        (true, false) => Rgba([30, 30, 220, 255]),
        (false, false) => Rgba([230, 220, 40, if alpha { 0 } else { 255 }]),
    })
}

/// The picture in a format of the URL language, for example `jpg`.
pub fn encoded(picture: &RgbaImage, format: &str) -> Bytes {
    let mut bitmap = Cursor::new(Vec::new());
    let opaque = picture.pixels().all(|pixel| pixel.0[3] == 255);
    let picture = DynamicImage::from(picture.clone());
    let picture = if opaque { DynamicImage::from(picture.to_rgb8()) } else { picture };
    picture.write_to(&mut bitmap, ImageFormat::Bmp).unwrap();
    rendered(Bytes::from(bitmap.into_inner()), &format!("f-{format},q-95"))
}

/// What the engine makes of a picture.
pub fn rendered(source: Bytes, transformation: &str) -> Bytes {
    let request = Request {
        pipeline: transformation.parse().unwrap(),
        accept: Accept::default(),
        resources: Resources::default(),
        focus_area: None,
        favour: darkroom_engine::Favour::default(),
    };
    render(source, &request, &Limits::default()).unwrap().data
}

/// A folder with `photo.jpg` (800 × 600), `logo.png` (200 × 100, transparent in a quarter), `drawing.svg`,
/// `notes.txt`, `broken.jpg` and a name that is hard to get right.
pub fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, data: &[u8]| {
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, data).unwrap();
    };
    let photo = encoded(&quarters(800, 600, false), "jpg");
    write("photo.jpg", &photo);
    write("deep/in side/100% é.jpg", &photo);
    write("logo.png", &encoded(&quarters(200, 100, true), "png"));
    write("drawing.svg", br#"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="red"/></svg>"#);
    write("notes.txt", b"only words\n");
    write("page.html", b"<script>alert(1)</script>");
    write("broken.jpg", b"these are no pixels");
    write("cut.jpg", &photo[..200]);
    folder
}

/// Width, height and media type of an encoded image.
pub fn facts(data: &[u8]) -> (u32, u32, &'static str) {
    let found = metadata(Bytes::copy_from_slice(data), &Limits::default()).unwrap();
    (found.width_px, found.height_px, found.format.media_type())
}

/// The colour at a place, given in parts of width and height.
pub fn colour_at(data: &[u8], x: f64, y: f64) -> [u8; 4] {
    // The one decoder of the image crate that the tests have is BMP's; PNG would do the same.
    let png = rendered(Bytes::copy_from_slice(data), "f-png");
    let picture = png_pixels(&png);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let (x, y) = ((f64::from(picture.width()) * x) as u32, (f64::from(picture.height()) * y) as u32);
    picture.get_pixel(x, y).0
}

/// The pixels of a PNG.
pub fn png_pixels(data: &[u8]) -> RgbaImage {
    image::load_from_memory_with_format(data, ImageFormat::Png).unwrap().to_rgba8()
}

/// Whether two colours look alike: lossy formats move each channel a little.
pub fn is_near(found: [u8; 4], expected: [u8; 3]) -> bool {
    found.iter().zip(expected).all(|(found, expected)| found.abs_diff(expected) < 24)
}

pub fn write(path: &Path, data: &[u8]) {
    std::fs::write(path, data).unwrap();
}
