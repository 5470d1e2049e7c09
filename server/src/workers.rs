//! The pool of worker processes: pixels are computed there, never in the server. Codecs are C code fed by
//! strangers, and nothing but a kill stops a thread inside a long C call.
//!
//! A job goes `Pool` → `queue` (admission, order, cancellation) → `slot` (one thread per worker process: start,
//! run, kill, replace, retire) → `process` (one child and its socket) → `child` (the other side of the socket, inside
//! `isolation`). Images travel through each worker's two `area`s, everything else in `frame`s of a bounded size.
//!
//! Who needs a worker asks first (`Pool::announce`) and fetches then: the queue foretells the wait (`load`), and what
//! would wait for too long is refused before it has cost anything. Jobs that wait for the same source go to a worker
//! together (`queue_state::dealing`): those that one call asks for wait for each other (`gathering`), those that fetch
//! the same source at the same time for a moment (`company`). Workers are started when there is work for them and
//! retired when there was none for a while.
//!
//! The server takes a worker for hostile from the moment that it has an image: whatever it says is bounded
//! and checked, and a worker that says anything odd is killed and replaced.

#![cfg_attr(test, allow(clippy::unwrap_used))] // a test may panic

mod answered;
mod area;
mod backoff;
mod child;
mod company;
mod frame;
mod gathering;
mod isolation;
mod load;
mod message;
mod poison;
mod process;
mod queue;
mod queue_state;
mod shape;
mod slot;
mod source;
mod stderr;
#[cfg(test)]
mod tests;

use answered::Answered;
use darkroom_engine as engine;
pub use gathering::Member;
pub use load::Kind;
use message::Job;
use queue::Queue;
pub use queue::{Announcement, Progress, SourceName, Ticket};
use shape::Shape;
pub use source::Source;
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

/// What a worker takes of its address space for itself: libraries, stacks, and what allocators reserve.
const OWN_BYTES: u64 = 512 * 1024 * 1024;

/// How many workers, and what each job may cost.
#[derive(Debug, Clone)]
pub struct Config {
    /// Worker processes.
    pub workers: usize,
    /// Jobs that may wait for a worker; one more is refused.
    pub queue: usize,
    /// What one job may take, from the moment that a worker has it.
    pub job_timeout: Duration,
    /// What a job may be expected to wait for a worker; who would wait longer is refused at once.
    pub queue_wait: Duration,
    /// What a job may wait in the queue, where expectations were wrong.
    pub queue_timeout: Duration,
    /// Workers that are started at once and never retired, at most one more than `workers`. The others come and go
    /// with the work.
    pub workers_kept: usize,
    /// How long the last worker is kept after its last job.
    pub idle_timeout: Duration,
    /// Address space of a worker, in bytes.
    pub memory_bytes: u64,
    /// Jobs after which a worker is replaced.
    pub jobs_per_worker: u64,
    /// Limits of the engine. Its `memory_bytes` is lowered to what `memory_bytes` here leaves.
    pub limits: engine::Limits,
    /// The program that is run as `<program> worker`; the running one when absent.
    pub program: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            workers: cores,
            queue: cores * 32,
            job_timeout: Duration::from_secs(10),
            queue_wait: Duration::from_secs(1),
            queue_timeout: Duration::from_secs(5),
            workers_kept: 0,
            idle_timeout: Duration::from_mins(1),
            memory_bytes: 2 * 1024 * 1024 * 1024,
            jobs_per_worker: 1000,
            limits: engine::Limits::default(),
            program: None,
        }
    }
}

impl Config {
    /// The limits of the engine in a worker, where the address space leaves room for what they allow.
    fn limits_in_worker(&self) -> engine::Limits {
        let memory_bytes = self.limits.memory_bytes.min(self.memory_bytes.saturating_sub(OWN_BYTES));
        engine::Limits { memory_bytes, ..self.limits.clone() }
    }
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The engine said no.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// The queue is full, or the wait in it too long.
    #[error("overloaded; try again in {retry_after:?}")]
    Overloaded {
        /// When to come again.
        retry_after: Duration,
    },
    /// The job took longer than `job_timeout`; its worker was killed.
    #[error("the image took longer than {0:?} to transform")]
    TimedOut(Duration),
    /// The worker died of this job (a crash in a codec, or its memory limit).
    #[error("the image could not be processed within a worker's limits")]
    Crashed,
    /// No worker can be started. The text is for the log.
    #[error("no worker: {0}")]
    Unavailable(String),
}

/// A finished rendition.
#[derive(Debug, Clone)]
pub struct Done {
    /// What the engine made.
    pub rendition: engine::Rendition,
    /// The wait for a worker.
    pub queue_time: Duration,
}

/// The pool. Cloning is cheap and gives the same pool. Dropping the last clone ends the workers too, but
/// does not wait for them.
#[derive(Debug, Clone)]
pub struct Pool {
    running: Arc<Running>,
}

/// Ends the workers when the last clone of the pool goes.
#[derive(Debug)]
struct Running {
    queue: Arc<Queue>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Pool {
    /// Starts the workers that are kept, and returns as soon as one takes jobs and it is known that workers can be
    /// started and load libvips. While jobs wait there is one more worker than may be busy: a kill then costs no
    /// start-up time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when none can be started, or libvips cannot be loaded in one.
    pub async fn start(config: Config) -> Result<Self, Error> {
        let queue = Arc::new(slot::queue_for(&config)?);
        let pool = Self { running: Arc::new(Running { queue: Arc::clone(&queue) }) };
        slot::spawn_threads(&queue)?;
        let launch = queue.launch.clone();
        let libvips = tokio::task::spawn_blocking(move || slot::try_libvips(&launch));
        if config.workers_kept > 0 {
            queue.wait_for_first_worker().await?;
        }
        let libvips = libvips.await.map_err(|error| Error::Unavailable(error.to_string()))??;
        tracing::debug!(libvips, "workers can load libvips");
        Ok(pool)
    }

    /// Asks for a worker before what the job needs is fetched.
    ///
    /// # Errors
    /// [`Error::Overloaded`] at once, when the job would wait longer than `queue_wait`. Of a gathering that counts for
    /// the first job alone.
    pub fn announce(&self, announcement: Announcement<'_>) -> Result<Ticket, Error> {
        self.running.queue.announce(announcement)
    }

    /// So many jobs on one source will come: nobody decodes it before they are there.
    pub fn gather(&self, jobs: u32) -> Vec<Member> {
        self.running.queue.gather(jobs)
    }

    /// Makes a rendition in a worker.
    pub async fn render(
        &self,
        ticket: Option<&Ticket>,
        source: impl Into<Source>,
        request: &engine::Request,
    ) -> Result<Done, Error> {
        let engine::Request { pipeline, accept, resources, focus_area, favour } = request;
        let job =
            Job::Render { pipeline: pipeline.to_string(), accept: *accept, focus_area: *focus_area, favour: *favour };
        let images = (source.into(), resources.clone());
        match self.running.queue.run(job, Shape::of(pipeline), images, ticket).await? {
            (Answered::Rendered(rendition), queue_time) => Ok(Done { rendition, queue_time }),
            (other, _) => Err(engine::Error::Internal(format!("a rendition was asked for, not {other:?}")).into()),
        }
    }

    /// Reads an image's header in a worker.
    pub async fn metadata(
        &self,
        ticket: Option<&Ticket>,
        source: impl Into<Source>,
    ) -> Result<engine::Metadata, Error> {
        let images = (source.into(), engine::Resources::default());
        match self.running.queue.run(Job::Metadata, Shape::default(), images, ticket).await? {
            (Answered::Metadata(metadata), _) => Ok(metadata),
            (other, _) => Err(engine::Error::Internal(format!("metadata was asked for, not {other:?}")).into()),
        }
    }

    /// Whether jobs are taken: a worker is there, or is started when one comes.
    pub fn is_ready(&self) -> bool {
        let state = self.running.queue.state();
        !state.is_closing() && !state.has_failed()
    }

    /// Process ids of the workers that are alive.
    pub fn process_ids(&self) -> Vec<u32> {
        self.running.queue.process_ids()
    }

    /// Ends the workers and waits for their end. Jobs that wait or run are answered with
    /// [`Error::Unavailable`], so let requests finish first.
    pub async fn close(&self) {
        self.running.queue.close();
        self.running.queue.wait_for_end().await;
    }
}

/// What `darkroom worker` runs: takes jobs from its standard input (a Unix socket) until that closes. Starts
/// no async runtime and no network.
pub fn run_worker() -> ExitCode {
    child::run()
}
