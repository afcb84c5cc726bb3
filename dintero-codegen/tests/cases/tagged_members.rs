use dintero_api::generated::tagged_members::types::Event;
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn variants_keep_their_own_properties() {
    for json in [
        json!({"id": "1", "kind": "paid", "sum": 5}),
        json!({"id": "2", "kind": "sent", "parcel": "p"}),
    ] {
        let event: Event = from_value(json.clone()).unwrap();
        assert!(!matches!(event, Event::Other(_)), "{json}");
        assert_eq!(to_value(&event).unwrap(), json);
    }
}
