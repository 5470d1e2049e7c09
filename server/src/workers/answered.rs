//! What a worker's answer is worth. Nothing is believed: an answer has to fit its question, and the file has
//! to be what the answer says.

use super::{
    message::{Answer, Job},
    sealed,
};
use darkroom_engine as engine;
use rustix::fd::OwnedFd;

/// A result that was checked.
#[derive(Debug)]
pub(super) enum Answered {
    /// A rendition.
    Rendered(engine::Rendition),
    /// A header.
    Metadata(engine::Metadata),
    /// What a probe found.
    #[cfg(test)]
    Probed(Vec<String>),
}

/// The result in an answer, or what is wrong with it.
pub(super) fn check(
    job: &Job,
    answer: Answer,
    file: Option<OwnedFd>,
    rendition_bytes_max: u64,
) -> Result<Result<Answered, engine::Error>, String> {
    Ok(match (job, answer, file) {
        (Job::Render { .. }, Answer::Rendered { format, width_px, height_px, timings, size_bytes }, Some(file)) => {
            let data = sealed::read(file, rendition_bytes_max).map_err(|error| format!("no rendition: {error}"))?;
            if data.len() as u64 != size_bytes {
                return Err(format!("a rendition of {} bytes, not {size_bytes}", data.len()));
            }
            Ok(Answered::Rendered(engine::Rendition { data, format, width_px, height_px, timings }))
        }
        (Job::Metadata, Answer::Metadata(metadata), None) => Ok(Answered::Metadata(metadata)),
        (_, Answer::Failed(error), None) => Err(error),
        #[cfg(test)]
        (Job::Probe(_), Answer::Probed(found), None) => Ok(Answered::Probed(found)),
        (_, answer, file) => {
            let with = if file.is_some() { "with" } else { "without" };
            return Err(format!("an answer {with} a file that does not fit: {answer:.100?}"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(size_bytes: u64) -> Answer {
        let timings = engine::Timings::default();
        Answer::Rendered { format: engine::Format::Png, width_px: 1, height_px: 1, timings, size_bytes }
    }

    fn render() -> Job {
        Job::Render {
            pipeline: String::new(),
            accept: engine::Accept::default(),
            focus_area: None,
            favour: engine::Favour::Quality,
            source_bytes: 0,
            resources: Vec::new(),
        }
    }

    #[test]
    fn an_honest_answer_is_taken() {
        let checked = check(&render(), rendered(6), Some(sealed::write(b"pixels").unwrap()), 6);
        assert!(matches!(checked, Ok(Ok(Answered::Rendered(rendition))) if rendition.data == "pixels"));
        let failed = Answer::Failed(engine::Error::Internal("a bug".into()));
        assert!(matches!(check(&render(), failed, None, 6), Ok(Err(engine::Error::Internal(_)))));
    }

    #[test]
    fn lies_are_found() {
        let pixels = || Some(sealed::write(b"pixels").unwrap());
        for (job, answer, file, bytes_max) in [
            (render(), rendered(7), pixels(), 100), // another length
            (render(), rendered(6), pixels(), 5),   // too long
            (render(), rendered(6), None, 100),     // nothing
            (render(), rendered(0), Some(tempfile::tempfile().unwrap().into()), 100), // not sealed
            (Job::Metadata, rendered(6), pixels(), 100), // another question
            (render(), Answer::Taken, None, 100),   // no answer
            (render(), Answer::Failed(engine::Error::Internal(String::new())), pixels(), 100), // a file too many
        ] {
            let what = format!("{answer:?}");
            assert!(check(&job, answer, file, bytes_max).is_err(), "{what}");
        }
    }
}
