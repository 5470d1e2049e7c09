//! A worker keeps its last source, with what it made of it, for the jobs that follow.

use super::{
    Config, Pool, Probe, config,
    renders::{bitmap, photo, request},
    start, until,
};
use crate::workers::{Announcement, Error, Kind, Progress, Source, area::NO_MEMORY_FOR};
use darkroom_engine as engine;

impl Pool {
    /// How many workers have a source, as far as the queue knows.
    fn sources(&self) -> usize {
        self.running.queue.state().sources()
    }
}

/// What the pool makes is what the engine makes, to the byte.
async fn check(pool: &Pool, source: &Source, request: &engine::Request) {
    let here = engine::render(source.bytes().clone(), request, &engine::Limits::default()).unwrap();
    let there = pool.render(None, source.clone(), request).await.unwrap().rendition;
    assert!(there.data == here.data, "{}", request.pipeline);
}

#[tokio::test]
async fn what_is_made_of_a_source_that_was_kept_is_the_same() {
    let pool = start(config()).await;
    let (one, other) = (Source::from(photo()), Source::from(bitmap(200, 100)));
    for source in [&one, &one, &other, &one, &other, &other] {
        for text in ["w-16,f-jpg", "w-30,f-webp", "w-30,f-jpg", "w-64,f-png"] {
            check(&pool, source, &request(text)).await;
        }
    }
    pool.close().await;
}

#[tokio::test]
async fn layers_of_a_source_that_was_kept_are_those_of_their_own_job() {
    let pool = start(config()).await;
    let source = Source::from(photo());
    for marks in [bitmap(10, 10), bitmap(20, 5), bitmap(10, 10)] {
        let resources = [("mark".to_owned(), marks)].into_iter().collect();
        check(&pool, &source, &engine::Request { resources, ..request("w-32,l-image,i-mark,l-end,f-jpg") }).await;
        check(&pool, &source, &request("w-32,f-jpg")).await;
    }
    pool.close().await;
}

#[tokio::test]
async fn metadata_are_those_of_the_source_that_was_kept() {
    let pool = start(config()).await;
    let source = Source::from(bitmap(64, 48));
    check(&pool, &source, &request("w-16,f-jpg")).await;
    assert_eq!(pool.metadata(None, source.clone()).await.unwrap().width_px, 64);
    assert_eq!(pool.metadata(None, bitmap(65, 48)).await.unwrap().width_px, 65);
    assert_eq!(pool.metadata(None, source).await.unwrap().width_px, 64);
    pool.close().await;
}

#[tokio::test]
async fn a_panic_leaves_the_source_and_nothing_that_was_made_of_it() {
    let pool = start(config()).await;
    let source = Source::from(photo());
    check(&pool, &source, &request("w-16,f-jpg")).await;
    assert!(pool.probe_on(Probe::Panic, source.clone()).await.is_err());
    check(&pool, &source, &request("w-30,f-jpg")).await;
    pool.close().await;
}

#[tokio::test]
async fn a_source_that_was_not_handed_over_is_not_believed_to_be_there() {
    let pool = start(config()).await;
    let (kept, lost) = (Source::from(photo()), Source::from(bitmap(211, 113)));
    check(&pool, &kept, &request("w-16,f-jpg")).await;
    *NO_MEMORY_FOR.lock().unwrap() = Some(lost.bytes().clone());
    let error = pool.render(None, lost.clone(), &request("w-30,f-jpg")).await.unwrap_err();
    assert!(matches!(&error, Error::Unavailable(reason) if reason.contains("no memory")), "{error:?}");
    // Neither the new one nor the one before is: the area holds half of this and half of that.
    for source in [&lost, &kept, &lost] {
        check(&pool, source, &request("w-31,f-jpg")).await;
    }
    pool.close().await;
}

#[tokio::test]
async fn a_source_that_nobody_asks_for_any_more_is_let_go() {
    let pool = start(config()).await;
    let source = Source::from(photo());
    check(&pool, &source, &request("w-16,f-jpg")).await;
    assert_eq!(pool.sources(), 1);
    until("it is let go", || pool.sources() == 0).await;
    check(&pool, &source, &request("w-17,f-jpg")).await;
    pool.close().await;
}

#[tokio::test]
async fn a_worker_that_dies_takes_its_source_along() {
    let pool = start(config()).await;
    let source = Source::from(photo());
    check(&pool, &source, &request("w-16,f-jpg")).await;
    assert!(pool.probe_on(Probe::Abort, source.clone()).await.is_err());
    check(&pool, &source, &request("w-30,f-jpg")).await;
    pool.close().await;
}

/// Somebody else who fetches the same source is late: nobody waits for them for longer than a moment.
#[tokio::test]
async fn a_job_does_not_wait_for_company_that_does_not_come() {
    let pool = start(Config { workers: 2, ..config() }).await;
    let (progress, name) = (Progress::default(), Some([7; 32]));
    let announce =
        || pool.announce(Announcement { kind: Kind::Render(None), progress: &progress, member: None, name }).unwrap();
    let (first, late) = (announce(), announce());
    let source = Source::from(photo());
    pool.render(Some(&first), source.clone(), &request("w-16,f-jpg")).await.unwrap();
    pool.render(Some(&late), source, &request("w-17,f-jpg")).await.unwrap();
    pool.close().await;
}
