use dintero_api::generated::failures::operations::CreateFailureSuccess;
use dintero_api::generated::failures::types::{
    CreateFailureError400, CreateFailureError404, CreateFailureError409,
};

use crate::server::exchange;

#[test]
fn a_header_named_like_the_body_is_read_beside_it() {
    let reply = "HTTP/1.1 201 X\r\norder: 7\r\n\r\n{\"id\":\"8\"}";
    let (_, created) = exchange(reply, async |c| c.failures().create().await.unwrap());
    let CreateFailureSuccess::Status201 { order, body, .. } = created.into_inner() else { panic!() };
    assert_eq!((order.as_deref(), body.id.as_deref()), (Some("7"), Some("8")));
}

#[test]
fn every_status_has_its_error_type() {
    let reply =
        |status| crate::server::response(status, "{\"code\":\"c\",\"why\":\"w\",\"other\":\"o\"}");
    let (_, error) = exchange(&reply(404), async |c| c.failures().create().await.unwrap_err());
    assert_eq!(error.body::<CreateFailureError404>().unwrap().why.as_deref(), Some("w"));
    assert_eq!(error.body::<CreateFailureError400>().unwrap().code.as_deref(), Some("c"));
    assert_eq!(error.body::<CreateFailureError409>().unwrap().other.as_deref(), Some("o"));
}
