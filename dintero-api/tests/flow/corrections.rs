//! Tests operations with a correction: the correction, not `success`, determines the result.

use dintero_api::client::MadeBy;
use dintero_api::types::{RefundTransactionRequest, Transaction};
use dintero_api::{MinorUnits, OperationKind, OperationState, PaymentState, UnclearTransaction};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, Dintero, ID, transaction};
use crate::guard::expect_done;
use crate::outcome::summary;

fn correction(capture: i64, refund: i64, void: i64, added: &[&str]) -> Value {
    json!({
        "status": "PARTIALLY_CAPTURED", "remaining_capture_amount": capture,
        "remaining_refund_amount": refund, "remaining_void_amount": void, "event_ids": added,
    })
}

/// Returns a correction with another status.
fn with_status(status: &str, mut correction: Value) -> Value {
    correction["status"] = status.into();
    correction
}

/// Returns the state and the amount of the last operation.
fn last(transaction: &Transaction) -> (OperationState, Option<i64>) {
    let operations = summary(transaction);
    let (_, amount, state) = operations.last().unwrap();
    (*state, *amount)
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
fn refunds_are_corrected_too() {
    let transaction = transaction(
        "PARTIALLY_REFUNDED",
        &json!([
            {"event": "CAPTURE", "success": true, "amount": AMOUNT},
            {"event": "REFUND", "success": false, "amount": 4000, "correction": correction(0, 26000, 0, &[])},
            {"event": "REFUND", "success": true, "amount": 4000, "correction": correction(0, 26000, 0, &[])},
        ]),
    );
    let states: Vec<_> = summary(&transaction).iter().map(|summary| summary.2).collect();
    assert_eq!(states, [OperationState::Done, OperationState::Done, OperationState::Failed]);
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

/// A payment that was captured at once has no capture among its events, but all of its money can be refunded.
#[test]
fn refund_of_a_payment_captured_at_once_is_measured_from_the_whole_amount() {
    let authorize = json!({"event": "AUTHORIZE", "success": true});
    let at_once = json!({"event": "AUTHORIZE", "success": true, "transaction_status": "CAPTURED"});
    let first =
        json!({"event": "REFUND", "success": true, "amount": 1000, "event_reference": "r0"});
    for (product, authorize) in [("swish.swish", authorize), ("vipps", at_once)] {
        for (left, expected) in [
            (25000, (OperationState::Done, Some(4000))),
            (29000, (OperationState::Failed, Some(4000))),
            // More was refunded than was requested, so something else did it.
            (24000, (OperationState::Unknown, None)),
        ] {
            let refund = json!({"event": "REFUND", "success": false, "amount": 4000, "event_reference": "r1",
                "correction": with_status("PARTIALLY_REFUNDED", correction(0, left, 0, &[]))});
            let mut transaction =
                transaction("PARTIALLY_REFUNDED", &json!([authorize, first, refund]));
            transaction.payment_product_type = product.into();
            assert_eq!(last(&transaction), expected, "{product} {left}");
            let refunded = transaction.outcome().amounts.map(|amounts| amounts.refunded.get());
            let is_known = expected.0 != OperationState::Unknown;
            assert_eq!(refunded, is_known.then_some(AMOUNT - left), "{product} {left}");
        }
    }
}

/// Without a capture before it, nothing shows how much the refund returned.
#[test]
fn refund_without_a_capture_is_unknown() {
    for left in [0, 26000] {
        let refund = json!({"event": "REFUND", "success": false, "amount": 4000,
            "correction": with_status("REFUNDED", correction(0, left, 0, &[]))});
        assert_eq!(
            last(&transaction("AUTHORIZED", &json!([refund]))),
            (OperationState::Unknown, None)
        );
    }
}

/// A correction may or may not include an operation that was in progress, whether that operation has ended since or not.
#[test]
fn correction_during_another_operation_is_unknown() {
    let captured =
        json!({"event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "a"});
    let begun = json!({"event": "INITIATE_REFUND", "success": true, "amount": 5000, "request_id": "q1",
        "event_reference": "r"});
    let capture = json!({"event": "CAPTURE", "success": false, "amount": 5000, "event_reference": "b",
        "correction": correction(15000, 10000, 15000, &[])});
    let result = |success: bool| json!({"event": "REFUND", "success": success, "amount": 5000, "correlation_request_id": "q1"});
    let state = |events: &Value| {
        let transaction = partly_captured(events);
        let operations = transaction.operations();
        let found = operations.iter().find(|operation| operation.reference == Some("b")).unwrap();
        (found.state, transaction.outcome().amounts.is_some())
    };
    let unknown = (OperationState::Unknown, false);
    assert_eq!(state(&json!([captured, begun, capture])), unknown);
    assert_eq!(state(&json!([captured, begun, capture, result(true)])), unknown);
    // A refund that failed was never included, so only the capture is left as an explanation; but the amount that can be
    // refunded did not change, although the reserved amount fell.
    assert_eq!(state(&json!([captured, begun, capture, result(false)])), unknown);
    let done = json!({"event": "CAPTURE", "success": false, "amount": 5000, "event_reference": "b",
        "correction": correction(15000, 15000, 15000, &[])});
    assert_eq!(state(&json!([captured, begun, done, result(false)])), (OperationState::Done, true));
}

/// An operation before the correction whose amount or result is unknown makes its result unknown.
#[test]
fn correction_after_an_unclear_event_is_unknown() {
    let capture = json!({"event": "CAPTURE", "success": false, "amount": 5000,
        "correction": correction(15000, 15000, 15000, &[])});
    for unclear in [
        json!({"event": "CAPTURE", "success": true}),
        json!({"event": "CAPTURE", "amount": 10000}),
        json!({"event": "CAPTURE", "success": true, "amount": -10000}),
        json!({"success": true, "amount": 10000}),
        json!({"event": "PARTIAL_CAPTURE", "success": true, "amount": 10000}),
    ] {
        let transaction = partly_captured(&json!([unclear, capture]));
        assert_eq!(last(&transaction), (OperationState::Unknown, None), "{unclear}");
    }
}

/// If the status of the correction implies a refund, the capture may have taken more than the change shows.
#[test]
fn capture_with_a_hidden_refund_is_unknown() {
    for (correction, expected) in [
        (correction(25000, 5000, 25000, &[]), OperationState::Done),
        (correction(25000, 3000, 25000, &[]), OperationState::Unknown),
        (correction(30000, 0, 30000, &[]), OperationState::Unknown),
        (
            with_status("PARTIALLY_CAPTURED_REFUNDED", correction(25000, 5000, 25000, &[])),
            OperationState::Unknown,
        ),
        (with_status("AUTHORIZED", correction(30000, 0, 30000, &[])), OperationState::Failed),
        // The authorization has expired, or was released.
        (with_status("AUTHORIZATION_VOIDED", correction(0, 0, 0, &[])), OperationState::Failed),
    ] {
        let capture =
            json!({"event": "CAPTURE", "success": false, "amount": 5000, "correction": correction});
        assert_eq!(last(&transaction("AUTHORIZED", &json!([capture]))).0, expected, "{correction}");
    }
}

/// If the reserved amount fell by more than was requested, a refund may still hide a part of the capture.
#[test]
fn capture_of_less_than_requested_is_unknown_if_more_is_missing() {
    for (requested, expected) in [
        // 6000 may have been captured, of which 1000 were refunded.
        (8000, (OperationState::Unknown, None)),
        // A last capture, which released the rest.
        (5000, (OperationState::Done, Some(5000))),
    ] {
        let capture = json!({"event": "CAPTURE", "success": true, "amount": requested,
            "correction": correction(0, 5000, 0, &[])});
        assert_eq!(last(&partly_captured(&json!([capture]))), expected, "{requested}");
    }
}

/// The state is that of the correction, which replaces the status of the event.
#[test]
fn late_status_gives_way_to_the_status_of_the_correction() {
    let correction = |status, [capture, refund, void]: [i64; 3]| {
        with_status(status, correction(capture, refund, void, &[]))
    };
    let captured = json!({"event": "CAPTURE", "success": true, "amount": AMOUNT});
    let too_much = json!({"event": "CAPTURE", "success": true, "amount": AMOUNT,
        "transaction_status": "CAPTURED",
        "correction": correction("PARTIALLY_CAPTURED", [20000, 10000, 20000])});
    let refund = json!({"event": "REFUND", "success": true, "amount": AMOUNT,
        "transaction_status": "REFUNDED", "correction": correction("PARTIALLY_REFUNDED", [0, 20000, 0])});
    let accepted = json!({"event": "INITIATE_CAPTURE", "success": false, "amount": AMOUNT,
        "correction": correction("CAPTURED", [0, AMOUNT, 0])});
    for (status, events, state, amounts) in [
        ("AUTHORIZED", vec![too_much], PaymentState::PartlyPaid, [10000, 0, 20000, 10000]),
        (
            "CAPTURED",
            vec![captured, refund],
            PaymentState::PartlyRefunded,
            [AMOUNT, 10000, 0, 20000],
        ),
        (
            "AUTHORIZED",
            vec![
                json!({"event": "AUTHORIZE", "success": true, "transaction_status": "AUTHORIZED"}),
                accepted,
            ],
            PaymentState::Paid,
            [AMOUNT, 0, 0, AMOUNT],
        ),
    ] {
        let transaction = transaction(status, &json!(events));
        expect_amounts(&transaction, amounts);
        assert_eq!(transaction.outcome().state, state, "{events:?}");
        assert!(!transaction.outcome().is_final(), "{events:?}");
    }
}

/// The status of a void that released nothing does not prevent shipping, but that of its correction does.
#[test]
fn status_of_the_correction_decides_whether_to_ship() {
    let void = |status: &str, corrected: &str| {
        json!({"event": "VOID", "success": true, "transaction_status": status,
        "correction": with_status(corrected, correction(AMOUNT, 0, AMOUNT, &[]))})
    };
    let outcome = transaction("AUTHORIZED", &json!([void("AUTHORIZATION_VOIDED", "AUTHORIZED")]));
    let outcome = outcome.outcome();
    assert!(outcome.amounts.is_some() && outcome.may_ship(), "{outcome:?}");
    let voided = transaction("AUTHORIZED", &json!([void("AUTHORIZED", "AUTHORIZATION_VOIDED")]));
    assert!(!voided.outcome().may_ship());
}

/// If the reserved amount fell too, a capture in the provider's portal may hide a part of the refund.
#[test]
fn refund_with_a_hidden_capture_is_unknown() {
    let capture = json!({"event": "CAPTURE", "success": true, "amount": 20000});
    for (left_to_capture, left_to_refund, expected) in [
        (10000, 12000, (OperationState::Done, Some(8000))),
        (10000, 20000, (OperationState::Failed, Some(8000))),
        // Either 3000 were refunded, or 5000 were captured and 8000 refunded.
        (5000, 17000, (OperationState::Unknown, None)),
        // Or 4000 were captured, 7000 refunded, and 6000 released.
        (0, 17000, (OperationState::Unknown, None)),
        // No more than 8000 can have been refunded, so nothing was captured besides.
        (0, 12000, (OperationState::Done, Some(8000))),
    ] {
        let refund = json!({"event": "REFUND", "success": false, "amount": 8000,
            "correction": correction(left_to_capture, left_to_refund, left_to_capture, &[])});
        let transaction = partly_captured(&json!([capture, refund]));
        assert_eq!(last(&transaction), expected, "{left_to_capture} {left_to_refund}");
    }
}

/// A capture that Dintero added for the correction of a refund was made in the provider's portal. It is not the result of
/// another capture in progress, even if the amounts are equal.
#[test]
fn added_event_is_no_result_of_another_operation() {
    let transaction = transaction(
        "PARTIALLY_CAPTURED",
        &json!([
            {"event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "a"},
            {"event": "INITIATE_CAPTURE", "success": true, "amount": 5000, "event_reference": "b", "request_id": "q"},
            {"event": "REFUND", "success": false, "amount": 1000, "event_reference": "c",
             "correction": correction(15000, 15000, 15000, &["p"])},
            {"id": "p", "event": "CAPTURE", "success": true, "amount": 5000},
        ]),
    );
    let accepted = transaction.operations();
    let accepted = accepted.iter().find(|operation| operation.reference == Some("b"));
    assert_eq!(accepted.map(|operation| operation.state), Some(OperationState::InProgress));
}

/// Dintero has added two events for a correction. While only one of them is shown, the amounts are unknown.
#[test]
fn correction_with_a_missing_event_is_unclear() {
    let events = |added: &[Value]| {
        let mut events = vec![
            json!({"event": "CAPTURE", "success": true, "amount": AMOUNT}),
            json!({"event": "REFUND", "success": false, "amount": 4000, "event_reference": "r1",
                "correction": with_status("PARTIALLY_REFUNDED", correction(0, 26000, 0, &["e1", "e2"]))}),
        ];
        events.extend(added.iter().cloned());
        transaction("CAPTURED", &json!(events))
    };
    let added = |id: &str, amount: i64| json!({"id": id, "event": "REFUND", "success": true, "amount": amount});
    let outcome = events(&[added("e1", 1000)]).outcome();
    assert!(matches!(outcome.unclear, Some(UnclearTransaction::EventsMissing(_))), "{outcome:?}");
    expect_amounts(&events(&[added("e1", 1000), added("e2", 3000)]), [AMOUNT, 4000, 0, 26000]);
}

/// The added event has no amount, so the correction shows how much was captured.
#[test]
fn added_event_without_an_amount_has_that_of_the_correction() {
    let transaction = partly_captured(&json!([
        {"id": "e1", "event": "CAPTURE", "success": false, "amount": 10000, "event_reference": "a",
         "correction": correction(23000, 7000, 23000, &["e2"])},
        {"id": "e2", "event": "CAPTURE", "success": true},
    ]));
    assert_eq!(summary(&transaction), [(Some("a"), Some(7000), OperationState::Done)]);
    expect_amounts(&transaction, [7000, 0, 23000, 7000]);
}

/// An accepted operation is in progress until its result arrives, whatever its correction says.
#[test]
fn accepted_operation_with_a_correction_is_in_progress() {
    let begun = json!({"event": "INITIATE_CAPTURE", "success": true, "amount": 10000, "event_reference": "a",
        "correction": with_status("AUTHORIZED", correction(AMOUNT, 0, AMOUNT, &[]))});
    assert_eq!(last(&transaction("AUTHORIZED", &json!([begun]))).0, OperationState::InProgress);
}

/// A void is done if reserved money was released. If the money was captured instead, the void has failed.
#[test]
fn void_is_judged_by_what_it_released() {
    let authorize = json!({"event": "AUTHORIZE", "success": true});
    let capture = |amount: i64| json!({"event": "CAPTURE", "success": true, "amount": amount});
    let voided = |success: bool, status: &str, correction: Value| json!({"event": "VOID", "success": success, "correction": with_status(status, correction)});
    let added = json!({"id": "e3", "event": "CAPTURE", "success": true, "amount": AMOUNT});
    let [done, failed, unknown] =
        [OperationState::Done, OperationState::Failed, OperationState::Unknown];
    for (events, expected) in [
        (
            vec![
                authorize.clone(),
                voided(false, "AUTHORIZATION_VOIDED", correction(0, 0, 0, &[])),
            ],
            done,
        ),
        (
            vec![authorize.clone(), voided(true, "AUTHORIZED", correction(AMOUNT, 0, AMOUNT, &[]))],
            failed,
        ),
        (
            vec![capture(10000), voided(false, "PARTIALLY_CAPTURED", correction(0, 10000, 0, &[]))],
            done,
        ),
        // The money was captured in the provider's portal, and Dintero has added an event for this capture.
        (
            vec![
                authorize.clone(),
                voided(false, "CAPTURED", correction(0, AMOUNT, 0, &["e3"])),
                added,
            ],
            failed,
        ),
        (
            vec![authorize.clone(), voided(false, "CAPTURED", correction(0, AMOUNT, 0, &["e3"]))],
            failed,
        ),
        // Nothing was left to void.
        (vec![capture(AMOUNT), voided(false, "CAPTURED", correction(0, AMOUNT, 0, &[]))], failed),
        (
            vec![
                json!({"event": "VOID", "success": true}),
                voided(true, "AUTHORIZATION_VOIDED", correction(0, 0, 0, &[])),
            ],
            failed,
        ),
        // Something was released, but not everything.
        (vec![authorize.clone(), voided(false, "AUTHORIZED", correction(9, 0, 9, &[]))], unknown),
        // Part was captured in the portal, and the rest was released, by this void or not.
        (vec![authorize.clone(), voided(false, "CAPTURED", correction(0, 10000, 0, &[]))], unknown),
        // The money was captured and refunded.
        (vec![authorize.clone(), voided(false, "REFUNDED", correction(0, 0, 0, &[]))], unknown),
        (vec![authorize, voided(false, "SOMETHING_NEW", correction(0, 0, 0, &[]))], unknown),
    ] {
        let transaction = transaction("AUTHORIZED", &json!(events));
        let operations = transaction.operations();
        let void = operations.iter().rfind(|operation| operation.kind == OperationKind::Void);
        assert_eq!(void.unwrap().state, expected, "{events:#?}");
    }
}

/// The shop may ship after a void that failed because the money was captured.
#[test]
fn captured_payment_may_be_shipped_after_a_failed_void() {
    let void = json!({"event": "VOID", "success": false,
        "correction": with_status("CAPTURED", correction(0, AMOUNT, 0, &["e3"]))});
    let added = json!({"id": "e3", "event": "CAPTURE", "success": true, "amount": AMOUNT});
    let outcome = transaction("CAPTURED", &json!([void, added])).outcome();
    assert!(outcome.may_ship() && outcome.amounts.unwrap().captured.get() == AMOUNT);
    // The event of the capture is not shown yet.
    let outcome = transaction("AUTHORIZED", &json!([void])).outcome();
    assert!(matches!(outcome.unclear, Some(UnclearTransaction::EventsMissing(_))), "{outcome:?}");
}

/// A refund that moved money is not sent again, although its event says that it failed.
#[tokio::test]
async fn refund_that_moved_money_is_not_sent_again() {
    let dintero = Dintero::start([]).await;
    dintero.set(
        "PARTIALLY_REFUNDED",
        json!({"payment_product": "swish", "payment_product_type": "swish.swish"}),
    );
    dintero
        .add(json!({"event": "REFUND", "success": false, "amount": 4000, "event_reference": "r1",
        "correction": with_status("PARTIALLY_REFUNDED", correction(0, AMOUNT - 4000, 0, &[]))}));
    let refund = RefundTransactionRequest::new(4000).refund_reference("r1");
    let change = dintero.client.transactions().refund_once(ID, refund).await.unwrap();
    expect_done(&change, MadeBy::AnotherCall);
    assert!(dintero.sent().is_empty());
}
