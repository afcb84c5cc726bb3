//! Tests operations with a correction: the correction, not `success`, determines the result.

use dintero_api::types::Transaction;
use dintero_api::{MinorUnits, OperationState};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, transaction};
use crate::outcome::summary;

fn correction(capture: i64, refund: i64, void: i64, added: &[&str]) -> Value {
    json!({
        "status": "PARTIALLY_CAPTURED", "remaining_capture_amount": capture,
        "remaining_refund_amount": refund, "remaining_void_amount": void, "event_ids": added,
    })
}

fn partly_captured(events: &Value) -> Transaction {
    transaction("PARTIALLY_CAPTURED", events)
}

#[track_caller]
fn expect_amounts(transaction: &Transaction, expected: [i64; 4]) {
    let amounts = transaction.outcome().amounts.expect("the events have the amounts");
    let actual =
        [amounts.captured, amounts.refunded, amounts.remaining_capture, amounts.remaining_refund];
    assert_eq!(actual, expected.map(MinorUnits::new));
}

#[test]
fn failure_that_moved_money_counts() {
    let transaction = partly_captured(&json!([
        {"event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "a"},
        {"event": "CAPTURE", "success": false, "amount": 5000, "event_reference": "b",
         "correction": correction(15000, 15000, 15000, &[])},
    ]));
    let expected = [
        (Some("a"), Some(10000), OperationState::Done),
        (Some("b"), Some(5000), OperationState::Done),
    ];
    assert_eq!(summary(&transaction), expected);
    expect_amounts(&transaction, [15000, 0, 15000, 15000]);
}

#[test]
fn success_that_moved_no_money_does_not_count() {
    let transaction = partly_captured(&json!([
        {"event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "a"},
        {"event": "CAPTURE", "success": true, "amount": 5000, "event_reference": "b",
         "correction": correction(20000, 10000, 20000, &[])},
    ]));
    let states: Vec<_> = summary(&transaction).iter().map(|summary| summary.2).collect();
    assert_eq!(states, [OperationState::Done, OperationState::Failed]);
    expect_amounts(&transaction, [10000, 0, 20000, 10000]);
}

/// The provider captured a different amount than was requested.
#[test]
fn amount_is_the_one_that_was_moved() {
    let transaction = partly_captured(&json!([
        {"event": "CAPTURE", "success": false, "amount": 10000, "event_reference": "a",
         "correction": correction(23000, 7000, 23000, &[])},
    ]));
    assert_eq!(summary(&transaction), [(Some("a"), Some(7000), OperationState::Done)]);
    expect_amounts(&transaction, [7000, 0, 23000, 7000]);
}

/// A corrected event and the event that Dintero adds as its correction count as one operation, whichever event comes
/// first. The operation has the reference of the corrected event.
#[test]
fn added_events_replace_the_one_they_correct() {
    let failed = json!({"id": "e1", "event": "CAPTURE", "success": false, "amount": 10000,
        "event_reference": "a", "correction": correction(20000, 10000, 20000, &["e2"])});
    let added = json!({"id": "e2", "event": "CAPTURE", "success": true, "amount": 10000});
    for events in [json!([failed, added]), json!([added, failed])] {
        let transaction = partly_captured(&events);
        assert_eq!(summary(&transaction), [(Some("a"), Some(10000), OperationState::Done)]);
        expect_amounts(&transaction, [10000, 0, 20000, 10000]);
        let begun_by = transaction.operations()[0].begun_by.and_then(|event| event.id.as_deref());
        assert_eq!(begun_by, Some("e1"));
    }
}

#[test]
fn accepted_failed_and_corrected_is_one_operation() {
    let transaction = partly_captured(&json!([
        {"event": "INITIATE_CAPTURE", "success": true, "amount": 10000, "event_reference": "a", "request_id": "r1"},
        {"event": "CAPTURE", "success": false, "correlation_request_id": "r1",
         "correction": correction(20000, 10000, 20000, &["e3"])},
        {"id": "e3", "event": "CAPTURE", "success": true},
    ]));
    assert_eq!(summary(&transaction), [(Some("a"), Some(10000), OperationState::Done)]);
    expect_amounts(&transaction, [10000, 0, 20000, 10000]);
}

#[test]
fn refunds_and_voids_are_corrected_too() {
    let transaction = transaction(
        "PARTIALLY_REFUNDED",
        &json!([
            {"event": "CAPTURE", "success": true, "amount": AMOUNT},
            {"event": "REFUND", "success": false, "amount": 4000, "correction": correction(0, 26000, 0, &[])},
            {"event": "REFUND", "success": true, "amount": 4000, "correction": correction(0, 26000, 0, &[])},
            {"event": "VOID", "success": false, "correction": correction(0, 26000, 0, &[])},
            {"event": "VOID", "success": true, "correction": correction(9, 26000, 9, &[])},
        ]),
    );
    let states: Vec<_> = summary(&transaction).iter().map(|summary| summary.2).collect();
    let [done, failed] = [OperationState::Done, OperationState::Failed];
    assert_eq!(states, [done, done, failed, done, failed]);
    expect_amounts(&transaction, [AMOUNT, 4000, 0, 26000]);
}

/// The remaining amount is taken from the correction, and later captures reduce it.
#[test]
fn remaining_amounts_are_those_of_the_correction() {
    let corrected = json!({"event": "CAPTURE", "success": false, "amount": 10000,
        "correction": correction(5000, 10000, 5000, &[])});
    expect_amounts(&partly_captured(&json!([corrected])), [10000, 0, 5000, 10000]);
    let failed = json!({"event": "CAPTURE", "success": false, "amount": 1});
    expect_amounts(&partly_captured(&json!([corrected, failed])), [10000, 0, 5000, 10000]);
    let later = json!({"event": "CAPTURE", "success": true, "amount": 3000});
    expect_amounts(&partly_captured(&json!([corrected, later])), [13000, 0, 2000, 13000]);
    let void = json!({"event": "VOID", "success": true});
    expect_amounts(&partly_captured(&json!([corrected, void])), [10000, 0, 0, 10000]);
}

/// If the ids in corrections form a cycle, no operation is lost.
#[test]
fn corrections_of_each_other_do_no_harm() {
    let transaction = partly_captured(&json!([
        {"id": "e1", "event": "CAPTURE", "success": false, "event_reference": "a",
         "correction": correction(20000, 10000, 20000, &["e1", "e2", "e9"])},
        {"id": "e2", "event": "CAPTURE", "success": false, "event_reference": "b",
         "correction": correction(20000, 10000, 20000, &["e1"])},
    ]));
    let references: Vec<_> = summary(&transaction).iter().map(|summary| summary.0).collect();
    assert_eq!(references, [Some("a"), Some("b")]);
}

/// A correction of an event of another kind must not hide a capture, because a guarded call would then send the capture
/// again.
#[test]
fn captures_are_not_hidden_by_other_kinds() {
    let transaction = partly_captured(&json!([
        {"id": "e1", "event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "a"},
        {"id": "e2", "event": "ADJUST", "success": false, "correction": correction(1, 10000, 1, &["e1"])},
    ]));
    assert_eq!(summary(&transaction), [(Some("a"), Some(10000), OperationState::Done)]);
}
