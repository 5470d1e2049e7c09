//! The worker's side: isolation first, then one order after another, until the socket closes.
//!
//! No async runtime, no network, no log: what goes wrong is answered, or printed to the standard error, which
//! the server logs.

use super::{
    area::{self, Copied},
    frame::{self, FRAME_BYTES_MAX, Received},
    isolation,
    message::{Answer, Job, Order, Setup, SourceBytes},
};
use bytes::Bytes;
use darkroom_engine as engine;
use rustix::fd::{AsFd, BorrowedFd};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

/// Exit code of a program that is used wrongly (`EX_USAGE`).
const USAGE: u8 = 64;

/// Runs until the server closes the socket.
pub(super) fn run() -> ExitCode {
    let stdin = std::io::stdin();
    let socket = stdin.as_fd();
    let mut buffer = vec![0; FRAME_BYTES_MAX];
    let (setup, areas) = match frame::receive::<Setup>(socket, &mut buffer, true) {
        Ok(Received::Message(setup, files)) if files.len() == frame::FILES_MAX => (setup, files),
        Ok(Received::Closed) => return ExitCode::SUCCESS,
        _ => {
            eprintln!("`darkroom worker` is started by `darkroom serve`, with a socket as its standard input");
            return ExitCode::from(USAGE);
        }
    };
    let missing = isolation::enter(&setup);
    let libvips = setup.tries_libvips.then(|| engine::vips::version().map_err(|error| error.to_string()));
    let [given, made] = areas.as_slice() else { return ExitCode::from(USAGE) };
    let worker = Worker { socket, given: given.as_fd(), made: made.as_fd(), copied: Copied::default(), setup };
    match worker.serve(&mut buffer, &Answer::Ready { missing, libvips }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What a worker has.
struct Worker<'fds> {
    socket: BorrowedFd<'fds>,
    given: BorrowedFd<'fds>,
    made: BorrowedFd<'fds>,
    copied: Copied,
    setup: Setup,
}

/// The source of the last order, with what was made of it: what one job decodes is there for the next.
struct Held {
    source: Bytes,
    batch: Option<engine::Batch>,
}

impl Worker<'_> {
    fn serve(&self, buffer: &mut [u8], ready: &Answer) -> Result<(), frame::Error> {
        self.say(ready)?;
        let mut held = None;
        loop {
            match frame::receive::<Order>(self.socket, buffer, true)? {
                Received::Message(order, _) => self.fill(&order, &mut held)?,
                Received::Nothing => {}
                Received::Closed => return Ok(()),
            }
        }
    }

    /// Answers the jobs of an order, one by one.
    fn fill(&self, order: &Order, held: &mut Option<Held>) -> Result<(), frame::Error> {
        if order.jobs.is_empty() {
            *held = None;
        }
        if order.loads_libvips {
            let _ = engine::vips::init(); // the first job that needs it will say what is wrong
        }
        let expected = order.expected.iter().filter_map(|text| read(text).ok());
        let expected: Vec<engine::Pipeline> = expected.collect();
        let given = if order.jobs.is_empty() { Ok(engine::Resources::default()) } else { self.open(order, held) };
        let mut offset = 0;
        for job in &order.jobs {
            self.say(&Answer::Taken)?;
            let answer = match (&given, held.as_mut()) {
                (Ok(resources), Some(held)) => self.answer(job, resources, &expected, offset, held),
                (Err(error), _) => internal(&format!("the source cannot be read: {error}")),
                (Ok(_), None) => internal("there is no source"),
            };
            if let Answer::Rendered { size_bytes, .. } = &answer {
                offset += size_bytes;
            }
            match self.say(&answer) {
                Err(frame::Error::TooLong(_)) => self.say(&internal("the answer is too long"))?,
                other => other?,
            }
        }
        Ok(())
    }

    /// Has the source of an order in `held`, and gives what layers use.
    fn open(&self, order: &Order, held: &mut Option<Held>) -> Result<engine::Resources, String> {
        let source_bytes = match order.source {
            SourceBytes::Held => 0,
            SourceBytes::Given(bytes) => {
                *held = None; // its memory is used again
                bytes
            }
        };
        let bytes = order.resources.iter().try_fold(source_bytes, |sum, (_, bytes)| sum.checked_add(*bytes));
        let given = self.copied.read(self.given, bytes.ok_or("lengths without a sum")?);
        let (source, resources) = parts(&given.map_err(|error| error.to_string())?, source_bytes, &order.resources)?;
        match order.source {
            SourceBytes::Held => {}
            SourceBytes::Given(_) => *held = Some(Held { source, batch: None }),
        }
        Ok(resources)
    }

    fn answer(
        &self,
        job: &Job,
        resources: &engine::Resources,
        expected: &[engine::Pipeline],
        offset: u64,
        held: &mut Held,
    ) -> Answer {
        let limits = &self.setup.limits;
        let Held { source, batch } = held;
        // A panic is our bug on this image, not a reason to lose the worker: the engine keeps no state between jobs.
        let result = catch_unwind(AssertUnwindSafe(|| match job {
            Job::Render { pipeline, accept, focus_area, favour } => {
                let (pipeline, accept, focus_area, favour) = (read(pipeline)?, *accept, *focus_area, *favour);
                let request = engine::Request { pipeline, accept, resources: resources.clone(), focus_area, favour };
                let batch = batch.get_or_insert_with(|| engine::Batch::new(source.clone(), limits.clone()));
                batch.expect(expected.to_vec());
                self.render(batch, &request, offset)
            }
            Job::Metadata => engine::metadata(source.clone(), limits).map(Answer::Metadata),
            #[cfg(test)]
            Job::Probe(probe) => Ok(super::tests::run_probe(probe, self.given)),
        }));
        let Ok(answer) = result else {
            // Nobody knows in which state it is.
            *batch = None;
            return internal("the engine panicked; the worker's log says where");
        };
        answer.unwrap_or_else(Answer::Failed)
    }

    fn render(
        &self,
        batch: &mut engine::Batch,
        request: &engine::Request,
        offset: u64,
    ) -> Result<Answer, engine::Error> {
        let Setup { memory_bytes: _, rendition_bytes_max, limits: _, tries_libvips: _ } = &self.setup;
        let engine::Rendition { data, format, width_px, height_px, timings } = batch.render(request)?;
        let size_bytes = data.len() as u64;
        if offset.saturating_add(size_bytes) > *rendition_bytes_max {
            return Err(engine::Error::TooLarge {
                limit: "rendition_bytes".into(),
                maximum: *rendition_bytes_max,
                actual: size_bytes,
            });
        }
        area::write(self.made, offset, &data)
            .map_err(|error| engine::Error::Internal(format!("no memory for the rendition: {error}")))?;
        let has_libvips = engine::vips::is_loaded();
        Ok(Answer::Rendered { format, width_px, height_px, timings, size_bytes, has_libvips })
    }

    fn say(&self, answer: &Answer) -> Result<(), frame::Error> {
        frame::send(self.socket, &frame::encode(answer)?, &[], true)
    }
}

/// The source, and behind it the resources.
fn parts(file: &Bytes, source_bytes: u64, resources: &[(String, u64)]) -> Result<(Bytes, engine::Resources), String> {
    let mut rest = file.clone();
    let mut next = |length: u64| {
        let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
        length.map(|length| rest.split_to(length)).ok_or("a file too short")
    };
    let source = next(source_bytes)?;
    let resources = resources.iter().map(|(path, length)| Ok((path.clone(), next(*length)?)));
    Ok((source, resources.collect::<Result<_, &str>>()?))
}

fn read(pipeline: &str) -> Result<engine::Pipeline, engine::Error> {
    engine::Pipeline::from_canonical(pipeline)
        .map_err(|error| engine::Error::Internal(format!("`{pipeline}` is not canonical: {error}")))
}

fn internal(what: &str) -> Answer {
    Answer::Failed(engine::Error::Internal(what.to_owned()))
}
