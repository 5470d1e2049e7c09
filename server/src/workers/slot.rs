//! A slot: one thread that keeps one worker process alive and gives it one job at a time.
//!
//! A thread of its own, because the kernel kills a worker when the *thread* that started it ends
//! (`PR_SET_PDEATHSIG`), and threads of an async runtime come and go. It also makes the order of work a list:
//! start → wait → run → answer → kill or keep.

use super::{
    Config, Error,
    backoff::Backoff,
    message::Setup,
    process::{Ending, Launch, Worker},
    queue::Queue,
    queue_state::{CLOSING, Waiting},
};
use rustix::{
    event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll},
    fd::OwnedFd,
};
use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

/// Processes more than may be busy: one that is ready when another is killed.
const SPARE_WORKERS: usize = 1;
/// The longest rendition, in bytes. Larger than any that the engine's limits allow in a format for the web.
const RENDITION_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A worker that ends without a job before it is this old counts as one that could not be started.
const SETTLED: Duration = Duration::from_secs(1);

/// A queue with slots enough for `config`.
pub(super) fn queue_for(config: &Config) -> Result<Queue, Error> {
    let mut wakes = Vec::new();
    for _ in 0..config.workers.max(1).saturating_add(SPARE_WORKERS) {
        let wake = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| Error::Unavailable(format!("no eventfd: {error}")))?;
        wakes.push(Arc::new(wake));
    }
    let setup = Setup {
        memory_bytes: config.memory_bytes,
        rendition_bytes_max: RENDITION_BYTES_MAX,
        limits: config.limits_in_worker(),
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
            let started = Instant::now();
            let trouble = match Worker::start(&self.queue.launch, &wake, &|| self.is_closing()) {
                Ok(worker) => {
                    self.log_missing_isolation(&worker.missing);
                    metrics::counter!("darkroom_worker_starts_total").increment(1);
                    let did_work = self.serve(worker, &wake);
                    if did_work || started.elapsed() > SETTLED {
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
            self.sleep(wait, &wake);
        }
    }

    /// Gives jobs to a worker until it has to be replaced. Says whether it took any.
    fn serve(&self, mut worker: Worker, wake: &OwnedFd) -> bool {
        self.queue.change(|state| state.ready(self.slot, worker.id()));
        let mut did_work = false;
        let reason = loop {
            if self.is_closing() {
                break None;
            }
            let next = self.queue.state().take(self.slot);
            let Some(waiting) = next else {
                if worker.idle(wake) {
                    continue;
                }
                break Some("died_idle");
            };
            did_work = true;
            if let Some(reason) = self.run_job(&mut worker, waiting, wake) {
                break Some(reason);
            }
            if worker.jobs >= self.queue.jobs_per_worker {
                break Some("recycled");
            }
        };
        // First the place in the queue, then the kill: the next job does not wait for the end of this worker.
        self.queue.change(|state| state.gone(self.slot));
        if let Some(reason) = reason {
            metrics::counter!("darkroom_worker_restarts_total", "reason" => reason).increment(1);
        }
        drop(worker);
        did_work
    }

    /// Runs one job and answers its caller. A reason means that the worker has to go.
    fn run_job(&self, worker: &mut Worker, mut waiting: Waiting, wake: &OwnedFd) -> Option<&'static str> {
        if waiting.reply.is_closed() {
            self.queue.change(|state| state.finished(self.slot, None)); // its caller left just now
            return None;
        }
        let begun = Instant::now();
        let queue_time = begun.saturating_duration_since(waiting.asked);
        let work = waiting.work.clone();
        let timeout = self.queue.job_timeout;
        let ending =
            worker.run((&work.job, &work.frame), (&work.source, &work.resources), timeout, wake, &|| self.is_closing());
        let took = begun.elapsed();
        metrics::histogram!("darkroom_worker_queue_seconds").record(queue_time);
        metrics::histogram!("darkroom_worker_job_seconds").record(took);

        let (result, reason) = match ending {
            Ending::Answered(answered) => (answered.map_err(Error::Engine), None),
            Ending::Unable(trouble) => (Err(Error::Unavailable(trouble)), None),
            Ending::Stopped => (Err(Error::Unavailable(CLOSING.into())), Some("closed")),
            // A job that no worker saw can wait for the next one. One that a worker may have seen has one more
            // try: it may be what the worker died of.
            ending @ (Ending::WasGone | Ending::DiedBefore)
                if matches!(ending, Ending::WasGone) || !waiting.is_retry =>
            {
                waiting.is_retry |= matches!(ending, Ending::DiedBefore);
                self.queue.change(|state| {
                    state.gone(self.slot);
                    state.put_back(waiting);
                });
                return Some("died_idle");
            }
            Ending::WasGone | Ending::DiedBefore | Ending::Died => (Err(Error::Crashed), Some("crashed")),
            Ending::Misbehaved(what) => {
                tracing::error!(worker = worker.id(), what, "a worker misbehaved and is killed");
                (Err(Error::Crashed), Some("misbehaved"))
            }
            Ending::TimedOut => (Err(Error::TimedOut(timeout)), Some("timed_out")),
        };
        if let (Some(reason @ ("crashed" | "misbehaved" | "timed_out")), Err(error)) = (reason, &result) {
            tracing::warn!(worker = worker.id(), reason, source_bytes = work.source.len(), "a job cost its worker");
            metrics::counter!("darkroom_worker_kills_total", "reason" => reason).increment(1);
            self.queue.poison.record(&work.frame, (&work.source, &work.resources), error, Instant::now());
        }
        if reason.is_none() && worker.jobs < self.queue.jobs_per_worker {
            self.queue.change(|state| state.finished(self.slot, Some(took)));
        } else {
            self.queue.change(|state| state.gone(self.slot));
        }
        let _ = waiting.reply.send(result.map(|answered| (answered, queue_time))); // its caller may have left
        reason
    }

    fn is_closing(&self) -> bool {
        self.queue.state().is_closing()
    }

    /// Waits, but not longer than until the pool closes.
    fn sleep(&self, wait: Duration, wake: &OwnedFd) {
        let timeout = Timespec::try_from(wait).ok();
        if !self.is_closing() {
            let _ = poll(&mut [PollFd::new(wake, PollFlags::IN)], timeout.as_ref());
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
