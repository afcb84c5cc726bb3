//! Applies each edit of one token to five types, and compiles the edited types with rustc. Every error must be reported
//! on one of the merchant's tokens. Every edit that compiles and changes the order must be listed in `accepted.txt`,
//! which a person has reviewed.
//!
//! `UPDATE_GOLDEN=1 cargo test -p dintero-derive-tests --test edits` rewrites the list; review the diff afterwards.
//! With `EACH_ALONE=1`, every edit is also compiled by itself. This takes about ten minutes, and shows that compiling
//! many edits together hides no errors.

mod edit;
#[allow(dead_code, reason = "one function is only used by the tests of rustc's messages")]
mod rustc;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use edit::Edit;
use rustc::{Compiled, Goal, Program, Rustc};

const STRUCTS: &str = include_str!("structs.rs");

/// A module of `structs.rs`.
struct Case {
    name: String,
    before: String,
    /// The line with the derive. No error may point to this line.
    derive: String,
    edited: String,
    after: String,
}

fn cases() -> Vec<Case> {
    let modules = STRUCTS.split("\nmod ").skip(1);
    let cases = modules.map(|module| {
        let (name, module) = module.split_once(" {\n").expect("a module");
        let (before, rest) = module.split_once("    // edited\n").expect("the type");
        let (edited, after) = rest.split_once("    // end\n").expect("its end");
        let (derive, edited) = edited.split_once('\n').expect("the derive");
        Case {
            name: name.to_owned(),
            before: before.to_owned(),
            derive: derive.trim().to_owned(),
            edited: edited.to_owned(),
            after: after.to_owned(),
        }
    });
    cases.collect()
}

impl Case {
    fn edits(&self) -> impl Iterator<Item = Numbered<'_>> {
        edit::all(&self.edited).into_iter().map(|edit| Numbered { case: self, edit })
    }

    /// Returns the module with another type in place of the original. `after` contains the closing `}`.
    fn module(&self, edited: &str) -> String {
        let Self { before, derive, after, .. } = self;
        format!("{before}\n{derive}\n{edited}\n{after}")
    }
}

/// An edit, and the case to which it belongs.
struct Numbered<'c> {
    case: &'c Case,
    edit: Edit,
}

/// The edits of all cases. The index of an edit is the number of its module.
struct Edits<'c>(Vec<Numbered<'c>>);

impl Edits<'_> {
    fn program(&self, numbers: &BTreeSet<usize>) -> Program {
        let module = |number: &usize| {
            let Numbered { case, edit } = &self.0[*number];
            (*number, case.module(&edit.text))
        };
        Program::new(&numbers.iter().map(module).collect())
    }

    /// Compiles the edits repeatedly, each time without the edits that had errors, until no errors remain. Returns the
    /// output of the edits that compile, and the errors that point to a derive.
    fn compile(&self, rustc: &Rustc) -> (BTreeMap<usize, String>, Vec<String>) {
        let mut accepted: BTreeSet<usize> = (0..self.0.len()).collect();
        let mut misplaced = Vec::new();
        let mut goal = Goal::Errors;
        loop {
            let Compiled { errors, output } = rustc.compile(&self.program(&accepted), goal);
            // Errors of one compiler phase hide errors of the next phase, so the edits without errors are compiled
            // again.
            goal = Goal::Output;
            for error in errors {
                let number = error.module.expect("every error is in a module");
                let Numbered { case, edit } = &self.0[number];
                if error.is_at(&case.derive) {
                    misplaced.push(format!(
                        "{}: {}\n    {}",
                        case.name, edit.description, error.message
                    ));
                }
                accepted.remove(&number);
            }
            if let Some(output) = output {
                return (output, misplaced);
            }
        }
    }

    /// Compiles every edit by itself, and expects the same result as for all edits together.
    fn compile_each_alone(&self, rustc: &Rustc, accepted: &BTreeMap<usize, String>) {
        for (number, Numbered { case, edit }) in self.0.iter().enumerate() {
            let program = self.program(&BTreeSet::from([number]));
            let alone = rustc.compile(&program, Goal::Errors).errors;
            let is_accepted = accepted.contains_key(&number);
            assert_eq!(alone.is_empty(), is_accepted, "{}: {alone:?}", edit.description);
            assert!(
                !alone.iter().any(|error| error.is_at(&case.derive)),
                "{}: {alone:?}",
                edit.description
            );
        }
    }
}

#[test]
fn errors_are_on_the_merchants_tokens_and_no_change_is_silent() {
    let rustc = Rustc::find();
    let cases = cases();
    let edits = Edits(cases.iter().flat_map(Case::edits).collect());
    assert!(edits.0.len() > 1000, "there are only {} edits, so some are missing", edits.0.len());
    let (accepted, misplaced) = edits.compile(&rustc);
    assert!(misplaced.is_empty(), "errors on the derive itself:\n{}", misplaced.join("\n"));
    if std::env::var_os("EACH_ALONE").is_some() {
        edits.compile_each_alone(&rustc, &accepted);
    }
    compare(&rustc, &cases, &edits.0, &accepted);
}

/// Compares the edits that change the order with the list of reviewed edits.
fn compare(
    rustc: &Rustc,
    cases: &[Case],
    edits: &[Numbered<'_>],
    output: &BTreeMap<usize, String>,
) {
    let originals = cases.iter().map(|case| case.module(&case.edited)).enumerate().collect();
    let originals = rustc.compile(&Program::new(&originals), Goal::Output);
    assert!(originals.errors.is_empty(), "{:?}", originals.errors);
    let originals = originals.output.expect("the output of the unedited types");
    let mut found = String::new();
    for (index, case) in cases.iter().enumerate() {
        let original = &originals[&index];
        assert!(!original.starts_with("refused"), "{}: {original}", case.name);
        for (number, sent) in output {
            let Numbered { case: of, edit } = &edits[*number];
            // An order that is refused at run time is not a silent change.
            if of.name == case.name && sent != original && !sent.starts_with("refused") {
                found.push_str(&format!(
                    "{}: {}\n    {}\n",
                    case.name,
                    edit.description,
                    difference(original, sent)
                ));
            }
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/edits/accepted.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &found).expect("the list");
    }
    let listed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        listed.replace("\r\n", "\n") == found,
        "the edits that change the order differ from the list; if this is intended, run with UPDATE_GOLDEN=1 and read the diff\n{found}"
    );
}

/// Returns the difference between two outputs, from the start of the first value that differs.
fn difference(original: &str, sent: &str) -> String {
    let common =
        original.chars().zip(sent.chars()).take_while(|(left, right)| left == right).count();
    let from = original
        .char_indices()
        .map(|(at, _)| at)
        .take(common)
        .filter(|at| original[..*at].ends_with(['{', ',']))
        .last();
    let part = |text: &str| text.chars().skip(from.unwrap_or(0)).take(60).collect::<String>();
    format!("{} -> {}", part(original), part(sent))
}
