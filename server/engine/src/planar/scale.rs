//! How much of a reduction is left to the decoder.

use crate::{Favour, language::Reduction};
use darkroom_jpeg::Scale;
use darkroom_planes::{Light, Subsampling};

/// The factor that the resampler must have left, at least: what the decoder's own reduction does to edges is coarser.
///
/// On 72 photographs (three sets) at 300 and 512 px this takes 4 % less time in the mean than the decoder's plain means
/// with 1.75, at mean scores of sets from 0.2 below to 1.5 above theirs; the worst photograph gained 18 points. 1.25 would
/// cost up to 0.9 points more, and 1.75 would give 0.2.
const RESIDUAL: f64 = 1.5;

/// The same where speed is favoured: a decoder's scale is never enlarged.
const SPEEDY_RESIDUAL: f64 = 1.0;

/// The same for samples that are means as they are coded, as those of progressive files are. On 19 photos at 512 px the
/// worst scored 54 of 100 with a factor of 1, 76.5 with 1.5 or 1.75 and 77.6 with 2; in the mean of them 1.75 was 0.2
/// points below 2.
const RESIDUAL_AS_CODED: f64 = 1.75;

/// The same where speed is favoured.
const SPEEDY_RESIDUAL_AS_CODED: f64 = 1.5;

/// The same for chroma, in which nobody sees detail as fine: it may even be enlarged a little. On the 19 photographs at
/// 512 px, where this is what makes the chroma of 12 megapixels an eighth, it costs 0.05 points and saves 12 % of
/// decoding.
const CHROMA_RESIDUAL: f64 = 0.95;

/// The same where speed is favoured; 0.2 points.
const SPEEDY_CHROMA_RESIDUAL: f64 = 0.7;

/// A scale at which a file is decoded: that of luma, and that of chroma, which is no larger.
pub(super) type Scales = [Scale; 2];

/// What a reduction is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Samples {
    /// What the decoder's samples are means of.
    pub(super) light: Light,
    /// Samples of chroma beside each other and above each other, upright, in each pixel of the source; none where it has
    /// no scale of its own.
    pub(super) chroma: Option<[f64; 2]>,
}

/// The smallest scales at which enough is left to the resampler, for a result with chroma like this.
pub(super) fn scales(reduction: &Reduction, favour: Favour, samples: Samples, chroma: Subsampling) -> Scales {
    let residual = match (samples.light, favour) {
        (Light::Linear, Favour::Quality) => RESIDUAL,
        (Light::Linear, Favour::Speed) => SPEEDY_RESIDUAL,
        (Light::AsCoded, Favour::Quality) => RESIDUAL_AS_CODED,
        (Light::AsCoded, Favour::Speed) => SPEEDY_RESIDUAL_AS_CODED,
    };
    let (window, result) = (reduction.window, reduction.result);
    let luma = smallest([window.width, window.height], [result.width, result.height], residual);
    let Some([across, down]) = samples.chroma else {
        return [luma, luma];
    };
    let result = match chroma {
        Subsampling::None => [result.width, result.height],
        Subsampling::Both => [result.width.div_ceil(2), result.height.div_ceil(2)],
    };
    let residual = match favour {
        Favour::Quality => CHROMA_RESIDUAL,
        Favour::Speed => SPEEDY_CHROMA_RESIDUAL,
    };
    [luma, smallest([window.width * across, window.height * down], result, residual).min(luma)]
}

/// The smallest scale of so many samples that leaves this factor to a result.
fn smallest(samples: [f64; 2], result: [u32; 2], residual: f64) -> Scale {
    let factor = (samples[0] / f64::from(result[0])).min(samples[1] / f64::from(result[1]));
    let of = |scale: Scale| match scale {
        Scale::Eighth => factor / 8.0,
        Scale::Quarter => factor / 4.0,
        Scale::Half => factor / 2.0,
        Scale::Full => factor,
    };
    Scale::ALL.into_iter().find(|scale| of(*scale) >= residual).unwrap_or(Scale::Full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Size;
    use darkroom_planes::Window;

    fn scale_of(window: Window, width: u32, height: u32, favour: Favour, light: Light) -> Scale {
        let samples = Samples { light, chroma: None };
        scales(&Reduction { window, result: Size { width, height } }, favour, samples, Subsampling::Both)[0]
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

    #[test]
    fn chroma_is_smaller_where_that_is_enough() {
        let of = |side: f64, favour, sampling: [f64; 2], chroma| {
            let (window, result) = (Window::of(side, side), Size { width: 512, height: 512 });
            let samples = Samples { light: Light::Linear, chroma: Some(sampling) };
            scales(&Reduction { window, result }, favour, samples, chroma)
        };
        let (quality, speed) = (Favour::Quality, Favour::Speed);
        // 4:2:0, as it is stored and as it is written.
        let halved = [0.5, 0.5];
        assert_eq!(of(3892.0, quality, halved, Subsampling::Both), [Scale::Quarter, Scale::Eighth]);
        assert_eq!(of(3890.0, quality, halved, Subsampling::Both), [Scale::Quarter, Scale::Quarter]);
        assert_eq!(of(3890.0, speed, halved, Subsampling::Both), [Scale::Quarter, Scale::Eighth]);
        // 4:2:2: the axis with fewer samples decides.
        assert_eq!(of(3890.0, quality, [0.5, 1.0], Subsampling::Both), [Scale::Quarter, Scale::Quarter]);
        // 4:4:4, and a result that has all of it.
        assert_eq!(of(3100.0, quality, [1.0, 1.0], Subsampling::Both), [Scale::Quarter, Scale::Eighth]);
        assert_eq!(of(3100.0, quality, [1.0, 1.0], Subsampling::None), [Scale::Quarter, Scale::Quarter]);
        // Never larger than luma, even where there is not enough of it.
        assert_eq!(of(3100.0, quality, halved, Subsampling::None), [Scale::Quarter, Scale::Quarter]);
        assert_eq!(of(600.0, quality, halved, Subsampling::None), [Scale::Full, Scale::Full]);
    }
}
