//! Carts that must be refused, each with a path in the merchant's own struct and a rule.

use dintero_api::money::decimal_from_f64;
use dintero_api::order::Rule;
use dintero_api::types::PayoutSplit;
use dintero_api::{
    Decimal, DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroShippingOption, MinorUnits,
    ToSession,
};
use serde_json::json;

use crate::{assert_order, assert_refused, basket, decimal, message, order, problems};

#[derive(DinteroOrderItem)]
struct Line {
    line_id: &'static str,
    amount: i64,
}

#[derive(DinteroShippingOption)]
#[dintero(operator = "")]
struct Freight {
    id: &'static str,
    title: &'static str,
    amount: i64,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Delivered {
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = shipping_option)]
    freight: Freight,
}

#[test]
fn duplicate_line_id() {
    let lines = [Line { line_id: "1", amount: 100 }, Line { line_id: "1", amount: 200 }];
    let cart = basket(lines);
    assert_refused(&cart, "lines[1].line_id", Rule::LineId);
    assert!(message(&cart).contains("`1` is used twice"), "{}", message(&cart));

    let freight = Freight { id: "post", title: "Post", amount: 4900 };
    let cart = Delivered { lines: vec![Line { line_id: "post", amount: 100 }], freight };
    // The line id of the shipping option equals the option's id.
    assert_refused(&cart, "freight.id", Rule::LineId);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Totalled {
    #[dintero(to = amount)]
    total: i64,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[test]
fn total_mismatch() {
    let lines = vec![Line { line_id: "1", amount: 9990 }];
    let cart = Totalled { total: 10000, lines };
    assert_refused(&cart, "total", Rule::Sum);
    let message = message(&cart);
    assert!(message.starts_with("total: the total 10000 is 10 more than 9990"), "{message}");
}

#[test]
fn amount_over_i32() {
    let cart = basket([Line { line_id: "1", amount: 2_147_483_648 }]);
    assert_refused(&cart, "lines", Rule::Int32);
    let lines = vec![Line { line_id: "1", amount: 2_147_483_648 }];
    assert_refused(&Totalled { total: 2_147_483_648, lines }, "total", Rule::Int32);
    let largest = order(&basket([Line { line_id: "1", amount: 2_147_483_647 }]));
    assert_eq!(largest.amount.get(), 2_147_483_647);
}

#[derive(DinteroOrderItem)]
#[dintero(splits = Shared::splits)]
struct Shared {
    amount: i64,
    #[dintero(skip)]
    parts: Vec<i64>,
}

impl Shared {
    fn splits(&self, _: MinorUnits) -> Vec<PayoutSplit> {
        self.parts.iter().map(|part| PayoutSplit::new("seller", *part)).collect()
    }
}

#[test]
fn splits_do_not_sum() {
    let cart = basket([Shared { amount: 10000, parts: vec![6000, 3000] }]);
    assert_refused(&cart, "lines[0].splits", Rule::Splits);
    assert!(
        message(&cart).contains("add up to 9000, but the amount is 10000"),
        "{}",
        message(&cart)
    );
}

#[derive(DinteroOrderItem)]
struct Taxed {
    amount: i64,
    #[dintero(to = vat)]
    rate: Decimal,
}

#[test]
fn vat_looks_like_fraction() {
    let cart = basket([Taxed { amount: 1000, rate: decimal("0.25") }]);
    assert_refused(&cart, "lines[0].rate", Rule::Vat);
    assert!(message(&cart).contains("`vat_fraction`"), "{}", message(&cart));
}

#[derive(DinteroOrderItem)]
struct Floating {
    #[dintero(to = unit_price, with = decimal_from_f64)]
    price: f64,
}

#[test]
fn nan_price() {
    for price in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let cart = basket([Floating { price }]);
        assert_refused(&cart, "lines[0].price", Rule::Value);
        assert!(message(&cart).contains("not finite"), "{}", message(&cart));
    }
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Foreign {
    #[dintero(to = currency)]
    money: &'static str,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[test]
fn unknown_currency() {
    for money in ["kr", "nok", "NKO", "", "NOKK"] {
        let cart = Foreign { money, lines: vec![Line { line_id: "1", amount: 100 }] };
        assert_refused(&cart, "money", Rule::Currency);
    }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Express {
    amount: i64,
    #[dintero(to = shipping_option)]
    chosen: Freight,
    #[dintero(to = session.express.shipping_options)]
    offered: Vec<Freight>,
}

#[test]
fn shipping_not_in_express() {
    let freight = |id| Freight { id, title: "Post", amount: 0 };
    let cart = Express { amount: 100, chosen: freight("b"), offered: vec![freight("a")] };
    let urls = dintero_api::types::SessionUrls::new("https://shop.example/thanks");
    let error = cart.to_session("default", urls).expect_err("the option is not offered");
    let problems: Vec<_> =
        error.problems().iter().map(|problem| (problem.path.as_str(), problem.rule)).collect();
    assert_eq!(problems, [("chosen", Rule::Express)]);
}

#[derive(DinteroAddress)]
struct Billing {
    #[dintero(to = phone_number)]
    phone: &'static str,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", amount = 100)]
struct Billed {
    #[dintero(to = billing_address)]
    billing: Billing,
}

#[test]
fn bad_phone() {
    let expected = json!({
        "amount": 100, "currency": "NOK", "merchant_reference": "order-1",
        "billing_address": {"phone_number": "22334455"},
    });
    assert_order(&Billed { billing: Billing { phone: "22 33 44 55" } }, &expected);
    for phone in ["call me", "1234", "+", "1234567890123456", "22334455 ext. 2"] {
        let cart = Billed { billing: Billing { phone } };
        assert_refused(&cart, "billing.phone", Rule::Phone);
        assert!(!message(&cart).contains(phone) || phone == "+", "numbers are personal");
    }
}

#[test]
fn all_problems_at_once_in_the_order_of_the_cart() {
    let rates = ["0.25", "-1", "25.555"].map(decimal);
    let cart = basket(rates.map(|rate| Taxed { amount: 1, rate }));
    let expected = ["lines[0].rate", "lines[1].rate", "lines[2].rate"];
    assert_eq!(problems(&cart), expected.map(|path| (path.to_owned(), Rule::Vat)));
}
