use dintero_api::generated::concrete_bases::types::Animal;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn base_and_variant_round_trip() {
    for json in
        [json!({"kind": "animal", "name": "n"}), json!({"kind": "dog", "name": "n", "barks": true})]
    {
        let animal: Animal = from_value(json.clone()).unwrap();
        assert!(!matches!(animal, Animal::Other(_)), "{json}");
        assert_eq!(to_value(&animal).unwrap(), json);
    }
}
