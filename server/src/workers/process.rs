//! One worker process and the server's end of its socket.

use super::{
    answered::{self, Answered},
    area::{Given, Made},
    frame::{self, Received},
    message::{Answer, Job, Order, Setup},
    queue_state::CLOSING,
    source::{self, Source},
    stderr::Stderr,
};
use darkroom_engine as engine;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fd::{AsFd, OwnedFd},
    io::Errno,
};
use std::{
    ffi::OsString,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// What a worker may take from its start to its first word. The first worker on a machine may have to wait
/// for the disk.
const START_TIMEOUT: Duration = Duration::from_secs(10);

/// Variables that a worker keeps, because libraries are found by them. All others go: credentials live in
/// the environment.
const KEPT_VARIABLES: [&str; 3] = ["LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH"];

/// Bytes from which a worker's memory is mapped for itself, and unused bytes that it gives back. Left alone, glibc
/// raises both with the largest piece that it has seen, and a worker holds what its largest picture took. Smaller
/// numbers cost processor time, for pages that the kernel clears again and again; see `docs/performance.md`.
const MAPPED_BYTES: &str = "4194304";
const GIVEN_BACK_BYTES: &str = "8388608";

/// How to start a worker.
#[derive(Debug, Clone)]
pub(super) struct Launch {
    /// Run as `<program> worker`; the running program when absent.
    pub program: Option<PathBuf>,
    /// Its first message.
    pub setup: Setup,
}

impl Launch {
    fn command(&self) -> Command {
        // Not `current_exe`: the server's file may have been replaced since it started, and a worker must be
        // of the same build. This link leads to the running one even then.
        let program = self.program.clone().unwrap_or_else(|| PathBuf::from("/proc/self/exe"));
        let kept = KEPT_VARIABLES.iter().filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)));
        let mut command = Command::new(program);
        command
            .arg0("darkroom")
            .arg("worker")
            .env_clear()
            .envs(kept)
            .env("LANG", "C.UTF-8")
            .env("HOME", "/nonexistent")
            .env("MALLOC_ARENA_MAX", "2") // one job at a time: more arenas only hold memory
            .env("MALLOC_MMAP_THRESHOLD_", MAPPED_BYTES)
            .env("MALLOC_TRIM_THRESHOLD_", GIVEN_BACK_BYTES)
            .current_dir("/")
            .process_group(0) // Ctrl-C at a terminal is for the server, which then ends its workers in order
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }
}

/// How a job ended for its worker. All but the first mean that the worker has to go.
#[derive(Debug)]
pub(super) enum Ending {
    /// It answered and can take the next job.
    Answered(Result<Answered, engine::Error>),
    /// It was gone before the job was sent.
    WasGone,
    /// It got the job and died before it took it.
    DiedBefore,
    /// It died of the job.
    Died,
    /// It said something that a worker never says.
    Misbehaved(String),
    /// The deadline passed.
    TimedOut,
    /// The pool is closing.
    Stopped,
    /// The source could not be handed over; the job is not at fault.
    Unable(String),
}

/// What ended a wait.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// The worker said something, or is gone.
    Socket,
    /// The slot was woken.
    Wake,
    /// The time is over.
    Deadline,
}

/// A process that takes one order at a time. Dropping it kills it and waits for its end.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    socket: OwnedFd,
    stderr: Stderr,
    buffer: Vec<u8>,
    given: Given,
    made: Made,
    /// The source that it has, and since when it was last asked for.
    source: Option<(source::Number, Instant)>,
    /// Where the next rendition of the running order begins.
    made_bytes: u64,
    rendition_bytes_max: u64,
    /// Parts of the isolation that this system does not offer.
    pub missing: Vec<String>,
    /// What it said of libvips, if it was to try it.
    pub libvips: Option<Result<String, String>>,
    /// Jobs that it answered.
    pub jobs: u64,
    /// It has loaded libvips, or was told to.
    pub has_libvips: bool,
}

impl Worker {
    /// Starts a process and waits until it is ready, or `stop` says so at a wake-up.
    pub(super) fn start(launch: &Launch, wake: &OwnedFd, stop: &dyn Fn() -> bool) -> Result<Self, String> {
        let deadline = Instant::now() + START_TIMEOUT;
        let setup = frame::encode(&launch.setup).map_err(|error| error.to_string())?;
        let no_memory = |error| format!("no memory for images: {error}");
        let (given, end) = Given::new().map_err(no_memory)?;
        let made = Made::new().map_err(no_memory)?;
        let (socket, other) = frame::pair().map_err(|error| format!("no socket: {error}"))?;
        let mut command = launch.command();
        let mut child = command
            .stdin(Stdio::from(other))
            .spawn()
            .map_err(|error| format!("{} cannot be started: {error}", command.get_program().display()))?;
        drop(command); // it holds the worker's end of the socket; while it lives, the worker's death goes unseen
        let stderr = child.stderr.take().ok_or("no standard error")?;
        let id = child.id();
        let stderr = match Stderr::new(stderr, id) {
            Ok(stderr) => stderr,
            Err(error) => {
                let _ = child.kill(); // no `Worker` yet that would do so
                let _ = child.wait();
                return Err(error.to_string());
            }
        };
        let rendition_bytes_max = launch.setup.rendition_bytes_max;
        let buffer = vec![0; frame::FRAME_BYTES_MAX];
        let (made_bytes, missing, libvips, jobs, has_libvips) = (0, Vec::new(), None, 0, false);
        let mut worker = Self {
            child,
            socket,
            stderr,
            buffer,
            given,
            made,
            source: None,
            made_bytes,
            rendition_bytes_max,
            missing,
            libvips,
            jobs,
            has_libvips,
        };
        frame::send(worker.socket.as_fd(), &setup, &[end.as_fd(), worker.made.as_fd()], false)
            .map_err(|error| error.to_string())?;
        drop(end);
        loop {
            match worker.wait(wake, Some(deadline)) {
                Event::Deadline => return Err(format!("not ready within {START_TIMEOUT:?}")),
                Event::Wake if stop() => return Err(CLOSING.into()),
                Event::Wake => {}
                Event::Socket => match frame::receive(worker.socket.as_fd(), &mut worker.buffer, false) {
                    Ok(Received::Message(Answer::Ready { missing, libvips }, files)) if files.is_empty() => {
                        (worker.missing, worker.libvips) = (missing, libvips);
                        return Ok(worker);
                    }
                    Ok(Received::Nothing) => {}
                    Ok(Received::Message(..)) => {
                        return Err("its first word was not that it is ready".into());
                    }
                    Ok(Received::Closed) => return Err("it ended before it was ready".into()),
                    Err(error) => return Err(error.to_string()),
                },
            }
        }
    }

    /// The process id.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits without a job. A word from the socket means that the worker is gone, or speaks without being asked.
    pub(super) fn idle(&mut self, wake: &OwnedFd, deadline: Option<Instant>) -> Event {
        self.wait(wake, deadline)
    }

    /// Whether it has this source, with what it made of it.
    pub(super) fn has(&self, source: &Source) -> bool {
        self.source.is_some_and(|(number, _)| number == source.number())
    }

    /// Since when the source that it has was not asked for.
    pub(super) fn source_since(&self) -> Option<Instant> {
        self.source.map(|(_, since)| since)
    }

    /// Has it let go of its source, and of what it made of it. A worker that is gone shows itself later.
    pub(super) fn let_go(&mut self) {
        self.say_without_jobs(&Order::default());
    }

    fn say_without_jobs(&mut self, order: &Order) {
        self.source = None;
        if let Ok(order) = frame::encode(order) {
            _ = frame::send(self.socket.as_fd(), &order, &[], false);
        }
    }

    /// Gives it an order: jobs on one source, which are then answered one by one. `order` is a message, which says that
    /// the source is held where the worker [has](Self::has) it.
    ///
    /// # Errors
    /// Why it did not get there; no job of it was begun.
    pub(super) fn give(
        &mut self,
        order: &[u8],
        (source, resources): (&Source, &engine::Resources),
    ) -> Result<(), Ending> {
        self.made_bytes = 0;
        let source_bytes = if self.has(source) { None } else { Some(source.bytes().as_ref()) };
        let parts = source_bytes.into_iter().chain(resources.iter().map(|(_, bytes)| bytes.as_ref()));
        // It has the source when the order is on its way, and not before: what is believed to be held must never be
        // that of another order.
        self.source = None;
        self.given.write(parts).map_err(|error| Ending::Unable(format!("no memory for the source: {error}")))?;
        match frame::send(self.socket.as_fd(), order, &[], false) {
            Ok(()) => {
                self.source = Some((source.number(), Instant::now()));
                Ok(())
            }
            Err(frame::Error::Socket(Errno::NOBUFS | Errno::NOMEM)) => {
                Err(Ending::Unable("the system has no room for a message".into()))
            }
            Err(_) => Err(Ending::WasGone),
        }
    }

    /// Has it load libvips while nobody waits. A worker that is gone shows itself later.
    pub(super) fn load_libvips(&mut self) {
        self.has_libvips = true;
        self.say_without_jobs(&Order { loads_libvips: true, ..Order::default() });
    }

    /// The answer to the next job of the order, or a reason to kill the worker.
    pub(super) fn answer(&mut self, job: &Job, timeout: Duration, wake: &OwnedFd, stop: &dyn Fn() -> bool) -> Ending {
        self.stderr.next_job();
        let deadline = Instant::now() + timeout;
        let mut is_taken = false;
        loop {
            match self.wait(wake, Some(deadline)) {
                Event::Deadline => return Ending::TimedOut,
                Event::Wake if stop() => return Ending::Stopped,
                Event::Wake => {}
                Event::Socket => match frame::receive(self.socket.as_fd(), &mut self.buffer, false) {
                    Ok(Received::Message(_, files)) if !files.is_empty() => {
                        return Ending::Misbehaved("it sent a file".into());
                    }
                    Ok(Received::Message(Answer::Taken, _)) if !is_taken => is_taken = true,
                    Ok(Received::Message(answer, _)) if is_taken => return self.check(job, answer),
                    Ok(Received::Message(..)) => {
                        return Ending::Misbehaved("it spoke out of turn".into());
                    }
                    Ok(Received::Nothing) => {}
                    Ok(Received::Closed) => {
                        return if is_taken { Ending::Died } else { Ending::DiedBefore };
                    }
                    Err(error) => return Ending::Misbehaved(error.to_string()),
                },
            }
        }
    }

    fn check(&mut self, job: &Job, answer: Answer) -> Ending {
        self.has_libvips |= matches!(answer, Answer::Rendered { has_libvips: true, .. });
        match answered::check(job, answer, (&self.made, self.made_bytes), self.rendition_bytes_max) {
            Ok(answered) => {
                self.jobs += 1;
                if let Ok(Answered::Rendered(rendition)) = &answered {
                    self.made_bytes += rendition.data.len() as u64;
                }
                Ending::Answered(answered)
            }
            Err(what) => Ending::Misbehaved(what),
        }
    }

    /// The order is filled: what only large images needed is given back.
    pub(super) fn tidy(&mut self) {
        self.source = self.source.map(|(number, _)| (number, Instant::now()));
        self.given.trim();
        _ = self.made.trim(); // what stays goes with the worker
    }

    /// Waits for the socket, a wake-up or the deadline, and logs what the worker prints meanwhile. An answer
    /// that is there counts even after the deadline: the server itself may have been stopped for a while.
    fn wait(&mut self, wake: &OwnedFd, deadline: Option<Instant>) -> Event {
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            let timeout = left.and_then(|left| Timespec::try_from(left).ok());
            let mut fds = vec![PollFd::new(&self.socket, PollFlags::IN), PollFd::new(wake, PollFlags::IN)];
            fds.extend(self.stderr.waitable().map(|pipe| PollFd::from_borrowed_fd(pipe, PollFlags::IN)));
            let count = poll(&mut fds, timeout.as_ref());
            let is_ready = |index: usize| fds.get(index).is_some_and(|fd| !fd.revents().is_empty());
            let (socket, woken, printed) = (is_ready(0), is_ready(1), is_ready(2));
            match count {
                Ok(0) => return Event::Deadline,
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(_) => return Event::Socket, // a receive finds out what is wrong
            }
            if printed {
                self.stderr.log();
            }
            if socket {
                return Event::Socket;
            }
            if woken {
                let _ = rustix::io::read(wake, &mut [0; 8]); // empties it; it never blocks
                return Event::Wake;
            }
            if left == Some(Duration::ZERO) {
                return Event::Deadline; // a flood on the standard error does not postpone it
            }
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill(); // fails when it is gone already
        let _ = self.child.wait();
        self.stderr.log(); // its last words often name the reason
    }
}
