//! Tests that errors of guarded calls and of waits show no personal data, links or messages from a transaction or a
//! response, only amounts, statuses, kinds of events, line ids and request ids.

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Duration;

use dintero_api::Client;
use dintero_api::client::{GuardError, PollPolicy, WaitError};
use dintero_api::order::Capture;
use dintero_api::types::CaptureTransactionRequest;
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, Dintero, Does, ID};
use crate::guard::order;

/// Personal data, links with which anyone can continue the payment, and Dintero's own text.
const HIDDEN: [&str; 5] = [
    "kari@example.com",
    "https://shop.example/thanks",
    "https://bank.example/approve",
    "the provider's text",
    "as the test says", // from the fake's error bodies
];

fn details() -> Value {
    json!({
        "customer": {"email": "kari@example.com"},
        "shipping_address": {"email": "kari@example.com"},
        "url": {"redirect_url": "https://shop.example/thanks", "approval_url": "https://bank.example/approve"},
    })
}

/// Starts a fake whose transaction contains everything that must not be shown.
async fn start(status: &'static str, events: &[Value], todo: &[Does]) -> Dintero {
    let dintero = Dintero::start(todo.iter().copied()).await;
    dintero.set(status, details());
    let failed = json!({"event": "CAPTURE", "success": false, "amount": 1, "event_reference": "shipment-0",
        "error": {"message": "the provider's text"}});
    dintero.add(failed);
    events.iter().for_each(|event| dintero.add(event.clone()));
    dintero
}

async fn capture(client: &Client) -> GuardError {
    let request = CaptureTransactionRequest::new(10000).capture_reference("shipment-1");
    client.transactions().capture_once(ID, request).await.unwrap_err()
}

#[track_caller]
fn expect_hidden(error: &dyn Error) {
    let mut next = Some(error);
    while let Some(error) = next {
        let shown = format!("{error} {error:?} {error:#?}");
        let found: Vec<_> = HIDDEN.iter().filter(|text| shown.contains(**text)).collect();
        assert!(found.is_empty(), "{found:?} in {shown}");
        next = error.source();
    }
}

#[tokio::test]
async fn errors_of_guarded_calls_show_no_personal_data_links_or_messages() {
    let other = json!({"event": "CAPTURE", "success": true, "amount": 500, "event_reference": "shipment-1"});
    let nameless = json!({"event": "CAPTURE", "success": true, "amount": 10000});
    let (whole, part) = ("AUTHORIZED", "PARTIALLY_CAPTURED");
    let mut errors = Vec::new();
    for (status, events, todo) in [
        (part, vec![other], vec![]),
        (part, vec![nameless], vec![]),
        (whole, vec![], vec![Does::ActsInPart(7000)]),
        (whole, vec![], vec![Does::Fails]),
        (whole, vec![], vec![Does::Forgets]),
        (whole, vec![], vec![Does::Refuses(400)]),
        (whole, vec![], vec![Does::Refuses(503)]),
        ("CAPTURED", vec![], vec![]),
    ] {
        errors.push(capture(&start(status, &events, &todo).await.client).await);
    }
    let dintero = start(whole, &[], &[]).await;
    dintero.break_reads([403]);
    errors.push(capture(&dintero.client).await);
    let unknown_line = Capture::of(&order()).line("9", 1).reference("shipment-1");
    let call = dintero.client.transactions().capture_once(ID, unknown_line);
    errors.push(call.await.unwrap_err());
    let clock = dintero.clock.clone();
    let slow = dintero.builder().observer(move |_| clock.advance(Duration::from_secs(11)));
    errors.push(capture(&slow.build().unwrap()).await);
    errors.extend([GuardError::Busy, GuardError::Interrupted]);

    for error in &errors {
        expect_hidden(error);
    }
    let name =
        |error: &GuardError| format!("{error:?}").split(['(', ' ']).next().unwrap().to_owned();
    let names: BTreeSet<_> = errors.iter().map(name).collect();
    let all = [
        "Busy",
        "Failed",
        "Interrupted",
        "MaybeSame",
        "NotPermitted",
        "Order",
        "OtherAmount",
        "Outdated",
        "Read",
        "ReferenceTaken",
        "Refused",
        "Request",
        "Unconfirmed",
    ];
    assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), all);
}

#[tokio::test]
async fn errors_of_waits_show_no_personal_data_links_or_messages() {
    let dintero = start("AUTHORIZED", &[], &[]).await;
    let policy = PollPolicy::default().timeout(Duration::ZERO);
    let pending = dintero.client.transactions().pending(ID, "r1").poll(policy);
    // A 503 is tried three times.
    for (statuses, is_read) in [(vec![403], true), (vec![503; 3], false)] {
        dintero.break_reads(statuses);
        let error = pending.wait().await.unwrap_err();
        assert_eq!(matches!(error, WaitError::Read(_)), is_read, "{error:?}");
        expect_hidden(&error);
    }
}

/// Models are not errors, and may be printed: they hide the same links and data, but show Dintero's text.
#[tokio::test]
async fn models_hide_links_and_personal_data() {
    let dintero = start("AUTHORIZED", &[], &[]).await;
    let change = {
        let request = CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1");
        dintero.client.transactions().capture_once(ID, request).await.unwrap()
    };
    let shown = format!("{change:?}");
    for hidden in &HIDDEN[..3] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}
