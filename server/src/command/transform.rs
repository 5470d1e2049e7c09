//! `darkroom transform IN "w-300,h-300" OUT`: the engine on one file, without a server.

mod explanation;
mod mistake;

use super::Failure;
use bytes::Bytes;
use clap::Args;
use darkroom_engine::{
    self as engine, Accept, Limits, Pipeline, Request, Resources,
    language::{FormatChoice, Hints, Reading},
};
use explanation::{Explanation, Reason};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The source image.
    input: PathBuf,
    /// What to do to it, in the URL language, for example `w-300,h-300:rt-90`. Images and fonts that layers name
    /// are looked for beside the source.
    transformation: String,
    /// Where the rendition goes. Without an `f-…` in the transformation its extension decides the format.
    #[arg(required_unless_present = "explain")]
    output: Option<PathBuf>,
    /// Tell what was understood, what each step makes, and why the format is what it is. Without OUTPUT nothing is
    /// written, and `f-auto` is decided as for a browser that takes AVIF and WebP.
    #[arg(long)]
    explain: bool,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { input, transformation, output, explain } = arguments;
    let text = transformation.strip_prefix("tr:").unwrap_or(transformation);
    let reading = mistake::checked(text, Reading::of(text, Hints::default()))?;
    let (pipeline, reason) = with_extension(text, reading.pipeline.clone(), output.as_deref());
    let source = Bytes::from(std::fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?);
    let accept = if output.is_some() { Accept::default() } else { Accept { avif: true, webp: true } };
    let mut explanation = Explanation::new(input, &source, &reading, &pipeline);

    let passes_through = engine::passes_through(engine::Format::sniff(&source), &pipeline);
    let made = if passes_through {
        explanation.passes_through(&source, &pipeline);
        Ok(source)
    } else {
        explanation.steps(&source, &pipeline);
        resources(&pipeline, input).and_then(|resources| {
            explanation.resources(&resources);
            let request = Request { pipeline, accept, resources, focus_area: None, favour: engine::Favour::default() };
            let (rendition, choice) = engine::render_and_tell(source, &request, &Limits::default())
                .map_err(|error| mistake::of_engine(text, &error))?;
            explanation.rendition(&rendition, &choice, &reason);
            Ok(rendition.data)
        })
    };
    if *explain {
        print(explanation.text());
    }
    match output {
        Some(output) => Ok(std::fs::write(output, made?).map_err(|error| format!("{}: {error}", output.display()))?),
        None => made.map(|_| ()),
    }
}

#[allow(clippy::print_stdout)] // the command's answer
fn print(text: &str) {
    println!("{text}");
}

/// The same with the format that the extension of the output names, where the text names none; and who named it.
fn with_extension(text: &str, pipeline: Pipeline, output: Option<&Path>) -> (Pipeline, Reason) {
    let extension = output.and_then(Path::extension).and_then(|extension| extension.to_str());
    match (pipeline.output().format, extension) {
        (FormatChoice::Auto, Some(extension)) => {
            let extension = extension.to_ascii_lowercase();
            match format!("{text}:f-{extension}").parse::<Pipeline>() {
                Ok(with_format) => (with_format, Reason::Extension(extension)),
                Err(_) => (pipeline, Reason::Text),
            }
        }
        (FormatChoice::Auto | FormatChoice::Original | FormatChoice::As(_), _) => (pipeline, Reason::Text),
    }
}

/// What layers use, from the folder of the source.
fn resources(pipeline: &Pipeline, input: &Path) -> Result<Resources, Failure> {
    let folder = input.parent().unwrap_or(Path::new(""));
    let read = |path: String| {
        let file = folder.join(&path);
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok((path, Bytes::from(bytes)))
    };
    pipeline.resources().into_iter().map(|resource| read(resource.path)).collect()
}
