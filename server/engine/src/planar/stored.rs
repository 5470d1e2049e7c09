//! From the upright picture, which steps reckon with, to the picture as the file has it.

use darkroom_planes::Window;

/// What the EXIF orientation `1` to `8` says of a file whose picture is stored with this width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Stored {
    pub(super) orientation: u8,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Stored {
    /// Whether rows of the upright picture are columns of the stored one.
    pub(super) fn is_on_its_side(self) -> bool {
        self.orientation >= 5
    }

    /// What is along a row and along a column of the one picture, for the other.
    pub(super) fn turned<T>(self, [across, down]: [T; 2]) -> [T; 2] {
        if self.is_on_its_side() { [down, across] } else { [across, down] }
    }

    /// The part of the stored picture that shows this part of the upright one.
    pub(super) fn window(self, upright: Window) -> Window {
        let Window { left, top, width, height } = upright;
        let (across, down) = (self.width, self.height);
        let window = |left, top, width, height| Window { left, top, width, height };
        match self.orientation {
            2 => window(across - left - width, top, width, height),
            3 => window(across - left - width, down - top - height, width, height),
            4 => window(left, down - top - height, width, height),
            5 => window(top, left, height, width),
            6 => window(top, down - left - width, height, width),
            7 => window(across - top - height, down - left - width, height, width),
            8 => window(across - top - height, left, height, width),
            _ => upright,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stored pixel that is shown at `x`, `y` of the upright picture, for a stored picture of 30 × 20: from the
    /// definition of each orientation, that is where row 0 and column 0 of the file are shown.
    fn stored_at(orientation: u8, [x, y]: [f64; 2]) -> [f64; 2] {
        let (last_column, last_row) = (29.0, 19.0);
        match orientation {
            1 => [x, y],
            2 => [last_column - x, y],
            3 => [last_column - x, last_row - y],
            4 => [x, last_row - y],
            5 => [y, x],
            6 => [y, last_row - x],
            7 => [last_column - y, last_row - x],
            _ => [last_column - y, x],
        }
    }

    #[test]
    fn rows_are_columns_on_its_side() {
        for (orientation, expected) in
            [(1, ['r', 'c']), (3, ['r', 'c']), (4, ['r', 'c']), (5, ['c', 'r']), (8, ['c', 'r'])]
        {
            let stored = Stored { orientation, width: 30.0, height: 20.0 };
            assert_eq!(stored.turned(['r', 'c']), expected, "orientation {orientation}");
        }
    }

    #[test]
    fn a_window_shows_the_same_pixels_stored_and_upright() {
        for orientation in 1..=8 {
            let stored = Stored { orientation, width: 30.0, height: 20.0 };
            let upright = Window { left: 2.0, top: 3.0, width: 5.0, height: 7.0 };
            let found = stored.window(upright);
            let corners = [[2.0, 3.0], [6.0, 3.0], [2.0, 9.0], [6.0, 9.0]].map(|at| stored_at(orientation, at));
            let least = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::MAX, f64::min);
            let most = |axis: usize| corners.iter().map(|corner| corner[axis]).fold(f64::MIN, f64::max);
            let expected = Window {
                left: least(0),
                top: least(1),
                width: most(0) - least(0) + 1.0,
                height: most(1) - least(1) + 1.0,
            };
            assert_eq!(found, expected, "orientation {orientation}");
            assert_eq!(stored.is_on_its_side(), found.width > 5.0, "orientation {orientation}");
        }
    }
}
