use dintero_api::generated::encoded_references::types::Order;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn every_reference_resolves_to_its_type() {
    let json = json!({"first": {"a": "1"}, "cafe": {"b": "2"}, "list": {"c": "3"}});
    let order: Order = from_value(json.clone()).unwrap();
    assert_eq!(order.list.as_ref().and_then(|list| list.c.as_deref()), Some("3"));
    assert_eq!(to_value(&order).unwrap(), json);
}
