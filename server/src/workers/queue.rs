//! Who gets a worker, and when: admission, order, cancellation, deadlines of the wait.
//!
//! Callers are async and never block here: the lock is held for a few moves of pointers. A slot is woken
//! through its own eventfd, because it must watch its worker's socket at the same time.

use super::{
    Error,
    answered::Answered,
    company::TOGETHER_WITHIN,
    frame,
    gathering::{LATE_AFTER, Member},
    load::Kind,
    message::{Job, Order, SourceBytes},
    poison::PoisonList,
    process::Launch,
    queue_state::{State, Waiting},
    shape::Shape,
    source::Source,
};
use darkroom_engine as engine;
use rustix::fd::OwnedFd;
use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{oneshot, watch};

/// What a job ends with.
pub(super) type Reply = Result<(Answered, Duration), Error>;

/// What to do, with everything that is needed to do it twice.
#[derive(Debug, Clone)]
pub(super) struct Work {
    pub job: Arc<Job>,
    /// `job` as it is sent.
    pub frame: Arc<[u8]>,
    pub source: Source,
    /// What layers use.
    pub resources: engine::Resources,
    pub shape: Shape,
}

impl Work {
    /// Whether one order would do for both. Those who ask at the same time share one fetch of the source, and what
    /// layers use is the same bytes, not only equal ones.
    pub(super) fn goes_along_with(&self, other: &Self) -> bool {
        let resources = |work: &Self| -> Vec<(String, *const u8, usize)> {
            work.resources.iter().map(|(path, bytes)| (path.to_owned(), bytes.as_ptr(), bytes.len())).collect()
        };
        self.source.number() == other.source.number() && resources(self) == resources(other)
    }
}

/// The message for jobs on one source, which the worker has, or is given.
pub(super) fn order<'w>(
    first: &Work,
    is_held: bool,
    expected: Vec<Arc<str>>,
    jobs: impl IntoIterator<Item = &'w Work>,
) -> Result<Vec<u8>, frame::Error> {
    let bytes = first.source.bytes().len() as u64;
    frame::encode(&Order {
        loads_libvips: false,
        source: if is_held { SourceBytes::Held } else { SourceBytes::Given(bytes) },
        resources: first.resources.iter().map(|(path, bytes)| (path.to_owned(), bytes.len() as u64)).collect(),
        expected,
        jobs: jobs.into_iter().map(|work| work.job.as_ref().clone()).collect(),
    })
}

/// The right to queue one job, again if its worker died: its holder was let in before the source was fetched, so that what would be refused
/// costs no fetch.
#[derive(Debug)]
pub struct Ticket {
    queue: Arc<Queue>,
    id: u64,
    kind: Kind,
    name: Option<SourceName>,
    /// The job was queued: with the same ticket it comes again.
    is_used: AtomicBool,
    has_begun: Arc<AtomicBool>,
    /// Taken when the job is queued.
    member: Mutex<Option<Member>>,
}

impl Ticket {
    fn member(&self) -> Option<Member> {
        self.member.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.queue.state().withdraw(self.id);
    }
}

/// What a source is found by, before it is there: equal for those who will share one fetch.
pub type SourceName = [u8; 32];

/// A job that will come.
#[derive(Debug)]
pub struct Announcement<'p> {
    /// What it will take.
    pub kind: Kind,
    /// Told when a worker has it.
    pub progress: &'p Progress,
    /// Whom it comes with by agreement.
    pub member: Option<Member>,
    /// What others fetch who will come at the same time.
    pub name: Option<SourceName>,
}

/// How far a job is. From the moment that a worker has it, it is worth being finished, whoever leaves.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    has_begun: Arc<AtomicBool>,
}

impl Progress {
    /// Of a job that a worker has.
    #[cfg(test)]
    pub fn begun() -> Self {
        Self { has_begun: Arc::new(AtomicBool::new(true)) }
    }

    /// Whether a worker has it.
    pub fn has_begun(&self) -> bool {
        self.has_begun.load(Ordering::Relaxed)
    }
}

/// How many of the slots are in which state.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Census {
    /// Threads that have not ended.
    pub threads: usize,
    /// Slots with a worker that takes jobs or has one.
    pub alive: usize,
    /// Slots whose worker is about to take jobs.
    pub starting: usize,
    /// Slots whose worker could not be started.
    pub failed: usize,
}

/// The queue, shared by callers and slots.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    census: watch::Sender<Census>,
    wait_max: Duration,
    /// What one job may take.
    pub job_timeout: Duration,
    /// Jobs after which a worker is replaced.
    pub jobs_per_worker: u64,
    /// How workers are started.
    pub launch: Launch,
    /// Jobs that kill workers.
    pub poison: PoisonList,
    /// Whether the log already says which parts of the isolation are missing.
    pub is_isolation_logged: AtomicBool,
}

/// Removes a job from the queue when its caller goes away.
struct Place<'queue> {
    queue: &'queue Queue,
    id: u64,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.queue.state().remove(self.id) {
            count("cancelled");
        }
    }
}

impl Queue {
    /// A queue whose slots have no threads yet.
    pub(super) fn new(config: &super::Config, launch: Launch, wakes: Vec<Arc<OwnedFd>>) -> Self {
        Self {
            state: Mutex::new(State::new(config, wakes)),
            census: watch::Sender::new(Census::default()),
            wait_max: config.queue_timeout,
            job_timeout: config.job_timeout,
            jobs_per_worker: config.jobs_per_worker.max(1),
            launch,
            poison: PoisonList::default(),
            is_isolation_logged: AtomicBool::new(false),
        }
    }

    /// Lets a job in before what it needs is fetched, or says at once that it would wait for too long.
    pub(super) fn announce(self: &Arc<Self>, announcement: Announcement<'_>) -> Result<Ticket, Error> {
        let Announcement { kind, progress, member, name } = announcement;
        let gathering = member.as_ref().map(|member| member.gathering);
        let announced = self.state().announce(kind, name, gathering, Instant::now());
        let id = announced.inspect_err(|_| count("overloaded"))?;
        let has_begun = Arc::clone(&progress.has_begun);
        let (is_used, member) = (AtomicBool::new(false), Mutex::new(member));
        Ok(Ticket { queue: Arc::clone(self), id, kind, name, is_used, has_begun, member })
    }

    /// So many jobs will come together.
    pub(super) fn gather(self: &Arc<Self>, jobs: u32) -> Vec<Member> {
        let gathering = self.state().gather(jobs);
        (0..jobs).map(|_| Member::new(Arc::clone(self), gathering, jobs)).collect()
    }

    /// Runs a job in a worker: admission → wait → result.
    pub(super) async fn run(
        &self,
        job: Job,
        shape: Shape,
        (source, resources): (Source, engine::Resources),
        ticket: Option<&Ticket>,
    ) -> Reply {
        let work = frame::encode(&job).and_then(|frame| {
            let work = Work { job: Arc::new(job), frame: frame.into(), source, resources, shape };
            order(&work, false, Vec::new(), [&work])?; // alone it must fit
            Ok(work)
        });
        let work = match work {
            Ok(work) => work,
            Err(frame::Error::TooLong(length)) => {
                return Err(Error::Engine(engine::Error::TooLarge {
                    limit: "transformation_bytes".into(),
                    maximum: frame::FRAME_BYTES_MAX as u64,
                    actual: length as u64,
                }));
            }
            Err(error) => return Err(engine::Error::Internal(error.to_string()).into()),
        };
        let reply = match self.refuse_poison(&work).await {
            Some(error) => return Err(error),
            None => self.wait_for(work, ticket).await,
        };
        count(match &reply {
            Ok(_) => "done",
            Err(Error::Engine(_)) => "engine_error",
            Err(Error::Overloaded { .. }) => "overloaded",
            Err(Error::TimedOut(_)) => "timed_out",
            Err(Error::Crashed) => "crashed",
            Err(Error::Unavailable(_)) => "unavailable",
        });
        reply
    }

    async fn wait_for(&self, work: Work, ticket: Option<&Ticket>) -> Reply {
        let (reply, mut answer) = oneshot::channel();
        let asked = Instant::now();
        let kind = ticket.map_or_else(|| Kind::from(work.job.as_ref()), |ticket| ticket.kind);
        let has_begun = ticket.map(|ticket| Arc::clone(&ticket.has_begun)).unwrap_or_default();
        let announced = ticket.map(|ticket| ticket.id);
        let member = ticket.and_then(Ticket::member);
        let gathering = member.as_ref().map(|member| member.gathering);
        // To wait for each other is not to wait for too long.
        let wait_max = self.wait_max * member.as_ref().map_or(1, |member| member.size);
        let name = ticket.and_then(|ticket| ticket.name);
        let waiting =
            |id| Waiting { id, work, kind, asked, reply, is_retry: false, has_begun, gathering, name, is_alone: false };
        let is_again = ticket.is_some_and(|ticket| ticket.is_used.swap(true, Ordering::Relaxed));
        let (id, has_company) = {
            let mut state = self.state();
            let id = state.admit(announced, is_again || gathering.is_some(), asked, waiting)?;
            (id, state.expects_company(name))
        };
        let _place = Place { queue: self, id };
        drop(member);
        if has_company {
            if let Ok(answer) = tokio::time::timeout(TOGETHER_WITHIN, &mut answer).await {
                return answer.unwrap_or_else(|_| Err(gone()));
            }
            self.state().go_alone(id);
        }
        if let Some(gathering) = gathering {
            if let Ok(answer) = tokio::time::timeout(LATE_AFTER, &mut answer).await {
                return answer.unwrap_or_else(|_| Err(gone()));
            }
            self.state().set_off(gathering);
        }
        if let Ok(answer) = tokio::time::timeout(wait_max, &mut answer).await {
            return answer.unwrap_or_else(|_| Err(gone()));
        }
        if let Some(retry_after) = self.state().give_up(id) {
            return Err(Error::Overloaded { retry_after });
        }
        answer.await.unwrap_or_else(|_| Err(gone())) // a worker has it, and the job's own deadline rules
    }

    async fn refuse_poison(&self, work: &Work) -> Option<Error> {
        if !self.poison.suspects(work.source.bytes(), Instant::now()) {
            return None;
        }
        // An image may be large and its digest slow: the bytes are cheap to count, so most never come here.
        let Work { job: _, frame, source, resources, shape: _ } = work.clone();
        let digest =
            tokio::task::spawn_blocking(move || super::poison::digest_of(&frame, (source.bytes(), &resources)));
        let digest = digest.await.ok()?;
        let refusal = self.poison.refusal(&digest)?;
        count("poisoned");
        Some(refusal)
    }

    /// Changes what slots do, and tells the census.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let result = change(&mut state);
        let census = state.census();
        self.census.send_modify(|current| {
            current.alive = census.alive;
            current.starting = census.starting;
            current.failed = census.failed;
        });
        drop(state); // only now, so that no older census overwrites a newer one
        result
    }

    /// Looks at the state, or changes what the census does not count.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more slot has a thread, or one less.
    pub(super) fn count_thread(&self, is_more: bool) {
        self.census.send_modify(|current| {
            current.threads = if is_more { current.threads + 1 } else { current.threads.saturating_sub(1) };
        });
    }

    /// Returns when a worker takes jobs, or when none can be started.
    pub(super) async fn wait_for_first_worker(&self) -> Result<(), Error> {
        let mut census = self.census.subscribe();
        let seen = census.wait_for(|census| {
            let have_failed = census.failed > 0 && census.starting == 0;
            census.alive > 0 || have_failed || census.threads == 0
        });
        match seen.await.map(|census| census.alive) {
            Ok(0) | Err(_) => Err(Error::Unavailable(self.state().trouble().to_owned())),
            Ok(_) => Ok(()),
        }
    }

    /// Takes no more jobs, answers those that wait, and tells all slots to end.
    pub(super) fn close(&self) {
        self.state().close();
    }

    /// Returns when all slots have ended, and their workers with them.
    pub(super) async fn wait_for_end(&self) {
        let _ = self.census.subscribe().wait_for(|census| census.threads == 0).await;
    }

    /// Process ids of the workers that are alive.
    pub(super) fn process_ids(&self) -> Vec<u32> {
        self.state().process_ids()
    }
}

/// A slot that ended without an answer, which it does only when the pool closes.
fn gone() -> Error {
    Error::Unavailable("the worker's slot ended".into())
}

fn count(outcome: &'static str) {
    metrics::counter!("darkroom_worker_jobs_total", "outcome" => outcome).increment(1);
}
