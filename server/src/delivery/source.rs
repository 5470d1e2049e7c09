//! The source of a rendition: the first origin, in order of preference, that has the image.

use super::{Address, Error};
use crate::{
    origin::{self, Clients, Fetch, Fetched, Origin},
    workers,
};
use bytes::Bytes;
use darkroom_engine::{Area, Format};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A source image.
#[derive(Debug, Clone)]
pub struct Original {
    /// The file.
    pub source: workers::Source,
    /// Its format by magic bytes; `None` where it is not an image that we read.
    pub format: Option<Format>,
    /// What the origin says it is.
    pub media_type: Option<String>,
    /// Its version at the origin.
    pub version: String,
    /// When it was changed, if the origin tells.
    pub modify_time: Option<jiff::Timestamp>,
    /// The rectangle that is stored with it for `fo-custom`.
    pub focus_area: Option<Area>,
    /// Id of the origin that had it; empty where it came with the request.
    pub origin: String,
}

impl Original {
    /// Its bytes.
    pub fn data(&self) -> &Bytes {
        self.source.bytes()
    }

    /// One that came with the request.
    pub fn given(data: Bytes) -> Self {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &data);
        let format = Format::sniff(&data);
        Self {
            source: data.into(),
            format,
            media_type: None,
            version: hex::encode(digest),
            modify_time: None,
            focus_area: None,
            origin: String::new(),
        }
    }
}

/// What one origin answered.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The origin.
    pub origin: Arc<Origin>,
    /// What it said.
    pub result: Result<Arc<Original>, origin::Error>,
    /// How long it took.
    pub duration: Duration,
}

/// What became of a source since it was fetched.
#[derive(Debug, Clone)]
pub(super) enum Revalidated {
    /// Nothing.
    StillRight,
    /// It is another one now.
    Changed(Arc<Original>),
}

/// Fetches from the first origin that has the image.
/// With `is_beside` the caller holds another source already.
pub(super) async fn first(
    clients: &Clients,
    address: &Address,
    is_beside: bool,
    timeout: Duration,
) -> Result<Original, Error> {
    let mut worst = None;
    let deadline = Instant::now() + timeout;
    let fetch = Fetch { is_beside, ..fetch(address, None) };
    for origin in &address.origins {
        match within(deadline, timeout, clients.fetch(origin, &fetch)).await {
            Ok(fetched) => return original(origin, fetched),
            Err(error) => note(&mut worst, origin, error)?,
        }
    }
    Err(failure(address, worst))
}

/// Asks whether a source is still what it was when it came from the origin `from`. Origins before that one are
/// asked too: they may have the image by now.
pub(super) async fn revalidate(
    clients: &Clients,
    address: &Address,
    from: &str,
    version: &str,
    timeout: Duration,
) -> Result<Revalidated, Error> {
    let mut worst = None;
    let deadline = Instant::now() + timeout;
    for origin in &address.origins {
        let known = (origin.id == from).then(|| version.to_owned());
        match within(deadline, timeout, clients.fetch(origin, &fetch(address, known))).await {
            Ok(Fetched::NotModified) => return Ok(Revalidated::StillRight),
            Ok(Fetched::Image { version: now, .. }) if origin.id == from && now == version => {
                return Ok(Revalidated::StillRight);
            }
            Ok(fetched) => return Ok(Revalidated::Changed(Arc::new(original(origin, fetched)?))),
            Err(error) => note(&mut worst, origin, error)?,
        }
    }
    Err(failure(address, worst))
}

/// Asks the origins in order until one has the image, and tells what each of them said.
pub(super) async fn attempts(clients: &Clients, address: &Address) -> Vec<Attempt> {
    let mut attempts = Vec::new();
    for origin in &address.origins {
        let started = Instant::now();
        let fetched = clients.fetch(origin, &fetch(address, None)).await;
        let result = fetched
            .and_then(|fetched| original(origin, fetched).map_err(|error| origin::Error::Broken(error.to_string())));
        let found = result.is_ok();
        attempts.push(Attempt {
            origin: Arc::clone(origin),
            result: result.map(Arc::new),
            duration: started.elapsed(),
        });
        if found {
            break;
        }
    }
    attempts
}

/// Why no origin gave the image, from what all of them said.
pub(super) fn verdict(address: &Address, attempts: &[Attempt]) -> Error {
    let mut worst = None;
    for attempt in attempts {
        if let Err(error) = &attempt.result
            && let Err(stop) = note(&mut worst, &attempt.origin, error.clone())
        {
            return stop;
        }
    }
    failure(address, worst)
}

/// One deadline for all origins together: each has a timeout of its own, and there may be ten of them.
async fn within(
    deadline: Instant,
    timeout: Duration,
    fetch: impl Future<Output = Result<Fetched, origin::Error>>,
) -> Result<Fetched, origin::Error> {
    tokio::time::timeout_at(deadline.into(), fetch).await.unwrap_or(Err(origin::Error::TimedOut(timeout)))
}

fn fetch(address: &Address, if_not_version: Option<String>) -> Fetch {
    let Address { path, query, host, .. } = address;
    Fetch { path: path.clone(), query: query.clone(), host: host.clone(), if_not_version, is_beside: false }
}

fn original(origin: &Origin, fetched: Fetched) -> Result<Original, Error> {
    match fetched {
        Fetched::Image { data, media_type, version, modify_time, focus_area } => {
            let format = Format::sniff(&data);
            let source = data.into();
            Ok(Original { source, format, media_type, version, modify_time, focus_area, origin: origin.id.clone() })
        }
        Fetched::NotModified => {
            Err(Error::Internal(format!("origin {} answered «not modified» to an unconditional fetch", origin.id)))
        }
    }
}

/// Keeps the worst error so far. An image that is there and too large is an answer, and so is our own want of memory:
/// no other origin is asked.
fn note(worst: &mut Option<(String, origin::Error)>, origin: &Origin, error: origin::Error) -> Result<(), Error> {
    if matches!(error, origin::Error::TooLarge { .. } | origin::Error::Overloaded) {
        return Err(Error::Origin { origin: origin.id.clone(), error });
    }
    if worst.as_ref().is_none_or(|(_, known)| severity(&error) > severity(known)) {
        *worst = Some((origin.id.clone(), error));
    }
    Ok(())
}

/// «Not found» outranks «not a path of mine»: with several origins, a path is seldom meant for all of them.
fn severity(error: &origin::Error) -> u8 {
    match error {
        origin::Error::PathRefused(_) => 0,
        origin::Error::NotFound => 1,
        origin::Error::AccessDenied(_) => 2,
        origin::Error::Broken(_) => 3,
        origin::Error::Unreachable(_) => 4,
        origin::Error::TimedOut(_) => 5,
        origin::Error::TooLarge { .. } | origin::Error::Overloaded => 6,
    }
}

fn failure(address: &Address, worst: Option<(String, origin::Error)>) -> Error {
    match worst {
        None | Some((_, origin::Error::NotFound)) => Error::NotFound { path: address.path.to_string() },
        Some((origin, error)) => Error::Origin { origin, error },
    }
}
