//! Discounts of one line: off the price with VAT, before the line is rounded.

use dintero_api::order::Rule;
use dintero_api::{Decimal, DinteroDiscount, DinteroOrderItem};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, basket, decimal};

#[derive(DinteroDiscount)]
#[dintero(discount_type = Manual)]
struct Sale {
    #[dintero(to = amount)]
    off: Option<Decimal>,
    #[dintero(to = percentage)]
    percent: Option<Decimal>,
}

fn off(amount: &str) -> Sale {
    Sale { off: Some(decimal(amount)), percent: None }
}

fn share(percent: &str) -> Sale {
    Sale { off: None, percent: Some(decimal(percent)) }
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = quantity)]
    qty: Decimal,
    #[dintero(to = net_unit_price)]
    net: Decimal,
    vat: Decimal,
    #[dintero(to = discount)]
    sales: Vec<Sale>,
}

fn line(qty: &str, net: &str, sales: Vec<Sale>) -> Line {
    Line { qty: decimal(qty), net: decimal(net), vat: decimal("25"), sales }
}

fn expected(quantity: f64, amount: i64, vat_amount: i64, discounts: Value) -> Value {
    let mut item = json!({
        "line_id": "1", "quantity": quantity, "amount": amount, "vat_amount": vat_amount,
        "vat": 25,
    });
    if discounts != json!([]) {
        item["discount_lines"] = discounts;
    }
    json!({
        "amount": amount, "currency": "NOK", "merchant_reference": "order-1",
        "vat_amount": vat_amount, "items": [item],
    })
}

/// 3 × 79.99 and VAT are 299.9625. 15 % of that, 44.994375, leaves 254.968125.
#[test]
fn a_share_of_a_net_price() {
    let described = json!([
        {"amount": 4499, "percentage": 15, "discount_type": "manual", "line_id": 1},
    ]);
    let cart = basket([line("3", "79.99", vec![share("15")])]);
    assert_order(&cart, &expected(3.0, 25497, 5099, described));
}

/// 299.9625 less 20.00 is 279.9625: what is taken off is money of the customer, so with VAT.
#[test]
fn an_amount_off_a_net_price() {
    let described = json!([{"amount": 2000, "discount_type": "manual", "line_id": 1}]);
    let cart = basket([line("3", "79.99", vec![off("20.00")])]);
    assert_order(&cart, &expected(3.0, 27996, 5599, described));
}

/// 100.00 less 10 % is 90.00, less 5.00 is 85.00; the other way round it is 95.00 less 9.50.
#[test]
fn several_discounts_in_their_order() {
    let ten = |amount: i64, line_id: i64| {
        json!({
            "amount": amount, "percentage": 10, "discount_type": "manual", "line_id": line_id,
        })
    };
    let five = |line_id: i64| json!({"amount": 500, "discount_type": "manual", "line_id": line_id});
    let cart = basket([line("1", "80", vec![share("10"), off("5")])]);
    assert_order(&cart, &expected(1.0, 8500, 1700, json!([ten(1000, 1), five(2)])));
    let cart = basket([line("1", "80", vec![off("5"), share("10")])]);
    assert_order(&cart, &expected(1.0, 8550, 1710, json!([five(1), ten(950, 2)])));
}

/// 33.335 off 100.00 leaves 66.665: 6667, so 3333 is described.
#[test]
fn the_line_is_rounded_once() {
    let described = json!([{"amount": 3333, "discount_type": "manual", "line_id": 1}]);
    let cart = basket([line("1", "80", vec![off("33.335")])]);
    assert_order(&cart, &expected(1.0, 6667, 1333, described));
}

#[test]
fn a_discount_leaves_nothing_at_most() {
    for (sale, amount) in [(share("100"), 10000), (off("100"), 10000)] {
        let percentage = sale.percent.map(|_| 100);
        let mut described = json!([{"amount": amount, "discount_type": "manual", "line_id": 1}]);
        if let Some(percentage) = percentage {
            described[0]["percentage"] = json!(percentage);
        }
        let cart = basket([line("1", "80", vec![sale])]);
        assert_order(&cart, &expected(1.0, 0, 0, described));
    }
    for sale in [share("100.01"), off("100.01"), off("-0.01"), share("-1")] {
        let cart = basket([line("1", "80", vec![share("0"), sale])]);
        assert_refused(&cart, "lines[0].sales[1]", Rule::Discount);
    }
    let cart = basket([line("0", "80", vec![off("0.01")])]);
    assert_refused(&cart, "lines[0].sales[0]", Rule::Discount);
}

/// What comes back is less by the share that it was cheaper by: -100.00 and 20 % are -80.00.
#[test]
fn a_return_of_something_that_was_cheaper() {
    let described = json!([
        {"amount": -2000, "percentage": 20, "discount_type": "manual", "line_id": 1},
    ]);
    let cart = basket([line("2", "80", vec![]), line("-1", "80", vec![share("20")])]);
    let expected = json!({
        "amount": 12000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 2400,
        "items": [
            {"line_id": "1", "quantity": 2, "amount": 20000, "vat_amount": 4000, "vat": 25},
            {
                "line_id": "2", "quantity": -1, "amount": -8000, "vat_amount": -1600, "vat": 25,
                "discount_lines": described,
            },
        ],
    });
    assert_order(&cart, &expected);
    // Nobody knows which way an amount goes.
    let cart = basket([line("2", "80", vec![]), line("-1", "80", vec![off("20")])]);
    assert_refused(&cart, "lines[1].sales[0]", Rule::Discount);
}

#[derive(DinteroOrderItem)]
struct Bare {
    #[dintero(to = unit_price)]
    price: i64,
    quantity: u8,
    #[dintero(to = discount)]
    rebate: Option<Decimal>,
    #[dintero(to = discount_percent)]
    percent: Option<f32>,
}

/// 2 × 4.99 less 1.00 is 8.98, less 12.5 % is 7.8575. Neither has anything to say.
#[test]
fn bare_discounts_are_not_described() {
    let line = Bare { price: 499, quantity: 2, rebate: Some(decimal("1")), percent: Some(12.5) };
    let expected = json!({
        "amount": 786, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [{"line_id": "1", "quantity": 2, "amount": 786}],
    });
    assert_order(&basket([line]), &expected);
    let line = Bare { price: 499, quantity: 2, rebate: None, percent: Some(100.5) };
    assert_refused(&basket([line]), "lines[0].percent", Rule::Discount);
}

#[derive(DinteroOrderItem)]
struct Described {
    amount: i64,
    #[dintero(to = discount_lines)]
    already_off: Vec<Sale>,
}

#[test]
fn what_is_only_described_lowers_nothing() {
    let line = Described { amount: 500, already_off: vec![off("2.50"), off("1")] };
    let expected = json!({
        "amount": 500, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [{
            "line_id": "1", "quantity": 1, "amount": 500,
            "discount_lines": [
                {"amount": 250, "discount_type": "manual", "line_id": 1},
                {"amount": 100, "discount_type": "manual", "line_id": 2},
            ],
        }],
    });
    assert_order(&basket([line]), &expected);
}
