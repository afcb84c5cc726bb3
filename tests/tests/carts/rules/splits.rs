//! Tests that splits are calculated from the final amount of a line, after coupons, bundles and returns.

use std::cell::Cell;

use dintero_api::order::{Lines, Rule};
use dintero_api::types::PayoutSplit;
use dintero_api::{
    DinteroOrder, DinteroOrderItem, DinteroShippingOption, MinorUnits, ToDiscount, ToOrder as _,
    ToOrderItems,
};
use serde_json::{Value, json};

use super::{CUP, Product};
use crate::{assert_order, assert_refused, basket};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Market<C: ToDiscount> {
    #[dintero(to = items)]
    sales: Vec<Sale>,
    #[dintero(to = discount)]
    coupon: C,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
}

/// Splits an amount between a seller and the platform, which gets 10 %, rounded toward zero.
fn shares(seller: &str, amount: MinorUnits) -> Vec<PayoutSplit> {
    let commission = amount.get() / 10;
    vec![
        PayoutSplit::new(seller, amount.get() - commission),
        PayoutSplit::new("platform", commission),
    ]
}

#[derive(DinteroOrderItem)]
#[dintero(splits = |self, amount| shares(self.seller, amount))]
struct Sale {
    #[dintero(to = unit_price)]
    ore: i64,
    quantity: i8,
    #[dintero(skip)]
    seller: &'static str,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "", splits = Freight::splits)]
struct Freight {
    #[dintero(to = net_amount)]
    net: i64,
    vat: u8,
}

impl Freight {
    fn splits(&self, amount: MinorUnits) -> Result<Vec<PayoutSplit>, String> {
        if self.vat > 99 { Err("no such rate".to_owned()) } else { Ok(shares("carrier", amount)) }
    }
}

fn splits(seller: &str, amount: i64) -> Value {
    json!([
        {"payout_destination_id": seller, "amount": amount - amount / 10},
        {"payout_destination_id": "platform", "amount": amount / 10},
    ])
}

/// A coupon of 1000 is spread over lines of 10000 and 333 as 967.77 and 32.23, rounded to 968 and 32, so 9032 and 301
/// remain. The freight costs 4900 without VAT, which is 6125 with 25 % VAT.
#[test]
fn splits_of_what_the_coupon_leaves() {
    let sales = vec![
        Sale { ore: 10000, quantity: 1, seller: "a" },
        Sale { ore: 111, quantity: 3, seller: "b" },
    ];
    let cart = Market { sales, coupon: 1000, freight: Some(Freight { net: 4900, vat: 25 }) };
    let expected = json!({
        "amount": 15458, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 1225,
        "items": [
            {
                "line_id": "1", "quantity": 1, "amount": 9032,
                "splits": [
                    {"payout_destination_id": "a", "amount": 8129},
                    {"payout_destination_id": "platform", "amount": 903},
                ],
            },
            {
                "line_id": "2", "quantity": 3, "amount": 301,
                "splits": [
                    {"payout_destination_id": "b", "amount": 271},
                    {"payout_destination_id": "platform", "amount": 30},
                ],
            },
        ],
        "shipping_option": {
            "id": "post", "line_id": "post", "amount": 6125, "vat_amount": 1225, "vat": 25,
            "title": "Post", "operator": "",
            "splits": [
                {"payout_destination_id": "carrier", "amount": 5513},
                {"payout_destination_id": "platform", "amount": 612},
            ],
        },
    });
    assert_order(&cart, &expected);
    let cart = Market { freight: Some(Freight { net: 1, vat: 100 }), ..cart };
    assert_refused(&cart, "freight.splits", Rule::Value);
}

#[test]
fn splits_of_a_return() {
    let sale = |ore, quantity| Sale { ore, quantity, seller: "a" };
    let cart = basket([sale(1000, 2), sale(1000, -1)]);
    let expected = json!({
        "amount": 1000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [
            {"line_id": "1", "quantity": 2, "amount": 2000, "splits": splits("a", 2000)},
            {"line_id": "2", "quantity": -1, "amount": -1000, "splits": splits("a", -1000)},
        ],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
struct Set {
    amount: i64,
    #[dintero(to = items)]
    parts: [Sale; 2],
}

/// The bundle's price of 900 is spread over parts of 1000 and 500.
#[test]
fn splits_of_the_parts_of_a_bundle() {
    let sale = |ore, seller| Sale { ore, quantity: 1, seller };
    let cart = basket([Set { amount: 900, parts: [sale(1000, "a"), sale(500, "b")] }]);
    let expected = json!({
        "amount": 900, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [
            {"line_id": "1.1", "quantity": 1, "amount": 600, "splits": splits("a", 600)},
            {"line_id": "1.2", "quantity": 1, "amount": 300, "splits": splits("b", 300)},
        ],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
struct Open {
    amount: i64,
    splits: Vec<PayoutSplit>,
}

#[test]
fn splits_that_come_with_the_capture() {
    let open = |splits| basket([Open { amount: 10, splits }]);
    let expected = json!({
        "amount": 10, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [{"line_id": "1", "quantity": 1, "amount": 10, "splits": []}],
    });
    assert_order(&open(vec![]), &expected);
    assert_refused(&open(vec![PayoutSplit::new("a", 9)]), "lines[0].splits", Rule::Splits);
    let long = "x".repeat(41);
    let path = "lines[0].splits[0].payout_destination_id";
    assert_refused(&open(vec![PayoutSplit::new(long, 10)]), path, Rule::Splits);
}

/// A list of lines that has one more line each time it is mapped.
struct Growing(Cell<usize>);

impl ToOrderItems for Growing {
    fn order_items(&self, lines: &mut Lines<'_>) {
        self.0.set(self.0.get() + 1);
        for _ in 0..self.0.get() {
            Sale { ore: 100, quantity: 1, seller: "a" }.order_items(lines);
        }
    }
}

/// A cart must have the same lines each time it is mapped. A cart that grows is refused, and mapping it terminates.
#[test]
fn splits_of_a_cart_that_grows() {
    let error = basket(Growing(Cell::new(0)))
        .to_order()
        .expect_err("the cart has different lines each time");
    assert!(error.problems().iter().all(|problem| problem.rule == Rule::Splits), "{error}");
}

/// A bundle cannot have splits, because only its parts are sent.
#[test]
fn a_bundle_has_no_splits() {
    #[derive(DinteroOrderItem)]
    #[dintero(bundle, splits = |self, amount| vec![PayoutSplit::new("a", amount)])]
    struct Split {
        amount: i64,
        #[dintero(to = items)]
        parts: Vec<Product>,
    }
    let cart = basket([Split { amount: 100, parts: vec![CUP] }]);
    assert_refused(&cart, "lines[0].splits", Rule::Splits);
}
