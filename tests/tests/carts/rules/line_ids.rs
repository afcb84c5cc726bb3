//! Tests line ids: the merchant's ids are unchanged, and generated ids differ from them.

use std::collections::BTreeMap;

use dintero_api::order::Rule;
use dintero_api::types::OrderItemType;
use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroShippingOption};

use crate::{assert_refused, basket, order};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = items)]
    fees: Vec<Fee>,
    #[dintero(to = items)]
    by_seller: BTreeMap<u32, Vec<Line>>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
}

#[derive(DinteroOrderItem)]
#[dintero(amount = 100)]
struct Line {
    #[dintero(to = line_id)]
    own: Option<&'static str>,
    #[dintero(to = items)]
    extras: Vec<Line>,
}

#[derive(DinteroOrderItem)]
#[dintero(type = Surcharge)]
struct Fee {
    amount: i64,
}

#[derive(DinteroShippingOption)]
#[dintero(title = "Post", operator = "", amount = 0)]
struct Freight {
    id: &'static str,
}

fn own(own: &'static str) -> Line {
    Line { own: Some(own), extras: Vec::new() }
}

fn line() -> Line {
    Line { own: None, extras: Vec::new() }
}

fn cart(lines: Vec<Line>) -> Cart {
    Cart { lines, fees: Vec::new(), by_seller: BTreeMap::new(), freight: None }
}

#[track_caller]
fn ids(cart: &Cart) -> Vec<String> {
    let items = order(cart).items.expect("there are lines");
    items.into_iter().map(|item| item.line_id.expect("an id")).collect()
}

/// The merchant sets the ids `2` and `3`. The fee is the third line, but the id `3` is taken, so the fee's id is `3-2`.
#[test]
fn a_fee_after_lines_with_ids() {
    let fees = vec![Fee { amount: 100 }];
    let cart = Cart { fees, ..cart(vec![own("2"), own("3")]) };
    assert_eq!(ids(&cart), ["2", "3", "3-2"]);
    let items = order(&cart).items.expect("there are lines");
    assert_eq!(items[2].kind, Some(OrderItemType::Surcharge));
}

/// The merchant's ids are reserved first, including those of later lines.
#[test]
fn a_line_before_the_one_that_has_its_id() {
    assert_eq!(ids(&cart(vec![line(), own("1")])), ["1-2", "1"]);
    assert_eq!(ids(&cart(vec![line(), own("1"), own("1-2")])), ["1-3", "1", "1-2"]);
}

/// All lines of a seller have the same key in the map.
#[test]
fn several_lines_under_one_key() {
    let by_seller = BTreeMap::from([(7, vec![line(), line(), line()]), (9, vec![line()])]);
    assert_eq!(ids(&Cart { by_seller, ..cart(vec![]) }), ["7", "7-2", "7-3", "9"]);
    let by_seller = BTreeMap::from([(7, vec![line(), own("7-2"), line()])]);
    assert_eq!(ids(&Cart { by_seller, ..cart(vec![]) }), ["7", "7-2", "7-3"]);
    // A key of this map may equal the position of an earlier line.
    let by_seller = BTreeMap::from([(1, vec![line()])]);
    assert_eq!(ids(&Cart { by_seller, ..cart(vec![line(), line()]) }), ["1", "2", "1-2"]);
}

#[test]
fn lines_under_lines() {
    let burger = Line { extras: vec![line(), own("1.1"), own("1")], ..line() };
    assert_eq!(ids(&cart(vec![burger, line()])), ["1-2", "1-2.1", "1.1", "1", "2"]);
}

/// An express checkout identifies a shipping option by its line id, which equals the option's id. No line may use that
/// id.
#[test]
fn a_shipping_option_that_is_called_like_a_position() {
    let freight = Some(Freight { id: "1" });
    assert_eq!(ids(&Cart { freight, ..cart(vec![line(), line()]) }), ["1-2", "2"]);
}

/// The rounding line gets a different id if one of the merchant's lines already has the id `rounding`.
#[test]
fn a_line_that_is_called_rounding() {
    #[derive(DinteroOrder)]
    #[dintero(currency = "NOK", merchant_reference = "1", total_mismatch = rounding_line(max = 5))]
    struct Rounded {
        amount: i64,
        items: Vec<Line>,
    }
    let order = order(&Rounded { amount: 103, items: vec![own("rounding")] });
    let ids: Vec<_> =
        order.items.iter().flatten().filter_map(|item| item.line_id.as_deref()).collect();
    assert_eq!(ids, ["rounding", "rounding-2"]);
}

#[test]
fn ids_of_the_merchant_are_never_changed() {
    assert_refused(&basket([own("a"), own("a")]), "lines[1].own", Rule::LineId);
    let below = Line { extras: vec![own("a")], ..own("a") };
    assert_refused(&basket([below]), "lines[0].extras[0].own", Rule::LineId);
}
