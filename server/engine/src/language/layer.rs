//! `l-<type>,…,l-end`: another picture on top of this one.
//!
//! Inside the brackets stand what the layer shows, where it lies and how it mixes, and a chain of steps that
//! works on the layer alone. What a layer shows is one file of `layer/`.

mod blend;
mod canvas;
mod image;
mod position;
mod text;
mod timing;

use super::{
    InvalidTransformation,
    chain::Chain,
    context::{Context, Place},
    grammar::{self, Item},
    page,
    parameters::{Parameter, Parameters, Refusal},
    resize::Size,
    scope::Scope,
    trim::Trim,
};
use crate::{Error, Resource, memory::PIXEL_BYTES, picture::Picture, resources::Drawn};
use blend::Mode;
use canvas::Canvas;
use image::ImageFile;
use position::Position;
use std::{collections::BTreeSet, fmt};
use text::Words;

const LAYER: Parameter = Parameter {
    key: "l",
    name: "overlay",
    values: "`image` or `text`, then what the layer shows and where, separated by `,` and `:`, and `l-end`",
    default: "no layer",
    meaning: "lays another picture on the image; a step may have several, later ones lie on top; layers nest \
        3 deep",
    example: "w-300,l-image,i-logo.png,w-80,lfo-bottom_right,l-end",
};

/// Of the language as a whole, in the order of the documentation.
pub(super) const PARAMETERS: &[Parameter] = &[
    LAYER,
    image::INPUT,
    image::INPUT_BASE64,
    canvas::ALPHA,
    position::X,
    position::Y,
    position::X_CENTRE,
    position::Y_CENTRE,
    position::ANCHOR,
    position::FOCUS,
    blend::MODE,
    timing::START,
    timing::END,
    timing::DURATION,
    text::SIZE,
    text::FONT,
    text::COLOUR,
    text::ALIGN,
    text::PADDING,
    text::STYLE,
    text::LINE_HEIGHT,
];

/// Keys that mean something inside a layer only.
pub(super) fn is_of_layers(key: &str) -> bool {
    PARAMETERS.iter().any(|parameter| parameter.key == key && key != LAYER.key)
}

/// A picture on top of another.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layer {
    content: Content,
    mode: Mode,
    position: Position,
    /// What is done to the layer before it is laid on.
    chain: Chain,
}

/// What a layer shows.
#[derive(Debug, Clone, PartialEq)]
enum Content {
    Text(Box<Words>),
    Image(ImageFile),
    Canvas(Canvas),
}

/// The word behind `l-`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Image,
    Text,
}

impl Kind {
    /// Where the layer's parameters stand: a block and a text are drawn, and have no size before.
    fn place(self, own: &[Item<'_>]) -> Place {
        let is_canvas = own.iter().any(|item| item.key == "i" && item.value == Some(canvas::NAME));
        match self {
            Self::Text => Place::DrawnLayer,
            Self::Image if is_canvas && own.iter().all(|item| item.key != "ie") => Place::DrawnLayer,
            Self::Image => Place::ImageLayer,
        }
    }

    fn needs(self) -> &'static str {
        match self {
            Self::Image => "an image layer needs `i`, the path of its image",
            Self::Text => "a text layer needs `i`, its text",
        }
    }
}

/// Claims the layers of a step.
pub(super) fn take_all(parameters: &mut Parameters<'_>) -> Vec<Layer> {
    let mut layers = Vec::new();
    for item in parameters.take_items(LAYER.key) {
        match Layer::read(&item, parameters.context()) {
            Ok((layer, problems)) => {
                parameters.report(problems);
                layers.extend(layer);
            }
            Err(problem) => parameters.report([problem]),
        }
    }
    layers
}

impl Layer {
    /// The layer, if enough of it could be read to make sense, and what was wrong with it.
    fn read<'t>(
        item: &Item<'t>,
        context: &'t Context<'t>,
    ) -> Result<(Option<Self>, Vec<InvalidTransformation>), InvalidTransformation> {
        context.count_layer(&item.span)?;
        if item.value.is_none() {
            return Err(of_layer("a layer is an `image` or a `text`, behind a `-`", item, false));
        }
        let inner = item.span.start + "l-".len()..item.span.end - ",l-end".len();
        let mut steps = grammar::steps_within(context.text, inner)?;
        let first = steps[0].remove(0);
        let kind = match (first.key, first.value) {
            ("image", None) => Kind::Image,
            ("text", None) => Kind::Text,
            ("video" | "subtitles", _) => {
                return Err(of_layer("video layers are not supported", &first, true));
            }
            _ => return Err(of_layer("a layer is an `image` or a `text`", &first, false)),
        };
        if steps[0].is_empty() {
            steps.remove(0);
        }
        let own = take_own(&mut steps);
        let place = kind.place(&own);
        let mut own = Parameters::new(own, place, context);
        let (mode, position) = (Mode::take(&mut own), Position::take(&mut own));
        timing::take(&mut own);
        let input = match kind {
            Kind::Image => image::take_input(&mut own),
            Kind::Text => text::take_content(&mut own),
        };
        if input.is_none() && !own.has_problems() {
            own.report([of_layer(kind.needs(), &first, false)]);
        }
        let (shown, (chain, mut problems)) = match (input, place) {
            (Some(input), Place::DrawnLayer) => {
                let mut items = if steps.is_empty() { Vec::new() } else { steps.remove(0) };
                if kind == Kind::Image {
                    canvas::keep_last_colour(&mut items);
                }
                let mut parameters = Parameters::new(items, place, context);
                let drawn = match kind {
                    Kind::Text => Content::Text(Box::new(Words::take(input, &mut parameters, &mut own))),
                    Kind::Image => Content::Canvas(Canvas::take(&mut parameters, &mut own)),
                };
                (Some(drawn), Chain::read_after(parameters, steps, place, context))
            }
            (Some(path), _) => {
                steps.retain(|step| !step.is_empty());
                let (page, mut problems) = page::take(&mut steps, context);
                let says_how_to_trim = steps.iter().flatten().any(|item| item.key == "t");
                let (mut chain, found) = Chain::read(steps, place, context);
                if !says_how_to_trim && !chain.trims() {
                    chain.first_mut().trim = Some(Trim::default());
                }
                problems.extend(found);
                (Some(Content::Image(ImageFile { path, page })), (chain, problems))
            }
            (None, _) => (None, Chain::read(steps, place, context)),
        };
        problems.extend(own.finish());
        let chain = chain.without_settings();
        let layer = shown.map(|content| Self { content, mode, position, chain });
        Ok((layer.filter(|layer| layer.mode.check(&layer.position, &first, &mut problems)), problems))
    }

    /// Adds what it needs beside the picture below.
    pub(super) fn resources(&self, found: &mut BTreeSet<Resource>) {
        match &self.content {
            Content::Image(file) => {
                found.insert(file.resource());
            }
            Content::Text(words) => found.extend(words.resource()),
            Content::Canvas(_) => {}
        }
        self.chain.resources(found);
    }

    /// Whether the picture below keeps its size whatever the layer is.
    pub(super) fn keeps_the_size(&self) -> bool {
        self.mode.keeps_the_size()
    }

    /// Draws the layer for a picture of this size and lays it on.
    pub(super) fn lay_on(&self, picture: Picture) -> Result<Picture, Error> {
        let base = picture.size();
        if !picture.random_access {
            picture.resources.memory().add(bytes(base), &picture.limits)?;
        }
        let picture = picture.in_memory()?;
        let name = format!("{self} on {}x{}", base.width, base.height);
        let drawn = if let Some(drawn) = picture.resources.drawn(&name) {
            drawn
        } else {
            let drawn = self.draw(&picture, base)?;
            let size = Size { width: drawn.frame.width(), height: drawn.frame.height() };
            picture.resources.memory().add(bytes(size), &picture.limits)?;
            picture.resources.keep_drawn(name, drawn.clone(), &picture.limits)?;
            drawn
        };
        let current = Size { width: drawn.frame.width(), height: drawn.frame.height() };
        let scope = Scope::of_layer(drawn.initial, current, base);
        self.mode.lay(picture, &drawn.frame, &self.position, &scope)
    }

    /// The layer's own picture, in memory, with alpha.
    fn draw(&self, picture: &Picture, base: Size) -> Result<Drawn, Error> {
        let (content, scope) = match &self.content {
            Content::Image(file) => file.open(picture, base, &self.chain)?,
            Content::Canvas(canvas) => canvas.draw(picture, base)?,
            Content::Text(words) => words.draw(picture, base)?,
        };
        let (drawn, _) = self.chain.apply(content, scope)?;
        Ok(Drawn { frame: drawn.frame.with_alpha()?.in_memory()?, initial: scope.initial })
    }
}

/// Bytes of a picture of this size that lies in memory.
fn bytes(size: Size) -> u64 {
    u64::from(size.width) * u64::from(size.height) * PIXEL_BYTES
}

/// Takes the items that are of the layer itself out of its steps, wherever they stand. The first step stays, even
/// when nothing is left in it: a width in the second one is not that of what is drawn.
fn take_own<'t>(steps: &mut Vec<Vec<Item<'t>>>) -> Vec<Item<'t>> {
    let own = steps.iter_mut().flat_map(|step| step.extract_if(.., |item| is_of_layers(item.key))).collect();
    let mut is_first = true;
    steps.retain(|step| std::mem::take(&mut is_first) || !step.is_empty());
    own
}

fn of_layer(message: &str, item: &Item<'_>, unsupported: bool) -> InvalidTransformation {
    InvalidTransformation {
        parameter: Some("l".to_owned()),
        expected: LAYER.values.to_owned(),
        unsupported,
        ..InvalidTransformation::malformed(format!("parameter `l`: {message}"), item.span.clone())
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { content, mode, position, chain } = self;
        let mut items = Vec::new();
        match content {
            Content::Image(file) => file.write(chain.trims(), &mut items),
            Content::Canvas(canvas) => canvas.write(&mut items),
            Content::Text(words) => words.write(&mut items),
        }
        mode.write(&mut items);
        position.write(&mut items);
        // What is drawn takes its size from the first step, so the chain begins a step of its own, as a condition has
        // to anyway.
        let (kind, separator) = match content {
            Content::Image(_) if chain.begins_with_a_condition() => ("image", ':'),
            Content::Image(_) => ("image", ','),
            Content::Canvas(_) => ("image", ':'),
            Content::Text(_) => ("text", ':'),
        };
        write!(f, "l-{kind},{}", items.join(","))?;
        if !chain.is_empty() {
            write!(f, "{separator}{chain}")?;
        }
        f.write_str(",l-end")
    }
}

#[cfg(test)]
mod tests;
