//! Tests that the tables in the documentation of `check` match the code: there is one row for each place in the code
//! that reports a problem.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A rule and its level, as `(Sum, error)`.
type Kind = (String, String);

struct Row {
    kind: Kind,
    test: String,
}

fn in_crate(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns the concatenated text of all files in a folder.
fn sources(folder: &str) -> String {
    let files = fs::read_dir(in_crate(folder)).unwrap();
    files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

/// Returns the rows of all tables, without the headers.
fn rows() -> Vec<Row> {
    let text = fs::read_to_string(in_crate("src/order/check/mod.rs")).unwrap();
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("/// | "));
    let cells = lines.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<_>>());
    let rows = cells.filter(|cells| cells[0] != "What must hold" && cells[0] != "---");
    let code = |cell: &str| cell.trim_end_matches(" |").trim_matches('`').to_owned();
    rows.map(|cells| {
        assert_eq!(cells.len(), 5, "{cells:?}");
        Row { kind: (code(&cells[1]), cells[2].clone()), test: code(&cells[4]) }
    })
    .collect()
}

/// Returns the rule and the level of every call of `report.error` and `report.warning`.
fn reported() -> Vec<Kind> {
    let code: String = sources("src/order/check").split_whitespace().collect();
    let mut found = Vec::new();
    for level in ["error", "warning"] {
        for call in code.split(&format!("report.{level}(")).skip(1) {
            let (_, rest) = call.split_once("Rule::").expect("each reported problem has a rule");
            let rule: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            found.push((rule, level.to_owned()));
        }
    }
    found
}

fn counted(kinds: impl IntoIterator<Item = Kind>) -> BTreeMap<Kind, usize> {
    let mut counted = BTreeMap::new();
    for kind in kinds {
        *counted.entry(kind).or_default() += 1;
    }
    counted
}

#[test]
fn there_is_a_row_for_each_problem_that_is_reported() {
    let rows = rows();
    assert!(rows.len() > 40, "too few rows were read from the tables: {}", rows.len());
    assert_eq!(counted(rows.into_iter().map(|row| row.kind)), counted(reported()));
}

/// The rules that, according to the documentation, apply to carts only.
const OF_CARTS: [&str; 2] = ["Bundle", "Value"];

#[test]
fn every_other_rule_is_in_a_table() {
    let text = fs::read_to_string(in_crate("src/order/problem.rs")).unwrap();
    let (_, text) = text.split_once("pub enum Rule {").unwrap();
    let (text, _) = text.split_once("\n}").unwrap();
    let variants = text.lines().filter_map(|line| line.trim().strip_suffix(','));
    let variants: BTreeSet<_> = variants.filter(|line| !line.starts_with("///")).collect();
    let rows = rows();
    let mut in_tables: BTreeSet<_> = rows.iter().map(|row| row.kind.0.as_str()).collect();
    in_tables.extend(OF_CARTS);
    assert_eq!(variants, in_tables);
    for rule in OF_CARTS {
        let documented = text.split_once(&format!("\n    {rule},")).unwrap().0;
        assert!(
            documented
                .rsplit_once(",\n")
                .map_or(documented, |(_, docs)| docs)
                .contains("For carts only"),
            "{rule}"
        );
    }
}

#[test]
fn there_is_a_test_for_each_row() {
    let tests = sources("tests/order/check");
    for row in rows() {
        let test = format!("#[test]\nfn {}() {{", row.test);
        assert!(tests.contains(&test), "no test is called `{}`", row.test);
    }
}
