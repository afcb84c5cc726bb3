//! Tests the rules for the amounts of the whole order: sums, limits, and the part that a gift card pays.

use dintero_api::Currency;
use dintero_api::order::{Report, Rule};
use dintero_api::types::{Giftcard, PayoutSplit, SessionOrder};

use super::{errors, line, option, order, warnings};

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
fn shipping_is_part_of_the_amount() {
    let bare = |amount| SessionOrder::new(amount, Currency::NOK, "order");
    let report = bare(100).shipping_option(option("post", 390)).check();
    assert_eq!(errors(&report), [("amount", Rule::Sum)]);
    for right in [
        bare(390).shipping_option(option("post", 390)),
        bare(1000).shipping_option(option("post", 390)),
        bare(100).shipping_option(option("post", 390)).partial_payment(true),
    ] {
        assert_eq!(right.check(), Report::default());
    }
}

/// Without a list of items, the sum is unknown. An empty list has a sum: the price of the shipping option. An order whose
/// items were all removed must not keep its amount.
#[test]
fn an_empty_list_of_items_adds_up_to_nothing() {
    let empty = |amount| SessionOrder::new(amount, Currency::NOK, "order").items([]);
    assert_eq!(errors(&empty(100).check()), [("amount", Rule::Sum)]);
    assert_eq!(errors(&empty(100).partial_payment(true).check()), [("amount", Rule::Sum)]);
    let report = empty(391).shipping_option(option("post", 390)).check();
    assert_eq!(errors(&report), [("amount", Rule::Sum)]);
    for right in [empty(0), empty(390).shipping_option(option("post", 390))] {
        assert_eq!(right.check(), Report::default());
    }
}

#[test]
fn amounts_fit_in_32_bits() {
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
fn the_amount_is_not_negative() {
    let report = order(-100, [line("1", -100)]).check();
    assert!(report.is_ok(), "the API is not known to refuse a negative amount");
    assert_eq!(warnings(&report), [("amount", Rule::Sum)]);
}

#[test]
fn vat_of_the_order_is_the_sum() {
    let with = |vat_amount: i64| {
        let mut post = option("post", 500);
        post.vat_amount = Some(100.into());
        order(1500, [line("1", 1000).vat(25).vat_amount(200)])
            .shipping_option(post)
            .vat_amount(vat_amount)
    };
    assert_eq!(with(300).check(), Report::default());
    assert_eq!(warnings(&with(200).check()), [("vat_amount", Rule::Vat)]);
    assert_eq!(with(200).partial_payment(true).check(), Report::default());
}

/// VAT that is not stated is calculated from the rate; if there is no rate either, nothing is known about the sum.
#[test]
fn vat_that_is_not_stated_is_not_zero() {
    let taxed = |vat_amount: i64| order(1000, [line("1", 1000).vat(25)]).vat_amount(vat_amount);
    assert_eq!(taxed(200).check(), Report::default());
    assert_eq!(warnings(&taxed(0).check()), [("vat_amount", Rule::Vat)]);
    let lines = [line("1", 1000).vat(25), line("2", 1000)];
    assert_eq!(order(2000, lines).vat_amount(400).check(), Report::default());
}

/// An item without an amount adds nothing to the sum, and the message says so.
#[test]
fn amount_that_is_missing_is_not_called_zero() {
    let mut unpriced = line("1", 0);
    unpriced.amount = None;
    let report = order(1000, [unpriced.clone(), line("2", 900)]).check();
    assert_eq!(errors(&report), [("amount", Rule::Sum)]);
    assert!(report.to_string().contains("an item without an amount adds nothing"), "{report}");
    let split = unpriced.splits([PayoutSplit::new("seller", 900)]);
    let report = order(900, [split, line("2", 900)]).check();
    assert_eq!(errors(&report), [("items[0].splits", Rule::Splits)]);
    assert!(report.to_string().contains("there is no amount"), "{report}");
}

#[test]
fn one_gift_card_at_most() {
    let card = Giftcard::new("card", 100);
    let order = order(200, [line("1", 200)]).gift_cards([card.clone(), card]);
    assert_eq!(errors(&order.check()), [("gift_cards", Rule::GiftCard)]);
}

#[test]
fn gift_cards_have_ids() {
    let order = order(200, [line("1", 200)]).gift_cards([Giftcard::new("", 100)]);
    assert_eq!(errors(&order.check()), [("gift_cards[0].card_id", Rule::GiftCard)]);
}

#[test]
fn gift_cards_pay_a_part() {
    for (amount, is_right) in [(0, true), (200, true), (201, false), (-1, false)] {
        let order = order(200, [line("1", 200)]).gift_cards([Giftcard::new("card", amount)]);
        let expected: &[_] =
            if is_right { &[] } else { &[("gift_cards[0].amount", Rule::GiftCard)] };
        assert_eq!(errors(&order.check()), expected, "{amount}");
    }
}
