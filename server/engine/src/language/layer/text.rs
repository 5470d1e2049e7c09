//! `l-text,i-<text>`: words, in a font of the machine or of an origin.

use super::{
    Parameter, Parameters, Refusal, Scope, Size,
    canvas::read_tenths,
    image::{decoded, escaped, escaped_path},
};
use crate::{
    Error, Resource, ResourceKind,
    frame::Frame,
    language::{
        Colour, background, context::Place, expression::Quantity, length::Length, number, radius::Radius, resize,
        transformation::Part as _,
    },
    picture::Picture,
    text::{self, Align, Font, Text},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use std::ops::RangeInclusive;

const PADDING_PX: RangeInclusive<f64> = 0.0..=16_383.0;
const LINE_HEIGHT_PX: RangeInclusive<f64> = 1.0..=16_383.0;

pub(super) const SIZE: Parameter = Parameter {
    key: "fs",
    name: "fontSize",
    values: "a number of pixels from 1 to 16383, or an expression on `bw` and `bh`",
    default: "45",
    meaning: "in a text layer, the size of the font",
    example: "l-text,i-Hello,fs-50,l-end",
};
pub(super) const FONT: Parameter = Parameter {
    key: "ff",
    name: "fontFamily",
    values: "the name of a font, or the path of a font file (`.ttf`, `.otf`, `.ttc`), with `@@` for `/`",
    default: "the first that is there of a fixed list",
    meaning: "in a text layer, the font; one that is missing is an error, never exchanged for another",
    example: "l-text,i-Hello,ff-Open%20Sans,l-end",
};
pub(super) const COLOUR: Parameter = Parameter {
    key: "co",
    name: "fontColor",
    values: "a colour: a name of SVG, `RRGGBB`, `RGB` or `RRGGBBAA`",
    default: "black",
    meaning: "in a text layer, the colour of the letters",
    example: "l-text,i-Hello,co-FF0000,l-end",
};
pub(super) const ALIGN: Parameter = Parameter {
    key: "ia",
    name: "innerAlignment",
    values: "`left`, `right` or `center`",
    default: "`center`",
    meaning: "in a text layer, where lines stand that are shorter than the longest",
    example: "l-text,i-Hello%20big%20world,fs-30,w-120,ia-left,l-end",
};
pub(super) const PADDING: Parameter = Parameter {
    key: "pa",
    name: "padding",
    values: "one to four numbers of pixels joined by `_`, in the order of CSS, or an expression",
    default: "0",
    meaning: "in a text layer, the room between the ink and the edge of its box",
    example: "l-text,i-Hello,bg-FFFFFF,pa-10_20,l-end",
};
pub(super) const STYLE: Parameter = Parameter {
    key: "tg",
    name: "typography",
    values: "`b`, `i`, `strikethrough`, or several of them joined by `_`",
    default: "regular",
    meaning: "in a text layer, bold, italic, struck through",
    example: "l-text,i-Hello,tg-b_i,l-end",
};
pub(super) const LINE_HEIGHT: Parameter = Parameter {
    key: "lh",
    name: "lineHeight",
    values: "a number of pixels from 1 to 16383, or an expression on `bw` and `bh`",
    default: "the font's own",
    meaning: "in a text layer, from one line to the next",
    example: "l-text,i-Hello%20world,fs-30,w-100,lh-60,l-end",
};

/// What `pa` says.
#[derive(Debug, Clone, PartialEq)]
enum Padding {
    /// Top, right, bottom, left.
    Sides([u32; 4]),
    /// The same on all sides.
    All(Quantity),
}

/// Which font.
#[derive(Debug, Clone, PartialEq)]
enum Typeface {
    Default,
    Named(String),
    /// Path of a file behind the URL endpoint.
    File(String),
}

/// Words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Words {
    content: String,
    width: Option<Length>,
    size: Option<Quantity>,
    typeface: Typeface,
    colour: Colour,
    align: Align,
    padding: Padding,
    line_height: Option<Quantity>,
    bold: bool,
    italic: bool,
    strikethrough: bool,
    background: Option<Colour>,
    radius: Option<Radius>,
}

impl Words {
    /// Claims the keys of texts from the layer, and the box from its first step.
    pub(super) fn take(content: String, first: &mut Parameters<'_>, own: &mut Parameters<'_>) -> Self {
        let place = first.place();
        let within = |text: &str, bounds: RangeInclusive<f64>| match place.quantity(text)? {
            Quantity::Number(number) if !bounds.contains(&number) => Err(Refusal::Value),
            quantity => Ok(quantity),
        };
        let colour = own.take(&COLOUR, |text| Colour::read(text).ok_or(Refusal::Value)).unwrap_or(Colour::BLACK);
        let tenths = own.take(&super::canvas::ALPHA, read_tenths);
        let [bold, italic, strikethrough] = own.take(&STYLE, read_style).unwrap_or_default();
        Self {
            content,
            width: first.take(&resize::WIDTH, |text| Length::read(text, place)),
            size: own.take(&SIZE, |text| within(text, text::FONT_SIZE_PX)),
            typeface: own.take(&FONT, read_typeface).unwrap_or(Typeface::Default),
            colour: match tenths {
                Some(tenths) if colour.is_opaque() => colour.with_tenths(tenths),
                _ => colour,
            },
            align: own.take(&ALIGN, read_align).unwrap_or(Align::Centre),
            padding: own.take(&PADDING, |text| read_padding(text, place)).unwrap_or(Padding::Sides([0; 4])),
            line_height: own.take(&LINE_HEIGHT, |text| within(text, LINE_HEIGHT_PX)),
            bold,
            italic,
            strikethrough,
            background: first.take(&background::BACKGROUND, |text| Colour::read(text).ok_or(Refusal::Value)),
            radius: Radius::take(first),
        }
    }

    /// The font file, where one is named.
    pub(super) fn resource(&self) -> Option<Resource> {
        match &self.typeface {
            Typeface::File(path) => Some(Resource { kind: ResourceKind::Font, path: path.clone() }),
            Typeface::Default | Typeface::Named(_) => None,
        }
    }

    /// The words for a picture of the size `base`, and the scope in which the layer's steps run.
    pub(super) fn draw(&self, picture: &Picture, base: Size) -> Result<(Picture, Scope), Error> {
        let scope = Scope::of_layer(base, base, base);
        let limits = &picture.limits;
        let image = text::draw(&self.text(picture, base, &scope)?, limits, &picture.resources)?;
        let size = Size { width: image.width(), height: image.height() };
        let picture = Picture::new(Frame::Image(image), size, true, limits.clone(), picture.resources.clone());
        // Of the box, so it comes before the box is turned.
        let picture = match self.radius {
            Some(radius) => {
                picture.resources.work().add(radius.weight() * size.pixels(), limits)?;
                radius.round(picture)?
            }
            None => picture,
        };
        Ok((picture, Scope::of_layer(size, size, base)))
    }

    fn text(&self, picture: &Picture, base: Size, scope: &Scope) -> Result<Text, Error> {
        let value = |quantity: &Option<Quantity>, key: &str, bounds: RangeInclusive<f64>| {
            quantity.as_ref().map(|quantity| quantity.value_within(scope, key, bounds)).transpose()
        };
        let width = self.width.as_ref().map(|width| width.of(base.width, scope, "w")).transpose()?;
        let font = match &self.typeface {
            Typeface::Default => Font::Default,
            Typeface::Named(name) => Font::Named(name.clone()),
            Typeface::File(path) => {
                let missing = || Error::MissingResource { path: path.clone() };
                Font::File(picture.resources.get(path).ok_or_else(missing)?.clone())
            }
        };
        let padding = match &self.padding {
            Padding::Sides(sides) => *sides,
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the bounds
            Padding::All(all) => [all.value_within(scope, "pa", PADDING_PX)?.round() as u32; 4],
        };
        Ok(Text {
            content: self.content.clone(),
            width: width.map(number::pixels),
            font_size: value(&self.size, "fs", text::FONT_SIZE_PX)?.unwrap_or(text::DEFAULT_FONT_SIZE_PX),
            font,
            colour: self.colour,
            align: self.align,
            padding,
            line_height: value(&self.line_height, "lh", LINE_HEIGHT_PX)?,
            bold: self.bold,
            italic: self.italic,
            strikethrough: self.strikethrough,
            background: self.background,
            corners: [0.0; 4],
        })
    }

    pub(super) fn write(&self, items: &mut Vec<String>) {
        let Self {
            content,
            width,
            size,
            typeface,
            colour,
            align,
            padding,
            line_height,
            bold,
            italic,
            strikethrough,
            background,
            radius,
        } = self;
        // The shorter form, so that the canonical text of what fits a URL fits too.
        let (plain, encoded) = (escaped(content), URL_SAFE_NO_PAD.encode(content));
        let is_plain = plain.len() <= encoded.len() && content.chars().count() <= text::PLAIN_CHARACTERS_MAX;
        items.push(if is_plain { format!("i-{plain}") } else { format!("ie-{encoded}") });
        items.extend(width.as_ref().map(|width| format!("w-{width}")));
        items.extend(size.as_ref().map(|size| format!("fs-{size}")));
        match typeface {
            Typeface::Default => {}
            Typeface::Named(name) => items.push(format!("ff-{}", escaped(name))),
            Typeface::File(path) => items.push(format!("ff-{}", escaped_path(path))),
        }
        items.extend((*colour != Colour::BLACK).then(|| format!("co-{colour}")));
        items.extend(match align {
            Align::Centre => None,
            Align::Left => Some("ia-left".to_owned()),
            Align::Right => Some("ia-right".to_owned()),
        });
        items.extend(padding.text());
        let style: Vec<&str> = [("b", *bold), ("i", *italic), ("strikethrough", *strikethrough)]
            .into_iter()
            .filter_map(|(name, on)| on.then_some(name))
            .collect();
        items.extend((!style.is_empty()).then(|| format!("tg-{}", style.join("_"))));
        items.extend(line_height.as_ref().map(|height| format!("lh-{height}")));
        items.extend(background.map(|background| format!("bg-{background}")));
        if let Some(radius) = radius {
            radius.write(items);
        }
    }
}

impl Padding {
    fn text(&self) -> Option<String> {
        match self {
            Self::Sides([0, 0, 0, 0]) => None,
            Self::Sides([top, right, bottom, left]) => Some(match (top == bottom, right == left, top == right) {
                (true, true, true) => format!("pa-{top}"),
                (true, true, false) => format!("pa-{top}_{right}"),
                (false, true, _) => format!("pa-{top}_{right}_{bottom}"),
                _ => format!("pa-{top}_{right}_{bottom}_{left}"),
            }),
            Self::All(all) => Some(format!("pa-{all}")),
        }
    }
}

/// The words of a layer, cut off where they are too many: `ie` before `i`.
pub(super) fn take_content(parameters: &mut Parameters<'_>) -> Option<String> {
    let cut = |text: &str, longest: usize| text.chars().take(longest).collect::<String>();
    let plain = parameters.take(&super::image::INPUT, |text| Ok(cut(text, text::PLAIN_CHARACTERS_MAX)));
    let encoded = parameters
        .take(&super::image::INPUT_BASE64, |text| decoded(text).map(|text| cut(&text, text::BASE64_CHARACTERS_MAX)));
    encoded.or(plain).filter(|text| !text.is_empty())
}

fn read_typeface(text: &str) -> Result<Typeface, Refusal> {
    let path = text.replace("@@", "/").trim_matches('/').to_owned();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    match extension.as_deref() {
        Some("ttf" | "otf" | "ttc" | "otc") => Ok(Typeface::File(path)),
        Some("woff" | "woff2") => {
            Err(Refusal::Because("compressed web fonts are not read; use the TrueType or OpenType file"))
        }
        _ if path.is_empty() || path.contains('/') => Err(Refusal::Value),
        _ => Ok(Typeface::Named(text.to_owned())),
    }
}

fn read_align(text: &str) -> Result<Align, Refusal> {
    match text {
        "left" => Ok(Align::Left),
        "right" => Ok(Align::Right),
        "center" => Ok(Align::Centre),
        _ => Err(Refusal::Value),
    }
}

/// Bold, italic, struck through.
fn read_style(text: &str) -> Result<[bool; 3], Refusal> {
    text.split('_').try_fold([false; 3], |[bold, italic, struck], word| match word {
        "b" => Ok([true, italic, struck]),
        "i" => Ok([bold, true, struck]),
        "strikethrough" => Ok([bold, italic, true]),
        _ => Err(Refusal::Value),
    })
}

fn read_padding(text: &str, place: Place) -> Result<Padding, Refusal> {
    let pixels = |text: &str| {
        let whole = number::decimal(text).filter(|number| PADDING_PX.contains(number));
        whole.map(|number| if number < 0.5 { 0 } else { number::pixels(number) })
    };
    match text.split('_').map(pixels).collect::<Option<Vec<u32>>>().as_deref() {
        Some([all]) => Ok(Padding::Sides([*all; 4])),
        Some([along, across]) => Ok(Padding::Sides([*along, *across, *along, *across])),
        Some([top, across, bottom]) => Ok(Padding::Sides([*top, *across, *bottom, *across])),
        Some([top, right, bottom, left]) => Ok(Padding::Sides([*top, *right, *bottom, *left])),
        Some(_) => Err(Refusal::Value),
        None => match place.quantity(text)? {
            Quantity::Number(_) => Err(Refusal::Value),
            expression @ Quantity::Expression(_) => Ok(Padding::All(expression)),
        },
    }
}
