//! The parameters of one step, each to be claimed by the step file that knows it.

use super::{
    InvalidTransformation, PARAMETERS,
    context::{Context, Place},
    grammar::Item,
    layer,
    nearest::nearest,
    unsupported,
};
use percent_encoding::percent_decode_str;
use std::{borrow::Cow, ops::Range};

/// The documentation of a parameter; it lives beside the code that obeys it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// The key in a URL.
    pub key: &'static str,
    /// The name that SDKs give it.
    pub name: &'static str,
    /// What it takes, in words that end the sentence "`key` expects …".
    pub values: &'static str,
    /// What happens without it.
    pub default: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// A transformation text that uses it.
    pub example: &'static str,
}

/// Why a value was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is not one of the parameter's values.
    Value,
    /// It is not one that can stand here; the reason ends the sentence "`key`: …".
    Because(&'static str),
    /// It is, and it is not carried out; the reason ends the sentence "`key`: …".
    Unsupported(&'static str),
}

/// The items of a step that no step file has claimed yet, and what was wrong with those that were.
#[derive(Debug)]
pub(super) struct Parameters<'t> {
    items: Vec<Item<'t>>,
    problems: Vec<InvalidTransformation>,
    place: Place,
    context: &'t Context<'t>,
}

impl<'t> Parameters<'t> {
    /// All items of a step. A key that is given twice is a problem from the start.
    pub(super) fn new(items: Vec<Item<'t>>, place: Place, context: &'t Context<'t>) -> Self {
        let mut parameters = Self { items: Vec::with_capacity(items.len()), problems: Vec::new(), place, context };
        for item in items {
            // Only layers may repeat; the grammar bounds the items of a step, so this stays cheap.
            if item.key != "l" && parameters.items.iter().any(|seen| seen.key == item.key) {
                parameters.problems.push(repeated(item.key, item.span));
            } else {
                parameters.items.push(item);
            }
        }
        parameters
    }

    /// Where they stand.
    pub(super) fn place(&self) -> Place {
        self.place
    }

    /// What is the same for all steps.
    pub(super) fn context(&self) -> &'t Context<'t> {
        self.context
    }

    /// Claims `parameter` and reads its percent-decoded value. A value that is refused is remembered as a
    /// problem and gives `None`, as an absent parameter does.
    pub(super) fn take<T>(
        &mut self,
        parameter: &Parameter,
        read: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<T> {
        self.take_spanned(parameter, read).map(|(value, _)| value)
    }

    /// [`Self::take`], with the place of the parameter for problems that show only beside another one.
    pub(super) fn take_spanned<T>(
        &mut self,
        parameter: &Parameter,
        read: impl FnOnce(&str) -> Result<T, Refusal>,
    ) -> Option<(T, Range<usize>)> {
        let index = self.items.iter().position(|item| item.key == parameter.key)?;
        let item = self.items.remove(index);
        let decoded = percent_decode_str(item.value.unwrap_or_default()).decode_utf8();
        match decoded.map_err(|_| Refusal::Value).and_then(|value| read(&value)) {
            Ok(value) => Some((value, item.span)),
            Err(refusal) => {
                self.problems.push(refused(parameter, &item, refusal));
                None
            }
        }
    }

    /// Claims all items of `key`, which may stand several times, as they are.
    pub(super) fn take_items(&mut self, key: &str) -> Vec<Item<'t>> {
        self.items.extract_if(.., |item| item.key == key).collect()
    }

    /// Whether `key` is among those that nobody has claimed.
    pub(super) fn holds(&self, key: &str) -> bool {
        self.items.iter().any(|item| item.key == key)
    }

    /// Whether something was wrong so far.
    pub(super) fn has_problems(&self) -> bool {
        !self.problems.is_empty()
    }

    /// Remembers problems that were found elsewhere.
    pub(super) fn report(&mut self, problems: impl IntoIterator<Item = InvalidTransformation>) {
        self.problems.extend(problems);
    }

    /// Remembers that a value, fine by itself, does not go together with the others.
    pub(super) fn reject(&mut self, parameter: &Parameter, span: Range<usize>, reason: &str) {
        self.problems.push(InvalidTransformation {
            message: format!("parameter `{}`: {reason}", parameter.key),
            parameter: Some(parameter.key.to_owned()),
            span,
            expected: parameter.values.to_owned(),
            nearest: None,
            unsupported: false,
        });
    }

    /// Everything that was wrong with this step, in the order of the text. What no step file claimed is
    /// unknown, or known and not supported.
    pub(super) fn finish(self) -> Vec<InvalidTransformation> {
        let mut problems = self.problems;
        problems.extend(self.items.iter().map(|item| unclaimed(item, self.place)));
        problems.sort_by_key(|problem| problem.span.start);
        problems
    }
}

fn repeated(key: &str, span: Range<usize>) -> InvalidTransformation {
    InvalidTransformation {
        message: format!("parameter `{key}` is given twice in one step"),
        parameter: Some(key.to_owned()),
        span,
        expected: String::new(),
        nearest: None,
        unsupported: false,
    }
}

fn refused(parameter: &Parameter, item: &Item<'_>, refusal: Refusal) -> InvalidTransformation {
    let Parameter { key, values, .. } = parameter;
    let message = match (refusal, item.value) {
        (Refusal::Unsupported(reason) | Refusal::Because(reason), _) => format!("parameter `{key}`: {reason}"),
        (Refusal::Value, None | Some("")) => {
            format!("parameter `{key}` expects {values}, and has no value")
        }
        (Refusal::Value, Some(value)) => format!("parameter `{key}` expects {values}, not `{}`", shortened(value)),
    };
    InvalidTransformation {
        message,
        parameter: Some((*key).to_owned()),
        span: item.span.clone(),
        expected: (*values).to_owned(),
        nearest: None,
        unsupported: matches!(refusal, Refusal::Unsupported(_)),
    }
}

fn unclaimed(item: &Item<'_>, place: Place) -> InvalidTransformation {
    let key = shortened(item.key);
    let unsupported = unsupported::reason(item.key);
    if layer::is_of_layers(item.key) {
        let place = match place {
            Place::Image => "inside a layer",
            Place::ImageLayer | Place::DrawnLayer => "in a text layer",
        };
        let message = format!("parameter `{key}` is understood {place} only");
        return InvalidTransformation {
            parameter: Some(key),
            ..InvalidTransformation::malformed(message, item.span.clone())
        };
    }
    let nearest = if unsupported.is_none() { nearest(item.key, known()) } else { None };
    let message = match (unsupported, nearest) {
        (Some(reason), _) => format!("parameter `{key}` is {reason}"),
        (None, Some(nearest)) => {
            format!("unknown parameter `{key}`; the nearest known one is `{nearest}`")
        }
        (None, None) => format!("unknown parameter `{key}`"),
    };
    InvalidTransformation {
        message,
        parameter: Some(key),
        span: item.span.clone(),
        expected: String::new(),
        nearest: nearest.map(Cow::Borrowed),
        unsupported: unsupported.is_some(),
    }
}

/// Every known key under all its names, those that are carried out first.
fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    let carried_out = PARAMETERS.iter().copied().flatten();
    carried_out
        .flat_map(|parameter| [(parameter.key, parameter.key), (parameter.name, parameter.key)])
        .chain(unsupported::names())
}

/// Errors go into headers and logs: a value of kilobytes is told by its beginning.
pub(super) fn shortened(text: &str) -> String {
    const LONGEST: usize = 40;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
