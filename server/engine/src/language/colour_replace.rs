//! `cr`: puts one colour in the place of another, with its lights and shades.

use super::{
    Colour, number,
    oklab::Oklab,
    palette,
    parameters::{Parameter, Parameters, Refusal},
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};

const COLOUR_REPLACE: Parameter = Parameter {
    key: "cr",
    name: "colorReplace",
    values: "a colour, then if wanted a tolerance from 0 to 100 and the colour to replace, joined by `_`",
    default: "colours stay; tolerance 35; the image's dominant colour is replaced",
    meaning: "replaces a colour and what is near it by another; lighter and darker shades of the one become lighter \
        and darker shades of the other",
    example: "cr-2A6F97_40_C23B32",
};

const DEFAULT_TOLERANCE: f64 = 35.0;
/// The distance in Oklab at tolerance 100: about that of red and green.
const WIDEST: f64 = 0.4;
/// Shades of one thing differ mostly in lightness, so it counts less than colour.
const LIGHTNESS_COUNTS: f32 = 0.5;
/// From this part of the tolerance on the new colour fades out, so that edges stay smooth.
const FADES_FROM: f32 = 0.75;
/// Rounding of 8 bits, which even tolerance 0 forgives.
const ROUNDING: f32 = 0.002;
/// Rows that are taken out of the image at a time.
const STRIP_ROWS: u32 = 128;

/// A colour that takes the place of another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct ColourReplace {
    to: Colour,
    /// 0 to 100.
    tolerance: f64,
    /// `None` for the dominant one.
    from: Option<Colour>,
}

impl Part for ColourReplace {
    const PARAMETERS: &'static [Parameter] = &[COLOUR_REPLACE];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        parameters.take(&COLOUR_REPLACE, |text| Self::read(text).ok_or(Refusal::Value))
    }

    fn write(&self, items: &mut Vec<String>) {
        let Self { to, tolerance, from } = self;
        items.push(match from {
            Some(from) => format!("cr-{to}_{tolerance}_{from}"),
            #[allow(clippy::float_cmp)] // the value that needs no number
            None if *tolerance == DEFAULT_TOLERANCE => format!("cr-{to}"),
            None => format!("cr-{to}_{tolerance}"),
        });
    }

    fn weight(&self) -> f64 {
        5.0
    }

    fn apply(&self, picture: Picture, _: &Step<'_>) -> Result<Picture, Error> {
        let picture = picture.in_memory()?;
        let from = match self.from {
            Some(from) => Some(from.rgb()),
            None => palette::dominant(&picture.image()?)?,
        };
        let Some(from) = from else { return Ok(picture) };
        let image = self.replaced(&picture.image()?, from)?;
        Ok(picture.with(image))
    }
}

impl ColourReplace {
    fn read(text: &str) -> Option<Self> {
        let mut pieces = text.split('_');
        let to = Colour::read(pieces.next()?)?;
        let tolerance = match pieces.next() {
            Some(tolerance) => number::decimal(tolerance).filter(|tolerance| (0.0..=100.0).contains(tolerance))?,
            None => DEFAULT_TOLERANCE,
        };
        let from = match pieces.next() {
            Some(from) => Some(Colour::read(from)?),
            None => None,
        };
        pieces.next().is_none().then_some(Self { to, tolerance: tolerance.abs(), from })
    }

    fn replaced(self, image: &Image, from: [u8; 3]) -> Result<Image, Error> {
        let change = self.change(from);
        let bands = image.bands() as usize;
        let (width, height) = (image.width(), image.height());
        let mut pixels = Vec::with_capacity(bands * width as usize * height as usize);
        // Equal pixels lie side by side: the last answer is often the next one.
        let mut last = ([0; 3], change.of([0; 3]));
        for top in (0..height).step_by(STRIP_ROWS as usize) {
            let strip = image.extract_area(0, top, width, STRIP_ROWS.min(height - top))?.to_memory()?;
            for pixel in strip.chunks_exact(bands) {
                let colour = [pixel[0], pixel[1], pixel[2]];
                if colour != last.0 {
                    last = (colour, change.of(colour));
                }
                pixels.extend_from_slice(&last.1);
                pixels.extend_from_slice(&pixel[3..]);
            }
        }
        let changed = Image::from_memory(pixels.into(), width, height, image.bands())?;
        // Laid over the old pixels, so that what the image carries beside them stays.
        Ok(image.insert(&changed, 0, 0)?)
    }

    #[allow(clippy::cast_possible_truncation)] // less precise, and enough
    fn change(self, from: [u8; 3]) -> Change {
        let reach = (self.tolerance / 100.0 * WIDEST) as f32;
        Change { from: Oklab::of(from), to: Oklab::of(self.to.rgb()), amount: self.to.opacity() as f32, reach }
    }
}

/// What happens to each colour.
struct Change {
    from: Oklab,
    to: Oklab,
    /// How much of the new colour is put in place, 0 to 1.
    amount: f32,
    /// The distance in Oklab within which colours change.
    reach: f32,
}

impl Change {
    fn of(&self, rgb: [u8; 3]) -> [u8; 3] {
        let Self { from, to, amount, reach } = self;
        let colour = Oklab::of(rgb);
        // Towards black and white a colour loses its tint: 1 at the colour itself, 0 at both ends.
        let tint = if colour.lightness <= from.lightness {
            ratio(colour.lightness, from.lightness)
        } else {
            ratio(1.0 - colour.lightness, 1.0 - from.lightness)
        };
        let (a, b) = (colour.a - tint * from.a, colour.b - tint * from.b);
        let lightness = LIGHTNESS_COUNTS * (colour.lightness - from.lightness);
        let distance = (a * a + b * b + lightness * lightness).sqrt();
        let weight = amount * fading(distance, *reach);
        if weight == 0.0 {
            return rgb;
        }
        let shade = if colour.lightness <= from.lightness {
            to.lightness * ratio(colour.lightness, from.lightness)
        } else {
            1.0 - (1.0 - to.lightness) * ratio(1.0 - colour.lightness, 1.0 - from.lightness)
        };
        // What made the old colour's neighbours different from it makes the new one's different from it too.
        let new = Oklab { lightness: shade, a: tint * to.a + a, b: tint * to.b + b };
        let mixed = |old: f32, new: f32| old + weight * (new - old);
        Oklab {
            lightness: mixed(colour.lightness, new.lightness),
            a: mixed(colour.a, new.a),
            b: mixed(colour.b, new.b),
        }
        .rgb()
    }
}

/// `part ÷ whole` for a part that is not greater; 1 when both are nothing.
fn ratio(part: f32, whole: f32) -> f32 {
    if whole <= f32::EPSILON { 1.0 } else { (part / whole).clamp(0.0, 1.0) }
}

/// 1 near the colour, 0 from `reach` on, and smooth in between.
fn fading(distance: f32, reach: f32) -> f32 {
    let (begins, ends) = (ROUNDING.max(reach * FADES_FROM), ROUNDING.max(reach));
    if distance <= begins {
        return 1.0;
    }
    if distance >= ends {
        return 0.0;
    }
    let part = (ends - distance) / (ends - begins);
    part * part * (3.0 - 2.0 * part)
}
