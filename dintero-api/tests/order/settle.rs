//! Captures and refunds: pieces add up, whatever was done before, and nothing is moved twice.

use dintero_api::order::{Capture, Refund, Rule};
use dintero_api::types::{
    CaptureTransactionRequestItem, OrderLine, OrderShippingOption, SessionOrder, Transaction,
};
use dintero_api::{Currency, Decimal, MinorUnits, Percent, Quantity, serde_json};
use serde_json::{Value, json};

fn order() -> SessionOrder {
    let chair = OrderLine::new().id("chair-1").line_id("1").quantity(2).amount(59980).vat(25);
    let mut shipping =
        OrderShippingOption::new("pick-up", "local-pick-up-point", 3900, "Pick up", "");
    shipping.vat = Some(Percent::from(25));
    SessionOrder::new(63880, Currency::NOK, "order").items([chair]).shipping_option(shipping)
}

fn thirds() -> SessionOrder {
    let mugs = OrderLine::new().line_id("mugs").quantity(3).amount(10000);
    let salmon = OrderLine::new().line_id("salmon").quantity(Quantity::from(Decimal::new(15, 1)));
    SessionOrder::new(12345, Currency::NOK, "order").items([mugs, salmon.amount(2345)])
}

fn transaction(amount: i64, events: Value) -> Transaction {
    serde_json::from_value(json!({
        "amount": amount, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
        "events": events,
    }))
    .unwrap()
}

fn event(kind: &str, amount: i64, items: Value) -> Value {
    json!({"event": kind, "success": true, "amount": amount, "items": items})
}

fn items(items: &[CaptureTransactionRequestItem]) -> Vec<(&str, Option<Decimal>, i64)> {
    items
        .iter()
        .map(|item| (item.line_id.as_str(), item.quantity.map(Quantity::value), item.amount.get()))
        .collect()
}

fn one() -> Option<Decimal> {
    Some(Decimal::ONE)
}

#[test]
fn a_unit_and_the_freight_of_an_order() {
    let order = order();
    let request =
        Capture::first(&order).line("1", 1).shipping().reference("ship-1").request().unwrap();
    assert_eq!(
        serde_json::to_value(request).unwrap(),
        json!({
            "amount": 33890,
            "capture_reference": "ship-1",
            "items": [
                {"line_id": "1", "quantity": 1, "amount": 29990},
                {"line_id": "local-pick-up-point", "quantity": 1, "amount": 3900},
            ],
        })
    );
}

#[test]
fn everything_is_the_order() {
    let order = order();
    let request = Capture::first(&order).everything().request().unwrap();
    assert_eq!(request.amount, order.amount);
    let expected = [("1", Some(Decimal::TWO), 59980), ("local-pick-up-point", one(), 3900)];
    assert_eq!(items(request.items.as_deref().unwrap()), expected);
    assert_eq!(Refund::first(&order).everything().request().unwrap().amount, order.amount);
}

#[test]
fn pieces_add_up_to_the_line() {
    let order = thirds();
    let mut events = Vec::new();
    let mut amounts = Vec::new();
    for _ in 0..3 {
        let transaction = transaction(12345, Value::from(events.clone()));
        let request = Capture::after(&order, &transaction).line("mugs", 1).request().unwrap();
        amounts.push(request.amount.get());
        events.push(event(
            "CAPTURE",
            request.amount.get(),
            serde_json::to_value(&request.items).unwrap(),
        ));
    }
    assert_eq!(amounts, [3333, 3334, 3333]);

    let mut refunds = Vec::new();
    for _ in 0..3 {
        let transaction = transaction(12345, Value::from(events.clone()));
        let request = Refund::after(&order, &transaction).line("mugs", 1).request().unwrap();
        refunds.push(request.amount.get());
        events.push(event(
            "REFUND",
            request.amount.get(),
            serde_json::to_value(&request.items).unwrap(),
        ));
    }
    assert_eq!(refunds, [3333, 3334, 3333]);
    let transaction = transaction(12345, Value::from(events));
    let error = Refund::after(&order, &transaction).line("mugs", 1).request().unwrap_err();
    assert_eq!(error.problems()[0].rule, Rule::Quantity);
}

#[test]
fn fractions_of_a_unit() {
    let order = thirds();
    let half = Quantity::from(Decimal::new(5, 1));
    let request = Capture::first(&order).line("salmon", half).request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(782));
    let events = json!([event("CAPTURE", 782, serde_json::to_value(&request.items).unwrap())]);
    let transaction = transaction(12345, events);
    let rest = Capture::after(&order, &transaction).whole_line("salmon").request().unwrap();
    assert_eq!(items(rest.items.as_deref().unwrap()), [("salmon", one(), 2345 - 782)]);
}

#[test]
fn the_rest_after_a_part() {
    let order = order();
    let captured = json!([{"line_id": "1", "quantity": 1, "amount": 29990}]);
    let transaction = transaction(63880, json!([event("CAPTURE", 29990, captured)]));
    let request = Capture::after(&order, &transaction).everything().request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(33890));
    let expected = [("1", one(), 29990), ("local-pick-up-point", one(), 3900)];
    assert_eq!(items(request.items.as_deref().unwrap()), expected);

    let refund = Refund::after(&order, &transaction).everything().request().unwrap();
    assert_eq!(items(refund.items.as_deref().unwrap()), [("1", one(), 29990)]);
    let error = Refund::after(&order, &transaction).shipping().request().unwrap_err();
    assert_eq!(error.to_string(), "nothing is left of line `local-pick-up-point`");
}

#[test]
fn what_failed_does_not_count_and_what_is_under_way_does() {
    let order = order();
    let whole = json!([{"line_id": "1", "quantity": 2, "amount": 59980}]);
    let mut failed = event("CAPTURE", 59980, whole.clone());
    failed["success"] = json!(false);
    let after_failure = transaction(63880, json!([failed]));
    let request = Capture::after(&order, &after_failure).whole_line("1").request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(59980));

    let under_way = transaction(63880, json!([event("INITIATE_CAPTURE", 59980, whole)]));
    let error = Capture::after(&order, &under_way).whole_line("1").request().unwrap_err();
    assert_eq!(error.to_string(), "nothing is left of line `1`");
    // What is not captured yet cannot be refunded.
    assert!(Refund::after(&order, &under_way).whole_line("1").request().is_err());
}

#[test]
fn an_earlier_capture_without_lines_leaves_only_the_amount() {
    let order = order();
    let transaction = transaction(63880, json!([event("CAPTURE", 10000, json!([]))]));
    let request = Capture::after(&order, &transaction).everything().request().unwrap();
    assert_eq!((request.amount, request.items), (MinorUnits::new(53880), None));
    let error = Capture::after(&order, &transaction).line("1", 1).request().unwrap_err();
    assert!(error.to_string().contains("named no lines"), "{error}");
}

#[test]
fn lines_of_the_transaction_count_where_the_customer_chose() {
    let order = order().items([OrderLine::new().line_id("1").quantity(2).amount(59980)]);
    let mut chosen = transaction(69880, json!([]));
    chosen.items = Some(vec![
        OrderLine::new().line_id("1").quantity(2).amount(59980),
        OrderLine::new().line_id("home").quantity(1).amount(9900),
    ]);
    chosen.shipping_option = Some(OrderShippingOption::new("home", "home", 9900, "Home", "Bring"));
    let request = Capture::after(&order, &chosen).everything().request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(69880));
    let request = Capture::after(&order, &chosen).shipping().request().unwrap();
    assert_eq!(items(request.items.as_deref().unwrap()), [("home", one(), 9900)]);
}

#[test]
fn a_line_that_reduces_the_order_is_captured_with_it() {
    let jacket = OrderLine::new().line_id("1").quantity(1).amount(50000);
    let card = OrderLine::new().line_id("card").quantity(1).amount(-20000);
    let order = SessionOrder::new(30000, Currency::NOK, "order").items([jacket, card]);
    let error = Capture::first(&order).whole_line("1").request().unwrap_err();
    assert_eq!(error.problems()[0].rule, Rule::Sum);
    let request = Capture::first(&order).whole_line("1").whole_line("card").request().unwrap();
    assert_eq!(request.amount, order.amount);
    assert!(Capture::first(&order).whole_line("card").request().is_err());
}

#[test]
fn all_mistakes_at_once() {
    let order = order();
    let error = Capture::first(&order)
        .line("1", 3)
        .line("2", 1)
        .line("local-pick-up-point", 0)
        .request()
        .unwrap_err();
    let messages: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        messages,
        [
            "3 units of line `1`, of which 2 are left",
            "there is no line `2`; the lines are `1`, `local-pick-up-point`",
            "0 units of line `local-pick-up-point`: a quantity is above zero",
        ]
    );
    let error = Capture::first(&order).request().unwrap_err();
    assert!(error.to_string().starts_with("nothing is to be captured"), "{error}");
    let error = Capture::first(&order).line("1", 1).line("1", 1).request().unwrap_err();
    assert_eq!(error.to_string(), "line `1` is named twice");
}

#[test]
fn an_order_without_lines_is_captured_by_its_amount() {
    let order = SessionOrder::new(4200, Currency::NOK, "order");
    let request = Capture::first(&order).everything().request().unwrap();
    assert_eq!((request.amount, request.items), (MinorUnits::new(4200), None));
}
