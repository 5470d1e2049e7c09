//! libvips as it is found when the first picture needs it. It brings some 60 libraries with it, so a program that is
//! linked with it pays for them in each of its processes: tens of megabytes, and a tenth of a second to start. The
//! server never calls it, and a worker on the plane road does not.
//!
//! Each function is declared once, below, and called under its own name. Whoever has an image, an operation or one of
//! its types has it from a constructor, and that has loaded the library.

use super::{
    Result, VipsError,
    abi::{
        GDestroyNotify, GLogFunc, GLogLevelFlags, GObject, GObjectClass, GParamSpec, GType, GValue, VipsArea, VipsBlob,
        VipsCallbackFn, VipsImage, VipsInterpolate, VipsObject, VipsOperation, gboolean,
    },
};
use std::{
    ffi::{CStr, c_char, c_int, c_uint, c_void},
    sync::OnceLock,
};

/// The names of the library, best first: that of the ABI that we know, and that of a development package.
#[cfg(not(target_os = "macos"))]
const NAMES: [&CStr; 2] = [c"libvips.so.42", c"libvips.so"];
#[cfg(target_os = "macos")]
const NAMES: [&CStr; 2] = [c"libvips.42.dylib", c"libvips.dylib"];

static FUNCTIONS: OnceLock<Result<Functions>> = OnceLock::new();

/// Loads libvips; later calls do nothing.
///
/// # Errors
/// [`VipsError::Missing`] when there is none, or not all of one.
pub(super) fn load() -> Result<()> {
    FUNCTIONS.get_or_init(|| Functions::of(&Library::open()?)).as_ref().map(drop).map_err(Clone::clone)
}

/// Whether this process has loaded libvips.
pub fn is_loaded() -> bool {
    matches!(FUNCTIONS.get(), Some(Ok(_)))
}

fn functions() -> &'static Functions {
    match FUNCTIONS.get() {
        Some(Ok(functions)) => functions,
        Some(Err(_)) | None => unreachable!("nothing of libvips exists before libvips is loaded"),
    }
}

/// A library that stays loaded.
struct Library(*mut c_void);

impl Library {
    fn open() -> Result<Self> {
        let mut reasons = Vec::new();
        for name in NAMES {
            // SAFETY: the name is NUL-terminated. Constructors of the libraries run, as they would if we were linked
            // with them. Their symbols stay among themselves (`RTLD_LOCAL`).
            let library = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_LAZY | libc::RTLD_LOCAL) };
            if !library.is_null() {
                return Ok(Self(library));
            }
            reasons.push(reason());
        }
        Err(VipsError::Missing(format!(
            "libvips cannot be loaded: install it (Debian and Ubuntu: libvips42 or libvips42t64), or name its folder in LD_LIBRARY_PATH ({})",
            reasons.join("; ")
        )))
    }

    /// The address of a function, of libvips or of what it is linked with. Never null.
    fn symbol(&self, name: &CStr) -> Result<*mut c_void> {
        // SAFETY: the library is open and the name NUL-terminated.
        let symbol = unsafe { libc::dlsym(self.0, name.as_ptr()) };
        if symbol.is_null() {
            return Err(VipsError::Missing(format!(
                "this libvips is too old or not complete; Darkroom needs 8.14 or newer ({})",
                reason()
            )));
        }
        Ok(symbol)
    }
}

/// Why the last call to the loader failed.
fn reason() -> String {
    // SAFETY: the text is the loader's own, for this thread, and copied before the next call to it.
    unsafe {
        let text = libc::dlerror();
        if text.is_null() { "no reason given".into() } else { CStr::from_ptr(text).to_string_lossy().into_owned() }
    }
}

/// A table of functions, how it is filled, and each function by its name.
macro_rules! functions {
    ($(fn $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        struct Functions { $($name: unsafe extern "C" fn($($type),*) $(-> $result)?,)* }

        impl Functions {
            fn of(library: &Library) -> Result<Self> {
                Ok(Self {
                    $($name: {
                        const NAME: &str = concat!(stringify!($name), "\0");
                        let name = CStr::from_bytes_with_nul(NAME.as_bytes()).unwrap_or_default();
                        let symbol = library.symbol(name)?;
                        // SAFETY: the address is that of the function of this name, whose signature is below. It is
                        // not null, and good for as long as the process lives: the library is never closed.
                        unsafe { std::mem::transmute::<*mut c_void, unsafe extern "C" fn($($type),*) $(-> $result)?>(symbol) }
                    },)*
                })
            }
        }

        $(pub(super) unsafe fn $name($($argument: $type),*) $(-> $result)? {
            // SAFETY: the caller keeps to what libvips says of the function.
            unsafe { (functions().$name)($($argument),*) }
        })*
    };
}

functions! {
    fn g_free(memory: *mut c_void);
    fn g_log_set_handler(domain: *const c_char, levels: GLogLevelFlags, log: GLogFunc, user: *mut c_void) -> c_uint;
    fn g_object_class_find_property(class: *mut GObjectClass, name: *const c_char) -> *mut GParamSpec;
    fn g_object_get_property(object: *mut GObject, name: *const c_char, value: *mut GValue);
    fn g_object_ref(object: *mut c_void) -> *mut c_void;
    fn g_object_set_data_full(object: *mut GObject, key: *const c_char, data: *mut c_void, destroy: GDestroyNotify);
    fn g_object_set_property(object: *mut GObject, name: *const c_char, value: *const GValue);
    fn g_object_unref(object: *mut c_void);
    fn g_strfreev(strings: *mut *mut c_char);
    fn g_type_fundamental(type_: GType) -> GType;
    fn g_value_get_boxed(value: *const GValue) -> *mut c_void;
    fn g_value_get_double(value: *const GValue) -> f64;
    fn g_value_get_int(value: *const GValue) -> c_int;
    fn g_value_get_object(value: *const GValue) -> *mut c_void;
    fn g_value_init(value: *mut GValue, type_: GType) -> *mut GValue;
    fn g_value_set_boolean(value: *mut GValue, to: gboolean);
    fn g_value_set_boxed(value: *mut GValue, to: *const c_void);
    fn g_value_set_double(value: *mut GValue, to: f64);
    fn g_value_set_enum(value: *mut GValue, to: c_int);
    fn g_value_set_flags(value: *mut GValue, to: c_uint);
    fn g_value_set_int(value: *mut GValue, to: c_int);
    fn g_value_set_object(value: *mut GValue, to: *mut c_void);
    fn g_value_set_string(value: *mut GValue, to: *const c_char);
    fn g_value_set_uint64(value: *mut GValue, to: u64);
    fn g_value_unset(value: *mut GValue);
    fn vips_area_copy(area: *mut VipsArea) -> *mut VipsArea;
    fn vips_area_unref(area: *mut VipsArea);
    fn vips_array_double_get_type() -> GType;
    fn vips_array_image_get_type() -> GType;
    fn vips_array_int_get_type() -> GType;
    fn vips_blob_get(blob: *mut VipsBlob, length: *mut usize) -> *const c_void;
    fn vips_blob_get_type() -> GType;
    fn vips_blob_new(free: VipsCallbackFn, data: *const c_void, length: usize) -> *mut VipsBlob;
    fn vips_cache_operation_buildp(operation: *mut *mut VipsOperation) -> c_int;
    fn vips_cache_set_max(operations: c_int);
    fn vips_concurrency_set(threads: c_int);
    fn vips_enum_from_nick(domain: *const c_char, type_: GType, nick: *const c_char) -> c_int;
    fn vips_error_buffer_copy() -> *mut c_char;
    fn vips_error_clear();
    fn vips_image_copy_memory(image: *mut VipsImage) -> *mut VipsImage;
    fn vips_image_get_array_int(image: *mut VipsImage, name: *const c_char, numbers: *mut *mut c_int, count: *mut c_int) -> c_int;
    fn vips_image_get_bands(image: *const VipsImage) -> c_int;
    fn vips_image_get_blob(image: *const VipsImage, name: *const c_char, data: *mut *const c_void, length: *mut usize) -> c_int;
    fn vips_image_get_fields(image: *mut VipsImage) -> *mut *mut c_char;
    fn vips_image_get_format(image: *const VipsImage) -> c_int;
    fn vips_image_get_height(image: *const VipsImage) -> c_int;
    fn vips_image_get_int(image: *const VipsImage, name: *const c_char, number: *mut c_int) -> c_int;
    fn vips_image_get_page_height(image: *mut VipsImage) -> c_int;
    fn vips_image_get_string(image: *const VipsImage, name: *const c_char, text: *mut *const c_char) -> c_int;
    fn vips_image_get_type() -> GType;
    fn vips_image_get_typeof(image: *const VipsImage, name: *const c_char) -> GType;
    fn vips_image_get_width(image: *const VipsImage) -> c_int;
    fn vips_image_get_xres(image: *const VipsImage) -> f64;
    fn vips_image_guess_interpretation(image: *const VipsImage) -> c_int;
    fn vips_image_hasalpha(image: *mut VipsImage) -> gboolean;
    fn vips_image_new_from_memory(data: *const c_void, size: usize, width: c_int, height: c_int, bands: c_int, format: c_int) -> *mut VipsImage;
    fn vips_image_new_matrix_from_array(width: c_int, height: c_int, numbers: *const f64, count: c_int) -> *mut VipsImage;
    fn vips_image_remove(image: *mut VipsImage, name: *const c_char) -> gboolean;
    fn vips_image_set_array_int(image: *mut VipsImage, name: *const c_char, numbers: *const c_int, count: c_int);
    fn vips_image_set_blob_copy(image: *mut VipsImage, name: *const c_char, data: *const c_void, length: usize);
    fn vips_image_set_int(image: *mut VipsImage, name: *const c_char, number: c_int);
    fn vips_image_set_string(image: *mut VipsImage, name: *const c_char, text: *const c_char);
    fn vips_image_write_to_memory(image: *mut VipsImage, size: *mut usize) -> *mut c_void;
    fn vips_init(program: *const c_char) -> c_int;
    fn vips_interpolate_get_type() -> GType;
    fn vips_interpolate_new(nick: *const c_char) -> *mut VipsInterpolate;
    fn vips_object_unref_outputs(object: *mut VipsObject);
    fn vips_operation_block_set(name: *const c_char, blocked: gboolean);
    fn vips_operation_new(name: *const c_char) -> *mut VipsOperation;
    fn vips_tracked_get_allocs() -> c_int;
    fn vips_tracked_get_mem() -> usize;
    fn vips_value_get_array_double(value: *const GValue, count: *mut c_int) -> *mut f64;
    fn vips_value_get_array_image(value: *const GValue, count: *mut c_int) -> *mut *mut VipsImage;
    fn vips_value_set_array_double(value: *mut GValue, numbers: *const f64, count: c_int);
    fn vips_value_set_array_image(value: *mut GValue, count: c_int);
    fn vips_value_set_array_int(value: *mut GValue, numbers: *const c_int, count: c_int);
    fn vips_version_string() -> *const c_char;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_that_is_not_there_is_an_error_that_names_it() {
        let library = Library::open().expect("libvips");
        let error = library.symbol(c"vips_of_another_world").expect_err("no such function").to_string();
        assert!(error.contains("vips_of_another_world") && error.contains("8.14"), "{error}");
        assert!(library.symbol(c"g_object_ref").is_ok(), "GLib is found through libvips");
    }
}
