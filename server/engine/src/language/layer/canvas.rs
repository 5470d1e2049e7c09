//! `l-image,i-ik_canvas`: a block of one colour, which gradients and radii turn into more.

use super::{Item, Parameter, Parameters, Refusal, Scope, Size};
use crate::{
    Error,
    frame::Frame,
    language::{Colour, background, length::Length, number, resize},
    picture::{Picture, check_output},
};
use darkroom_planes::{Channels, Raster};

/// The value of `i` that stands for a block.
pub(super) const NAME: &str = "ik_canvas";

pub(super) const ALPHA: Parameter = Parameter {
    key: "al",
    name: "alpha",
    values: "a whole number from 1 to 9",
    default: "opaque",
    meaning: "the opacity of a solid block or of a text in tenths; a colour with an opacity of its own wins",
    example: "l-image,i-ik_canvas,bg-000000,al-5,w-bw,h-50,l-end",
};

const COLOUR: Parameter = Parameter {
    key: "bg",
    name: "background",
    values: "a colour: a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`",
    default: "black; transparent below a gradient",
    meaning: "the colour of a solid block",
    example: "l-image,i-ik_canvas,bg-FF0000,w-100,h-100,l-end",
};

/// A block of one colour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Canvas {
    /// That of the picture below when absent.
    width: Option<Length>,
    /// That of the picture below when absent.
    height: Option<Length>,
    colour: Colour,
}

impl Canvas {
    /// Claims the size and the colour from the layer's first step, and the opacity from the layer.
    pub(super) fn take(first: &mut Parameters<'_>, own: &mut Parameters<'_>) -> Self {
        let place = first.place();
        let mut side = |parameter: &Parameter| first.take(parameter, |text| Length::read(text, place));
        let (width, height) = (side(&resize::WIDTH), side(&resize::HEIGHT));
        let named = std::cell::Cell::new(false);
        let colour = first.take(&COLOUR, |text| {
            named.set(!text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            Colour::read(text).ok_or(Refusal::Value)
        });
        let tenths = own.take(&ALPHA, read_tenths);
        // A gradient is the block: where it is transparent, the picture below shows.
        let default = if first.holds("e-gradient") { Colour::TRANSPARENT } else { Colour::BLACK };
        let colour = match (colour.unwrap_or(default), tenths) {
            (colour, Some(tenths)) if colour.is_opaque() && !named.get() => colour.with_tenths(tenths),
            (colour, _) => colour,
        };
        Self { width, height, colour }
    }

    /// The block for a picture of the size `base`, and the scope in which the layer's steps run.
    pub(super) fn draw(&self, picture: &Picture, base: Size) -> Result<(Picture, Scope), Error> {
        let scope = Scope::of_layer(base, base, base);
        let pixels = |length: &Option<Length>, of: u32, key: &str| match length {
            Some(length) => length.of(of, &scope, key).map(number::pixels),
            None => Ok(of),
        };
        let (width, height) = (pixels(&self.width, base.width, "w")?, pixels(&self.height, base.height, "h")?);
        let size = Size { width, height };
        check_output(&picture.limits, size.width, size.height)?;
        let ink = background::pixel(self.colour);
        let raster = Raster::filled(Channels::Rgba, size.width as usize, size.height as usize, &ink);
        let block = Frame::of_raster(raster).in_the_form_of(&picture.frame)?;
        let picture = Picture::new(block, size, true, picture.limits.clone(), picture.resources.clone());
        Ok((picture, Scope::of_layer(size, size, base)))
    }

    pub(super) fn write(&self, items: &mut Vec<String>) {
        items.push(format!("i-{NAME}"));
        items.extend(self.width.as_ref().map(|width| format!("w-{width}")));
        items.extend(self.height.as_ref().map(|height| format!("h-{height}")));
        items.push(format!("bg-{}", self.colour));
    }
}

/// Keeps the last colour of several: SDKs write the colour of a block, and behind it the one that its
/// transformation may name.
pub(super) fn keep_last_colour(items: &mut Vec<Item<'_>>) {
    let mut more = items.iter().filter(|item| item.key == COLOUR.key).count();
    items.retain(|item| {
        let is_earlier = item.key == COLOUR.key && more > 1;
        more -= usize::from(is_earlier);
        !is_earlier
    });
}

/// `al`: tenths, 1 to 9.
pub(super) fn read_tenths(text: &str) -> Result<u8, Refusal> {
    number::whole(text, 1, 9).and_then(|tenths| u8::try_from(tenths).ok()).ok_or(Refusal::Value)
}
