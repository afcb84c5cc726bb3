//! Tests merges against an independent JSON Schema validator, and against the laws that merges obey.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::schema::lower::Lower;

/// Merges a schema. Returns `None` if the members of its `allOf` conflict.
fn merged(schema: &Value) -> Option<Shape> {
    let mut reports = Reports::default();
    let shape = Lower { document: schema, reports: &mut reports }.schema(&Pointer::root());
    let merged = Merge::new(&IndexMap::new(), &mut reports).shape(&shape);
    (!reports.has_errors()).then_some(merged)
}

fn all_of(members: &[&Value]) -> Value {
    json!({ "allOf": members })
}

/// Returns the schema of a merged shape in a canonical order. If two such schemas are equal, their shapes differ only
/// in order, descriptions and limits.
fn schema_of(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::Any => json!({}),
        Kind::Object(object) => {
            let fields = object.fields.iter();
            let fields: BTreeMap<&String, Value> =
                fields.map(|(name, field)| (name, schema_of(field))).collect();
            let mut required: Vec<&String> = object.required.iter().collect();
            required.sort();
            json!({"type": "object", "properties": fields, "required": required})
        }
        Kind::Array(items) => json!({"type": "array", "items": schema_of(items)}),
        Kind::Enum(values) => json!({"type": "string", "enum": values}),
        Kind::Text(_) => json!({"type": "string"}),
        Kind::Integer => json!({"type": "integer"}),
        Kind::Number => json!({"type": "number"}),
        Kind::Boolean => json!({"type": "boolean"}),
        other => panic!("these tests do not use this kind of schema: {other:?}"),
    }
}

/// Schemas for which a merge means the same as `allOf` in JSON Schema: objects, lists and scalars. Excluded are
/// `nullable` and properties with two different enums, because a merge deliberately allows what either member allows.
fn schema() -> impl Strategy<Value = Value> {
    object_of(value())
}

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(json!({})),
        Just(json!({"type": "string"})),
        Just(json!({"type": "string", "enum": ["x", "y"]})),
        Just(json!({"type": "integer", "maximum": 7})),
        Just(json!({"type": "number"})),
        Just(json!({"type": "boolean", "description": "prose"})),
    ];
    scalar.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            object_of(inner.clone()),
            inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
            proptest::collection::vec(object_of(inner), 1..3)
                .prop_map(|members| json!({ "allOf": members })),
        ]
    })
}

fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let properties = proptest::collection::btree_map("[a-c]", value, 0..3);
    let required = proptest::collection::btree_set("[a-c]", 0..2);
    (properties, required).prop_map(|(properties, required)| {
        json!({"type": "object", "properties": properties, "required": required})
    })
}

/// JSON objects that are valid for some of these schemas and invalid for others.
fn instance() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(json!(1)),
        Just(json!(1.5)),
        Just(json!("x")),
        Just(json!("z")),
        Just(json!(true)),
    ];
    let value = scalar.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            proptest::collection::btree_map("[a-c]", inner.clone(), 0..3)
                .prop_map(|members| json!(members)),
            proptest::collection::vec(inner, 0..2).prop_map(|items| json!(items)),
        ]
    });
    proptest::collection::btree_map("[a-c]", value, 0..4).prop_map(|members| json!(members))
}

/// Returns an instance that is valid for a schema from `schema_of`.
fn valid_for(schema: &Value) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    match schema["type"].as_str() {
        Some("object") => {
            let mut members: BTreeMap<&str, Value> =
                properties.map(|(name, of)| (name.as_str(), valid_for(of))).collect();
            for name in schema["required"].as_array().into_iter().flatten() {
                members.entry(name.as_str().expect("a name")).or_insert(json!(1));
            }
            json!(members)
        }
        Some("array") => json!([valid_for(&schema["items"])]),
        Some("string") => json!("x"),
        Some("boolean") => json!(true),
        _ => json!(1),
    }
}

fn is_valid(schema: &Value, instance: &Value) -> bool {
    jsonschema::draft7::is_valid(schema, instance)
}

proptest! {
    #[test]
    fn merging_with_itself_changes_nothing(a in schema()) {
        if let (Some(once), Some(twice)) = (merged(&a), merged(&all_of(&[&a, &a]))) {
            prop_assert!(alike(&once, &twice), "{} became {}", schema_of(&once), schema_of(&twice));
        }
    }

    #[test]
    fn merging_with_nothing_changes_nothing(a in schema()) {
        let nothing = json!({});
        for members in [[&a, &nothing], [&nothing, &a]] {
            if let (Some(alone), Some(both)) = (merged(&a), merged(&all_of(&members))) {
                prop_assert!(alike(&alone, &both), "{} became {}", schema_of(&alone), schema_of(&both));
            }
        }
    }

    #[test]
    fn the_order_of_members_does_not_matter(a in schema(), b in schema(), c in schema()) {
        let told = |members: &[&Value]| merged(&all_of(members)).map(|shape| schema_of(&shape));
        let there = told(&[&a, &b, &c]);
        prop_assert_eq!(&told(&[&c, &b, &a]), &there);
        prop_assert_eq!(&told(&[&b, &all_of(&[&c, &a])]), &there);
    }

    #[test]
    fn an_instance_of_the_whole_is_valid_for_every_member(
        a in schema(),
        b in schema(),
        instance in instance(),
    ) {
        let Some(whole) = merged(&all_of(&[&a, &b])) else {
            // Members that conflict have no common instance that contains the conflicting property.
            return Ok(());
        };
        let whole = schema_of(&whole);
        let built = valid_for(&whole);
        prop_assert!(is_valid(&whole, &built), "{built} is not valid for {whole}");
        for instance in [&built, &instance] {
            let parts = is_valid(&a, instance) && is_valid(&b, instance);
            prop_assert_eq!(is_valid(&whole, instance), parts, "{} for {}", instance, whole);
        }
    }
}

#[test]
fn kinds_that_exclude_each_other_are_a_conflict() {
    for (a, b) in [
        (json!({"type": "string"}), json!({"type": "integer"})),
        (json!({"type": "object"}), json!({"type": "array", "items": {}})),
        (json!({"type": "boolean"}), json!({"type": "string", "enum": ["true"]})),
        (
            json!({"type": "string", "format": "date"}),
            json!({"type": "string", "format": "date-time"}),
        ),
    ] {
        let of = |field: &Value| json!({"type": "object", "properties": {"field": field}});
        assert!(merged(&all_of(&[&of(&a), &of(&b)])).is_none(), "{a} and {b} were merged");
        assert!(merged(&all_of(&[&of(&b), &of(&a)])).is_none(), "{b} and {a} were merged");
    }
}

#[test]
fn a_merge_takes_the_wider_enum_and_keeps_null() {
    let shape = merged(&json!({"allOf": [
        {"type": "string", "enum": ["a", "b"], "nullable": true},
        {"type": "string", "enum": ["b", "c"]},
    ]}));
    let shape = shape.expect("no conflict");
    assert_eq!(schema_of(&shape), json!({"type": "string", "enum": ["a", "b", "c"]}));
    assert!(shape.notes.nullable);
}
