//! The order in which frequencies are written: from the lowest to the highest, diagonal by diagonal.

/// Where the k-th frequency of the zigzag lies in a table whose rows are of equal vertical frequency (T.81, figure 5).
pub(super) const NATURAL: [u8; 64] = {
    let mut order = [0; 64];
    let (mut x, mut y, mut k) = (0usize, 0usize, 0);
    while k < 64 {
        order[k] = (y * 8 + x) as u8;
        // Even diagonals go up, odd ones down.
        if (x + y) % 2 == 0 {
            if x == 7 {
                y += 1;
            } else if y == 0 {
                x += 1;
            } else {
                (x, y) = (x + 1, y - 1);
            }
        } else if y == 7 {
            x += 1;
        } else if x == 0 {
            y += 1;
        } else {
            (x, y) = (x - 1, y + 1);
        }
        k += 1;
    }
    order
};

/// As [`NATURAL`], in a block that is turned over.
pub(super) const TURNED: [u8; 64] = {
    let mut order = [0; 64];
    let mut k = 0;
    while k < 64 {
        order[k] = NATURAL[k] % 8 * 8 + NATURAL[k] / 8;
        k += 1;
    }
    order
};

/// For each eight levels of a turned block, and each set of them: the same set in the order of the zigzag.
static SCATTER: [[u64; 256]; 8] = {
    let mut position = [0; 64];
    let mut k = 0;
    while k < 64 {
        position[TURNED[k] as usize] = k;
        k += 1;
    }
    let mut table = [[0; 256]; 8];
    let mut row = 0;
    while row < 8 {
        let mut set = 0;
        while set < 256 {
            let mut bit = 0;
            while bit < 8 {
                if set >> bit & 1 == 1 {
                    table[row][set] |= 1 << position[row * 8 + bit];
                }
                bit += 1;
            }
            set += 1;
        }
        row += 1;
    }
    table
};

/// A set of levels of a turned block as a set of places in the zigzag.
#[inline(always)]
pub(super) fn in_zigzag(set: u64) -> u64 {
    let bytes = set.to_le_bytes();
    let mut found = 0;
    for (table, byte) in SCATTER.iter().zip(bytes) {
        found |= table[usize::from(byte)];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_standard() {
        assert_eq!(NATURAL[..12], [0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25]);
        assert_eq!(NATURAL[56..], [53, 60, 61, 54, 47, 55, 62, 63]);
    }

    #[test]
    fn sets_are_carried_over() {
        for (place, k) in TURNED.into_iter().zip(0..) {
            assert_eq!(in_zigzag(1 << place), 1 << k);
        }
        assert_eq!(in_zigzag(u64::MAX), u64::MAX);
    }
}
