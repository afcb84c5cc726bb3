use dintero_api::generated::shared_recursion::types::Search;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn both_types_are_merged_at_every_depth() {
    let json = json!({"all": [{"field": "f", "rank": 1.5, "but": {"rank": 2.5, "field": "g"}}], "rank": 0.5});
    let search: Search = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&search).unwrap(), json);
}
