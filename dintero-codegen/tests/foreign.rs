//! Documents in the manner of other APIs: each becomes code that compiles, or reports. What becomes of them is
//! counted in a table in the repository, so that progress shows, and regress as well.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dintero_codegen::{Input, Output, Severity, Source};
use support::compile::{self, Crate};
use support::{GENERATED, HOW_TO_UPDATE, compare, files_under, read, tests, told_all};

/// All documents of the folder with what is made of them, by name.
fn outputs() -> BTreeMap<String, Output> {
    let folder = tests().join("foreign");
    let documents = files_under(&folder).into_iter().filter(|path| {
        path.extension().is_some_and(|extension| extension == "yaml" || extension == "json")
    });
    documents
        .map(|path| {
            let name = path.display().to_string();
            let text = read(&folder.join(&path));
            let document = Source { name: &name, text: &text };
            let output = dintero_codegen::generate(&Input {
                document,
                supplement: None,
                overlay: None,
                strict: false,
            });
            (name, output)
        })
        .collect()
}

#[test]
fn the_table_is_current() {
    let mut table = format!(
        "{:<20}{:>8}{:>12}{:>8}{:>10}  reports\n",
        "document", "types", "operations", "errors", "warnings"
    );
    for (name, output) in outputs() {
        let lock = output.files.get("spec/names.lock").map_or("", String::as_str);
        let count = |is: fn(&str) -> bool| lock.lines().filter(|line| is(line)).count();
        let types = count(|line| {
            line.starts_with("types::")
                && [" struct", " enum"].iter().any(|kind| line.ends_with(kind))
                || line.contains(" union by ")
        });
        // `operations::Things.get GET https://…` is the line that each operation has once.
        let operations = count(|line| {
            let second = line.split(' ').nth(1).unwrap_or_default();
            line.starts_with("operations::")
                && second.len() > 2
                && second == second.to_uppercase()
                && second.chars().all(char::is_alphabetic)
        });
        let of = |severity| output.reports.iter().filter(|one| one.severity == severity).count();
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        output.reports.iter().for_each(|report| *codes.entry(report.code).or_default() += 1);
        let codes: Vec<String> =
            codes.iter().map(|(code, count)| format!("{count} {code}")).collect();
        let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
        let line = format!(
            "{name:<20}{types:>8}{operations:>12}{errors:>8}{warnings:>10}  {}",
            codes.join(", ")
        );
        let _ = writeln!(table, "{}", line.trim_end());
    }
    let told = compare("foreign/counts.txt", Some(&table));
    assert!(told.is_ok(), "{}\n{HOW_TO_UPDATE}", told.unwrap_err());
}

#[test]
fn each_ends_in_code_or_in_reports() {
    for (name, output) in outputs() {
        let errors = output.reports.iter().any(|report| report.severity == Severity::Error);
        let told = told_all(&output.reports);
        assert_eq!(errors, output.files.is_empty(), "{name}: {told}");
        assert!(!told.contains("[internal]"), "{name}: {told}");
        assert!(output.reports.iter().all(|report| report.place.is_some()), "{name}: {told}");
    }
}

#[test]
fn what_is_generated_compiles() {
    let crates: Vec<Crate> = outputs()
        .into_iter()
        .filter(|(_, output)| !output.files.is_empty())
        .map(|(name, output)| {
            let files = output.files.into_iter();
            let generated = files
                .filter_map(|(path, text)| Some((path.strip_prefix(GENERATED)?.into(), text)))
                .collect();
            let (name, _) = name.split_once('.').expect("a document has an extension");
            Crate { name: name.to_owned(), generated }
        })
        .collect();
    let checked = compile::check("foreign", &crates);
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}
