//! The functions that have no three forms of one kind: conversions of the standard library, splits, and structs that paths or
//! other structs go into.

use std::fmt::Display;

use super::super::address::{AddressMapping, ToAddress};
use super::super::context::Context;
use super::super::discount::{DiscountMapping, ToDiscount};
use super::super::line::LineMapping;
use super::super::lines::ToOrderItems;
use super::super::order::{OrderMapping, ToOrder};
use super::super::shipping::{ShippingMapping, ToShippingOption};
use super::mapped::{Mapped, kind};
use super::slot::Slot;
use crate::order::{Blank, Rule};
use crate::types::PayoutSplit;
use crate::{Currency, MinorUnits};

/// Fills a field, required or optional, with a value of its own type.
#[inline]
pub fn set<T>(slot: &mut impl Slot<T>, value: T) {
    slot.put(value);
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

/// Another value, by the conversions of the standard library.
pub fn value<V, T: FromValue<V>>(
    value: &V,
    field: &'static str,
    slot: &mut Option<T>,
    cx: Context<'_>,
) {
    *slot = converted(value, cx.field(field));
}

/// Another value of an optional field.
pub fn value_option<V, T: FromValue<V>>(
    value: &Option<V>,
    field: &'static str,
    slot: &mut Option<T>,
    cx: Context<'_>,
) {
    match value {
        Some(value) => self::value(value, field, slot, cx),
        None => cx.note_absent(field),
    }
}

/// Another value that a function returned.
pub fn value_with<M: Mapped<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut Option<T>,
    cx: Context<'_>,
) {
    *slot = value.mapped(field, cx);
}

/// Another value that is required.
pub fn value_required<V, T: FromValue<V>>(
    value: &V,
    field: &'static str,
    slot: &mut T,
    cx: Context<'_>,
) {
    if let Some(value) = converted(value, cx.field(field)) {
        *slot = value;
    }
}

/// Another value that is required and may be absent in the cart, where it stays as it is.
pub fn value_required_option<V, T: FromValue<V>>(
    value: &Option<V>,
    field: &'static str,
    slot: &mut T,
    cx: Context<'_>,
) {
    match value {
        Some(value) => value_required(value, field, slot, cx),
        None => cx.note_absent(field),
    }
}

/// Another value that is required, and that a function returned.
pub fn value_required_with<M: Mapped<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut T,
    cx: Context<'_>,
) {
    if let Some(value) = value.mapped(field, cx) {
        *slot = value;
    }
}

/// The splits of a line, made of what it costs in the end: once for the amount that is sent, and once for what is left after
/// each coupon that is sent as lines of its own.
pub fn splits<M: Mapped<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut LineMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
) {
    if let Some(amounts) = to.finished_amounts() {
        let amounts = std::iter::once(amounts.sent).chain(amounts.left);
        to.put_splits(amounts.map_while(|amount| split(amount).mapped(field, to.cx)).collect());
    }
}

/// The splits of a shipping option, made of its amount.
pub fn splits_of_option<M: Mapped<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut ShippingMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
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

fn converted<V, T: FromValue<V>>(value: &V, at: Context<'_>) -> Option<T> {
    // The API's own type has the API's fields, which a path may go on with.
    if std::any::type_name::<V>() == std::any::type_name::<T>() {
        at.note_own_type();
    }
    at.valid(Rule::Value, T::converted(value))
}
