//! Tests comparing a transaction with the order that it should pay for: a first payment, a second payment, and a
//! payment of a different amount.

use dintero_api::order::PaymentFor;
use dintero_api::types::{
    MultiShipmentShippingOption, OrderShippingOption, SessionOrder, SplitShippingOptionPayInStore,
    Transaction,
};
use dintero_api::{Currency, MinorUnits, PaymentState, serde_json};
use serde_json::json;

fn order() -> SessionOrder {
    SessionOrder::new(30000, Currency::NOK, "order-1")
}

fn transaction(id: &str, status: &str) -> Transaction {
    serde_json::from_value(json!({
        "id": id, "amount": 30000, "currency": "NOK", "merchant_reference": "order-1", "status": status,
        "payment_product": "vipps", "payment_product_type": "vipps", "events": [],
    }))
    .unwrap()
}

/// The result for a second transaction, by the status of the stored one.
#[test]
fn second_payment_depends_on_the_stored_one() {
    let again = ["AUTHORIZED", "PARTIALLY_CAPTURED", "CAPTURED", "PARTIALLY_REFUNDED"];
    let may_replace = ["ON_HOLD", "UNKNOWN", "AUTHORIZATION_VOIDED", "REFUNDED"];
    let first = ["INITIATED", "DECLINED", "FAILED"];
    for status in again.into_iter().chain(["ON_HOLD", "UNKNOWN"]) {
        let second = transaction("t2", status);
        assert_eq!(second.payment_for(&order(), None), PaymentFor::ThisOrder, "{status}");
        let itself = Some(&second);
        assert_eq!(second.payment_for(&order(), itself), PaymentFor::ThisOrder, "{status}");
        for stored in again {
            let payment = second.payment_for(&order(), Some(&transaction("t1", stored)));
            assert_eq!(payment, PaymentFor::Again, "{status} after {stored}");
        }
        for stored in may_replace {
            let stored = transaction("t1", stored);
            let expected = PaymentFor::MayReplace { stored: stored.outcome().state };
            assert_eq!(second.payment_for(&order(), Some(&stored)), expected, "{status}");
        }
        for stored in first {
            let payment = second.payment_for(&order(), Some(&transaction("t1", stored)));
            assert_eq!(payment, PaymentFor::ThisOrder, "{status} after {stored}");
        }
    }
}

fn with_events(status: &str, events: serde_json::Value) -> Transaction {
    let mut transaction = transaction("t1", status);
    transaction.events = serde_json::from_value(events).unwrap();
    transaction
}

/// If the stored payment may be about to return the money, the second one must not be voided too.
#[test]
fn stored_payment_that_may_return_the_money_can_be_replaced() {
    let second = transaction("t2", "AUTHORIZED");
    let capture = json!({"event": "CAPTURE", "success": true, "amount": 30000});
    let begin =
        |kind: &str| json!({"event": format!("INITIATE_{kind}"), "success": true, "amount": 30000});
    for (status, events, state) in [
        ("AUTHORIZED", json!([begin("VOID")]), PaymentState::Reserved),
        ("CAPTURED", json!([capture, begin("REFUND")]), PaymentState::Paid),
        ("AUTHORIZED", json!([{"event": "VOID"}]), PaymentState::Reserved),
        ("CAPTURED", json!([capture, {"event": "REFUND", "amount": 30000}]), PaymentState::Paid),
        // The amounts are unknown, so the status may not include the void or the refund yet.
        (
            "PARTIALLY_REFUNDED",
            json!([capture, {"event": "REFUND", "success": true, "transaction_status": "REFUNDED"}]),
            PaymentState::PartlyRefunded,
        ),
        (
            "AUTHORIZED",
            json!([{"event": "CAPTURE", "amount": 1}, {"event": "VOID", "success": true}]),
            PaymentState::Reserved,
        ),
        (
            "CAPTURED",
            json!([{"event": "CAPTURE", "success": true}, {"event": "REFUND", "success": true, "amount": 1}]),
            PaymentState::Paid,
        ),
        (
            "AUTHORIZED",
            json!([{"event": "RELEASE", "success": true, "amount": 30000}]),
            PaymentState::Reserved,
        ),
    ] {
        let stored = with_events(status, events.clone());
        let payment = second.payment_for(&order(), Some(&stored));
        assert_eq!(payment, PaymentFor::MayReplace { stored: state }, "{events}");
    }
    // Money is left after a partial refund, and after a void or a refund that failed.
    let part = json!({"event": "REFUND", "success": true, "amount": 100});
    for (status, events) in [
        ("CAPTURED", json!([capture, part])),
        ("PARTIALLY_REFUNDED", json!([capture, part])),
        ("CAPTURED", json!([capture, {"event": "REFUND", "success": false, "amount": 100}])),
        ("AUTHORIZED", json!([{"event": "VOID", "success": false}])),
        ("AUTHORIZED", json!([begin("CAPTURE")])),
        ("AUTHORIZED", json!(null)),
    ] {
        let stored = with_events(status, events.clone());
        assert_eq!(second.payment_for(&order(), Some(&stored)), PaymentFor::Again, "{events}");
    }
}

#[test]
fn transactions_without_an_id_are_different() {
    let mut nameless = transaction("t1", "AUTHORIZED");
    nameless.id = None;
    for stored in [transaction("t1", "AUTHORIZED"), nameless.clone()] {
        assert_eq!(nameless.payment_for(&order(), Some(&stored)), PaymentFor::Again);
    }
}

#[test]
fn attempt_without_money_pays_nothing() {
    for status in ["INITIATED", "DECLINED", "FAILED", "AUTHORIZATION_VOIDED", "REFUNDED"] {
        let attempt = transaction("t2", status);
        for stored in [None, Some(&attempt), Some(&transaction("t1", "AUTHORIZED"))] {
            assert_eq!(attempt.payment_for(&order(), stored), PaymentFor::NoMoney, "{status}");
        }
    }
}

#[test]
fn other_amounts_currencies_and_orders_are_distinguished() {
    let mut dearer = transaction("t1", "AUTHORIZED");
    dearer.amount = MinorUnits::new(39900);
    let differs = |paid: i64, again| {
        let (ordered, paid) = (MinorUnits::new(30000), MinorUnits::new(paid));
        PaymentFor::AnotherAmount { ordered, paid, again }
    };
    assert_eq!(dearer.payment_for(&order(), None), differs(39900, false));
    for (stored, again) in [("AUTHORIZED", true), ("ON_HOLD", true), ("FAILED", false)] {
        let payment = dearer.payment_for(&order(), Some(&transaction("t0", stored)));
        assert_eq!(payment, differs(39900, again), "{stored}");
    }
    let mut swedish = transaction("t1", "AUTHORIZED");
    swedish.currency = Currency::SEK;
    assert_eq!(swedish.payment_for(&order(), None), differs(30000, false));

    let mut other = transaction("t1", "AUTHORIZED");
    for reference in [Some("order-2".to_owned()), None] {
        other.merchant_reference = reference;
        assert_eq!(
            other.payment_for(&order(), Some(&transaction("t0", "AUTHORIZED"))),
            PaymentFor::AnotherOrder
        );
    }
}

/// Returns the shipping options that an express checkout offers.
fn offered() -> [MultiShipmentShippingOption; 2] {
    [("post", 9900), ("home", 14900)]
        .map(|(id, amount)| MultiShipmentShippingOption::new(id, id, amount, id, "Posten"))
}

/// Returns an express transaction with this amount and this chosen option.
fn express(amount: i64, chosen: &str) -> Transaction {
    let mut transaction = transaction("t1", "AUTHORIZED");
    transaction.amount = MinorUnits::new(amount);
    // The shipping option's price in the transaction is ignored; its offered price is used instead.
    transaction.shipping_option =
        Some(OrderShippingOption::new(chosen, chosen, 1, chosen, "Posten"));
    transaction
}

#[test]
fn express_pays_the_order_and_the_chosen_shipping() {
    let with_post = SessionOrder::new(39900, Currency::NOK, "order-1")
        .shipping_option(OrderShippingOption::new("post", "post", 9900, "post", "Posten"));
    for order in [order(), with_post] {
        for (chosen, expected) in [("post", 39900), ("home", 44900)] {
            let paid = express(expected, chosen);
            assert_eq!(paid.express_payment_for(&order, &offered(), None), PaymentFor::ThisOrder);
            let stored = transaction("t0", "CAPTURED");
            let again = paid.express_payment_for(&order, &offered(), Some(&stored));
            assert_eq!(again, PaymentFor::Again);
            // The result is the same if the transaction has the chosen option only as a line.
            let mut paid = paid;
            paid.shipping_option = None;
            let line = json!([{"line_id": "1", "amount": 30000}, {"line_id": chosen, "amount": 1}]);
            paid.items = serde_json::from_value(line).unwrap();
            assert_eq!(paid.express_payment_for(&order, &offered(), None), PaymentFor::ThisOrder);

            for amount in [expected - 1, expected + 1, 30000] {
                let (ordered, paid) = (MinorUnits::new(expected), MinorUnits::new(amount));
                let differs = PaymentFor::AnotherAmount { ordered, paid, again: false };
                let transaction = express(amount, chosen);
                assert_eq!(transaction.express_payment_for(&order, &offered(), None), differs);
            }
        }
    }
}

#[test]
fn express_without_a_known_choice_is_unknown_and_never_free() {
    let unknown = |transaction: &Transaction, offered: &[MultiShipmentShippingOption]| {
        let payment = transaction.express_payment_for(&order(), offered, None);
        let (ordered, paid) = (MinorUnits::new(30000), transaction.amount);
        assert_eq!(payment, PaymentFor::UnknownShipping { ordered, paid, again: false });
    };
    unknown(&express(30000, "pigeon"), &offered());
    unknown(&express(39900, "post"), &[]);
    unknown(&transaction("t1", "AUTHORIZED"), &offered());
    let [post, home] = offered();
    // The transaction does not say which of two offered options was chosen.
    unknown(&express(39900, "post"), &[post.clone(), post.clone()]);
    let mut other_line = post.clone();
    other_line.line_id = "post-2".to_owned();
    unknown(&express(39900, "post"), &[other_line, home]);
    let in_store: SplitShippingOptionPayInStore =
        serde_json::from_value(json!({"type": "full"})).unwrap();
    unknown(&express(39900, "post"), &[post.pay_in_store(in_store)]);
    // No option was offered, and none was chosen.
    let plain = transaction("t1", "AUTHORIZED");
    assert_eq!(plain.express_payment_for(&order(), &[], None), PaymentFor::ThisOrder);
    let failed = transaction("t1", "FAILED");
    assert_eq!(failed.express_payment_for(&order(), &offered(), None), PaymentFor::NoMoney);
}
