//! The grammar: a text cut into steps and their items, before any of them means something.
//!
//! `T := step (":" step)*`, `step := item ("," item)*`, `item := key ["-" value]`. A layer (`l-… l-end`) or a
//! condition (`if-… if-end`) is one item whatever separators it holds. Cutting comes before percent-decoding,
//! so an encoded `%2C` stays part of its value. Two colons are part of a value too, because programs write them
//! as they are and no step could begin there: that of a ratio, `ar-4:3`, and that of a URL, `di-https:@@@@host`.
//! One pass over the text, no backtracking.

use super::InvalidTransformation;
use std::ops::Range;

/// Bytes of a transformation text; more are refused unread.
pub const MAX_TEXT_BYTES: usize = 8 * 1024;
/// Steps of one pipeline.
pub const MAX_STEPS: usize = 10;
/// Items of one step: more than all parameters of the language together.
pub const MAX_ITEMS_PER_STEP: usize = 64;
/// Layers and conditions inside one another.
pub const MAX_DEPTH: usize = 3;
/// Layers of one transformation, those inside others included.
pub const MAX_LAYERS: usize = 16;

/// One `key-value` of a step, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item<'t> {
    /// The URL key; for effects with the effect's name, as in `e-sharpen`.
    pub(super) key: &'t str,
    /// What follows the key's hyphen, still percent-encoded; `None` without a hyphen.
    pub(super) value: Option<&'t str>,
    /// Where the item stands in the text, in bytes.
    pub(super) span: Range<usize>,
}

/// Refuses a text that is too long to be read.
pub(super) fn check_length(text: &str) -> Result<(), InvalidTransformation> {
    if text.len() <= MAX_TEXT_BYTES {
        return Ok(());
    }
    let message = format!("the transformation has {} bytes; at most {MAX_TEXT_BYTES} are read", text.len());
    Err(InvalidTransformation::malformed(message, 0..text.len()))
}

/// Cuts `text` into steps. A leading `tr:`, which stored transformations may carry, is not part of it.
pub(super) fn steps(text: &str) -> Result<Vec<Vec<Item<'_>>>, InvalidTransformation> {
    let start = if text.starts_with("tr:") { 3 } else { 0 };
    steps_within(text, start..text.len())
}

/// Cuts the part `span` of `text`, a chain of its own, into steps; their spans are those of the whole text.
pub(super) fn steps_within(text: &str, span: Range<usize>) -> Result<Vec<Vec<Item<'_>>>, InvalidTransformation> {
    let mut cutter = Cutter { text, steps: Vec::new(), step: Vec::new(), open: Vec::new(), item_start: span.start };
    for (token, ends_step) in tokens(text, span.clone()) {
        cutter.token(token, ends_step)?;
    }
    match cutter.open.last() {
        Some(block) => Err(InvalidTransformation::malformed(
            format!("`{}` is never closed by `{}`", block.opener(), block.closer()),
            cutter.item_start..span.end,
        )),
        None => Ok(cutter.steps),
    }
}

/// What stands between separators in the part `span` of `text`, and whether a `:` or the end follows.
pub(super) fn tokens(text: &str, span: Range<usize>) -> impl Iterator<Item = (Range<usize>, bool)> {
    let mut start = Some(span.start);
    std::iter::from_fn(move || {
        let from = start?;
        let is_separator = |at: &usize| match text.as_bytes()[*at] {
            b',' => true,
            b':' => !is_in_a_value(&text[from..*at], &text[at + 1..span.end]),
            _ => false,
        };
        let separator = (from..span.end).find(is_separator);
        let end = separator.unwrap_or(span.end);
        start = separator.map(|_| end + 1);
        Some((from..end, separator.is_none() || text.as_bytes()[end] == b':'))
    })
}

/// Whether the colon between what was read of an item and the rest of the text is part of the item's value.
fn is_in_a_value(item: &str, rest: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_ratio = |width: &str| is_number(width) && is_number(rest.split([',', ':']).next().unwrap_or_default());
    let is_scheme = ["-http", "-https"].iter().any(|scheme| item.ends_with(scheme));
    item.strip_prefix("ar-").is_some_and(is_ratio) || is_scheme && (rest.starts_with("@@") || rest.starts_with("//"))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Layer,
    Condition,
}

impl Block {
    fn opener(self) -> &'static str {
        match self {
            Self::Layer => "l-",
            Self::Condition => "if-",
        }
    }

    fn closer(self) -> &'static str {
        match self {
            Self::Layer => "l-end",
            Self::Condition => "if-end",
        }
    }
}

struct Cutter<'t> {
    text: &'t str,
    steps: Vec<Vec<Item<'t>>>,
    step: Vec<Item<'t>>,
    open: Vec<Block>,
    item_start: usize,
}

impl Cutter<'_> {
    /// Takes what stands between two separators.
    fn token(&mut self, span: Range<usize>, ends_step: bool) -> Result<(), InvalidTransformation> {
        match &self.text[span.clone()] {
            "l-end" => self.close(Block::Layer, &span)?,
            "if-end" => self.close(Block::Condition, &span)?,
            "if-else" => self.inside(Block::Condition, "if-else", &span)?,
            token if token.starts_with("l-") => self.enter(Block::Layer, &span)?,
            token if token.starts_with("if-") => self.enter(Block::Condition, &span)?,
            _ => {}
        }
        if self.open.is_empty() {
            self.item(self.item_start..span.end, ends_step)?;
            self.item_start = span.end + 1;
        }
        Ok(())
    }

    fn enter(&mut self, block: Block, span: &Range<usize>) -> Result<(), InvalidTransformation> {
        if self.open.len() == MAX_DEPTH {
            let message = format!("layers and conditions nest at most {MAX_DEPTH} deep");
            return Err(InvalidTransformation::malformed(message, span.clone()));
        }
        self.open.push(block);
        Ok(())
    }

    fn close(&mut self, block: Block, span: &Range<usize>) -> Result<(), InvalidTransformation> {
        self.inside(block, block.closer(), span)?;
        self.open.pop();
        Ok(())
    }

    fn inside(&self, block: Block, token: &str, span: &Range<usize>) -> Result<(), InvalidTransformation> {
        if self.open.last() == Some(&block) {
            return Ok(());
        }
        let message = format!("`{token}` stands without an open `{}`", block.opener());
        Err(InvalidTransformation::malformed(message, span.clone()))
    }

    /// Adds a whole item to the step.
    fn item(&mut self, span: Range<usize>, ends_step: bool) -> Result<(), InvalidTransformation> {
        let text = &self.text[span.clone()];
        if text.is_empty() {
            let message = if self.step.is_empty() && ends_step { "empty transformation" } else { "empty parameter" };
            return Err(InvalidTransformation::malformed(message.to_owned(), span));
        }
        let (key, value) = key_and_value(text);
        self.step.push(Item { key, value, span: span.clone() });
        if self.step.len() > MAX_ITEMS_PER_STEP {
            let message = format!("a step has at most {MAX_ITEMS_PER_STEP} parameters");
            return Err(InvalidTransformation::malformed(message, span));
        }
        if ends_step {
            self.steps.push(std::mem::take(&mut self.step));
        }
        if self.steps.len() > MAX_STEPS {
            let message = format!("a transformation has at most {MAX_STEPS} steps");
            return Err(InvalidTransformation::malformed(message, span));
        }
        Ok(())
    }
}

/// Key and value stand apart at the first hyphen; an effect's name belongs to its key.
fn key_and_value(item: &str) -> (&str, Option<&str>) {
    let prefix = if item.starts_with("e-") { 2 } else { 0 };
    match item[prefix..].find('-') {
        Some(hyphen) => (&item[..prefix + hyphen], Some(&item[prefix + hyphen + 1..])),
        None => (item, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let actual = match steps(text) {
            Ok(steps) => {
                for item in steps.iter().flatten() {
                    let written = &text[item.span.clone()];
                    let joined = item.value.map_or(item.key.to_owned(), |value| format!("{}-{value}", item.key));
                    assert_eq!(written, joined, "the span is exact");
                }
                let show = |item: &Item<'_>| format!("{}={}", item.key, item.value.unwrap_or("?"));
                let step = |items: &Vec<Item<'_>>| items.iter().map(show).collect::<Vec<_>>().join(" ");
                steps.iter().map(step).collect::<Vec<_>>().join(" | ")
            }
            Err(error) => format!("{} at {}..{}", error.message, error.span.start, error.span.end),
        };
        assert_eq!(actual, expected, "for {text:?}");
    }

    #[test]
    fn steps_and_items() {
        check("w-300", "w=300");
        check("w-300,h-200:rt-90", "w=300 h=200 | rt=90");
        check("tr:w-300", "w=300");
        check("ar-4-3", "ar=4-3");
        check("e-sharpen", "e-sharpen=?");
        check("e-usm-2-2-0.8-0.024", "e-usm=2-2-0.8-0.024");
        check("w", "w=?");
        check("w-", "w=");
        check("di-a%2Cb%3Ac,w-1", "di=a%2Cb%3Ac w=1");
    }

    #[test]
    fn colons_of_ratios_and_urls_are_part_of_their_values() {
        check("w-2,ar-4:3", "w=2 ar=4:3");
        check("ar-1.5:1,h-5:rt-90", "ar=1.5:1 h=5 | rt=90");
        check("ar-4:3:w-1", "ar=4:3 | w=1");
        check("di-https:@@@@a@@b.png,w-1", "di=https:@@@@a@@b.png w=1");
        check("i-http://a/b.png:w-1", "i=http://a/b.png | w=1");
        check("ar-4:rt-90", "ar=4 | rt=90");
        check("ar-iw_div_2:3", "ar=iw_div_2 | 3=?");
        check("w-4:3", "w=4 | 3=?");
        check("i-https:w-1", "i=https | w=1");
        check("ar-4:", "empty transformation at 5..5");
    }

    #[test]
    fn blocks_are_one_item() {
        check("l-text,i-a,l-end,w-1", "l=text,i-a,l-end w=1");
        check("l-image,i-a,w-1:rt-90,l-end:w-1", "l=image,i-a,w-1:rt-90,l-end | w=1");
        check("if-w_gt_1,h-2,if-else,h-3:rt-1,if-end", "if=w_gt_1,h-2,if-else,h-3:rt-1,if-end");
        check("l-image,l-text,l-end,l-end", "l=image,l-text,l-end,l-end");
    }

    #[test]
    fn what_is_malformed() {
        check("", "empty transformation at 0..0");
        check("tr:", "empty transformation at 3..3");
        check("w-1:", "empty transformation at 4..4");
        check("w-1::h-1", "empty transformation at 4..4");
        check("w-1,,h-1", "empty parameter at 4..4");
        check("w-1,", "empty parameter at 4..4");
        check("w-1,l-text,i-a", "`l-` is never closed by `l-end` at 4..14");
        check("l-end", "`l-end` stands without an open `l-` at 0..5");
        check("if-else", "`if-else` stands without an open `if-` at 0..7");
        check("l-a,if-b,l-end", "`l-end` stands without an open `if-` at 9..14".replace("`if-`", "`l-`").as_str());
        check("l-a,l-b,l-c,l-d,l-end", "layers and conditions nest at most 3 deep at 12..15");
        check(&["w-1"; 11].join(":"), "a transformation has at most 10 steps at 40..43");
        check(&["w-1"; 65].join(","), "a step has at most 64 parameters at 256..259");
        let endless = check_length(&"a".repeat(8193)).expect_err("too long");
        assert_eq!(endless.message, "the transformation has 8193 bytes; at most 8192 are read");
    }
}
