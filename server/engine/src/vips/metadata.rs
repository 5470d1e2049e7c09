//! What an image carries beside its pixels: orientation, profiles, delays of an animation.

use super::{Image, Operation, Result, library};
use std::ffi::{CStr, CString};

impl Image {
    /// Whether the image carries `name`, for example `c"icc-profile-data"`.
    pub fn has(&self, name: &CStr) -> bool {
        // SAFETY: the image is live and the name NUL-terminated; 0 is no type.
        unsafe { library::vips_image_get_typeof(self.as_ptr(), name.as_ptr()) != 0 }
    }

    /// A whole number, if it is there and is one.
    pub fn get_int(&self, name: &CStr) -> Option<i32> {
        if !self.has(name) {
            return None;
        }
        let mut number = 0;
        // SAFETY: the image is live, the name NUL-terminated, `number` outlives the call.
        let failed = unsafe { library::vips_image_get_int(self.as_ptr(), name.as_ptr(), &raw mut number) } != 0;
        (!failed).then_some(number)
    }

    /// A text, if it is there and is one.
    pub fn get_string(&self, name: &CStr) -> Option<String> {
        if !self.has(name) {
            return None;
        }
        let mut text = std::ptr::null();
        // SAFETY: as above; the string belongs to the image, whose metadata do not change, and is copied.
        unsafe {
            let failed = library::vips_image_get_string(self.as_ptr(), name.as_ptr(), &raw mut text) != 0;
            (!failed && !text.is_null()).then(|| CStr::from_ptr(text).to_string_lossy().into_owned())
        }
    }

    /// Bytes, for example an ICC profile, if they are there.
    pub fn get_blob(&self, name: &CStr) -> Option<Vec<u8>> {
        if !self.has(name) {
            return None;
        }
        let (mut data, mut length) = (std::ptr::null(), 0);
        // SAFETY: as above; the bytes belong to the image and are copied.
        unsafe {
            let failed =
                library::vips_image_get_blob(self.as_ptr(), name.as_ptr(), &raw mut data, &raw mut length) != 0;
            (!failed && !data.is_null()).then(|| std::slice::from_raw_parts(data.cast::<u8>(), length).to_vec())
        }
    }

    /// Whole numbers, for example the `c"delay"` of each frame in milliseconds.
    pub fn get_array_int(&self, name: &CStr) -> Option<Vec<i32>> {
        if !self.has(name) {
            return None;
        }
        let (mut data, mut count) = (std::ptr::null_mut(), 0);
        // SAFETY: as above; the numbers belong to the image and are copied.
        unsafe {
            let failed =
                library::vips_image_get_array_int(self.as_ptr(), name.as_ptr(), &raw mut data, &raw mut count) != 0;
            let count = usize::try_from(count).unwrap_or(0);
            (!failed && !data.is_null()).then(|| std::slice::from_raw_parts(data, count).to_vec())
        }
    }

    /// The names of all metadata, libvips' own header fields included.
    pub fn fields(&self) -> Vec<CString> {
        let mut names = Vec::new();
        // SAFETY: a NULL-terminated array of strings that we own and free once, after copying them.
        unsafe {
            let fields = library::vips_image_get_fields(self.as_ptr());
            if fields.is_null() {
                return names;
            }
            let mut field = fields;
            while !(*field).is_null() {
                names.push(CStr::from_ptr(*field).to_owned());
                field = field.add(1);
            }
            library::g_strfreev(fields);
        }
        names
    }

    /// A copy of the image (not of its pixels) with other metadata.
    pub fn edit_metadata(&self, edit: impl FnOnce(&mut MetadataEdit)) -> Result<Self> {
        let mut copy = MetadataEdit(Operation::new(c"copy")?.image(c"in", self).run()?);
        edit(&mut copy);
        Ok(copy.0)
    }
}

/// The metadata of a copy that nobody else sees yet.
pub struct MetadataEdit(Image);

impl MetadataEdit {
    /// Takes `name` away, if it is there.
    pub fn remove(&mut self, name: &CStr) -> &mut Self {
        // SAFETY: the image is live, the name NUL-terminated, and this value holds the only reference
        // through which anything reads the metadata.
        unsafe { library::vips_image_remove(self.0.as_ptr(), name.as_ptr()) };
        self
    }

    /// Sets a whole number.
    pub fn set_int(&mut self, name: &CStr, number: i32) -> &mut Self {
        // SAFETY: as in `remove`.
        unsafe { library::vips_image_set_int(self.0.as_ptr(), name.as_ptr(), number) };
        self
    }

    /// Sets a text.
    pub fn set_string(&mut self, name: &CStr, text: &CStr) -> &mut Self {
        // SAFETY: as in `remove`; libvips copies the text.
        unsafe { library::vips_image_set_string(self.0.as_ptr(), name.as_ptr(), text.as_ptr()) };
        self
    }

    /// Sets whole numbers; at most as many as fit an `i32`.
    pub fn set_array_int(&mut self, name: &CStr, numbers: &[i32]) -> &mut Self {
        let count = i32::try_from(numbers.len()).unwrap_or(i32::MAX);
        // SAFETY: as in `remove`; libvips copies `count` numbers.
        unsafe {
            library::vips_image_set_array_int(self.0.as_ptr(), name.as_ptr(), numbers.as_ptr(), count);
        };
        self
    }

    /// Sets bytes, for example an ICC profile.
    pub fn set_blob(&mut self, name: &CStr, bytes: &[u8]) -> &mut Self {
        // SAFETY: as in `remove`; libvips copies the bytes.
        unsafe {
            library::vips_image_set_blob_copy(self.0.as_ptr(), name.as_ptr(), bytes.as_ptr().cast(), bytes.len());
        }
        self
    }
}
