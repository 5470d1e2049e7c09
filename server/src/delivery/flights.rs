//! One computation for all who ask for the same thing at the same time.

use super::Error;
use crate::cache::Key;
use futures::future::{BoxFuture, FutureExt, Shared};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};

type Flight<V> = Shared<BoxFuture<'static, Result<V, Error>>>;

/// Computations under way, by what they are for. Cloning gives the same ones.
#[derive(Clone)]
pub(super) struct Flights<V> {
    running: Arc<Mutex<HashMap<Key, Flight<V>>>>,
}

impl<V> Default for Flights<V> {
    fn default() -> Self {
        Self { running: Arc::default() }
    }
}

impl<V> std::fmt::Debug for Flights<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<V: Clone + Send + Sync + 'static> Flights<V> {
    /// Joins the computation for `key`, or starts it. It is a task of its own: a caller who leaves takes
    /// nothing from those who stay.
    pub(super) async fn run(
        &self,
        key: Key,
        work: impl Future<Output = Result<V, Error>> + Send + 'static,
    ) -> Result<V, Error> {
        let flight = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.entry(key).or_insert_with(|| self.start(key, work)).clone()
        };
        flight.await
    }

    fn start(&self, key: Key, work: impl Future<Output = Result<V, Error>> + Send + 'static) -> Flight<V> {
        let landing = Landing { running: Arc::clone(&self.running), key };
        let task = tokio::spawn(async move {
            // Dropped when the work is done, or when it panics: the next caller starts afresh.
            let _landing = landing;
            work.await
        });
        async move { task.await.unwrap_or_else(|error| Err(Error::Internal(error.to_string()))) }.boxed().shared()
    }
}

struct Landing<V> {
    running: Arc<Mutex<HashMap<Key, Flight<V>>>>,
    key: Key,
}

impl<V> Drop for Landing<V> {
    fn drop(&mut self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    const KEY: Key = Key([7; 32]);

    async fn slow(count: Arc<AtomicUsize>) -> Result<usize, Error> {
        let number = count.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis(50)).await;
        Ok(number)
    }

    #[tokio::test]
    async fn a_thousand_callers_share_one_computation() {
        let (flights, count) = (Flights::default(), Arc::new(AtomicUsize::new(0)));
        let callers = (0..1000).map(|_| {
            let (flights, count) = (flights.clone(), Arc::clone(&count));
            tokio::spawn(async move { flights.run(KEY, slow(count)).await })
        });
        for result in futures::future::join_all(callers.collect::<Vec<_>>()).await {
            assert_eq!(result.unwrap().unwrap(), 0);
        }
        assert_eq!(flights.run(KEY, slow(Arc::clone(&count))).await.unwrap(), 1, "what has landed is not joined");
    }

    #[tokio::test]
    async fn a_caller_who_leaves_does_not_stop_it() {
        let (flights, count) = (Flights::default(), Arc::new(AtomicUsize::new(0)));
        let leaver = tokio::spawn({
            let (flights, count) = (flights.clone(), Arc::clone(&count));
            async move { flights.run(KEY, slow(count)).await }
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        leaver.abort();
        assert_eq!(flights.run(KEY, slow(Arc::clone(&count))).await.unwrap(), 0, "joined the one that was under way");
    }

    #[tokio::test]
    async fn a_panic_is_an_error_once() {
        let flights = Flights::<usize>::default();
        assert!(matches!(flights.run(KEY, async { panic!("boom") }).await, Err(Error::Internal(_))));
        assert_eq!(flights.run(KEY, async { Ok(5) }).await.unwrap(), 5);
    }
}
