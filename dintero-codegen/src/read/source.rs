//! Parses a YAML or JSON file into a JSON value and records the position of every value for reports. [`super::yaml`]
//! and [`super::json`] parse the two syntaxes.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use crate::pointer::Pointer;
use crate::read::{json, yaml};
use crate::report::Report;

/// A file that the caller has read.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The name of the file in reports, such as `spec/payments-api.yaml`.
    pub name: &'a str,
    /// The content of the file.
    pub text: &'a str,
}

/// A position in a file. Lines and columns count from one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The name of the [`Source`].
    pub file: Arc<str>,
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// The positions of a document's values. If a value has no position because a pass created it, reports show the
/// position of the nearest enclosing value.
#[derive(Debug, Default)]
pub(crate) struct Positions {
    by_pointer: HashMap<Pointer, Position>,
    /// The original locations of moved components.
    moved: HashMap<Pointer, Pointer>,
}

impl Positions {
    pub(crate) fn insert(&mut self, pointer: Pointer, position: Position) {
        self.by_pointer.insert(pointer, position);
    }

    /// Adds the positions of another file, which is now part of this document. Existing positions are kept.
    pub(crate) fn add(&mut self, other: Self) {
        for (pointer, position) in other.by_pointer {
            self.by_pointer.entry(pointer).or_insert(position);
        }
    }

    /// Gives a copy of a value, and everything inside the copy, the positions of the original.
    pub(crate) fn copy(&mut self, from: &Pointer, to: &Pointer) {
        let below = format!("{}/", from.as_str());
        let is_inside = |pointer: &Pointer| pointer == from || pointer.as_str().starts_with(&below);
        let inside = self.by_pointer.iter().filter(|(pointer, _)| is_inside(pointer));
        let copies: Vec<(Pointer, Position)> = inside
            .map(|(pointer, position)| {
                (to.join(&pointer.as_str()[from.as_str().len()..]), position.clone())
            })
            .collect();
        self.by_pointer.extend(copies);
    }

    /// Shifts the positions of a list's later elements after an element was removed; `left` elements remain.
    pub(crate) fn close_gap(&mut self, list: &Pointer, removed: usize, left: usize) {
        let takes = |positions: &mut HashMap<Pointer, Position>, item: &Pointer| {
            let below = format!("{}/", item.as_str());
            let is_below =
                |pointer: &Pointer| pointer == item || pointer.as_str().starts_with(&below);
            let taken: Vec<Pointer> =
                positions.keys().filter(|pointer| is_below(pointer)).cloned().collect();
            let taken = taken
                .into_iter()
                .filter_map(|pointer| Some((pointer.clone(), positions.remove(&pointer)?)));
            taken.collect::<Vec<_>>()
        };
        takes(&mut self.by_pointer, &list.item(removed));
        for index in removed..left {
            let from = list.item(index + 1);
            for (pointer, position) in takes(&mut self.by_pointer, &from) {
                let below = &pointer.as_str()[from.as_str().len()..];
                self.by_pointer.insert(
                    Pointer::from(format!("{}{below}", list.item(index).as_str()).as_str()),
                    position,
                );
            }
        }
    }

    /// Records that the value at `to` was originally at `from`.
    pub(super) fn note_move(&mut self, to: Pointer, from: Pointer) {
        self.moved.insert(to, from);
    }

    /// Returns the original location of a value, which differs from the given pointer if the value was moved to
    /// `components`.
    pub(crate) fn origin(&self, pointer: &Pointer) -> Pointer {
        let component = pointer.ancestor(3);
        let moved = component.and_then(|to| Some((self.moved.get(&to)?, to)));
        match moved {
            Some((from, to)) => from.join(&pointer.as_str()[to.as_str().len()..]),
            None => pointer.clone(),
        }
    }

    /// Returns the position of a value, or of the nearest enclosing value that has one.
    pub(crate) fn of(&self, pointer: &Pointer) -> Option<Position> {
        let mut around = Some(pointer.clone());
        while let Some(pointer) = around {
            if let Some(position) = self.by_pointer.get(&pointer) {
                return Some(position.clone());
            }
            around = pointer.parent();
        }
        None
    }
}

/// A file parsed into a JSON value.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    pub(crate) positions: Positions,
}

/// The maximum nesting depth. Later stages recurse over values, and no real document nests deeper than this limit.
pub(super) const DEEPEST: usize = 128;

/// Parses a file. JSON is parsed as JSON, because YAML is not a superset of JSON: `"\ud83d\udc4d"` is one emoji in JSON
/// and an error in YAML. Text that starts like JSON but is not JSON may still be YAML in flow style.
pub(crate) fn parse(source: Source<'_>) -> Result<Parsed, Box<Report>> {
    let text = source.text.strip_prefix('\u{feff}').unwrap_or(source.text);
    let source = Source { text, ..source };
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::parse(source);
    }
    match json::parse(source) {
        Err(json::Error::Value(report)) => Err(report),
        Err(json::Error::Syntax(report)) if is_named_json(source.name) => Err(report),
        Err(json::Error::Syntax(_)) => yaml::parse(source),
        Ok(parsed) => Ok(parsed),
    }
}

fn is_named_json(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("json"))
}

/// Creates the report about values that nest too deep, in either syntax.
pub(super) fn too_deep(code: &'static str, position: Position) -> Box<Report> {
    let message = format!("values nest more than {DEEPEST} levels deep");
    let report = Report::error(code, &Pointer::root(), message);
    Box::new(
        report.help("name the inner objects under `components` and refer to them").at(position),
    )
}

pub(super) fn repeated_key(
    code: &'static str,
    key: &str,
    at: &Pointer,
    position: Position,
) -> Box<Report> {
    let report = Report::error(code, at, format!("the key `{key}` appears twice in one object"));
    Box::new(report.help("remove one of the two keys").at(position))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(text: &str) -> Result<Value, String> {
        parse(Source { name: "a.yaml", text })
            .map(|parsed| parsed.value)
            .map_err(|report| report.to_string())
    }

    #[test]
    fn norway_and_old_booleans_are_text() {
        let value = read("{country: NO, answer: yes, at: 2020-01-01, status: {200: x}}").unwrap();
        assert_eq!(
            value,
            json!({"country": "NO", "answer": "yes", "at": "2020-01-01", "status": {"200": "x"}})
        );
    }

    #[test]
    fn every_value_has_its_position() {
        let parsed = parse(Source { name: "a.yaml", text: "a:\n  - b: 1\n" }).unwrap();
        let position = |pointer: &str| parsed.positions.of(&pointer.into()).unwrap().to_string();
        assert_eq!(position("/a"), "a.yaml:1:1");
        assert_eq!(position("/a/0/b"), "a.yaml:2:5");
        assert_eq!(position("/a/0/not/there"), "a.yaml:2:5");
    }

    #[test]
    fn invalid_files_are_reported_with_their_position() {
        for (text, says) in [
            ("a: [1", "a.yaml:"),
            ("a: 1\na: 2\n", "a.yaml:2:1: error[yaml]: the key `a` appears twice"),
            ("", "the file is empty"),
            ("a: &x [*x]\n", "a.yaml:1:8: error[yaml]: the alias is inside the value"),
            ("a: *x\n", "not YAML"),
            ("<<: 1\n", "a.yaml:1:1: error[yaml]: the merge key"),
            (
                "{\"a\": {\"b\": 1,\n \"b\": 2}}",
                "a.yaml:2:2: error[json]: the key `b` appears twice",
            ),
            ("a: 1\n---\nb: 2\n", "second YAML document"),
            ("a: .inf\n", "cannot be represented in JSON"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text:?} gave {error}");
        }
    }

    #[test]
    fn deep_nesting_is_an_error_and_not_a_crash() {
        let error = read(&"[".repeat(100_000)).unwrap_err();
        assert!(error.contains("levels deep") || error.contains("not YAML"), "{error}");
    }
    #[test]
    fn json_is_read_as_json() {
        let text = "{\"a\": \"\\ud83d\\udc4d \\/\", \"b\": [1e2, 18446744073709551615,\n\t-0.5], \"c\": null}";
        let parsed = parse(Source { name: "a.json", text }).unwrap();
        let expected = json!({"a": "\u{1f44d} /", "b": [100.0, u64::MAX, -0.5], "c": null});
        assert_eq!(parsed.value, expected);
        let position = |pointer: &str| parsed.positions.of(&pointer.into()).unwrap().to_string();
        assert_eq!(position("/b"), "a.json:1:26");
        assert_eq!(position("/b/2"), "a.json:2:2");
        assert_eq!(position("/c"), "a.json:2:9");
    }

    #[test]
    fn broken_json_is_reported_as_json_if_the_file_has_that_extension() {
        for (name, says) in [("a.json", "a.json:1:7: error[json]"), ("a.yaml", "error[yaml]")] {
            let error = parse(Source { name, text: "{\"a\": [1,\n" }).unwrap_err();
            assert!(error.to_string().contains(says), "{error}");
        }
    }

    #[test]
    fn aliases_are_copied_and_merge_keys_add_members() {
        let value = read(
            "a: &a {x: 1, y: [2]}\nb: *a\nc: {<<: *a, y: 3}\nd: {x: 4, <<: [*a, {z: 5}]}\n'<<': text\n",
        );
        let all = json!({"a": {"x": 1, "y": [2]}, "b": {"x": 1, "y": [2]}, "c": {"x": 1, "y": 3}, "d": {"x": 4, "y": [2], "z": 5}, "<<": "text"});
        assert_eq!(value.unwrap(), all);
    }

    #[test]
    fn aliases_of_aliases_are_reported() {
        let level = |index: usize| {
            format!("a{}: &a{0} [{}]\n", index, vec![format!("*a{}", index - 1); 9].join(", "))
        };
        let wide = format!("a0: &a0 x\n{}", (1..12).map(level).collect::<String>());
        let deep = (1..500).map(|index| format!("a{index}: &a{index} [*a{}]\n", index - 1));
        let deep = format!("a0: &a0 x\n{}", deep.collect::<String>());
        assert!(read(&wide).unwrap_err().contains("aliases copy more than"));
        assert!(read(&deep).unwrap_err().contains("levels deep"));
    }
}
