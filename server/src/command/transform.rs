//! `darkroom transform IN "w-300,h-300" OUT`: the engine on one file, without a server.

use super::Failure;
use bytes::Bytes;
use clap::Args;
use darkroom_engine::{self as engine, Accept, Limits, Pipeline, Request, Resources, language::FormatChoice};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The source image.
    input: PathBuf,
    /// What to do to it, in the URL language, for example `w-300,h-300:rt-90`. Images that layers name are
    /// looked for beside the source.
    transformation: String,
    /// Where the rendition goes. Without an `f-…` in the transformation its extension decides the format.
    output: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let Arguments { input, transformation, output } = arguments;
    let text = transformation.strip_prefix("tr:").unwrap_or(transformation);
    let mut pipeline: Pipeline = text.parse()?;
    if pipeline.output().format == FormatChoice::Auto
        && let Some(format) = output.extension().and_then(|extension| extension.to_str())
        && let Ok(with_format) = format!("{text}:f-{}", format.to_ascii_lowercase()).parse()
    {
        pipeline = with_format;
    }
    let source = Bytes::from(std::fs::read(input).map_err(|error| format!("{}: {error}", input.display()))?);
    let rendition = if engine::passes_through(engine::Format::sniff(&source), &pipeline) {
        source
    } else {
        let resources = resources(&pipeline, input)?;
        engine::render(
            source,
            &Request { pipeline, accept: Accept::default(), resources, focus_area: None },
            &Limits::default(),
        )?
        .data
    };
    std::fs::write(output, rendition).map_err(|error| format!("{}: {error}", output.display()))?;
    Ok(())
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
