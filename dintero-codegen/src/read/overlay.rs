//! Applies the OpenAPI Overlay 1.1 document, with its corrections and Rust names, to the raw document. Only
//! [`super::source`] and [`super::join`] run before this pass.

use std::ptr;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::pointer::Pointer;
use crate::read::source::{Parsed, Position};
use crate::report::{Report, Reports};

/// An action after parsing and validation.
struct Action {
    target: JsonPath,
    target_text: String,
    edit: Edit,
    position: Option<Position>,
    /// The location of `update` in the overlay, from which the positions of added values are taken.
    update_at: Pointer,
}

enum Edit {
    Update(Value),
    Remove,
}

/// Applies the actions in order. An action that matches nothing causes an error if `strict` is set, because then the
/// overlay was written for this document. Otherwise, such an action causes a warning.
pub(crate) fn apply(document: &mut Parsed, overlay: &Parsed, strict: bool, reports: &mut Reports) {
    for action in actions(overlay, reports) {
        let mut targets = targets(&action, &document.value);
        if targets.is_empty() {
            reports.push(unmatched(&action, strict));
        }
        // Selectors may select elements in any order and more than once. Each target is visited once, from last to
        // first, so that a removal does not move the remaining targets.
        targets.sort_by(Pointer::in_lists);
        targets.dedup();
        for target in targets.iter().rev() {
            match &action.edit {
                Edit::Remove if target.is_root() => reports.push(whole(&action)),
                Edit::Remove => remove(document, target),
                Edit::Update(update) => {
                    update_at(document, overlay, target, update, &action, reports);
                }
            }
        }
    }
}

fn whole(action: &Action) -> Report {
    let report = Report::error("overlay", &Pointer::root(), "an action cannot remove the document")
        .help("select the parts to remove");
    match &action.position {
        Some(position) => report.at(position.clone()),
        None => report,
    }
}

fn unmatched(action: &Action, strict: bool) -> Report {
    let message = format!("the overlay action on `{}` matches nothing", action.target_text);
    let report = if strict {
        Report::error("overlay-unmatched", &Pointer::root(), message)
    } else {
        Report::warning("overlay-unmatched", &Pointer::root(), message)
    };
    let report = report
        .help("correct the JSONPath, or remove the action if the document no longer needs it");
    match &action.position {
        Some(position) => report.at(position.clone()),
        None => report,
    }
}

/// Returns the pointers that the action's path selects. For a path with `..`, serde_json_path would build the location
/// of every value that the path visits. It is much faster to query the values first, and then to look for their
/// locations below the values that the part before `..` selects.
fn targets(action: &Action, document: &Value) -> Vec<Pointer> {
    let Some((before, _)) = action.target_text.split_once("..") else {
        return locations(&action.target, document);
    };
    let nodes = action.target.query(document);
    let mut found = Found {
        values: nodes.iter().map(|value| ptr::from_ref(*value)).collect(),
        leaves: nodes.iter().any(|value| is_leaf(value)),
    };
    found.values.sort_unstable();
    found.values.dedup();
    // If the `..` is inside a filter, the part before it is not a path.
    let mut starts = match JsonPath::parse(before) {
        Ok(start) => locations(&start, document),
        Err(_) => vec![Pointer::root()],
    };
    starts.sort_unstable();
    starts.dedup();
    let mut targets = Vec::with_capacity(found.values.len());
    for start in &starts {
        if let Some(value) = start.find(document) {
            locate(value, &found, start, &mut Vec::new(), &mut targets);
        }
    }
    targets
}

fn locations(path: &JsonPath, document: &Value) -> Vec<Pointer> {
    let nodes = path.query_located(document);
    nodes.locations().map(|at| Pointer::from(at.to_json_pointer().as_str())).collect()
}

/// The values that a query found, in the order of their addresses.
struct Found {
    values: Vec<*const Value>,
    /// Whether some of the values are scalars, that is, neither objects nor lists. Most values in a document are
    /// scalars, and scalars are looked up only if this field is `true`.
    leaves: bool,
}

const fn is_leaf(value: &Value) -> bool {
    !matches!(value, Value::Object(_) | Value::Array(_))
}

/// Appends the locations of the found values at or below `value` to `targets`. `path` leads from `start` to `value`.
fn locate<'a>(
    value: &'a Value,
    found: &Found,
    start: &Pointer,
    path: &mut Vec<Step<'a>>,
    targets: &mut Vec<Pointer>,
) {
    if targets.len() == found.values.len() || (is_leaf(value) && !found.leaves) {
        return;
    }
    if found.values.binary_search(&ptr::from_ref(value)).is_ok() {
        targets.push(path.iter().fold(start.clone(), |at, step| match step {
            Step::Key(key) => at.child(key),
            Step::Index(index) => at.item(*index),
        }));
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                path.push(Step::Key(key));
                locate(value, found, start, path, targets);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                path.push(Step::Index(index));
                locate(value, found, start, path, targets);
                path.pop();
            }
        }
        _ => {}
    }
}

enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

fn actions(overlay: &Parsed, reports: &mut Reports) -> Vec<Action> {
    let mut problem = |report: Report| {
        reports.push(match overlay.positions.of(&report.pointer) {
            Some(position) => report.at(position),
            None => report,
        });
    };
    let root = Pointer::root();
    let version = overlay.value.get("overlay").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("1.") {
        let message = "this is not an OpenAPI Overlay 1.x document";
        problem(
            Report::error("overlay", &root, message)
                .help("an overlay starts with `overlay: 1.1.0`"),
        );
        return Vec::new();
    }
    for (key, _) in overlay.value.as_object().into_iter().flatten() {
        if !matches!(key.as_str(), "overlay" | "info" | "actions" | "extends")
            && !key.starts_with("x-")
        {
            let message = format!("unknown key `{key}` in an overlay");
            problem(Report::error("overlay", &root.child(key), message).help("remove it"));
        }
    }
    let Some(list) = overlay.value.get("actions").and_then(Value::as_array) else {
        let report = Report::error("overlay", &root, "the overlay has no `actions`");
        problem(report.help("add a list of `actions`"));
        return Vec::new();
    };
    let mut actions = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let at = root.child("actions").item(index);
        match action(value, &at) {
            Ok(mut action) => {
                action.position = overlay.positions.of(&at);
                actions.push(action);
            }
            Err(report) => problem(*report),
        }
    }
    actions
}

/// Parses one action, or returns a report about a problem with the action.
fn action(value: &Value, at: &Pointer) -> Result<Action, Box<Report>> {
    let wrong = |at: &Pointer, message: &str, help: &str| {
        Box::new(Report::error("overlay", at, message).help(help))
    };
    let Some(members) = value.as_object() else {
        let help = "write `target`, `description`, and `update` or `remove`";
        return Err(wrong(at, "an overlay action must be an object", help));
    };
    if let Some(key) = members.keys().find(|key| {
        !matches!(key.as_str(), "target" | "description" | "update" | "remove")
            && !key.starts_with("x-")
    }) {
        let message = format!("unknown key `{key}` in an overlay action");
        let help = "an action has `target`, `description`, `update` and `remove`";
        return Err(wrong(at, &message, help));
    }
    let text =
        |key| members.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let Some(target_text) = text("target") else {
        let help = "write a JSONPath such as `$.info`";
        return Err(wrong(&at.child("target"), "the action has no `target`", help));
    };
    if text("description").is_none() {
        let help = "explain in `description` why the document is changed";
        return Err(wrong(&at.child("description"), "the action has no `description`", help));
    }
    let target = JsonPath::parse(target_text).map_err(|error| {
        let message = format!("`{target_text}` is not a JSONPath: {}", error.message());
        wrong(&at.child("target"), &message, "see RFC 9535 for the syntax")
    })?;
    let edit = match (members.get("remove"), members.get("update")) {
        (Some(Value::Bool(true)), None) => Edit::Remove,
        (None | Some(Value::Bool(false)), Some(update)) => Edit::Update(update.clone()),
        _ => {
            let message = "an action needs either `update` or `remove: true`";
            return Err(wrong(at, message, "write one of these two keys"));
        }
    };
    Ok(Action {
        target,
        target_text: target_text.to_owned(),
        edit,
        position: None,
        update_at: at.child("update"),
    })
}

fn remove(document: &mut Parsed, target: &Pointer) {
    let Some(parent) = target.parent() else { return };
    let Some(last) = target.tokens().last() else { return };
    match document.value.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => {
            members.shift_remove(&last);
        }
        Some(Value::Array(items)) => {
            if let Ok(index) = last.parse::<usize>()
                && index < items.len()
            {
                items.remove(index);
                let left = items.len();
                document.positions.close_gap(&parent, index, left);
            }
        }
        _ => {}
    }
}

fn update_at(
    document: &mut Parsed,
    overlay: &Parsed,
    target: &Pointer,
    update: &Value,
    action: &Action,
    reports: &mut Reports,
) {
    let Some(node) = document.value.pointer_mut(target.as_str()) else { return };
    let mut brought = Vec::new();
    match (node, update) {
        (
            Value::Object(_),
            Value::Array(_) | Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null,
        ) => {
            let report =
                Report::error("overlay", target, "an object can only be updated with an object")
                    .help("make `update` an object with the members to merge");
            reports.push(match &action.position {
                Some(position) => report.at(position.clone()),
                None => report,
            });
        }
        (node @ Value::Array(_), one) if !one.is_array() => {
            merge(node, &Value::Array(vec![one.clone()]), target, &action.update_at, &mut brought);
            brought.iter_mut().for_each(|(_, from)| *from = action.update_at.clone());
        }
        (node, update) => merge(node, update, target, &action.update_at, &mut brought),
    }
    // A report about a value from the overlay shows its position in the overlay.
    for (at, from) in brought {
        if let Some(position) = overlay.positions.of(&from) {
            document.positions.insert(at, position);
        }
    }
}

/// Merges objects, appends to arrays, and replaces everything else, as the Overlay specification requires. For each
/// added value, records the location in the document and the location in the overlay.
fn merge(
    into: &mut Value,
    update: &Value,
    at: &Pointer,
    from: &Pointer,
    brought: &mut Vec<(Pointer, Pointer)>,
) {
    match (into, update) {
        (Value::Object(into), Value::Object(update)) => {
            for (key, value) in update {
                let (at, from) = (at.child(key), from.child(key));
                brought.push((at.clone(), from.clone()));
                match into.get_mut(key) {
                    Some(known) => merge(known, value, &at, &from, brought),
                    None => {
                        note(value, &at, &from, brought);
                        into.insert(key.clone(), value.clone());
                    }
                }
            }
        }
        (Value::Array(into), Value::Array(more)) => {
            for (index, value) in more.iter().enumerate() {
                let (at, from) = (at.item(into.len()), from.item(index));
                brought.push((at.clone(), from.clone()));
                note(value, &at, &from, brought);
                into.push(value.clone());
            }
        }
        (into, update) => {
            brought.push((at.clone(), from.clone()));
            note(update, at, from, brought);
            *into = update.clone();
        }
    }
}

/// Records a new value and every value inside it.
fn note(value: &Value, at: &Pointer, from: &Pointer, brought: &mut Vec<(Pointer, Pointer)>) {
    let mut inside = |at: Pointer, from: Pointer, value: &Value| {
        brought.push((at.clone(), from.clone()));
        note(value, &at, &from, brought);
    };
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                inside(at.child(key), from.child(key), value);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                inside(at.item(index), from.item(index), value);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::read::source::{Source, parse};

    fn run(document: &str, actions: &str, strict: bool) -> (Value, Vec<String>) {
        let mut document = parse(Source { name: "d.yaml", text: document }).unwrap();
        let text = format!("overlay: 1.1.0\ninfo: {{}}\nactions:\n{actions}");
        let overlay = parse(Source { name: "o.yaml", text: &text }).unwrap();
        let mut reports = Reports::default();
        apply(&mut document, &overlay, strict, &mut reports);
        (document.value, reports.into_sorted().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn updates_merge_append_and_replace() {
        let (value, reports) = run(
            "a: {b: 1, c: [1], d: {e: 1}}",
            "- {target: $.a, description: why, update: {b: 2, c: [2], d: {f: 3}}}\n\
             - {target: $.a.c, description: why, update: 3}\n\
             - {target: $.a.d.e, description: why, update: 9}\n",
            true,
        );
        assert_eq!(value, json!({"a": {"b": 2, "c": [1, 2, 3], "d": {"e": 9, "f": 3}}}));
        assert!(reports.is_empty(), "{reports:?}");
    }

    #[test]
    fn descends_from_the_part_before_the_dots() {
        let (value, reports) = run(
            "{x: {t: [1, 2]}, y: {deep: {t: [3]}}, z: {t: [4]}, l: [{deep: {t: 5}}, {t: 6}, {}]}",
            "- {target: \"$['y', 'x', 'x']..t\", description: why, update: [0]}\n\
             - {target: \"$['x', 'y', 'z']..t[0]\", description: why, remove: true}\n\
             - {target: '$.l[?@..t]', description: why, update: {new: true}}\n\
             - {target: '$..new', description: why, update: 7}\n",
            true,
        );
        let list = json!([{"deep": {"t": 5}, "new": 7}, {"t": 6, "new": 7}, {}]);
        let expected =
            json!({"x": {"t": [2, 0]}, "y": {"deep": {"t": [0]}}, "z": {"t": []}, "l": list});
        assert_eq!(value, expected);
        assert!(reports.is_empty(), "{reports:?}");
    }

    #[test]
    fn removes_from_the_back() {
        let (value, _) = run(
            "{a: [1, 2, 3], b: {c: 1, d: 2}}",
            "- {target: '$.a[0, 1]', description: why, remove: true}\n\
             - {target: \"$.b['c']\", description: why, remove: true}\n",
            true,
        );
        assert_eq!(value, json!({"a": [3], "b": {"d": 2}}));
    }

    #[test]
    fn removes_what_the_selectors_select_in_any_order() {
        for (selectors, left) in [
            ("?@.n == 'a', ?@.n == 'b'", json!([{"n": "c"}])),
            ("-1, 0", json!([{"n": "a"}])),
            ("0, 2", json!([{"n": "a"}])),
            ("::-1", json!([])),
            ("0, 1, 0", json!([{"n": "c"}])),
            ("?@.n == 'c', -1", json!([{"n": "b"}, {"n": "a"}])),
        ] {
            let action =
                format!("- {{target: \"$.l[{selectors}]\", description: why, remove: true}}\n");
            let (value, reports) = run("l: [{n: b}, {n: a}, {n: c}]", &action, true);
            assert_eq!(value["l"], left, "{selectors}");
            assert!(reports.is_empty(), "{reports:?}");
        }
        let eleven = "l: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]";
        let action = "- {target: '$.l[10, 9, 1]', description: why, remove: true}\n";
        assert_eq!(run(eleven, action, true).0, json!({"l": [0, 2, 3, 4, 5, 6, 7, 8]}));
    }

    #[test]
    fn a_target_that_is_selected_twice_is_updated_once() {
        let action = "- {target: '$.l[0, 1, 0]', description: why, update: [x]}\n";
        assert_eq!(run("l: [[], []]", action, true).0, json!({"l": [["x"], ["x"]]}));
    }

    #[test]
    fn the_whole_document_cannot_be_removed() {
        let (value, reports) = run("a: 1", "- {target: $, description: why, remove: true}\n", true);
        assert_eq!(value, json!({"a": 1}));
        assert_eq!(reports, ["o.yaml:4:3: error[overlay]: an action cannot remove the document"]);
    }

    #[test]
    fn an_action_that_matches_nothing_is_named() {
        let action = "- {target: $.nothing, description: why, remove: true}\n";
        let (_, strict) = run("a: 1", action, true);
        assert_eq!(
            strict,
            [
                "o.yaml:4:3: error[overlay-unmatched]: the overlay action on `$.nothing` matches nothing"
            ]
        );
        let (_, lenient) = run("a: 1", action, false);
        assert!(lenient[0].contains("warning[overlay-unmatched]"), "{lenient:?}");
    }

    #[test]
    fn mistakes_in_the_overlay_are_all_reported() {
        let (_, reports) = run(
            "a: 1",
            "- {target: $.a, remove: true}\n\
             - {target: '$[', description: why, remove: true}\n\
             - {target: $.a, description: why}\n\
             - {target: $.a, description: why, remove: true, udpate: 1}\n",
            true,
        );
        assert_eq!(reports.len(), 4, "{reports:#?}");
        assert!(reports[0].starts_with("o.yaml:4"), "{reports:#?}");
    }
}
