//! `e-dropshadow`: the shadow that what is not transparent throws on the ground it stands on.

use super::{
    Size,
    alpha::alpha,
    gaussian::Gaussian,
    number,
    parameters::{Parameter, Parameters, Refusal},
    settings::{is_bare, settings},
    shadow,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const DROP_SHADOW: Parameter = Parameter {
    key: "e-dropshadow",
    name: "aiDropShadow",
    values: "no value, or settings joined by `_`: `az-` (azimuth, 0 to 360), `el-` (elevation, 0 to 90), `st-` \
        (saturation, 0 to 100)",
    default: "no shadow; `az-215_el-45_st-60` without a value",
    meaning: "throws a shadow on the ground below the lowest pixel that is not transparent: `az` is where the light \
        comes from (0 from behind, 90 from the right, 180 from the front), `el` how high it stands, `st` the shadow's \
        opacity in percent; reckoned from the outline, without AI; the image keeps its size",
    example: "e-dropshadow-az-45_el-30",
};

const DEFAULT: DropShadow = DropShadow { azimuth: 215.0, elevation: 45.0, saturation: 60.0 };

/// The ground is seen from a little above: what lies as far behind as it is wide looks this much of it high.
const FORESHORTENING: f64 = 0.4;
/// A light from the side throws a line on the ground; things have some depth, though, of this part of their height.
const LEAST_DEPTH: f64 = 0.08;
/// The longest shadow, in heights of the thing.
const LONGEST: f64 = 4.0;
/// Alpha from which on a pixel touches the ground, of 255.
const SOLID: f64 = 127.0;

/// A shadow on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct DropShadow {
    /// Where the light comes from, in degrees clockwise, seen from above; 0 to less than 360.
    azimuth: f64,
    /// How high the light stands, in degrees, 0 to 90.
    elevation: f64,
    /// Opacity in percent, 0 to 100.
    saturation: f64,
}

impl Part for DropShadow {
    const PARAMETERS: &'static [Parameter] = &[DROP_SHADOW];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        let shadow = parameters.take(&DROP_SHADOW, |text| match text {
            "false" => Ok(None),
            text if is_bare(text) => Ok(Some(DEFAULT)),
            text => Self::read(text).map(Some).ok_or(Refusal::Value),
        });
        shadow.flatten().filter(|shadow| shadow.saturation > 0.0)
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { azimuth, elevation, saturation } = self;
        if *self == DEFAULT {
            items.push("e-dropshadow".to_owned());
        } else {
            items.push(format!("e-dropshadow-az-{azimuth}_el-{elevation}_st-{saturation}"));
        }
    }

    fn result_size(&self, input: Size, step: &Step<'_>) -> Result<Option<Size>, Error> {
        shadow::check(input, step.limits).map(Some)
    }

    fn weight(&self) -> f64 {
        7.0
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        if !picture.has_alpha() {
            // It would lie below the whole of it.
            return Ok(picture);
        }
        let picture = picture.in_memory()?;
        let alpha = alpha(&picture.image()?)?;
        let Some(ground) = ground(&alpha)? else { return Ok(picture) };
        let thrown = self.thrown(&alpha, ground)?;
        let sigma = f64::from(picture.width().max(picture.height())) / 100.0;
        let soft = Gaussian::of(sigma).blur(&thrown)?;
        let image = shadow::below(&picture.image()?, &soft.linear(&[self.saturation / 100.0], &[0.0], false)?)?;
        Ok(picture.with(image))
    }
}

impl DropShadow {
    fn read(text: &str) -> Option<Self> {
        let mut shadow = DEFAULT;
        for (key, value) in settings(text, &["az", "el", "st"])? {
            let number = number::decimal(value)?;
            let (setting, maximum) = match key {
                "az" => (&mut shadow.azimuth, 360.0),
                "el" => (&mut shadow.elevation, 90.0),
                _ => (&mut shadow.saturation, 100.0),
            };
            if !(0.0..=maximum).contains(&number) {
                return None;
            }
            *setting = number + 0.0;
        }
        shadow.azimuth = shadow.azimuth.rem_euclid(360.0);
        Some(shadow)
    }

    /// The outline as it lies on the ground, whose line is at `ground` pixels from the top; floats, 0 to 255.
    fn thrown(self, alpha: &Image, ground: f64) -> Result<Image, Error> {
        let away = (self.azimuth + 180.0).to_radians();
        let length = (1.0 / self.elevation.to_radians().tan()).clamp(0.0, LONGEST);
        // What stands `h` above the ground falls `h × sideways` to the right and `h × upwards` up the image.
        let sideways = length * away.sin();
        let upwards = length * away.cos() * FORESHORTENING;
        let upwards = if upwards.abs() < LEAST_DEPTH { LEAST_DEPTH.copysign(upwards) } else { upwards };
        // libvips wants where a pixel goes to: x' = x + sideways × (ground − y), y' = ground − upwards × (ground − y).
        let (width, height) = (as_int(alpha.width()), as_int(alpha.height()));
        let affine = alpha.cast_float()?.operation(c"affine")?;
        let affine = affine.array_double(c"matrix", &[1.0, -sideways, 0.0, upwards]);
        let affine = affine.double(c"odx", sideways * ground).double(c"ody", ground - upwards * ground);
        Ok(affine.array_int(c"oarea", &[0, 0, width, height]).run()?)
    }
}

/// The bottom edge of the lowest row that holds something solid, in pixels from the top; `None` without one.
fn ground(alpha: &Image) -> Result<Option<f64>, Error> {
    let solid = alpha.operation(c"relational_const")?.string(c"relational", "more").array_double(c"c", &[SOLID]);
    let rows = solid.run()?.operation(c"project")?.build()?.image(c"rows")?.numbers()?;
    let lowest = rows.iter().rposition(|sum| *sum > 0.0);
    Ok(lowest.and_then(|row| u32::try_from(row + 1).ok()).map(f64::from))
}

fn as_int(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
