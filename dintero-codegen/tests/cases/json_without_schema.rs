use dintero_api::serde_json::json;

use crate::server::{exchange, response};

#[test]
fn any_json_is_sent_and_received() {
    let note = json!({"a": [1, null]});
    let (request, _) = exchange("HTTP/1.1 204 X\r\n\r\n", async |c| {
        c.json_without_schema().add(&note).await.unwrap()
    });
    assert!(request.ends_with("{\"a\":[1,null]}"), "{request}");
    let (_, notes) = exchange(&response(200, "[1, \"b\"]"), async |c| {
        c.json_without_schema().list().await.unwrap()
    });
    assert_eq!(*notes, json!([1, "b"]));
}
