//! Tests small documents, each about one feature that documents of other APIs use. Lines are marked with the reports
//! that they must cause (`#~ warning[code] words`), and the generated code must compile. For most documents, a test
//! file beside the document checks how the code behaves. All documents are compiled together, as modules of one crate.

mod support;

use std::collections::BTreeMap;
use std::path::PathBuf;

use dintero_codegen::{Input, Output, Report, Source};
use support::compile::{self, Crate};
use support::{GENERATED, files_under, read, tests, told, told_all};

struct Case {
    name: String,
    text: String,
    output: Output,
}

/// Generates code from every document in the folder.
fn cases() -> Vec<Case> {
    let documents = files_under(&tests().join("cases")).into_iter().filter(|path| {
        path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
    });
    documents.map(case).collect()
}

fn case(path: PathBuf) -> Case {
    let file = path.display().to_string();
    let text = read(&tests().join("cases").join(&path));
    let document = Source { name: &file, text: &text };
    let output = dintero_codegen::generate(&Input {
        document,
        supplement: None,
        overlay: None,
        strict: false,
    });
    let (name, _) = file.split_once('.').expect("a document has an extension");
    Case { name: name.to_owned(), text, output }
}

/// An expected report: `#~ warning[code]`, followed by words that the report or its help must contain.
struct Mark<'a> {
    line: usize,
    kind: &'a str,
    words: &'a str,
}

/// Returns the marks of a document. A JSON document has none, because JSON has no comments.
fn marks(text: &str) -> Vec<Mark<'_>> {
    let lines = text.lines().zip(1..);
    lines.filter_map(|(text, line)| Mark::read(text, line)).collect()
}

impl<'a> Mark<'a> {
    fn read(text: &'a str, line: usize) -> Option<Self> {
        let (_, mark) = text.split_once("#~ ")?;
        let (kind, words) = mark.split_once(']')?;
        Some(Self { line, kind, words: words.trim() })
    }

    fn is(&self, report: &Report) -> bool {
        let line = report.position.as_ref().map(|position| position.line);
        let kind = format!("{}[{}", report.severity, report.code);
        line == Some(self.line) && kind == self.kind && told(report).contains(self.words)
    }
}

#[test]
fn every_case_is_reported_as_marked() {
    let mut problems = Vec::new();
    for Case { name, text, output } in cases() {
        let expected = marks(&text);
        let is_missing = |mark: &&Mark<'_>| !output.reports.iter().any(|report| mark.is(report));
        for Mark { line, kind, words } in expected.iter().filter(is_missing) {
            problems
                .push(format!("{name}: line {line} does not cause the report `{kind}] {words}`"));
        }
        if output.reports.len() != expected.len() {
            problems.push(format!(
                "{name}: expected {} reports, but found\n{}",
                expected.len(),
                told_all(&output.reports)
            ));
        }
        if output.files.is_empty() != expected.iter().any(|mark| mark.kind.starts_with("error")) {
            problems
                .push(format!("{name}: files must be generated if and only if there is no error"));
        }
        problems.extend(
            output.reports.iter().filter(|report| report.help.is_none()).map(ToString::to_string),
        );
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_case_compiles_and_behaves() {
    let folder = tests().join("cases");
    let mut behaviours = BTreeMap::new();
    let mut crates = Vec::new();
    for Case { name, output, .. } in cases() {
        if output.files.is_empty() {
            continue;
        }
        let behaviour = folder.join(format!("{name}.rs"));
        if behaviour.is_file() {
            behaviours.insert(name.clone(), behaviour);
        }
        let files = output.files.into_iter();
        let generated =
            files.filter_map(|(path, text)| Some((path.strip_prefix(GENERATED)?.into(), text)));
        crates.push(Crate { name, generated: generated.collect() });
    }
    // This file has no document: it is shared by several test files.
    behaviours.insert("server".to_owned(), folder.join("server.rs"));
    let written = files_under(&folder).into_iter();
    let written =
        written.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    assert_eq!(written.count(), behaviours.len(), "a test file has no document");
    let ran = compile::run("cases", &crates, &behaviours);
    assert!(ran.is_ok(), "{}", ran.unwrap_err());
}
