//! What a text is read for: where a parameter stands, and what the client has said of its screen.

use super::{
    InvalidTransformation,
    expression::{Quantity, Variable},
    grammar::MAX_LAYERS,
    parameters::Refusal,
};
use std::{cell::RefCell, ops::Range};

/// What a client says of its screen, in the request fields that are called client hints.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Hints {
    /// `Sec-CH-Width`: the width at which the image is shown, in physical pixels.
    pub width_px: Option<f64>,
    /// `Sec-CH-DPR`: physical pixels per CSS pixel.
    pub dpr: Option<f64>,
}

/// Which hints a text asks for, whether or not the client gave them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Dependence {
    /// It says `w-auto`.
    pub width: bool,
    /// It says `dpr-auto`, or `w-auto` with a hint of the pixel ratio.
    pub dpr: bool,
    /// What `Content-DPR` says of a `w-auto`: physical pixels of the rendition per CSS pixel.
    pub content_dpr: Option<f64>,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A step of the image itself.
    Image,
    /// Inside an image layer.
    ImageLayer,
    /// Inside a layer that is drawn: a text, a solid block.
    DrawnLayer,
}

impl Place {
    /// Reads a number or an expression that may stand here.
    pub(super) fn quantity(self, text: &str) -> Result<Quantity, Refusal> {
        let quantity = self.density(text)?;
        if quantity.variables().any(|variable| variable == Variable::InitialDensity) {
            return Err(Refusal::Because("`idn` is known to `dn` only"));
        }
        Ok(quantity)
    }

    /// The same for `dn`, which knows the density of the source beside the sizes.
    pub(super) fn density(self, text: &str) -> Result<Quantity, Refusal> {
        let quantity = Quantity::read(text)?;
        let stranger = |variable: &Variable| match self {
            Self::Image => variable.is_of_base(),
            Self::ImageLayer => false,
            Self::DrawnLayer => !variable.is_of_base(),
        };
        let stranger = quantity.variables().find(stranger);
        match (stranger, self) {
            (None, _) => Ok(quantity),
            (Some(_), Self::Image) => Err(Refusal::Because("`bw`, `bh` and `bar` are known inside layers only")),
            (Some(_), _) => {
                Err(Refusal::Because("a layer that is drawn knows `bw`, `bh` and `bar` alone; it has no size before"))
            }
        }
    }
}

/// What is the same for all steps of a text, and what they tell beside the picture.
#[derive(Debug, Default)]
pub(super) struct Context<'t> {
    /// The whole text; the spans of items are places in it.
    pub(super) text: &'t str,
    pub(super) hints: Hints,
    found: RefCell<Found>,
}

/// What a text tells that is not of the picture.
#[derive(Debug, Clone, Default)]
pub(super) struct Found {
    pub(super) dependence: Dependence,
    /// `di`: path of the image to deliver when there is none.
    pub(super) default_image: Option<String>,
    layers: usize,
}

impl<'t> Context<'t> {
    pub(super) fn new(text: &'t str, hints: Hints) -> Self {
        Self { text, hints, found: RefCell::default() }
    }

    pub(super) fn note(&self, note: impl FnOnce(&mut Found)) {
        note(&mut self.found.borrow_mut());
    }

    pub(super) fn found(&self) -> Found {
        self.found.borrow().clone()
    }

    /// Counts a layer.
    pub(super) fn count_layer(&self, span: &Range<usize>) -> Result<(), InvalidTransformation> {
        let mut found = self.found.borrow_mut();
        found.layers += 1;
        if found.layers <= MAX_LAYERS {
            return Ok(());
        }
        let message = format!("a transformation has at most {MAX_LAYERS} layers");
        Err(InvalidTransformation::malformed(message, span.clone()))
    }
}
