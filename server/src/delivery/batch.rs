//! Many renditions of one source.

use super::{Answer, Delivery, Error, Original, Source};
use crate::workers::Member;
use darkroom_engine::language::Hints;
use futures::stream::{FuturesUnordered, Stream};
use std::sync::Arc;
use tracing::Instrument;

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Where the source is.
    pub source: Source,
    /// What to do to it, in the URL language, and what the answer is told apart by.
    pub transformations: Vec<(u32, String)>,
    /// Media types that the client takes, in the syntax of the field `Accept`.
    pub accept: String,
    /// What the client says of its screen.
    pub hints: Hints,
}

impl Delivery {
    /// Makes the renditions, or takes them from the cache. Each comes as soon as it is there, so whoever drops the
    /// stream takes the others out of the queue, but for those that a worker has begun or somebody else waits for.
    ///
    /// Each goes the way of a single one: what is cached is found, what somebody makes already is waited for, and what
    /// fails is an error of its own. They share the fetch, as all do who ask at the same time, and are queued together.
    pub fn renditions(&self, batch: Batch) -> impl Stream<Item = (u32, Result<Answer, Error>)> + Send + 'static {
        let Batch { source, transformations, accept, hints } = batch;
        let source = match source {
            // One digest for all, and the same bytes: a worker takes those together alone.
            Source::Data(data) => Shared::Given(Arc::new(Original::given(data))),
            Source::At(locator) => Shared::At(locator),
        };
        let members = self.workers.gather(u32::try_from(transformations.len()).unwrap_or(u32::MAX));
        let accept: Arc<str> = accept.into();
        let answers = transformations.into_iter().zip(members).map(|((index, transformation), member)| {
            let (delivery, source, accept) = (self.clone(), source.clone(), Arc::clone(&accept));
            let span = tracing::info_span!("rendition", index);
            async move { (index, delivery.one_of(source, &transformation, &accept, hints, member).await) }
                .instrument(span)
        });
        answers.collect::<FuturesUnordered<_>>()
    }

    async fn one_of(
        &self,
        source: Shared,
        transformation: &str,
        accept: &str,
        hints: Hints,
        member: Member,
    ) -> Result<Answer, Error> {
        let (transformation, member) = (Some(transformation), Some(member));
        match source {
            Shared::Given(original) => self.rendition_of(&original, transformation, accept, hints, member).await,
            Shared::At(locator) => self.rendition_behind(locator, transformation, accept, hints, None, member).await,
        }
    }
}

/// The source of all.
#[derive(Debug, Clone)]
enum Shared {
    Given(Arc<Original>),
    At(super::Locator),
}
