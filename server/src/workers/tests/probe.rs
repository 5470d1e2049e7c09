//! Jobs that only tests ask for: they do to a worker what a codec could do.

use crate::workers::message::Answer;
use rustix::{
    fd::{AsRawFd, BorrowedFd},
    fs::Mode,
    net::{AddressFamily, SocketType, socket},
    process::{Resource, getrlimit},
};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{self, ErrorKind},
    process::Command,
};

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(in crate::workers) enum Probe {
    /// Nothing: answer at once.
    Nothing,
    /// Never end.
    Spin,
    /// Die of a signal.
    Abort,
    /// Panic.
    Panic,
    /// Take memory until the limit.
    Memory,
    /// Answer another question, with a length that is not there.
    Lie,
    /// Print more than anybody reads.
    Print,
    /// Try what a worker must not be able to do; name what can be done.
    Escape {
        /// A secret file of the server.
        secret: String,
        /// A process of the same user.
        process: u32,
    },
    /// Name the limits and the environment.
    Limits,
    /// Say whether libvips is loaded.
    Libvips,
}

pub(in crate::workers) fn run_probe(probe: &Probe, given: BorrowedFd<'_>) -> Answer {
    let found = match probe {
        Probe::Nothing => Vec::new(),
        Probe::Spin => loop {
            std::hint::spin_loop();
        },
        Probe::Abort => std::process::abort(),
        Probe::Panic => panic!("the engine has a bug"),
        Probe::Memory => take_memory(),
        Probe::Lie => {
            let (format, timings) = (darkroom_engine::Format::Png, darkroom_engine::Timings::default());
            return Answer::Rendered {
                format,
                width_px: 1,
                height_px: 1,
                timings,
                size_bytes: u64::MAX,
                has_libvips: false,
            };
        }
        Probe::Print => {
            (0..100_000).for_each(|number| eprintln!("warning {number}\u{1b}[31m"));
            Vec::new()
        }
        Probe::Escape { secret, process } => escape(secret, *process, given),
        Probe::Limits => limits(),
        Probe::Libvips => vec![darkroom_engine::vips::is_loaded().to_string()],
    };
    Answer::Probed(found)
}

fn take_memory() -> Vec<String> {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; 16 * 1024 * 1024]);
        if taken.len() > 1024 {
            return vec!["16 GiB".into()];
        }
    }
}

/// Each attempt, and what must come of it.
fn escape(secret: &str, process: u32, given: BorrowedFd<'_>) -> Vec<String> {
    let process = rustix::process::Pid::from_raw(process.cast_signed()).unwrap();
    let kinds = [AddressFamily::INET, AddressFamily::INET6, AddressFamily::UNIX, AddressFamily::NETLINK];
    let mut attempts: Vec<(String, io::Result<()>)> = kinds
        .into_iter()
        .map(|kind| (format!("socket {kind:?}"), socket(kind, SocketType::STREAM, None).map(drop).map_err(Into::into)))
        .collect();
    let mut attempt = |what: &str, result: io::Result<()>| attempts.push((what.to_owned(), result));
    attempt("connect", std::net::TcpStream::connect("127.0.0.1:9").map(drop));
    attempt("run a program", Command::new("/bin/true").status().map(drop));
    attempt("read a secret", fs::read(secret).map(drop));
    attempt("read the users", fs::read("/etc/passwd").map(drop));
    attempt("list the root", fs::read_dir("/").map(drop));
    attempt("overwrite a file", fs::OpenOptions::new().append(true).open(secret).map(drop));
    attempt("make a file", fs::write("/tmp/darkroom-worker-was-here", "x"));
    attempt("make a file in memory of the machine", fs::write("/dev/shm/darkroom-worker-was-here", "x"));
    let own = format!("/proc/self/fd/{}", given.as_raw_fd());
    attempt("write what it is given", fs::OpenOptions::new().write(true).open(own).map(drop));
    attempt("make writable what it is given", rustix::fs::fchmod(given, Mode::RWXU).map_err(Into::into));
    attempt("remove a file", fs::remove_file(secret));
    attempt("make a folder", fs::create_dir("/tmp/darkroom-worker-was-here"));
    attempt("rename a file", fs::rename(secret, format!("{secret}-moved")));
    attempt("change permissions", fs::set_permissions(secret, fs::metadata("/usr").unwrap().permissions()));
    attempt("signal a process", rustix::process::test_kill_process(process).map_err(Into::into));
    attempt("read a process's memory", fs::read(format!("/proc/{}/environ", process.as_raw_pid())).map(drop));
    attempt(
        "pidfd",
        rustix::process::pidfd_open(process, rustix::process::PidfdFlags::empty()).map(drop).map_err(Into::into),
    );

    let is_denied =
        |result: &io::Result<()>| matches!(result, Err(error) if error.kind() == ErrorKind::PermissionDenied);
    attempts
        .into_iter()
        .filter(|(_, result)| !is_denied(result))
        .map(|(what, result)| format!("{what}: {result:?}"))
        .collect()
}

fn limits() -> Vec<String> {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let facts = status.lines().filter(|line| line.starts_with("NoNewPrivs") || line.starts_with("Seccomp:"));
    let limits = [Resource::As, Resource::Core, Resource::Fsize, Resource::Nofile]
        .map(|resource| format!("{resource:?} {}", getrlimit(resource).maximum.unwrap_or(u64::MAX)));
    let mut found: Vec<String> = facts.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    found.extend(limits);
    found.push(format!("in {}", std::env::current_dir().unwrap().display()));
    let mut names: Vec<String> = std::env::vars().map(|(name, _)| name).collect();
    names.sort();
    found.push(format!("with {}", names.join(" ")));
    found
}
