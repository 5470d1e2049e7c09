//! A typed pipeline to the text of the URL language, by the `(darkroom.v1.parameter)` options alone.
//!
//! Nothing here knows a parameter: a field that is added to `Transformation` with its option needs no code.

use crate::{DESCRIPTOR_SET, v1};
use prost_reflect::{
    DescriptorPool, DynamicMessage, ExtensionDescriptor, FieldDescriptor, Kind, ReflectMessage, Value,
};
use std::sync::LazyLock;

/// Why a typed pipeline is not a transformation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPipeline {
    /// Path of the field in the message, for example `pipeline.transformations[0].crop`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

struct Contract {
    pool: DescriptorPool,
    parameter: ExtensionDescriptor,
    word: ExtensionDescriptor,
}

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("the descriptor set was made by build.rs");
    let extension = |name| pool.get_extension_by_name(name).expect("parameter.proto declares it");
    let (parameter, word) = (extension("darkroom.v1.parameter"), extension("darkroom.v1.word"));
    Contract { pool, parameter, word }
});

/// The text of `pipeline` in the URL language, for example `w-300,h-300:rt-90`.
///
/// # Errors
/// Names the field that has no text, for example an enum value that this build does not know.
pub fn text(pipeline: &v1::Pipeline) -> Result<String, InvalidPipeline> {
    let descriptor =
        CONTRACT.pool.get_message_by_name("darkroom.v1.Transformation").expect("pipeline.proto declares it");
    let mut steps = Vec::with_capacity(pipeline.transformations.len());
    for (index, transformation) in pipeline.transformations.iter().enumerate() {
        let mut message = DynamicMessage::new(descriptor.clone());
        let place = format!("pipeline.transformations[{index}]");
        message
            .transcode_from(transformation)
            .map_err(|error| InvalidPipeline { field: place.clone(), description: error.to_string() })?;
        let mut items = Vec::new();
        for field in descriptor.fields() {
            if message.has_field(&field) {
                items.push(item(&field, &message, &place)?);
            }
        }
        if items.is_empty() {
            return Err(InvalidPipeline {
                field: place,
                description: "a transformation needs at least one parameter".into(),
            });
        }
        steps.push(items.join(","));
    }
    Ok(steps.join(":"))
}

fn item(field: &FieldDescriptor, message: &DynamicMessage, place: &str) -> Result<String, InvalidPipeline> {
    let path = format!("{place}.{}", field.name());
    let options = field.options();
    let key = options.get_extension(&CONTRACT.parameter);
    let key = key.as_str().filter(|key| !key.is_empty()).ok_or_else(|| InvalidPipeline {
        field: path.clone(),
        description: "the field names no parameter of the URL language".into(),
    })?;
    let value = value_text(field, &message.get_field(field)).ok_or_else(|| InvalidPipeline {
        field: path,
        description: "the value has no word in the URL language".into(),
    })?;
    Ok(format!("{key}-{value}"))
}

fn value_text(field: &FieldDescriptor, value: &Value) -> Option<String> {
    match value {
        Value::Bool(value) => Some(value.to_string()),
        Value::U32(value) => Some(value.to_string()),
        Value::F64(value) => Some(number(*value)),
        Value::String(value) => Some(escape(value)),
        Value::EnumNumber(number) => {
            let Kind::Enum(descriptor) = field.kind() else { return None };
            let options = descriptor.get_value(*number)?.options();
            let word = options.get_extension(&CONTRACT.word);
            word.as_str().filter(|word| !word.is_empty()).map(str::to_owned)
        }
        // A message is a compound value: its fields in order, joined as the language joins a ratio.
        Value::Message(message) => {
            let descriptor = message.descriptor();
            let parts: Option<Vec<_>> =
                descriptor.fields().map(|field| value_text(&field, &message.get_field(&field))).collect();
            parts.map(|parts| parts.join("-"))
        }
        Value::I32(_)
        | Value::I64(_)
        | Value::U64(_)
        | Value::F32(_)
        | Value::Bytes(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
}

/// A number as the language writes it: `N` for minus, no trailing zeros.
fn number(value: f64) -> String {
    if value < 0.0 { format!("N{}", -value) } else { value.to_string() }
}

/// Text with everything percent-encoded that the grammar gives a meaning to.
fn escape(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'.' => out.push(byte.into()),
            _ => _ = write!(out, "%{byte:02X}"),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use v1::{AspectRatio, Crop, Flip, Transformation};

    #[track_caller]
    fn check(transformations: Vec<Transformation>, expected: &str) {
        let actual = text(&v1::Pipeline { transformations })
            .unwrap_or_else(|error| format!("{}: {}", error.field, error.description));
        assert_eq!(actual, expected);
    }

    #[test]
    fn fields_become_parameters() {
        let first =
            Transformation { width: Some(300.0), height: Some(0.5), crop: Crop::AtMax.into(), ..Default::default() };
        let second = Transformation {
            rotation: Some(-40.0),
            flip: Flip::Both.into(),
            background: "red".into(),
            ..Default::default()
        };
        check(vec![first, second], "w-300,h-0.5,c-at_max:rt-N40,fl-h_v,bg-red");
    }

    #[test]
    fn a_ratio_and_a_flag() {
        let ratio = AspectRatio { width: 16.0, height: 9.0 };
        check(
            vec![Transformation { aspect_ratio: Some(ratio), original: Some(true), ..Default::default() }],
            "ar-16-9,orig-true",
        );
    }

    #[test]
    fn text_cannot_smuggle_a_parameter_in() {
        check(
            vec![Transformation { background: "red,w-1:rt-9".into(), ..Default::default() }],
            "bg-red%2Cw%2D1%3Art%2D9",
        );
    }

    #[test]
    fn what_has_no_text_is_named() {
        check(
            vec![Transformation { crop: 99, ..Default::default() }],
            "pipeline.transformations[0].crop: the value has no word in the URL language",
        );
        check(
            vec![Transformation::default()],
            "pipeline.transformations[0]: a transformation needs at least one parameter",
        );
    }

    #[test]
    fn every_field_names_a_parameter() {
        let descriptor = CONTRACT.pool.get_message_by_name("darkroom.v1.Transformation").unwrap();
        for field in descriptor.fields() {
            let options = field.options();
            assert!(
                options.get_extension(&CONTRACT.parameter).as_str().is_some_and(|key| !key.is_empty()),
                "{}",
                field.name()
            );
        }
    }
}
