//! Between coded 8-bit samples and the 14-bit ones that are summed.

use std::sync::LazyLock;

use super::Light;

/// The largest 14-bit sample.
pub(crate) const WHITE: u16 = (1 << 14) - 1;

/// What 255 is when samples are taken as they are coded: whatever is alpha, for one.
pub(crate) const CODED_WHITE: u16 = 255 << CODED_SHIFT;

const CODED_SHIFT: u32 = 6;

/// Both ways as tables. There and back is the same for all of the 256.
pub(crate) struct Tables {
    /// 14-bit samples of coded ones.
    pub(crate) decode: [i16; 256],
    /// Coded samples of 14-bit ones; what lies above white is white.
    pub(crate) encode: [u8; 1 << 15],
}

impl Light {
    pub(crate) fn tables(self) -> &'static Tables {
        static LINEAR: LazyLock<Box<Tables>> = LazyLock::new(|| Box::new(Tables::linear()));
        static AS_CODED: LazyLock<Box<Tables>> = LazyLock::new(|| Box::new(Tables::as_coded()));
        match self {
            Light::Linear => &LINEAR,
            Light::AsCoded => &AS_CODED,
        }
    }
}

impl Tables {
    /// A sample as [`Instructions::dot`](super::kernels::Instructions::dot) gives it, coded.
    pub(crate) fn coded(&self, sample: i16) -> u8 {
        self.encode[usize::from(sample.cast_unsigned() & 0x7fff)]
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the types by construction")]
    #[expect(clippy::cast_precision_loss, reason = "indices of small tables")]
    fn linear() -> Self {
        let white = f64::from(WHITE);
        Self {
            decode: std::array::from_fn(|coded| (linear_of(coded as f64 / 255.0) * white).round() as i16),
            encode: std::array::from_fn(|linear| (coded_of(linear as f64 / white) * 255.0).round().min(255.0) as u8),
        }
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "within the types by construction")]
    fn as_coded() -> Self {
        Self {
            decode: std::array::from_fn(|coded| (coded << CODED_SHIFT) as i16),
            encode: std::array::from_fn(|sample| ((sample + (1 << CODED_SHIFT) / 2) >> CODED_SHIFT).min(255) as u8),
        }
    }
}

/// The sRGB transfer function, from coded to linear.
fn linear_of(coded: f64) -> f64 {
    if coded <= 0.04045 { coded / 12.92 } else { ((coded + 0.055) / 1.055).powf(2.4) }
}

/// The inverse of [`linear_of`].
fn coded_of(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_is_the_same() {
        for light in [Light::Linear, Light::AsCoded] {
            let tables = light.tables();
            for coded in 0..=255u8 {
                let sample = tables.decode[usize::from(coded)];
                assert_eq!(tables.coded(sample), coded, "{light:?}");
            }
            assert!(tables.encode.is_sorted());
            assert_eq!((tables.decode[0], tables.coded(i16::MAX)), (0, 255));
        }
    }

    #[test]
    fn middle_grey_is_a_fifth_of_the_light() {
        assert!((linear_of(0.5) - 0.214).abs() < 0.001);
        assert!((coded_of(0.214) - 0.5).abs() < 0.001);
    }
}
