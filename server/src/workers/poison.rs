//! The list of jobs that kill workers. The same image with the same transformation that killed two workers
//! is answered from this list for a while: otherwise one URL, asked for again and again, would keep all
//! workers dying.

use super::Error;
use aws_lc_rs::digest;
use darkroom_engine as engine;
use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Deaths after which a job is refused.
const DEATHS: u32 = 2;
/// How long a job is refused after its last death, and how long a death is remembered.
const REFUSED_FOR: Duration = Duration::from_mins(10);
/// Jobs on the list; the oldest goes first.
const ENTRIES_MAX: usize = 1024;

/// The source of a job, and what its layers use.
pub(super) type Images<'i> = (&'i [u8], &'i engine::Resources);

/// The list.
#[derive(Debug, Default)]
pub(super) struct PoisonList {
    entries: Mutex<VecDeque<Entry>>,
}

#[derive(Debug)]
struct Entry {
    source_bytes: usize,
    digest: Vec<u8>,
    deaths: u32,
    last_death: Instant,
    error: Error,
}

impl PoisonList {
    /// Whether the digest is worth computing: nearly every job is let through by its size alone.
    pub(super) fn suspects(&self, source: &[u8], now: Instant) -> bool {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| now.saturating_duration_since(entry.last_death) < REFUSED_FOR);
        entries.iter().any(|entry| entry.deaths >= DEATHS && entry.source_bytes == source.len())
    }

    /// The error that the job of this [`digest_of`] ends with, when it is known to kill workers.
    pub(super) fn refusal(&self, digest: &[u8]) -> Option<Error> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().find(|entry| entry.deaths >= DEATHS && entry.digest == digest).map(|entry| entry.error.clone())
    }

    /// A worker died of this job.
    pub(super) fn record(&self, job: &[u8], (source, resources): Images<'_>, error: &Error, now: Instant) {
        let digest = digest_of(job, (source, resources));
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.iter_mut().find(|entry| entry.digest == digest) {
            entry.deaths += 1;
            entry.last_death = now;
            entry.error = error.clone();
            return;
        }
        if entries.len() == ENTRIES_MAX {
            entries.pop_front();
        }
        entries.push_back(Entry {
            source_bytes: source.len(),
            digest,
            deaths: 1,
            last_death: now,
            error: error.clone(),
        });
    }
}

/// What a job is known by.
pub(super) fn digest_of(job: &[u8], (source, resources): Images<'_>) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(&job.len().to_le_bytes()); // so that no job and source read like another job and source
    context.update(job);
    context.update(&source.len().to_le_bytes());
    context.update(source);
    for (path, bytes) in resources.iter() {
        context.update(&[path.len().to_le_bytes(), bytes.len().to_le_bytes()].concat());
        context.update(path.as_bytes());
        context.update(bytes);
    }
    context.finish().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    fn images(source: &[u8]) -> Images<'_> {
        static NONE: LazyLock<engine::Resources> = LazyLock::new(engine::Resources::default);
        (source, &NONE)
    }

    #[test]
    fn two_deaths_refuse_the_same_job_and_no_other() {
        let list = PoisonList::default();
        let now = Instant::now();
        list.record(b"job", images(b"source"), &Error::Crashed, now);
        assert!(!list.suspects(b"source", now));
        assert_eq!(list.refusal(&digest_of(b"job", images(b"source"))), None);
        list.record(b"job", images(b"source"), &Error::Crashed, now);
        assert!(list.suspects(b"source", now) && list.suspects(b"ecruos", now) && !list.suspects(b"other source", now));
        assert_eq!(list.refusal(&digest_of(b"job", images(b"source"))), Some(Error::Crashed));
        assert_eq!(list.refusal(&digest_of(b"job", images(b"ecruos"))), None);
        assert_eq!(list.refusal(&digest_of(b"jobs", images(b"ource"))), None);
        let mended: engine::Resources =
            [("logo".to_owned(), bytes::Bytes::from_static(b"mended"))].into_iter().collect();
        assert_eq!(list.refusal(&digest_of(b"job", (b"source", &mended))), None, "another layer, another job");
    }

    #[test]
    fn a_refusal_ends_and_the_list_is_bounded() {
        let list = PoisonList::default();
        let now = Instant::now();
        for _ in 0..DEATHS {
            list.record(b"job", images(b"source"), &Error::Crashed, now);
        }
        assert!(!list.suspects(b"source", now + REFUSED_FOR));
        assert_eq!(list.refusal(&digest_of(b"job", images(b"source"))), None);
        for number in 0..2 * ENTRIES_MAX {
            list.record(b"job", images(&number.to_le_bytes()), &Error::Crashed, now);
        }
        assert_eq!(list.entries.lock().unwrap().len(), ENTRIES_MAX);
    }
}
