use dintero_api::generated::lone_default::operations::SetLoneDefaultSuccess;

use crate::server::{exchange, response};

#[test]
fn default_is_returned_if_no_success_is_declared() {
    let (_, balance) =
        exchange(&response(200, "{\"sum\":5}"), async |c| c.lone_default().get().await.unwrap());
    assert_eq!(balance.sum, 5);
    let (_, done) = exchange(&response(201, "{\"note\":\"n\"}"), async |c| {
        c.lone_default().set().await.unwrap()
    });
    let SetLoneDefaultSuccess::StatusDefault { done, x_trace, .. } = done.into_inner() else { panic!() };
    assert_eq!((done.note.as_str(), x_trace), ("n", None));
}

#[test]
fn default_is_an_error_beside_a_success() {
    let (_, nothing) =
        exchange(&response(200, ""), async |c| c.lone_default().reset().await.unwrap());
    assert_eq!(*nothing, ());
    let (_, nothing) =
        exchange(&response(200, ""), async |c| c.lone_default().check().await.unwrap());
    assert_eq!(*nothing, ());
}
