//! Makes a plain `cargo test` fail if the generated files of the workspace are out of date.

use std::process::Command;

#[test]
fn generated_files_are_current() {
    let xtask = env!("CARGO_BIN_EXE_xtask");
    let check = Command::new(xtask).args(["codegen", "--check"]).output().unwrap();
    // The last line of the output is the command to run.
    assert!(
        check.status.success(),
        "the generated files do not match spec/:\n\n{}{}",
        String::from_utf8_lossy(&check.stderr),
        String::from_utf8_lossy(&check.stdout),
    );
}
