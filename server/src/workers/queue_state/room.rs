//! Whether one more job may come: by how many there are, and by how long it would wait.

use super::{Activity, CLOSING, Error, Kind, State};
use std::time::{Duration, Instant};

/// Bounds of the advice when to come again.
const RETRY_AFTER: std::ops::RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(30);
/// For how long somebody who fetches a source counts as one who is about to queue. Most origins answer within it;
/// who waits for a slow one keeps nobody else out.
pub(super) const COMING_FOR: Duration = Duration::from_millis(200);

impl State {
    pub(super) fn check_open(&self) -> Result<(), Error> {
        if self.is_closing {
            return Err(Error::Unavailable(CLOSING.into()));
        }
        if self.has_failed() { Err(Error::Unavailable(self.trouble.clone())) } else { Ok(()) }
    }

    /// Whether one more may come, by number and by the time that it would wait.
    pub(super) fn check_room(&self, now: Instant) -> Result<(), Error> {
        self.check_open()?;
        let at_once = self.busy_max.saturating_sub(self.busy);
        let ahead = self.waiting.len() + self.about_to_queue(now).count();
        let wait = self.expected_wait(now);
        if ahead >= self.waiting_max + at_once || wait > self.wait_max {
            return Err(Error::Overloaded { retry_after: retry_after(wait) });
        }
        Ok(())
    }

    fn about_to_queue(&self, now: Instant) -> impl Iterator<Item = Kind> {
        let latest_first = self.coming.values().rev();
        latest_first
            .take_while(move |coming| now.saturating_duration_since(coming.since) < COMING_FOR)
            .map(|coming| coming.kind)
    }

    /// What somebody who comes now would wait for a worker.
    pub(super) fn expected_wait(&self, now: Instant) -> Duration {
        let running = self.slots.iter().filter(|slot| slot.activity == Activity::Busy);
        let running =
            running.map(|slot| slot.expected_seconds - now.saturating_duration_since(slot.since).as_secs_f64());
        let ahead = self.waiting.iter().map(|waiting| waiting.kind).chain(self.about_to_queue(now));
        let seconds: f64 = running.map(|left| left.max(0.0)).chain(ahead.map(|kind| self.times.expected(kind))).sum();
        #[allow(clippy::cast_precision_loss)] // no machine has 2^52 cores
        Duration::try_from_secs_f64(seconds / self.busy_max as f64).unwrap_or(Duration::MAX)
    }
}

/// What to say of a wait to those who are refused.
pub(super) fn retry_after(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs().saturating_add(1)).clamp(*RETRY_AFTER.start(), *RETRY_AFTER.end())
}
