use dintero_api::generated::nested_lists::types::Holder;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn lists_of_lists_round_trip() {
    let json = json!({"tree": [[], [[]]]});
    let holder: Holder = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&holder).unwrap(), json);
}
