//! Colours as eyes see them: Oklab, in which equal distances look about equally large.

use std::sync::LazyLock;

/// A colour in Oklab.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Oklab {
    /// Lightness, 0 (black) to 1 (white).
    pub(super) lightness: f32,
    /// From green to red; 0 is grey.
    pub(super) a: f32,
    /// From blue to yellow; 0 is grey.
    pub(super) b: f32,
}

impl Oklab {
    /// From sRGB, 8 bits.
    pub(super) fn of(rgb: [u8; 3]) -> Self {
        let [red, green, blue] = rgb.map(linear);
        let long = (0.412_221_46 * red + 0.536_332_55 * green + 0.051_445_995 * blue).cbrt();
        let medium = (0.211_903_5 * red + 0.680_699_5 * green + 0.107_396_96 * blue).cbrt();
        let short = (0.088_302_46 * red + 0.281_718_85 * green + 0.629_978_7 * blue).cbrt();
        Self {
            lightness: 0.210_454_26 * long + 0.793_617_8 * medium - 0.004_072_047 * short,
            a: 1.977_998_5 * long - 2.428_592_2 * medium + 0.450_593_7 * short,
            b: 0.025_904_037 * long + 0.782_771_77 * medium - 0.808_675_77 * short,
        }
    }

    /// To sRGB, 8 bits; what sRGB does not have is clipped.
    pub(super) fn rgb(self) -> [u8; 3] {
        let Self { lightness, a, b } = self;
        let cubed = |root: f32| root * root * root;
        let long = cubed(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
        let medium = cubed(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
        let short = cubed(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
        [
            encoded(4.076_741_7 * long - 3.307_711_6 * medium + 0.230_969_94 * short),
            encoded(-1.268_438 * long + 2.609_757_4 * medium - 0.341_319_38 * short),
            encoded(-0.004_196_086_3 * long - 0.703_418_6 * medium + 1.707_614_7 * short),
        ]
    }
}

/// Linear light of an sRGB value, 0 to 1.
pub(super) fn linear(value: u8) -> f32 {
    static LIGHT: LazyLock<[f32; 256]> = LazyLock::new(|| {
        std::array::from_fn(|value| {
            #[allow(clippy::cast_precision_loss)] // 0 to 255
            let value = value as f32 / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        })
    });
    LIGHT[usize::from(value)]
}

/// The sRGB value of linear light, clipped, rounded to nearest.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 255
pub(super) fn encoded(light: f32) -> u8 {
    let value = if light <= 0.003_130_8 { light * 12.92 } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
    (value * 255.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_come_back() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let rgb = [red, green, blue];
                    assert_eq!(Oklab::of(rgb).rgb(), rgb);
                }
            }
        }
    }

    #[test]
    fn greys_have_no_colour() {
        for value in 0..=255 {
            let Oklab { lightness: _, a, b } = Oklab::of([value; 3]);
            assert!(a.abs() < 1e-4 && b.abs() < 1e-4, "{value}: {a} {b}");
        }
    }
}
