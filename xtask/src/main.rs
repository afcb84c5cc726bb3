//! The project's tasks, run as `cargo xtask`. This file owns the command line and the exit code: 0
//! on success, 1 for a problem with the document, the files or the disk, and 2 for incorrect usage.
//! `smoke` exits with the code of the program that it runs.

mod codegen;
mod public_api;
mod show;
mod smoke;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's tasks.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Codegen(codegen::Options),
    PublicApi(public_api::Options),
    Smoke(smoke::Options),
}

fn main() -> ExitCode {
    if let Some(code) = public_api::as_rustc() {
        return code;
    }
    let done = match Cli::parse().command {
        Command::Codegen(options) => codegen::run(&options),
        Command::PublicApi(options) => public_api::run(&options).map_err(|failure| vec![failure]),
        Command::Smoke(_) => smoke::run().map_err(|failure| vec![failure]),
    };
    done.unwrap_or_else(|failures| {
        show::failures(&failures);
        ExitCode::FAILURE
    })
}
