use dintero_api::generated::write_only::types::Login;
use dintero_api::serde_json::{from_value, json};

use crate::server::{exchange, response};

#[test]
fn a_response_has_no_pin() {
    let login: Login = from_value(json!({"id": "1", "name": "n"})).unwrap();
    assert_eq!((login.id.as_deref(), login.name.as_str()), (Some("1"), "n"));
    let reply = response(200, "{\"id\":\"1\",\"name\":\"n\"}");
    let (request, _) =
        exchange(&reply, async |c| c.write_only().create(&Login::new("n", "0000")).await.unwrap());
    assert!(request.ends_with("{\"name\":\"n\",\"pin\":\"0000\"}"), "{request}");
}
