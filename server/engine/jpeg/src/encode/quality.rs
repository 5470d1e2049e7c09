//! From a quality between 1 and 100 to what frequencies are divided by.

/// Divisors for luma and for chroma, in rows of equal vertical frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Divisors {
    pub luma: [u16; 64],
    pub chroma: [u16; 64],
}

/// What N. Robidoux found by eye for ImageMagick, and mozjpeg has as its table 3.
#[rustfmt::skip]
const BASE: [u16; 64] = [
    16, 16, 16, 18, 25, 37, 56, 85,
    16, 17, 20, 27, 34, 40, 53, 75,
    16, 20, 24, 31, 43, 62, 91, 135,
    18, 27, 31, 40, 53, 74, 106, 156,
    25, 34, 43, 53, 69, 94, 131, 189,
    37, 40, 62, 74, 94, 124, 169, 238,
    56, 53, 91, 106, 131, 169, 226, 311,
    85, 75, 135, 156, 189, 238, 311, 418,
];

impl Divisors {
    /// As libjpeg scales its tables: 50 leaves them as they are, 100 makes all ones.
    pub(super) fn of(quality: u8) -> Self {
        let quality = u32::from(quality.clamp(1, 100));
        let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
        let table = BASE.map(|base| ((u32::from(base) * percent + 50) / 100).clamp(1, 255) as u16);
        Self { luma: table, chroma: table }
    }
}
