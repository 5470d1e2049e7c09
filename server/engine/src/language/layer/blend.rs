//! `lm`: how a layer mixes with the picture below. Only the part of the picture that the layer covers is
//! computed; the rest goes through as it is.

use super::{InvalidTransformation, Item, Parameter, Parameters, Position, Refusal, Scope, Size, of_layer};
use crate::{Error, frame::Frame, language::alpha::to_8_bits, picture::Picture, vips::Image};

pub(super) const MODE: Parameter = Parameter {
    key: "lm",
    name: "layerMode",
    values: "`multiply`, `cutter`, `cutout` or `displace`",
    default: "the layer covers what is below",
    meaning: "`multiply` multiplies the colours; `cutter` keeps what is below the layer's opaque pixels and cuts \
        to its size; `cutout` makes what is below them transparent; `displace` shifts pixels by the layer's red \
        (sideways) and green (up and down), by at most `lx` and `ly` pixels",
    example: "l-image,i-texture.png,lm-multiply,l-end",
};

/// How a layer mixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Mode {
    #[default]
    Over,
    Multiply,
    Cutter,
    Cutout,
    Displace,
}

const NAMES: [(&str, Mode); 5] = [
    ("multiply", Mode::Multiply),
    ("cutter", Mode::Cutter),
    ("cutout", Mode::Cutout),
    ("displace", Mode::Displace),
    ("displacement", Mode::Displace),
];

impl Mode {
    pub(super) fn take(parameters: &mut Parameters<'_>) -> Self {
        let read = |text: &str| NAMES.iter().find(|(name, _)| *name == text).map(|(_, mode)| *mode);
        parameters.take(&MODE, |text| read(text).ok_or(Refusal::Value)).unwrap_or_default()
    }

    pub(super) fn write(self, items: &mut Vec<String>) {
        let name = NAMES.iter().find(|(_, mode)| *mode == self).map(|(name, _)| format!("lm-{name}"));
        items.extend(name);
    }

    /// Whether the picture below keeps its size.
    pub(super) fn keeps_the_size(self) -> bool {
        self != Self::Cutter
    }

    /// What each pixel of it costs, where one of an enlarged photo costs 1.
    fn weight(self) -> f64 {
        match self {
            Self::Over | Self::Multiply => 2.5,
            Self::Cutter | Self::Cutout => 1.0,
            Self::Displace => 3.0,
        }
    }

    /// Refuses a displacement without an amount.
    pub(super) fn check(
        self,
        position: &Position,
        layer: &Item<'_>,
        problems: &mut Vec<InvalidTransformation>,
    ) -> bool {
        let is_whole = self != Self::Displace || position.has_coordinates();
        if !is_whole {
            problems.push(of_layer("`lm-displace` needs `lx` or `ly`, by how many pixels to shift", layer, false));
        }
        is_whole
    }

    /// Lays `layer`, which has alpha and lies in memory, on the picture. `scope.current` is the layer's size.
    pub(super) fn lay(
        self,
        picture: Picture,
        layer: &Frame,
        position: &Position,
        scope: &Scope,
    ) -> Result<Picture, Error> {
        let base = picture.size();
        if self == Self::Displace {
            let amounts = position.amounts(scope)?;
            picture.resources.work().add(self.weight() * base.pixels(), &picture.limits)?;
            let image = displaced(&picture.image()?, &layer.image()?, amounts)?;
            return Ok(picture.with(image));
        }
        let (x, y) = position.on(base, scope)?;
        let Some(covered) = Covered::of(base, scope.current, (x, y)) else {
            return Ok(picture);
        };
        picture.resources.work().add(self.weight() * covered.size().pixels(), &picture.limits)?;
        let mut picture = picture;
        if self == Self::Over
            && let Some(layer) = layer.raster()
            && let Some(raster) = picture.frame.raster_mut()
        {
            raster.lay(layer, x, y);
            return Ok(picture.done());
        }
        let image = picture.image()?;
        let over = covered.of_layer(&layer.image()?)?;
        let below = covered.of_picture(&image)?;
        let image = match self {
            Self::Over => covered.replaced(&image, &composite(&below, &over, "over")?)?,
            Self::Multiply => covered.replaced(&image, &composite(&below, &over, "multiply")?)?,
            Self::Cutout => {
                let inverse = over.extract_bands(3, 1)?.linear(&[-1.0], &[255.0], false)?;
                covered.replaced(&image.with_alpha()?, &with_alpha_times(&below, &inverse)?)?
            }
            Self::Cutter => with_alpha_times(&below, &over.extract_bands(3, 1)?)?,
            Self::Displace => image,
        };
        Ok(picture.with(image))
    }
}

/// The part of the picture that a layer covers, in whole pixels.
struct Covered {
    left: u32,
    top: u32,
    /// Where the part starts in the layer.
    inner_left: u32,
    inner_top: u32,
    width: u32,
    height: u32,
}

impl Covered {
    /// `None` when the layer lies outside.
    fn of(base: Size, layer: Size, (x, y): (i64, i64)) -> Option<Self> {
        let along = |start: i64, outer: u32, inner: u32| {
            let (from, to) = (start.max(0), (start + i64::from(inner)).min(i64::from(outer)));
            let number = |number: i64| u32::try_from(number).ok();
            Some((number(from)?, number(from - start)?, number(to - from).filter(|length| *length > 0)?))
        };
        let (left, inner_left, width) = along(x, base.width, layer.width)?;
        let (top, inner_top, height) = along(y, base.height, layer.height)?;
        Some(Self { left, top, inner_left, inner_top, width, height })
    }

    fn size(&self) -> Size {
        Size { width: self.width, height: self.height }
    }

    fn of_layer(&self, layer: &Image) -> Result<Image, Error> {
        Ok(layer.extract_area(self.inner_left, self.inner_top, self.width, self.height)?)
    }

    fn of_picture(&self, image: &Image) -> Result<Image, Error> {
        Ok(image.extract_area(self.left, self.top, self.width, self.height)?)
    }

    /// `image` with `part` in place of what is covered.
    fn replaced(&self, image: &Image, part: &Image) -> Result<Image, Error> {
        let int = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        let insert = crate::vips::Operation::new(c"insert")?.image(c"main", image).image(c"sub", part);
        Ok(insert.int(c"x", int(self.left)).int(c"y", int(self.top)).run()?)
    }
}

/// Blends in floating point, because libvips cuts fractions off when it blends 8-bit images. The result has
/// alpha where `below` has it: an opaque picture stays opaque.
fn composite(below: &Image, over: &Image, mode: &str) -> Result<Image, Error> {
    let floats = |image: &Image| image.linear(&[1.0], &[0.0], false);
    let composite = crate::vips::Operation::new(c"composite2")?
        .image(c"base", &floats(&below.with_alpha()?)?)
        .image(c"overlay", &floats(over)?)
        .string(c"mode", mode)
        .string(c"compositing-space", "srgb");
    let image = to_8_bits(&composite.run()?)?;
    if below.has_alpha() { Ok(image) } else { Ok(image.extract_bands(0, 3)?) }
}

/// The picture with its alpha multiplied by a mask from 0 to 255.
fn with_alpha_times(image: &Image, mask: &Image) -> Result<Image, Error> {
    let image = image.with_alpha()?;
    let alpha = image.extract_bands(3, 1)?;
    let product = crate::vips::Operation::new(c"multiply")?.image(c"left", &alpha).image(c"right", mask).run()?;
    let alpha = to_8_bits(&product.linear(&[1.0 / 255.0], &[0.0], false)?)?;
    Ok(image.extract_bands(0, 3)?.bandjoin(&alpha)?)
}

/// Each pixel from where red and green of the map send it: from `-amount` at 0 to `amount` at 255. The map is
/// stretched to the picture; where it is transparent nothing moves.
fn displaced(image: &Image, map: &Image, (across, along): (f64, f64)) -> Result<Image, Error> {
    use crate::vips::{Kernel, Operation};
    let (width, height) = (image.width(), image.height());
    let stretch = |to: u32, from: u32| f64::from(to) / f64::from(from);
    let neutral = map.flatten(&[127.5, 127.5, 127.5])?;
    let map = neutral.resize(stretch(width, map.width()), stretch(height, map.height()), Kernel::Cubic)?;
    let shift = |band: u32, amount: f64| map.extract_bands(band, 1)?.linear(&[amount / 127.5], &[-amount], false);
    let int = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let grid = Operation::new(c"xyz")?.int(c"width", int(width)).int(c"height", int(height)).run()?;
    let shifts = shift(0, across)?.bandjoin(&shift(1, along)?)?;
    let places = Operation::new(c"add")?.image(c"left", &grid).image(c"right", &shifts).run()?;
    // What lies outside is the nearest pixel of the edge. `mapim` extends by the reach of its interpolation
    // alone, so places are moved inside: between 0 and m, x is (|x| - |x - m| + m) / 2.
    let ends = [f64::from(width - 1), f64::from(height - 1)];
    let from_start = places.operation(c"abs")?.run()?;
    let from_end = places.linear(&[1.0; 2], &ends.map(|end| -end), false)?.operation(c"abs")?.run()?;
    let between = Operation::new(c"subtract")?.image(c"left", &from_start).image(c"right", &from_end).run()?;
    let inside = between.linear(&[0.5; 2], &ends.map(|end| end / 2.0), false)?;
    let moved = |image: &Image| image.operation(c"mapim")?.image(c"index", &inside).string(c"extend", "copy").run();
    crate::language::alpha::premultiplied(image, moved)
}
