//! Texts of callers as values of the URL language. Whatever a caller sends, it stays one value: what could end
//! it is percent-encoded, put into base64 or refused.

use crate::v1::TextForm;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::fmt::Write as _;

/// `text` as a plain value, or why it is none; the reason reads on after the field.
pub(super) fn plain(text: &str, form: TextForm) -> Result<String, &'static str> {
    let holds_only = |more: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    match form {
        TextForm::Expression if holds_only("._") => Ok(text.to_owned()),
        TextForm::Expression => Err("expected an expression, such as `iw_div_2`"),
        TextForm::Color if holds_only("") => Ok(text.to_owned()),
        TextForm::Color => Err("expected a colour: a name, `RRGGBB` or `RRGGBBAA`"),
        TextForm::Name if holds_only("_") => Ok(text.to_owned()),
        TextForm::Name => Err("expected a name of letters, digits and `_`"),
        TextForm::Path => {
            let written = text.replace('/', "@@");
            // What reads it takes the first pair of `@` for the `/`.
            if written.replace("@@", "/") == text { Ok(escaped(&written)) } else { Err(UNWRITABLE_PATH) }
        }
        TextForm::Plain => Ok(escaped(text)),
        TextForm::Unspecified => Err("the field has no form of text"),
    }
}

/// `text` in base64, where ImageKit's SDKs write it so: when it holds more than letters, digits, spaces, `-`, `.`
/// and `_`, and of paths `/`.
pub(super) fn base64(text: &str, form: TextForm) -> Option<Result<String, &'static str>> {
    let more = if form == TextForm::Path { "-._ /" } else { "-._ " };
    if text.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c)) {
        return None;
    }
    if form == TextForm::Path && text.contains("@@") {
        return Some(Err(UNWRITABLE_PATH));
    }
    Some(Ok(escaped(&STANDARD.encode(text))))
}

const UNWRITABLE_PATH: &str = "the URL language cannot write a path with `@@`, nor one with `@/` here";

/// Text with everything percent-encoded that the grammar or a URL gives a meaning to. `@` stands for itself only
/// in pairs, as a `/`.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' | b'-' | b'~' | b'@' => out.push(byte.into()),
            _ => _ = write!(out, "%{byte:02X}"),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, form: TextForm, expected: &str) {
        let actual = base64(text, form).map_or_else(
            || plain(text, form).unwrap_or_else(str::to_owned),
            |written| written.map_or_else(str::to_owned, |written| format!("base64 {written}")),
        );
        assert_eq!(actual, expected, "for {text:?}");
    }

    #[test]
    fn what_needs_base64() {
        check("a/b-c_d.png", TextForm::Path, "a@@b-c_d.png");
        check("two words", TextForm::Plain, "two%20words");
        check("a/b", TextForm::Plain, "base64 YS9i");
        check("Grüße, 50 %: l-end", TextForm::Plain, "base64 R3LDvMOfZSwgNTAgJTogbC1lbmQ%3D");
        check("a@/b.png", TextForm::Path, "base64 YUAvYi5wbmc%3D");
        check("a@@b.png", TextForm::Path, UNWRITABLE_PATH);
    }

    #[test]
    fn paths_without_base64() {
        let check = |text, expected: Result<&str, &str>| {
            assert_eq!(plain(text, TextForm::Path), expected.map(str::to_owned).map_err(|_| UNWRITABLE_PATH));
        };
        check("a/b,c.png", Ok("a@@b%2Cc.png"));
        check("a@b/c", Ok("a@b@@c"));
        check("a@/b", Err(""));
        check("a/@b", Ok("a@@@b"));
        check("a@@b", Err(""));
    }
}
