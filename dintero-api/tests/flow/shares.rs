//! Tests lines whose amount does not divide evenly among their units. Which part of the line gets the odd minor unit
//! depends on earlier captures and refunds, so an operation is recognized with or without the odd unit. An operation
//! with any other amount, quantity or line is not recognized.

use dintero_api::client::{GuardError, MadeBy};
use dintero_api::order::{Capture, Refund};
use dintero_api::types::{CaptureTransactionRequest, CaptureTransactionRequestItem, OrderLine};
use dintero_api::types::{OrderShippingOption, SessionOrder};
use dintero_api::{Currency, MinorUnits};
use serde_json::{Value, json};

use crate::dintero::{Dintero, ID};
use crate::guard::expect_done;

/// Returns an order with a line of three units for `amount`, a line for 5000, and shipping for 4900.
fn order(amount: i64) -> SessionOrder {
    let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(amount);
    let lamp = OrderLine::new().id("LAMP").line_id("2").quantity(1).amount(5000);
    let post = OrderShippingOption::new("post", "post", 4900, "Post", "Posten");
    let whole = amount + 5000 + 4900;
    SessionOrder::new(whole, Currency::NOK, "order-1001").items([mugs, lamp]).shipping_option(post)
}

/// Returns the event of a capture with the reference `c1`.
fn event(amount: i64, items: Value) -> Value {
    let mut event =
        json!({"event": "CAPTURE", "success": true, "amount": amount, "event_reference": "c1"});
    if !items.is_null() {
        event["items"] = items;
    }
    event
}

fn item(line_id: &str, amount: i64, quantity: i64) -> Value {
    json!({"line_id": line_id, "amount": amount, "quantity": quantity})
}

/// Returns whether the call recognizes the event as its own capture. Otherwise, the error must say that the
/// reference was used for a different amount or other lines.
async fn is_found(capture: impl Into<dintero_api::client::GuardedCapture>, event: &Value) -> bool {
    let dintero = Dintero::start([]).await;
    dintero.add(event.clone());
    dintero.set("PARTIALLY_CAPTURED", json!({"amount": 19900}));
    let result = dintero.client.transactions().capture_once(ID, capture).await;
    assert_eq!(dintero.arrived(), ["GET"], "{event}");
    match result {
        Ok(change) => {
            expect_done(&change, MadeBy::AnotherCall);
            true
        }
        Err(GuardError::ReferenceTaken { sent: false, .. }) => false,
        Err(error) => panic!("{error:?} of {event}"),
    }
}

#[tokio::test]
async fn odd_unit_may_be_in_any_piece() {
    let unit = || Capture::of(&order(10000)).line("1", 1).reference("c1");
    let two_and_post = || Capture::of(&order(10000)).line("1", 2).shipping().reference("c1");
    for found in [3333, 3334] {
        assert!(is_found(unit(), &event(found, json!([item("1", found, 1)]))).await, "{found}");
        assert!(is_found(unit(), &event(found, Value::Null)).await, "{found} without items");
    }
    for found in [6666, 6667] {
        let items = json!([item("1", found, 2), item("post", 4900, 1)]);
        assert!(is_found(two_and_post(), &event(found + 4900, items)).await, "{found}");
        assert!(is_found(two_and_post(), &event(found + 4900, Value::Null)).await, "{found}");
    }
    // A line of 99.00 divides evenly, and has no odd unit.
    let even = || Capture::of(&order(9900)).line("1", 1).reference("c1");
    for (found, expected) in [(3299, false), (3300, true), (3301, false)] {
        let with_items = event(found, json!([item("1", found, 1)]));
        assert_eq!(is_found(even(), &with_items).await, expected, "{found}");
        assert_eq!(is_found(even(), &event(found, Value::Null)).await, expected, "{found}");
    }
}

#[tokio::test]
async fn difference_beyond_rounding_is_another_capture() {
    let unit = || Capture::of(&order(10000)).line("1", 1).reference("c1");
    let whole = || Capture::of(&order(10000)).whole_line("1").reference("c1");
    for (amount, quantity) in [(3332, 1), (3335, 1), (3334, 2), (6667, 1)] {
        let found = event(amount, json!([item("1", amount, quantity)]));
        assert!(!is_found(unit(), &found).await, "{found}");
    }
    assert!(!is_found(unit(), &event(3334, json!([item("2", 3334, 1)]))).await);
    assert!(!is_found(unit(), &event(3335, Value::Null)).await);
    // A whole line has only one possible amount.
    for amount in [9999, 10001] {
        assert!(!is_found(whole(), &event(amount, json!([item("1", amount, 3)]))).await);
        assert!(!is_found(whole(), &event(amount, Value::Null)).await);
    }
    // The odd unit of one line cannot be in another line.
    let both = Capture::of(&order(10000)).line("1", 1).whole_line("2").reference("c1");
    let found = event(8334, json!([item("1", 3333, 1), item("2", 5001, 1)]));
    assert!(!is_found(both, &found).await);
}

/// A request whose amounts the shop sets itself is compared by its exact amounts.
#[tokio::test]
async fn complete_request_is_compared_exactly() {
    let request = |amount: i64| {
        let line = CaptureTransactionRequestItem::new("1", amount).quantity(1);
        CaptureTransactionRequest::new(amount).capture_reference("c1").items([line])
    };
    let found = event(3334, json!([item("1", 3334, 1)]));
    assert!(is_found(request(3334), &found).await);
    assert!(!is_found(request(3333), &found).await);
}

/// An earlier read may have shown a smaller remaining amount, because a capture that has since failed was in progress.
#[tokio::test]
async fn rest_computed_from_an_earlier_read_is_recognized() {
    let order = order(10000);
    let attempt = json!({"event": "INITIATE_CAPTURE", "success": true, "request_id": "r1", "amount": 3333,
        "event_reference": "c0", "items": [item("1", 3333, 1)]});
    let failure = json!({"event": "CAPTURE", "success": false, "correlation_request_id": "r1"});
    let items = json!([item("1", 6667, 2), item("2", 5000, 1), item("post", 4900, 1)]);
    let dintero = Dintero::start([]).await;
    for event in [attempt, failure, event(16567, items)] {
        dintero.add(event);
    }
    dintero.set("PARTIALLY_CAPTURED", json!({"amount": 19900}));
    let rest = |reference| Capture::of(&order).everything().reference(reference);
    let transactions = dintero.client.transactions();
    expect_done(&transactions.capture_once(ID, rest("c1")).await.unwrap(), MadeBy::AnotherCall);
    let line = Capture::of(&order).whole_line("1").reference("c1");
    let error = transactions.capture_once(ID, line).await.unwrap_err();
    assert!(matches!(error, GuardError::ReferenceTaken { sent: false, .. }), "{error:?}");
}

#[tokio::test]
async fn refunds_have_odd_units_too() {
    let order = order(10000);
    for (found, expected) in [(3332, false), (3333, true), (3334, true), (3335, false)] {
        let dintero = Dintero::start([]).await;
        dintero.add(
            json!({"event": "CAPTURE", "success": true, "amount": 10000, "event_reference": "c0",
            "items": [item("1", 10000, 3)]}),
        );
        dintero.add(
            json!({"event": "REFUND", "success": true, "amount": found, "event_reference": "r1",
            "items": [item("1", found, 1)]}),
        );
        dintero.set("PARTIALLY_CAPTURED_REFUNDED", json!({"amount": 19900}));
        let refund = Refund::of(&order).line("1", 1).reference("r1");
        let result = dintero.client.transactions().refund_once(ID, refund).await;
        match result {
            Ok(change) => assert!(expected && change.is_done(), "{found}"),
            Err(GuardError::ReferenceTaken { requested, sent: false, .. }) => {
                assert_eq!((expected, requested), (false, Some(MinorUnits::new(3333))), "{found}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}
