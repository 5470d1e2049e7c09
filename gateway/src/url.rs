//! The parameters of a delivery URL that mean something to HTTP alone. What the rest of the URL means (endpoint,
//! transformation, path, signature) is for the server to say; it gets the URL byte for byte.

use percent_encoding::percent_decode_str;

/// What a URL says about saving the image.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Attachment {
    /// `ik-attachment=true`: to be saved rather than shown.
    pub(crate) demanded: bool,
    /// `ik-attachment-filename`: under this name, without an extension.
    pub(crate) file_name: Option<String>,
}

impl Attachment {
    /// Of a target (path and query). Of a parameter that is given more than once, the first counts.
    pub(crate) fn of(target: &str) -> Self {
        let query = target.split_once('?').map_or("", |(_, query)| query);
        // Most URLs say nothing of it, and then nothing has to be decoded.
        if !query.contains("ik-attachment") && !query.contains('%') {
            return Self::default();
        }
        let value_of = |wanted: &str| {
            query.split('&').find_map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decode(name) == wanted).then(|| decode(value))
            })
        };
        Self {
            demanded: value_of("ik-attachment").is_some_and(|value| value == "true"),
            file_name: value_of("ik-attachment-filename").filter(|name| !name.is_empty()),
        }
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_true_demands_an_attachment() {
        let check = |target: &str, demanded: bool, file_name: Option<&str>| {
            assert_eq!(
                Attachment::of(target),
                Attachment { demanded, file_name: file_name.map(str::to_owned) },
                "{target}"
            );
        };
        check("/a.jpg", false, None);
        check("/a.jpg?ik-attachment=true", true, None);
        check("/a.jpg?tr=w-1&ik-attachment=true&v=2", true, None);
        check("/a.jpg?ik-attachment=false", false, None);
        check("/a.jpg?ik-attachment", false, None);
        check("/a.jpg?ik-attachment=true&ik-attachment=false", true, None);
        check("/a.jpg?ik-attachment=true&ik-attachment-filename=my+caf%C3%A9%20", true, Some("my café "));
        check("/a.jpg?ik-attachment-filename=", false, None);
        check("/a.jpg?ik-attachment-filename=%ff%0d%0a", false, Some("\u{fffd}\r\n"));
        check("/a.jpg?ik%2Dattachment=true", true, None);
        check("/ik-attachment=true", false, None);
    }
}
