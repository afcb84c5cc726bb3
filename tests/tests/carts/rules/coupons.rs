//! Tests coupons: which lines they apply to, how they are spread, and how they are sent as negative lines.

use dintero_api::order::{DiscountMapping, Rule};
use dintero_api::types::{DiscountItem, OrderItemType};
use dintero_api::{
    Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption, ToDiscount,
};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, basket, decimal, message, order};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart<D: ToDiscount> {
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = discount)]
    coupon: D,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: &'static str,
    amount: i64,
    vat: u8,
    #[dintero(to = type)]
    kind: Option<OrderItemType>,
    #[dintero(to = eligible_for_discount)]
    eligible: Option<bool>,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "Posten", vat = 25)]
struct Freight {
    amount: i64,
}

fn line(sku: &'static str, amount: i64, vat: u8) -> Line {
    Line { sku, amount, vat, kind: None, eligible: None }
}

fn item(id: &str, line_id: &str, amount: i64, vat: u8, vat_amount: i64) -> Value {
    json!({
        "id": id, "line_id": line_id, "quantity": 1, "amount": amount, "vat_amount": vat_amount,
        "vat": vat,
    })
}

fn cart<D: ToDiscount>(lines: Vec<Line>, coupon: D) -> Cart<D> {
    Cart { lines, coupon, freight: None }
}

#[derive(DinteroDiscount)]
#[dintero(as_items)]
struct Voucher {
    #[dintero(to = discount_id)]
    code: &'static str,
    #[dintero(to = description)]
    text: &'static str,
    #[dintero(to = amount)]
    off: Decimal,
}

fn voucher(off: &str) -> Voucher {
    Voucher { code: "V", text: "Voucher", off: decimal(off) }
}

/// A coupon of 9999 (NOK 99.99) is spread over the lines at 25 % VAT (40000 in total) and the line at 15 % VAT (10000):
/// 7999.2 and 1999.8, rounded to 7999 and 2000. These amounts include VAT of 7999 × 25 / 125 = 1599.8 and 2000 × 15 /
/// 115 = 260.9.
#[test]
fn as_items_is_a_line_for_each_rate() {
    let lines = vec![line("A", 25000, 25), line("B", 10000, 15), line("C", 15000, 25)];
    let expected = json!({
        "amount": 40001, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 7443,
        "items": [
            item("A", "1", 25000, 25, 5000),
            item("B", "2", 10000, 15, 1304),
            item("C", "3", 15000, 25, 3000),
            {
                "id": "V", "line_id": "coupon-V-25", "description": "Voucher", "quantity": 1,
                "amount": -7999, "vat_amount": -1600, "vat": 25,
            },
            {
                "id": "V", "line_id": "coupon-V-15", "description": "Voucher", "quantity": 1,
                "amount": -2000, "vat_amount": -261, "vat": 15,
            },
        ],
    });
    assert_order(&cart(lines, voucher("99.99")), &expected);
}

#[test]
fn as_items_with_one_rate_is_one_line() {
    let expected = json!({
        "amount": 900, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 180,
        "items": [
            item("A", "1", 1000, 25, 200),
            {
                "id": "V", "line_id": "coupon-V-25", "description": "Voucher", "quantity": 1,
                "amount": -100, "vat_amount": -20, "vat": 25,
            },
        ],
    });
    assert_order(&cart(vec![line("A", 1000, 25)], voucher("1")), &expected);
}

#[derive(DinteroDiscount)]
#[dintero(discount_type = Total)]
struct Share {
    #[dintero(to = discount_id)]
    code: &'static str,
    #[dintero(to = percentage)]
    percent: Decimal,
}

/// The coupon is 10 % of 23323, the total of the lines A and D: 2332.3, rounded to 2332. Of this amount, 2332 × 19990 /
/// 23323 = 1998.74 is taken off A and 333.26 off D, rounded to 1999 and 333.
#[test]
fn a_coupon_applies_to_products() {
    let mut exempt = line("B", 5000, 15);
    exempt.eligible = Some(false);
    let kinds = [
        ("FEE", 2900, 25, OrderItemType::Surcharge),
        ("CARD", -10000, 0, OrderItemType::GiftCard),
        ("SOLD CARD", 20000, 0, OrderItemType::GiftCard),
        ("BY POST", 1000, 25, OrderItemType::Shipping),
    ];
    let others =
        kinds.map(|(sku, amount, vat, kind)| Line { kind: Some(kind), ..line(sku, amount, vat) });
    let mut lines = vec![line("A", 19990, 25), exempt];
    lines.extend(others);
    lines.push(Line {
        eligible: Some(true),
        kind: Some(OrderItemType::Physical),
        ..line("D", 3333, 25)
    });
    let coupon = Share { code: "TEN", percent: decimal("10") };
    let cart = Cart { freight: Some(Freight { amount: 4900 }), ..cart(lines, coupon) };
    let expected = json!({
        "amount": 44791, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 6610,
        "items": [
            item("A", "1", 17991, 25, 3598),
            {
                "id": "B", "line_id": "2", "quantity": 1, "amount": 5000, "vat_amount": 652,
                "vat": 15, "eligible_for_discount": false,
            },
            {
                "id": "FEE", "line_id": "3", "quantity": 1, "amount": 2900, "vat_amount": 580,
                "vat": 25, "type": "surcharge",
            },
            {
                "id": "CARD", "line_id": "4", "quantity": 1, "amount": -10000, "vat_amount": 0,
                "vat": 0, "type": "gift_card",
            },
            {
                "id": "SOLD CARD", "line_id": "5", "quantity": 1, "amount": 20000,
                "vat_amount": 0, "vat": 0, "type": "gift_card",
            },
            {
                "id": "BY POST", "line_id": "6", "quantity": 1, "amount": 1000,
                "vat_amount": 200, "vat": 25, "type": "shipping",
            },
            {
                "id": "D", "line_id": "7", "quantity": 1, "amount": 3000, "vat_amount": 600,
                "vat": 25, "type": "physical", "eligible_for_discount": true,
            },
        ],
        "shipping_option": {
            "id": "post", "line_id": "post", "amount": 4900, "vat_amount": 980, "vat": 25,
            "title": "Post", "operator": "Posten",
        },
        "discount_lines": [{
            "amount": 2332, "percentage": 10, "discount_type": "total", "discount_id": "TEN",
            "line_id": 1,
        }],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroDiscount)]
struct Mixed {
    #[dintero(to = discount_id)]
    code: &'static str,
    #[dintero(to = amount)]
    off: Option<i64>,
    #[dintero(to = percentage)]
    percent: Option<u8>,
}

/// Coupons apply one after the other: the second coupon takes 10 % off the amount that remains after the first coupon.
#[test]
fn several_coupons_in_their_order() {
    let coupons = vec![
        Mixed { code: "50", off: Some(5000), percent: None },
        Mixed { code: "10%", off: None, percent: Some(10) },
    ];
    let expected = json!({
        "amount": 13500, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 2700,
        "items": [
            item("A", "1", 13500, 25, 2700),
        ],
        "discount_lines": [
            {"amount": 5000, "discount_id": "50", "line_id": 1},
            {"amount": 1500, "percentage": 10, "discount_id": "10%", "line_id": 2},
        ],
    });
    assert_order(&cart(vec![line("A", 20000, 25)], coupons), &expected);
}

/// In a tie, the earlier line gets the remainder. Here, a coupon of 1 øre is spread over two equal lines.
#[test]
fn a_tie_goes_to_the_earlier_line() {
    let amounts = |coupon: i64, lines: &[i64]| {
        let lines = lines.iter().map(|amount| line("A", *amount, 25)).collect();
        let items = order(&cart(lines, coupon)).items.expect("there are lines");
        items.iter().map(|item| item.amount.expect("an amount").get()).collect::<Vec<_>>()
    };
    assert_eq!(amounts(1, &[100, 100]), [99, 100]);
    assert_eq!(amounts(200, &[100, 100]), [0, 0]);
    // A coupon of 2 is spread over lines of 1, 1 and 1.
    assert_eq!(amounts(2, &[1, 1, 1]), [0, 0, 1]);
    // Nothing is taken off a free line.
    assert_eq!(amounts(1, &[0, 5]), [0, 4]);
}

#[test]
fn a_coupon_is_at_most_its_lines() {
    let lines = || vec![line("A", 100, 25)];
    assert_refused(&cart(lines(), 101), "coupon", Rule::Discount);
    assert_refused(&cart(lines(), -1), "coupon", Rule::Discount);
    assert_refused(&cart(lines(), voucher("1.01")), "coupon", Rule::Discount);
    let share = |percent| Share { code: "S", percent: decimal(percent) };
    assert_refused(&cart(lines(), share("101")), "coupon", Rule::Discount);
    assert_refused(&cart(lines(), share("-1")), "coupon", Rule::Discount);
    let coupons = [
        Mixed { code: "A", off: Some(60), percent: None },
        Mixed { code: "B", off: Some(41), percent: None },
    ];
    assert_refused(&cart(lines(), coupons), "coupon[1]", Rule::Discount);
    let mut fee = line("A", 100, 25);
    fee.kind = Some(OrderItemType::Surcharge);
    assert_refused(&cart(vec![fee], 1), "coupon", Rule::Discount);
}

#[test]
fn an_absent_coupon_is_not_a_discount() {
    let expected = json!({
        "amount": 100, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 20,
        "items": [item("A", "1", 100, 25, 20)],
    });
    let lines = || vec![line("A", 100, 25)];
    assert_order(&cart(lines(), None::<Voucher>), &expected);
    assert_order(&cart(lines(), Vec::<Voucher>::new()), &expected);
    assert_order(&cart(lines(), 0), &expected);
    assert_order(&cart(lines(), voucher("0")), &expected);
}

/// A coupon with a hand-written `ToDiscount` impl; `as_items` selects one of the two forms.
struct ByHand {
    code: Option<&'static str>,
    off: Off,
    as_items: bool,
    capped: bool,
}

enum Off {
    Amount(i64),
    Net(i64),
    Percent(&'static str),
    Fraction(f64),
}

impl ToDiscount for ByHand {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        match &self.off {
            Off::Amount(amount) => to.take_amount(amount),
            Off::Net(amount) => to.take_net_amount(amount),
            Off::Percent(percent) => to.take_percent(&decimal(percent)),
            Off::Fraction(fraction) => to.take_fraction(fraction),
        }
        to.discount.discount_id = self.code.map(str::to_owned);
        (to.as_items, to.capped) = (self.as_items, self.capped);
    }
}

fn spread(code: &'static str, off: Off) -> ByHand {
    ByHand { code: Some(code), off, as_items: false, capped: false }
}

fn as_items(code: &'static str, off: Off) -> ByHand {
    ByHand { as_items: true, ..spread(code, off) }
}

fn total<D: ToDiscount>(lines: Vec<Line>, coupon: D) -> i64 {
    order(&cart(lines, coupon)).amount.get()
}

/// The coupons are 10 % of 100.00, and 10 % of the remaining 90.00, in every combination of forms.
#[test]
fn a_coupon_applies_to_the_rest_after_earlier_coupons() {
    let ten = || Off::Percent("10");
    let lines = || vec![line("A", 10000, 25)];
    assert_eq!(total(lines(), [spread("A", ten()), spread("B", ten())]), 8100);
    assert_eq!(total(lines(), [as_items("A", ten()), as_items("B", ten())]), 8100);
    assert_eq!(total(lines(), [as_items("A", ten()), spread("B", ten())]), 8100);
    assert_eq!(total(lines(), [spread("A", ten()), as_items("B", ten())]), 8100);
}

/// Two coupons of 60.00 exceed 100.00 in either form: the second coupon exceeds the remaining 40.00.
#[test]
fn coupons_together_never_take_more_than_there_is() {
    let sixty = || Off::Amount(6000);
    let lines = || vec![line("A", 10000, 25)];
    for coupons in [
        [spread("A", sixty()), spread("B", sixty())],
        [as_items("A", sixty()), as_items("B", sixty())],
        [as_items("A", sixty()), spread("B", sixty())],
        [spread("A", sixty()), as_items("B", sixty())],
    ] {
        assert_refused(&cart(lines(), coupons), "coupon[1]", Rule::Discount);
    }
    let capped = |coupon: ByHand| ByHand { capped: true, ..coupon };
    assert_eq!(total(lines(), [spread("A", sixty()), capped(spread("B", sixty()))]), 0);
    assert_eq!(total(lines(), [as_items("A", sixty()), capped(as_items("B", sixty()))]), 0);
    // Only amounts are capped, so 110 % is an error.
    let coupon = || capped(spread("A", Off::Percent("110")));
    assert_refused(&cart(lines(), coupon()), "coupon", Rule::Discount);
    let text = message(&cart(lines(), coupon()));
    assert!(text.contains("at most 100 percent, but this one is 110 percent"), "{text}");
    assert!(!text.contains("capped"), "{text}");
    let text = message(&cart(lines(), spread("A", Off::Amount(10001))));
    assert!(
        text.ends_with("to take off at most what is left, map a `DinteroDiscount` with `capped`"),
        "{text}"
    );
}

#[derive(DinteroOrderItem)]
struct Cheaper {
    #[dintero(to = amount)]
    price: i64,
    #[dintero(to = discount)]
    off: Option<i64>,
    #[dintero(to = discount_percent)]
    percent: Option<u8>,
}

/// Only an amount on a `DinteroDiscount` can be capped. A bare amount or a percentage cannot.
#[test]
fn an_excessive_discount_of_a_line_says_what_to_do() {
    let text = |line: Cheaper| message(&basket([line]));
    let amount = text(Cheaper { price: 100, off: Some(101), percent: None });
    assert!(
        amount.ends_with(
            "the discount is more than the price of the line; to take off at most what is left, map a `DinteroDiscount` with `capped`"
        ),
        "{amount}"
    );
    let percent = text(Cheaper { price: 100, off: None, percent: Some(110) });
    assert!(
        percent.ends_with("a discount is at most 100 percent, but this one is 110 percent"),
        "{percent}"
    );
}

/// The ids of negative lines consist of the code and the VAT rate, whichever rate comes first in the cart.
#[test]
fn line_ids_of_coupons_do_not_depend_on_the_cart() {
    let ids = |lines, coupons: Vec<ByHand>| {
        let items = order(&cart(lines, coupons)).items.expect("there are lines");
        let ids = items.into_iter().filter(|item| item.amount.is_some_and(|off| off.get() < 0));
        let mut ids: Vec<String> = ids.filter_map(|item| item.line_id).collect();
        ids.sort();
        ids
    };
    let ten = || as_items("BBQ10", Off::Percent("10"));
    let both = ["coupon-BBQ10-15", "coupon-BBQ10-25"];
    assert_eq!(ids(vec![line("A", 1000, 25), line("B", 1000, 15)], vec![ten()]), both);
    assert_eq!(ids(vec![line("B", 1000, 15), line("A", 1000, 25)], vec![ten()]), both);
    assert_eq!(ids(vec![line("A", 1000, 25)], vec![ten()]), ["coupon-BBQ10-25"]);
    // There are two coupons with the same code, and one without a code, which is identified by its position among the
    // coupons.
    let unnamed = ByHand { code: None, ..ten() };
    let lines = vec![line("A", 1000, 25)];
    assert_eq!(
        ids(lines, vec![ten(), ten(), unnamed]),
        ["coupon-3-25", "coupon-BBQ10-25", "coupon-BBQ10-25-2"]
    );
}

/// At 25 %, 100.00 without VAT is 125.00 with VAT. The second coupon, 50.00 without VAT, is spread over lines of 125.00
/// at 25 % VAT and 115.00 at 15 % VAT, each of which is 100.00 without VAT. The coupon takes 25.00 without VAT off each
/// line: 31.25 and 28.75 with VAT, 60.00 in total.
#[test]
fn a_coupon_without_vat() {
    let one = vec![line("A", 25000, 25)];
    assert_eq!(total(one, spread("B2B", Off::Net(10000))), 12500);
    let two = || vec![line("A", 12500, 25), line("B", 11500, 15)];
    let spread = order(&cart(two(), spread("B2B", Off::Net(5000))));
    let amounts: Vec<_> =
        spread.items.iter().flatten().map(|item| item.amount.expect("an amount").get()).collect();
    assert_eq!((spread.amount.get(), amounts), (18000, vec![9375, 8625]));
    let lines = order(&cart(two(), as_items("B2B", Off::Net(5000))));
    let amounts: Vec<_> =
        lines.items.iter().flatten().map(|item| item.amount.expect("an amount").get()).collect();
    assert_eq!((lines.amount.get(), amounts), (18000, vec![12500, 11500, -3125, -2875]));
}

/// A capped coupon takes off nothing if nothing is left, whether or not its amount includes VAT.
#[test]
fn a_capped_coupon_when_nothing_is_left() {
    let capped = |coupon: ByHand| ByHand { capped: true, ..coupon };
    let all = || spread("ALL", Off::Percent("100"));
    for points in [Off::Net(5000), Off::Amount(5000)] {
        let coupons = [all(), capped(spread("POINTS", points))];
        assert_eq!(total(vec![line("A", 12500, 25)], coupons), 0);
    }
    let mut fee = line("FEE", 100, 25);
    fee.kind = Some(OrderItemType::Surcharge);
    assert_eq!(total(vec![fee], capped(spread("POINTS", Off::Net(5000)))), 100);
    // Without `capped`, the coupon does not fit.
    let coupons = [all(), spread("POINTS", Off::Net(5000))];
    assert_refused(&cart(vec![line("A", 12500, 25)], coupons), "coupon[1]", Rule::Discount);
    let negative = [all(), capped(spread("POINTS", Off::Net(-1)))];
    assert_refused(&cart(vec![line("A", 12500, 25)], negative), "coupon[1]", Rule::Discount);
}

/// A coupon that is sent as lines is not described as well, because its lines are already in the order. A coupon without a
/// `discount_id`, a `description` or a `discount_type` only lowers the amounts.
#[test]
fn only_named_spread_coupons_are_described() {
    let bare = ByHand { code: None, ..spread("", Off::Percent("10")) };
    let coupons = [as_items("B", Off::Percent("50")), bare, spread("TEN", Off::Percent("10"))];
    let order = order(&cart(vec![line("A", 10000, 25)], coupons));
    // 100.00 less 50 %, less 10 %, is 45.00, of which another 10 % is 4.50.
    let described = DiscountItem::new().amount(450).percentage(10).discount_id("TEN").line_id(1);
    assert_eq!((order.amount.get(), order.discount_lines), (4050, Some(vec![described])));
}

#[derive(DinteroOrderItem)]
struct Untaxed {
    amount: i64,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct UntaxedCart {
    items: Vec<Untaxed>,
    #[dintero(to = discount)]
    code: ByHand,
}

#[test]
fn a_coupon_without_vat_needs_rates() {
    let code = spread("B2B", Off::Net(100));
    let cart = UntaxedCart { items: vec![Untaxed { amount: 1000 }], code };
    assert_refused(&cart, "code", Rule::Discount);
}

/// A percentage of 0.1 is refused, because a discount of 0.1 % is improbable: the number is probably a fraction.
#[test]
fn a_share_is_percent_or_a_fraction() {
    let lines = || vec![line("A", 10000, 25)];
    assert_refused(&cart(lines(), spread("A", Off::Percent("0.1"))), "coupon", Rule::Discount);
    assert_refused(&cart(lines(), spread("A", Off::Fraction(10.0))), "coupon", Rule::Discount);
    assert_eq!(total(lines(), spread("A", Off::Fraction(0.1))), 9000);
    assert_eq!(total(lines(), spread("A", Off::Fraction(0.005))), 9950);
    let own = DiscountItem::new().discount_id("A").amount(1000);
    assert_eq!(total(lines(), own), 9000);
}

/// A coupon is described with its own id and percentage, and with the amount that it took off.
#[test]
fn a_coupon_by_hand_is_described() {
    let expected = json!({
        "amount": 9000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 1800,
        "items": [item("A", "1", 9000, 25, 1800)],
        "discount_lines": [{"amount": 1000, "percentage": 10, "discount_id": "TEN", "line_id": 1}],
    });
    let cart = cart(vec![line("A", 10000, 25)], spread("TEN", Off::Percent("10")));
    assert_order(&cart, &expected);
}
