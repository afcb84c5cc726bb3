//! Tests the rules for prices in each part of a session that has a price: items, the chosen option, a shipment, and an
//! express option.

use dintero_api::order::{Report, Rule};
use dintero_api::types::{
    ExpressOptions, Giftcard, PayoutFeeSplit, PayoutSplit, SessionConfiguration, SessionProfile,
};
use dintero_api::{Decimal, MinorUnits, Percent};

use super::{errors, line, offer, option, order, session, shipped, warnings};

/// The optional fields that can accompany a price of 1000.
#[derive(Clone, Default)]
struct Given {
    vat: Option<Percent>,
    vat_amount: Option<MinorUnits>,
    splits: Option<Vec<PayoutSplit>>,
    fee_split: Option<PayoutFeeSplit>,
}

macro_rules! put {
    ($given:expr, $priced:expr) => {{
        let Given { vat, vat_amount, splits, fee_split } = $given.clone();
        let mut priced = $priced;
        (priced.vat, priced.vat_amount) = (vat, vat_amount);
        (priced.splits, priced.fee_split) = (splits, fee_split);
        priced
    }};
}

/// Returns one session for each location with a price, and the path of the location. The session is valid except for
/// the given values at that location.
fn everywhere(given: &Given) -> [(&'static str, SessionProfile); 4] {
    let mut offered = session(order(1000, [line("1", 1000)]));
    offered.express = Some(ExpressOptions::new([put!(given, offer("home", 1000))]));
    let parts = [put!(given, offer("a", 1000)), offer("b", 0)];
    [
        ("order.items[0]", session(order(1000, [put!(given, line("1", 1000))]))),
        (
            "order.shipping_option",
            session(
                order(2000, [line("1", 1000)]).shipping_option(put!(given, option("home", 1000))),
            ),
        ),
        (
            "order.shipping_option.shipments[0]",
            session(order(2000, [line("1", 1000)]).shipping_option(shipped(parts))),
        ),
        ("express.shipping_options[0]", offered),
    ]
}

fn assert_errors(given: &Given, expected: &[(&str, Rule)]) {
    for (place, session) in everywhere(given) {
        assert_found(place, &errors(&session.check()), expected);
    }
}

fn assert_found(place: &str, found: &[(&str, Rule)], expected: &[(&str, Rule)]) {
    let expected: Vec<_> =
        expected.iter().map(|(field, rule)| (format!("{place}.{field}"), *rule)).collect();
    let found: Vec<_> = found.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect();
    assert_eq!(found, expected);
}

fn rate(rate: &str) -> Given {
    Given { vat: Some(Percent::from(rate.parse::<Decimal>().unwrap())), ..Given::default() }
}

fn split(splits: &[(&str, i64)]) -> Given {
    let splits = splits.iter().map(|(seller, amount)| PayoutSplit::new(*seller, *amount));
    Given { splits: Some(splits.collect()), ..Given::default() }
}

fn fees(destinations: &[&str], given: Given) -> Given {
    let mut fee_split = PayoutFeeSplit::new();
    fee_split.destinations = Some(destinations.iter().map(|id| (*id).to_owned()).collect());
    Given { fee_split: Some(fee_split), ..given }
}

#[test]
fn rates_are_percent() {
    for right in ["0", "1", "25", "25.5", "25.50", "100"] {
        assert_errors(&rate(right), &[]);
    }
    for wrong in ["0.25", "0.99", "-1", "100.01", "2500", "25.555"] {
        assert_errors(&rate(wrong), &[("vat", Rule::Vat)]);
    }
}

#[test]
fn vat_amounts_match_their_amounts() {
    let given = |contained: i64| Given { vat_amount: Some(contained.into()), ..rate("25") };
    for (place, session) in everywhere(&given(201)) {
        let report = session.check();
        assert!(report.is_ok(), "{report}");
        assert_found(place, &warnings(&report), &[("vat_amount", Rule::Vat)]);
        assert_eq!(report.warnings()[0].message, "1000 at 25 % contains 200 of VAT, not 201");
    }
    for (_, session) in everywhere(&given(200)) {
        assert_eq!(session.check(), Report::default());
    }
}

#[test]
fn splits_add_up() {
    assert_errors(&split(&[("a", 600), ("b", 400)]), &[]);
    assert_errors(&split(&[]), &[]);
    let given = split(&[("a", 600), ("b", 300)]);
    assert_errors(&given, &[("splits", Rule::Splits)]);
    for (_, session) in everywhere(&given) {
        let message = session.check().errors()[0].message.clone();
        assert_eq!(message, "the splits add up to 900, but the amount is 1000");
    }
}

#[test]
fn sellers_have_ids() {
    let given = split(&[("a", 600), ("", 400)]);
    assert_errors(&given, &[("splits[1].payout_destination_id", Rule::Splits)]);
    let order = order(1, [line("1", 1)]).payout_destination_id("");
    assert_eq!(errors(&order.check()), [("payout_destination_id", Rule::Splits)]);
}

#[test]
fn sellers_have_short_ids() {
    assert_errors(&split(&[(&"å".repeat(40), 1000)]), &[]);
    let long = "a".repeat(41);
    let given = split(&[(&long, 1000)]);
    assert_errors(&given, &[("splits[0].payout_destination_id", Rule::Splits)]);
    let order = order(1, [line("1", 1)]).payout_destination_id(long);
    assert_eq!(errors(&order.check()), [("payout_destination_id", Rule::Splits)]);
}

#[test]
fn fees_have_a_destination() {
    let problem = [("fee_split.destinations", Rule::Splits)];
    assert_errors(&fees(&[], split(&[("a", 1000)])), &problem);
    assert_errors(&fees(&[], Given::default()), &problem);
}

#[test]
fn fee_destinations_are_among_the_splits() {
    assert_errors(&fees(&["a"], split(&[("a", 600), ("b", 400)])), &[]);
    // The splits are sent with the capture, so the destination cannot be compared with them.
    assert_errors(&fees(&["a"], split(&[])), &[]);
    let problem = [("fee_split.destinations", Rule::Splits)];
    assert_errors(&fees(&["a", "c"], split(&[("a", 600), ("b", 400)])), &problem);
    assert_errors(&fees(&["a"], Given::default()), &problem);
}

#[test]
fn nothing_is_captured_before_its_splits_are_known() {
    let automatic = |given: &Given| {
        everywhere(given).map(|(_, mut session)| {
            session.configuration = Some(SessionConfiguration::new().auto_capture(true));
            session.check()
        })
    };
    for report in automatic(&split(&[])) {
        assert_eq!(errors(&report), [("configuration.auto_capture", Rule::AutoCapture)]);
    }
    for given in [split(&[("a", 1000)]), Given::default()] {
        for report in automatic(&given) {
            assert_eq!(report, Report::default());
        }
    }
}

/// Returns the errors in each session of `everywhere` after a gift card of 100 has been added and all chosen options
/// are offered.
fn beside_a_gift_card(given: &Given) -> [Vec<(String, Rule)>; 4] {
    everywhere(given).map(|(_, mut session)| {
        let offers = session.order.shipping_option.iter().flat_map(|chosen| {
            chosen.shipments.clone().unwrap_or_else(|| vec![offer(&chosen.id, 1000)])
        });
        let offers: Vec<_> = offers
            .map(|mut offer| {
                offer.splits = None;
                offer
            })
            .collect();
        session.express.get_or_insert_with(|| ExpressOptions::new(offers));
        session.order.gift_cards = Some(vec![Giftcard::new("card", 100)]);
        let report = session.check();
        errors(&report).iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect()
    })
}

#[test]
fn items_have_no_splits_with_a_gift_card() {
    let found = beside_a_gift_card(&split(&[("a", 1000)]));
    for errors in &found[..3] {
        assert_eq!(errors, &[("order.gift_cards".to_owned(), Rule::GiftCard)]);
    }
    // Without splits there is nothing to report.
    assert_eq!(beside_a_gift_card(&Given::default()), [(); 4].map(|()| Vec::new()));
}

#[test]
fn express_options_have_no_splits_with_a_gift_card() {
    let found = beside_a_gift_card(&split(&[("a", 1000)]));
    assert_eq!(found[3], [("order.gift_cards".to_owned(), Rule::GiftCard)]);
}

#[test]
fn orders_have_one_seller_or_splits() {
    for (place, mut session) in everywhere(&split(&[("a", 1000)])) {
        session.order.payout_destination_id = Some("seller".into());
        let report = session.check();
        assert!(report.is_ok(), "{report}");
        // An option that is offered but not chosen is not part of the order.
        let expected: &[_] = if place.starts_with("order") {
            &[("order.payout_destination_id", Rule::Splits)]
        } else {
            &[]
        };
        assert_eq!(warnings(&report), expected, "{place}");
    }
    let alone = order(1, [line("1", 1)]).payout_destination_id("seller");
    assert_eq!(alone.check(), Report::default());
}
