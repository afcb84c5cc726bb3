//! Tests three promises. Values that Dintero adds in the future do not break a shop today. Values that only Dintero may
//! set are not sent. Errors name the location but never the value.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use dintero_tests::compare::{differences, escape};
use dintero_tests::document::{component, document};
use dintero_tests::models::{self, Model};
use dintero_tests::overlay;
use dintero_tests::random::Random;
use dintero_tests::shape::{Found, Kind, Shape};
use dintero_tests::values;
use serde_json::{Value, json};

const SEEDS: std::ops::Range<u64> = 100..112;
const UNKNOWN: &str = "a value of 2031";
const SECRET: &str = "hunter2";

/// A location in a value: its JSON pointer, its schema, and whether it is the tag of a variant.
struct Place {
    at: String,
    shape: Shape<'static>,
    is_tag: bool,
}

fn places(model: &Model, value: &Value) -> Vec<Place> {
    let mut places = Vec::new();
    document().shape(&model.schema).walk(value, &mut |visit| {
        if let Found::Known(shape) = visit.found {
            places.push(Place {
                at: visit.at.to_owned(),
                shape: shape.clone(),
                is_tag: visit.is_tag,
            });
        }
    });
    places
}

fn at<'v>(value: &'v mut Value, pointer: &str) -> &'v mut Value {
    value.pointer_mut(pointer).unwrap_or_else(|| panic!("the value has no {pointer}"))
}

fn remove(value: &mut Value, pointer: &str) {
    let (parent, name) = pointer.rsplit_once('/').expect("a property is inside an object");
    let name = name.replace("~1", "/").replace("~0", "~");
    // The object may have been removed with a surrounding property.
    if let Some(object) = value.pointer_mut(parent) {
        object.as_object_mut().expect("only properties are removed").remove(&name);
    }
}

/// Calls `check` with values of all models, and reports all problems at once.
fn for_all_values(mut check: impl FnMut(&Model, u64, Value) -> Vec<String>) {
    let mut problems = BTreeSet::new();
    for model in models::all() {
        for seed in SEEDS {
            let found = check(&model, seed, values::value(&model.schema, seed));
            problems.extend(found.into_iter().map(|problem| format!("{}: {problem}", model.name)));
        }
    }
    assert!(problems.is_empty(), "{} problems: {problems:#?}", problems.len());
}

fn written_as(expected: &Value, written: Result<Value, String>) -> Vec<String> {
    written.map_or_else(|error| vec![error], |written| differences(expected, &written))
}

#[test]
fn unknown_enum_values_are_written_back() {
    let mut replaced = 0;
    for_all_values(|model, _, mut value| {
        for place in places(model, &value) {
            let is_enum = place.shape.values().is_some() && at(&mut value, &place.at).is_string();
            if is_enum && !place.is_tag {
                *at(&mut value, &place.at) = UNKNOWN.into();
                replaced += 1;
            }
        }
        written_as(&value, (model.through_value)(value.clone()))
    });
    assert!(replaced > 1_000, "only {replaced} values of enums were tried");
}

/// Unknown fields are ignored, except in objects that the overlay marks as open. Such objects keep unknown fields, but
/// `Debug` does not show these fields.
#[test]
fn unknown_fields_do_no_harm() {
    let opened = overlay::places("additionalProperties", &json!(true));
    for_all_values(|model, _, value| {
        let (mut newer, mut expected) = (value.clone(), value.clone());
        for place in places(model, &value) {
            let is_closed = !place.shape.is_open() && place.shape.additional().is_none();
            if place.shape.kind() == Kind::Object && is_closed {
                let added = json!({"amount": [1, null, "x"]});
                if !opened.is_disjoint(place.shape.places()) {
                    at(&mut expected, &place.at)["added in 2031"] = added.clone();
                }
                at(&mut newer, &place.at)["added in 2031"] = added;
            }
        }
        let shown = (model.debug)(newer.clone()).expect("a value with unknown fields can be read");
        let mut problems = written_as(&expected, (model.through_value)(newer));
        problems.extend(
            shown.contains("added in 2031").then(|| "`Debug` shows unknown fields".to_owned()),
        );
        problems
    });
}

#[test]
fn unknown_variants_are_kept_whole() {
    let mut bases = 0;
    for model in models::components() {
        let shape = document().shape(&model.schema);
        let Some(tag) = shape.tag().filter(|_| !shape.variants().is_empty()) else { continue };
        bases += 1;
        for seed in SEEDS {
            let mut value = values::value(&model.schema, seed);
            value[tag] = UNKNOWN.into();
            value["added in 2031"] = json!({"amount": 1.5});
            let problems = written_as(&value, (model.through_value)(value.clone()));
            assert_eq!(problems, [""; 0], "{}", model.name);
            let shown = (model.debug)(value).expect("it was read before");
            assert!(!shown.contains("added in 2031"), "{} shows unknown fields", model.name);
        }
    }
    assert_eq!(bases, 7);
}

#[test]
fn variant_without_its_tag_is_an_error() {
    for model in models::components() {
        let shape = document().shape(&model.schema);
        let Some(tag) = shape.tag().filter(|_| !shape.variants().is_empty()) else { continue };
        let error = (model.through_value)(json!({})).expect_err("there is no tag");
        assert_eq!(error, format!("`{tag}` is missing"), "{}", model.name);
    }
}

#[test]
fn only_read_only_fields_are_not_sent() {
    let sent = sent_schemas();
    let mut removed = 0;
    for_all_values(|model, _, value| {
        if !sent.contains(&model.schema) {
            return Vec::new();
        }
        let mut expected = value.clone();
        for place in places(model, &value).iter().filter(|place| place.shape.is_read_only()) {
            remove(&mut expected, &place.at);
            removed += 1;
        }
        written_as(&expected, (model.sent)(value))
    });
    assert!(removed > 1_000, "only {removed} read-only fields were tried");
}

/// Returns the request bodies, and the schemas inside them.
fn sent_schemas() -> BTreeSet<String> {
    let mut schemas = BTreeSet::new();
    for body in document().bodies().into_iter().filter(|body| body.sent) {
        for seed in SEEDS {
            document().shape(&body.schema).walk(&values::value(&body.schema, seed), &mut |visit| {
                if let Found::Known(shape) = visit.found {
                    schemas.extend(shape.places().iter().cloned());
                }
            });
        }
    }
    schemas
}

#[test]
fn invalid_kind_is_reported_with_its_path() {
    let order = json!({
        "order": {
            "amount": 1, "currency": "NOK", "merchant_reference": "order-1",
            "items": [
                {"id": "a", "line_id": "1", "amount": 1},
                {"id": "b", "line_id": "2", "amount": 1},
                {"id": "c", "line_id": "3", "amount": SECRET},
            ],
        },
        "url": {"return_url": "https://example.com/"},
        "profile_id": "default",
    });
    let error = serde_json::from_value::<dintero_api::types::SessionProfile>(order)
        .expect_err("no integer");
    assert_eq!(error.to_string(), "`order.items[2].amount`: expected an integer, found a string");
}

#[test]
fn every_invalid_kind_is_reported_with_its_path_and_never_shown() {
    for_all_values(|model, seed, value| {
        let places = places(model, &value);
        let mut random = Random::new(seed);
        (0..places.len().min(8))
            .flat_map(|_| invalid_kind(model, random.pick(&places), &value))
            .collect()
    });
}

fn invalid_kind(model: &Model, place: &Place, value: &Value) -> Vec<String> {
    let wrong = match place.shape.kind() {
        Kind::Any => return Vec::new(),
        _ if takes_several_kinds(&place.shape) => return Vec::new(),
        Kind::String => json!([SECRET]),
        _ => json!(SECRET),
    };
    let mut broken = value.clone();
    *at(&mut broken, &place.at) = wrong;
    let path = path(model, value, &place.at);
    let place =
        if path.is_empty() { "expected ".to_owned() } else { format!("`{path}`: expected ") };
    match (model.sent)(broken) {
        Ok(_) => vec![format!("a value of an invalid type was read at `{path}`")],
        Err(error) if error.starts_with(&place) && !error.contains(SECRET) => Vec::new(),
        Err(error) => vec![format!("unexpected error for an invalid type at `{path}`: {error}")],
    }
}

#[test]
fn every_missing_field_is_reported_with_its_path() {
    for_all_values(|model, seed, value| {
        let mut objects = places(model, &value);
        objects.retain(|place| !required(place).is_empty());
        let mut random = Random::new(seed);
        let tries = (0..objects.len().min(8)).map(|_| (random.index(objects.len()), random.bits()));
        tries.flat_map(|(object, seed)| missing(model, &objects[object], seed, &value)).collect()
    });
}

/// Returns the properties that must be present. Tags, properties that only Dintero sets, and properties that the
/// overlay removes from `required` and does not add again, need not be present.
fn required(object: &Place) -> Vec<&str> {
    static CORRECTED: LazyLock<BTreeSet<String>> = LazyLock::new(|| overlay::removed("required"));
    let shape = &object.shape;
    if !CORRECTED.is_disjoint(shape.places()) {
        return Vec::new();
    }
    let names = |at: fn(&str) -> BTreeSet<&'static str>| -> BTreeSet<&'static str> {
        shape.places().iter().flat_map(|place| at(place)).collect()
    };
    let (optional, demanded_again) = (names(overlay::optional), names(overlay::required));
    let is_demanded = |name: &&str| {
        let property = shape.property(name).expect("required properties are declared");
        let is_optional = optional.contains(name) && !demanded_again.contains(name);
        !property.is_read_only() && shape.tag() != Some(*name) && !is_optional
    };
    shape.required().into_iter().filter(is_demanded).collect()
}

fn missing(model: &Model, object: &Place, seed: u64, value: &Value) -> Vec<String> {
    let names = required(object);
    let pointer = format!("{}/{}", object.at, escape(names[Random::new(seed).index(names.len())]));
    let mut broken = value.clone();
    remove(&mut broken, &pointer);
    let path = path(model, value, &pointer);
    match (model.sent)(broken) {
        Ok(_) => vec![format!("a value without `{path}` was read")],
        Err(error) if error == format!("`{path}` is missing") => Vec::new(),
        Err(error) => vec![format!("without `{path}`: {error}")],
    }
}

/// Returns whether values of several JSON types are accepted, either because of `anyOf` or because the overlay declares
/// that Dintero sends a different type than the document says.
fn takes_several_kinds(shape: &Shape<'_>) -> bool {
    static CORRECTED: LazyLock<BTreeSet<String>> = LazyLock::new(|| overlay::removed("type"));
    shape.places().iter().any(|place| place.contains("/anyOf/"))
        || !CORRECTED.is_disjoint(shape.places())
}

/// Formats a JSON pointer as errors do: `order.items[2]["payex.creditcard"]`. Keys that the document does not declare are
/// data, which errors do not show: `metadata[…]`.
fn path(model: &Model, value: &Value, pointer: &str) -> String {
    let objects = places(model, value);
    let mut path = String::new();
    let mut around = String::new();
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        let is_data = objects
            .iter()
            .any(|object| object.at == around && object.shape.property(&name).is_none());
        if value.pointer(&around).is_some_and(Value::is_array) {
            path.push_str(&format!("[{name}]"));
        } else if is_data {
            path.push_str("[…]");
        } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
            path.push_str(&format!("[{name:?}]"));
        } else if path.is_empty() {
            path.push_str(&name);
        } else {
            path.push_str(&format!(".{name}"));
        }
        around.push_str(&format!("/{segment}"));
    }
    path
}

#[test]
fn every_base_has_variants() {
    // Ensures that the tests above find the variants of a base schema.
    let shape = document().shape(&component("TokenProvider"));
    assert_eq!(shape.variants().len(), 5);
}
