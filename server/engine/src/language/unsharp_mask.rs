//! `e-usm`: sharpens with an unsharp mask.

use super::{
    alpha::{alpha, average, colours_changed},
    gaussian::Gaussian,
    number,
    parameters::{Parameter, Parameters, Refusal},
    settings::is_bare,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture};

const UNSHARP_MASK: Parameter = Parameter {
    key: "e-usm",
    name: "unsharpMask",
    values: "no value, or radius (0 to 100 px), sigma (more than 0, to 100 px), amount (0 to 100) and threshold \
        (0 to 1), joined by `-`",
    default: "not sharpened",
    meaning: "adds to each pixel its difference from a Gaussian of `sigma` within `radius` (0: as far as it reaches), \
        times `amount`, where twice the difference is at least `threshold` of the full range; without a value \
        `0-1-1-0.02`",
    example: "e-usm-2-2-0.8-0.024",
};

const DEFAULT: UnsharpMask = UnsharpMask { radius: 0.0, sigma: 1.0, amount: 1.0, threshold: 0.02 };

/// An unsharp mask, with the meaning that `ImageMagick` gives its numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UnsharpMask {
    /// In pixels, 0 to 100; 0 leaves it to sigma.
    radius: f64,
    /// In pixels, greater than 0, to 100.
    sigma: f64,
    /// 0 to 100.
    amount: f64,
    /// 0 to 1.
    threshold: f64,
}

impl Part for UnsharpMask {
    const PARAMETERS: &'static [Parameter] = &[UNSHARP_MASK];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let mask = parameters.take(&UNSHARP_MASK, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT)),
            text => Self::read(text).map(Some).ok_or(Refusal::Value),
        });
        // Nothing of the difference is added.
        mask.flatten().filter(|mask| mask.amount > 0.0)
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { radius, sigma, amount, threshold } = self;
        if *self == DEFAULT {
            items.push("e-usm".to_owned());
        } else {
            items.push(format!("e-usm-{radius}-{sigma}-{amount}-{threshold}"));
        }
    }

    fn weight(&self) -> f64 {
        6.0
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 0 to 100
    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let gaussian = match self.radius.ceil() as u32 {
            0 => Gaussian::of(self.sigma),
            radius => Gaussian::within(self.sigma, radius),
        };
        let alpha = if picture.has_alpha() { Some(alpha(&picture.image()?)?) } else { None };
        let image = colours_changed(&picture.image()?, |colours| {
            let around = average(colours, alpha.as_ref(), |image| gaussian.blur(image))?;
            let difference = colours.subtract(&around)?;
            // 255 where the difference counts, 0 elsewhere.
            let counts = difference.operation(c"abs")?.run()?.operation(c"relational_const")?;
            let counts = counts.string(c"relational", "moreeq").array_double(c"c", &[self.threshold * 255.0 / 2.0]);
            let factor = counts.run()?.linear(&[self.amount / 255.0], &[0.0], false)?;
            Ok(colours.add(&difference.multiply(&factor)?)?)
        })?;
        Ok(picture.with(image))
    }
}

impl UnsharpMask {
    fn read(text: &str) -> Option<Self> {
        let numbers: Vec<f64> = text.split(['-', '_']).map(number::decimal).collect::<Option<_>>()?;
        let [radius, sigma, amount, threshold] = numbers[..] else { return None };
        let within = |number: f64, maximum: f64| (0.0..=maximum).contains(&number);
        let valid = within(radius, 100.0)
            && within(sigma, 100.0)
            && sigma > 0.0
            && within(amount, 100.0)
            && within(threshold, 1.0);
        // `N0` is 0.
        valid.then_some(Self { radius: radius.abs(), sigma, amount, threshold: threshold.abs() })
    }
}
