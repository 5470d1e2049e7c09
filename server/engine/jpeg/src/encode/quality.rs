//! From a quality between 1 and 100 to what frequencies are divided by.

/// Divisors for luma and for chroma, in rows of equal vertical frequency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Divisors {
    pub luma: [u16; 64],
    pub chroma: [u16; 64],
}

/// The divisor of the lowest frequencies at quality 50. With 10.4, quality 80 scored about 80 (SSIMULACRA2, mean of
/// photos reduced to 512 pixels, against what was encoded); this is a little better, for what decoding small and
/// reducing lose before: whole renditions at quality 80 scored 80.5 in the median of 19 photos, for as many bytes as
/// jpegli takes for 80.2.
const LOWEST: f64 = 8.2;

impl Divisors {
    /// Divisors shrink with quality as libjpeg has it: at 50 they are as [`shape`] says times [`LOWEST`], at 75 half
    /// of that, at 100 ones.
    pub(super) fn of(quality: u8) -> Self {
        let quality = f64::from(quality.clamp(1, 100));
        let scale = if quality < 50.0 { 50.0 / quality } else { 2.0 - quality / 50.0 };
        let table = std::array::from_fn(|k| (LOWEST * scale * shape(k % 8, k / 8)).round().clamp(1.0, 255.0) as u16);
        Self { luma: table, chroma: table }
    }
}

/// How much coarser than the lowest a frequency is.
///
/// Tables made for looking at pictures pixel by pixel (T.81's, Robidoux') divide the highest frequencies by five to
/// 25 times what they divide the lowest by. A picture that was just reduced has detail up to the last frequency,
/// and its loss is seen. So this goes up by little more than five, steeply at first, and what is spent there comes back
/// where small levels become zeros.
fn shape(u: usize, v: usize) -> f64 {
    let distance = (u as f64).hypot(v as f64);
    1.0 + 1.2 * (1.0 - (-distance / 3.0).exp()) + 0.4 * distance
}
