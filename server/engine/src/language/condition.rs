//! `if-<tests>,<chain>[,if-else,<chain>],if-end`: one of two chains, by the size of the picture.

use super::{
    InvalidTransformation,
    chain::Chain,
    context::{Context, Place},
    grammar::{self, Item},
    number,
    parameters::Parameter,
    scope::Scope,
};
use std::{fmt, ops::Range};

/// Comparisons of one condition.
const TESTS_MAX: usize = 16;

const CONDITION: Parameter = Parameter {
    key: "if",
    name: "if",
    values: "comparisons such as `w_gt_300` or `iar_lte_4-3`, joined by `_and_` and `_or_`, then a chain, and \
        optionally `if-else` and another chain, closed by `if-end`",
    default: "no condition",
    meaning: "runs the first chain when the comparisons hold, else the second; `w`, `h` and `ar` speak of the \
        image at this point, `iw`, `ih` and `iar` of the source; `and` binds closer than `or`",
    example: "if-ar_gt_1,w-200,if-else,h-200,if-end",
};

pub(super) const PARAMETERS: &[Parameter] = &[CONDITION];

/// What a comparison speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Property {
    Width,
    Height,
    Ratio,
    InitialWidth,
    InitialHeight,
    InitialRatio,
}

const PROPERTIES: [(&str, Property); 6] = [
    ("w", Property::Width),
    ("h", Property::Height),
    ("ar", Property::Ratio),
    ("iw", Property::InitialWidth),
    ("ih", Property::InitialHeight),
    ("iar", Property::InitialRatio),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
}

const COMPARISONS: [(&str, Comparison); 6] = [
    ("eq", Comparison::Equal),
    ("ne", Comparison::NotEqual),
    ("gt", Comparison::Greater),
    ("gte", Comparison::GreaterOrEqual),
    ("lt", Comparison::Less),
    ("lte", Comparison::LessOrEqual),
];

/// `w_gt_300`.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Test {
    property: Property,
    comparison: Comparison,
    value: f64,
}

impl Test {
    fn read(text: &str) -> Option<Self> {
        let mut words = text.splitn(3, '_');
        let (property, comparison, value) = (words.next()?, words.next()?, words.next()?);
        let (_, property) = PROPERTIES.iter().find(|(name, _)| *name == property)?;
        let (_, comparison) = COMPARISONS.iter().find(|(name, _)| *name == comparison)?;
        let value = match value.split_once('-') {
            Some((width, height)) => number::decimal(width)? / number::decimal(height)?,
            None => number::decimal(value)?,
        };
        let is_sensible = value.is_finite() && value >= 0.0;
        is_sensible.then_some(Self { property: *property, comparison: *comparison, value })
    }

    #[allow(clippy::float_cmp)] // `eq` asks for exactly that; sizes are whole numbers
    fn holds(self, scope: &Scope) -> bool {
        let Scope { initial, current, base: _, density: _ } = *scope;
        let value = match self.property {
            Property::Width => f64::from(current.width),
            Property::Height => f64::from(current.height),
            Property::Ratio => f64::from(current.width) / f64::from(current.height),
            Property::InitialWidth => f64::from(initial.width),
            Property::InitialHeight => f64::from(initial.height),
            Property::InitialRatio => f64::from(initial.width) / f64::from(initial.height),
        };
        match self.comparison {
            Comparison::Equal => value == self.value,
            Comparison::NotEqual => value != self.value,
            Comparison::Greater => value > self.value,
            Comparison::GreaterOrEqual => value >= self.value,
            Comparison::Less => value < self.value,
            Comparison::LessOrEqual => value <= self.value,
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let property = PROPERTIES.iter().find(|(_, property)| *property == self.property).map_or("", |(name, _)| *name);
        let comparison =
            COMPARISONS.iter().find(|(_, comparison)| *comparison == self.comparison).map_or("", |(name, _)| *name);
        write!(f, "{property}_{comparison}_{}", self.value)
    }
}

/// A choice between two chains.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Condition {
    /// It holds when all tests of any of these do.
    any_of: Vec<Vec<Test>>,
    then: Chain,
    otherwise: Chain,
}

impl Condition {
    /// Reads the step `items`, of which the condition must be the only one.
    pub(super) fn read(
        items: &[Item<'_>],
        place: Place,
        context: &Context<'_>,
    ) -> Result<(Self, Vec<InvalidTransformation>), InvalidTransformation> {
        let [item] = items else {
            let stranger = items.iter().find(|item| item.key != "if").unwrap_or(&items[0]);
            return Err(invalid(
                "a condition is the only item of its step; put what stands beside it into a step of its own, with `:`",
                stranger.span.clone(),
            ));
        };
        if item.value.is_none() {
            return Err(invalid("`if` expects `-` and comparisons behind it", item.span.clone()));
        }
        let inner = item.span.start + "if-".len()..item.span.end - ",if-end".len();
        let parts = Parts::find(context.text, inner.clone()).ok_or_else(|| {
            invalid("`if` expects comparisons, and behind them, after a comma, a chain of steps", item.span.clone())
        })?;
        let any_of = read_tests(&context.text[parts.tests.clone()]).ok_or_else(|| InvalidTransformation {
            message: format!(
                "parameter `if` expects comparisons such as `w_gt_300_and_ar_lt_4-3`, not `{}`",
                &context.text[parts.tests.clone()]
            ),
            expected: CONDITION.values.to_owned(),
            ..invalid("", parts.tests.clone())
        })?;
        let mut problems = Vec::new();
        let mut branch = |span: Option<Range<usize>>| {
            let Some(span) = span.filter(|span| !span.is_empty()) else {
                return Ok(Chain::default());
            };
            let (chain, found) = Chain::read(grammar::steps_within(context.text, span)?, place, context);
            problems.extend(found);
            Ok(chain)
        };
        let (then, otherwise) = (branch(parts.then)?, branch(parts.otherwise)?);
        for chain in [&then, &otherwise] {
            if chain.settings().output().original {
                problems.push(invalid("`orig` cannot depend on a condition", item.span.clone()));
            }
        }
        Ok((Self { any_of, then, otherwise }, problems))
    }

    /// Whether both chains change nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.then.is_empty() && self.otherwise.is_empty()
    }

    /// Whether its comparisons hold.
    pub(super) fn holds(&self, scope: &Scope) -> bool {
        self.any_of.iter().any(|all_of| all_of.iter().all(|test| test.holds(scope)))
    }

    /// The chain to run.
    pub(super) fn branch(&self, scope: &Scope) -> &Chain {
        if self.holds(scope) { &self.then } else { &self.otherwise }
    }

    /// Its comparisons, as they are written.
    pub(super) fn tests(&self) -> String {
        let all_of = |tests: &Vec<Test>| tests.iter().map(ToString::to_string).collect::<Vec<_>>().join("_and_");
        self.any_of.iter().map(all_of).collect::<Vec<_>>().join("_or_")
    }

    /// Both chains.
    pub(super) fn branches(&self) -> [&Chain; 2] {
        [&self.then, &self.otherwise]
    }
}

fn invalid(message: &str, span: Range<usize>) -> InvalidTransformation {
    InvalidTransformation {
        parameter: Some("if".to_owned()),
        ..InvalidTransformation::malformed(message.to_owned(), span)
    }
}

fn read_tests(text: &str) -> Option<Vec<Vec<Test>>> {
    let all_of = |text: &str| text.split("_and_").map(Test::read).collect::<Option<Vec<_>>>();
    let any_of = text.split("_or_").map(all_of).collect::<Option<Vec<_>>>()?;
    (any_of.iter().map(Vec::len).sum::<usize>() <= TESTS_MAX).then_some(any_of)
}

/// Where the parts of a condition stand.
struct Parts {
    tests: Range<usize>,
    then: Option<Range<usize>>,
    otherwise: Option<Range<usize>>,
}

impl Parts {
    /// Finds the `if-else` that belongs to this condition, and not to one inside it.
    fn find(text: &str, inner: Range<usize>) -> Option<Self> {
        let (tests, _) = grammar::tokens(text, inner.clone()).next()?;
        if tests.end == inner.end {
            return None;
        }
        let body = tests.end + 1..inner.end;
        let mut depth = 0_usize;
        for (token, _) in grammar::tokens(text, body.clone()) {
            match &text[token.clone()] {
                "l-end" | "if-end" => depth = depth.saturating_sub(1),
                "if-else" if depth == 0 => {
                    let then = body.start..token.start.saturating_sub(1).max(body.start);
                    let otherwise = (token.end + 1).min(body.end)..body.end;
                    return Some(Self { tests, then: Some(then), otherwise: Some(otherwise) });
                }
                "if-else" => {}
                block if block.starts_with("l-") || block.starts_with("if-") => depth += 1,
                _ => {}
            }
        }
        Some(Self { tests, then: Some(body), otherwise: None })
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { any_of: _, then, otherwise } = self;
        write!(f, "if-{}", self.tests())?;
        if !then.is_empty() {
            write!(f, ",{then}")?;
        }
        if !otherwise.is_empty() {
            write!(f, ",if-else,{otherwise}")?;
        }
        f.write_str(",if-end")
    }
}

#[cfg(test)]
mod tests;
