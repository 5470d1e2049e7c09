//! What a client takes.

use serde::{Deserialize, Serialize};

/// Which of the negotiable formats a client takes, normalised so that it can be part of a cache key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Accept {
    /// `image/avif` is accepted explicitly.
    pub avif: bool,
    /// `image/webp` is accepted explicitly.
    pub webp: bool,
}

impl Accept {
    /// From an HTTP `Accept` header; wildcards promise nothing, `q=0` refuses.
    pub fn from_header(value: &str) -> Self {
        let accepts = |media_type: &str| {
            value.split(',').any(|range| {
                let mut parts = range.split(';').map(str::trim);
                parts.next().is_some_and(|name| name.eq_ignore_ascii_case(media_type)) && weight(parts) > 0.0
            })
        };
        Self { avif: accepts("image/avif"), webp: accepts("image/webp") }
    }
}

/// The weight of a media range: 1 when it does not say, 0 when what it says is no weight.
fn weight<'h>(mut parameters: impl Iterator<Item = &'h str>) -> f32 {
    let weight = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
    });
    weight.unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::Accept;

    #[test]
    fn only_what_is_named_is_accepted() {
        for (header, avif, webp) in [
            ("", false, false),
            ("*/*", false, false),
            ("image/*,*/*;q=0.8", false, false),
            ("image/avif,image/webp,*/*", true, true),
            ("image/webp", false, true),
            ("IMAGE/WEBP ; Q=0.5 , text/html", false, true),
            ("image/avif;q=0, image/webp;q=0.000", false, false),
            ("image/avif;level=1;q=0.1", true, false),
            ("image/avif;q=many", false, false),
            ("image/avifx, ximage/webp", false, false),
        ] {
            assert_eq!(Accept::from_header(header), Accept { avif, webp }, "{header:?}");
        }
    }
}
