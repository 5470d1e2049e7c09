//! One computation for all who ask for the same thing at the same time.

use super::Error;
use crate::{cache::Key, workers::Progress};
use futures::future::{BoxFuture, FutureExt, Shared, WeakShared};
use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::task::AbortHandle;

type Flight<V> = Shared<BoxFuture<'static, Result<V, Error>>>;
type WeakFlight<V> = WeakShared<BoxFuture<'static, Result<V, Error>>>;

/// Computations under way, by what they are for. Cloning gives the same ones.
#[derive(Clone)]
pub(super) struct Flights<V> {
    running: Arc<Mutex<Running<V>>>,
}

/// Only those who wait hold a flight: it ends with the last of them.
struct Running<V> {
    flights: HashMap<Key, (u64, WeakFlight<V>)>,
    next_number: u64,
}

impl<V> Default for Flights<V> {
    fn default() -> Self {
        Self { running: Arc::new(Mutex::new(Running { flights: HashMap::new(), next_number: 0 })) }
    }
}

impl<V> std::fmt::Debug for Flights<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Flights").finish_non_exhaustive()
    }
}

impl<V: Clone + Send + Sync + 'static> Flights<V> {
    /// Joins the computation for `key`, or starts it. It is a task of its own: a caller who leaves takes nothing from
    /// those who stay. When all have left it is given up, unless a worker has it by then: what is nearly done is
    /// finished, for the next who asks.
    pub(super) async fn run(
        &self,
        key: Key,
        progress: Progress,
        work: impl Future<Output = Result<V, Error>> + Send + 'static,
    ) -> Result<V, Error> {
        let flight = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            let known = running.flights.get(&key).and_then(|(_, flight)| flight.upgrade());
            known.unwrap_or_else(|| {
                running.next_number += 1;
                let number = running.next_number;
                let flight = Self::start(Landing { running: Arc::clone(&self.running), key, number }, progress, work);
                if let Some(weak) = flight.downgrade() {
                    running.flights.insert(key, (number, weak));
                }
                flight
            })
        };
        flight.await
    }

    fn start(
        landing: Landing<V>,
        progress: Progress,
        work: impl Future<Output = Result<V, Error>> + Send + 'static,
    ) -> Flight<V> {
        let task = tokio::spawn(async move {
            // Dropped when the work is done or given up, or when it panics: the next caller starts afresh.
            let _landing = landing;
            work.await
        });
        let leaving = Leaving { task: task.abort_handle(), progress };
        let flight = async move {
            let _leaving = leaving;
            task.await.unwrap_or_else(|error| Err(Error::Internal(error.to_string())))
        };
        flight.boxed().shared()
    }
}

/// Gives up a computation when nobody waits for it.
struct Leaving {
    task: AbortHandle,
    progress: Progress,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        if !self.progress.has_begun() {
            self.task.abort(); // does nothing to what is done
        }
    }
}

struct Landing<V> {
    running: Arc<Mutex<Running<V>>>,
    key: Key,
    number: u64,
}

impl<V> Drop for Landing<V> {
    fn drop(&mut self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        // After it was given up, another one may have started for the same key.
        if running.flights.get(&self.key).is_some_and(|(number, _)| *number == self.number) {
            running.flights.remove(&self.key);
        }
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
            tokio::spawn(async move { flights.run(KEY, Progress::default(), slow(count)).await })
        });
        for result in futures::future::join_all(callers.collect::<Vec<_>>()).await {
            assert_eq!(result.unwrap().unwrap(), 0);
        }
        assert_eq!(
            flights.run(KEY, Progress::default(), slow(Arc::clone(&count))).await.unwrap(),
            1,
            "what has landed is not joined"
        );
    }

    #[tokio::test]
    async fn a_caller_who_leaves_does_not_stop_it() {
        let (flights, count) = (Flights::default(), Arc::new(AtomicUsize::new(0)));
        let caller = |count| {
            let (flights, count) = (flights.clone(), Arc::clone(count));
            tokio::spawn(async move { flights.run(KEY, Progress::default(), slow(count)).await })
        };
        let leaver = caller(&count);
        tokio::time::sleep(Duration::from_millis(5)).await;
        let stayer = caller(&count);
        tokio::time::sleep(Duration::from_millis(5)).await;
        leaver.abort();
        assert_eq!(stayer.await.unwrap().unwrap(), 0);
    }

    /// Runs a computation that nobody waits for to its end, and says whether it came there.
    async fn deserted(progress: Progress) -> bool {
        let flights = Flights::default();
        let (go_on, gate) = tokio::sync::oneshot::channel::<()>();
        let (done, ended) = tokio::sync::oneshot::channel::<()>();
        let leaver = tokio::spawn({
            let flights = flights.clone();
            let work = async move {
                let _ = gate.await;
                let _ = done.send(());
                Ok(0)
            };
            async move { flights.run(KEY, progress, work).await }
        });
        tokio::time::sleep(Duration::from_millis(10)).await;
        leaver.abort();
        let _ = leaver.await;
        let fresh = flights.run(KEY, Progress::default(), async { Ok(1) }).await;
        let _ = go_on.send(());
        let came_there = ended.await.is_ok();
        assert_eq!(fresh.unwrap(), 1, "what nobody waits for is not joined");
        assert!(flights.running.lock().unwrap().flights.is_empty());
        came_there
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_given_up_unless_a_worker_has_it() {
        assert!(!deserted(Progress::default()).await);
        assert!(deserted(Progress::begun()).await);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_once() {
        let flights = Flights::<usize>::default();
        assert!(matches!(
            flights.run(KEY, Progress::default(), async { panic!("boom") }).await,
            Err(Error::Internal(_))
        ));
        assert_eq!(flights.run(KEY, Progress::default(), async { Ok(5) }).await.unwrap(), 5);
    }
}
