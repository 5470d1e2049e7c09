//! The `darkroom` binary: it puts server and gateway together, and is its own worker and its own client.

#![allow(unreachable_pub)] // nobody links a binary: `pub` says what a module offers to the next

mod command;
mod demo;
mod settings;
mod telemetry;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // A worker starts no runtime and reads no settings: it is handed everything by its parent.
    if std::env::args_os().nth(1).is_some_and(|command| command == "worker") {
        return darkroom_server::workers::run_worker();
    }
    command::run(command::Arguments::parse())
}
