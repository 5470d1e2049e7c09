//! The memory through which images cross the border: two areas per worker, one for what it is given and one for
//! what it makes. They live as long as the worker, so that a job of a megabyte does not wait for the kernel to find
//! and clear 256 pages and to take them back.
//!
//! An area is a memory file that the server made itself, and both sides copy out of it with `pread`: nothing is
//! mapped, so nobody can pull memory away under the other's feet, and what a worker writes while the server reads is
//! nothing but other bytes of a rendition that it could have sent anyway.

use bytes::Bytes;
use rustix::{
    fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd},
    fs::{
        FallocateFlags, MemfdFlags, Mode, OFlags, SealFlags, fallocate, fchmod, fcntl_add_seals, fstat, ftruncate,
        memfd_create, open,
    },
};
use std::{
    fs::File,
    io,
    os::unix::fs::FileExt,
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes of an area, and of a worker's own copy, that are kept from one job to the next: most photos fit.
const KEPT_BYTES: u64 = 4 * 1024 * 1024;
/// Bytes of the largest page of the systems that we know.
const PAGE_BYTES_MAX: u64 = 64 * 1024;

/// A source for which there is no memory the next time that it is handed over: real memory cannot be made to end for
/// one test alone.
#[cfg(test)]
pub(super) static NO_MEMORY_FOR: Mutex<Option<Bytes>> = Mutex::new(None);

/// The server's side of what a worker is given.
#[derive(Debug)]
pub(super) struct Given {
    file: File,
    /// Bytes that have pages behind them.
    filled: u64,
}

impl Given {
    /// A new area, and the worker's end of it, which can only be read.
    pub(super) fn new() -> io::Result<(Self, OwnedFd)> {
        let file = memfd_create("darkroom-given", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
        // A descriptor that reads is all that the worker gets. That it cannot open the file anew for writing is the
        // business of the mode, and of its isolation where the server runs as root.
        fchmod(&file, Mode::RUSR)?;
        let end = open(format!("/proc/self/fd/{}", file.as_raw_fd()), OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty())?;
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::SEAL)?;
        Ok((Self { file: file.into(), filled: 0 }, end))
    }

    /// Writes these parts, one after the other, over what was there.
    pub(super) fn write<'b>(&mut self, parts: impl IntoIterator<Item = &'b [u8]>) -> io::Result<()> {
        let mut end = 0;
        for bytes in parts {
            #[cfg(test)]
            if NO_MEMORY_FOR.lock().unwrap().take_if(|failing| *failing == bytes).is_some() {
                // As when a part of it finds room.
                self.file.write_all_at(&bytes[..bytes.len() / 2], end)?;
                return Err(io::ErrorKind::StorageFull.into());
            }
            self.file.write_all_at(bytes, end)?;
            end += bytes.len() as u64;
            self.filled = self.filled.max(end);
        }
        Ok(())
    }

    /// Gives back the memory that only a large job needed.
    pub(super) fn trim(&mut self) {
        if self.filled > KEPT_BYTES {
            let hole = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
            // What the kernel does not take back now goes with the worker.
            let rest = (self.filled - KEPT_BYTES).next_multiple_of(PAGE_BYTES_MAX);
            _ = fallocate(&self.file, hole, KEPT_BYTES, rest);
            self.filled = KEPT_BYTES;
        }
    }
}

/// The worker's copy of what it was given. Its memory is used again for the next job.
#[derive(Debug, Default)]
pub(super) struct Copied {
    memory: Arc<Mutex<Vec<u8>>>,
}

impl Copied {
    /// The first bytes of the area.
    pub(super) fn read(&self, given: BorrowedFd<'_>, bytes: u64) -> io::Result<Bytes> {
        let length = usize::try_from(bytes).map_err(io::Error::other)?;
        let mut memory = std::mem::take(&mut *self.memory.lock().unwrap_or_else(PoisonError::into_inner));
        if memory.len() < length {
            memory = vec![0; length];
        }
        read_exact(given, memory.get_mut(..length).unwrap_or_default(), 0)?;
        Ok(Bytes::from_owner(Loan { memory, length, home: Arc::clone(&self.memory) }))
    }
}

/// Memory that goes back when the last who looks at it is done.
struct Loan {
    memory: Vec<u8>,
    length: usize,
    home: Arc<Mutex<Vec<u8>>>,
}

impl AsRef<[u8]> for Loan {
    fn as_ref(&self) -> &[u8] {
        self.memory.get(..self.length).unwrap_or_default()
    }
}

impl Drop for Loan {
    fn drop(&mut self) {
        if self.memory.len() as u64 <= KEPT_BYTES {
            *self.home.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(&mut self.memory);
        }
    }
}

/// The server's side of what a worker makes.
#[derive(Debug)]
pub(super) struct Made {
    file: OwnedFd,
}

impl Made {
    /// A new area. The worker gets the same file.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self { file: memfd_create("darkroom-made", MemfdFlags::CLOEXEC)? })
    }

    /// A copy of the bytes from `offset` on. That they are there is found out before memory is taken for them.
    pub(super) fn read(&self, offset: u64, bytes: u64) -> io::Result<Bytes> {
        let there = self.size()?.saturating_sub(offset);
        if bytes > there {
            return Err(io::Error::other(format!("{bytes} bytes were announced, and {there} are there")));
        }
        let mut data = vec![0; usize::try_from(bytes).map_err(io::Error::other)?];
        read_exact(self.file.as_fd(), &mut data, offset)?;
        Ok(data.into())
    }

    /// Gives back the memory that only large renditions needed.
    pub(super) fn trim(&self) -> io::Result<()> {
        if self.size()? > KEPT_BYTES { Ok(ftruncate(&self.file, 0)?) } else { Ok(()) }
    }

    fn size(&self) -> io::Result<u64> {
        Ok(u64::try_from(fstat(&self.file)?.st_size).unwrap_or_default())
    }
}

impl AsFd for Made {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

/// The worker's side: writes a rendition, from `offset` on.
pub(super) fn write(made: BorrowedFd<'_>, offset: u64, bytes: &[u8]) -> io::Result<()> {
    let mut written = 0;
    while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
        let more = rustix::io::retry_on_intr(|| rustix::io::pwrite(made, rest, offset + written as u64))?;
        written += if more == 0 { return Err(io::ErrorKind::WriteZero.into()) } else { more };
    }
    Ok(())
}

fn read_exact(file: BorrowedFd<'_>, into: &mut [u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
        let more = rustix::io::retry_on_intr(|| rustix::io::pread(file, &mut *rest, offset + done as u64))?;
        done += if more == 0 { return Err(io::ErrorKind::UnexpectedEof.into()) } else { more };
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_is_read_and_the_next_job_lies_over_it() {
        let (mut given, end) = Given::new().unwrap();
        let copied = Copied::default();
        given.write([&b"first"[..], b" source"]).unwrap();
        let first = copied.read(end.as_fd(), 12).unwrap();
        given.write([&b"second"[..]]).unwrap();
        assert_eq!(copied.read(end.as_fd(), 6).unwrap(), "second");
        assert_eq!(first, "first source", "a copy stays as it was");
        assert!(copied.read(end.as_fd(), 13).is_err());
    }

    #[test]
    fn memory_is_used_again_and_a_large_job_leaves_none() {
        let (mut given, end) = Given::new().unwrap();
        let copied = Copied::default();
        let large = vec![7; usize::try_from(KEPT_BYTES).unwrap() + 100_000];
        given.write([&large[..]]).unwrap();
        assert!(copied.read(end.as_fd(), large.len() as u64).unwrap() == large);
        assert_eq!(copied.memory.lock().unwrap().len(), 0);
        given.trim();
        assert!(fstat(&given.file).unwrap().st_blocks.cast_unsigned() * 512 <= KEPT_BYTES);
        given.write([&b"photo"[..]]).unwrap();
        let place = copied.read(end.as_fd(), 5).unwrap().as_ptr();
        assert_eq!(copied.read(end.as_fd(), 3).unwrap().as_ptr(), place);
    }

    #[test]
    fn a_worker_can_only_read_what_it_is_given() {
        let (mut given, end) = Given::new().unwrap();
        given.write([&b"pixels"[..]]).unwrap();
        assert!(rustix::io::pwrite(&end, b"x", 0).is_err());
        assert!(ftruncate(&end, 1).is_err() && ftruncate(&given.file, 1).is_err());
        assert!(fallocate(&end, FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE, 0, 6).is_err());
        assert_eq!(Copied::default().read(end.as_fd(), 6).unwrap(), "pixels");
    }

    #[test]
    fn what_is_made_is_not_longer_than_it_really_is() {
        let made = Made::new().unwrap();
        write(made.as_fd(), 0, b"first").unwrap();
        write(made.as_fd(), 5, b"second").unwrap();
        assert_eq!((made.read(0, 5).unwrap(), made.read(5, 6).unwrap()), ("first".into(), "second".into()));
        assert_eq!(made.read(11, 0).unwrap(), "");
        for (offset, bytes) in [(5, 7), (12, 1), (u64::MAX, 1), (0, u64::MAX)] {
            assert!(made.read(offset, bytes).unwrap_err().to_string().contains("are there"));
        }
        made.trim().unwrap();
        assert_eq!(made.read(0, 5).unwrap(), "first");
        write(made.as_fd(), 5, &vec![1; usize::try_from(KEPT_BYTES).unwrap()]).unwrap();
        made.trim().unwrap();
        assert_eq!(fstat(&made).unwrap().st_blocks, 0, "large renditions leave no memory");
    }

    /// Processor time of this thread so far.
    fn spent() -> u64 {
        let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        text.split_whitespace().next().unwrap().parse().unwrap()
    }

    /// A memory file for each image, made and sealed by one side and read by the other.
    fn sealed_file(source: &[u8]) -> Bytes {
        use std::io::{Read, Seek, Write};
        let mut file = File::from(memfd_create("image", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap());
        file.write_all(source).unwrap();
        file.rewind().unwrap();
        fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL).unwrap();
        let mut bytes = Vec::with_capacity(source.len());
        file.read_to_end(&mut bytes).unwrap();
        bytes.into()
    }

    /// What the areas save. Run it with `--ignored --nocapture`; both ways in turns, in one run.
    #[test]
    #[ignore = "a measurement"]
    fn measure() {
        const ROUNDS: u64 = 300;
        let (mut given, end) = Given::new().unwrap();
        let copied = Copied::default();
        for length in [100 << 10, 1 << 20, 2 << 20, 4 << 20] {
            let source = vec![7; length];
            let (mut anew, mut again) = (0, 0);
            for _ in 0..ROUNDS {
                let begun = spent();
                drop(sealed_file(&source));
                let between = spent();
                given.write([&source[..]]).unwrap();
                drop(copied.read(end.as_fd(), length as u64).unwrap());
                given.trim();
                anew += between - begun;
                again += spent() - between;
            }
            eprintln!(
                "{length} bytes: a file per image {} us, areas {} us",
                anew / ROUNDS / 1000,
                again / ROUNDS / 1000
            );
        }
    }
}
