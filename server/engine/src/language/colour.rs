//! Colours as the URL language writes them.

use super::colour_names::by_name;
use std::fmt;

/// A colour with opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    rgb: [u8; 3],
    /// Opacity in parts of [`OPAQUE`]: texts give it in hundredths or in 255ths, and this holds both exactly,
    /// so that equal colours are equal and a colour's text reads back as itself.
    opacity: u16,
}

const OPAQUE: u16 = 25_500;
const PER_HUNDREDTH: u16 = 255;
const PER_BYTE: u16 = 100;

impl Colour {
    /// Opaque black, the default of padding.
    pub const BLACK: Self = Self { rgb: [0, 0, 0], opacity: OPAQUE };

    /// Opaque white.
    pub const WHITE: Self = Self { rgb: [255; 3], opacity: OPAQUE };
    /// The `gray` of SVG.
    pub const GREY: Self = Self { rgb: [128; 3], opacity: OPAQUE };
    /// Nothing to see.
    pub const TRANSPARENT: Self = Self { rgb: [0; 3], opacity: 0 };

    /// An opaque colour.
    pub(super) fn opaque(rgb: [u8; 3]) -> Self {
        Self { rgb, opacity: OPAQUE }
    }

    /// Red, green and blue, 0 to 255.
    pub fn rgb(self) -> [u8; 3] {
        self.rgb
    }

    /// Opacity, 0 (transparent) to 1 (opaque).
    pub fn opacity(self) -> f64 {
        f64::from(self.opacity) / f64::from(OPAQUE)
    }

    /// Whether nothing shines through.
    pub fn is_opaque(self) -> bool {
        self.opacity == OPAQUE
    }

    /// The same colour with an opacity in tenths, at most 10.
    #[must_use]
    pub(super) fn with_tenths(self, tenths: u8) -> Self {
        Self { opacity: u16::from(tenths.min(10)) * 10 * PER_HUNDREDTH, ..self }
    }

    /// Reads a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`. `AA` is a decimal opacity in hundredths when it is
    /// two decimal digits (`50` is one half), else a hexadecimal byte.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        if let Some(rgb) = by_name(&text) {
            return Some(Self { rgb, opacity: OPAQUE });
        }
        if !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
        let short = |at: usize| u8::from_str_radix(&text[at..=at], 16).ok().map(|digit| digit * 17);
        let opacity = match text.len() {
            3 => {
                return Some(Self { rgb: [short(0)?, short(1)?, short(2)?], opacity: OPAQUE });
            }
            6 => OPAQUE,
            8 => match text[6..].parse::<u16>() {
                Ok(hundredths) => hundredths * PER_HUNDREDTH,
                Err(_) => u16::from(byte(6)?) * PER_BYTE,
            },
            _ => return None,
        };
        // Every fully transparent colour means the same.
        let rgb = if opacity == 0 { [0; 3] } else { [byte(0)?, byte(2)?, byte(4)?] };
        Some(Self { rgb, opacity })
    }
}

/// The normal form: `rrggbb`, with the opacity behind it unless it is opaque.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.rgb;
        write!(f, "{red:02x}{green:02x}{blue:02x}")?;
        if self.is_opaque() {
            Ok(())
        } else if self.opacity.is_multiple_of(PER_HUNDREDTH) {
            write!(f, "{:02}", self.opacity / PER_HUNDREDTH)
        } else {
            write!(f, "{:02x}", self.opacity / PER_BYTE)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let colour = Colour::read(text);
        assert_eq!(colour.map_or("none".to_owned(), |colour| colour.to_string()), expected, "for {text:?}");
        if let Some(colour) = colour {
            assert_eq!(Colour::read(expected), Some(colour), "the normal form reads back");
        }
    }

    #[test]
    fn forms() {
        check("red", "ff0000");
        check("RebeccaPurple", "663399");
        check("F00000", "f00000");
        check("0f0", "00ff00");
        check("ff000050", "ff000050");
        check("ff0000cc", "ff000080"); // 0xcc is exactly 80 %
        check("ff0000ab", "ff0000ab");
        check("ff0000ff", "ff0000");
        check("ff000000", "00000000");
        for text in ["", "ff", "ffff", "ff00f", "ggg", "ff00000", "#ff0000", "ff0000+5", "ééé"] {
            check(text, "none");
        }
    }

    #[test]
    fn opacity_is_decimal_unless_it_cannot_be() {
        let opacity = |text| Colour::read(text).map(Colour::opacity);
        assert_eq!(opacity("00000050"), Some(0.5));
        assert_eq!(opacity("00000099"), Some(0.99));
        assert_eq!(opacity("000000a0"), Some(160.0 / 255.0));
    }
}
