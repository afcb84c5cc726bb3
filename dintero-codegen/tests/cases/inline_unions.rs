use dintero_api::generated::inline_unions::types::{Card, Wallet};
use dintero_api::serde_json::{from_value, json, to_value};

use crate::server::{exchange, response};

#[test]
fn variants_keep_their_fields_wherever_they_are() {
    let card = json!({"kind": "card", "mask": "4242"});
    let bank = json!({"kind": "bank", "number": 7});
    let json = json!({"first": bank, "all": [card, bank], "named": {"a": card}});
    let wallet: Wallet = from_value(json.clone()).unwrap();
    assert_eq!(to_value(&wallet).unwrap(), json);

    let reply = response(200, &json.to_string());
    let (request, wallet) = exchange(&reply, async |c| {
        c.inline_unions().create(&Card::new("1").into()).await.unwrap()
    });
    assert!(request.ends_with("{\"kind\":\"card\",\"mask\":\"1\"}"), "{request}");
    assert_eq!(wallet.all.as_ref().map(Vec::len), Some(2));
}
