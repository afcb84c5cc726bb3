//! Tests the rules for items: their line ids, the fields that some payment methods require, and the descriptions of
//! their discounts.

use dintero_api::order::{Report, Rule};
use dintero_api::types::{DiscountItem, ExpressOptions, OrderAddress, OrderLine, SessionOrder};
use dintero_api::types::{SessionProfileCustomer, ShippingOptionPickUpAddress};
use dintero_api::{Country, Currency, Decimal, Percent};

use super::{errors, line, offer, option, order, session, shipped, warnings};

#[test]
fn an_order_has_a_reference() {
    let order = SessionOrder::new(1, Currency::NOK, "");
    assert_eq!(errors(&order.check()), [("merchant_reference", Rule::Required)]);
}

#[test]
fn currencies_are_in_iso_4217() {
    let order = SessionOrder::new(1, Currency::try_from("nok").unwrap(), "order");
    assert_eq!(errors(&order.check()), [("currency", Rule::Currency)]);
}

#[test]
fn line_ids_are_unique() {
    let twice = order(700, [line("1", 100), line("2", 300), line("1", 200)]);
    let report = twice.shipping_option(option("2", 100)).check();
    let expected = [("items[2].line_id", Rule::LineId), ("shipping_option.line_id", Rule::LineId)];
    assert_eq!(errors(&report), expected);
    assert_eq!(
        report.errors()[0].message,
        "line id `1` is used twice; line 1 is the first to use it"
    );
    assert_eq!(
        report.errors()[1].message,
        "line id `2` is used twice; line 2 is the first to use it"
    );
}

#[test]
fn line_ids_of_shipments_are_unique_too() {
    for (shipments, expected) in [
        ([offer("a", 1), offer("a", 2)], "shipping_option.shipments[1].line_id"),
        ([offer("1", 1), offer("b", 2)], "shipping_option.shipments[0].line_id"),
        ([offer("a", 1), offer("both", 2)], "shipping_option.shipments[1].line_id"),
    ] {
        let order = order(1003, [line("1", 1000)]).shipping_option(shipped(shipments));
        assert_eq!(errors(&order.check()), [(expected, Rule::LineId)]);
    }
}

#[test]
fn line_ids_of_express_options_are_unique_too() {
    for (options, expected) in [
        (vec![offer("a", 1), offer("a", 2)], &["express.shipping_options[1].line_id"][..]),
        (vec![offer("1", 1), offer("b", 2)], &["express.shipping_options[0].line_id"]),
        (vec![offer("a", 1), offer("b", 2)], &[]),
    ] {
        let mut session = session(order(100, [line("1", 100)]));
        session.express = Some(ExpressOptions::new(options));
        let expected: Vec<_> = expected.iter().map(|path| (*path, Rule::LineId)).collect();
        assert_eq!(errors(&session.check()), expected);
    }
}

#[test]
fn empty_line_ids_identify_nothing() {
    let report = order(300, [line("", 100), line("", 200)]).check();
    let expected = [("items[0].line_id", Rule::LineId), ("items[1].line_id", Rule::LineId)];
    assert_eq!(errors(&report), expected);
}

#[test]
fn items_have_the_fields_that_some_methods_require() {
    let report = order(100, [OrderLine::new().amount(100)]).check();
    assert!(report.is_ok());
    assert_eq!(warnings(&report), [("items[0]", Rule::Advised)]);
    let message = "some payment methods require id, line_id, quantity on every line";
    assert_eq!(report.warnings()[0].message, message);
    let nameless = order(100, [line("1", 100).id("")]).check();
    assert_eq!(warnings(&nameless), [("items[0]", Rule::Advised)]);
}

#[test]
fn quantities_are_not_zero() {
    let nothing = order(0, [line("1", 0).quantity(0)]).check();
    assert!(nothing.is_ok());
    assert_eq!(warnings(&nothing), [("items[0].quantity", Rule::Quantity)]);
}

#[test]
fn a_hundred_lines_are_known_to_work() {
    let many = |count: i64| order(count, (0..count).map(|index| line(&index.to_string(), 1)));
    assert_eq!(many(100).check(), Report::default());
    assert_eq!(warnings(&many(101).check()), [("items", Rule::LineCount)]);
}

fn discount(amount: i64, percentage: &str) -> DiscountItem {
    let percentage = Percent::from(percentage.parse::<Decimal>().unwrap());
    DiscountItem::new().amount(amount).percentage(percentage)
}

/// Returns the warnings for a discount on an item, and for the same discount on the whole order.
fn described(discount: DiscountItem) -> [Vec<(String, Rule)>; 2] {
    let owned = |report: Report| -> Vec<_> {
        assert!(report.is_ok(), "{report}");
        warnings(&report).into_iter().map(|(path, rule)| (path.to_owned(), rule)).collect()
    };
    let of_item = order(100, [line("1", 100).discount_lines([discount.clone()])]);
    let of_order = order(100, [line("1", 100)]).discount_lines([discount]);
    [owned(of_item.check()), owned(of_order.check())]
}

#[test]
fn discount_amounts_are_not_negative() {
    let [of_item, of_order] = described(discount(-10, "10"));
    assert_eq!(of_item, [("items[0].discount_lines[0].amount".to_owned(), Rule::Discount)]);
    assert_eq!(of_order, [("discount_lines[0].amount".to_owned(), Rule::Discount)]);
    assert_eq!(described(discount(10, "10")), [Vec::new(), Vec::new()]);
    // The discount of a returned line is negative.
    let returned =
        order(0, [line("1", 100), line("2", -100).discount_lines([discount(-10, "10")])]);
    assert_eq!(returned.check(), Report::default());
    // So is the discount of a returned line that was free.
    let free = order(100, [line("1", 100), line("2", 0).discount_lines([discount(-10, "100")])]);
    assert_eq!(free.check(), Report::default());
}

#[test]
fn discount_rates_are_percent() {
    for wrong in ["0.25", "-10", "101"] {
        let [of_item, of_order] = described(discount(10, wrong));
        let path = "discount_lines[0].percentage";
        assert_eq!(of_item, [(format!("items[0].{path}"), Rule::Discount)]);
        assert_eq!(of_order, [(path.to_owned(), Rule::Discount)]);
    }
    for right in ["0", "1", "33.333333", "100"] {
        assert_eq!(described(discount(10, right)), [Vec::new(), Vec::new()]);
    }
}

#[test]
fn countries_are_in_upper_case() {
    let no = Country::try_from("no").unwrap();
    let mut address = OrderAddress::new();
    address.country = Some(no);
    let mut chosen = option("post", 0);
    chosen.countries = Some(vec![Country::NO, no]);
    let mut place = ShippingOptionPickUpAddress::new();
    place.country = Some(no);
    chosen.pick_up_address = Some(place);
    let order = order(1, [line("1", 1)])
        .shipping_option(chosen)
        .shipping_address(address.clone())
        .billing_address(address);
    let expected = [
        "shipping_option.countries[1]",
        "shipping_option.pick_up_address.country",
        "shipping_address.country",
        "billing_address.country",
    ];
    assert_eq!(errors(&order.check()), expected.map(|path| (path, Rule::Country)));
}

#[test]
fn telephone_numbers_are_digits() {
    let mut address = OrderAddress::new();
    address.phone_number = Some("22 33 44 55".into());
    let mut place = ShippingOptionPickUpAddress::new();
    place.phone_number = Some("0047-22334455".into());
    let mut home = offer("home", 0);
    home.pick_up_address = Some(place);
    let order = order(1, [line("1", 1)])
        .shipping_address(address.clone().phone_number("+4722334455"))
        .billing_address(address);
    let mut session = session(order);
    session.express = Some(ExpressOptions::new([home]));
    session.customer = Some(SessionProfileCustomer::new().phone_number("12"));
    let report = session.check();
    let expected = [
        "order.billing_address.phone_number",
        "express.shipping_options[0].pick_up_address.phone_number",
        "customer.phone_number",
    ];
    assert_eq!(errors(&report), expected.map(|path| (path, Rule::Phone)));
    assert!(!report.to_string().contains("22 33"), "a number is personal");
}
