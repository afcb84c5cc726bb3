//! `cargo xtask codegen`: finds and reads the documents and the overlay, runs `dintero-codegen` on
//! them, and passes the output to [`Tree`]. This file owns the defaults of the flags and the
//! summary at the end of a run.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use dintero_codegen::{Input, Output, Report, Severity};

use crate::show::{self, Failure, File, count};
use crate::tree::Tree;

const DOCUMENT: &str = "spec/payments-api.yaml";
const SUPPLEMENT: &str = "spec/supplement.yaml";
const OVERLAY: &str = "spec/overlay.yaml";

/// Generate the client and the derives' field tables from the OpenAPI documents
///
/// If an input has an error, nothing is written. Files whose content has not changed are not
/// touched, and files that are no longer generated are removed.
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub(crate) struct Options {
    /// Write nothing; exit with 1 if a file is out of date, or on a warning
    #[arg(long)]
    check: bool,

    /// The OpenAPI 3.0 document [default: spec/payments-api.yaml]
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,

    /// A second document whose paths and components are added, or `none`
    ///
    /// The default overlay names the types of the default supplement, so the default is `none` if
    /// `--overlay` is given [default: spec/supplement.yaml]
    #[arg(long, value_name = "FILE|none", verbatim_doc_comment)]
    supplement: Option<PathBuf>,

    /// The overlay with corrections and Rust names, or `none` [default: spec/overlay.yaml]
    #[arg(long, value_name = "FILE|none")]
    overlay: Option<PathBuf>,

    /// The folder to generate into [default: the workspace]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Generates the files, then writes or checks them. Shows the reports about the document. An `Err`
/// is a failure outside the document: before generation, or while comparing or writing files.
pub(crate) fn run(options: &Options) -> Result<ExitCode, Vec<Failure>> {
    let root = options.root().map_err(one)?;
    let Files { document, supplement, overlay } = options.read(&root)?;
    let (out, shown) = options.out(&root).map_err(one)?;

    let Output { files, reports } = dintero_codegen::generate(&Input {
        document: document.source(),
        supplement: supplement.as_ref().map(File::source),
        overlay: overlay.as_ref().map(File::source),
        strict: options.spec.is_none() && options.supplement.is_none(),
    });
    let failed = reports.iter().any(|report| report.severity == Severity::Error);
    if !reports.is_empty() {
        let sources = [Some(&document), supplement.as_ref(), overlay.as_ref()];
        let sources: Vec<_> = sources.into_iter().flatten().collect();
        show::reports(&reports, &sources, &options.after(&reports, failed));
    }
    if failed {
        return Ok(ExitCode::FAILURE);
    }
    // Writing an empty tree would remove every generated file.
    assert!(!files.is_empty(), "dintero-codegen generated no file and reported no error");

    let tree = Tree::compare(&out, &shown, &files).map_err(one)?;
    if options.check {
        let current = check(&tree, options);
        Ok(ExitCode::from(u8::from(!(current && reports.is_empty()))))
    } else {
        write(&tree).map(|()| ExitCode::SUCCESS).map_err(one)
    }
}

fn write(tree: &Tree<'_>) -> Result<(), Failure> {
    let mut lines = String::new();
    let done = tree.write(|what, name| {
        let _ = writeln!(lines, "{what} {name}");
    });
    if done.is_ok() {
        let _ = write!(lines, "{}, {} changed", count(tree.files, "file"), tree.changed.len());
        let _ = match tree.left_over.len() {
            0 => writeln!(lines),
            removed => writeln!(lines, ", {removed} removed"),
        };
    }
    // The lines are printed last, so that a closed pipe cannot interrupt the writing.
    show::say(&lines);
    done
}

/// Prints the files that are out of date, and returns whether all files are current.
fn check(tree: &Tree<'_>, options: &Options) -> bool {
    let mut lines = tree.differences();
    let current = lines.is_empty();
    if current {
        let _ = writeln!(lines, "{}, all current", count(tree.files, "file"));
    } else {
        let _ = writeln!(lines, "run `{}` and commit the result", options.command());
    }
    show::say(&lines);
    current
}

impl Options {
    /// Returns the root of the workspace, to which the defaults of the flags are relative. If
    /// `--spec`, `--overlay` and `--out` are given, the workspace is not needed, and the path is
    /// empty.
    fn root(&self) -> Result<PathBuf, Failure> {
        match self {
            Self { spec: Some(_), overlay: Some(_), out: Some(_), .. } => Ok(PathBuf::new()),
            _ => workspace(),
        }
    }

    /// Reads the documents and the overlay. If any of these files cannot be read, returns all
    /// failures, not only the first.
    fn read(&self, root: &Path) -> Result<Files, Vec<Failure>> {
        let document = match &self.spec {
            Some(path) => given(path),
            None => read(&root.join(DOCUMENT), DOCUMENT.to_owned()),
        }
        .map_err(|failure| failure.help("pass the document with `--spec FILE`"));

        let supplement = match (&self.supplement, &self.overlay) {
            (None, Some(_)) => Ok(None),
            // The supplement is optional.
            (None, None) if !root.join(SUPPLEMENT).exists() => Ok(None),
            (path, _) => optional(path.as_deref(), root, SUPPLEMENT),
        }
        .map_err(|failure| {
            failure.help(
                "pass the supplement with `--supplement FILE`, or omit it with `--supplement none`",
            )
        });
        let overlay = optional(self.overlay.as_deref(), root, OVERLAY).map_err(|failure| {
            failure.help("pass the overlay with `--overlay FILE`, or omit it with `--overlay none`")
        });

        match (document, supplement, overlay) {
            (Ok(document), Ok(supplement), Ok(overlay)) => {
                Ok(Files { document, supplement, overlay })
            }
            (document, supplement, overlay) => {
                let failures = [document.err(), supplement.err(), overlay.err()];
                Err(failures.into_iter().flatten().collect())
            }
        }
    }

    /// Returns the folder to generate into, and the prefix of the paths in messages. The prefix is
    /// the path given with `--out`. Without `--out`, it is empty, so that messages show paths
    /// relative to the workspace.
    fn out(&self, root: &Path) -> Result<(PathBuf, PathBuf), Failure> {
        let Some(out) = &self.out else {
            return Ok((root.to_owned(), PathBuf::new()));
        };
        // A missing folder is created when there is something to write.
        if fs::metadata(out).is_ok_and(|found| !found.is_dir()) {
            return Err(Failure::new("not-a-folder", format!("{} is not a folder", out.display()))
                .help("pass the folder that contains dintero-api, dintero-macros and spec"));
        }
        Ok((out.clone(), out.clone()))
    }

    /// Returns the text that follows the number of errors and warnings.
    fn after(&self, reports: &[Report], failed: bool) -> String {
        match reports.first() {
            _ if failed && self.check => "; nothing was compared".to_owned(),
            _ if failed => "; nothing was written".to_owned(),
            Some(Report { code, .. }) if self.check => format!(
                "; `--check` does not accept warnings\n  \
                 help: correct the document with an overlay action, or accept the warning with \
                 an action whose `target` is the warning's location, whose `update` is \
                 `{{x-accept: [{code}]}}`, and whose `description` gives the reason\n"
            ),
            _ => String::new(),
        }
    }

    /// Returns the command that writes the files that these options check.
    fn command(&self) -> String {
        let flags = [
            ("--spec", &self.spec),
            ("--supplement", &self.supplement),
            ("--overlay", &self.overlay),
            ("--out", &self.out),
        ];
        let mut command = String::from("cargo xtask codegen");
        for (flag, value) in flags {
            if let Some(value) = value {
                let _ = write!(command, " {flag} {}", quoted(&value.display().to_string()));
            }
        }
        command
    }
}

/// The inputs of the generator.
struct Files {
    document: File,
    supplement: Option<File>,
    overlay: Option<File>,
}

/// Quotes a word for a shell, if it needs quotes.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/\\.:_-+=@%,".contains(c);
    if word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

fn one(failure: Failure) -> Vec<Failure> {
    vec![failure]
}

/// Reads a file that may be replaced or omitted with a flag.
fn optional(
    given_path: Option<&Path>,
    root: &Path,
    default: &str,
) -> Result<Option<File>, Failure> {
    match given_path {
        Some(path) if path.as_os_str() == "none" => Ok(None),
        Some(path) => given(path).map(Some),
        None => read(&root.join(default), default.to_owned()).map(Some),
    }
}

/// Reads a file by the path that the user gave.
fn given(path: &Path) -> Result<File, Failure> {
    read(path, path.display().to_string())
}

/// Reads a file, which messages call `name`.
fn read(path: &Path, name: String) -> Result<File, Failure> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(_) if path.is_dir() => {
            return Err(Failure::new("folder", format!("{name} is a folder, not a file")));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let place = match env::current_dir() {
                Ok(folder) if path.is_relative() => format!(" in {}", folder.display()),
                _ => String::new(),
            };
            return Err(Failure::new("missing-file", format!("{name} does not exist{place}")));
        }
        Err(error) => {
            return Err(Failure::new("unreadable", format!("{name} cannot be read")).cause(error));
        }
    };
    String::from_utf8(bytes).map(|text| File { name: name.clone(), text }).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let bad = error.as_bytes()[good.len()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        let help = match error.as_bytes() {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file looks like UTF-16; save it as UTF-8",
            _ => "save the file as UTF-8",
        };
        let message = format!("{name}:{line} is not UTF-8 (byte {bad:#04x})");
        Failure::new("not-utf8", message).help(help)
    })
}

/// Returns the root of the workspace for which cargo runs this program; if there is none, returns
/// the root of the workspace around the current folder. The path is not compiled in, so that a
/// checkout can be moved and several checkouts can share a target folder.
fn workspace() -> Result<PathBuf, Failure> {
    let cargo = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let starts = [cargo, env::current_dir().ok()];
    let found = starts.iter().flatten().flat_map(|start| start.ancestors()).find(|folder| {
        folder.join("dintero-codegen/Cargo.toml").is_file()
            && fs::read_to_string(folder.join("Cargo.toml"))
                .is_ok_and(|manifest| manifest.lines().any(|line| line.trim() == "[workspace]"))
    });
    found.map(Path::to_owned).ok_or_else(|| {
        Failure::new("no-workspace", "the workspace of dintero-codegen was not found".to_owned())
            .help("run `cargo xtask` in a checkout, or pass `--spec`, `--overlay` and `--out`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_repeats_the_flags() {
        let options = Options {
            check: true,
            spec: Some("my api.yaml".into()),
            supplement: Some("more.yaml".into()),
            overlay: Some("none".into()),
            out: None,
        };
        let command =
            "cargo xtask codegen --spec 'my api.yaml' --supplement more.yaml --overlay none";
        assert_eq!(options.command(), command);
    }
}
