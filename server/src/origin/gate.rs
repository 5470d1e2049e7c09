//! How many fetches one origin has under way at a time. A slow origin then takes its own places only, not those of
//! other origins, and who would wait for it too long hears so at once.

use super::Error;
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The longest wait for a place that is worth it.
const WAIT_MAX: Duration = Duration::from_secs(1);
/// What a fetch takes before one is known, in seconds.
const FIRST_GUESS_SECONDS: f64 = 0.1;
/// Weight of the newest fetch in the average.
const NEWEST_WEIGHT: f64 = 0.1;

/// The places of one origin.
#[derive(Debug)]
pub(super) struct Gate {
    places: Semaphore,
    size: usize,
    queue: Mutex<Queue>,
}

#[derive(Debug)]
struct Queue {
    waiting: usize,
    /// What a fetch takes, on average.
    seconds: f64,
}

/// A place. Dropping it lets the next one in.
#[derive(Debug)]
pub(super) struct Pass<'gate> {
    gate: &'gate Gate,
    since: Instant,
    _place: SemaphorePermit<'gate>,
}

/// Counts one who waits, until he is in or leaves.
struct Waiting<'gate>(&'gate Gate);

impl Gate {
    /// A gate for so many fetches at a time.
    pub(super) fn new(places: usize) -> Self {
        let size = places.max(1);
        Self {
            places: Semaphore::new(size),
            size,
            queue: Mutex::new(Queue { waiting: 0, seconds: FIRST_GUESS_SECONDS }),
        }
    }

    /// Waits for a place, in the order in which people come.
    ///
    /// # Errors
    /// [`Error::Overloaded`] at once when the wait would be long, and at its end when it was.
    pub(super) async fn enter(&self) -> Result<Pass<'_>, Error> {
        let place = if let Ok(place) = self.places.try_acquire() {
            place
        } else {
            let _waiting = self.wait()?;
            let place = tokio::time::timeout(WAIT_MAX, self.places.acquire()).await;
            place.map_err(|_| Error::Overloaded)?.map_err(|_| Error::Overloaded)?
        };
        Ok(Pass { gate: self, since: Instant::now(), _place: place })
    }

    fn wait(&self) -> Result<Waiting<'_>, Error> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        #[allow(clippy::cast_precision_loss)] // nobody has 2^52 fetches
        let wait = queue.seconds * (queue.waiting + 1) as f64 / self.size as f64;
        if wait > WAIT_MAX.as_secs_f64() {
            return Err(Error::Overloaded);
        }
        queue.waiting += 1;
        Ok(Waiting(self))
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut queue = self.gate.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.seconds += (self.since.elapsed().as_secs_f64() - queue.seconds) * NEWEST_WEIGHT;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).waiting -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set_seconds(gate: &Gate, seconds: f64) {
        gate.queue.lock().unwrap().seconds = seconds;
    }

    #[tokio::test]
    async fn a_place_is_waited_for_and_given_back() {
        let gate = Gate::new(1);
        let first = gate.enter().await.unwrap();
        let mut second = std::pin::pin!(gate.enter());
        assert!(futures::poll!(&mut second).is_pending());
        assert_eq!(gate.queue.lock().unwrap().waiting, 1);
        drop(first);
        second.await.unwrap();
        assert_eq!(gate.queue.lock().unwrap().waiting, 0);
    }

    #[tokio::test]
    async fn a_wait_that_would_be_long_is_refused_at_once() {
        let gate = Gate::new(2);
        set_seconds(&gate, 0.9);
        let _places = [gate.enter().await.unwrap(), gate.enter().await.unwrap()];
        let mut waiting = [Box::pin(gate.enter()), Box::pin(gate.enter())];
        for waiting in &mut waiting {
            assert!(futures::poll!(waiting).is_pending());
        }
        assert_eq!(gate.enter().await.map(drop), Err(Error::Overloaded));
        drop(waiting);
        assert_eq!(gate.queue.lock().unwrap().waiting, 0, "who leaves is not counted");
        set_seconds(&gate, 5.0);
        assert_eq!(gate.enter().await.map(drop), Err(Error::Overloaded));
    }

    #[tokio::test]
    async fn a_wait_that_is_longer_than_expected_ends() {
        let gate = Gate::new(1);
        let _place = gate.enter().await.unwrap();
        assert_eq!(gate.enter().await.map(drop), Err(Error::Overloaded));
    }
}
