//! The checks for orders and sessions, whether built by hand or from a cart.
//!
//! The tables in the documentation of the two `check` methods list every rule: one row for each place in this folder
//! that reports a problem, with the test that covers it. `tests/order/check/table.rs` compares the tables with the
//! code.

mod address;
mod amounts;
mod charge;
mod gift_cards;
mod lines;
mod place;
mod session;
mod shipping;

#[cfg(feature = "derive")]
pub(super) use address::is_phone;
pub(crate) use charge::Charge;
#[cfg(feature = "callback")]
pub(crate) use lines::check_item;
#[cfg(feature = "callback")]
pub(crate) use place::{LineIds, Place};
#[cfg(feature = "callback")]
pub(crate) use shipping::{check_offered, find_not_offered};

use super::problem::{Report, Rule};
use crate::AccountId;
use crate::types::{Giftcard, OrderLine, PayoutSplit, SessionOrder, SessionProfile};
use session::Reach;

pub(super) const NO_REFERENCE: &str =
    "the order needs a reference of your own, which callbacks use to identify it";

impl SessionOrder {
    /// Checks the order against the rules below, and returns all problems at once.
    ///
    /// An error is something that the API document forbids, or a sum that cannot be correct. A warning is something
    /// that only some payment methods refuse, or something that is allowed but most likely a mistake. The table lists
    /// every rule. "Option" means the chosen shipping option and each of its shipments and, in a session, each express
    /// option.
    ///
    /// | What must hold | [`Rule`] | Level | Source | Test |
    /// | --- | --- | --- | --- | --- |
    /// | `merchant_reference` is not empty | `Required` | error | required | `an_order_has_a_reference` |
    /// | `currency` is an ISO 4217 code with a minor unit | `Currency` | error | `SessionOrder.currency` | `currencies_are_in_iso_4217` |
    /// | no two items or options share a `line_id` | `LineId` | error | `ShippingOption.line_id`, `OrderItem.line_id` | `line_ids_are_unique` |
    /// | the `line_id` of an item is not empty | `LineId` | error | `OrderItem.line_id`: it identifies the line | `empty_line_ids_identify_nothing` |
    /// | an item has `id`, `line_id`, `quantity` and `amount` | `Advised` | warning | `SessionOrder.items`: Instabank and Walley | `items_have_the_fields_that_some_methods_require` |
    /// | the `quantity` of an item is not zero | `Quantity` | warning | arithmetic | `quantities_are_not_zero` |
    /// | there are at most 100 items | `LineCount` | warning | Dintero's support | `a_hundred_lines_are_known_to_work` |
    /// | `vat` of an item or option is 0, or from 1 to 100 percent with at most two decimals | `Vat` | error | `OrderItem.vat`: percent, never 0.25 | `rates_are_percent` |
    /// | `vat_amount` of an item or option is the VAT that its `amount` contains | `Vat` | warning | arithmetic; Klarna checks VAT amounts | `vat_amounts_match_their_amounts` |
    /// | `splits` of an item or option add up to its `amount`, which is set, unless the list is empty | `Splits` | error | arithmetic: shares of the amount | `splits_add_up` |
    /// | `amount` and `vat_amount` of the order, and amounts of splits, fit in 32 bits | `Int32` | error | format `int32` | `amounts_fit_in_32_bits` |
    /// | a `payout_destination_id` is not empty | `Splits` | error | `PayoutSplit`: the id of a seller | `sellers_have_ids` |
    /// | a `payout_destination_id` has at most 40 characters | `Splits` | error | `maxLength` | `sellers_have_short_ids` |
    /// | `fee_split.destinations` is not empty | `Splits` | error | `minItems` | `fees_have_a_destination` |
    /// | `fee_split.destinations` are among the splits | `Splits` | error | `PayoutFeeSplit.destinations` | `fee_destinations_are_among_the_splits` |
    /// | an order with a `payout_destination_id` does not have splits | `Splits` | warning | `SessionOrder.payout_destination_id`: for orders without splits | `orders_have_one_seller_or_splits` |
    /// | `amount` of a discount line is not below zero, unless the amount of the line itself is zero or below | `Discount` | warning | `DiscountItem.amount`: the amount taken off | `discount_amounts_are_not_negative` |
    /// | `percentage` of a discount line is 0, or from 1 to 100 | `Discount` | warning | `DiscountItem.percentage`: percent | `discount_rates_are_percent` |
    /// | `amount` is not below zero | `Sum` | warning | arithmetic | `the_amount_is_not_negative` |
    /// | `amount` is the sum of the items (zero for an empty list) and the chosen option, or at most that sum with `partial_payment`; an item without an amount adds nothing | `Sum` | error | `SessionOrder.amount` | `the_amount_is_the_sum` |
    /// | without a list of items, `amount` is at least the option's `amount`, unless the order is a `partial_payment` | `Sum` | error | `SessionOrder.shipping_option`: part of the amount | `shipping_is_part_of_the_amount` |
    /// | `vat_amount` is the VAT of the items and the chosen option, unless the order is a `partial_payment`, or one of them has neither a `vat_amount` nor a `vat` | `Vat` | warning | `SessionOrder.vat_amount` | `vat_of_the_order_is_the_sum` |
    /// | `id`, `line_id` and `title` of an option are not empty | `Required` | error | required | `options_have_ids_and_titles` |
    /// | `amount` of an option is not below zero | `Sum` | error | `ShippingOption.amount`: 0 is free | `the_price_of_delivery_is_not_negative` |
    /// | there are two or more shipments | `Shipments` | error | `shipments` | `there_are_at_least_two_shipments` |
    /// | with shipments, the option has neither `splits` nor `fee_split` | `Shipments` | error | `shipments` | `shipments_carry_the_splits` |
    /// | with shipments, the option has no `pay_in_store` | `Shipments` | error | `shipments` | `shipments_are_not_paid_in_the_store` |
    /// | a shipment has `shipment_items` | `Shipments` | warning | `shipments`: required, but not by the schema | `shipments_contain_items` |
    /// | `shipment_items` name items of the order, if the order has items | `Shipments` | error | `MultiShipmentItem.line_id` | `shipments_contain_items_of_the_order` |
    /// | no two shipments share a `shipment_id` | `Shipments` | error | `shipment_id`: one option for each | `shipments_have_one_option_each` |
    /// | the amounts of the shipments add up to the option's `amount` | `Shipments` | warning | arithmetic | `shipments_add_up_to_the_price_of_the_option` |
    /// | shipments contain no more of an item than its `quantity` | `Shipments` | warning | arithmetic | `no_more_is_shipped_than_ordered` |
    /// | `country` of an address, and `countries` of an option, are in upper case | `Country` | error | format `iso3166-alpha2` | `countries_are_in_upper_case` |
    /// | a telephone number is 5 to 15 digits, optionally after a `+` | `Phone` | error | `pattern` | `telephone_numbers_are_digits` |
    /// | there is at most one gift card | `GiftCard` | error | `maxItems` | `one_gift_card_at_most` |
    /// | `card_id` of a gift card is not empty | `GiftCard` | error | required | `gift_cards_have_ids` |
    /// | a gift card pays from zero to the order's `amount` | `GiftCard` | error | `Giftcard.amount`: zero or more, a part of the order's amount | `gift_cards_pay_a_part` |
    /// | with a gift card, no item or option has splits | `GiftCard` | error | `Giftcard`: not with splits | `items_have_no_splits_with_a_gift_card` |
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Currency;
    /// use dintero_api::order::Rule;
    /// use dintero_api::types::{OrderLine, SessionOrder};
    ///
    /// let chair = OrderLine::new().id("CHAIR-1").line_id("1").quantity(2).amount(59980).vat(25);
    /// let mut order = SessionOrder::new(59980, Currency::NOK, "order-1001").items([chair]);
    /// assert!(order.check().is_ok());
    ///
    /// order.amount = 29990.into(); // the price of one chair
    /// let report = order.check();
    /// let sum = &report.errors()[0];
    /// assert_eq!((sum.path.as_str(), sum.rule), ("amount", Rule::Sum));
    /// ```
    pub fn check(&self) -> Report {
        let mut report = Report::default();
        check_required(self, &mut report);
        let mut ids = lines::check_items(self, &mut report);
        amounts::check_totals(self, &mut report);
        charge::check_discounts(
            format_args!(""),
            self.discount_lines.as_deref().unwrap_or_default(),
            self.amount < crate::MinorUnits::ZERO,
            &mut report,
        );
        shipping::check_chosen(self, &mut ids, &mut report);
        gift_cards::check_gift_cards(self, &mut report);
        gift_cards::check_seller(self, &mut report);
        address::check_addresses(self, &mut report);
        report
    }
}

impl SessionProfile {
    /// Checks the session and its order.
    ///
    /// The order must follow the [rules for orders](SessionOrder::check); the paths of its problems begin with `order`.
    /// The rules for options also apply to express options, and the rule for telephone numbers also applies to the
    /// customer's telephone number. In addition:
    ///
    /// | What must hold | [`Rule`] | Level | Source | Test |
    /// | --- | --- | --- | --- | --- |
    /// | `profile_id` is not empty | `Required` | error | required | `a_session_has_a_profile` |
    /// | `url.return_url` is a web page, local or public, or a link into an app, with the app's own scheme | `Url` | error | `SessionUrls.return_url`: page or app link | `customers_return_to_pages_and_apps` |
    /// | `url.merchant_terms_url` is a web page | `Url` | error | `pattern` | `terms_are_a_page` |
    /// | `url.callback_url`, `express.shipping_address_callback_url` and `express.discount_codes.callback_url` are web URLs without credentials or fragments | `Url` | error | format `uri`, `pattern` | `callbacks_are_urls` |
    /// | the callback URLs in the previous row use HTTPS and have a public host (an error for a production account, see [`check_for`](Self::check_for)) | `Url` | warning | `CallbackUrl`: public HTTPS | `callbacks_are_public` |
    /// | the chosen option, or the option chosen for each shipment, is one of `express.shipping_options`, compared by `id` and `line_id` | `Express` | error | `PUT /sessions/{session_id}` | `the_chosen_option_is_offered` |
    /// | with `auto_capture`, no item or option leaves its splits to the capture (an empty list) | `AutoCapture` | error | `OrderItem.splits` | `nothing_is_captured_before_its_splits_are_known` |
    /// | only express sessions have gift cards | `GiftCard` | error | `Giftcard` | `only_express_sessions_have_gift_cards` |
    /// | with a gift card, no express option has splits | `GiftCard` | error | `Giftcard`: not with splits | `express_options_have_no_splits_with_a_gift_card` |
    ///
    /// A callback URL that Dintero cannot reach is only a warning here, because the session itself works, and tests run
    /// against a mock server on the same machine. [`check_for`](Self::check_for) is stricter for a production account.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Currency;
    /// use dintero_api::types::{SessionOrder, SessionProfile, SessionUrls};
    ///
    /// let urls = SessionUrls::new("shop.example.com/thanks"); // without `https://`
    /// let session = SessionProfile::new(urls, SessionOrder::new(29990, Currency::NOK, ""), "default");
    /// let report = session.check();
    /// let paths: Vec<&str> = report.errors().iter().map(|problem| problem.path.as_str()).collect();
    /// assert_eq!(paths, ["order.merchant_reference", "url.return_url"]);
    /// ```
    pub fn check(&self) -> Report {
        self.check_with(Reach::Unknown)
    }

    /// Checks the session in the same way as [`check`](Self::check), but for a given account.
    ///
    /// For a production account, a callback URL that Dintero cannot reach is an error, because without callbacks the
    /// shop would never learn about its paid orders.
    ///
    /// The code that creates sessions can therefore be the same with a mock server on this machine, with a sandbox
    /// account and a tunnel, and in production; only the account differs.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::{SessionOrder, SessionProfile, SessionUrls};
    /// use dintero_api::{AccountId, Currency};
    ///
    /// # fn main() -> Result<(), dintero_api::InvalidAccountId> {
    /// let urls = SessionUrls::new("http://localhost:3000/thanks").callback_url("http://localhost:3000/callback");
    /// let session = SessionProfile::new(urls, SessionOrder::new(29990, Currency::NOK, "order-1001"), "default");
    /// assert!(session.check_for(&AccountId::try_from("T12345678")?).is_ok());
    /// assert!(!session.check_for(&AccountId::try_from("P12345678")?).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn check_for(&self, account: &AccountId) -> Report {
        self.check_with(account.into())
    }

    fn check_with(&self, reach: Reach) -> Report {
        let mut report = self.order.check();
        for problems in [&mut report.errors, &mut report.warnings] {
            for problem in problems {
                let dot = if problem.path.is_empty() { "" } else { "." };
                problem.path = format!("order{dot}{}", problem.path);
            }
        }
        session::check_session(self, &self.order, reach, &mut report);
        report
    }
}

/// Runs the checks that [`SessionProfile::check`] adds to those of the order. The order need not be in the session yet.
#[cfg(feature = "derive")]
pub(super) fn around_order(session: &SessionProfile, order: &SessionOrder, report: &mut Report) {
    session::check_session(session, order, Reach::Unknown, report);
}

fn check_required(order: &SessionOrder, report: &mut Report) {
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

/// Returns every list of splits in an order. An empty list means that the capture will specify the splits.
fn split_lists(order: &SessionOrder) -> impl Iterator<Item = &[PayoutSplit]> {
    let option = order.shipping_option.as_ref();
    let shipments = option.and_then(|option| option.shipments.as_deref()).unwrap_or_default();
    let charges = items(order).iter().map(Charge::from);
    let charges = charges.chain(option.map(Charge::from));
    charges.chain(shipments.iter().map(Charge::from)).filter_map(Charge::splits)
}
