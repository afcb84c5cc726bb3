//! The OpenAPI Overlay 1.1 document: corrections and Rust names, applied to the raw document before any
//! other pass sees it.

use std::ptr;

use serde_json::{Map, Value};
use serde_json_path::JsonPath;

use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::source::{Parsed, Place};

/// One action, read and checked.
struct Action {
    target: JsonPath,
    target_text: String,
    edit: Edit,
    place: Option<Place>,
    /// Where the places of what `update` brings stand in the overlay.
    update_at: Pointer,
}

enum Edit {
    Update(Value),
    Remove,
}

/// Applies each action in order. With `strict` an action that matches nothing is an error: the document and
/// its corrections belong together. Without, it is a warning, because the document is another one.
pub(crate) fn apply(document: &mut Parsed, overlay: &Parsed, strict: bool, reports: &mut Reports) {
    for action in actions(overlay, reports) {
        let targets = targets(&action, &document.value);
        if targets.is_empty() {
            reports.push(unmatched(&action, strict));
        }
        // From the last to the first, so that removing an element does not move the ones still to go.
        for target in targets.iter().rev() {
            match &action.edit {
                Edit::Remove => remove(&mut document.value, target),
                Edit::Update(update) => {
                    update_at(document, overlay, target, update, &action, reports);
                }
            }
        }
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
    match &action.place {
        Some(place) => report.at(place.clone()),
        None => report,
    }
}

/// Where the path leads. A query with `..` looks at every value of the document, and serde_json_path builds the
/// location of each; finding the values first and their places afterwards takes a third of the time.
fn targets(action: &Action, document: &Value) -> Vec<Pointer> {
    if !action.target_text.contains("..") {
        let nodes = action.target.query_located(document);
        let mut targets: Vec<Pointer> =
            nodes.locations().map(|at| Pointer::from(at.to_json_pointer().as_str())).collect();
        targets.dedup();
        return targets;
    }
    let mut found: Vec<*const Value> =
        action.target.query(document).iter().map(|value| ptr::from_ref(*value)).collect();
    found.sort_unstable();
    let mut targets = Vec::with_capacity(found.len());
    locate(document, &found, &mut Vec::new(), &mut targets);
    targets
}

fn locate<'a>(
    value: &'a Value,
    found: &[*const Value],
    path: &mut Vec<Step<'a>>,
    targets: &mut Vec<Pointer>,
) {
    if found.binary_search(&ptr::from_ref(value)).is_ok() {
        targets.push(path.iter().fold(Pointer::root(), |at, step| match step {
            Step::Key(key) => at.child(key),
            Step::Index(index) => at.item(*index),
        }));
    }
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                path.push(Step::Key(key));
                locate(value, found, path, targets);
                path.pop();
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                path.push(Step::Index(index));
                locate(value, found, path, targets);
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
    let mut problem = |at: &Pointer, message: String, help: &str| {
        let report = Report::error("overlay", at, message).help(help);
        reports.push(match overlay.places.of(at) {
            Some(place) => report.at(place),
            None => report,
        });
    };
    let root = Pointer::root();
    let version = overlay.value.get("overlay").and_then(Value::as_str).unwrap_or_default();
    if !version.starts_with("1.") {
        problem(
            &root,
            "this is not an OpenAPI Overlay 1.x document".into(),
            "it starts with `overlay: 1.1.0`",
        );
        return Vec::new();
    }
    for (key, _) in overlay.value.as_object().into_iter().flatten() {
        if !matches!(key.as_str(), "overlay" | "info" | "actions" | "extends")
            && !key.starts_with("x-")
        {
            problem(&root.child(key), format!("unknown key `{key}` in an overlay"), "remove it");
        }
    }
    let Some(list) = overlay.value.get("actions").and_then(Value::as_array) else {
        problem(&root, "the overlay has no `actions`".into(), "add the list `actions`");
        return Vec::new();
    };
    let mut actions = Vec::new();
    for (index, value) in list.iter().enumerate() {
        let at = root.child("actions").item(index);
        match action(value, &at) {
            Ok(mut action) => {
                action.place = overlay.places.of(&at);
                actions.push(action);
            }
            Err((key, message, help)) => problem(&at.child(key), message, help),
        }
    }
    actions
}

type Problem = (&'static str, String, &'static str);

fn action(value: &Value, at: &Pointer) -> Result<Action, Problem> {
    let Some(members) = value.as_object() else {
        return Err((
            "",
            "an overlay action is an object".into(),
            "give `target`, `description` and `update` or `remove`",
        ));
    };
    if let Some(key) = members.keys().find(|key| {
        !matches!(key.as_str(), "target" | "description" | "update" | "remove")
            && !key.starts_with("x-")
    }) {
        return Err((
            "",
            format!("unknown key `{key}` in an overlay action"),
            "an action has `target`, `description`, `update` and `remove`",
        ));
    }
    let text =
        |key| members.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
    let Some(target_text) = text("target") else {
        return Err((
            "target",
            "the action has no `target`".into(),
            "give a JSONPath such as `$.info`",
        ));
    };
    if text("description").is_none() {
        return Err((
            "description",
            "the action gives no reason".into(),
            "say in `description` why the document is changed",
        ));
    }
    let target = JsonPath::parse(target_text).map_err(|error| {
        (
            "target",
            format!("`{target_text}` is not a JSONPath: {}", error.message()),
            "see RFC 9535 for the syntax",
        )
    })?;
    let edit = match (members.get("remove"), members.get("update")) {
        (Some(Value::Bool(true)), None) => Edit::Remove,
        (None | Some(Value::Bool(false)), Some(update)) => Edit::Update(update.clone()),
        _ => {
            return Err((
                "",
                "an action has either `update` or `remove: true`".into(),
                "keep one of the two",
            ));
        }
    };
    Ok(Action {
        target,
        target_text: target_text.to_owned(),
        edit,
        place: None,
        update_at: at.child("update"),
    })
}

fn remove(document: &mut Value, target: &Pointer) {
    let Some(parent) = target.parent() else { return };
    let Some(last) = target.tokens().last() else { return };
    match document.pointer_mut(parent.as_str()) {
        Some(Value::Object(members)) => {
            members.shift_remove(&last);
        }
        Some(Value::Array(items)) => {
            if let Ok(index) = last.parse::<usize>()
                && index < items.len()
            {
                items.remove(index);
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
    match (node, update) {
        (Value::Object(members), Value::Object(update)) => {
            merge(members, update);
            for key in update.keys() {
                record(
                    document,
                    overlay,
                    &target.child(key),
                    &action.update_at.child(key),
                    &update[key],
                );
            }
        }
        (Value::Array(items), Value::Array(more)) => items.extend(more.iter().cloned()),
        (Value::Array(items), one) => items.push(one.clone()),
        (Value::Object(_), _) => {
            let report =
                Report::error("overlay", target, "an object can only be updated with an object")
                    .help("give `update` members to merge");
            reports.push(match &action.place {
                Some(place) => report.at(place.clone()),
                None => report,
            });
        }
        (node, update) => *node = update.clone(),
    }
}

/// Objects merge, arrays append, everything else is replaced: the overlay specification's rule.
fn merge(into: &mut Map<String, Value>, update: &Map<String, Value>) {
    for (key, value) in update {
        match (into.get_mut(key), value) {
            (Some(Value::Object(into)), Value::Object(update)) => merge(into, update),
            (Some(Value::Array(into)), Value::Array(more)) => into.extend(more.iter().cloned()),
            (Some(old), value) => *old = value.clone(),
            (None, value) => {
                into.insert(key.clone(), value.clone());
            }
        }
    }
}

/// A report about something the overlay brought points into the overlay.
fn record(document: &mut Parsed, overlay: &Parsed, at: &Pointer, from: &Pointer, value: &Value) {
    if let Some(place) = overlay.places.of(from) {
        document.places.insert(at.clone(), place);
    }
    if let Value::Object(members) = value {
        for (key, value) in members {
            record(document, overlay, &at.child(key), &from.child(key), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::source::{Source, parse};

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
