//! The short way: a URL that was answered a moment ago, and a rendition that can be had from the cache without waiting.

use super::{
    Answer, Delivery, Made, Request, accepted, entry,
    known::{Known, Name, Told},
};
use crate::cache::Entry;
use darkroom_api::at_hand::Facts;
use darkroom_engine::{Accept, language::Hints};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// A rendition that was at hand.
#[derive(Debug)]
pub struct Hit {
    /// The rendition.
    pub entry: Arc<Entry>,
    /// For how long it may be cached by others.
    pub max_age: Duration,
    /// How long the look into the cache took.
    pub took: Duration,
    known: Arc<Known>,
    accept: Accept,
}

impl Delivery {
    /// The rendition behind a delivery URL, if it is at hand. It is what [`Self::rendition`] would answer with, sooner.
    pub fn hit(&self, host: &str, target: &str, accept: &str, hints: Hints) -> Option<Hit> {
        self.look_up(&Name::of_url(host, target, hints), accept)
    }

    /// As [`Self::hit`], for any request.
    pub fn at_hand(&self, request: &Request) -> Option<Answer> {
        let Hit { entry, max_age: _, took, known, accept: _ } = self.look_up(&Name::of(request)?, &request.accept)?;
        let made = Made { entry, timings: vec![("cache", took)], stale: false };
        Some(self.answer(Arc::clone(&known.told), true, made))
    }

    fn look_up(&self, name: &Name, accept: &str) -> Option<Hit> {
        let now = entry::now();
        let known = self.registry.with_snapshot(|snapshot| self.known.get(name, snapshot, now))?;
        let accept = accepted(known.told.negotiated, accept);
        let key = known.key(accept)?;
        let started = Instant::now();
        let entry =
            self.cache.at_hand(key).filter(|entry| entry::is_fresh(entry, now, self.config.revalidate_after))?;
        Some(Hit { entry, max_age: self.config.max_age, took: started.elapsed(), known, accept })
    }
}

impl Hit {
    /// What is told of the address.
    pub fn told(&self) -> &Told {
        &self.known.told
    }

    /// What was told of the rendition the last time, if `is_true` of it; else what `make` says.
    pub fn facts(&self, is_true: impl FnOnce(&Facts) -> bool, make: impl FnOnce() -> Facts) -> Arc<Facts> {
        self.known.facts(self.accept, is_true, make)
    }
}
