//! Prints output for people: the generator's reports, with an excerpt of the YAML, and other
//! failures. Reports and failures go to stderr; results go to stdout. This file owns the two
//! streams and the colors.

use std::env;
use std::error::Error;
use std::fmt::{self, Display, Write as _};
use std::io::{self, IsTerminal as _, Write as _};

use dintero_codegen::{Position, Report, Severity, Source};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents,
};

/// The number of lines that are shown before and after a position.
const CONTEXT: usize = 2;

/// The maximum length of the part of a line that is shown, in characters. Some documents are JSON
/// on a single line.
const WIDTH: usize = 160;

/// A file, with the name that reports use for it.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn source(&self) -> Source<'_> {
        Source { name: &self.name, text: &self.text }
    }
}

/// A failure outside the document, such as a missing file or a full disk.
#[derive(Debug)]
pub(crate) struct Failure {
    code: &'static str,
    message: String,
    help: Option<String>,
    cause: Option<io::Error>,
}

impl Failure {
    pub(crate) fn new(code: &'static str, message: String) -> Self {
        Self { code, message, help: None, cause: None }
    }

    /// Sets the help text, unless a more specific help text is already set.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help.get_or_insert_with(|| help.into());
        self
    }

    /// Sets the I/O error that caused the failure.
    pub(crate) fn cause(mut self, cause: io::Error) -> Self {
        self.cause = Some(cause);
        self
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}

impl Diagnostic for Failure {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(format!("error[{}]", self.code)))
    }

    fn help(&self) -> Option<Box<dyn Display + '_>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }
}

/// A report, with an excerpt of the lines around its position if the position is known.
#[derive(Debug)]
struct Shown<'a> {
    report: &'a Report,
    excerpt: Option<Excerpt<'a>>,
}

impl<'a> Shown<'a> {
    fn new(report: &'a Report, files: &[Lines<'_>]) -> Self {
        let excerpt = report.position.as_ref().and_then(|position| {
            let file = files.iter().find(|file| *file.name == *position.file)?;
            Some(Excerpt::new(position, &file.lines))
        });
        Self { report, excerpt }
    }
}

impl Display for Shown<'_> {
    /// Writes the message, with the position and the pointer if no excerpt shows them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { message, pointer, position, .. } = self.report;
        if self.excerpt.is_some() {
            return f.write_str(message);
        }
        if let Some(Position { file, line, column }) = position {
            write!(f, "{file}:{line}:{column}: ")?;
        }
        f.write_str(message)?;
        if !pointer.is_root() {
            write!(f, " (at {pointer})")?;
        }
        Ok(())
    }
}

impl Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn code(&self) -> Option<Box<dyn Display + '_>> {
        Some(Box::new(format!("{}[{}]", self.report.severity, self.report.code)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.report.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help(&self) -> Option<Box<dyn Display + '_>> {
        self.report.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| excerpt as _)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let span = self.excerpt.as_ref()?.span;
        let pointer = &self.report.pointer;
        let label = (!pointer.is_root()).then(|| pointer.to_string());
        Some(Box::new([LabeledSpan::new_primary_with_span(label, span)].into_iter()))
    }
}

/// A file that is split into lines once, for all reports.
struct Lines<'a> {
    name: &'a str,
    lines: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn new(file: &'a File) -> Self {
        Self { name: &file.name, lines: file.text.lines().collect() }
    }
}

/// The lines around a position, cut to a readable width. By itself, miette would search the whole
/// document for these lines twice per report, and show a long line in full.
#[derive(Debug)]
struct Excerpt<'a> {
    position: &'a Position,
    /// The number of the first line, from 0.
    first: usize,
    text: String,
    /// The span in `text` to underline.
    span: SourceSpan,
}

impl<'a> Excerpt<'a> {
    fn new(position: &'a Position, lines: &[&str]) -> Self {
        let at = position.line.saturating_sub(1);
        let first = at.saturating_sub(CONTEXT);
        let mut text = String::new();
        let mut span = SourceSpan::from(0);
        for number in first..=at + CONTEXT {
            // There is an excerpt even if the line does not exist: if something is missing at the
            // end of a document, the position is after the last line.
            let line = match lines.get(number) {
                Some(&line) => line,
                None if number <= at => "",
                None => break,
            };
            if number == at {
                let (line, offset) = cut(line, position.column.saturating_sub(1));
                span = (text.len() + offset, word(&line[offset..])).into();
                text.push_str(&line);
            } else {
                text.push_str(&cut(line, 0).0);
            }
            text.push('\n');
        }
        Self { position, first, text, span }
    }
}

impl SourceCode for Excerpt<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        _before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // miette asks for a span without context if it only needs the position of the span.
        let (line, column) = match after {
            0 => (self.position.line.saturating_sub(1), self.position.column.saturating_sub(1)),
            _ => (self.first, 0),
        };
        let whole = SourceSpan::from((0, self.text.len()));
        let span = if after == 0 { *span } else { whole };
        Ok(Box::new(MietteSpanContents::new_named(
            self.position.file.to_string(),
            self.text.as_bytes(),
            span,
            line,
            column,
            self.text.lines().count(),
        )))
    }
}

/// Returns the part of a line around a column, at most [`WIDTH`] characters long (without the
/// ellipses), and the byte offset of the column in that part.
fn cut(line: &str, column: usize) -> (String, usize) {
    let length = line.chars().count();
    let column = column.min(length);
    let skipped = if length <= WIDTH { 0 } else { column.saturating_sub(WIDTH / 4) };
    let before = if skipped > 0 { "…" } else { "" };
    let after = if length - skipped > WIDTH { "…" } else { "" };

    let kept = line.chars().skip(skipped);
    let offset =
        before.len() + kept.clone().take(column - skipped).map(char::len_utf8).sum::<usize>();
    (before.chars().chain(kept.take(WIDTH)).chain(after.chars()).collect(), offset)
}

/// Returns the length in bytes of the key or value at the start of a string.
fn word(text: &str) -> usize {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''));
    if let Some(end) = quote.and_then(|quote| text[1..].find(quote)) {
        return end + 2;
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text[..end].trim_end_matches([',', ':']).len()
}

/// Shows all reports, and their number in the last line.
pub(crate) fn reports(reports: &[Report], files: &[&File], ending: &str) {
    let painter = painter();
    let files: Vec<_> = files.iter().map(|file| Lines::new(file)).collect();
    let mut text = String::new();
    for report in reports {
        paint(&painter, &mut text, &Shown::new(report, &files));
    }
    let errors = reports.iter().filter(|report| report.severity == Severity::Error).count();
    let counts = [(errors, "error"), (reports.len() - errors, "warning")];
    let counts = counts.into_iter().filter(|(number, _)| *number > 0);
    let counts: Vec<_> = counts.map(|(number, noun)| count(number, noun)).collect();
    let _ = writeln!(text, "{}{ending}", counts.join(", "));
    complain(&text);
}

/// Shows the failures.
pub(crate) fn failures(failures: &[Failure]) {
    let painter = painter();
    let mut text = String::new();
    for failure in failures {
        paint(&painter, &mut text, failure);
    }
    complain(&text);
}

/// Writes to stdout. If the reader closes the pipe, that is not a failure.
pub(crate) fn say(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

fn complain(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Returns a number with its noun, such as `1 file` or `2 files`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

fn painter() -> GraphicalReportHandler {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
    let theme = match io::stderr().is_terminal() && !set("NO_COLOR") && !dumb {
        true => GraphicalTheme::unicode(),
        false => GraphicalTheme::unicode_nocolor(),
    };
    // Messages are not wrapped: an unwrapped message can be searched for, and a terminal wraps it
    // anyway.
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_wrap_lines(false)
        .with_context_lines(CONTEXT)
}

fn paint(painter: &GraphicalReportHandler, text: &mut String, diagnostic: &dyn Diagnostic) {
    if painter.render_report(text, diagnostic).is_err() {
        let _ = writeln!(text, "{diagnostic}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(document: &str, line: usize, column: usize) -> (String, String) {
        let position = Position { file: "a.yaml".into(), line, column };
        let excerpt = Excerpt::new(&position, &document.lines().collect::<Vec<_>>());
        let span = excerpt.span.offset()..excerpt.span.offset() + excerpt.span.len();
        let underlined = excerpt.text[span].to_owned();
        (excerpt.text, underlined)
    }

    #[test]
    fn shows_the_lines_around_a_position() {
        let document = "one: 1\ntwo: 2\nthree:\n  'for': x\nfive: 5\nsix: 6\nseven: 7\n";
        let (text, underlined) = excerpt(document, 4, 3);
        assert_eq!(text, "two: 2\nthree:\n  'for': x\nfive: 5\nsix: 6\n");
        assert_eq!(underlined, "'for'");
        assert_eq!(excerpt(document, 3, 1).1, "three");
    }

    #[test]
    fn accepts_any_position() {
        for text in ["", "\n", "a", "a\n", "å: 'ø\r\n\u{feff}æ", "\t\t\"é"] {
            let file = File { name: "a.yaml".into(), text: text.into() };
            for line in [0, 1, 2, 3, 9] {
                for column in [0, 1, 2, 4, 99] {
                    let report = report(line, column);
                    let mut text = String::new();
                    paint(&painter(), &mut text, &Shown::new(&report, &[Lines::new(&file)]));
                    let position = format!("[a.yaml:{}:{}]", line.max(1), column.max(1));
                    assert!(text.contains(&position), "{text}");
                    assert!(text.contains("── /a"), "{text}");
                }
            }
        }
    }

    #[test]
    fn a_position_in_an_unknown_file_is_printed() {
        let report = report(3, 4);
        let shown = Shown::new(&report, &[]).to_string();
        assert_eq!(shown, "a.yaml:3:4: a problem (at /a)");
    }

    fn report(line: usize, column: usize) -> Report {
        Report {
            severity: Severity::Warning,
            code: "wrong",
            message: "a problem".into(),
            help: None,
            pointer: "/a".into(),
            position: Some(Position { file: "a.yaml".into(), line, column }),
        }
    }

    #[test]
    fn shows_a_part_of_a_long_line() {
        let document =
            format!("{{{}\"requierd\":[]{}}}", "\"é\":1,".repeat(10_000), " ".repeat(900));
        let column = document.chars().position(|c| c == 'r').unwrap();
        let (text, underlined) = excerpt(&document, 1, column);
        assert_eq!(underlined, "\"requierd\"");
        assert_eq!(text.trim_end().chars().count(), WIDTH + 2);
    }
}
