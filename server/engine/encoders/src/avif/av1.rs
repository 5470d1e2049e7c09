//! A frame of AV1 by libaom. All that is unsafe of AVIF is in this file.
#![allow(unsafe_code)] // libaom is C; each block says why it holds

use super::Settings;
use crate::EncodeError;
use darkroom_planes::{Plane, Subsampling};
use libaom_sys as sys;
use std::{
    ffi::{CStr, c_int, c_uint},
    mem::{self, MaybeUninit},
    ptr, slice,
};

/// What is encoded. All planes have at least one sample, and chroma's are as large as its subsampling says.
pub(super) struct Frame<'a> {
    pub(super) luma: &'a Plane,
    pub(super) chroma: Option<(&'a [Plane; 2], Subsampling)>,
}

/// What samples mean, in the numbers of ITU-T H.273; always full range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) primaries: u8,
    pub(super) transfer: u8,
    pub(super) matrix: u8,
}

impl Colour {
    const UNSPECIFIED: u8 = 2;
    const BT601: u8 = 6;
    /// JFIF's matrix, colours of sRGB.
    pub(super) const BT601_OF_SRGB: Self = Self { primaries: 1, transfer: 13, matrix: Self::BT601 };
    /// JFIF's matrix; the rest is said by an ICC profile.
    pub(super) const BT601_OF_A_PROFILE: Self = Self { matrix: Self::BT601, ..Self::NONE };
    /// Not colours.
    pub(super) const NONE: Self =
        Self { primaries: Self::UNSPECIFIED, transfer: Self::UNSPECIFIED, matrix: Self::UNSPECIFIED };
}

/// A frame, encoded.
#[derive(Debug)]
pub(super) struct Stream {
    /// The sequence header and the frame, without the temporal delimiter before them.
    pub(super) obus: Vec<u8>,
    /// AV1's profile: 0 is 4:2:0 and grey, 1 is 4:4:4.
    pub(super) profile: u8,
    /// AV1's level index; 31 is none.
    pub(super) level: u8,
    /// `None` for grey.
    pub(super) subsampling: Option<Subsampling>,
}

/// Encodes one frame as a still picture.
pub(super) fn encode(frame: &Frame, quantiser: u8, colour: Colour, settings: Settings) -> Result<Stream, EncodeError> {
    let Settings { quantiser: _, alpha_quantiser: _, speed, threads, subsampling: _ } = settings;
    let subsampling = frame.chroma.map(|(_, subsampling)| subsampling);
    let (width, height) = (side(frame.luma.width())?, side(frame.luma.height())?);

    let mut config = default_config()?;
    (config.g_w, config.g_h, config.g_limit) = (width, height, 1);
    config.g_threads = c_uint::from(threads.max(1));
    config.g_profile = c_uint::from(subsampling == Some(Subsampling::None));
    config.monochrome = c_uint::from(subsampling.is_none());
    (config.g_bit_depth, config.g_input_bit_depth) = (sys::AOM_BITS_8, 8);
    (config.g_lag_in_frames, config.rc_end_usage) = (0, sys::AOM_Q);
    (config.rc_min_quantizer, config.rc_max_quantizer) = (0, 63);

    let mut encoder = Encoder::new(&config)?;
    encoder.set(sys::AOME_SET_CPUUSED, c_int::from(speed.min(9)))?;
    encoder.set(sys::AOME_SET_CQ_LEVEL, c_int::from(quantiser.min(63)))?;
    // Coarser steps for fine detail: a tenth fewer bytes at an equal score, for no time.
    encoder.set(sys::AV1E_SET_ENABLE_QM, 1)?;
    encoder.set(sys::AV1E_SET_COLOR_PRIMARIES, c_int::from(colour.primaries))?;
    encoder.set(sys::AV1E_SET_TRANSFER_CHARACTERISTICS, c_int::from(colour.transfer))?;
    encoder.set(sys::AV1E_SET_MATRIX_COEFFICIENTS, c_int::from(colour.matrix))?;
    encoder.set(sys::AV1E_SET_COLOR_RANGE, 1)?;
    let obus = encoder.encode(frame)?;
    let (profile, level) = sequence(&obus).ok_or_else(|| failed("no sequence header of a still picture"))?;
    Ok(Stream { obus, profile, level, subsampling })
}

fn default_config() -> Result<sys::aom_codec_enc_cfg_t, EncodeError> {
    let mut config = MaybeUninit::uninit();
    // SAFETY: libaom fills the configuration whole when it says that all is well.
    unsafe {
        let code =
            sys::aom_codec_enc_config_default(sys::aom_codec_av1_cx(), config.as_mut_ptr(), sys::AOM_USAGE_ALL_INTRA);
        check(code)?;
        Ok(config.assume_init())
    }
}

/// A codec that was initialised, and is destroyed with it. It is boxed so that it never moves.
struct Encoder(Box<sys::aom_codec_ctx_t>);

impl Encoder {
    fn new(config: &sys::aom_codec_enc_cfg_t) -> Result<Self, EncodeError> {
        let mut context = Box::new(MaybeUninit::zeroed());
        // The value of a macro, small.
        #[allow(clippy::cast_possible_wrap)]
        let version = sys::AOM_ENCODER_ABI_VERSION as c_int;
        // SAFETY: libaom clears the context, copies the configuration, and needs no destroying when it fails.
        unsafe {
            let code = sys::aom_codec_enc_init_ver(context.as_mut_ptr(), sys::aom_codec_av1_cx(), config, 0, version);
            check(code)?;
            Ok(Self(context.assume_init()))
        }
    }

    /// One of the controls that take an integer.
    fn set(&mut self, control: sys::aome_enc_control_id, value: c_int) -> Result<(), EncodeError> {
        let control = c_int::try_from(control).map_err(|_| failed("no such control"))?;
        // SAFETY: the context is initialised, and every control that is set above reads one `int` or `unsigned int`,
        // which are passed alike.
        let code = unsafe { sys::aom_codec_control(&raw mut *self.0, control, value) };
        self.check(code)
    }

    fn encode(&mut self, frame: &Frame) -> Result<Vec<u8>, EncodeError> {
        let image = image(frame)?;
        // SAFETY: the image's planes are borrowed by `frame`, and have the rows and strides that it says; libaom
        // copies them, and writes to none as long as its denoiser is off, as it is by default.
        let code = unsafe { sys::aom_codec_encode(&raw mut *self.0, &raw const image, 0, 1, 0) };
        self.check(code)?;
        let mut file = Vec::new();
        self.take_packets(&mut file);
        if file.is_empty() {
            // SAFETY: without an image libaom gives out what it holds back.
            let code = unsafe { sys::aom_codec_encode(&raw mut *self.0, ptr::null(), 0, 1, 0) };
            self.check(code)?;
            self.take_packets(&mut file);
        }
        Ok(without_delimiter(file))
    }

    fn take_packets(&mut self, file: &mut Vec<u8>) {
        let mut iterator = ptr::null();
        loop {
            // SAFETY: the iterator begins null and is libaom's; a packet lives until the next call.
            let packet = unsafe { sys::aom_codec_get_cx_data(&raw mut *self.0, &raw mut iterator).as_ref() };
            let Some(packet) = packet else { return };
            if packet.kind != sys::AOM_CODEC_CX_FRAME_PKT {
                continue;
            }
            // SAFETY: `frame` is what a packet of this kind holds, with `sz` bytes at `buf`.
            file.extend_from_slice(unsafe {
                let frame = packet.data.frame;
                slice::from_raw_parts(frame.buf.cast(), frame.sz)
            });
        }
    }

    fn check(&self, code: sys::aom_codec_err_t) -> Result<(), EncodeError> {
        let Err(error) = check(code) else { return Ok(()) };
        // SAFETY: the text is libaom's, or null.
        let detail = unsafe { text(sys::aom_codec_error_detail(&raw const *self.0)) };
        Err(detail.map_or(error, |detail| failed(&detail)))
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        // SAFETY: the context was initialised, and is not used again. The only error is that it was not.
        unsafe { sys::aom_codec_destroy(&raw mut *self.0) };
    }
}

/// libaom's view of a frame. It borrows the planes without saying so.
fn image(frame: &Frame) -> Result<sys::aom_image_t, EncodeError> {
    // SAFETY: numbers and pointers, of which zero and null are values.
    let mut image: sys::aom_image_t = unsafe { mem::zeroed() };
    let Frame { luma, chroma } = frame;
    (image.w, image.h) = (side(luma.width())?, side(luma.height())?);
    (image.d_w, image.d_h) = (image.w, image.h);
    (image.bit_depth, image.range) = (8, sys::AOM_CR_FULL_RANGE);
    let subsampled = !matches!(chroma, Some((_, Subsampling::None)));
    image.fmt = if subsampled { sys::AOM_IMG_FMT_I420 } else { sys::AOM_IMG_FMT_I444 };
    (image.x_chroma_shift, image.y_chroma_shift) = (c_uint::from(subsampled), c_uint::from(subsampled));
    (image.bps, image.monochrome) = (if subsampled { 12 } else { 24 }, c_int::from(chroma.is_none()));
    lend(&mut image, 0, luma)?;
    if let Some(([u, v], _)) = chroma {
        let halves = |side: usize| if subsampled { side.div_ceil(2) } else { side };
        let expected = (halves(luma.width()), halves(luma.height()));
        assert!([u, v].iter().all(|plane| (plane.width(), plane.height()) == expected), "chroma fits luma");
        lend(&mut image, 1, u)?;
        lend(&mut image, 2, v)?;
        if image.stride[1] != image.stride[2] {
            return Err(failed("planes of chroma with different strides"));
        }
    }
    Ok(image)
}

fn lend(image: &mut sys::aom_image_t, index: usize, plane: &Plane) -> Result<(), EncodeError> {
    // libaom counts bytes from the start of a plane in ints here and there.
    c_int::try_from(plane.samples().len()).map_err(|_| failed("a plane of more than 2 GiB"))?;
    image.stride[index] = c_int::try_from(plane.stride()).map_err(|_| failed("rows too far apart"))?;
    image.planes[index] = plane.samples().as_ptr().cast_mut();
    Ok(())
}

fn side(pixels: usize) -> Result<c_uint, EncodeError> {
    c_uint::try_from(pixels).map_err(|_| failed("a side too long"))
}

/// A file of AVIF must not hold the temporal delimiter that a stream of AV1 begins with.
fn without_delimiter(mut obus: Vec<u8>) -> Vec<u8> {
    const DELIMITER: [u8; 2] = [0x12, 0];
    if obus.starts_with(&DELIMITER) {
        obus.drain(..DELIMITER.len());
    }
    obus
}

/// Profile and level, from the sequence header that the stream must begin with: that of a still picture, which has
/// them in its first ten bits.
fn sequence(obus: &[u8]) -> Option<(u8, u8)> {
    const SEQUENCE_HEADER: u8 = 0x0a; // type 1, with a size
    let &[SEQUENCE_HEADER, size, first, second, ..] = obus else { return None };
    let still_and_reduced = first & 0b1_1000 == 0b1_1000;
    (size >= 2 && still_and_reduced).then_some((first >> 5, (first & 0b111) << 2 | second >> 6))
}

fn check(code: sys::aom_codec_err_t) -> Result<(), EncodeError> {
    if code == sys::AOM_CODEC_OK {
        return Ok(());
    }
    // SAFETY: the text is static, for any code.
    let reason = unsafe { text(sys::aom_codec_err_to_string(code)) };
    Err(failed(&reason.unwrap_or_default()))
}

/// # Safety
/// A C string, or null.
unsafe fn text(text: *const std::ffi::c_char) -> Option<String> {
    // SAFETY: as the caller says.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

fn failed(reason: &str) -> EncodeError {
    EncodeError::Library { library: "libaom", reason: reason.to_owned() }
}
