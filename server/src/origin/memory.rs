//! Memory for sources: what all of them may take together, from the first byte that is read to the last one that is
//! transformed.

use super::Error;
use bytes::Bytes;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Permits are counted in this many bytes, so that they fit a semaphore's count.
const PERMIT_BYTES: usize = 4096;

/// A budget in bytes. Cloning gives the same one.
#[derive(Debug, Clone)]
pub struct SourceMemory {
    places: Arc<Semaphore>,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Claim {
    memory: SourceMemory,
    permits: Option<OwnedSemaphorePermit>,
}

impl SourceMemory {
    /// A budget of so many bytes.
    pub fn new(bytes: u64) -> Self {
        let permits = usize::try_from(bytes / PERMIT_BYTES as u64).unwrap_or(usize::MAX).min(Semaphore::MAX_PERMITS);
        Self { places: Arc::new(Semaphore::new(permits)) }
    }

    /// A claim of nothing yet.
    pub(super) fn claim(&self) -> Claim {
        Claim { memory: self.clone(), permits: None }
    }
}

impl Claim {
    /// Makes it a claim of at least so many bytes.
    pub(super) fn grow(&mut self, bytes: usize) -> Result<(), Error> {
        let wanted = bytes.div_ceil(PERMIT_BYTES);
        let held = self.permits.as_ref().map_or(0, OwnedSemaphorePermit::num_permits);
        let Some(missing) = wanted.checked_sub(held).filter(|missing| *missing > 0) else { return Ok(()) };
        let missing = u32::try_from(missing).map_err(|_| Error::Overloaded)?;
        let more = Arc::clone(&self.memory.places).try_acquire_many_owned(missing).map_err(|_| Error::Overloaded)?;
        match &mut self.permits {
            None => self.permits = Some(more),
            Some(permits) => permits.merge(more),
        }
        Ok(())
    }

    /// The data, which holds the claim for as long as anything of it is in use.
    pub(super) fn hold(self, data: Vec<u8>) -> Bytes {
        Bytes::from_owner(Held { data, _claim: self })
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

    #[test]
    fn a_full_budget_refuses_until_something_is_given_back() {
        let memory = SourceMemory::new(10 * PERMIT_BYTES as u64);
        let mut first = memory.claim();
        first.grow(1).unwrap();
        first.grow(8 * PERMIT_BYTES).unwrap();
        let slice = first.hold(vec![7; 8 * PERMIT_BYTES]).slice(5..6);
        assert_eq!(memory.claim().grow(3 * PERMIT_BYTES), Err(Error::Overloaded));
        memory.claim().grow(2 * PERMIT_BYTES).unwrap();
        drop(slice);
        memory.claim().grow(10 * PERMIT_BYTES).unwrap();
    }
}
