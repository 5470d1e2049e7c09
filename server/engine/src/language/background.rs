//! `bg`: what fills padding, and stands behind a transparent image.

mod blurred;
mod gradient;

use super::{
    Colour, Size,
    alpha::to_8_bits,
    palette,
    parameters::{Parameter, Parameters, Refusal},
    resize::Plan,
    transformation::{Part, Step},
};
use crate::{Error, picture::Picture, vips::Image};
use blurred::Blurred;
use darkroom_planes::Raster;
use gradient::Palette;

pub(super) const BACKGROUND: Parameter = Parameter {
    key: "bg",
    name: "background",
    values: "a colour (a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`), `dominant`, `gradient_dominant`, \
        `gradient_dominant_4`, or `blurred` with, if wanted, its intensity (`auto` or 0 to 100) and its brightness \
        (`N255` to 255), joined by `_`",
    default: "padding is black; transparent images stay transparent",
    meaning: "fills padding and the corners of a turned image, and stands behind transparent pixels; `blurred` only \
        fills padding",
    example: "bg-FFE8A3",
};

/// What stands behind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Background {
    Colour(Colour),
    /// The dominant colour of the image's border.
    Dominant,
    /// From one dominant colour to another.
    Gradient(Palette),
    /// A blurred copy of the image.
    Blurred(Blurred),
}

impl Part for Background {
    const PARAMETERS: &'static [Parameter] = &[BACKGROUND];

    fn take(parameters: &mut Parameters<'_>) -> Option<Self> {
        parameters.take(&BACKGROUND, |text| {
            if let Some(colour) = Colour::read(text) {
                return Ok(Self::Colour(colour));
            }
            match text.split(['_', '-']).next().unwrap_or_default() {
                "genfill" => Err(Refusal::Unsupported(
                    "generative fill is not supported; `blurred`, `dominant` and `gradient_dominant` fill padding without",
                )),
                "dominant" if text == "dominant" => Ok(Self::Dominant),
                "gradient" => Palette::read(text).map(Self::Gradient),
                "blurred" => Blurred::read(text).map(Self::Blurred).ok_or(Refusal::Value),
                _ => Err(Refusal::Value),
            }
        })
    }

    fn write(&self, items: &mut Vec<String>) {
        items.push(match self {
            Self::Colour(colour) => format!("bg-{colour}"),
            Self::Dominant => "bg-dominant".to_owned(),
            Self::Gradient(palette) => format!("bg-{palette}"),
            Self::Blurred(blurred) => format!("bg-{blurred}"),
        });
    }

    fn weight(&self) -> f64 {
        match self {
            Self::Colour(_) => 0.5,
            Self::Dominant => 0.7,
            Self::Gradient(_) => 2.5,
            Self::Blurred(_) => 2.0,
        }
    }

    /// Behind a picture that is not resized; a resize puts it behind before it pads.
    fn apply(&self, picture: Picture, step: &Step<'_>) -> Result<Picture, Error> {
        if step.parts.resize.is_some() { Ok(picture) } else { self.stand_behind(picture) }
    }
}

impl Background {
    /// Puts it behind the picture's transparent pixels.
    pub(super) fn stand_behind(&self, picture: Picture) -> Result<Picture, Error> {
        if !picture.has_alpha() {
            return Ok(picture);
        }
        match self {
            Self::Colour(colour) => behind(picture, *colour),
            Self::Dominant => {
                let picture = picture.in_memory()?;
                match dominant(&picture)? {
                    Some(colour) => behind(picture, colour),
                    None => Ok(picture),
                }
            }
            Self::Gradient(palette) => {
                let picture = picture.in_memory()?;
                let whole = Plan::unchanged(Size { width: picture.width(), height: picture.height() });
                let image = palette.pad(&picture.image()?, &whole)?;
                Ok(picture.with(image))
            }
            Self::Blurred(_) => Ok(picture),
        }
    }

    /// Puts it behind the picture's transparent pixels and around the picture, as planned.
    pub(super) fn pad(&self, picture: Picture, plan: &Plan) -> Result<Picture, Error> {
        if plan.canvas == plan.content {
            return self.stand_behind(picture);
        }
        match self {
            Self::Colour(colour) => plan.pad(behind(picture, *colour)?, *colour),
            Self::Dominant => {
                let picture = picture.in_memory()?;
                let colour = dominant(&picture)?.unwrap_or(Colour::BLACK);
                plan.pad(behind(picture, colour)?, colour)
            }
            Self::Gradient(palette) => {
                let picture = picture.in_memory()?;
                let image = palette.pad(&picture.image()?, plan)?;
                Ok(picture.with(image))
            }
            Self::Blurred(blurred) => {
                let picture = picture.in_memory()?;
                let image = blurred.pad(&picture.image()?, plan)?;
                Ok(picture.with(image))
            }
        }
    }

    /// The one colour that it is, for this image.
    pub(super) fn flat_colour(&self, picture: &Picture) -> Result<Option<Colour>, Error> {
        match self {
            Self::Colour(colour) => Ok(Some(*colour)),
            Self::Dominant => dominant(&picture.clone().in_memory()?),
            Self::Gradient(_) | Self::Blurred(_) => Ok(None),
        }
    }
}

/// Of a picture that lies in memory.
fn dominant(picture: &Picture) -> Result<Option<Colour>, Error> {
    let colour = match picture.raster() {
        Some(raster) => palette::dominant_of_raster_border(raster),
        None => palette::dominant_of_border(&picture.image()?)?,
    };
    Ok(colour.map(Colour::opaque))
}

/// Puts a colour behind the picture's transparent pixels.
pub(super) fn behind(picture: Picture, colour: Colour) -> Result<Picture, Error> {
    if !picture.has_alpha() || colour.opacity() == 0.0 {
        return Ok(picture);
    }
    if let Some(raster) = picture.raster() {
        let raster = if colour.is_opaque() {
            Raster::clone(raster).flattened(colour.rgb())
        } else {
            let mut ground = Raster::filled(raster.channels(), raster.width(), raster.height(), &pixel(colour));
            ground.lay(raster, 0, 0);
            ground
        };
        return Ok(picture.with_raster(raster));
    }
    if colour.is_opaque() {
        let image = picture.image()?.flatten(&colour.rgb().map(f64::from))?;
        return Ok(picture.with(image));
    }
    let (image, ink) = ink(&picture.image()?, colour)?;
    let zeros = vec![0.0; ink.len()];
    // In floating point: libvips cuts fractions off when it blends 8-bit images.
    let behind = image.linear(&zeros, &ink, false)?;
    let image = to_8_bits(&behind.composite_over(&image.cast_float()?, 0, 0)?)?;
    Ok(picture.with(image))
}

/// Lays an image on a canvas where the plan wants it; the canvas shows where the image is transparent.
fn laid_on(canvas: &Image, image: &Image, plan: &Plan) -> Result<Image, Error> {
    let offset = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
    let (left, top) = (offset(plan.left), offset(plan.top));
    if !image.has_alpha() {
        return Ok(canvas.insert(image, left, top)?);
    }
    let both = canvas.cast_float()?.composite_over(&image.cast_float()?, left, top)?;
    let both = if canvas.has_alpha() { both } else { both.extract_bands(0, canvas.bands())? };
    to_8_bits(&both)
}

/// The picture on a canvas of one colour, with its first pixel at `left`, `top`.
pub(super) fn on_canvas(
    picture: Picture,
    (left, top): (u32, u32),
    canvas: Size,
    colour: Colour,
) -> Result<Picture, Error> {
    let Some(raster) = picture.raster() else {
        let (image, ink) = ink(&picture.image()?, colour)?;
        let offset = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let image = image.embed(offset(left), offset(top), canvas.width, canvas.height, &ink)?;
        return Ok(picture.with(image));
    };
    let with_alpha = (!colour.is_opaque()).then(|| Raster::clone(raster).with_alpha());
    let raster = with_alpha.as_ref().unwrap_or(raster);
    let ink = &pixel(colour)[..raster.channels().count()];
    let (at, size) = ((left as usize, top as usize), (canvas.width as usize, canvas.height as usize));
    let raster = raster.on_canvas(at, size, ink);
    Ok(picture.with_raster(raster))
}

/// The colour as 8 bits of red, green, blue and alpha.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // from 0 to 255
pub(super) fn pixel(colour: Colour) -> [u8; 4] {
    let [red, green, blue] = colour.rgb();
    [red, green, blue, (colour.opacity() * 255.0).round() as u8]
}

/// `colour` as numbers for the bands of an image, and the image with the bands that the colour needs.
fn ink(image: &Image, colour: Colour) -> Result<(Image, Vec<f64>), Error> {
    let [red, green, blue] = colour.rgb();
    let image = if colour.is_opaque() { image.clone() } else { image.with_alpha()? };
    let mut ink = vec![f64::from(red), f64::from(green), f64::from(blue)];
    if image.has_alpha() {
        ink.push((colour.opacity() * 255.0).round());
    }
    Ok((image, ink))
}
