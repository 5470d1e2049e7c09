//! Arithmetic expressions, such as `iw_mul_0.5` or the bare `ih`.
//!
//! Operands and operators alternate, joined by `_`. The precedence is the language's own: first `mul` and
//! `div`, then `add` and `sub`, then `mod`, and `pow` last, each from left to right. So `iw_pow_2_mul_3` is the
//! sixth power.

use super::{Size, number, parameters::Refusal, scope::Scope};
use crate::Error;
use std::{fmt, ops::RangeInclusive};

/// Operands of one expression.
const OPERANDS_MAX: usize = 32;

/// What an expression may speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    InitialWidth,
    InitialHeight,
    InitialRatio,
    CurrentWidth,
    CurrentHeight,
    CurrentRatio,
    BaseWidth,
    BaseHeight,
    BaseRatio,
    InitialDensity,
}

const VARIABLES: [(&str, Variable); 10] = [
    ("iw", Variable::InitialWidth),
    ("ih", Variable::InitialHeight),
    ("iar", Variable::InitialRatio),
    ("cw", Variable::CurrentWidth),
    ("ch", Variable::CurrentHeight),
    ("car", Variable::CurrentRatio),
    ("bw", Variable::BaseWidth),
    ("bh", Variable::BaseHeight),
    ("bar", Variable::BaseRatio),
    ("idn", Variable::InitialDensity),
];

impl Variable {
    pub(super) fn read(text: &str) -> Option<Self> {
        VARIABLES.iter().find(|(name, _)| *name == text).map(|(_, variable)| *variable)
    }

    pub(super) fn name(self) -> &'static str {
        VARIABLES.iter().find(|(_, variable)| *variable == self).map_or("", |(name, _)| *name)
    }

    /// Whether it speaks of the picture under a layer.
    pub(super) fn is_of_base(self) -> bool {
        matches!(self, Self::BaseWidth | Self::BaseHeight | Self::BaseRatio)
    }

    /// Its value; `None` for the base outside of a layer, and for the density where it is not known yet.
    fn value(self, scope: &Scope) -> Option<f64> {
        let Scope { initial, current, base, density } = *scope;
        let width = |size: Size| f64::from(size.width);
        let height = |size: Size| f64::from(size.height);
        let ratio = |size: Size| width(size) / height(size);
        match self {
            Self::InitialWidth => Some(width(initial)),
            Self::InitialHeight => Some(height(initial)),
            Self::InitialRatio => Some(ratio(initial)),
            Self::CurrentWidth => Some(width(current)),
            Self::CurrentHeight => Some(height(current)),
            Self::CurrentRatio => Some(ratio(current)),
            Self::BaseWidth => base.map(width),
            Self::BaseHeight => base.map(height),
            Self::BaseRatio => base.map(ratio),
            Self::InitialDensity => density.map(f64::from),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Mul,
    Div,
    Add,
    Sub,
    Mod,
    Pow,
}

const OPERATORS: [(&str, Operator); 6] = [
    ("mul", Operator::Mul),
    ("div", Operator::Div),
    ("add", Operator::Add),
    ("sub", Operator::Sub),
    ("mod", Operator::Mod),
    ("pow", Operator::Pow),
];

/// The passes of the evaluation, in the order in which they bind.
const PRECEDENCE: [&[Operator]; 4] =
    [&[Operator::Mul, Operator::Div], &[Operator::Add, Operator::Sub], &[Operator::Mod], &[Operator::Pow]];

impl Operator {
    fn read(text: &str) -> Option<Self> {
        OPERATORS.iter().find(|(name, _)| *name == text).map(|(_, operator)| *operator)
    }

    fn name(self) -> &'static str {
        OPERATORS.iter().find(|(_, operator)| *operator == self).map_or("", |(name, _)| *name)
    }

    fn apply(self, left: f64, right: f64) -> f64 {
        match self {
            Self::Mul => left * right,
            Self::Div => left / right,
            Self::Add => left + right,
            Self::Sub => left - right,
            Self::Mod => left % right,
            Self::Pow => left.powf(right),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Operand {
    Number(f64),
    Variable(Variable),
}

impl Operand {
    fn read(text: &str) -> Option<Self> {
        let number = || number::decimal(text).filter(|_| !text.starts_with('N')).map(Self::Number);
        Variable::read(text).map(Self::Variable).or_else(number)
    }
}

/// An expression that names at least one variable; those of numbers alone are worked out when they are read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    first: Operand,
    rest: Vec<(Operator, Operand)>,
}

impl Expression {
    fn read(text: &str) -> Option<Self> {
        let mut tokens = text.split('_');
        let first = Operand::read(tokens.next()?)?;
        let mut rest = Vec::new();
        while let Some(operator) = tokens.next() {
            rest.push((Operator::read(operator)?, Operand::read(tokens.next()?)?));
        }
        (rest.len() < OPERANDS_MAX).then_some(Self { first, rest })
    }

    fn operands(&self) -> impl Iterator<Item = Operand> {
        std::iter::once(self.first).chain(self.rest.iter().map(|(_, operand)| *operand))
    }

    /// The variables that it names, in their order; one that is named twice comes twice.
    pub(super) fn variables(&self) -> impl Iterator<Item = Variable> {
        self.operands().filter_map(|operand| match operand {
            Operand::Variable(variable) => Some(variable),
            Operand::Number(_) => None,
        })
    }

    /// The value, `NaN` when a variable has none here.
    fn evaluate(&self, value: impl Fn(Variable) -> Option<f64>) -> f64 {
        let number = |operand: Operand| match operand {
            Operand::Number(number) => number,
            Operand::Variable(variable) => value(variable).unwrap_or(f64::NAN),
        };
        let mut numbers: Vec<f64> = self.operands().map(number).collect();
        let mut operators: Vec<Operator> = self.rest.iter().map(|(operator, _)| *operator).collect();
        for pass in PRECEDENCE {
            let mut index = 0;
            while index < operators.len() {
                if pass.contains(&operators[index]) {
                    let right = numbers.remove(index + 1);
                    numbers[index] = operators.remove(index).apply(numbers[index], right);
                } else {
                    index += 1;
                }
            }
        }
        numbers[0]
    }

    /// See [`Quantity::value_within`].
    pub(super) fn value_within(
        &self,
        scope: &Scope,
        parameter: &str,
        bounds: RangeInclusive<f64>,
    ) -> Result<f64, Error> {
        let value = self.evaluate(|variable| variable.value(scope));
        within(value, &bounds).map_err(|expected| Error::Impossible {
            parameter: parameter.to_owned(),
            reason: format!("`{self}` gives {value} with {}; it has to be {expected}", self.seen(scope)),
        })
    }

    /// The value of each variable that it names, in words.
    fn seen(&self, scope: &Scope) -> String {
        let mut seen: Vec<String> = Vec::new();
        for variable in self.variables() {
            let value = variable.value(scope).map_or("unknown here".to_owned(), |value| value.to_string());
            let word = format!("{} = {value}", variable.name());
            if !seen.contains(&word) {
                seen.push(word);
            }
        }
        seen.join(", ")
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operand = |operand: Operand| match operand {
            Operand::Number(number) => number.to_string(),
            Operand::Variable(variable) => variable.name().to_owned(),
        };
        write!(f, "{}", operand(self.first))?;
        self.rest.iter().try_for_each(|(operator, right)| write!(f, "_{}_{}", operator.name(), operand(*right)))
    }
}

/// A number, or an expression that gives one.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Quantity {
    /// Known from the text alone.
    Number(f64),
    /// Depends on the picture.
    Expression(Expression),
}

impl Quantity {
    /// Reads `12`, `0.5`, `N3` or an expression.
    pub(super) fn read(text: &str) -> Result<Self, Refusal> {
        if let Some(number) = number::decimal(text) {
            return Ok(Self::Number(number));
        }
        let expression = Expression::read(text).ok_or(Refusal::Value)?;
        if expression.variables().next().is_some() {
            return Ok(Self::Expression(expression));
        }
        // No zero with a sign, which would be written with a minus.
        Some(expression.evaluate(|_| None) + 0.0)
            .filter(|value| value.is_finite())
            .map(Self::Number)
            .ok_or(Refusal::Value)
    }

    /// The number, when the text alone gives one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Expression(_) => None,
        }
    }

    /// The variables that it depends on.
    pub(super) fn variables(&self) -> impl Iterator<Item = Variable> {
        let expression = match self {
            Self::Number(_) => None,
            Self::Expression(expression) => Some(expression),
        };
        expression.into_iter().flat_map(Expression::variables)
    }

    /// The value for `parameter`, finite.
    ///
    /// # Errors
    /// [`Error::Impossible`] with the values that the expression saw.
    pub(super) fn value(&self, scope: &Scope, parameter: &str) -> Result<f64, Error> {
        self.value_within(scope, parameter, f64::MIN..=f64::MAX)
    }

    /// The value for `parameter`, finite and within `bounds`.
    ///
    /// # Errors
    /// [`Error::Impossible`] with the values that the expression saw.
    pub(super) fn value_within(
        &self,
        scope: &Scope,
        parameter: &str,
        bounds: RangeInclusive<f64>,
    ) -> Result<f64, Error> {
        match self {
            Self::Number(number) => within(*number, &bounds).map_err(|expected| Error::Impossible {
                parameter: parameter.to_owned(),
                reason: format!("{number} has to be {expected}"),
            }),
            Self::Expression(expression) => expression.value_within(scope, parameter, bounds),
        }
    }
}

/// `value`, or what it has to be, in words.
fn within(value: f64, bounds: &RangeInclusive<f64>) -> Result<f64, String> {
    if value.is_finite() && bounds.contains(&value) {
        return Ok(value);
    }
    let low = match *bounds.start() {
        f64::MIN => None,
        f64::MIN_POSITIVE => Some("more than 0".to_owned()),
        low => Some(format!("at least {low}")),
    };
    let high = (*bounds.end() < f64::MAX).then(|| format!("at most {}", bounds.end()));
    Err(match (low, high) {
        (None, None) => "a number".to_owned(),
        (Some(low), Some(high)) => format!("{low} and {high}"),
        (low, high) => low.or(high).unwrap_or_default(),
    })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) if *number < 0.0 => write!(f, "N{}", -number),
            Self::Number(number) => write!(f, "{number}"),
            Self::Expression(expression) => write!(f, "{expression}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: f64) {
        let size = |width, height| Size { width, height };
        let scope = Scope { density: Some(144), ..Scope::of_layer(size(640, 480), size(300, 200), size(1000, 500)) };
        let quantity = Quantity::read(text).expect("an expression");
        let value = quantity.value(&scope, "w").expect("a number");
        assert!((value - expected).abs() < 1e-9, "{text} is {value}");
        assert_eq!(Quantity::read(&quantity.to_string()), Ok(quantity), "the text reads back");
    }

    #[test]
    fn precedence_is_the_languages_own() {
        check("iw_div_2", 320.0);
        check("10_add_20_mul_2", 50.0);
        check("2_mul_3_add_4", 10.0);
        check("20_sub_5_sub_5", 10.0);
        check("100_div_5_div_2", 10.0);
        check("7_mod_4_add_1", 2.0);
        check("2_pow_2_mul_3", 64.0);
        check("2_pow_3_pow_2", 64.0);
        check("17_mod_10_pow_2", 49.0);
        check("cw_sub_100_mul_2", 100.0);
    }

    #[test]
    fn every_variable_has_its_value() {
        for (text, expected) in [
            ("iw", 640.0),
            ("ih", 480.0),
            ("iar", 4.0 / 3.0),
            ("cw", 300.0),
            ("ch", 200.0),
            ("car", 1.5),
            ("bw", 1000.0),
            ("bh", 500.0),
            ("bar", 2.0),
            ("idn", 144.0),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn what_is_no_expression() {
        for text in ["", "_", "iw_", "_iw", "iw_mul", "iw_mul_", "iw_iw", "iw_foo_2", "iw_mul_N2", "1e3", "iw_mul_2_3"]
        {
            assert_eq!(Quantity::read(text), Err(Refusal::Value), "{text}");
        }
        assert_eq!(Quantity::read("1_div_0"), Err(Refusal::Value), "no number, whatever the picture");
        let endless = ["iw"; OPERANDS_MAX + 1].join("_mul_");
        assert_eq!(Quantity::read(&endless), Err(Refusal::Value));
    }

    #[test]
    fn constants_are_worked_out() {
        assert_eq!(Quantity::read("300_mul_2"), Ok(Quantity::Number(600.0)));
        assert_eq!(Quantity::read("N30").map(|quantity| quantity.to_string()), Ok("N30".to_owned()));
    }

    #[test]
    fn a_value_out_of_bounds_tells_what_it_saw() {
        let scope = Scope::of_source(Size { width: 640, height: 480 });
        let told = |text: &str| match Quantity::read(text).expect("an expression").value_within(&scope, "w", 1.0..=9.0)
        {
            Err(Error::Impossible { parameter, reason }) => format!("{parameter}: {reason}"),
            other => format!("{other:?}"),
        };
        assert_eq!(
            told("iw_sub_1000"),
            "w: `iw_sub_1000` gives -360 with iw = 640; it has to be at least 1 and at most 9"
        );
        assert_eq!(told("bw"), "w: `bw` gives NaN with bw = unknown here; it has to be at least 1 and at most 9");
    }
}
