//! The functions that the derives call, one for each kind of target. They are outside the compatibility promise.
//!
//! This is the facade of the cart for the derives: it uses all other modules, and none of them uses it. Each function
//! comes in three forms: for a field, for a field that is an `Option`, and (`_with`) for the result of a function, a
//! constant or a computed value. Generic functions are kept thin, because a merchant's build compiles them again for
//! every type.

mod fill;
mod into_value;
mod slot;

use self::slot::{
    AddressSlot, BasisSlot, CodeSlot, ShippingOptionsSlot, ShippingSlot, Slot, TextSlot,
    currency_of,
};
use super::address::{AddressMapping, ToAddress, clean_phone};
use super::context::{Context, PriceBasis};
use super::discount::{DiscountInput, DiscountMapping, Reduction, ToDiscount, Turn};
use super::line::LineMapping;
use super::lines::{Lines, ToOrderItems};
use super::order::OrderMapping;
use super::price::{LinePrice, PriceOf};
use super::rate;
use super::shipping::{
    BareShipping, ShippingMapping, ShippingPrice, ToShippingOption, ToShippingOptions,
};
use super::values::{ToCode, ToFlag, ToPercent, ToPrice, ToQuantity, ToText};
use crate::order::vat::{self, InvalidRate};
use crate::order::{Rule, check};
use crate::types::DiscountItem;
use crate::{Decimal, MinorUnits, Percent, Quantity};

pub use self::fill::*;
pub use self::into_value::{IntoValue, kind};
pub use super::values::scaled;
pub use crate::money::Rounding;
pub use crate::types;
// A crate without `std` cannot name `::std`.
pub use std::borrow::Cow;
pub use std::collections::BTreeMap;
pub use std::option::Option::{self, None, Some};
pub use std::result::Result::{self, Err, Ok};
pub use std::string::String;
pub use std::vec::Vec;

/// Records which field of the merchant's struct each target comes from, for the paths of problems.
#[inline]
pub fn fields(fields: &'static [(&'static str, &'static str)], cx: Context<'_>) {
    cx.note_fields(fields);
}

/// Defines the three forms of a function: for a field, for an optional field, and for the result of a function.
macro_rules! forms {
    ($(
        $(#[$doc:meta])*
        $name:ident, $option:ident, $with:ident
            [$bound:tt, $kind:ty $(, $generic:ident: $generic_bound:path)?]
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
            match value {
                Some(value) => $name(value, $field $(, $argument)*),
                None => $cx.note_absent($field),
            }
        }

        $(#[$doc])*
        #[inline]
        pub fn $with<M: IntoValue<$kind, Value: $bound> $(, $generic: $generic_bound)?>(
            value: M, $field: &'static str $(, $argument: $type)*
        ) {
            if let Some(value) = value.into_value($field, $cx) {
                $name(&value, $field $(, $argument)*);
            }
        }
    )*};
}

forms! {
    /// Sets a text.
    text, text_option, text_with [ToText, kind::Text, S: TextSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        let _ = (field, cx);
        slot.put_text(&value.to_text());
    }

    /// Sets a telephone number, without the separators that people write between digits.
    phone, phone_option, phone_with [ToText, kind::Text, S: TextSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(phone) = phone_of(&value.to_text(), cx.field(field)) {
            slot.put_text(&phone);
        }
    }

    /// Sets the currency of the order, which all later functions need.
    currency, currency_option, currency_with [ToCode, kind::Code]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_currency(&value.to_code(), field, to);
    }

    /// Sets the merchant's reference of the order, which must not be empty.
    merchant_reference, merchant_reference_option, merchant_reference_with [ToText, kind::Text]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_reference(&value.to_text(), field, to);
    }

    /// Sets an amount that is sent as it is, rounded to a whole minor unit.
    amount, amount_option, amount_with [ToPrice, kind::Amount, S: Slot<MinorUnits>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(amount) = rounded(value, cx.field(field)) {
            slot.put(amount);
        }
    }

    /// Sets a quantity.
    quantity, quantity_option, quantity_with [ToQuantity, kind::Quantity, S: Slot<Quantity>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(quantity) = cx.field(field).valid(Rule::Value, value.to_quantity()) {
            slot.put(quantity);
        }
    }

    /// Sets a percentage.
    percent, percent_option, percent_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(percent) = cx.field(field).valid(Rule::Value, value.to_percent()) {
            slot.put(percent);
        }
    }

    /// Sets a VAT rate in percent.
    vat, vat_option, vat_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, vat_percent, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }

    /// Sets a VAT rate in hundredths of a percent: 2550 is 25.5 %.
    vat_basis_points, vat_basis_points_option, vat_basis_points_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, rate::basis_points, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }

    /// Sets a VAT rate as a fraction: 0.255 is 25.5 %.
    vat_fraction, vat_fraction_option, vat_fraction_with [ToPercent, kind::Percent, S: Slot<Percent>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, rate::fraction, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }

    /// Sets whether prices include VAT, unless they say so themselves.
    price_includes_vat, price_includes_vat_option, price_includes_vat_with [ToFlag, kind::Flag, S: BasisSlot]
        (value, field, to: &mut S; to.context()) {
        let _ = field;
        to.put_basis(if value.to_flag() { PriceBasis::Gross } else { PriceBasis::Net });
    }

    /// Sets the price of the line; with VAT by default.
    line_amount, line_amount_option, line_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Line, basis: None }));
    }

    /// Sets the price of the line without VAT.
    net_amount, net_amount_option, net_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Line, basis }));
    }

    /// Sets the price of one unit; with VAT by default.
    unit_price, unit_price_option, unit_price_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Unit, basis: None }));
    }

    /// Sets the price of one unit without VAT.
    net_unit_price, net_unit_price_option, net_unit_price_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Unit, basis }));
    }

    /// Takes a discount off the line.
    line_discount, line_discount_option, line_discount_with [ToDiscount, kind::Discount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        take_off(DiscountMapping::map(value, to.cx.field(field)), DiscountInput::Discount, to);
    }

    /// Takes an amount off the line before VAT.
    net_discount, net_discount_option, net_discount_with [ToPrice, kind::Amount]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let reduction = at.price(value).map(|price| Reduction::net(price, at));
        take_off(reduction, DiscountInput::NetDiscount, to);
    }

    /// Takes a share in percent off the line.
    discount_percent, discount_percent_option, discount_percent_with [ToPercent, kind::Percent]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let percent = rate_of(value, rate::discount_percent, at, Rule::Discount);
        take_off(percent.map(|percent| Reduction::percent(percent, at)), DiscountInput::Percent, to);
    }

    /// Takes a share off the line, as a fraction: 0.1 is 10 %.
    discount_fraction, discount_fraction_option, discount_fraction_with [ToPercent, kind::Percent]
        (value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let percent = rate_of(value, rate::discount_fraction, at, Rule::Discount);
        take_off(percent.map(|percent| Reduction::percent(percent, at)), DiscountInput::Percent, to);
    }

    /// Describes discounts without lowering the amount.
    discounts, discounts_option, discounts_with [ToDiscount, kind::Discount, S: Slot<Vec<DiscountItem>>]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        let described = describe(value, cx.field(field));
        if !described.is_empty() {
            slot.put(described);
        }
    }

    /// Takes coupons off the order.
    coupons, coupons_option, coupons_with [ToDiscount, kind::Discount]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        to.put_coupons(DiscountMapping::map(value, to.cx.field(field)));
    }

    /// Sets the share of the order, in percent, that is paid now.
    deposit_percent, deposit_percent_option, deposit_percent_with [ToPercent, kind::Percent]
        (value, field, to: &mut OrderMapping<'_>; to.cx) {
        if let Some(share) = rate_of(value, rate::deposit, to.cx.field(field), Rule::Value) {
            to.put_deposit(share);
        }
    }

    /// Sets the amount that a discount takes off, VAT included.
    discount_amount, discount_amount_option, discount_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_amount(value, None, to.cx.field(field));
    }

    /// Sets the amount that a discount takes off before VAT.
    discount_net_amount, discount_net_amount_option, discount_net_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_amount(value, Some(PriceBasis::Net), to.cx.field(field));
    }

    /// Sets the share that a discount takes off, in percent.
    percentage, percentage_option, percentage_with [ToPercent, kind::Percent]
        (value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_percentage(value, rate::discount_percent, to.cx.field(field));
    }

    /// Sets the share that a discount takes off, as a fraction: 0.1 is 10 %.
    fraction, fraction_option, fraction_with [ToPercent, kind::Percent]
        (value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_percentage(value, rate::discount_fraction, to.cx.field(field));
    }

    /// Sets the price of a shipping option; with VAT by default.
    option_amount, option_amount_option, option_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut ShippingMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| ShippingPrice { price, basis: None }));
    }

    /// Sets the price of a shipping option without VAT.
    option_net_amount, option_net_amount_option, option_net_amount_with [ToPrice, kind::Amount]
        (value, field, to: &mut ShippingMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| ShippingPrice { price, basis }));
    }

    /// Sets an address.
    address, address_option, address_with [ToAddress, kind::Address, S: AddressSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(address) = AddressMapping::map(value, cx.field(field)) {
            slot.put_address(address);
        }
    }

    /// Sets a shipping option.
    shipping_option, shipping_option_option, shipping_option_with
        [ToShippingOption, kind::ShippingOption, S: ShippingSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        let cx = cx.field(field);
        if let Some(option) = ShippingMapping::map(value, cx) {
            slot.put_option(option, cx);
        }
    }

    /// Adds lines; those of several fields follow each other.
    items, items_option, items_with [ToOrderItems, kind::OrderItems]
        (value, field, lines: &mut Lines<'_>; lines.cx) {
        lines.at(value, lines.cx.field(field));
    }

    /// Sets the shipping options that express offers; an empty list is sent too.
    shipping_options, shipping_options_option, shipping_options_with
        [ToShippingOptions, kind::ShippingOptions, S: ShippingOptionsSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        slot.put_options(value, cx.field(field));
    }

    /// Sets a country or currency code.
    code, code_option, code_with [ToCode, kind::Code, S: CodeSlot]
        (value, field, slot: &mut S, cx: Context<'_>; cx) {
        put_code(&value.to_code(), cx.field(field), slot);
    }
}

/// The price of a shipping option whose other fields are given on the order's struct. Without a price there is no
/// option: the customer picks the order up.
macro_rules! shipping_prices {
    ($($name:ident, $option:ident, $with:ident: $basis:expr)*) => {$(
        /// Sets a price that is always present.
        pub fn $name<T: ToPrice + ?Sized>(value: &T, field: &'static str, to: &mut OrderMapping<'_>) {
            let price = to.cx.field(field).price(value);
            to.put_shipping_price(match price {
                Some(price) => BareShipping::Priced(ShippingPrice { price, basis: $basis }),
                None => BareShipping::Unreadable,
            });
        }

        /// Sets a price that may be absent.
        pub fn $option<T: ToPrice>(value: &Option<T>, field: &'static str, to: &mut OrderMapping<'_>) {
            match value {
                Some(value) => $name(value, field, to),
                None => to.put_shipping_price(BareShipping::Absent),
            }
        }

        /// Sets a price that a function returned.
        pub fn $with<M: IntoValue<kind::Amount, Value: ToPrice>>(
            value: M, field: &'static str, to: &mut OrderMapping<'_>
        ) {
            let problems = to.cx.run().problem_count();
            match value.into_value(field, to.cx) {
                Some(value) => $name(&value, field, to),
                None if to.cx.run().problem_count() > problems => {
                    to.put_shipping_price(BareShipping::Unreadable);
                }
                None => to.put_shipping_price(BareShipping::Absent),
            }
        }
    )*};
}

shipping_prices! {
    shipping_price, shipping_price_option, shipping_price_with: None
    shipping_net_price, shipping_net_price_option, shipping_net_price_with: Some(PriceBasis::Net)
}

fn put_code<S: CodeSlot>(code: &str, at: Context<'_>, slot: &mut S) {
    if let Err(message) = slot.put_code(code) {
        at.problem(Rule::Value, message);
    }
}

fn put_currency(code: &str, field: &'static str, to: &mut OrderMapping<'_>) {
    if let Some(currency) = to.cx.field(field).valid(Rule::Currency, currency_of(code)) {
        to.cx.field(field).set_currency(currency);
        to.order.currency = currency;
    }
}

fn put_reference(reference: &str, field: &'static str, to: &mut OrderMapping<'_>) {
    if reference.is_empty() {
        to.cx.problem_at(field, Rule::Required, check::NO_REFERENCE);
    }
    reference.clone_into(&mut to.order.merchant_reference);
}

/// The message never contains the number itself, which is personal data.
fn phone_of(text: &str, at: Context<'_>) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let phone = clean_phone(text);
    if phone.is_none() {
        at.problem(
            Rule::Phone,
            "a telephone number is 5 to 15 digits, optionally after a `+`; spaces, hyphens, dots and brackets are removed",
        );
    }
    phone
}

fn rounded<T: ToPrice + ?Sized>(value: &T, at: Context<'_>) -> Option<MinorUnits> {
    at.price(value).and_then(|price| at.valid(Rule::Value, price.round(Rounding::default())))
}

fn vat_percent(rate: Decimal) -> Result<Percent, String> {
    vat::percent(rate).map_err(InvalidRate::message_for_input)
}

/// Returns a rate or share, read in the unit that `percent` converts from.
fn rate_of<T: ToPercent + ?Sized>(
    value: &T,
    percent: fn(Decimal) -> Result<Percent, String>,
    at: Context<'_>,
    rule: Rule,
) -> Option<Percent> {
    let number = at.valid(Rule::Value, value.to_percent())?;
    at.valid(rule, percent(number.get()))
}

fn take_off(
    reductions: impl IntoIterator<Item = Reduction>,
    input: DiscountInput,
    to: &mut LineMapping<'_>,
) {
    let turn = Turn::new(to.flattened, input);
    for reduction in reductions {
        to.take_off(reduction.in_turn(turn));
    }
}

fn describe<T: ToDiscount + ?Sized>(value: &T, at: Context<'_>) -> Vec<DiscountItem> {
    let discounts = DiscountMapping::map(value, at).into_iter().enumerate();
    discounts.map(|(index, discount)| discount.described(at, index + 1)).collect()
}
