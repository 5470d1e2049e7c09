//! A width or height as asked for: pixels, or a fraction of the step's input.

use super::{number, parameters::Refusal};
use std::fmt;

/// The greatest side that a text may ask for, in pixels. What is made is bounded by [`crate::Limits`].
pub(super) const MAX_SIDE_PX: u32 = 65_535;

/// A length along one side of the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Length {
    /// Pixels, 1 to [`MAX_SIDE_PX`].
    Pixels(u32),
    /// A fraction of the step's input, between 0 and 1, neither included.
    Fraction(f64),
}

impl Length {
    /// Reads a value; `1` is one pixel, only what lies strictly between 0 and 1 is a fraction.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if is_expression(text) {
            return Err(Refusal::Unsupported("arithmetic expressions are not supported yet"));
        }
        let value = number::decimal(text).ok_or(Refusal::Value)?;
        if value <= 0.0 || value > f64::from(MAX_SIDE_PX) {
            return Err(Refusal::Value);
        }
        Ok(if value < 1.0 { Self::Fraction(value) } else { Self::Pixels(number::pixels(value)) })
    }

    /// The length on a side of `side` pixels, not rounded.
    pub(super) fn of(self, side: u32) -> f64 {
        match self {
            Self::Pixels(pixels) => f64::from(pixels),
            Self::Fraction(fraction) => fraction * f64::from(side),
        }
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels(pixels) => write!(f, "{pixels}"),
            Self::Fraction(fraction) => write!(f, "{fraction}"),
        }
    }
}

/// Whether `text` is one of the language's expressions, such as `iw_mul_0.5` or the bare variable `ih`.
pub(super) fn is_expression(text: &str) -> bool {
    const VARIABLES: [&str; 9] = ["iw", "ih", "iar", "cw", "ch", "car", "bw", "bh", "bar"];
    text.split('_').next().is_some_and(|first| VARIABLES.contains(&first))
        || ["_add_", "_sub_", "_mul_", "_div_", "_mod_", "_pow_"].iter().any(|operator| text.contains(operator))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Length::read(text) {
            Ok(length) => format!("{length:?}"),
            Err(refusal) => format!("{refusal:?}"),
        };
        assert_eq!(actual, expected, "for {text:?}");
    }

    #[test]
    fn lengths() {
        check("300", "Pixels(300)");
        check("1", "Pixels(1)");
        check("0.4", "Fraction(0.4)");
        check("300.5", "Pixels(301)");
        check("65535", "Pixels(65535)");
        for text in ["0", "N3", "65536", "65535.4", "abc", ""] {
            check(text, "Value");
        }
        for text in ["iw", "iw_div_2", "300_mul_2"] {
            check(text, "Unsupported(\"arithmetic expressions are not supported yet\")");
        }
    }
}
