use dintero_api::generated::extended_unions::types::Payment;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn variant_and_extension_round_trip() {
    for json in [
        json!({"kind": "card", "mask": "4242", "reference": "r"}),
        json!({"kind": "transfer", "bank": "b", "reference": "r"}),
        json!({"kind": "later", "reference": "r"}),
    ] {
        let payment: Payment = from_value(json.clone()).unwrap();
        assert_eq!(to_value(&payment).unwrap(), json);
    }
    assert!(from_value::<Payment>(json!({"kind": "card", "reference": "r"})).is_err());
    assert!(from_value::<Payment>(json!({"kind": "card", "mask": "4242"})).is_err());
}
