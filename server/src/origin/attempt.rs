//! One fetch is a few attempts within one deadline.

use super::{Error, Fetched, Limits};
use std::{future::Future, time::Duration};
use tokio::time::Instant;

/// The wait before the first retry; it grows threefold each time.
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// Why an attempt gave no image.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Failure {
    /// What the caller of the fetch is told.
    pub(super) error: Error,
    /// What the operator of the origin can do about it.
    pub(super) advice: Option<String>,
    /// Whether another attempt can end better.
    pub(super) retry: Option<Retry>,
    /// The origin knows the credentials; what it denied may as well be absent.
    pub(super) maybe_absent: bool,
}

/// When to try again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Retry {
    /// After our own wait.
    Soon,
    /// After the wait that the origin named.
    After(Duration),
}

impl Failure {
    /// No other attempt is made.
    pub(super) fn new(error: Error) -> Self {
        Self { error, advice: None, retry: None, maybe_absent: false }
    }

    /// The next attempt may be luckier.
    pub(super) fn passing(error: Error) -> Self {
        Self { retry: Some(Retry::Soon), ..Self::new(error) }
    }

    /// With what the operator can do about it.
    pub(super) fn advise(self, advice: impl Into<String>) -> Self {
        Self { advice: Some(advice.into()), ..self }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}

/// Makes attempts until one gives an answer, none is left, or the deadline passes.
pub(super) async fn repeat<Attempt>(limits: &Limits, mut attempt: impl FnMut() -> Attempt) -> Result<Fetched, Failure>
where
    Attempt: Future<Output = Result<Fetched, Failure>>,
{
    let deadline = Instant::now() + limits.fetch_timeout;
    let mut retries = 0;
    loop {
        let failure = match tokio::time::timeout_at(deadline, attempt()).await {
            Ok(Ok(fetched)) => return Ok(fetched),
            Ok(Err(failure)) => failure,
            Err(_) => return Err(Error::TimedOut(limits.fetch_timeout).into()),
        };
        let wait = match failure.retry {
            Some(_) if retries >= limits.retries => return Err(failure),
            Some(Retry::Soon) => jitter(FIRST_WAIT * 3_u32.saturating_pow(retries.min(8))),
            Some(Retry::After(wait)) => wait,
            None => return Err(failure),
        };
        // An attempt that cannot start in time would only turn a clear error into a vague one.
        if Instant::now() + wait >= deadline {
            return Err(failure);
        }
        tracing::debug!(error = %failure.error, ?wait, "origin is asked again");
        tokio::time::sleep(wait).await;
        retries += 1;
    }
}

/// Between half of `wait` and the whole of it, so that those who failed together do not come back together.
fn jitter(wait: Duration) -> Duration {
    let mut byte = [0];
    // Without randomness the wait is only less spread.
    let _ = aws_lc_rs::rand::fill(&mut byte);
    wait / 2 + wait * u32::from(byte[0]) / 510
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn broken() -> Failure {
        Failure::passing(Error::Broken("500".to_owned()))
    }

    async fn attempts(limits: &Limits, failure: Failure) -> (u32, Result<Fetched, Failure>) {
        let count = Cell::new(0);
        let result = repeat(limits, || {
            count.set(count.get() + 1);
            std::future::ready(Err(failure.clone()))
        })
        .await;
        (count.get(), result)
    }

    #[tokio::test]
    async fn a_passing_failure_is_tried_again_and_a_lasting_one_is_not() {
        let limits = Limits::default();
        assert_eq!(attempts(&limits, broken()).await.0, 1 + limits.retries);
        assert_eq!(attempts(&limits, Error::NotFound.into()).await.0, 1);
        assert_eq!(attempts(&Limits { retries: 0, ..limits }, broken()).await.0, 1);
    }

    #[tokio::test]
    async fn no_wait_leads_past_the_deadline() {
        let limits = Limits::default();
        let start = Instant::now();
        let late = Failure { retry: Some(Retry::After(Duration::from_mins(1))), ..broken() };
        let (count, result) = attempts(&limits, late).await;
        assert_eq!((count, result.unwrap_err().error), (1, broken().error));
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn an_attempt_is_cut_at_the_deadline() {
        let limits = Limits { fetch_timeout: Duration::from_millis(50), ..Limits::default() };
        let start = Instant::now();
        let error = repeat(&limits, std::future::pending).await.unwrap_err().error;
        assert_eq!(error, Error::TimedOut(limits.fetch_timeout));
        assert!((limits.fetch_timeout..limits.fetch_timeout * 10).contains(&start.elapsed()));
    }

    #[test]
    fn jitter_stays_in_its_half() {
        let wait = Duration::from_millis(100);
        for _ in 0..100 {
            assert!((wait / 2..=wait).contains(&jitter(wait)));
        }
    }
}
