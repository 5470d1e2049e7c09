//! What layers use: images and fonts from the origins of the same URL endpoint.

use super::{Address, Delivery, Error, Original, key};
use crate::{cache::Key, origin::ImagePath, workers};
use bytes::Bytes;
use darkroom_engine::{self as engine, Pipeline, Resources};
use futures::{StreamExt, TryStreamExt, stream};
use std::{sync::Arc, time::Duration};

/// For how long a resource is not asked for again. Logos are in nearly every rendition of a site.
const FRESH_FOR: Duration = Duration::from_mins(1);
/// Bytes of the resources that are kept.
const BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Bytes of the largest that is kept.
const KEPT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of all resources of one rendition together.
const RESOURCE_BYTES_MAX: u64 = 40 * 1024 * 1024;
/// Resources of one rendition that are fetched at a time.
const FETCHES: usize = 4;

/// Resources that were fetched a moment ago.
pub(super) type RecentResources = moka::future::Cache<Key, Arc<Original>>;

/// A place for them.
pub(super) fn recent() -> RecentResources {
    moka::future::Cache::builder()
        .max_capacity(BYTES_MAX)
        .weigher(|_, original: &Arc<Original>| u32::try_from(original.data().len()).unwrap_or(u32::MAX))
        .time_to_live(FRESH_FOR)
        .build()
}

/// Fetched resources and what of them is in an etag.
#[derive(Debug, Clone, Default)]
pub(super) struct Fetched {
    pub(super) resources: Resources,
    /// Origin and version of each, in the order of their paths.
    pub(super) versions: Vec<String>,
}

impl Delivery {
    /// Fetches what the pipeline of `address` needs beside its source.
    ///
    /// # Errors
    /// [`Error::ResourceNotFound`] for the first that no origin has: a watermark is never dropped.
    pub(super) async fn resources(&self, address: &Address) -> Result<Fetched, Error> {
        let wanted = paths(&address.pipeline);
        if wanted.is_empty() {
            return Ok(Fetched::default());
        }
        let mut originals: Vec<Arc<Original>> = Vec::with_capacity(wanted.len());
        let fetches: Vec<_> = wanted.iter().map(|path| self.resource(address, path)).collect();
        let mut coming = stream::iter(fetches).buffered(FETCHES);
        let mut bytes = 0;
        while let Some(original) = coming.try_next().await? {
            bytes += original.data().len() as u64;
            check_bytes(bytes)?;
            originals.push(original);
        }
        drop(coming);
        let versions = originals.iter().map(|original| format!("{} {}", original.origin, original.version)).collect();
        let files = wanted.into_iter().zip(originals.iter().map(|original| original.data().clone()));
        Ok(Fetched { resources: files.collect(), versions })
    }

    async fn resource(&self, address: &Address, path: &str) -> Result<Arc<Original>, Error> {
        let address = Address { path: ImagePath::parse(path)?, query: String::new(), ..address.clone() };
        let key = key::original(&address);
        if let Some(known) = self.recent_resources.get(&key).await {
            return Ok(known);
        }
        let fetched = self.fetch_beside(&Arc::new(address)).await.map_err(|error| match error {
            Error::NotFound { path } => Error::ResourceNotFound { path },
            other => other,
        })?;
        if fetched.data().len() <= KEPT_BYTES_MAX {
            // A copy: the fetched bytes count as memory in use for as long as they are held.
            let kept = Original { source: Bytes::copy_from_slice(fetched.data()).into(), ..(*fetched).clone() };
            self.recent_resources.insert(key, Arc::new(kept)).await;
        }
        Ok(fetched)
    }
}

fn check_bytes(actual: u64) -> Result<(), Error> {
    if actual <= RESOURCE_BYTES_MAX {
        return Ok(());
    }
    let error = engine::Error::TooLarge { limit: "resource_bytes".into(), maximum: RESOURCE_BYTES_MAX, actual };
    Err(workers::Error::Engine(error).into())
}

/// The paths that a pipeline names, each once, in their order.
fn paths(pipeline: &Pipeline) -> Vec<String> {
    let mut paths: Vec<String> = pipeline.resources().into_iter().map(|resource| resource.path).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
}
