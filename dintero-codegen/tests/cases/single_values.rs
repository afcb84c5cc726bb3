use dintero_api::generated::single_values::types::{Note, PlainNote};
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn the_value_is_the_tag() {
    let json = json!({"form": "quoted", "source": "s"});
    let note: Note = from_value(json.clone()).unwrap();
    assert!(!matches!(note, Note::Other(_)));
    assert_eq!(to_value(&note).unwrap(), json);
    assert_eq!(to_value(PlainNote::new("t")).unwrap(), json!({"form": "plain", "text": "t"}));
}
