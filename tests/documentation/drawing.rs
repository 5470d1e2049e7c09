//! Draws what a transformation gives, with the program itself, and tells pictures apart.

use crate::pictures::{png_pixels, rendered};
use bytes::Bytes;
use image::RgbaImage;
use std::{
    cell::RefCell,
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

/// Side of the squares whose mean colours are compared, in pixels.
const CELL_PX: u32 = 4;
/// Mean difference, of 255, between two pictures that look the same: versions of encoders, fonts and libvips
/// differ by less than 1.
const SAME_MEAN: f64 = 2.0;
/// The same for the square of 4 x 4 cells that differs most: a part that is missing is far above.
const SAME_SQUARE: f64 = 24.0;
const SQUARE_CELLS: usize = 4;

/// A folder with the drawings as PNG, the logo in a folder of its own as well.
pub(super) struct Studio {
    folder: tempfile::TempDir,
    program: PathBuf,
    /// What was drawn before, by source and text.
    drawn: RefCell<BTreeMap<(String, String), RgbaImage>>,
}

impl Studio {
    pub(super) fn new(program: &Path, sources: &Path) -> Self {
        let studio =
            Self { folder: tempfile::tempdir().unwrap(), program: program.to_owned(), drawn: RefCell::default() };
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
        self.file(source, text, "f-webp,q-85")
    }

    /// What it looks like, without loss.
    pub(super) fn drawn(&self, source: &str, text: &str) -> RgbaImage {
        let key = (source.to_owned(), text.to_owned());
        let draw = || png_pixels(&self.file(source, text, "f-png"));
        self.drawn.borrow_mut().entry(key).or_insert_with(draw).clone()
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

    /// Whether an encoded picture looks like what the text gives now; if not, how they differ.
    pub(super) fn compare(&self, source: &str, text: &str, encoded: &[u8]) -> Result<(), String> {
        let kept = png_pixels(&rendered(Bytes::copy_from_slice(encoded), "f-png"));
        compare(&kept, &self.drawn(source, text))
    }
}

/// Whether two pictures are the same but for what encoders do; if not, how they differ.
fn compare(a: &RgbaImage, b: &RgbaImage) -> Result<(), String> {
    if a.dimensions() != b.dimensions() {
        return Err(format!("{:?} and {:?} pixels", a.dimensions(), b.dimensions()));
    }
    let (a, b) = (cells(a), cells(b));
    let differences: Vec<Vec<f64>> = a
        .iter()
        .zip(&b)
        .map(|(a, b)| {
            a.iter().zip(b).map(|(a, b)| (0..3).map(|band| (a[band] - b[band]).abs()).sum::<f64>() / 3.0).collect()
        })
        .collect();
    let mean = |rows: &[&[f64]]| {
        let (sum, count) =
            rows.iter().copied().flatten().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
        sum / count
    };
    let squares = differences.chunks(SQUARE_CELLS).flat_map(|rows| {
        let starts = (0..rows[0].len()).step_by(SQUARE_CELLS);
        starts
            .map(|start| {
                let square: Vec<&[f64]> =
                    rows.iter().map(|row| &row[start..row.len().min(start + SQUARE_CELLS)]).collect();
                mean(&square)
            })
            .collect::<Vec<_>>()
    });
    let worst = squares.fold(0.0, f64::max);
    let mean = mean(&differences.iter().map(Vec::as_slice).collect::<Vec<_>>());
    if mean <= SAME_MEAN && worst <= SAME_SQUARE {
        return Ok(());
    }
    Err(format!("they differ by {mean:.1} of 255, in one square by {worst:.1}"))
}

/// The mean colours of squares of [`CELL_PX`]: encoders halve the resolution of colours, and eyes do not see it.
fn cells(picture: &RgbaImage) -> Vec<Vec<[f64; 3]>> {
    let mut cells = vec![
        vec![([0.0; 3], 0.0); picture.width().div_ceil(CELL_PX) as usize];
        picture.height().div_ceil(CELL_PX) as usize
    ];
    for (x, y, pixel) in picture.enumerate_pixels() {
        let (sum, count) = &mut cells[(y / CELL_PX) as usize][(x / CELL_PX) as usize];
        on_grey(pixel.0).iter().zip(sum).for_each(|(value, sum)| *sum += value);
        *count += 1.0;
    }
    let mean = |(sum, count): ([f64; 3], f64)| sum.map(|sum| sum / count);
    cells.into_iter().map(|row| row.into_iter().map(mean).collect()).collect()
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
    assert_eq!(compare(&plain, &noisy), Ok(()));
    let mut spotted = plain.clone();
    (0..16).for_each(|index| (0..16).for_each(|row| spotted.put_pixel(index, row, image::Rgba([0, 0, 0, 255]))));
    assert!(compare(&plain, &spotted).is_err(), "a spot of 16 pixels");
    let lighter = RgbaImage::from_pixel(200, 200, image::Rgba([94, 94, 94, 255]));
    assert!(compare(&plain, &lighter).is_err());
    assert!(compare(&plain, &RgbaImage::new(100, 100)).is_err());
}
