//! Fields as `key-value`, by their options alone. Nothing here knows a parameter.

use super::{
    InvalidPipeline,
    options::{CONTRACT, Field},
    text_form,
};
use prost_reflect::{DynamicMessage, Kind, Value};
use std::collections::BTreeMap;

/// A parameter of a step or of a layer.
pub(super) struct Item {
    key: String,
    /// `key-value`, or the key alone.
    pub(super) text: String,
    /// Path of the field that it was made from.
    field: String,
}

/// The parameters of a message, in the order of its fields.
///
/// # Errors
/// Names the field that has no text, that excludes another one, or that is missing.
pub(super) fn items(message: &DynamicMessage, path: &str, items: &mut Vec<Item>) -> Result<(), InvalidPipeline> {
    for field in CONTRACT.message(message).fields.iter().filter(|field| !field.is_structure()) {
        let path = format!("{path}.{}", field.descriptor.name());
        if !field.is_given(message) {
            if field.required {
                return Err(InvalidPipeline::at(path, "required"));
            }
            continue;
        }
        let value = message.get_field(&field.descriptor);
        if field.is_group() {
            self::items(value.as_message().expect("a group is a message"), &path, items)?;
            continue;
        }
        let (key, text) = item(field, &value, &path)?;
        if let Some(other) = items.iter().find(|item| item.key == key) {
            return Err(InvalidPipeline::at(path, format!("excludes `{}`: both stand for `{key}`", other.field)));
        }
        items.push(Item { text, field: path, key });
    }
    Ok(())
}

fn item(field: &Field, value: &Value, path: &str) -> Result<(String, String), InvalidPipeline> {
    let key = field.parameter.clone();
    if key.is_empty() {
        return Err(InvalidPipeline::at(path, "the field names no parameter of the URL language"));
    }
    if field.bare && is_bare(value) {
        return Ok((key.clone(), key));
    }
    let in_base64 = value
        .as_str()
        .filter(|_| !field.base64_parameter.is_empty())
        .and_then(|text| text_form::base64(text, field.text_form));
    if let Some(written) = in_base64 {
        let written = written.map_err(|reason| InvalidPipeline::at(path, reason))?;
        return Ok((key, format!("{}-{written}", field.base64_parameter)));
    }
    let text = written(field, value, path)?;
    let text = format!("{key}-{text}");
    Ok((key, text))
}

/// Whether the key alone says it.
fn is_bare(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::Message(message) => CONTRACT.message(message).fields.iter().all(|field| !field.is_given(message)),
        _ => false,
    }
}

/// The text of a value.
///
/// # Errors
/// Names the field that has none.
pub(super) fn written(field: &Field, value: &Value, path: &str) -> Result<String, InvalidPipeline> {
    let text = match value {
        Value::List(elements) => {
            let element = |(index, value)| one(field, value, &format!("{path}[{index}]"));
            elements.iter().enumerate().map(element).collect::<Result<Vec<_>, _>>()?.join(&field.separator)
        }
        value => one(field, value, path)?,
    };
    Ok(if field.setting.is_empty() { text } else { format!("{}-{text}", field.setting) })
}

fn one(field: &Field, value: &Value, path: &str) -> Result<String, InvalidPipeline> {
    let wordless = || InvalidPipeline::at(path, "the value has no word in the URL language");
    match value {
        Value::Bool(true) if !field.literal.is_empty() => Ok(field.literal.clone()),
        Value::Bool(on) => Ok(on.to_string()),
        Value::U32(number) => Ok(number.to_string()),
        Value::I32(number) => Ok(self::number(f64::from(*number))),
        Value::F64(number) if number.is_finite() => Ok(self::number(*number)),
        Value::F64(_) => Err(InvalidPipeline::at(path, "expected a finite number")),
        Value::String(text) => {
            text_form::plain(text, field.text_form).map_err(|reason| InvalidPipeline::at(path, reason))
        }
        Value::EnumNumber(number) => match field.descriptor.kind() {
            Kind::Enum(descriptor) => CONTRACT.word(&descriptor, *number).map(str::to_owned).ok_or_else(wordless),
            _ => Err(wordless()),
        },
        Value::Message(message) => compound(message, &field.literal, path),
        Value::I64(_) | Value::U64(_) | Value::F32(_) | Value::Bytes(_) | Value::List(_) | Value::Map(_) => {
            Err(wordless())
        }
    }
}

/// A message that is one value: the word it begins with, then what stands at places, then what has names.
fn compound(message: &DynamicMessage, literal: &str, path: &str) -> Result<String, InvalidPipeline> {
    let contract = CONTRACT.message(message);
    let name = |field: &Field| format!("{path}.{}", field.descriptor.name());
    let mut places = BTreeMap::new();
    let mut settings: Vec<(&Field, String)> = Vec::new();
    for field in contract.fields.iter().filter(|field| field.is_given(message)) {
        let text = written(field, &message.get_field(&field.descriptor), &name(field))?;
        let other = match field.place {
            0 => {
                let other = settings.iter().find(|(other, _)| other.setting == field.setting);
                let other = other.map(|(other, _)| *other);
                settings.push((field, text));
                other
            }
            place => places.insert(place, (field, text)).map(|(other, _)| other),
        };
        if let Some(other) = other {
            return Err(InvalidPipeline::at(name(field), format!("excludes `{}`", name(other))));
        }
    }
    if places.is_empty() && settings.is_empty() {
        let is_whole = !literal.is_empty();
        return if is_whole { Ok(literal.to_owned()) } else { Err(InvalidPipeline::at(path, "has no field")) };
    }
    let last = places.last_key_value().map_or(0, |(place, _)| *place);
    for field in contract.fields.iter().filter(|field| field.required || (1..last).contains(&field.place)) {
        if field.place == 0 || places.contains_key(&field.place) {
            continue;
        }
        if field.placeholder.is_empty() {
            return Err(InvalidPipeline::at(name(field), "required"));
        }
        places.insert(field.place, (field, field.placeholder.clone()));
    }
    let parts = places.into_values().chain(settings).map(|(_, text)| text);
    let literal = Some(literal.to_owned()).filter(|literal| !literal.is_empty());
    Ok(literal.into_iter().chain(parts).collect::<Vec<_>>().join(&contract.joined_by))
}

/// A number as the language writes it: `N` for minus, which tells -0 from 0 too, never an exponent.
fn number(value: f64) -> String {
    if value.is_sign_negative() { format!("N{}", -value) } else { value.to_string() }
}
