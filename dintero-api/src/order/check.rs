//! The checks of an order and of a session, whoever built them.

use std::collections::HashMap;
use std::fmt;

use super::problem::{Report, Rule};
use super::vat;
use crate::types::{
    Giftcard, OrderAddress, OrderLine, OrderShippingOption, PayoutFeeSplit, PayoutSplit,
    SessionConfiguration, SessionOrder, SessionProfile,
};
use crate::{MinorUnits, Percent};

/// Nobody documents a limit; Dintero's support is known to name this one.
const KNOWN_LINES: usize = 100;

pub(super) const NO_REFERENCE: &str =
    "the order needs a reference of your own, by which callbacks find it again";

impl SessionOrder {
    /// Looks for what Dintero, or a payment method, would refuse: all problems at once.
    ///
    /// Errors: no merchant reference; a currency that is not in ISO 4217; an amount that is not the sum of items and
    /// shipping option (below it is right with `partial_payment`); line ids that are not unique; amounts beyond
    /// 32 bits; splits that do not add up; rates of VAT between 0 and 1 %, below zero, above 100 % or with more than two
    /// decimals; telephone numbers and countries that have not the API's form; more than one gift card, or one beside splits;
    /// a single shipment, or splits of the option beside shipments.
    ///
    /// Warnings: VAT that is not what the amount contains (Dintero shows it, Klarna checks it); lines without `id`,
    /// `line_id`, `quantity` or `amount`, which some payment methods want; lines of nothing; an amount below zero; more than
    /// 100 lines.
    pub fn check(&self) -> Report {
        let mut report = Report::default();
        required(self, &mut report);
        lines(self, &mut report);
        totals(self, &mut report);
        shipping(self, &mut report);
        gift_cards(self, &mut report);
        for (path, address) in [
            ("shipping_address", &self.shipping_address),
            ("billing_address", &self.billing_address),
        ] {
            if let Some(address) = address {
                check_address(path, address, &mut report);
            }
        }
        report
    }
}

impl SessionProfile {
    /// Checks the order, with paths that begin with `order`, and what needs the session around it.
    ///
    /// Errors: a chosen shipping option that express does not offer; a gift card outside express; `auto_capture` while splits
    /// are left to the capture; two express options with one line id; the customer's telephone number; no profile; URLs that
    /// are none. A callback to this machine is a warning.
    pub fn check(&self) -> Report {
        let mut report = self.order.check();
        for problems in [&mut report.errors, &mut report.warnings] {
            for problem in problems {
                let dot = if problem.path.is_empty() { "" } else { "." };
                problem.path = format!("order{dot}{}", problem.path);
            }
        }
        around_order(self, &self.order, &mut report);
        report
    }
}

/// What [`SessionProfile::check`] adds to the check of the order, which need not be in the session yet.
pub(super) fn around_order(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    profile_and_urls(session, report);
    express(session, order, report);
    auto_capture(session, order, report);
    let phone = session.customer.as_ref().and_then(|customer| customer.phone_number.as_deref());
    check_phone("customer.phone_number", phone, report);
    if !gift_cards_of(order).is_empty() && session.express.is_none() {
        report.error(
            "order.gift_cards",
            Rule::GiftCard,
            "gift cards are for express sessions only",
        );
    }
}

fn required(order: &SessionOrder, report: &mut Report) {
    if order.merchant_reference.is_empty() {
        report.error("merchant_reference", Rule::Required, NO_REFERENCE);
    }
    if order.currency.exponent().is_none() {
        let message = format!("`{}` is not an ISO 4217 currency, such as `NOK`", order.currency);
        report.error("currency", Rule::Currency, message);
    }
}

fn items(order: &SessionOrder) -> &[OrderLine] {
    order.items.as_deref().unwrap_or_default()
}

fn gift_cards_of(order: &SessionOrder) -> &[Giftcard] {
    order.gift_cards.as_deref().unwrap_or_default()
}

/// The part of an order that a check looks at.
#[derive(Clone, Copy)]
enum Part {
    Item(usize),
    ShippingOption,
    Shipment(usize),
}

/// Its path: `items[2]`. Put together only when something is wrong there.
impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(index) => write!(f, "items[{index}]"),
            Self::ShippingOption => f.write_str("shipping_option"),
            Self::Shipment(index) => write!(f, "shipping_option.shipments[{index}]"),
        }
    }
}

fn lines(order: &SessionOrder, report: &mut Report) {
    let items = items(order);
    if items.len() > KNOWN_LINES {
        let message = format!("{} lines; more than {KNOWN_LINES} may be refused", items.len());
        report.warning("items", Rule::LineCount, message);
    }
    let mut ids: HashMap<&str, usize> = HashMap::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        if let Some(id) = item.line_id.as_deref()
            && !id.is_empty()
            && let Some(first) = ids.insert(id, index)
        {
            let message = format!("line id `{id}` is used twice; line {} has it first", first + 1);
            report.error(format!("items[{index}].line_id"), Rule::LineId, message);
        }
        line(Part::Item(index), item, report);
    }
    if let Some(option) = &order.shipping_option
        && ids.insert(&option.line_id, items.len()).is_some()
    {
        let message = format!("line id `{}` is used twice; a line has it too", option.line_id);
        report.error("shipping_option.line_id", Rule::LineId, message);
    }
}

fn line(at: Part, item: &OrderLine, report: &mut Report) {
    let mut missing = Vec::new();
    for (name, is_missing) in [
        ("id", item.id.is_none()),
        ("line_id", item.line_id.is_none()),
        ("quantity", item.quantity.is_none()),
        ("amount", item.amount.is_none()),
    ] {
        if is_missing {
            missing.push(name);
        }
    }
    if !missing.is_empty() {
        let message = format!("some payment methods want {} of every line", missing.join(", "));
        report.warning(at.to_string(), Rule::Advised, message);
    }
    if let Some(quantity) = item.quantity
        && quantity.get().is_zero()
    {
        let message = "a line of nothing: its quantity is zero";
        report.warning(format!("{at}.quantity"), Rule::Quantity, message);
    }
    check_vat(at, item.amount, item.vat, item.vat_amount, report);
    check_splits(at, item.amount, item.splits.as_deref(), item.fee_split.as_ref(), report);
}

fn check_vat(
    at: Part,
    amount: Option<MinorUnits>,
    rate: Option<Percent>,
    vat_amount: Option<MinorUnits>,
    report: &mut Report,
) {
    let Some(rate) = rate else { return };
    if let Err(wrong) = vat::percent(rate.get()) {
        report.error(format!("{at}.vat"), Rule::Vat, wrong.message());
    } else if let (Some(amount), Some(stated)) = (amount, vat_amount)
        && let Some(contained) = vat::contained(amount, rate)
        && contained != stated
    {
        let message = format!("{amount} at {rate} % contains {contained} of VAT, not {stated}");
        report.warning(format!("{at}.vat_amount"), Rule::Vat, message);
    }
}

fn check_splits(
    at: Part,
    amount: Option<MinorUnits>,
    splits: Option<&[PayoutSplit]>,
    fee_split: Option<&PayoutFeeSplit>,
    report: &mut Report,
) {
    // An empty list is allowed: the splits come with the capture.
    let Some(splits @ [_, ..]) = splits else { return };
    let mut sum = 0;
    for (index, split) in splits.iter().enumerate() {
        sum += i128::from(split.amount.get());
        check_int32(format_args!("{at}.splits[{index}].amount"), split.amount, report);
        if split.payout_destination_id.chars().count() > 40 {
            let message = "a payout destination has 40 characters at most";
            let path = format!("{at}.splits[{index}].payout_destination_id");
            report.error(path, Rule::Splits, message);
        }
    }
    let amount = amount.unwrap_or(MinorUnits::ZERO);
    if sum != i128::from(amount.get()) {
        let message =
            format!("the splits are {sum} of {amount}; they have to add up to the amount");
        report.error(format!("{at}.splits"), Rule::Splits, message);
    }
    let paid = |destination: &String| {
        splits.iter().any(|split| split.payout_destination_id == *destination)
    };
    if let Some(PayoutFeeSplit { destinations: Some(destinations), .. }) = fee_split
        && !destinations.iter().all(paid)
    {
        let message =
            "fees are shared by destinations that the splits name, and one is not among them";
        report.error(format!("{at}.fee_split.destinations"), Rule::Splits, message);
    }
}

fn totals(order: &SessionOrder, report: &mut Report) {
    check_int32(format_args!("amount"), order.amount, report);
    if order.amount < MinorUnits::ZERO {
        let message = format!("{} is below zero, and nobody can pay that", order.amount);
        report.warning("amount", Rule::Sum, message);
    }
    if let Some(vat_amount) = order.vat_amount {
        check_int32(format_args!("vat_amount"), vat_amount, report);
    }
    if items(order).is_empty() {
        return;
    }
    let (sum, contained) = sums(order);
    let amount = i128::from(order.amount.get());
    let partial = order.partial_payment == Some(true);
    if amount != sum && !(partial && amount < sum) {
        let (size, way) = ((amount - sum).abs(), if amount > sum { "more" } else { "less" });
        let message = format!(
            "the amount {amount} is {size} {way} than {sum}, the sum of the items and the shipping option"
        );
        report.error("amount", Rule::Sum, message);
    }
    let Some(stated) = order.vat_amount else { return };
    if i128::from(stated.get()) != contained && !partial {
        let message = format!(
            "the VAT {stated} is not {contained}, the sum of the items and the shipping option"
        );
        report.warning("vat_amount", Rule::Vat, message);
    }
}

/// What the items and the shipping option cost, and the VAT that they say is in it.
fn sums(order: &SessionOrder) -> (i128, i128) {
    let (mut amount, mut vat_amount) = (0, 0);
    for item in items(order) {
        amount += whole(item.amount);
        vat_amount += whole(item.vat_amount);
    }
    if let Some(option) = &order.shipping_option {
        amount += whole(Some(option.amount));
        vat_amount += whole(option.vat_amount);
    }
    (amount, vat_amount)
}

fn whole(amount: Option<MinorUnits>) -> i128 {
    amount.unwrap_or(MinorUnits::ZERO).get().into()
}

fn check_int32(path: fmt::Arguments<'_>, amount: MinorUnits, report: &mut Report) {
    if i32::try_from(amount.get()).is_err() {
        let message =
            format!("{amount} is beyond 32 bits: the API takes amounts up to {}", i32::MAX);
        report.error(path.to_string(), Rule::Int32, message);
    }
}

fn shipping(order: &SessionOrder, report: &mut Report) {
    let Some(option) = &order.shipping_option else { return };
    for (field, text) in
        [("id", &option.id), ("line_id", &option.line_id), ("title", &option.title)]
    {
        if text.is_empty() {
            let message = format!("a shipping option needs its `{field}`");
            report.error(format!("shipping_option.{field}"), Rule::Required, message);
        }
    }
    let at = Part::ShippingOption;
    check_vat(at, Some(option.amount), option.vat, option.vat_amount, report);
    let (splits, fees) = (option.splits.as_deref(), option.fee_split.as_ref());
    check_splits(at, Some(option.amount), splits, fees, report);
    shipments(option, report);
}

fn shipments(option: &OrderShippingOption, report: &mut Report) {
    let Some(shipments) = &option.shipments else { return };
    if shipments.len() < 2 {
        let message = "shipments are two or more; for a single one use the shipping option itself";
        report.error("shipping_option.shipments", Rule::Shipments, message);
    }
    if option.splits.is_some() || option.fee_split.is_some() {
        let message = "with shipments, each shipment carries its own splits, and the option none";
        report.error("shipping_option.splits", Rule::Shipments, message);
    }
    if option.pay_in_store.is_some() {
        let message = "shipments cannot be paid in the store";
        report.error("shipping_option.pay_in_store", Rule::Shipments, message);
    }
    for (index, shipment) in shipments.iter().enumerate() {
        let at = Part::Shipment(index);
        check_vat(at, Some(shipment.amount), shipment.vat, shipment.vat_amount, report);
        let (splits, fees) = (shipment.splits.as_deref(), shipment.fee_split.as_ref());
        check_splits(at, Some(shipment.amount), splits, fees, report);
    }
}

/// The lists of splits that the items and the shipping option have; an empty one is left to the capture.
fn split_lists(order: &SessionOrder) -> Vec<&[PayoutSplit]> {
    let mut lists = Vec::new();
    for item in items(order) {
        if let Some(splits) = &item.splits {
            lists.push(splits.as_slice());
        }
    }
    if let Some(OrderShippingOption { splits: Some(splits), .. }) = &order.shipping_option {
        lists.push(splits);
    }
    lists
}

fn gift_cards(order: &SessionOrder, report: &mut Report) {
    let cards = gift_cards_of(order);
    if cards.is_empty() {
        return;
    }
    if cards.len() > 1 {
        let message = format!("an order takes one gift card, and this has {}", cards.len());
        report.error("gift_cards", Rule::GiftCard, message);
    }
    if split_lists(order).iter().any(|splits| !splits.is_empty()) {
        report.error("gift_cards", Rule::GiftCard, "a gift card cannot be used with splits");
    }
}

fn check_address(path: &str, address: &OrderAddress, report: &mut Report) {
    check_phone(&format!("{path}.phone_number"), address.phone_number.as_deref(), report);
    if let Some(country) = address.country
        && !country.as_str().as_bytes().iter().all(u8::is_ascii_uppercase)
    {
        let message = "a country is two upper-case letters of ISO 3166-1, such as `NO`";
        report.error(format!("{path}.country"), Rule::Country, message);
    }
}

/// Never with the number itself, which is personal.
fn check_phone(path: &str, phone: Option<&str>, report: &mut Report) {
    if let Some(phone) = phone
        && !is_phone(phone)
    {
        let message = "a telephone number is 5 to 15 digits, with a `+` in front at most";
        report.error(path, Rule::Phone, message);
    }
}

/// Whether a text has the form that the API wants of a telephone number.
pub(super) fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (5..=15).contains(&digits.len()) && digits.as_bytes().iter().all(u8::is_ascii_digit)
}

fn profile_and_urls(session: &SessionProfile, report: &mut Report) {
    if session.profile_id.is_empty() {
        let message = "a session needs a payment profile; every account has one named `default`";
        report.error("profile_id", Rule::Required, message);
    }
    // An app has a scheme of its own to return to.
    if !has_scheme(&session.url.return_url) {
        let message = "the customer returns to a whole URL, such as `https://example.com/thanks`";
        report.error("url.return_url", Rule::Url, message);
    }
    let Some(callback) = session.url.callback_url.as_deref() else { return };
    let Some(("http" | "https", host)) = callback.split_once("://") else {
        let message = "Dintero calls a whole URL, such as `https://example.com/callback`";
        report.error("url.callback_url", Rule::Url, message);
        return;
    };
    if host.starts_with("localhost") || host.starts_with("127.") || host.starts_with("[::1]") {
        let message = "Dintero cannot call this machine: give the URL that it has outside";
        report.warning("url.callback_url", Rule::Url, message);
    }
}

/// Letters, digits, `+`, `-` and `.` before the first colon (RFC 3986).
fn has_scheme(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let is_of_scheme = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    scheme.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && scheme.as_bytes().iter().all(is_of_scheme)
        && !rest.is_empty()
}

fn express(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    let Some(express) = &session.express else { return };
    let mut ids: HashMap<&str, usize> = HashMap::new();
    for (index, option) in express.shipping_options.iter().enumerate() {
        if ids.insert(&option.line_id, index).is_some() {
            let path = format!("express.shipping_options[{index}].line_id");
            let message = format!("line id `{}` is used twice among the options", option.line_id);
            report.error(path, Rule::LineId, message);
        }
    }
    let Some(chosen) = &order.shipping_option else { return };
    let mut offered = express.shipping_options.iter();
    if !offered.any(|option| option.id == chosen.id && option.line_id == chosen.line_id) {
        let message = format!(
            "the chosen option `{}` (line id `{}`) is not one of express.shipping_options",
            chosen.id, chosen.line_id
        );
        report.error("order.shipping_option", Rule::Express, message);
    }
}

fn auto_capture(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    if let Some(SessionConfiguration { auto_capture: Some(true), .. }) = &session.configuration
        && split_lists(order).iter().any(|splits| splits.is_empty())
    {
        let message = "splits that are left to the capture (empty lists) rule out `auto_capture`";
        report.error("configuration.auto_capture", Rule::AutoCapture, message);
    }
}
