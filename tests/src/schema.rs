//! The API document as JSON Schema. The keywords of OpenAPI 3.0 are converted to draft 7. In both, a reference hides
//! its sibling keywords.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::{Draft, Registry, Validator};
use serde_json::{Map, Value, json};

use crate::document::{Document, document, object, target};

/// The URI by which schemas refer to the converted document.
const ADDRESS: &str = "urn:dintero";

impl Document {
    /// Validates `instance` against the schema at a JSON pointer, and returns the errors with their locations. The
    /// result is empty if `instance` is valid.
    #[must_use]
    pub fn validate(&self, pointer: &str, instance: &Value) -> Vec<String> {
        let validator = validator(pointer);
        validator
            .iter_errors(instance)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }
}

/// Returns the validator for a schema. Each validator is compiled only once, because compiling the validator for
/// `Transaction` alone takes longer than a thousand checks.
fn validator(pointer: &str) -> Arc<Validator> {
    static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
        let registry =
            Registry::new().add(ADDRESS, converted(document())).expect("the address is a URI");
        registry.prepare().expect("every reference has a target")
    });
    static VALIDATORS: LazyLock<Mutex<BTreeMap<String, Arc<Validator>>>> =
        LazyLock::new(Mutex::default);

    let make = || {
        let options = jsonschema::options().with_draft(Draft::Draft7).should_validate_formats(true);
        let schema = json!({"$ref": reference(pointer)});
        Arc::new(
            options.with_registry(&REGISTRY).build(&schema).expect("the document is JSON Schema"),
        )
    };
    let mut validators = VALIDATORS.lock().expect("no test panics while compiling a validator");
    validators.entry(pointer.to_owned()).or_insert_with(make).clone()
}

/// Returns a reference to a schema. If the schema is a base schema with a discriminator, the reference accepts any of
/// its child schemas. A child schema therefore refers to its base schema with a plain reference instead.
fn reference(pointer: &str) -> String {
    let name = pointer.strip_prefix("/components/schemas/");
    match name
        .filter(|name| document().at(pointer).get("discriminator").is_some() && !name.contains('/'))
    {
        Some(name) => format!("{ADDRESS}#/x-variants/{name}"),
        // Paths in the document contain braces, which are not allowed in a URI.
        None => format!("{ADDRESS}#{}", pointer.replace('{', "%7B").replace('}', "%7D")),
    }
}

/// Returns the document with every schema converted in place, and one additional schema for each base with variants.
fn converted(document: &Document) -> Value {
    let mut root = document.root().clone();
    let mut variants = Map::new();
    for (name, schema) in document.schemas() {
        if let Some(discriminator) = schema.get("discriminator") {
            variants.insert(
                name.clone(),
                one_of_the_variants(document, name, &discriminator["propertyName"]),
            );
        }
    }
    let schemas = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
        .expect("there are schemas");
    for (_, schema) in schemas.iter_mut() {
        let is_child = schema.get("x-discriminator-value").is_some();
        *schema = convert(schema, is_child);
    }
    for part in ["/paths", "/components/responses", "/components/requestBodies"] {
        convert_contents(root.pointer_mut(part).expect("the document has operations"));
    }
    root["x-variants"] = Value::Object(variants);
    root
}

fn one_of_the_variants(document: &Document, base: &str, tag: &Value) -> Value {
    let pointer = crate::document::component(base);
    let tag = tag.as_str().expect("a discriminator names a property");
    let mut members = vec![json!({"$ref": format!("{ADDRESS}#{pointer}")})];
    for (name, schema) in document.schemas() {
        let bases = schema.get("allOf").and_then(Value::as_array).into_iter().flatten();
        let is_child =
            bases.filter_map(|member| member.get("$ref")).any(|base| target(base) == pointer);
        if let Some(value) = schema.get("x-discriminator-value").filter(|_| is_child) {
            members.push(json!({
                "if": {"properties": {tag: {"const": value}}, "required": [tag]},
                "then": {"$ref": format!("{ADDRESS}#{}", crate::document::component(name))},
            }));
        }
    }
    json!({"allOf": members})
}

fn convert_contents(node: &mut Value) {
    match node {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                if name == "schema" {
                    *value = convert(value, false)
                } else {
                    convert_contents(value)
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(convert_contents),
        _ => {}
    }
}

/// Converts a schema to JSON Schema. Panics on an unknown keyword, so that no keyword is skipped silently.
fn convert(schema: &Value, is_child: bool) -> Value {
    let schema = object(schema);
    if let Some(reference_) = schema.get("$ref") {
        let pointer = target(reference_);
        return json!({"$ref": if is_child { format!("{ADDRESS}#{pointer}") } else { reference(pointer) }});
    }
    let mut converted = Map::new();
    for (keyword, value) in schema {
        let value = match keyword.as_str() {
            // A time of day (`07:00`): JSON Schema's own format requires seconds and an offset.
            "format" if value == "time" => continue,
            "type" | "enum" if schema.get("nullable") == Some(&Value::Bool(true)) => or_null(value),
            "type" | "enum" | "required" | "format" | "pattern" | "minLength" | "maxLength"
            | "minimum" | "maximum" | "minItems" | "maxItems" | "maxProperties" => value.clone(),
            "allOf" | "anyOf" => all(value, is_child && keyword == "allOf"),
            "properties" => object(value)
                .iter()
                .map(|(name, schema)| (name.clone(), convert(schema, false)))
                .collect(),
            "additionalProperties" if value.is_boolean() => value.clone(),
            "items" | "additionalProperties" => convert(value, false),
            "description"
            | "example"
            | "default"
            | "readOnly"
            | "nullable"
            | "discriminator"
            | "x-discriminator-value"
            | "x-example" => continue,
            _ => panic!("the keyword `{keyword}` has no conversion to JSON Schema"),
        };
        converted.insert(keyword.clone(), value);
    }
    Value::Object(converted)
}

fn all(members: &Value, is_child: bool) -> Value {
    members
        .as_array()
        .expect("a list of schemas")
        .iter()
        .map(|member| convert(member, is_child))
        .collect()
}

fn or_null(value: &Value) -> Value {
    match value {
        Value::String(_) => json!([value, "null"]),
        Value::Array(values) => values.iter().cloned().chain([Value::Null]).collect(),
        _ => panic!("{value} cannot be nullable"),
    }
}

#[cfg(test)]
mod tests {
    use crate::document::component;

    use super::*;

    fn errors(schema: &str, instance: &Value) -> Vec<String> {
        document().validate(&component(schema), instance)
    }

    #[test]
    fn errors_name_their_place() {
        let order = json!({"amount": "100", "currency": "NOK", "merchant_reference": "a"});
        assert_eq!(errors("SessionOrder", &order), [r#"/amount: "100" is not of type "integer""#]);
    }

    #[test]
    fn base_is_one_of_its_children_and_may_be_unknown() {
        let provider = |tag: &str| json!({"payment_product_type": tag});
        assert_ne!(
            errors("TokenProvider", &provider("payex.creditcard")),
            [""; 0],
            "children require more"
        );
        assert_eq!(errors("TokenProvider", &provider("new.wallet")), [""; 0]);
        assert_ne!(errors("PayExTokenProvider", &provider("payex.creditcard")), [""; 0]);
    }

    #[test]
    fn nullable_means_null_or_the_type() {
        let name = "PayoutDestinationTransferEntryV2";
        let shape = document().shape(&component(name));
        let nullable = shape
            .names()
            .into_iter()
            .find(|name| shape.property(name).is_some_and(|p| p.is("nullable")));
        let nullable = nullable.expect("transfers have nullable texts");
        let about = |value: Value| {
            let errors = errors(name, &json!({nullable: value}));
            errors.into_iter().filter(|error| error.starts_with(&format!("/{nullable}:"))).count()
        };
        assert_eq!((about(Value::Null), about(json!("a")), about(json!(1))), (0, 0, 1));
    }
}
