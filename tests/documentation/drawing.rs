//! Draws what a transformation gives, with the program itself, and tells pictures apart.

use crate::pictures::{png_pixels, rendered};
use bytes::Bytes;
use image::RgbaImage;
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Mean difference, of 255, between two pictures that look the same: versions of encoders, fonts and libvips
/// differ by about 1.
const SAME_MEAN: f64 = 3.0;
/// The same for the square of [`SQUARE_PX`] that differs most: a part that is missing is far above.
const SAME_SQUARE: f64 = 32.0;
const SQUARE_PX: u32 = 16;

/// A folder with the drawings as PNG, the logo in a folder of its own as well.
pub(super) struct Studio {
    folder: tempfile::TempDir,
    program: PathBuf,
}

impl Studio {
    pub(super) fn new(program: &Path, sources: &Path) -> Self {
        let studio = Self { folder: tempfile::tempdir().unwrap(), program: program.to_owned() };
        for source in super::SOURCES {
            let drawing = sources.join(format!("{source}.svg"));
            studio.transform(&drawing, "f-png", &studio.source(source));
        }
        std::fs::create_dir(studio.folder.path().join("marks")).unwrap();
        std::fs::copy(studio.source("logo"), studio.folder.path().join("marks/logo.png")).unwrap();
        studio
    }

    fn source(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.png"))
    }

    fn transform(&self, input: &Path, text: &str, output: &Path) {
        let run = Command::new(&self.program).arg("transform").arg(input).arg(text).arg(output).output().unwrap();
        assert!(run.status.success(), "`{text}`: {}", String::from_utf8_lossy(&run.stderr));
    }

    /// The file for the documentation.
    pub(super) fn encoded(&self, source: &str, text: &str) -> Vec<u8> {
        self.file(source, text, "f-webp,q-80")
    }

    /// What it looks like, without loss.
    pub(super) fn drawn(&self, source: &str, text: &str) -> RgbaImage {
        png_pixels(&self.file(source, text, "f-png"))
    }

    fn file(&self, source: &str, text: &str, format: &str) -> Vec<u8> {
        let output = self.folder.path().join("output");
        let text = if text.is_empty() { format.to_owned() } else { format!("{text}:{format}") };
        self.transform(&self.source(source), &text, &output);
        std::fs::read(output).unwrap()
    }

    /// Whether the text does to the picture what one can see.
    pub(super) fn shows_something(&self, source: &str, text: &str) -> bool {
        let (before, after) = (self.drawn(source, ""), self.drawn(source, text));
        if before.dimensions() != after.dimensions() {
            return true;
        }
        let is_other = |(a, b): &([f64; 3], [f64; 3])| (0..3).any(|band| (a[band] - b[band]).abs() > 8.0);
        let pixels = before.pixels().zip(after.pixels()).map(|(a, b)| (on_grey(a.0), on_grey(b.0)));
        pixels.filter(is_other).count() * 200 > before.pixels().len()
    }

    /// Whether an encoded picture looks like what the text gives now.
    pub(super) fn looks_like(&self, source: &str, text: &str, encoded: &[u8]) -> bool {
        let kept = png_pixels(&rendered(Bytes::copy_from_slice(encoded), "f-png"));
        looks_alike(&kept, &self.drawn(source, text))
    }
}

/// Whether two pictures are the same but for what encoders do.
fn looks_alike(a: &RgbaImage, b: &RgbaImage) -> bool {
    if a.dimensions() != b.dimensions() {
        return false;
    }
    let squares = |side: u32| (0..side.div_ceil(SQUARE_PX)).map(move |index| index * SQUARE_PX);
    let difference = |left: u32, top: u32, width: u32, height: u32| {
        let (right, bottom) = ((left + width).min(a.width()), (top + height).min(a.height()));
        let places = (top..bottom).flat_map(|y| (left..right).map(move |x| (x, y)));
        let differences = places.map(|(x, y)| {
            let (a, b) = (on_grey(a.get_pixel(x, y).0), on_grey(b.get_pixel(x, y).0));
            (0..3).map(|band| (a[band] - b[band]).abs()).sum::<f64>() / 3.0
        });
        differences.sum::<f64>() / f64::from((right - left) * (bottom - top))
    };
    let worst = squares(a.height())
        .flat_map(|top| squares(a.width()).map(move |left| (left, top)))
        .map(|(left, top)| difference(left, top, SQUARE_PX, SQUARE_PX))
        .fold(0.0, f64::max);
    difference(0, 0, a.width(), a.height()) <= SAME_MEAN && worst <= SAME_SQUARE
}

/// The colour of a pixel that lies on grey, so that transparent ones are alike whatever they hide.
fn on_grey(pixel: [u8; 4]) -> [f64; 3] {
    let alpha = f64::from(pixel[3]) / 255.0;
    [0, 1, 2].map(|band: usize| f64::from(pixel[band]) * alpha + 128.0 * (1.0 - alpha))
}

#[test]
fn a_part_that_is_missing_is_seen_and_noise_is_not() {
    let plain = RgbaImage::from_pixel(200, 200, image::Rgba([90, 90, 90, 255]));
    let mut noisy = plain.clone();
    noisy.pixels_mut().step_by(2).for_each(|pixel| pixel.0[1] += 9);
    assert!(looks_alike(&plain, &noisy));
    let mut spotted = plain.clone();
    (0..16).for_each(|index| (0..16).for_each(|row| spotted.put_pixel(index, row, image::Rgba([0, 0, 0, 255]))));
    assert!(!looks_alike(&plain, &spotted), "a spot of 16 pixels");
    let lighter = RgbaImage::from_pixel(200, 200, image::Rgba([94, 94, 94, 255]));
    assert!(!looks_alike(&plain, &lighter));
    assert!(!looks_alike(&plain, &RgbaImage::new(100, 100)));
}
