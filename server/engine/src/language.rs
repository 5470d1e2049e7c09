//! Text to typed transformation and back.
//!
//! `grammar` cuts the text, each step file claims its parameters from a step ([`PARAMETERS`] documents
//! them), and what nobody claimed is an error that says what was expected. After that everything is typed
//! and in its normal form. Nothing here knows URLs. [`named`] replaces names by what a registry has for them,
//! before the text is cut.

mod alpha;
mod background;
mod blur;
mod border;
mod chain;
mod colorize;
mod colour;
mod colour_names;
mod colour_replace;
mod condition;
mod context;
mod contrast;
mod default_image;
mod distort;
mod drop_shadow;
mod expression;
mod flip;
mod gaussian;
mod gradient;
mod grammar;
mod grayscale;
mod layer;
mod length;
pub mod named;
mod nearest;
mod number;
mod oklab;
mod opacity;
mod outline;
mod output;
mod page;
mod palette;
mod parameters;
mod pipeline;
mod radius;
mod resize;
mod rotate;
mod scope;
mod settings;
mod shadow;
mod sharpen;
mod transformation;
mod trim;
mod unsharp_mask;
mod unsupported;

pub use colour::Colour;
pub use context::{Dependence, Hints};
pub use grammar::{MAX_DEPTH, MAX_ITEMS_PER_STEP, MAX_LAYERS, MAX_STEPS, MAX_TEXT_BYTES};
pub use outline::{Outline, Stage};
pub use output::{FormatChoice, Output};
pub use parameters::Parameter;
pub(crate) use pipeline::Reduction;
pub use pipeline::{Pipeline, Reading};
pub use resize::Size;
pub use transformation::{PARAMETERS, Transformation};

use std::{borrow::Cow, ops::Range};

/// A transformation text that is not of the language, with everything needed to mend it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidTransformation {
    /// One sentence: what is wrong and what was expected.
    pub message: String,
    /// The URL key at fault, when one can be named.
    pub parameter: Option<String>,
    /// Where in the text it stands, in bytes: the whole `key-value`, when a parameter is at fault.
    pub span: Range<usize>,
    /// What the parameter takes, for example `a whole number from 1 to 100`; empty for an unknown key.
    pub expected: String,
    /// The nearest known key, for an unknown one; for the parameter `n` the nearest registered name.
    pub nearest: Option<Cow<'static, str>>,
    /// The key is known and deliberately not (or not yet) supported.
    pub unsupported: bool,
}

impl InvalidTransformation {
    /// A mistake of the text that no parameter is to blame for.
    fn malformed(message: String, span: Range<usize>) -> Self {
        Self { message, parameter: None, span, expected: String::new(), nearest: None, unsupported: false }
    }
}

#[cfg(test)]
mod documentation;
#[cfg(test)]
mod pixel_tests;
#[cfg(test)]
mod tests;
