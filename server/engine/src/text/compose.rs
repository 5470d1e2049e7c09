//! From ink to the picture: padding, background, corners.

use super::{
    Text,
    ink::{Ink, lay_over, scaled},
};
use crate::{Error, Limits, Resources, language::Colour, memory::PIXEL_BYTES, vips::Image};

/// Sub-pixels along each side of a pixel on the edge of a corner.
const CORNER_SAMPLES: u8 = 8;

/// What a pixel of the box costs, where one of an enlarged photo costs 1.
const FILLING: f64 = 0.2;

/// Puts the ink on its box.
pub(super) fn compose(ink: &Ink, text: &Text, limits: &Limits, resources: &Resources) -> Result<Image, Error> {
    let [top, right, bottom, left] = text.padding;
    let side = |ink: usize, before: u32, after: u32| ink as u64 + u64::from(before) + u64::from(after);
    let (width, height) = (side(ink.width, left, right), side(ink.height, top, bottom));
    Limits::check("text_side_px", limits.text_side_px.into(), width.max(height))?;
    Limits::check("output_pixels", limits.output_pixels, width * height)?;
    #[allow(clippy::cast_precision_loss)] // within the limit
    resources.work().add(FILLING * (width * height) as f64, limits)?;
    resources.memory().add(width * height * PIXEL_BYTES, limits)?;
    let pixels = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let length = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let (width, height) = (pixels(width), pixels(height));

    // Where nothing is, the colour is that of the letters: resizing then finds no other in between.
    let [red, green, blue] = text.colour.rgb();
    let nothing = [red, green, blue, 0];
    let box_colour = text.background.map_or(nothing, straight);
    let mut canvas = box_colour.repeat(length(width) * length(height));
    let [_, _, _, opacity] = straight(text.colour);
    for row in 0..ink.height {
        let start = (row + length(top)) * length(width) + length(left);
        for column in 0..ink.width {
            let at = row * ink.width + column;
            let pixel = &mut canvas[(start + column) * 4..(start + column) * 4 + 4];
            lay_over(pixel, [red, green, blue, scaled(opacity, ink.letters[at])]);
            if let Some([red, green, blue, alpha]) = ink.pictures.get(at * 4..at * 4 + 4).and_then(<[u8]>::first_chunk)
            {
                lay_over(pixel, [*red, *green, *blue, scaled(opacity, *alpha)]);
            }
        }
    }
    round(&mut canvas, width, height, text.corners);
    Ok(Image::from_memory(canvas.into(), width, height, 4)?)
}

fn straight(colour: Colour) -> [u8; 4] {
    let [red, green, blue] = colour.rgb();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
    let alpha = (colour.opacity() * 255.0).round() as u8;
    [red, green, blue, alpha]
}

/// Cuts the corners off.
fn round(canvas: &mut [u8], width: u32, height: u32, corners: [f64; 4]) {
    let most = f64::from(width.min(height)) / 2.0;
    let radii = corners.map(|radius| radius.clamp(0.0, most));
    // Seen from each corner, a quarter of the box has the same coordinates.
    let seen = [(false, false), (true, false), (true, true), (false, true)];
    for (radius, (from_right, from_bottom)) in radii.into_iter().zip(seen) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let side = radius.ceil() as u32;
        for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
            let column = if from_right { width - 1 - x } else { x };
            let row = if from_bottom { height - 1 - y } else { y };
            let at = (u64::from(row) * u64::from(width) + u64::from(column)) * 4 + 3;
            if let Some(alpha) = usize::try_from(at).ok().and_then(|at| canvas.get_mut(at)) {
                *alpha = scaled(*alpha, inside(radius, x, y));
            }
        }
    }
}

/// How much of the pixel `x`, `y` lies inside a round corner, 0 to 255.
fn inside(radius: f64, x: u32, y: u32) -> u8 {
    let sample =
        |pixel: u32, part: u8| radius - (f64::from(pixel) + (f64::from(part) + 0.5) / f64::from(CORNER_SAMPLES));
    let parts = || 0..CORNER_SAMPLES;
    let is_inside = |(one, other)| {
        let (across, down): (f64, f64) = (sample(x, one).max(0.0), sample(y, other).max(0.0));
        across.hypot(down) <= radius
    };
    let count = parts().flat_map(|one| parts().map(move |other| (one, other))).filter(|at| is_inside(*at)).count();
    let all = usize::from(CORNER_SAMPLES).pow(2);
    u8::try_from((count * 255 + all / 2) / all).unwrap_or(u8::MAX)
}
