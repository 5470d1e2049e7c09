//! Named transformations: `n-<name>` in a text, replaced by the text that is registered under the name.
//!
//! What is replaced is text, before the grammar cuts it: a name may stand for one parameter, for several, or for
//! chained steps, in layers and in branches of conditions too. A registered text holds no name itself, so one pass is
//! enough. The engine knows no registry; who has one looks names up for it.

use super::{InvalidTransformation, MAX_TEXT_BYTES, Pipeline, grammar, nearest::nearest, parameters::shortened};
use std::{borrow::Cow, ops::Range};

/// Characters of a name.
pub const MAX_NAME_CHARACTERS: usize = 100;

const KEY: &str = "n";
const MARKER: &str = "n-";
const EXPECTED: &str = "the name of a registered transformation";

/// What is registered under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup<'n> {
    /// This text, with or without `tr:`.
    Text(&'n str),
    /// A text that URLs may not use now.
    Disabled,
    /// Nothing.
    Unknown {
        /// The registered name that was probably meant, from [`nearest_name`].
        nearest: Option<&'n str>,
    },
}

/// A text without names, and where its parts stood before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expanded<'t> {
    text: Cow<'t, str>,
    /// Where a registered text stands now, and where its `n-<name>` stood; in the order of the text.
    replaced: Vec<(Range<usize>, Range<usize>)>,
}

/// Whether `name` can be a name: letters, digits and underscores, at most [`MAX_NAME_CHARACTERS`].
pub fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_CHARACTERS).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Replaces each `n-<name>` of `text` by what `lookup` finds.
///
/// # Errors
/// [`InvalidTransformation`] with the parameter `n` for a name that is unknown, disabled or none at all, and for a
/// result of more than [`MAX_TEXT_BYTES`].
pub fn expand<'t, 'n>(
    text: &'t str,
    lookup: impl Fn(&str) -> Lookup<'n>,
) -> Result<Expanded<'t>, InvalidTransformation> {
    let mut expanded = String::new();
    let mut replaced = Vec::new();
    let mut copied = 0;
    for span in names(text) {
        let found = resolve(&text[span.start + MARKER.len()..span.end], &span, &lookup)?;
        expanded.push_str(&text[copied..span.start]);
        let start = expanded.len();
        expanded.push_str(found);
        // Before the next one is added, so that a text of nothing but names costs no more than its limit.
        check_length(expanded.len(), &span)?;
        copied = span.end;
        replaced.push((start..expanded.len(), span));
    }
    if replaced.is_empty() {
        return Ok(Expanded { text: Cow::Borrowed(text), replaced });
    }
    expanded.push_str(&text[copied..]);
    check_length(expanded.len(), &(0..text.len()))?;
    Ok(Expanded { text: Cow::Owned(expanded), replaced })
}

/// Whether `text` may be registered under a name: it holds no name, and could stand in a URL, be it inside a layer.
///
/// # Errors
/// What would be wrong with it in a URL.
pub fn check(text: &str) -> Result<(), InvalidTransformation> {
    if let Some(span) = names(text).next() {
        let name = shortened(&text[span.clone()]);
        let message = format!("`{name}` names another named transformation; write out what it stands for");
        return Err(InvalidTransformation::malformed(message, span));
    }
    // Whole layers and conditions: what opens one and leaves the rest to the URL is no transformation.
    grammar::check_length(text)?;
    grammar::steps(text)?;
    let Err(alone) = text.parse::<Pipeline>() else {
        return Ok(());
    };
    let body = text.strip_prefix("tr:").unwrap_or(text);
    let inside = |layer: &str| format!("{layer},{body},l-end").parse::<Pipeline>().is_ok();
    if inside("l-image,i-a") || inside("l-text,i-a") { Ok(()) } else { Err(alone) }
}

/// Whether `text` holds nothing but names, in one step or in several.
pub fn is_only_names(text: &str) -> bool {
    tokens(text).all(|span| text[span].starts_with(MARKER))
}

/// The name that was probably meant by `name`, which is not among `registered`.
pub fn nearest_name<'n>(name: &str, registered: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    nearest(name, registered.map(|registered| (registered, registered)))
}

impl Expanded<'_> {
    /// The text without names.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with the expanded text, told of the text that was written: a mistake inside a registered text
    /// stands where its name stood.
    #[must_use]
    pub fn as_written(&self, error: InvalidTransformation) -> InvalidTransformation {
        let Range { start, end } = error.span;
        let written = self.place(start).start;
        let span = if start == end { written..written } else { written..self.place(end - 1).end };
        InvalidTransformation { span, ..error }
    }

    /// The byte that was written for the expanded byte at `position`, or the whole name that it came from.
    fn place(&self, position: usize) -> Range<usize> {
        let (mut now, mut before) = (0, 0);
        for (expanded, written) in &self.replaced {
            if position < expanded.start {
                break;
            }
            if position < expanded.end {
                return written.clone();
            }
            (now, before) = (expanded.end, written.end);
        }
        let at = position - now + before;
        at..at + 1
    }
}

fn resolve<'n>(
    name: &str,
    span: &Range<usize>,
    lookup: impl Fn(&str) -> Lookup<'n>,
) -> Result<&'n str, InvalidTransformation> {
    let refused = |message: String, nearest: Option<&str>| {
        Err(InvalidTransformation {
            message,
            parameter: Some(KEY.to_owned()),
            span: span.clone(),
            expected: EXPECTED.to_owned(),
            nearest: nearest.map(|nearest| Cow::Owned(nearest.to_owned())),
            unsupported: false,
        })
    };
    let shown = shortened(name);
    if !is_name(name) {
        let message = format!(
            "parameter `n` expects {EXPECTED}: letters, digits and underscores, at most {MAX_NAME_CHARACTERS}; \
             `{shown}` cannot be one"
        );
        return refused(message, None);
    }
    match lookup(name) {
        Lookup::Text(text) => Ok(text.strip_prefix("tr:").unwrap_or(text)),
        Lookup::Disabled => refused(format!("the named transformation `{shown}` is disabled"), None),
        Lookup::Unknown { nearest: Some(nearest) } => {
            let message = format!("there is no named transformation `{shown}`; the nearest one is `{nearest}`");
            refused(message, Some(nearest))
        }
        Lookup::Unknown { nearest: None } => refused(format!("there is no named transformation `{shown}`"), None),
    }
}

fn check_length(bytes: usize, span: &Range<usize>) -> Result<(), InvalidTransformation> {
    if bytes <= MAX_TEXT_BYTES {
        return Ok(());
    }
    let message =
        format!("with its names replaced the transformation is longer than {MAX_TEXT_BYTES} bytes, which is the most");
    Err(InvalidTransformation::malformed(message, span.clone()))
}

/// Where each `n-<name>` stands.
fn names(text: &str) -> impl Iterator<Item = Range<usize>> {
    tokens(text).filter(|span| text[span.clone()].starts_with(MARKER))
}

/// What stands between two separators, in layers and conditions too.
fn tokens(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = if text.starts_with("tr:") { 3 } else { 0 };
    text[start..].split([',', ':']).map(move |token| {
        let span = start..start + token.len();
        start = span.end + 1;
        span
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const REGISTERED: [(&str, &str); 5] = [
        ("small", "w-300,h-200"),
        ("chain", "tr:h-2:rt-90"),
        ("Small", "w-1"),
        ("wrong", "w-abc"),
        ("long", "bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10,bl-10"),
    ];

    fn lookup(name: &str) -> Lookup<'static> {
        let known = REGISTERED.iter().find(|(registered, _)| *registered == name);
        match known {
            Some((_, text)) => Lookup::Text(text),
            None if name == "off" => Lookup::Disabled,
            None => {
                Lookup::Unknown { nearest: nearest_name(name, REGISTERED.iter().map(|(registered, _)| *registered)) }
            }
        }
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match expand(text, lookup) {
            Ok(expanded) => expanded.text().to_owned(),
            Err(error) => {
                format!("{} at {}..{}", error.message, error.span.start, error.span.end)
            }
        };
        assert_eq!(actual, expected, "for {text:?}");
    }

    #[test]
    fn a_name_stands_wherever_a_parameter_may() {
        check("n-small", "w-300,h-200");
        check("tr:n-small", "tr:w-300,h-200");
        check("n-Small", "w-1");
        check("q-1,n-small:n-Small", "q-1,w-300,h-200:w-1");
        check("w-300,n-chain", "w-300,h-2:rt-90");
        check("l-image,i-a,n-chain,l-end,n-small", "l-image,i-a,h-2:rt-90,l-end,w-300,h-200");
        check("if-w_gt_1,n-small,if-else,n-chain,if-end", "if-w_gt_1,w-300,h-200,if-else,h-2:rt-90,if-end");
        check("n-product:di-x.png".replace("product", "small").as_str(), "w-300,h-200:di-x.png");
    }

    #[test]
    fn what_is_no_name_stays() {
        for text in ["", "w-300", "dn-72", "di-n-small", "i-n-small", "n", "tr:w-1", "w-1,,n", "bn-small"] {
            check(text, text);
        }
    }

    #[test]
    fn what_cannot_be_replaced_is_told() {
        check("w-1,n-smal", "there is no named transformation `smal`; the nearest one is `small` at 4..10");
        check("n-quite_another", "there is no named transformation `quite_another` at 0..15");
        check("h-1:n-off", "the named transformation `off` is disabled at 4..9");
        let expects = "parameter `n` expects the name of a registered transformation: letters, digits and underscores, at most 100";
        check("n-", &format!("{expects}; `` cannot be one at 0..2"));
        check("n-a-b", &format!("{expects}; `a-b` cannot be one at 0..5"));
        check("n-é", &format!("{expects}; `é` cannot be one at 0..4"));
        let error = expand("n-smal", lookup).unwrap_err();
        assert_eq!((error.parameter.as_deref(), error.nearest.as_deref()), (Some("n"), Some("small")));
    }

    #[test]
    fn the_result_is_bounded() {
        let text = ["n-long"; 200].join(",");
        let error = expand(&text, lookup).unwrap_err();
        assert!(error.message.contains("8192 bytes"), "{error}");
        let text = format!("n-small,{}", "a".repeat(MAX_TEXT_BYTES - 8));
        assert!(expand(&text, lookup).is_err());
    }

    #[test]
    fn mistakes_are_told_of_what_was_written() {
        let blame = |text: &str| {
            let expanded = expand(text, lookup).unwrap();
            let error = expanded.text().parse::<crate::Pipeline>().unwrap_err();
            text[expanded.as_written(error).span].to_owned()
        };
        assert_eq!(blame("w-abc"), "w-abc");
        assert_eq!(blame("n-small,q-abc"), "q-abc");
        assert_eq!(blame("q-abc,n-small"), "q-abc");
        assert_eq!(blame("n-Small:q-1:n-wrong,h-1"), "n-wrong");
        assert_eq!(blame("n-chain,rt-abc:h-1"), "rt-abc");
        assert_eq!(blame("w-1,n-small"), "n-small", "a parameter that is given twice");
        assert_eq!(blame("n-small,"), "");
    }

    #[test]
    fn only_names() {
        for (text, expected) in [
            ("n-a", true),
            ("tr:n-a:n-b,n-c", true),
            ("n-a,w-1", false),
            ("w-1", false),
            ("", false),
            ("n-a:", false),
            ("l-image,i-n,n-a,l-end", false),
        ] {
            assert_eq!(is_only_names(text), expected, "{text}");
        }
    }

    #[test]
    fn what_may_be_registered() {
        for text in ["w-1", "tr:w-1:rt-90", "l-image,i-a,w-1,l-end", "if-w_gt_1,w-1,if-end", "lx-10,ly-20,w-5"] {
            assert_eq!(check_text(text), "", "{text}");
        }
        for (text, says) in [
            ("", "empty"),
            ("w-abc", "`w` expects"),
            ("tr:wdith-1", "unknown parameter `wdith`"),
            ("w-1:n-a", "`n-a` names another"),
            ("l-image,i-a", "never closed"),
            ("l-end,l-image,i-a", "without an open"),
            ("lx-10,wdith-1", "lx"),
        ] {
            let told = check_text(text);
            assert!(told.contains(says), "{text}: {told}");
        }
    }

    fn check_text(text: &str) -> String {
        super::check(text).err().map(|error| error.message).unwrap_or_default()
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

        #[test]
        fn no_text_panics_and_every_place_is_in_it(text in "(tr:|n-small|n-chain|n-x|w-1|é|,|:){0,30}") {
            if let Ok(expanded) = expand(&text, lookup) {
                prop_assert!(names(expanded.text()).next().is_none());
                if let Err(error) = expanded.text().parse::<crate::Pipeline>() {
                    prop_assert!(text.get(expanded.as_written(error).span).is_some());
                }
            }
        }
    }
}
