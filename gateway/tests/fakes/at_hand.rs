//! A server that has some images at hand, and counts what it is asked for.

use bytes::Bytes;
use darkroom_api::{
    at_hand::{Asked, AtHand, Facts, Hit},
    v1::Rendition,
};
use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

type Has = dyn Fn(&Asked<'_>) -> bool + Send + Sync;

#[derive(Clone)]
pub(crate) struct FakeHits {
    has: Arc<Has>,
    facts: Arc<Facts>,
    data: Bytes,
    given: Arc<AtomicUsize>,
}

impl FakeHits {
    pub(crate) fn none() -> Self {
        Self::of(Rendition::default(), "", |_| false)
    }

    /// This rendition with these bytes, for whatever `has` says yes to.
    pub(crate) fn of(
        rendition: Rendition,
        data: impl Into<Bytes>,
        has: impl Fn(&Asked<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        let rendition = Rendition { cached: true, timings: Vec::new(), ..rendition };
        let facts = Arc::new(Facts { rendition, written: OnceLock::new() });
        Self { has: Arc::new(has), facts, data: data.into(), given: Arc::default() }
    }

    /// How many it gave.
    pub(crate) fn given(&self) -> usize {
        self.given.load(Ordering::Relaxed)
    }
}

impl AtHand for FakeHits {
    fn at_hand(&self, asked: &Asked<'_>) -> Option<Hit> {
        (self.has)(asked).then(|| {
            self.given.fetch_add(1, Ordering::Relaxed);
            Hit { facts: Arc::clone(&self.facts), data: self.data.clone(), took: Duration::from_micros(200) }
        })
    }
}
