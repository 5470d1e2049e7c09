//! The one thread that changes files.

use super::{BLOCK_BYTES, Message, Operation, Shared, blocks, folder, index::Name, trouble};
use crate::cache::{Entry, Key, format};
use std::{
    fs::File,
    io,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    time::Duration,
};

/// How soon the right to write is tried for again when another one has it: soon at first, because it may be on its way
/// out, and then less and less often.
const LOCK_INTERVAL_MIN: Duration = Duration::from_millis(5);
/// See [`LOCK_INTERVAL_MIN`].
const LOCK_INTERVAL_MAX: Duration = Duration::from_millis(500);

/// Runs until the cache is dropped. First it finds out what is there; until then writes wait, up to their bound, and
/// lookups go on, since they find a file by its name.
pub(super) fn run(shared: &Arc<Shared>, messages: &Receiver<Message>) {
    let Some(_lock) = wait_for_lock(shared, messages) else {
        return;
    };
    if let Err(error) = shared.folder.delete_other_versions().and_then(|()| fill(shared)) {
        trouble("scan", &error);
    }
    make_room(shared, 0);
    while let Ok(message) = messages.recv() {
        match message {
            Message::Changed(key, number) => change(shared, &key, number),
            Message::Flush(done) => {
                let _ = done.send(()); // whoever asked may have gone
            }
        }
        #[allow(clippy::cast_precision_loss)] // a gauge
        metrics::gauge!("darkroom_cache_disk_bytes").set((shared.index().blocks() * BLOCK_BYTES) as f64);
    }
}

/// During a restart the old process may still be writing. Until it ends this one only reads and deletes.
fn wait_for_lock(shared: &Shared, messages: &Receiver<Message>) -> Option<File> {
    let mut told = false;
    let mut interval = LOCK_INTERVAL_MIN;
    loop {
        match shared.folder.lock() {
            Ok(Some(lock)) => return Some(lock),
            Ok(None) if told || interval < LOCK_INTERVAL_MAX => {}
            Ok(None) => {
                told = true;
                tracing::warn!("another process writes this disk cache; waiting until it ends");
            }
            Err(error) => trouble("lock", &error),
        }
        interval = (2 * interval).min(LOCK_INTERVAL_MAX);
        match messages.recv_timeout(interval) {
            Ok(Message::Changed(key, number)) => {
                if let Some(Operation::Remove) = shared.operation(&key, number) {
                    delete(shared, &folder::name(&key));
                }
                shared.done(&key, number);
            }
            Ok(Message::Flush(done)) => {
                let _ = done.send(()); // as above
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

/// Enters the files of earlier runs, the least recently used first.
fn fill(shared: &Shared) -> io::Result<()> {
    let start = std::time::Instant::now();
    let mut all = shared.folder.scan()?;
    all.sort_unstable_by_key(|found| found.used);
    let mut index = shared.index();
    for found in &all {
        index.insert(found.name, blocks(found.bytes));
    }
    tracing::info!(
        entries = all.len(),
        bytes = index.blocks() * BLOCK_BYTES,
        elapsed = ?start.elapsed(),
        "the disk cache is open"
    );
    Ok(())
}

fn change(shared: &Shared, key: &Key, number: u64) {
    match shared.operation(key, number) {
        Some(Operation::Write(entry)) => write(shared, key, &entry),
        Some(Operation::Remove) => delete(shared, &folder::name(key)),
        None => {} // a later one for the same key is in the queue
    }
    shared.done(key, number);
}

fn write(shared: &Shared, key: &Key, entry: &Entry) {
    let name = folder::name(key);
    let Some(head) = format::head(key, entry) else {
        return;
    };
    let blocks = blocks((head.len() + entry.data.len()) as u64);
    // Before the write, so that the bound holds at every moment.
    make_room(shared, u64::from(blocks));
    match shared.folder.write(&name, [&head, &entry.data]) {
        Ok(()) => shared.index().insert(name, blocks),
        Err(error) => {
            trouble("write", &error);
            // What an earlier write left there is not what was to be kept.
            delete(shared, &name);
        }
    }
}

fn delete(shared: &Shared, name: &Name) {
    if let Err(error) = shared.folder.delete(name) {
        trouble("delete", &error);
    }
    shared.index().remove(name);
}

fn make_room(shared: &Shared, blocks: u64) {
    loop {
        let oldest = {
            let index = shared.index();
            if index.blocks() + blocks <= shared.blocks_max {
                return;
            }
            index.oldest()
        };
        let Some(name) = oldest else { return };
        delete(shared, &name);
    }
}
