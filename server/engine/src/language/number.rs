//! Numbers as the URL language writes them: decimals, a leading `N` for negatives, never an exponent.

/// Reads `12`, `0.5`, `.5` or `N40`; nothing else is a number here.
pub(super) fn decimal(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('N') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) || digits.is_empty() {
        return None;
    }
    let value: f64 = digits.parse().ok()?;
    // `N0` is 0, and never the zero that would be written with a minus.
    value.is_finite().then_some(sign * value + 0.0)
}

/// The text that [`decimal`] reads back as `value`.
pub(super) fn text(value: f64) -> String {
    if value < 0.0 { format!("N{}", -value) } else { value.to_string() }
}

/// A whole number between `minimum` and `maximum`, both included.
pub(super) fn whole(text: &str, minimum: u32, maximum: u32) -> Option<u32> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value = text.parse().ok()?;
    (minimum..=maximum).contains(&value).then_some(value)
}

/// `true` or `false`.
pub(super) fn truth(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// `value` to the nearest whole number of pixels, halves away from zero; never less than one pixel.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // `as` saturates, which is what a limit check after it needs
pub(super) fn pixels(value: f64) -> u32 {
    value.round().max(1.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<f64>) {
        assert_eq!(decimal(text), expected, "for {text:?}");
    }

    #[test]
    fn decimals() {
        check("12", Some(12.0));
        check("0.50", Some(0.5));
        check(".5", Some(0.5));
        check("N40", Some(-40.0));
        for text in ["", ".", "N", "5.", "1e5", "inf", "nan", "+1", "-1", "1.2.3", "NN1", " 1", "१"] {
            check(text, None);
        }
        check(&"9".repeat(400), None);
    }

    #[test]
    fn whole_numbers() {
        assert_eq!(whole("80", 1, 100), Some(80));
        assert_eq!(whole("080", 1, 100), Some(80));
        for text in ["0", "101", "", "1.5", "+1", "99999999999"] {
            assert_eq!(whole(text, 1, 100), None, "for {text:?}");
        }
    }
}
