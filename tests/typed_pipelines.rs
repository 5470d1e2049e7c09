//! Every field of a typed pipeline, with every word that it can take, is understood by the engine: a sample of each
//! is made by walking the descriptor, turned into text, and read.

use darkroom_api::{DESCRIPTOR_SET, limits, pipeline, v1};
use darkroom_engine::language::{self, Hints, Reading};
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};
use v1::{Crop, Focus, ImageLayer, LayerPosition, Transformation, layer::Content};

/// Fields, and words of fields, that the engine does not understand alone, and why. An entry whose samples are all
/// understood has to go.
const NOT_UNDERSTOOD: &[(&str, &str)] = &[
    ("Transformation.focus_objects", "objects are not looked for"),
    ("Transformation.named", "a name is replaced by its text before the engine reads"),
];

/// Samples that change nothing, because they say what holds without them.
const WITHOUT_EFFECT: &[&str] = &[
    "Transformation.crop=CROP_MAINTAIN_RATIO",
    "Transformation.focus=FOCUS_CENTER",
    "Transformation.format=OUTPUT_FORMAT_AUTO",
    "Transformation.lossless=false",
    "Transformation.progressive=false",
    "Transformation.metadata=false",
    "Transformation.color_profile=false",
    "Transformation.original=false",
    "Transformation.rotation_auto",
    "Transformation.trim=false",
    "Transformation.layers Layer.text TextLayer.inner_alignment=INNER_ALIGNMENT_CENTER",
    "Transformation.layers Layer.position LayerPosition.anchor_point=LAYER_PLACE_TOP_LEFT",
    "Transformation.layers Layer.position LayerPosition.focus=LAYER_PLACE_CENTER",
];

/// A sample: what it is about, as `Message.field` from the transformation inwards, and the transformation, with and
/// without it.
struct Sample {
    about: Vec<String>,
    with: DynamicMessage,
    without: DynamicMessage,
}

#[test]
fn the_engine_understands_every_field() {
    let pool = DescriptorPool::decode(DESCRIPTOR_SET).unwrap();
    let transformation = pool.get_message_by_name("darkroom.v1.Transformation").unwrap();
    let samples = samples(&transformation);
    assert!(samples.len() > 200, "{} samples", samples.len());
    let mut faults = Vec::new();
    let mut understood = std::collections::BTreeMap::new();
    for Sample { about, with, without } in samples {
        let name = about.join(" ");
        let entry = NOT_UNDERSTOOD.iter().find(|(entry, _)| about.iter().any(|part| is_of(part, entry)));
        let (canonical, text) = read(&with);
        match (canonical, entry) {
            (Err(_), Some((entry, _))) => _ = understood.entry(*entry).or_insert(Vec::new()),
            (Ok(_), Some((entry, _))) => understood.entry(*entry).or_insert(Vec::new()).push(name),
            (Err(message), None) => faults.push(format!("{name}: {text}: {message}")),
            (Ok(canonical), None) => {
                let before = if with == without { String::new() } else { read(&without).0.unwrap_or_default() };
                let changes = canonical != before;
                if changes == WITHOUT_EFFECT.contains(&name.as_str()) {
                    faults.push(format!("{name}: {text} gives {canonical:?}, an effect: {changes}"));
                }
            }
        }
    }
    for (entry, _) in NOT_UNDERSTOOD {
        match understood.get(entry) {
            None => faults.push(format!("{entry} of the exceptions stands for no sample")),
            Some(names) if names.is_empty() => {}
            Some(names) => faults.push(format!("{entry} of the exceptions is understood: {}", names.join(", "))),
        }
    }
    assert!(faults.is_empty(), "{}\n", faults.join("\n"));
}

/// Whether a part of a sample's name is the field of the entry, or is its word.
fn is_of(part: &str, entry: &str) -> bool {
    part.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
}

/// What the engine makes of a transformation, with its text.
fn read(transformation: &DynamicMessage) -> (Result<String, String>, String) {
    let typed = v1::Pipeline { transformations: vec![transformation.transcode_to().unwrap()] };
    let text = match pipeline::text(&typed) {
        Ok(text) => text,
        Err(error) => return (Err(format!("{}: {}", error.field, error.description)), String::new()),
    };
    let hints = Hints { width_px: Some(320.0), dpr: Some(2.0) };
    let reading = Reading::of(&text, hints).and_then(Reading::strictly);
    let canonical = reading.map_err(|error| error.message).map(|reading| {
        let default = reading.default_image.map(|path| format!(" or {path}")).unwrap_or_default();
        format!("{}{default}", reading.pipeline)
    });
    (canonical, text)
}

/// Every field of a message with every value that makes a difference to how it is written.
fn samples(descriptor: &MessageDescriptor) -> Vec<Sample> {
    let mut samples = Vec::new();
    for field in descriptor.fields() {
        let without = companions(&field);
        for choice in values(&field) {
            let mut with = without.clone();
            descriptor.fields().filter(|other| exclude(other, &field)).for_each(|other| with.clear_field(&other));
            let mut without = without.clone();
            if let Some(value) = choice.without {
                without = with.clone();
                without.set_field(&field, value);
            }
            with.set_field(&field, choice.value);
            let mut about = vec![name(&field)];
            match choice.about.as_slice() {
                [word] if !word.contains('.') => about[0] = format!("{}={word}", about[0]),
                _ => about.extend(choice.about),
            }
            samples.push(Sample { about, with, without });
        }
    }
    samples
}

/// A value of a field.
struct Choice {
    /// A word, or fields of messages inside.
    about: Vec<String>,
    value: Value,
    /// The value without what it is about, where something is left of it.
    without: Option<Value>,
}

impl Choice {
    fn of(value: Value) -> Self {
        Self { about: Vec::new(), value, without: None }
    }

    fn word(word: &str, value: Value) -> Self {
        Self { about: vec![word.to_owned()], ..Self::of(value) }
    }
}

fn values(field: &FieldDescriptor) -> Vec<Choice> {
    let one = match field.kind() {
        Kind::Bool if field.supports_presence() => {
            [true, false].map(|on| Choice::word(&on.to_string(), Value::Bool(on))).into()
        }
        Kind::Bool => vec![Choice::of(Value::Bool(true))],
        Kind::Double => vec![Choice::of(Value::F64(f64::from(number(field))))],
        Kind::Uint32 => vec![Choice::of(Value::U32(number(field).unsigned_abs()))],
        Kind::Sint32 => vec![Choice::of(Value::I32(number(field)))],
        Kind::String => vec![Choice::of(Value::String(text(field).to_owned()))],
        Kind::Enum(words) => {
            let words = words.values().filter(|word| word.number() != 0);
            words.map(|word| Choice::word(word.name(), Value::EnumNumber(word.number()))).collect()
        }
        Kind::Message(message) if message.name() == "Pipeline" => {
            let turned = Transformation { rotation: Some(90.0), ..Transformation::default() };
            vec![Choice::of(Value::Message(dynamic(&message, &v1::Pipeline { transformations: vec![turned] })))]
        }
        Kind::Message(message) if message.name() == "Point" => {
            vec![Choice::of(Value::Message(corner(field, &message)))]
        }
        Kind::Message(message) => {
            let choice = |Sample { about, with, without }| Choice {
                about,
                value: Value::Message(with),
                without: Some(Value::Message(without)),
            };
            let mut choices: Vec<_> = samples(&message).into_iter().map(choice).collect();
            // Some may be empty.
            if flag(field, "bare") || !option(field, "literal").is_empty() {
                choices.push(Choice::of(Value::Message(DynamicMessage::new(message))));
            }
            choices
        }
        other => panic!("no sample of {other:?}"),
    };
    if !field.is_list() {
        return one;
    }
    let list = |value| Value::List(vec![value]);
    let two: Vec<_> = one.iter().take(2).map(|choice| choice.value.clone()).collect();
    let mut lists: Vec<_> = one
        .into_iter()
        .map(|Choice { about, value, without }| Choice { about, value: list(value), without: without.map(list) })
        .collect();
    // Contents of layers are about different things.
    if two.len() > 1 && field.name() != "layers" {
        lists.push(Choice::of(Value::List(two)));
    }
    lists
}

/// A number that is in the bounds of the field, and says something.
fn number(field: &FieldDescriptor) -> i32 {
    match name(field).as_str() {
        "Transformation.device_pixel_ratio" | "Transformation.zoom" | "AspectRatio.width" => 2,
        "GradientBackground.palette" => 4,
        _ => 1,
    }
}

fn text(field: &FieldDescriptor) -> &'static str {
    let is_of_layer = ["TextLayer", "CanvasLayer", "LayerPosition"].contains(&field.parent_message().name());
    match v1::TextForm::try_from(extension(field, "text_form").as_enum_number().unwrap()).unwrap() {
        v1::TextForm::Expression if is_of_layer => "bw_div_2",
        v1::TextForm::Expression => "iw_div_2",
        v1::TextForm::Color => "FF8000",
        v1::TextForm::Name => "car",
        v1::TextForm::Path if field.name() == "font_family" => "fonts/Mine.ttf",
        v1::TextForm::Path => "folder/logo.png",
        v1::TextForm::Plain => "Hello, l-end:w-1",
        v1::TextForm::Unspecified => panic!("{} has no form", field.full_name()),
    }
}

/// Corners that enclose something.
fn corner(field: &FieldDescriptor, point: &MessageDescriptor) -> DynamicMessage {
    let (x, y) = match field.name() {
        "top_left" => (-5, 0),
        "top_right" => (100, 10),
        "bottom_right" => (90, 100),
        _ => (0, 80),
    };
    dynamic(point, &v1::Point { x, y })
}

/// What a field needs beside it to be of any effect.
fn companions(field: &FieldDescriptor) -> DynamicMessage {
    let descriptor = field.parent_message();
    let box_with = |crop: Crop, focus: Focus| Transformation {
        width: Some(200.0),
        height: Some(100.0),
        crop: crop.into(),
        focus: focus.into(),
        ..Transformation::default()
    };
    match (descriptor.name(), field.name()) {
        ("Transformation", "aspect_ratio" | "aspect_ratio_expression") => {
            dynamic(descriptor, &Transformation { width: Some(200.0), ..Transformation::default() })
        }
        (
            "Transformation",
            "crop"
            | "focus"
            | "focus_objects"
            | "device_pixel_ratio"
            | "device_pixel_ratio_expression"
            | "device_pixel_ratio_auto",
        ) => dynamic(descriptor, &box_with(Crop::Unspecified, Focus::Unspecified)),
        ("Transformation", "zoom") => dynamic(descriptor, &box_with(Crop::Unspecified, Focus::Face)),
        ("Transformation", "background_blurred") => dynamic(descriptor, &box_with(Crop::PadResize, Focus::Unspecified)),
        ("Transformation", name) if name.starts_with(['x', 'y']) => {
            dynamic(descriptor, &box_with(Crop::Extract, Focus::Unspecified))
        }
        ("Layer", name) => {
            let content = Content::Image(ImageLayer { input: "logo.png".into() });
            let position = (name == "layer_mode").then(|| LayerPosition { x: Some(1.0), ..LayerPosition::default() });
            dynamic(descriptor, &v1::Layer { content: Some(content), position, ..v1::Layer::default() })
        }
        ("LayerPosition", "anchor_point") => {
            dynamic(descriptor, &LayerPosition { x: Some(1.0), ..LayerPosition::default() })
        }
        _ => whole(descriptor),
    }
}

/// The first value of each field that is required; of a value with parts, of each part.
fn whole(descriptor: &MessageDescriptor) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    let is_value = !options_of(&descriptor.options(), "joined_by").as_str().unwrap().is_empty();
    for field in descriptor.fields() {
        let is_taken = descriptor.fields().any(|other| message.has_field(&other) && exclude(&other, &field));
        let is_branch = field.full_name() == "darkroom.v1.Condition.then";
        if (is_value || is_branch || flag(&field, "required")) && !is_taken {
            message.set_field(&field, values(&field).swap_remove(0).value);
        }
    }
    message
}

/// Whether two fields are forms of one value.
fn exclude(one: &FieldDescriptor, other: &FieldDescriptor) -> bool {
    let place = |field| extension(field, "place").as_u32().unwrap();
    let same = |name| !option(one, name).is_empty() && option(one, name) == option(other, name);
    one != other && (same("parameter") || same("setting") || place(one) > 0 && place(one) == place(other))
}

fn name(field: &FieldDescriptor) -> String {
    field.full_name().trim_start_matches("darkroom.v1.").to_owned()
}

fn dynamic(descriptor: &MessageDescriptor, typed: &impl prost::Message) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    message.transcode_from(typed).unwrap();
    message
}

fn option(field: &FieldDescriptor, name: &str) -> String {
    extension(field, name).as_str().unwrap().to_owned()
}

fn flag(field: &FieldDescriptor, name: &str) -> bool {
    extension(field, name).as_bool().unwrap()
}

fn extension(field: &FieldDescriptor, name: &str) -> Value {
    options_of(&field.options(), name)
}

fn options_of(options: &DynamicMessage, name: &str) -> Value {
    let pool = options.descriptor().parent_pool().clone();
    options.get_extension(&pool.get_extension_by_name(&format!("darkroom.v1.{name}")).unwrap()).into_owned()
}

#[test]
fn the_limits_are_those_of_the_engine() {
    assert_eq!(limits::TRANSFORMATION_BYTES_MAX, language::MAX_TEXT_BYTES);
    assert_eq!(limits::PIPELINE_TRANSFORMATIONS_MAX, language::MAX_STEPS);
    assert_eq!(limits::PIPELINE_DEPTH_MAX, language::MAX_DEPTH);
    assert_eq!(limits::PIPELINE_LAYERS_MAX, language::MAX_LAYERS);
}
