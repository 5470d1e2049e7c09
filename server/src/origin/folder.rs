//! A folder on the server's disk that nothing leads out of.
//!
//! The kernel keeps the promise: `openat2` resolves a path beneath the folder, whatever symbolic links stand in
//! the way and however they change meanwhile.

use super::{Error, Fetch, Fetched, ImagePath, Invalid, Limits, attempt::Failure, focus_area, memory::Claim};
use rustix::{
    fs::{FileType, Mode, OFlags, ResolveFlags, Stat, fgetxattr, fstat, open, openat2},
    io::Errno,
};
use serde::{Deserialize, Serialize};
use std::{
    fs::File,
    io::Read,
    os::{
        fd::{AsFd, AsRawFd},
        unix::ffi::OsStrExt,
    },
    path::{Path, PathBuf},
};

/// The folder.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Location {
    /// Its absolute path.
    pub path: String,
}

const FIELD: &str = "folder.path";
/// Bytes of the folder's path, as Linux has it.
const PATH_BYTES_MAX: usize = 4095;
/// The kernel asks to come again when the tree changes under its feet.
const RESOLVE_TRIES_MAX: u32 = 16;

impl Location {
    /// Whether it can be a folder of images. It need not be there yet: a disk may be mounted later.
    pub(super) fn check(&self) -> Result<(), Invalid> {
        let path = Path::new(&self.path);
        if !path.is_absolute() || self.path.len() > PATH_BYTES_MAX || self.path.contains('\0') {
            return Err(Invalid::new(FIELD, "expected the absolute path of a folder, such as `/srv/images`"));
        }
        if path.components().count() == 1 {
            return Err(Invalid::new(FIELD, "the root of the file system is no folder of images"));
        }
        Ok(())
    }

    pub(super) async fn attempt(&self, fetch: &Fetch, limits: &Limits) -> Result<Fetched, Failure> {
        let mut claim = limits.source_memory.claim();
        loop {
            let (root, asked, allowed) = (self.path.clone(), fetch.clone(), limits.clone());
            let read = tokio::task::spawn_blocking(move || read(&root, &asked, &allowed, claim));
            match read.await.map_err(|_| Failure::new(Error::Broken("reading was abandoned".to_owned())))?? {
                Look::Fetched(fetched) => return Ok(fetched),
                // No thread waits for memory.
                Look::NoRoom(length) => claim = limits.source_memory.reserve(Some(length), !fetch.is_beside).await?,
            }
        }
    }
}

/// What became of one look at a file.
enum Look {
    Fetched(Fetched),
    /// It has so many bytes, and there is no room for them now.
    NoRoom(usize),
}

fn read(root: &str, fetch: &Fetch, limits: &Limits, mut claim: Claim) -> Result<Look, Failure> {
    let maximum = limits.source_bytes;
    let root = open(root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).map_err(root_failure)?;
    let mut file = File::from(open_beneath(&root, &fetch.path).map_err(file_failure)?);
    let stat = fstat(&file).map_err(file_failure)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Error::NotFound.into());
    }
    if is_never_read(&file, &limits.never_read) {
        return Err(Error::PathRefused("the server's own data is no image".to_owned()).into());
    }
    let size = u64::try_from(stat.st_size).unwrap_or_default();
    if size > maximum {
        return Err(Error::TooLarge { maximum }.into());
    }
    let version = version(&stat);
    if fetch.if_not_version.as_ref() == Some(&version) {
        return Ok(Look::Fetched(Fetched::NotModified));
    }
    let length = usize::try_from(size).unwrap_or_default();
    if !claim.grow_within(length) {
        return Ok(Look::NoRoom(length));
    }
    let mut data = Vec::with_capacity(length);
    let length = (&mut file).take(size + 1).read_to_end(&mut data);
    let after = fstat(&file).map_err(file_failure)?;
    if length.ok() != usize::try_from(size).ok() || self::version(&after) != version {
        return Err(Failure::passing(Error::Broken("the file changed while it was read".to_owned())));
    }
    Ok(Look::Fetched(Fetched::Image {
        data: claim.hold(data),
        media_type: None,
        version,
        modify_time: jiff::Timestamp::from_second(stat.st_mtime).ok(),
        focus_area: focus_area(&file),
    }))
}

/// The rectangle in the file's extended attribute; most files, and some file systems, have none.
fn focus_area(file: &File) -> Option<darkroom_engine::Area> {
    let mut text = [0_u8; focus_area::BYTES_MAX];
    let length = fgetxattr(file, focus_area::FILE_ATTRIBUTE, &mut text).ok()?;
    focus_area::read(std::str::from_utf8(text.get(..length)?).ok()?)
}

/// Whether the file is one of the server's own, by whatever path it was opened. A name is enough: `registry.sqlite`
/// stands for `registry.sqlite-wal` as well.
fn is_never_read(file: &File, never_read: &[PathBuf]) -> bool {
    let link = format!("/proc/self/fd/{}", file.as_fd().as_raw_fd());
    let Ok(path) = std::fs::read_link(link) else { return true };
    let path = path.as_os_str().as_bytes();
    never_read.iter().any(|own| path.starts_with(own.as_os_str().as_bytes()))
}

/// `NONBLOCK` so that a FIFO cannot hold the thread before it is found to be one.
fn open_beneath(root: &impl std::os::fd::AsFd, path: &ImagePath) -> Result<std::os::fd::OwnedFd, Errno> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    let mut tries = 1;
    loop {
        match openat2(root, path.as_str(), flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN | Errno::INTR) if tries < RESOLVE_TRIES_MAX => tries += 1,
            result => return result,
        }
    }
}

fn version(stat: &Stat) -> String {
    format!("\"{:x}.{:x}-{:x}-{:x}\"", stat.st_mtime, stat.st_mtime_nsec, stat.st_size, stat.st_ino)
}

fn root_failure(error: Errno) -> Failure {
    match error {
        Errno::ACCESS | Errno::PERM => Failure::from(Error::AccessDenied("the folder may not be opened".to_owned()))
            .advise("the user that Darkroom runs as may not open the folder: give it the right to read and search"),
        Errno::NOENT | Errno::NOTDIR => Failure::from(Error::Unreachable("the folder is not there".to_owned()))
            .advise("there is no such folder on the server's disk: check the path, or mount it"),
        error => Error::Unreachable(format!("the folder cannot be opened ({error})")).into(),
    }
}

fn file_failure(error: Errno) -> Failure {
    match error {
        Errno::NOENT | Errno::NOTDIR | Errno::NAMETOOLONG | Errno::NXIO | Errno::ISDIR => Error::NotFound.into(),
        Errno::ACCESS | Errno::PERM => Failure::from(Error::AccessDenied("the file may not be read".to_owned()))
            .advise("the user that Darkroom runs as may not read the file: give it the right to"),
        Errno::XDEV | Errno::LOOP => {
            Error::PathRefused("a symbolic link leads out of the folder, or in a circle".to_owned()).into()
        }
        Errno::NOSYS => Error::Broken("the kernel is older than Linux 5.6 and cannot confine paths".to_owned()).into(),
        error => Failure::passing(Error::Broken(format!("the file cannot be read ({error})"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use std::{fs, os::unix::fs::symlink};

    fn fetch(root: &Path, path: &str, version: Option<&str>) -> Result<Fetched, Error> {
        let fetch = Fetch {
            path: ImagePath::parse(path).unwrap(),
            query: String::new(),
            host: String::new(),
            if_not_version: version.map(str::to_owned),
            is_beside: false,
        };
        let limits = Limits { source_bytes: 100, ..Limits::default() };
        let looked = read(root.to_str().unwrap(), &fetch, &limits, limits.source_memory.claim());
        match looked.map_err(|failure| failure.error)? {
            Look::Fetched(fetched) => Ok(fetched),
            Look::NoRoom(length) => panic!("no room for {length} bytes"),
        }
    }

    fn data(fetched: Result<Fetched, Error>) -> Bytes {
        match fetched.unwrap() {
            Fetched::Image { data, .. } => data,
            Fetched::NotModified => panic!("not modified"),
        }
    }

    #[test]
    fn links_inside_lead_on_and_links_outside_do_not() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        fs::create_dir(at("folder")).unwrap();
        fs::write(at("folder/a.jpg"), "image").unwrap();
        symlink("folder/a.jpg", at("inside.jpg")).unwrap();
        symlink("../inside.jpg", at("folder/up.jpg")).unwrap();
        symlink(outside.path().join("secret"), at("absolute")).unwrap();
        symlink("../../../../../../etc/passwd", at("relative")).unwrap();
        symlink(outside.path(), at("door")).unwrap();
        symlink("/proc/self/root/etc", at("magic")).unwrap();
        symlink("circle", at("circle")).unwrap();
        for path in ["folder/a.jpg", "inside.jpg", "folder/up.jpg"] {
            assert_eq!(data(fetch(root.path(), path, None)), "image", "{path}");
        }
        for path in ["absolute", "relative", "door/secret", "magic/passwd", "circle"] {
            let error = fetch(root.path(), path, None).unwrap_err();
            assert!(matches!(error, Error::PathRefused(_)), "{path}: {error:?}");
        }
    }

    #[test]
    fn only_regular_files_are_images() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir(root.path().join("folder")).unwrap();
        let fifo = root.path().join("fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(root.path().join("socket")).unwrap();
        for path in ["folder", "fifo", "socket", "absent", "folder/absent", "fifo/below"] {
            assert_eq!(fetch(root.path(), path, None).unwrap_err(), Error::NotFound, "{path}");
        }
    }

    #[test]
    fn a_change_changes_the_version() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        fs::write(&path, "one").unwrap();
        let Fetched::Image { version, modify_time, .. } = fetch(root.path(), "a", None).unwrap() else { panic!() };
        assert!(modify_time.is_some());
        assert!(matches!(fetch(root.path(), "a", Some(&version)), Ok(Fetched::NotModified)));
        let time = fs::metadata(&path).unwrap().modified().unwrap();
        fs::remove_file(&path).unwrap();
        fs::write(&path, "two").unwrap();
        File::options()
            .write(true)
            .open(&path)
            .unwrap()
            .set_modified(time + std::time::Duration::from_nanos(1))
            .unwrap();
        assert_eq!(data(fetch(root.path(), "a", Some(&version))), "two");
    }

    #[test]
    fn the_rectangle_of_a_file_is_in_its_attribute() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a");
        fs::write(&path, "image").unwrap();
        let area = || match fetch(root.path(), "a", None).unwrap() {
            Fetched::Image { focus_area, .. } => focus_area.map(|area| area.to_string()),
            Fetched::NotModified => panic!("not modified"),
        };
        assert_eq!(area(), None);
        for (text, expected) in
            [("10,20,300,200", Some("10,20,300,200")), ("10,20,300", None), (&"1".repeat(200), None)]
        {
            let set = rustix::fs::setxattr(
                &path,
                focus_area::FILE_ATTRIBUTE,
                text.as_bytes(),
                rustix::fs::XattrFlags::empty(),
            );
            if set == Err(Errno::NOTSUP) {
                eprintln!("skipped: this file system keeps no extended attributes of users");
                return;
            }
            set.unwrap();
            assert_eq!(area().as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_large_file_and_an_absent_folder() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("a"), "x".repeat(101)).unwrap();
        assert_eq!(fetch(root.path(), "a", None).unwrap_err(), Error::TooLarge { maximum: 100 });
        let absent = fetch(&root.path().join("absent"), "a", None).unwrap_err();
        assert!(matches!(absent, Error::Unreachable(_)));
    }

    #[test]
    fn only_an_absolute_folder_can_be_registered() {
        for path in ["", "images", "./images", "/", "//", "/a\0b"] {
            assert!(Location { path: path.to_owned() }.check().is_err(), "{path:?}");
        }
        Location { path: "/srv/images".to_owned() }.check().unwrap();
    }

    #[tokio::test]
    async fn a_file_waits_for_memory_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("photo.jpg"), vec![7; 8192]).unwrap();
        let limits = Limits { source_memory: super::super::memory::SourceMemory::new(8192), ..Limits::default() };
        let location = Location { path: folder.path().to_str().unwrap().to_owned() };
        let path = ImagePath::parse("photo.jpg").unwrap();
        let fetch = Fetch { path, query: String::new(), host: String::new(), if_not_version: None, is_beside: false };
        let Ok(Fetched::Image { data: first, .. }) = location.attempt(&fetch, &limits).await else { panic!() };
        let second = tokio::spawn({
            let (location, fetch, limits) = (location.clone(), fetch.clone(), limits.clone());
            async move { location.attempt(&fetch, &limits).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        assert!(!second.is_finished());
        let beside = Fetch { is_beside: true, ..fetch };
        assert!(location.attempt(&beside, &limits).await.is_ok(), "who holds a source does not wait");
        drop(first);
        assert!(matches!(second.await.unwrap(), Ok(Fetched::Image { data, .. }) if data.len() == 8192));
    }
}
