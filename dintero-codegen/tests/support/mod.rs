//! Helpers for the tests of the generator. The helpers read documents beside the tests, and compare output with files
//! in the repository.

#![allow(dead_code, unreachable_pub, reason = "each test uses only some of the helpers")]

pub mod compile;
pub mod mutate;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use dintero_codegen::{Input, Output, Report, Source};

/// The folder of the generated Rust files.
pub const GENERATED: &str = "dintero-api/src/generated/";

/// The folder of the derives' generated code.
pub const TABLE: &str = "dintero-macros/src/generated/";

/// Returns the folder `tests` of this package.
pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Returns the root of the workspace.
pub fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().expect("the package is in a workspace").to_owned()
}

/// Reads a text file. Line endings are returned as line feeds, even if the checkout uses CRLF.
pub fn read(path: &Path) -> String {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.replace("\r\n", "\n")
}

/// Returns the relative paths of all files below a folder, or no paths if the folder does not exist.
pub fn files_under(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(folder).expect("the path is below the folder");
                files.insert(inside.to_owned());
            }
        }
    }
    files
}

/// Generates code from the text of a document and of an overlay, with the same settings as for the project's own
/// document.
pub fn generate(document: &str, overlay: Option<&str>) -> Output {
    dintero_codegen::generate(&Input {
        document: Source { name: "document.yaml", text: document },
        supplement: None,
        overlay: overlay.map(|text| Source { name: "overlay.yaml", text }),
        strict: true,
    })
}

/// Returns a report as it is printed, with its help.
pub fn told(report: &Report) -> String {
    match &report.help {
        Some(help) => format!("{report}\n    help: {help}"),
        None => report.to_string(),
    }
}

/// Returns all reports as they are printed.
pub fn told_all(reports: &[Report]) -> String {
    reports.iter().map(|report| told(report) + "\n").collect()
}

/// Compares two strings, ignoring blank lines and the comment at the head of a generated file. The error shows the
/// first difference.
pub fn same_but_for_blank_lines(expected: &str, actual: &str) -> Result<(), String> {
    let lines = |text: &str| -> String {
        let told = |line: &&str| !line.is_empty() && !line.starts_with("// @generated");
        text.lines().filter(told).flat_map(|line| [line, "\n"]).collect()
    };
    let (expected, actual) = (lines(expected), lines(actual));
    if expected == actual { Ok(()) } else { Err(first_difference(&expected, &actual)) }
}

/// Returns a complete document with the given `paths` and `components`, which are YAML objects.
pub fn document(paths: &str, components: &str) -> String {
    format!(
        "openapi: 3.0.3\ninfo: {{title: Test, version: '1'}}\n\
         servers: [{{url: 'https://api.example.com/v1'}}]\npaths: {paths}\ncomponents: {components}\n"
    )
}

/// Compares a string with a file below `tests`. With `UPDATE_GOLDEN=1`, writes the file instead, or removes it if
/// `actual` is `None`.
pub fn compare(path: &str, actual: Option<&str>) -> Result<(), String> {
    let file = tests().join(path);
    let expected = file.is_file().then(|| read(&file));
    if actual == expected.as_deref() {
        return Ok(());
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        return update(&file, actual).map_err(|error| format!("{path}: {error}"));
    }
    let what = match (&expected, actual) {
        (None, _) => "does not exist yet".to_owned(),
        (Some(_), None) => "is no longer generated".to_owned(),
        (Some(expected), Some(actual)) => first_difference(expected, actual),
    };
    Err(format!("tests/{path} {what}"))
}

/// The hint for a difference that is intended.
pub const HOW_TO_UPDATE: &str = "if the difference is intended, run `UPDATE_GOLDEN=1 cargo test -p dintero-codegen` and read the diff";

fn update(file: &Path, actual: Option<&str>) -> std::io::Result<()> {
    let Some(actual) = actual else { return fs::remove_file(file) };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, actual)
}

fn first_difference(expected: &str, actual: &str) -> String {
    let (mut old, mut new) = (expected.lines(), actual.lines());
    for number in 1.. {
        match (old.next(), new.next()) {
            (None, None) => break,
            (old, new) if old == new => {}
            (old, new) => {
                let show = |line: Option<&str>| line.unwrap_or("(end of the file)").to_owned();
                return format!("differs in line {number}:\n  - {}\n  + {}", show(old), show(new));
            }
        }
    }
    "differs in its line endings".to_owned()
}
