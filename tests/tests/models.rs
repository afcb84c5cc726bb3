//! Tests that every model reads values that the document allows, and writes them back without losing or adding
//! anything.

use std::collections::BTreeSet;

use dintero_tests::compare::{check_names_once, differences};
use dintero_tests::document::{component, document};
use dintero_tests::models::{self, Model};
use dintero_tests::values;
use serde_json::Value;

const SEEDS: u64 = 40;

#[test]
fn every_component_schema_has_a_type() {
    let types: Vec<_> = models::components().into_iter().map(|model| model.schema).collect();
    let schemas: Vec<_> = document().schemas().keys().map(|name| component(name)).collect();
    assert_eq!(types.len(), 212);
    assert_eq!(types.len(), schemas.len());
    assert_eq!(BTreeSet::from_iter(types), BTreeSet::from_iter(schemas));
}

#[test]
fn every_other_body_has_a_type() {
    let types: BTreeSet<_> = models::bodies().into_iter().map(|model| model.schema).collect();
    let schemas: BTreeSet<_> = document()
        .bodies()
        .into_iter()
        .map(|body| body.schema)
        .filter(|schema| document().at(schema).get("$ref").is_none())
        // Excludes a binary file, although the document declares its media type as JSON.
        .filter(|schema| document().at(schema).get("format") != Some(&Value::from("binary")))
        .collect();
    assert_eq!(types, schemas);
}

#[test]
fn values_of_component_schemas_survive_a_round_trip() {
    check_all(&models::components(), come_back);
}

#[test]
fn values_of_other_bodies_survive_a_round_trip() {
    check_all(&models::bodies(), come_back);
}

/// Reports the problems with all models at once, so that one problem does not hide the others.
fn check_all(models: &[Model], check: fn(&Model, &Value) -> Vec<String>) {
    let mut problems = BTreeSet::new();
    for model in models {
        for seed in 0..SEEDS {
            let found = check(model, &values::value(&model.schema, seed));
            problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", model.name)));
        }
    }
    assert!(problems.is_empty(), "{} problems: {problems:#?}", problems.len());
}

fn come_back(model: &Model, value: &Value) -> Vec<String> {
    let by_value = (model.through_value)(value.clone()).map(|written| differences(value, &written));
    let by_text = (model.through_text)(&value.to_string()).and_then(|written| {
        check_names_once(&written)?;
        let written = serde_json::from_str(&written).map_err(|error| error.to_string())?;
        Ok(differences(value, &written))
    });
    [by_value, by_text]
        .into_iter()
        .flat_map(|result| result.unwrap_or_else(|error| vec![error]))
        .collect()
}
