//! libwebp's view of a picture, and its encoder's run. All that is unsafe of WebP is in this file.
#![allow(unsafe_code)] // libwebp is C; each block says why it holds

use super::MAXIMUM_SIDE_PX;
use crate::EncodeError;
use darkroom_planes::Plane;
use libwebp_sys as sys;
use std::{ffi::c_int, slice};

/// Planes as the encoder wants them: limited range, 4:2:0. It may write to them: below transparent pixels it
/// evens them out.
pub(super) struct Yuva {
    pub(super) luma: Plane,
    /// Half the size of `luma` along each axis, rounded up.
    pub(super) chroma: [Plane; 2],
    /// As large as `luma`.
    pub(super) alpha: Option<Plane>,
}

/// What the encoder does with alpha.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alpha {
    /// It stands in the file.
    IsCoded,
    /// It says which pixels nobody sees, and is left out.
    Hides,
}

/// Interleaved pixels, rows without gaps.
pub(super) struct Interleaved<'a> {
    /// `width × height × channels` bytes.
    pub(super) samples: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
    /// Whether a pixel is R, G, B, A or R, G, B.
    pub(super) alpha: bool,
}

/// libwebp's defaults of the preset for photos and all else, at this quality (0 to 100).
pub(super) fn config(quality: f32) -> Result<sys::WebPConfig, EncodeError> {
    sys::WebPConfig::new_with_preset(sys::WebPPreset::WEBP_PRESET_DEFAULT, quality)
        .map_err(|()| failed("another version of libwebp"))
}

/// A RIFF file with the picture.
pub(super) fn encode_planes(
    config: &sys::WebPConfig,
    planes: &mut Yuva,
    coding: Alpha,
) -> Result<Vec<u8>, EncodeError> {
    let Yuva { luma, chroma: [u, v], alpha } = planes;
    let (width, height) = (luma.width(), luma.height());
    let half = (width.div_ceil(2), height.div_ceil(2));
    assert!([&*u, v].iter().all(|plane| (plane.width(), plane.height()) == half), "chroma is subsampled");
    assert!(alpha.as_ref().is_none_or(|alpha| (alpha.width(), alpha.height()) == (width, height)));
    assert_eq!(u.stride(), v.stride(), "libwebp has one stride for both");

    let mut picture = Picture::new(width, height)?;
    picture.0.use_argb = 0;
    picture.0.colorspace = sys::WebPEncCSP::WEBP_YUV420;
    (picture.0.y, picture.0.y_stride) = (luma.samples_mut().as_mut_ptr(), stride(luma)?);
    (picture.0.u, picture.0.uv_stride) = (u.samples_mut().as_mut_ptr(), stride(u)?);
    picture.0.v = v.samples_mut().as_mut_ptr();
    if let Some(alpha) = alpha {
        picture.0.colorspace = sys::WebPEncCSP::WEBP_YUV420A;
        (picture.0.a, picture.0.a_stride) = (alpha.samples_mut().as_mut_ptr(), stride(alpha)?);
        if coding == Alpha::Hides {
            // SAFETY: all four planes are set, with as many rows and bytes in a row as asserted, and nobody else
            // holds them.
            unsafe { sys::WebPCleanupTransparentArea(&raw mut picture.0) };
            picture.0.colorspace = sys::WebPEncCSP::WEBP_YUV420;
            (picture.0.a, picture.0.a_stride) = (std::ptr::null_mut(), 0);
        }
    }
    picture.encode(config)
}

/// A RIFF file with the picture, without loss.
pub(super) fn encode_pixels(config: &sys::WebPConfig, pixels: &Interleaved) -> Result<Vec<u8>, EncodeError> {
    let Interleaved { samples, width, height, alpha } = *pixels;
    let stride = width * if alpha { 4 } else { 3 };
    assert_eq!(samples.len(), stride * height, "rows without gaps");
    let mut picture = Picture::new(width, height)?;
    picture.0.use_argb = 1;
    let row = c_int::try_from(stride).map_err(|_| failed("rows too long"))?;
    // SAFETY: libwebp reads `height` rows of `row` bytes, which `samples` has by the assertion, into memory of its
    // own, which the drop of `picture` frees.
    let imported = unsafe {
        if alpha {
            sys::WebPPictureImportRGBA(&raw mut picture.0, samples.as_ptr(), row)
        } else {
            sys::WebPPictureImportRGB(&raw mut picture.0, samples.as_ptr(), row)
        }
    };
    if imported == 0 {
        return Err(picture.error());
    }
    picture.encode(config)
}

/// A RIFF file with these pixels, each `0xAARRGGBB`, without loss; rows without gaps.
pub(super) fn encode_argb(
    config: &sys::WebPConfig,
    pixels: &mut [u32],
    width: usize,
    height: usize,
) -> Result<Vec<u8>, EncodeError> {
    assert_eq!(pixels.len(), width * height, "rows without gaps");
    let mut picture = Picture::new(width, height)?;
    picture.0.use_argb = 1;
    picture.0.argb = pixels.as_mut_ptr();
    picture.0.argb_stride = picture.0.width;
    picture.encode(config)
}

/// Frees what libwebp allocated for it. Planes that were lent to it are not libwebp's, and it knows.
struct Picture(sys::WebPPicture);

impl Picture {
    fn new(width: usize, height: usize) -> Result<Self, EncodeError> {
        crate::picture::check_size(width, height, MAXIMUM_SIDE_PX)?;
        let mut picture = sys::WebPPicture::new().map_err(|()| failed("another version of libwebp"))?;
        let side = |side| c_int::try_from(side).map_err(|_| failed("a side too long"));
        (picture.width, picture.height) = (side(width)?, side(height)?);
        Ok(Self(picture))
    }

    /// The planes must have been set, and live on.
    fn encode(mut self, config: &sys::WebPConfig) -> Result<Vec<u8>, EncodeError> {
        let mut file = Vec::<u8>::new();
        self.0.writer = Some(append);
        self.0.custom_ptr = (&raw mut file).cast();
        // SAFETY: the picture's pointers are null, libwebp's own, or those of planes and pixels that all callers hold, mutably,
        // until this returns, with as many rows and bytes in a row as its width, height and strides say.
        // `custom_ptr` is what `append` expects.
        let done = unsafe { sys::WebPEncode(config, &raw mut self.0) };
        if done == 0 {
            return Err(self.error());
        }
        Ok(file)
    }

    fn error(&self) -> EncodeError {
        failed(&format!("{:?}", self.0.error_code))
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised, and is not used again.
        unsafe { sys::WebPPictureFree(&raw mut self.0) };
    }
}

/// libwebp hands over the file in pieces.
unsafe extern "C" fn append(data: *const u8, size: usize, picture: *const sys::WebPPicture) -> c_int {
    if size > 0 {
        // SAFETY: libwebp calls this within `WebPEncode` with the picture given there, whose `custom_ptr` is the
        // vector that `encode` holds and does not touch meanwhile, and with `size` bytes at `data`.
        unsafe { (*(*picture).custom_ptr.cast::<Vec<u8>>()).extend_from_slice(slice::from_raw_parts(data, size)) };
    }
    1
}

fn stride(plane: &Plane) -> Result<c_int, EncodeError> {
    c_int::try_from(plane.stride()).map_err(|_| failed("rows too far apart"))
}

pub(super) fn failed(reason: &str) -> EncodeError {
    EncodeError::Library { library: "libwebp", reason: reason.to_owned() }
}
