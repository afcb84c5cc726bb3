//! Tests a purchase from start to finish: token, session, reading the session, capture.

use dintero_api::operations::TransactionChange;
use dintero_api::types::*;
use dintero_api::{Currency, Error};
use serde_json::{Value, json};

use crate::bodies;
use crate::exchange::{API, CHECKOUT, Exchange, token_reply};
use crate::server::{Reply, Request};

/// Returns the reply of a fake Dintero, which has only the operations that the shop calls.
fn dintero(request: &Request) -> Reply {
    let order = json!({"amount": 33890, "currency": "NOK", "merchant_reference": "cart-7f3a"});
    let session = json!({"id": "T12345678.s1", "order": order});
    match (request.method.as_str(), request.target.as_str()) {
        ("POST", "/v1/accounts/T12345678/auth/token") => token_reply(),
        ("POST", "/v1/sessions-profile") => {
            let url = "https://checkout.dintero.com/v1/view/T12345678.s1";
            Reply::json(200, &json!({"id": "T12345678.s1", "url": url}))
        }
        ("GET", "/v1/sessions/T12345678.s1") => Reply::json(200, &paid(session)),
        ("POST", "/v1/transactions/T12345678.t1/capture") => {
            let body = transaction("T12345678.t1");
            Reply::Bytes {
                status: 202,
                headers: "content-type: application/json\r\nEvent-Request-Id: e1\r\n".to_owned(),
                body: body.to_string().into_bytes(),
            }
        }
        (method, target) => {
            let message = format!("{method} {target}");
            Reply::json(404, &json!({"error": {"code": "NOT FOUND", "message": message}}))
        }
    }
}

/// Returns a transaction with its required fields.
pub(crate) fn transaction(id: &str) -> Value {
    json!({
        "id": id, "status": "AUTHORIZED", "amount": 33890, "currency": "NOK",
        "payment_product": "vipps", "payment_product_type": "vipps",
    })
}

/// Returns the session after the customer has paid, with the fields that are required in a response.
fn paid(mut session: Value) -> Value {
    session["transaction_id"] = "T12345678.t1".into();
    session["url"] = json!({"return_url": "https://fjordshop.example/thanks"});
    session["configuration"] = json!({});
    session
}

#[tokio::test]
async fn shop_sells_a_chair() -> Result<(), Error> {
    let exchange = Exchange::with_tokens(dintero).await;
    let client = &exchange.client;

    let created = client.sessions().create_from_profile(&bodies::session()).await?;
    let id = created.id.as_str();
    assert!(created.url.ends_with(id));

    let session = client.sessions().get(id).await?;
    assert_eq!((session.order.amount.get(), session.order.currency), (33890, Currency::NOK));
    let transaction = session.transaction_id.as_deref().expect("the session is paid");

    let change = client.transactions().capture(transaction, &bodies::capture()).await?;
    assert_eq!(change.status(), 202);
    let TransactionChange::Accepted { event_request_id, transaction, .. } = &*change else {
        panic!("a change accepted with 202 is not done: {change:?}");
    };
    assert_eq!(event_request_id.as_deref(), Some("e1"));
    assert_eq!(transaction.status, Some(TransactionStatus::Authorized));

    // The requests that Dintero received.
    let arrived = exchange.arrived();
    let requests: Vec<_> = arrived
        .iter()
        .map(|(host, request)| (*host, request.method.as_str(), request.target.as_str()))
        .collect();
    let expected = [
        (CHECKOUT, "POST", "/v1/sessions-profile"),
        (CHECKOUT, "GET", "/v1/sessions/T12345678.s1"),
        (CHECKOUT, "POST", "/v1/transactions/T12345678.t1/capture"),
        (API, "POST", "/v1/accounts/T12345678/auth/token"),
    ];
    assert_eq!(requests, expected);
    let header = |index: usize, name| arrived[index].1.header(name);
    for index in 0..3 {
        assert_eq!(header(index, "authorization"), Some("Bearer token-0"));
    }
    assert_eq!(header(0, "dintero-feature-toggles"), Some("strict-session-amounts"));
    let token = &arrived[3].1;
    assert!(token.header("authorization").is_some_and(|basic| basic.starts_with("Basic ")));
    let audience = "https://api.dintero.com/v1/accounts/T12345678";
    let grant = json!({"grant_type": "client_credentials", "audience": audience});
    assert_eq!(token.json(), grant);
    Ok(())
}

/// A partial payment needs an amount that the strict-amounts toggle forbids.
#[tokio::test]
async fn partial_payment_is_not_strict() {
    let created = json!({"id": "T12345678.s1", "url": "https://checkout.dintero.com/s1"});
    let exchange = Exchange::start(move |_| Reply::json(200, &created)).await;
    let mut session = bodies::minimal_session();
    session.order = session.order.partial_payment(true);
    let call = exchange.client.sessions().create_from_profile(&session);
    call.await.expect("the call succeeds");
    let calls = exchange.calls();
    assert_eq!(calls[0].1.header("dintero-feature-toggles"), None);
    assert_eq!(calls[0].1.json()["order"]["partial_payment"], true);
}
