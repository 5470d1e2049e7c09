//! Encoded bytes that cross into and out of libvips without a copy.

use super::{abi, library};
use bytes::Bytes;
use std::{
    collections::HashMap,
    ffi::{c_int, c_void},
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

/// Bytes lent to libvips. It may keep the blob far longer than the operation it was given to: an image
/// that was loaded from it decodes lazily.
pub(super) struct Lent(*mut abi::VipsBlob);

/// What is lent out, by the address of libvips' blob. A map, because where a blob could keep a pointer of
/// ours differs between libvips versions.
static LENT: LazyLock<Mutex<HashMap<usize, Bytes>>> = LazyLock::new(Mutex::default);

fn lent() -> MutexGuard<'static, HashMap<usize, Bytes>> {
    LENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many blobs libvips holds at the moment; 0 when no image is alive. For tests and leak checks.
pub fn live_blobs() -> usize {
    lent().len()
}

/// libvips calls this when the last reference to the blob goes.
unsafe extern "C" fn give_back(_data: *mut c_void, blob: *mut c_void) -> c_int {
    let bytes = lent().remove(&(blob as usize)); // the lock is released before the bytes are dropped
    drop(bytes);
    0
}

impl Lent {
    pub(super) fn new(bytes: Bytes) -> Self {
        // SAFETY: the pointer and length describe `bytes`, whose buffer does not move and which the map
        // keeps until libvips calls `give_back`. libvips only reads it. We hold the only reference to the
        // new blob, so `give_back` cannot run before the insertion.
        let blob = unsafe { library::vips_blob_new(Some(give_back), bytes.as_ptr().cast(), bytes.len()) };
        lent().insert(blob as usize, bytes);
        Self(blob)
    }

    pub(super) fn as_ptr(&self) -> *mut abi::VipsBlob {
        self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // SAFETY: drops the one reference that `vips_blob_new` gave us.
        unsafe { library::vips_area_unref(self.0.cast()) }
    }
}

/// A buffer that libvips wrote, kept alive as the owner of a `Bytes`.
pub(super) struct Written {
    blob: *mut abi::VipsBlob,
    data: *const u8,
    length: usize,
}

// SAFETY: the buffer is immutable from here on and the blob's reference count is kept under libvips' lock.
unsafe impl Send for Written {}

impl Written {
    /// # Safety
    /// `blob` points to a live `VipsBlob`, whose data nobody writes to any more.
    pub(super) unsafe fn new(blob: *mut abi::VipsBlob) -> Self {
        let mut length = 0;
        // SAFETY: the caller vouches for the blob; `vips_area_copy` adds the reference that we drop below.
        let data = unsafe {
            library::vips_area_copy(blob.cast());
            library::vips_blob_get(blob, &raw mut length)
        };
        Self { blob, data: data.cast(), length }
    }
}

impl AsRef<[u8]> for Written {
    fn as_ref(&self) -> &[u8] {
        if self.data.is_null() {
            return &[];
        }
        // SAFETY: `data` and `length` describe the blob's buffer, which lives until our reference goes.
        unsafe { std::slice::from_raw_parts(self.data, self.length) }
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        // SAFETY: drops the reference that `new` added.
        unsafe { library::vips_area_unref(self.blob.cast()) }
    }
}
