//! A typed pipeline to the text of the URL language, by the options of `parameter.proto` alone.
//!
//! Nothing here knows a parameter: a field that is added to `Transformation` with its options needs no code. Known
//! is only how steps stand inside one another: in pipelines, layers and conditions.

mod options;
mod text_form;
mod value;

use crate::{
    limits::{PIPELINE_DEPTH_MAX, PIPELINE_LAYERS_MAX, PIPELINE_TRANSFORMATIONS_MAX, TRANSFORMATION_BYTES_MAX},
    v1,
};
use options::CONTRACT;
use prost_reflect::{DynamicMessage, Value};
use std::borrow::Cow;

/// Why a typed pipeline is not a transformation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPipeline {
    /// Path of the field in the message, for example `pipeline.transformations[0].crop`.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl InvalidPipeline {
    fn at(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

/// The text of `pipeline` in the URL language, for example `w-300,h-300:rt-90`.
///
/// # Errors
/// Names the field that has no text, for example an enum value that this build does not know, two fields that
/// exclude each other, and what passes one of the limits in [`crate::limits`].
pub fn text(pipeline: &v1::Pipeline) -> Result<String, InvalidPipeline> {
    // Before anything that follows the nesting to its end.
    check_nesting(pipeline, "pipeline", 0, &mut 0)?;
    let mut message = DynamicMessage::new(CONTRACT.pipeline.clone());
    message.transcode_from(pipeline).map_err(|error| InvalidPipeline::at("pipeline", error.to_string()))?;
    let text = steps(&message, "pipeline")?;
    if text.len() > TRANSFORMATION_BYTES_MAX {
        let description = format!("its text has {} bytes; at most {TRANSFORMATION_BYTES_MAX} are read", text.len());
        return Err(InvalidPipeline::at("pipeline", description));
    }
    Ok(text)
}

/// Bounds the depth, the steps and the layers.
fn check_nesting(pipeline: &v1::Pipeline, path: &str, depth: usize, layers: &mut usize) -> Result<(), InvalidPipeline> {
    if pipeline.transformations.len() > PIPELINE_TRANSFORMATIONS_MAX {
        let description = format!("at most {PIPELINE_TRANSFORMATIONS_MAX} transformations");
        return Err(InvalidPipeline::at(format!("{path}.transformations"), description));
    }
    for (index, transformation) in pipeline.transformations.iter().enumerate() {
        let path = format!("{path}.transformations[{index}]");
        let enter = |path: &str| {
            let description = format!("layers and conditions nest at most {PIPELINE_DEPTH_MAX} deep");
            if depth < PIPELINE_DEPTH_MAX { Ok(()) } else { Err(InvalidPipeline::at(path, description)) }
        };
        for (index, layer) in transformation.layers.iter().enumerate() {
            let path = format!("{path}.layers[{index}]");
            enter(&path)?;
            *layers += 1;
            if *layers > PIPELINE_LAYERS_MAX {
                return Err(InvalidPipeline::at(path, format!("at most {PIPELINE_LAYERS_MAX} layers")));
            }
            if let Some(inner) = &layer.pipeline {
                check_nesting(inner, &format!("{path}.pipeline"), depth + 1, layers)?;
            }
        }
        if let Some(condition) = &transformation.condition {
            let path = format!("{path}.condition");
            enter(&path)?;
            for (name, branch) in [("then", &condition.then), ("otherwise", &condition.otherwise)] {
                if let Some(inner) = branch {
                    check_nesting(inner, &format!("{path}.{name}"), depth + 1, layers)?;
                }
            }
        }
    }
    Ok(())
}

/// The steps of a pipeline, joined; empty when it has none.
fn steps(pipeline: &DynamicMessage, path: &str) -> Result<String, InvalidPipeline> {
    let step = |(index, transformation)| step(transformation, &format!("{path}.transformations[{index}]"));
    Ok(children(pipeline, "transformations").enumerate().map(step).collect::<Result<Vec<_>, _>>()?.join(":"))
}

fn step(transformation: &DynamicMessage, path: &str) -> Result<String, InvalidPipeline> {
    let mut items = Vec::new();
    value::items(transformation, path, &mut items)?;
    let mut parts: Vec<String> = items.into_iter().map(|item| item.text).collect();
    for (index, layer) in children(transformation, "layers").enumerate() {
        parts.push(self::layer(layer, &format!("{path}.layers[{index}]"))?);
    }
    if let Some(condition) = child(transformation, "condition") {
        let path = format!("{path}.condition");
        if !parts.is_empty() {
            let description = "a condition stands alone; what stands beside it needs a transformation of its own";
            return Err(InvalidPipeline::at(path, description));
        }
        return self::condition(condition, &path);
    }
    if parts.is_empty() {
        return Err(InvalidPipeline::at(path, "a transformation needs at least one parameter"));
    }
    Ok(parts.join(","))
}

/// `l-<content>,<parameters>,<steps>,l-end`.
fn layer(layer: &DynamicMessage, path: &str) -> Result<String, InvalidPipeline> {
    let contents = CONTRACT.message(layer).fields.iter().filter(|field| !field.layer.is_empty());
    let Some(content) = contents.clone().find(|field| field.is_given(layer)) else {
        let names: Vec<_> = contents.map(|field| format!("`{}`", field.descriptor.name())).collect();
        return Err(InvalidPipeline::at(path, format!("required: one of {}", names.join(", "))));
    };
    let mut items = Vec::new();
    value::items(layer, path, &mut items)?;
    let mut text = format!("l-{}", content.layer);
    for item in items {
        text.push(',');
        text.push_str(&item.text);
    }
    let pipeline = child(layer, "pipeline").map(|pipeline| steps(pipeline, &format!("{path}.pipeline"))).transpose()?;
    if let Some(steps) = pipeline.filter(|steps| !steps.is_empty()) {
        text.push(if content.own_step { ':' } else { ',' });
        text.push_str(&steps);
    }
    text.push_str(",l-end");
    Ok(text)
}

/// `if-<tests>,<steps>,if-else,<steps>,if-end`.
fn condition(condition: &DynamicMessage, path: &str) -> Result<String, InvalidPipeline> {
    let any_of = CONTRACT.message(condition).field("any_of");
    let tests_path = format!("{path}.any_of");
    if !any_of.is_given(condition) {
        return Err(InvalidPipeline::at(tests_path, "required"));
    }
    let mut text = format!("if-{}", value::written(any_of, &condition.get_field(&any_of.descriptor), &tests_path)?);
    let branch = |name: &str| {
        let steps = child(condition, name).map(|branch| steps(branch, &format!("{path}.{name}"))).transpose()?;
        Ok(steps.filter(|steps| !steps.is_empty()))
    };
    let (then, otherwise) = (branch("then")?, branch("otherwise")?);
    if then.is_none() && otherwise.is_none() {
        return Err(InvalidPipeline::at(format!("{path}.then"), "required, or `otherwise`"));
    }
    for part in [then, otherwise.map(|steps| format!("if-else,{steps}"))].into_iter().flatten() {
        text.push(',');
        text.push_str(&part);
    }
    text.push_str(",if-end");
    Ok(text)
}

/// The message in the field `name`, if there is one.
fn child<'m>(message: &'m DynamicMessage, name: &str) -> Option<&'m DynamicMessage> {
    match message.get_field_by_name(name)? {
        Cow::Borrowed(Value::Message(child)) => Some(child),
        // What is absent is made up, and so never borrowed.
        _ => None,
    }
}

/// The messages in the list `name`.
fn children<'m>(message: &'m DynamicMessage, name: &str) -> impl Iterator<Item = &'m DynamicMessage> {
    let list = match message.get_field_by_name(name) {
        Some(Cow::Borrowed(Value::List(list))) => list.as_slice(),
        _ => &[],
    };
    list.iter().filter_map(Value::as_message)
}

#[cfg(test)]
mod tests;
