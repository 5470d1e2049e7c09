//! Open connections to origins, kept for as long as the origin stays as it is.

use super::{
    Error, ImagePath, Invalid, Location, Network, Origin,
    attempt::{self, Failure},
    check::{self, CheckStep},
    folder,
    gate::Gate,
    memory::SourceMemory,
    store::Store,
    transport::Transport,
    web::Web,
    web_folder, web_proxy,
};
use bytes::Bytes;
use moka::future::Cache;
use std::{sync::Arc, time::Duration};

/// Clients that are kept; more origins than this work, and open theirs more often.
const CLIENTS_MAX: u64 = 1000;
/// How long a client is kept that nobody uses.
const CLIENT_IDLE_TIMEOUT: Duration = Duration::from_hours(1);

/// Bounds on one fetch.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a source image.
    pub source_bytes: u64,
    /// Until a connection stands and the first byte of the answer is there.
    pub first_byte_timeout: Duration,
    /// For the whole fetch, retries included.
    pub fetch_timeout: Duration,
    /// Fewer bytes per second than this, over `slow_window`, is a timeout.
    pub rate_bytes_per_second_min: u64,
    /// See `rate_bytes_per_second_min`.
    pub slow_window: Duration,
    /// Fetches from one origin at a time; others wait, or are refused at once where the wait would be long.
    pub fetches_per_origin: usize,
    /// Retries after a broken answer.
    pub retries: u32,
    /// Absolute paths (and all that starts so) that no folder origin reads: the server's own data.
    pub never_read: Vec<std::path::PathBuf>,
    /// What all sources that are under way may take together. 64 MiB; one more waits before it is read.
    pub source_memory: SourceMemory,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source_bytes: 40 * 1024 * 1024,
            first_byte_timeout: Duration::from_secs(5),
            fetch_timeout: Duration::from_secs(10),
            rate_bytes_per_second_min: 1024,
            slow_window: Duration::from_secs(5),
            fetches_per_origin: 64,
            retries: 2,
            never_read: Vec::new(),
            source_memory: SourceMemory::new(64 << 20),
        }
    }
}

/// One image to fetch.
#[derive(Debug, Clone)]
pub struct Fetch {
    /// Its path behind the origin.
    pub path: ImagePath,
    /// Query for web origins, without the `?`; empty when there is none.
    pub query: String,
    /// Host name that the client asked for, for web origins that want it forwarded; empty when unknown.
    pub host: String,
    /// Version that the caller has (`version` of [`Fetched::Image`]); the origin may then answer that it is still right.
    pub if_not_version: Option<String>,
    /// The caller holds a source already and needs this beside it: it must not wait for memory that only its own end
    /// gives back.
    pub is_beside: bool,
}

/// What an origin answered.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// The image.
    Image {
        /// The whole of it, at most `source_bytes`.
        data: Bytes,
        /// What the origin says it is.
        media_type: Option<String>,
        /// The origin's strong etag, or one made of what it tells (modification time and size); a hash of the
        /// data when it tells nothing. Never empty.
        version: String,
        /// When it was changed, if the origin tells.
        modify_time: Option<jiff::Timestamp>,
        /// The rectangle that is stored with it for `fo-custom`.
        focus_area: Option<darkroom_engine::Area>,
    },
    /// The caller's version is still right.
    NotModified,
}

/// Clients of all origins, one for each version of each origin.
#[derive(Debug)]
pub struct Clients {
    network: Network,
    limits: Limits,
    /// The one client under all of them; the text says why there is none.
    http: Result<reqwest::Client, String>,
    /// By id and etag, so that a changed origin gets a new one.
    opened: Cache<(String, String), Arc<Opened>>,
}

/// An opened origin, and who waits for it.
#[derive(Debug)]
struct Opened {
    client: Client,
    gate: Gate,
}

/// An opened origin.
#[derive(Debug)]
enum Client {
    Store(Store),
    WebFolder(web_folder::Location, Web),
    WebProxy(web_proxy::Location, Web),
    Folder(folder::Location),
}

impl Clients {
    /// No connection is made before the first fetch.
    pub fn new(network: Network, limits: Limits) -> Self {
        let http = network.client(&limits).map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "no HTTP client can be made");
            "no HTTP client can be made; are the system's CA certificates installed?".to_owned()
        });
        let opened = Cache::builder().max_capacity(CLIENTS_MAX).time_to_idle(CLIENT_IDLE_TIMEOUT).build();
        Self { network, limits, http, opened }
    }

    /// Fetches an image from `origin`.
    pub async fn fetch(&self, origin: &Origin, fetch: &Fetch) -> Result<Fetched, Error> {
        let client = self.client(origin).await.map_err(|invalid| {
            Error::Unreachable(format!("the origin's settings are no longer valid ({})", invalid.field))
        })?;
        let Opened { client, gate } = client.as_ref();
        let _pass = gate.enter().await?;
        attempt::repeat(&self.limits, || client.attempt(fetch, &self.limits)).await.map_err(|failure| failure.error)
    }

    /// Whether a client for `origin` can be made at all: addresses, URL forms, keys.
    pub fn validate(&self, origin: &Origin) -> Result<(), Invalid> {
        if let Location::AzureBlob(location) = &origin.location {
            location.check(jiff::Timestamp::now())?;
        }
        self.open(&origin.location).map(drop)
    }

    /// Connects to `origin`, authenticates, and reads `path` where there is one. Ends with the first step that
    /// fails.
    pub async fn check(&self, origin: &Origin, path: Option<&ImagePath>) -> Vec<CheckStep> {
        check::run(self, origin, path).await
    }

    /// One attempt through a client of its own, with nothing kept.
    pub(super) async fn try_once(&self, location: &Location, fetch: &Fetch) -> Result<Fetched, Failure> {
        let client = self.open(location).map_err(|invalid| Failure::new(Error::Unreachable(invalid.to_string())))?;
        let limits = Limits { retries: 0, ..self.limits.clone() };
        attempt::repeat(&limits, || client.attempt(fetch, &limits)).await
    }

    async fn client(&self, origin: &Origin) -> Result<Arc<Opened>, Invalid> {
        let open = || {
            let gate = Gate::new(self.limits.fetches_per_origin);
            self.open(&origin.location).map(|client| Opened { client, gate })
        };
        // An origin that is not registered has no etag to be found by.
        if origin.etag.is_empty() {
            return open().map(Arc::new);
        }
        let key = (origin.id.clone(), origin.etag.clone());
        self.opened.try_get_with(key, async { open().map(Arc::new) }).await.map_err(|invalid| Invalid::clone(&invalid))
    }

    fn open(&self, location: &Location) -> Result<Client, Invalid> {
        let http = || self.http.clone().map_err(|text| Invalid::new("location", text));
        let transport = || -> Result<Transport, Invalid> {
            Ok(Transport {
                http: http()?,
                network: self.network.clone(),
                limits: self.limits.clone(),
                with_role: false,
            })
        };
        let web = || -> Result<Web, Invalid> { Ok(Web { http: http()?, network: self.network.clone() }) };
        Ok(match location {
            Location::Gcs(location) => Client::Store(location.open(&self.network, transport()?)?),
            Location::AzureBlob(location) => Client::Store(location.open(&self.network, transport()?)?),
            Location::S3(location) => Client::Store(location.open(&self.network, transport()?)?),
            Location::S3Compatible(location) => Client::Store(location.open(&self.network, transport()?)?),
            Location::WebFolder(location) => {
                location.check(&self.network)?;
                Client::WebFolder(location.clone(), web()?)
            }
            Location::WebProxy(location) => {
                location.check()?;
                Client::WebProxy(location.clone(), web()?)
            }
            Location::Folder(location) => {
                location.check()?;
                Client::Folder(location.clone())
            }
        })
    }
}

impl Client {
    async fn attempt(&self, fetch: &Fetch, limits: &Limits) -> Result<Fetched, Failure> {
        match self {
            Self::Store(store) => store.attempt(fetch, limits).await,
            Self::WebFolder(location, web) => location.attempt(web, fetch, limits).await,
            Self::WebProxy(location, web) => location.attempt(web, fetch, limits).await,
            Self::Folder(location) => location.attempt(fetch, limits).await,
        }
    }
}
