//! Every status, with the events that lead to it, as a shop must take it.

use dintero_api::types::{Transaction, TransactionStatus};
use dintero_api::{MovementKind, MovementState, Outcome, PaymentState};
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

/// Authorized, captured, refunded, and what remains to capture and to refund.
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
fn reserved_and_given_up() {
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

/// Swish and auto-capture: no AUTHORIZE before, or no CAPTURE at all.
#[test]
fn captured_first_is_paid() {
    let paid = Some([ALL, ALL, 0, 0, ALL]);
    let swish = json!({"event": "AUTHORIZE", "success": true, "transaction_status": "CAPTURED"});
    for events in [vec![capture(ALL)], vec![authorize(), capture(ALL)], vec![swish], vec![]] {
        expect("CAPTURED", &events, PaymentState::Paid, paid);
    }
    // Captured as the last part (`final_capture`): the rest was let go.
    let figures = Some([ALL, 12000, 0, 0, 12000]);
    expect("CAPTURED", &[authorize(), capture(12000)], PaymentState::Paid, figures);
}

#[test]
fn amounts_that_nobody_says_are_none() {
    let silent = json!({"event": "CAPTURE", "success": true});
    for (status, events, state) in [
        ("PARTIALLY_CAPTURED", vec![], PaymentState::PartlyPaid),
        ("PARTIALLY_CAPTURED", vec![silent.clone()], PaymentState::PartlyPaid),
        ("PARTIALLY_REFUNDED", vec![capture(ALL)], PaymentState::PartlyRefunded),
        ("PARTIALLY_CAPTURED_REFUNDED", vec![refund(1)], PaymentState::PartlyRefunded),
        ("SOMETHING_NEW", vec![silent.clone()], unknown("SOMETHING_NEW")),
    ] {
        expect(status, &events, state, None);
    }
    // Where the status leaves no choice, they need not be said.
    expect("CAPTURED", &[silent], PaymentState::Paid, Some([ALL, ALL, 0, 0, ALL]));
    expect("REFUNDED", &[], PaymentState::Refunded, Some([ALL, ALL, ALL, 0, 0]));
    let figures = Some([ALL, ALL, 1, 0, ALL - 1]);
    expect("PARTIALLY_REFUNDED", &[refund(1)], PaymentState::PartlyRefunded, figures);
}

fn unknown(status: &str) -> PaymentState {
    PaymentState::Unknown(TransactionStatus::from(status))
}

#[test]
fn unknown_statuses_are_kept_with_what_the_events_say() {
    expect("UNKNOWN", &[], unknown("UNKNOWN"), NOTHING);
    let events = [authorize(), capture(10000)];
    let figures = Some([ALL, 10000, 0, 20000, 10000]);
    expect("PARTIALLY_SOMETHING", &events, unknown("PARTIALLY_SOMETHING"), figures);
    expect("UNKNOWN", &[authorize()], unknown("UNKNOWN"), Some([ALL, 0, 0, ALL, 0]));
}

#[test]
fn status_goes_before_events_and_without_one_the_newest_event_tells() {
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

/// The three questions of a shop, for every status of the document.
#[test]
fn every_status_has_an_answer() {
    //                                         may_ship, is_final, is_undecided
    for (status, expected) in [
        ("INITIATED", [false, false, true]),
        ("ON_HOLD", [false, false, true]),
        ("UNKNOWN", [false, false, true]),
        ("SOMETHING_NEW", [false, false, true]),
        ("AUTHORIZED", [true, false, false]),
        ("PARTIALLY_CAPTURED", [true, false, false]),
        ("CAPTURED", [true, false, false]),
        ("PARTIALLY_REFUNDED", [false, false, false]),
        ("PARTIALLY_CAPTURED_REFUNDED", [false, false, false]),
        ("REFUNDED", [false, true, false]),
        ("AUTHORIZATION_VOIDED", [false, true, false]),
        ("DECLINED", [false, true, false]),
        ("FAILED", [false, true, false]),
    ] {
        let outcome = transaction(status, &json!([])).outcome();
        let answers = [outcome.may_ship(), outcome.is_final(), outcome.is_undecided()];
        assert_eq!(answers, expected, "{status}");
    }
}

#[test]
fn what_is_under_way_is_told_until_it_ends() {
    let begin = |kind: &str, id: &str| json!({"event": format!("INITIATE_{kind}"), "success": true, "amount": 10000, "request_id": id});
    let mut events = vec![authorize(), begin("CAPTURE", "r1")];
    let outcome = transaction("AUTHORIZED", &json!(events)).outcome();
    assert_eq!(outcome.under_way, Some(MovementKind::Capture));
    assert!(outcome.may_ship());
    assert_eq!(figures(&outcome), Some([ALL, 0, 0, ALL, 0]));

    events.push(json!({"event": "CAPTURE", "success": true, "correlation_request_id": "r1"}));
    let outcome = transaction("PARTIALLY_CAPTURED", &json!(events)).outcome();
    assert_eq!(outcome.under_way, None);
    assert_eq!(figures(&outcome), Some([ALL, 10000, 0, 20000, 10000]));

    for kind in ["REFUND", "VOID"] {
        let events = json!([capture(10000), begin(kind, "r2")]);
        assert!(!transaction("PARTIALLY_CAPTURED", &events).outcome().may_ship(), "{kind}");
    }
}

#[test]
fn results_find_their_beginnings() {
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
    let told: Vec<_> = told(&transaction);
    let expected = [
        (Some("c"), Some(100), MovementState::UnderWay),
        (Some("b"), Some(100), MovementState::Failed),
        (Some("a"), Some(100), MovementState::Done),
    ];
    assert_eq!(told, expected);
}

/// Without an id and a reference, a failure may be another's. What may be under way must not look free.
#[test]
fn failure_is_not_guessed() {
    let begin = json!({"event": "INITIATE_CAPTURE", "amount": 100, "event_reference": "a", "request_id": "r1"});
    let failure = |reference: Value| json!({"event": "CAPTURE", "success": false, "amount": 100, "event_reference": reference});
    let expected = [(Some("a"), MovementState::UnderWay), (None, MovementState::Failed)];
    for (reference, expected) in
        [(Value::Null, &expected[..]), (json!("a"), &[(Some("a"), MovementState::Failed)])]
    {
        let transaction = transaction("AUTHORIZED", &json!([begin, failure(reference)]));
        let told: Vec<_> = told(&transaction).iter().map(|told| (told.0, told.2)).collect();
        assert_eq!(told, expected);
    }
}

#[test]
fn results_of_others_are_not_taken() {
    let begin = |success| json!({"event": "INITIATE_CAPTURE", "success": success, "amount": 100, "event_reference": "a"});
    let done = |reference: Value| json!({"event": "CAPTURE", "success": true, "amount": 100, "event_reference": reference});
    for (begin, done, expected) in [
        (
            begin(true),
            done(json!("b")),
            [(Some("a"), MovementState::UnderWay), (Some("b"), MovementState::Done)],
        ),
        // What failed at once has no result to come.
        (
            begin(false),
            done(Value::Null),
            [(Some("a"), MovementState::Failed), (None, MovementState::Done)],
        ),
    ] {
        let transaction = transaction("CAPTURED", &json!([begin, done]));
        let told: Vec<_> = told(&transaction).iter().map(|told| (told.0, told.2)).collect();
        assert_eq!(told, expected);
    }
}

pub(crate) fn told(transaction: &Transaction) -> Vec<(Option<&str>, Option<i64>, MovementState)> {
    let movements = transaction.movements();
    movements
        .iter()
        .map(|movement| {
            (movement.reference, movement.amount.map(|amount| amount.get()), movement.state)
        })
        .collect()
}

/// Sums do not overflow, and nothing remains less than nothing.
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
