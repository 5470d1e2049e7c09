//! What a worker cannot do.

use super::{Probe, config, start};
use std::io::Write;

#[tokio::test]
async fn a_worker_cannot_reach_out() {
    let mut secret = tempfile::NamedTempFile::new().unwrap();
    secret.write_all(b"a key").unwrap();
    let path = secret.path().to_str().unwrap().to_owned();
    let pool = start(config()).await;
    let possible = pool.probe(Probe::Escape { secret: path, process: std::process::id() }, b"").await.unwrap();
    assert!(possible.is_empty(), "a worker could: {possible:#?}");
    assert_eq!(std::fs::read(secret.path()).unwrap(), b"a key");
    pool.close().await;
}

#[tokio::test]
async fn a_worker_has_limits_and_an_empty_environment() {
    let pool = start(config()).await;
    let found = pool.probe(Probe::Limits, b"").await.unwrap();
    pool.close().await;
    let kept = ["LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "OLDPWD", "PWD", "SHLVL", "_"]; // the last are the shell's
    let (environment, found) = found.split_last().unwrap();
    let names = environment.split_whitespace().skip(1).filter(|name| !kept.contains(name));
    let malloc = ["MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];
    assert_eq!(names.collect::<Vec<_>>(), ["HOME", "LANG", malloc[0], malloc[1], malloc[2]]);
    let expected = ["NoNewPrivs: 1", "Seccomp: 2", "As 2147483648", "Core 0", "Fsize 268435456", "Nofile 64", "in /"];
    assert_eq!(found, expected);
}

#[tokio::test]
async fn memory_over_the_limit_ends_the_job_and_not_the_machine() {
    let job_timeout = std::time::Duration::from_mins(2); // filling it takes a while where others compute
    let pool = start(super::Config { job_timeout, ..config() }).await;
    assert_eq!(pool.probe(Probe::Memory, b"").await, Err(super::Error::Crashed));
    assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    pool.close().await;
}
