//! Credentials at rest.

use super::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};

#[tokio::test]
async fn no_secret_lies_open_in_any_file() {
    let database = TestDatabase::sqlite();
    let registry = database.open().await;
    let canary = |field: &str| format!("canary/{field}+1Kq9zQ==");
    let secrets = ["access_key", "secret_key"].map(|f| (f.to_owned(), canary(f).into()));
    let location = json!({"bucket": "b", "region": "eu-west-1"});
    registry.create_origin(origin("photos", "s3", location, secrets.into())).await.unwrap();
    registry.ensure_access_key(Some(canary("private_key").into())).await.unwrap();
    for checkpointed in [false, true] {
        if checkpointed {
            registry.room.database.close().await;
        }
        for file in std::fs::read_dir(database.folder.path().join("data")).unwrap() {
            let path = file.unwrap().path();
            let content = std::fs::read(&path).unwrap();
            let lower = content.to_ascii_lowercase();
            for field in ["access_key", "secret_key", "private_key"] {
                let text = canary(field);
                let base64 = STANDARD.encode(&text);
                // The ends depend on what stands beside; the middle is the same in any base64 of it.
                let needles = [text.clone(), base64[2..base64.len() - 4].to_owned()];
                for needle in needles {
                    assert!(!contains(&content, needle.as_bytes()), "{needle} in {}", path.display());
                }
                assert!(!contains(&lower, hex::encode(&text).as_bytes()), "hex in {}", path.display());
            }
        }
    }
    let again = database.open().await;
    let location = &again.snapshot().origins["photos"].location;
    assert_eq!(location.secrets()["secret_key"].expose_secret(), canary("secret_key"));
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn the_search_for_secrets_finds_what_lies_open() {
    let database = TestDatabase::sqlite();
    let registry = database.open().await;
    registry.create_origin(Origin { display_name: "canary-in-the-open".into(), ..s3_origin("a") }).await.unwrap();
    let found = std::fs::read_dir(database.folder.path().join("data"))
        .unwrap()
        .any(|file| contains(&std::fs::read(file.unwrap().path()).unwrap(), b"canary-in-the-open"));
    assert!(found);
}

#[tokio::test]
async fn a_wrong_master_key_is_found_at_the_start() {
    for database in TestDatabase::all().await {
        drop(database.open().await);
        let config = Config { master_key_file: database.folder.path().join("another.key"), ..database.config.clone() };
        let error = Registry::open(&config).await.unwrap_err();
        assert!(matches!(&error, Error::Sealed(_)), "{error}");
        assert!(error.to_string().contains("DARKROOM_MASTER_KEY_FILE"), "{error}");
    }
}

#[tokio::test]
async fn swapped_and_damaged_rows_do_not_open() {
    for database in TestDatabase::all().await {
        let registry = database.open().await;
        registry.create_origin(s3_origin("a")).await.unwrap();
        registry.create_origin(s3_origin("b")).await.unwrap();
        drop(registry);
        for tamper in [
            // Another origin's secret of the same field.
            "UPDATE origin_secrets SET sealed = (SELECT o.sealed FROM origin_secrets o
                WHERE o.origin_id = 'b' AND o.field = 'secret_key') WHERE origin_id = 'a' AND field = 'secret_key'",
            // The same origin's secret of another field.
            "UPDATE origin_secrets SET sealed = (SELECT o.sealed FROM origin_secrets o
                WHERE o.origin_id = 'a' AND o.field = 'access_key') WHERE origin_id = 'a' AND field = 'secret_key'",
            "UPDATE origin_secrets SET field = 'other' WHERE origin_id = 'a' AND field = 'secret_key'",
        ] {
            let opened = Database::open(database.config.url.expose_secret()).await.unwrap();
            let mut transaction = opened.begin_write().await.unwrap();
            assert_eq!(transaction.execute(tamper, Vec::new()).await.unwrap(), 1);
            let key = master_key::read_or_create(&database.config.master_key_file).unwrap();
            let sealer = Sealer::new(&key).unwrap();
            let error = store::load(&mut transaction, &sealer).await.unwrap_err();
            assert!(matches!(&error, Error::Sealed(text) if text.contains("damaged or moved")), "{error}");
            transaction.rollback().await;
        }
        database.open().await;
    }
}
