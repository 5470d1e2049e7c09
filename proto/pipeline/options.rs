//! The options of `parameter.proto`, read once for every message that a pipeline can hold.

use crate::{DESCRIPTOR_SET, v1::TextForm};
use prost_reflect::{
    DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage,
};
use std::{collections::HashMap, sync::LazyLock};

pub(super) static CONTRACT: LazyLock<Contract> = LazyLock::new(Contract::read);

/// Messages that are steps or hold them, so that they are no values.
const STRUCTURE: [&str; 4] =
    ["darkroom.v1.Pipeline", "darkroom.v1.Transformation", "darkroom.v1.Layer", "darkroom.v1.Condition"];

/// Everything that a pipeline can hold.
pub(super) struct Contract {
    pub(super) pipeline: MessageDescriptor,
    /// By full name.
    messages: HashMap<String, Message>,
    /// By the full name of the enum, and the number of the value.
    words: HashMap<(String, i32), String>,
}

/// How a message is written.
pub(super) struct Message {
    /// What stands between its fields, where it is one value.
    pub(super) joined_by: String,
    /// In the order of their numbers.
    pub(super) fields: Vec<Field>,
}

/// How a field is written; texts are empty and numbers are 0 where an option is not given.
pub(super) struct Field {
    pub(super) descriptor: FieldDescriptor,
    pub(super) parameter: String,
    pub(super) base64_parameter: String,
    pub(super) bare: bool,
    pub(super) literal: String,
    pub(super) setting: String,
    pub(super) place: u32,
    pub(super) placeholder: String,
    pub(super) required: bool,
    pub(super) separator: String,
    pub(super) text_form: TextForm,
    pub(super) layer: String,
    pub(super) own_step: bool,
}

impl Contract {
    fn read() -> Self {
        let pool = DescriptorPool::decode(DESCRIPTOR_SET).expect("the descriptor set was made by build.rs");
        let pipeline = pool.get_message_by_name("darkroom.v1.Pipeline").expect("pipeline.proto declares it");
        let mut contract = Self { pipeline: pipeline.clone(), messages: HashMap::new(), words: HashMap::new() };
        let mut open = vec![pipeline];
        while let Some(descriptor) = open.pop() {
            if contract.messages.contains_key(descriptor.full_name()) {
                continue;
            }
            let fields: Vec<Field> = descriptor.fields().map(Field::read).collect();
            for field in &fields {
                match field.descriptor.kind() {
                    Kind::Message(inner) => open.push(inner),
                    Kind::Enum(inner) => contract.read_words(&inner),
                    _ => {}
                }
            }
            let joined_by = Options(descriptor.options()).text("joined_by");
            contract.messages.insert(descriptor.full_name().to_owned(), Message { joined_by, fields });
        }
        contract
    }

    fn read_words(&mut self, descriptor: &EnumDescriptor) {
        for value in descriptor.values() {
            let word = Options(value.options()).text("word");
            if !word.is_empty() {
                self.words.insert((descriptor.full_name().to_owned(), value.number()), word);
            }
        }
    }

    /// How messages of this kind are written.
    pub(super) fn message(&self, message: &DynamicMessage) -> &Message {
        &self.messages[message.descriptor().full_name()]
    }

    /// The word of an enum value.
    pub(super) fn word(&self, descriptor: &EnumDescriptor, number: i32) -> Option<&str> {
        self.words.get(&(descriptor.full_name().to_owned(), number)).map(String::as_str)
    }

    /// Every message that a pipeline can hold, by its full name.
    #[cfg(test)]
    pub(super) fn messages(&self) -> impl Iterator<Item = (&str, &Message)> {
        self.messages.iter().map(|(name, message)| (name.as_str(), message))
    }
}

impl Message {
    /// The field of that name.
    pub(super) fn field(&self, name: &str) -> &Field {
        self.fields.iter().find(|field| field.descriptor.name() == name).expect("the contract declares it")
    }
}

impl Field {
    fn read(descriptor: FieldDescriptor) -> Self {
        let options = Options(descriptor.options());
        Self {
            parameter: options.text("parameter"),
            base64_parameter: options.text("base64_parameter"),
            bare: options.flag("bare"),
            literal: options.text("literal"),
            setting: options.text("setting"),
            place: options.number("place"),
            placeholder: options.text("placeholder"),
            required: options.flag("required"),
            separator: options.text("separator"),
            text_form: options.text_form(),
            layer: options.text("layer"),
            own_step: options.flag("own_step"),
            descriptor,
        }
    }

    /// Whether `message` has a value in this field. A number that cannot be absent always is one.
    pub(super) fn is_given(&self, message: &DynamicMessage) -> bool {
        let is_always_there = !self.descriptor.supports_presence()
            && !self.descriptor.is_list()
            && matches!(self.descriptor.kind(), Kind::Double | Kind::Uint32 | Kind::Sint32);
        is_always_there || message.has_field(&self.descriptor)
    }

    /// Whether it is structure, and no value.
    pub(super) fn is_structure(&self) -> bool {
        matches!(self.descriptor.kind(), Kind::Message(message) if STRUCTURE.contains(&message.full_name()))
    }

    /// Whether its own fields are parameters, side by side with those around it.
    pub(super) fn is_group(&self) -> bool {
        matches!(self.descriptor.kind(), Kind::Message(_))
            && !self.is_structure()
            && self.parameter.is_empty()
            && !self.descriptor.is_list()
    }
}

/// The options of one descriptor, by the names that parameter.proto gives them.
struct Options(DynamicMessage);

impl Options {
    fn value(&self, name: &str) -> prost_reflect::Value {
        let pool = self.0.descriptor().parent_pool().clone();
        let extension =
            pool.get_extension_by_name(&format!("darkroom.v1.{name}")).expect("parameter.proto declares it");
        self.0.get_extension(&extension).into_owned()
    }

    fn text(&self, name: &str) -> String {
        self.value(name).as_str().unwrap_or_default().to_owned()
    }

    fn flag(&self, name: &str) -> bool {
        self.value(name).as_bool().unwrap_or_default()
    }

    fn number(&self, name: &str) -> u32 {
        self.value(name).as_u32().unwrap_or_default()
    }

    fn text_form(&self) -> TextForm {
        let number = self.value("text_form").as_enum_number().unwrap_or_default();
        TextForm::try_from(number).unwrap_or(TextForm::Unspecified)
    }
}
