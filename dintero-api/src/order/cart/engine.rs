//! What the derives call, one function for each kind of target. Outside the compatibility promise.
//!
//! Each comes in three forms: for a field, for a field that is an `Option`, and (`_with`) for the result of a function, a
//! constant or a computed value. Generic parts are thin: a merchant's build makes them once for every type.

use std::fmt::Display;

use super::address::{AddressMapping, ToAddress, clean_phone};
use super::context::Context;
use super::discount::{DiscountMapping, Reduction, ToDiscount};
use super::line::Priced;
use super::lines::{LineMapping, Lines, ToOrderItems};
use super::mapped::valid;
use super::mapping::{OrderMapping, ToOrder};
use super::rate;
use super::shipping::{ShippingMapping, ToShippingOption, ToShippingOptions};
use super::slot::{
    AddressSlot, CodeSlot, ShippingOptionsSlot, ShippingSlot, Slot, TextSlot, currency_of,
};
use super::values::{ToNumber, ToPercent, ToPrice, ToQuantity, ToText};
use crate::money::Price;
use crate::order::Blank;
use crate::order::vat::{self, WrongRate};
use crate::order::{Problem, Rule, check};
use crate::types::{DiscountItem, PayoutSplit};
use crate::{Currency, MinorUnits, Percent, Quantity};

pub use super::mapped::{Mapped, kind};
pub use super::values::scaled;
pub use crate::money::Rounding;
pub use crate::types;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};

/// Fills a field, required or optional, with a value of its own type.
#[inline]
pub fn set<T>(slot: &mut impl Slot<T>, value: T) {
    slot.put(value, "");
}

/// Any conversion of a field's type to a target's, by the standard library's traits.
///
/// Of the target and not of the field's type: rustc asks a bound only when its subject is known, and would otherwise
/// report a type that does not fit twice, once before it knows for which target.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot become `{Self}`",
    label = "not a `{Self}`",
    note = "implement `Clone` for `{V}` and `From<{V}>` for `{Self}`, or convert with `#[dintero(with = path)]`"
)]
pub trait FromValue<V>: Sized {
    /// Converts.
    fn converted(value: &V) -> Result<Self, impl Display>;
}

#[diagnostic::do_not_recommend]
impl<V: Clone + TryInto<T, Error: Display>, T> FromValue<V> for T {
    #[inline]
    fn converted(value: &V) -> Result<T, impl Display> {
        value.clone().try_into()
    }
}

/// The currency of a literal that the derive has looked up.
#[must_use]
pub fn iso4217(code: &'static str) -> Currency {
    Currency::try_from(code).unwrap_or_else(|_| Blank::blank())
}

/// What a closure makes of a field: here the field's type is known before the closure is looked at.
#[inline]
pub fn apply<'v, T: ?Sized, V>(value: &'v T, function: impl FnOnce(&'v T) -> V) -> V {
    function(value)
}

/// The struct that a path leads into.
pub fn inside<T: Blank>(slot: &mut Option<T>) -> &mut T {
    slot.get_or_insert_with(T::blank)
}

/// Leaves out a struct that a path led into and nothing was set in.
pub fn prune<T: Blank + PartialEq>(slot: &mut Option<T>) {
    if *slot == Some(T::blank()) {
        *slot = None;
    }
}

/// The exact price, unless the currency is not known, which is a problem.
#[inline]
fn price_of<T: ToPrice + ?Sized>(
    value: &T,
    field: &'static str,
    cx: &Context<'_>,
) -> Option<Price> {
    match cx.currency() {
        Some(currency) => valid(value.to_price(currency), field, cx),
        None => no_currency(cx),
    }
}

/// One problem for the whole order: a currency that could not be read is one already.
fn no_currency<T>(cx: &Context<'_>) -> Option<T> {
    if cx.run().is_clean() {
        let message = "the currency is not known where the first price is read: it has to be mapped before the prices";
        cx.run().push(Problem::new("", Rule::Currency, message));
    }
    None
}

/// Three forms of one function: for a field, an optional field, and what a function returns.
macro_rules! forms {
    ($(
        $(#[$doc:meta])*
        $name:ident, $option:ident, $with:ident
            [$bound:ident, $kind:ty $(, $generic:ident: $generic_bound:path)?]
            ($value:ident, $field:ident $(, $argument:ident: $type:ty)*; $cx:expr) $body:block
    )*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name<T: $bound + ?Sized $(, $generic: $generic_bound)?>(
            $value: &T, $field: &'static str $(, $argument: $type)*
        ) $body

        $(#[$doc])*
        #[inline]
        pub fn $option<T: $bound $(, $generic: $generic_bound)?>(
            value: &Option<T>, $field: &'static str $(, $argument: $type)*
        ) {
            if let Some(value) = value {
                $name(value, $field $(, $argument)*);
            }
        }

        $(#[$doc])*
        #[inline]
        pub fn $with<M: Mapped<$kind, Value: $bound> $(, $generic: $generic_bound)?>(
            value: M, $field: &'static str $(, $argument: $type)*
        ) {
            if let Some(value) = value.mapped($field, $cx) {
                $name(&value, $field $(, $argument)*);
            }
        }
    )*};
}

forms! {
    /// A text.
    text, text_option, text_with [ToText, kind::Text, S: TextSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        let _ = (field, cx);
        slot.put_text(&value.to_text());
    }

    /// A telephone number, without what people put between the digits.
    phone, phone_option, phone_with [ToText, kind::Text, S: TextSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        if let Some(phone) = phone_of(&value.to_text(), field, cx) {
            slot.put_text(&phone);
        }
    }

    /// The currency of the order, which everything after it needs.
    currency, currency_option, currency_with [ToText, kind::Text]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_currency(&value.to_text(), field, to);
    }

    /// The merchant's own reference of the order, which is never empty.
    merchant_reference, merchant_reference_option, merchant_reference_with [ToText, kind::Text]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_reference(&value.to_text(), field, to);
    }

    /// An amount that is sent as it is, rounded to a whole minor unit.
    amount, amount_option, amount_with [ToPrice, kind::Amount, S: Slot<MinorUnits>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        if let Some(amount) = price_of(value, field, cx).and_then(|price| rounded(price, field, cx)) {
            slot.put(amount, field);
        }
    }

    /// A quantity.
    quantity, quantity_option, quantity_with [ToQuantity, kind::Quantity, S: Slot<Quantity>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        if let Some(quantity) = valid(value.to_quantity(), field, cx) {
            slot.put(quantity, field);
        }
    }

    /// A percentage.
    percent, percent_option, percent_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        if let Some(percent) = valid(value.to_percent(), field, cx) {
            slot.put(percent, field);
        }
    }

    /// A rate of VAT in percent.
    vat, vat_option, vat_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        let percent = |value: Percent| vat::percent(value.value()).map_err(WrongRate::message_for_input);
        let given = valid(value.to_percent(), field, cx);
        if let Some(rate) = given.and_then(|value| rate(percent(value), field, cx)) {
            slot.put(rate, field);
        }
    }

    /// A rate of VAT in hundredths of a percent: 2550 is 25.5 %.
    vat_basis_points, vat_basis_points_option, vat_basis_points_with [ToNumber, kind::Number, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        let given = valid(value.to_number(), field, cx);
        if let Some(rate) = given.and_then(|points| rate(rate::basis_points(points), field, cx)) {
            slot.put(rate, field);
        }
    }

    /// A rate of VAT as a fraction: 0.255 is 25.5 %.
    vat_fraction, vat_fraction_option, vat_fraction_with [ToNumber, kind::Number, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        let given = valid(value.to_number(), field, cx);
        if let Some(rate) = given.and_then(|fraction| rate(rate::fraction(fraction), field, cx)) {
            slot.put(rate, field);
        }
    }

    /// The price of the line, VAT included.
    line_amount, line_amount_option, line_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        put_price(price_of(value, field, to.cx), false, false, to);
    }

    /// The price of the line without VAT.
    net_amount, net_amount_option, net_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        put_price(price_of(value, field, to.cx), false, true, to);
    }

    /// The price of one unit, VAT included.
    unit_price, unit_price_option, unit_price_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        put_price(price_of(value, field, to.cx), true, false, to);
    }

    /// The price of one unit without VAT.
    net_unit_price, net_unit_price_option, net_unit_price_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        put_price(price_of(value, field, to.cx), true, true, to);
    }

    /// What is taken off the line.
    line_discount, line_discount_option, line_discount_with [ToDiscount, kind::Discount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        to.reductions.extend(DiscountMapping::field(value, field, to.cx));
    }

    /// The share in percent that is taken off the line.
    discount_percent, discount_percent_option, discount_percent_with [ToPercent, kind::Percent]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        if let Some(percent) = valid(value.to_percent(), field, to.cx) {
            put_discount_percent(percent, field, to);
        }
    }

    /// Discounts that are described and lower nothing.
    discounts, discounts_option, discounts_with [ToDiscount, kind::Discount, S: Slot<Vec<DiscountItem>>]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        let described = describe(value, field, cx);
        if !described.is_empty() {
            slot.put(described, field);
        }
    }

    /// Coupons: what is taken off the order.
    coupons, coupons_option, coupons_with [ToDiscount, kind::Discount]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        to.coupons.extend(DiscountMapping::field(value, field, to.cx));
    }

    /// What a discount takes off.
    discount_amount, discount_amount_option, discount_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.amount = price_of(value, field, to.cx);
    }

    /// The price of a shipping option, VAT included.
    option_amount, option_amount_option, option_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut ShippingMapping<'_>; to.cx) {
        to.set_price(price_of(value, field, to.cx), false);
    }

    /// The price of a shipping option without VAT.
    option_net_amount, option_net_amount_option, option_net_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut ShippingMapping<'_>; to.cx) {
        to.set_price(price_of(value, field, to.cx), true);
    }

    /// An address.
    address, address_option, address_with [ToAddress, kind::Address, S: AddressSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        if let Some(address) = AddressMapping::field(value, field, cx) {
            slot.put_address(address, field, cx);
        }
    }

    /// A shipping option.
    shipping_option, shipping_option_option, shipping_option_with
        [ToShippingOption, kind::ShippingOption, S: ShippingSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        slot.put_option(ShippingMapping::field(value, field, cx), field, cx);
    }

    /// Lines; those of several fields follow each other.
    items, items_option, items_with [ToOrderItems, kind::OrderItems]
        (value, field, lines: &mut Lines<'_>; lines.cx) {
        lines.field(value, field);
    }

    /// Shipping options that express offers; an empty list is sent too.
    shipping_options, shipping_options_option, shipping_options_with
        [ToShippingOptions, kind::ShippingOptions, S: ShippingOptionsSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        slot.put_options(value, &cx.field(field));
    }

    /// A code of a country or a currency.
    code, code_option, code_with [ToText, kind::Text, S: CodeSlot]
        (value, field, slot: &mut S, cx: &Context<'_>; cx) {
        put_code(&value.to_text(), field, slot, cx);
    }
}

/// Another value, by the conversions of the standard library.
pub fn value<V, T: FromValue<V>>(
    value: &V,
    field: &'static str,
    slot: &mut Option<T>,
    cx: &Context<'_>,
) {
    *slot = valid(T::converted(value), field, cx);
}

/// Another value of an optional field.
pub fn value_option<V, T: FromValue<V>>(
    value: &Option<V>,
    field: &'static str,
    slot: &mut Option<T>,
    cx: &Context<'_>,
) {
    if let Some(value) = value {
        self::value(value, field, slot, cx);
    }
}

/// Another value that a function returned.
pub fn value_with<M: Mapped<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut Option<T>,
    cx: &Context<'_>,
) {
    *slot = value.mapped(field, cx);
}

/// Another value that is required.
pub fn value_required<V, T: FromValue<V>>(
    value: &V,
    field: &'static str,
    slot: &mut T,
    cx: &Context<'_>,
) {
    if let Some(value) = valid(T::converted(value), field, cx) {
        *slot = value;
    }
}

/// Another value that is required and may be absent in the cart, where it stays as it is.
pub fn value_required_option<V, T: FromValue<V>>(
    value: &Option<V>,
    field: &'static str,
    slot: &mut T,
    cx: &Context<'_>,
) {
    if let Some(value) = value {
        value_required(value, field, slot, cx);
    }
}

/// Another value that is required, and that a function returned.
pub fn value_required_with<M: Mapped<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut T,
    cx: &Context<'_>,
) {
    if let Some(value) = value.mapped(field, cx) {
        *slot = value;
    }
}

/// The splits of a line, made of what it costs in the end.
pub fn splits<M: Mapped<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut LineMapping<'_>,
    split: impl FnOnce(MinorUnits) -> M,
) {
    if let Some(amount) = to.finished_amount() {
        to.item.splits = split(amount).mapped(field, to.cx);
    }
}

/// The splits of a shipping option, made of its amount.
pub fn splits_of_option<M: Mapped<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut ShippingMapping<'_>,
    split: impl FnOnce(MinorUnits) -> M,
) {
    to.settle();
    if to.is_clean() {
        to.option.splits = split(to.option.amount).mapped(field, to.cx);
    }
}

/// Lets another struct of an order go on with this one; and so for the other derives.
macro_rules! flattened {
    ($($name:ident, $option:ident [$bound:ident, $mapping:ident])*) => {$(
        /// Takes what the value sets.
        pub fn $name<T: $bound + ?Sized>(value: &T, field: &'static str, to: &mut $mapping<'_>) {
            to.flatten(value, field);
        }

        /// Takes what the value sets, if there is one.
        pub fn $option<T: $bound>(value: &Option<T>, field: &'static str, to: &mut $mapping<'_>) {
            if let Some(value) = value {
                to.flatten(value, field);
            }
        }
    )*};
}

flattened! {
    flatten_order, flatten_order_option [ToOrder, OrderMapping]
    flatten_item, flatten_item_option [ToOrderItems, LineMapping]
    flatten_address, flatten_address_option [ToAddress, AddressMapping]
    flatten_shipping_option, flatten_shipping_option_option [ToShippingOption, ShippingMapping]
    flatten_discount, flatten_discount_option [ToDiscount, DiscountMapping]
}

fn put_code<S: CodeSlot>(code: &str, field: &'static str, slot: &mut S, cx: &Context<'_>) {
    if let Err(message) = slot.put_code(code) {
        cx.problem_at(field, Rule::Value, message);
    }
}

fn put_currency(code: &str, field: &'static str, to: &mut OrderMapping<'_>) {
    match currency_of(code) {
        Ok(currency) => {
            to.cx.run().set_currency(currency);
            to.order.currency = currency;
        }
        Err(message) => to.cx.problem_at(field, Rule::Currency, message),
    }
}

fn put_reference(reference: &str, field: &'static str, to: &mut OrderMapping<'_>) {
    if reference.is_empty() {
        to.cx.problem_at(field, Rule::Required, check::NO_REFERENCE);
    }
    reference.clone_into(&mut to.order.merchant_reference);
}

/// Never with the number itself, which is personal.
fn phone_of(text: &str, field: &'static str, cx: &Context<'_>) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let phone = clean_phone(text);
    if phone.is_none() {
        cx.problem_at(
            field,
            Rule::Phone,
            "a telephone number is 5 to 15 digits, with a `+` in front at most; spaces, hyphens, dots and brackets are taken out",
        );
    }
    phone
}

fn rounded(price: Price, field: &'static str, cx: &Context<'_>) -> Option<MinorUnits> {
    valid(price.round(Rounding::default()), field, cx)
}

fn rate(value: Result<Percent, String>, field: &'static str, cx: &Context<'_>) -> Option<Percent> {
    match value {
        Ok(rate) => Some(rate),
        Err(message) => {
            cx.problem_at(field, Rule::Vat, message);
            None
        }
    }
}

fn put_price(price: Option<Price>, unit: bool, net: bool, to: &mut LineMapping<'_>) {
    to.is_priced = true;
    if let Some(price) = price {
        to.price = Some((Priced { unit, net }, price));
    }
}

fn put_discount_percent(percent: Percent, field: &'static str, to: &mut LineMapping<'_>) {
    let cx = to.cx.field(field);
    to.reductions.push(Reduction::percent(percent, &cx));
}

fn describe<T: ToDiscount + ?Sized>(
    value: &T,
    field: &'static str,
    cx: &Context<'_>,
) -> Vec<DiscountItem> {
    let cx = cx.field(field);
    let discounts = DiscountMapping::field(value, "", &cx).into_iter().enumerate();
    discounts.map(|(index, discount)| discount.described(&cx, index + 1)).collect()
}
