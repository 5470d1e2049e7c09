//! The fields of a JSON body, taken out one by one; what nobody took is an error. Read by hand rather than by
//! serde, because a message has to say what ImageKit says, and must never repeat a value: it could be a secret.

use super::reply::Refusal;
use http::Uri;
use serde_json::{Map, Value};

/// Characters of a URL.
const URL_CHARS_MAX: usize = 2048;
/// Characters of a field's name that is repeated in a message.
const NAME_CHARS_MAX: usize = 64;

/// The fields that were not taken yet.
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// Of a body; an empty one has none.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        if body.is_empty() {
            return Ok(Self(Map::new()));
        }
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Refusal::invalid("The body must be a JSON object")),
            // A syntax error names a line and a column, and no value.
            Err(error) => Err(Refusal::invalid(format!("The body is not valid JSON: {error}"))),
        }
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    /// A text of 1 to `chars_max` characters.
    pub(crate) fn required_text(&mut self, name: &str, chars_max: usize) -> Result<String, Refusal> {
        match self.take(name) {
            Some(Value::String(text)) if !text.is_empty() => bounded(name, text, chars_max),
            _ => Err(Refusal::invalid(format!("{name} is required and must be a string"))),
        }
    }

    /// A text of at most `chars_max` characters.
    pub(crate) fn optional_text(&mut self, name: &str, chars_max: usize) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => bounded(name, text, chars_max).map(Some),
            Some(_) => Err(Refusal::invalid(format!("{name} must be a string"))),
        }
    }

    /// A text, empty where it is absent.
    pub(crate) fn text_or_empty(&mut self, name: &str, chars_max: usize) -> Result<String, Refusal> {
        self.optional_text(name, chars_max).map(Option::unwrap_or_default)
    }

    /// An http or https URL.
    pub(crate) fn required_url(&mut self, name: &str) -> Result<String, Refusal> {
        self.required_text(name, URL_CHARS_MAX).and_then(|url| checked_url(name, url))
    }

    /// An http or https URL, empty where it is absent.
    pub(crate) fn url_or_empty(&mut self, name: &str) -> Result<String, Refusal> {
        match self.text_or_empty(name, URL_CHARS_MAX)? {
            url if url.is_empty() => Ok(url),
            url => checked_url(name, url),
        }
    }

    /// A flag, off where it is absent.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        self.optional_flag(name).map(Option::unwrap_or_default)
    }

    /// A flag, `None` where it is absent.
    pub(crate) fn optional_flag(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(Refusal::invalid(format!("{name} must be a boolean"))),
        }
    }

    /// A list of texts, `None` where it is absent.
    pub(crate) fn texts(&mut self, name: &str, entries_max: usize) -> Result<Option<Vec<String>>, Refusal> {
        let wrong = || Refusal::invalid(format!("{name} must be an array of strings"));
        let entries = match self.take(name) {
            None => return Ok(None),
            Some(Value::Array(entries)) => entries,
            Some(_) => return Err(wrong()),
        };
        if entries.len() > entries_max {
            return Err(Refusal::invalid(format!("{name} must have at most {entries_max} entries")));
        }
        let texts = entries.into_iter().map(|entry| match entry {
            Value::String(text) if !text.is_empty() => Ok(text),
            _ => Err(wrong()),
        });
        texts.collect::<Result<_, _>>().map(Some)
    }

    /// Refuses what nobody took.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match self.0.keys().next() {
            None => Ok(()),
            Some(name) => {
                let name: String = name.chars().take(NAME_CHARS_MAX).collect();
                Err(Refusal::invalid(format!("{name} is not allowed")))
            }
        }
    }
}

fn bounded(name: &str, text: String, chars_max: usize) -> Result<String, Refusal> {
    if text.chars().count() > chars_max {
        return Err(Refusal::invalid(format!("{name} must have at most {chars_max} characters")));
    }
    Ok(text)
}

fn checked_url(name: &str, url: String) -> Result<String, Refusal> {
    let uri = url.parse::<Uri>().ok();
    let is_web = uri.as_ref().and_then(Uri::scheme_str).is_some_and(|scheme| scheme == "http" || scheme == "https");
    let authority = uri.as_ref().and_then(Uri::authority);
    // A URL with a user name has a password too, and this field is not kept as a secret.
    let is_plain = authority.is_some_and(|authority| !authority.host().is_empty() && !authority.as_str().contains('@'));
    if is_web && is_plain {
        Ok(url)
    } else {
        Err(Refusal::invalid(format!("{name} must be a valid http or https URL")))
    }
}
