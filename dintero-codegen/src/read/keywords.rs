//! The keywords of OpenAPI 3.0: every key of the raw document is looked up here, because a typed reader drops
//! the ones it does not know (`requierd`) without a word. What the generator gives no meaning is reported.

use serde_json::Value;

use crate::extensions::Derive;
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// What may stand behind a key.
enum Expect {
    Text,
    Bool,
    Number,
    Count,
    Any,
    Texts,
    Values,
    Object(&'static Kind),
    /// `additionalProperties`: a schema, or whether there may be any.
    BoolOr(&'static Kind),
    List(&'static Kind),
    /// Any keys, each with an object of this kind.
    Map(&'static Kind),
    /// `scopes`, `mapping`: any keys, each with text.
    MapOfText,
    /// A security requirement: any keys, each with a list of scopes.
    Requirements,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Paths with their operations.
    Paths,
    /// Statuses with their responses.
    Responses,
    /// Read, but without effect on the generated code; says what is lost.
    Unsupported(&'static str),
}

use Expect::{
    Any, Bool, BoolOr, Count, List, Map, MapOfText, Number, Object, OneOf, Paths, Requirements,
    Responses, Text, Texts, Unsupported, Values,
};

/// A kind of object in the document.
struct Kind {
    name: &'static str,
    keys: &'static [(&'static str, Expect)],
    required: &'static [&'static str],
    /// The section of `components` that `{$ref: …}` may lead to instead.
    reference: Option<&'static str>,
}

impl Kind {
    const fn new(name: &'static str, keys: &'static [(&'static str, Expect)]) -> Self {
        Self { name, keys, required: &[], reference: None }
    }

    const fn required(mut self, required: &'static [&'static str]) -> Self {
        self.required = required;
        self
    }

    const fn or_reference_to(mut self, section: &'static str) -> Self {
        self.reference = Some(section);
        self
    }
}

static DOCUMENT: Kind = Kind::new(
    "an OpenAPI document",
    &[
        ("openapi", Text),
        ("info", Object(&INFO)),
        ("servers", List(&SERVER)),
        ("paths", Paths),
        ("components", Object(&COMPONENTS)),
        ("security", Requirements),
        ("tags", List(&TAG)),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
    ],
)
.required(&["openapi", "info", "paths"]);

static INFO: Kind = Kind::new(
    "the document's info",
    &[
        ("title", Text),
        ("description", Text),
        ("termsOfService", Text),
        ("contact", Any),
        ("license", Any),
        ("version", Text),
    ],
)
.required(&["title", "version"]);

static SERVER: Kind = Kind::new(
    "a server",
    &[
        ("url", Text),
        ("description", Text),
        ("variables", Unsupported("the variables of a server are not filled in")),
    ],
)
.required(&["url"]);

static TAG: Kind = Kind::new(
    "a tag",
    &[("name", Text), ("description", Text), ("externalDocs", Object(&EXTERNAL_DOCS))],
)
.required(&["name"]);

static EXTERNAL_DOCS: Kind =
    Kind::new("external documentation", &[("description", Text), ("url", Text)]).required(&["url"]);

static COMPONENTS: Kind = Kind::new(
    "the components",
    &[
        ("schemas", Map(&SCHEMA)),
        ("responses", Map(&RESPONSE)),
        ("parameters", Map(&PARAMETER)),
        ("examples", Any),
        ("requestBodies", Map(&REQUEST_BODY)),
        ("headers", Map(&HEADER)),
        ("securitySchemes", Map(&SECURITY_SCHEME)),
        ("links", Any),
        ("callbacks", Any),
    ],
);

static SECURITY_SCHEME: Kind = Kind::new(
    "a security scheme",
    &[
        ("type", OneOf(&["apiKey", "http", "oauth2", "openIdConnect"])),
        ("description", Text),
        ("name", Text),
        ("in", Text),
        ("scheme", Text),
        ("bearerFormat", Text),
        ("flows", Any),
        ("openIdConnectUrl", Text),
    ],
)
.required(&["type"])
.or_reference_to("securitySchemes");

static PATH_ITEM: Kind = Kind::new(
    "a path item",
    &[
        ("summary", Text),
        ("description", Text),
        ("get", Object(&OPERATION)),
        ("put", Object(&OPERATION)),
        ("post", Object(&OPERATION)),
        ("delete", Object(&OPERATION)),
        ("options", Object(&OPERATION)),
        ("head", Object(&OPERATION)),
        ("patch", Object(&OPERATION)),
        ("trace", Object(&OPERATION)),
        ("servers", List(&SERVER)),
        ("parameters", List(&PARAMETER)),
        ("$ref", Unsupported("path items in other documents are not read")),
    ],
);

static OPERATION: Kind = Kind::new(
    "an operation",
    &[
        ("tags", Texts),
        ("summary", Text),
        ("description", Text),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
        ("operationId", Text),
        ("parameters", List(&PARAMETER)),
        ("requestBody", Object(&REQUEST_BODY)),
        ("responses", Responses),
        ("callbacks", Unsupported("callbacks of an operation get no types")),
        ("deprecated", Bool),
        ("security", Requirements),
        ("servers", List(&SERVER)),
    ],
)
.required(&["responses"]);

static PARAMETER: Kind = Kind::new(
    "a parameter",
    &[
        ("name", Text),
        ("in", OneOf(&["query", "header", "path", "cookie"])),
        ("description", Text),
        ("required", Bool),
        ("deprecated", Bool),
        ("allowEmptyValue", Bool),
        ("style", OneOf(STYLES)),
        ("explode", Bool),
        ("allowReserved", Unsupported("reserved characters are always encoded")),
        ("schema", Object(&SCHEMA)),
        ("example", Any),
        ("examples", Any),
        ("content", Map(&MEDIA_TYPE)),
    ],
)
.required(&["name", "in"])
.or_reference_to("parameters");

static HEADER: Kind = Kind::new(
    "a header",
    &[
        ("description", Text),
        ("required", Bool),
        ("deprecated", Bool),
        ("style", OneOf(STYLES)),
        ("explode", Bool),
        ("schema", Object(&SCHEMA)),
        ("example", Any),
        ("examples", Any),
        ("content", Map(&MEDIA_TYPE)),
    ],
)
.or_reference_to("headers");

static REQUEST_BODY: Kind = Kind::new(
    "a request body",
    &[("description", Text), ("content", Map(&MEDIA_TYPE)), ("required", Bool)],
)
.required(&["content"])
.or_reference_to("requestBodies");

static MEDIA_TYPE: Kind = Kind::new(
    "a media type",
    &[("schema", Object(&SCHEMA)), ("example", Any), ("examples", Any), ("encoding", Any)],
);

static RESPONSE: Kind = Kind::new(
    "a response",
    &[
        ("description", Text),
        ("headers", Map(&HEADER)),
        ("content", Map(&MEDIA_TYPE)),
        ("links", Any),
    ],
)
.required(&["description"])
.or_reference_to("responses");

static DISCRIMINATOR: Kind =
    Kind::new("a discriminator", &[("propertyName", Text), ("mapping", MapOfText)])
        .required(&["propertyName"]);

const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];

static SCHEMA: Kind = Kind::new(
    "a schema",
    &[
        ("title", Text),
        ("multipleOf", Number),
        ("maximum", Number),
        ("exclusiveMaximum", Bool),
        ("minimum", Number),
        ("exclusiveMinimum", Bool),
        ("maxLength", Count),
        ("minLength", Count),
        ("pattern", Text),
        ("maxItems", Count),
        ("minItems", Count),
        ("uniqueItems", Bool),
        ("maxProperties", Count),
        ("minProperties", Count),
        ("required", Texts),
        ("enum", Values),
        ("type", OneOf(&["object", "array", "string", "integer", "number", "boolean"])),
        ("not", Unsupported("`not` cannot be said with a Rust type")),
        ("allOf", List(&SCHEMA)),
        ("oneOf", List(&SCHEMA)),
        ("anyOf", List(&SCHEMA)),
        ("items", Object(&SCHEMA)),
        ("properties", Map(&SCHEMA)),
        ("additionalProperties", BoolOr(&SCHEMA)),
        ("description", Text),
        ("format", Text),
        ("default", Any),
        ("nullable", Bool),
        ("discriminator", Object(&DISCRIMINATOR)),
        ("readOnly", Bool),
        ("writeOnly", Bool),
        ("xml", Any),
        ("externalDocs", Object(&EXTERNAL_DOCS)),
        ("example", Any),
        ("deprecated", Bool),
    ],
)
.or_reference_to("schemas");

/// A member of `x-rust-features`.
static FEATURE: Kind =
    Kind::new("a feature", &[("modules", Texts), ("needs", Texts)]).required(&["modules"]);

/// The extensions that the generator reads; another `x-rust-…` is a misspelling.
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

/// Checks the version and every key of a document. Without a word said here, `openapiv3` reads it whole.
/// Returns whether it is a document of this version at all.
pub(crate) fn check(document: &Value, reports: &mut Reports) -> bool {
    let root = Pointer::root();
    if let Some(report) = version(document) {
        reports.push(report);
        return false;
    }
    Walk { document, reports }.object(document, &DOCUMENT, &root);
    true
}

/// What is wrong with the version, if anything.
fn version(document: &Value) -> Option<Report> {
    let root = Pointer::root();
    let wrong = |at: &Pointer, message: String, help: &str| {
        Some(Report::error("openapi-version", at, message).help(help))
    };
    if !document.is_object() {
        let help = "pass an OpenAPI 3.0 document";
        return wrong(&root, "an OpenAPI document is an object".into(), help);
    }
    if document.get("swagger").is_some() {
        let help = "convert it first, for example with the converter swagger2openapi";
        let message = "this is a Swagger 2.0 document; OpenAPI 3.0 is read".into();
        return wrong(&root.child("swagger"), message, help);
    }
    match document.get("openapi").map(|version| version.as_str().unwrap_or_default()) {
        None => {
            let help = "an OpenAPI document starts with `openapi: 3.0.x`";
            wrong(&root, "the document does not say its `openapi` version".into(), help)
        }
        Some(version) if version == "3.0" || version.starts_with("3.0.") => None,
        Some(version) => {
            let message = format!("this is an OpenAPI `{version}` document; OpenAPI 3.0 is read");
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

impl Walk<'_> {
    fn object(&mut self, value: &Value, kind: &Kind, at: &Pointer) {
        let Some(members) = value.as_object() else {
            self.wrong(at, kind.name);
            return;
        };
        if let (Some(section), Some(reference)) = (kind.reference, members.get("$ref")) {
            self.reference(reference, members, kind, section, at);
            return;
        }
        for (key, value) in members {
            if key.starts_with("x-") {
                self.extension(key, value, &at.child(key));
                continue;
            }
            match kind.keys.iter().find(|(known, _)| known == key) {
                Some((_, expect)) => self.value(value, expect, &at.child(key)),
                None => self.unknown(key, kind, at),
            }
        }
        let is_parameter = kind.name == PARAMETER.name;
        if is_parameter && !members.contains_key("schema") && !members.contains_key("content") {
            let report = Report::error("missing-key", at, "a parameter needs `schema`");
            self.reports.push(report.help("add `schema`"));
        }
        for key in kind.required {
            if !members.contains_key(*key) {
                let message = format!("{} needs `{key}`", kind.name);
                self.reports
                    .push(Report::error("missing-key", at, message).help(format!("add `{key}`")));
            }
        }
    }

    fn value(&mut self, value: &Value, expect: &Expect, at: &Pointer) {
        match expect {
            Any => {}
            Text if value.is_string() => {}
            Text => self.wrong(at, "text (in quotes if it looks like a number)"),
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
            Count => self.wrong(at, "a whole number that is not negative"),
            Texts => self
                .each(value, at, "a list of texts", |walk, item, at| walk.value(item, &Text, at)),
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
                let report = Report::warning("unsupported-keyword", at, *lost)
                    .help("accept it with `x-accept: [unsupported-keyword]` in the overlay, with the reason");
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

    /// Members whose keys have a form, beside extensions.
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

    /// The target of a discriminator's mapping: a reference, or the name of a schema.
    fn mapped(&mut self, value: &Value, at: &Pointer) {
        let Some(target) = value.as_str() else {
            self.wrong(at, "text");
            return;
        };
        let named =
            self.document.pointer("/components/schemas").and_then(|schemas| schemas.get(target));
        if named.is_none()
            && let Some((problem, help)) = self.misled(target, "schemas")
        {
            let message = format!("`{target}` {problem}");
            self.reports.push(Report::error("reference", at, message).help(help));
        }
    }

    fn reference(
        &mut self,
        reference: &Value,
        members: &serde_json::Map<String, Value>,
        kind: &Kind,
        section: &str,
        at: &Pointer,
    ) {
        let at_ref = at.child("$ref");
        match reference.as_str() {
            Some(target) => {
                if let Some((problem, help)) = self.misled(target, section) {
                    let message = format!("`{target}` {problem}");
                    self.reports.push(Report::error("reference", &at_ref, message).help(help));
                }
            }
            None => self.wrong(&at_ref, "text such as '#/components/schemas/Name'"),
        }
        for (key, value) in members.iter().filter(|(key, _)| *key != "$ref") {
            if key.starts_with("x-") {
                self.extension(key, value, &at.child(key));
            } else if !matches!(key.as_str(), "description" | "summary") {
                let message =
                    format!("`{key}` beside `$ref` has no effect in OpenAPI 3.0 ({})", kind.name);
                self.reports.push(
                    Report::warning("beside-reference", &at.child(key), message)
                        .help("wrap the reference in `allOf`"),
                );
            }
        }
    }

    /// What is wrong with the target of a reference, and what to do about it.
    fn misled(&self, target: &str, section: &str) -> Option<(&'static str, &'static str)> {
        let Some(pointer) = target.strip_prefix('#').filter(|pointer| pointer.starts_with('/'))
        else {
            return Some((
                "points into another document; only references inside this one are read",
                "bring the referenced object into `components`",
            ));
        };
        let Some(value) = self.document.pointer(pointer) else {
            return Some(("points to nothing", "correct the name, or add the component"));
        };
        if pointer.split('/').count() != 4 {
            return Some((
                "points into the middle of something; only components can be referred to",
                "give the object a name under `components`",
            ));
        }
        if !pointer.starts_with(&format!("/components/{section}/")) {
            return Some((
                "is of another kind than what is wanted here",
                "refer to a component of the right section",
            ));
        }
        // Schemas may be aliases of each other; other references are followed once.
        (section != "schemas" && value.get("$ref").is_some())
            .then_some(("is a reference itself", "refer to what it refers to"))
    }

    fn extension(&mut self, key: &str, value: &Value, at: &Pointer) {
        match key {
            "x-redact" | "x-from-client" | "x-callback" | "x-repeatable" | "x-confidential"
            | "x-v1-only" => self.value(value, &Bool, at),
            "x-accept" => self.value(value, &Texts, at),
            "x-rust-values" => self.value(value, &MapOfText, at),
            "x-rust-derive" => self.derive(value, at),
            "x-rust-features" => self.features(value, at),
            key if EXTENSIONS.contains(&key) => self.value(value, &Text, at),
            key if key.starts_with("x-rust-") => {
                let help = format!("the generator reads `{}`", EXTENSIONS.join("`, `"));
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
        let message = format!("`{name}` is not the name of a derive");
        self.reports.push(Report::error("rust-derive", at, message).help(help));
    }

    fn features(&mut self, value: &Value, at: &Pointer) {
        if at.parent().is_some_and(|parent| parent.is_root()) {
            return self.value(value, &Map(&FEATURE), at);
        }
        let message = "`x-rust-features` stands at the root of the document";
        let report = Report::error("rust-features", at, message);
        self.reports.push(report.help("give the overlay's action the target `$`"));
    }

    fn unknown(&mut self, key: &str, kind: &Kind, at: &Pointer) {
        let help = match nearest(key, kind.keys.iter().map(|(known, _)| *known)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "remove it, or name it `x-…` if it is an extension".to_owned(),
        };
        let message = format!("unknown key `{key}` in {}", kind.name);
        self.reports.push(Report::error("unknown-key", &at.child(key), message).help(help));
    }

    fn wrong(&mut self, at: &Pointer, expected: &str) {
        let report = Report::error("wrong-type", at, format!("expected {expected}"));
        self.reports.push(report.help("see the OpenAPI 3.0 specification for this keyword"));
    }
}

/// `200`, `4XX` or `default`.
fn is_status(key: &str) -> bool {
    let digits = key.len() == 3 && key.starts_with(|c| matches!(c, '1'..='5'));
    key == "default"
        || digits && (key.ends_with("XX") || key.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The word that was probably meant.
fn nearest(word: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let (near, apart) =
        known.map(|known| (known, distance(known, word))).min_by_key(|(_, apart)| *apart)?;
    (apart <= word.len() / 3).then_some(near)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
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
    fn a_misspelt_keyword_is_found_and_the_right_one_named() {
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
            (json!([]), "is an object"),
            (json!({"openapi": 3.0}), "OpenAPI 3.0 is read"),
        ] {
            let found = reports(document);
            assert!(found.len() == 1 && found[0].contains(says), "{found:?}");
        }
    }

    #[test]
    fn references_must_lead_somewhere() {
        let found = reports(json!({"components": {"schemas": {
            "A": {"$ref": "#/components/schemas/B"},
            "C": {"$ref": "other.yaml#/B"},
            "D": {"$ref": "#/components/schemas/A/properties/b", "minimum": 1},
        }}}));
        assert_eq!(found.len(), 4, "{found:#?}");
    }

    #[test]
    fn unsupported_keywords_are_warnings() {
        let found = reports(json!({"components": {"schemas": {"A": {"not": {}}}}}));
        assert!(found[0].starts_with("warning[unsupported-keyword]"), "{found:?}");
    }
}
