//! Reports of problems in a document. Each problem is one [`Report`]; reports are collected over all passes and
//! returned together.

use std::collections::HashSet;
use std::fmt;

use crate::pointer::Pointer;
use crate::read::source::Position;

/// The severity of a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// No code is generated.
    Error,
    /// Code is generated, but part of the document's meaning is lost.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A problem, with its location and a suggestion for solving it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Report {
    /// The severity.
    pub severity: Severity,
    /// The kind of problem, such as `unknown-key`. `x-accept` in the document names warnings by this code.
    pub code: &'static str,
    /// The problem, in one line.
    pub message: String,
    /// A suggestion for solving the problem.
    pub help: Option<String>,
    /// The location in the document, after the overlay was applied.
    pub pointer: Pointer,
    /// The position in a source file, if it is known.
    pub position: Option<Position>,
}

impl Report {
    /// Creates an error.
    pub(crate) fn error(code: &'static str, pointer: &Pointer, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Error,
            code,
            message: message.into(),
            help: None,
            pointer: pointer.clone(),
            position: None,
        }
    }

    /// Creates a warning.
    pub(crate) fn warning(
        code: &'static str,
        pointer: &Pointer,
        message: impl Into<String>,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, pointer, message) }
    }

    /// Sets the help text, which says how to solve the problem.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the position, for a problem whose pointer cannot be looked up later.
    pub(crate) fn at(mut self, position: Position) -> Self {
        self.position = Some(position);
        self
    }
}

impl fmt::Display for Report {
    /// Formats the report as `spec/x.yaml:12:5: error[unknown-key]: … (at /components/schemas/X)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = &self.position {
            write!(f, "{position}: ")?;
        }
        write!(f, "{}[{}]: {}", self.severity, self.code, self.message)?;
        if !self.pointer.is_root() {
            write!(f, " (at {})", self.pointer)?;
        }
        Ok(())
    }
}

/// The reports of one run, without duplicates.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    list: Vec<Report>,
    known: HashSet<Report>,
}

impl Reports {
    pub(crate) fn push(&mut self, report: Report) {
        if self.known.insert(report.clone()) {
            self.list.push(report);
        }
    }

    pub(crate) fn extend(&mut self, other: Self) {
        other.list.into_iter().for_each(|report| self.push(report));
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.list.iter().any(|report| report.severity == Severity::Error)
    }

    /// Returns the reports in the order in which a person would fix the problems: errors first, then warnings; both are
    /// sorted by position, pointer and code.
    pub(crate) fn into_sorted(mut self) -> Vec<Report> {
        self.list.sort_by(|a, b| {
            (a.severity, &a.position, &a.pointer, a.code).cmp(&(
                b.severity,
                &b.position,
                &b.pointer,
                b.code,
            ))
        });
        self.list
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Report> {
        self.list.iter_mut()
    }

    pub(crate) fn retain(&mut self, keep: impl FnMut(&Report) -> bool) {
        self.list.retain(keep);
    }
}
