//! Workers that die, hang, lie or do not start.

use super::{Config, Error, Pool, Probe, config, is_running, program, start, until};
use darkroom_engine as engine;
use rustix::process::{Pid, Signal, kill_process};
use std::time::{Duration, Instant};

fn kill(process: u32) {
    kill_process(Pid::from_raw(process.cast_signed()).unwrap(), Signal::KILL).unwrap();
}

/// Whether it has spent half a second of processor time: more than a start takes.
fn has_computed(process: u32) -> bool {
    let facts = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let after_name = facts.rsplit(')').next().unwrap_or_default();
    let user_ticks = after_name.split_whitespace().nth(11).and_then(|ticks| ticks.parse().ok());
    user_ticks.unwrap_or(0) >= 50
}

#[tokio::test]
async fn a_job_over_its_deadline_is_killed_and_the_spare_takes_the_next_at_once() {
    let timeout = Duration::from_millis(300);
    let pool = start(Config { job_timeout: timeout, ..config() }).await;
    until("the spare is there", || pool.process_ids().len() == 2).await;
    let before = pool.process_ids();
    let begun = Instant::now();
    assert_eq!(pool.probe(Probe::Spin, b"").await, Err(Error::TimedOut(timeout)));
    assert!(begun.elapsed() < timeout * 4, "{:?}", begun.elapsed());
    let spare = pool.process_ids();
    assert!(spare.iter().any(|id| before.contains(id)), "{spare:?}");
    assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    until("it is replaced", || pool.process_ids().len() == 2).await;
    let after = pool.process_ids();
    let killed: Vec<_> = before.iter().filter(|id| !after.contains(id)).collect();
    assert_eq!(killed.len(), 1);
    assert!(!is_running(*killed[0]));
    pool.close().await;
}

#[tokio::test]
async fn a_worker_killed_in_a_job_fails_that_job_only() {
    let pool = start(config()).await;
    until("the spare is there", || pool.process_ids().len() == 2).await;
    let job = pool.occupy(b"1").await;
    let waiting = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.probe(Probe::Nothing, b"").await })
    };
    until("the second waits", || pool.waiting() == 1).await;
    let busy = || pool.process_ids().into_iter().find(|id| has_computed(*id));
    until("a worker computes", || busy().is_some()).await; // until it has the job, its death costs nothing
    pool.process_ids().into_iter().for_each(kill);
    assert_eq!(job.await.unwrap(), Err(Error::Crashed));
    assert_eq!(waiting.await.unwrap(), Ok(Vec::new()));
    assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    pool.close().await;
}

#[tokio::test]
async fn a_worker_killed_without_a_job_is_replaced_unseen() {
    let pool = start(config()).await;
    for which in [0, 1, 0, 1] {
        until("both are there", || pool.process_ids().len() == 2).await;
        let killed = pool.process_ids()[which];
        kill(killed); // still dying when the job comes
        assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
        until("it is gone", || !pool.process_ids().contains(&killed)).await;
    }
    pool.close().await;
}

#[tokio::test]
async fn a_job_that_killed_two_workers_is_refused_without_one() {
    let pool = start(config()).await;
    for _ in 0..2 {
        assert_eq!(pool.probe(Probe::Abort, b"poison").await, Err(Error::Crashed));
    }
    until("both are there", || pool.process_ids().len() == 2).await;
    let before = pool.process_ids();
    assert_eq!(pool.probe(Probe::Abort, b"poison").await, Err(Error::Crashed));
    assert_eq!(pool.process_ids(), before);
    assert_eq!(pool.probe(Probe::Nothing, b"poison").await, Ok(Vec::new())); // another job on the same image
    pool.close().await;
}

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_worker_stays() {
    let pool = start(config()).await;
    until("both are there", || pool.process_ids().len() == 2).await;
    let before = pool.process_ids();
    let answer = pool.probe(Probe::Panic, b"").await;
    assert!(matches!(&answer, Err(Error::Engine(engine::Error::Internal(_)))), "{answer:?}");
    assert_eq!(pool.process_ids(), before);
    pool.close().await;
}

#[tokio::test]
async fn what_a_worker_prints_does_not_stop_it() {
    let pool = start(config()).await;
    assert_eq!(pool.probe(Probe::Print, b"").await, Ok(Vec::new()));
    pool.close().await;
}

#[tokio::test]
async fn programs_that_are_no_workers_are_an_error_and_no_hang() {
    for name in ["absent", "garbage", "quitter"] {
        let begun = Instant::now();
        let result = Pool::start(Config { program: Some(program(name)), ..config() }).await;
        assert!(matches!(&result, Err(Error::Unavailable(_))), "{name}: {result:?}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{name}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_program_that_says_nothing_is_given_up() {
    let result = Pool::start(Config { program: Some(program("flood")), ..config() }).await;
    assert!(matches!(&result, Err(Error::Unavailable(text)) if text.contains("not ready")), "{result:?}");
}

#[tokio::test]
async fn a_program_that_is_missing_for_a_while_heals() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("darkroom");
    std::os::unix::fs::symlink(program("worker"), &link).unwrap();
    let pool = start(Config { program: Some(link.clone()), ..config() }).await;
    until("both are there", || pool.process_ids().len() == 2).await;
    std::fs::remove_file(&link).unwrap();
    pool.process_ids().into_iter().for_each(kill);
    until("none can be started", || pool.running.queue.state().census().failed == 2).await;
    let begun = Instant::now();
    assert!(matches!(pool.probe(Probe::Nothing, b"").await, Err(Error::Unavailable(_))));
    assert!(begun.elapsed() < Duration::from_millis(200), "{:?}", begun.elapsed());
    std::os::unix::fs::symlink(program("worker"), &link).unwrap();
    until("it is healed", || !pool.process_ids().is_empty()).await;
    assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    pool.close().await;
}

#[tokio::test]
async fn close_ends_workers_and_answers_all_jobs() {
    let pool = start(config()).await;
    until("the spare is there", || pool.process_ids().len() == 2).await;
    let workers = pool.process_ids();
    let running = pool.occupy(b"1").await;
    let waiting = {
        let pool = pool.clone();
        tokio::spawn(async move { pool.probe(Probe::Nothing, b"").await })
    };
    until("the second waits", || pool.waiting() == 1).await;
    pool.close().await;
    assert!(workers.into_iter().all(|worker| !is_running(worker)));
    for job in [running, waiting] {
        assert!(matches!(job.await.unwrap(), Err(Error::Unavailable(_))));
    }
    assert!(matches!(pool.probe(Probe::Nothing, b"").await, Err(Error::Unavailable(_))));
    pool.close().await;
}

#[tokio::test]
async fn dropping_the_pool_ends_the_workers() {
    let pool = start(config()).await;
    until("the spare is there", || pool.process_ids().len() == 2).await;
    let workers = pool.process_ids();
    drop(pool);
    until("they are gone", || workers.iter().all(|worker| !is_running(*worker))).await;
}

#[tokio::test]
async fn a_worker_that_lies_is_replaced() {
    let pool = start(config()).await;
    until("both are there", || pool.process_ids().len() == 2).await;
    let before = pool.process_ids();
    assert_eq!(pool.probe(Probe::Lie, b"").await, Err(Error::Crashed));
    until("it is replaced", || pool.process_ids().len() == 2 && pool.process_ids() != before).await;
    assert_eq!(pool.probe(Probe::Nothing, b"").await, Ok(Vec::new()));
    pool.close().await;
}

/// Jobs that wait for one source while the only worker is busy, so that they are given to it together.
async fn together(probes: &[Probe]) -> Vec<Result<Vec<String>, Error>> {
    const SOURCE: &[u8] = b"one source";
    let pool = start(Config { job_timeout: Duration::from_millis(500), ..config() }).await;
    let running = pool.occupy(b"another").await;
    let mut jobs = Vec::new();
    for probe in probes {
        let (waiting, probe) = (pool.clone(), probe.clone());
        jobs.push(tokio::spawn(async move { waiting.probe(probe, SOURCE).await }));
        until("it waits", || pool.waiting() == jobs.len()).await;
    }
    assert!(running.await.unwrap().is_err());
    let mut answers = Vec::new();
    for job in jobs {
        answers.push(job.await.unwrap());
    }
    pool.close().await;
    answers
}

#[tokio::test]
async fn a_death_in_an_order_is_one_jobs_and_the_others_are_done() {
    let answers = together(&[Probe::Nothing, Probe::Abort, Probe::Nothing, Probe::Nothing]).await;
    assert_eq!(answers, [Ok(Vec::new()), Err(Error::Crashed), Ok(Vec::new()), Ok(Vec::new())]);
}

#[tokio::test]
async fn a_job_of_an_order_has_a_deadline_of_its_own() {
    let answers = together(&[Probe::Spin, Probe::Nothing, Probe::Panic, Probe::Nothing]).await;
    assert_eq!(answers[0], Err(Error::TimedOut(Duration::from_millis(500))));
    assert!(matches!(answers[2], Err(Error::Engine(engine::Error::Internal(_)))), "{answers:?}");
    assert_eq!((&answers[1], &answers[3]), (&Ok(Vec::new()), &Ok(Vec::new())));
}
