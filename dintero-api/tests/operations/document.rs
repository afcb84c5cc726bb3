//! Reads the corrected API document: spec/payments-api.yaml and spec/supplement.yaml, with the actions of
//! spec/overlay.yaml applied. None of the generator's code is used, so that the tests do not repeat the generator's
//! mistakes.

use std::sync::LazyLock;

use saphyr::{LoadableYamlNode as _, Scalar, Yaml};
use serde_json::{Map, Value};
use serde_json_path::JsonPath;

/// The document with all corrections, as JSON.
pub(crate) static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    let mut document = read("payments-api.yaml");
    add(&mut document, &read("supplement.yaml"));
    let overlay = read("overlay.yaml");
    for action in overlay["actions"].as_array().expect("the overlay has actions") {
        apply(&mut document, action);
    }
    document
});

/// An operation of the document.
pub(crate) struct Documented {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    /// The parameters of the path item and of the operation, with resolved references.
    pub(crate) parameters: Vec<&'static Value>,
    pub(crate) operation: &'static Value,
}

/// Returns all operations that the merchant calls.
pub(crate) fn operations() -> Vec<Documented> {
    all().filter(|operation| !is_callback(operation)).collect()
}

/// Returns the callbacks that Dintero sends to the merchant.
pub(crate) fn callbacks() -> Vec<Documented> {
    all().filter(is_callback).collect()
}

fn is_callback(operation: &Documented) -> bool {
    operation.path.starts_with("/examples/")
}

fn all() -> impl Iterator<Item = Documented> {
    object(&DOCUMENT["paths"]).flat_map(|(path, item)| {
        let operations = object(item).filter(|(_, entry)| entry.get("responses").is_some());
        operations.map(move |(method, operation)| Documented::new(method, path, item, operation))
    })
}

/// Returns the operation with this method and path. Panics if the document has no such operation.
pub(crate) fn operation(method: &str, path: &str) -> Documented {
    let found = all().find(|found| found.method == method && found.path == path);
    found.unwrap_or_else(|| panic!("the document has no {method} {path}"))
}

impl Documented {
    fn new(
        method: &'static str,
        path: &'static str,
        item: &'static Value,
        operation: &'static Value,
    ) -> Self {
        let lists = [&item["parameters"], &operation["parameters"]];
        let parameters = lists.into_iter().flat_map(list).map(resolve).collect();
        Self { method, path, parameters, operation }
    }

    pub(crate) fn parameters_in(&self, place: &str) -> Vec<&'static Value> {
        self.parameters.iter().copied().filter(|parameter| parameter["in"] == place).collect()
    }

    /// Returns the host and the path prefix of the operation's server.
    pub(crate) fn server(&self) -> (&'static str, &'static str) {
        let servers = [&self.operation["servers"], &DOCUMENT["servers"]];
        let url = servers.into_iter().find_map(|servers| servers[0]["url"].as_str());
        let url = url.expect("the document names a server").strip_prefix("https://");
        let url = url.expect("server URLs are HTTPS").trim_end_matches('/');
        url.split_once('/').unwrap_or((url, ""))
    }

    /// Returns the names of the alternative security schemes, or an empty list if the operation needs no
    /// authentication.
    pub(crate) fn schemes(&self) -> Vec<&'static str> {
        let security = self.operation.get("security").unwrap_or(&DOCUMENT["security"]);
        list(security).flat_map(|alternative| object(alternative).map(|(name, _)| name)).collect()
    }

    /// Returns the JSON schema of the body, and whether the body is required.
    pub(crate) fn body(&self) -> Option<(&'static Value, bool)> {
        let body = resolve(self.operation.get("requestBody")?);
        Some((&body["content"]["application/json"]["schema"], body["required"] == true))
    }

    /// Returns the status (or `default`) and the response object of every response.
    pub(crate) fn responses(&self) -> impl Iterator<Item = (&'static str, &'static Value)> {
        object(&self.operation["responses"]).map(|(status, response)| (status, resolve(response)))
    }

    /// Returns the success statuses and their contents (media type and schema).
    pub(crate) fn successes(&self) -> Vec<(u16, Vec<(&'static str, &'static Value)>)> {
        let successes = self.responses().filter(|(status, _)| status.starts_with('2'));
        successes
            .map(|(status, response)| {
                let content = object(&response["content"]);
                let content = content.map(|(media, content)| (media, &content["schema"]));
                (status.parse().expect("a status is a number"), content.collect())
            })
            .collect()
    }

    /// Returns whether the document allows this operation to be retried.
    pub(crate) fn is_retryable(&self) -> bool {
        self.method == "get" || self.operation["x-repeatable"] == true
    }

    /// Returns the name that the overlay gives the operation, such as `sessions.get`.
    pub(crate) fn rust_name(&self) -> String {
        let part = |name| self.operation[name].as_str().expect("the overlay names every operation");
        format!("{}.{}", part("x-rust-group"), part("x-rust-name"))
    }
}

/// Resolves references.
pub(crate) fn resolve(mut value: &'static Value) -> &'static Value {
    while let Some(reference) = value["$ref"].as_str() {
        let pointer = reference.strip_prefix('#').expect("references point into the same document");
        value = DOCUMENT.pointer(pointer).unwrap_or_else(|| panic!("nothing at {reference}"));
    }
    value
}

/// Returns the entries of an object, or no entries if the value is not an object.
pub(crate) fn object(
    value: &'static Value,
) -> impl Iterator<Item = (&'static str, &'static Value)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

/// Returns the items of an array, or no items if the value is not an array.
pub(crate) fn list(value: &'static Value) -> impl Iterator<Item = &'static Value> {
    value.as_array().into_iter().flatten()
}

/// Adds the supplement's paths and schemas to the document. The supplement's operations that have no `security` get the
/// `security` of the supplement.
fn add(document: &mut Value, supplement: &Value) {
    let text = supplement.to_string().replace("payments-api.yaml#/", "#/");
    let mut supplement: Value = serde_json::from_str(&text).expect("the supplement is JSON");
    assert_eq!(
        supplement["servers"], document["servers"],
        "both documents must have the same servers"
    );
    let security = supplement["security"].clone();
    for item in supplement["paths"].as_object_mut().expect("there are paths").values_mut() {
        let entries = item.as_object_mut().expect("a path item is an object").values_mut();
        for operation in entries.filter_map(Value::as_object_mut) {
            operation.entry("security").or_insert_with(|| security.clone());
        }
    }
    for part in ["/paths", "/components/schemas"] {
        let more = supplement.pointer(part).and_then(Value::as_object).expect("both exist").clone();
        let known = document.pointer_mut(part).and_then(Value::as_object_mut);
        let known = known.expect("the document has both");
        for (name, value) in more {
            assert!(known.insert(name.clone(), value).is_none(), "{name} is in both documents");
        }
    }
}

fn apply(document: &mut Value, action: &Value) {
    let target = action["target"].as_str().expect("an action has a target");
    let path = JsonPath::parse(target).unwrap_or_else(|error| panic!("{target}: {error}"));
    let places: Vec<String> =
        path.query_located(document).locations().map(|place| place.to_json_pointer()).collect();
    assert!(!places.is_empty(), "{target} matches nothing");
    // Removal starts at the last element, so that the indices of the other array elements stay valid.
    for place in places.iter().rev() {
        if action["remove"] == true {
            remove(document, place);
        } else {
            let node = document.pointer_mut(place).expect("a location that was found exists");
            update(node, &action["update"]);
        }
    }
}

fn remove(document: &mut Value, place: &str) {
    let (parent, name) = place.rsplit_once('/').expect("the document itself is never removed");
    match document.pointer_mut(parent).expect("a location that was found has a parent") {
        Value::Object(object) => {
            object.remove(&name.replace("~1", "/").replace("~0", "~"));
        }
        Value::Array(array) => {
            array.remove(name.parse().expect("a location in an array is a number"));
        }
        _ => panic!("{place} is not in an object or array"),
    }
}

/// Applies an update as the Overlay Specification defines it: objects are merged, arrays are extended, and everything
/// else is replaced.
fn update(node: &mut Value, update: &Value) {
    match (node, update) {
        (Value::Object(node), Value::Object(with)) => {
            for (name, value) in with {
                self::update(node.entry(name).or_insert(Value::Null), value);
            }
        }
        (Value::Array(node), Value::Array(more)) => node.extend(more.iter().cloned()),
        (node, with) => *node = with.clone(),
    }
}

fn read(file: &str) -> Value {
    let path = format!("{}/../spec/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
    json(&documents[0])
}

fn json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => (*value).into(),
        Yaml::Value(Scalar::Integer(value)) => (*value).into(),
        Yaml::Value(Scalar::FloatingPoint(value)) => value.into_inner().into(),
        Yaml::Value(Scalar::String(value)) => value.as_ref().into(),
        Yaml::Sequence(items) => items.iter().map(json).collect(),
        Yaml::Mapping(entries) => {
            let entries = entries.iter().map(|(name, value)| (key(name), json(value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        other => panic!("not plain YAML: {other:?}"),
    }
}

/// Returns the key of a mapping as text. The keys of responses may be numbers.
fn key(yaml: &Yaml<'_>) -> String {
    match json(yaml) {
        Value::String(key) => key,
        other => other.to_string(),
    }
}
