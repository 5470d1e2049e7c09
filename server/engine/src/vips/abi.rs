//! The types and numbers of libvips and `GLib` that cross their borders: a stable part of both, in all versions that
//! we run on. Of most types only pointers cross, so nothing else is said of them.
#![allow(non_camel_case_types)] // as the libraries name them

use std::ffi::{c_char, c_int, c_uint, c_void};

/// Types that are known by their address alone.
macro_rules! opaque {
    ($($name:ident)*) => {
        $(#[repr(C)]
        pub(super) struct $name { _private: [u8; 0] })*
    };
}

opaque! { VipsImage VipsOperation VipsBlob VipsArea VipsInterpolate VipsObject GObject GObjectClass }

/// The number of a registered type.
pub(super) type GType = usize;
/// 0 is false.
pub(super) type gboolean = c_int;
pub(super) type GLogLevelFlags = c_int;
pub(super) type GLogFunc =
    Option<unsafe extern "C" fn(domain: *const c_char, level: GLogLevelFlags, text: *const c_char, user: *mut c_void)>;
pub(super) type GDestroyNotify = Option<unsafe extern "C" fn(*mut c_void)>;
pub(super) type VipsCallbackFn = Option<unsafe extern "C" fn(*mut c_void, *mut c_void) -> c_int>;

/// A value of any type; all zeros is one that is not set.
#[repr(C)]
pub(super) struct GValue {
    type_: GType,
    data: [u64; 2],
}

impl GValue {
    /// Not set.
    pub(super) const UNSET: Self = Self { type_: 0, data: [0; 2] };
}

/// What every object begins with.
#[repr(C)]
pub(super) struct GTypeInstance {
    pub(super) class: *mut c_void,
}

/// A property, up to the last member that we read; they are looked at where `GLib` keeps them, and never made or moved.
#[repr(C)]
pub(super) struct GParamSpec {
    instance: GTypeInstance,
    name: *const c_char,
    flags: c_uint,
    pub(super) value_type: GType,
}

pub(super) const G_LOG_LEVEL_WARNING: GLogLevelFlags = 1 << 4;

pub(super) const VIPS_FORMAT_UCHAR: c_int = 0;
pub(super) const VIPS_FORMAT_USHORT: c_int = 2;
pub(super) const VIPS_FORMAT_FLOAT: c_int = 6;

pub(super) const VIPS_INTERPRETATION_B_W: c_int = 1;
pub(super) const VIPS_INTERPRETATION_LAB: c_int = 13;
pub(super) const VIPS_INTERPRETATION_CMYK: c_int = 15;
pub(super) const VIPS_INTERPRETATION_RGB: c_int = 17;
pub(super) const VIPS_INTERPRETATION_SRGB: c_int = 22;
pub(super) const VIPS_INTERPRETATION_RGB16: c_int = 25;
pub(super) const VIPS_INTERPRETATION_GREY16: c_int = 26;
pub(super) const VIPS_INTERPRETATION_SCRGB: c_int = 28;
