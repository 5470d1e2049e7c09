//! `Content-Disposition`: whether a browser shows or saves, and under which name (RFC 6266, RFC 8187).

use crate::url::Attachment;
use http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters of a file name; what is longer is cut, and the extension kept.
const FILE_NAME_CHARS_MAX: usize = 120;
/// Characters of a file name's extension.
const EXTENSION_CHARS_MAX: usize = 10;

/// Everything but the `attr-char` of RFC 8187.
const NOT_ATTR_CHAR: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'#')
    .remove(b'$')
    .remove(b'&')
    .remove(b'+')
    .remove(b'-')
    .remove(b'.')
    .remove(b'^')
    .remove(b'_')
    .remove(b'`')
    .remove(b'|')
    .remove(b'~');

/// The field. `file_name` is the rendition's own; `attachment` is what the URL says; `unsafe_to_show` overrules it.
pub(crate) fn content_disposition(file_name: &str, attachment: &Attachment, unsafe_to_show: bool) -> HeaderValue {
    let kind = if attachment.demanded || unsafe_to_show { "attachment" } else { "inline" };
    if attachment.file_name.is_none() && goes_as_it_is(file_name) {
        let text = [kind, "; filename=\"", file_name, "\""].concat();
        return HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attachment"));
    }
    let (stem, extension) = split(file_name);
    let asked = attachment.file_name.as_deref().map(|asked| match split(asked) {
        (asked_stem, asked_extension) if asked_extension.eq_ignore_ascii_case(extension) => asked_stem,
        _ => asked,
    });
    let name = file_name_of(asked.unwrap_or(stem), extension);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let mut text = format!("{kind}; filename=\"{plain}\"");
    if plain != name {
        text.push_str("; filename*=UTF-8''");
        text.extend(utf8_percent_encode(&name, NOT_ATTR_CHAR));
    }
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static("attachment"))
}

// Whether nothing below would change a name: what nearly all are spared.
fn goes_as_it_is(file_name: &str) -> bool {
    (1..=FILE_NAME_CHARS_MAX).contains(&file_name.len())
        && !file_name.starts_with('.')
        && file_name.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\%/".contains(&byte))
}

// What every client reads in the same way inside quotes. `%` is not: some decode it.
fn is_plain(c: char) -> bool {
    (c.is_ascii_graphic() || c == ' ') && !"\"\\%".contains(c)
}

fn split(file_name: &str) -> (&str, &str) {
    match file_name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => (stem, extension),
        _ => (file_name, ""),
    }
}

fn is_extension(text: &str) -> bool {
    (1..=EXTENSION_CHARS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn file_name_of(stem: &str, extension: &str) -> String {
    let stem: String = stem.chars().filter(|c| !is_treacherous(*c)).take(FILE_NAME_CHARS_MAX).collect();
    let stem = stem.trim().trim_start_matches('.').trim();
    let stem = if stem.is_empty() { "image" } else { stem };
    if extension.is_empty() { stem.to_owned() } else { format!("{stem}.{extension}") }
}

// Parts of a path, controls, and the characters that make a name read in another direction than it is written
// (`gpj.exe` for `exe.jpg`).
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c, '/' | '\\' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file_name: &str, target: &str, expected: &str) {
        let value = content_disposition(file_name, &Attachment::of(target), false);
        assert_eq!(value.to_str().ok(), Some(expected), "{file_name} {target}");
    }

    #[test]
    fn shows_by_default_and_saves_when_asked() {
        check("a.jpg", "/a.jpg", "inline; filename=\"a.jpg\"");
        check("a.jpg", "/a.jpg?ik-attachment=true", "attachment; filename=\"a.jpg\"");
        check("a.webp", "/?ik-attachment=true&ik-attachment-filename=new", "attachment; filename=\"new.webp\"");
        check("a.webp", "/?ik-attachment-filename=new.webp", "inline; filename=\"new.webp\"");
        check("a.webp", "/?ik-attachment-filename=v1.2", "inline; filename=\"v1.2.webp\"");
        check("", "/", "inline; filename=\"image\"");
        let html = content_disposition("a.html", &Attachment::default(), true);
        assert_eq!(html, "attachment; filename=\"a.html\"");
    }

    #[test]
    fn what_goes_as_it_is_comes_out_as_if_it_were_mended() {
        for name in ["a.jpg", "a", "a..b", "a.b.", "a+b=c;d.jpeg", "x.verylongextension", "a'b(1).png"] {
            assert!(goes_as_it_is(name), "{name}");
            let (stem, extension) = split(name);
            assert_eq!(file_name_of(stem, extension), name);
            assert!(name.chars().all(is_plain), "{name}");
        }
        for name in ["", ".jpg", "a b.jpg", "a/b", "a\\b", "a%b", "a\"b", "é.jpg", "a\r\nb", &"a".repeat(121)] {
            assert!(!goes_as_it_is(name), "{name}");
        }
    }

    #[test]
    fn names_cannot_leave_their_quotes_or_their_line() {
        check("a\"; x=\"b.jpg", "/", "inline; filename=\"a_; x=_b.jpg\"; filename*=UTF-8''a%22%3B%20x%3D%22b.jpg");
        check("a\\b.jpg", "/", "inline; filename=\"ab.jpg\"");
        check("a.jpg", "/?ik-attachment-filename=x%0d%0aSet-Cookie:%20y", "inline; filename=\"xSet-Cookie: y.jpg\"");
        check("a.jpg", "/?ik-attachment-filename=..%2f..%2fetc%00", "inline; filename=\"etc.jpg\"");
        check("a.jpg", "/?ik-attachment-filename=100%25", "inline; filename=\"100_.jpg\"; filename*=UTF-8''100%25.jpg");
        check(".jpg", "/", "inline; filename=\"jpg\"");
        check("a.j\r\npg", "/", "inline; filename=\"a.jpg\"");
    }

    #[test]
    fn other_alphabets_arrive_and_are_not_reversed() {
        check("café.jpg", "/", "inline; filename=\"caf_.jpg\"; filename*=UTF-8''caf%C3%A9.jpg");
        check("gpj.\u{202e}exe.jpg", "/", "inline; filename=\"gpj.exe.jpg\"");
        let long = content_disposition(&format!("{}.jpg", "é".repeat(5000)), &Attachment::default(), false);
        assert!(long.len() < 1024 && long.as_bytes().ends_with(b"%A9.jpg"), "{}", long.len());
    }
}
