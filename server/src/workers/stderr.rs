//! What a worker writes to its standard error, as lines of the log.
//!
//! Libraries print warnings there, and so does a codec that was taken over: lines are cut, their control
//! characters escaped, and only so many are taken per job.

use rustix::io::ioctl_fionbio;
use std::{
    io::{self, Read},
    os::fd::{AsFd, BorrowedFd},
    process::ChildStderr,
};

/// The longest line, in bytes; the rest of it is dropped.
const LINE_BYTES_MAX: usize = 1024;
/// Lines per job; the rest are dropped.
const LINES_PER_JOB: u32 = 20;

/// The reading end.
#[derive(Debug)]
pub(super) struct Stderr {
    pipe: ChildStderr,
    worker: u32,
    line: Vec<u8>,
    lines: u32,
    is_open: bool,
}

impl Stderr {
    /// Takes over the pipe of the worker with this process id.
    pub(super) fn new(pipe: ChildStderr, worker: u32) -> io::Result<Self> {
        ioctl_fionbio(&pipe, true)?;
        Ok(Self { pipe, worker, line: Vec::new(), lines: 0, is_open: true })
    }

    /// The pipe, to wait for; none after its end.
    pub(super) fn waitable(&self) -> Option<BorrowedFd<'_>> {
        self.is_open.then(|| self.pipe.as_fd())
    }

    /// The next lines are another job's.
    pub(super) fn next_job(&mut self) {
        self.lines = 0;
    }

    /// Logs what is there, at most one buffer of it, so that a flood does not keep the caller.
    pub(super) fn log(&mut self) {
        let mut buffer = [0; 4096];
        match self.pipe.read(&mut buffer) {
            Ok(0) => self.is_open = false,
            Ok(length) => buffer.iter().take(length).for_each(|byte| self.take(*byte)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(_) => self.is_open = false,
        }
    }

    fn take(&mut self, byte: u8) {
        if byte != b'\n' {
            if self.line.len() < LINE_BYTES_MAX {
                self.line.push(byte);
            }
            return;
        }
        self.lines = self.lines.saturating_add(1);
        if self.lines <= LINES_PER_JOB {
            let line = String::from_utf8_lossy(&self.line).escape_debug().to_string();
            tracing::warn!(worker = self.worker, line, "a worker wrote to its standard error");
        }
        self.line.clear();
    }
}
