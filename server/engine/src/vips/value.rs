//! A `GValue` that is freed: the envelope in which properties travel.

use super::{abi, library};

/// The fundamental types that libvips' properties have, as `GLib` numbers them (a stable part of its ABI).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Boolean,
    Int,
    Uint64,
    Enum,
    Flags,
    Double,
    String,
    Boxed,
    Object,
    Other,
}

impl Kind {
    pub(super) fn of(type_: abi::GType) -> Self {
        // SAFETY: `type_` comes from a registered property; the function only reads GLib's type table.
        match unsafe { library::g_type_fundamental(type_) } >> 2 {
            5 => Self::Boolean,
            6 => Self::Int,
            11 => Self::Uint64,
            12 => Self::Enum,
            13 => Self::Flags,
            15 => Self::Double,
            16 => Self::String,
            18 => Self::Boxed,
            20 => Self::Object,
            _ => Self::Other,
        }
    }
}

pub(super) struct Value(pub(super) abi::GValue);

impl Value {
    /// An empty value of a type that is registered with `GLib`.
    pub(super) fn new(type_: abi::GType) -> Self {
        // SAFETY: `g_value_init` asks for a value that is not set.
        unsafe {
            let mut value = abi::GValue::UNSET;
            library::g_value_init(&raw mut value, type_);
            Self(value)
        }
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: the value was initialised in `new` and is unset once.
        unsafe { library::g_value_unset(&raw mut self.0) }
    }
}
