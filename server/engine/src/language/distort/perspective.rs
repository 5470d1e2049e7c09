//! Four corners that go elsewhere: a perspective view of the image.

use super::warp::{Fineness, warp};
use crate::{
    Error,
    language::{Size, length::MAX_SIDE_PX, number, parameters::Refusal},
    vips::Image,
};

type Matrix = [[f64; 3]; 3];

/// Where the corners go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::language) struct Perspective {
    /// x and y in whole pixels from the image's top left: top left, top right, bottom right, bottom left.
    pub(super) corners: [[f64; 2]; 4],
}

impl Perspective {
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        let perspective = Self::read_corners(text).ok_or(Refusal::Value)?;
        if perspective.is_convex() {
            return Ok(perspective);
        }
        Err(Refusal::Because(
            "the corners, clockwise from top left, must go round a shape that is nowhere bent inwards",
        ))
    }

    fn read_corners(text: &str) -> Option<Self> {
        let mut corners = [[0.0; 2]; 4];
        let mut numbers = text.split('_');
        for number in corners.iter_mut().flatten() {
            let limit = f64::from(MAX_SIDE_PX);
            let read = number::decimal(numbers.next()?)?;
            if read.fract() != 0.0 || read.abs() > limit {
                return None;
            }
            *number = read + 0.0;
        }
        numbers.next().is_none().then_some(Self { corners })
    }

    /// Whether every corner turns right. Otherwise the image would lie over itself, or show its back.
    fn is_convex(self) -> bool {
        (0..4).all(|index| {
            let [[x0, y0], [x1, y1], [x2, y2]] = [0, 1, 2].map(|step| self.corners[(index + step) % 4]);
            (x1 - x0) * (y2 - y1) - (y1 - y0) * (x2 - x1) > 0.0
        }) && {
            // Going round twice is impossible with four corners that all turn right but not left of a line.
            let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = self.corners;
            let side = |x: f64, y: f64| (x2 - x0) * (y - y0) - (y2 - y0) * (x - x0);
            side(x1, y1) < 0.0 && side(x3, y3) > 0.0
        }
    }

    /// The box around the corners.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // whole, and at most twice the limit
    pub(super) fn result_size(self) -> Size {
        let [left, top] = self.least();
        let most = |axis: usize| self.corners.iter().fold(f64::MIN, |most, corner| most.max(corner[axis]));
        Size { width: (most(0) - left) as u32, height: (most(1) - top) as u32 }
    }

    fn least(self) -> [f64; 2] {
        [0, 1].map(|axis| self.corners.iter().fold(f64::MAX, |least, corner| least.min(corner[axis])))
    }

    pub(super) fn apply(self, image: &Image) -> Result<Image, Error> {
        let [left, top] = self.least();
        let corners = self.corners.map(|[x, y]| [x - left, y - top]);
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let back = inverse(forward(corners, width, height));
        let fineness = Fineness::over(&corners.map(|corner| steps(back, corner)));
        let index = |places: &Image| {
            let numbers = places.recomb(&back.map(|[x, y, _]| [x, y]))?;
            let numbers = numbers.linear(&[1.0], &back.map(|[_, _, one]| one), false)?;
            numbers.extract_bands(0, 2)?.divide(&numbers.extract_bands(2, 1)?)
        };
        let inside = |x: f64, y: f64| {
            let edge = |index: usize| {
                let ([x0, y0], [x1, y1]) = (corners[index], corners[(index + 1) % 4]);
                let (along, down) = (x1 - x0, y1 - y0);
                let distance = (along * (y - y0) - down * (x - x0)) / along.hypot(down);
                (distance + 0.5).clamp(0.0, 1.0)
            };
            edge(0) * edge(1) * edge(2) * edge(3)
        };
        warp(image, self.result_size(), fineness, index, inside)
    }
}

/// The matrix that takes places of an image of this size to the corners.
fn forward(corners: [[f64; 2]; 4], width: f64, height: f64) -> Matrix {
    let [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
    let (dx1, dx2, sx) = (x1 - x2, x3 - x2, x0 - x1 + x2 - x3);
    let (dy1, dy2, sy) = (y1 - y2, y3 - y2, y0 - y1 + y2 - y3);
    // Not zero for a convex shape.
    let area = dx1 * dy2 - dx2 * dy1;
    let (g, h) = ((sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area);
    [
        [(x1 - x0 + g * x1) / width, (x3 - x0 + h * x3) / height, x0],
        [(y1 - y0 + g * y1) / width, (y3 - y0 + h * y3) / height, y0],
        [g / width, h / height, 1.0],
    ]
}

#[allow(clippy::many_single_char_names)] // as matrices are written
fn inverse([[a, b, c], [d, e, f], [g, h, i]]: Matrix) -> Matrix {
    let (x, y, z) = (e * i - f * h, f * g - d * i, d * h - e * g);
    let determinant = a * x + b * y + c * z;
    let part = |number: f64| number / determinant;
    [
        [part(x), part(c * h - b * i), part(b * f - c * e)],
        [part(y), part(a * i - c * g), part(c * d - a * f)],
        [part(z), part(b * g - a * h), part(a * e - b * d)],
    ]
}

/// How far one goes in the image, along x and along y, for one pixel at this place of the result.
fn steps(back: Matrix, [x, y]: [f64; 2]) -> [f64; 2] {
    let [across, down, depth] = back.map(|[a, b, c]| a * x + b * y + c);
    let gradient = |row: [f64; 3], value: f64| {
        let slope = |axis: usize| (row[axis] * depth - value * back[2][axis]) / (depth * depth);
        slope(0).hypot(slope(1))
    };
    [gradient(back[0], across), gradient(back[1], down)]
}
