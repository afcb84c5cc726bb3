use dintero_api::generated::nulls::types::House;
use dintero_api::serde_json::{from_value, json, to_value};

use crate::server::{exchange, response};

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

#[test]
fn a_body_may_be_null() {
    let (_, house) =
        exchange(&response(200, "null"), async |c| c.nulls().get().await.unwrap());
    assert!(house.is_none());
    let (_, error) =
        exchange(&response(404, "null"), async |c| c.nulls().get().await.unwrap_err());
    assert!(error.body::<Option<House>>().unwrap().is_none());
    let (request, _) =
        exchange(NOTHING, async |c| c.nulls().replace(&None).await.unwrap());
    assert!(request.ends_with("\r\n\r\nnull"), "{request}");
    let house = Some(House::new().pin("1"));
    let (request, _) = exchange(NOTHING, async |c| c.nulls().replace(&house).await.unwrap());
    assert!(request.ends_with("{\"number\":null,\"means\":null,\"any\":null,\"pin\":\"1\"}"), "{request}");
}

#[test]
fn alternatives_may_be_null() {
    let nulls = json!({"number": null, "means": null, "any": null, "pin": null});
    let house: House = from_value(nulls.clone()).unwrap();
    assert!(house.number.is_none() && house.means.is_none() && house.any.is_none());
    assert_eq!(to_value(&house).unwrap(), nulls);
    // A response without the write-only property is valid.
    let read: House = from_value(json!({
        "number": 1, "means": {"kind": "card"}, "any": ["a"], "numbers": [null, "a"]
    }))
    .unwrap();
    assert!(read.pin.is_none() && read.numbers.unwrap()[0].is_none());
}
