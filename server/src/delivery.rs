//! The use case, top to bottom: endpoint → signature → transformation → cache → origin → workers → rendition.

mod address;
mod at_hand;
mod batch;
mod entry;
mod error;
mod explain;
mod fetch;
mod flights;
mod given;
mod hit;
mod key;
mod known;
mod resources;
mod sign;
mod signature;
mod source;
mod target;

pub use address::{Address, Locator, Source};
pub use batch::Batch;
pub use error::Error;
pub use explain::{Explanation, Outcome};
pub use hit::Hit;
pub use known::Told;
pub use sign::NotSigned;
pub use signature::{SignatureCheck, SignatureState, is_expiry};
pub use source::{Attempt, Original};

use crate::{
    cache::{Cache, Entry, Key},
    origin::{self, Clients},
    registry::Registry,
    workers::{self, Announcement, Kind, Member, Pool, Progress, Ticket},
};
use at_hand::AtHand;
use darkroom_engine::{self as engine, Accept, language::Hints};
use flights::Flights;
use known::KnownUrls;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// When to come again after too many renditions were under way.
const RETRY_AFTER: Duration = Duration::from_secs(1);
/// For how long others may keep what stands in for something better: a rendition that could not be revalidated, or a
/// default image.
const STAND_IN_MAX_AGE: Duration = Duration::from_secs(10);

/// How long things stay true.
#[derive(Debug, Clone)]
pub struct Config {
    /// For how long clients and caches between may keep a rendition.
    pub max_age: Duration,
    /// After how long a cached rendition's source is asked for again (conditionally).
    pub revalidate_after: Duration,
    /// For how long «no origin has it» is believed.
    pub not_found_for: Duration,
    /// How many «not found» are remembered.
    pub not_found_entries: u64,
    /// What asking all origins of an endpoint may take together.
    pub fetch_timeout: Duration,
    /// Renditions that may be under way at a time, from the fetch on; one more is refused at once. It bounds the
    /// memory that sources take while an origin is slow.
    pub renditions_in_flight: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            max_age: Duration::from_hours(365 * 24),
            revalidate_after: Duration::from_hours(1),
            not_found_for: Duration::from_secs(10),
            not_found_entries: 100_000,
            fetch_timeout: Duration::from_secs(20),
            renditions_in_flight: 512,
        }
    }
}

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where the source is.
    pub source: Source,
    /// What to do to it, in the URL language; `None` with a delivery URL, which has its own, and for none.
    pub transformation: Option<String>,
    /// Media types that the client takes, in the syntax of the field `Accept`.
    pub accept: String,
    /// What the client says of its screen.
    pub hints: Hints,
}

/// What somebody gets.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The rendition, or the source where it goes through untouched.
    pub entry: Arc<Entry>,
    /// What is told of where it was found and of what was done to it.
    pub told: Arc<Told>,
    /// Whether it is the endpoint's default image, because no origin has the one that was asked for.
    pub default_image: bool,
    /// Whether it came from the cache.
    pub cached: bool,
    /// For how long it may be cached by others.
    pub max_age: Duration,
    /// Where the time went.
    pub timings: Vec<Timing>,
    /// Whether its source could not be asked for again, because an origin failed.
    pub stale: bool,
}

/// A part of the time that an answer took: its name and length.
pub type Timing = (&'static str, Duration);

/// Answers requests for images. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Delivery {
    registry: Registry,
    clients: Arc<Clients>,
    workers: Pool,
    cache: Cache,
    renditions: Flights<Made>,
    originals: Flights<Arc<Original>>,
    /// Apart from `originals`: they are fetched for those who hold a source already.
    beside: Flights<Arc<Original>>,
    revalidations: Flights<source::Revalidated>,
    at_hand: Arc<AtHand>,
    missing: moka::future::Cache<Key, ()>,
    /// Sources whose origins failed just now.
    troubled: moka::future::Cache<Key, ()>,
    in_flight: Arc<Semaphore>,
    recent_resources: resources::RecentResources,
    known: KnownUrls,
    config: Config,
}

/// A rendition that was just made.
#[derive(Debug, Clone)]
struct Made {
    entry: Arc<Entry>,
    timings: Vec<Timing>,
    /// Its source could not be asked for again.
    stale: bool,
}

impl Made {
    /// An older rendition that stands in, because its source cannot be asked for now.
    fn stale(entry: &Arc<Entry>) -> Self {
        Self { entry: Arc::clone(entry), timings: Vec::new(), stale: true }
    }
}

/// What a rendition is made of.
enum Gathered {
    /// This one is still right.
    StillRight(Arc<Entry>),
    /// The source, and what layers use.
    Anew(Arc<Original>, resources::Fetched),
}

impl Delivery {
    /// A delivery over these rooms.
    pub fn new(registry: Registry, clients: Arc<Clients>, workers: Pool, cache: Cache, config: Config) -> Self {
        let missing = moka::future::Cache::builder()
            .max_capacity(config.not_found_entries)
            .time_to_live(config.not_found_for)
            .build();
        let troubled = moka::future::Cache::builder()
            .max_capacity(config.not_found_entries)
            .time_to_live(STAND_IN_MAX_AGE)
            .build();
        let in_flight = Arc::new(Semaphore::new(config.renditions_in_flight));
        Self {
            registry,
            clients,
            workers,
            cache,
            renditions: Flights::default(),
            originals: Flights::default(),
            beside: Flights::default(),
            revalidations: Flights::default(),
            at_hand: Arc::default(),
            missing,
            troubled,
            in_flight,
            recent_resources: resources::recent(),
            known: KnownUrls::new(),
            config,
        }
    }

    /// Makes a rendition, or takes it from the cache.
    #[tracing::instrument(skip_all, err(level = "debug"))]
    pub async fn rendition(&self, request: Request) -> Result<Answer, Error> {
        let name = known::Name::of(&request);
        let Request { source, transformation, accept, hints } = request;
        let transformation = transformation.as_deref();
        match source {
            Source::Data(data) => self.rendition_of(&Original::given(data), transformation, &accept, hints, None).await,
            Source::At(locator) => self.rendition_behind(locator, transformation, &accept, hints, name, None).await,
        }
    }

    /// The rendition of a source that has to be fetched. `name` is what a URL is known by.
    async fn rendition_behind(
        &self,
        locator: Locator,
        transformation: Option<&str>,
        accept: &str,
        hints: Hints,
        name: Option<known::Name>,
        member: Option<Member>,
    ) -> Result<Answer, Error> {
        let snapshot = self.registry.snapshot();
        let address = Address::resolve(&snapshot, locator, transformation, hints)?;
        let default_image = address.of_default_image();
        let address = Arc::new(address);
        match (self.rendition_at(&address, accept, member).await, default_image) {
            (Ok((answer, accept, key)), _) => {
                if let Some(name) = name {
                    self.known.note(name, &snapshot, address.expiry, &answer.told, accept, key);
                }
                Ok(answer)
            }
            (Err(Error::NotFound { path }), Some(address)) => {
                match self.rendition_at(&Arc::new(address), accept, None).await {
                    Ok((answer, _, _)) => Ok(Answer { default_image: true, max_age: STAND_IN_MAX_AGE, ..answer }),
                    // The path that was asked for is the one to be told of.
                    Err(Error::NotFound { .. }) => Err(Error::NotFound { path }),
                    Err(error) => Err(error),
                }
            }
            (Err(error), _) => Err(error),
        }
    }

    /// The answer, and what its rendition is found by: what counts of what the client takes, and the key.
    async fn rendition_at(
        &self,
        address: &Arc<Address>,
        accept: &str,
        member: Option<Member>,
    ) -> Result<(Answer, Accept, Key), Error> {
        let told = Arc::new(Told::of(address));
        let accept = accepted(told.negotiated, accept);
        let key = key::rendition(address, &told.transformation, accept);

        let started = Instant::now();
        let known = self.cache.get(&key).await;
        let looked = ("cache", started.elapsed());
        if let Some(entry) = known.as_ref().filter(|entry| self.is_fresh(entry)) {
            let made = Made { entry: Arc::clone(entry), timings: vec![looked], stale: false };
            return Ok((self.answer(told, true, made), accept, key));
        }
        let progress = Progress::default();
        let work = self.clone().make(Arc::clone(address), accept, key, known, progress.clone(), member);
        let mut made = self.renditions.run(key, progress, work).await?;
        made.timings.insert(0, looked);
        Ok((self.answer(told, false, made), accept, key))
    }

    /// Fetches a source as it is.
    #[tracing::instrument(skip_all, err(level = "debug"))]
    pub async fn original(&self, source: Source) -> Result<(Option<Arc<Address>>, Arc<Original>), Error> {
        match source {
            Source::Data(data) => Ok((None, Arc::new(Original::given(data)))),
            Source::At(locator) => {
                let address = Arc::new(Address::resolve(&self.registry.snapshot(), locator, None, Hints::default())?);
                let original = self.fetch(&address).await?;
                Ok((Some(address), original))
            }
        }
    }

    /// Reads the facts of a source from its header.
    pub async fn metadata(&self, source: Source) -> Result<engine::Metadata, Error> {
        let progress = Progress::default();
        let coming = Announcement { kind: Kind::Metadata, progress: &progress, member: None, name: None };
        let ticket = self.workers.announce(coming)?;
        let data = match source {
            Source::Data(data) => data.into(), // without the digest that an original has
            Source::At(_) => self.original(source).await?.1.source.clone(),
        };
        Ok(self.workers.metadata(Some(&ticket), data).await?)
    }

    /// The one computation behind all concurrent requests for the same rendition.
    async fn make(
        self,
        address: Arc<Address>,
        accept: Accept,
        key: Key,
        stale: Option<Arc<Entry>>,
        progress: Progress,
        member: Option<Member>,
    ) -> Result<Made, Error> {
        let started = Instant::now();
        // Between the caller's look and this task another one may have landed.
        if let Some(entry) = self.cache.get(&key).await.filter(|entry| self.is_fresh(entry)) {
            return Ok(Made { entry, timings: Vec::new(), stale: false });
        }
        let source = key::original(&address);
        if let Some(entry) = stale.as_ref().filter(|_| self.troubled.contains_key(&source)) {
            // Asked a moment ago, in vain: nobody else has to wait for that.
            return Ok(Made::stale(entry));
        }
        let _place = match (self.in_flight.try_acquire(), &stale) {
            (Ok(place), _) => place,
            (Err(_), Some(entry)) => return Ok(Made::stale(entry)),
            (Err(_), None) => return Err(workers::Error::Overloaded { retry_after: RETRY_AFTER }.into()),
        };
        // Before the fetch: what would be refused after it costs nothing.
        let ticket = match (self.announce(&address, source, &progress, member), &stale) {
            (Ok(ticket), _) => ticket,
            (Err(_), Some(entry)) => return Ok(Made::stale(entry)),
            (Err(error), None) => return Err(error),
        };
        let (original, fetched) = match (self.gather(&address, stale.as_ref()).await, stale) {
            (Ok(Gathered::Anew(original, fetched)), _) => (original, fetched),
            (Ok(Gathered::StillRight(entry)), _) => return Ok(self.keep_stale(key, &entry, started.elapsed())),
            // Better an old picture than none while an origin is down; what is gone or forbidden is so at once.
            (Err(Error::Origin { origin, error }), Some(entry)) if error.is_passing() => {
                tracing::warn!(origin, %error, "an origin failed; a stale rendition is delivered");
                self.troubled.insert(source, ()).await;
                return Ok(Made { entry, timings: vec![("fetch", started.elapsed())], stale: true });
            }
            (Err(error), Some(_)) => {
                self.cache.remove(&key);
                return Err(error);
            }
            (Err(error), None) => return Err(error),
        };
        let resources::Fetched { resources, versions } = fetched;
        let fetched = ("fetch", started.elapsed());
        let request = engine::Request {
            pipeline: address.pipeline.clone(),
            accept,
            resources,
            focus_area: original.focus_area,
            favour: address.favour(),
        };
        let mut made = self.transform(&original, address.path.file_name(), request, &versions, ticket.as_ref()).await?;
        made.timings.insert(0, fetched);
        self.cache.insert(key, Arc::clone(&made.entry));
        Ok(made)
    }

    /// A place for the job in the queue of the workers, unless the source goes through as it is.
    fn announce(
        &self,
        address: &Address,
        source: Key,
        progress: &Progress,
        member: Option<Member>,
    ) -> Result<Option<Ticket>, Error> {
        if address.pipeline.output().original {
            return Ok(None);
        }
        let Key(name) = source;
        let kind = Kind::of(&address.pipeline);
        Ok(Some(self.workers.announce(Announcement { kind, progress, member, name: Some(name) })?))
    }

    /// The source and what layers use; or that a rendition that was made before is still right.
    async fn gather(&self, address: &Arc<Address>, stale: Option<&Arc<Entry>>) -> Result<Gathered, Error> {
        let original = match stale {
            None => self.fetch(address).await?,
            Some(entry) => match self.revalidate(address, entry).await? {
                source::Revalidated::StillRight if self.has_its_resources(address, entry).await? => {
                    return Ok(Gathered::StillRight(Arc::clone(entry)));
                }
                source::Revalidated::StillRight => self.fetch(address).await?,
                source::Revalidated::Changed(original) => original,
            },
        };
        entry::check_thumbnail(address, &original)?;
        let resources = self.resources(address).await?;
        Ok(Gathered::Anew(original, resources))
    }

    /// Whether what layers use is still what it was when the entry was made.
    async fn has_its_resources(&self, address: &Address, entry: &Entry) -> Result<bool, Error> {
        let resources::Fetched { resources: _, versions } = self.resources(address).await?;
        let pipeline = address.pipeline.to_string();
        let etag = entry::rendered_etag(&entry.origin, &entry.source_version, &pipeline, &entry.media_type, &versions);
        Ok(versions.is_empty() || etag == entry.etag)
    }

    fn keep_stale(&self, key: Key, entry: &Entry, fetch: Duration) -> Made {
        let entry = Arc::new(Entry { checked_at: entry::now(), ..entry.clone() });
        self.cache.insert(key, Arc::clone(&entry));
        Made { entry, timings: vec![("fetch", fetch)], stale: false }
    }

    async fn transform(
        &self,
        original: &Original,
        file_name: &str,
        request: engine::Request,
        resources: &[String],
        ticket: Option<&Ticket>,
    ) -> Result<Made, Error> {
        if engine::passes_through(original.format, &request.pipeline) {
            return Ok(Made {
                entry: Arc::new(entry::untouched(original, file_name, request.pipeline.output().original)?),
                timings: Vec::new(),
                stale: false,
            });
        }
        let done = match self.workers.render(ticket, original.source.clone(), &request).await {
            // Whoever killed the worker need not have been this image. Two deaths by the same one are taken for proof.
            Err(workers::Error::Crashed) => self.workers.render(ticket, original.source.clone(), &request).await?,
            done => done?,
        };
        let spent = done.rendition.timings;
        let timings = vec![
            ("queue", done.queue_time),
            ("decode", Duration::from_micros(spent.decode_us)),
            ("steps", Duration::from_micros(spent.steps_us)),
            ("encode", Duration::from_micros(spent.encode_us)),
        ];
        let entry = Arc::new(entry::rendered(original, &request, resources, done.rendition));
        Ok(Made { entry, timings, stale: false })
    }

    fn answer(&self, told: Arc<Told>, cached: bool, made: Made) -> Answer {
        let Made { entry, timings, stale } = made;
        let max_age = if stale { STAND_IN_MAX_AGE } else { self.config.max_age };
        Answer { entry, told, default_image: false, cached, max_age, timings, stale }
    }

    fn is_fresh(&self, entry: &Entry) -> bool {
        entry::is_fresh(entry, entry::now(), self.config.revalidate_after)
    }
}

/// What counts of what the client takes: nothing, where it has no say in the format.
fn accepted(negotiated: bool, accept: &str) -> Accept {
    if negotiated { Accept::from_header(accept) } else { Accept::default() }
}

impl From<origin::path::InvalidPath> for Error {
    fn from(error: origin::path::InvalidPath) -> Self {
        Self::Path(error)
    }
}
