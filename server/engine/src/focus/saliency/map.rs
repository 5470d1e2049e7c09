//! What catches the eye: a number per pixel of a small copy.
//!
//! Three signs are added. *Figure*: the pixel cannot be reached from the border of the image without crossing
//! other colours (the minimum barrier distance), as holds for an object on its ground. *Contrast*: it
//! differs from the wide surroundings, as holds for an object that the border cuts as well. *Skin*: it has
//! the colour of a person where there is something to see. The weights were set by eye on photographs.

/// A number per pixel, rows from the top.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::focus) struct Grid {
    pub(in crate::focus) width: usize,
    pub(in crate::focus) height: usize,
    pub(in crate::focus) values: Vec<f32>,
}

/// CIE L\*a\*b\* of each pixel, one grid a channel.
pub(in crate::focus) type Lab = [Grid; 3];

const FIGURE: f32 = 1.0;
const CONTRAST: f32 = 0.7;
const SKIN: f32 = 0.4;

/// How much each pixel of the copy catches the eye, 0 or more.
pub(in crate::focus) fn map(lab: &Lab) -> Grid {
    let figure = normalised(&figure(lab));
    let contrast = normalised(&contrast(lab));
    let skin = skin(lab);
    let sum = |index: usize| {
        let eye = FIGURE * figure.values[index] + CONTRAST * contrast.values[index];
        // Skin-coloured sand is no person: skin counts where there is something to see besides.
        eye + SKIN * skin[index] * (0.3 + eye).min(1.0)
    };
    let map = Grid { values: (0..figure.values.len()).map(sum).collect(), ..figure };
    let smooth = blurred(&map, radius(&map, 40));
    // What is dull everywhere must not outvote, by its size, what is bright somewhere.
    #[allow(clippy::cast_precision_loss)] // a few tens of thousands
    let mean = smooth.values.iter().sum::<f32>() / smooth.values.len() as f32;
    Grid { values: smooth.values.iter().map(|value| (value - mean).max(0.0)).collect(), ..smooth }
}

/// Passes over the picture, alternately from the top left and from the bottom right.
const PASSES: usize = 4;

/// The minimum barrier distance to the border, summed over the channels: how much the colour must rise and
/// fall on the best path from the border to the pixel.
fn figure(lab: &Lab) -> Grid {
    let mut sum = lab[0].filled(0.0);
    for channel in lab {
        for (sum, distance) in sum.values.iter_mut().zip(barrier(channel).values) {
            *sum += distance;
        }
    }
    sum
}

fn barrier(channel: &Grid) -> Grid {
    let (width, height) = (channel.width, channel.height);
    let on_border = |index: usize| {
        let (x, y) = (index % width, index / width);
        x == 0 || y == 0 || x + 1 == width || y + 1 == height
    };
    let mut distance: Vec<f32> =
        (0..width * height).map(|index| if on_border(index) { 0.0 } else { f32::INFINITY }).collect();
    let (mut highest, mut lowest) = (channel.values.clone(), channel.values.clone());
    let mut relax = |pixel: usize, from: usize| {
        let value = channel.values[pixel];
        let (high, low) = (highest[from].max(value), lowest[from].min(value));
        if high - low < distance[pixel] {
            distance[pixel] = high - low;
            highest[pixel] = high;
            lowest[pixel] = low;
        }
    };
    for pass in 0..PASSES {
        for step in 0..width * height {
            let pixel = if pass % 2 == 0 { step } else { width * height - 1 - step };
            if on_border(pixel) {
                continue;
            }
            let (beside, above) = if pass % 2 == 0 { (pixel - 1, pixel - width) } else { (pixel + 1, pixel + width) };
            relax(pixel, beside);
            relax(pixel, above);
        }
    }
    // A picture of two rows has no inside that a path could not reach, but one pixel may stay unreached.
    let values = distance.into_iter().map(|value| if value.is_finite() { value } else { 0.0 }).collect();
    Grid { width, height, values }
}

/// Colour difference of the near surroundings to the wide ones.
fn contrast(lab: &Lab) -> Grid {
    let mut sum = lab[0].filled(0.0);
    for channel in lab {
        let near = blurred(channel, radius(channel, 50));
        let wide = blurred(channel, radius(channel, 5));
        for ((sum, near), wide) in sum.values.iter_mut().zip(near.values).zip(wide.values) {
            *sum += (near - wide).powi(2);
        }
    }
    Grid { values: sum.values.into_iter().map(f32::sqrt).collect(), ..sum }
}

/// Nearness to the colours of skin, light and dark, in daylight: from 0 to 1.
fn skin(lab: &Lab) -> Vec<f32> {
    let [lightness, redness, yellowness] = lab;
    let around = |value: f32, middle: f32, reach: f32| (1.0 - ((value - middle) / reach).powi(2)).max(0.0);
    let colours = redness.values.iter().zip(&yellowness.values);
    let of_pixel = |(lightness, (redness, yellowness)): (&f32, (&f32, &f32))| {
        around(*lightness, 60.0, 40.0) * around(*redness, 17.0, 13.0) * around(*yellowness, 18.0, 15.0)
    };
    lightness.values.iter().zip(colours).map(of_pixel).collect()
}

/// A blur's radius that is this part of the longer side.
fn radius(grid: &Grid, part: usize) -> usize {
    (grid.width.max(grid.height) / part).max(1)
}

/// Two box blurs, near enough to a Gaussian; the edge pixels go on outside.
fn blurred(grid: &Grid, radius: usize) -> Grid {
    let pass = |values: &[f32], width: usize, height: usize| boxes(values, width, height, radius);
    let mut values = grid.values.clone();
    for _ in 0..2 {
        // Each pass blurs rows and turns the picture over its diagonal.
        values = pass(&values, grid.width, grid.height);
        values = pass(&values, grid.height, grid.width);
    }
    Grid { values, ..*grid }
}

#[allow(clippy::cast_precision_loss)] // a few hundred
fn boxes(values: &[f32], width: usize, height: usize, radius: usize) -> Vec<f32> {
    let mut out = vec![0.0; values.len()];
    let count = (2 * radius + 1) as f32;
    for y in 0..height {
        let row = &values[y * width..(y + 1) * width];
        let at = |x: usize| row[x.saturating_sub(radius).min(width - 1)]; // x counts from -radius
        let mut sum: f32 = (0..=2 * radius).map(at).sum();
        for x in 0..width {
            out[x * height + y] = sum / count;
            sum += at(x + 2 * radius + 1) - at(x);
        }
    }
    out
}

/// Scaled so that the highest hundredth is 1: one glint must not darken the rest.
fn normalised(grid: &Grid) -> Grid {
    let mut sorted = grid.values.clone();
    sorted.sort_by(f32::total_cmp);
    // Below a difference that nobody sees (in units of Lab), there is nothing to normalise.
    let top = sorted[sorted.len() - 1 - sorted.len() / 100].max(2.0);
    Grid { values: grid.values.iter().map(|value| (value / top).min(1.0)).collect(), ..*grid }
}

impl Grid {
    fn filled(&self, value: f32) -> Self {
        Self { values: vec![value; self.values.len()], ..*self }
    }
}
