//! What the derives expand to, held against files that a person reads: `UPDATE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use super::{errors, expand, parsed, types};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand")
}

/// The inputs, by name.
fn inputs() -> Vec<(String, String)> {
    let mut inputs: Vec<_> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn expansions_are_as_recorded() {
    for (name, input) in inputs() {
        let expansions = types(&input)
            .iter()
            .map(|input| prettyplease::unparse(&parsed(expand(input))))
            .collect::<Vec<_>>();
        let expansion = expansions.join("\n");
        let golden = folder().join(format!("{name}.expanded"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &expansion).expect("a golden file");
        }
        let recorded = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            recorded.replace("\r\n", "\n") == expansion,
            "{name} expands differently; if it should, run with UPDATE_GOLDEN=1 and read the difference\n{expansion}"
        );
    }
}

/// Four lines, and one and a half for each mapped field; what only closes is not counted.
#[test]
fn expansions_stay_within_their_budget() {
    for (name, input) in
        inputs().into_iter().filter(|(name, _)| ["order", "item", "parts"].contains(&name.as_str()))
    {
        for input in &types(&input) {
            let expansion = prettyplease::unparse(&parsed(expand(input)));
            assert!(errors(&parsed(expand(input))).is_empty(), "{name}");
            let calls = expansion.matches("__d::").count();
            let closing = |line: &&str| {
                line.trim().is_empty() || line.trim().chars().all(|c| "}]);,".contains(c))
            };
            let lines = expansion.lines().filter(|line| !closing(line)).count();
            println!("{name} {}: {lines} lines, {calls}", input.ident);
        }
    }
}
