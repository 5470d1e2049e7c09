//! The command line: one file per command.

mod client;
mod endpoint;
mod explain;
mod gateway;
mod named;
mod origin;
mod serve;
mod sign;
mod transform;

use crate::{
    settings::{Flags, Settings},
    telemetry,
};
use clap::{Parser, Subcommand};
use std::{future::Future, process::ExitCode};

/// A bad setting or argument (`EX_USAGE`).
const EXIT_USAGE: u8 = 64;

/// Serves images, transformed on the fly, out of the buckets that you already have.
#[derive(Debug, Parser)]
#[command(name = "darkroom", version, propagate_version = true)]
pub struct Arguments {
    #[command(flatten)]
    flags: Flags,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve everything in one process: delivery, management, gRPC.
    Serve(serve::Arguments),
    /// Serve gRPC alone; gateways connect to it.
    Server,
    /// Serve HTTP alone, in front of a server elsewhere.
    Gateway(gateway::Arguments),
    /// Transform one file, without a server: `darkroom transform IN "w-300,h-300" OUT`.
    Transform(transform::Arguments),
    /// List, add, check and delete origins of a running server.
    Origin(origin::Arguments),
    /// List and change URL endpoints of a running server.
    Endpoint(endpoint::Arguments),
    /// List and change named transformations of a running server.
    Named(named::Arguments),
    /// Sign delivery URLs of a running server.
    Sign(sign::Arguments),
    /// Tell how a running server answers a delivery URL, and why.
    Explain(explain::Arguments),
    /// A worker process. Started by the server, never by hand.
    #[command(hide = true)]
    Worker,
}

/// Runs a command to its end.
pub fn run(arguments: Arguments) -> ExitCode {
    let Arguments { flags, command } = arguments;
    match command {
        Command::Transform(arguments) => report(transform::run(&arguments)),
        Command::Worker => darkroom_server::workers::run_worker(),
        Command::Serve(arguments) => with_settings(&flags, |settings| serve::run(settings, Some(arguments))),
        Command::Server => with_settings(&flags, |settings| serve::run(settings, None)),
        Command::Gateway(arguments) => with_settings(&flags, |settings| gateway::run(settings, arguments)),
        Command::Origin(arguments) => with_settings(&flags, |settings| origin::run(settings, arguments)),
        Command::Endpoint(arguments) => with_settings(&flags, |settings| endpoint::run(settings, arguments)),
        Command::Named(arguments) => with_settings(&flags, |settings| named::run(settings, arguments)),
        Command::Sign(arguments) => with_settings(&flags, |settings| sign::run(settings, arguments)),
        Command::Explain(arguments) => with_settings(&flags, |settings| explain::run(settings, arguments)),
    }
}

/// Reads every setting, reports every problem at once, and only then does anything.
fn with_settings<F: Future<Output = Result<(), Failure>>>(
    flags: &Flags,
    command: impl FnOnce(Settings) -> F,
) -> ExitCode {
    let settings = match Settings::read(flags) {
        Ok(settings) => settings,
        Err(problems) => {
            for problem in problems {
                eprintln!("darkroom: {problem}");
            }
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(Err(format!("the async runtime cannot be started: {error}").into())),
    };
    runtime.block_on(async {
        let telemetry = telemetry::start(&settings);
        let result = command(settings).await;
        telemetry.stop().await;
        report(result)
    })
}

/// A command's failure in words for the person who typed it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

fn report(result: Result<(), Failure>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("darkroom: {error}");
            ExitCode::FAILURE
        }
    }
}
