//! Whether the listener is draining, for a connection that asks at each of its requests.
//!
//! To be told of a change one leaves a waker, behind a lock that all connections share. A connection's waker is the same
//! at every request, so it is left once; to look whether there was a change takes no lock.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    task::{Poll, Waker},
};
use tokio::sync::watch;

pub(super) struct Draining {
    /// Never marked as seen: only what begins to drain changes.
    changed: watch::Receiver<bool>,
    begun: Pin<Box<dyn Future<Output = ()> + Send>>,
    /// Who is told.
    told: Option<Waker>,
}

impl Draining {
    pub(super) fn new(mut draining: watch::Receiver<bool>) -> Self {
        let changed = draining.clone();
        // A sender that is gone has stopped too.
        let begun = Box::pin(async move { drop(draining.wait_for(|draining| *draining).await) });
        Self { changed, begun, told: None }
    }

    pub(super) fn has_begun(&self) -> bool {
        // What was so from the beginning is no change.
        self.changed.has_changed().unwrap_or(true) || *self.changed.borrow()
    }

    /// What `future` gives; nothing when draining begins before, or has begun.
    pub(super) async fn or<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let mut future = pin!(future);
        poll_fn(|context| {
            if self.changed.has_changed().unwrap_or(true) {
                return Poll::Ready(None);
            }
            if let Poll::Ready(output) = future.as_mut().poll(context) {
                return Poll::Ready(Some(output));
            }
            if !self.told.as_ref().is_some_and(|told| told.will_wake(context.waker())) {
                if self.begun.as_mut().poll(context).is_ready() {
                    return Poll::Ready(None);
                }
                self.told = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::{task::yield_now, time::Duration};

    #[tokio::test]
    async fn who_waits_is_told_once_it_begins() {
        let (draining, is_draining) = watch::channel(false);
        let waiting = tokio::spawn(async move {
            let mut draining = Draining::new(is_draining);
            assert_eq!(draining.or(ready(1)).await, Some(1));
            // The waker is left here, and not again below.
            assert_eq!(draining.or(yield_now()).await, Some(()));
            assert!(!draining.has_begun());
            assert_eq!(draining.or(pending::<()>()).await, None);
            assert_eq!(draining.or(ready(1)).await, None);
            assert!(draining.has_begun());
        });
        yield_now().await;
        yield_now().await;
        draining.send_replace(true);
        tokio::time::timeout(Duration::from_secs(5), waiting).await.expect("it was told").unwrap();
    }

    #[tokio::test]
    async fn what_has_begun_before_or_lost_its_listener_is_draining() {
        let (draining, is_draining) = watch::channel(true);
        let mut late = Draining::new(is_draining);
        assert!(late.has_begun());
        assert_eq!(late.or(pending::<()>()).await, None);
        drop(draining);
        assert!(Draining::new(late.changed).has_begun());
    }
}
