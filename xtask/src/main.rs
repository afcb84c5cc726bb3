//! The project's chores, run as `cargo xtask`. This file owns the command line and the exit code: 0
//! when all is well, 1 when something is wrong with the document, the files or the disk, 2 for
//! wrong usage.

mod codegen;
mod show;
mod tree;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The project's chores.
#[derive(Debug, Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Codegen(codegen::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Codegen(options) => codegen::run(&options),
    };
    done.unwrap_or_else(|failures| {
        show::failures(&failures);
        ExitCode::FAILURE
    })
}
