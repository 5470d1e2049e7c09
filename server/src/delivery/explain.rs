//! How a URL was or would be answered: the same steps as a delivery, each told.

use super::{
    Address, Attempt, Delivery, Error, SignatureCheck, accepted, address::Locator, entry, key, signature, source,
    target::Target,
};
use crate::registry::Snapshot;
use darkroom_engine::{self as engine, Accept, language::Hints};
use std::sync::Arc;

/// What an explanation found.
#[derive(Debug)]
pub struct Explanation {
    /// What the URL means; `None` where it means nothing, and then `outcome` says why.
    pub address: Option<Address>,
    /// What its signature is worth; `None` where the URL cannot be taken apart.
    pub signature: Option<SignatureCheck>,
    /// What each origin said, in order.
    pub attempts: Vec<Attempt>,
    /// What would be returned.
    pub outcome: Result<Outcome, Error>,
    /// Whether a fresh rendition is in the cache now.
    pub cached: bool,
}

/// What would be returned, and why.
#[derive(Debug)]
pub struct Outcome {
    /// Its media type.
    pub media_type: String,
    /// Why that, in words.
    pub why: String,
}

impl Delivery {
    /// Explains a delivery. Asks the origins afresh, makes the rendition, and caches nothing.
    pub async fn explain(&self, host: String, target: String, accept: &str, hints: Hints) -> Explanation {
        let snapshot = self.registry.snapshot();
        let signature = check_signature(&snapshot, &host, &target);
        let locator = Locator::Url { host: host.clone(), target: target.clone() };
        let address = match Address::resolve(&snapshot, locator, None, hints) {
            Ok(address) => address,
            Err(error) => {
                let address = Address::without_transformation(&snapshot, host, &target);
                return Explanation { address, signature, attempts: Vec::new(), outcome: Err(error), cached: false };
            }
        };
        let accept = accepted(address.pipeline.negotiates(), accept);
        let cached = self.cache.get(&key::rendition(&address, &address.pipeline.to_string(), accept)).await;
        let cached = cached.is_some_and(|entry| self.is_fresh(&entry));
        let attempts = source::attempts(&self.clients, &address).await;
        let outcome = match attempts.last().map(|attempt| &attempt.result) {
            Some(Ok(original)) => self.outcome(&address, &Arc::clone(original), accept).await,
            Some(Err(_)) | None => Err(source::verdict(&address, &attempts)),
        };
        Explanation { address: Some(address), signature, attempts, outcome, cached }
    }

    async fn outcome(&self, address: &Address, original: &source::Original, accept: Accept) -> Result<Outcome, Error> {
        entry::check_thumbnail(address, original)?;
        let fetched = self.resources(address).await?;
        let request = engine::Request {
            pipeline: address.pipeline.clone(),
            accept,
            resources: fetched.resources,
            focus_area: original.focus_area,
            favour: address.favour(),
        };
        let why = if original.format.is_none() {
            "the source is not an image that Darkroom reads: it goes through untouched".to_owned()
        } else if engine::passes_through(original.format, &request.pipeline) {
            "the source goes through untouched: `orig-true`, or an SVG of which no raster format was asked for"
                .to_owned()
        } else if request.pipeline.negotiates() {
            format!(
                "the format was chosen by what the client takes: AVIF {}, WebP {}",
                takes(accept.avif),
                takes(accept.webp)
            )
        } else {
            "the transformation names the format".to_owned()
        };
        let made = self.transform(original, address.path.file_name(), request, &fetched.versions, None).await?;
        Ok(Outcome { media_type: made.entry.media_type.clone(), why })
    }
}

fn check_signature(snapshot: &Snapshot, host: &str, target: &str) -> Option<SignatureCheck> {
    let found = snapshot.endpoint_for(host, target.split('?').next().unwrap_or_default())?;
    let target = Target::parse(target, found.prefix_bytes).ok()?;
    Some(signature::check(&target, &snapshot.access_keys, found.url_endpoint.restrict_unsigned))
}

fn takes(accepted: bool) -> &'static str {
    if accepted { "yes" } else { "no" }
}
