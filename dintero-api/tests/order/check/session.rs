//! Tests the rules for the parts of a session outside its order. `urls` tests the rules for URLs.

use dintero_api::order::Rule;
use dintero_api::types::{ExpressOptions, Giftcard};

use super::{errors, line, offer, option, order, session, shipped};

#[test]
fn a_session_has_a_profile() {
    let mut session = session(order(100, [line("1", 100)]));
    session.profile_id.clear();
    assert_eq!(errors(&session.check()), [("profile_id", Rule::Required)]);
}

#[test]
fn the_chosen_option_is_offered() {
    let chosen = order(200, [line("1", 100)]).shipping_option(option("b", 100));
    let mut session = session(chosen);
    let not_offered = [("order.shipping_option", Rule::Express)];
    session.express = Some(ExpressOptions::new([offer("a", 100)]));
    assert_eq!(errors(&session.check()), not_offered);
    session.express = Some(ExpressOptions::new([offer("a", 100), offer("b", 100)]));
    assert!(session.check().is_ok());
    // An option is identified by its `id` together with its `line_id`.
    for change in [|offer: &mut String| offer.push('2'); 2].into_iter().enumerate() {
        let mut other = offer("b", 100);
        let (field, change) = change;
        change(if field == 0 { &mut other.id } else { &mut other.line_id });
        session.express = Some(ExpressOptions::new([other]));
        assert_eq!(errors(&session.check()), not_offered);
    }
}

#[test]
fn the_option_chosen_for_each_shipment_is_offered() {
    let chosen = shipped([offer("a", 50), offer("b", 50)]);
    let mut session = session(order(200, [line("1", 100)]).shipping_option(chosen));
    session.express = Some(ExpressOptions::new([offer("a", 50), offer("b", 50), offer("c", 9)]));
    assert!(session.check().is_ok(), "{}", session.check());
    session.express = Some(ExpressOptions::new([offer("a", 50), offer("both", 100)]));
    let report = session.check();
    assert_eq!(errors(&report), [("order.shipping_option", Rule::Express)]);
    assert!(report.to_string().contains("`b`"), "{report}");
}

#[test]
fn only_express_sessions_have_gift_cards() {
    let order = order(200, [line("1", 200)]).gift_cards([Giftcard::new("card", 100)]);
    let mut session = session(order);
    assert_eq!(errors(&session.check()), [("order.gift_cards", Rule::GiftCard)]);
    session.express = Some(ExpressOptions::new([]));
    assert!(session.check().is_ok());
}
