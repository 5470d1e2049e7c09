//! What a worker gives up before it sees the first image. A codec that a stranger takes over then has
//! processor time and memory within bounds, the files that libraries need, and its socket; no network, no
//! other process, no file to write, no credential.
//!
//! Nothing here needs privileges, so it works in any container.

mod files;
mod system_calls;

use super::message::Setup;
use rustix::process::{
    DumpableBehavior, Resource, Rlimit, Signal, nice, set_dumpable_behavior, set_parent_process_death_signal, setrlimit,
};

/// The kernel's victim when memory runs out is a worker, not the server (-1000 … 1000).
const OOM_SCORE_ADJUSTMENT: &str = "800";
/// Work on pixels yields to the server's own work, so that hits are answered while all cores compute.
const NICENESS: i32 = 5;
/// Open files: a few libraries, fonts and images at a time.
const OPEN_FILES_MAX: u64 = 64;
/// A core file would hold the pixels of a stranger's image.
const CORE_BYTES_MAX: u64 = 0;

/// Gives all of it up, for this process and what its threads become. Returns what this system does not offer.
pub(super) fn enter(setup: &Setup) -> Vec<String> {
    let Setup { memory_bytes, rendition_bytes_max, limits: _, tries_libvips: _ } = setup;
    // A file's size limit counts for memory files too, so it cannot be 0: that a worker writes no files is the
    // business of `system_calls`.
    let limits = [
        (Resource::As, *memory_bytes),
        (Resource::Core, CORE_BYTES_MAX),
        (Resource::Fsize, *rendition_bytes_max),
        (Resource::Nofile, OPEN_FILES_MAX),
    ];
    let mut missing = Missing::default();
    missing.note("death with the server", set_parent_process_death_signal(Some(Signal::KILL)));
    missing.note("being killed first without memory", std::fs::write("/proc/self/oom_score_adj", OOM_SCORE_ADJUSTMENT));
    missing.note("lower priority", nice(NICENESS));
    missing.note("a name", rustix::thread::set_name(c"darkroom-worker"));
    for (resource, value) in limits {
        missing.note(&format!("a limit of {resource:?}"), limit(resource, value));
    }
    // After the write to /proc: it hides this process's files there, from itself too.
    missing.note("no core dumps and tracing", set_dumpable_behavior(DumpableBehavior::NotDumpable));
    missing.note("no new privileges", rustix::thread::set_no_new_privs(true));
    missing.note("no files but those of libraries (Landlock)", files::allow_only_libraries());
    missing.note("no network and other processes (seccomp)", system_calls::deny());
    missing.sentences
}

/// Lowers a limit; one that is lower already stays.
fn limit(resource: Resource, value: u64) -> rustix::io::Result<()> {
    let value = rustix::process::getrlimit(resource).maximum.map_or(value, |maximum| maximum.min(value));
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })
}

#[derive(Default)]
struct Missing {
    sentences: Vec<String>,
}

impl Missing {
    fn note<T, E: std::fmt::Display>(&mut self, what: &str, result: Result<T, E>) {
        if let Err(error) = result {
            self.sentences.push(format!("{what}: {error}"));
        }
    }
}
