//! Checks the parts of a session outside its order: URLs, express options, automatic capture, gift cards, and the
//! customer.

use super::address::check_phone;
use super::place::{LineIds, Place};
use super::{Charge, gift_cards_of, items, shipping, split_lists};
use crate::AccountId;
use crate::order::problem::{Report, Rule};
use crate::types::{ExpressOptions, SessionConfiguration, SessionOrder, SessionProfile};
use crate::web_url::{self, UrlFault};

/// Whether an unreachable callback URL is an error. This depends on the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The account may be a sandbox account, so an unreachable URL is only a warning.
    Unknown,
    /// A production account: without callbacks, the shop would miss paid orders.
    Required,
}

impl From<&AccountId> for Reach {
    fn from(account: &AccountId) -> Self {
        if account.is_sandbox() { Self::Unknown } else { Self::Required }
    }
}

pub(super) fn check_session(
    session: &SessionProfile,
    order: &SessionOrder,
    reach: Reach,
    report: &mut Report,
) {
    if session.profile_id.is_empty() {
        let message = "a session needs a payment profile; every account has one named `default`";
        report.error("profile_id", Rule::Required, message);
    }
    check_urls(session, reach, report);
    if let Some(express) = &session.express {
        check_express(express, order, report);
    }
    check_auto_capture(session, order, report);
    let phone = session.customer.as_ref().and_then(|customer| customer.phone_number.as_deref());
    check_phone(format_args!("customer.phone_number"), phone, report);
    check_gift_cards(session, order, report);
}

fn check_urls(session: &SessionProfile, reach: Reach, report: &mut Report) {
    for fault in web_url::return_faults(&session.url.return_url) {
        let message = format!("the customer cannot return to this URL: {}", fault.message());
        report.error("url.return_url", Rule::Url, message);
    }
    if let Some(terms) = &session.url.merchant_terms_url {
        for fault in web_url::page_faults(terms) {
            let message = format!("the customer cannot read this page: {}", fault.message());
            report.error("url.merchant_terms_url", Rule::Url, message);
        }
    }
    let express = session.express.as_ref();
    let codes = express.and_then(|express| express.discount_codes.as_ref());
    let callbacks = [
        ("url.callback_url", session.url.callback_url.as_deref()),
        (
            "express.shipping_address_callback_url",
            express.and_then(|express| express.shipping_address_callback_url.as_deref()),
        ),
        (
            "express.discount_codes.callback_url",
            codes.and_then(|codes| codes.callback_url.as_deref()),
        ),
    ];
    for (path, url) in callbacks {
        for fault in url.map(web_url::callback_faults).unwrap_or_default() {
            check_callback(path, fault, reach, report);
        }
    }
}

fn check_callback(path: &str, fault: UrlFault, reach: Reach, report: &mut Report) {
    let message = format!("Dintero cannot call this URL: {}", fault.message());
    if fault.is_only_reach() && reach == Reach::Unknown {
        report.warning(path, Rule::Url, message);
    } else {
        report.error(path, Rule::Url, message);
    }
}

fn check_express(express: &ExpressOptions, order: &SessionOrder, report: &mut Report) {
    // The chosen option is also one of the offered options, so the line id of the chosen option is not a duplicate.
    let mut ids = LineIds::of(items(order));
    shipping::check_offered(&express.shipping_options, Place::ExpressOption, &mut ids, report);
    if let Some(chosen) = &order.shipping_option
        && let Some(missing) = shipping::find_not_offered(chosen, &express.shipping_options)
    {
        let message = format!(
            "the chosen option `{}` (line id `{}`) is not one of express.shipping_options",
            missing.id, missing.line_id
        );
        report.error("order.shipping_option", Rule::Express, message);
    }
}

/// Returns the charges of the express options that the customer can choose.
fn offered_charges(session: &SessionProfile) -> impl Iterator<Item = (Place, Charge<'_>)> {
    let options = session.express.iter().flat_map(|express| &express.shipping_options);
    options.enumerate().map(|(index, option)| (Place::ExpressOption(index), Charge::from(option)))
}

fn check_auto_capture(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    let Some(SessionConfiguration { auto_capture: Some(true), .. }) = &session.configuration else {
        return;
    };
    let in_order = split_lists(order).any(<[_]>::is_empty);
    let offered =
        offered_charges(session).any(|(_, charge)| charge.splits().is_some_and(<[_]>::is_empty));
    if in_order || offered {
        let message =
            "`auto_capture` is not possible if splits are left to the capture (empty lists)";
        report.error("configuration.auto_capture", Rule::AutoCapture, message);
    }
}

fn check_gift_cards(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    if gift_cards_of(order).is_empty() {
        return;
    }
    if session.express.is_none() {
        let message = "gift cards are only allowed in express sessions";
        report.error("order.gift_cards", Rule::GiftCard, message);
    }
    let is_split = |(_, charge): &(Place, Charge<'_>)| {
        charge.splits().is_some_and(|splits| !splits.is_empty())
    };
    if let Some((place, _)) = offered_charges(session).find(is_split) {
        let message = format!("a gift card cannot be used with splits, but {place} has some");
        report.error("order.gift_cards", Rule::GiftCard, message);
    }
}
