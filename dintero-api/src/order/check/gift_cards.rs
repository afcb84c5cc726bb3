//! Checks gift cards, and the seller who receives the entire amount of an order.

use super::charge::check_destination;
use super::{gift_cards_of, split_lists};
use crate::MinorUnits;
use crate::order::problem::{Report, Rule};
use crate::types::SessionOrder;

pub(super) fn check_gift_cards(order: &SessionOrder, report: &mut Report) {
    let cards = gift_cards_of(order);
    if cards.len() > 1 {
        let message =
            format!("an order can have only one gift card, but this order has {}", cards.len());
        report.error("gift_cards", Rule::GiftCard, message);
    }
    for (index, card) in cards.iter().enumerate() {
        if card.card_id.is_empty() {
            let message = "a gift card needs its `card_id`";
            report.error(format!("gift_cards[{index}].card_id"), Rule::GiftCard, message);
        }
        if card.amount < MinorUnits::ZERO || card.amount > order.amount.max(MinorUnits::ZERO) {
            let message = format!(
                "a gift card pays from zero up to the order's amount of {}, but this gift card pays {}",
                order.amount, card.amount
            );
            report.error(format!("gift_cards[{index}].amount"), Rule::GiftCard, message);
        }
    }
    if !cards.is_empty() && split_lists(order).any(|splits| !splits.is_empty()) {
        report.error("gift_cards", Rule::GiftCard, "a gift card cannot be used with splits");
    }
}

/// Checks the seller who receives the entire amount of the order.
pub(super) fn check_seller(order: &SessionOrder, report: &mut Report) {
    let Some(seller) = &order.payout_destination_id else { return };
    check_destination(format_args!("payout_destination_id"), seller, report);
    if split_lists(order).next().is_some() {
        let message = "one seller receives the whole order, but there are also splits: Dintero does not document which takes precedence";
        report.warning("payout_destination_id", Rule::Splits, message);
    }
}
