//! Tests that all problems with a cart are reported at once, whichever step finds them, and that no problem is reported
//! only because an earlier step has failed.

use dintero_api::order::Rule;
use dintero_api::types::SessionUrls;
use dintero_api::{
    DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    ToSession as _,
};

use crate::problems;

#[derive(DinteroOrder, Clone)]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: &'static str,
    #[dintero(to = currency)]
    money: &'static str,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = items)]
    sets: Vec<Set>,
    #[dintero(to = amount)]
    total: Option<i64>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
    #[dintero(to = billing_address)]
    buyer: Buyer,
}

#[derive(DinteroOrderItem, Clone)]
struct Line {
    #[dintero(to = line_id)]
    row: Option<&'static str>,
    #[dintero(to = unit_price)]
    price: i64,
    vat: u16,
}

#[derive(DinteroOrderItem, Clone)]
#[dintero(bundle)]
struct Set {
    amount: i64,
    #[dintero(to = items)]
    parts: Vec<(Line, f64)>,
}

#[derive(DinteroDiscount, Clone)]
struct Coupon {
    #[dintero(to = amount)]
    off: i64,
}

#[derive(DinteroShippingOption, Clone)]
#[dintero(title = "Post", operator = "Posten")]
struct Freight {
    #[dintero(to = id)]
    code: &'static str,
    amount: i64,
}

#[derive(DinteroAddress, Clone)]
struct Buyer {
    #[dintero(to = phone_number)]
    phone: &'static str,
}

fn line(price: i64) -> Line {
    Line { row: None, price, vat: 25 }
}

fn cart() -> Cart {
    Cart {
        number: "order-1",
        money: "NOK",
        lines: vec![line(10000), line(5000)],
        sets: vec![],
        total: Some(15000),
        coupons: vec![],
        freight: None,
        buyer: Buyer { phone: "22334455" },
    }
}

#[track_caller]
fn assert_problems(cart: &Cart, expected: &[(&str, Rule)]) {
    let found = problems(cart);
    let found: Vec<_> = found.iter().map(|(path, rule)| (path.as_str(), *rule)).collect();
    assert_eq!(found, expected);
}

const PHONE: (&str, Rule) = ("buyer.phone", Rule::Phone);

fn with_invalid_phone() -> Cart {
    Cart { buyer: Buyer { phone: "x" }, ..cart() }
}

/// Each step reports its problems, if it does not need a value that has failed: a telephone number (mapping), a bundle,
/// a coupon, the total, and line ids (check).
#[test]
fn every_step_reports_its_problems() {
    let wrong = with_invalid_phone();
    assert_problems(&wrong, &[PHONE]);
    let total = Cart { total: Some(1), ..wrong.clone() };
    assert_problems(&total, &[PHONE, ("total", Rule::Sum)]);
    let coupons = vec![Coupon { off: 15001 }, Coupon { off: -1 }];
    let coupons = Cart { coupons, ..wrong.clone() };
    let both = [("coupons[0]", Rule::Discount), ("coupons[1]", Rule::Discount)];
    assert_problems(&coupons, &[PHONE, both[0], both[1]]);
    let bundle = Cart { sets: vec![Set { amount: 1, parts: vec![] }], ..wrong.clone() };
    assert_problems(&bundle, &[PHONE, ("sets[0]", Rule::Bundle)]);
    let mut ids = total;
    ids.lines.iter_mut().for_each(|line| line.row = Some("x"));
    assert_problems(&ids, &[PHONE, ("total", Rule::Sum), ("lines[1].row", Rule::LineId)]);
}

/// The total is only compared with known amounts. Its difference from a sum without the invalid line says nothing.
#[test]
fn nothing_is_calculated_from_invalid_values() {
    let total = Some(1);
    let mut price = Cart { total, coupons: vec![Coupon { off: 15001 }], ..cart() };
    price.lines[0].vat = 2500;
    assert_problems(&price, &[("lines[0].vat", Rule::Vat)]);
    let currency = Cart { money: "nok", total, ..cart() };
    assert_problems(&currency, &[("money", Rule::Currency)]);
    let coupon = Cart { coupons: vec![Coupon { off: 15001 }], total, ..cart() };
    assert_problems(&coupon, &[("coupons[0]", Rule::Discount)]);
    // The invalid quantity leaves the first set without parts. The second set never had parts.
    let sets = vec![
        Set { amount: 100, parts: vec![(line(100), f64::NAN)] },
        Set { amount: 100, parts: vec![] },
    ];
    let expected = [("sets[0].parts[0].1", Rule::Value), ("sets[1]", Rule::Bundle)];
    assert_problems(&Cart { sets, total, ..cart() }, &expected);
}

/// The check also runs when amounts are unknown, and reports what is certain.
#[test]
fn the_check_reports_what_is_certain() {
    let mut many = Cart { number: "", ..with_invalid_phone() };
    many.lines[0].vat = 2500;
    many.lines.iter_mut().for_each(|line| line.row = Some("x"));
    many.freight = Some(Freight { code: "post", amount: -1 });
    let expected = [
        ("number", Rule::Required),
        ("lines[0].vat", Rule::Vat),
        PHONE,
        ("lines[1].row", Rule::LineId),
        ("freight.amount", Rule::Sum),
    ];
    assert_problems(&many, &expected);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Unpriced {
    #[dintero(to = items)]
    lines: Vec<UnpricedLine>,
    #[dintero(to = shipping_option)]
    freight: FixedFreight,
}

#[derive(DinteroOrderItem)]
struct UnpricedLine {
    #[dintero(to = line_id)]
    row: &'static str,
    #[dintero(to = unit_price)]
    price: Option<i64>,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post", operator = "Posten")]
struct FixedFreight {
    amount: i64,
}

/// A line id does not depend on an amount, so a line without a price, or an option with an invalid amount, can still
/// have the id of another line.
#[test]
fn duplicate_ids_are_found_beside_other_problems() {
    let line = |row, price| UnpricedLine { row, price };
    let cart = |lines, amount| Unpriced { lines, freight: FixedFreight { amount } };
    let found = problems(&cart(vec![line("x", Some(1)), line("x", None)], 0));
    let expected = [("lines[1]", Rule::Required), ("lines[1].row", Rule::LineId)];
    assert_eq!(found, expected.map(|(path, rule)| (path.to_owned(), rule)));
    let found = problems(&cart(vec![line("post", Some(100))], -1));
    let expected = [("freight.id", Rule::LineId), ("freight.amount", Rule::Sum)];
    assert_eq!(found, expected.map(|(path, rule)| (path.to_owned(), rule)));
}

/// A session's own problems are reported beside those of the cart.
#[test]
fn problems_around_the_order() {
    let mut cart = with_invalid_phone();
    cart.lines[0].vat = 2500;
    let urls = SessionUrls::new("shop.example/thanks");
    let error = cart.to_session("", urls).expect_err("a session with mistakes");
    let found: Vec<_> =
        error.problems().iter().map(|found| (found.path.as_str(), found.rule)).collect();
    let expected = [
        ("lines[0].vat", Rule::Vat),
        PHONE,
        ("profile_id", Rule::Required),
        ("url.return_url", Rule::Url),
    ];
    assert_eq!(found, expected);
}
