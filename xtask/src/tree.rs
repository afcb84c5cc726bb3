//! Compares the generated files with the disk: finds files that are missing, changed or left over,
//! and updates the disk. The generated files are written and removed only here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process;
use std::time::{Duration, Instant};

use dintero_codegen::OWNED;
use similar::TextDiff;

use crate::show::{Failure, count};

/// The maximum length of one file's diff, in lines.
const DIFF: usize = 40;

/// The total time for the diffs of all files. Diffs that are computed after this time are still
/// correct, but may be longer than necessary.
const TIME_FOR_DIFFS: Duration = Duration::from_secs(2);

/// The differences between the disk and the generated files.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// The number of generated files.
    pub(crate) files: usize,
    pub(crate) changed: Vec<Changed<'a>>,
    pub(crate) left_over: Vec<LeftOver>,
    /// The generator's folders on the disk, each before its subfolders.
    folders: Vec<PathBuf>,
}

/// A generated file that is missing on the disk or is out of date there.
#[derive(Debug)]
pub(crate) struct Changed<'a> {
    path: PathBuf,
    shown: String,
    /// The content on the disk, if the file exists.
    before: Option<Vec<u8>>,
    after: &'a str,
}

/// A file or link in the generator's folders that was not generated.
#[derive(Debug)]
pub(crate) struct LeftOver {
    path: PathBuf,
    shown: String,
}

impl LeftOver {
    /// Returns whether a path leads through this entry, which is then a link to a folder, or a file
    /// in place of a folder.
    fn holds(&self, path: &Path) -> bool {
        path.starts_with(&self.path)
    }
}

impl<'a> Tree<'a> {
    /// Compares the generated files, whose paths are relative to `root`, with the disk. Messages
    /// show `shown` instead of `root`.
    pub(crate) fn compare(
        root: &Path,
        shown: &Path,
        files: &'a BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let shown = |name: &str| shown.join(name).display().to_string();
        let mut tree =
            Self { files: files.len(), changed: vec![], left_over: vec![], folders: vec![] };
        for owned in OWNED {
            tree.walk(root.join(owned), owned, files, &shown)?;
        }
        for (name, after) in files {
            let path = root.join(name);
            let before = match fs::read(&path) {
                // A path that leads through a left-over no longer exists once the left-over is
                // removed.
                Ok(_) if tree.left_over.iter().any(|other| other.holds(&path)) => None,
                Ok(before) if before == after.as_bytes() => continue,
                Ok(before) => Some(before),
                Err(error) if is_absent(&error) => None,
                Err(error) => return Err(failure("unreadable", &shown(name), "be read", error)),
            };
            tree.changed.push(Changed { path, shown: shown(name), before, after });
        }
        Ok(tree)
    }

    /// Collects the left-overs at or below a path. Links are not followed, because their targets do
    /// not belong to the generator.
    fn walk(
        &mut self,
        path: PathBuf,
        name: &str,
        files: &BTreeMap<String, String>,
        shown: &dyn Fn(&str) -> String,
    ) -> Result<(), Failure> {
        let unreadable = |error| failure("unreadable", &shown(name), "be read", error);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) if files.contains_key(name) => return Ok(()),
            Ok(_) => {
                self.left_over.push(LeftOver { path, shown: shown(name) });
                return Ok(());
            }
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(unreadable(error)),
        }
        let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let mut entries = entries.map_err(unreadable)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        self.folders.push(path);
        for entry in entries {
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            self.walk(entry.path(), &name, files, shown)?;
        }
        Ok(())
    }

    /// Describes the differences: a diff of each changed file, then the names of all files that
    /// differ. The text is empty if there are no differences.
    pub(crate) fn differences(&self) -> String {
        let deadline = Instant::now() + TIME_FOR_DIFFS;
        let mut text = String::new();
        for changed in &self.changed {
            changed.diff(deadline, &mut text);
        }

        let (changed, missing): (Vec<_>, Vec<_>) =
            self.changed.iter().partition(|file| file.before.is_some());
        let names = [
            ("changed", changed.iter().map(|file| &file.shown).collect::<Vec<_>>()),
            ("missing", missing.iter().map(|file| &file.shown).collect()),
            ("left over", self.left_over.iter().map(|file| &file.shown).collect()),
        ];
        let mut counts = Vec::new();
        for (what, names) in names.iter().filter(|(_, names)| !names.is_empty()) {
            for name in names {
                let _ = writeln!(text, "{what} {name}");
            }
            counts.push(format!("{} {what}", names.len()));
        }
        if !counts.is_empty() {
            let _ = writeln!(text, "{}: {}", count(self.files, "file"), counts.join(", "));
        }
        text
    }

    /// Updates the disk and reports each change. All new content is on the disk before the first
    /// file is replaced, so that no file is replaced if the disk is full.
    pub(crate) fn write(&self, mut said: impl FnMut(&str, &str)) -> Result<(), Failure> {
        let mut remove = |left_over: &LeftOver| {
            fs::remove_file(&left_over.path)
                .map_err(|error| failure("write", &left_over.shown, "be removed", error))?;
            said("removed", &left_over.shown);
            Ok(())
        };
        let (in_the_way, others): (Vec<_>, Vec<_>) = self.left_over.iter().partition(|left_over| {
            self.changed.iter().any(|changed| left_over.holds(&changed.path))
        });

        in_the_way.into_iter().try_for_each(&mut remove)?;
        let staged = self.changed.iter().map(Staged::new).collect::<Result<Vec<_>, _>>()?;
        others.into_iter().try_for_each(&mut remove)?;
        for folder in self.folders.iter().rev() {
            // `remove_dir` fails for a folder that is not empty, which is intended.
            let _ = fs::remove_dir(folder);
        }
        for staged in staged {
            let shown = staged.put()?;
            said("wrote", shown);
        }
        Ok(())
    }
}

impl Changed<'_> {
    /// Appends a unified diff of at most [`DIFF`] lines, or nothing for a missing file.
    fn diff(&self, deadline: Instant, text: &mut String) {
        let Some(before) = &self.before else { return };
        let before = String::from_utf8_lossy(before);
        if before.replace("\r\n", "\n") == self.after {
            let _ =
                writeln!(text, "{} differs only in its line endings, which are CRLF", self.shown);
            return;
        }
        let diff = TextDiff::configure().deadline(deadline).diff_lines(&*before, self.after);
        let names =
            (format!("{} (on the disk)", self.shown), format!("{} (generated)", self.shown));
        let diff = diff.unified_diff().header(&names.0, &names.1).to_string();

        let total = diff.lines().count();
        let kept = if total > DIFF { DIFF - 1 } else { total };
        for line in diff.lines().take(kept) {
            let _ = writeln!(text, "{line}");
        }
        if total > kept {
            let _ = writeln!(text, "… and {} more lines", total - kept);
        }
    }
}

/// The new content of a file, in a temporary file beside it. The temporary file is deleted unless
/// it is [moved](Self::put) into place.
#[derive(Debug)]
struct Staged<'a> {
    file: &'a Changed<'a>,
    path: PathBuf,
}

impl<'a> Staged<'a> {
    fn new(file: &'a Changed<'a>) -> Result<Self, Failure> {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy();
        let staged =
            Self { file, path: file.path.with_file_name(format!(".{name}.{}.new", process::id())) };
        let folder = file.path.parent().map_or(Ok(()), fs::create_dir_all);
        match folder.and_then(|()| fs::write(&staged.path, file.after)) {
            Ok(()) => Ok(staged),
            Err(error) => Err(failure("write", &file.shown, "be written", error)
                .help("no generated file was changed")),
        }
    }

    /// Replaces the file in one step, and returns its name.
    fn put(self) -> Result<&'a str, Failure> {
        match fs::rename(&self.path, &self.file.path) {
            Ok(()) => Ok(&self.file.shown),
            Err(error) => Err(failure("write", &self.file.shown, "be written", error).help(
                "only the files listed as written have changed; fix the cause and run the command again",
            )),
        }
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        // After `put`, the temporary file no longer exists.
        let _ = fs::remove_file(&self.path);
    }
}

/// Returns whether the error means that there is no file at the path: the path does not exist,
/// leads through a file, or is a folder.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory)
}

fn failure(code: &'static str, name: &str, what: &str, error: io::Error) -> Failure {
    Failure::new(code, format!("{name} cannot {what}")).cause(error)
}
