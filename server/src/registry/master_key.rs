//! The file that holds the master key.

use super::Error;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::Path,
};
use zeroize::Zeroizing;

/// Bytes of a master key.
pub(super) const MASTER_KEY_BYTES: usize = 32;

/// Bytes of the largest file that is looked at: the longest form, with room for white space.
const FILE_BYTES_MAX: u64 = 256;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// A master key in memory, wiped when dropped.
pub(super) type MasterKey = Zeroizing<[u8; MASTER_KEY_BYTES]>;

/// Reads the master key, or makes the file when it is absent.
pub(super) fn read_or_create(path: &Path) -> Result<MasterKey, Error> {
    let result = match read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => create(path),
        result => result,
    };
    result.map_err(|error| Error::Sealed(format!("master key file {}: {error}", path.display())))
}

fn read(path: &Path) -> io::Result<MasterKey> {
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.mode() & OTHERS != 0 {
        return Err(io::Error::new(
            io::ErrorKind::PermissionDenied,
            format!("other users may read it (mode {:04o}); run `chmod 600` on it", metadata.mode() & 0o7777),
        ));
    }
    let mut content = Zeroizing::new(Vec::new());
    file.take(FILE_BYTES_MAX).read_to_end(&mut content)?;
    parse(&content)
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "expected 32 bytes, raw or in hex or base64"))
}

/// Raw first: 32 bytes cannot be the hex (64) or the base64 (44) of a key.
fn parse(content: &[u8]) -> Option<MasterKey> {
    let mut key = MasterKey::default();
    if content.len() == MASTER_KEY_BYTES {
        key.copy_from_slice(content);
        return Some(key);
    }
    let text = content.trim_ascii();
    let decoded = Zeroizing::new(match text.len() {
        64 => hex::decode(text).ok()?,
        _ => STANDARD.decode(text).ok()?,
    });
    (decoded.len() == MASTER_KEY_BYTES).then(|| {
        key.copy_from_slice(&decoded);
        key
    })
}

/// Writes a new key to a file of its own and links it into place, so that a half-written key is never read and of
/// several processes that start at once all use the same one.
fn create(path: &Path) -> io::Result<MasterKey> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let mut key = MasterKey::default();
    aws_lc_rs::rand::fill(key.as_mut_slice()).map_err(|_| io::Error::other("the system gives no random bytes"))?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let written = folder.join(format!(".{name}.{}.new", super::names::random_hex::<8>()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&written)?;
    let text = Zeroizing::new(hex::encode(key.as_slice()));
    let linked =
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).and_then(|()| fs::hard_link(&written, path));
    fs::remove_file(&written)?;
    match linked {
        // Without this a power cut could leave credentials on the disk whose key is gone.
        Ok(()) => File::open(folder)?.sync_all().map(|()| key),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn the_same_key_in_each_form() {
        let key = [0xa7; MASTER_KEY_BYTES];
        for content in [
            key.to_vec(),
            hex::encode(key).into_bytes(),
            format!("{}\n", hex::encode_upper(key)).into_bytes(),
            format!("{}\n", STANDARD.encode(key)).into_bytes(),
        ] {
            assert_eq!(parse(&content).unwrap().as_slice(), key);
        }
        for content in ["", "short", "zz", &hex::encode([1; 31]), &"g".repeat(64)] {
            assert!(parse(content.as_bytes()).is_none(), "{content}");
        }
    }

    #[test]
    fn it_is_made_once_and_closed_to_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deeper/master.key");
        let made = read_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        assert_eq!(read_or_create(&path).unwrap(), made);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn many_that_start_at_once_use_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let threads: Vec<_> = (0..16)
            .map(|_| {
                let path = path.clone();
                std::thread::spawn(move || read_or_create(&path).unwrap())
            })
            .collect();
        let mut keys: Vec<_> = threads.into_iter().map(|t| t.join().unwrap()).collect();
        keys.dedup();
        assert_eq!(keys.len(), 1);
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        read_or_create(&path).unwrap();
        for mode in [0o640, 0o604, 0o660] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let error = read_or_create(&path).unwrap_err().to_string();
            assert!(error.contains("chmod 600"), "{error}");
        }
    }
}
