//! Starting libvips once, with only the loaders that we call.

use super::{Result, VipsError, abi, library};
use std::{
    ffi::{CStr, c_char, c_int, c_void},
    ptr::null_mut,
    sync::OnceLock,
};

/// The loader families that the codecs call; everything else (`ImageMagick`, PDF, JPEG 2000, CSV, …) stays
/// blocked, whatever the bytes pretend to be. Must match the `loader` column of `formats.rs`.
///
/// This is the second line of defence: libvips 8.14 looks into PDF bytes before it asks whether it may. The
/// first is that codecs name their loader, so that libvips never chooses one.
const LOADERS: [&CStr; 7] = [
    c"VipsForeignLoadJpeg",
    c"VipsForeignLoadPng",
    c"VipsForeignLoadWebp",
    c"VipsForeignLoadNsgif",
    c"VipsForeignLoadHeif",
    c"VipsForeignLoadTiff",
    c"VipsForeignLoadSvg",
];

/// Loads and starts libvips; later calls do nothing. Every constructor of an image or operation calls it.
///
/// # Errors
/// [`VipsError::Missing`] when it is not installed.
pub fn init() -> Result<()> {
    static STARTED: OnceLock<Result<()>> = OnceLock::new();
    STARTED.get_or_init(start).clone()
}

unsafe extern "C" fn ignore(_: *const c_char, _: abi::GLogLevelFlags, _: *const c_char, _: *mut c_void) {}

fn start() -> Result<()> {
    library::load()?;
    // SAFETY: `vips_init` is called once (the OnceLock) with a NUL-terminated name; the other calls take
    // numbers or NUL-terminated static names and are allowed any time after it.
    unsafe {
        if library::vips_init(c"darkroom".as_ptr()) != 0 {
            return Err(VipsError::take());
        }
        // Every image is seen once: a cache of operations would only hold memory.
        library::vips_cache_set_max(0);
        // One worker process works on one job; threads inside a job only fight with the other workers.
        library::vips_concurrency_set(1);
        // Decoders warn about strangers' files on stderr; what matters comes back as an error.
        library::g_log_set_handler(c"VIPS".as_ptr(), abi::G_LOG_LEVEL_WARNING, Some(ignore), null_mut());
        library::vips_operation_block_set(c"VipsForeignLoad".as_ptr(), 1);
        for loader in LOADERS {
            library::vips_operation_block_set(loader.as_ptr(), 0);
        }
    }
    Ok(())
}

/// The version of libvips, for example `8.14.1`. Loads and starts it.
pub fn version() -> Result<String> {
    init()?;
    // SAFETY: the string is static inside libvips.
    Ok(unsafe { CStr::from_ptr(library::vips_version_string()) }.to_string_lossy().into_owned())
}

/// Bytes and number of pixel buffers that libvips holds in the whole process.
pub fn tracked_memory() -> (u64, c_int) {
    if !library::is_loaded() {
        return (0, 0);
    }
    // SAFETY: two counters, read under libvips' own lock.
    unsafe { (library::vips_tracked_get_mem() as u64, library::vips_tracked_get_allocs()) }
}
