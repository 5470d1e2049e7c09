//! The disk tier: a file for each entry.
//!
//! foyer's disk tier was measured first (0.22.6) and does not do what is promised here: after one ENOSPC its flusher
//! panics and the tier stays dead when space returns (8 of 500 later entries were kept); it evicts whole blocks in
//! the order of writing, not entries in the order of use; it holds a file descriptor for each block (640 for
//! 10 GiB); of a burst of 3000 entries of 100 KB it keeps 163. A file for each entry makes each failure that of one
//! entry, takes only the space that is used, and lets the file system be the index.

mod folder;
mod index;
mod reading;
mod writer;

use super::{Entry, Error, Key};
use folder::Folder;
use index::Index;
use std::{
    collections::HashMap,
    io,
    path::PathBuf,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
};
use tokio::sync::oneshot;

/// Bytes of the entries that wait to be written. More than that are not kept: a slow disk must not fill the memory.
const QUEUE_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes of one entry.
const ENTRY_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// One entry takes at most this part of the tier.
const TIER_PARTS: u64 = 8;

/// Space is given to files in blocks of this size by nearly every file system.
const BLOCK_BYTES: u64 = 4096;

/// Stack of the writer thread; it only copies.
const STACK_BYTES: usize = 256 * 1024;

/// The tier.
#[derive(Debug)]
pub(super) struct Disk {
    shared: Arc<Shared>,
    messages: Sender<Message>,
}

#[derive(Debug)]
struct Shared {
    folder: Folder,
    blocks_max: u64,
    index: Mutex<Index>,
    queue: Mutex<Queue>,
}

/// What is not on disk yet. Lookups see it as if it were.
#[derive(Debug, Default)]
struct Queue {
    waiting: HashMap<Key, (u64, Operation)>,
    bytes: usize,
    number: u64,
}

#[derive(Debug, Clone)]
enum Operation {
    Write(Arc<Entry>),
    Remove,
}

enum Message {
    /// Something waits for this key; the number says which of several.
    Changed(Key, u64),
    Flush(oneshot::Sender<()>),
}

impl Operation {
    fn bytes(&self) -> usize {
        match self {
            Self::Write(entry) => entry.weight(),
            Self::Remove => 0,
        }
    }
}

impl Disk {
    /// Opens the tier in `dir`.
    pub(super) async fn open(dir: PathBuf, bytes: u64) -> Result<Self, Error> {
        let told = dir.display().to_string();
        let error = move |error: &dyn std::fmt::Display| Error(format!("folder {told}: {error}"));
        let folder = tokio::task::spawn_blocking(move || Folder::create(&dir))
            .await
            .map_err(|join| error(&join))?
            .map_err(|io| error(&io))?;
        let shared = Arc::new(Shared {
            folder,
            blocks_max: bytes / BLOCK_BYTES,
            index: Mutex::default(),
            queue: Mutex::default(),
        });
        let (messages, received) = mpsc::channel();
        let writer = Arc::clone(&shared);
        thread::Builder::new()
            .name("cache-disk".into())
            .stack_size(STACK_BYTES)
            .spawn(move || writer::run(&writer, &received))
            .map_err(|io| error(&io))?;
        Ok(Self { shared, messages })
    }

    /// The entry, if it is there and whole.
    pub(super) async fn get(&self, key: &Key) -> Option<Arc<Entry>> {
        if let Some(told) = self.waiting(key) {
            return told;
        }
        let (shared, wanted) = (Arc::clone(&self.shared), *key);
        let read =
            tokio::task::spawn_blocking(move || reading::read(&shared.folder.path(&folder::name(&wanted)), &wanted))
                .await;
        self.found(key, read.unwrap_or_else(|join| Err(io::Error::other(join))))
    }

    /// The entry, if it can be had without waiting for the disk. On a busy server most files are in the page cache:
    /// to hand one to another thread and back costs more than to read it.
    pub(super) fn at_hand(&self, key: &Key) -> Option<Arc<Entry>> {
        if let Some(told) = self.waiting(key) {
            return told;
        }
        let read = reading::read_at_hand(self.shared.folder.opened(), &Folder::path_below(&folder::name(key)), key)?;
        self.found(key, read.map(Some))
    }

    /// What the queue says of a key: that its entry is this one, or none; nothing where it does not know the key.
    #[allow(clippy::option_option)] // whether it waits, and what it is to become
    fn waiting(&self, key: &Key) -> Option<Option<Arc<Entry>>> {
        let queue = self.shared.queue();
        let (_, operation) = queue.waiting.get(key)?;
        Some(match operation {
            Operation::Write(entry) => Some(Arc::clone(entry)),
            Operation::Remove => None,
        })
    }

    /// What a file said, as the answer of a lookup; with what is to be done about it.
    fn found(&self, key: &Key, read: io::Result<Option<Entry>>) -> Option<Arc<Entry>> {
        match read {
            Ok(entry) => {
                if entry.is_some() {
                    self.shared.index().touch(&folder::name(key));
                }
                entry.map(Arc::new)
            }
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                metrics::counter!("darkroom_cache_disk_damaged_total").increment(1);
                tracing::warn!(key = hex::encode(key.0), "a damaged entry of the disk cache is dropped");
                self.remove(key);
                None
            }
            Err(error) => {
                trouble("read", &error);
                None
            }
        }
    }

    /// Puts an entry into the queue.
    pub(super) fn insert(&self, key: Key, entry: Arc<Entry>) {
        let bytes = entry.weight();
        let fits = bytes as u64 + BLOCK_BYTES <= ENTRY_BYTES_MAX.min(self.shared.blocks_max * BLOCK_BYTES / TIER_PARTS);
        if fits && self.shared.queue().bytes + bytes <= QUEUE_BYTES_MAX {
            self.enqueue(key, Operation::Write(entry));
        } else {
            if fits {
                metrics::counter!("darkroom_cache_disk_overflow_total").increment(1);
            }
            // What is there from before is older than what could not be kept.
            self.remove(&key);
        }
    }

    /// Forgets an entry, now for lookups and soon on the disk.
    pub(super) fn remove(&self, key: &Key) {
        self.enqueue(*key, Operation::Remove);
    }

    /// Waits until all that was put into the queue before is done.
    pub(super) async fn flush(&self) -> Result<(), Error> {
        let (done, waiting) = oneshot::channel();
        let gone = || Error("the writer of the disk cache is gone".into());
        self.messages.send(Message::Flush(done)).map_err(|_| gone())?;
        waiting.await.map_err(|_| gone())
    }

    /// Bytes that the files take, as it is reckoned.
    #[cfg(test)]
    pub(super) fn indexed_bytes(&self) -> u64 {
        self.shared.index().blocks() * BLOCK_BYTES
    }

    fn enqueue(&self, key: Key, operation: Operation) {
        let mut queue = self.shared.queue();
        queue.number += 1;
        let number = queue.number;
        queue.bytes += operation.bytes();
        if let Some((_, replaced)) = queue.waiting.insert(key, (number, operation)) {
            queue.bytes -= replaced.bytes();
        }
        // Sent under the lock, so that the writer sees the changes of a key in their order.
        if self.messages.send(Message::Changed(key, number)).is_err() {
            drop(queue);
            self.shared.done(&key, number);
        }
    }
}

impl Shared {
    /// What is to be done under this number; nothing if a later one took its place.
    fn operation(&self, key: &Key, number: u64) -> Option<Operation> {
        let queue = self.queue();
        let (waiting, operation) = queue.waiting.get(key)?;
        (*waiting == number).then(|| operation.clone())
    }

    /// Takes it out of the queue, unless a later one took its place.
    fn done(&self, key: &Key, number: u64) {
        let mut queue = self.queue();
        if queue.waiting.get(key).is_some_and(|(waiting, _)| *waiting == number)
            && let Some((_, operation)) = queue.waiting.remove(key)
        {
            queue.bytes -= operation.bytes();
            // The table of a burst is not kept for good.
            if queue.waiting.is_empty() {
                queue.waiting = HashMap::new();
            }
        }
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn blocks(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(BLOCK_BYTES)).unwrap_or(u32::MAX)
}

fn trouble(operation: &'static str, error: &io::Error) {
    metrics::counter!("darkroom_cache_disk_errors_total", "operation" => operation).increment(1);
    tracing::warn!(operation, %error, "trouble with the disk cache");
}
