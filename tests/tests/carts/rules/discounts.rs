//! Tests discounts on one line, which are taken off the price with VAT before the line is rounded.

use dintero_api::order::{Rule, order_lines};
use dintero_api::types::OrderLine;
use dintero_api::{Currency, Decimal, DinteroDiscount, DinteroOrderItem, ToOrderItems};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, basket, decimal, order};

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

/// 3 × 79.99 plus 25 % VAT is 299.9625. Less 15 %, which is 44.994375, the line costs 254.968125.
#[test]
fn a_share_of_a_net_price() {
    let described = json!([
        {"amount": 4499, "percentage": 15, "discount_type": "manual", "line_id": 1},
    ]);
    let cart = basket([line("3", "79.99", vec![share("15")])]);
    assert_order(&cart, &expected(3.0, 25497, 5099, described));
}

/// The discount includes VAT, as the customer sees it: 299.9625 less 20.00 is 279.9625.
#[test]
fn an_amount_off_a_net_price() {
    let described = json!([{"amount": 2000, "discount_type": "manual", "line_id": 1}]);
    let cart = basket([line("3", "79.99", vec![off("20.00")])]);
    assert_order(&cart, &expected(3.0, 27996, 5599, described));
}

/// 100.00 less 10 % is 90.00, and less 5.00 is 85.00. In the opposite order, 100.00 less 5.00 is 95.00, and less 10 %
/// is 85.50.
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

/// 33.335 off 100.00 leaves 66.665, rounded to 6667 øre, so the described discount is 3333 øre.
#[test]
fn the_line_is_rounded_once() {
    let described = json!([{"amount": 3333, "discount_type": "manual", "line_id": 1}]);
    let cart = basket([line("1", "80", vec![off("33.335")])]);
    assert_order(&cart, &expected(1.0, 6667, 1333, described));
}

#[test]
fn a_discount_is_at_most_the_whole_price() {
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

/// A return is reduced by the same percentage as the purchase: -100.00 less 20 % is -80.00.
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
    // On a return, the sign of a discount amount is ambiguous, so the discount is refused.
    let cart = basket([line("2", "80", vec![]), line("-1", "80", vec![off("20")])]);
    assert_refused(&cart, "lines[1].sales[0]", Rule::Discount);
}

#[derive(DinteroDiscount)]
#[dintero(capped)]
struct Capped {
    amount: i64,
}

#[derive(DinteroOrderItem)]
struct CappedLine {
    #[dintero(to = unit_price)]
    price: i64,
    quantity: i8,
    #[dintero(to = discount)]
    off: Capped,
}

/// The cap limits how much is taken off, in the direction of the line: -10 leaves -90 of -100, and -110 leaves nothing.
/// A positive discount on a return is ambiguous with a cap too.
#[test]
fn a_capped_discount_on_a_return() {
    let line = |quantity, off| CappedLine { price: 100, quantity, off: Capped { amount: off } };
    assert_eq!(amount(&line(1, 10)), 90);
    assert_eq!(amount(&line(1, 110)), 0);
    assert_eq!(amount(&line(-1, -10)), -90);
    assert_eq!(amount(&line(-1, -110)), 0);
    assert_eq!(amount(&line(0, 10)), 0);
    assert_refused(&basket([line(-1, 10)]), "lines[0].off", Rule::Discount);
    assert_refused(&basket([line(1, -10)]), "lines[0].off", Rule::Discount);
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

/// 2 × 4.99 less 1.00 is 8.98, and less 12.5 % is 7.8575. Neither discount is described in the order.
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
fn described_discounts_do_not_lower_the_amount() {
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

#[track_caller]
fn one(line: &impl ToOrderItems) -> OrderLine {
    let mut lines = order_lines(line, Currency::NOK).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(lines.len(), 1);
    lines.remove(0)
}

#[track_caller]
fn amount(line: &impl ToOrderItems) -> i64 {
    one(line).amount.expect("an amount").get()
}

#[derive(DinteroOrderItem)]
struct AmountFirst {
    amount: i64,
    #[dintero(to = discount)]
    off: Option<i64>,
    #[dintero(to = discount_percent)]
    percent: Option<u8>,
}

#[derive(DinteroOrderItem)]
struct PercentFirst {
    #[dintero(to = discount_percent)]
    percent: Option<u8>,
    #[dintero(to = discount)]
    off: Option<i64>,
    amount: i64,
}

#[derive(DinteroOrderItem)]
struct FlattenedLast {
    #[dintero(to = discount)]
    more_off: i64,
    #[dintero(flatten)]
    line: PercentFirst,
}

#[derive(DinteroOrderItem)]
struct FlattenedFirst {
    #[dintero(flatten)]
    line: AmountFirst,
    #[dintero(to = discount)]
    more_off: i64,
}

/// `discount` applies before `discount_percent`: 100.00 less 10.00 is 90.00, and less 10 % is 81.00. The discounts of a
/// flattened struct apply before the struct's own discount: 81.00 less 1.00 is 80.00.
#[test]
fn the_order_of_fields_does_not_matter() {
    let (off, percent) = (Some(1000), Some(10));
    assert_eq!(amount(&AmountFirst { amount: 10000, off, percent }), 8100);
    assert_eq!(amount(&PercentFirst { amount: 10000, off, percent }), 8100);
    let line = PercentFirst { amount: 10000, off, percent };
    assert_eq!(amount(&FlattenedLast { line, more_off: 100 }), 8000);
    let line = AmountFirst { amount: 10000, off, percent };
    assert_eq!(amount(&FlattenedFirst { line, more_off: 100 }), 8000);
}

/// 0.1 is probably a fraction: as a percentage, it would leave 99.90 of 100.00.
#[test]
fn a_discount_in_percent_is_not_a_fraction() {
    #[derive(DinteroOrderItem)]
    struct Sold {
        amount: i64,
        #[dintero(to = discount_percent)]
        sale: f64,
    }
    let sold = |sale| basket([Sold { amount: 10000, sale }]);
    assert_refused(&sold(0.1), "lines[0].sale", Rule::Discount);
    let words = crate::message(&sold(0.1));
    assert!(words.contains("`discount_fraction`"), "{words}");
    assert_eq!(amount(&Sold { amount: 10000, sale: 0.0 }), 10000);
    assert_eq!(amount(&Sold { amount: 10000, sale: 1.0 }), 9900);
}

#[derive(DinteroOrderItem)]
struct Business {
    #[dintero(to = net_unit_price)]
    price: Decimal,
    quantity: u8,
    vat: u8,
    #[dintero(to = net_discount)]
    rebate: Option<Decimal>,
    #[dintero(to = discount_fraction)]
    share: Option<Decimal>,
}

fn business(quantity: u8, rebate: Option<&str>, share: Option<&str>) -> Business {
    let (rebate, share) = (rebate.map(decimal), share.map(decimal));
    Business { price: decimal("100"), quantity, vat: 25, rebate, share }
}

/// 100.00 - 10.00 = 90.00 without VAT is 112.50 with 25 % VAT. 3 × 100.00 - 10.00 = 290.00 without VAT is 362.50 with
/// VAT, and less 10 % is 326.25.
#[test]
fn a_discount_without_vat() {
    assert_eq!(amount(&business(1, Some("10"), None)), 11250);
    assert_eq!(amount(&business(3, Some("10"), None)), 36250);
    assert_eq!(amount(&business(3, Some("10"), Some("0.1"))), 32625);
    assert_refused(&basket([business(1, Some("100.01"), None)]), "lines[0].rebate", Rule::Discount);
    assert_refused(&basket([business(1, None, Some("10"))]), "lines[0].share", Rule::Discount);
}

/// The line has two discounts, which are described by the differences between rounded amounts: 10.05 less 50 % is
/// 5.025, and less 33 % is 3.36675. The amounts are rounded to 5.03 and 3.37, so the discounts are described as 5.02
/// and 1.66.
#[test]
fn described_discounts_and_the_rest_add_up() {
    #[derive(DinteroOrderItem)]
    struct Described {
        amount: i64,
        #[dintero(to = discount)]
        sales: Vec<Sale>,
    }
    let line = one(&Described { amount: 1005, sales: vec![share("50"), share("33")] });
    let described: Vec<_> =
        line.discount_lines.iter().flatten().filter_map(|line| line.amount).collect();
    assert_eq!(line.amount.map(|amount| amount.get()), Some(337));
    assert_eq!(described.iter().map(|amount| amount.get()).collect::<Vec<_>>(), [502, 166]);
}

#[derive(DinteroDiscount)]
struct Either {
    amount: Option<i64>,
    net_amount: Option<i64>,
    percentage: Option<u8>,
    fraction: Option<Decimal>,
}

#[derive(DinteroOrderItem)]
struct Reduced {
    amount: i64,
    vat: u8,
    discount_percent: Option<u8>,
    discount_fraction: Option<Decimal>,
    discount: Option<Either>,
}

/// Two units of one discount may both be mapped, but only one of them may have a value.
#[test]
fn a_discount_has_one_value() {
    let none = || Either { amount: None, net_amount: None, percentage: None, fraction: None };
    let line = |discount_percent, fraction: Option<&str>, discount| Reduced {
        amount: 10000,
        vat: 25,
        discount_percent,
        discount_fraction: fraction.map(decimal),
        discount,
    };
    assert_eq!(order(&basket([line(Some(10), None, None)])).amount.get(), 9000);
    assert_eq!(order(&basket([line(None, Some("0.1"), None)])).amount.get(), 9000);
    assert_refused(&basket([line(Some(10), Some("0.1"), None)]), "lines[0]", Rule::Discount);

    let amount = |amount, net_amount| Some(Either { amount, net_amount, ..none() });
    assert_eq!(order(&basket([line(None, None, amount(None, Some(800)))])).amount.get(), 9000);
    let both = line(None, None, amount(Some(1000), Some(800)));
    assert_refused(&basket([both]), "lines[0].discount.net_amount", Rule::Discount);
    let both = Either { percentage: Some(10), fraction: Some(decimal("0.1")), ..none() };
    let both = line(None, None, Some(both));
    assert_refused(&basket([both]), "lines[0].discount.fraction", Rule::Discount);
    // An amount may have a percentage, which describes it.
    let described = Either { amount: Some(1000), percentage: Some(10), ..none() };
    assert_eq!(order(&basket([line(None, None, Some(described))])).amount.get(), 9000);
}
