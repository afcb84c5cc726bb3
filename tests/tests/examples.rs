//! Tests that the examples in the document are valid and readable, because merchants copy them.

use std::collections::BTreeSet;

use dintero_tests::compare::{differences, escape};
use dintero_tests::document::document;
use dintero_tests::models::{self, Model};
use dintero_tests::shape::{Found, Shape};
use dintero_tests::values;
use serde_json::Value;

#[test]
fn every_example_is_valid() {
    let mut schemas = Vec::new();
    with_example("", document().root(), &mut schemas);
    assert!(schemas.len() > 500, "only {} examples", schemas.len());
    let problems: Vec<_> = schemas
        .iter()
        .flat_map(|schema| {
            let example = &document().at(schema)["example"];
            let invalid = document().validate(schema, example);
            let unknown = document().unknown_properties(schema, example);
            invalid.into_iter().chain(unknown).map(move |problem| format!("{schema}: {problem}"))
        })
        .collect();
    assert!(problems.is_empty(), "{} problems: {problems:#?}", problems.len());
}

/// Collects the schemas with an example. No property in the document is itself called `example`.
fn with_example(at: &str, node: &Value, schemas: &mut Vec<String>) {
    match node {
        Value::Object(members) => {
            let is_schema = at.starts_with("/components/schemas/") || at.contains("/schema");
            if is_schema && members.contains_key("example") {
                schemas.push(at.to_owned());
            }
            for (name, member) in members.iter().filter(|(name, _)| *name != "example") {
                with_example(&format!("{at}/{}", escape(name)), member, schemas);
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                with_example(&format!("{at}/{index}"), value, schemas);
            }
        }
        _ => {}
    }
}

/// Puts the examples into a value that has every property, because most examples belong to properties instead of whole
/// schemas.
#[test]
fn every_example_is_read() {
    let mut read = BTreeSet::new();
    for model in models::all() {
        let value = with_examples(&model, values::value(&model.schema, 303), &mut read);
        let written = (model.through_value)(value.clone());
        assert_eq!(
            written.map(|written| differences(&value, &written)),
            Ok(vec![]),
            "{}",
            model.name
        );
    }
    assert!(read.len() > 400, "only {} examples were read", read.len());
}

fn with_examples(model: &Model, mut value: Value, read: &mut BTreeSet<String>) -> Value {
    let mut examples: Vec<(String, Value)> = Vec::new();
    document().shape(&model.schema).walk(&value, &mut |visit| {
        let Found::Known(shape) = visit.found else { return };
        let is_replaced = examples.iter().any(|(at, _)| visit.at.starts_with(&format!("{at}/")));
        // Examples of tags are not used, because a tag must match its variant.
        if let Some((place, example)) = example(shape).filter(|_| !is_replaced && !visit.is_tag) {
            read.insert(place);
            examples.push((visit.at.to_owned(), example));
        }
    });
    for (at, example) in examples {
        *value.pointer_mut(&at).expect("no surrounding value was replaced") = example;
    }
    value
}

/// Returns an example of the whole value, with the JSON pointer of the node that contains the example. An example in a
/// member of `allOf` is not used if it lacks properties that the other members require.
fn example(shape: &Shape<'_>) -> Option<(String, Value)> {
    let required = shape.required();
    let is_whole = |example: &Value| required.iter().all(|name| example.get(name).is_some());
    let mut examples = shape
        .places()
        .iter()
        .filter_map(|place| Some((place, document().at(place).get("example")?)));
    examples
        .find(|(_, example)| is_whole(example))
        .map(|(place, example)| (place.clone(), example.clone()))
}
