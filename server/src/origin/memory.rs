//! Memory for sources: what all of them may take together, from the first byte that is read to the last one that is
//! transformed. Who finds no room waits for it before the first byte is read.
//!
//! Nobody who holds memory waits for more, so the wait always ends: a body of unknown length that grows, and what layers
//! use beside a source that is there already, go over the budget when it is full, up to as much again. A source that
//! is larger than the budget waits until it is alone.

use super::Error;
use bytes::Bytes;
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits are counted in this many bytes, so that they fit a semaphore's count.
const PERMIT_BYTES: usize = 4096;
/// What a body of unknown length waits for.
const UNKNOWN_BYTES: usize = 1024 * 1024;
/// How long somebody waits for room. Sources go with the renditions that are made of them.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// A budget in bytes. Cloning gives the same one.
#[derive(Debug, Clone)]
pub struct SourceMemory {
    places: Arc<Semaphore>,
    /// For those who cannot wait.
    over: Arc<Semaphore>,
    permits: usize,
    wait_max: Duration,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    memory: SourceMemory,
    held: usize,
    permits: Vec<OwnedSemaphorePermit>,
}

impl SourceMemory {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Self {
        let permits = usize::try_from(bytes / PERMIT_BYTES as u64).unwrap_or(usize::MAX);
        let permits = permits.clamp(1, Semaphore::MAX_PERMITS.min(u32::MAX as usize));
        Self {
            places: Arc::new(Semaphore::new(permits)),
            over: Arc::new(Semaphore::new(permits)),
            permits,
            wait_max: WAIT_MAX,
        }
    }

    /// A claim of nothing yet.
    pub(super) fn claim(&self) -> Claim {
        Claim { memory: self.clone(), held: 0, permits: Vec::new() }
    }

    /// A claim for a source of so many bytes; of a usual one where nobody knows. Waits until there is room, in the
    /// order in which people come, unless the caller holds memory already.
    ///
    /// # Errors
    /// [`Error::Overloaded`] after a while.
    pub(super) async fn reserve(&self, bytes: Option<usize>, may_wait: bool) -> Result<Claim, Error> {
        let mut claim = self.claim();
        let bytes = bytes.unwrap_or(UNKNOWN_BYTES);
        if !may_wait {
            claim.grow(bytes)?;
            return Ok(claim);
        }
        let wanted = self.count(bytes);
        let permits = Arc::clone(&self.places).acquire_many_owned(u32::try_from(wanted).unwrap_or(u32::MAX));
        let permits = tokio::time::timeout(self.wait_max, permits).await.map_err(|_| Error::Overloaded)?;
        claim.permits.push(permits.map_err(|_| Error::Overloaded)?);
        claim.held = wanted;
        Ok(claim)
    }

    /// The permits for so many bytes: never more than there are.
    fn count(&self, bytes: usize) -> usize {
        bytes.div_ceil(PERMIT_BYTES).min(self.permits)
    }
}

impl Claim {
    /// Makes it a claim of at least so many bytes, over the budget if need be.
    ///
    /// # Errors
    /// [`Error::Overloaded`] when all is taken that is over the budget.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Error> {
        let wanted = self.memory.count(bytes);
        let Some(missing) = wanted.checked_sub(self.held).filter(|missing| *missing > 0) else { return Ok(()) };
        let count = u32::try_from(missing).map_err(|_| Error::Overloaded)?;
        let more = Arc::clone(&self.memory.places).try_acquire_many_owned(count);
        let more = more.or_else(|_| Arc::clone(&self.memory.over).try_acquire_many_owned(count));
        self.permits.push(more.map_err(|_| Error::Overloaded)?);
        self.held = wanted;
        Ok(())
    }

    /// Whether so many bytes fit into it, or into the budget now; then it is a claim of them.
    pub(super) fn grow_within(&mut self, bytes: usize) -> bool {
        let missing = self.memory.count(bytes).saturating_sub(self.held);
        let permits =
            Arc::clone(&self.memory.places).try_acquire_many_owned(u32::try_from(missing).unwrap_or(u32::MAX));
        self.held += permits.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        permits.map(|permits| self.permits.push(permits)).is_ok()
    }

    /// The data, which holds the claim for as long as anything of it is in use.
    pub(super) fn hold(mut self, data: Vec<u8>) -> Bytes {
        self.shrink(data.len());
        Bytes::from_owner(Held { data, _claim: self })
    }

    /// Gives back what was claimed for a longer body.
    fn shrink(&mut self, bytes: usize) {
        let mut surplus = self.held.saturating_sub(self.memory.count(bytes));
        self.held -= surplus;
        for permits in &mut self.permits {
            let part = permits.num_permits().min(surplus);
            surplus -= part;
            drop(permits.split(part));
        }
    }
}

struct Held {
    data: Vec<u8>,
    _claim: Claim,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.data
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGES: u64 = PERMIT_BYTES as u64;

    fn pages(count: usize) -> usize {
        count * PERMIT_BYTES
    }

    #[tokio::test]
    async fn who_finds_no_room_waits_until_something_is_given_back() {
        let memory = SourceMemory::new(10 * PAGES);
        let first = memory.reserve(Some(pages(8)), true).await.unwrap().hold(vec![7; pages(8)]);
        let slice = first.slice(5..6);
        drop(first);
        let mut second = std::pin::pin!(memory.reserve(Some(pages(3)), true));
        assert!(futures::poll!(&mut second).is_pending());
        // Behind the one who waits, however small.
        let mut third = std::pin::pin!(memory.reserve(Some(pages(1)), true));
        assert!(futures::poll!(&mut third).is_pending());
        drop(slice);
        second.await.unwrap();
        third.await.unwrap();
    }

    #[tokio::test]
    async fn a_source_larger_than_the_budget_passes_alone() {
        let memory = SourceMemory::new(10 * PAGES);
        let small = memory.reserve(Some(pages(1)), true).await.unwrap();
        let mut huge = std::pin::pin!(memory.reserve(Some(pages(1000)), true));
        assert!(futures::poll!(&mut huge).is_pending());
        drop(small);
        let mut huge = huge.await.unwrap();
        huge.grow(pages(1000)).unwrap();
        let huge = huge.hold(vec![7; pages(11)]);
        let mut next = std::pin::pin!(memory.reserve(Some(1), true));
        assert!(futures::poll!(&mut next).is_pending());
        drop(huge);
        next.await.unwrap();
    }

    #[tokio::test]
    async fn a_wait_without_end_is_an_overload() {
        let memory = SourceMemory { wait_max: Duration::from_millis(10), ..SourceMemory::new(10 * PAGES) };
        let _all = memory.reserve(Some(pages(10)), true).await.unwrap();
        assert_eq!(memory.reserve(Some(1), true).await.map(drop), Err(Error::Overloaded));
    }

    #[tokio::test]
    async fn who_holds_memory_never_waits_for_more() {
        let memory = SourceMemory::new(10 * PAGES);
        let mut bodies = [memory.reserve(Some(1), true).await.unwrap(), memory.reserve(Some(1), true).await.unwrap()];
        bodies[0].grow(pages(9)).unwrap();
        bodies[1].grow(pages(6)).unwrap(); // over the budget
        let beside = memory.reserve(Some(pages(5)), false).await.unwrap();
        assert_eq!(bodies[1].grow(pages(7)), Err(Error::Overloaded));
        drop(beside);
        bodies[1].grow(pages(7)).unwrap();
        drop(bodies);
        assert_eq!((memory.places.available_permits(), memory.over.available_permits()), (10, 10));
    }

    #[tokio::test]
    async fn what_a_short_body_does_not_need_is_given_back() {
        let memory = SourceMemory::new(1000 * PAGES);
        let body = memory.reserve(None, true).await.unwrap().hold(vec![7; 10]);
        assert_eq!(memory.places.available_permits(), 999);
        assert!(memory.claim().grow_within(pages(999)));
        assert!(!memory.claim().grow_within(pages(1000)));
        drop(body);
        assert_eq!(memory.places.available_permits(), 1000);
    }
}
