//! Tests that extreme numbers cause no panic: orders and transactions with the largest and smallest amounts, quantities
//! and rates that can be read.

use dintero_api::order::{Capture, Refund};
use dintero_api::types::{
    MultiShipmentItem, MultiShipmentShippingOption, OrderLine, OrderShippingOption, SessionOrder,
    SessionProfile, SessionUrls, Transaction,
};
use dintero_api::{Currency, Decimal, Percent, Quantity, serde_json};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

/// Quantities and rates that a program can set, including the extremes of `Decimal`.
const NUMBERS: [Decimal; 6] =
    [Decimal::ZERO, Decimal::ONE, Decimal::MAX, Decimal::MIN, SMALLEST, Decimal::NEGATIVE_ONE];

const SMALLEST: Decimal = Decimal::from_parts(1, 0, 0, false, 28);

/// Sets the number as the rate and quantity of every item, and as the quantity of everything in the shipments.
fn with_number(mut order: SessionOrder, number: Decimal) -> SessionOrder {
    for item in order.items.iter_mut().flatten() {
        (item.vat, item.quantity) = (Some(Percent::from(number)), Some(Quantity::from(number)));
    }
    let shipments = order.shipping_option.iter_mut().flat_map(|option| &mut option.shipments);
    for goods in
        shipments.flatten().filter_map(|shipment| shipment.shipment_items.as_mut()).flatten()
    {
        goods.quantity = Some(Quantity::from(number));
    }
    order
}

fn amounts() -> impl Strategy<Value = Value> {
    let extremes =
        [0, 1, -1, 3, i64::MAX, i64::MAX - 1, i64::MIN, i64::MIN + 1, i64::from(i32::MAX)];
    prop_oneof![6 => select(extremes.to_vec()).prop_map(Value::from), 1 => Just(Value::Null)]
}

fn decimals() -> impl Strategy<Value = Value> {
    let extremes =
        [0.0, 1.0, -1.0, 3.0, 0.5, 25.5, 100.0, -100.0, 1e-15, -1e-15, 1.0 / 3.0, 7e28, -7e28];
    let extremes = extremes.map(Value::from).to_vec();
    prop_oneof![6 => select(extremes), 1 => Just(Value::Null)]
}

fn without_null(mut object: Value) -> Value {
    object.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    object
}

/// Returns two splits with this amount, or nothing if there is no amount.
fn splits(amount: &Value) -> Value {
    let split = |id: &str| json!({"payout_destination_id": id, "amount": amount});
    if amount.is_null() { Value::Null } else { json!([split("s"), split("t")]) }
}

prop_compose! {
    fn item()(
        id in select(vec!["1", "2", "3"]),
        amount in amounts(),
        vat_amount in amounts(),
        quantity in decimals(),
        vat in decimals(),
        split in amounts(),
        discount in amounts(),
    ) -> Value {
        let splits = splits(&split);
        let discount = without_null(json!({"amount": discount, "percentage": vat}));
        without_null(json!({
            "id": id, "line_id": id, "amount": amount, "vat_amount": vat_amount, "quantity": quantity, "vat": vat,
            "splits": splits, "discount_lines": [discount],
        }))
    }
}

prop_compose! {
    fn option()(
        amount in amounts().prop_filter("required", |amount| !amount.is_null()),
        vat in decimals(),
        vat_amount in amounts(),
        goods in proptest::collection::vec((select(vec!["1", "2"]), decimals()), 0..3),
    ) -> Value {
        let goods: Vec<_> = goods
            .into_iter()
            .map(|(id, quantity)| without_null(json!({"line_id": id, "quantity": quantity})))
            .collect();
        without_null(json!({
            "id": "post", "line_id": "post", "amount": amount, "vat": vat, "vat_amount": vat_amount, "title": "Post",
            "operator": "Post", "shipment_items": goods,
        }))
    }
}

prop_compose! {
    fn order()(
        amount in amounts().prop_filter("required", |amount| !amount.is_null()),
        vat_amount in amounts(),
        items in proptest::collection::vec(item(), 0..4),
        chosen in proptest::option::of(option()),
        shipments in proptest::option::of(proptest::collection::vec(option(), 0..4)),
        gift_card in amounts(),
    ) -> SessionOrder {
        let mut chosen = chosen.unwrap_or_default();
        if let (Some(chosen), Some(shipments)) = (chosen.as_object_mut(), shipments) {
            chosen.remove("shipment_items");
            chosen.insert("shipments".to_owned(), shipments.into());
        }
        let card = json!({"type": "dintero.wallets", "card_id": "c", "amount": gift_card});
        let cards = if gift_card.is_null() { Value::Null } else { json!([card]) };
        serde_json::from_value(without_null(json!({
            "amount": amount, "currency": "NOK", "merchant_reference": "o", "vat_amount": vat_amount, "items": items,
            "shipping_option": chosen, "gift_cards": cards,
        })))
        .unwrap()
    }
}

prop_compose! {
    fn event()(
        kind in select(vec!["AUTHORIZE", "CAPTURE", "REFUND", "VOID", "INITIATE_CAPTURE", "INITIATE_REFUND", "NEW"]),
        success in select(vec![json!(true), json!(false), json!(null)]),
        amount in amounts(),
        status in select(vec![json!("CAPTURED"), json!("REFUNDED"), json!(null)]),
        items in proptest::collection::vec(item(), 0..3),
        correction in proptest::option::of([amounts(), amounts(), amounts()]),
        id in select(vec!["a", "b", "c"]),
    ) -> Value {
        let correction = correction.filter(|left| left.iter().all(|left| !left.is_null()));
        let correction = correction.map(|[capture, refund, void]| json!({
            "status": "CAPTURED", "event_ids": ["a", "b"], "remaining_capture_amount": capture,
            "remaining_refund_amount": refund, "remaining_void_amount": void,
        }));
        without_null(json!({
            "id": id, "event": kind, "success": success, "amount": amount, "transaction_status": status, "items": items,
            "correction": correction,
        }))
    }
}

prop_compose! {
    fn transaction()(
        amount in amounts().prop_filter("required", |amount| !amount.is_null()),
        product in select(vec!["vipps", "swish.swish"]),
        status in select(vec!["AUTHORIZED", "PARTIALLY_CAPTURED", "CAPTURED", "PARTIALLY_REFUNDED", "FAILED"]),
        events in proptest::collection::vec(event(), 0..6),
        items in proptest::option::of(proptest::collection::vec(item(), 0..3)),
    ) -> Transaction {
        serde_json::from_value(without_null(json!({
            "amount": amount, "currency": "NOK", "payment_product": "vipps", "payment_product_type": product,
            "status": status, "events": events, "items": items,
        })))
        .unwrap()
    }
}

proptest! {
    #![proptest_config(crate::cases(2000))]

    #[test]
    fn checks_do_not_panic(order in order(), number in select(NUMBERS.to_vec())) {
        let _ = order.check();
        let order = with_number(order, number);
        let _ = order.check();
        let session = SessionProfile::new(SessionUrls::new("https://example.com"), order, "default");
        let _ = session.check().to_string();
    }

    #[test]
    fn outcomes_do_not_panic(transaction in transaction()) {
        let _ = (transaction.operations(), transaction.outcome());
    }

    #[test]
    fn captures_and_refunds_do_not_panic(
        order in order(),
        transaction in transaction(),
        number in select(NUMBERS.to_vec()),
        units in select(NUMBERS.to_vec()),
    ) {
        let order = with_number(order, number);
        let units = Quantity::from(units);
        let _ = Capture::first(&order).everything().request();
        let _ = Refund::first(&order).whole_line("1").shipping().line("2", units).request();
        for id in ["1", "2"] {
            let _ = Capture::after(&order, &transaction).line(id, units).request();
            let _ = Refund::after(&order, &transaction).line(id, units).request();
            let _ = Refund::after(&order, &transaction).whole_line(id).request();
        }
        let _ = Capture::after(&order, &transaction).everything().request();
        let _ = Refund::after(&order, &transaction).everything().request();
    }
}

/// The quantities of two shipments do not fit in a `Decimal` when they are added.
#[test]
fn shipments_with_the_largest_quantities_are_only_reported() {
    let shipment = |id: &str| {
        let mut shipment = MultiShipmentShippingOption::new(id, id, 0, "Post", "Posten");
        let goods = MultiShipmentItem::new("1").quantity(Quantity::from(Decimal::MAX));
        shipment.shipment_items = Some(vec![goods]);
        shipment
    };
    let mut chosen = OrderShippingOption::new("p", "p", 0, "Post", "Posten");
    chosen.shipments = Some(vec![shipment("q"), shipment("r")]);
    let mug = OrderLine::new().id("MUG").line_id("1").quantity(1).amount(100);
    let order = SessionOrder::new(100, Currency::NOK, "order").items([mug]).shipping_option(chosen);
    let report = order.check();
    let paths: Vec<_> = report.warnings().iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!((report.is_ok(), paths), (true, vec!["shipping_option.shipments"]), "{report}");
}
