//! Tests carts without lines. If a cart maps `items`, its total is compared with the sum even when there are no lines:
//! a total from before the lines were removed would be paid without goods. Only the total of a cart that does not map
//! `items` is sent as it is.

use std::collections::{BTreeMap, HashMap};

use dintero_api::order::{Lines, Rule, ToOrderItems, keyed};
use dintero_api::types::{Giftcard, SessionUrls};
use dintero_api::{
    DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption, ToSession as _,
};
use serde_json::json;

use super::{CUP, Product};
use crate::{assert_order, assert_refused, message, order, problems};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", total_mismatch = rounding_line(max = 5))]
struct Cart<L: ToOrderItems> {
    #[dintero(to = items)]
    lines: L,
    #[dintero(to = amount)]
    total: Option<i64>,
    #[dintero(to = vat_amount)]
    vat: Option<i64>,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
    #[dintero(to = partial_payment)]
    part: Option<bool>,
    #[dintero(to = gift_cards)]
    wallet: Option<Vec<Giftcard>>,
}

#[derive(DinteroDiscount)]
#[dintero(discount_id = "C")]
enum Coupon {
    Percent(#[dintero(to = percentage)] u8),
    #[dintero(capped)]
    Capped(#[dintero(to = amount)] i64),
    #[dintero(as_items)]
    AsItems(#[dintero(to = percentage)] u8),
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "Posten", vat = 25)]
struct Freight {
    amount: i64,
}

#[derive(DinteroOrderItem)]
enum Row {
    Product(#[dintero(flatten)] Product),
    #[dintero(skip)]
    Deleted,
}

fn cart<L: ToOrderItems>(lines: L, total: Option<i64>) -> Cart<L> {
    Cart { lines, total, vat: None, coupon: None, freight: None, part: None, wallet: None }
}

/// Lines that are written by hand, of which none is left.
struct ByHand;

impl ToOrderItems for ByHand {
    fn order_items(&self, _: &mut Lines<'_>) {}
}

/// A stale total is refused, whatever kind of collection is empty.
#[test]
fn a_stale_total_is_refused() {
    let sum = [("total".to_owned(), Rule::Sum)];
    assert_eq!(problems(&cart(Vec::<Product>::new(), Some(4990))), sum);
    assert_eq!(problems(&cart([CUP; 0], Some(4990))), sum);
    assert_eq!(problems(&cart(None::<Product>, Some(4990))), sum);
    assert_eq!(problems(&cart(None::<Vec<Product>>, Some(4990))), sum);
    assert_eq!(problems(&cart([None::<Product>, None], Some(4990))), sum);
    assert_eq!(problems(&cart([Vec::<Product>::new()], Some(4990))), sum);
    assert_eq!(problems(&cart([Row::Deleted, Row::Deleted], Some(4990))), sum);
    assert_eq!(problems(&cart(BTreeMap::<u8, Product>::new(), Some(4990))), sum);
    assert_eq!(problems(&cart(HashMap::<u8, Product>::new(), Some(4990))), sum);
    assert_eq!(problems(&cart(Box::new(Vec::<(Product, u8)>::new()), Some(4990))), sum);
    assert_eq!(problems(&cart(keyed(&BTreeMap::<u8, Product>::new()), Some(4990))), sum);
    assert_eq!(problems(&cart(ByHand, Some(4990))), sum);
    assert_eq!(
        message(&cart(ByHand, Some(4990))),
        "total: the total 4990 is 4990 more than 0, the sum of the lines and the shipping option; the cart maps `items`, but has no lines; only the total of a cart that does not map `items` is used as it is"
    );
    // One row is left, so the total is compared with its price.
    let rows = || [Row::Deleted, Row::Product(CUP)];
    assert_eq!(order(&cart(rows(), Some(4990))).amount.get(), 4990);
    assert_refused(&cart(rows(), Some(9980)), "total", Rule::Sum);
}

/// There is nothing to round, so a rounding line would be the only line of the order.
#[test]
fn a_rounding_line_needs_lines() {
    assert_refused(&cart(ByHand, Some(5)), "total", Rule::Sum);
    assert_refused(&cart(ByHand, Some(-5)), "total", Rule::Sum);
    let freight = || Some(Freight { amount: 4900 });
    assert_refused(&Cart { freight: freight(), ..cart(ByHand, Some(4901)) }, "total", Rule::Sum);
}

/// A total that equals the sum is sent: nothing, or the price of the delivery alone.
#[test]
fn a_total_that_is_the_sum() {
    let nothing = json!({
        "amount": 0, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 0,
    });
    assert_order(&cart(ByHand, Some(0)), &nothing);
    let option = json!({
        "id": "post", "line_id": "post", "amount": 4900, "vat_amount": 980, "vat": 25,
        "title": "Post", "operator": "Posten",
    });
    let delivery = json!({
        "amount": 4900, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 980,
        "shipping_option": option,
    });
    let freight = || Some(Freight { amount: 4900 });
    assert_order(&Cart { freight: freight(), ..cart(ByHand, Some(4900)) }, &delivery);
    for wrong in [4899, 9890] {
        let cart = Cart { freight: freight(), ..cart(ByHand, Some(wrong)) };
        assert_refused(&cart, "total", Rule::Sum);
    }
    // The VAT of the shop is compared too, up to one minor unit for the shipping option.
    let taxed = |vat| Cart { freight: freight(), vat: Some(vat), ..cart(ByHand, Some(4900)) };
    assert_eq!(order(&taxed(981)).vat_amount.map(|vat| vat.get()), Some(981));
    assert_refused(&taxed(982), "vat", Rule::Vat);
}

#[test]
fn without_a_total_there_must_be_lines() {
    assert_refused(&cart(ByHand, None), "", Rule::Required);
    let freight = Some(Freight { amount: 4900 });
    assert_refused(&Cart { freight, ..cart(ByHand, None) }, "", Rule::Required);
}

/// No coupon, partial payment or gift card makes up for the missing lines.
#[test]
fn nothing_makes_up_for_the_missing_lines() {
    for coupon in [Coupon::Percent(10), Coupon::Capped(500), Coupon::AsItems(10)] {
        let cart = Cart { coupon: Some(coupon), ..cart(ByHand, Some(4990)) };
        assert_refused(&cart, "total", Rule::Sum);
    }
    assert_refused(&Cart { part: Some(true), ..cart(ByHand, Some(4990)) }, "total", Rule::Sum);
    let wallet = Some(vec![Giftcard::new("1", 100)]);
    let cart = Cart { wallet, ..cart(ByHand, Some(4990)) };
    let urls = SessionUrls::new("https://shop.example/thanks");
    let error = cart.to_session("default", urls).expect_err("a stale total");
    let found: Vec<_> =
        error.problems().iter().map(|found| (found.path.as_str(), found.rule)).collect();
    assert_eq!(found, [("total", Rule::Sum), ("wallet", Rule::GiftCard)]);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Bare {
    amount: Option<i64>,
    vat_amount: Option<i64>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
}

/// Without `items`, the sum of the lines is unknown, so the total is sent as it is. The shipping option is part of the
/// total.
#[test]
fn a_total_without_items() {
    let bare = |amount| Bare { amount, vat_amount: None, freight: None };
    let expected = json!({"amount": 500, "currency": "NOK", "merchant_reference": "order-1"});
    assert_order(&bare(Some(500)), &expected);
    assert_refused(&bare(None), "", Rule::Required);
    let freight = || Some(Freight { amount: 4900 });
    assert_eq!(order(&Bare { freight: freight(), ..bare(Some(4900)) }).amount.get(), 4900);
    assert_refused(&Bare { freight: freight(), ..bare(Some(4899)) }, "amount", Rule::Sum);
}

#[derive(DinteroOrder)]
struct Flattened {
    #[dintero(flatten)]
    bare: Bare,
    #[dintero(flatten)]
    goods: Option<Goods>,
    #[dintero(to = discount)]
    coupon: Option<i64>,
    #[dintero(to = deposit_percent)]
    deposit: Option<u8>,
}

#[derive(DinteroOrder)]
#[dintero(part)]
struct Goods {
    items: Vec<Product>,
}

/// A flattened struct that is `None` maps nothing, so the cart does not map `items`.
#[test]
fn items_of_a_flattened_struct() {
    let flattened = |goods| {
        let bare = Bare { amount: Some(4990), vat_amount: None, freight: None };
        Flattened { bare, goods, coupon: None, deposit: None }
    };
    assert_eq!(order(&flattened(None)).amount.get(), 4990);
    assert_eq!(order(&flattened(Some(Goods { items: vec![CUP] }))).amount.get(), 4990);
    let empty = flattened(Some(Goods { items: vec![] }));
    assert_refused(&empty, "bare.amount", Rule::Sum);
    // A coupon or a deposit would have no effect on a total that is sent as it is.
    let reduced = Flattened { coupon: Some(0), ..flattened(None) };
    assert_refused(&reduced, "coupon", Rule::Discount);
    let deposit = Flattened { deposit: Some(20), ..flattened(None) };
    assert_refused(&deposit, "deposit", Rule::Sum);
    let deposit = Flattened { deposit: Some(20), ..flattened(Some(Goods { items: vec![] })) };
    assert_refused(&deposit, "deposit", Rule::Sum);
}
