//! The checks of orders and sessions that were built by hand.

use dintero_api::order::{Report, Rule};
use dintero_api::types::{
    ExpressOptions, Giftcard, MultiShipmentShippingOption, OrderAddress, OrderLine,
    OrderShippingOption, PayoutSplit, SessionConfiguration, SessionOrder, SessionProfile,
    SessionProfileCustomer, SessionUrls,
};
use dintero_api::{Country, Currency, Decimal, Percent};

fn line(line_id: &str, amount: i64) -> OrderLine {
    OrderLine::new().id("article").line_id(line_id).quantity(1).amount(amount)
}

fn order(amount: i64, lines: impl IntoIterator<Item = OrderLine>) -> SessionOrder {
    SessionOrder::new(amount, Currency::NOK, "order").items(lines)
}

fn option(id: &str, amount: i64) -> OrderShippingOption {
    OrderShippingOption::new(id, id, amount, "Title", "")
}

fn session(order: SessionOrder) -> SessionProfile {
    SessionProfile::new(SessionUrls::new("https://example.com"), order, "default")
}

fn errors(report: &Report) -> Vec<(&str, Rule)> {
    report.errors().iter().map(|problem| (problem.path.as_str(), problem.rule)).collect()
}

fn warnings(report: &Report) -> Vec<(&str, Rule)> {
    report.warnings().iter().map(|problem| (problem.path.as_str(), problem.rule)).collect()
}

#[test]
fn a_right_order_has_nothing_to_report() {
    let order =
        order(1390, [line("1", 1000).vat(25).vat_amount(200)]).shipping_option(option("post", 390));
    assert_eq!(order.check(), Report::default());
    assert_eq!(SessionOrder::new(1, Currency::NOK, "no lines").check(), Report::default());
}

#[test]
fn the_amount_is_the_sum() {
    let report = order(10000, [line("1", 9990)]).check();
    assert_eq!(errors(&report), [("amount", Rule::Sum)]);
    assert_eq!(
        report.to_string(),
        "error: amount: the amount 10000 is 10 more than 9990, the sum of the items and the shipping option"
    );
    let part = order(5000, [line("1", 9990)]).partial_payment(true);
    assert!(part.check().is_ok());
    let more = order(10000, [line("1", 9990)]).partial_payment(true);
    assert_eq!(errors(&more.check()), [("amount", Rule::Sum)]);
}

#[test]
fn line_ids_are_unique() {
    let twice = order(700, [line("1", 100), line("2", 300), line("1", 200)]);
    let report = twice.shipping_option(option("2", 100)).check();
    let expected = [("items[2].line_id", Rule::LineId), ("shipping_option.line_id", Rule::LineId)];
    assert_eq!(errors(&report), expected);
    assert_eq!(report.errors()[0].message, "line id `1` is used twice; line 1 has it first");
}

#[test]
fn amounts_fit_32_bits() {
    let split = [PayoutSplit::new("seller", 3_000_000_000_i64)];
    let report =
        order(3_000_000_000, [line("1", 3_000_000_000).splits(split)]).vat_amount(i64::MAX).check();
    let expected = [
        ("items[0].splits[0].amount", Rule::Int32),
        ("amount", Rule::Int32),
        ("vat_amount", Rule::Int32),
    ];
    assert_eq!(errors(&report), expected);
}

#[test]
fn splits_add_up() {
    let splits = [PayoutSplit::new("a", 6000), PayoutSplit::new("b", 3000)];
    let report = order(10000, [line("1", 10000).splits(splits)]).check();
    assert_eq!(errors(&report), [("items[0].splits", Rule::Splits)]);
    assert_eq!(
        report.errors()[0].message,
        "the splits are 9000 of 10000; they have to add up to the amount"
    );
    let open = order(10000, [line("1", 10000).splits([])]);
    assert!(open.check().is_ok());
    let mut session = session(open);
    session.configuration = Some(SessionConfiguration::new().auto_capture(true));
    assert_eq!(errors(&session.check()), [("configuration.auto_capture", Rule::AutoCapture)]);
}

#[test]
fn nobody_pays_less_than_nothing() {
    let report = order(-100, [line("1", -100)]).check();
    assert!(report.is_ok(), "the API does not say that it is refused");
    assert_eq!(warnings(&report), [("amount", Rule::Sum)]);
    let nothing = order(0, [line("1", 0).quantity(0)]).check();
    assert!(nothing.is_ok());
    assert_eq!(warnings(&nothing), [("items[0].quantity", Rule::Quantity)]);
}

#[test]
fn a_session_has_a_profile_and_urls() {
    let order = SessionOrder::new(1, Currency::NOK, "order");
    let urls = |return_url: &str, callback_url: &str| {
        SessionUrls::new(return_url).callback_url(callback_url)
    };
    for (url, expected) in [
        (urls("https://example.com", "https://example.com/callback"), vec![]),
        (urls("shop.app://thanks", "http://shop.example/callback"), vec![]),
        (urls("example.com", "example.com"), vec!["url.return_url", "url.callback_url"]),
        (urls("", "ftp://example.com"), vec!["url.return_url", "url.callback_url"]),
        (urls("https:", "https://example.com"), vec!["url.return_url"]),
    ] {
        let report = SessionProfile::new(url, order.clone(), "default").check();
        let paths: Vec<_> = report.errors().iter().map(|problem| problem.path.as_str()).collect();
        assert_eq!(paths, expected);
    }
    let here = urls("https://example.com", "http://localhost:8080/callback");
    let report = SessionProfile::new(here, order, "").check();
    assert_eq!(errors(&report), [("profile_id", Rule::Required)]);
    assert_eq!(warnings(&report), [("url.callback_url", Rule::Url)]);
}

#[test]
fn rates_are_percent() {
    for (rate, right) in [
        ("100", true),
        ("2500", false),
        ("0.25", false),
        ("0", true),
        ("25.5", true),
        ("25.555", false),
        ("-1", false),
        ("25.50", true),
    ] {
        let vat = Percent::from(rate.parse::<Decimal>().unwrap());
        let report = order(100, [line("1", 100).vat(vat)]).check();
        assert_eq!(report.is_ok(), right, "{rate}: {report}");
    }
}

#[test]
fn vat_that_is_off_is_a_warning() {
    let report = order(29990, [line("1", 29990).vat(25).vat_amount(6000)]).vat_amount(5998).check();
    assert!(report.is_ok());
    assert_eq!(warnings(&report), [("items[0].vat_amount", Rule::Vat), ("vat_amount", Rule::Vat)]);
    assert_eq!(report.warnings()[0].message, "29990 at 25 % contains 5998 of VAT, not 6000");
}

#[test]
fn advice() {
    let report = order(100, [OrderLine::new().amount(100)]).check();
    assert!(report.is_ok());
    assert_eq!(warnings(&report), [("items[0]", Rule::Advised)]);
    let many = order(101, (0..101).map(|index| line(&index.to_string(), 1)));
    assert_eq!(warnings(&many.check()), [("items", Rule::LineCount)]);
}

#[test]
fn addresses_have_the_form_of_the_api() {
    let mut address = OrderAddress::new().phone_number("22 33 44 55");
    address.country = Some(Country::try_from("no").unwrap());
    let order = SessionOrder::new(1, Currency::NOK, "order").billing_address(address);
    let report = order.check();
    let expected =
        [("billing_address.phone_number", Rule::Phone), ("billing_address.country", Rule::Country)];
    assert_eq!(errors(&report), expected);
    assert!(!report.to_string().contains("22 33"), "a number is personal");
    let mut session = session(SessionOrder::new(1, Currency::NOK, "order"));
    session.customer = Some(SessionProfileCustomer::new().phone_number("12"));
    assert_eq!(errors(&session.check()), [("customer.phone_number", Rule::Phone)]);
}

#[test]
fn the_chosen_option_is_one_of_those_that_express_offers() {
    let order = order(200, [line("1", 100)]).shipping_option(option("b", 100));
    let mut session = session(order);
    let offered = MultiShipmentShippingOption::new("a", "a", 100, "Title", "");
    session.express = Some(ExpressOptions::new([offered.clone()]));
    assert_eq!(errors(&session.check()), [("order.shipping_option", Rule::Express)]);
    let chosen = MultiShipmentShippingOption::new("b", "b", 100, "Title", "");
    session.express = Some(ExpressOptions::new([offered.clone(), chosen.clone()]));
    assert!(session.check().is_ok());
    session.express = Some(ExpressOptions::new([chosen.clone(), chosen]));
    assert_eq!(errors(&session.check()), [("express.shipping_options[1].line_id", Rule::LineId)]);
}

#[test]
fn gift_cards_are_for_express_and_one_at_a_time() {
    let card = Giftcard::new("card", 100);
    let splits = [PayoutSplit::new("a", 200)];
    let order = order(200, [line("1", 200).splits(splits)]).gift_cards([card.clone(), card]);
    let expected = [("gift_cards", Rule::GiftCard), ("gift_cards", Rule::GiftCard)];
    assert_eq!(errors(&order.check()), expected);
    let session = session(order);
    assert_eq!(session.check().errors().len(), 3);
    assert!(session.check().errors().iter().all(|problem| problem.path == "order.gift_cards"));
}

#[test]
fn shipments_are_several_and_carry_the_splits() {
    let mut chosen = option("post", 100);
    chosen.shipments = Some(vec![MultiShipmentShippingOption::new("a", "a", 100, "Title", "")]);
    chosen.splits = Some(vec![PayoutSplit::new("a", 100)]);
    let report = order(200, [line("1", 100)]).shipping_option(chosen).check();
    let expected = [
        ("shipping_option.shipments", Rule::Shipments),
        ("shipping_option.splits", Rule::Shipments),
    ];
    assert_eq!(errors(&report), expected);
}

#[test]
fn an_unknown_currency() {
    let order = SessionOrder::new(1, Currency::try_from("nok").unwrap(), "order");
    assert_eq!(errors(&order.check()), [("currency", Rule::Currency)]);
}

#[test]
fn a_report_becomes_an_error_or_its_warnings() {
    let warned = order(100, [OrderLine::new().amount(100)]).check().into_result().unwrap();
    assert_eq!(warned.len(), 1);
    let error = order(1, [line("1", 2), line("1", 3)]).check().into_result().unwrap_err();
    assert_eq!(error.problems().len(), 2);
    assert!(
        error.to_string().starts_with("2 problems:\n- items[1].line_id: line id `1`"),
        "{error}"
    );
}
