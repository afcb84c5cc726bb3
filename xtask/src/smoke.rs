//! `cargo xtask smoke`: runs the live check. The live check is a separate program (a Cargo example
//! in `dintero-api`), because xtask must build even when `dintero-api` does not. This file owns the
//! command to run.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::show::Failure;

/// Try the client against a Dintero sandbox account
///
/// Fetches a token, creates, reads and cancels a session, and tries to capture a transaction that
/// does not exist. Prints Dintero's response to each step, and the properties for which the types
/// have no field.
///
/// DINTERO_ACCOUNT_ID (`T` followed by eight digits), DINTERO_CLIENT_ID and DINTERO_CLIENT_SECRET
/// must be set in the environment; DINTERO_PROFILE_ID selects a payment profile other than
/// `default`. Exits with 1 if a result is unexpected, and with 2 if a variable is missing or
/// invalid.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {}

/// Runs the check and returns its exit code.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let mut command = command();
    let status = command.status().map_err(|cause| {
        Failure::new("smoke::cargo", "cargo cannot be run".to_owned()).cause(cause)
    })?;
    // A process that was ended by a signal has no exit code.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn command() -> Command {
    // Uses the cargo that runs this program, which is not necessarily the first cargo on the PATH.
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.args(["run", "--quiet", "--package", "dintero-api", "--example", "smoke"]);
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_example_exists() {
        let command = command();
        let args: Vec<_> = command.get_args().filter_map(|arg| arg.to_str()).collect();
        let [.., "--package", package, "--example", example] = args[..] else {
            panic!("{args:?}");
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(root.join(package).join(format!("examples/{example}.rs")).is_file());
    }
}
