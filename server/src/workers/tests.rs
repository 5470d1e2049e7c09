//! The pool with real processes. A worker here is this test program itself: a script starts it at the test
//! [`worker_process`], so that no other binary has to be built first, or can be out of date.

mod failures;
mod isolation;
mod load;
mod probe;
mod renders;
mod sources;

pub(super) use probe::{Probe, run_probe};

use super::{Config, Error, Pool, Source, answered::Answered, message::Job, shape::Shape};
use bytes::Bytes;
use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::{Duration, Instant},
};

/// The scripts, all written before any process is started: a file that is still open for writing in a child
/// that was forked meanwhile cannot be run.
static PROGRAMS: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let this = std::env::current_exe().unwrap();
    let worker = format!("exec '{}' --exact workers::tests::worker_process --ignored --nocapture", this.display());
    // Libraries that are none, where they are looked for first.
    for name in ["libvips.so.42", "libvips.so"] {
        fs::write(folder.path().join(name), "no library").unwrap();
    }
    let without_libvips = format!("export LD_LIBRARY_PATH='{}'; {worker}", folder.path().display());
    for (name, script) in [
        ("worker", worker.as_str()),
        ("without-libvips", &without_libvips),
        ("garbage", "echo 'I am no worker' >&0; exec sleep 60"),
        ("quitter", "exit 3"),
        ("flood", "while :; do echo 'x' >&2; done"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o755)).unwrap();
    }
    folder
});

/// Not a test: what the script `worker` runs.
#[test]
#[ignore = "a worker of the other tests"]
fn worker_process() {
    let _ = super::run_worker();
}

/// What the engine may hold fits the address space, beside what the process needs for itself.
#[test]
fn the_engine_is_told_what_the_address_space_leaves() {
    let left = |memory_bytes, limit| {
        let limits = darkroom_engine::Limits { memory_bytes: limit, ..darkroom_engine::Limits::default() };
        Config { memory_bytes, limits, ..Config::default() }.limits_in_worker().memory_bytes
    };
    assert_eq!(left(2 << 30, 1536 << 20), 1536 << 20);
    assert_eq!(left(1 << 30, 1536 << 20), 512 << 20);
    assert_eq!(left(2 << 30, 100), 100);
    assert_eq!(left(1 << 20, 1536 << 20), 0);
    assert_eq!(Config::default().limits_in_worker(), darkroom_engine::Limits::default());
}

fn program(name: &str) -> PathBuf {
    PROGRAMS.path().join(name)
}

/// One worker at a time, and a spare; both stay.
fn config() -> Config {
    Config {
        workers: 1,
        workers_kept: 2,
        queue: 8,
        job_timeout: Duration::from_secs(20),
        queue_timeout: Duration::from_secs(20),
        queue_wait: Duration::from_hours(1),
        program: Some(program("worker")),
        ..Config::default()
    }
}

async fn start(config: Config) -> Pool {
    Pool::start(config).await.unwrap()
}

impl Pool {
    async fn probe(&self, probe: Probe, source: &'static [u8]) -> Result<Vec<String>, Error> {
        self.probe_on(probe, Bytes::from_static(source).into()).await
    }

    async fn probe_on(&self, probe: Probe, source: Source) -> Result<Vec<String>, Error> {
        let images = (source, darkroom_engine::Resources::default());
        match self.running.queue.run(Job::Probe(probe), Shape::default(), images, None).await? {
            (Answered::Probed(found), _) => Ok(found),
            (other, _) => panic!("{other:?}"),
        }
    }

    /// Starts a job that never ends, and returns when a worker has it.
    async fn occupy(&self, source: &'static [u8]) -> tokio::task::JoinHandle<Result<Vec<String>, Error>> {
        let busy = self.busy();
        let pool = self.clone();
        let job = tokio::spawn(async move { pool.probe(Probe::Spin, source).await });
        until("a worker has the job", || self.busy() == busy + 1).await;
        job
    }

    fn busy(&self) -> usize {
        self.running.queue.state().busy()
    }

    fn waiting(&self) -> usize {
        self.running.queue.state().waiting()
    }
}

/// Waits for something that happens soon.
async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "not within 20 s: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

fn is_running(process: u32) -> bool {
    Path::new(&format!("/proc/{process}")).exists()
}
