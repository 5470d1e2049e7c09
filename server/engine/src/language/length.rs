//! A width or height as asked for: pixels, a fraction of the step's input, or an expression.

use super::{
    context::Place,
    expression::{Expression, Quantity},
    number,
    parameters::Refusal,
    scope::Scope,
};
use crate::Error;
use std::fmt;

/// The greatest side that a text may ask for, in pixels. What is made is bounded by [`crate::Limits`].
pub(super) const MAX_SIDE_PX: u32 = 65_535;

/// A length along one side of the image.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Length {
    /// Pixels, 1 to [`MAX_SIDE_PX`].
    Pixels(u32),
    /// A fraction of the step's input, between 0 and 1, neither included.
    Fraction(f64),
    /// What an expression gives, in pixels.
    Expression(Expression),
}

impl Length {
    /// Reads a value; `1` is one pixel, only what lies strictly between 0 and 1 is a fraction.
    pub(super) fn read(text: &str, place: Place) -> Result<Self, Refusal> {
        match place.quantity(text)? {
            Quantity::Expression(expression) => Ok(Self::Expression(expression)),
            Quantity::Number(value) if value <= 0.0 || value > f64::from(MAX_SIDE_PX) => Err(Refusal::Value),
            Quantity::Number(value) if value < 1.0 => Ok(Self::Fraction(value)),
            Quantity::Number(value) => Ok(Self::Pixels(number::pixels(value))),
        }
    }

    /// The length on a side of `side` pixels, not rounded, more than 0.
    ///
    /// # Errors
    /// [`Error::Impossible`] for `parameter` when an expression gives no length.
    pub(super) fn of(&self, side: u32, scope: &Scope, parameter: &str) -> Result<f64, Error> {
        Ok(match self {
            Self::Pixels(pixels) => f64::from(*pixels),
            Self::Fraction(fraction) => fraction * f64::from(side),
            Self::Expression(expression) => {
                expression.value_within(scope, parameter, f64::MIN_POSITIVE..=f64::from(MAX_SIDE_PX))?
            }
        })
    }
}

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pixels(pixels) => write!(f, "{pixels}"),
            Self::Fraction(fraction) => write!(f, "{fraction}"),
            Self::Expression(expression) => write!(f, "{expression}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match Length::read(text, Place::Image) {
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
        check("300_mul_2", "Pixels(600)");
        check("iw_div", "Value");
        check("bw", "Because(\"`bw`, `bh` and `bar` are known inside layers only\")");
    }
}
