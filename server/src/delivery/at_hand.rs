//! Sources that somebody works on just now. A page asks for many sizes of one picture, and not all of its requests
//! arrive before the first fetch has landed: they share its bytes, and a worker decodes them once.

use super::Original;
use crate::cache::Key;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

/// How old a source may be that is shared. Longer, and a picture that was just replaced would be seen too long.
const SHARED_FOR: Duration = Duration::from_secs(1);

/// Sources by where they are. Nothing is kept here that nobody else holds.
#[derive(Debug, Default)]
pub(super) struct AtHand {
    sources: Mutex<HashMap<Key, (Instant, Weak<Original>)>>,
}

impl AtHand {
    /// A source that was fetched a moment ago and is still in use.
    pub(super) fn get(&self, key: &Key, now: Instant) -> Option<Arc<Original>> {
        let sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, source) = sources.get(key)?;
        if now.saturating_duration_since(*since) < SHARED_FOR { source.upgrade() } else { None }
    }

    /// This one was fetched now.
    pub(super) fn put(&self, key: Key, source: &Arc<Original>, now: Instant) {
        let mut sources = self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        sources.retain(|_, (_, source)| source.strong_count() > 0);
        sources.insert(key, (now, Arc::downgrade(source)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_shared_while_it_is_in_use_and_young() {
        let (at_hand, now) = (AtHand::default(), Instant::now());
        let (one, other) = (Key([1; 32]), Key([2; 32]));
        let source = Arc::new(Original::given("pixels".into()));
        at_hand.put(one, &source, now);
        assert!(at_hand.get(&one, now).is_some_and(|shared| Arc::ptr_eq(&shared, &source)));
        assert!(at_hand.get(&other, now).is_none());
        assert!(at_hand.get(&one, now + SHARED_FOR).is_none());
        drop(source);
        assert!(at_hand.get(&one, now).is_none());
        at_hand.put(other, &Arc::new(Original::given("pixels".into())), now);
        assert_eq!(at_hand.sources.lock().unwrap().len(), 1);
    }
}
