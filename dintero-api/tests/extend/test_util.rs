//! A test as a merchant would write it: without JSON, it creates values that otherwise only Dintero creates (feature
//! `test-util`).

use dintero_api::client::{SimulatedFailure, StatusCode};
use dintero_api::order::{Capture, Refund};
use dintero_api::types::{
    OrderLine, SessionOrder, Transaction, TransactionEventDetails, TransactionEventEvent,
    TransactionPaymentProduct, TransactionPaymentProductType, TransactionStatus,
};
use dintero_api::{Currency, Error, MinorUnits, PaymentState};

fn order() -> SessionOrder {
    let line = |id: &str, amount: i64| {
        OrderLine::new().id(id).line_id(id).description(id).quantity(1).amount(amount).vat(25)
    };
    SessionOrder::new(30000, Currency::NOK, "order-1").items([line("a", 10000), line("b", 20000)])
}

fn event(kind: TransactionEventEvent, amount: i64) -> TransactionEventDetails {
    TransactionEventDetails::new().event(kind).success(true).amount(amount)
}

fn transaction(status: TransactionStatus, events: Vec<TransactionEventDetails>) -> Transaction {
    Transaction::new(
        TransactionPaymentProduct::Payex,
        TransactionPaymentProductType::PayexCreditcard,
        30000,
        Currency::NOK,
    )
    .id("T12345678.abc")
    .merchant_reference("order-1")
    .status(status)
    .events(events)
}

#[test]
fn a_transaction_is_created_and_has_an_outcome() {
    let reserved = transaction(
        TransactionStatus::Authorized,
        vec![event(TransactionEventEvent::Authorize, 30000)],
    );
    let outcome = reserved.outcome();
    assert_eq!(outcome.state, PaymentState::Reserved);
    assert!(outcome.may_ship());

    let order = order();
    let capture =
        Capture::after(&order, &reserved).line("a", 1).reference("s-1").request().unwrap();
    assert_eq!(capture.amount, MinorUnits::new(10000));
    assert!(
        Refund::after(&order, &reserved).line("a", 1).request().is_err(),
        "nothing was captured"
    );
}

#[test]
fn the_rest_after_earlier_captures_is_captured() {
    let first = Capture::first(&order()).line("a", 1).reference("s-1").request().unwrap();
    let captured = event(TransactionEventEvent::Capture, first.amount.get());
    let partly = transaction(
        TransactionStatus::PartiallyCaptured,
        vec![event(TransactionEventEvent::Authorize, 30000), captured],
    );
    let amounts = partly.outcome().amounts.unwrap();
    assert_eq!((amounts.captured.get(), amounts.remaining_capture.get()), (10000, 20000));
}

/// The constructors do not invent values: the test sets every amount.
#[test]
fn a_transaction_without_events_is_not_paid() {
    let bare = Transaction::new(
        TransactionPaymentProduct::Payex,
        TransactionPaymentProductType::PayexCreditcard,
        30000,
        Currency::NOK,
    );
    assert!(!bare.outcome().may_ship());
    assert_eq!(bare.amount, MinorUnits::new(30000));
}

/// Returns what the shop does after a failed capture: it retries only if nothing was sent.
fn next_step(error: &Error) -> &'static str {
    match error {
        error if !error.maybe_sent() => "capture again",
        error if error.status() == Some(StatusCode::FORBIDDEN) => "tell support",
        _ => "read the transaction",
    }
}

#[test]
fn every_failure_can_be_simulated() {
    let failure = |failure| next_step(&Error::simulate_failure(failure));
    assert_eq!(failure(SimulatedFailure::NotSent), "capture again");
    assert_eq!(failure(SimulatedFailure::ConnectTimeout), "capture again");
    assert_eq!(failure(SimulatedFailure::MaybeSent), "read the transaction");
    assert_eq!(failure(SimulatedFailure::ResponseTimeout), "read the transaction");
    let refused =
        Error::simulate_response(StatusCode::FORBIDDEN, r#"{"error": {"message": "no"}}"#);
    assert_eq!(next_step(&refused), "tell support");
    let broken = Error::simulate_response(StatusCode::BAD_GATEWAY, "<html>");
    assert_eq!(next_step(&broken), "read the transaction");
}
