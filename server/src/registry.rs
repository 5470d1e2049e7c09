//! What is registered: origins, URL endpoints, named transformations, access keys. Durable in SQL, read from a snapshot in memory.
//!
//! A request never waits for the database: it reads the snapshot, also while the database is away. A change takes
//! the writers' turn in the database, is worked out against exactly what is stored (`change`), written in one
//! transaction, and after the commit put into the snapshot. Changes by other processes are seen within
//! [`WATCH_INTERVAL`].

mod change;
mod database;
mod error;
mod master_key;
mod named_transformation;
pub mod names;
pub mod rules;
mod sealing;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod url_endpoint;
mod watch;

pub use change::{PRIVATE_KEY_CHARACTERS_MAX, PRIVATE_KEY_CHARACTERS_MIN};
pub use error::Error;
pub use named_transformation::NamedTransformation;
#[cfg(test)]
pub(crate) use named_transformation::tests::named_transformation as sample_named_transformation;
pub use snapshot::{AccessKey, EndpointMatch, Snapshot};
#[cfg(test)]
pub(crate) use url_endpoint::tests::url_endpoint as sample_url_endpoint;
pub use url_endpoint::{Profile, UnknownParameters, UrlEndpoint};

use crate::{
    origin::Origin,
    secret::{ExposeSecret as _, SecretString},
};
use arc_swap::ArcSwap;
use change::{Attach, Change, Moment};
use database::{Database, Transaction};
use sealing::Sealer;
use std::{path::PathBuf, sync::Arc, time::Duration};

/// How often the database is asked whether another process changed something.
pub const WATCH_INTERVAL: Duration = Duration::from_secs(1);

/// How long one change or one reading of the database may take, waiting for other writers included.
pub const DATABASE_TIMEOUT: Duration = Duration::from_secs(10);

/// Where the registry is and how its secrets are sealed.
#[derive(Debug, Clone)]
pub struct Config {
    /// `sqlite://path` or `postgres://…`; a password in it is a secret.
    pub url: SecretString,
    /// File with the master key; made with mode 0600 when it is absent.
    pub master_key_file: PathBuf,
}

/// The registry. Cloning is cheap and gives the same registry.
#[derive(Debug, Clone)]
pub struct Registry {
    room: Arc<Room>,
}

#[derive(Debug)]
struct Room {
    database: Database,
    sealer: Sealer,
    snapshot: ArcSwap<Snapshot>,
    /// Held from before a transaction until after its snapshot is in place, so that snapshots come in order.
    turn: tokio::sync::Mutex<()>,
}

impl Registry {
    /// Opens the database, migrates it, checks it and loads the first snapshot.
    pub async fn open(config: &Config) -> Result<Self, Error> {
        let Config { url, master_key_file } = config;
        let sealer = Sealer::new(&master_key::read_or_create(master_key_file)?)?;
        let database = Database::open(url.expose_secret()).await?;
        let mut transaction = database.begin_write().await?;
        store::prepare(&mut transaction, &sealer).await?;
        let snapshot = store::load(&mut transaction, &sealer).await?;
        transaction.commit().await?;
        tracing::info!(
            version = snapshot.version,
            origins = snapshot.origins.len(),
            url_endpoints = snapshot.url_endpoints.len(),
            named_transformations = snapshot.named_transformations.len(),
            "the registry is open"
        );
        let room = Arc::new(Room {
            database,
            sealer,
            snapshot: ArcSwap::from_pointee(snapshot),
            turn: tokio::sync::Mutex::default(),
        });
        tokio::spawn(watch::run(Arc::downgrade(&room)));
        Ok(Self { room })
    }

    /// What is registered now. Never waits; the same `Arc` until something changes.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.room.snapshot.load_full()
    }

    /// As [`Self::snapshot`], for a short look: it costs no count of references, which all threads would contend for.
    pub fn with_snapshot<T>(&self, look: impl FnOnce(&Snapshot) -> T) -> T {
        look(&self.room.snapshot.load())
    }

    /// Registers an origin; `id` and the output-only fields of `origin` are given by the registry when they are
    /// empty. The first origin is attached to the default endpoint. When this returns it is durable, and in the snapshot.
    pub async fn create_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> {
        self.change(|snapshot, moment| change::create_origin(origin, Attach::First, snapshot, moment)).await
    }

    /// As [`Self::create_origin`], and leaves the default endpoint as it is.
    pub async fn create_detached_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> {
        self.change(|snapshot, moment| change::create_origin(origin, Attach::Never, snapshot, moment)).await
    }

    /// Replaces an origin of the same id. `origin.etag`, when not empty, must be the stored one.
    pub async fn update_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> {
        self.change(|snapshot, moment| change::update_origin(origin, snapshot, moment)).await
    }

    /// Deletes an origin that no endpoint uses. `etag`, when not empty, must be the stored one.
    pub async fn delete_origin(&self, id: &str, etag: &str) -> Result<(), Error> {
        let (id, etag) = (id.to_owned(), etag.to_owned());
        self.change(move |snapshot, _| change::delete_origin(&id, &etag, snapshot)).await
    }

    /// Adds a URL endpoint; as [`Self::create_origin`].
    pub async fn create_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> {
        self.change(|snapshot, moment| change::create_url_endpoint(url_endpoint, snapshot, moment)).await
    }

    /// Replaces a URL endpoint of the same id; as [`Self::update_origin`].
    pub async fn update_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> {
        self.change(|snapshot, moment| change::update_url_endpoint(url_endpoint, snapshot, moment)).await
    }

    /// Deletes a URL endpoint that is not the default one; as [`Self::delete_origin`].
    pub async fn delete_url_endpoint(&self, id: &str, etag: &str) -> Result<(), Error> {
        let (id, etag) = (id.to_owned(), etag.to_owned());
        self.change(move |snapshot, _| change::delete_url_endpoint(&id, &etag, snapshot)).await
    }

    /// Adds a named transformation; the registry gives its uid and its output-only fields. When this returns it is
    /// durable, and in the snapshot.
    pub async fn create_named_transformation(
        &self,
        named: NamedTransformation,
    ) -> Result<Arc<NamedTransformation>, Error> {
        self.change(|snapshot, moment| change::create_named_transformation(named, snapshot, moment)).await
    }

    /// Replaces the named transformation of the same uid, its name included; as [`Self::update_origin`].
    pub async fn update_named_transformation(
        &self,
        named: NamedTransformation,
    ) -> Result<Arc<NamedTransformation>, Error> {
        self.change(|snapshot, moment| change::update_named_transformation(named, snapshot, moment)).await
    }

    /// Deletes the named transformation of this name or uid. `etag`, when not empty, must be the stored one.
    pub async fn delete_named_transformation(&self, id: &str, etag: &str) -> Result<(), Error> {
        let (id, etag) = (id.to_owned(), etag.to_owned());
        self.change(move |snapshot, _| change::delete_named_transformation(&id, &etag, snapshot)).await
    }

    /// Makes sure of an access key: `given` when there is one (stored if it is new), else the stored ones, else
    /// a new one. Returns the key when it was made now, so that it can be printed once.
    pub async fn ensure_access_key(&self, given: Option<SecretString>) -> Result<Option<SecretString>, Error> {
        self.change(|snapshot, moment| change::ensure_access_key(given, snapshot, moment)).await
    }

    /// What [`Self::create_origin`] would answer now; changes nothing.
    pub fn preview_create_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> {
        self.preview(|snapshot, moment| change::create_origin(origin, Attach::First, snapshot, moment))
    }

    /// What [`Self::update_origin`] would answer now; changes nothing.
    pub fn preview_update_origin(&self, origin: Origin) -> Result<Arc<Origin>, Error> {
        self.preview(|snapshot, moment| change::update_origin(origin, snapshot, moment))
    }

    /// What [`Self::create_url_endpoint`] would answer now; changes nothing.
    pub fn preview_create_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> {
        self.preview(|snapshot, moment| change::create_url_endpoint(url_endpoint, snapshot, moment))
    }

    /// What [`Self::update_url_endpoint`] would answer now; changes nothing.
    pub fn preview_update_url_endpoint(&self, url_endpoint: UrlEndpoint) -> Result<Arc<UrlEndpoint>, Error> {
        self.preview(|snapshot, moment| change::update_url_endpoint(url_endpoint, snapshot, moment))
    }

    /// What [`Self::create_named_transformation`] would answer now; changes nothing.
    pub fn preview_create_named_transformation(
        &self,
        named: NamedTransformation,
    ) -> Result<Arc<NamedTransformation>, Error> {
        self.preview(|snapshot, moment| change::create_named_transformation(named, snapshot, moment))
    }

    /// What [`Self::update_named_transformation`] would answer now; changes nothing.
    pub fn preview_update_named_transformation(
        &self,
        named: NamedTransformation,
    ) -> Result<Arc<NamedTransformation>, Error> {
        self.preview(|snapshot, moment| change::update_named_transformation(named, snapshot, moment))
    }

    fn preview<T>(&self, work_out: impl FnOnce(&Snapshot, Moment) -> Change<T>) -> Result<T, Error> {
        let snapshot = self.snapshot();
        work_out(&snapshot, Moment::now(snapshot.version + 1)).map(|(_, answer)| answer)
    }

    /// In a task of its own: a caller that goes away between the commit and the snapshot must not leave the two apart.
    async fn change<T: Send + 'static>(
        &self,
        work_out: impl FnOnce(&Snapshot, Moment) -> Change<T> + Send + 'static,
    ) -> Result<T, Error> {
        let room = Arc::clone(&self.room);
        let change = async move { within_timeout(room.change(work_out)).await };
        tokio::spawn(change).await.unwrap_or_else(|error| Err(Error::Unavailable(error.to_string())))
    }
}

impl Room {
    async fn change<T>(&self, work_out: impl FnOnce(&Snapshot, Moment) -> Change<T>) -> Result<T, Error> {
        let _turn = self.turn.lock().await;
        let mut transaction = self.database.begin_write().await?;
        match self.write(&mut transaction, work_out).await {
            Ok((None, answer)) => {
                transaction.rollback().await;
                Ok(answer)
            }
            Ok((Some(after), answer)) => {
                transaction.commit().await?;
                self.snapshot.store(Arc::new(after));
                Ok(answer)
            }
            Err(error) => {
                transaction.rollback().await;
                Err(error)
            }
        }
    }

    /// What is registered after the change, or nothing where the change turns out to need none.
    async fn write<T>(
        &self,
        transaction: &mut Transaction,
        work_out: impl FnOnce(&Snapshot, Moment) -> Change<T>,
    ) -> Result<(Option<Snapshot>, T), Error> {
        let version = store::take_turn(transaction).await?;
        let mut before = self.snapshot();
        if before.version + 1 != version {
            before = Arc::new(store::load(transaction, &self.sealer).await?);
        }
        let (writes, answer) = work_out(&before, Moment::now(version))?;
        if writes.is_empty() {
            return Ok((None, answer));
        }
        for write in &writes {
            store::write(transaction, &self.sealer, write).await?;
        }
        Ok((Some(before.after(version, writes)), answer))
    }

    fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }
}

/// What was committed when the time ran out is unknown; the watch brings the snapshot in line with it.
async fn within_timeout<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::time::timeout(DATABASE_TIMEOUT, work)
        .await
        .unwrap_or_else(|_| Err(Error::Unavailable(format!("no answer within {} seconds", DATABASE_TIMEOUT.as_secs()))))
}
