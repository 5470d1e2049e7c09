//! What renditions cost: `render_speed [-n REPETITIONS] [-o FOLDER] TRANSFORMATION FILE…`
//!
//! Prints the processor's time of a rendition of each file in milliseconds, the median of the repetitions, with the
//! size of what came out. The files take turns, so that a busy machine is unfair to all alike: compare numbers of one
//! run. Where the system counts such time coarsely, more repetitions help.
#![allow(clippy::print_stdout)] // What it is for.

use bytes::Bytes;
use darkroom_engine::{Accept, Favour, Limits, Pipeline, Request, Resources, render};
use rustix::time::{ClockId, clock_gettime};
use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

const REPETITIONS: usize = 15;

/// A file and what it has cost so far.
struct Measured {
    name: String,
    source: Bytes,
    milliseconds: Vec<f64>,
    outcome: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments: Vec<String> = env::args().skip(1).collect();
    let mut repetitions = REPETITIONS;
    if arguments.first().is_some_and(|first| first == "-n") {
        repetitions = arguments.get(1).ok_or("-n wants a number")?.parse()?;
        arguments.drain(..2);
    }
    let mut folder = None;
    if arguments.first().is_some_and(|first| first == "-o") {
        folder = Some(PathBuf::from(arguments.get(1).ok_or("-o wants a folder")?));
        arguments.drain(..2);
    }
    let [transformation, files @ ..] = arguments.as_slice() else {
        return Err("usage: render_speed [-n REPETITIONS] [-o FOLDER] TRANSFORMATION FILE…".into());
    };
    let request = Request {
        pipeline: if transformation.is_empty() { Pipeline::default() } else { transformation.parse()? },
        accept: Accept { avif: false, webp: false },
        resources: Resources::default(),
        focus_area: None,
        favour: Favour::Quality,
    };
    let mut measured = files.iter().map(|name| Measured::of(name)).collect::<Result<Vec<_>, _>>()?;
    // Once before it counts: tables are built and memory is asked for.
    for round in 0..=repetitions {
        for file in &mut measured {
            let rendition = file.render(&request, round > 0)?;
            if let (Some(folder), 0) = (&folder, round) {
                let name = Path::new(&file.name).file_name().unwrap_or_default();
                fs::write(folder.join(name), &rendition)?;
            }
        }
    }
    let mut medians = Vec::new();
    for Measured { name, milliseconds, outcome, .. } in &mut measured {
        milliseconds.sort_by(f64::total_cmp);
        let median = milliseconds.get(milliseconds.len() / 2).copied().unwrap_or_default();
        println!("{median:8.2} ms  {outcome:>24}  {name}");
        medians.push(median);
    }
    #[allow(clippy::cast_precision_loss)] // some files
    let count = medians.len().max(1) as f64;
    println!("{:8.2} ms  in the mean", medians.iter().sum::<f64>() / count);
    Ok(())
}

impl Measured {
    fn of(name: &str) -> Result<Self, Box<dyn Error>> {
        let source = fs::read(name).map_err(|error| format!("{name}: {error}"))?.into();
        Ok(Self { name: name.to_owned(), source, milliseconds: Vec::new(), outcome: String::new() })
    }

    fn render(&mut self, request: &Request, counts: bool) -> Result<Bytes, Box<dyn Error>> {
        let before = processor_time();
        let rendition = render(self.source.clone(), request, &Limits::default());
        let after = processor_time();
        let rendition = rendition.map_err(|error| format!("{}: {error}", self.name))?;
        if counts {
            self.milliseconds.push(after - before);
        }
        let (format, bytes) = (rendition.format, rendition.data.len());
        self.outcome = format!("{} × {} {format:?}, {bytes} B", rendition.width_px, rendition.height_px);
        Ok(rendition.data)
    }
}

/// What all threads of this process have used, in milliseconds.
fn processor_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    #[allow(clippy::cast_precision_loss)] // days
    let (seconds, nanoseconds) = (time.tv_sec as f64, time.tv_nsec as f64);
    seconds * 1e3 + nanoseconds / 1e6
}
