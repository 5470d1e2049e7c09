//! The memory tier.

use super::{Entry, Key};
use foyer::{CacheBuilder, S3FifoConfig};
use std::{
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

/// Locks between which keys are spread, at most.
const SHARDS_MAX: u64 = 8;

/// A shard has no fewer bytes than this, so that large renditions fit into one.
const SHARD_BYTES_MIN: u64 = 32 * 1024 * 1024;

/// One entry takes at most this part of its shard: it must not push out all others.
const SHARD_PARTS: u64 = 2;

/// What an entry costs beside its own bytes: key, links, counters, its place in the table.
const OVERHEAD_BYTES: usize = 256;

/// Entries in memory, bounded in bytes. S3-FIFO keeps what was asked for twice over what was asked for once, so a
/// crawler that asks for everything does not empty it.
#[derive(Debug)]
pub(super) struct Memory {
    entries: foyer::Cache<Key, Arc<Entry>, BuildHasherDefault<DigestHasher>>,
}

impl Memory {
    /// Holds at most `bytes`.
    pub(super) fn new(bytes: u64) -> Self {
        let shards = (bytes / SHARD_BYTES_MIN).clamp(1, SHARDS_MAX);
        let entry_bytes_max = usize::try_from(bytes / shards / SHARD_PARTS).unwrap_or(usize::MAX);
        let entries = CacheBuilder::new(usize::try_from(bytes).unwrap_or(usize::MAX))
            .with_shards(usize::try_from(shards).unwrap_or(1))
            .with_eviction_config(S3FifoConfig::default())
            .with_hash_builder(BuildHasherDefault::default())
            .with_weighter(|_: &Key, entry: &Arc<Entry>| entry.weight() + OVERHEAD_BYTES)
            .with_filter(move |_: &Key, entry: &Arc<Entry>| entry.weight() + OVERHEAD_BYTES <= entry_bytes_max)
            .build();
        Self { entries }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        self.entries.get(key).map(|entry| Arc::clone(entry.value()))
    }

    pub(super) fn insert(&self, key: Key, entry: Arc<Entry>) {
        self.entries.insert(key, entry);
    }

    pub(super) fn remove(&self, key: &Key) {
        self.entries.remove(key);
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.entries.usage()
    }
}

/// A key is a digest already: its last eight bytes are as good as any hash of it.
#[derive(Debug, Default)]
pub(super) struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(last) = bytes.last_chunk() {
            self.0 = u64::from_le_bytes(*last);
        }
    }

    fn write_usize(&mut self, _length: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}
