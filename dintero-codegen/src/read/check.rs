//! Checks every key of a document against the tables of [`super::keywords`]. A typed reader would silently drop unknown
//! keys (`requierd`). This pass reports unknown keys, and keywords that have no effect on the generated code.

use serde_json::{Map as Members, Value};

use crate::extensions::Derive;
use crate::pointer::Pointer;
use crate::read::keywords::{self, DOCUMENT, Expect, FEATURE, Kind, PATH_ITEM, RESPONSE, Section};
use crate::read::spelling::nearest;
use crate::report::{Report, Reports};

use Expect::{
    Any, Bool, BoolOr, Count, List, Map, MapOfText, Number, Object, OneOf, Paths, Requirements,
    Responses, Text, Texts, Unsupported, Values,
};

/// The `x-rust-…` extensions that the generator reads; any other is a misspelling.
const EXTENSIONS: &[&str] = &[
    "x-rust-name",
    "x-rust-type",
    "x-rust-values",
    "x-rust-group",
    "x-rust-module",
    "x-rust-derive",
    "x-rust-features",
    "x-rust-example",
];

/// Checks the version and every key of a document. Returns whether the version is supported; if it is not, later stages
/// must not run.
pub(crate) fn check(document: &Value, reports: &mut Reports) -> bool {
    if let Some(report) = version(document) {
        reports.push(report);
        return false;
    }
    Walk { document, reports }.object(document, &DOCUMENT, &Pointer::root());
    true
}

/// Returns a report if the version is missing or not supported.
fn version(document: &Value) -> Option<Report> {
    let root = Pointer::root();
    let wrong = |at: &Pointer, message: String, help: &str| {
        Some(Report::error("openapi-version", at, message).help(help))
    };
    if !document.is_object() {
        let help = "pass an OpenAPI 3.0 document";
        return wrong(&root, "an OpenAPI document must be an object".into(), help);
    }
    if document.get("swagger").is_some() {
        let help = "convert it first, for example with `swagger2openapi`";
        let message = "this is a Swagger 2.0 document; only OpenAPI 3.0 is supported".into();
        return wrong(&root.child("swagger"), message, help);
    }
    match document.get("openapi").map(|version| version.as_str().unwrap_or_default()) {
        None => {
            let help = "an OpenAPI document starts with `openapi: 3.0.x`";
            wrong(&root, "the document has no `openapi` version".into(), help)
        }
        Some(version) if version == "3.0" || version.starts_with("3.0.") => None,
        Some(version) => {
            let message =
                format!("this is an OpenAPI `{version}` document; only OpenAPI 3.0 is supported");
            let help = "3.1 changed the meaning of schemas (`nullable`, `exclusiveMinimum`, `type` as a list): \
                        ask for the 3.0 document, or convert it";
            wrong(&root.child("openapi"), message, help)
        }
    }
}

struct Walk<'a> {
    document: &'a Value,
    reports: &'a mut Reports,
}

/// A problem with a reference, and how to correct it.
struct Misled {
    problem: String,
    help: String,
}

impl Misled {
    fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: help.into() }
    }
}

impl Walk<'_> {
    fn object(&mut self, value: &Value, kind: &Kind, at: &Pointer) {
        let Some(members) = value.as_object() else {
            self.wrong(at, kind.name);
            return;
        };
        if let (Some(section), Some(reference)) = (kind.reference, members.get("$ref")) {
            if keywords::is_replaced(kind) {
                self.reference(reference, members, kind, section, at);
                return;
            }
            // The operations beside the reference are generated.
            self.path_item(reference, &at.child("$ref"));
        }
        for (key, value) in members {
            if key.starts_with("x-") {
                self.extension(key, value, &at.child(key));
                self.effect(key, kind, at);
                continue;
            }
            match kind.keys.iter().find(|(known, _)| known == key) {
                Some((_, expect)) => self.value(value, expect, &at.child(key)),
                None => self.unknown(key, kind, at),
            }
        }
        self.together(members, kind, at);
        for key in kind.required {
            if !members.contains_key(*key) {
                let message = format!("{} needs `{key}`", kind.name);
                self.reports
                    .push(Report::error("missing-key", at, message).help(format!("add `{key}`")));
            }
        }
    }

    /// Reports keys that are missing or invalid because of another key of the same object.
    fn together(&mut self, members: &Members<String, Value>, kind: &Kind, at: &Pointer) {
        let text = |key| members.get(key).and_then(Value::as_str);
        let has_value = members.contains_key("schema") || members.contains_key("content");
        let needed: &[&str] = match (kind.reference, text("type")) {
            (Some(Section::Parameters | Section::Headers), _) if !has_value => &["schema"],
            (Some(Section::SecuritySchemes), Some("apiKey")) => &["name", "in"],
            (Some(Section::SecuritySchemes), Some("http")) => &["scheme"],
            (Some(Section::SecuritySchemes), Some("oauth2")) => &["flows"],
            (Some(Section::SecuritySchemes), Some("openIdConnect")) => &["openIdConnectUrl"],
            _ => &[],
        };
        for key in needed.iter().filter(|key| !members.contains_key(**key)) {
            let message = format!("{} needs `{key}`", kind.name);
            let report = Report::error("missing-key", at, message);
            self.reports.push(report.help(format!("add `{key}`")));
        }
        match kind.reference {
            Some(Section::Parameters) => self.style(text("style"), text("in"), at),
            Some(Section::Headers) => self.style(text("style"), Some("header"), at),
            Some(Section::SecuritySchemes) if text("type") == Some("apiKey") => {
                if let Some(place) = members.get("in") {
                    self.value(place, &OneOf(&["query", "header", "cookie"]), &at.child("in"));
                }
            }
            _ => {}
        }
    }

    /// Reports a style that values in a place cannot have. A style that does not exist at all is reported elsewhere.
    fn style(&mut self, style: Option<&str>, place: Option<&str>, at: &Pointer) {
        let (Some(style), Some(place)) = (style, place) else { return };
        let styles: &[&str] = match place {
            "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
            "path" => &["matrix", "label", "simple"],
            "header" => &["simple"],
            "cookie" => &["form"],
            _ => return,
        };
        if keywords::STYLES.contains(&style) && !styles.contains(&style) {
            let message = format!("`{style}` is not a style of {place} parameters");
            let report = Report::error("wrong-type", &at.child("style"), message);
            self.reports.push(report.help(format!("use `{}`", styles.join("` or `"))));
        }
    }

    /// Reports an extension in a place where it has no effect.
    fn effect(&mut self, key: &str, kind: &Kind, at: &Pointer) {
        let is_schema = kind.reference == Some(Section::Schemas);
        let last = |pointer: &Pointer| pointer.tokens().last().unwrap_or_default();
        let where_it_works = match key {
            "x-lenient" | "x-decides" | "x-may-be-empty"
                if !is_schema || at.parent().is_none_or(|around| last(&around) != "properties") =>
            {
                "a property itself, not a component, an item or a parameter"
            }
            // The schema of a parameter or a body is not inside a value that `Debug` shows.
            "x-redact" if !is_schema || last(at) == "schema" => {
                "a property, the items of a list, or a component that properties refer to"
            }
            _ => return,
        };
        let report = Report::error(
            "extension",
            &at.child(key),
            format!("`{key}` has no effect on {}", kind.name.replace("a schema", "this schema")),
        );
        self.reports.push(report.help(format!("set it on {where_it_works}")));
    }

    fn value(&mut self, value: &Value, expect: &Expect, at: &Pointer) {
        match expect {
            Any => {}
            Text if value.is_string() => {}
            Text => self.wrong(at, "a string (quoted if it looks like a number)"),
            OneOf(words) if value.as_str().is_some_and(|value| words.contains(&value)) => {}
            OneOf(words) => self.wrong(at, &format!("one of `{}`", words.join("`, `"))),
            Paths => self.keyed(
                value,
                &PATH_ITEM,
                at,
                |path| path.starts_with('/'),
                "a path starts with `/`",
            ),
            Responses => self.keyed(
                value,
                &RESPONSE,
                at,
                is_status,
                "write a status such as `200` or `4XX`, or `default`",
            ),
            Bool if value.is_boolean() => {}
            Bool => self.wrong(at, "`true` or `false`"),
            Number if value.is_number() => {}
            Number => self.wrong(at, "a number"),
            Count if value.is_u64() => {}
            Count => self.wrong(at, "a non-negative integer"),
            Texts => self
                .each(value, at, "a list of strings", |walk, item, at| walk.value(item, &Text, at)),
            Values => self.each(value, at, "a list", |_, _, _| {}),
            Object(kind) => self.object(value, kind, at),
            BoolOr(_) if value.is_boolean() => {}
            BoolOr(kind) => self.object(value, kind, at),
            List(kind) => {
                self.each(value, at, "a list", |walk, item, at| walk.object(item, kind, at))
            }
            Map(kind) => self.members(value, at, |walk, value, at| walk.object(value, kind, at)),
            MapOfText => self.members(value, at, |walk, value, at| walk.mapped(value, at)),
            Requirements => self.each(value, at, "a list", |walk, item, at| {
                walk.members(item, at, |walk, scopes, at| walk.value(scopes, &Texts, at));
            }),
            Unsupported(lost) => {
                let report = Report::warning("unsupported-keyword", at, *lost).help(
                    "accept the warning with `x-accept: [unsupported-keyword]` in the overlay, and say why",
                );
                self.reports.push(report);
            }
        }
    }

    fn each(
        &mut self,
        value: &Value,
        at: &Pointer,
        expected: &str,
        mut check: impl FnMut(&mut Self, &Value, &Pointer),
    ) {
        match value.as_array() {
            Some(items) => {
                for (index, item) in items.iter().enumerate() {
                    check(self, item, &at.item(index));
                }
            }
            None => self.wrong(at, expected),
        }
    }

    fn members(
        &mut self,
        value: &Value,
        at: &Pointer,
        mut check: impl FnMut(&mut Self, &Value, &Pointer),
    ) {
        match value.as_object() {
            Some(members) => {
                for (key, value) in members {
                    check(self, value, &at.child(key));
                }
            }
            None => self.wrong(at, "an object"),
        }
    }

    /// Checks an object whose keys, except for extensions, must satisfy `is_key`.
    fn keyed(
        &mut self,
        value: &Value,
        kind: &Kind,
        at: &Pointer,
        is_key: fn(&str) -> bool,
        help: &str,
    ) {
        let Some(members) = value.as_object() else {
            self.wrong(at, "an object");
            return;
        };
        for (key, value) in members.iter().filter(|(key, _)| !key.starts_with("x-")) {
            if is_key(key) {
                self.object(value, kind, &at.child(key));
            } else {
                let message = format!("unknown key `{key}`");
                self.reports.push(Report::error("unknown-key", &at.child(key), message).help(help));
            }
        }
    }

    /// Checks a target of a discriminator's mapping: a reference, or the name of a schema.
    fn mapped(&mut self, value: &Value, at: &Pointer) {
        let Some(target) = value.as_str() else {
            self.wrong(at, "a string (quoted if it looks like a number)");
            return;
        };
        let named =
            self.document.pointer("/components/schemas").and_then(|schemas| schemas.get(target));
        if named.is_none()
            && let Some(misled) = self.misled(target, Section::Schemas)
        {
            self.not_a_reference(target, misled, at);
        }
    }

    fn not_a_reference(&mut self, target: &str, misled: Misled, at: &Pointer) {
        let report = Report::error("reference", at, format!("`{target}` {}", misled.problem));
        self.reports.push(report.help(misled.help));
    }

    fn reference(
        &mut self,
        reference: &Value,
        members: &Members<String, Value>,
        kind: &Kind,
        section: Section,
        at: &Pointer,
    ) {
        let at_ref = at.child("$ref");
        match reference.as_str() {
            Some(target) => {
                if let Some(misled) = self.misled(target, section) {
                    self.not_a_reference(target, misled, &at_ref);
                }
            }
            None => self.wrong(&at_ref, "a string such as '#/components/schemas/Name'"),
        }
        for (key, value) in members.iter().filter(|(key, _)| *key != "$ref") {
            if key.starts_with("x-") {
                self.extension(key, value, &at.child(key));
            } else if !matches!(key.as_str(), "description" | "summary") {
                let message =
                    format!("`{key}` beside `$ref` has no effect in OpenAPI 3.0 ({})", kind.name);
                let help = match section {
                    Section::Schemas => "wrap the reference in `allOf`",
                    _ => "move the key to the referenced object, or remove it in the overlay",
                };
                let report = Report::warning("beside-reference", &at.child(key), message);
                self.reports.push(report.help(help));
            }
        }
    }

    /// Reports a path item that could not be copied from the target of its reference.
    fn path_item(&mut self, target: &Value, at: &Pointer) {
        let Some(target) = target.as_str() else {
            return self.wrong(at, "a string such as '#/paths/~1things'");
        };
        let message = format!(
            "the operations of `{target}` are left out: this document has no such path item"
        );
        let report = Report::warning("unsupported-keyword", at, message);
        self.reports.push(report.help("write the operations under their path, or accept the warning with `x-accept: [unsupported-keyword]` in the overlay"));
    }

    /// Returns the problem with the target of a reference, if there is one.
    fn misled(&self, target: &str, section: Section) -> Option<Misled> {
        let Some(pointer) = target.starts_with('#').then(|| Pointer::from_reference(target)) else {
            return Some(Misled::new(
                "is in another document; only references within the same document are supported",
                "copy the referenced object into `components`, and refer to it there",
            ));
        };
        let wanted = keywords::KINDS.iter().find(|kind| kind.reference == Some(section));
        let wanted = wanted.map_or("an object", |kind| kind.name);
        let Some(value) = pointer.as_ref().and_then(|pointer| pointer.find(self.document)) else {
            return Some(Misled::new("does not exist", "correct the name, or add the component"));
        };
        let kind = pointer.as_ref().and_then(keywords::kind_at);
        match kind {
            Some(kind) if kind.reference == Some(section) => {}
            Some(kind) => {
                let problem = format!("is {}; the reference must point to {wanted}", kind.name);
                return Some(Misled::new(problem, "refer to a component in the matching section"));
            }
            None => {
                let problem = format!("is not {wanted}");
                return Some(Misled::new(problem, "refer to a component"));
            }
        }
        // References to schemas are followed later. All other references were followed by an earlier pass, so a
        // remaining chain of references is a cycle.
        (section != Section::Schemas && value.get("$ref").is_some()).then(|| {
            Misled::new(
                "is itself a reference that cannot be resolved",
                "refer to the object directly",
            )
        })
    }

    fn extension(&mut self, key: &str, value: &Value, at: &Pointer) {
        match key {
            "x-redact" | "x-confidential" | "x-v1-only" | "x-lenient" | "x-decides"
            | "x-may-be-empty" | "x-from-client" | "x-callback" | "x-repeatable" => {
                self.value(value, &Bool, at)
            }
            "x-accept" | "x-sent-with" | "x-not-sent-with" => self.value(value, &Texts, at),
            "x-rust-values" => self.value(value, &MapOfText, at),
            "x-rust-derive" => self.derive(value, at),
            "x-rust-features" => self.features(value, at),
            key if EXTENSIONS.contains(&key) => self.value(value, &Text, at),
            key if key.starts_with("x-rust-") => {
                let help = format!("the generator supports `{}`", EXTENSIONS.join("`, `"));
                let message = format!("unknown extension `{key}`");
                self.reports.push(Report::error("unknown-key", at, message).help(help));
            }
            _ => {}
        }
    }

    fn derive(&mut self, value: &Value, at: &Pointer) {
        let Some(name) = value.as_str() else { return self.value(value, &Text, at) };
        if Derive::from_name(name).is_some() {
            return;
        }
        let names = Derive::ALL.map(Derive::name);
        let help = match nearest(name, names.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of `{}`", names.join("`, `")),
        };
        let message = format!("`{name}` is not a derive");
        self.reports.push(Report::error("rust-derive", at, message).help(help));
    }

    fn features(&mut self, value: &Value, at: &Pointer) {
        if at.parent().is_some_and(|parent| parent.is_root()) {
            return self.value(value, &Map(&FEATURE), at);
        }
        let message = "`x-rust-features` must be at the root of the document";
        let report = Report::error("rust-features", at, message);
        self.reports.push(report.help("use `$` as the target of the overlay action"));
    }

    /// Reports an unknown key. A misspelled key causes an error, because ignoring it would change the generated code. A
    /// key that OpenAPI defines for another object, or that resembles no keyword, causes only a warning: such keys are
    /// common in real documents, and have no effect.
    fn unknown(&mut self, key: &str, kind: &Kind, at: &Pointer) {
        let at = at.child(key);
        let near = nearest(key, kind.keys.iter().map(|(known, _)| *known));
        let report = match near {
            Some(near) if !keywords::is_known_elsewhere(key) => {
                Report::error("unknown-key", &at, format!("unknown key `{key}` in {}", kind.name))
                    .help(format!("did you mean `{near}`?"))
            }
            _ => Report::warning(
                "unknown-key",
                &at,
                format!("`{key}` has no meaning in {}; it is ignored", kind.name),
            )
            .help("remove the key in the overlay, or accept the warning with `x-accept: [unknown-key]`"),
        };
        self.reports.push(report);
    }

    fn wrong(&mut self, at: &Pointer, expected: &str) {
        let report = Report::error("wrong-type", at, format!("expected {expected}"));
        self.reports.push(report.help("see the OpenAPI 3.0 specification for this keyword"));
    }
}

/// Returns whether a key is a status: `200`, `4XX` or `default`.
fn is_status(key: &str) -> bool {
    let digits = key.len() == 3 && key.starts_with(|c| matches!(c, '1'..='5'));
    key == "default"
        || digits && (key.ends_with("XX") || key.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reports(mut document: Value) -> Vec<String> {
        let defaults =
            json!({"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {}});
        if let (Value::Object(document), Value::Object(defaults)) = (&mut document, defaults) {
            for (key, value) in defaults {
                document.entry(key).or_insert(value);
            }
        }
        let mut reports = Reports::default();
        check(&document, &mut reports);
        reports
            .into_sorted()
            .into_iter()
            .map(|report| format!("{report}; {}", report.help.as_deref().unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_misspelled_keyword_is_reported_with_the_correct_spelling() {
        let found = reports(json!({"components": {"schemas": {"A": {"requierd": ["a"]}}}}));
        assert_eq!(
            found,
            [
                "error[unknown-key]: unknown key `requierd` in a schema (at /components/schemas/A/requierd); did you mean `required`?"
            ]
        );
    }

    #[test]
    fn a_property_may_have_any_name() {
        let schema = json!({"properties": {"x-y": {"type": "string"}, "$ref": {"type": "string"}, "requierd": {}}});
        assert!(reports(json!({"components": {"schemas": {"A": schema}}})).is_empty());
    }

    #[test]
    fn other_versions_are_refused() {
        for (document, says) in [
            (json!({"openapi": "3.1.0"}), "OpenAPI `3.1.0` document"),
            (json!({"swagger": "2.0"}), "Swagger 2.0"),
            (json!([]), "must be an object"),
            (json!({"openapi": 3.0}), "only OpenAPI 3.0 is supported"),
        ] {
            let found = reports(document);
            assert!(found.len() == 1 && found[0].contains(says), "{found:?}");
        }
    }

    #[test]
    fn references_must_resolve() {
        let found = reports(json!({"components": {"schemas": {
            "A": {"$ref": "#/components/schemas/B"},
            "C": {"$ref": "other.yaml#/B"},
            "D": {"$ref": "#/components/schemas/A/properties/b", "minimum": 1},
            "E": {"$ref": "#/info"},
        }}}));
        assert_eq!(found.len(), 5, "{found:#?}");
    }

    #[test]
    fn a_key_that_resembles_no_keyword_is_a_warning() {
        let found = reports(json!({"deprecated": true, "components": {"schemas": {"A": {
            "examples": [], "const": 1, "tpye": "string", "qwertyuiop": 1, "style": "form",
        }}}}));
        let told: Vec<&str> =
            found.iter().filter_map(|report| report.split(" (at").next()).collect();
        assert_eq!(
            told,
            [
                "error[unknown-key]: unknown key `tpye` in a schema",
                "warning[unknown-key]: `const` has no meaning in a schema; it is ignored",
                "warning[unknown-key]: `examples` has no meaning in a schema; it is ignored",
                "warning[unknown-key]: `qwertyuiop` has no meaning in a schema; it is ignored",
                "warning[unknown-key]: `style` has no meaning in a schema; it is ignored",
                "warning[unknown-key]: `deprecated` has no meaning in an OpenAPI document; it is ignored",
            ]
        );
    }

    #[test]
    fn unsupported_keywords_are_warnings() {
        let found = reports(json!({"components": {"schemas": {"A": {"not": {}}}}}));
        assert!(found[0].starts_with("warning[unsupported-keyword]"), "{found:?}");
    }
}
