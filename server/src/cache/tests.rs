use super::*;
use std::{
    collections::HashSet,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::Path,
};
use tempfile::TempDir;

const MIB: u64 = 1024 * 1024;

pub(super) fn key(number: u64) -> Key {
    let mut key = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &number.to_le_bytes());
    key.copy_from_slice(digest.as_ref());
    Key(key)
}

pub(super) fn entry(number: u64, bytes: usize) -> Arc<Entry> {
    Arc::new(Entry {
        media_type: "image/webp".into(),
        etag: format!("\"{number}\""),
        source_version: "v1".into(),
        origin: "photos".into(),
        width_px: 300,
        height_px: 200,
        checked_at: 1_700_000_000,
        modified_at: 0,
        data: number.to_le_bytes().repeat(bytes.div_ceil(8))[..bytes].to_vec().into(),
    })
}

async fn open(folder: &TempDir, memory_bytes: u64, disk_bytes: u64) -> Cache {
    let config = Config { memory_bytes, disk_bytes, disk_dir: folder.path().join("cache") };
    Cache::open(&config).await.unwrap()
}

fn temporary() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// The files of entries.
fn files(folder: &Path) -> Vec<PathBuf> {
    let root = folder.join("cache/renditions-v2");
    fs::read_dir(root)
        .unwrap()
        .filter_map(|entry| fs::read_dir(entry.unwrap().path()).ok())
        .flat_map(|files| files.map(|file| file.unwrap().path()))
        .collect()
}

/// What the file system says the files take. One that the writer has deleted since they were listed takes nothing.
fn used_bytes(folder: &Path) -> u64 {
    files(folder).iter().filter_map(|path| fs::metadata(path).ok()).map(|file| file.blocks() * 512).sum()
}

#[tokio::test]
async fn each_tier_can_be_switched_off() {
    for (memory, disk, kept) in [(MIB, MIB, true), (MIB, 0, true), (0, MIB, true), (0, 0, false)] {
        let folder = temporary();
        let cache = open(&folder, memory, disk).await;
        assert_eq!(cache.get(&key(1)).await, None);
        cache.insert(key(1), entry(1, 1000));
        for _ in 0..2 {
            assert_eq!(cache.get(&key(1)).await, kept.then(|| entry(1, 1000)), "{memory} {disk}");
            cache.close().await.unwrap();
        }
        cache.insert(key(1), entry(2, 500));
        assert_eq!(cache.get(&key(1)).await, kept.then(|| entry(2, 500)));
        cache.remove(&key(1));
        assert_eq!(cache.get(&key(1)).await, None);
        cache.close().await.unwrap();
        assert_eq!(cache.get(&key(1)).await, None);
        assert_eq!(folder.path().join("cache").exists(), disk > 0);
    }
}

#[tokio::test]
async fn the_disk_tier_survives_a_restart() {
    let folder = temporary();
    let cache = open(&folder, MIB, 64 * MIB).await;
    for number in 0..200 {
        cache.insert(key(number), entry(number, 10_000));
    }
    cache.remove(&key(7));
    cache.close().await.unwrap();
    drop(cache);
    let cache = open(&folder, MIB, 64 * MIB).await;
    for number in 0..200 {
        let expected = (number != 7).then(|| entry(number, 10_000));
        assert_eq!(cache.get(&key(number)).await, expected, "{number}");
    }
}

#[tokio::test]
async fn both_bounds_hold_at_ten_times_as_much() {
    const MEMORY: u64 = 4 * MIB;
    const DISK: u64 = 8 * MIB;
    let folder = temporary();
    let cache = open(&folder, MEMORY, DISK).await;
    let sizes = [10, 900, 5_000, 20_000, 200_000, 700_000];
    let (mut inserted, mut number) = (0, 0);
    while inserted < 10 * DISK {
        number += 1;
        let bytes = sizes[usize::try_from(number).unwrap() % sizes.len()];
        cache.insert(key(number), entry(number, bytes));
        inserted += bytes as u64;
        if number % 10 == 0 {
            cache.close().await.unwrap();
            assert!(used_bytes(folder.path()) <= DISK, "{}", used_bytes(folder.path()));
        }
        assert!(cache.tiers.memory.as_ref().unwrap().bytes() as u64 <= MEMORY);
    }
    cache.close().await.unwrap();
    assert!(used_bytes(folder.path()) > DISK / 2);
    assert!(cache.tiers.memory.as_ref().unwrap().bytes() as u64 > MEMORY / 2);
    drop(cache);
    // A smaller tier at the next start, with all that was there.
    let _cache = open(&folder, 0, DISK / 4).await;
    // The writer of the tier that was dropped ends in its own time, and only then is there room made.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !(1..=DISK / 4).contains(&used_bytes(folder.path())) {
        assert!(std::time::Instant::now() < deadline, "{} bytes", used_bytes(folder.path()));
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_was_used_last_stays_also_after_a_restart() {
    let folder = temporary();
    let cache = open(&folder, 0, MIB).await;
    for number in 0..10 {
        cache.insert(key(number), entry(number, 50_000));
    }
    cache.close().await.unwrap();
    assert!(cache.get(&key(0)).await.is_some());
    for number in 10..28 {
        cache.insert(key(number), entry(number, 50_000));
        cache.close().await.unwrap();
        assert!(cache.get(&key(0)).await.is_some(), "the one that was always used went at {number}");
    }
    assert!(cache.get(&key(1)).await.is_none());
    drop(cache);
    // As if it was last used long before all others.
    let name = hex::encode(&key(27).0[..16]);
    let path = files(folder.path()).into_iter().find(|path| path.ends_with(&name)).unwrap();
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    fs::File::open(&path).unwrap().set_modified(long_ago).unwrap();
    let cache = open(&folder, 0, MIB).await;
    for number in 30..33 {
        cache.insert(key(number), entry(number, 50_000));
    }
    cache.close().await.unwrap();
    assert!(cache.get(&key(27)).await.is_none());
}

#[tokio::test]
async fn a_use_is_noted_on_the_disk() {
    let folder = temporary();
    let cache = open(&folder, 0, MIB).await;
    cache.insert(key(1), entry(1, 100));
    cache.close().await.unwrap();
    let path = files(folder.path()).remove(0);
    let two_hours_ago = std::time::SystemTime::now() - std::time::Duration::from_hours(2);
    fs::File::open(&path).unwrap().set_modified(two_hours_ago).unwrap();
    cache.get(&key(1)).await.unwrap();
    assert!(fs::metadata(&path).unwrap().modified().unwrap().elapsed().unwrap().as_secs() < 60);
}

#[tokio::test]
async fn what_is_at_hand_is_what_a_lookup_finds() {
    for (memory, disk) in [(MIB, 0), (0, 64 * MIB), (MIB, 64 * MIB)] {
        let folder = temporary();
        let cache = open(&folder, memory, disk).await;
        assert_eq!(cache.at_hand(&key(1)), None);
        cache.insert(key(1), entry(1, 1000));
        assert_eq!(cache.at_hand(&key(1)), Some(entry(1, 1000)), "in memory, or on its way to the disk");
        cache.insert(key(1), entry(2, 500));
        assert_eq!(cache.at_hand(&key(1)), Some(entry(2, 500)));
        cache.close().await.unwrap();
        if let Some(found) = cache.at_hand(&key(1)) {
            assert_eq!(found, entry(2, 500));
        }
        cache.remove(&key(1));
        assert_eq!(cache.at_hand(&key(1)), None);
        cache.close().await.unwrap();
        assert_eq!(cache.at_hand(&key(1)), None);
    }
}

#[tokio::test]
async fn damage_is_not_at_hand() {
    let folder = temporary();
    let cache = open(&folder, 0, MIB).await;
    cache.insert(key(1), entry(1, 2000));
    cache.close().await.unwrap();
    let path = files(folder.path()).remove(0);
    let mut content = fs::read(&path).unwrap();
    let last = content.len() - 1;
    content[last] ^= 1;
    fs::write(&path, content).unwrap();
    assert_eq!(cache.at_hand(&key(1)), None);
    assert_eq!(cache.get(&key(1)).await, None);
}

#[tokio::test]
async fn damaged_files_never_come_back_as_data() {
    let folder = temporary();
    let cache = open(&folder, 0, 64 * MIB).await;
    for number in 0..300 {
        cache.insert(key(number), entry(number, 2000));
    }
    cache.close().await.unwrap();
    let all = files(folder.path());
    assert_eq!(all.len(), 300);
    for (number, path) in all.iter().enumerate() {
        let mut content = fs::read(path).unwrap();
        let place = number * 7919 % content.len();
        match number % 4 {
            0 => content[place] ^= 1 << (number % 8),
            1 => content.truncate(place),
            2 => content = fs::read(&all[(number + 1) % all.len()]).unwrap(),
            _ => continue,
        }
        fs::write(path, content).unwrap();
    }
    let mut whole = 0;
    for number in 0..300 {
        if let Some(found) = cache.get(&key(number)).await {
            assert_eq!(found, entry(number, 2000));
            whole += 1;
        }
    }
    assert_eq!(whole, 75);
    cache.close().await.unwrap();
    assert_eq!(files(folder.path()).len(), 75, "damaged files are deleted");
    cache.insert(key(0), entry(0, 2000));
    assert_eq!(cache.get(&key(0)).await, Some(entry(0, 2000)));
}

#[tokio::test]
async fn an_entry_that_is_larger_than_a_tier_is_not_kept_there() {
    let folder = temporary();
    let cache = open(&folder, 2 * MIB, MIB).await;
    cache.insert(key(1), entry(1, 300_000));
    assert!(cache.get(&key(1)).await.is_some(), "fits into memory");
    cache.insert(key(2), entry(2, 3_000_000));
    assert!(cache.get(&key(2)).await.is_none());
    cache.close().await.unwrap();
    assert_eq!(files(folder.path()).len(), 0);
    // An older and smaller one of the same key is not what was asked to be kept.
    cache.insert(key(3), entry(3, 1000));
    cache.insert(key(3), entry(3, 3_000_000));
    assert!(cache.get(&key(3)).await.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_gets_inserts_and_removals_never_mix_entries() {
    let folder = temporary();
    let cache = open(&folder, MIB, 4 * MIB).await;
    let tasks: Vec<_> = (0..8_u64)
        .map(|task| {
            let cache = cache.clone();
            tokio::spawn(async move {
                for step in 0..400_u64 {
                    let number = (task * 31 + step * 17) % 64;
                    match (task + step) % 5 {
                        0 | 1 => cache.insert(key(number), entry(number, 20_000)),
                        2 if step % 3 == 0 => cache.remove(&key(number)),
                        _ => {
                            if let Some(found) = cache.get(&key(number)).await {
                                assert_eq!(found, entry(number, 20_000));
                            }
                        }
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    cache.close().await.unwrap();
    assert_eq!(cache.tiers.disk.as_ref().unwrap().indexed_bytes(), used_bytes(folder.path()));
    for number in 0..64 {
        cache.remove(&key(number));
    }
    cache.close().await.unwrap();
    assert_eq!(files(folder.path()).len(), 0);
}

#[tokio::test]
async fn trouble_with_the_disk_is_a_miss_and_passes() {
    let folder = temporary();
    let cache = open(&folder, 0, MIB).await;
    cache.insert(key(1), entry(1, 1000));
    cache.close().await.unwrap();
    // Folders where files are written become files, and come back.
    let root = folder.path().join("cache/renditions-v2");
    let away = folder.path().join("away");
    fs::rename(&root, &away).unwrap();
    fs::write(&root, "").unwrap();
    assert_eq!(cache.get(&key(1)).await, None);
    cache.insert(key(2), entry(2, 1000));
    cache.close().await.unwrap();
    assert_eq!(cache.get(&key(2)).await, None);
    fs::remove_file(&root).unwrap();
    fs::rename(&away, &root).unwrap();
    assert_eq!(cache.get(&key(1)).await, Some(entry(1, 1000)));
    cache.insert(key(2), entry(2, 1000));
    cache.close().await.unwrap();
    assert_eq!(cache.get(&key(2)).await, Some(entry(2, 1000)));
    // Someone deletes everything.
    fs::remove_dir_all(&root).unwrap();
    assert_eq!(cache.get(&key(1)).await, None);
    cache.insert(key(3), entry(3, 1000));
    cache.close().await.unwrap();
    assert_eq!(cache.get(&key(3)).await, Some(entry(3, 1000)));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_told_at_the_start() {
    let folder = temporary();
    fs::write(folder.path().join("cache"), "a file").unwrap();
    let config = Config { memory_bytes: 0, disk_bytes: MIB, disk_dir: folder.path().join("cache") };
    assert!(Cache::open(&config).await.unwrap_err().to_string().contains("cache"));
}

#[tokio::test]
async fn leftovers_go_and_files_of_others_stay() {
    let folder = temporary();
    let dir = folder.path().join("cache");
    for path in ["renditions-v1/ab", "renditions-v2/ab", "other"] {
        fs::create_dir_all(dir.join(path)).unwrap();
    }
    for path in ["renditions-v1/ab/file", "renditions-v2/ab/unfinished", "renditions-v2/ab/foreign", "other/file"] {
        fs::write(dir.join(path), "x").unwrap();
    }
    let cache = open(&folder, 0, MIB).await;
    cache.close().await.unwrap();
    let there: HashSet<_> = ["renditions-v1", "renditions-v2/ab/unfinished", "renditions-v2/ab/foreign", "other/file"]
        .into_iter()
        .filter(|path| dir.join(path).exists())
        .collect();
    assert_eq!(there, HashSet::from(["renditions-v2/ab/foreign", "other/file"]));
    let mode = |path: &str| fs::metadata(dir.join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("renditions-v2/cd"), 0o700);
}

#[tokio::test]
async fn one_process_writes_and_the_next_takes_over() {
    let folder = temporary();
    let old = open(&folder, 0, MIB).await;
    old.insert(key(1), entry(1, 1000));
    old.close().await.unwrap();
    let new = open(&folder, 0, MIB).await;
    new.insert(key(2), entry(2, 1000));
    new.close().await.unwrap();
    assert_eq!(new.get(&key(1)).await, Some(entry(1, 1000)), "reads what the old one wrote");
    assert_eq!(new.get(&key(2)).await, None, "does not write yet");
    drop(old);
    for _ in 0..50 {
        new.insert(key(2), entry(2, 1000));
        new.close().await.unwrap();
        if new.get(&key(2)).await.is_some() {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the new one never wrote");
}
