//! Several writers, in one process and in several.

use super::*;
use sqlx::{SqliteConnection, sqlite::SqliteConnectOptions};
use std::time::Instant;

/// What two processes on one database may take to agree.
const AGREEMENT_MAX: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn two_registries_see_each_other() {
    for database in TestDatabase::all().await {
        let (one, other) = (database.open().await, database.open().await);
        for (number, (writer, reader)) in [(&one, &other), (&other, &one)].into_iter().enumerate() {
            let id = format!("o{number}");
            writer.create_origin(s3_origin(&id)).await.unwrap();
            assert!(writer.snapshot().origins.contains_key(&id));
            let start = Instant::now();
            while told(&reader.snapshot()) != told(&writer.snapshot()) {
                assert!(start.elapsed() < AGREEMENT_MAX);
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

#[tokio::test]
async fn a_change_is_worked_out_against_what_others_wrote() {
    for database in TestDatabase::all().await {
        let (one, other) = (database.open().await, database.open().await);
        one.create_origin(s3_origin("photos")).await.unwrap();
        one.create_url_endpoint(endpoint("shop", &["photos"])).await.unwrap();
        // Before the other one has looked.
        assert!(other.snapshot().origins.is_empty());
        let error = other.create_origin(s3_origin("photos")).await.unwrap_err();
        assert!(matches!(error, Error::AlreadyExists(_)), "{error}");
        let error = other.delete_origin("photos", "").await.unwrap_err();
        assert!(matches!(error, Error::OriginInUse { .. }), "{error}");
        other.create_url_endpoint(endpoint("blog", &["photos"])).await.unwrap();
        assert!(other.snapshot().url_endpoints.contains_key("shop"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_writers_lose_nothing() {
    const WRITERS: usize = 8;
    const WRITES: usize = 12;
    for database in TestDatabase::all().await {
        let registries = [database.open().await, database.open().await];
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let registry = registries[writer % 2].clone();
                tokio::spawn(async move {
                    for write in 0..WRITES {
                        let id = format!("o{writer}-{write}");
                        let made = registry.create_origin(s3_origin(&id)).await.unwrap();
                        // The call is over: the next delivery must see it.
                        assert_eq!(registry.snapshot().origins[&id].etag, made.etag);
                    }
                })
            })
            .collect();
        for writer in writers {
            writer.await.unwrap();
        }
        let stored = database.open().await.snapshot();
        assert_eq!(stored.origins.len(), WRITERS * WRITES);
        assert_eq!(stored.version, 1 + (WRITERS * WRITES) as u64);
        assert_eq!(stored.url_endpoints["default"].origins.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_updates_with_one_etag_one_wins() {
    for database in TestDatabase::all().await {
        let registries = [database.open().await, database.open().await];
        let made = registries[0].create_url_endpoint(endpoint("shop", &[])).await.unwrap();
        let updates: Vec<_> = (0..10)
            .map(|number| {
                let registry = registries[number % 2].clone();
                let update = UrlEndpoint { description: format!("update {number}"), ..UrlEndpoint::clone(&made) };
                tokio::spawn(async move { registry.update_url_endpoint(update).await })
            })
            .collect();
        let mut won = 0;
        for update in updates {
            match update.await.unwrap() {
                Ok(_) => won += 1,
                Err(error) => assert!(matches!(error, Error::EtagMismatch(_)), "{error}"),
            }
        }
        assert_eq!(won, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_first_starts_at_once_make_one_registry() {
    for database in TestDatabase::all().await {
        let starts: Vec<_> = (0..6)
            .map(|_| {
                let config = database.config.clone();
                tokio::spawn(async move {
                    let registry = Registry::open(&config).await.unwrap();
                    registry.ensure_access_key(None).await.unwrap().is_some()
                })
            })
            .collect();
        let mut made = 0;
        for start in starts {
            made += usize::from(start.await.unwrap());
        }
        assert_eq!(made, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_waits_for_another_that_is_slow() {
    let database = TestDatabase::sqlite();
    database.open().await;
    let path = database.folder.path().join("data/registry.sqlite");
    let mut other = SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
    let turn = other.begin_with("BEGIN IMMEDIATE").await.unwrap();
    let start = tokio::spawn({
        let config = database.config.clone();
        async move { Registry::open(&config).await.map(drop) }
    });
    // Longer than the five seconds that the driver waits where nobody says how long.
    tokio::time::sleep(Duration::from_secs(7)).await;
    assert!(!start.is_finished(), "it did not wait");
    turn.rollback().await.unwrap();
    start.await.unwrap().unwrap();
}
