use dintero_api::generated::nested_unions::types::{Means, Wallet};
use dintero_api::serde_json::{from_str, from_value, json, to_value};

#[test]
fn the_inner_tag_is_found_in_any_order() {
    for text in [
        r#"{"kind":"wallet","brand":"vipps","phone":"1"}"#,
        r#"{"phone":"1","brand":"vipps","kind":"wallet"}"#,
    ] {
        let method: Means = from_str(text).unwrap();
        assert!(matches!(method, Means::Wallet(Wallet::Vipps(_))), "{method:?}");
        let json = to_value(&method).unwrap();
        assert_eq!(json, json!({"kind": "wallet", "brand": "vipps", "phone": "1"}));
    }
    let invoice: Means = from_value(json!({"kind": "invoice", "days": 14})).unwrap();
    assert!(matches!(invoice, Means::Invoice(_)));
}
