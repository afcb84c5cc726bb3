use dintero_api::generated::shared_variants::types::{
    Bare, BareType, Change, ChangeType, Event, Invoice, Means, Vipps, Wallet,
};
use dintero_api::serde_json::{from_value, json, to_value};

#[test]
fn a_schema_with_several_tags_is_written_with_its_tag() {
    let event = Event::from(Change::new(ChangeType::Changed).by("me"));
    let json = to_value(&event).unwrap();
    assert_eq!(json, json!({"type": "changed", "by": "me"}));
    let read: Event = from_value(json).unwrap();
    assert!(matches!(read, Event::Changed(_)), "{read:?}");
    assert_eq!(to_value(Bare::new(BareType::Stopped)).unwrap(), json!({"type": "stopped"}));
}

#[test]
fn a_union_inside_a_union_is_written_with_both_tags() {
    let means = Means::from(Wallet::from(Vipps::default().phone("1")));
    let json = to_value(&means).unwrap();
    assert_eq!(json, json!({"kind": "wallet", "brand": "vipps", "phone": "1"}));
    assert!(matches!(from_value(json).unwrap(), Means::Wallet(Wallet::Vipps(_))));
    let swish = json!({"kind": "wallet", "brand": "swish", "payer": "p"});
    let read: Means = from_value(swish.clone()).unwrap();
    assert!(matches!(&read, Means::Wallet(Wallet::Swish(_))), "{read:?}");
    assert_eq!(to_value(&read).unwrap(), swish);
    let invoice = to_value(Means::from(Invoice::default())).unwrap();
    assert_eq!(invoice, json!({"kind": "invoice"}));
}
