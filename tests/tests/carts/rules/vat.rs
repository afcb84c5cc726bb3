//! Tests mapped VAT amounts: they change with the amount of the line, and contradictions are refused.

use dintero_api::order::{DiscountMapping, Rule};
use dintero_api::types::OrderLine;
use dintero_api::{DinteroOrder, DinteroOrderItem, Percent, ToDiscount};

use crate::{assert_refused, basket, message, order};

/// A line that may have its own VAT amount and VAT rate.
#[derive(DinteroOrderItem)]
struct Stated {
    amount: i64,
    vat: Option<u8>,
    vat_amount: Option<i64>,
    #[dintero(to = discount)]
    off: Option<i64>,
}

fn stated(amount: i64, vat: Option<u8>, vat_amount: i64) -> Stated {
    Stated { amount, vat, vat_amount: Some(vat_amount), off: None }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    items: Vec<Row>,
    #[dintero(to = discount)]
    coupon: Option<Coupon>,
    #[dintero(to = vat_amount)]
    vat_total: Option<i64>,
}

#[derive(DinteroOrderItem)]
enum Row {
    Line(#[dintero(flatten)] Stated),
    #[dintero(negative)]
    Back(#[dintero(flatten)] Stated),
    #[dintero(bundle)]
    Set {
        amount: i64,
        vat: Option<u8>,
        vat_amount: Option<i64>,
        #[dintero(to = items)]
        parts: Vec<Stated>,
    },
}

/// A coupon with an amount in øre; `as_items` selects one of the two forms.
struct Coupon {
    off: i64,
    as_items: bool,
}

impl ToDiscount for Coupon {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        to.take_amount(&self.off);
        to.as_items = self.as_items;
    }
}

fn cart(items: Vec<Row>, coupon: Option<Coupon>) -> Cart {
    Cart { items, coupon, vat_total: None }
}

/// Returns the VAT of each line, and the VAT of the order.
#[track_caller]
fn vat(cart: &Cart) -> (Vec<Option<i64>>, Option<i64>) {
    let order = order(cart);
    let of = |amount: Option<dintero_api::MinorUnits>| amount.map(|amount| amount.get());
    (order.items.iter().flatten().map(|item| of(item.vat_amount)).collect(), of(order.vat_amount))
}

/// 100.00 at 25 % includes VAT of 20.00, and half of 100.00 includes VAT of 10.00. If the coupon is sent as a negative
/// line of -50.00, that line includes VAT of -10.00.
#[test]
fn stated_vat_follows_a_coupon() {
    for rate in [Some(25), None] {
        let lines = || vec![Row::Line(stated(10000, rate, 2000))];
        let half = |as_items| Some(Coupon { off: 5000, as_items });
        assert_eq!(vat(&cart(lines(), half(false))), (vec![Some(1000)], Some(1000)), "{rate:?}");
        let own_line = (vec![Some(2000), Some(-1000)], Some(1000));
        assert_eq!(vat(&cart(lines(), half(true))), own_line, "{rate:?}");
    }
}

#[test]
fn stated_vat_follows_a_discount() {
    for rate in [Some(25), None] {
        let line = Stated { off: Some(2500), ..stated(10000, rate, 2000) };
        assert_eq!(vat(&cart(vec![Row::Line(line)], None)), (vec![Some(1500)], Some(1500)));
    }
}

#[test]
fn stated_vat_has_the_sign_of_its_line() {
    for rate in [Some(25), None] {
        let lines = vec![Row::Line(stated(10000, rate, 2000)), Row::Back(stated(5000, rate, 1000))];
        assert_eq!(vat(&cart(lines, None)), (vec![Some(2000), Some(-1000)], Some(1000)));
    }
}

/// A price of 90.00 is spread over parts of 100.00 and 20.00 as 75.00 and 15.00.
#[test]
fn stated_vat_follows_a_bundle() {
    for rate in [Some(25), None] {
        let parts = vec![stated(10000, rate, 2000), stated(2000, rate, 400)];
        let set = Row::Set { amount: 9000, vat: None, vat_amount: None, parts };
        assert_eq!(vat(&cart(vec![set], None)), (vec![Some(1500), Some(300)], Some(1800)));
    }
}

/// A bundle itself is not sent, so its VAT applies to the parts that have no VAT of their own.
#[test]
fn parts_have_the_vat_of_their_bundle() {
    let part = |amount| Stated { amount, vat: None, vat_amount: None, off: None };
    let parts = || vec![part(10000), part(2000)];
    let set = Row::Set { amount: 9000, vat: Some(25), vat_amount: None, parts: parts() };
    assert_eq!(vat(&cart(vec![set], None)), (vec![Some(1500), Some(300)], Some(1800)));
    let set = Row::Set { amount: 9000, vat: None, vat_amount: Some(1800), parts: parts() };
    assert_eq!(vat(&cart(vec![set], None)), (vec![Some(1500), Some(300)], Some(1800)));
}

/// If a shop rounds the VAT of each unit, the shop's VAT amount may differ from the calculated VAT by one minor unit.
/// The shop's amount is sent unchanged.
#[test]
fn stated_vat_of_an_unchanged_line_is_sent() {
    let lines = vec![Row::Line(stated(10000, Some(25), 1999))];
    assert_eq!(
        vat(&cart(lines, Some(Coupon { off: 0, as_items: false }))),
        (vec![Some(1999)], Some(1999))
    );
}

/// For three lines, a difference of three minor units is accepted as rounding.
#[test]
fn the_vat_of_an_order_is_compared_with_its_lines() {
    let with = |vat_total| {
        let lines = (0..3).map(|_| Row::Line(stated(10000, Some(25), 2000))).collect();
        Cart { vat_total: Some(vat_total), ..cart(lines, None) }
    };
    for vat_total in [5997, 6000, 6003] {
        assert_eq!(vat(&with(vat_total)).1, Some(vat_total));
    }
    for vat_total in [77, 5996, 6004] {
        assert_refused(&with(vat_total), "vat_total", Rule::Vat);
    }
    let words = message(&with(77));
    let expected = "vat_total: the VAT 77 is 5923 away from 6000, the VAT of the lines and the shipping option; up to 3 (one minor unit for each) is accepted as rounding";
    assert_eq!(words, expected);
}

/// Unknown VAT is not zero, so a VAT total does not contradict lines whose VAT is unknown.
#[test]
fn the_vat_of_an_order_whose_lines_have_none() {
    let line = Stated { vat_amount: None, ..stated(10000, None, 0) };
    let cart = Cart { vat_total: Some(2000), ..cart(vec![Row::Line(line)], None) };
    assert_eq!(vat(&cart), (vec![None], Some(2000)));
}

/// After a coupon, the VAT total must match the remaining amounts.
#[test]
fn the_vat_of_an_order_after_its_coupon() {
    let with = |vat_total| {
        let coupon = Some(Coupon { off: 5000, as_items: false });
        let lines = vec![Row::Line(stated(10000, Some(25), 2000))];
        Cart { vat_total: Some(vat_total), ..cart(lines, coupon) }
    };
    assert_eq!(vat(&with(1000)).1, Some(1000));
    assert_refused(&with(2000), "vat_total", Rule::Vat);
}

#[derive(DinteroOrderItem)]
struct Returned {
    #[dintero(to = items)]
    extras: Vec<Extra>,
    amount: i64,
}

#[derive(DinteroOrderItem)]
struct Extra {
    amount: i64,
}

#[derive(DinteroOrderItem)]
enum Sale {
    Sold(#[dintero(flatten)] Returned),
    #[dintero(negative)]
    Back(#[dintero(flatten)] Returned),
}

/// When a line is returned, its sub-lines are returned too.
#[test]
fn add_ons_come_back_with_their_line() {
    let ring = || Returned { amount: 249_000, extras: vec![Extra { amount: 19_900 }] };
    let cart = basket([Sale::Sold(ring()), Sale::Back(ring())]);
    let items = order(&cart).items.expect("there are lines");
    let amounts: Vec<_> = items.iter().map(|item| item.amount.expect("an amount").get()).collect();
    assert_eq!(amounts, [249_000, 19_900, -249_000, -19_900]);
}

#[derive(DinteroOrderItem)]
enum Boxed {
    #[dintero(bundle)]
    Sold(#[dintero(flatten)] Hamper),
    #[dintero(bundle, negative)]
    Back(#[dintero(flatten)] Hamper),
}

#[derive(DinteroOrderItem)]
struct Hamper {
    amount: i64,
    #[dintero(to = items)]
    parts: Vec<Stated>,
}

/// A price of 90.00 is spread over parts of 100.00 and 20.00 as 75.00 and 15.00. The return has the same amounts with
/// opposite signs.
#[test]
fn a_bundle_comes_back_as_it_was_sold() {
    for price in [9000, 0] {
        let parts = || vec![stated(10000, Some(25), 2000), stated(2000, None, 400)];
        let sold = Boxed::Sold(Hamper { amount: price, parts: parts() });
        let back = Boxed::Back(Hamper { amount: price, parts: parts() });
        let order = order(&basket([sold, back]));
        let of = |amount: Option<dintero_api::MinorUnits>| amount.expect("an amount").get();
        let items = order.items.iter().flatten();
        let lines: Vec<_> = items.map(|item| (of(item.amount), of(item.vat_amount))).collect();
        let share = |amount: i64| amount * price / 9000;
        let (ring, cloth) = ((share(7500), share(1500)), (share(1500), share(300)));
        let back = |(amount, vat): (i64, i64)| (-amount, -vat);
        assert_eq!(lines, [ring, cloth, back(ring), back(cloth)]);
    }
}

#[derive(DinteroOrderItem)]
enum Whole {
    Sold(#[dintero(flatten)] Marked),
    #[dintero(negative)]
    Back(#[dintero(flatten)] Marked),
}

/// A line that combines the API's type with the shop's own discount.
#[derive(DinteroOrderItem)]
struct Marked {
    #[dintero(flatten)]
    line: OrderLine,
    #[dintero(to = discount)]
    off: Option<i64>,
}

/// A discount applies to a whole line, even if the line is returned: 100.00 less 25.00 includes VAT of 15.00.
#[test]
fn a_whole_line_in_a_struct() {
    let line = || OrderLine::new().id("A").amount(10000).vat(Percent::from(25)).vat_amount(2000);
    let marked = |off| Marked { line: line(), off };
    let lines =
        [Whole::Sold(marked(None)), Whole::Sold(marked(Some(2500))), Whole::Back(marked(None))];
    let order = order(&basket(lines));
    let of = |amount: Option<dintero_api::MinorUnits>| amount.expect("an amount").get();
    let items = order.items.iter().flatten();
    let lines: Vec<_> = items.map(|item| (of(item.amount), of(item.vat_amount))).collect();
    assert_eq!(lines, [(10000, 2000), (7500, 1500), (-10000, -2000)]);
}
