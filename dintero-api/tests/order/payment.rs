//! A transaction against the order that it should pay: the first payment, a second one, another amount.

use dintero_api::order::PaymentFor;
use dintero_api::types::{SessionOrder, Transaction};
use dintero_api::{Currency, MinorUnits, serde_json};
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

#[test]
fn second_payment_of_an_order_is_recognised() {
    for status in ["AUTHORIZED", "CAPTURED", "PARTIALLY_REFUNDED", "ON_HOLD", "UNKNOWN"] {
        let transaction = transaction("t1", status);
        assert_eq!(transaction.payment_for(&order(), None), PaymentFor::ThisOrder, "{status}");
        assert_eq!(transaction.payment_for(&order(), Some("t1")), PaymentFor::ThisOrder);
        assert_eq!(transaction.payment_for(&order(), Some("t2")), PaymentFor::Again, "{status}");
    }
    let mut nameless = transaction("t1", "AUTHORIZED");
    nameless.id = None;
    assert_eq!(nameless.payment_for(&order(), Some("t1")), PaymentFor::Again);
}

#[test]
fn attempt_without_money_pays_nothing() {
    for status in ["INITIATED", "DECLINED", "FAILED", "AUTHORIZATION_VOIDED", "REFUNDED"] {
        let transaction = transaction("t2", status);
        assert_eq!(transaction.payment_for(&order(), Some("t1")), PaymentFor::NoMoney, "{status}");
    }
}

#[test]
fn other_amounts_currencies_and_orders_are_told_apart() {
    let mut dearer = transaction("t1", "AUTHORIZED");
    dearer.amount = MinorUnits::new(39900);
    let differs = |paid: i64, again| {
        let (ordered, paid) = (MinorUnits::new(30000), MinorUnits::new(paid));
        PaymentFor::AnotherAmount { ordered, paid, again }
    };
    assert_eq!(dearer.payment_for(&order(), None), differs(39900, false));
    assert_eq!(dearer.payment_for(&order(), Some("t0")), differs(39900, true));
    let mut swedish = transaction("t1", "AUTHORIZED");
    swedish.currency = Currency::SEK;
    assert_eq!(swedish.payment_for(&order(), None), differs(30000, false));

    let mut other = transaction("t1", "AUTHORIZED");
    for reference in [Some("order-2".to_owned()), None] {
        other.merchant_reference = reference;
        assert_eq!(other.payment_for(&order(), Some("t0")), PaymentFor::AnotherOrder);
    }
}
