//! A slot: one thread that keeps one worker process alive while there is work for it, and gives it jobs on one source
//! at a time.
//!
//! A thread of its own, because the kernel kills a worker when the *thread* that started it ends
//! (`PR_SET_PDEATHSIG`), and threads of an async runtime come and go. It also makes the order of work a list:
//! start → wait → run → answer → kill, keep or retire.

use super::{
    Config, Error,
    answered::Answered,
    backoff::Backoff,
    message::Setup,
    process::{Ending, Event, Launch, Worker},
    queue::{self, Queue, Work},
    queue_state::{Assigned, CLOSING, SPARE_WORKERS, Waiting},
};
use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll},
    fd::OwnedFd,
};
use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

/// The longest rendition, in bytes. Larger than any that the engine's limits allow in a format for the web.
const RENDITION_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// For how long a worker that has nothing to do keeps its last source, and what it made of it. The requests of a page
/// follow each other sooner.
const SOURCE_KEPT_FOR: Duration = Duration::from_secs(1);
/// A worker that ends without a job before it is this old counts as one that could not be started.
const SETTLED: Duration = Duration::from_secs(1);

/// A queue with slots enough for `config`.
pub(super) fn queue_for(config: &Config) -> Result<Queue, Error> {
    let mut wakes = Vec::new();
    for _ in 0..config.workers.max(1).saturating_add(SPARE_WORKERS) {
        wakes.push(Arc::new(new_wake()?));
    }
    let setup = Setup {
        memory_bytes: config.memory_bytes,
        rendition_bytes_max: RENDITION_BYTES_MAX,
        limits: config.limits_in_worker(),
        tries_libvips: false,
    };
    let launch = Launch { program: config.program.clone(), setup };
    Ok(Queue::new(config, launch, wakes))
}

/// Gives each slot its thread.
pub(super) fn spawn_threads(queue: &Arc<Queue>) -> Result<(), Error> {
    for slot in 0..queue.state().slots() {
        let queue = Arc::clone(queue);
        queue.count_thread(true);
        let thread = Thread { queue, slot };
        std::thread::Builder::new()
            .name(format!("worker-slot-{slot}"))
            .spawn(move || thread.run())
            .map_err(|error| Error::Unavailable(format!("no thread: {error}")))?;
    }
    Ok(())
}

/// Starts one more worker, which loads libvips and is ended then: a machine without it is told of at the start, not by
/// the first picture that needs it, and neither the server nor the workers have to hold it for that. Gives its version.
pub(super) fn try_libvips(launch: &Launch) -> Result<String, Error> {
    let setup = Setup { tries_libvips: true, ..launch.setup.clone() };
    let launch = Launch { setup, ..launch.clone() };
    let wake = new_wake()?;
    let worker = Worker::start(&launch, &wake, &|| false).map_err(Error::Unavailable)?;
    match &worker.libvips {
        Some(Ok(version)) => Ok(version.clone()),
        Some(Err(trouble)) => Err(Error::Unavailable(trouble.clone())),
        None => Err(Error::Unavailable("a worker did not say whether there is a libvips".into())),
    }
}

fn new_wake() -> Result<OwnedFd, Error> {
    eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
        .map_err(|error| Error::Unavailable(format!("no eventfd: {error}")))
}

/// What comes of the end of a job.
struct Verdict {
    /// What its caller is told; nothing when another worker has to try.
    result: Option<Result<Answered, Error>>,
    /// Why the worker has to go.
    reason: Option<&'static str>,
    /// The job may be what the worker died of.
    is_suspect: bool,
}

/// Counts itself out when it ends, in whichever way.
struct Thread {
    queue: Arc<Queue>,
    slot: usize,
}

impl Drop for Thread {
    fn drop(&mut self) {
        self.queue.change(|state| state.gone(self.slot));
        self.queue.count_thread(false);
    }
}

impl Thread {
    fn run(self) {
        let Some(wake) = self.queue.state().wake_of(self.slot) else {
            return;
        };
        let mut backoff = Backoff::default();
        while !self.is_closing() {
            if self.queue.state().is_asleep(self.slot) {
                self.sleep(None, &wake);
                continue;
            }
            let started = Instant::now();
            let trouble = match Worker::start(&self.queue.launch, &wake, &|| self.is_closing()) {
                Ok(worker) => {
                    self.log_missing_isolation(&worker.missing);
                    metrics::counter!("darkroom_worker_starts_total").increment(1);
                    let is_sound = self.serve(worker, &wake);
                    if is_sound || started.elapsed() > SETTLED {
                        backoff.reset();
                        continue;
                    }
                    "it ended as soon as it was ready".to_owned()
                }
                Err(trouble) => trouble,
            };
            if self.is_closing() {
                break;
            }
            let wait = backoff.next();
            tracing::error!(trouble, retry_ms = wait.as_millis(), "a worker could not be started");
            metrics::counter!("darkroom_worker_start_failures_total").increment(1);
            self.queue.change(|state| state.failed(self.slot, trouble));
            self.sleep(Some(wait), &wake);
        }
    }

    /// Gives jobs to a worker until it has to be replaced or is not needed. Says whether it did what it is for.
    fn serve(&self, mut worker: Worker, wake: &OwnedFd) -> bool {
        self.queue.change(|state| state.ready(self.slot, worker.id()));
        let mut is_sound = false;
        let mut ask_at = Instant::now();
        let reason = loop {
            if self.is_closing() {
                break None;
            }
            let next = self.queue.state().take(self.slot);
            if next.jobs.is_empty() {
                if !worker.has_libvips && self.queue.state().wants_libvips() {
                    worker.load_libvips();
                }
                let let_go_at = worker.source_since().map(|since| since + SOURCE_KEPT_FOR);
                match worker.idle(wake, Some(let_go_at.map_or(ask_at, |let_go_at| let_go_at.min(ask_at)))) {
                    Event::Wake => continue,
                    Event::Socket => break Some("died_idle"),
                    Event::Deadline if let_go_at.is_some_and(|let_go_at| let_go_at <= Instant::now()) => {
                        // First the word that it has it no more, so that no job comes for it.
                        self.queue.state().let_go(self.slot);
                        worker.let_go();
                    }
                    Event::Deadline => match self.queue.change(|state| state.retire(self.slot, Instant::now())) {
                        Ok(()) => {
                            metrics::counter!("darkroom_worker_restarts_total", "reason" => "retired").increment(1);
                            return true;
                        }
                        Err(later) => ask_at = later,
                    },
                }
                continue;
            }
            is_sound = true;
            if let Some(reason) = self.run_order(&mut worker, next, wake) {
                break Some(reason);
            }
            ask_at = Instant::now();
        };
        // First the place in the queue, then the kill: the next job does not wait for the end of this worker.
        self.queue.change(|state| state.gone(self.slot));
        if let Some(reason) = reason {
            metrics::counter!("darkroom_worker_restarts_total", "reason" => reason).increment(1);
        }
        drop(worker);
        is_sound
    }

    /// Runs jobs on one source and answers their callers. A reason means that the worker has to go; jobs that it had
    /// not begun are put back, and another worker takes them.
    fn run_order(&self, worker: &mut Worker, assigned: Assigned, wake: &OwnedFd) -> Option<&'static str> {
        let Assigned { jobs, expected } = assigned;
        let mut jobs: VecDeque<Waiting> = jobs.into_iter().filter(|waiting| !waiting.reply.is_closed()).collect();
        let mut trouble = jobs.front().and_then(|first| {
            let is_held = worker.has(&first.work.source);
            let order = match queue::order(&first.work, is_held, expected, jobs.iter().map(|waiting| &waiting.work)) {
                Ok(order) => order,
                Err(error) => return Some(Ending::Unable(error.to_string())),
            };
            for waiting in &jobs {
                waiting.has_begun.store(true, Ordering::Relaxed);
            }
            metrics::counter!("darkroom_worker_orders_total").increment(1);
            if is_held {
                metrics::counter!("darkroom_worker_sources_shared_total").increment(1);
            }
            worker.give(&order, (&first.work.source, &first.work.resources)).err()
        });
        while let Some(mut waiting) = jobs.pop_front() {
            let begun = Instant::now();
            let queue_time = begun.saturating_duration_since(waiting.asked);
            let is_given = trouble.is_none();
            let ending = trouble.take().unwrap_or_else(|| {
                worker.answer(&waiting.work.job, self.queue.job_timeout, wake, &|| self.is_closing())
            });
            let verdict = self.judge(worker, &waiting, ending, begun.elapsed());
            metrics::histogram!("darkroom_worker_queue_seconds").record(queue_time);
            let mut reason = verdict.reason;
            if reason.is_none() && is_given && !jobs.is_empty() {
                if let Some(result) = verdict.result {
                    let _ = waiting.reply.send(result.map(|answered| (answered, queue_time)));
                }
                continue;
            }
            if reason.is_none() {
                worker.tidy();
                if worker.has_libvips {
                    self.queue.state().want_libvips();
                }
                reason = (worker.jobs >= self.queue.jobs_per_worker).then_some("recycled");
            }
            // The worker's next jobs come before the answer: whoever hears it may ask again at once.
            let (answer, again) = if let Some(result) = verdict.result {
                (Some((waiting.reply, result.map(|answered| (answered, queue_time)))), None)
            } else {
                waiting.is_retry |= verdict.is_suspect;
                (None, Some(waiting))
            };
            self.queue.change(|state| {
                if reason.is_none() {
                    state.finished(self.slot);
                } else {
                    state.gone(self.slot);
                }
                state.put_back(again.into_iter().chain(jobs).collect());
            });
            if let Some((reply, answer)) = answer {
                let _ = reply.send(answer); // its caller may have left
            }
            return reason;
        }
        self.queue.change(|state| state.finished(self.slot)); // all callers left just now
        None
    }

    /// What comes of the end of one job.
    fn judge(&self, worker: &Worker, waiting: &Waiting, ending: Ending, took: Duration) -> Verdict {
        let timeout = self.queue.job_timeout;
        metrics::histogram!("darkroom_worker_job_seconds").record(took);
        let (result, reason) = match ending {
            Ending::Answered(answered) => (answered.map_err(Error::Engine), None),
            Ending::Unable(trouble) => (Err(Error::Unavailable(trouble)), None),
            Ending::Stopped => (Err(Error::Unavailable(CLOSING.into())), Some("closed")),
            // A job that no worker saw can wait for the next one. One that a worker may have seen has one more
            // try: it may be what the worker died of.
            Ending::WasGone => return Verdict { result: None, reason: Some("died_idle"), is_suspect: false },
            Ending::DiedBefore if !waiting.is_retry => {
                return Verdict { result: None, reason: Some("died_idle"), is_suspect: true };
            }
            Ending::DiedBefore | Ending::Died => (Err(Error::Crashed), Some("crashed")),
            Ending::Misbehaved(what) => {
                tracing::error!(worker = worker.id(), what, "a worker misbehaved and is killed");
                (Err(Error::Crashed), Some("misbehaved"))
            }
            Ending::TimedOut => (Err(Error::TimedOut(timeout)), Some("timed_out")),
        };
        if let (Some(reason @ ("crashed" | "misbehaved" | "timed_out")), Err(error)) = (reason, &result) {
            tracing::warn!(
                worker = worker.id(),
                reason,
                source_bytes = waiting.work.source.bytes().len(),
                "a job cost its worker"
            );
            metrics::counter!("darkroom_worker_kills_total", "reason" => reason).increment(1);
            let Work { job: _, frame, source, resources, shape: _ } = &waiting.work;
            self.queue.poison.record(frame, (source.bytes(), resources), error, Instant::now());
        }
        if reason.is_none() {
            self.queue.state().note(waiting.kind, took);
        }
        Verdict { result: Some(result), reason, is_suspect: false }
    }

    fn is_closing(&self) -> bool {
        self.queue.state().is_closing()
    }

    /// Waits for a wake-up, but not longer than this.
    fn sleep(&self, wait: Option<Duration>, wake: &OwnedFd) {
        let timeout = wait.and_then(|wait| Timespec::try_from(wait).ok());
        if !self.is_closing() {
            let _ = poll(&mut [PollFd::new(wake, PollFlags::IN)], timeout.as_ref());
            let _ = rustix::io::read(wake, &mut [0; 8]); // empties it; it never blocks
        }
    }

    /// Once per pool: the isolation is the same for all of its workers.
    fn log_missing_isolation(&self, missing: &[String]) {
        if !self.queue.is_isolation_logged.swap(true, Ordering::Relaxed) {
            for what in missing {
                tracing::warn!(what, "workers run without a part of their isolation");
            }
        }
    }
}
