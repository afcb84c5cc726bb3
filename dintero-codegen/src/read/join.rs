//! Merges the supplement, a second document, into the first one. The supplement's paths, components and tags become
//! part of the document, and keep their positions in the supplement's file. The supplement refers to the first document
//! by file name, as in `payments-api.yaml#/components/schemas/Session`. Later passes see a single document.

use serde_json::{Map, Value};

use crate::pointer::Pointer;
use crate::read::source::{Parsed, Positions};
use crate::report::{Report, Reports};

/// The keys that an operation inherits from its document.
const INHERITED: [&str; 2] = ["servers", "security"];

/// The maximum length of a chain of references that is followed here.
const LONGEST_CHAIN: usize = 8;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Adds the supplement to the document. If both define the same item, the document's definition is kept and the
/// conflict is reported.
pub(crate) fn join(document: &mut Parsed, mut supplement: Parsed, reports: &mut Reports) {
    check_versions(document, &supplement, reports);
    References { supplement: &supplement, file: None, reports }.check(&supplement.value);
    to_one_document(&mut supplement.value);
    write_out_inherited(&mut supplement.value);
    let shared = shared_paths(&document.value, &supplement.value);
    if !shared.is_empty() {
        let before = [document.value.clone(), supplement.value.clone()];
        for path in shared {
            write_out_path(document, &path, &before);
            write_out_path(&mut supplement, &path, &before);
        }
    }
    let Parsed { value: Value::Object(members), positions } = supplement else { return };
    let Value::Object(into) = &mut document.value else { return };
    let mut merge = Merge { reports, positions: &positions };
    for (key, value) in members {
        match (key.as_str(), value) {
            // These keys apply to the supplement as a whole, so they are dropped; `servers` and `security` were copied
            // into the supplement's operations.
            ("openapi" | "info" | "externalDocs" | "servers" | "security", _) => {}
            ("tags", Value::Array(tags)) => add_tags(into, tags),
            ("paths", Value::Object(paths)) => {
                merge.nested(into, "paths", paths, &Pointer::root().child("paths"));
            }
            ("components", Value::Object(sections)) => {
                merge.nested(into, "components", sections, &Pointer::root().child("components"));
            }
            ("tags" | "paths" | "components", _) => merge.wrong_kind(&key),
            // An unknown key is reported by the keyword check, at its own position.
            (_, value) => drop(into.entry(key).or_insert(value)),
        }
    }
    document.positions.add(positions);
}

/// Reports a supplement whose version differs from the document's, because the two documents are parsed as one.
fn check_versions(document: &Parsed, supplement: &Parsed, reports: &mut Reports) {
    let version = |parsed: &Parsed| {
        let text = parsed.value.get("openapi")?.as_str()?;
        text.rsplit_once('.').map(|(version, _)| version.to_owned())
    };
    let (first, second) = (version(document), version(supplement));
    // A missing version in the document itself is reported by the keyword check.
    if first.is_some() && first != second {
        let at = Pointer::root().child("openapi");
        let message = match second {
            Some(second) => format!("the supplement is OpenAPI {second}, but the document is not"),
            None => "the supplement has no `openapi` version".to_owned(),
        };
        let report = Report::error("supplement", &at, message)
            .help("write both documents in the same version of OpenAPI 3.0");
        reports.push(positioned(report, &supplement.positions));
    }
}

/// Sets the position of a report about the supplement now, because after the merge the same pointer may lead to a part
/// of the document.
fn positioned(report: Report, supplement: &Positions) -> Report {
    match supplement.of(&report.pointer) {
        Some(position) => report.at(position),
        None => report,
    }
}

/// The references of the supplement, before the merge.
struct References<'a> {
    supplement: &'a Parsed,
    /// The file named in the first reference to another file.
    file: Option<String>,
    reports: &'a mut Reports,
}

impl References<'_> {
    /// Reports references to a third file, and references to missing parts of the supplement. After the merge, such a
    /// reference could resolve to a part of the document, and readers would look for that part in the wrong file.
    fn check(&mut self, value: &Value) {
        let mut found = Vec::new();
        each_reference(value, &Pointer::root(), &mut |at, text| {
            found.push((at.clone(), text.to_owned()));
        });
        for (at, text) in found {
            let Some((file, pointer)) = text.split_once('#') else { continue };
            let problem = if file.is_empty() {
                let is_here = Pointer::from(pointer).find(&self.supplement.value).is_some();
                (!is_here).then(|| format!("`{text}` does not exist in this file"))
            } else {
                let known = self.file.get_or_insert_with(|| file.to_owned());
                (known != file)
                    .then(|| format!("`{text}` refers to a third file besides `{known}`"))
            };
            if let Some(message) = problem {
                let report = Report::error("supplement", &at, message).help(
                    "write `#/…` for a part of this file, and `FILE#/…` for a part of the document",
                );
                self.reports.push(positioned(report, &self.supplement.positions));
            }
        }
    }
}

/// Visits every `$ref`, and every target of a discriminator's `mapping`.
fn each_reference(value: &Value, at: &Pointer, visit: &mut impl FnMut(&Pointer, &str)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let at = at.child(key);
                match (key.as_str(), value) {
                    ("$ref", Value::String(text)) => visit(&at, text),
                    ("discriminator", _) => {
                        let at = at.child("mapping");
                        let targets = value.get("mapping").and_then(Value::as_object);
                        for (name, target) in targets.into_iter().flatten() {
                            if let Some(text) = target.as_str() {
                                visit(&at.child(name), text);
                            }
                        }
                    }
                    _ => {}
                }
                // A property may be named `$ref` or `discriminator`, so its schema is visited, too.
                each_reference(value, &at, visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                each_reference(item, &at.item(index), visit);
            }
        }
        _ => {}
    }
}

/// Rewrites `FILE#/a` to `#/a`.
fn to_one_document(value: &mut Value) {
    let mut found = Vec::new();
    each_reference(value, &Pointer::root(), &mut |at, text| {
        if let Some((file, pointer)) = text.split_once('#')
            && !file.is_empty()
        {
            found.push((at.clone(), format!("#{pointer}")));
        }
    });
    for (at, text) in found {
        if let Some(reference) = value.pointer_mut(at.as_str()) {
            *reference = Value::String(text);
        }
    }
}

/// Copies the supplement's `servers` and `security` into each of its operations, because they do not apply to the
/// operations of the first document.
fn write_out_inherited(supplement: &mut Value) {
    let inherited = INHERITED.map(|key| (key, supplement.get(key).cloned()));
    let Some(Value::Object(paths)) = supplement.get_mut("paths") else { return };
    for item in paths.values_mut().filter_map(Value::as_object_mut) {
        let of_path = INHERITED.map(|key| item.contains_key(key));
        let operations = item.iter_mut().filter(|(key, _)| METHODS.contains(&key.as_str()));
        for operation in operations.filter_map(|(_, operation)| operation.as_object_mut()) {
            for ((key, value), is_in_path) in inherited.iter().zip(of_path) {
                if let Some(value) = value
                    && !is_in_path
                    && !operation.contains_key(*key)
                {
                    operation.insert((*key).to_owned(), value.clone());
                }
            }
        }
    }
}

/// Returns the locations of the paths that both documents have.
fn shared_paths(document: &Value, supplement: &Value) -> Vec<Pointer> {
    let at = Pointer::root().child("paths");
    let paths = |value| at.find(value).and_then(Value::as_object);
    let (Some(known), Some(more)) = (paths(document), paths(supplement)) else { return Vec::new() };
    more.keys().filter(|path| known.contains_key(*path)).map(|path| at.child(path)).collect()
}

/// Moves the `servers` and `parameters` of a path into its operations, because they do not apply to the operations that
/// the other document has for the path. `both` are the documents, in which references are looked up.
fn write_out_path(parsed: &mut Parsed, path: &Pointer, both: &[Value; 2]) {
    let Parsed { value, positions } = parsed;
    let Some(Value::Object(item)) = value.pointer_mut(path.as_str()) else { return };
    let servers = item.shift_remove("servers");
    let is_list = item.get("parameters").is_some_and(Value::is_array);
    // The keyword check reports a value of another type.
    let parameters = if is_list { item.shift_remove("parameters") } else { None };
    for (method, operation) in item.iter_mut() {
        let operation = operation.as_object_mut().filter(|_| METHODS.contains(&method.as_str()));
        let Some(operation) = operation else { continue };
        let at = path.child(method);
        if let Some(servers) = servers.as_ref().filter(|_| !operation.contains_key("servers")) {
            operation.insert("servers".to_owned(), servers.clone());
            positions.copy(&path.child("servers"), &at.child("servers"));
        }
        let Some(Value::Array(shared)) = &parameters else { continue };
        let own = operation.entry("parameters").or_insert_with(|| Value::Array(Vec::new()));
        let Value::Array(own) = own else { continue };
        let known: Vec<_> = own.iter().map(|parameter| identity(parameter, both)).collect();
        for (index, parameter) in shared.iter().enumerate() {
            if known.contains(&identity(parameter, both)) {
                continue;
            }
            let to = at.child("parameters").item(own.len());
            positions.copy(&path.child("parameters").item(index), &to);
            own.push(parameter.clone());
        }
    }
}

/// Returns the name and the place of a parameter: an operation's parameter overrides the path's parameter with the same
/// name and place.
fn identity(parameter: &Value, both: &[Value; 2]) -> [Option<Value>; 2] {
    let mut parameter = parameter;
    for _ in 0..LONGEST_CHAIN {
        let Some(text) = parameter.get("$ref").and_then(Value::as_str) else { break };
        let at = Pointer::from_reference(text);
        let found = at.and_then(|at| both.iter().find_map(|value| at.find(value)));
        match found {
            Some(found) => parameter = found,
            None => break,
        }
    }
    ["name", "in"].map(|key| parameter.get(key).cloned())
}

fn add_tags(document: &mut Map<String, Value>, tags: Vec<Value>) {
    let known = document.entry("tags").or_insert_with(|| Value::Array(Vec::new()));
    let Value::Array(known) = known else { return };
    for tag in tags {
        if !known.iter().any(|other| other.get("name") == tag.get("name")) {
            known.push(tag);
        }
    }
}

struct Merge<'a> {
    reports: &'a mut Reports,
    positions: &'a Positions,
}

impl Merge<'_> {
    /// Merges objects two levels deep: the operations of each path, or the components of each section.
    fn nested(
        &mut self,
        into: &mut Map<String, Value>,
        key: &str,
        groups: Map<String, Value>,
        at: &Pointer,
    ) {
        let known = into.entry(key).or_insert_with(|| Value::Object(Map::new()));
        let Value::Object(known) = known else { return };
        for (group, members) in groups {
            let at = at.child(&group);
            match (known.get_mut(&group), members) {
                (Some(Value::Object(known)), Value::Object(members)) => {
                    for (name, value) in members {
                        self.add(known, &name, value, &at);
                    }
                }
                (Some(_), _) => self.clash(&at),
                (None, members) => drop(known.insert(group, members)),
            }
        }
    }

    fn add(&mut self, known: &mut Map<String, Value>, name: &str, value: Value, at: &Pointer) {
        if known.contains_key(name) {
            self.clash(&at.child(name));
        } else {
            known.insert(name.to_owned(), value);
        }
    }

    fn wrong_kind(&mut self, key: &str) {
        let message = format!("`{key}` has the wrong type");
        let report = Report::error("supplement", &Pointer::root().child(key), message)
            .help("`tags` is a list; `paths` and `components` are objects");
        self.reports.push(positioned(report, self.positions));
    }

    fn clash(&mut self, at: &Pointer) {
        let message = "the document already defines this item";
        let report = Report::error("supplement", at, message).help(
            "rename one of the two items, or remove the item from the supplement and refer to the document's definition",
        );
        self.reports.push(positioned(report, self.positions));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::read::source::{Source, parse};

    const DOCUMENT: &str = "openapi: 3.0.3\npaths: {/a: {get: {responses: {}}}}\n\
                            components: {schemas: {A: {type: object}}}\n";

    fn joined(supplement: &str) -> (Value, Vec<String>, Parsed) {
        let mut document = parse(Source { name: "a.yaml", text: DOCUMENT }).unwrap();
        let supplement = parse(Source { name: "b.yaml", text: supplement }).unwrap();
        let mut reports = Reports::default();
        join(&mut document, supplement, &mut reports);
        let reports = reports.into_sorted().iter().map(ToString::to_string).collect();
        (document.value.clone(), reports, document)
    }

    #[test]
    fn paths_components_and_tags_become_part_of_the_document() {
        let (value, reports, document) = joined(
            "openapi: 3.0.0\nservers: [{url: 'https://b.example'}]\ntags: [{name: t}]\npaths:\n\
             \x20 /a: {post: {responses: {}, security: []}}\n\
             \x20 /b: {get: {responses: {}, servers: []}}\n\
             components: {schemas: {B: {$ref: 'a.yaml#/components/schemas/A'}, C: {$ref: '#/components/schemas/B'}}}\n",
        );
        assert!(reports.is_empty(), "{reports:?}");
        let expected = json!({
            "openapi": "3.0.3",
            "tags": [{"name": "t"}],
            "paths": {
                "/a": {
                    "get": {"responses": {}},
                    "post": {"responses": {}, "security": [], "servers": [{"url": "https://b.example"}]},
                },
                "/b": {"get": {"responses": {}, "servers": []}},
            },
            "components": {"schemas": {
                "A": {"type": "object"},
                "B": {"$ref": "#/components/schemas/A"},
                "C": {"$ref": "#/components/schemas/B"},
            }},
        });
        assert_eq!(value, expected);
        let position = |pointer: &str| document.positions.of(&pointer.into()).unwrap().to_string();
        assert_eq!(position("/paths/~1a/get"), "a.yaml:2:14");
        assert_eq!(position("/paths/~1a/post"), "b.yaml:5:8");
        assert_eq!(position("/components/schemas/B"), "b.yaml:7:24");
    }

    #[test]
    fn keys_of_a_path_apply_only_to_the_operations_of_their_document() {
        let mut document = parse(Source {
            name: "a.yaml",
            text: "openapi: 3.0.3\npaths:\n  /a:\n    parameters: [{name: p, in: query, schema: {}}, {name: q, in: query, schema: {}}]\n    \
                   get: {responses: {}, parameters: [{$ref: '#/components/parameters/Q'}]}\n\
                   components: {parameters: {Q: {name: q, in: query, required: true, schema: {}}}}\n",
        })
        .unwrap();
        let supplement = parse(Source {
            name: "b.yaml",
            text: "openapi: 3.0.0\nservers: [{url: 'https://root.example'}]\npaths:\n  /a:\n    servers: [{url: 'https://b.example'}]\n    \
                   parameters: [{name: r, in: query, schema: {}}]\n    post: {responses: {}}\n    put: {responses: {}, servers: []}\n",
        })
        .unwrap();
        let mut reports = Reports::default();
        join(&mut document, supplement, &mut reports);
        assert!(!reports.has_errors(), "{reports:?}");
        let servers = json!([{"url": "https://b.example"}]);
        let r = json!([{"name": "r", "in": "query", "schema": {}}]);
        let expected = json!({
            "get": {"responses": {}, "parameters": [
                {"$ref": "#/components/parameters/Q"},
                {"name": "p", "in": "query", "schema": {}},
            ]},
            "post": {"responses": {}, "servers": servers, "parameters": r},
            "put": {"responses": {}, "servers": [], "parameters": r},
        });
        assert_eq!(document.value["paths"]["/a"], expected);
        let position = |pointer: &str| document.positions.of(&pointer.into()).unwrap().to_string();
        assert_eq!(position("/paths/~1a/get/parameters/1/name"), "a.yaml:4:19");
        assert_eq!(position("/paths/~1a/post/servers/0/url"), "b.yaml:5:16");
    }

    #[test]
    fn conflicts_and_broken_references_are_reported_at_their_positions() {
        let (value, reports, _) = joined(
            "openapi: 3.1.0\npaths: {/a: {get: {}}}\ncomponents: {schemas: {A: {}, B: {$ref: '#/components/schemas/D'},\n\
             \x20 C: {$ref: 'a.yaml#/x'}, D2: {$ref: 'c.yaml#/x'}}}\nofo: 1\n",
        );
        assert_eq!(
            value["paths"]["/a"]["get"],
            json!({"responses": {}}),
            "the document's operation is kept"
        );
        assert_eq!(value["ofo"], 1, "an unknown key is kept, and reported later");
        let expected = [
            ("b.yaml:1:1", "is OpenAPI 3.1"),
            ("b.yaml:2:14", "already defines this"),
            ("b.yaml:3:24", "already defines this"),
            ("b.yaml:3:35", "does not exist in this file"),
            ("b.yaml:4:32", "refers to a third file besides `a.yaml`"),
        ];
        assert_eq!(reports.len(), expected.len(), "{reports:#?}");
        for (report, (position, says)) in reports.iter().zip(expected) {
            assert!(report.starts_with(position) && report.contains(says), "{report}");
        }
    }

    #[test]
    fn members_of_the_wrong_type_are_reported() {
        let (_, reports, _) = joined("openapi: 3.0.0\npaths: []\ncomponents: 1\n");
        assert_eq!(reports.len(), 2, "{reports:#?}");
        assert!(reports[0].starts_with("b.yaml:2:1: error[supplement]: `paths`"), "{reports:#?}");
        let (_, reports, _) = joined("[]");
        assert!(reports[0].contains("has no `openapi` version"), "{reports:#?}");
    }

    #[test]
    fn a_discriminator_may_refer_to_the_document() {
        let (value, reports, _) = joined(
            "openapi: 3.0.0\ncomponents: {schemas: {B: {discriminator: {propertyName: p, mapping: {x: 'a.yaml#/components/schemas/A'}}}}}\n",
        );
        assert!(reports.is_empty(), "{reports:?}");
        let mapping = "/components/schemas/B/discriminator/mapping/x";
        assert_eq!(value.pointer(mapping), Some(&json!("#/components/schemas/A")));
    }
}
