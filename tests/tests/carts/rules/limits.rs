//! Tests numbers that are out of range at every step of the calculation: each number is refused, and no calculation
//! wraps or panics.

use dintero_api::money::{Price, decimal_from_f64};
use dintero_api::order::Rule;
use dintero_api::{
    Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption, MinorUnits,
};
use serde_json::json;

use crate::{assert_order, assert_refused, basket, decimal, order, problems};

#[derive(DinteroOrderItem)]
struct Minor {
    #[dintero(to = unit_price)]
    price: i64,
    quantity: Decimal,
}

#[derive(DinteroOrderItem)]
struct Net {
    #[dintero(to = net_unit_price)]
    price: Decimal,
    quantity: i64,
    vat: Decimal,
}

fn net(price: Decimal, quantity: i64, vat: Decimal) -> Net {
    Net { price, quantity, vat }
}

#[test]
fn products_that_do_not_fit() {
    for (price, quantity) in [
        (i64::MAX, decimal("2")),
        (i64::MIN, decimal("2")),
        (i64::MAX, Decimal::MAX),
        (i64::MIN, Decimal::MIN),
        (1, Decimal::MAX),
    ] {
        assert_refused(&basket([Minor { price, quantity }]), "lines[0]", Rule::Value);
    }
    let large = decimal("792281625142643375935439503.35");
    for line in [
        net(large, 1, decimal("25")),
        net(large, i64::MAX, decimal("25")),
        net(decimal("1"), 1, Decimal::MAX),
    ] {
        let problems = problems(&basket([line]));
        assert!(problems.iter().all(|(path, _)| path.starts_with("lines[0]")), "{problems:?}");
    }
    assert_refused(&basket([net(Decimal::MAX, 1, decimal("25"))]), "lines[0].price", Rule::Value);
}

/// An amount that fits in 64 bits but exceeds the API's limit is refused when it is added to the sum.
#[test]
fn sums_that_do_not_fit() {
    let line = |price| Minor { price, quantity: decimal("1") };
    assert_refused(&basket([line(i64::MAX)]), "lines", Rule::Int32);
    assert_refused(&basket([line(i64::MIN)]), "lines", Rule::Int32);
    assert_refused(&basket([line(i64::MAX), line(i64::MAX)]), "lines", Rule::Int32);
    assert_refused(&basket([line(i64::MIN), line(-1)]), "lines", Rule::Int32);
    assert_refused(&basket([line(2_147_483_647), line(1)]), "lines", Rule::Int32);
    let most = order(&basket([line(2_147_483_648), line(-1)]));
    assert_eq!(most.amount, MinorUnits::new(2_147_483_647));
}

#[derive(DinteroOrderItem)]
enum Signed {
    #[dintero(negative)]
    Off(#[dintero(to = amount)] i64),
    On(#[dintero(to = amount)] u128),
}

#[test]
fn signs_that_do_not_fit() {
    assert_refused(&basket([Signed::Off(i64::MIN)]), "lines[0]", Rule::Value);
    assert_refused(&basket([Signed::On(u128::MAX)]), "lines[0].0", Rule::Value);
    // `Decimal` can represent this number, but an amount must fit in 64 bits.
    assert_refused(&basket([Signed::On(1 << 64)]), "lines[0]", Rule::Value);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    #[dintero(to = items)]
    lines: Vec<Minor>,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
    #[dintero(to = amount)]
    total: Option<Decimal>,
}

#[derive(DinteroDiscount)]
struct Coupon {
    amount: Option<Decimal>,
    percentage: Option<Decimal>,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "")]
struct Freight {
    #[dintero(to = net_amount)]
    net: Decimal,
    vat: Decimal,
}

fn cart(price: i64) -> Cart {
    let lines = vec![Minor { price, quantity: decimal("1") }];
    Cart { lines, coupon: None, freight: None, total: None }
}

#[test]
fn coupons_that_do_not_fit() {
    for (amount, percentage, path) in [
        (Some(Decimal::MAX), None, "coupon.amount"),
        (Some(decimal("792281625142643375935439503.35")), None, "coupon"),
        (None, Some(Decimal::MAX), "coupon"),
        (None, Some(Decimal::MIN), "coupon"),
    ] {
        let coupon = Some(Coupon { amount, percentage });
        let found = problems(&Cart { coupon, ..cart(100) });
        assert!(found.iter().any(|(found, _)| found == path), "{found:?} not at {path}");
    }
}

#[test]
fn freight_that_does_not_fit() {
    let large = decimal("792281625142643375935439503.35");
    for (net, vat, path, rule) in [
        (Decimal::MAX, decimal("25"), "freight.net", Rule::Value),
        (large, decimal("25"), "freight", Rule::Value),
        (decimal("1"), Decimal::MAX, "freight.vat", Rule::Vat),
    ] {
        let found = problems(&Cart { freight: Some(Freight { net, vat }), ..cart(100) });
        assert_eq!(found, [(path.to_owned(), rule)]);
    }
}

#[test]
fn totals_that_do_not_fit() {
    for total in [Decimal::MAX, Decimal::MIN, decimal("92233720368547758.08")] {
        assert_refused(&Cart { total: Some(total), ..cart(100) }, "total", Rule::Value);
    }
    let total = Some(decimal("92233720368547758.07"));
    assert_refused(&Cart { total, ..cart(i64::MIN) }, "total", Rule::Sum);
    assert_refused(&Cart { total, ..cart(i64::MAX) }, "total", Rule::Int32);
}

#[derive(DinteroOrderItem)]
struct Floats {
    #[dintero(to = unit_price, with = decimal_from_f64)]
    price: f64,
    quantity: f64,
    vat: f32,
}

#[test]
fn floats_that_are_not_numbers() {
    let good = || Floats { price: 0.1, quantity: 3.0, vat: 25.5 };
    let expected = json!({
        "amount": 30, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 6,
        "items": [{"line_id": "1", "quantity": 3, "amount": 30, "vat_amount": 6, "vat": 25.5}],
    });
    assert_order(&basket([good()]), &expected);
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE] {
        let line = Floats { price: number, ..good() };
        assert_refused(&basket([line]), "lines[0].price", Rule::Value);
        let line = Floats { quantity: number, ..good() };
        assert_refused(&basket([line]), "lines[0].quantity", Rule::Value);
    }
    for number in [f32::NAN, f32::INFINITY, f32::MAX] {
        let line = Floats { vat: number, ..good() };
        assert_refused(&basket([line]), "lines[0].vat", Rule::Value);
    }
}

/// The cart contains a line with a quantity of zero, and returned lines.
#[test]
fn quantities_at_and_below_zero() {
    let line = |price, quantity| Minor { price, quantity: decimal(quantity) };
    let lines = [line(500, "2"), line(500, "0"), line(500, "-1"), line(0, "3"), line(333, "-0.5")];
    let expected = json!({
        "amount": 333, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
        "items": [
            {"line_id": "1", "quantity": 2, "amount": 1000},
            {"line_id": "2", "quantity": 0, "amount": 0},
            {"line_id": "3", "quantity": -1, "amount": -500},
            {"line_id": "4", "quantity": 3, "amount": 0},
            {"line_id": "5", "quantity": -0.5, "amount": -167},
        ],
    });
    assert_order(&basket(lines), &expected);
}

#[test]
fn many_lines_are_a_warning() {
    let lines =
        |count| (0..count).map(|_| Minor { price: 1, quantity: decimal("1") }).collect::<Vec<_>>();
    let warned = |count| {
        let report = order(&basket(lines(count))).check();
        report.warnings().iter().any(|warning| warning.rule == Rule::LineCount)
    };
    assert!(!warned(100));
    assert!(warned(101));
}

#[derive(DinteroOrderItem)]
struct Fine {
    #[dintero(to = unit_price)]
    price: Price,
    #[dintero(to = quantity)]
    grams: Decimal,
}

/// The product of two numbers with 28 decimals has too many digits to be represented exactly.
#[test]
fn digits_are_not_lost() {
    let fine = decimal("0.0000000000000000000000000001");
    let line = |price, grams| basket([Fine { price: Price::from_minor(price), grams }]);
    assert_refused(&line(fine, fine), "lines[0]", Rule::Value);
    assert_eq!(order(&line(fine, decimal("1"))).amount, MinorUnits::ZERO);
    assert_eq!(
        order(&line(decimal("0.5000000000000000000000000000"), decimal("1.0000000000"))).amount,
        MinorUnits::new(1)
    );
}
