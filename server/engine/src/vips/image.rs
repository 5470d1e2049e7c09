//! An image: a pipeline of libvips that gives pixels when something asks for them.

use super::{Operation, Result, VipsError, abi, init, library};
use bytes::Bytes;
use std::ffi::c_void;

/// How the numbers of a pixel are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BandFormat {
    /// 8 bits, 0 to 255.
    Uchar,
    /// 16 bits, 0 to 65535.
    Ushort,
    /// 32-bit floating point.
    Float,
    /// Any other; no decoder gives these, operations on pixels may.
    Other,
}

/// What the numbers of a pixel mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpretation {
    /// Grey, 8 bits.
    Grey,
    /// Grey, 16 bits.
    Grey16,
    /// sRGB, 8 bits.
    Srgb,
    /// RGB, 16 bits.
    Rgb16,
    /// Linear light.
    ScRgb,
    /// Inks.
    Cmyk,
    /// CIE L\*a\*b\*.
    Lab,
    /// Anything else.
    Other,
}

/// A reference to an image. Cloning costs a reference count, never pixels.
pub struct Image(*mut abi::VipsImage);

// SAFETY: GObject's reference count is atomic, and pixels and metadata are not changed once an `Image`
// exists (`edit_metadata` changes a copy before anyone sees it); libvips evaluates under its own locks.
unsafe impl Send for Image {}
// SAFETY: as above.
unsafe impl Sync for Image {}

impl Image {
    /// 8-bit pixels in rows from the top, `bands` numbers each: 1 grey, 2 grey and alpha, 3 sRGB, 4 sRGB
    /// and alpha. Nothing is copied.
    pub fn from_memory(pixels: Bytes, width: u32, height: u32, bands: u32) -> Result<Self> {
        init()?;
        let side = |number: u32| i32::try_from(number).map_err(|_| VipsError::new("side too large"));
        let (width, height, bands) = (side(width)?, side(height)?, side(bands)?);
        if !(1..=4).contains(&bands) {
            return Err(VipsError::new("pixels must have 1 to 4 bands"));
        }
        let owner = Box::new(pixels);
        // SAFETY: libvips checks the length against the sides and only reads. The pixels are freed by the
        // image's own data list, that is after the last pipeline that reads from the image is gone: each
        // holds a reference to it.
        let image = unsafe {
            let image = library::vips_image_new_from_memory(
                owner.as_ptr().cast(),
                owner.len(),
                width,
                height,
                bands,
                abi::VIPS_FORMAT_UCHAR,
            );
            if image.is_null() {
                return Err(VipsError::take());
            }
            let owner = Box::into_raw(owner).cast::<c_void>();
            library::g_object_set_data_full(image.cast(), c"darkroom-pixels".as_ptr(), owner, Some(drop_pixels));
            Self(image)
        };
        let meaning = if bands < 3 { "b-w" } else { "srgb" };
        Operation::new(c"copy")?.image(c"in", &image).string(c"interpretation", meaning).run()
    }

    /// A matrix for operations that take one, such as `recomb` and `convsep`: numbers in rows of `columns`.
    pub fn matrix(columns: usize, numbers: &[f64]) -> Result<Self> {
        init()?;
        let side = |number: usize| i32::try_from(number).map_err(|_| VipsError::new("matrix too large"));
        if columns == 0 || numbers.is_empty() || !numbers.len().is_multiple_of(columns) {
            return Err(VipsError::new("a matrix has whole rows"));
        }
        let (width, height, count) = (side(columns)?, side(numbers.len() / columns)?, side(numbers.len())?);
        // SAFETY: libvips copies `count` = width × height numbers; the result is a new reference, or null.
        let image = unsafe { library::vips_image_new_matrix_from_array(width, height, numbers.as_ptr(), count) };
        if image.is_null() { Err(VipsError::take()) } else { Ok(Self(image)) }
    }

    /// Computes all pixels: rows from the top, [`Image::bands`] numbers each, in the image's own band format.
    pub fn to_memory(&self) -> Result<Bytes> {
        let mut length = 0;
        // SAFETY: the image is live; the result is ours to free with `g_free`, which `Computed` does.
        let data = unsafe { library::vips_image_write_to_memory(self.0, &raw mut length) };
        if data.is_null() {
            return Err(VipsError::take());
        }
        Ok(Bytes::from_owner(Computed { data: data.cast(), length }))
    }

    /// Computes all pixels once and gives an image that reads them from memory: before steps that read in
    /// another order than from top to bottom, or that read the same pixels several times.
    pub fn in_memory(&self) -> Result<Self> {
        // SAFETY: the image is live; the result is a new reference, or null on failure.
        let image = unsafe { library::vips_image_copy_memory(self.0) };
        if image.is_null() { Err(VipsError::take()) } else { Ok(Self(image)) }
    }

    /// Pixels per row.
    pub fn width(&self) -> u32 {
        // SAFETY: the image is live.
        unsafe { library::vips_image_get_width(self.0) }.unsigned_abs()
    }

    /// Rows; of an animation, of all its frames on top of each other.
    pub fn height(&self) -> u32 {
        // SAFETY: the image is live.
        unsafe { library::vips_image_get_height(self.0) }.unsigned_abs()
    }

    /// Numbers per pixel, alpha included.
    pub fn bands(&self) -> u32 {
        // SAFETY: the image is live.
        unsafe { library::vips_image_get_bands(self.0) }.unsigned_abs()
    }

    /// Whether the last band is an alpha channel.
    pub fn has_alpha(&self) -> bool {
        // SAFETY: the image is live.
        unsafe { library::vips_image_hasalpha(self.0) != 0 }
    }

    /// Rows of one frame: the height, of a still.
    pub fn page_height(&self) -> u32 {
        // SAFETY: the image is live; libvips gives the height when the metadata make no sense.
        unsafe { library::vips_image_get_page_height(self.0) }.unsigned_abs().max(1)
    }

    /// Frames that this image holds, on top of each other.
    pub fn frames(&self) -> u32 {
        self.height() / self.page_height()
    }

    /// How the numbers of a pixel are stored.
    pub fn band_format(&self) -> BandFormat {
        // SAFETY: the image is live.
        match unsafe { library::vips_image_get_format(self.0) } {
            abi::VIPS_FORMAT_UCHAR => BandFormat::Uchar,
            abi::VIPS_FORMAT_USHORT => BandFormat::Ushort,
            abi::VIPS_FORMAT_FLOAT => BandFormat::Float,
            _ => BandFormat::Other,
        }
    }

    /// What the numbers of a pixel mean; guessed from their count where the file does not say.
    pub fn interpretation(&self) -> Interpretation {
        // SAFETY: the image is live.
        match unsafe { library::vips_image_guess_interpretation(self.0) } {
            abi::VIPS_INTERPRETATION_B_W => Interpretation::Grey,
            abi::VIPS_INTERPRETATION_GREY16 => Interpretation::Grey16,
            abi::VIPS_INTERPRETATION_SRGB | abi::VIPS_INTERPRETATION_RGB => Interpretation::Srgb,
            abi::VIPS_INTERPRETATION_RGB16 => Interpretation::Rgb16,
            abi::VIPS_INTERPRETATION_SCRGB => Interpretation::ScRgb,
            abi::VIPS_INTERPRETATION_CMYK => Interpretation::Cmyk,
            abi::VIPS_INTERPRETATION_LAB => Interpretation::Lab,
            _ => Interpretation::Other,
        }
    }

    /// Pixels per inch, rounded; what libvips assumes where the file does not say.
    pub fn density(&self) -> f64 {
        // SAFETY: the image is live; libvips counts in pixels per millimetre.
        unsafe { library::vips_image_get_xres(self.0) * 25.4 }
    }

    pub(super) fn as_ptr(&self) -> *mut abi::VipsImage {
        self.0
    }

    /// # Safety
    /// `pointer` is a live image, and one reference to it is handed over.
    pub(super) unsafe fn from_ptr(pointer: *mut abi::VipsImage) -> Self {
        Self(pointer)
    }
}

impl Clone for Image {
    fn clone(&self) -> Self {
        // SAFETY: the image is live; the clone owns the added reference.
        unsafe { library::g_object_ref(self.0.cast()) };
        Self(self.0)
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        // SAFETY: drops the one reference that this value owns.
        unsafe { library::g_object_unref(self.0.cast()) }
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let bands = self.bands();
        write!(
            f,
            "Image({}×{}, {bands} × {:?}, {:?})",
            self.width(),
            self.height(),
            self.band_format(),
            self.interpretation()
        )
    }
}

unsafe extern "C" fn drop_pixels(owner: *mut c_void) {
    // SAFETY: `owner` is the box that `from_memory` gave away; GObject calls this once.
    drop(unsafe { Box::from_raw(owner.cast::<Bytes>()) });
}

/// Pixels that libvips computed into memory of its own.
struct Computed {
    data: *const u8,
    length: usize,
}

// SAFETY: a private buffer that nobody writes to any more.
unsafe impl Send for Computed {}

impl AsRef<[u8]> for Computed {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: libvips gave a non-null buffer of this length, which is freed in `drop` only.
        unsafe { std::slice::from_raw_parts(self.data, self.length) }
    }
}

impl Drop for Computed {
    fn drop(&mut self) {
        // SAFETY: allocated by libvips with `g_malloc`, freed once.
        unsafe { library::g_free(self.data.cast_mut().cast()) }
    }
}
