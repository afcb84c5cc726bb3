//! Runs rustc on many modules at once.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const FILE: &str = "edits.rs";

/// The compiler, and the compiled dintero-api.
pub(crate) struct Rustc {
    program: OsString,
    library: PathBuf,
    folder: PathBuf,
}

/// Numbered modules in one file.
pub(crate) struct Program {
    text: String,
    /// The numbers of the modules, by the first line of each module.
    lines: BTreeMap<usize, usize>,
}

/// Whether to compile a program only to find its errors, or also to run it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    Errors,
    Output,
}

/// The messages of rustc, and the output of the program.
pub(crate) struct Compiled {
    pub(crate) errors: Vec<Error>,
    /// The output of each module, if the program has no errors and was run.
    pub(crate) output: Option<BTreeMap<usize, String>>,
}

/// An error, with the lines to which it points.
#[derive(Debug)]
pub(crate) struct Error {
    pub(crate) module: Option<usize>,
    pub(crate) message: String,
    at: Vec<String>,
}

impl Error {
    /// Returns whether the error points to this line or to no line at all.
    pub(crate) fn is_at(&self, line: &str) -> bool {
        self.at.is_empty() || self.at.iter().any(|at| at.trim() == line)
    }
}

impl Program {
    pub(crate) fn new(modules: &BTreeMap<usize, String>) -> Self {
        let mut text = String::from(
            "#![allow(warnings)]\n\
             fn shown<T: std::fmt::Debug, E: std::fmt::Display>(sent: Result<T, E>) -> String {\n\
             match sent { Ok(sent) => format!(\"{sent:?}\"), Err(error) => format!(\"refused: {error}\") } }\n\
             fn main() {\n",
        );
        for number in modules.keys() {
            text.push_str(&format!(
                "println!(\"{number}\\t{{}}\", m{number}::sample().replace('\\n', \" \"));\n"
            ));
        }
        text.push_str("}\n");
        let mut lines = BTreeMap::new();
        for (number, module) in modules {
            lines.insert(text.lines().count() + 1, *number);
            text.push_str(&format!("mod m{number} {{\n{module}\n"));
        }
        Self { text, lines }
    }

    /// Returns the module that contains a line.
    fn module(&self, line: usize) -> Option<usize> {
        self.lines.range(..=line).next_back().map(|(_, number)| *number)
    }
}

impl Rustc {
    /// Finds the compiler, and the dintero-api that cargo builds for these tests.
    pub(crate) fn find() -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--offline", "--tests", "--message-format=json", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .output()
            .expect("cargo");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).expect("text");
        let library =
            messages.lines().find_map(library_of).expect("dintero-api is among the built crates");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned();
        let program = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        Self { program, library, folder }
    }

    /// Returns a rustc command without the source file and the options for the output.
    fn command(&self) -> Command {
        let mut dependencies = OsString::from("dependency=");
        dependencies.push(self.library.parent().expect("a folder"));
        let mut library = OsString::from("dintero_api=");
        library.push(&self.library);
        let mut command = Command::new(&self.program);
        command.args(["--edition", "2024", "--crate-type", "bin", "--error-format=json"]);
        command.args(["-C", "debuginfo=0", "--extern"]).arg(library).arg("-L").arg(dependencies);
        command
    }

    /// Returns the positions of a file's errors as `LINE:COLUMN`, each with its message if the error is a missing trait
    /// implementation.
    pub(crate) fn check(&self, file: &Path) -> Vec<(String, Option<String>)> {
        let metadata = self.folder.join("case.rmeta");
        let output = self
            .command()
            .arg("--emit=metadata")
            .args([OsStr::new("-o"), metadata.as_os_str(), file.as_os_str()])
            .output()
            .expect("rustc");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        messages.lines().filter_map(|line| placed(line, &file.to_string_lossy())).collect()
    }

    /// Compiles a program, and runs it if this is requested and there are no errors.
    pub(crate) fn compile(&self, program: &Program, goal: Goal) -> Compiled {
        let file = self.folder.join(FILE);
        fs::write(&file, &program.text).expect("the program");
        let binary = self.folder.join("edits.bin");
        let emit = match goal {
            Goal::Errors => "--emit=metadata",
            Goal::Output => "--emit=link",
        };
        let output =
            self.command().args([emit, "-o"]).args([&binary, &file]).output().expect("rustc");
        let messages = String::from_utf8_lossy(&output.stderr).into_owned();
        let errors: Vec<Error> = messages.lines().filter_map(|line| error(line, program)).collect();
        assert_eq!(output.status.success(), errors.is_empty(), "{messages}");
        let output = (goal == Goal::Output && errors.is_empty()).then(|| shown(&binary));
        Compiled { errors, output }
    }
}

/// Returns the library file from one of cargo's messages.
fn library_of(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    if message["target"]["name"] != "dintero_api" {
        return None;
    }
    let files = message["filenames"].as_array()?;
    let file = files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".rlib"))?;
    Some(PathBuf::from(file))
}

/// Parses a line of rustc's JSON output, if it describes an error.
fn error(line: &str, program: &Program) -> Option<Error> {
    let json: Value = serde_json::from_str(line).ok()?;
    let message = json["message"].as_str()?.to_owned();
    if json["level"] != "error" || message.starts_with("aborting due to") {
        return None;
    }
    let spans = json["spans"].as_array()?.iter().filter(|span| span["is_primary"] == true);
    let spans: Vec<&Value> = spans.map(|span| in_the_program(span, FILE)).collect();
    let at = |span: &&Value| span["text"][0]["text"].as_str().unwrap_or_default().to_owned();
    let line = spans.iter().find_map(|span| usize::try_from(span["line_start"].as_u64()?).ok());
    Some(Error {
        module: line.and_then(|line| program.module(line)),
        message,
        at: spans.iter().map(at).collect(),
    })
}

/// Reads the position of an error in a file, with its message if a trait is not implemented.
fn placed(line: &str, file: &str) -> Option<(String, Option<String>)> {
    let json: Value = serde_json::from_str(line).ok()?;
    let spans = json["spans"].as_array()?;
    let span = spans
        .iter()
        .find(|span| span["is_primary"] == true)
        .filter(|_| json["level"] == "error")?;
    let span = in_the_program(span, file);
    let message =
        (json["code"]["code"] == "E0277").then(|| json["message"].as_str().unwrap_or_default());
    Some((format!("{}:{}", span["line_start"], span["column_start"]), message.map(str::to_owned)))
}

/// Returns the span in the program that corresponds to a span in another file, such as the call to `format!` for a span
/// inside that macro.
fn in_the_program<'s>(mut span: &'s Value, own: &str) -> &'s Value {
    while span["file_name"].as_str().is_some_and(|file| !file.ends_with(own))
        && span["expansion"]["span"].is_object()
    {
        span = &span["expansion"]["span"];
    }
    span
}

/// Runs a program. Returns the output of each module.
fn shown(binary: &Path) -> BTreeMap<usize, String> {
    let output = Command::new(binary).output().expect("the program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let line = |line: &str| {
        let (number, shown) = line.split_once('\t').expect("a number");
        (number.parse().expect("a number"), shown.to_owned())
    };
    text.lines().map(line).collect()
}
