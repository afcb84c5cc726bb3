//! Tests a newcomer's shop from checkout to refund, against the loopback server. The shop runs in its own process,
//! because it reads its settings from environment variables, and a process has only one set of them.

#[expect(clippy::print_stderr, reason = "this is the log of the shop")]
mod newcomer;

use std::process::Command;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request as HttpRequest, StatusCode};
use dintero_api::callback::CallbackVerifier;
use dintero_api::{Decimal, PaymentState};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::dintero::token_reply;
use crate::server::{Reply, Request, Server, is_token};
use newcomer::{Cart, Line, Shop};

const ID: &str = "T12345678.t1";
const SECRET: &str = "signature-secret";
/// The environment variable that marks the shop's process.
const IS_SHOP: &str = "TEST_NEWCOMER_SHOP";

/// The total of three mugs at 67.00 each and home delivery at 79.00.
const AMOUNT: i64 = 20100 + 7900;

#[test]
fn shop_from_checkout_to_refund() {
    let events = Arc::new(Mutex::new(vec![json!({"event": "AUTHORIZE", "success": true})]));
    let server = {
        let events = Arc::clone(&events);
        Server::on_thread(move |request, _| answer(&mut events.lock().unwrap(), request))
    };
    let mut shop = Command::new(std::env::current_exe().unwrap());
    shop.args(["shop::shop_in_its_own_process", "--exact"]).env(IS_SHOP, "yes");
    shop.env("DINTERO_ACCOUNT_ID", "T12345678").env("DINTERO_BASE_URL", server.url());
    shop.env("DINTERO_CLIENT_ID", "id").env("DINTERO_CLIENT_SECRET", "secret");
    let output = shop.output().unwrap();
    assert!(output.status.success(), "{output:?}");

    let moved: Vec<_> =
        events.lock().unwrap()[1..].iter().map(|event| event["amount"].clone()).collect();
    assert_eq!(moved, [6700 + 7900, 13400, 6700]);
    let created = server.calls().into_iter().find(|call| call.method == "POST").unwrap().json();
    assert_eq!(created["order"]["amount"], 20100);
    let url = &created["express"]["shipping_address_callback_url"];
    assert_eq!(url, "https://shop.example.com/dintero/address");
}

#[tokio::test]
async fn shop_in_its_own_process() {
    if std::env::var_os(IS_SHOP).is_none() {
        return;
    }
    let shop = Shop::new(SECRET.to_owned()).unwrap();
    let (price, vat) = (Decimal::new(6700, 2), 25);
    let mugs = Line { sku: "MUG".to_owned(), price, quantity: 3, vat };
    let cart = Cart { number: "order-1".to_owned(), lines: vec![mugs], delivery: Vec::new() };
    assert_eq!(shop.checkout(&cart).await.unwrap(), "https://checkout.dintero.com/s1");

    // The customer enters an address.
    let order: Value = serde_json::from_str(&shop.row("order-1").unwrap().order).unwrap();
    let urls = json!({"return_url": "https://shop.example.com/thanks"});
    let session = json!({"order": order, "url": urls, "express": {"shipping_options": []}});
    let response = call(shop.router(), "POST", "/dintero/address", session.to_string()).await;
    assert_eq!(response.0, StatusCode::OK);
    let response: Value = serde_json::from_str(&response.1).unwrap();
    assert_eq!(response["shipping_options"][0]["amount"], 7900);

    // The customer pays.
    let paid =
        format!("/dintero/callback?transaction_id={ID}&session_id=s1&merchant_reference=order-1");
    for _ in 0..2 {
        assert_eq!(call(shop.router(), "GET", &paid, String::new()).await.0, StatusCode::OK);
        let row = shop.row("order-1").unwrap();
        assert_eq!(
            (row.paid_by.as_deref(), row.state.parse()),
            (Some(ID), Ok(PaymentState::Reserved))
        );
    }
    let unknown = paid.replace("order-1", "order-2");
    let status = call(shop.router(), "GET", &unknown, String::new()).await.0;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);

    // There are two shipments and a return, and each call is made twice.
    for _ in 0..2 {
        assert!(shop.ship("order-1", "1", 1, "order-1-1").await.unwrap());
        assert!(shop.ship("order-1", "1", 2, "order-1-2").await.unwrap());
    }
    assert_eq!(shop.row("order-1").unwrap().state, "paid");
    for _ in 0..2 {
        assert!(shop.give_back("order-1", "1", "return-1").await.unwrap());
    }
    assert_eq!(shop.row("order-1").unwrap().state, "partly_refunded");
}

/// Sends a callback to the shop, as Dintero does.
async fn call(router: Router, method: &str, path: &str, body: String) -> (StatusCode, String) {
    let verifier = CallbackVerifier::builder("T12345678", [SECRET]);
    let verifier = verifier.public_url("https://shop.example.com").build().unwrap();
    let request = HttpRequest::builder().method(method).uri(path);
    let request = request.header("dintero-signature", verifier.sign(method, path).unwrap());
    let response = router.oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// Returns the reply of a fake Dintero with one session and its transaction.
fn answer(events: &mut Vec<Value>, request: &Request) -> Reply {
    if is_token(request) {
        return token_reply();
    }
    let kind = match (request.method.as_str(), request.target.rsplit('/').next()) {
        ("POST", Some("sessions-profile")) => {
            return Reply::json(
                200,
                &json!({"id": "s1", "url": "https://checkout.dintero.com/s1"}),
            );
        }
        ("POST", Some("capture")) => "CAPTURE",
        ("POST", Some("refund")) => "REFUND",
        _ => return Reply::json(200, &transaction(events)),
    };
    let body = request.json();
    let reference = body.get("capture_reference").or(body.get("refund_reference"));
    events.push(json!({"event": kind, "success": true, "amount": body["amount"], "event_reference": reference,
        "items": body["items"]}));
    Reply::json(200, &transaction(events))
}

fn transaction(events: &[Value]) -> Value {
    let sum = |kind: &str| -> i64 {
        events
            .iter()
            .filter(|event| event["event"] == kind)
            .filter_map(|event| event["amount"].as_i64())
            .sum()
    };
    let status = match (sum("CAPTURE"), sum("REFUND")) {
        (0, _) => "AUTHORIZED",
        (AMOUNT, 0) => "CAPTURED",
        (_, 0) => "PARTIALLY_CAPTURED",
        _ => "PARTIALLY_REFUNDED",
    };
    json!({
        "id": ID, "status": status, "amount": AMOUNT, "currency": "NOK", "merchant_reference": "order-1",
        "payment_product": "vipps", "payment_product_type": "vipps", "events": events,
        "items": [
            {"id": "MUG", "line_id": "1", "quantity": 3, "amount": 20100},
            {"id": "home", "line_id": "home", "quantity": 1, "amount": 7900},
        ],
        "shipping_option": {"id": "home", "line_id": "home", "amount": 7900, "title": "Home delivery", "operator": "Bring"},
    })
}
