//! Normalizes references. Later stages know only one form of reference, `#/components/SECTION/NAME`, which points to
//! the object itself. This pass rewrites all other local references: it decodes percent-encoding, follows chains, moves
//! referenced inline objects to `components`, and copies path items. References that cannot be resolved stay unchanged,
//! and [`super::check`] reports them.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use serde_json::{Map, Value, json};

use crate::pointer::Pointer;
use crate::read::keywords::{self, Section, Step};
use crate::read::source::Parsed;

/// The maximum length of a chain of references; a longer chain is treated as a cycle.
const LONGEST_CHAIN: usize = 64;

/// The keys of schemas that were moved to `components`. This pass made up these keys, so types are not named after
/// them.
pub(crate) type Moved = BTreeSet<String>;

/// Normalizes every local reference, and returns the keys of the schemas that had to be moved.
pub(crate) fn resolve(document: &mut Parsed) -> Moved {
    let found = found(&document.value);
    let mut names = Names { document: &document.value, taken: BTreeMap::new() };
    let mut rewritten = Vec::new();
    let mut copied = Vec::new();
    for Reference { at, section, target } in found {
        let text = match section.key() {
            None => {
                copied.push((at, target));
                continue;
            }
            Some(_) if is_component(&target, section) => target.as_str().to_owned(),
            Some(key) => format!("/components/{key}/{}", names.of(&target, section)),
        };
        rewritten.push((at.child("$ref"), format!("#{text}")));
    }
    let moves = names.taken;
    for (at, text) in rewritten {
        if let Some(reference) = document.value.pointer_mut(at.as_str()) {
            *reference = Value::String(text);
        }
    }
    let moved = relocate(document, moves);
    for (at, target) in copied {
        copy_path_item(&mut document.value, &at, &target);
    }
    moved
}

/// A reference that is not normalized yet, and the object that it points to.
struct Reference {
    at: Pointer,
    section: Section,
    target: Pointer,
}

fn found(document: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    keywords::each_object(document, &mut |members, kind, path| {
        let Some(section) = kind.reference else { return };
        let Some(text) = members.get("$ref").and_then(Value::as_str) else { return };
        if is_plain(document, text, section) {
            return;
        }
        if let Some(target) = target(document, text, section) {
            found.push(Reference { at: keywords::pointer_of(path), section, target });
        }
    });
    found
}

/// Returns the schemas outside `components` that have a discriminator.
pub(crate) fn discriminators(document: &Value) -> Vec<Pointer> {
    let mut found = Vec::new();
    keywords::each_object(document, &mut |members, kind, path| {
        let is_component = matches!(path, [_, Step::Key("schemas"), ..]);
        let is_schema = kind.reference == Some(Section::Schemas);
        if is_schema && !is_component && members.contains_key("discriminator") {
            found.push(keywords::pointer_of(path));
        }
    });
    found
}

/// Returns whether a reference is already normalized, as nearly all references are.
fn is_plain(document: &Value, text: &str, section: Section) -> bool {
    let name = section
        .key()
        .and_then(|key| text.strip_prefix("#/components/")?.strip_prefix(key)?.strip_prefix('/'));
    let Some(name) = name.filter(|name| !name.contains(['/', '%'])) else { return false };
    // A component that is a schema may be an alias of another component.
    section == Section::Schemas || {
        let at = Pointer::from(text);
        at.find(document).is_none_or(|component| component.get("$ref").is_none())
            && !name.is_empty()
    }
}

fn is_component(pointer: &Pointer, section: Section) -> bool {
    let Some(key) = section.key() else { return false };
    pointer.parent().is_some_and(|parent| parent == Pointer::from("/components").child(key))
}

/// Returns the location of the object at the end of a chain of references, or `None` if there is no object of the
/// expected kind.
fn target(document: &Value, text: &str, section: Section) -> Option<Pointer> {
    let mut text = text;
    for _ in 0..LONGEST_CHAIN {
        let target = located(document, &Pointer::from_reference(text)?)?;
        let next = target.find(document)?.get("$ref").and_then(Value::as_str);
        match next {
            Some(next) if !(section == Section::Schemas && is_component(&target, section)) => {
                text = next
            }
            _ => {
                let fits = keywords::kind_at(&target)?.reference == Some(section);
                return fits.then_some(target);
            }
        }
    }
    None
}

/// Resolves a pointer, following references along the way.
fn located(document: &Value, pointer: &Pointer) -> Option<Pointer> {
    let mut at = Pointer::root();
    let mut left: Vec<String> = pointer.tokens().collect();
    left.reverse();
    let mut jumps = 0;
    while let Some(token) = left.pop() {
        if let Some(next) = at.find(document)?.get("$ref").and_then(Value::as_str) {
            jumps += 1;
            if jumps > LONGEST_CHAIN {
                return None;
            }
            left.push(token);
            let tokens: Vec<String> = Pointer::from_reference(next)?.tokens().collect();
            left.extend(tokens.into_iter().rev());
            at = Pointer::root();
        } else {
            at = at.child(&token);
        }
    }
    at.find(document).map(|_| at)
}

/// The component names of the objects to move, by location.
struct Names<'a> {
    document: &'a Value,
    taken: BTreeMap<Pointer, (Section, String)>,
}

impl Names<'_> {
    fn of(&mut self, target: &Pointer, section: Section) -> String {
        if let Some((_, name)) = self.taken.get(target) {
            return name.clone();
        }
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
        let mut name: String = target.as_str().trim_start_matches('/').chars().map(plain).collect();
        while self.is_taken(&name, section) {
            name.push('_');
        }
        self.taken.insert(target.clone(), (section, name.clone()));
        name
    }

    fn is_taken(&self, name: &str, section: Section) -> bool {
        let components = self.document.get("components");
        let known = section.key().and_then(|key| components?.get(key)?.get(name));
        known.is_some() || self.taken.values().any(|taken| *taken == (section, name.to_owned()))
    }
}

/// Moves objects to `components` and leaves references in their place. Inner objects move first.
fn relocate(document: &mut Parsed, moves: BTreeMap<Pointer, (Section, String)>) -> Moved {
    let mut moved = Moved::new();
    for (from, (section, name)) in moves.into_iter().rev() {
        let Some(key) = section.key() else { continue };
        let to = Pointer::from("/components").child(key).child(&name);
        // A section of the wrong type cannot contain the object, which stays in its place. The keyword check reports
        // the section.
        if section_of(&mut document.value, key).is_none() {
            continue;
        }
        let Some(place) = document.value.pointer_mut(from.as_str()) else { continue };
        let object = mem::replace(place, json!({ "$ref": format!("#{}", to.as_str()) }));
        if let Some(section) = section_of(&mut document.value, key) {
            section.insert(name.clone(), object);
        }
        document.positions.note_move(to, from);
        if section == Section::Schemas {
            moved.insert(name);
        }
    }
    moved
}

/// Returns a section of `components`, which is added if the document lacks it, or `None` if the document has a value of
/// another type in its place.
fn section_of<'a>(document: &'a mut Value, key: &str) -> Option<&'a mut Map<String, Value>> {
    let empty = || Value::Object(Map::new());
    let components = document.as_object_mut()?.entry("components").or_insert_with(empty);
    components.as_object_mut()?.entry(key).or_insert_with(empty).as_object_mut()
}

/// Replaces a reference to a path item with a copy of the path item. Operation ids stay with the original; operations
/// of the copy are named by method and path.
fn copy_path_item(document: &mut Value, at: &Pointer, target: &Pointer) {
    let Some(Value::Object(mut item)) = target.find(document).cloned() else { return };
    for operation in item.values_mut().filter_map(Value::as_object_mut) {
        for name in ["operationId", "x-rust-name"] {
            operation.shift_remove(name);
        }
    }
    if let Some(Value::Object(own)) = document.pointer_mut(at.as_str()) {
        let beside = mem::take(own).into_iter().filter(|(key, _)| key != "$ref");
        item.extend(beside);
        *own = item;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::source::{Source, parse};

    fn resolved(text: &str) -> (Parsed, Moved) {
        let mut document = parse(Source { name: "a.yaml", text }).expect("it is YAML");
        let moved = resolve(&mut document);
        (document, moved)
    }

    #[test]
    fn percent_encoded_references_are_decoded() {
        let (document, moved) = resolved(
            "components: {schemas: {'A B': {}, 'P[U]': {}, C: {properties: {\n \
             a: {$ref: '#/components/schemas/A%20B'}, b: {$ref: '#/components/schemas/P%5BU%5D'},\n \
             c: {$ref: '#/components/schemas/No%20where'}}}}}",
        );
        let properties = &document.value["components"]["schemas"]["C"]["properties"];
        assert_eq!(properties["a"]["$ref"], "#/components/schemas/A B");
        assert_eq!(properties["b"]["$ref"], "#/components/schemas/P[U]");
        assert_eq!(properties["c"]["$ref"], "#/components/schemas/No%20where");
        assert!(moved.is_empty());
    }

    #[test]
    fn a_referenced_inline_object_becomes_a_component() {
        let (document, moved) = resolved(
            "components: {schemas: {A: {properties: {b: {type: object, properties: {next: {$ref: '#/components/schemas/A/properties/b'}}}}},\n \
             B: {$ref: '#/components/schemas/A/properties/b/properties/next'}}}",
        );
        let name = "components_schemas_A_properties_b";
        let reference = json!({"$ref": format!("#/components/schemas/{name}")});
        let schemas = &document.value["components"]["schemas"];
        assert_eq!(schemas["A"]["properties"]["b"], reference);
        assert_eq!(schemas["B"], reference);
        assert_eq!(schemas[name]["properties"]["next"], reference);
        assert_eq!(moved, Moved::from([name.to_owned()]));
        let inside =
            Pointer::from("/components/schemas").child(name).child("properties").child("next");
        assert_eq!(
            document.positions.origin(&inside).as_str(),
            "/components/schemas/A/properties/b/properties/next"
        );
    }

    #[test]
    fn a_path_item_is_copied_without_its_operation_ids() {
        let (document, _) = resolved(
            "paths: {/a: {$ref: '#/paths/~1b', description: Mine.}, /b: {get: {operationId: b, responses: {}}}}",
        );
        let copy = json!({"get": {"responses": {}}, "description": "Mine."});
        assert_eq!(document.value["paths"]["/a"], copy);
        assert_eq!(document.value["paths"]["/b"]["get"]["operationId"], "b");
    }

    #[test]
    fn chains_of_responses_are_followed_and_cycles_are_left() {
        let (document, _) = resolved(
            "paths: {/a: {get: {responses: {'200': {$ref: '#/components/responses/A'}, '404': {$ref: '#/components/responses/X'}}}}}\n\
             components: {responses: {A: {$ref: '#/components/responses/B'}, B: {description: B.}, X: {$ref: '#/components/responses/X'}}}",
        );
        let responses = &document.value["paths"]["/a"]["get"]["responses"];
        assert_eq!(responses["200"]["$ref"], "#/components/responses/B");
        assert_eq!(responses["404"]["$ref"], "#/components/responses/X");
    }
}
