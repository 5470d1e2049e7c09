//! What an ICC profile says in numbers, as far as it has to be known before it is handed to a converter.

/// Whether the profile means sRGB, as most do that cameras and editors embed: converting from sRGB to sRGB
/// is the slowest way to do nothing. Its numbers decide. Names lie: cameras call a plain gamma curve sRGB,
/// and there are linear profiles with sRGB in their name.
pub(super) fn is_srgb(profile: &[u8]) -> bool {
    let Some(profile) = Profile::read(profile) else {
        return false;
    };
    // By as much as profiles of the same colours differ.
    let close = |(one, other): (&f64, f64)| (one - other).abs() < 0.002;
    let primaries = profile.primaries().is_some_and(|found| found.iter().zip(SRGB_PRIMARIES).all(close));
    primaries && [*b"rTRC", *b"gTRC", *b"bTRC"].into_iter().all(|name| profile.has_curve_of_srgb(name))
}

/// XYZ of full red, green and blue under D50, as sRGB's profiles have them.
const SRGB_PRIMARIES: [f64; 9] = [0.4361, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141];

/// A profile of RGB whose meaning is three colorants and three curves.
struct Profile<'a> {
    bytes: &'a [u8],
    tags: &'a [u8],
}

impl<'a> Profile<'a> {
    /// `None` when it is broken, of other colours, or works by tables.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        if bytes.get(16..24)? != b"RGB XYZ " {
            return None;
        }
        let count = usize::try_from(number(bytes, 128)?).ok()?.min(100);
        let profile = Self { bytes, tags: bytes.get(132..132 + 12 * count)? };
        profile.tag(*b"A2B0").is_none().then_some(profile)
    }

    fn tag(&self, name: [u8; 4]) -> Option<&'a [u8]> {
        let entry = self.tags.chunks_exact(12).find(|entry| entry.starts_with(&name))?;
        let start = usize::try_from(number(entry, 4)?).ok()?;
        let length = usize::try_from(number(entry, 8)?).ok()?;
        self.bytes.get(start..start.checked_add(length)?)
    }

    fn primaries(&self) -> Option<[f64; 9]> {
        let mut primaries = [0.0; 9];
        for (name, colour) in [*b"rXYZ", *b"gXYZ", *b"bXYZ"].into_iter().zip(primaries.chunks_exact_mut(3)) {
            let tag = self.tag(name)?;
            for (at, value) in (8..).step_by(4).zip(colour) {
                *value = fixed(tag, at)?;
            }
        }
        Some(primaries)
    }

    /// Compared at eight places to less than one step of 8 bits.
    fn has_curve_of_srgb(&self, name: [u8; 4]) -> bool {
        let Some(curve) = self.tag(name) else {
            return false;
        };
        [0.02, 0.06, 0.13, 0.25, 0.4, 0.55, 0.7, 0.9].into_iter().all(|encoded: f64| {
            let slope = 2.4 * ((encoded + 0.055) / 1.055).powf(1.4) / 1.055;
            linear(curve, encoded).is_some_and(|found| (found - srgb_to_linear(encoded)).abs() < slope / 255.0)
        })
    }
}

/// IEC 61966-2-1.
fn srgb_to_linear(encoded: f64) -> f64 {
    if encoded <= 0.04045 { encoded / 12.92 } else { ((encoded + 0.055) / 1.055).powf(2.4) }
}

/// What a curve makes of a value from 0 to 1. Of the parametric ones sRGB can only be written as type 3 or 4.
#[allow(clippy::many_single_char_names)] // the standard's
fn linear(curve: &[u8], encoded: f64) -> Option<f64> {
    match curve.get(..4)? {
        b"curv" => {
            let count = usize::try_from(number(curve, 8)?).ok().filter(|count| *count > 1)?;
            #[allow(clippy::cast_precision_loss)] // some thousands
            let place = encoded * (count - 1) as f64;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, below `count`
            let index = place as usize;
            let entry = |index: usize| {
                let at = 12 + 2 * index.min(count - 1);
                Some(f64::from(u16::from_be_bytes(*curve.get(at..)?.first_chunk()?)) / 65_535.0)
            };
            let (low, high) = (entry(index)?, entry(index + 1)?);
            Some(low + (high - low) * place.fract())
        }
        b"para" => {
            let kind = u16::from_be_bytes(*curve.get(8..)?.first_chunk()?);
            let [g, a, b, c, d] = [12, 16, 20, 24, 28].map(|at| fixed(curve, at));
            let (e, f) = match kind {
                3 => (0.0, 0.0),
                4 => (fixed(curve, 32)?, fixed(curve, 36)?),
                _ => return None,
            };
            Some(if encoded >= d? { (a? * encoded + b?).powf(g?) + e } else { c? * encoded + f })
        }
        _ => None,
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// A number with 16 bits of fraction.
fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(i32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)) / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAMMA_2_2: &[u8] = &[2, 0x33];
    const LINEAR: &[u8] = &[0, 1, 0, 0];

    fn parametric(kind: u16, numbers: &[f64]) -> Vec<u8> {
        let mut curve = [b"para\0\0\0\0", &kind.to_be_bytes()[..], &[0, 0]].concat();
        curve.extend(numbers.iter().flat_map(|number| fixed_bytes(*number)));
        curve
    }

    fn sampled(count: u16, of: impl Fn(f64) -> f64) -> Vec<u8> {
        let mut curve = [b"curv\0\0\0\0", &u32::from(count).to_be_bytes()[..]].concat();
        for index in 0..count {
            let value = of(f64::from(index) / f64::from(count - 1)) * 65_535.0;
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a test's own numbers
            curve.extend((value.round() as u16).to_be_bytes());
        }
        curve
    }

    #[allow(clippy::cast_possible_truncation)] // a test's own numbers
    fn fixed_bytes(number: f64) -> [u8; 4] {
        ((number * 65_536.0).round() as i32).to_be_bytes()
    }

    fn profile(primaries: [f64; 9], curve: &[u8], colours: [u8; 4]) -> Vec<u8> {
        let mut tags: Vec<(&[u8; 4], Vec<u8>)> = vec![(b"desc", b"sRGB IEC61966-2.1".to_vec())];
        for (name, colour) in [b"rXYZ", b"gXYZ", b"bXYZ"].into_iter().zip(primaries.chunks(3)) {
            let numbers = colour.iter().flat_map(|number| fixed_bytes(*number));
            tags.push((name, b"XYZ \0\0\0\0".iter().copied().chain(numbers).collect()));
        }
        tags.extend([b"rTRC", b"gTRC", b"bTRC"].map(|name| (name, curve.to_vec())));
        let mut bytes = [&[0; 16], &colours[..], b"XYZ ", &[0; 104]].concat();
        bytes.extend(u32::try_from(tags.len()).expect("few").to_be_bytes());
        let mut start = 132 + 12 * tags.len();
        for (name, content) in &tags {
            bytes.extend(*name);
            bytes.extend(
                [start, content.len()].map(|number| u32::try_from(number).expect("small").to_be_bytes()).concat(),
            );
            start += content.len();
        }
        bytes.extend(tags.iter().flat_map(|(_, content)| content));
        bytes
    }

    #[test]
    fn numbers_decide_and_not_the_name() {
        let third = parametric(3, &[2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045]);
        let fourth = parametric(4, &[2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045, 0.0, 0.0]);
        for curve in [&third, &fourth, &sampled(1024, srgb_to_linear), &sampled(4096, srgb_to_linear)] {
            assert!(is_srgb(&profile(SRGB_PRIMARIES, curve, *b"RGB ")), "{:?}", &curve[..12]);
        }
        let gamma = [b"curv\0\0\0\0\0\0\0\x01", GAMMA_2_2].concat();
        let linear = [b"para\0\0\0\0\0\0\0\0", LINEAR].concat();
        for curve in [&gamma, &linear, &sampled(1024, |value| value), &sampled(256, |value| value.powf(2.2))] {
            assert!(!is_srgb(&profile(SRGB_PRIMARIES, curve, *b"RGB ")), "{:?}", &curve[..12]);
        }
        let mut wide = SRGB_PRIMARIES;
        wide[0] = 0.5151;
        assert!(!is_srgb(&profile(wide, &third, *b"RGB ")));
        assert!(!is_srgb(&profile(SRGB_PRIMARIES, &third, *b"CMYK")));
    }

    #[test]
    fn what_is_cut_short_is_not_srgb() {
        let whole = profile(SRGB_PRIMARIES, &sampled(1024, srgb_to_linear), *b"RGB ");
        for length in 0..whole.len() {
            assert!(!is_srgb(&whole[..length]), "the first {length} bytes");
        }
    }
}
