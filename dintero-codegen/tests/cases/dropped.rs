use dintero_api::generated::dropped::operations::GetDroppedSuccess;
use dintero_api::generated::dropped::types::{ListOrFlag, Unions, WordsOrFlag};
use dintero_api::serde_json::from_str;

use crate::server::{exchange, response};

#[test]
fn headers_that_the_client_sets_are_no_arguments() {
    let reply = response(200, "{\"id\":\"7\"}");
    let (request, thing) =
        exchange(&reply, async |c| c.dropped().get("kept").await.unwrap());
    assert!(request.to_lowercase().contains("x-kept: kept\r\n"), "{request}");
    assert!(request.to_lowercase().matches("authorization:").count() <= 1, "{request}");
    let GetDroppedSuccess::Status200 { thing, .. } = thing.into_inner() else { panic!() };
    assert_eq!(thing.id, "7");
}

#[test]
fn a_string_of_any_media_type_is_the_body() {
    let reply = "HTTP/1.1 200 X\r\ncontent-type: text/plain\r\n\r\nhello";
    let (_, text) = exchange(reply, async |c| c.dropped().text().await.unwrap());
    assert_eq!(&*text.into_inner(), b"hello");
}

#[test]
fn a_read_only_field_of_a_form_is_not_sent() {
    let nothing = "HTTP/1.1 204 X\r\n\r\n";
    let (request, _) =
        exchange(nothing, async |c| c.dropped().fill("n").note("m").await.unwrap());
    assert!(request.contains("name=\"name\"") && request.contains("name=\"note\""), "{request}");
}

#[test]
fn equal_unions_may_have_two_names() {
    let unions: Unions = from_str("{\"a\":[\"x\"],\"b\":true}").unwrap();
    assert!(matches!(unions.a, Some(ListOrFlag::List(_))));
    assert!(matches!(unions.b, Some(WordsOrFlag::Boolean(true))));
}
