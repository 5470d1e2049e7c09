//! Where the coefficients of a block lie.
//!
//! A file lists them in zigzag order, low frequencies first. The decoder puts the ones that a scale needs into
//! natural order (row by row), and all others into one place behind them that nobody reads.

/// Natural place of each zigzag index.
pub(super) const ZIGZAG: [u8; 64] = {
    let mut order = [0; 64];
    let (mut row, mut column, mut index) = (0_u8, 0_u8, 0);
    while index < 64 {
        order[index] = row * 8 + column;
        // On even diagonals upwards, on odd ones downwards; at an edge on to the next diagonal.
        if (row + column) % 2 == 0 {
            if column == 7 {
                row += 1;
            } else {
                column += 1;
                row = row.saturating_sub(1);
            }
        } else if row == 7 {
            column += 1;
        } else {
            row += 1;
            column = column.saturating_sub(1);
        }
        index += 1;
    }
    order
};

/// Where a coefficient goes, by the zigzag index *behind* it (1 to 64): what a decoder's counter is when it has
/// the value. Any other number goes to the place behind the block. `EDGE` is the block that is kept, 1 to 8.
const fn places(edge: u8) -> [u8; 256] {
    let mut places = [edge * edge; 256];
    let mut index = 0;
    while index < 64 {
        let (row, column) = (ZIGZAG[index] / 8, ZIGZAG[index] % 8);
        if row < edge && column < edge {
            places[index + 1] = row * edge + column;
        }
        index += 1;
    }
    places
}

/// See [`places`]: for blocks of 1, 2, 4 and 8.
pub(super) static PLACES: [[u8; 256]; 4] = [places(1), places(2), places(4), places(8)];

/// The last zigzag index of which a block of `edge` keeps the coefficient.
pub(super) const fn last_kept(edge: usize) -> u8 {
    match edge {
        1 => 0,
        2 => 4,
        4 => 24,
        _ => 63,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zigzag_is_the_standards() {
        assert_eq!(ZIGZAG[..16], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5]);
        assert_eq!(ZIGZAG[56..], [53, 60, 61, 54, 47, 55, 62, 63]);
        let mut sorted = ZIGZAG;
        sorted.sort_unstable();
        assert!(sorted.iter().enumerate().all(|(index, place)| index == usize::from(*place)));
    }
}
