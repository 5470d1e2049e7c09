//! `lso leo ldu`: when a layer is shown on a video. A picture is not in time, so they are read and have no effect.

use super::{Parameter, Parameters, Refusal};
use crate::language::number;

const SECONDS: &str = "a number of seconds, or an expression on `bdu`, `idu` and `cdu`";
const NO_EFFECT: &str = "for layers on a video; on a picture it has no effect";
pub(super) const START: Parameter = Parameter {
    key: "lso",
    name: "layerStart",
    values: SECONDS,
    default: "the start",
    meaning: NO_EFFECT,
    example: "l-image,i-logo.png,lso-5,l-end",
};
pub(super) const END: Parameter = Parameter {
    key: "leo",
    name: "layerEnd",
    values: SECONDS,
    default: "the end",
    meaning: NO_EFFECT,
    example: "l-image,i-logo.png,leo-15,l-end",
};
pub(super) const DURATION: Parameter = Parameter {
    key: "ldu",
    name: "layerDuration",
    values: SECONDS,
    default: "up to the end",
    meaning: NO_EFFECT,
    example: "l-image,i-logo.png,ldu-10.5,l-end",
};

const DURATIONS: [&str; 3] = ["bdu", "idu", "cdu"];
const OPERATORS: [&str; 6] = ["mul", "div", "add", "sub", "mod", "pow"];

/// Claims them.
pub(super) fn take(parameters: &mut Parameters<'_>) {
    for parameter in [START, END, DURATION] {
        parameters.take(&parameter, |text| if is_time(text) { Ok(()) } else { Err(Refusal::Value) });
    }
}

/// Whether operands and operators alternate.
fn is_time(text: &str) -> bool {
    let is_seconds = |word: &str| number::decimal(word).is_some_and(|seconds| seconds >= 0.0);
    let mut words = text.split('_').enumerate();
    let fits = words.all(|(place, word)| match place % 2 {
        0 => DURATIONS.contains(&word) || is_seconds(word),
        _ => OPERATORS.contains(&word),
    });
    fits && text.split('_').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::is_time;

    #[test]
    fn seconds_and_expressions_are_times() {
        for text in ["0", "20", "20.50", "bdu", "bdu_mul_0.4", "bdu_sub_idu", "cdu_div_2_add_1"] {
            assert!(is_time(text), "{text}");
        }
        for text in ["", "N5", "a", "bdu_", "bdu_mul", "bw_div_2", "5_5", "5-5"] {
            assert!(!is_time(text), "{text}");
        }
    }
}
