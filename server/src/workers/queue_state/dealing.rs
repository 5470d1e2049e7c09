//! Which jobs an idle worker is given: the oldest first, and with it those that are cheaper together.
//!
//! A page asks for many sizes of one picture at once. Its jobs are dealt out by size: one order holds all formats of one
//! size, whose pixels are computed once. Thumbnails, which delay nothing, come first, and then the largest, so that
//! nobody is left with all that is large at the end.
//!
//! A worker that has decoded the source goes on with it, and is told what else waits, so that it decodes it once. While
//! other work waits, the other workers leave the source to that one; they decode it too when they would be idle
//! otherwise. To hand the decoded picture on would not be faster: they would wait for it for as long as they decode it
//! themselves.

use super::{Activity, State, Waiting};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

/// Jobs that a worker is given at once; others have a chance before the rest of a burst.
const JOBS_PER_ORDER_MAX: usize = 16;
/// Fewer of the same size are not worth that another worker computes it too.
const JOBS_PER_ORDER_MIN: usize = 4;
/// Bytes of the messages of such jobs together; less than a frame, for what is around them.
const ORDER_BYTES_MAX: usize = 48 * 1024;
/// What a worker is told of other sizes: so many, and bytes of their texts. Together with the jobs they fit a frame.
const EXPECTED_MAX: usize = 32;
const EXPECTED_BYTES_MAX: usize = 8 * 1024;
/// A thumbnail has at most this part of the pixels of the largest picture that is asked for beside it.
const THUMBNAIL: u64 = 8;
/// For how long a job may be passed over by younger ones, on a source that a worker has decoded or of another size.
const PASSED_OVER_FOR: Duration = Duration::from_millis(250);

/// What a worker is given.
#[derive(Debug, Default)]
pub(in crate::workers) struct Assigned {
    /// Jobs on one source.
    pub jobs: Vec<Waiting>,
    /// What else waits for it: texts of their steps.
    pub expected: Vec<Arc<str>>,
}

impl State {
    /// The next jobs, out of the queue, and the idle slot, which is idle no more, that is to do them.
    pub(super) fn deal(&mut self, now: Instant) -> Option<(usize, Assigned)> {
        let oldest = self.waiting.iter().position(|waiting| self.is_complete(waiting))?;
        let has_patience = now.saturating_duration_since(self.waiting.get(oldest)?.asked) < PASSED_OVER_FOR;
        let any = self.idle.len().checked_sub(1)?; // the last one used
        let (place, first) = if has_patience {
            let there = (oldest..self.waiting.len()).filter(|at| self.is_there(*at));
            let at_home = there.clone().find_map(|at| Some((self.home(at)?, at)));
            // Its worker will go on with it, so that it is decoded once, as long as there is other work.
            let of_nobody = || there.clone().find(|at| !self.is_busy_with(*at)).map(|at| (any, at));
            at_home.or_else(of_nobody).unwrap_or((any, oldest))
        } else {
            (self.home(oldest).unwrap_or(any), oldest)
        };
        let slot = self.idle.remove(place);
        let first = if has_patience { self.best_beside(first) } else { first };
        Some((slot, self.order(first)))
    }

    /// The idle slot, by its place in the list, whose worker has the source of this job.
    fn home(&self, at: usize) -> Option<usize> {
        let source = self.waiting.get(at)?.work.source.number();
        self.idle.iter().rposition(|slot| self.slots.get(*slot).is_some_and(|slot| slot.source == Some(source)))
    }

    /// Whether a worker is busy with the source of this job.
    fn is_busy_with(&self, at: usize) -> bool {
        let source = self.waiting.get(at).map(|waiting| waiting.work.source.number());
        self.slots.iter().any(|slot| slot.activity == Activity::Busy && slot.source == source)
    }

    /// Of the jobs that go along with this one, the one to begin with: the smallest thumbnail, or the largest picture.
    fn best_beside(&self, first: usize) -> usize {
        let Some(work) = self.waiting.get(first).map(|waiting| &waiting.work) else { return first };
        let pixels = |at: &usize| self.waiting.get(*at).map_or(0, |waiting| waiting.work.shape.pixels());
        let beside = || {
            (first..self.waiting.len()).filter(|at| {
                self.is_there(*at) && self.waiting.get(*at).is_some_and(|waiting| waiting.work.goes_along_with(work))
            })
        };
        let smallest = beside().min_by_key(pixels).unwrap_or(first);
        let largest = beside().rev().max_by_key(pixels).unwrap_or(first); // of several the first
        if pixels(&smallest) <= pixels(&largest) / THUMBNAIL { smallest } else { largest }
    }

    fn is_there(&self, at: usize) -> bool {
        self.waiting.get(at).is_some_and(|waiting| self.is_complete(waiting))
    }

    /// Whether those are there whom a job came with.
    fn is_complete(&self, waiting: &Waiting) -> bool {
        let company = !waiting.is_alone && self.company.is_expected(waiting.name);
        !company && !self.gatherings.is_waiting(waiting.gathering)
    }

    /// The job at this place, and those that make the same picture of the same source. Where nothing else is to be made
    /// of it, that is a share: the other workers come by soon.
    fn order(&mut self, first: usize) -> Assigned {
        let Some(first) = self.waiting.remove(first) else { return Assigned::default() };
        let mut same = 1;
        let mut expected: Vec<Arc<str>> = Vec::new();
        for waiting in self.waiting.iter().filter(|waiting| waiting.work.goes_along_with(&first.work)) {
            let steps = waiting.work.shape.steps();
            if waiting.work.shape == first.work.shape {
                same += 1;
            } else if !expected.contains(steps) && expected.len() < EXPECTED_MAX {
                expected.push(Arc::clone(steps));
            }
        }
        let most = if expected.is_empty() {
            usize::div_ceil(same, self.busy_max).clamp(JOBS_PER_ORDER_MIN, JOBS_PER_ORDER_MAX)
        } else {
            JOBS_PER_ORDER_MAX
        };
        while expected.iter().map(|steps| steps.len()).sum::<usize>() > EXPECTED_BYTES_MAX {
            expected.pop();
        }
        let mut jobs = vec![first];
        let mut bytes = 0;
        let mut index = 0;
        while jobs.len() < most
            && let Some(waiting) = self.waiting.get(index)
        {
            bytes += waiting.work.frame.len();
            let is_same = jobs.first().is_some_and(|first| {
                waiting.work.shape == first.work.shape && waiting.work.goes_along_with(&first.work)
            });
            if is_same && self.is_complete(waiting) && bytes <= ORDER_BYTES_MAX {
                jobs.extend(self.waiting.remove(index));
            } else {
                index += 1;
            }
        }
        Assigned { jobs, expected }
    }
}
