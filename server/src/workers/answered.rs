//! What a worker's answer is worth. Nothing is believed: an answer has to fit its question, and what it says to
//! have made has to be there.

use super::{
    area::Made,
    message::{Answer, Job},
};
use darkroom_engine as engine;

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

/// The result in an answer, or what is wrong with it. A rendition is behind `offset` in the area.
pub(super) fn check(
    job: &Job,
    answer: Answer,
    (made, offset): (&Made, u64),
    rendition_bytes_max: u64,
) -> Result<Result<Answered, engine::Error>, String> {
    Ok(match (job, answer) {
        (Job::Render { .. }, Answer::Rendered { format, width_px, height_px, timings, size_bytes, has_libvips: _ }) => {
            if size_bytes > rendition_bytes_max {
                return Err(format!("a rendition of {size_bytes} bytes, where {rendition_bytes_max} are the most"));
            }
            let data = made.read(offset, size_bytes).map_err(|error| format!("no rendition: {error}"))?;
            Ok(Answered::Rendered(engine::Rendition { data, format, width_px, height_px, timings }))
        }
        (Job::Metadata, Answer::Metadata(metadata)) => Ok(Answered::Metadata(metadata)),
        (_, Answer::Failed(error)) => Err(error),
        #[cfg(test)]
        (Job::Probe(_), Answer::Probed(found)) => Ok(Answered::Probed(found)),
        (_, answer) => return Err(format!("an answer that does not fit: {answer:.100?}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workers::area;
    use rustix::fd::AsFd;

    fn rendered(size_bytes: u64) -> Answer {
        let timings = engine::Timings::default();
        Answer::Rendered {
            format: engine::Format::Png,
            width_px: 1,
            height_px: 1,
            timings,
            size_bytes,
            has_libvips: false,
        }
    }

    fn render() -> Job {
        Job::Render {
            pipeline: String::new(),
            accept: engine::Accept::default(),
            focus_area: None,
            favour: engine::Favour::Quality,
        }
    }

    fn pixels() -> Made {
        let made = Made::new().unwrap();
        area::write(made.as_fd(), 0, b"before pixels").unwrap();
        made
    }

    #[test]
    fn an_honest_answer_is_taken() {
        let checked = check(&render(), rendered(6), (&pixels(), 7), 6);
        assert!(matches!(checked, Ok(Ok(Answered::Rendered(rendition))) if rendition.data == "pixels"));
        let failed = Answer::Failed(engine::Error::Internal("a bug".into()));
        assert!(matches!(check(&render(), failed, (&pixels(), 0), 6), Ok(Err(engine::Error::Internal(_)))));
    }

    #[test]
    fn lies_are_found() {
        for (job, answer, bytes_max) in [
            (render(), rendered(7), 100), // more than is there
            (render(), rendered(6), 5),   // too long
            (render(), rendered(u64::MAX), u64::MAX),
            (Job::Metadata, rendered(6), 100), // another question
            (render(), Answer::Taken, 100),    // no answer
            (render(), Answer::Ready { missing: Vec::new(), libvips: None }, 100),
        ] {
            let what = format!("{answer:?}");
            assert!(check(&job, answer, (&pixels(), 7), bytes_max).is_err(), "{what}");
        }
    }
}
