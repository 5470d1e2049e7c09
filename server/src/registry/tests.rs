//! The registry against real databases: `SQLite` always, `PostgreSQL` when `DARKROOM_TEST_POSTGRES` holds the URL of a
//! server on which databases may be created.

mod changes;
mod durability;
mod named_transformations;
mod secrets;
mod sharing;

use super::*;
use crate::origin::Location;
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use std::collections::BTreeMap;
use tempfile::TempDir;

/// The variable with the URL of a `PostgreSQL` server.
const POSTGRES: &str = "DARKROOM_TEST_POSTGRES";

/// A database of its own for one test.
struct TestDatabase {
    config: Config,
    folder: TempDir,
}

impl TestDatabase {
    fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/registry.sqlite");
        Self {
            config: Config {
                url: format!("sqlite://{}", path.display()).into(),
                master_key_file: folder.path().join("data/master.key"),
            },
            folder,
        }
    }

    async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var(POSTGRES) else {
            eprintln!("SKIPPED: the part with PostgreSQL; set {POSTGRES} to the URL of a server to run it");
            return None;
        };
        let name = format!("darkroom_test_{}", names::random_hex::<6>());
        let mut connection = PgConnection::connect(&server).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut connection).await.unwrap();
        let mut url = url::Url::parse(&server).unwrap();
        url.set_path(&name);
        let folder = tempfile::tempdir().unwrap();
        Some(Self {
            config: Config { url: url.to_string().into(), master_key_file: folder.path().join("master.key") },
            folder,
        })
    }

    async fn all() -> Vec<Self> {
        let mut all = vec![Self::sqlite()];
        all.extend(Self::postgres().await);
        all
    }

    async fn open(&self) -> Registry {
        Registry::open(&self.config).await.unwrap()
    }
}

fn s3_origin(id: &str) -> Origin {
    let secrets =
        ["access_key", "secret_key"].map(|field| (field.to_owned(), SecretString::from(format!("{field} of {id}"))));
    origin(id, "s3", json!({"bucket": id, "region": "eu-west-1"}), secrets.into())
}

fn folder_origin(id: &str) -> Origin {
    origin(id, "folder", json!({"path": "/srv/images"}), BTreeMap::new())
}

fn origin(id: &str, kind: &str, settings: serde_json::Value, secrets: BTreeMap<String, SecretString>) -> Origin {
    Origin {
        id: id.to_owned(),
        display_name: format!("Origin {id}"),
        location: Location::restore(kind, settings, secrets).unwrap(),
        include_canonical_header: true,
        canonical_base_url: "https://example.com".to_owned(),
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: String::new(),
    }
}

fn endpoint(id: &str, origins: &[&str]) -> UrlEndpoint {
    UrlEndpoint { origins: origins.iter().map(|id| (*id).to_owned()).collect(), ..sample_url_endpoint(id, id) }
}

/// All of a snapshot as text, secrets included, to compare one with another.
fn told(snapshot: &Snapshot) -> String {
    let secrets: Vec<_> = snapshot
        .origins
        .values()
        .flat_map(|origin| origin.location.secrets())
        .map(|(field, secret)| format!("{field}={}", secret.expose_secret()))
        .collect();
    let keys: Vec<_> =
        snapshot.access_keys.iter().map(|key| format!("{}={}", key.id, key.private_key.expose_secret())).collect();
    let Snapshot { version, origins, url_endpoints, named_transformations, access_keys: _, ways_in: _ } = snapshot;
    format!("{version} {origins:#?} {url_endpoints:#?} {named_transformations:#?} {secrets:?} {keys:?}")
}
