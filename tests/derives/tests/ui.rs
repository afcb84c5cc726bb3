//! The derives from a merchant's side: what compiles, and what is said where about what does not.
//!
//! `TRYBUILD=overwrite cargo test -p dintero-derive-tests` records the messages anew; then read the difference.

use std::fs;
use std::process::Command;

use trybuild::TestCases;

/// The minor version of the toolchain that `ui/rustc` was recorded with: those cases are worded by rustc.
const RECORDED_WITH: &str = "1.95";

#[test]
fn ui() {
    let cases = TestCases::new();
    cases.pass("pass/*.rs");
    let mut topics: Vec<_> = fs::read_dir("ui")
        .expect("the folder of the cases")
        .map(|topic| topic.expect("a folder").path())
        .collect();
    topics.sort();
    for topic in topics {
        let worded_by_rustc = topic.ends_with("rustc");
        if !worded_by_rustc || is_recorded_toolchain() {
            cases.compile_fail(topic.join("*.rs"));
        }
    }
}

#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
fn is_recorded_toolchain() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-V").output().expect("rustc");
    let version = String::from_utf8_lossy(&output.stdout).into_owned();
    let recorded = version.starts_with(&format!("rustc {RECORDED_WITH}."));
    if !recorded {
        eprintln!(
            "ui/rustc is left out: it was recorded with rustc {RECORDED_WITH}, and this is {}",
            version.trim()
        );
    }
    recorded
}
