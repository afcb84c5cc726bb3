//! Tests the comparison of the cart's own total with the sum of its lines: rounding lines and partial payments. The
//! module `empty` tests carts without lines.

use dintero_api::order::Rule;
use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem, ToOrder as _};
use serde_json::json;

use super::{CUP, Product};
use crate::{assert_order, assert_refused, basket, decimal, message, order};

#[derive(DinteroOrderItem)]
#[dintero(vat = 25)]
struct Line {
    amount: i64,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", total_mismatch = rounding_line(max = 5))]
struct Rounding {
    #[dintero(to = amount)]
    total: Decimal,
    #[dintero(to = items)]
    lines: Vec<Line>,
    partial_payment: bool,
}

fn rounding(total: &str, amount: i64) -> Rounding {
    Rounding { total: decimal(total), lines: vec![Line { amount }], partial_payment: false }
}

#[test]
fn a_rounding_line_up_to_its_limit() {
    // The VAT amounts are 20 % of 1005, 1001, 999 and 995: 201, 200.2, 199.8 and 199.
    for (gap, vat_amount) in [(-5, 201), (-1, 200), (1, 200), (5, 199)] {
        let amount = 1000 - gap;
        let expected = json!({
            "amount": 1000, "currency": "NOK", "merchant_reference": "order-1",
            "vat_amount": vat_amount, "partial_payment": false,
            "items": [
                {
                    "line_id": "1", "quantity": 1, "amount": amount, "vat": 25,
                    "vat_amount": vat_amount,
                },
                {
                    "id": "rounding", "line_id": "rounding", "description": "Rounding",
                    "quantity": 1, "amount": gap, "vat_amount": 0, "vat": 0, "type": "surcharge",
                },
            ],
        });
        assert_order(&rounding("10.00", amount), &expected);
    }
}

#[test]
fn a_larger_gap_is_refused() {
    for amount in [994, 1006] {
        assert_refused(&rounding("10.00", amount), "total", Rule::Sum);
    }
    let words = message(&rounding("10.00", 994));
    let expected = "total: the total 1000 is 6 more than 994, the sum of the lines and the shipping option; a rounding line may close a gap of at most 5";
    assert_eq!(words, expected);
}

/// The customer saw a total of 10.004, which is rounded to 10.00.
#[test]
fn a_total_is_rounded_like_a_line() {
    let expected = json!({
        "amount": 1000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 200,
        "partial_payment": false,
        "items": [{"line_id": "1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25}],
    });
    assert_order(&rounding("10.004", 1000), &expected);
    assert_order(&rounding("9.995", 1000), &expected);
}

#[test]
fn a_partial_payment_is_below_the_sum() {
    let part = |total| Rounding { partial_payment: true, ..rounding(total, 1000) };
    let expected = json!({
        "amount": 400, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 200,
        "partial_payment": true,
        "items": [{"line_id": "1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25}],
    });
    assert_order(&part("4.00"), &expected);
    // In a partial payment, even a small difference from the sum is not treated as a rounding difference.
    let mut near = expected;
    near["amount"] = json!(999);
    assert_order(&part("9.99"), &near);
    assert_refused(&part("10.06"), "total", Rule::Sum);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Bare {
    amount: Option<i64>,
    #[dintero(to = items)]
    lines: Vec<Line>,
    vat_amount: Option<i64>,
}

#[derive(DinteroOrder)]
struct Gifted {
    #[dintero(flatten)]
    bare: Bare,
    #[dintero(to = items)]
    gift: Line,
}

/// The order has the lines of both structs, and a problem with the total is reported at the total's own field.
#[test]
fn the_total_of_a_flattened_cart() {
    let gifted = |amount| {
        let bare = Bare { amount, lines: vec![Line { amount: 100 }], vat_amount: None };
        Gifted { bare, gift: Line { amount: 50 } }
    };
    assert_eq!(order(&gifted(Some(150))).amount.get(), 150);
    assert_refused(&gifted(Some(100)), "bare.amount", Rule::Sum);
}

#[test]
fn an_absent_total_is_the_sum() {
    let lines = vec![Line { amount: 1000 }, Line { amount: 0 }];
    let expected = json!({
        "amount": 1000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 200,
        "items": [
            {"line_id": "1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25},
            {"line_id": "2", "quantity": 1, "amount": 0, "vat_amount": 0, "vat": 25},
        ],
    });
    assert_order(&Bare { amount: None, lines, vat_amount: None }, &expected);
}

/// The shop's own VAT amount is sent, because the customer has seen it. A small difference from the calculated VAT
/// causes only a warning.
#[test]
fn vat_of_the_shop_is_sent_as_it_is() {
    let cart = Bare { amount: None, lines: vec![Line { amount: 1000 }], vat_amount: Some(199) };
    let order = order(&cart);
    assert_eq!(order.vat_amount.map(|vat| vat.get()), Some(199));
    let report = order.check();
    let warnings: Vec<_> = report.warnings().iter().map(|warning| warning.path.as_str()).collect();
    assert_eq!(warnings, ["items[0]", "vat_amount"]);
}

/// An order with more lines than Dintero is known to accept, or with a total that cannot be paid, is built with
/// warnings.
#[test]
fn warnings_are_returned() {
    let many: Vec<_> = (0..101).map(|_| CUP).collect();
    let reported = basket(many).to_order_with_report().expect("an order");
    let warnings: Vec<_> = reported
        .report
        .warnings()
        .iter()
        .map(|warning| (warning.path.as_str(), warning.rule))
        .collect();
    assert_eq!(warnings, [("lines", Rule::LineCount)]);
    assert_eq!(reported.order.amount.get(), 101 * 4990);

    let back = Product { price: -4990, ..CUP };
    let reported = basket([back]).to_order_with_report().expect("an order");
    let warnings: Vec<_> = reported
        .report
        .warnings()
        .iter()
        .map(|warning| (warning.path.as_str(), warning.rule))
        .collect();
    assert_eq!(warnings, [("lines", Rule::Sum)]);
}

#[derive(DinteroOrder)]
#[dintero(total_mismatch = error)]
struct Strict {
    #[dintero(flatten)]
    lenient: Rounding,
}

/// A key that is written replaces the key of a flattened struct, even if its value is the default.
#[test]
fn an_error_replaces_a_flattened_rounding_line() {
    let cart = |amount| Strict { lenient: rounding("10.00", amount) };
    assert_eq!(order(&cart(1000)).amount.get(), 1000);
    assert_refused(&cart(999), "lenient.total", Rule::Sum);
}
