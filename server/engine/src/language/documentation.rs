//! `docs/transformations.md` says of each parameter what the code says of it.

use super::{PARAMETERS, Parameter};

const DOCUMENT: &str = include_str!("../../../../docs/transformations.md");

/// The row that the document has for a parameter.
fn row(parameter: &Parameter) -> String {
    let Parameter { key, name, values, default, meaning, example } = parameter;
    format!("| `{key}` ({name}) | {values} | {default} | {meaning} | `{example}` |")
}

#[test]
fn every_parameter_has_its_row_and_no_row_is_out_of_date() {
    let mut expected: Vec<String> = PARAMETERS.iter().copied().flatten().map(row).collect();
    // Rows of parameters are those with five cells; other tables of the document have more or fewer.
    let is_of_a_parameter = |line: &&str| line.starts_with("| `") && line.matches(" | ").count() == 4;
    let mut found: Vec<&str> = DOCUMENT.lines().filter(is_of_a_parameter).collect();
    // The document has them in the order in which people look for them.
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected, "run `make docs`, look at `git diff`, and commit");
}
