//! `cargo xtask smoke`: runs the live check, which is an example of `dintero-api` and so a program of
//! its own: xtask must build when `dintero-api` does not. This file owns the command that is run.

use std::env;
use std::ffi::OsString;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::show::Failure;

/// Try the client against a Dintero sandbox account
///
/// Fetches a token, creates a session, reads and cancels it, and captures what does not exist. Tells
/// for each step what Dintero answered, and which properties the types do not know.
///
/// DINTERO_ACCOUNT_ID (`T` and eight digits), DINTERO_CLIENT_ID and DINTERO_CLIENT_SECRET must be set
/// in the environment; DINTERO_PROFILE_ID chooses a payment profile other than `default`. Exits with 1
/// if something is not as expected, and with 2 if a variable is missing or wrong.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {}

/// Runs the check and hands on its exit code.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let mut command = command();
    let status = command.status().map_err(|cause| {
        Failure::new("smoke::cargo", "cargo cannot be run".to_owned()).cause(cause)
    })?;
    // Ended by a signal, there is no code.
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

fn command() -> Command {
    // The cargo that runs us, which may not be the first on the path.
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
    fn example_that_is_run_is_there() {
        let command = command();
        let args: Vec<_> = command.get_args().filter_map(|arg| arg.to_str()).collect();
        let [.., "--package", package, "--example", example] = args[..] else {
            panic!("{args:?}");
        };
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        assert!(root.join(package).join(format!("examples/{example}.rs")).is_file());
    }
}
