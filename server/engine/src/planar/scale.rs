//! How much of a reduction is left to the decoder.

use crate::{Favour, language::Reduction};
use darkroom_jpeg::Scale;

/// The factor that the resampler must have left, at least. The decoder's reduction is a box: where it is all there
/// is, fine detail aliases. On 19 photos at 512 px the worst scored 54 of 100 with a factor of 1, 76.5 with 1.5 or 1.75
/// and 77.6 with 2; in the mean of them 1.75 was 0.2 points below 2 at 512 px, and less at 450, 720 and 1000 px. Photos
/// of 12 megapixels, which is what most cameras in telephones write, are four times as long as 512 px and less than
/// twice that of a quarter: 1.75 has them decoded at a quarter, for a third less time.
const RESIDUAL: f64 = 1.75;

/// The same where speed is favoured.
const SPEEDY_RESIDUAL: f64 = 1.5;

/// Decoders' scales with the factor by which they divide both sides, the cheapest first.
const SCALES: [(Scale, f64); 3] = [(Scale::Eighth, 8.0), (Scale::Quarter, 4.0), (Scale::Half, 2.0)];

/// The smallest scale at which enough is left to the resampler.
pub(super) fn scale(reduction: &Reduction, favour: Favour) -> Scale {
    let (window, result) = (reduction.window, reduction.result);
    let residual = match favour {
        Favour::Quality => RESIDUAL,
        Favour::Speed => SPEEDY_RESIDUAL,
    };
    let reduction = (window.width / f64::from(result.width)).min(window.height / f64::from(result.height));
    let enough = |(_, divisor): &&(Scale, f64)| reduction / divisor >= residual;
    SCALES.iter().find(enough).map_or(Scale::Full, |(scale, _)| *scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Size;
    use darkroom_planes::Window;

    fn scale_of(window: Window, width: u32, height: u32, favour: Favour) -> Scale {
        scale(&Reduction { window, result: Size { width, height } }, favour)
    }

    #[test]
    fn enough_is_left_to_the_resampler() {
        let of = |side: f64, result| scale_of(Window::of(side, side), result, result, Favour::Quality);
        assert_eq!(of(7168.0, 512), Scale::Eighth);
        assert_eq!(of(7167.0, 512), Scale::Quarter);
        assert_eq!(of(1792.0, 512), Scale::Half);
        assert_eq!(of(1791.0, 512), Scale::Full);
        assert_eq!(of(512.0, 512), Scale::Full);
    }

    #[test]
    fn less_is_left_where_speed_is_favoured() {
        let of = |side: f64, result| scale_of(Window::of(side, side), result, result, Favour::Speed);
        assert_eq!(of(6144.0, 512), Scale::Eighth);
        assert_eq!(of(6143.0, 512), Scale::Quarter);
        assert_eq!(of(1535.0, 512), Scale::Full);
    }

    #[test]
    fn the_axis_that_is_reduced_less_decides() {
        assert_eq!(scale_of(Window::of(8000.0, 2000.0), 500, 500, Favour::Quality), Scale::Half);
        assert_eq!(scale_of(Window::of(8000.0, 500.0), 500, 500, Favour::Quality), Scale::Full);
    }
}
