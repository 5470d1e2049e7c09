//! Any operation of libvips, called by name through its properties.

use super::{
    Image, Result, VipsError, abi,
    blob::{Lent, Written},
    init, library,
    value::{Kind, Value},
};
use bytes::Bytes;
use std::ffi::{CStr, CString, c_int};

/// An operation that is being filled in. Setters keep the first mistake; [`Operation::build`] reports it.
#[must_use = "an operation does nothing until it runs"]
pub struct Operation {
    pointer: *mut abi::VipsOperation,
    name: &'static CStr,
    mistake: Option<VipsError>,
}

/// An operation that has run, with its outputs.
pub struct Built(Operation);

impl Operation {
    /// The operation `name`, for example `c"resize"`; an error when this libvips was built without it.
    pub fn new(name: &'static CStr) -> Result<Self> {
        init()?;
        // SAFETY: libvips is started and `name` is NUL-terminated; null means that there is no such operation.
        let pointer = unsafe { library::vips_operation_new(name.as_ptr()) };
        if pointer.is_null() { Err(VipsError::take()) } else { Ok(Self { pointer, name, mistake: None }) }
    }

    /// Whether this libvips knows the option; they differ between versions.
    pub fn has(&self, property: &CStr) -> bool {
        self.type_of(property).is_some()
    }

    /// An image, usually `c"in"`.
    pub fn image(self, property: &CStr, image: &Image) -> Self {
        self.set(property, &[Kind::Object], |type_, value| {
            same_type(type_, library::vips_image_get_type)?;
            // SAFETY: the value is of the image type; it takes its own reference to a live image.
            unsafe { library::g_value_set_object(&raw mut value.0, image.as_ptr().cast()) }
            Ok(())
        })
    }

    /// How values between pixels are made, by its nick, for example `c"bicubic"`.
    pub fn interpolate(self, property: &CStr, name: &CStr) -> Self {
        self.set(property, &[Kind::Object], |type_, value| {
            same_type(type_, library::vips_interpolate_get_type)?;
            // SAFETY: `name` is NUL-terminated; null means that there is none of that name. The value is of
            // the interpolator's type and takes a reference of its own, so the one from `new` is dropped.
            unsafe {
                let interpolate = library::vips_interpolate_new(name.as_ptr());
                if interpolate.is_null() {
                    return Err(VipsError::take());
                }
                library::g_value_set_object(&raw mut value.0, interpolate.cast());
                library::g_object_unref(interpolate.cast());
            }
            Ok(())
        })
    }

    /// Several images, for example those to join.
    pub fn images(self, property: &CStr, images: &[Image]) -> Self {
        self.set(property, &[Kind::Boxed], |type_, value| {
            same_type(type_, library::vips_array_image_get_type)?;
            let count = c_int::try_from(images.len()).map_err(|_| VipsError::new("too many images"))?;
            // SAFETY: the array has room for `count` pointers and drops one reference to each, so each
            // gets one of its own here.
            unsafe {
                library::vips_value_set_array_image(&raw mut value.0, count);
                let array = library::vips_value_get_array_image(&raw const value.0, std::ptr::null_mut());
                for (index, image) in images.iter().enumerate() {
                    library::g_object_ref(image.as_ptr().cast());
                    *array.add(index) = image.as_ptr();
                }
            }
            Ok(())
        })
    }

    /// A whole number, or an enumeration or flags by number.
    pub fn int(self, property: &CStr, number: i32) -> Self {
        self.set(property, &[Kind::Int, Kind::Uint64, Kind::Enum, Kind::Flags, Kind::Double], |type_, value| {
            let value = &raw mut value.0;
            // SAFETY: the setter is the one of the value's own type.
            unsafe {
                match Kind::of(type_) {
                    Kind::Uint64 => {
                        library::g_value_set_uint64(value, u64::try_from(number).unwrap_or(0));
                    }
                    Kind::Enum => library::g_value_set_enum(value, number),
                    Kind::Flags => {
                        library::g_value_set_flags(value, u32::try_from(number).unwrap_or(0));
                    }
                    Kind::Double => library::g_value_set_double(value, f64::from(number)),
                    Kind::Boolean | Kind::Int | Kind::String | Kind::Boxed | Kind::Object | Kind::Other => {
                        library::g_value_set_int(value, number);
                    }
                }
            }
            Ok(())
        })
    }

    /// A number.
    pub fn double(self, property: &CStr, number: f64) -> Self {
        self.set(property, &[Kind::Double], |_, value| {
            // SAFETY: the value is a double.
            unsafe { library::g_value_set_double(&raw mut value.0, number) }
            Ok(())
        })
    }

    /// A switch.
    pub fn bool(self, property: &CStr, on: bool) -> Self {
        self.set(property, &[Kind::Boolean], |_, value| {
            // SAFETY: the value is a boolean.
            unsafe { library::g_value_set_boolean(&raw mut value.0, c_int::from(on)) }
            Ok(())
        })
    }

    /// A text, or an enumeration by its nick, for example `"lanczos3"`.
    pub fn string(self, property: &CStr, text: &str) -> Self {
        let name = self.name;
        self.set(property, &[Kind::String, Kind::Enum], |type_, value| {
            let text = CString::new(text).map_err(|_| VipsError::new("a text must not hold a NUL byte"))?;
            // SAFETY: both setters match the value's type; GLib copies the string.
            unsafe {
                if Kind::of(type_) == Kind::Enum {
                    let number = library::vips_enum_from_nick(name.as_ptr(), type_, text.as_ptr());
                    if number < 0 {
                        return Err(VipsError::take());
                    }
                    library::g_value_set_enum(&raw mut value.0, number);
                } else {
                    library::g_value_set_string(&raw mut value.0, text.as_ptr());
                }
            }
            Ok(())
        })
    }

    /// Numbers, for example a colour, one per band.
    pub fn array_double(self, property: &CStr, numbers: &[f64]) -> Self {
        self.set(property, &[Kind::Boxed], |type_, value| {
            same_type(type_, library::vips_array_double_get_type)?;
            let count = c_int::try_from(numbers.len()).map_err(|_| VipsError::new("too many numbers"))?;
            // SAFETY: the value is an array of doubles; libvips copies `count` of them.
            unsafe { library::vips_value_set_array_double(&raw mut value.0, numbers.as_ptr(), count) }
            Ok(())
        })
    }

    /// Whole numbers, for example the modes of several blends.
    pub fn array_int(self, property: &CStr, numbers: &[i32]) -> Self {
        self.set(property, &[Kind::Boxed], |type_, value| {
            same_type(type_, library::vips_array_int_get_type)?;
            let count = c_int::try_from(numbers.len()).map_err(|_| VipsError::new("too many numbers"))?;
            // SAFETY: the value is an array of ints; libvips copies `count` of them.
            unsafe { library::vips_value_set_array_int(&raw mut value.0, numbers.as_ptr(), count) }
            Ok(())
        })
    }

    /// Encoded bytes, usually `c"buffer"`. They are not copied; libvips keeps them as long as it needs.
    pub fn blob(self, property: &CStr, bytes: Bytes) -> Self {
        self.set(property, &[Kind::Boxed], |type_, value| {
            same_type(type_, library::vips_blob_get_type)?;
            let lent = Lent::new(bytes);
            // SAFETY: the value is a blob; it takes its own reference.
            unsafe { library::g_value_set_boxed(&raw mut value.0, lent.as_ptr().cast()) }
            Ok(())
        })
    }

    /// Runs it and gives its image `c"out"`. Most operations only join a pipeline here: pixels are computed
    /// when something writes them.
    pub fn run(self) -> Result<Image> {
        self.build()?.image(c"out")
    }

    /// Runs an encoder and gives what it wrote, without a copy.
    pub fn run_buffer(self) -> Result<Bytes> {
        self.build()?.buffer(c"buffer")
    }

    /// Runs it, for outputs other than one image.
    pub fn build(mut self) -> Result<Built> {
        if let Some(mistake) = self.mistake.take() {
            return Err(mistake);
        }
        // SAFETY: clears a buffer under libvips' own lock: warnings of earlier calls must not look like this
        // one's failure. `pointer` is a live operation; libvips may replace it by an equal one, and moves
        // our reference along when it does.
        let failed = unsafe {
            library::vips_error_clear();
            library::vips_cache_operation_buildp(&raw mut self.pointer) != 0
        };
        if failed { Err(VipsError::take()) } else { Ok(Built(self)) }
    }

    fn set(mut self, property: &CStr, kinds: &[Kind], fill: impl FnOnce(abi::GType, &mut Value) -> Result<()>) -> Self {
        let filled = match self.type_of(property) {
            Some(type_) if kinds.contains(&Kind::of(type_)) => {
                let mut value = Value::new(type_);
                // SAFETY: the operation is live, the name NUL-terminated, the value of the property's type.
                fill(type_, &mut value).map(|()| unsafe {
                    library::g_object_set_property(self.pointer.cast(), property.as_ptr(), &raw const value.0);
                })
            }
            Some(_) => Err(VipsError::new("the property is of another type")),
            None => Err(VipsError::new("there is no such property")),
        };
        if let Err(error) = filled {
            self.mistake.get_or_insert_with(|| VipsError::new(format!("{:?}, {property:?}: {error}", self.name)));
        }
        self
    }

    fn type_of(&self, property: &CStr) -> Option<abi::GType> {
        // SAFETY: every GObject starts with a pointer to its class; the class and its properties are static.
        unsafe {
            let class = (*self.pointer.cast::<abi::GTypeInstance>()).class.cast::<abi::GObjectClass>();
            library::g_object_class_find_property(class, property.as_ptr()).as_ref().map(|found| found.value_type)
        }
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        // SAFETY: libvips wants the outputs dropped before the operation; what we handed out has its own
        // references. This drops the one reference to the operation.
        unsafe {
            library::vips_object_unref_outputs(self.pointer.cast());
            library::g_object_unref(self.pointer.cast());
        }
    }
}

impl Built {
    /// An image that came out.
    pub fn image(&self, property: &CStr) -> Result<Image> {
        let value = self.get(property, Kind::Object, Some(library::vips_image_get_type))?;
        // SAFETY: the value is of the image type.
        let pointer = unsafe { library::g_value_get_object(&raw const value.0) }.cast::<abi::VipsImage>();
        if pointer.is_null() {
            return Err(VipsError::new("the operation gave no image"));
        }
        // SAFETY: the image is alive as long as the value; the new reference is ours.
        Ok(unsafe {
            library::g_object_ref(pointer.cast());
            Image::from_ptr(pointer)
        })
    }

    /// A number that came out.
    pub fn double(&self, property: &CStr) -> Result<f64> {
        let value = self.get(property, Kind::Double, None)?;
        // SAFETY: the value is a double.
        Ok(unsafe { library::g_value_get_double(&raw const value.0) })
    }

    /// A whole number that came out.
    pub fn int(&self, property: &CStr) -> Result<i32> {
        let value = self.get(property, Kind::Int, None)?;
        // SAFETY: the value is an int.
        Ok(unsafe { library::g_value_get_int(&raw const value.0) })
    }

    /// Numbers that came out.
    pub fn array_double(&self, property: &CStr) -> Result<Vec<f64>> {
        let value = self.get(property, Kind::Boxed, Some(library::vips_array_double_get_type))?;
        let mut count = 0;
        // SAFETY: the value is an array of doubles; the array lives as long as it.
        let numbers = unsafe {
            let array = library::vips_value_get_array_double(&raw const value.0, &raw mut count);
            let count = usize::try_from(count).unwrap_or(0);
            if array.is_null() { Vec::new() } else { std::slice::from_raw_parts(array, count).to_vec() }
        };
        Ok(numbers)
    }

    /// Bytes that came out, without a copy.
    pub fn buffer(&self, property: &CStr) -> Result<Bytes> {
        let value = self.get(property, Kind::Boxed, Some(library::vips_blob_get_type))?;
        // SAFETY: the value is a blob; `vips_object_unref_outputs` drops only libvips' own reference.
        let blob = unsafe { library::g_value_get_boxed(&raw const value.0) }.cast::<abi::VipsBlob>();
        if blob.is_null() {
            return Err(VipsError::new("the encoder wrote nothing"));
        }
        // SAFETY: the blob lives as long as the value and the encoder has finished writing it.
        Ok(Bytes::from_owner(unsafe { Written::new(blob) }))
    }

    fn get(&self, property: &CStr, kind: Kind, type_of: Option<TypeOf>) -> Result<Value> {
        let type_ = self.0.type_of(property).filter(|type_| Kind::of(*type_) == kind);
        let type_ = type_.ok_or_else(|| VipsError::new(format!("{:?} has no output {property:?}", self.0.name)))?;
        if let Some(type_of) = type_of {
            same_type(type_, type_of)?;
        }
        let mut value = Value::new(type_);
        // SAFETY: the operation is live, the name NUL-terminated, the value of the property's type.
        unsafe {
            library::g_object_get_property(self.0.pointer.cast(), property.as_ptr(), &raw mut value.0);
        }
        Ok(value)
    }
}

/// libvips' functions that give a registered type.
type TypeOf = unsafe fn() -> abi::GType;

fn same_type(type_: abi::GType, wanted: TypeOf) -> Result<()> {
    // SAFETY: registers the type when it is not yet and gives its number; libvips is started.
    if type_ == unsafe { wanted() } { Ok(()) } else { Err(VipsError::new("the property is of another type")) }
}
