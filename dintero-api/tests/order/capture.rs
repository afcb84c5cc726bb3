//! Tests that partial captures and refunds add up after any earlier operations, and that no money is moved twice.

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

/// Returns a transaction with the status `AUTHORIZED`, which may lag behind its events.
fn transaction(amount: i64, events: Value) -> Transaction {
    with_status("AUTHORIZED", amount, events)
}

fn with_status(status: &str, amount: i64, events: Value) -> Transaction {
    serde_json::from_value(json!({
        "amount": amount, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
        "status": status, "events": events,
    }))
    .unwrap()
}

fn event(kind: &str, amount: i64, items: Value) -> Value {
    json!({"event": kind, "success": true, "amount": amount, "items": items})
}

fn items(items: &[CaptureTransactionRequestItem]) -> Vec<(&str, Option<Decimal>, i64)> {
    items
        .iter()
        .map(|item| (item.line_id.as_str(), item.quantity.map(Quantity::get), item.amount.get()))
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
    assert_eq!(error.to_string(), "shipping: nothing is left");
}

#[test]
fn failed_captures_do_not_count_and_pending_ones_do() {
    let order = order();
    let whole = json!([{"line_id": "1", "quantity": 2, "amount": 59980}]);
    let mut failed = event("CAPTURE", 59980, whole.clone());
    failed["success"] = json!(false);
    let after_failure = transaction(63880, json!([failed]));
    let request = Capture::after(&order, &after_failure).whole_line("1").request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(59980));

    let under_way = transaction(63880, json!([event("INITIATE_CAPTURE", 59980, whole)]));
    let error = Capture::after(&order, &under_way).whole_line("1").request().unwrap_err();
    assert_eq!(error.to_string(), "line \"1\": nothing is left");
    // A line that has not been captured cannot be refunded.
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
            "line \"1\": 3 units: only 2 are left",
            "line \"2\": there is no line `2`; the lines are `1`, `local-pick-up-point`",
            "line \"local-pick-up-point\": 0 units: a quantity must be above zero",
        ]
    );
    let error = Capture::first(&order).request().unwrap_err();
    assert!(error.to_string().starts_with("nothing would be captured"), "{error}");
    let error = Capture::first(&order).line("1", 1).line("1", 1).request().unwrap_err();
    assert_eq!(error.to_string(), "line \"1\": the line is chosen twice");
}

#[test]
fn an_order_without_lines_is_captured_by_its_amount() {
    let order = SessionOrder::new(4200, Currency::NOK, "order");
    let request = Capture::first(&order).everything().request().unwrap();
    assert_eq!((request.amount, request.items), (MinorUnits::new(4200), None));
}

/// Returns an order of 300.00 with two lines, one of them with two units.
fn chairs() -> SessionOrder {
    let line = |id: &str, amount: i64, units: i64| {
        OrderLine::new().line_id(id).quantity(units).amount(amount)
    };
    SessionOrder::new(30000, Currency::NOK, "order")
        .items([line("a", 10000, 1), line("b", 20000, 2)])
}

#[test]
fn unknown_history_is_an_error() {
    let order = order();
    let error = Capture::of(&order).everything().request().unwrap_err();
    assert!(error.to_string().contains("`capture_once`"), "{error}");
    let error = Refund::of(&order).everything().request().unwrap_err();
    assert!(error.to_string().contains("`refund_once`"), "{error}");
}

/// If the events, the status, an amount or a result is missing, that does not mean that nothing was captured or
/// refunded.
#[test]
fn unknown_is_not_zero() {
    let silent = json!({"event": "CAPTURE", "success": true});
    let open = json!({"event": "CAPTURE", "amount": 10000});
    let whole = event("CAPTURE", 30000, json!([]));
    let silent_refund = json!({"event": "REFUND", "success": true});
    let order = chairs();
    for (status, events) in [
        ("AUTHORIZED", Value::Null),
        ("PARTIALLY_CAPTURED", Value::Null),
        ("PARTIALLY_CAPTURED", json!([])),
        ("PARTIALLY_CAPTURED", json!([silent])),
        ("PARTIALLY_CAPTURED", json!([open])),
        ("AUTHORIZED", json!([{"amount": 5}])),
        ("UNKNOWN", json!([])),
        ("SOMETHING_NEW", json!([])),
    ] {
        let transaction = with_status(status, 30000, events.clone());
        let error = Capture::after(&order, &transaction).everything().request().unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains("does not show what was done before"), "{status} {events}: {shown}");
    }
    let mut transaction = with_status("AUTHORIZED", 30000, json!([]));
    transaction.status = None;
    assert!(Capture::after(&order, &transaction).everything().request().is_err());

    for (status, events) in [
        ("CAPTURED", Value::Null),
        ("CAPTURED", json!([])),
        ("CAPTURED", json!([silent])),
        ("PARTIALLY_REFUNDED", json!([whole])),
        ("PARTIALLY_REFUNDED", json!([whole, silent_refund])),
        ("PARTIALLY_REFUNDED", json!([whole, {"event": "REFUND", "amount": 1}])),
    ] {
        let transaction = with_status(status, 30000, events.clone());
        let error = Refund::after(&order, &transaction).everything().request().unwrap_err();
        let shown = error.to_string();
        assert!(shown.contains("does not show what was done before"), "{status} {events}: {shown}");
    }
}

#[test]
fn status_can_rule_it_out() {
    let (order, all) = (chairs(), event("CAPTURE", 30000, json!([])));
    for (status, events) in [
        ("INITIATED", json!([])),
        ("ON_HOLD", json!([])),
        ("DECLINED", json!([])),
        ("FAILED", json!([])),
        ("AUTHORIZATION_VOIDED", json!([event("VOID", 30000, json!([]))])),
        ("CAPTURED", json!([all])),
        ("PARTIALLY_REFUNDED", json!([all, event("REFUND", 1, json!([]))])),
        ("REFUNDED", json!([])),
    ] {
        let transaction = with_status(status, 30000, events);
        let error = Capture::after(&order, &transaction).everything().request().unwrap_err();
        assert!(error.to_string().contains(status), "{status}: {error}");
    }
    // A transaction that is only authorized has nothing to refund.
    let authorized = with_status("AUTHORIZED", 30000, json!([]));
    let error = Refund::after(&order, &authorized).everything().request().unwrap_err();
    assert!(error.to_string().contains("void"), "{error}");
    let refunded = with_status("REFUNDED", 30000, json!([all, event("REFUND", 30000, json!([]))]));
    assert!(Refund::after(&order, &refunded).everything().request().is_err());
}

/// Released money cannot be captured, even if only the events show the release.
#[test]
fn voided_transactions_are_not_captured() {
    let order = chairs();
    let void = json!({"event": "VOID", "success": true});
    let part = event("CAPTURE", 10000, json!([{"line_id": "a", "quantity": 1, "amount": 10000}]));
    for (status, events) in [
        ("AUTHORIZATION_VOIDED", json!([void])),
        ("AUTHORIZED", json!([void])),
        ("CAPTURED", json!([part, void])),
        ("PARTIALLY_CAPTURED", json!([part, void])),
        ("AUTHORIZED", json!([{"event": "INITIATE_VOID", "success": true, "request_id": "r"}])),
    ] {
        let transaction = with_status(status, 30000, events);
        assert!(Capture::after(&order, &transaction).everything().request().is_err(), "{status}");
        assert!(Capture::after(&order, &transaction).line("b", 1).request().is_err(), "{status}");
    }
    let failed = json!({"event": "VOID", "success": false});
    let transaction = with_status("PARTIALLY_CAPTURED", 30000, json!([part, failed]));
    let rest = Capture::after(&order, &transaction).everything().request().unwrap();
    assert_eq!(rest.amount, MinorUnits::new(20000));
}

/// After `auto_capture`, with Swish, or after a capture in the back office, the event has the full amount and no lines,
/// so every line was captured.
#[test]
fn whole_capture_without_lines_covers_every_line() {
    let order = chairs();
    let by_amount = json!({"event": "CAPTURE", "success": true, "amount": 30000});
    let at_once = json!({"event": "AUTHORIZE", "success": true, "transaction_status": "CAPTURED"});
    for events in [vec![by_amount], vec![at_once]] {
        let mut events = events;
        let mut refunded = Vec::new();
        for _ in 0..2 {
            let transaction = with_status("CAPTURED", 30000, json!(events));
            let request = Refund::after(&order, &transaction).line("b", 1).request().unwrap();
            refunded.push(request.amount.get());
            let items = serde_json::to_value(&request.items).unwrap();
            events.push(event("REFUND", request.amount.get(), items));
        }
        assert_eq!(refunded, [10000, 10000]);
        let transaction = with_status("PARTIALLY_REFUNDED", 30000, json!(events));
        let rest = Refund::after(&order, &transaction).everything().request().unwrap();
        assert_eq!(items(rest.items.as_deref().unwrap()), [("a", one(), 10000)]);
    }
    // If the remaining amount was captured or refunded without lines, all remaining lines count as captured or
    // refunded.
    let events = json!([
        event("CAPTURE", 10000, json!([{"line_id": "b", "quantity": 1, "amount": 10000}])),
        event("CAPTURE", 20000, json!([])),
        event("REFUND", 30000, json!([])),
    ]);
    let transaction = with_status("CAPTURED", 30000, events);
    assert!(Refund::after(&order, &transaction).line("b", 1).request().is_err());
}

/// If one item of an event has no amount, it gets the part of the event's amount that remains after the other items. If
/// two items have no amount, their amounts stay unknown.
#[test]
fn amount_of_an_item_is_filled_in_or_unknown() {
    let order = thirds();
    for kind in ["CAPTURE", "REFUND"] {
        let next = |items: Value| {
            let whole = event("CAPTURE", 12345, json!([]));
            let part = event(kind, 3333, items);
            match kind {
                "CAPTURE" => {
                    let transaction = with_status("PARTIALLY_CAPTURED", 12345, json!([part]));
                    Capture::after(&order, &transaction)
                        .line("mugs", 1)
                        .request()
                        .map(|it| it.amount)
                }
                _ => {
                    let transaction =
                        with_status("PARTIALLY_REFUNDED", 12345, json!([whole, part]));
                    Refund::after(&order, &transaction)
                        .line("mugs", 1)
                        .request()
                        .map(|it| it.amount)
                }
            }
        };
        let one_of = json!({"line_id": "mugs", "quantity": 1});
        assert_eq!(next(json!([one_of])), Ok(MinorUnits::new(3334)), "{kind}");
        let free = json!({"line_id": "salmon", "quantity": 0, "amount": 0});
        assert_eq!(next(json!([one_of, free])), Ok(MinorUnits::new(3334)), "{kind}");
        let other = json!({"line_id": "salmon", "quantity": 1});
        let error = next(json!([one_of, other])).unwrap_err();
        assert!(error.to_string().contains("without an amount"), "{kind}: {error}");
        // These items do not add up to the event's amount, or do not identify their line.
        for items in [
            json!([{"line_id": "mugs", "quantity": 1, "amount": 3000}]),
            json!([{"quantity": 1, "amount": 3333}]),
        ] {
            let error = next(items).unwrap_err();
            assert!(error.to_string().contains("named no lines"), "{kind}: {error}");
        }
    }
}

/// If the back office captured more than a line's amount, the remaining amount of the line is zero, never negative.
#[test]
fn over_captured_line_is_not_negative() {
    let order = chairs();
    let too_much = json!([{"line_id": "a", "quantity": 1, "amount": 15000}]);
    let transaction =
        with_status("PARTIALLY_CAPTURED", 30000, json!([event("CAPTURE", 15000, too_much)]));
    let rest = Capture::after(&order, &transaction).everything().request().unwrap();
    assert_eq!((rest.amount, rest.items), (MinorUnits::new(15000), None));
    let error = Capture::after(&order, &transaction).whole_line("a").request().unwrap_err();
    assert_eq!(error.to_string(), "line \"a\": nothing is left");

    let too_much = json!([{"line_id": "b", "quantity": 1, "amount": 25000}]);
    let transaction =
        with_status("PARTIALLY_CAPTURED", 30000, json!([event("CAPTURE", 25000, too_much)]));
    for capture in [
        Capture::after(&order, &transaction).line("b", 1),
        Capture::after(&order, &transaction).whole_line("b"),
    ] {
        assert!(capture.request().is_err());
    }
}

/// A quantity of one third, with 28 digits, results in exactly a third of the amount.
#[test]
fn quantities_of_many_digits_are_accepted() {
    let third = Quantity::from(Decimal::ONE / Decimal::from(3));
    let cheese = OrderLine::new().line_id("cheese").quantity(third).amount(9000);
    let wine = OrderLine::new().line_id("wine").quantity(1).amount(900);
    let order = SessionOrder::new(9900, Currency::NOK, "order").items([cheese, wine]);
    let request = Capture::first(&order).line("cheese", third).line("wine", third).request();
    let request = request.unwrap();
    let amounts: Vec<_> = request.items.iter().flatten().map(|item| item.amount.get()).collect();
    assert_eq!(amounts, [9000, 300]);
    let tenth = Quantity::from(Decimal::new(1, 1));
    let request = Capture::first(&order).line("cheese", tenth).request().unwrap();
    assert_eq!(request.amount, MinorUnits::new(2700));
    // This line has the largest amount and a quantity with the most decimal places.
    let gold = OrderLine::new().line_id("gold").quantity(third).amount(i64::from(i32::MAX));
    let order = SessionOrder::new(i64::from(i32::MAX), Currency::NOK, "order").items([gold]);
    let request = Capture::first(&order).line("gold", third).request().unwrap();
    assert_eq!(request.amount.get(), i64::from(i32::MAX));
}

/// A correction by Dintero determines the captured amount, whatever the event's items say.
#[test]
fn corrected_capture_leaves_the_amount_alone() {
    let order = chairs();
    let events = json!([{
        "event": "CAPTURE", "success": false, "amount": 30000,
        "items": [{"line_id": "a", "quantity": 1, "amount": 10000}, {"line_id": "b", "quantity": 2, "amount": 20000}],
        "correction": {"status": "PARTIALLY_CAPTURED", "remaining_capture_amount": 20000,
            "remaining_refund_amount": 10000, "remaining_void_amount": 20000},
    }]);
    let transaction = with_status("PARTIALLY_CAPTURED", 30000, events);
    let rest = Capture::after(&order, &transaction).everything().request().unwrap();
    assert_eq!((rest.amount, rest.items), (MinorUnits::new(20000), None));
    assert!(Capture::after(&order, &transaction).line("a", 1).request().is_err());
}

/// `adjust` sets fields of the request for which `Capture` has no method, such as `final_capture` and `metadata`.
#[test]
fn adjusted_request_keeps_its_lines() {
    let order = chairs();
    let capture = Capture::first(&order)
        .line("a", 1)
        .adjust(|request| request.final_capture(true).metadata([("ext_warehouse", "north")]));
    let request = capture.request().unwrap();
    assert_eq!((request.final_capture, request.amount), (Some(true), MinorUnits::new(10000)));
    assert_eq!(request.metadata.unwrap()["ext_warehouse"], "north");
}

/// The quantity of a line is optional in a transaction. It is taken from the order if the line is the same; otherwise,
/// only the whole line can be chosen.
#[test]
fn quantity_of_a_line_is_known_or_unknown_but_never_one() {
    let captured = json!([event("CAPTURE", 30000, json!([]))]);
    let mugs = |quantity: Option<i64>, amount: i64| {
        let line = OrderLine::new().line_id("1").amount(amount);
        let line = quantity.map_or(line.clone(), |quantity| line.quantity(quantity));
        SessionOrder::new(amount, Currency::NOK, "order").items([line])
    };
    let mut authorized = transaction(30000, json!([]));
    let mut paid = with_status("CAPTURED", 30000, captured);
    for transaction in [&mut authorized, &mut paid] {
        transaction.items = Some(vec![OrderLine::new().line_id("1").amount(30000)]);
    }
    let known = mugs(Some(3), 30000);
    let one = Capture::after(&known, &authorized).line("1", 1).request().unwrap();
    assert_eq!(
        (one.amount, one.items.unwrap()[0].quantity),
        (MinorUnits::new(10000), Some(1.into()))
    );
    let one = Refund::after(&known, &paid).line("1", 1).request().unwrap();
    assert_eq!(one.amount, MinorUnits::new(10000));

    // The order has no quantity either, or its line has another amount.
    for order in [mugs(None, 30000), mugs(Some(3), 29000)] {
        let capture = Capture::after(&order, &authorized).line("1", 1).request().unwrap_err();
        let refund = Refund::after(&order, &paid).line("1", 1).request().unwrap_err();
        for error in [capture, refund] {
            assert!(error.to_string().contains("has no quantity"), "{error}");
        }
        let whole = Refund::after(&order, &paid).whole_line("1").request().unwrap();
        assert_eq!(
            (whole.amount, whole.items.unwrap()[0].quantity),
            (MinorUnits::new(30000), None)
        );
    }
    assert!(Capture::first(&mugs(None, 30000)).line("1", 1).request().is_err());
}

/// A shipping option is one unit, whether the transaction says so or not.
#[test]
fn shipping_without_a_quantity_is_one_unit() {
    let mut authorized = transaction(9900, json!([]));
    authorized.items = Some(vec![OrderLine::new().line_id("home").amount(9900)]);
    authorized.shipping_option =
        Some(OrderShippingOption::new("home", "home", 9900, "Home", "Bring"));
    let request = Capture::after(&order(), &authorized).shipping().request().unwrap();
    assert_eq!(items(request.items.as_deref().unwrap()), [("home", one(), 9900)]);
}

/// An operation that names a line by an unknown id may have covered any line.
#[test]
fn operation_on_an_unknown_line_makes_all_lines_unknown() {
    let order = chairs();
    let sku = |amount: i64| json!([{"line_id": "SKU-1", "amount": amount, "quantity": 1}]);
    let whole = event("CAPTURE", 30000, json!([]));
    let refunded = |items: Value, amount: i64| {
        with_status("CAPTURED", 30000, json!([whole, event("REFUND", amount, items)]))
    };
    let unclear = [
        sku(10000),
        json!([{"line_id": "a", "amount": 5000}, {"line_id": "SKU-1", "amount": 5000}]),
        json!([{"line_id": "a", "amount": 10000, "quantity": 1}, {"line_id": "SKU-1"}, {"line_id": "SKU-2"}]),
        // No part of these lines is negative.
        json!([{"line_id": "a", "amount": -5000}, {"line_id": "b", "amount": 15000}]),
    ];
    for items in unclear {
        let transaction = refunded(items.clone(), 10000);
        let error = Refund::after(&order, &transaction).line("a", 1).request().unwrap_err();
        assert!(error.to_string().contains("lines that are not in the order"), "{items}: {error}");
        let rest = Refund::after(&order, &transaction).everything().request().unwrap();
        assert_eq!((rest.amount, rest.items), (MinorUnits::new(20000), None), "{items}");
    }
    // A line that costs nothing is no part of the others.
    let gift =
        json!([{"line_id": "a", "amount": 10000, "quantity": 1}, {"line_id": "gift", "amount": 0}]);
    let transaction = refunded(gift, 10000);
    assert!(Refund::after(&order, &transaction).line("b", 1).request().is_ok());
    // Whatever the lines are called, everything was captured.
    let transaction = with_status("CAPTURED", 30000, json!([event("CAPTURE", 30000, sku(30000))]));
    let refund = Refund::after(&order, &transaction).line("b", 1).request().unwrap();
    assert_eq!(refund.amount, MinorUnits::new(10000));
}

/// An operation on more units than the line has does not show how many are left.
#[test]
fn impossible_quantities_are_unknown() {
    let order = chairs();
    for quantity in [json!(5), json!(-1)] {
        let part = json!([{"line_id": "b", "amount": 10000, "quantity": quantity}]);
        let transaction = transaction(30000, json!([event("CAPTURE", 10000, part)]));
        let error = Capture::after(&order, &transaction).line("b", 1).request().unwrap_err();
        assert!(error.to_string().contains("units left is unknown"), "{quantity}: {error}");
        let rest = Capture::after(&order, &transaction).whole_line("b").request().unwrap();
        assert_eq!(items(rest.items.as_deref().unwrap()), [("b", None, 10000)]);
    }
}
