//! A named transformation in ImageKit's JSON ⇄ a named transformation of the API.

use super::{fields::Fields, reply::Refusal};
use darkroom_api::v1::NamedTransformation;
use serde::Serialize;

/// Characters of a name.
const NAME_CHARS_MAX: usize = 100;
/// Characters of a transformation.
const TRANSFORMATION_CHARS_MAX: usize = 8192;

/// A named transformation as it is answered.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NamedTransformationJson {
    #[serde(skip_serializing_if = "String::is_empty")]
    id: String,
    name: String,
    transformation: String,
    enabled: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    created_at: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    updated_at: String,
}

impl From<NamedTransformation> for NamedTransformationJson {
    fn from(named: NamedTransformation) -> Self {
        let NamedTransformation { name, transformation, disabled, create_time, update_time, etag: _, uid } = named;
        // RFC 3339, which is ImageKit's ISO 8601.
        let text = |time: Option<prost_types::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
        Self {
            id: uid,
            name: name.trim_start_matches("namedTransformations/").to_owned(),
            transformation,
            enabled: !disabled,
            created_at: text(create_time),
            updated_at: text(update_time),
        }
    }
}

/// A body with what was in it; `None` stands for a field that was not.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) name: Option<String>,
    pub(crate) transformation: Option<String>,
    pub(crate) enabled: Option<bool>,
}

/// Reads a new one.
pub(crate) fn read_new(mut fields: Fields) -> Result<Given, Refusal> {
    let name = Some(fields.required_text("name", NAME_CHARS_MAX)?);
    let transformation = Some(fields.required_text("transformation", TRANSFORMATION_CHARS_MAX)?);
    let enabled = fields.optional_flag("enabled")?;
    fields.finish()?;
    Ok(Given { name, transformation, enabled })
}

/// Reads what is to be changed of one.
pub(crate) fn read_change(mut fields: Fields) -> Result<Given, Refusal> {
    let given = Given {
        name: fields.optional_text("name", NAME_CHARS_MAX)?,
        transformation: fields.optional_text("transformation", TRANSFORMATION_CHARS_MAX)?,
        enabled: fields.optional_flag("enabled")?,
    };
    // To the API an empty name says that it stays.
    if given.name.as_deref() == Some("") {
        return Err(Refusal::invalid("name must have at least 1 character"));
    }
    fields.finish()?;
    Ok(given)
}
