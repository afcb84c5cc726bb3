//! Makes random changes, the same in every run, to the small documents of the tests and to the real document. Each
//! changed document must result in files or in errors, and the files must be Rust code formatted by prettyplease.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, panic};

use dintero_codegen::{Input, Output, Report, Severity, Source};
use serde_json::Value;
use support::mutate::{self, Random};
use support::{read, same_but_for_blank_lines, tests, told, told_all, workspace};

/// Generates code from a changed document. If the test fails, the document stays in the target folder, even if a stack
/// overflow ended the process.
fn survives(name: &str, document: &Value) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(document).expect("a value can be written");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("mutated-{name}.json"));
    fs::write(&kept, &text).expect("the target folder can be written to");
    let input = Input {
        document: Source { name: "mutated.json", text: &text },
        supplement: None,
        overlay: None,
        strict: true,
    };
    let output = panic::catch_unwind(|| dintero_codegen::generate(&input));
    let sound = output.map_err(|_| "a panic".to_owned()).and_then(|output| sound(&output));
    match sound {
        Ok(()) => {
            fs::remove_file(&kept).expect("the document can be removed");
            Ok(())
        }
        Err(wrong) => Err(Problem { wrong, kept }),
    }
}

/// A problem, and a document that causes it.
struct Problem {
    wrong: String,
    kept: PathBuf,
}

/// Fails if there are problems, and prints each problem once, with the first document that causes it.
fn tell(problems: Vec<Problem>) {
    let mut told: BTreeMap<String, PathBuf> = BTreeMap::new();
    for Problem { wrong, kept } in problems {
        told.entry(wrong).or_insert(kept);
    }
    let lines = told.iter().map(|(wrong, kept)| format!("{}: {wrong}\n", kept.display()));
    assert!(told.is_empty(), "{}", lines.collect::<String>());
}

/// Checks that there are either files or errors, that every report has a position, and that there is no internal error.
/// Files must be Rust code formatted by prettyplease.
fn sound(output: &Output) -> Result<(), String> {
    let errors = output.reports.iter().any(|report| report.severity == Severity::Error);
    if errors != output.files.is_empty() {
        return Err(format!("{} files with {}", output.files.len(), told_all(&output.reports)));
    }
    let internal = |report: &&Report| report.code == "internal" || report.position.is_none();
    if let Some(report) = output.reports.iter().find(internal) {
        return Err(told(report));
    }
    for (path, text) in output.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let file = syn::parse_file(text).map_err(|error| format!("{path} is not Rust: {error}"))?;
        same_but_for_blank_lines(&prettyplease::unparse(&file), text).map_err(|difference| {
            format!("{path} differs from the output of prettyplease: {difference}")
        })?;
    }
    Ok(())
}

fn mutate_times(name: &str, text: &str, rounds: u64) -> Vec<Problem> {
    let document = mutate::value(text);
    let survives = |seed| {
        let changed = mutate::mutate(&document, &mut Random::new(seed));
        survives(&format!("{name}-{seed}"), &changed).err()
    };
    (0..rounds).filter_map(survives).collect()
}

fn mutate_all_in(folder: &str, rounds: u64) {
    let mut problems = Vec::new();
    for path in support::files_under(&tests().join(folder)) {
        let name = path.to_string_lossy();
        let Some(name) = name.strip_suffix(".yaml").filter(|name| !name.ends_with(".overlay"))
        else {
            continue;
        };
        problems.extend(mutate_times(name, &read(&tests().join(folder).join(&path)), rounds));
    }
    tell(problems);
}

#[test]
fn small_documents() {
    mutate_all_in("golden", 100);
}

#[test]
fn documents_in_the_style_of_others() {
    mutate_all_in("foreign", 100);
}

#[test]
fn the_real_document() {
    let text = read(&workspace().join("spec/payments-api.yaml"));
    tell(mutate_times("payments", &text, 24));
}

/// Truncated text, missing characters and odd characters must not cause a panic.
#[test]
fn broken_text() {
    let text = read(&tests().join("golden/answers.yaml"));
    let characters: Vec<char> = text.chars().collect();
    let odd = [
        '\0', '\t', '\n', '{', '}', '[', ']', ':', '-', '\'', '"', '&', '*', '!', '|', '>', '%',
        '@', '`', '?', '#', ',', '~', 'é', '\u{feff}', '\u{2028}',
    ];
    let mut random = Random::new(7);
    for _ in 0..1500 {
        let mut broken = characters.clone();
        for _ in 0..=random.below(3) {
            let at = random.below(broken.len());
            match random.below(4) {
                0 => broken.truncate(at),
                1 => broken.insert(at, odd[random.below(odd.len())]),
                2 if !broken.is_empty() => drop(broken.remove(at)),
                _ if !broken.is_empty() => broken[at] = odd[random.below(odd.len())],
                _ => {}
            }
        }
        let broken: String = broken.into_iter().collect();
        let output = support::generate(&broken, None);
        assert!(!(output.files.is_empty() && output.reports.is_empty()), "{broken}");
    }
}
