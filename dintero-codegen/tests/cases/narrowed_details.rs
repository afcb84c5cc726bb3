use dintero_api::generated::narrowed_details::types::Refused;
use dintero_api::serde_json::{from_value, json};

#[test]
fn the_wider_type_is_read() {
    let refused: Refused =
        from_value(json!({"causes": [{"code": "THIRD", "field": "f"}]})).unwrap();
    let causes = refused.causes.unwrap();
    assert_eq!(causes[0].field.as_deref(), Some("f"));
}
