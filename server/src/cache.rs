//! Renditions that were made before: a memory tier, and a disk tier that survives a restart.
//!
//! A cache may lose what it holds, but it must neither return anything else nor fail its caller: trouble with the
//! disk is a miss, a line in the log and a count.

mod disk;
mod format;
mod memory;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use disk::Disk;
use memory::Memory;
use serde::{Deserialize, Serialize};
use std::{
    array,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// How much is kept, and where.
#[derive(Debug, Clone)]
pub struct Config {
    /// Bytes of the memory tier; 0 switches it off.
    pub memory_bytes: u64,
    /// Bytes of the disk tier; 0 switches it off.
    pub disk_bytes: u64,
    /// Folder of the disk tier.
    pub disk_dir: PathBuf,
}

/// What a rendition is found by: a digest over everything that it depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key(pub [u8; 32]);

/// A rendition with its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Media type.
    pub media_type: String,
    /// Strong etag, with its quotes.
    pub etag: String,
    /// Version of the source that it was made of.
    pub source_version: String,
    /// Id of the origin that had the source.
    pub origin: String,
    /// Width in pixels; 0 where the source went through untouched.
    pub width_px: u32,
    /// Height in pixels; 0 where the source went through untouched.
    pub height_px: u32,
    /// Seconds since 1970 at which the source was known to be this version.
    pub checked_at: i64,
    /// Seconds since 1970 at which the source was changed; 0 when unknown.
    pub modified_at: i64,
    /// The encoded image.
    pub data: Bytes,
}

/// The cache. Cloning is cheap and gives the same cache.
#[derive(Debug, Clone)]
pub struct Cache {
    tiers: Arc<Tiers>,
}

#[derive(Debug)]
struct Tiers {
    memory: Option<Memory>,
    disk: Option<Disk>,
    /// Counts what was inserted and removed, by the first byte of the key.
    changes: [AtomicU64; 256],
}

/// The cache cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("cache: {0}")]
pub struct Error(pub String);

impl Cache {
    /// Opens both tiers; what the disk tier holds from before is found again.
    pub async fn open(config: &Config) -> Result<Self, Error> {
        let Config { memory_bytes, disk_bytes, disk_dir } = config;
        let disk = match disk_bytes {
            0 => None,
            bytes => Some(Disk::open(disk_dir.clone(), *bytes).await?),
        };
        Ok(Self {
            tiers: Arc::new(Tiers {
                memory: (*memory_bytes > 0).then(|| Memory::new(*memory_bytes)),
                disk,
                changes: array::from_fn(|_| AtomicU64::new(0)),
            }),
        })
    }

    /// Looks in memory, then on disk. Damaged entries are never returned; trouble with the disk is a miss.
    pub async fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        let Tiers { memory, disk, changes: _ } = &*self.tiers;
        if let Some(entry) = memory.as_ref().and_then(|memory| memory.get(key)) {
            return Some(entry);
        }
        let seen = self.changes(key).load(Ordering::SeqCst);
        let entry = disk.as_ref()?.get(key).await?;
        self.raise(key, &entry, seen);
        Some(entry)
    }

    /// What can be had without waiting: an entry in memory, or one whose file the kernel has in memory. `None` says
    /// nothing about what [`Self::get`] finds.
    pub fn at_hand(&self, key: &Key) -> Option<Arc<Entry>> {
        let Tiers { memory, disk, changes: _ } = &*self.tiers;
        if let Some(entry) = memory.as_ref().and_then(|memory| memory.get(key)) {
            return Some(entry);
        }
        let seen = self.changes(key).load(Ordering::SeqCst);
        let entry = disk.as_ref()?.at_hand(key)?;
        self.raise(key, &entry, seen);
        Some(entry)
    }

    /// Keeps in memory what came from the disk; `seen` is what [`Self::changes`] said before it was read.
    fn raise(&self, key: &Key, entry: &Arc<Entry>, seen: u64) {
        let Some(memory) = &self.tiers.memory else {
            return;
        };
        memory.insert(*key, Arc::clone(entry));
        // What was inserted or removed while the disk was read is newer than what it gave.
        if self.changes(key).load(Ordering::SeqCst) != seen {
            memory.remove(key);
        }
    }

    /// Keeps an entry; the disk is written behind the caller's back.
    pub fn insert(&self, key: Key, entry: Arc<Entry>) {
        self.changes(&key).fetch_add(1, Ordering::SeqCst);
        if let Some(disk) = &self.tiers.disk {
            disk.insert(key, Arc::clone(&entry));
        }
        if let Some(memory) = &self.tiers.memory {
            memory.insert(key, entry);
        }
    }

    /// Forgets an entry.
    pub fn remove(&self, key: &Key) {
        self.changes(key).fetch_add(1, Ordering::SeqCst);
        if let Some(disk) = &self.tiers.disk {
            disk.remove(key);
        }
        if let Some(memory) = &self.tiers.memory {
            memory.remove(key);
        }
    }

    /// Writes out what is not on disk yet.
    pub async fn close(&self) -> Result<(), Error> {
        match &self.tiers.disk {
            Some(disk) => disk.flush().await,
            None => Ok(()),
        }
    }

    fn changes(&self, key: &Key) -> &AtomicU64 {
        &self.tiers.changes[usize::from(key.0[0])]
    }
}

impl Entry {
    /// Bytes of all that it holds.
    fn weight(&self) -> usize {
        let Self {
            media_type,
            etag,
            source_version,
            origin,
            width_px: _,
            height_px: _,
            checked_at: _,
            modified_at: _,
            data,
        } = self;
        size_of::<Self>()
            + [media_type, etag, source_version, origin].into_iter().map(String::len).sum::<usize>()
            + data.len()
    }
}
