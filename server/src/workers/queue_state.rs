//! What the queue knows, as plain moves without waiting: jobs in order, slots and what they do.

mod coming;
mod dealing;
mod room;

use super::{
    Config, Error,
    company::Company,
    gathering::Gatherings,
    load::{Kind, ServiceTimes},
    queue::{Census, Reply, SourceName, Work},
    source,
};
use coming::Coming;
pub(super) use dealing::Assigned;
use room::{COMING_FOR, retry_after};
use rustix::fd::OwnedFd;
use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};
use tokio::sync::oneshot;

/// Processes more than may be busy: one that is ready when another is killed.
pub(super) const SPARE_WORKERS: usize = 1;
/// How long a worker is kept that has nothing to do, while there are others.
const OTHERS_IDLE_TIMEOUT: Duration = Duration::from_secs(10);
/// When a worker that is not retired asks again.
const ASK_AGAIN: Duration = Duration::from_hours(1);

/// Why a job is refused at the end.
pub(super) const CLOSING: &str = "the pool is closing";

/// A job that waits for a worker.
#[derive(Debug)]
pub(super) struct Waiting {
    pub id: u64,
    pub work: Work,
    pub kind: Kind,
    pub asked: Instant,
    pub reply: oneshot::Sender<Reply>,
    /// A worker already died before it took this job.
    pub is_retry: bool,
    /// Set when a worker is given the job.
    pub has_begun: Arc<AtomicBool>,
    /// The others that it came with, by their number.
    pub gathering: Option<u64>,
    /// What its source was found by.
    pub name: Option<SourceName>,
    /// It waits for nobody else who fetches the same source.
    pub is_alone: bool,
}

/// What a slot's worker does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Activity {
    /// There is none, and no work for it.
    Asleep,
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
    /// Jobs on one source.
    assigned: Assigned,
    /// The source that its worker has, with what was made of it.
    source: Option<source::Number>,
    /// Since when it is idle or busy.
    since: Instant,
    /// What its jobs were expected to take, in seconds.
    expected_seconds: f64,
}

/// The state behind the queue's lock.
#[derive(Debug)]
pub(super) struct State {
    busy_max: usize,
    waiting_max: usize,
    wait_max: Duration,
    /// Workers that are never retired.
    kept: usize,
    idle_timeout: Duration,
    waiting: VecDeque<Waiting>,
    /// Those who fetch what they will queue for: since when, and for which kind of job. Ids rise with the time.
    coming: BTreeMap<u64, Coming>,
    company: Company,
    gatherings: Gatherings,
    slots: Vec<Slot>,
    /// Idle slots, the last used one last: it is taken first, its memory is warm.
    idle: Vec<usize>,
    busy: usize,
    next_id: u64,
    times: ServiceTimes,
    last_job: Option<Instant>,
    /// A job needed libvips, so that others will.
    wants_libvips: bool,
    trouble: String,
    is_closing: bool,
}

impl State {
    /// A state without processes; the slots of those that are wanted at once are told so by their first look.
    pub(super) fn new(config: &Config, wakes: Vec<Arc<OwnedFd>>) -> Self {
        let slot = |wake| Slot {
            wake,
            activity: Activity::Asleep,
            process_id: None,
            assigned: Assigned::default(),
            source: None,
            since: Instant::now(),
            expected_seconds: 0.0,
        };
        let mut state = Self {
            busy_max: config.workers.max(1),
            waiting_max: config.queue,
            wait_max: config.queue_wait,
            kept: config.workers_kept,
            idle_timeout: config.idle_timeout,
            waiting: VecDeque::new(),
            coming: BTreeMap::new(),
            company: Company::default(),
            gatherings: Gatherings::default(),
            slots: wakes.into_iter().map(slot).collect(),
            idle: Vec::new(),
            busy: 0,
            next_id: 0,
            times: ServiceTimes::default(),
            last_job: None,
            wants_libvips: false,
            trouble: String::new(),
            is_closing: false,
        };
        // Only those that are kept: one more is ready in the time that a rendition takes.
        state.rouse(0);
        state
    }

    /// The number of a gathering of so many jobs.
    pub(super) fn gather(&mut self, jobs: u32) -> u64 {
        let number = self.next_id();
        self.gatherings.begin(number, jobs);
        number
    }

    /// One more of a gathering is in the queue, or will not come.
    pub(super) fn arrived(&mut self, gathering: u64) {
        self.gatherings.arrived(gathering);
        self.assign();
    }

    /// Those of a gathering who are in the queue wait for the others no longer.
    pub(super) fn set_off(&mut self, gathering: u64) {
        self.gatherings.set_off(gathering);
        self.assign();
    }

    /// Puts a job in the queue, or says at once why not. Who was let in lately is not refused, nor who `is_expected`:
    /// because a worker died, or with others who were let in.
    pub(super) fn admit(
        &mut self,
        announced: Option<u64>,
        is_expected: bool,
        now: Instant,
        waiting: impl FnOnce(u64) -> Waiting,
    ) -> Result<u64, Error> {
        let announced = announced.and_then(|id| self.arrive(id));
        if is_expected || announced.is_some_and(|coming| now.saturating_duration_since(coming.since) < COMING_FOR) {
            self.check_open()?;
        } else {
            self.check_room(now)?;
        }
        let id = self.next_id();
        self.waiting.push_back(waiting(id));
        self.assign();
        Ok(id)
    }

    fn next_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
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
        self.remove(id).then(|| retry_after(self.expected_wait(Instant::now())))
    }

    /// The slot's worker takes jobs.
    pub(super) fn ready(&mut self, slot: usize, process_id: u32) {
        if let Some(entry) = self.slots.get_mut(slot) {
            entry.activity = Activity::Idle;
            entry.process_id = Some(process_id);
            entry.source = None;
            entry.since = Instant::now();
            self.idle.push(slot);
        }
        self.assign();
    }

    /// The jobs that were given to the slot.
    pub(super) fn take(&mut self, slot: usize) -> Assigned {
        self.slots.get_mut(slot).map(|slot| std::mem::take(&mut slot.assigned)).unwrap_or_default()
    }

    /// The slot's worker has let go of its source.
    pub(super) fn let_go(&mut self, slot: usize) {
        if let Some(entry) = self.slots.get_mut(slot) {
            entry.source = None;
        }
    }

    /// One job of this kind took so long.
    pub(super) fn note(&mut self, kind: Kind, took: Duration) {
        self.times.note(kind, took);
    }

    /// The slot's worker is done with its jobs.
    pub(super) fn finished(&mut self, slot: usize) {
        if let Some(entry) = self.slots.get_mut(slot)
            && entry.activity == Activity::Busy
        {
            entry.activity = Activity::Idle;
            entry.since = Instant::now();
            self.busy = self.busy.saturating_sub(1);
            self.last_job = Some(entry.since);
            self.idle.push(slot);
        }
        self.assign();
    }

    /// The slot's worker has had nothing to do until now. It is retired, or told when to ask again.
    pub(super) fn retire(&mut self, slot: usize, now: Instant) -> Result<(), Instant> {
        let up = self.slots.iter().filter(|slot| slot.is_up()).count();
        let Some(entry) = self.slots.get_mut(slot).filter(|entry| entry.activity == Activity::Idle) else {
            return Err(now + ASK_AGAIN); // it has a job, and was woken for it
        };
        let until = match self.last_job {
            _ if up <= self.kept => now + ASK_AGAIN,
            // The last one waits for the next visitor, when there was one.
            Some(last_job) if up == 1 => last_job + self.idle_timeout,
            _ => entry.since + self.idle_timeout.min(OTHERS_IDLE_TIMEOUT),
        };
        if now < until {
            return Err(until);
        }
        entry.activity = Activity::Asleep;
        entry.process_id = None;
        self.idle.retain(|idle| *idle != slot);
        self.wants_libvips &= up > 1;
        Ok(())
    }

    /// A job needed libvips: the other workers load it while they have nothing to do, and those that come. It is
    /// forgotten when none is left.
    pub(super) fn want_libvips(&mut self) {
        if !self.wants_libvips {
            self.wants_libvips = true;
            self.idle.iter().filter_map(|slot| self.slots.get(*slot)).for_each(Slot::wake);
        }
    }

    /// Whether idle workers are to load libvips.
    pub(super) fn wants_libvips(&self) -> bool {
        self.wants_libvips
    }

    /// Whether the slot needs no worker for now.
    pub(super) fn is_asleep(&self, slot: usize) -> bool {
        self.slots.get(slot).is_some_and(|slot| slot.activity == Activity::Asleep)
    }

    /// The slot's worker is gone. Jobs that it was given and did not take are the next ones of another slot.
    pub(super) fn gone(&mut self, slot: usize) {
        self.idle.retain(|idle| *idle != slot);
        if let Some(entry) = self.slots.get_mut(slot) {
            if entry.activity == Activity::Busy {
                self.busy = self.busy.saturating_sub(1);
            }
            entry.activity = Activity::Starting;
            entry.process_id = None;
            entry.source = None;
            let assigned = std::mem::take(&mut entry.assigned);
            self.put_back(assigned.jobs);
        }
        self.assign();
    }

    /// Puts jobs back as the next ones.
    pub(super) fn put_back(&mut self, jobs: Vec<Waiting>) {
        for waiting in jobs.into_iter().rev() {
            self.waiting.push_front(waiting);
        }
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
        if self.has_failed() {
            let trouble = self.trouble.clone();
            self.refuse_all(&trouble);
        }
        self.assign(); // others may be asleep
    }

    /// Whether no slot could start its worker.
    pub(super) fn has_failed(&self) -> bool {
        self.slots.iter().all(|slot| slot.activity == Activity::Failed)
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
    pub(super) fn sources(&self) -> usize {
        self.slots.iter().filter(|slot| slot.source.is_some()).count()
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Counts the slots; `threads` is not known here.
    pub(super) fn census(&self) -> Census {
        let count = |activity| self.slots.iter().filter(|slot| slot.activity == activity).count();
        Census {
            threads: 0,
            alive: count(Activity::Idle) + count(Activity::Busy),
            starting: count(Activity::Starting),
            failed: count(Activity::Failed),
        }
    }

    /// Gives waiting jobs to idle slots, and has workers started where too few are up.
    fn assign(&mut self) {
        while self.busy < self.busy_max
            && let Some((index, assigned)) = self.deal(Instant::now())
        {
            let expected_seconds = assigned.jobs.iter().map(|waiting| self.times.expected(waiting.kind)).sum();
            let Some(slot) = self.slots.get_mut(index) else { break };
            slot.source = assigned.jobs.first().map(|first| first.work.source.number());
            slot.assigned = assigned;
            slot.activity = Activity::Busy;
            slot.since = Instant::now();
            slot.expected_seconds = expected_seconds;
            slot.wake();
            self.busy += 1;
        }
        // Where one job is, others follow: a page has more than one picture. To start a worker takes as long as to make
        // a rendition, so all of them are started before they are needed; the spare one, when jobs wait.
        let jobs = self.busy + self.waiting.len();
        let spare = if self.busy == self.busy_max && !self.waiting.is_empty() { SPARE_WORKERS } else { 0 };
        self.rouse(if jobs == 0 { 0 } else { self.busy_max + spare });
        self.note_length();
    }

    /// Has workers started until so many are up, or on their way.
    fn rouse(&mut self, wanted: usize) {
        let up = self.slots.iter().filter(|slot| slot.is_up()).count();
        let missing = wanted.max(self.kept).saturating_sub(up);
        for slot in self.slots.iter_mut().filter(|slot| slot.activity == Activity::Asleep).take(missing) {
            slot.activity = Activity::Starting;
            slot.wake();
        }
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
    /// Whether it has a worker, or will have one soon.
    fn is_up(&self) -> bool {
        matches!(self.activity, Activity::Starting | Activity::Idle | Activity::Busy)
    }

    fn wake(&self) {
        let _ = rustix::io::write(&self.wake, &1_u64.to_ne_bytes()); // it can only be full of wake-ups
    }
}

#[cfg(test)]
mod tests;
