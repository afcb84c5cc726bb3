//! `cargo xtask public-api`: lists the hand-written public API of `dintero-api` in `spec/public-api.lock`. The
//! generated API is listed in `spec/names.lock`. This file owns the command: it expands the source and reports the
//! result.

mod bodies;
mod crate_tree;
mod listing;
mod signature;

use std::env;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use clap::Args;
use proc_macro2::LexError;
use similar::TextDiff;

use self::crate_tree::Crate;
use crate::show::{self, Failure};

/// The path of the listing.
const LISTING: &str = "spec/public-api.lock";

/// All features with public items; `native-tls` has none, and needs OpenSSL.
const FEATURES: &str = "axum,bundled-roots,rustls-ring,test-util,tracing";

/// The environment variable that is set when cargo runs this program in place of rustc; see [`as_rustc`].
const AS_RUSTC: &str = "XTASK_AS_RUSTC";

/// List the hand-written public API in spec/public-api.lock
///
/// A removed or changed line is a breaking change. The generated API is in spec/names.lock.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Write nothing; exit with 1 if the listing is out of date
    #[arg(long)]
    check: bool,
}

/// Writes or checks the listing.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let source = expanded(&root)?;
    let unread = |error: &dyn Display| {
        Failure::new(
            "public-api::parse",
            format!("the source that rustc printed is not Rust: {error}"),
        )
    };
    let tokens = source.parse().map_err(|error: LexError| unread(&error))?;
    let file: syn::File = syn::parse2(bodies::without(tokens)).map_err(|error| unread(&error))?;
    let listing = listing::text(&Crate::of(file.items));
    let path = root.join(LISTING);
    let before = fs::read_to_string(&path).unwrap_or_default();
    if before == listing {
        show::say(&format!("{LISTING} is current\n"));
        return Ok(ExitCode::SUCCESS);
    }
    if options.check {
        let diff = TextDiff::from_lines(&before, &listing);
        show::say(&diff.unified_diff().context_radius(0).to_string());
        show::say(&format!("{LISTING} is out of date: run `cargo xtask public-api`\n"));
        return Ok(ExitCode::FAILURE);
    }
    fs::write(&path, listing).map_err(|cause| {
        Failure::new("public-api::write", format!("{LISTING} cannot be written")).cause(cause)
    })?;
    show::say(&format!("wrote {LISTING}\n"));
    Ok(ExitCode::SUCCESS)
}

/// Returns the source of the crate as one file, with all macros expanded.
///
/// Uses a separate target folder, because the wrapper would make cargo recompile the workspace.
fn expanded(root: &Path) -> Result<String, Failure> {
    let failed = |message: &str| Failure::new("public-api::expand", message.to_owned());
    let this =
        env::current_exe().map_err(|cause| failed("this program has no path").cause(cause))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .current_dir(root)
        .args(["rustc", "--quiet", "--package", "dintero-api", "--lib", "--profile", "check"])
        .args(["--features", FEATURES, "--target-dir", "target/public-api"])
        .args(["--", "-Zunpretty=expanded"])
        .env("RUSTC_WORKSPACE_WRAPPER", this)
        .env(AS_RUSTC, "1")
        .output()
        .map_err(|cause| failed("cargo cannot be run").cause(cause))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed("dintero-api does not compile").help(String::from_utf8_lossy(&output.stderr)))
    }
}

/// Runs rustc if cargo calls this program as its rustc wrapper, and returns the exit code.
///
/// A stable rustc expands macros only if `RUSTC_BOOTSTRAP` is set. `RUSTC_BOOTSTRAP` is set only here: if it were set
/// for cargo, every dependency would be compiled with it.
pub(crate) fn as_rustc() -> Option<ExitCode> {
    env::var_os(AS_RUSTC)?;
    let mut arguments = env::args_os().skip(1);
    let rustc = arguments.next()?;
    let status = Command::new(rustc).args(arguments).env("RUSTC_BOOTSTRAP", "1").status();
    let code = status.ok().and_then(|status| status.code());
    Some(code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
