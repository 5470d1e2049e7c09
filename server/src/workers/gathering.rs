//! Jobs that come together: the renditions of one source that one call asks for. The queue lets them in as one, and
//! gives none of them to a worker before the others are there too, so that as many as possible share a decode.

use super::queue::Queue;
use std::{collections::HashMap, sync::Arc, time::Duration};

/// For how long jobs wait for others of their gathering that are late, because a layer has to be fetched or a cache
/// elsewhere is asked. From the first of them in the queue.
pub(super) const LATE_AFTER: Duration = Duration::from_millis(20);

/// The right of one job to come with the others. They are kept waiting until its job is queued, or it is dropped.
#[derive(Debug)]
pub struct Member {
    queue: Arc<Queue>,
    pub(super) gathering: u64,
    /// How many there are.
    pub(super) size: u32,
}

impl Member {
    pub(super) fn new(queue: Arc<Queue>, gathering: u64, size: u32) -> Self {
        Self { queue, gathering, size }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.queue.state().arrived(self.gathering);
    }
}

/// Gatherings whose members are not all there yet, by number.
#[derive(Debug, Default)]
pub(super) struct Gatherings {
    open: HashMap<u64, Gathering>,
}

#[derive(Debug)]
struct Gathering {
    missing: u32,
    /// The first of them found room in the queue.
    is_let_in: bool,
    /// Those who are late are not waited for.
    is_off: bool,
}

impl Gatherings {
    /// So many will come.
    pub(super) fn begin(&mut self, number: u64, size: u32) {
        if size > 0 {
            self.open.insert(number, Gathering { missing: size, is_let_in: false, is_off: false });
        }
    }

    /// Whether the first of them found room: there is room for the others then.
    pub(super) fn is_let_in(&self, number: Option<u64>) -> bool {
        self.get(number).is_some_and(|gathering| gathering.is_let_in)
    }

    /// The first of them found room.
    pub(super) fn let_in(&mut self, number: Option<u64>) {
        if let Some(gathering) = number.and_then(|number| self.open.get_mut(&number)) {
            gathering.is_let_in = true;
        }
    }

    /// Whether the jobs of this one wait for others.
    pub(super) fn is_waiting(&self, number: Option<u64>) -> bool {
        self.get(number).is_some_and(|gathering| !gathering.is_off)
    }

    /// One is in the queue, or will not come.
    pub(super) fn arrived(&mut self, number: u64) {
        if let Some(gathering) = self.open.get_mut(&number) {
            gathering.missing = gathering.missing.saturating_sub(1);
            if gathering.missing == 0 {
                self.open.remove(&number);
            }
        }
    }

    /// Who is late comes alone.
    pub(super) fn set_off(&mut self, number: u64) {
        if let Some(gathering) = self.open.get_mut(&number) {
            gathering.is_off = true;
        }
    }

    fn get(&self, number: Option<u64>) -> Option<&Gathering> {
        number.and_then(|number| self.open.get(&number))
    }
}
