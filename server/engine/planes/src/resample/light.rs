//! Between coded 8-bit samples and the 14-bit ones that are summed.

use std::sync::LazyLock;

use super::Light;

/// The largest 14-bit sample.
pub(crate) const WHITE: u16 = (1 << 14) - 1;

/// What 255 is when samples are taken as they are coded.
pub(crate) const CODED_WHITE: u16 = 1 << 14;

/// Both ways. There and back is the same for all of the 256 coded samples.
pub(crate) struct Tables {
    /// The curve that `decode` follows, for vector instructions.
    pub(crate) curve: Curve,
    /// 14-bit samples of coded ones.
    pub(crate) decode: [i16; 256],
    /// Coded samples of 14-bit ones; what lies above white is white.
    pub(crate) encode: [u8; 1 << 15],
}

/// A curve through the 256 coded samples in sixteen pieces of second degree: as small as this it fits registers, and
/// sixteen samples are looked up at once. It is never off by a whole one of the 14-bit samples.
pub(crate) struct Curve {
    /// The sample at the begin of each piece.
    pub(crate) bases: [i16; 16],
    /// How much it rises from one coded sample to the next, in 128ths.
    pub(crate) slopes: [i16; 16],
    /// How much that rises, in 2048ths.
    pub(crate) bends: [i16; 16],
}

impl Curve {
    /// Through three points of each piece of a function of 0 to 255.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "14-bit samples, small indices")]
    fn through(function: impl Fn(f64) -> f64) -> Self {
        let (mut bases, mut slopes, mut bends) = ([0; 16], [0; 16], [0; 16]);
        for piece in 0..16 {
            // The first holds the straight part of sRGB, and the bend at its end; and black has to be 0.
            let [a, b, c] = if piece == 0 { [0.0, 9.0, 14.0] } else { [1.0, 7.5, 14.0] };
            let [at_a, at_b, at_c] = [a, b, c].map(|x| function(16.0 * piece as f64 + x));
            let (first, second) = ((at_b - at_a) / (b - a), (at_c - at_b) / (c - b));
            let bend = (second - first) / (c - a);
            let slope = first - bend * (a + b);
            bases[piece] = (at_a - slope * a - bend * a * a).round() as i16;
            slopes[piece] = (slope * 128.0).round() as i16;
            bends[piece] = (bend * 2048.0).round() as i16;
        }
        Self { bases, slopes, bends }
    }

    /// The 14-bit sample of a coded one: the same sums that vector instructions make.
    fn at(&self, coded: usize) -> i16 {
        let (piece, x) = (coded / 16, i16::try_from(coded % 16).expect("below 16"));
        let slope = self.slopes[piece] + product(x << 11, self.bends[piece]);
        self.bases[piece] + product(x << 8, slope)
    }
}

/// The product of two fractions of 15 bits, rounded.
#[expect(clippy::cast_possible_truncation, reason = "no factor is -1")]
fn product(a: i16, b: i16) -> i16 {
    ((i32::from(a) * i32::from(b) + (1 << 14)) >> 15) as i16
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

    fn linear() -> Self {
        let white = f64::from(WHITE);
        Self::new(|coded| linear_of(coded / 255.0) * white, |linear| coded_of(linear / white) * 255.0)
    }

    fn as_coded() -> Self {
        let white = f64::from(CODED_WHITE);
        Self::new(|coded| coded / 255.0 * white, |sample| sample / white * 255.0)
    }

    fn new(decode: impl Fn(f64) -> f64, encode: impl Fn(f64) -> f64) -> Self {
        let curve = Curve::through(decode);
        Self {
            decode: std::array::from_fn(|coded| curve.at(coded)),
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited")]
            #[expect(clippy::cast_precision_loss, reason = "indices of a small table")]
            encode: std::array::from_fn(|sample| encode(sample as f64).round().min(255.0) as u8),
            curve,
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
    #[test]
    fn curves_follow_their_functions() {
        let white = f64::from(WHITE);
        for (light, function) in [
            (Light::Linear, &(|coded: f64| linear_of(coded / 255.0) * white) as &dyn Fn(f64) -> f64),
            (Light::AsCoded, &|coded| coded / 255.0 * f64::from(CODED_WHITE)),
        ] {
            let decode = &light.tables().decode;
            for (coded, sample) in (0..=255u8).zip(decode) {
                let error = (f64::from(*sample) - function(f64::from(coded))).abs();
                assert!(error < 0.96, "{light:?} {coded}: {sample} is off by {error}");
            }
            assert!(decode.is_sorted());
        }
        assert_eq!(Light::Linear.tables().decode[255].cast_unsigned(), WHITE);
        assert_eq!(Light::AsCoded.tables().decode[255].cast_unsigned(), CODED_WHITE);
    }
}
