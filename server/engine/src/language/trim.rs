//! `t`: cuts off a border of nearly one colour.

use super::{
    Size, number,
    parameters::{Parameter, Parameters, Refusal},
    settings::is_bare,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};
use darkroom_planes::Raster;

const TRIM: Parameter = Parameter {
    key: "t",
    name: "trim",
    values: "`true`, `false`, or a threshold from 1 to 99",
    default: "nothing is cut off",
    meaning: "cuts off the border, as far as its pixels have the colour of the corners or are as transparent; \
        they may differ by the threshold, of 255, which is 10 for `true`; comes before everything else in the step",
    example: "t-true",
};

const DEFAULT_THRESHOLD: u32 = 10;

/// A trim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trim {
    /// How much a pixel of the border may differ from its colour, in each band, 1 to 99 of 255.
    threshold: u32,
}

/// That of images that are laid on others.
impl Default for Trim {
    fn default() -> Self {
        Self { threshold: DEFAULT_THRESHOLD }
    }
}

impl Part for Trim {
    const PARAMETERS: &'static [Parameter] = &[TRIM];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let threshold = parameters.take(&TRIM, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT_THRESHOLD)),
            text => number::whole(text, 1, 99).map(Some).ok_or(Refusal::Value),
        });
        threshold.flatten().map(|threshold| Self { threshold })
    }

    fn write(&self, items: &mut Vec<String>) {
        match self.threshold {
            DEFAULT_THRESHOLD => items.push("t-true".to_owned()),
            threshold => items.push(format!("t-{threshold}")),
        }
    }

    fn result_size(&self, _: Size, _: &Step<'_>) -> Result<Option<Size>, Error> {
        Ok(None)
    }

    fn weight(&self) -> f64 {
        0.5
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let whole = [0..picture.width(), 0..picture.height()];
        let content = match picture.raster() {
            Some(raster) => self.content_of_raster(raster),
            None => self.content(&picture.image()?)?,
        };
        match content {
            Some(content) if content != whole => {
                let [columns, rows] = content;
                let (width, height) = (columns.end - columns.start, rows.end - rows.start);
                if let Some(raster) = picture.raster() {
                    let (left, top) = (columns.start as usize, rows.start as usize);
                    let raster = raster.cut(left, top, width as usize, height as usize);
                    return Ok(picture.with_raster(raster));
                }
                let image = picture.image()?.extract_area(columns.start, rows.start, width, height)?;
                Ok(picture.with(image))
            }
            Some(_) | None => Ok(picture),
        }
    }
}

impl Trim {
    /// The columns and rows from the first to the last pixel that is not of the border; `None` when all are.
    fn content(self, image: &Image) -> Result<Option<[std::ops::Range<u32>; 2]>, Error> {
        // The colour of a transparent pixel is nobody's business, and premultiplied it is nothing.
        let image = if image.has_alpha() { image.premultiply()? } else { image.clone() };
        let border: Vec<f64> = self.border(&image)?.iter().map(|number| -number).collect();
        let distance = image.linear(&[1.0], &border, false)?.operation(c"abs")?.run()?;
        let differs = distance.operation(c"relational_const")?.string(c"relational", "more");
        let differs = differs.array_double(c"c", &[f64::from(self.threshold)]).run()?;
        let differs = differs.operation(c"bandbool")?.string(c"boolean", "or").run()?;
        let sums = differs.operation(c"project")?.build()?;
        let (columns, rows) = (sums.image(c"columns")?.numbers()?, sums.image(c"rows")?.numbers()?);
        Ok(occupied(&columns).zip(occupied(&rows)).map(|(columns, rows)| [columns, rows]))
    }

    /// The same of a raster, by whole numbers.
    fn content_of_raster(self, raster: &Raster) -> Option<[std::ops::Range<u32>; 2]> {
        let (width, height) = (raster.width(), raster.height());
        let count = raster.channels().count();
        let threshold = self.threshold * if raster.channels().has_alpha() { 255 } else { 1 };
        let is_far = |one: [u32; 4], other: [u32; 4]| (0..4).any(|band| one[band].abs_diff(other[band]) > threshold);
        let corners = [(0, 0), (width - 1, 0), (0, height - 1), (width - 1, height - 1)]
            .map(|(x, y)| weighed(&raster.row(y)[x * count..][..count]));
        let friends = |corner: &[u32; 4]| corners.iter().filter(|other| !is_far(*corner, **other)).count();
        // `max_by_key` gives the last of equals.
        let border = *corners.iter().rev().max_by_key(|corner| friends(corner))?;
        let (mut columns, mut rows) = (None::<(usize, usize)>, None::<(usize, usize)>);
        for y in 0..height {
            let mut pixels = raster.row(y).chunks_exact(count).map(|pixel| is_far(weighed(pixel), border));
            let Some(first) = pixels.position(|is_far| is_far) else { continue };
            let last = width - 1 - pixels.rev().position(|is_far| is_far).map_or(width - 1 - first, |after| after);
            columns = Some(columns.map_or((first, last), |(left, right)| (left.min(first), right.max(last))));
            rows = Some((rows.map_or(y, |(top, _)| top), y));
        }
        let range = |(first, last): (usize, usize)| Some(u32::try_from(first).ok()?..u32::try_from(last + 1).ok()?);
        Some([range(columns?)?, range(rows?)?])
    }

    /// The colour of the corner that most other corners agree with; the first of equals.
    fn border(self, image: &Image) -> Result<Vec<f64>, Error> {
        let (right, bottom) = (image.width() - 1, image.height() - 1);
        let mut corners = Vec::with_capacity(4);
        for (x, y) in [(0, 0), (right, 0), (0, bottom), (right, bottom)] {
            corners.push(image.extract_area(x, y, 1, 1)?.numbers()?);
        }
        let agree = |left: &[f64], right: &[f64]| {
            left.iter().zip(right).all(|(left, right)| (left - right).abs() <= f64::from(self.threshold))
        };
        let friends = |corner: &Vec<f64>| corners.iter().filter(|other| agree(corner, other)).count();
        // `max_by_key` gives the last of equals.
        Ok(corners.iter().rev().max_by_key(|corner| friends(corner)).cloned().unwrap_or_default())
    }
}

/// What a pixel shows: its samples as they are, or, of one with alpha, in 255ths.
fn weighed(pixel: &[u8]) -> [u32; 4] {
    let number = |sample: u8| u32::from(sample);
    match *pixel {
        [red, green, blue, alpha] => [red, green, blue, 255].map(|sample| number(sample) * number(alpha)),
        [red, green, blue] => [red, green, blue, 0].map(number),
        [grey, alpha] => [number(grey) * number(alpha), 0, 0, 255 * number(alpha)],
        _ => [pixel.first().copied().map_or(0, number), 0, 0, 0],
    }
}

/// From the first sum that is not zero to the last.
fn occupied(sums: &[f64]) -> Option<std::ops::Range<u32>> {
    let first = sums.iter().position(|sum| *sum > 0.0)?;
    let last = sums.iter().rposition(|sum| *sum > 0.0)?;
    Some(u32::try_from(first).ok()?..u32::try_from(last + 1).ok()?)
}
