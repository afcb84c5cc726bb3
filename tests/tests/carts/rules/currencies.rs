//! Tests prices in major units, minor units and custom units, in currencies with zero, two and three decimals.

use dintero_api::order::{OrderMapping, Rule};
use dintero_api::{
    Currency, Decimal, DinteroOrder, DinteroOrderItem, DinteroShippingOption, ToOrder,
};
use serde_json::json;

use crate::{Basket, assert_order, assert_refused, basket, decimal, order};

#[derive(DinteroOrderItem)]
struct Major {
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = unit_price)]
    price: Decimal,
    vat: u8,
}

#[derive(DinteroOrderItem)]
struct Minor {
    quantity: u32,
    unit_price: i64,
    vat: u8,
}

fn in_currency<L: dintero_api::ToOrderItems>(currency: &'static str, lines: L) -> Basket<L> {
    Basket { currency, ..basket(lines) }
}

/// 3 × ¥1200 at 10 % includes VAT of 3600 × 10 / 110 = 327.3. ¥1200.5 at 8 % is rounded to 1201, which includes VAT of
/// 1201 × 8 / 108 = 88.96.
#[test]
fn yen_have_no_decimals() {
    let lines = [
        Major { qty: 3, price: decimal("1200"), vat: 10 },
        Major { qty: 1, price: decimal("1200.5"), vat: 8 },
    ];
    let expected = json!({
        "amount": 4801, "currency": "JPY", "merchant_reference": "order-1", "vat_amount": 416,
        "items": [
            {"line_id": "1", "quantity": 3, "amount": 3600, "vat_amount": 327, "vat": 10},
            {"line_id": "2", "quantity": 1, "amount": 1201, "vat_amount": 89, "vat": 8},
        ],
    });
    assert_order(&in_currency("JPY", lines), &expected);
}

/// The VAT amounts are 9980 × 24 / 124 = 1931.6 and 1490 × 11 / 111 = 147.7.
#[test]
fn kronur_are_their_own_minor_unit() {
    let lines = vec![
        Minor { quantity: 2, unit_price: 4990, vat: 24 },
        Minor { quantity: 1, unit_price: 1490, vat: 11 },
    ];
    let expected = json!({
        "amount": 11470, "currency": "ISK", "merchant_reference": "order-1", "vat_amount": 2080,
        "items": [
            {"line_id": "1", "quantity": 2, "amount": 9980, "vat_amount": 1932, "vat": 24},
            {"line_id": "2", "quantity": 1, "amount": 1490, "vat_amount": 148, "vat": 11},
        ],
    });
    assert_order(&in_currency("ISK", lines), &expected);
}

#[derive(DinteroOrder)]
#[dintero(currency = "KWD", merchant_reference = "order-1")]
struct Dinars {
    #[dintero(to = items)]
    majors: Vec<Major>,
    #[dintero(to = items)]
    minors: Vec<Minor>,
}

/// 3 × 1.2345 dinars is 3703.5 fils, rounded to 3704, which includes VAT of 3704 × 5 / 105 = 176.4.
#[test]
fn dinars_have_three_decimals() {
    let cart = Dinars {
        majors: vec![Major { qty: 3, price: decimal("1.2345"), vat: 5 }],
        minors: vec![Minor { quantity: 1, unit_price: 12500, vat: 0 }],
    };
    let expected = json!({
        "amount": 16204, "currency": "KWD", "merchant_reference": "order-1", "vat_amount": 176,
        "items": [
            {"line_id": "1", "quantity": 3, "amount": 3704, "vat_amount": 176, "vat": 5},
            {"line_id": "2", "quantity": 1, "amount": 12500, "vat_amount": 0, "vat": 0},
        ],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
enum Unit {
    Whole(#[dintero(to = unit_price, exponent = 0)] u32),
    Hundredths(#[dintero(to = unit_price, exponent = 2)] i64),
    TenThousandths {
        quantity: u8,
        #[dintero(to = unit_price, exponent = 4)]
        price: Option<i64>,
    },
}

/// 3 × 123.4567 kroner is 37037.01 øre.
#[test]
fn an_exponent_sets_the_unit() {
    let lines = || {
        [
            Unit::Whole(149),
            Unit::Hundredths(12050),
            Unit::TenThousandths { quantity: 3, price: Some(1_234_567) },
        ]
    };
    let expected = |currency, amounts: [i64; 3]| {
        json!({
            "amount": amounts.iter().sum::<i64>(), "currency": currency,
            "merchant_reference": "order-1", "vat_amount": 0,
            "items": [
                {"line_id": "1", "quantity": 1, "amount": amounts[0]},
                {"line_id": "2", "quantity": 1, "amount": amounts[1]},
                {"line_id": "3", "quantity": 3, "amount": amounts[2]},
            ],
        })
    };
    assert_order(&in_currency("NOK", lines()), &expected("NOK", [14900, 12050, 37037]));
    // 120.50 is rounded to 121 yen, and 370.3701 to 370 yen.
    assert_order(&in_currency("JPY", lines()), &expected("JPY", [149, 121, 370]));
    assert_order(&in_currency("KWD", lines()), &expected("KWD", [149_000, 120_500, 370_370]));
}

#[derive(DinteroOrderItem)]
struct Fee {
    /// In whole kroner.
    #[dintero(to = unit_price, exponent = 0, default = 49)]
    fee: Option<i64>,
}

#[test]
fn a_default_is_in_the_unit_of_the_field() {
    let order = order(&basket([Fee { fee: Some(49) }, Fee { fee: None }]));
    let amounts: Vec<_> = order.items.iter().flatten().filter_map(|item| item.amount).collect();
    assert_eq!(amounts.iter().map(|amount| amount.get()).collect::<Vec<_>>(), [4900, 4900]);
}

#[test]
fn an_absent_price_is_not_a_free_line() {
    let cart = basket([Unit::Whole(1), Unit::TenThousandths { quantity: 1, price: None }]);
    assert_refused(&cart, "lines[1]", Rule::Required);
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Plain {
    currency: &'static str,
    #[dintero(to = items)]
    lines: Vec<Major>,
}

#[derive(DinteroOrder)]
struct Delivered {
    #[dintero(to = shipping_option)]
    freight: Freight,
    #[dintero(flatten)]
    plain: Plain,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "")]
struct Freight {
    #[dintero(to = amount)]
    price: Decimal,
}

/// In the struct, the shipping price comes before the currency.
#[test]
fn the_currency_of_a_flattened_cart_applies_to_the_whole_cart() {
    let lines = vec![Major { qty: 1, price: decimal("10"), vat: 25 }];
    let plain = Plain { currency: "NOK", lines };
    let cart = Delivered { freight: Freight { price: decimal("49.50") }, plain };
    let expected = json!({
        "amount": 5950, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 200,
        "items": [{"line_id": "1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25}],
        "shipping_option": {
            "id": "post", "line_id": "post", "amount": 4950, "title": "Post", "operator": "",
        },
    });
    assert_order(&cart, &expected);
}

struct Tardy;

/// This impl is written by hand, so that no derive moves the currency to the front.
impl ToOrder for Tardy {
    fn map_order(&self, to: &mut OrderMapping<'_>) {
        use dintero_api::__private as engine;
        let lines = [Major { qty: 1, price: decimal("10"), vat: 25 }];
        engine::items(&lines, "lines", &mut to.lines);
        engine::currency("NOK", "currency", to);
        to.order.merchant_reference = "order-1".to_owned();
    }
}

#[test]
fn a_price_without_a_currency_is_not_left_out() {
    assert_refused(&Tardy, "", Rule::Currency);
}

#[derive(Clone, Copy)]
enum Money {
    Crowns,
    Euros,
}

impl From<Money> for Currency {
    fn from(money: Money) -> Self {
        match money {
            Money::Crowns => Self::NOK,
            Money::Euros => Self::EUR,
        }
    }
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Abroad {
    #[dintero(to = currency, with = |money| Currency::from(*money))]
    money: Money,
    amount: i64,
}

#[test]
fn a_custom_currency() {
    let currency = |money| order(&Abroad { money, amount: 100 }).currency;
    assert_eq!((currency(Money::Crowns), currency(Money::Euros)), (Currency::NOK, Currency::EUR));
}
