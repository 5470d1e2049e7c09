//! What the queue knows, as plain moves without waiting: jobs in order, slots and what they do.

use super::{
    Error,
    queue::{Census, Reply, Work},
};
use rustix::fd::OwnedFd;
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Bounds of the advice when to come again.
const RETRY_AFTER: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30);
/// Weight of the newest job in the average that the advice is made of.
const NEWEST_WEIGHT: f64 = 0.1;

/// Why a job is refused at the end.
pub(super) const CLOSING: &str = "the pool is closing";

/// A job that waits for a worker.
#[derive(Debug)]
pub(super) struct Waiting {
    pub id: u64,
    pub work: Work,
    pub asked: Instant,
    pub reply: oneshot::Sender<Reply>,
    /// A worker already died before it took this job.
    pub is_retry: bool,
}

/// What a slot's worker does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Activity {
    Starting,
    Idle,
    Busy,
    Failed,
}

#[derive(Debug)]
struct Slot {
    wake: Arc<OwnedFd>,
    activity: Activity,
    process_id: Option<u32>,
    assigned: Option<Waiting>,
}

/// The state behind the queue's lock.
#[derive(Debug)]
pub(super) struct State {
    busy_max: usize,
    waiting_max: usize,
    waiting: VecDeque<Waiting>,
    slots: Vec<Slot>,
    /// Idle slots, the last used one last: it is taken first, its memory is warm.
    idle: Vec<usize>,
    busy: usize,
    next_id: u64,
    job_seconds: f64,
    trouble: String,
    is_closing: bool,
}

impl State {
    pub(super) fn new(busy_max: usize, waiting_max: usize, wakes: Vec<Arc<OwnedFd>>) -> Self {
        let slots = wakes
            .into_iter()
            .map(|wake| Slot { wake, activity: Activity::Starting, process_id: None, assigned: None })
            .collect();
        Self {
            busy_max,
            waiting_max,
            waiting: VecDeque::new(),
            slots,
            idle: Vec::new(),
            busy: 0,
            next_id: 0,
            job_seconds: 0.1,
            trouble: String::new(),
            is_closing: false,
        }
    }

    /// Puts a job in the queue, or says at once why not.
    pub(super) fn admit(&mut self, waiting: impl FnOnce(u64) -> Waiting) -> Result<u64, Error> {
        if self.is_closing {
            return Err(Error::Unavailable(CLOSING.into()));
        }
        if self.slots.iter().all(|slot| slot.activity == Activity::Failed) {
            return Err(Error::Unavailable(self.trouble.clone()));
        }
        let at_once = self.idle.len().min(self.busy_max.saturating_sub(self.busy));
        if self.waiting.len() >= self.waiting_max + at_once {
            return Err(Error::Overloaded { retry_after: self.retry_after() });
        }
        let id = self.next_id;
        self.next_id += 1;
        self.waiting.push_back(waiting(id));
        self.assign();
        Ok(id)
    }

    /// Takes a job out of the queue. False when a worker has it.
    pub(super) fn remove(&mut self, id: u64) -> bool {
        let place = self.waiting.iter().position(|waiting| waiting.id == id);
        let removed = place.and_then(|place| self.waiting.remove(place));
        self.note_length();
        removed.is_some()
    }

    /// Takes a job out of the queue whose wait was too long, and says when to come again. Nothing when a
    /// worker has it.
    pub(super) fn give_up(&mut self, id: u64) -> Option<Duration> {
        self.remove(id).then(|| self.retry_after())
    }

    /// When the queue as it is will have been worked off.
    pub(super) fn retry_after(&self) -> Duration {
        #[allow(clippy::cast_precision_loss)] // a queue is not as long as 2^52
        let seconds = self.job_seconds * (self.waiting.len() + 1) as f64 / self.busy_max as f64;
        let seconds = Duration::try_from_secs_f64(seconds.ceil()).unwrap_or(*RETRY_AFTER.end());
        seconds.clamp(*RETRY_AFTER.start(), *RETRY_AFTER.end())
    }

    /// The slot's worker takes jobs.
    pub(super) fn ready(&mut self, slot: usize, process_id: u32) {
        if let Some(entry) = self.slots.get_mut(slot) {
            entry.activity = Activity::Idle;
            entry.process_id = Some(process_id);
            self.idle.push(slot);
        }
        self.assign();
    }

    /// The job that was given to the slot.
    pub(super) fn take(&mut self, slot: usize) -> Option<Waiting> {
        self.slots.get_mut(slot)?.assigned.take()
    }

    /// The slot's worker is done with its job, after this long.
    pub(super) fn finished(&mut self, slot: usize, took: Option<Duration>) {
        if let Some(took) = took {
            self.job_seconds += (took.as_secs_f64() - self.job_seconds) * NEWEST_WEIGHT;
        }
        if let Some(entry) = self.slots.get_mut(slot)
            && entry.activity == Activity::Busy
        {
            entry.activity = Activity::Idle;
            self.busy = self.busy.saturating_sub(1);
            self.idle.push(slot);
        }
        self.assign();
    }

    /// The slot's worker is gone. A job that it was given and did not take is the next one of another slot.
    pub(super) fn gone(&mut self, slot: usize) {
        self.idle.retain(|idle| *idle != slot);
        if let Some(entry) = self.slots.get_mut(slot) {
            if entry.activity == Activity::Busy {
                self.busy = self.busy.saturating_sub(1);
            }
            entry.activity = Activity::Starting;
            entry.process_id = None;
            if let Some(waiting) = entry.assigned.take() {
                self.put_back(waiting);
            }
        }
        self.assign();
    }

    /// Puts a job back as the next one.
    pub(super) fn put_back(&mut self, waiting: Waiting) {
        self.waiting.push_front(waiting);
        if self.is_closing {
            self.refuse_all(CLOSING); // no slot will look at the queue again
        }
        self.assign();
    }

    /// The slot's worker could not be started. When none can, nobody waits.
    pub(super) fn failed(&mut self, slot: usize, trouble: String) {
        self.trouble = trouble;
        if let Some(entry) = self.slots.get_mut(slot) {
            entry.activity = Activity::Failed;
        }
        if self.slots.iter().all(|slot| slot.activity == Activity::Failed) {
            let trouble = self.trouble.clone();
            self.refuse_all(&trouble);
        }
    }

    /// Refuses what waits and what comes, and wakes all slots so that they see it.
    pub(super) fn close(&mut self) {
        self.is_closing = true;
        self.refuse_all(CLOSING);
        self.slots.iter().for_each(Slot::wake);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.is_closing
    }

    /// Why the last start failed.
    pub(super) fn trouble(&self) -> &str {
        &self.trouble
    }

    pub(super) fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The slot's eventfd.
    pub(super) fn wake_of(&self, slot: usize) -> Option<Arc<OwnedFd>> {
        self.slots.get(slot).map(|slot| Arc::clone(&slot.wake))
    }

    pub(super) fn process_ids(&self) -> Vec<u32> {
        self.slots.iter().filter_map(|slot| slot.process_id).collect()
    }

    #[cfg(test)]
    pub(super) fn busy(&self) -> usize {
        self.busy
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Counts the slots; `threads` is not known here.
    pub(super) fn census(&self) -> Census {
        let count = |activity| self.slots.iter().filter(|slot| slot.activity == activity).count();
        Census { threads: 0, alive: count(Activity::Idle) + count(Activity::Busy), failed: count(Activity::Failed) }
    }

    /// Gives waiting jobs to idle slots, in order.
    fn assign(&mut self) {
        while self.busy < self.busy_max && !self.waiting.is_empty() {
            let Some(slot) = self.idle.pop().and_then(|slot| self.slots.get_mut(slot)) else {
                break;
            };
            slot.assigned = self.waiting.pop_front();
            slot.activity = Activity::Busy;
            slot.wake();
            self.busy += 1;
        }
        self.note_length();
    }

    fn refuse_all(&mut self, trouble: &str) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.reply.send(Err(Error::Unavailable(trouble.to_owned()))); // nobody may be there
        }
        self.note_length();
    }

    fn note_length(&self) {
        #[allow(clippy::cast_precision_loss)]
        metrics::gauge!("darkroom_worker_queue_length").set(self.waiting.len() as f64);
    }
}

impl Slot {
    fn wake(&self) {
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes()); // it can only be full of wake-ups
    }
}
