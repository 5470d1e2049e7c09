//! The worker's side: isolation first, then one job after another, until the socket closes.
//!
//! No async runtime, no network, no log: what goes wrong is answered, or printed to the standard error, which
//! the server logs.

use super::{
    frame::{self, FRAME_BYTES_MAX, Received},
    isolation,
    message::{Answer, Job, Setup},
    sealed,
};
use bytes::Bytes;
use darkroom_engine as engine;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
};

/// Exit code of a program that is used wrongly (`EX_USAGE`).
const USAGE: u8 = 64;

/// A grey picture of one pixel. Making something of it loads and sets up what the first job would wait for.
const ONE_PIXEL: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\x3a\x7e\x9b\x55\0\0\0\nIDAT\x78\x9c\x63\x68\0\0\0\x82\0\x81\xdd\x43\x6a\xf4\0\0\0\0IEND\xae\x42\x60\x82";

/// Runs until the server closes the socket.
pub(super) fn run() -> ExitCode {
    let stdin = std::io::stdin();
    let socket = stdin.as_fd();
    let mut buffer = vec![0; FRAME_BYTES_MAX];
    let setup: Setup = match frame::receive(socket, &mut buffer, true) {
        Ok(Received::Message(setup, None)) => setup,
        Ok(Received::Closed) => return ExitCode::SUCCESS,
        _ => {
            eprintln!("`darkroom worker` is started by `darkroom serve`, with a socket as its standard input");
            return ExitCode::from(USAGE);
        }
    };
    let missing = isolation::enter(&setup);
    warm_up(&setup.limits);
    match serve(socket, &mut buffer, &setup, missing) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("worker: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(socket: BorrowedFd<'_>, buffer: &mut [u8], setup: &Setup, missing: Vec<String>) -> Result<(), frame::Error> {
    say(socket, &Answer::Ready { missing }, None)?;
    loop {
        let (job, source) = match frame::receive::<Job>(socket, buffer, true)? {
            Received::Message(job, Some(source)) => (job, source),
            Received::Message(_, None) => {
                return Err(frame::Error::NotAMessage("a job without a source".into()));
            }
            Received::Nothing => continue,
            Received::Closed => return Ok(()),
        };
        say(socket, &Answer::Taken, None)?;
        let (answer, rendition) = answer(&job, source, setup);
        let file = rendition.as_ref().map(AsFd::as_fd);
        match say(socket, &answer, file) {
            Err(frame::Error::TooLong(_)) => {
                say(socket, &internal("the answer is too long"), None)?;
            }
            other => other?,
        }
    }
}

fn answer(job: &Job, source: OwnedFd, setup: &Setup) -> (Answer, Option<OwnedFd>) {
    let source = match sealed::read(source, u64::MAX) {
        Ok(source) => source,
        Err(error) => {
            return (internal(&format!("the source cannot be read: {error}")), None);
        }
    };
    // A panic is our bug on this image, not a reason to lose the worker: the engine keeps no state between jobs.
    let result = catch_unwind(AssertUnwindSafe(|| match job {
        Job::Render { pipeline, accept, focus_area, favour, source_bytes, resources } => {
            let (source, resources) = parts(&source, *source_bytes, resources)?;
            let (pipeline, accept, focus_area, favour) = (read(pipeline)?, *accept, *focus_area, *favour);
            render(source, &engine::Request { pipeline, accept, resources, focus_area, favour }, setup)
        }
        Job::Metadata => engine::metadata(source, &setup.limits).map(|metadata| (Answer::Metadata(metadata), None)),
        #[cfg(test)]
        Job::Probe(probe) => Ok(super::tests::run_probe(probe)),
    }));
    match result {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => (Answer::Failed(error), None),
        Err(_) => (internal("the engine panicked; the worker's log says where"), None),
    }
}

/// The source, and behind it the resources.
fn parts(
    file: &Bytes,
    source_bytes: u64,
    resources: &[(String, u64)],
) -> Result<(Bytes, engine::Resources), engine::Error> {
    let mut rest = file.clone();
    let mut next = |length: u64| {
        let length = usize::try_from(length).ok().filter(|length| *length <= rest.len());
        length.map(|length| rest.split_to(length)).ok_or_else(|| engine::Error::Internal("a file too short".into()))
    };
    let source = next(source_bytes)?;
    let resources = resources.iter().map(|(path, length)| Ok((path.clone(), next(*length)?)));
    Ok((source, resources.collect::<Result<_, engine::Error>>()?))
}

fn read(pipeline: &str) -> Result<engine::Pipeline, engine::Error> {
    engine::Pipeline::from_canonical(pipeline)
        .map_err(|error| engine::Error::Internal(format!("`{pipeline}` is not canonical: {error}")))
}

fn render(source: Bytes, request: &engine::Request, setup: &Setup) -> Result<(Answer, Option<OwnedFd>), engine::Error> {
    let engine::Rendition { data, format, width_px, height_px, timings } =
        engine::render(source, request, &setup.limits)?;
    let size_bytes = data.len() as u64;
    if size_bytes > setup.rendition_bytes_max {
        return Err(engine::Error::TooLarge {
            limit: "rendition_bytes".into(),
            maximum: setup.rendition_bytes_max,
            actual: size_bytes,
        });
    }
    let file = sealed::write(&data).map_err(|error| engine::Error::Internal(format!("no memory file: {error}")))?;
    Ok((Answer::Rendered { format, width_px, height_px, timings, size_bytes }, Some(file)))
}

fn say(socket: BorrowedFd<'_>, answer: &Answer, file: Option<BorrowedFd<'_>>) -> Result<(), frame::Error> {
    frame::send(socket, &frame::encode(answer)?, file, true)
}

fn internal(what: &str) -> Answer {
    Answer::Failed(engine::Error::Internal(what.to_owned()))
}

/// Whatever comes of it, the first job will say.
fn warm_up(limits: &engine::Limits) {
    let source = Bytes::from_static(ONE_PIXEL);
    let _ = catch_unwind(|| {
        let pipeline = "w-1,f-jpg".parse().unwrap_or_default();
        let (accept, resources) = (engine::Accept::default(), engine::Resources::default());
        let request =
            engine::Request { pipeline, accept, resources, focus_area: None, favour: engine::Favour::default() };
        let _ = engine::render(source, &request, limits);
        let _ = engine::warm_up_text();
    });
}
