//! Tests names that clash with an import of a generated file, with the runtime, or with each other. Each document
//! either causes an error about the clash or becomes code that compiles.

mod support;

use std::collections::BTreeSet;

use dintero_codegen::{Output, Severity};
use support::compile::{self, Crate};
use support::{GENERATED, files_under, generate, read, tests, told_all};
use syn::UseTree;

/// Names that have a meaning in every file, or that the runtime's macros use.
const EVERYWHERE: &[&str] = &[
    "ClearReadOnly",
    "FromJson",
    "ObjectReader",
    "ObjectWriter",
    "Self",
    "StringEnum",
    "ToJson",
    "Written",
];

/// Returns the names that generated files import, besides the types of the document: those that the golden files
/// import.
fn imported() -> BTreeSet<String> {
    let golden = tests().join("golden");
    let mut names: BTreeSet<String> = EVERYWHERE.iter().map(|name| (*name).to_owned()).collect();
    for path in files_under(&golden) {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let file = syn::parse_file(&read(&golden.join(&path))).expect("a golden file is Rust");
        for item in file.items {
            if let syn::Item::Use(item) = item {
                leaves(&item.tree, &mut names);
            }
        }
    }
    names.into_iter().filter(|name| name.starts_with(char::is_uppercase)).collect()
}

/// Adds the names that a `use` item imports, except for types and calls of the document.
fn leaves(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) if ["super", "self", "types"].iter().any(|of| path.ident == of) => {}
        UseTree::Path(path) => leaves(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        UseTree::Name(name) => drop(names.insert(name.ident.to_string())),
        UseTree::Rename(_) | UseTree::Glob(_) => {}
    }
}

fn crate_of(name: &str, output: Output) -> Crate {
    let files = output.files.into_iter();
    let generated =
        files.filter_map(|(path, text)| Some((path.strip_prefix(GENERATED)?.into(), text)));
    Crate { name: name.to_owned(), generated: generated.collect() }
}

/// Checks that documents have no errors other than name clashes, and that the code of the documents without errors
/// compiles.
fn reported_or_compiled(set: &str, documents: Vec<(String, String)>) {
    let mut crates = Vec::new();
    for (name, text) in documents {
        let output = generate(&text, None);
        let errors: Vec<&str> = output
            .reports
            .iter()
            .filter(|report| report.severity == Severity::Error)
            .map(|report| report.code)
            .collect();
        let told = told_all(&output.reports);
        assert!(
            errors.iter().all(|code| matches!(*code, "name" | "style")),
            "{name} causes errors other than name clashes: {told}"
        );
        if errors.is_empty() {
            crates.push(crate_of(&name, output));
        }
    }
    if crates.is_empty() {
        return;
    }
    let checked = compile::check(set, &crates);
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}

#[test]
fn a_schema_named_like_an_import() {
    let template = read(&tests().join("imports.yaml"));
    let imported = imported();
    assert!(imported.contains("Decoded") && imported.contains("QueryRule"), "{imported:?}");
    let documents =
        imported.iter().map(|name| (name.to_lowercase(), template.replace("NAME", name)));
    reported_or_compiled("imports", documents.collect());
}

#[test]
fn names_of_operations_and_types() {
    let folder = tests().join("clashes");
    let documents = files_under(&folder).into_iter().map(|path| {
        let name = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        (name, read(&folder.join(path)))
    });
    reported_or_compiled("clashes", documents.collect());
}

fn clash(name: &str) -> Output {
    generate(&read(&tests().join("clashes").join(name)), None)
}

/// No line of the lock file has an empty name, even if an operation is left out.
#[test]
fn everything_has_a_name() {
    let output = clash("left_out.yaml");
    let lock = &output.files["spec/names.lock"];
    assert_eq!(lock.lines().find(|line| line.contains(":::")), None);
}

/// Two operations with the same name for different responses must not share a type.
#[test]
fn a_shared_response_has_one_shape() {
    let told = told_all(&clash("shared_response.yaml").reports);
    assert!(
        told.contains("error[name]"),
        "two different responses are both named `Change`: {told}"
    );
}
