use dintero_api::generated::reopened::types::{Base, Described, Named, Open};
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn additional_properties_are_kept() {
    let value = json!({"a": "1", "c": 2});
    let open: Open = from_value(value.clone()).unwrap();
    assert_eq!(open.others["c"], 2);
    assert_eq!(to_value(&open).unwrap(), value);
}

#[test]
fn a_merge_that_changes_nothing_is_the_component() {
    let named: Named = from_value(json!({"b": "1"})).unwrap();
    assert_eq!(named.better.as_deref(), Some("1"));
    let base: Base = from_value(json!({"b": "1"})).unwrap();
    let described: Described = base;
    assert_eq!(described.b.as_deref(), Some("1"));
}
