//! The queue, and many jobs.

use super::{Config, Error, Probe, config, start, until};
use crate::workers::{Announcement, Kind, Pool, Progress, Ticket};
use std::{
    collections::HashSet,
    process::Command,
    time::{Duration, Instant},
};

fn announce(pool: &Pool, progress: &Progress) -> Result<Ticket, Error> {
    pool.announce(Announcement { kind: Kind::Metadata, progress, member: None, name: None })
}

#[tokio::test]
async fn a_full_queue_refuses_at_once() {
    let pool = start(Config { queue: 2, ..config() }).await;
    let _running = pool.occupy(b"1").await;
    for length in 1..=2 {
        let pool = pool.clone();
        let waiting = pool.clone();
        tokio::spawn(async move { waiting.probe(Probe::Nothing, b"").await });
        until("it waits", || pool.waiting() == length).await;
    }
    let begun = Instant::now();
    let refused = pool.probe(Probe::Nothing, b"").await;
    assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
    let Err(Error::Overloaded { retry_after }) = refused else { panic!("{refused:?}") };
    assert!((1..=30).contains(&retry_after.as_secs()), "{retry_after:?}");
    pool.close().await;
}

#[tokio::test]
async fn an_idle_worker_takes_a_job_even_when_nothing_may_wait() {
    let pool = start(Config { queue: 0, ..config() }).await;
    for _ in 0..20 {
        assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    }
    let _running = pool.occupy(b"1").await;
    assert!(matches!(pool.probe(Probe::Nothing, b"").await, Err(Error::Overloaded { .. })));
    pool.close().await;
}

#[tokio::test]
async fn a_wait_that_is_too_long_ends() {
    let queue_timeout = Duration::from_millis(100);
    let pool = start(Config { queue_timeout, ..config() }).await;
    let running = pool.occupy(b"1").await; // itself longer than that: the time counts in the queue only
    let begun = Instant::now();
    assert!(matches!(pool.probe(Probe::Nothing, b"").await, Err(Error::Overloaded { .. })));
    assert!((queue_timeout..queue_timeout * 10).contains(&begun.elapsed()), "{:?}", begun.elapsed());
    assert_eq!(pool.waiting(), 0);
    assert!(!running.is_finished());
    pool.close().await;
}

#[tokio::test]
async fn a_caller_that_leaves_frees_its_place() {
    let pool = start(Config { queue: 1, ..config() }).await;
    let _running = pool.occupy(b"1").await;
    for _ in 0..3 {
        let waiting = {
            let pool = pool.clone();
            tokio::spawn(async move { pool.probe(Probe::Nothing, b"").await })
        };
        until("it waits", || pool.waiting() == 1).await;
        waiting.abort();
        until("its place is free", || pool.waiting() == 0).await;
    }
    pool.close().await;
}

#[tokio::test]
async fn a_caller_that_leaves_a_running_job_leaves_no_hole() {
    let pool = start(Config { job_timeout: Duration::from_millis(200), ..config() }).await;
    for source in [b"1", b"2", b"3"] {
        pool.occupy(source).await.abort(); // one source would be refused as poison at the third time
        assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    }
    assert_eq!(pool.busy(), 0);
    pool.close().await;
}

#[tokio::test]
async fn jobs_are_done_in_the_order_in_which_they_came() {
    let pool = start(Config { job_timeout: Duration::from_millis(300), ..config() }).await;
    let running = pool.occupy(b"1").await;
    let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..5 {
        let (waiting, done) = (pool.clone(), done.clone());
        tokio::spawn(async move {
            waiting.probe(Probe::Nothing, b"").await.unwrap();
            done.send(number).unwrap();
        });
        until("it waits", || pool.waiting() == number + 1).await;
    }
    assert!(running.await.unwrap().is_err());
    for number in 0..5 {
        assert_eq!(order.recv().await, Some(number));
    }
    pool.close().await;
}

#[tokio::test]
async fn no_more_jobs_run_at_a_time_than_there_are_workers() {
    let pool = start(Config { workers: 2, workers_kept: 3, ..config() }).await;
    until("the spare is there", || pool.process_ids().len() == 3).await;
    let _running = [pool.occupy(b"1").await, pool.occupy(b"2").await];
    let waiting = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.probe(Probe::Nothing, b"").await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished() && pool.waiting() == 1);
    pool.close().await;
}

#[tokio::test]
async fn workers_are_replaced_after_their_number_of_jobs() {
    let pool = start(Config { jobs_per_worker: 2, ..config() }).await;
    let mut seen = HashSet::new();
    for _ in 0..10 {
        assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
        seen.extend(pool.process_ids());
    }
    until("both are there", || pool.process_ids().len() == 2).await;
    seen.extend(pool.process_ids());
    assert!(seen.len() >= 5, "{seen:?}");
    pool.close().await;
}

#[tokio::test]
async fn workers_go_without_work_and_come_with_it() {
    let pool = start(Config { workers_kept: 0, idle_timeout: Duration::from_millis(50), ..config() }).await;
    for _ in 0..2 {
        until("all are gone", || pool.process_ids().is_empty()).await;
        assert!(pool.is_ready());
        assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    }
    pool.close().await;
    assert!(!pool.is_ready());
}

#[tokio::test]
async fn one_worker_is_kept_that_is_to_be_kept() {
    let idle_timeout = Duration::from_millis(10);
    let pool = start(Config { workers: 2, workers_kept: 1, idle_timeout, ..config() }).await;
    let kept = pool.process_ids();
    assert_eq!(kept.len(), 1);
    let _ = tokio::join!(pool.probe(Probe::Nothing, b"1"), pool.probe(Probe::Nothing, b"2"));
    until("the others are gone", || pool.process_ids().len() == 1).await;
    pool.close().await;
}

#[tokio::test]
async fn who_would_wait_for_long_is_refused_before_a_fetch() {
    let pool = start(Config { queue_wait: Duration::ZERO, ..config() }).await;
    let progress = Progress::default();
    let first = announce(&pool, &progress).unwrap();
    let refused = announce(&pool, &progress).map(drop);
    assert!(matches!(refused, Err(Error::Overloaded { .. })), "{refused:?}");
    assert!(pool.metadata(Some(&first), "no image").await.is_err_and(|error| matches!(error, Error::Engine(_))));
    assert!(progress.has_begun());
    drop(first);
    drop(announce(&pool, &progress).unwrap());
    drop(announce(&pool, &progress).unwrap());
    pool.close().await;
}

/// In a process of its own, where no other test opens files.
#[test]
fn many_jobs_leave_no_files_and_processes() {
    let this = std::env::current_exe().unwrap();
    let arguments = ["--exact", "workers::tests::load::many_jobs", "--ignored", "--nocapture"];
    let output = Command::new(this).args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test]
#[ignore = "run by `many_jobs_leave_no_files_and_processes`"]
async fn many_jobs() {
    let pool = start(Config { workers: 2, workers_kept: 3, queue: 2000, jobs_per_worker: 200, ..config() }).await;
    let settled = || pool.process_ids().len() == 3 && pool.busy() == 0;
    until("all are there", settled).await;
    let before = open_files();
    let jobs = (0..1000).map(|number| {
        let pool = pool.clone();
        tokio::spawn(async move {
            match number % 250 {
                0 => assert_eq!(pool.probe(Probe::Abort, b"").await, Err(Error::Crashed)),
                1 => assert!(pool.metadata(None, "no image").await.is_err()),
                _ => assert_eq!(pool.probe(Probe::Nothing, b"pixels").await, Ok(Vec::new())),
            }
        })
    });
    for job in jobs.collect::<Vec<_>>() {
        job.await.unwrap();
    }
    until("all are there again", settled).await;
    assert_eq!(open_files(), before);
    assert_eq!(children(), pool.process_ids().len());
    pool.close().await;
    assert_eq!(children(), 0);
}

fn open_files() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

fn children() -> usize {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("children")).ok())
        .map(|children| children.split_whitespace().count())
        .sum()
}
