//! What jobs take, learnt from those that were done: the wait is foretold from it, so that nobody waits in vain.

use super::message::Job;
use darkroom_engine::{Format, Pipeline, language::FormatChoice};
use std::{collections::HashMap, time::Duration};

/// What a job of a kind takes before one was done, in seconds.
const FIRST_GUESS_SECONDS: f64 = 0.05;
/// Weight of the newest job in the average of its kind.
const NEWEST_WEIGHT: f64 = 0.1;

/// Jobs that take about as long as each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Reading a header.
    Metadata,
    /// A rendition in a format; encoders differ by more than all else does.
    Render(Option<Format>),
}

impl Kind {
    /// The kind of a rendition.
    pub fn of(pipeline: &Pipeline) -> Self {
        Self::Render(match pipeline.output().format {
            FormatChoice::As(format) => Some(format),
            FormatChoice::Auto | FormatChoice::Original => None,
        })
    }
}

/// The averages.
#[derive(Debug, Default)]
pub(super) struct ServiceTimes {
    seconds: HashMap<Kind, f64>,
}

impl ServiceTimes {
    /// What the next one of its kind will take, in seconds.
    pub(super) fn expected(&self, kind: Kind) -> f64 {
        self.seconds.get(&kind).copied().unwrap_or(FIRST_GUESS_SECONDS)
    }

    /// One took so long.
    pub(super) fn note(&mut self, kind: Kind, took: Duration) {
        let seconds = self.seconds.entry(kind).or_insert(FIRST_GUESS_SECONDS);
        *seconds += (took.as_secs_f64() - *seconds) * NEWEST_WEIGHT;
    }
}

/// The kind of a job that nobody announced.
impl From<&Job> for Kind {
    fn from(job: &Job) -> Self {
        match job {
            Job::Render { .. } => Self::Render(None),
            Job::Metadata => Self::Metadata,
            #[cfg(test)]
            Job::Probe(_) => Self::Metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_learnt_apart_and_one_odd_job_does_not_rule() {
        let mut times = ServiceTimes::default();
        let (fast, slow) = (Kind::Render(Some(Format::Jpeg)), Kind::Render(Some(Format::Avif)));
        for _ in 0..100 {
            times.note(fast, Duration::from_millis(10));
            times.note(slow, Duration::from_millis(500));
        }
        assert!((0.009..0.011).contains(&times.expected(fast)), "{times:?}");
        assert!((0.49..0.51).contains(&times.expected(slow)), "{times:?}");
        times.note(fast, Duration::from_secs(1));
        assert!(times.expected(fast) < 0.2, "{times:?}");
        assert_eq!(Kind::of(&"w-10,f-avif".parse().unwrap()), slow);
    }
}
