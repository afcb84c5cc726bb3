//! The keywords of OpenAPI 3.0, as tables: the keys of each kind of object, the types of their values, and the
//! places where a reference may replace an object.

use serde_json::Value;

use crate::pointer::Pointer;

/// The expected value of a key.
pub(super) enum Expect {
    Text,
    Bool,
    Number,
    Count,
    Any,
    Texts,
    Values,
    Object(&'static Kind),
    /// `additionalProperties`: a schema, or whether additional properties are allowed.
    BoolOr(&'static Kind),
    List(&'static Kind),
    /// An object with arbitrary keys, whose values are objects of this kind.
    Map(&'static Kind),
    /// An object with arbitrary keys, whose values are strings, such as `scopes` or `mapping`.
    MapOfText,
    /// Security requirements: a list of objects with arbitrary keys, whose values are lists of scopes.
    Requirements,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// Paths and their operations.
    Paths,
    /// Statuses and their responses.
    Responses,
    /// Accepted, but without effect on the generated code; the message says what is lost.
    Unsupported(&'static str),
}

use Expect::{
    Any, Bool, BoolOr, Count, List, Map, MapOfText, Number, Object, OneOf, Paths, Requirements,
    Responses, Text, Texts, Unsupported, Values,
};

/// A kind of object in the document.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) keys: &'static [(&'static str, Expect)],
    pub(super) required: &'static [&'static str],
    /// The section of `components` that a `$ref` in place of this object must point to, if a reference is allowed.
    pub(super) reference: Option<Section>,
}

/// The kind of object that a reference points to, named after its section of `components`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Section {
    Schemas,
    Responses,
    Parameters,
    RequestBodies,
    Headers,
    SecuritySchemes,
    /// Path items, which have no section in OpenAPI 3.0 and refer to each other directly.
    PathItems,
}

impl Section {
    /// Returns the key under `components`.
    pub(super) fn key(self) -> Option<&'static str> {
        match self {
            Self::Schemas => Some("schemas"),
            Self::Responses => Some("responses"),
            Self::Parameters => Some("parameters"),
            Self::RequestBodies => Some("requestBodies"),
            Self::Headers => Some("headers"),
            Self::SecuritySchemes => Some("securitySchemes"),
            Self::PathItems => None,
        }
    }
}

impl Kind {
    const fn new(name: &'static str, keys: &'static [(&'static str, Expect)]) -> Self {
        Self { name, keys, required: &[], reference: None }
    }

    const fn required(mut self, required: &'static [&'static str]) -> Self {
        self.required = required;
        self
    }

    const fn or_reference_to(mut self, section: Section) -> Self {
        self.reference = Some(section);
        self
    }
}

pub(super) static DOCUMENT: Kind = Kind::new(
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
        ("variables", Unsupported("server variables are not substituted")),
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
.or_reference_to(Section::SecuritySchemes);

pub(super) static PATH_ITEM: Kind = Kind::new(
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
        ("$ref", Text),
    ],
)
.or_reference_to(Section::PathItems);

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
        ("callbacks", Unsupported("no types are generated for the callbacks of an operation")),
        ("deprecated", Bool),
        ("security", Requirements),
        ("servers", List(&SERVER)),
    ],
)
.required(&["responses"]);

pub(super) static PARAMETER: Kind = Kind::new(
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
.or_reference_to(Section::Parameters);

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
.or_reference_to(Section::Headers);

static REQUEST_BODY: Kind = Kind::new(
    "a request body",
    &[("description", Text), ("content", Map(&MEDIA_TYPE)), ("required", Bool)],
)
.required(&["content"])
.or_reference_to(Section::RequestBodies);

static MEDIA_TYPE: Kind = Kind::new(
    "a media type",
    &[("schema", Object(&SCHEMA)), ("example", Any), ("examples", Any), ("encoding", Any)],
);

pub(super) static RESPONSE: Kind = Kind::new(
    "a response",
    &[
        ("description", Text),
        ("headers", Map(&HEADER)),
        ("content", Map(&MEDIA_TYPE)),
        ("links", Any),
    ],
)
.required(&["description"])
.or_reference_to(Section::Responses);

static DISCRIMINATOR: Kind =
    Kind::new("a discriminator", &[("propertyName", Text), ("mapping", MapOfText)])
        .required(&["propertyName"]);

pub(super) const STYLES: &[&str] =
    &["matrix", "label", "form", "simple", "spaceDelimited", "pipeDelimited", "deepObject"];

pub(super) static SCHEMA: Kind = Kind::new(
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
        ("not", Unsupported("`not` cannot be expressed as a Rust type")),
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
.or_reference_to(Section::Schemas);

/// A feature in `x-rust-features`.
pub(super) static FEATURE: Kind =
    Kind::new("a feature", &[("modules", Texts), ("needs", Texts)]).required(&["modules"]);

/// Every kind of object that these tables describe.
pub(super) static KINDS: [&Kind; 17] = [
    &DOCUMENT,
    &INFO,
    &SERVER,
    &TAG,
    &EXTERNAL_DOCS,
    &COMPONENTS,
    &SECURITY_SCHEME,
    &PATH_ITEM,
    &OPERATION,
    &PARAMETER,
    &HEADER,
    &REQUEST_BODY,
    &MEDIA_TYPE,
    &RESPONSE,
    &DISCRIMINATOR,
    &SCHEMA,
    &FEATURE,
];

/// Keywords that JSON Schema or later versions of OpenAPI define.
const ELSEWHERE: &[&str] = &[
    "$comment",
    "$id",
    "$schema",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "definitions",
    "dependencies",
    "else",
    "examples",
    "id",
    "if",
    "optional",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedProperties",
    "webhooks",
];

/// Returns whether another kind of object, JSON Schema or a later version of OpenAPI has this key. Such a key is
/// misplaced rather than misspelled.
pub(super) fn is_known_elsewhere(key: &str) -> bool {
    ELSEWHERE.contains(&key)
        || KINDS.iter().any(|kind| kind.keys.iter().any(|(known, _)| *known == key))
}

/// The part of the tables that a pointer leads to.
enum Spot {
    Object(&'static Kind),
    Value(&'static Expect),
}

impl Spot {
    fn of(expect: &'static Expect) -> Self {
        match expect {
            Object(kind) | BoolOr(kind) => Self::Object(kind),
            expect => Self::Value(expect),
        }
    }

    fn step(&self, token: &str) -> Option<Self> {
        Some(match self {
            Self::Object(kind) => Self::of(&kind.keys.iter().find(|(key, _)| *key == token)?.1),
            Self::Value(List(kind) | Map(kind)) => Self::Object(kind),
            Self::Value(Paths) => Self::Object(&PATH_ITEM),
            Self::Value(Responses) => Self::Object(&RESPONSE),
            Self::Value(_) => return None,
        })
    }
}

/// Returns the kind of object that is expected at a pointer.
pub(super) fn kind_at(pointer: &Pointer) -> Option<&'static Kind> {
    let mut spot = Spot::Object(&DOCUMENT);
    for token in pointer.tokens() {
        spot = spot.step(&token)?;
    }
    match spot {
        Spot::Object(kind) => Some(kind),
        Spot::Value(_) => None,
    }
}

/// One token of the path to an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step<'a> {
    Key(&'a str),
    Index(usize),
}

/// Converts a path to a pointer.
pub(super) fn pointer_of(path: &[Step<'_>]) -> Pointer {
    path.iter().fold(Pointer::root(), |at, step| match step {
        Step::Key(key) => at.child(key),
        Step::Index(index) => at.item(*index),
    })
}

/// Returns the part of a document that the operations are read from: the keys of the tables, without those that have no
/// effect. An error of the typed reader has no position, so everything that it could refuse is removed here or checked
/// by [`super::check`]. Schemas are read from the document itself, so each schema is replaced by an empty one.
pub(crate) fn without_unused(document: &Value) -> Value {
    kept(document, &DOCUMENT)
}

fn kept(value: &Value, kind: &'static Kind) -> Value {
    let Some(members) = value.as_object() else { return value.clone() };
    if let Some(reference) = members.get("$ref").filter(|_| is_replaced(kind)) {
        return serde_json::json!({ "$ref": reference });
    }
    if kind.reference == Some(Section::Schemas) {
        return Value::Object(serde_json::Map::new());
    }
    let mut kept_members = serde_json::Map::new();
    for (key, expect) in kind.keys {
        let Some(value) = members.get(*key) else { continue };
        let value = match expect {
            // The typed reader requires the flows, but their contents have no effect.
            Any if *key == "flows" => Value::Object(serde_json::Map::new()),
            Any if *key == "example" && kind.name == PARAMETER.name => value.clone(),
            Any | Unsupported(_) => continue,
            Text if *key == "$ref" => continue,
            Map(kind) if kind.reference == Some(Section::Schemas) => continue,
            Object(kind) | BoolOr(kind) => kept(value, kind),
            List(kind) => match value.as_array() {
                Some(items) => Value::Array(items.iter().map(|item| kept(item, kind)).collect()),
                None => value.clone(),
            },
            Map(kind) => kept_map(value, kind, |_| true),
            Paths => kept_map(value, &PATH_ITEM, |path| path.starts_with('/')),
            Responses => kept_map(value, &RESPONSE, |status| !status.starts_with("x-")),
            _ => value.clone(),
        };
        kept_members.insert((*key).to_owned(), value);
    }
    Value::Object(kept_members)
}

fn kept_map(value: &Value, kind: &'static Kind, is_key: fn(&str) -> bool) -> Value {
    let Some(members) = value.as_object() else { return value.clone() };
    let members = members.iter().filter(|(key, _)| is_key(key));
    Value::Object(members.map(|(key, value)| (key.clone(), kept(value, kind))).collect())
}

/// Returns whether a reference replaces an object of this kind. A path item may have operations of its own beside the
/// reference.
pub(super) fn is_replaced(kind: &Kind) -> bool {
    kind.reference.is_some_and(|section| section != Section::PathItems)
}

/// Calls `visit` for each object of a document, with its kind and path, outer objects first. Members beside a `$ref`
/// have no meaning and are skipped, except for those of path items.
pub(super) fn each_object<'a>(
    document: &'a Value,
    visit: &mut impl FnMut(&serde_json::Map<String, Value>, &'static Kind, &[Step<'a>]),
) {
    object(document, &DOCUMENT, &mut Vec::new(), visit);
}

type Path<'a> = Vec<Step<'a>>;

fn object<'a>(
    value: &'a Value,
    kind: &'static Kind,
    path: &mut Path<'a>,
    visit: &mut impl FnMut(&serde_json::Map<String, Value>, &'static Kind, &[Step<'a>]),
) {
    let Some(members) = value.as_object() else { return };
    visit(members, kind, path);
    if is_replaced(kind) && members.contains_key("$ref") {
        return;
    }
    for (key, value) in members {
        let Some((_, expect)) = kind.keys.iter().find(|(known, _)| known == key) else { continue };
        path.push(Step::Key(key));
        match expect {
            Object(kind) | BoolOr(kind) => object(value, kind, path, visit),
            List(kind) => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    path.push(Step::Index(index));
                    object(item, kind, path, visit);
                    path.pop();
                }
            }
            Map(_) | Paths | Responses => {
                let kind = match expect {
                    Map(kind) => kind,
                    Paths => &PATH_ITEM,
                    _ => &RESPONSE,
                };
                for (key, value) in value.as_object().into_iter().flatten() {
                    path.push(Step::Key(key));
                    object(value, kind, path, visit);
                    path.pop();
                }
            }
            _ => {}
        }
        path.pop();
    }
}
