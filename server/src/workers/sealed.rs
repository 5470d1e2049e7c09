//! Images cross the border in sealed memory files: whoever has one can be sure that its size and its bytes
//! do not change any more, so neither side can pull the memory away under the other's feet.

use bytes::Bytes;
use rustix::{
    fd::OwnedFd,
    fs::{FileType, MemfdFlags, SealFlags, fcntl_add_seals, fcntl_get_seals, fstat, memfd_create},
};
use std::{
    fs::File,
    io::{self, Read, Seek, Write},
};

/// What makes a file constant. `SEAL` is in it so that nobody undoes or extends the rest.
const CONSTANT: SealFlags = SealFlags::WRITE.union(SealFlags::SHRINK).union(SealFlags::GROW).union(SealFlags::SEAL);

/// A new constant file with these bytes. Its offset is at the start.
pub(super) fn write(bytes: &[u8]) -> io::Result<OwnedFd> {
    write_all([bytes])
}

/// A new constant file with these parts, one after the other. Its offset is at the start.
pub(super) fn write_all<'b>(parts: impl IntoIterator<Item = &'b [u8]>) -> io::Result<OwnedFd> {
    let memory = memfd_create("darkroom-image", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
    let mut file = File::from(memory);
    for bytes in parts {
        file.write_all(bytes)?;
    }
    file.rewind()?;
    let memory = OwnedFd::from(file);
    fcntl_add_seals(&memory, CONSTANT)?;
    Ok(memory)
}

/// The bytes of a constant file of at most `bytes_max`. Anything else — a pipe that would block, a file on
/// disk, memory that can still change, another length than the real one — is an error.
pub(super) fn read(file: OwnedFd, bytes_max: u64) -> io::Result<Bytes> {
    let facts = fstat(&file)?;
    let size = u64::try_from(facts.st_size).unwrap_or(u64::MAX);
    let is_constant = FileType::from_raw_mode(facts.st_mode) == FileType::RegularFile
        && fcntl_get_seals(&file).is_ok_and(|seals| seals.contains(CONSTANT));
    if !is_constant {
        return Err(io::Error::other("not a sealed memory file"));
    }
    if size > bytes_max {
        return Err(io::Error::other(format!("{size} bytes where at most {bytes_max} are allowed")));
    }
    let length = usize::try_from(size).map_err(io::Error::other)?;
    let mut bytes = Vec::with_capacity(length);
    let mut file = File::from(file);
    file.rewind()?; // the offset is shared with the other side
    file.take(size).read_to_end(&mut bytes)?;
    if bytes.len() == length { Ok(bytes.into()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        assert_eq!(read(write(b"pixels").unwrap(), 6).unwrap(), Bytes::from_static(b"pixels"));
        assert_eq!(read(write(b"").unwrap(), 0).unwrap(), Bytes::new());
    }

    #[test]
    fn a_file_over_the_cap_is_refused() {
        assert!(read(write(b"pixels").unwrap(), 5).unwrap_err().to_string().contains("6 bytes"));
    }

    #[test]
    fn what_can_still_change_or_block_is_refused() {
        let unsealed = memfd_create("unsealed", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING).unwrap();
        let (pipe, _writer) = rustix::pipe::pipe().unwrap();
        let on_disk = OwnedFd::from(tempfile::tempfile().unwrap());
        for file in [unsealed, pipe, on_disk] {
            assert!(read(file, 100).unwrap_err().to_string().contains("sealed"));
        }
    }

    #[test]
    fn a_sealed_file_cannot_be_written() {
        let file = write(b"pixels").unwrap();
        assert!(rustix::io::write(&file, b"x").is_err());
        assert!(rustix::fs::ftruncate(&file, 1).is_err());
    }
}
