use dintero_api::generated::open_objects::types::{Named, Point};
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn properties_without_a_field_are_written_back() {
    let json = json!({"x": 1.5, "label": {"a": [1, null]}, "none": null});
    let point: Point = from_value(json.clone()).unwrap();
    assert_eq!(point.others.len(), 2);
    assert_eq!(to_value(&point).unwrap(), json);
    let shown = format!("{point:?}");
    assert!(shown.contains("2 redacted") && !shown.contains("label"), "{shown}");
    let other = Point::new(1.5).others([("label", json!(1))]);
    assert!(point != other && other == from_value(json!({"x": 1.5, "label": 1})).unwrap());
    assert_eq!(to_value(&Point::new(1.5).others([("x", json!(2))])).unwrap(), json!({"x": 1.5}));
}

#[test]
fn typed_additional_properties_are_parsed() {
    let error = from_value::<Named>(json!({"y": 1, "a": 5})).unwrap_err().to_string();
    assert!(error.starts_with("`[…]`: expected a string"), "{error}");
    let named: Named = from_value(json!({"y": 1, "a": "b", "others": "c"})).unwrap();
    assert_eq!(to_value(&named).unwrap(), json!({"y": 1, "a": "b", "others": "c"}));
}
