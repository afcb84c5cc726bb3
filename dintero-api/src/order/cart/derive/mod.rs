//! The functions that the derives call, one for each kind of target. These functions are not covered by semantic
//! versioning.
//!
//! This module is the interface between the derives and the cart modules: it uses the other cart modules, but none of
//! them uses it. Each function comes in three forms: for a field, for a field that is an `Option`, and (`_with`) for
//! the result of a function, a constant or a computed value. Generic functions are kept small, because a merchant's
//! build compiles them again for every type.

mod fill;
mod into_value;
mod slot;

use self::slot::{
    AddressSlot, BasisSlot, CodeSlot, ShippingOptionsSlot, ShippingSlot, Slot, TextSlot,
    currency_of,
};
use super::address::{AddressMapping, ToAddress, clean_phone};
use super::context::{Context, PriceBasis};
use super::discount::{
    DiscountInput, DiscountMapping, Reduction, ToDiscount, Turn, add_descriptions,
};
use super::line::LineMapping;
use super::lines::{Lines, ToOrderItems};
use super::order::OrderMapping;
use super::price::{LinePrice, PriceOf};
use super::rate;
use super::shipping::{
    BareShipping, ShippingMapping, ShippingPrice, ToShippingOption, ToShippingOptions,
};
use super::values::{ToCode, ToFlag, ToPercent, ToPrice, ToQuantity, ToText};
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

/// Records the merchant's fields from which each target is set, for the paths of problems.
#[inline]
pub fn fields(fields: &'static [(&'static str, &'static str)], cx: Context<'_>) {
    cx.note_fields(fields);
}

/// Defines the three forms of a function: for a field, for an optional field, and for the result of a function. The input
/// looks like Rust because rustc shows its lines under "required by this bound".
macro_rules! forms {
    ($(
        $(#[$doc:meta])*
        fn $name:ident<T: $bound:tt $(, $generic:ident: $generic_bound:path)?>(
            $value:ident, $field:ident $(, $argument:ident: $type:ty)*; $cx:expr
        ) $body:block
        fn $option:ident<T: $option_bound:tt>;
        fn $with:ident<M: IntoValue<$kind:path, Value: $with_bound:tt>>;
    )*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name<T: $bound + ?Sized $(, $generic: $generic_bound)?>(
            $value: &T, $field: &'static str $(, $argument: $type)*
        ) $body

        $(#[$doc])*
        #[inline]
        pub fn $option<T: $option_bound $(, $generic: $generic_bound)?>(
            value: &Option<T>, $field: &'static str $(, $argument: $type)*
        ) {
            match value {
                Some(value) => $name(value, $field $(, $argument)*),
                None => $cx.note_absent($field),
            }
        }

        $(#[$doc])*
        #[inline]
        pub fn $with<M: IntoValue<$kind, Value: $with_bound> $(, $generic: $generic_bound)?>(
            value: M, $field: &'static str $(, $argument: $type)*
        ) {
            if let Some(value) = value.into_value($field, $cx) {
                $name(&value, $field $(, $argument)*);
            }
        }
    )*};
}

forms! {
    /// Sets a string field.
    fn text<T: ToText, S: TextSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        let _ = (field, cx);
        slot.put_text(&value.to_text());
    }
    fn text_option<T: ToText>;
    fn text_with<M: IntoValue<kind::Text, Value: ToText>>;

    /// Sets a telephone number, without the separators that people write between digits.
    fn phone<T: ToText, S: TextSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(phone) = phone_of(&value.to_text(), cx.field(field)) {
            slot.put_text(&phone);
        }
    }
    fn phone_option<T: ToText>;
    fn phone_with<M: IntoValue<kind::Text, Value: ToText>>;

    /// Sets the currency of the order, which must be known before prices are mapped.
    fn currency<T: ToCode>(value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_currency(&value.to_code(), field, to);
    }
    fn currency_option<T: ToCode>;
    fn currency_with<M: IntoValue<kind::Code, Value: ToCode>>;

    /// Sets the merchant's reference for the order, which must not be empty.
    fn merchant_reference<T: ToText>(value, field, to: &mut OrderMapping<'_>; to.cx) {
        put_reference(&value.to_text(), field, to);
    }
    fn merchant_reference_option<T: ToText>;
    fn merchant_reference_with<M: IntoValue<kind::Text, Value: ToText>>;

    /// Sets an amount that is sent as mapped, rounded to a whole minor unit.
    fn amount<T: ToPrice, S: Slot<MinorUnits>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(amount) = rounded(value, cx.field(field)) {
            slot.put(amount);
        }
    }
    fn amount_option<T: ToPrice>;
    fn amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets a quantity.
    fn quantity<T: ToQuantity, S: Slot<Quantity>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(quantity) = cx.field(field).valid(Rule::Value, value.to_quantity()) {
            slot.put(quantity);
        }
    }
    fn quantity_option<T: ToQuantity>;
    fn quantity_with<M: IntoValue<kind::Quantity, Value: ToQuantity>>;

    /// Sets a percentage.
    fn percent<T: ToPercent, S: Slot<Percent>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(percent) = cx.field(field).valid(Rule::Value, value.to_percent()) {
            slot.put(percent);
        }
    }
    fn percent_option<T: ToPercent>;
    fn percent_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets a VAT rate in percent.
    fn vat<T: ToPercent, S: Slot<Percent>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, rate::vat_percent, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }
    fn vat_option<T: ToPercent>;
    fn vat_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets a VAT rate in hundredths of a percent: 2550 is 25.5 %.
    fn vat_basis_points<T: ToPercent, S: Slot<Percent>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, rate::vat_basis_points, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }
    fn vat_basis_points_option<T: ToPercent>;
    fn vat_basis_points_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets a VAT rate as a fraction: 0.255 is 25.5 %.
    fn vat_fraction<T: ToPercent, S: Slot<Percent>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(rate) = rate_of(value, rate::vat_fraction, cx.field(field), Rule::Vat) {
            slot.put(rate);
        }
    }
    fn vat_fraction_option<T: ToPercent>;
    fn vat_fraction_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets whether prices include VAT by default.
    fn price_includes_vat<T: ToFlag, S: BasisSlot>(value, field, to: &mut S; to.context()) {
        let _ = field;
        to.put_basis(if value.to_flag() { PriceBasis::Gross } else { PriceBasis::Net });
    }
    fn price_includes_vat_option<T: ToFlag>;
    fn price_includes_vat_with<M: IntoValue<kind::Flag, Value: ToFlag>>;

    /// Sets the price of the line, which includes VAT by default.
    fn line_amount<T: ToPrice>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Line, basis: None }));
    }
    fn line_amount_option<T: ToPrice>;
    fn line_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the price of the line without VAT.
    fn net_amount<T: ToPrice>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Line, basis }));
    }
    fn net_amount_option<T: ToPrice>;
    fn net_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the price of one unit, which includes VAT by default.
    fn unit_price<T: ToPrice>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Unit, basis: None }));
    }
    fn unit_price_option<T: ToPrice>;
    fn unit_price_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the price of one unit without VAT.
    fn net_unit_price<T: ToPrice>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| LinePrice { price, of: PriceOf::Unit, basis }));
    }
    fn net_unit_price_option<T: ToPrice>;
    fn net_unit_price_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Takes a discount off the line.
    fn line_discount<T: ToDiscount>(value, field, to: &mut LineMapping<'_>; to.cx) {
        take_off(DiscountMapping::map(value, to.cx.field(field)), DiscountInput::Discount, to);
    }
    fn line_discount_option<T: ToDiscount>;
    fn line_discount_with<M: IntoValue<kind::Discount, Value: ToDiscount>>;

    /// Takes an amount without VAT off the line.
    fn net_discount<T: ToPrice>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let reduction = at.price(value).map(|price| Reduction::net(price, at));
        take_off(reduction, DiscountInput::NetDiscount, to);
    }
    fn net_discount_option<T: ToPrice>;
    fn net_discount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Takes a percentage off the line.
    fn discount_percent<T: ToPercent>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let percent = rate_of(value, rate::discount_percent, at, Rule::Discount);
        take_off(percent.map(|percent| Reduction::percent(percent, at)), DiscountInput::Percent, to);
    }
    fn discount_percent_option<T: ToPercent>;
    fn discount_percent_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Takes a fraction off the line: 0.1 is 10 %.
    fn discount_fraction<T: ToPercent>(value, field, to: &mut LineMapping<'_>; to.cx) {
        let at = to.cx.field(field);
        let percent = rate_of(value, rate::discount_fraction, at, Rule::Discount);
        take_off(percent.map(|percent| Reduction::percent(percent, at)), DiscountInput::Percent, to);
    }
    fn discount_fraction_option<T: ToPercent>;
    fn discount_fraction_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Describes discounts without lowering the amount.
    fn discounts<T: ToDiscount, S: Slot<Vec<DiscountItem>>>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(described) = describe(value, cx.field(field)) {
            slot.put(described);
        }
    }
    fn discounts_option<T: ToDiscount>;
    fn discounts_with<M: IntoValue<kind::Discount, Value: ToDiscount>>;

    /// Takes coupons off the order.
    fn coupons<T: ToDiscount>(value, field, to: &mut OrderMapping<'_>; to.cx) {
        to.put_coupons(DiscountMapping::map(value, to.cx.field(field)));
    }
    fn coupons_option<T: ToDiscount>;
    fn coupons_with<M: IntoValue<kind::Discount, Value: ToDiscount>>;

    /// Sets the share of the order, in percent, that is paid now.
    fn deposit_percent<T: ToPercent>(value, field, to: &mut OrderMapping<'_>; to.cx) {
        if let Some(share) = rate_of(value, rate::deposit, to.cx.field(field), Rule::Value) {
            to.put_deposit(share);
        }
    }
    fn deposit_percent_option<T: ToPercent>;
    fn deposit_percent_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets the amount that a discount takes off, with VAT by default.
    fn discount_amount<T: ToPrice>(value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_amount(value, None, to.cx.field(field));
    }
    fn discount_amount_option<T: ToPrice>;
    fn discount_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the amount without VAT that a discount takes off.
    fn discount_net_amount<T: ToPrice>(value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_amount(value, Some(PriceBasis::Net), to.cx.field(field));
    }
    fn discount_net_amount_option<T: ToPrice>;
    fn discount_net_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the percentage that a discount takes off.
    fn percentage<T: ToPercent>(value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_percentage(value, rate::discount_percent, to.cx.field(field));
    }
    fn percentage_option<T: ToPercent>;
    fn percentage_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets the fraction that a discount takes off: 0.1 is 10 %.
    fn fraction<T: ToPercent>(value, field, to: &mut DiscountMapping<'_>; to.cx) {
        to.put_percentage(value, rate::discount_fraction, to.cx.field(field));
    }
    fn fraction_option<T: ToPercent>;
    fn fraction_with<M: IntoValue<kind::Percent, Value: ToPercent>>;

    /// Sets the price of a shipping option, which includes VAT by default.
    fn option_amount<T: ToPrice>(value, field, to: &mut ShippingMapping<'_>; to.cx) {
        let price = to.cx.field(field).price(value);
        to.put_price(price.map(|price| ShippingPrice { price, basis: None }));
    }
    fn option_amount_option<T: ToPrice>;
    fn option_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets the price of a shipping option without VAT.
    fn option_net_amount<T: ToPrice>(value, field, to: &mut ShippingMapping<'_>; to.cx) {
        let (price, basis) = (to.cx.field(field).price(value), Some(PriceBasis::Net));
        to.put_price(price.map(|price| ShippingPrice { price, basis }));
    }
    fn option_net_amount_option<T: ToPrice>;
    fn option_net_amount_with<M: IntoValue<kind::Amount, Value: ToPrice>>;

    /// Sets an address.
    fn address<T: ToAddress, S: AddressSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        if let Some(address) = AddressMapping::map(value, cx.field(field)) {
            slot.put_address(address);
        }
    }
    fn address_option<T: ToAddress>;
    fn address_with<M: IntoValue<kind::Address, Value: ToAddress>>;

    /// Sets a shipping option.
    fn shipping_option<T: ToShippingOption, S: ShippingSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        let cx = cx.field(field);
        if let Some(option) = ShippingMapping::map(value, cx) {
            slot.put_option(option, cx);
        }
    }
    fn shipping_option_option<T: ToShippingOption>;
    fn shipping_option_with<M: IntoValue<kind::ShippingOption, Value: ToShippingOption>>;

    /// Adds lines. If several fields are mapped, their lines are added one after another. `None` adds no lines,
    /// like an empty list.
    fn items<T: ToOrderItems>(value, field, lines: &mut Lines<'_>; lines.mark_mapped()) {
        let cx = lines.mark_mapped();
        lines.at(value, cx.field(field));
    }
    fn items_option<T: ToOrderItems>;
    fn items_with<M: IntoValue<kind::OrderItems, Value: ToOrderItems>>;

    /// Sets the shipping options of an express session. An empty list is sent too.
    fn shipping_options<T: ToShippingOptions, S: ShippingOptionsSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        slot.put_options(value, cx.field(field));
    }
    fn shipping_options_option<T: ToShippingOptions>;
    fn shipping_options_with<M: IntoValue<kind::ShippingOptions, Value: ToShippingOptions>>;

    /// Sets a country or currency code.
    fn code<T: ToCode, S: CodeSlot>(value, field, slot: &mut S, cx: Context<'_>; cx) {
        put_code(&value.to_code(), cx.field(field), slot);
    }
    fn code_option<T: ToCode>;
    fn code_with<M: IntoValue<kind::Code, Value: ToCode>>;
}

/// Defines functions that set the price of a shipping option whose other fields are set on the struct that is mapped to
/// the order. Without a price, there is no shipping option, and the customer picks up the order.
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

/// Returns the number without separators, or `None` if the string is blank or invalid. The message about an invalid
/// number never contains the number itself, which is personal data.
fn phone_of(text: &str, at: Context<'_>) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let phone = clean_phone(text);
    if phone.is_none() {
        at.problem(
            Rule::Phone,
            "a telephone number is 5 to 15 digits, optionally after a `+`; spaces, hyphens, dots, slashes and parentheses are removed",
        );
    }
    phone
}

fn rounded<T: ToPrice + ?Sized>(value: &T, at: Context<'_>) -> Option<MinorUnits> {
    at.price(value).and_then(|price| at.valid(Rule::Value, price.round(Rounding::default())))
}

/// Returns a rate or share as a percentage, converted by `percent`.
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

fn describe<T: ToDiscount + ?Sized>(value: &T, at: Context<'_>) -> Option<Vec<DiscountItem>> {
    let discounts = DiscountMapping::map(value, at).into_iter();
    let mut described = None;
    add_descriptions(&mut described, discounts.map(|discount| discount.described(at)));
    described
}
