//! Builders for the responses to express callbacks: shipping options, and an order whose amount is the sum that Dintero
//! expects.
//!
//! The response types are those of the API document. The builders compute the sums and refuse mistakes that Dintero
//! would only show as a correction line in the customer's order.

// The functions are `#[inline]`, so that the clones, drops and iterators of models inside them are compiled only in
// programs that call the functions. Few shops use express checkout.

use std::fmt;

use crate::BuildError;
use crate::MinorUnits;
use crate::order::Report;
use crate::order::check::{Charge, LineIds, Place, check_item, check_offered, find_not_offered};
use crate::types::{
    DiscountCodesCallbackResponse, DiscountCodesOrderUpdate, DiscountCodesOrderUpdateItem,
    ExpressCallback, MultiShipmentShippingOption, OrderLine, OrderShippingOption,
    ShippingAddressCallbackResponse, ShippingAddressOrderUpdate,
};

/// Builds the response to a request to `shipping_address_callback_url`: the shipping options for the address, and new
/// items if prices depend on the address.
///
/// Respond with 200 within 60 seconds. Any other status counts as a failure, and Dintero does not retry. In one-click
/// payments, wallets send only the `country` and `postal_code` of the address.
///
/// An empty list of options means that the shop does not deliver to the address.
///
/// # Examples
///
/// ```
/// use dintero_api::Decoded;
/// use dintero_api::callback::ShippingResponseBuilder;
/// use dintero_api::types::{ExpressCallback, MultiShipmentShippingOption};
///
/// fn response(body: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
///     let callback: ExpressCallback = Decoded::from_slice(body)?.value;
///     let bring = MultiShipmentShippingOption::new("home", "home-1", 7900, "Home delivery", "Bring");
///     let response = ShippingResponseBuilder::new(&callback, [bring]).build()?;
///     Ok(serde_json::to_vec(&response)?)
/// }
/// # let body = br#"{"url":{"return_url":"https://h"},"configuration":{},
/// #     "order":{"amount":100,"currency":"NOK","merchant_reference":"17"}}"#;
/// # assert!(String::from_utf8(response(body).unwrap()).unwrap().starts_with(r#"{"shipping_options":[{"id":"home""#));
/// ```
#[derive(Debug, Clone)]
#[must_use = "call `build` to get the response"]
pub struct ShippingResponseBuilder<'c> {
    offer: Offer<'c>,
    items: Option<Vec<OrderLine>>,
}

impl<'c> ShippingResponseBuilder<'c> {
    /// Creates a builder that offers these options. The order stays unchanged unless [`items`](Self::items) replaces
    /// its items.
    pub fn new(
        callback: &'c ExpressCallback,
        options: impl IntoIterator<Item = MultiShipmentShippingOption>,
    ) -> Self {
        Self { offer: Offer::new(callback, options), items: None }
    }

    /// Replaces all items of the order. Shipping is not an item. Fields that only Dintero sets are left out.
    ///
    /// The order's amount becomes the sum of the items and the price of the shipping option that was chosen when
    /// Dintero called. If the chosen option has a different price in the new options, Dintero accounts for the
    /// difference itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::ShippingResponseBuilder;
    /// use dintero_api::types::{MultiShipmentShippingOption, OrderLine};
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// // Deliveries to Svalbard are exempt from VAT, so the tent costs less there.
    /// let home = MultiShipmentShippingOption::new("home", "home", 9900, "Home delivery", "Bring");
    /// let store = MultiShipmentShippingOption::new("store", "store", 0, "Store", "-");
    /// let tent = OrderLine::new().id("TENT").line_id("1").quantity(1).amount(48000).vat(0);
    /// let response = ShippingResponseBuilder::new(session, [home, store]).items([tent]).build()?;
    /// assert_eq!(response.order.unwrap().amount.get(), 48000); // the tent, plus the chosen option, which is free
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn items(mut self, items: impl IntoIterator<Item = OrderLine>) -> Self {
        self.items = Some(items.into_iter().map(without_what_dintero_sets).collect());
        self
    }

    /// Withdraws the option that the customer has chosen, because it is not available for this address. `build` then
    /// accepts an offer without that option.
    ///
    /// The price of the withdrawn option stays in the amount. Dintero does not document what happens to the customer's
    /// choice.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::ShippingResponseBuilder;
    /// use dintero_api::types::MultiShipmentShippingOption;
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// // The customer had chosen to collect in the store, which is too far from the new address.
    /// let home = MultiShipmentShippingOption::new("home", "home", 9900, "Home delivery", "Bring");
    /// let builder = ShippingResponseBuilder::new(session, [home]);
    /// assert!(builder.clone().build().is_err()); // the chosen option is missing, perhaps by mistake
    /// builder.withdraw_chosen().build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn withdraw_chosen(mut self) -> Self {
        self.offer.withdrawn = true;
        self
    }

    /// Checks the options and items, and builds the response.
    ///
    /// # Errors
    ///
    /// Returns all problems at once: every error that [`SessionProfile::check`](crate::types::SessionProfile::check)
    /// reports for items and express options; a chosen option that is not among the offered ones (compared by `id` and
    /// `line_id`), unless it was [withdrawn](Self::withdraw_chosen) or no options are offered; an item without an
    /// amount; a sum that is negative or does not fit in 32 bits; or new items for a partial payment, whose amount is
    /// not the sum of its items.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::ShippingResponseBuilder;
    /// use dintero_api::types::MultiShipmentShippingOption;
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// let home = MultiShipmentShippingOption::new("home", "home", 9900, "Home delivery", "Bring");
    /// match ShippingResponseBuilder::new(session, [home]).build() {
    ///     Ok(response) => println!("{} options", response.shipping_options.len()),
    ///     // Respond with a 5xx, and alert a colleague: this is a bug in the shop.
    ///     Err(error) => error.messages().for_each(|problem| eprintln!("{problem}")),
    /// }
    /// ```
    #[inline]
    pub fn build(self) -> Result<ShippingAddressCallbackResponse, BuildError> {
        let mut problems = Vec::new();
        let lines: Vec<Line<'_>> = self.items.iter().flatten().map(Line::from).collect();
        let items = if self.items.is_some() { Items::New(&lines) } else { Items::Kept };
        self.offer.check(items, &mut problems);
        let total = self.items.is_some().then(|| self.offer.total(&lines, &mut problems)).flatten();
        let vat = self.offer.vat(&lines);
        let mut response = ShippingAddressCallbackResponse::new(self.offer.options);
        response.order = total.zip(self.items).map(|(amount, items)| {
            let mut order = ShippingAddressOrderUpdate::new(amount).items(items);
            order.vat_amount = vat;
            order
        });
        BuildError::unless("response to the address callback", Some(response), problems)
    }
}

/// Builds the response to a request to `express.discount_codes.callback_url`: the order after the discount.
///
/// The codes that the customer entered are in `callback.order.discount_codes`.
///
/// # Examples
///
/// ```
/// use dintero_api::Decoded;
/// use dintero_api::callback::DiscountResponseBuilder;
/// use dintero_api::types::{
///     DiscountCodesOrderUpdateItem, ExpressCallback, MultiShipmentShippingOption,
/// };
///
/// fn response(body: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
///     let callback: ExpressCallback = Decoded::from_slice(body)?.value;
///     let bring = MultiShipmentShippingOption::new("home", "home-1", 7900, "Home delivery", "Bring");
///     let chair = DiscountCodesOrderUpdateItem::new().line_id("1").amount(19990);
///     let response = DiscountResponseBuilder::new(&callback, [bring], [chair]).accept(["SPRING"]).build()?;
///     Ok(serde_json::to_vec(&response)?)
/// }
/// # let body = br#"{"url":{"return_url":"https://h"},"configuration":{},
/// #     "order":{"amount":100,"currency":"NOK","merchant_reference":"17"}}"#;
/// # assert!(String::from_utf8(response(body).unwrap()).unwrap().contains(r#""amount":19990"#));
/// ```
#[derive(Clone)]
#[must_use = "call `build` to get the response"]
pub struct DiscountResponseBuilder<'c> {
    offer: Offer<'c>,
    items: Vec<DiscountCodesOrderUpdateItem>,
    codes: Vec<String>,
}

impl<'c> DiscountResponseBuilder<'c> {
    /// Creates a builder that offers these shipping options and sets the items of the order. Pass all items, including
    /// unchanged ones, but do not pass shipping as an item.
    ///
    /// The order's amount becomes the sum of the items and the price of the shipping option that was chosen when
    /// Dintero called. Fields that only Dintero sets are left out.
    pub fn new(
        callback: &'c ExpressCallback,
        options: impl IntoIterator<Item = MultiShipmentShippingOption>,
        items: impl IntoIterator<Item = DiscountCodesOrderUpdateItem>,
    ) -> Self {
        let mut items: Vec<_> = items.into_iter().collect();
        for item in &mut items {
            item.version = None;
        }
        Self { offer: Offer::new(callback, options), items, codes: Vec::new() }
    }

    /// Sets the accepted codes. By default, no code is accepted.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::DiscountResponseBuilder;
    /// use dintero_api::types::{DiscountCodesOrderUpdateItem, MultiShipmentShippingOption};
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// // Accepts one of the entered codes; the others are refused.
    /// let store = MultiShipmentShippingOption::new("store", "store", 0, "Store", "-");
    /// let tent = DiscountCodesOrderUpdateItem::new().line_id("1").amount(54000); // 10 % off
    /// let response = DiscountResponseBuilder::new(session, [store], [tent]).accept(["TENT10"]).build()?;
    /// assert_eq!(response.order.unwrap().discount_codes.unwrap(), ["TENT10"]);
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn accept<S: Into<String>>(mut self, codes: impl IntoIterator<Item = S>) -> Self {
        self.codes = codes.into_iter().map(Into::into).collect();
        self
    }

    /// Withdraws the option that the customer has chosen, because it is no longer available. `build` then accepts an
    /// offer without that option.
    ///
    /// The price of the withdrawn option stays in the amount. Dintero does not document what happens to the customer's
    /// choice.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::DiscountResponseBuilder;
    /// use dintero_api::types::{DiscountCodesOrderUpdateItem, MultiShipmentShippingOption};
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// // The code is for home delivery only.
    /// let home = MultiShipmentShippingOption::new("home", "home", 0, "Free home delivery", "Bring");
    /// let tent = DiscountCodesOrderUpdateItem::new().line_id("1").amount(60000);
    /// let builder = DiscountResponseBuilder::new(session, [home], [tent]).accept(["FREIGHT"]);
    /// let response = builder.withdraw_chosen().build()?;
    /// # let _ = response;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn withdraw_chosen(mut self) -> Self {
        self.offer.withdrawn = true;
        self
    }

    /// Checks the options and items, and builds the response.
    ///
    /// # Errors
    ///
    /// Returns all problems at once, as [`ShippingResponseBuilder::build`] does. An empty list of items is also an
    /// error, because no amount can be computed from it.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::DiscountResponseBuilder;
    /// use dintero_api::types::{DiscountCodesOrderUpdateItem, MultiShipmentShippingOption};
    ///
    /// # let session: dintero_api::types::ExpressCallback = dintero_api::serde_json::from_str(r#"{"url": {"return_url": "https://h"}, "configuration": {}, "order": {
    /// #     "amount": 60000, "currency": "NOK", "merchant_reference": "order-17",
    /// #     "shipping_option": {"id": "store", "line_id": "store", "amount": 0, "title": "Store", "operator": "-"}}}"#).unwrap();
    /// # let session = &session;
    /// // The code is not valid, so respond with the unchanged order and without accepted codes.
    /// let store = MultiShipmentShippingOption::new("store", "store", 0, "Store", "-");
    /// let tent = DiscountCodesOrderUpdateItem::new().line_id("1").amount(60000);
    /// let response = DiscountResponseBuilder::new(session, [store], [tent]).build()?;
    /// assert_eq!(response.order.unwrap().amount.get(), 60000);
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    #[inline]
    pub fn build(self) -> Result<DiscountCodesCallbackResponse, BuildError> {
        let mut problems = Vec::new();
        let lines: Vec<Line<'_>> = self.items.iter().map(Line::from).collect();
        if lines.is_empty() {
            problems.push("there are no items to add up: build the response yourself".to_owned());
        }
        self.offer.check(Items::New(&lines), &mut problems);
        let total = self.offer.total(&lines, &mut problems);
        let response = total.map(|amount| {
            let order = DiscountCodesOrderUpdate::new(amount);
            let order = order.items(self.items).discount_codes(self.codes);
            DiscountCodesCallbackResponse::new(self.offer.options).order(order)
        });
        BuildError::unless("response to the discount callback", response, problems)
    }
}

impl fmt::Debug for DiscountResponseBuilder<'_> {
    /// Omits the codes: anyone who sees them can use them.
    #[inline]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DiscountResponseBuilder")
            .field("offer", &self.offer)
            .field("items", &self.items)
            .field("codes", &self.codes.len())
            .finish()
    }
}

/// The part that both builders share: the offered options, and the session, in which an option may already be chosen.
#[derive(Debug, Clone)]
struct Offer<'c> {
    callback: &'c ExpressCallback,
    options: Vec<MultiShipmentShippingOption>,
    withdrawn: bool,
}

impl<'c> Offer<'c> {
    fn new(
        callback: &'c ExpressCallback,
        options: impl IntoIterator<Item = MultiShipmentShippingOption>,
    ) -> Self {
        Self { callback, options: options.into_iter().collect(), withdrawn: false }
    }

    #[inline]
    fn chosen(&self) -> Option<&'c OrderShippingOption> {
        self.callback.order.shipping_option.as_ref()
    }

    #[inline]
    fn check(&self, items: Items<'_>, problems: &mut Vec<String>) {
        let mut report = Report::default();
        let mut ids = match items {
            Items::New(_) => LineIds::default(),
            // Items that Dintero has already accepted are not checked: an error would leave the checkout without a
            // response.
            Items::Kept => LineIds::of(self.callback.order.items.as_deref().unwrap_or_default()),
        };
        if let Items::New(items) = items {
            for (index, item) in items.iter().enumerate() {
                check_item(index, item.line_id, item.charge, &mut ids, &mut report);
            }
        }
        // The chosen option becomes a line of the transaction, so it needs a line id that no item has.
        check_offered(&self.options, Place::ReturnedOption, &mut ids, &mut report);
        self.check_splits(items, problems);
        problems.extend(report.errors().iter().map(ToString::to_string));
        let missing = self.chosen().and_then(|chosen| find_not_offered(chosen, &self.options));
        if !self.options.is_empty() && !self.withdrawn && missing.is_some() {
            problems.push(
                "the option that the customer has chosen is not offered: offer it, or call `withdraw_chosen`".to_owned(),
            );
        }
    }

    /// Checks that the session permits the splits: an order with a gift card must have no splits, and a session with
    /// `auto_capture` must have no empty lists of splits.
    #[inline]
    fn check_splits(&self, items: Items<'_>, problems: &mut Vec<String>) {
        let new = if let Items::New(items) = items { items } else { &[] };
        let charges = new.iter().map(|item| item.charge);
        let charges = charges.chain(self.options.iter().map(Charge::from));
        let lists: Vec<_> = charges.filter_map(Charge::splits).collect();
        let has_gift_card =
            self.callback.order.gift_cards.as_ref().is_some_and(|cards| !cards.is_empty());
        if has_gift_card && lists.iter().any(|splits| !splits.is_empty()) {
            problems.push("the order has a gift card, which cannot be used with splits".to_owned());
        }
        let configuration = self.callback.configuration.as_ref();
        let is_automatic = configuration.is_some_and(|it| it.auto_capture == Some(true));
        if is_automatic && lists.iter().any(|splits| splits.is_empty()) {
            problems.push(
                "empty lists of splits, which are only filled in at capture, cannot be used with the session's `auto_capture`".to_owned(),
            );
        }
    }

    /// Adds up the items and the price that the chosen option had when Dintero called.
    #[inline]
    fn total(&self, items: &[Line<'_>], problems: &mut Vec<String>) -> Option<MinorUnits> {
        if self.callback.order.partial_payment == Some(true) {
            problems
                .push("the amount of a partial payment is not the sum of its items: build the response yourself".to_owned());
        }
        for (index, _) in items.iter().enumerate().filter(|(_, item)| item.amount.is_none()) {
            problems.push(format!("`items[{index}].amount` is missing"));
        }
        let amounts = items.iter().filter_map(|item| item.amount);
        let total = sum(amounts.chain(self.chosen().map(|chosen| chosen.amount)));
        match total {
            None => problems.push(
                "the order's amount does not fit in 32 bits: are amounts in minor units?"
                    .to_owned(),
            ),
            Some(total) if total < MinorUnits::ZERO => {
                problems.push(format!("the order's amount is {total}, which is negative"));
            }
            Some(_) => {}
        }
        total
    }

    /// Returns the VAT that the total includes, if the VAT of every item and of the chosen option is known.
    #[inline]
    fn vat(&self, items: &[Line<'_>]) -> Option<MinorUnits> {
        let items = items.iter().map(|item| item.vat_amount);
        let parts = items.chain(self.chosen().map(|chosen| chosen.vat_amount));
        sum(parts.collect::<Option<Vec<_>>>()?)
    }
}

/// The items of the order after the response.
#[derive(Clone, Copy)]
enum Items<'i> {
    New(&'i [Line<'i>]),
    /// The items that Dintero sent.
    Kept,
}

/// The fields of an item that the checks need, from either item type.
struct Line<'i> {
    line_id: Option<&'i str>,
    amount: Option<MinorUnits>,
    vat_amount: Option<MinorUnits>,
    charge: Charge<'i>,
}

impl<'i> From<&'i OrderLine> for Line<'i> {
    #[inline]
    fn from(item: &'i OrderLine) -> Self {
        let (amount, vat_amount) = (item.amount, item.vat_amount);
        Self { line_id: item.line_id.as_deref(), amount, vat_amount, charge: Charge::from(item) }
    }
}

impl<'i> From<&'i DiscountCodesOrderUpdateItem> for Line<'i> {
    #[inline]
    fn from(item: &'i DiscountCodesOrderUpdateItem) -> Self {
        let (amount, vat_amount) = (item.amount, item.vat_amount);
        Self { line_id: item.line_id.as_deref(), amount, vat_amount, charge: Charge::from(item) }
    }
}

/// Returns the sum, or `None` if it does not fit in 32 bits, which is the limit for an order's amount.
fn sum(amounts: impl IntoIterator<Item = MinorUnits>) -> Option<MinorUnits> {
    let total = amounts.into_iter().try_fold(MinorUnits::ZERO, MinorUnits::checked_add)?;
    i32::try_from(total.get()).ok().map(MinorUnits::from)
}

#[inline]
fn without_what_dintero_sets(mut item: OrderLine) -> OrderLine {
    item.version = None;
    item.gross_amount = None;
    item.is_changed = None;
    item
}
