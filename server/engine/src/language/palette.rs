//! The colours that an image is mostly made of.

use crate::{
    Error,
    vips::{Image, Operation},
};
use darkroom_planes::Raster;

/// Pixels that are counted at most: a smaller copy has the same colours.
const SIDE_PX: u32 = 128;
/// Colours that agree in this many leading bits of each band are counted together.
const BITS: u32 = 4;

/// The dominant colour of an image: the average of its most frequent kind of colour. A pixel counts as much as
/// it is visible. `None` when nothing is.
pub(super) fn dominant(image: &Image) -> Result<Option<[u8; 3]>, Error> {
    let bands = image.bands() as usize;
    let (width, height) = (image.width(), image.height());
    // Whole pixels, not mixtures: between red and blue there is no purple.
    let every = |side: u32| i32::try_from(side.div_ceil(SIDE_PX)).unwrap_or(i32::MAX);
    let few = Operation::new(c"subsample")?
        .image(c"input", image)
        .int(c"xfac", every(width))
        .int(c"yfac", every(height))
        .run()?;
    Ok(most_frequent(&few.to_memory()?, bands))
}

#[derive(Clone, Copy, Default)]
struct Kind {
    weight: u64,
    sums: [u64; 3],
}

#[allow(clippy::cast_possible_truncation)] // an average of bytes
fn most_frequent(pixels: &[u8], bands: usize) -> Option<[u8; 3]> {
    let mut kinds = vec![Kind::default(); 1 << (3 * BITS)];
    let index = |value: u8| usize::from(value >> (8 - BITS));
    for pixel in pixels.chunks_exact(bands) {
        let [red, green, blue] = [pixel[0], pixel[1], pixel[2]];
        let kind = &mut kinds[(index(red) << (2 * BITS)) | (index(green) << BITS) | index(blue)];
        let weight = pixel.get(3).map_or(255, |alpha| u64::from(*alpha));
        kind.weight += weight;
        for (sum, value) in kind.sums.iter_mut().zip([red, green, blue]) {
            *sum += weight * u64::from(value);
        }
    }
    // The first of equals, so that the same image always gives the same colour.
    let kind = kinds.iter().rev().max_by_key(|kind| kind.weight).filter(|kind| kind.weight > 0)?;
    Some(kind.sums.map(|sum| ((sum + kind.weight / 2) / kind.weight) as u8))
}

/// As [`dominant`].
fn dominant_of_raster(raster: &Raster) -> Option<[u8; 3]> {
    let every = |side: usize| side.div_ceil(SIDE_PX as usize);
    let (across, down) = (every(raster.width()), every(raster.height()));
    let count = raster.channels().count();
    let mut few = Vec::new();
    for y in 0..raster.height() / down {
        let pixels = raster.row(y * down).chunks_exact(count).step_by(across).take(raster.width() / across);
        few.extend(pixels.flatten());
    }
    most_frequent(&few, count)
}

/// As [`dominant_of_border`].
pub(super) fn dominant_of_raster_border(raster: &Raster) -> Option<[u8; 3]> {
    let (width, height) = (raster.width(), raster.height());
    let strip = |side: usize| strip(u32::try_from(side).unwrap_or(u32::MAX)) as usize;
    let pixels: Vec<u8> = edges(width, height, strip(width), strip(height))
        .into_iter()
        .flat_map(|[left, top, width, height]| raster.cut(left, top, width, height).into_samples())
        .collect();
    most_frequent(&pixels, raster.channels().count()).or_else(|| dominant_of_raster(raster))
}

/// Rectangles along the edges of a picture, with strips that are so many pixels `across` and `down`.
fn edges<N: Copy + Default + std::ops::Sub<Output = N>>(width: N, height: N, across: N, down: N) -> [[N; 4]; 4] {
    let zero = N::default();
    [
        [zero, zero, width, down],
        [zero, height - down, width, down],
        [zero, zero, across, height],
        [width - across, zero, across, height],
    ]
}

/// The dominant colour of the border of an image: of the rectangles that run along its edges; of the whole when
/// the border is transparent.
pub(super) fn dominant_of_border(image: &Image) -> Result<Option<[u8; 3]>, Error> {
    let (width, height) = (image.width(), image.height());
    let mut pixels = Vec::new();
    for [left, top, width, height] in edges(width, height, strip(width), strip(height)) {
        pixels.extend_from_slice(&image.extract_area(left, top, width, height)?.to_memory()?);
    }
    match most_frequent(&pixels, image.bands() as usize) {
        Some(colour) => Ok(Some(colour)),
        None => dominant(image),
    }
}

/// The part of a side that is its border, in pixels.
pub(super) fn strip(side: u32) -> u32 {
    (side / 50).clamp(1, 16)
}
