//! Sizes and durations with their units: a bare number says nothing.

use std::time::Duration;

/// `256MiB`, `10GiB`, `500kB`, `1024B`; `0` needs no unit.
pub fn parse_bytes(text: &str) -> Result<u64, String> {
    const UNITS: [(&str, u64); 8] = [
        ("TiB", 1 << 40),
        ("GiB", 1 << 30),
        ("MiB", 1 << 20),
        ("KiB", 1 << 10),
        ("GB", 1_000_000_000),
        ("MB", 1_000_000),
        ("kB", 1_000),
        ("B", 1),
    ];
    let expected = || "expected a size with a unit, for example 256MiB, or 0".to_owned();
    if text == "0" {
        return Ok(0);
    }
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).ok_or_else(expected)?;
    number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(expected)
}

/// `500ms`, `30s`, `5m`, `1h`, `365d`; `0` needs no unit.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];
    let expected = || "expected a duration with a unit, for example 30s, or 0".to_owned();
    if text == "0" {
        return Ok(Duration::ZERO);
    }
    let (number, unit) =
        UNITS.iter().find_map(|(name, unit)| Some((text.strip_suffix(name)?, *unit))).ok_or_else(expected)?;
    let milliseconds =
        number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).ok_or_else(expected)?;
    Ok(Duration::from_millis(milliseconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        assert_eq!(parse_bytes("256MiB"), Ok(256 << 20));
        assert_eq!(parse_bytes("2kB"), Ok(2000));
        assert_eq!(parse_bytes("7 B"), Ok(7));
        assert_eq!(parse_bytes("0"), Ok(0));
        for wrong in ["", "256", "MiB", "-1MiB", "1.5GiB", "99999999999TiB"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("5m"), Ok(Duration::from_mins(5)));
        assert_eq!(parse_duration("365d"), Ok(Duration::from_hours(365 * 24)));
        for wrong in ["", "30", "s", "-1s", "1.5h"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
