//! Tests operations with our reference that moved a different amount than requested: neither success nor failure, and
//! never a reason to use another reference.

use dintero_api::client::{FinishedChange, GuardError, GuardedChange};
use dintero_api::types::{CaptureTransactionRequest, RefundTransactionRequest};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, Dintero, Does, ID};
use crate::guard::ship;

const REQUESTED: i64 = 10000;
const MOVED: i64 = 7000;

async fn capture_once(dintero: &Dintero) -> Result<GuardedChange<'_>, GuardError> {
    let request = CaptureTransactionRequest::new(REQUESTED).capture_reference("shipment-1");
    dintero.client.transactions().capture_once(ID, request).await
}

#[track_caller]
fn expect_other_amount(error: &GuardError, expected: (i64, i64)) {
    let GuardError::OtherAmount { requested, moved, event, transaction, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!((requested.unwrap().get(), moved.get()), expected);
    assert!(transaction.events.iter().flatten().any(|other| other == &**event));
    // The money has moved, so a notice must not say that nothing happened, or advise another reference.
    assert!(error.maybe_sent());
    let shown = error.to_string();
    assert!(shown.contains(&expected.1.to_string()), "{shown}");
    assert!(shown.ends_with("do not make it again with another reference"), "{shown}");
}

fn correction(moved: i64, added: &[&str]) -> Value {
    json!({
        "status": "PARTIALLY_CAPTURED", "remaining_capture_amount": AMOUNT - moved,
        "remaining_refund_amount": moved, "remaining_void_amount": AMOUNT - moved, "event_ids": added,
    })
}

#[tokio::test]
async fn capture_in_part_is_neither_done_nor_another_operation() {
    let dintero = Dintero::start([Does::ActsInPart(MOVED)]).await;
    for _ in 0..2 {
        let error = capture_once(&dintero).await.unwrap_err();
        expect_other_amount(&error, (REQUESTED, MOVED));
    }
    assert_eq!(dintero.sent().len(), 1);
}

#[tokio::test]
async fn refund_in_part_is_neither_done_nor_another_operation() {
    let dintero = Dintero::start([Does::Acts, Does::ActsInPart(MOVED)]).await;
    let all = CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1");
    let _ = dintero.client.transactions().capture_once(ID, all).await.unwrap();
    for _ in 0..2 {
        let request = RefundTransactionRequest::new(REQUESTED).refund_reference("r1");
        let error = dintero.client.transactions().refund_once(ID, request).await.unwrap_err();
        expect_other_amount(&error, (REQUESTED, MOVED));
    }
    assert_eq!(dintero.sent().len(), 2);
}

/// The corrections of the fake count what was moved: neither failed captures nor amounts that were only requested.
#[tokio::test]
async fn corrections_after_failures_and_parts_have_the_moved_amounts() {
    let todo = [Does::Fails, Does::ActsInPart(MOVED), Does::ActsInPart(5000)];
    let dintero = Dintero::start(todo).await;
    let capture = async |reference: &str| {
        let request = CaptureTransactionRequest::new(REQUESTED).capture_reference(reference);
        dintero.client.transactions().capture_once(ID, request).await.unwrap_err()
    };
    assert!(matches!(capture("shipment-0").await, GuardError::Failed { .. }));
    expect_other_amount(&capture("shipment-1").await, (REQUESTED, MOVED));
    expect_other_amount(&capture("shipment-2").await, (REQUESTED, 5000));
}

/// A builder's request is recognized as well, although the lines of the correction are unknown.
#[tokio::test]
async fn shipment_in_part_is_recognized() {
    let dintero = Dintero::start([Does::ActsInPart(MOVED)]).await;
    for _ in 0..2 {
        let error = ship(&dintero).await.unwrap_err();
        expect_other_amount(&error, (6700 + 9900, MOVED));
    }
    assert_eq!(dintero.sent().len(), 1);
}

/// The events of the result: a correction, a correction with an added event, and an event with a different amount than
/// the accepted one.
#[tokio::test]
async fn accepted_operation_in_part_has_not_succeeded() {
    let corrected = json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1",
        "correction": correction(MOVED, &[])});
    let with_added = json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1",
        "correction": correction(MOVED, &["e9"])});
    let added = json!({"id": "e9", "event": "CAPTURE", "success": true, "amount": MOVED});
    let smaller = json!({"event": "CAPTURE", "success": true, "amount": MOVED, "correlation_request_id": "r1"});
    for events in [vec![corrected], vec![with_added, added], vec![smaller]] {
        let dintero = Dintero::start([Does::Accepts("r1")]).await;
        let change = capture_once(&dintero).await.unwrap();
        events.into_iter().for_each(|event| dintero.add(event));
        dintero.set("PARTIALLY_CAPTURED", json!({}));
        // Both the call that knows the request and a job that only stored the id.
        let by_id = dintero.client.transactions().pending(ID, "r1").check().await.unwrap().unwrap();
        for finished in [change.wait().await.unwrap(), by_id] {
            let FinishedChange::OtherAmount { requested, moved, .. } = finished else {
                panic!("{finished:?}")
            };
            assert_eq!((requested.unwrap().get(), moved.get()), (REQUESTED, MOVED));
        }
        expect_other_amount(&capture_once(&dintero).await.unwrap_err(), (REQUESTED, MOVED));
        assert_eq!(dintero.sent().len(), 1);
    }
}

/// No event has the requested amount: only the caller can compare.
#[tokio::test]
async fn moved_amount_is_reported_if_the_requested_one_is_unknown() {
    let dintero = Dintero::start([]).await;
    dintero.add(json!({"event": "CAPTURE", "success": false, "request_id": "r1",
        "event_reference": "shipment-1", "correction": correction(MOVED, &[])}));
    dintero.set("PARTIALLY_CAPTURED", json!({}));
    let pending = dintero.client.transactions().pending(ID, "r1");
    let Some(FinishedChange::OtherAmount { requested: None, moved, .. }) =
        pending.check().await.unwrap()
    else {
        panic!("the correction has the amount")
    };
    assert_eq!(moved.get(), MOVED);
    expect_other_amount(&capture_once(&dintero).await.unwrap_err(), (REQUESTED, MOVED));
    assert!(dintero.sent().is_empty());
}

/// A correction that shows the requested amount is a success.
#[tokio::test]
async fn correction_with_the_requested_amount_is_a_success() {
    let dintero = Dintero::start([Does::ActsInPart(REQUESTED)]).await;
    assert!(capture_once(&dintero).await.unwrap().is_done());
    assert!(capture_once(&dintero).await.unwrap().is_done());
    assert_eq!(dintero.sent().len(), 1);
}

/// An operation for which a different amount was requested belongs to another call, whatever it moved.
#[tokio::test]
async fn other_operation_in_part_has_taken_the_reference() {
    let dintero = Dintero::start([]).await;
    dintero.add(json!({"event": "CAPTURE", "success": false, "amount": 500,
        "event_reference": "shipment-1", "correction": correction(300, &[])}));
    dintero.set("PARTIALLY_CAPTURED", json!({}));
    let error = capture_once(&dintero).await.unwrap_err();
    assert!(matches!(error, GuardError::ReferenceTaken { sent: false, .. }), "{error:?}");
    assert!(error.to_string().ends_with("before you use another reference"), "{error}");
}

/// An operation without a reference that moved a part of the requested amount may be the requested one.
#[tokio::test]
async fn operation_in_part_without_a_reference_may_be_ours() {
    for (requested, may_be_ours) in
        [(json!(REQUESTED), true), (json!(null), true), (json!(500), false)]
    {
        let dintero = Dintero::start([]).await;
        dintero.add(json!({"event": "CAPTURE", "success": false, "amount": requested,
            "correction": correction(300, &[])}));
        dintero.set("PARTIALLY_CAPTURED", json!({}));
        let result = capture_once(&dintero).await;
        let is_maybe_same = matches!(result, Err(GuardError::MaybeSame { .. }));
        assert_eq!(is_maybe_same, may_be_ours, "{requested}: {result:?}");
        assert_eq!(dintero.sent().is_empty(), may_be_ours);
    }
}
