//! The files of the disk tier: `renditions-v2/ab/ab…`, named by the key, in 256 folders.

use super::index::{NAME_BYTES, Name};
use crate::cache::Key;
use rustix::fs::{FlockOperation, flock};
use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::{
        fd::{AsFd as _, BorrowedFd, OwnedFd},
        unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

/// Changes with the form of the files; folders of other versions are deleted.
const FOLDER: &str = "renditions-v2";
const FOLDER_FAMILY: &str = "renditions-v";

/// Ends the name of a file that is being written. There is one writer, so one such file in a folder.
const UNFINISHED: &str = "unfinished";

/// Where the files are.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    root: PathBuf,
    /// The root, open: from here the way to a file is short.
    opened: Arc<OwnedFd>,
}

/// A file that was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) name: Name,
    pub(super) bytes: u64,
    pub(super) used: SystemTime,
}

/// The name of the file of a key.
pub(super) fn name(key: &Key) -> Name {
    let mut name = Name::default();
    name.copy_from_slice(&key.0[..NAME_BYTES]);
    name
}

impl Folder {
    /// Makes the folder in `cache_dir`, closed to other users: renditions may be of private images.
    pub(super) fn create(cache_dir: &Path) -> io::Result<Self> {
        let root = cache_dir.join(FOLDER);
        create_folder(&root)?;
        for byte in 0..=u8::MAX {
            create_folder(&root.join(hex::encode([byte])))?;
        }
        let opened = Arc::new(File::open(&root)?.into());
        Ok(Self { root, opened })
    }

    /// The root as it was when the folder was made, for [`Self::path_below`].
    pub(super) fn opened(&self) -> BorrowedFd<'_> {
        self.opened.as_fd()
    }

    /// Deletes what other versions left behind.
    pub(super) fn delete_other_versions(&self) -> io::Result<()> {
        let Some(cache_dir) = self.root.parent() else {
            return Ok(());
        };
        for folder in fs::read_dir(cache_dir)? {
            let folder = folder?;
            let folder_name = folder.file_name();
            if folder_name != FOLDER && folder_name.to_string_lossy().starts_with(FOLDER_FAMILY) {
                fs::remove_dir_all(folder.path())?;
            }
        }
        Ok(())
    }

    /// The right to write; nothing while another process has it. It ends with the file that is returned.
    pub(super) fn lock(&self) -> io::Result<Option<File>> {
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(self.root.join("lock"))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(file)),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// All files, in no order. Deletes unfinished ones.
    pub(super) fn scan(&self) -> io::Result<Vec<Found>> {
        let mut all = Vec::new();
        for byte in 0..=u8::MAX {
            for file in fs::read_dir(self.root.join(hex::encode([byte])))? {
                let file = file?;
                let file_name = file.file_name();
                if file_name == UNFINISHED {
                    fs::remove_file(file.path())?;
                    continue;
                }
                let mut name = Name::default();
                if hex::decode_to_slice(file_name.as_encoded_bytes(), &mut name).is_err() {
                    continue; // not ours
                }
                let metadata = file.metadata()?;
                all.push(Found { name, bytes: metadata.len(), used: metadata.modified()? });
            }
        }
        Ok(all)
    }

    /// The file of this name.
    pub(super) fn path(&self, name: &Name) -> PathBuf {
        self.root.join(Self::path_below(name))
    }

    /// Likewise, from the root.
    pub(super) fn path_below(name: &Name) -> String {
        let name = hex::encode(name);
        format!("{}/{name}", &name[..2])
    }

    fn folder(&self, name: &Name) -> PathBuf {
        self.root.join(hex::encode(&name[..1]))
    }

    /// Writes a file beside its place and moves it there whole. Without fsync: after a power cut the checksum finds
    /// what did not reach the disk.
    pub(super) fn write(&self, name: &Name, parts: [&[u8]; 2]) -> io::Result<()> {
        let folder = self.folder(name);
        let unfinished = folder.join(UNFINISHED);
        let result = match write_parts(&unfinished, parts) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // Someone emptied the cache by hand.
                create_folder(&folder)?;
                write_parts(&unfinished, parts)
            }
            result => result,
        };
        result.and_then(|()| fs::rename(&unfinished, self.path(name))).inspect_err(|_| {
            // It may not be there, or the disk may be gone; the next start tries again.
            let _ = fs::remove_file(&unfinished);
        })
    }

    /// Deletes a file.
    pub(super) fn delete(&self, name: &Name) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result,
        }
    }
}

fn create_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn write_parts(path: &Path, parts: [&[u8]; 2]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    for part in parts {
        file.write_all(part)?;
    }
    Ok(())
}
