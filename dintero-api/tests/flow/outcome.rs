//! Tests the outcome of every status, with the events that lead to that status.

use dintero_api::types::{Transaction, TransactionStatus};
use dintero_api::{OperationKind, OperationState, Outcome, PaymentState, UnclearTransaction};
use serde_json::{Value, json};

use crate::dintero::{AMOUNT, transaction};

fn event(kind: &str, amount: i64) -> Value {
    json!({"event": kind, "success": true, "amount": amount})
}

fn capture(amount: i64) -> Value {
    event("CAPTURE", amount)
}

fn refund(amount: i64) -> Value {
    event("REFUND", amount)
}

fn authorize() -> Value {
    json!({"event": "AUTHORIZE", "success": true})
}

/// Returns the authorized, captured and refunded amounts, and the amounts left to capture and to refund.
fn figures(outcome: &Outcome) -> Option<[i64; 5]> {
    outcome.amounts.map(|amounts| {
        let [a, b, c] = [amounts.authorized, amounts.captured, amounts.refunded];
        [a, b, c, amounts.remaining_capture, amounts.remaining_refund].map(|amount| amount.get())
    })
}

#[track_caller]
fn expect(status: &str, events: &[Value], state: PaymentState, expected: Option<[i64; 5]>) {
    let outcome = transaction(status, &json!(events)).outcome();
    assert_eq!((&outcome.state, figures(&outcome)), (&state, expected), "{status} {events:?}");
}

const NOTHING: Option<[i64; 5]> = Some([0; 5]);
const ALL: i64 = AMOUNT;

#[test]
fn no_money_yet() {
    let failed = json!({"event": "AUTHORIZE", "success": false, "error": {"message": "no"}});
    expect("INITIATED", &[event("INITIALIZE", ALL)], PaymentState::Pending, NOTHING);
    expect("ON_HOLD", &[authorize()], PaymentState::OnHold, NOTHING);
    for status in ["DECLINED", "FAILED"] {
        expect(status, std::slice::from_ref(&failed), PaymentState::Failed, NOTHING);
    }
}

#[test]
fn reserved_and_voided() {
    let reserved = Some([ALL, 0, 0, ALL, 0]);
    expect("AUTHORIZED", &[authorize()], PaymentState::Reserved, reserved);
    expect("AUTHORIZED", &[], PaymentState::Reserved, reserved);
    let refused = json!({"event": "CAPTURE", "success": false, "amount": ALL});
    expect("AUTHORIZED", &[authorize(), refused], PaymentState::Reserved, reserved);
    let given_up = Some([ALL, 0, 0, 0, 0]);
    let void = json!({"event": "VOID", "success": true});
    expect("AUTHORIZATION_VOIDED", &[authorize(), void], PaymentState::Cancelled, given_up);
}

#[test]
fn partial_captures_and_refunds_add_up() {
    let mut events = vec![authorize(), capture(10000)];
    let partly = PaymentState::PartlyPaid;
    let figures = Some([ALL, 10000, 0, 20000, 10000]);
    expect("PARTIALLY_CAPTURED", &events, partly.clone(), figures);

    events.push(capture(5000));
    expect("PARTIALLY_CAPTURED", &events, partly.clone(), Some([ALL, 15000, 0, 15000, 15000]));

    events.push(refund(2500));
    let figures = Some([ALL, 15000, 2500, 15000, 12500]);
    expect("PARTIALLY_CAPTURED_REFUNDED", &events, PaymentState::PartlyRefunded, figures);

    events.push(capture(15000));
    let figures = Some([ALL, ALL, 2500, 0, 27500]);
    expect("PARTIALLY_REFUNDED", &events, PaymentState::PartlyRefunded, figures);

    events.push(refund(27500));
    expect("REFUNDED", &events, PaymentState::Refunded, Some([ALL, ALL, ALL, 0, 0]));
}

#[test]
fn void_after_a_partial_capture_leaves_nothing_to_capture() {
    let events = [capture(10000), json!({"event": "VOID", "success": true})];
    let figures = Some([ALL, 10000, 0, 0, 10000]);
    expect("PARTIALLY_CAPTURED", &events, PaymentState::PartlyPaid, figures);
}

/// With Swish or auto-capture, there may be no AUTHORIZE event before the capture, or no CAPTURE event at all.
#[test]
fn captured_first_is_paid() {
    let paid = Some([ALL, ALL, 0, 0, ALL]);
    let at_once = json!({"event": "AUTHORIZE", "success": true, "transaction_status": "CAPTURED"});
    for events in [vec![capture(ALL)], vec![authorize(), capture(ALL)], vec![at_once]] {
        expect("CAPTURED", &events, PaymentState::Paid, paid);
    }
    let mut swish = transaction("CAPTURED", &json!([authorize()]));
    swish.payment_product_type = "swish.swish".into();
    assert_eq!(figures(&swish.outcome()), paid);
}

/// A capture with `final_capture` releases the remaining amount. If its event has no `transaction_status`, the
/// transaction may have another capture whose event is not shown yet.
#[test]
fn final_capture_leaves_nothing_to_capture() {
    let mut last = capture(12000);
    expect("CAPTURED", &[authorize(), last.clone()], PaymentState::Paid, None);
    last["transaction_status"] = "CAPTURED".into();
    let figures = Some([ALL, 12000, 0, 0, 12000]);
    expect("CAPTURED", &[authorize(), last], PaymentState::Paid, figures);
}

/// Amounts are unknown, never zero, if the events do not account for the status, or if an event lacks its amount or
/// result.
#[test]
fn unknown_amounts_are_none() {
    let silent = json!({"event": "CAPTURE", "success": true});
    let open = json!({"event": "CAPTURE", "amount": 10000});
    let partly_refunded = PaymentState::PartlyRefunded;
    for (status, events, state) in [
        ("PARTIALLY_CAPTURED", vec![], PaymentState::PartlyPaid),
        ("PARTIALLY_CAPTURED", vec![silent.clone()], PaymentState::PartlyPaid),
        ("PARTIALLY_CAPTURED", vec![open.clone()], PaymentState::PartlyPaid),
        ("CAPTURED", vec![], PaymentState::Paid),
        ("CAPTURED", vec![silent.clone()], PaymentState::Paid),
        ("CAPTURED", vec![authorize()], PaymentState::Paid),
        ("CAPTURED", vec![capture(10000)], PaymentState::Paid),
        ("PARTIALLY_REFUNDED", vec![capture(ALL)], partly_refunded.clone()),
        ("PARTIALLY_REFUNDED", vec![refund(1)], partly_refunded.clone()),
        ("PARTIALLY_CAPTURED_REFUNDED", vec![refund(1)], partly_refunded.clone()),
        ("PARTIALLY_CAPTURED_REFUNDED", vec![capture(1)], partly_refunded),
        ("REFUNDED", vec![], PaymentState::Refunded),
        ("REFUNDED", vec![capture(ALL), refund(1)], PaymentState::Refunded),
        ("AUTHORIZATION_VOIDED", vec![authorize()], PaymentState::Cancelled),
        ("AUTHORIZED", vec![open], PaymentState::Reserved),
        ("FAILED", vec![capture(1)], PaymentState::Failed),
        ("SOMETHING_NEW", vec![silent], unknown("SOMETHING_NEW")),
    ] {
        expect(status, &events, state, None);
        let outcome = transaction(status, &json!(events)).outcome();
        assert!(outcome.unclear.is_some(), "{status}");
    }
}

/// Nothing is known about a transaction that was read without its events, not even whether a refund is in progress.
#[test]
fn nothing_is_known_without_events() {
    for status in ["AUTHORIZED", "PARTIALLY_CAPTURED", "CAPTURED", "INITIATED"] {
        let mut transaction = transaction(status, &json!([]));
        transaction.events = None;
        let outcome = transaction.outcome();
        assert_eq!(outcome.unclear, Some(UnclearTransaction::NoEvents));
        assert!(!outcome.may_ship() && outcome.amounts.is_none(), "{status}");
    }
}

fn unknown(status: &str) -> PaymentState {
    PaymentState::Unknown(TransactionStatus::from(status))
}

#[test]
fn unknown_statuses_are_kept_and_have_no_amounts() {
    let events = [authorize(), capture(10000)];
    for status in ["UNKNOWN", "PARTIALLY_SOMETHING"] {
        expect(status, &[], unknown(status), None);
        expect(status, &events, unknown(status), None);
    }
    assert_eq!(transaction("UNKNOWN", &json!(events)).operations().len(), 1);
}

/// If the status lags behind the events, the events determine the outcome.
#[test]
fn events_count_if_they_show_more_than_the_status() {
    let void = json!({"event": "VOID", "success": true});
    for (status, events, state, expected) in [
        (
            "AUTHORIZED",
            vec![capture(10000)],
            PaymentState::PartlyPaid,
            [ALL, 10000, 0, 20000, 10000],
        ),
        ("AUTHORIZED", vec![capture(ALL)], PaymentState::Paid, [ALL, ALL, 0, 0, ALL]),
        ("AUTHORIZED", vec![void], PaymentState::Cancelled, [ALL, 0, 0, 0, 0]),
        ("PARTIALLY_CAPTURED", vec![capture(ALL)], PaymentState::Paid, [ALL, ALL, 0, 0, ALL]),
        (
            "CAPTURED",
            vec![capture(ALL), refund(1)],
            PaymentState::PartlyRefunded,
            [ALL, ALL, 1, 0, ALL - 1],
        ),
        (
            "CAPTURED",
            vec![capture(ALL), refund(ALL)],
            PaymentState::Refunded,
            [ALL, ALL, ALL, 0, 0],
        ),
    ] {
        expect(status, &events, state, Some(expected));
    }
}

/// Goods must not be shipped after a refund or void has begun, whatever events follow.
#[test]
fn refund_or_void_is_not_hidden_by_a_later_capture() {
    let begin = |kind: &str, id: &str| json!({"event": format!("INITIATE_{kind}"), "success": true, "amount": 5000, "request_id": id});
    for (status, events, in_progress) in [
        (
            "PARTIALLY_CAPTURED",
            vec![capture(5000), begin("REFUND", "q1"), begin("CAPTURE", "q2")],
            vec![OperationKind::Refund, OperationKind::Capture],
        ),
        (
            "AUTHORIZED",
            vec![begin("VOID", "q1"), begin("CAPTURE", "q2")],
            vec![OperationKind::Void, OperationKind::Capture],
        ),
        ("CAPTURED", vec![capture(ALL), refund(ALL)], vec![]),
        ("CAPTURED", vec![capture(ALL), json!({"event": "REFUND", "amount": 1})], vec![]),
        (
            "PARTIALLY_CAPTURED",
            vec![capture(5000), json!({"event": "VOID", "success": true})],
            vec![],
        ),
    ] {
        let outcome = transaction(status, &json!(events)).outcome();
        assert!(!outcome.may_ship(), "{status} {events:?}");
        assert_eq!(outcome.in_progress, in_progress, "{status} {events:?}");
    }
    // A failed refund does not prevent shipping, because no money was returned.
    let failed = json!({"event": "REFUND", "success": false, "amount": 1});
    assert!(transaction("CAPTURED", &json!([capture(ALL), failed])).outcome().may_ship());
}

#[test]
fn status_takes_precedence_over_the_newest_event() {
    let mut transaction = transaction(
        "CAPTURED",
        &json!([
            {"event": "INITIALIZE", "transaction_status": "INITIATED"},
            {"event": "AUTHORIZE", "transaction_status": "AUTHORIZED"},
            {"event": "SETTLEMENT"},
        ]),
    );
    assert_eq!(transaction.outcome().state, PaymentState::Paid);
    transaction.status = None;
    assert_eq!(transaction.outcome().state, PaymentState::Reserved);
    transaction.events = None;
    assert_eq!(transaction.outcome().state, unknown("UNKNOWN"));
}

/// Checks `may_ship`, `is_final` and `is_undecided` for every status in the document.
#[test]
fn every_status_tells_the_shop_what_to_do() {
    let (all, part) = (capture(ALL), capture(10000));
    //                                                 may_ship, is_final, is_undecided
    for (status, events, expected) in [
        ("INITIATED", vec![], [false, false, true]),
        ("ON_HOLD", vec![], [false, false, true]),
        ("UNKNOWN", vec![], [false, false, true]),
        ("SOMETHING_NEW", vec![], [false, false, true]),
        ("AUTHORIZED", vec![authorize()], [true, false, false]),
        ("PARTIALLY_CAPTURED", vec![part.clone()], [true, false, false]),
        ("CAPTURED", vec![all.clone()], [true, false, false]),
        ("CAPTURED", vec![], [false, false, false]),
        ("PARTIALLY_REFUNDED", vec![all.clone(), refund(1)], [false, false, false]),
        ("PARTIALLY_CAPTURED_REFUNDED", vec![part, refund(1)], [false, false, false]),
        ("REFUNDED", vec![all, refund(ALL)], [false, true, false]),
        ("AUTHORIZATION_VOIDED", vec![], [false, true, false]),
        ("DECLINED", vec![], [false, true, false]),
        ("FAILED", vec![], [false, true, false]),
    ] {
        let outcome = transaction(status, &json!(events)).outcome();
        let actual = [outcome.may_ship(), outcome.is_final(), outcome.is_undecided()];
        assert_eq!(actual, expected, "{status}");
    }
}

#[test]
fn operations_in_progress_are_reported_until_they_end() {
    let begin = |kind: &str, id: &str| json!({"event": format!("INITIATE_{kind}"), "success": true, "amount": 10000, "request_id": id});
    let mut events = vec![authorize(), begin("CAPTURE", "r1")];
    let outcome = transaction("AUTHORIZED", &json!(events)).outcome();
    assert_eq!(outcome.in_progress, [OperationKind::Capture]);
    assert!(outcome.may_ship());
    assert_eq!(figures(&outcome), Some([ALL, 0, 0, ALL, 0]));

    events.push(json!({"event": "CAPTURE", "success": true, "correlation_request_id": "r1"}));
    let outcome = transaction("PARTIALLY_CAPTURED", &json!(events)).outcome();
    assert_eq!(outcome.in_progress, []);
    assert_eq!(figures(&outcome), Some([ALL, 10000, 0, 20000, 10000]));

    for kind in ["REFUND", "VOID"] {
        let events = json!([capture(10000), begin(kind, "r2")]);
        assert!(!transaction("PARTIALLY_CAPTURED", &events).outcome().may_ship(), "{kind}");
    }
}

#[test]
fn results_are_linked_to_their_initiate_events() {
    let transaction = transaction(
        "CAPTURED",
        &json!([
            {"event": "INITIATE_CAPTURE", "amount": 100, "event_reference": "a", "request_id": "r1"},
            {"event": "INITIATE_CAPTURE", "amount": 100, "event_reference": "b", "request_id": "r2"},
            {"event": "INITIATE_CAPTURE", "amount": 100, "event_reference": "c", "request_id": "r3"},
            {"event": "CAPTURE", "success": false, "correlation_request_id": "r2"},
            {"event": "CAPTURE", "success": true},
        ]),
    );
    let summary: Vec<_> = summary(&transaction);
    let expected = [
        (Some("c"), Some(100), OperationState::InProgress),
        (Some("b"), Some(100), OperationState::Failed),
        (Some("a"), Some(100), OperationState::Done),
    ];
    assert_eq!(summary, expected);
}

/// A failed event with neither an id nor a reference may belong to another operation, so an operation that may still be
/// in progress is not reported as failed.
#[test]
fn failure_is_not_guessed() {
    let begin = json!({"event": "INITIATE_CAPTURE", "amount": 100, "event_reference": "a", "request_id": "r1"});
    let failure = |reference: Value| json!({"event": "CAPTURE", "success": false, "amount": 100, "event_reference": reference});
    let expected = [(Some("a"), OperationState::InProgress), (None, OperationState::Failed)];
    for (reference, expected) in
        [(Value::Null, &expected[..]), (json!("a"), &[(Some("a"), OperationState::Failed)])]
    {
        let transaction = transaction("AUTHORIZED", &json!([begin, failure(reference)]));
        let summary: Vec<_> =
            summary(&transaction).iter().map(|summary| (summary.0, summary.2)).collect();
        assert_eq!(summary, expected);
    }
}

#[test]
fn results_of_other_operations_are_not_linked() {
    let begin = |success| json!({"event": "INITIATE_CAPTURE", "success": success, "amount": 100, "event_reference": "a"});
    let done = |reference: Value| json!({"event": "CAPTURE", "success": true, "amount": 100, "event_reference": reference});
    for (begin, done, expected) in [
        (
            begin(true),
            done(json!("b")),
            [(Some("a"), OperationState::InProgress), (Some("b"), OperationState::Done)],
        ),
        // An operation that failed at once has no later result, so the second event belongs to another operation.
        (
            begin(false),
            done(Value::Null),
            [(Some("a"), OperationState::Failed), (None, OperationState::Done)],
        ),
    ] {
        let transaction = transaction("CAPTURED", &json!([begin, done]));
        let summary: Vec<_> =
            summary(&transaction).iter().map(|summary| (summary.0, summary.2)).collect();
        assert_eq!(summary, expected);
    }
}

pub(crate) fn summary(
    transaction: &Transaction,
) -> Vec<(Option<&str>, Option<i64>, OperationState)> {
    let operations = transaction.operations();
    operations
        .iter()
        .map(|operation| {
            (operation.reference, operation.amount.map(|amount| amount.get()), operation.state)
        })
        .collect()
}

/// Sums do not overflow, and remaining amounts are never negative.
#[test]
fn absurd_amounts_do_no_harm() {
    let events = [capture(i64::MAX), capture(i64::MAX), refund(i64::MIN), refund(5)];
    for status in ["CAPTURED", "PARTIALLY_CAPTURED", "REFUNDED", "NEW"] {
        let outcome = transaction(status, &json!(events)).outcome();
        if let Some([.., capture, refund]) = figures(&outcome) {
            assert!(capture >= 0 && refund >= 0, "{status}");
        }
    }
}

/// An event of a kind that this version does not know makes the amounts unknown if it may have moved money. It then also
/// prevents shipping, because the money may have been returned.
#[test]
fn unknown_kind_that_may_have_moved_money_is_unclear() {
    let item = json!([{"line_id": "1"}]);
    let moved = json!({"status": "CAPTURED", "remaining_capture_amount": 0, "remaining_refund_amount": ALL,
        "remaining_void_amount": 0});
    for (fields, may_have_moved) in [
        (json!({"success": true, "amount": ALL}), true),
        (json!({"amount": 1}), true),
        (json!({"amount": -1}), true),
        (json!({"success": true, "event_reference": "shipment-1"}), true),
        (json!({"success": true, "items": item}), true),
        (json!({"success": false, "amount": ALL, "correction": moved}), true),
        (json!({"success": true}), false),
        (json!({"success": true, "amount": 0, "event_reference": "", "items": []}), false),
        (json!({"success": false, "amount": ALL, "event_reference": "shipment-1"}), false),
        (json!({"error": {"message": "no"}, "amount": ALL}), false),
    ] {
        let mut event = json!({"event": "CHARGEBACK"});
        event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let outcome = transaction("CAPTURED", &json!([authorize(), capture(ALL), event])).outcome();
        let is_unclear = matches!(outcome.unclear, Some(UnclearTransaction::UnknownEvent(_)));
        assert_eq!((is_unclear, outcome.may_ship()), (may_have_moved, !may_have_moved), "{event}");
        assert_eq!(outcome.amounts.is_none(), may_have_moved, "{event}");
    }
}

/// Events of all other kinds in the document may have amounts, which were not captured or refunded.
#[test]
fn known_kinds_without_movements_are_harmless() {
    let mut events = vec![capture(ALL)];
    for kind in ["INITIALIZE", "AUTHORIZE", "SETTLEMENT"] {
        let mut event = event(kind, ALL);
        event["event_reference"] = "order-1001".into();
        events.push(event);
    }
    expect("CAPTURED", &events, PaymentState::Paid, Some([ALL, ALL, 0, 0, ALL]));
    assert!(transaction("CAPTURED", &json!(events)).outcome().may_ship());
}

/// The status of an event can show that other events are missing, even if the transaction's own status lags behind.
#[test]
fn amounts_account_for_the_status_of_every_event() {
    let after = |kind: &str, status: &str| json!({"event": kind, "success": true, "transaction_status": status});
    for (events, state) in [
        (vec![authorize(), after("SETTLEMENT", "CAPTURED")], PaymentState::Reserved),
        (vec![authorize(), after("ADJUSTED", "PARTIALLY_CAPTURED")], PaymentState::Reserved),
        (vec![capture(ALL), after("ADJUSTED", "PARTIALLY_REFUNDED")], PaymentState::Reserved),
        // More was refunded than was captured.
        (vec![capture(5000), refund(6000)], PaymentState::Reserved),
        // The authorization captured everything, so the event of another capture is missing.
        (vec![after("AUTHORIZE", "CAPTURED"), capture(5000)], PaymentState::Reserved),
    ] {
        expect("AUTHORIZED", &events, state, None);
        assert!(!transaction("AUTHORIZED", &json!(events)).outcome().may_ship(), "{events:?}");
    }
}

/// A negative amount, or a sum that does not fit in 64 bits, is unknown.
#[test]
fn impossible_amounts_are_unknown() {
    for events in [
        vec![capture(ALL), refund(-1)],
        vec![capture(-1)],
        vec![capture(i64::MAX), capture(i64::MAX)],
    ] {
        expect("CAPTURED", &events, PaymentState::Paid, None);
    }
}
