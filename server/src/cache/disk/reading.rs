//! Looking up a file.

use super::ENTRY_BYTES_MAX;
use crate::cache::{Entry, Key, format};
use rustix::{
    fs::{Mode, OFlags, ResolveFlags, openat2},
    io::{ReadWriteFlags, preadv2},
};
use std::{
    fs::File,
    io::{self, IoSliceMut, Read as _},
    os::fd::BorrowedFd,
    path::Path,
    time::{Duration, SystemTime},
};

/// How old the note of the last use gets before it is written anew. Finer than this is kept in memory only.
const USED_RESOLUTION: Duration = Duration::from_hours(1);

/// Bytes of a file that is read on the thread of who asks: to copy it and to check its sum takes that thread some 20 µs.
const AT_HAND_BYTES_MAX: usize = 128 * 1024;

/// The entry in the file, if there is one. A damaged one is an error.
pub(super) fn read(path: &Path, key: &Key) -> io::Result<Option<Entry>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let metadata = file.metadata()?;
    if metadata.len() > ENTRY_BYTES_MAX {
        return Err(damaged());
    }
    let length = usize::try_from(metadata.len()).map_err(|_| damaged())?;
    let mut content = Vec::with_capacity(length);
    file.by_ref().take(metadata.len()).read_to_end(&mut content)?;
    let entry = format::read(key, content).ok_or_else(damaged)?;
    let now = SystemTime::now();
    if is_use_to_be_noted(metadata.modified().unwrap_or(now), now) {
        // The order of eviction after the next start, no more: if it fails, this one only goes earlier.
        let _ = file.set_modified(now);
    }
    Ok(Some(entry))
}

/// The entry in the file, if it is small, and the kernel has the way to it and all of it in memory; nothing where it
/// has not, where it cannot tell (an old kernel, a network's file system), and where there is more to do than to read.
/// Should somebody have put another folder in the place of `root`, it is not found here either.
pub(super) fn read_at_hand(root: BorrowedFd<'_>, path: &str, key: &Key) -> Option<io::Result<Entry>> {
    let file = openat2(root, path, OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty(), ResolveFlags::CACHED)
        .map(File::from)
        .ok()?;
    let metadata = file.metadata().ok()?;
    let length = usize::try_from(metadata.len()).ok().filter(|length| *length <= AT_HAND_BYTES_MAX)?;
    let now = SystemTime::now();
    if is_use_to_be_noted(metadata.modified().unwrap_or(now), now) {
        return None;
    }
    let mut content = vec![0; length];
    let read = preadv2(&file, &mut [IoSliceMut::new(&mut content)], 0, ReadWriteFlags::NOWAIT).ok()?;
    // Less than all is what the kernel has; damage is for who reads all of it to find.
    (read == length).then(|| format::read(key, content).ok_or_else(damaged))
}

fn is_use_to_be_noted(noted: SystemTime, now: SystemTime) -> bool {
    now.duration_since(noted).is_ok_and(|age| age > USED_RESOLUTION)
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match")
}
