//! What was acknowledged is there after a restart, whatever ended the process before.

use super::*;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

#[tokio::test]
async fn everything_comes_back_as_it_was() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        registry.ensure_access_key(None).await.unwrap();
        for id in ["c", "a", "b"] {
            registry.create_origin(s3_origin(id)).await.unwrap();
        }
        registry.create_origin(folder_origin("d")).await.unwrap();
        registry
            .create_url_endpoint(UrlEndpoint {
                hosts: vec!["z.example.com".into(), "a.example.com".into()],
                restrict_unsigned: true,
                restrict_unnamed: true,
                unknown_parameters: UnknownParameters::Ignore,
                default_image: "/missing.png".into(),
                profile: Profile::Speed,
                ..endpoint("shop", &["c", "a", "d"])
            })
            .await
            .unwrap();
        registry.update_origin(folder_origin("b")).await.unwrap();
        let named = registry.create_named_transformation(sample_named_transformation("a", "w-1")).await.unwrap();
        let renamed = NamedTransformation { name: "A".into(), disabled: true, ..NamedTransformation::clone(&named) };
        registry.update_named_transformation(renamed).await.unwrap();
        registry.create_named_transformation(sample_named_transformation("a", "tr:w-2:rt-90")).await.unwrap();
        let before = told(&registry.snapshot());
        // The first registry is still open, and nothing was closed: all that is read is what commits left behind.
        let again = database.open().await;
        assert_eq!(told(&again.snapshot()), before);
        let stored = &again.snapshot().url_endpoints["shop"];
        assert_eq!(stored.origins, ["c", "a", "d"]);
        assert_eq!(again.snapshot().named_transformations.len(), 2);
        assert_eq!(stored.hosts, ["z.example.com", "a.example.com"]);
        assert!(again.snapshot().origins["b"].location.secrets().is_empty());
    }
}

/// A copy of the files at any moment is what `kill -9` at that moment leaves.
#[tokio::test]
async fn what_was_acknowledged_survives_a_kill() {
    let database = TestDatabase::sqlite();
    let registry = database.open().await;
    let data = database.folder.path().join("data");
    for number in 0..20 {
        let acknowledged = registry.create_origin(s3_origin(&format!("o{number}"))).await.unwrap();
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(&data).unwrap() {
            let file = file.unwrap();
            // The shared memory file is rebuilt from the log, as after a crash.
            if !file.file_name().to_string_lossy().ends_with("-shm") {
                std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
            }
        }
        let config = Config {
            url: format!("sqlite://{}", copy.path().join("registry.sqlite").display()).into(),
            master_key_file: copy.path().join("master.key"),
        };
        let after = Registry::open(&config).await.unwrap();
        assert_eq!(after.snapshot().origins[&acknowledged.id].etag, acknowledged.etag);
        assert_eq!(after.snapshot().origins.len(), number + 1);
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_leaves_database_and_snapshot_alike() {
    let database = TestDatabase::sqlite();
    let registry = database.open().await;
    for number in 0..50 {
        let create = registry.create_origin(s3_origin(&format!("o{number}")));
        let patience = std::time::Duration::from_micros(number * 40);
        let _ = tokio::time::timeout(patience, create).await;
    }
    // Takes the turn after all of them.
    registry.create_origin(s3_origin("last")).await.unwrap();
    let stored = database.open().await;
    assert_eq!(told(&stored.snapshot()), told(&registry.snapshot()));
}

#[tokio::test]
async fn the_files_are_closed_to_others() {
    let database = TestDatabase::sqlite();
    let registry = database.open().await;
    registry.create_origin(s3_origin("photos")).await.unwrap();
    let data = database.folder.path().join("data");
    assert_eq!(std::fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
    let mut names = Vec::new();
    for file in std::fs::read_dir(&data).unwrap() {
        let file = file.unwrap();
        assert_eq!(file.metadata().unwrap().mode() & 0o777, 0o600, "{:?}", file.path());
        names.push(file.file_name().into_string().unwrap());
    }
    assert!(names.contains(&"registry.sqlite-wal".to_owned()), "{names:?}");
}

#[tokio::test]
async fn a_file_that_was_open_to_others_is_closed() {
    let database = TestDatabase::sqlite();
    drop(database.open().await);
    let path = database.folder.path().join("data/registry.sqlite");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    database.open().await;
    assert_eq!(std::fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_damaged_file_is_refused() {
    let database = TestDatabase::sqlite();
    let path = database.folder.path().join("data/registry.sqlite");
    database.open().await.room.database.close().await;
    let whole = std::fs::read(&path).unwrap();
    // Each page in turn but those that hold no content; the header is damaged too.
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..page * 4096 + 64].fill(0xee);
        std::fs::write(&path, damaged).unwrap();
        if let Err(error) = Registry::open(&database.config).await {
            assert!(matches!(error, Error::Unavailable(_)), "{error}");
            refused += 1;
        }
    }
    assert_eq!(refused, whole.len() / 4096);
}

#[tokio::test]
async fn an_older_binary_refuses_a_newer_schema() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        let mut transaction = registry.room.database.begin_write().await.unwrap();
        transaction
            .execute(
                "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', true, $1, 0)",
                vec![vec![0_u8].into()],
            )
            .await
            .unwrap();
        transaction.commit().await.unwrap();
        let error = Registry::open(&database.config).await.unwrap_err().to_string();
        assert!(error.contains("newer Darkroom") && error.contains("9999"), "{error}");
    }
}

#[tokio::test]
async fn reads_go_on_when_the_database_is_away() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        registry.create_origin(s3_origin("photos")).await.unwrap();
        let before = told(&registry.snapshot());
        registry.room.database.close().await;
        let error = registry.create_origin(s3_origin("more")).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
        assert_eq!(told(&registry.snapshot()), before);
    }
}

#[tokio::test]
async fn a_url_of_another_kind_is_refused_and_not_repeated() {
    let database = TestDatabase::sqlite();
    for url in ["mysql://root:canary@host/db", "postgres://user:canary@[bad/db", "canary"] {
        let config = Config { url: url.into(), ..database.config.clone() };
        let error = Registry::open(&config).await.unwrap_err();
        assert!(!format!("{error} {error:?} {config:?}").contains("canary"), "{error}");
    }
}
