//! Tests flattened parts: carts that include parts, existing orders, and lines.

use dintero_api::order::Rule;
use dintero_api::types::{OrderLine, SessionOrder};
use dintero_api::{DinteroOrder, DinteroOrderItem};

use super::{CUP, Product, WholeLine};
use crate::{assert_refused, basket, order};

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "order-1")]
struct Outer {
    #[dintero(to = items)]
    lines: Vec<Product>,
    #[dintero(to = currency, with = |code| *code)]
    money: Option<&'static str>,
    #[dintero(flatten)]
    first: Head,
    #[dintero(flatten)]
    second: Head,
}

/// A part of a cart that several structs may include.
#[derive(DinteroOrder)]
#[dintero(part)]
struct Head {
    #[dintero(with = |code| *code)]
    currency: Option<&'static str>,
    #[dintero(to = items)]
    gifts: Vec<Product>,
    #[dintero(to = price_includes_vat)]
    gross: Option<bool>,
    #[dintero(to = merchant_reference_2)]
    note: Option<&'static str>,
}

fn head() -> Head {
    Head { currency: None, gifts: Vec::new(), gross: None, note: None }
}

/// The currency and `price_includes_vat` of a part apply to the lines of every part. If parts disagree, the cart is
/// refused.
#[test]
fn parts_agree_on_currency_and_vat() {
    let cart = |first, second| Outer { lines: vec![CUP], money: None, first, second };
    let norwegian = Head { currency: Some("NOK"), ..head() };
    let net = Head { currency: Some("NOK"), gross: Some(false), ..head() };
    // 49.90 plus 25 % VAT is 62.375.
    assert_eq!(order(&cart(norwegian, head())).amount.get(), 4990);
    assert_eq!(order(&cart(net, head())).amount.get(), 6238);

    let norwegian = Head { currency: Some("NOK"), ..head() };
    let swedish = Head { currency: Some("SEK"), ..head() };
    assert_refused(&cart(norwegian, swedish), "second.currency", Rule::Currency);
    let gift = Head { currency: Some("NOK"), gifts: vec![CUP], ..head() };
    let late = Head { gross: Some(false), ..head() };
    assert_refused(&cart(gift, late), "second.gross", Rule::Value);
}

/// The lines of parts come before the lines of the cart itself, even if the cart's own field is first.
#[test]
fn lines_of_parts_come_first() {
    let gift = Product { sku: "GIFT", ..CUP };
    let first = Head { gifts: vec![gift], ..head() };
    let cart = Outer { lines: vec![CUP], money: Some("NOK"), first, second: head() };
    let items = order(&cart).items.expect("there are lines");
    let ids: Vec<_> = items.iter().filter_map(|item| item.id.as_deref()).collect();
    assert_eq!(ids, ["GIFT", "CUP"]);
}

#[derive(DinteroOrder)]
struct Extended {
    #[dintero(flatten)]
    order: SessionOrder,
    #[dintero(to = items)]
    more: Vec<Product>,
    #[dintero(to = amount)]
    total: Option<i64>,
}

/// A flattened order is sent unchanged. A cart that adds lines or another total to the order is refused.
#[test]
fn an_order_that_is_flattened() {
    let ready = || order(&basket([CUP]));
    let cart = |more, total| Extended { order: ready(), more, total };
    assert_eq!(order(&cart(vec![], None)), ready());
    assert_refused(&cart(vec![CUP], None), "", Rule::Value);
    assert_refused(&cart(vec![], Some(1)), "", Rule::Value);
}

#[derive(DinteroOrder)]
struct Reduced {
    #[dintero(flatten)]
    order: SessionOrder,
    #[dintero(to = discount)]
    coupon: Option<i64>,
}

/// A coupon could not be taken off the lines of a finished order, so it would be lost.
#[test]
fn a_flattened_order_has_no_coupons() {
    let cart = |coupon| Reduced { order: order(&basket([CUP])), coupon };
    assert_eq!(order(&cart(None)), order(&basket([CUP])));
    assert_refused(&cart(Some(0)), "", Rule::Value);
}

/// A complete line without an amount has an unknown price, not a price of zero.
#[test]
fn a_line_of_the_api_has_an_amount() {
    let line = OrderLine::new().id("A").quantity(1);
    assert_refused(&basket([line.clone()]), "lines[0]", Rule::Required);
    assert_eq!(order(&basket([line.amount(0)])).amount.get(), 0);
}

#[derive(DinteroOrderItem)]
struct Twice {
    #[dintero(flatten)]
    first: WholeLine,
    #[dintero(flatten)]
    second: WholeLine,
}

#[derive(DinteroOrderItem)]
struct Repriced {
    #[dintero(to = amount)]
    own: Option<i64>,
    #[dintero(flatten)]
    line: WholeLine,
}

/// The price of a struct replaces a flattened price, whatever the order of the fields. Two flattened prices contradict
/// each other.
#[test]
fn a_line_has_one_price() {
    let line = |amount| WholeLine { amount, quantity: None };
    assert_refused(
        &basket([Twice { first: line(1), second: line(2) }]),
        "lines[0].second",
        Rule::Value,
    );
    assert_eq!(order(&basket([Repriced { own: Some(300), line: line(100) }])).amount.get(), 300);
    assert_eq!(order(&basket([Repriced { own: None, line: line(100) }])).amount.get(), 100);
}
