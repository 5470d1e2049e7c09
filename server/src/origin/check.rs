//! Checking an origin step by step, in words that a person can act on.

use super::{Clients, Error, Fetch, Fetched, ImagePath, Location, Origin, attempt::Failure};
use std::time::{Duration, Instant};

/// One step of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckStep {
    /// What was tried: `configuration`, `connection`, `authentication` or `read`.
    pub step: &'static str,
    /// Whether it passed.
    pub passed: bool,
    /// What was found, or what is wrong and what to do about it.
    pub message: String,
    /// How long it took.
    pub duration: Duration,
}

/// Configuration, connection, authentication, read; the first step that fails is the last.
pub(super) async fn run(clients: &Clients, origin: &Origin, path: Option<&ImagePath>) -> Vec<CheckStep> {
    let start = Instant::now();
    let mut steps = Vec::new();
    let configuration = match clients.validate(origin) {
        Ok(()) => Ok("the settings are complete".to_owned()),
        Err(invalid) => Err(invalid.to_string()),
    };
    if !push(&mut steps, "configuration", configuration, start.elapsed()) {
        return steps;
    }
    // A web proxy has no place of its own to knock at.
    if !matches!(origin.location, Location::WebProxy(_)) && !knock(&mut steps, clients, origin, path.is_some()).await {
        return steps;
    }
    if let Some(path) = path {
        let start = Instant::now();
        let outcome = match clients.try_once(&origin.location, &fetch(path.clone())).await {
            Ok(Fetched::Image { data, media_type, .. }) => {
                let media_type = media_type.map(|text| format!(" of {text}")).unwrap_or_default();
                Ok(format!("`{path}` has {} bytes{media_type}", data.len()))
            }
            Ok(Fetched::NotModified) => Ok(format!("`{path}` is there")),
            Err(failure) if failure.error == Error::NotFound => Err(format!("there is no image at `{path}`")),
            Err(failure) => Err(words(failure)),
        };
        push(&mut steps, "read", outcome, start.elapsed());
    }
    steps
}

/// Asks for a path that does not exist: «not found» says that somebody is there and let us in.
async fn knock(steps: &mut Vec<CheckStep>, clients: &Clients, origin: &Origin, is_read_next: bool) -> bool {
    let Some(path) = absent_path() else {
        return true;
    };
    let start = Instant::now();
    let outcome = clients.try_once(&origin.location, &fetch(path)).await;
    let duration = start.elapsed();
    if let Err(failure @ Failure { error: Error::Unreachable(_) | Error::TimedOut(_), .. }) = outcome {
        return push(steps, "connection", Err(words(failure)), duration);
    }
    push(steps, "connection", Ok("the origin answers".to_owned()), duration);
    push(steps, "authentication", let_in(&origin.location, outcome, is_read_next), Duration::ZERO)
}

/// The same answer that proved the connection says whether we were let in.
fn let_in(location: &Location, outcome: Result<Fetched, Failure>, is_read_next: bool) -> Result<String, String> {
    let Err(failure) = outcome else {
        return Ok("the origin answers every path".to_owned());
    };
    let is_web = matches!(location, Location::WebFolder(_));
    match &failure.error {
        Error::NotFound => Ok("let in; a path that does not exist was asked for, and not found".to_owned()),
        Error::AccessDenied(_) if failure.maybe_absent && is_read_next => {
            Ok("the keys are known; whether they may read, the next step tells".to_owned())
        }
        Error::AccessDenied(_) if failure.maybe_absent => Ok(
            "the keys are known; without `s3:ListBucket` the service denies what does not exist, so that only a check with a path tells whether they may read".to_owned(),
        ),
        // Web servers on top of buckets deny what is absent, too, and there are no credentials that could be wrong.
        Error::AccessDenied(text) if is_web => {
            Ok(format!("{text} for a path that does not exist; check with a path that does"))
        }
        Error::TooLarge { .. } => Ok("the origin answers every path".to_owned()),
        _ => Err(words(failure)),
    }
}

/// Adds a step; whether it passed.
fn push(steps: &mut Vec<CheckStep>, step: &'static str, outcome: Result<String, String>, duration: Duration) -> bool {
    let passed = outcome.is_ok();
    let message = outcome.unwrap_or_else(|message| message);
    steps.push(CheckStep { step, passed, message, duration });
    passed
}

fn words(failure: Failure) -> String {
    failure.advice.unwrap_or_else(|| failure.error.to_string())
}

fn fetch(path: ImagePath) -> Fetch {
    Fetch { path, query: String::new(), host: String::new(), if_not_version: None, is_beside: false }
}

/// Random, so that nobody can have put something there.
fn absent_path() -> Option<ImagePath> {
    let mut random = [0; 16];
    aws_lc_rs::rand::fill(&mut random).ok()?;
    ImagePath::parse(&format!("darkroom-check-{}", hex::encode(random))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::origin::{gcs, s3, web_folder};

    fn check(location: &Location, failure: Failure, is_read_next: bool, expected: Result<&str, &str>) {
        let outcome = let_in(location, Err(failure), is_read_next);
        let (is_same, text) = match &outcome {
            Ok(text) => (expected.is_ok(), text),
            Err(text) => (expected.is_err(), text),
        };
        let (Ok(word) | Err(word)) = expected;
        assert!(is_same && text.contains(word), "{outcome:?}");
    }

    #[test]
    fn a_denial_may_only_mean_that_the_key_is_absent() {
        let denied = || Failure::new(Error::AccessDenied("403 AccessDenied".to_owned()));
        let maybe_absent = || Failure { maybe_absent: true, ..denied() };
        let s3 = Location::S3(s3::Location::default());
        check(&s3, maybe_absent(), false, Ok("s3:ListBucket"));
        check(&s3, maybe_absent(), true, Ok("the next step tells"));
        check(&s3, denied().advise("enter both again"), false, Err("enter both again"));
        check(&Location::WebFolder(web_folder::Location::default()), denied(), false, Ok("with a path"));
        check(&Location::Gcs(gcs::Location::default()), denied(), false, Err("403"));
        check(&s3, Error::Broken("500".to_owned()).into(), false, Err("500"));
    }
}
