//! What is wrong with a transformation, shown where it stands.

use crate::command::Failure;
use darkroom_engine::{
    Error,
    language::{InvalidTransformation, Reading},
};
use std::{fmt::Write, ops::Range};

/// Characters of the text before and behind a mistake that are shown.
const CONTEXT: usize = 60;

/// What was read, if nothing is wrong with it; otherwise all mistakes.
pub(super) fn checked(text: &str, reading: Result<Reading, InvalidTransformation>) -> Result<Reading, Failure> {
    let mistakes = match reading {
        Ok(reading) if reading.problems.is_empty() => return Ok(reading),
        Ok(reading) => reading.problems,
        Err(mistake) => vec![mistake],
    };
    let told = mistakes.iter().map(|mistake| {
        let InvalidTransformation { message, parameter: _, span, expected, nearest: _, unsupported: _ } = mistake;
        let expected = if expected.is_empty() || message.contains(expected.as_str()) {
            String::new()
        } else {
            format!("\nexpected: {expected}")
        };
        format!("{message}\n{}{expected}", pointed_at(text, span))
    });
    Err(told.collect::<Vec<_>>().join("\n").into())
}

/// The same for what the engine refuses; the first parameter of that name is taken for the one at fault.
pub(super) fn of_engine(text: &str, error: &Error) -> Failure {
    let place = match error {
        Error::Impossible { parameter, .. } | Error::Unsupported { parameter, .. } => place_of(text, parameter),
        Error::Unreadable { .. } | Error::TooLarge { .. } | Error::MissingResource { .. } | Error::Internal(_) => None,
    };
    place.map_or_else(|| error.to_string(), |span| format!("{error}\n{}", pointed_at(text, &span))).into()
}

/// Where the parameter of this key stands in a text.
fn place_of(text: &str, key: &str) -> Option<Range<usize>> {
    let mut start = 0;
    text.split([',', ':']).find_map(|item| {
        let span = start..start + item.len();
        start = span.end + 1;
        let rest = item.strip_prefix(key)?;
        (rest.is_empty() || rest.starts_with('-')).then_some(span)
    })
}

/// The text around a place, and carets below the place.
fn pointed_at(text: &str, span: &Range<usize>) -> String {
    let (before, rest) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let (at, behind) = rest.split_at_checked(span.len()).unwrap_or((rest, ""));
    let skipped = before.chars().count().saturating_sub(CONTEXT);
    let shown: String = before.chars().skip(skipped).collect();
    let dots = if skipped > 0 { "…" } else { "" };
    let mut out = String::new();
    let at: String = at.chars().take(CONTEXT).collect();
    let behind: String = behind.chars().take(CONTEXT).collect();
    _ = writeln!(out, "    {dots}{shown}{at}{behind}");
    let indent = dots.chars().count() + shown.chars().count();
    _ = write!(out, "    {}{}", " ".repeat(indent), "^".repeat(at.chars().count().max(1)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use darkroom_engine::language::Hints;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let failure = checked(text, Reading::of(text, Hints::default())).expect_err("a mistake");
        assert_eq!(failure.to_string(), expected);
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands() {
        check(
            "w-300,widht-2:rt-90",
            "unknown parameter `widht`; the nearest known one is `w`\n    w-300,widht-2:rt-90\n          ^^^^^^^",
        );
        check("w-300,,h-1", "empty parameter\n    w-300,,h-1\n          ^");
        check(
            "q-0,fl-x",
            "parameter `q` expects a whole number from 1 to 100, not `0`\n    q-0,fl-x\n    ^^^\n\
             parameter `fl` expects `h`, `v`, `h_v` or `v_h`, not `x`\n    q-0,fl-x\n        ^^^^",
        );
        check(
            "n-hero",
            "parameter `n` is known to a running server alone, which has the names\n    n-hero\n    ^^^^^^",
        );
    }

    #[test]
    fn carets_stand_below_letters_whatever_they_weigh() {
        check("di-ü,q-0", "parameter `q` expects a whole number from 1 to 100, not `0`\n    di-ü,q-0\n         ^^^");
        let long = format!("{},q-0", "di-a".repeat(30));
        let told = pointed_at(&long, &(121..124));
        assert_eq!(told, format!("    …{},q-0\n     {}^^^", &long[61..120], " ".repeat(60)));
    }

    #[test]
    fn what_the_engine_refuses_is_shown_too() {
        let error = Error::Impossible { parameter: "xc".into(), reason: "it reaches outside".into() };
        let told = of_engine("w-9:w-9,h-9,cm-extract,xc-1", &error).to_string();
        let expected =
            "parameter `xc`: it reaches outside\n    w-9:w-9,h-9,cm-extract,xc-1\n                           ^^^^";
        assert_eq!(told, expected);
        let error = Error::Unreadable { reason: "no".into() };
        assert_eq!(of_engine("w-9", &error).to_string(), error.to_string());
    }
}
