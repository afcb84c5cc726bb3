//! Checks JSON values against the document: whether a value is valid, and which of its properties are unknown, optional
//! or read-only. Also builds samples with every property.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::document::{DOCUMENT, list, object, resolve};

/// Returns the problems with a value, according to a schema of the document.
pub(crate) fn problems(schema: &'static Value, value: &Value) -> Vec<String> {
    invalid(&validator(schema), value)
}

/// Returns the problems that a validator finds in a value.
pub(crate) fn invalid(validator: &jsonschema::Validator, value: &Value) -> Vec<String> {
    let errors = validator.iter_errors(value);
    errors.map(|error| format!("{} at `{}`", error.masked(), error.instance_path())).collect()
}

/// Creates a validator for a schema of the document. This is slow.
pub(crate) fn validator(schema: &'static Value) -> jsonschema::Validator {
    static SCHEMAS: LazyLock<Value> =
        LazyLock::new(|| for_validation(&DOCUMENT["components"]["schemas"]));
    let root = json!({"allOf": [for_validation(schema)], "components": {"schemas": *SCHEMAS}});
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .should_validate_formats(true)
        // Opening hours are times of day without a time zone (`10:00`), which JSON Schema's `time` does not allow.
        .with_format("time", |_: &str| true)
        .build(&root)
        .unwrap_or_else(|error| panic!("the document's schemas cannot be used: {error}"))
}

/// Converts an OpenAPI 3.0 schema to JSON Schema, in which `null` is a type. A value of a type with a discriminator is
/// only validated against the base schema. The properties that the variants add are only checked by name, in `Shape`.
fn for_validation(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(for_validation).collect(),
        Value::Object(entries) => {
            let mut entries: Map<String, Value> =
                entries.iter().map(|(name, value)| (name.clone(), for_validation(value))).collect();
            if entries.get("nullable") == Some(&Value::Bool(true)) {
                nullable(&mut entries);
            }
            Value::Object(entries)
        }
        other => other.clone(),
    }
}

fn nullable(schema: &mut Map<String, Value>) {
    if let Some(kind) = schema.get_mut("type").filter(|kind| kind.is_string()) {
        *kind = json!([kind.take(), "null"]);
    }
    if let Some(values) = schema.get_mut("enum").and_then(Value::as_array_mut) {
        values.push(Value::Null);
    }
}

/// The properties of an object, from all parts of its schema. `anyOf` is ignored, because the document uses it only for
/// scalars.
#[derive(Default)]
struct Shape {
    properties: BTreeMap<&'static str, Vec<&'static Value>>,
    required: Vec<&'static str>,
    /// The schema of additional properties.
    additional: Option<&'static Value>,
    /// Whether any property is allowed, because the document lists none.
    is_free: bool,
    items: Vec<&'static Value>,
    /// The base schemas whose variant has already been added. A variant may have two base schemas.
    bases: Vec<String>,
}

impl Shape {
    /// Builds the shape of a value from the schemas that apply to it. The value's tag selects the variant.
    fn of(schemas: &[&'static Value], value: &Value) -> Self {
        let mut shape = Self::default();
        for schema in schemas {
            shape.add(schema, value);
        }
        let is_open = shape.properties.is_empty() && shape.additional.is_none();
        shape.is_free = is_open && shape.items.is_empty();
        shape
    }

    fn add(&mut self, schema: &'static Value, value: &Value) {
        let name = schema["$ref"].as_str();
        let schema = resolve(schema);
        for part in list(&schema["allOf"]) {
            self.add(part, value);
        }
        for (property, schema) in object(&schema["properties"]) {
            self.properties.entry(property).or_default().push(schema);
        }
        self.required.extend(list(&schema["required"]).filter_map(Value::as_str));
        self.items.extend(schema.get("items"));
        self.additional = self.additional.or(schema.get("additionalProperties"));
        if let (Some(tag), Some(base)) = (schema["discriminator"]["propertyName"].as_str(), name) {
            self.add_variant(tag, base, value);
        }
    }

    /// Adds the properties of the variant that the value's tag selects.
    fn add_variant(&mut self, tag: &'static str, base: &str, value: &Value) {
        if self.bases.iter().any(|known| known == base) {
            return;
        }
        self.bases.push(base.to_owned());
        // The tag selects the variant, so it is present even if the document does not require it.
        self.required.push(tag);
        if let Some((_, variant)) = variants(base).into_iter().find(|(name, _)| value[tag] == *name)
        {
            for part in list(&variant["allOf"]).filter(|part| part["$ref"] != *base) {
                self.add(part, value);
            }
        }
    }

    /// Returns the schemas of one property, or `None` if the document does not allow the property.
    fn property(&self, name: &str) -> Option<Vec<&'static Value>> {
        match (self.properties.get(name), self.additional) {
            (Some(schemas), _) => Some(schemas.clone()),
            (None, Some(schema)) => Some(vec![schema]),
            (None, None) => self.is_free.then(Vec::new),
        }
    }
}

/// Returns the tag value and schema of every variant of a type with a discriminator. The variants are the schemas
/// whose `allOf` includes the type.
fn variants(base: &str) -> Vec<(&'static str, &'static Value)> {
    let is_of_base = |schema: &Value| {
        schema["allOf"].as_array().is_some_and(|all| all.iter().any(|part| part["$ref"] == *base))
    };
    object(&DOCUMENT["components"]["schemas"])
        .filter(|(_, schema)| is_of_base(schema))
        .filter_map(|(_, schema)| Some((schema["x-discriminator-value"].as_str()?, schema)))
        .collect()
}

/// The properties to find in a value.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Find {
    /// Properties that are not in the document, such as `itmes`.
    Unknown,
    /// Properties that only Dintero may set.
    ReadOnly,
    /// Properties that are optional.
    Optional,
}

/// Returns the paths of all properties of this kind, at any depth, but not those inside a property that was found.
pub(crate) fn find(what: Find, schema: &'static Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    search(what, &[schema], value, "", &mut found);
    found
}

fn search(
    what: Find,
    schemas: &[&'static Value],
    value: &Value,
    place: &str,
    found: &mut Vec<String>,
) {
    let shape = Shape::of(schemas, value);
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        search(what, &shape.items, item, &format!("{place}/{index}"), found);
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        let place = format!("{place}/{name}");
        let schemas = shape.property(name);
        let is_found = match what {
            Find::Unknown => schemas.is_none(),
            Find::ReadOnly => schemas.iter().flatten().any(|schema| is_read_only(schema)),
            Find::Optional => !shape.required.contains(&name.as_str()),
        };
        if is_found {
            found.push(place);
        } else {
            search(what, &schemas.unwrap_or_default(), value, &place, found);
        }
    }
}

fn is_read_only(schema: &'static Value) -> bool {
    let schema = resolve(schema);
    schema["readOnly"] == true || list(&schema["allOf"]).any(is_read_only)
}

/// Returns the value without the properties that only Dintero may set.
pub(crate) fn without_read_only(schema: &'static Value, value: &Value) -> Value {
    let mut value = value.clone();
    for place in find(Find::ReadOnly, schema, &value) {
        let (parent, name) = place.rsplit_once('/').expect("a location has a parent");
        let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
        parent.expect("read-only properties are in objects").remove(name);
    }
    value
}

/// Creates a value with every property in the document, using its examples if there are any.
pub(crate) fn sample(schema: &'static Value) -> Value {
    nth_sample(schema, 0)
}

/// Creates enough samples to include every variant.
pub(crate) fn samples(schema: &'static Value) -> Vec<Value> {
    let mut samples: Vec<Value> = Vec::new();
    // Creates samples until the first sample occurs again.
    for choice in 0.. {
        let sample = nth_sample(schema, choice);
        if samples.first() == Some(&sample) {
            break;
        }
        samples.push(sample);
    }
    samples
}

fn nth_sample(schema: &'static Value, choice: usize) -> Value {
    let sample = |schema| nth_sample(schema, choice);
    let name = schema["$ref"].as_str();
    let schema = resolve(schema);
    if let (Some(tag), Some(base)) = (schema["discriminator"]["propertyName"].as_str(), name) {
        let (value, variant) =
            variants(base).into_iter().cycle().nth(choice).expect("a base has variants");
        let parts = list(&variant["allOf"]).filter(|part| part["$ref"] != *base);
        // A second base schema of the variant adds only its own properties, not another choice of variants.
        let own = |part: &'static Value| match resolve(part) {
            other if other.get("discriminator").is_some() => sample_of_properties(other, choice),
            _ => sample(part),
        };
        let mut sample = merged(parts.map(own));
        sample[tag] = value.into();
        return merged([sample, sample_of_properties(schema, choice)].into_iter());
    }
    let has_parts = ["allOf", "properties"].iter().any(|key| schema.get(key).is_some());
    if has_parts {
        let parts = list(&schema["allOf"]).map(sample);
        return merged(parts.chain([sample_of_properties(schema, choice)]));
    }
    if let Some(first) = schema["anyOf"].get(0) {
        return sample(first);
    }
    if let Some(items) = schema.get("items").filter(|_| schema["type"] == "array") {
        return json!([sample(items)]);
    }
    if let Some(additional) = schema.get("additionalProperties").filter(|any| any.is_object()) {
        return json!({"key": sample(additional)});
    }
    schema.get("example").cloned().unwrap_or_else(|| sample_of_scalar(schema))
}

fn sample_of_properties(schema: &'static Value, choice: usize) -> Value {
    object(&schema["properties"])
        .map(|(name, schema)| match nth_sample(schema, choice) {
            Value::Null => (name.to_owned(), json!("anything")),
            sample => (name.to_owned(), sample),
        })
        .collect::<Map<_, _>>()
        .into()
}

fn sample_of_scalar(schema: &Value) -> Value {
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("integer" | "number"), _) => schema.get("minimum").cloned().unwrap_or(json!(12)),
        (Some("boolean"), _) => json!(true),
        (Some("object"), _) => json!({}),
        (_, Some("date-time")) => json!("2026-05-04T12:30:00Z"),
        (_, Some("date")) => json!("2026-05-04"),
        (_, Some("uri")) => json!("https://shop.example/a"),
        (_, Some("uuid")) => json!("5f8f1c0e-2a9b-4f7d-9a51-3d1a0c6b7e42"),
        (_, Some("iso4217-code")) => json!("NOK"),
        _ if schema["maxLength"] == 3 => json!("NOK"),
        _ if schema["maxLength"] == 2 => json!("NO"),
        (_, Some("iso3166-alpha2")) => json!("NO"),
        (_, Some("decimal")) => json!("12.5"),
        (Some(_), _) => json!("text"),
        // A part of a schema that has no type, such as `readOnly: true`.
        (None, _) => Value::Null,
    }
}

/// Merges samples of the same value deeply. Of two scalars, the first is kept.
fn merged(parts: impl Iterator<Item = Value>) -> Value {
    fn into(whole: &mut Value, part: Value) {
        match (whole, part) {
            (Value::Object(whole), Value::Object(part)) => {
                for (name, value) in part {
                    into(whole.entry(name).or_insert(Value::Null), value);
                }
            }
            (Value::Array(whole), Value::Array(part)) if whole.len() == part.len() => {
                whole.iter_mut().zip(part).for_each(|(whole, part)| into(whole, part));
            }
            (whole @ Value::Null, part) => *whole = part,
            _ => {}
        }
    }
    parts.fold(Value::Null, |mut whole, part| {
        into(&mut whole, part);
        whole
    })
}

/// Returns the differences between two values. `1` and `1.0` are equal, and so are two spellings of the same timestamp.
pub(crate) fn differences(left: &Value, right: &Value) -> Vec<String> {
    fn compare(left: &Value, right: &Value, place: &str, found: &mut Vec<String>) {
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => {
                let names =
                    left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
                for name in names {
                    let place = format!("{place}/{name}");
                    match (left.get(name), right.get(name)) {
                        (Some(left), Some(right)) => compare(left, right, &place, found),
                        (left, _) => found.push(match left {
                            Some(_) => format!("{place} is missing on the right"),
                            None => format!("{place} is missing on the left"),
                        }),
                    }
                }
            }
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
                for (index, (left, right)) in left.iter().zip(right).enumerate() {
                    compare(left, right, &format!("{place}/{index}"), found);
                }
            }
            _ if is_same(left, right) => {}
            _ => found.push(format!("{place}: {left} and {right}")),
        }
    }
    let mut found = Vec::new();
    compare(left, right, "", &mut found);
    found
}

fn is_same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64() == right.as_f64(),
        (Value::String(left), Value::String(right)) => is_same_text(left, right),
        _ => left == right,
    }
}

/// Returns whether two strings are equal or are the same timestamp.
pub(crate) fn is_same_text(left: &str, right: &str) -> bool {
    let moment = |text: &str| text.parse::<jiff::Timestamp>().ok();
    left == right || moment(left).is_some_and(|left| Some(left) == moment(right))
}
