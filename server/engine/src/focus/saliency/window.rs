//! The window of a given size that shows the most.

use super::map::Grid;

/// How much a window at the edge loses to one in the centre, of its sum.
const CENTRE: f64 = 0.12;

/// The top left corner of the window of `width` × `height` (in pixels of the grid, fractions allowed, at
/// most the grid's) under which `grid` sums up to the most. What lies deeper inside the window counts more,
/// so that the subject gets into its middle and is not cut at its edge; between equals the one nearer to
/// the centre wins.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // a few hundred
pub(in crate::focus) fn best(grid: &Grid, width: f64, height: f64) -> (f64, f64) {
    let sums = Sums::of(grid);
    let room = (grid.width as f64 - width, grid.height as f64 - height);
    // A position a pixel, and the last one flush with the edge.
    let positions = |room: f64| {
        let count = room.max(0.0).ceil() as usize;
        (0..=count).map(move |index| (index as f64).min(room.max(0.0)))
    };
    let off = |position: f64, room: f64| if room > 0.0 { 2.0 * position / room - 1.0 } else { 0.0 };
    let score = |left: f64, top: f64| {
        let away = f64::midpoint(off(left, room.0).powi(2), off(top, room.1).powi(2));
        sums.nested(left, top, width, height) * (1.0 - CENTRE * away)
    };
    let centre = (room.0.max(0.0) / 2.0, room.1.max(0.0) / 2.0);
    let mut best = (score(centre.0, centre.1), centre);
    for top in positions(room.1) {
        for left in positions(room.0) {
            let score = score(left, top);
            if score > best.0 + 1e-6 {
                best = (score, (left, top));
            }
        }
    }
    best.1
}

/// Sums over all rectangles from the top left corner.
struct Sums {
    width: usize,
    height: usize,
    values: Vec<f64>,
}

impl Sums {
    fn of(grid: &Grid) -> Self {
        let (width, height) = (grid.width, grid.height);
        let mut values = vec![0.0; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut row = 0.0;
            for x in 0..width {
                row += f64::from(grid.values[y * width + x]);
                values[(y + 1) * (width + 1) + x + 1] = values[y * (width + 1) + x + 1] + row;
            }
        }
        Self { width, height, values }
    }

    /// The window, its inner two thirds and its inner third, added up.
    fn nested(&self, left: f64, top: f64, width: f64, height: f64) -> f64 {
        [1.0, 2.0 / 3.0, 1.0 / 3.0]
            .iter()
            .map(|part| {
                let (left, top) = (left + width * (1.0 - part) / 2.0, top + height * (1.0 - part) / 2.0);
                self.rectangle(left, top, left + width * part, top + height * part)
            })
            .sum()
    }

    fn rectangle(&self, left: f64, top: f64, right: f64, bottom: f64) -> f64 {
        self.until(right, bottom) + self.until(left, top) - self.until(left, bottom) - self.until(right, top)
    }

    /// Everything above and left of a point, which may lie inside a pixel.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // a few hundred
    fn until(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x.clamp(0.0, self.width as f64), y.clamp(0.0, self.height as f64));
        let (column, row) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (right, down) = (x - column as f64, y - row as f64);
        let at = |column: usize, row: usize| self.values[row * (self.width + 1) + column];
        (at(column, row) * (1.0 - right) + at(column + 1, row) * right) * (1.0 - down)
            + (at(column, row + 1) * (1.0 - right) + at(column + 1, row + 1) * right) * down
    }
}
