//! Tests how a shop recovers from two sessions for one order: after a `create` whose response was lost, and after a
//! second payment.

use std::sync::{Arc, Mutex};

use dintero_api::client::Method;
use dintero_api::order::PaymentFor;
use dintero_api::types::{SessionOrder, SessionProfile, SessionUrls, Transaction};
use dintero_api::{Client, Currency, Error};
use serde_json::{Value, json};

use crate::dintero::{client, token_reply, transaction_json};
use crate::server::{Reply, Request, Server, is_token};

/// The ids of the created sessions, and whether each session is cancelled.
type Sessions = Arc<Mutex<Vec<(String, bool)>>>;

fn session(id: &str, is_cancelled: bool, reference: &str) -> Value {
    let mut session = json!({
        "id": id, "configuration": {}, "url": {"return_url": "https://example.com/thanks"},
        "order": {"amount": 30000, "currency": "NOK", "merchant_reference": reference},
    });
    if is_cancelled {
        session["cancelled_at"] = "2026-11-27T12:00:00Z".into();
    }
    session
}

/// Returns the fake's reply to a request. The response to the first `create` is lost, and a search also returns a
/// session whose reference only begins with the search term.
fn reply(sessions: &Sessions, request: &Request) -> Reply {
    let mut sessions = sessions.lock().unwrap();
    match (request.method.as_str(), request.target.as_str()) {
        _ if is_token(request) => token_reply(),
        ("POST", "/v1/sessions-profile") => {
            let id = format!("T12345678.s{}", sessions.len() + 1);
            sessions.push((id.clone(), false));
            if sessions.len() == 1 {
                return Reply::Raw(String::new());
            }
            Reply::json(200, &json!({"id": id, "url": "https://checkout.dintero.com/s"}))
        }
        ("GET", "/v1/sessions?search=order-1") => {
            let found =
                sessions.iter().map(|(id, is_cancelled)| session(id, *is_cancelled, "order-1"));
            let other = session("T12345678.other", false, "order-10");
            Reply::json(200, &found.chain([other]).collect())
        }
        ("POST", target) => {
            let id = target.split('/').nth(3).unwrap();
            let found = sessions.iter_mut().find(|(other, _)| other == id).unwrap();
            found.1 = true;
            Reply::json(200, &session(id, true, "order-1"))
        }
        _ => Reply::json(404, &json!({"error": {"code": "NOT FOUND", "message": "no"}})),
    }
}

fn profile() -> SessionProfile {
    let order = SessionOrder::new(30000, Currency::NOK, "order-1");
    SessionProfile::new(SessionUrls::new("https://example.com/thanks"), order, "default")
}

/// Cancels the open sessions of an order, so that a new one can be created.
async fn cancel_open_sessions(client: &Client, reference: &str) -> Result<(), Error> {
    let search = client.request(Method::GET, "/v1/sessions").query("search", reference);
    let sessions = search.send::<Value>().await?;
    for session in sessions.as_array().into_iter().flatten() {
        let is_open = session["cancelled_at"].is_null() && session["transaction_id"].is_null();
        if is_open && session["order"]["merchant_reference"] == reference {
            client.sessions().cancel(session["id"].as_str().unwrap_or_default()).await?;
        }
    }
    Ok(())
}

#[tokio::test]
async fn session_whose_response_was_lost_is_cancelled_before_another_is_created() {
    let sessions = Sessions::default();
    let server = {
        let sessions = sessions.clone();
        Server::start(move |request, _| reply(&sessions, request)).await
    };
    let client = client(&server);
    let error = client.sessions().create_from_profile(&profile()).await.unwrap_err();
    assert!(error.maybe_sent(), "the session may exist: {error:?}");

    cancel_open_sessions(&client, "order-1").await.unwrap();
    let created = client.sessions().create_from_profile(&profile()).await.unwrap();
    assert_eq!(created.id, "T12345678.s2");
    let expected = [("T12345678.s1".to_owned(), true), ("T12345678.s2".to_owned(), false)];
    assert_eq!(*sessions.lock().unwrap(), expected);
}

/// If both sessions are paid, the shop voids the second payment when its callback arrives.
#[tokio::test]
async fn second_payment_is_voided() {
    let voided = Arc::new(Mutex::new(false));
    let server = {
        let voided = voided.clone();
        Server::start(move |request, _| {
            let mut voided = voided.lock().unwrap();
            *voided |= request.target.ends_with("/void");
            let events = match *voided {
                true => json!([{"event": "VOID", "success": true}]),
                false => json!([{"event": "AUTHORIZE", "success": true}]),
            };
            let status = if *voided { "AUTHORIZATION_VOIDED" } else { "AUTHORIZED" };
            let mut transaction = transaction_json(status, &events);
            (transaction["id"], transaction["merchant_reference"]) =
                ("T12345678.t2".into(), "order-1".into());
            if is_token(request) { token_reply() } else { Reply::json(200, &transaction) }
        })
        .await
    };
    let client = client(&server);
    let order = profile().order;
    let mut stored = transaction_json("AUTHORIZED", &json!([]));
    (stored["id"], stored["merchant_reference"]) = ("T12345678.t1".into(), "order-1".into());
    let stored: Transaction = serde_json::from_value(stored).unwrap();
    // Dintero may send the callback more than once.
    for expected in [PaymentFor::Again, PaymentFor::NoMoney] {
        let transaction = client.transactions().get("T12345678.t2").await.unwrap();
        let payment = transaction.payment_for(&order, Some(&stored));
        assert_eq!(payment, expected);
        if payment == PaymentFor::Again {
            assert!(client.transactions().void_once("T12345678.t2").await.unwrap().is_done());
        }
    }
}
