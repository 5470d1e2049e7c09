//! How much of a reduction is left to the decoder.

use crate::{Favour, language::Reduction};
use darkroom_jpeg::Scale;
use darkroom_planes::Light;

/// The factor that the resampler must have left, at least: what the decoder's own reduction does to edges is coarser.
///
/// On 72 photographs (19, 24 and 29, at 300, 512 and 1000 px), 1.5 took 11 % less time in the mean than the decoder's
/// plain means with 1.75, at scores from 0.2 below to 1.7 above theirs; the worst of them gained up to 17 points. With
/// 1.25 it would be 8 % less again and 0.7 points, with 1.75 it is 8 % more for 0.2 points.
const RESIDUAL: f64 = 1.5;

/// The same where speed is favoured: a decoder's scale is never enlarged.
const SPEEDY_RESIDUAL: f64 = 1.0;

/// The same for samples that are means as they are coded, as those of progressive files are. On 19 photos at 512 px the
/// worst scored 54 of 100 with a factor of 1, 76.5 with 1.5 or 1.75 and 77.6 with 2; in the mean of them 1.75 was 0.2
/// points below 2.
const RESIDUAL_AS_CODED: f64 = 1.75;

/// The same where speed is favoured.
const SPEEDY_RESIDUAL_AS_CODED: f64 = 1.5;

/// Decoders' scales with the factor by which they divide both sides, the cheapest first.
const SCALES: [(Scale, f64); 3] = [(Scale::Eighth, 8.0), (Scale::Quarter, 4.0), (Scale::Half, 2.0)];

/// The smallest scale at which enough is left to the resampler, of samples that are means of this.
pub(super) fn scale(reduction: &Reduction, favour: Favour, light: Light) -> Scale {
    let (window, result) = (reduction.window, reduction.result);
    let residual = match (light, favour) {
        (Light::Linear, Favour::Quality) => RESIDUAL,
        (Light::Linear, Favour::Speed) => SPEEDY_RESIDUAL,
        (Light::AsCoded, Favour::Quality) => RESIDUAL_AS_CODED,
        (Light::AsCoded, Favour::Speed) => SPEEDY_RESIDUAL_AS_CODED,
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

    fn scale_of(window: Window, width: u32, height: u32, favour: Favour, light: Light) -> Scale {
        scale(&Reduction { window, result: Size { width, height } }, favour, light)
    }

    #[test]
    fn enough_is_left_to_the_resampler() {
        let of = |side: f64, result| scale_of(Window::of(side, side), result, result, Favour::Quality, Light::Linear);
        assert_eq!(of(6144.0, 512), Scale::Eighth);
        assert_eq!(of(6143.0, 512), Scale::Quarter);
        assert_eq!(of(1536.0, 512), Scale::Half);
        assert_eq!(of(1535.0, 512), Scale::Full);
        assert_eq!(of(512.0, 512), Scale::Full);
    }

    #[test]
    fn less_is_left_where_speed_is_favoured() {
        let of = |side: f64, result| scale_of(Window::of(side, side), result, result, Favour::Speed, Light::Linear);
        assert_eq!(of(4096.0, 512), Scale::Eighth);
        assert_eq!(of(4095.0, 512), Scale::Quarter);
        assert_eq!(of(1023.0, 512), Scale::Full);
    }

    #[test]
    fn more_is_left_of_means_of_coded_samples() {
        let of = |side: f64, favour| scale_of(Window::of(side, side), 512, 512, favour, Light::AsCoded);
        assert_eq!(of(7168.0, Favour::Quality), Scale::Eighth);
        assert_eq!(of(7167.0, Favour::Quality), Scale::Quarter);
        assert_eq!(of(6144.0, Favour::Speed), Scale::Eighth);
        assert_eq!(of(6143.0, Favour::Speed), Scale::Quarter);
    }

    #[test]
    fn the_axis_that_is_reduced_less_decides() {
        let of = |side: f64, other| scale_of(Window::of(side, other), 500, 500, Favour::Quality, Light::Linear);
        assert_eq!(of(8000.0, 1500.0), Scale::Half);
        assert_eq!(of(8000.0, 500.0), Scale::Full);
    }
}
