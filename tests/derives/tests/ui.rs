//! Tests the derives as merchants see them: which types compile, and which errors the other types cause and where.
//!
//! `TRYBUILD=overwrite cargo test -p dintero-derive-tests --test ui` records the messages again; review the diff
//! afterwards.

#[path = "edits/rustc.rs"]
#[allow(dead_code, reason = "the rest of the module is only used by the `edits` test")]
mod rustc;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustc::Rustc;
use trybuild::TestCases;

/// The version of the toolchain with which `ui/rustc` was recorded. In the cases of that folder, rustc's own text
/// surrounds our messages.
const RECORDED_WITH: &str = "1.95";

/// The folder with the cases whose messages come from rustc.
const BY_RUSTC: &str = "ui/rustc";

#[test]
fn ui() {
    let cases = TestCases::new();
    cases.pass("pass/*.rs");
    for topic in files("ui") {
        if topic != Path::new(BY_RUSTC) || is_recorded_toolchain() {
            cases.compile_fail(topic.join("*.rs"));
        }
    }
}

/// On every toolchain, each recorded error must be reported at its recorded position, and our own messages must be
/// unchanged.
#[test]
fn errors_from_rustc_are_at_their_recorded_positions() {
    let rustc = Rustc::find();
    let cases: Vec<PathBuf> = files(BY_RUSTC)
        .into_iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    assert!(cases.len() > 10, "only {} cases were found, so some are missing", cases.len());
    for case in cases {
        let recorded =
            fs::read_to_string(case.with_extension("stderr")).expect("the recorded output");
        let recorded = recorded_errors(&recorded);
        assert!(!recorded.is_empty(), "no error is recorded for {}", case.display());
        let found: BTreeSet<_> = rustc.check(&case).into_iter().collect();
        assert_eq!(found, recorded, "{}", case.display());
    }
}

/// Returns the positions of the errors in a recorded output, each with its message if the error is about a trait. Only
/// messages about traits are our own.
fn recorded_errors(recorded: &str) -> BTreeSet<(String, Option<String>)> {
    let mut lines = recorded.lines();
    let mut errors = BTreeSet::new();
    while let Some(line) = lines.next() {
        let Some((code, message)) =
            line.split_once(": ").filter(|(code, _)| code.starts_with("error"))
        else {
            continue;
        };
        let place = lines.by_ref().find_map(|line| line.trim().strip_prefix("--> "));
        let place = place.and_then(|place| place.split_once(".rs:")).expect("a place").1.to_owned();
        errors.insert((place, (code == "error[E0277]").then(|| message.to_owned())));
    }
    errors
}

fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn is_recorded_toolchain() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-V").output().expect("rustc");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let recorded = version.starts_with(&format!("rustc {RECORDED_WITH}."));
    if !recorded {
        eprintln!(
            "only positions and our own messages of {BY_RUSTC} are compared: it was recorded with rustc {RECORDED_WITH}, and this is {}",
            version.trim()
        );
    }
    recorded
}
