//! Looking up a file.

use super::ENTRY_BYTES_MAX;
use crate::cache::{Entry, Key, format};
use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    time::{Duration, SystemTime},
};

/// How old the note of the last use gets before it is written anew. Finer than this is kept in memory only.
const USED_RESOLUTION: Duration = Duration::from_hours(1);

/// The entry in the file, if there is one. A damaged one is an error.
pub(super) fn read(path: &Path, key: &Key) -> io::Result<Option<Entry>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let metadata = file.metadata()?;
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the checksum does not match");
    if metadata.len() > ENTRY_BYTES_MAX {
        return Err(damaged());
    }
    let length = usize::try_from(metadata.len()).map_err(|_| damaged())?;
    let mut content = Vec::with_capacity(length);
    file.by_ref().take(metadata.len()).read_to_end(&mut content)?;
    let entry = format::read(key, content).ok_or_else(damaged)?;
    let now = SystemTime::now();
    let used = metadata.modified().unwrap_or(now);
    if now.duration_since(used).is_ok_and(|age| age > USED_RESOLUTION) {
        // The order of eviction after the next start, no more: if it fails, this one only goes earlier.
        let _ = file.set_modified(now);
    }
    Ok(Some(entry))
}
