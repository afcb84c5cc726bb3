//! Functions that the derives call but that the parent module's `forms` macro does not define: conversions with
//! standard traits, splits, nested structs, and flattening.

use std::fmt::Display;

use super::super::address::{AddressMapping, ToAddress};
use super::super::context::Context;
use super::super::discount::{DiscountMapping, ToDiscount};
use super::super::line::LineMapping;
use super::super::lines::ToOrderItems;
use super::super::order::{OrderMapping, ToOrder};
use super::super::shipping::{ShippingMapping, ToShippingOption};
use super::into_value::{IntoValue, kind};
use super::slot::Slot;
use crate::order::{Blank, Rule};
use crate::types::PayoutSplit;
use crate::{Currency, MinorUnits};

/// Sets a field, required or optional, to a value of its own type.
#[inline]
pub fn set<T>(slot: &mut impl Slot<T>, value: T) {
    slot.put(value);
}

/// Converts a merchant's field to a target with the standard library's traits.
///
/// Implemented for the target rather than the merchant's type: rustc checks a bound as soon as it knows the type to
/// which the bound applies. With the bound on the merchant's type, rustc would report a mismatch twice, once before it
/// knows the target.
#[diagnostic::on_unimplemented(
    message = "`{V}` cannot become `{Self}`",
    label = "not a `{Self}`",
    note = "implement `Clone` for `{V}` and `From<{V}>` for `{Self}`, or convert with `#[dintero(with = path)]`"
)]
pub trait FromValue<V>: Sized {
    /// Converts the value.
    fn converted(value: &V) -> Result<Self, impl Display>;
}

#[diagnostic::do_not_recommend]
impl<V: Clone + TryInto<T, Error: Display>, T> FromValue<V> for T {
    #[inline]
    fn converted(value: &V) -> Result<T, impl Display> {
        value.clone().try_into()
    }
}

/// Returns the currency of a literal that the derive has checked.
#[must_use]
pub fn iso4217(code: &'static str) -> Currency {
    Currency::try_from(code).unwrap_or_else(|_| Blank::blank())
}

/// Calls a closure with a field. Because of this function, rustc knows the type of the field before it checks the
/// closure.
#[inline]
pub fn apply<'v, T: ?Sized, V>(value: &'v T, function: impl FnOnce(&'v T) -> V) -> V {
    function(value)
}

/// Returns the nested struct in an optional field, creating the struct if it is absent.
pub fn inside<T: Blank>(slot: &mut Option<T>) -> &mut T {
    slot.get_or_insert_with(T::blank)
}

/// Removes a nested struct if none of its fields was set.
pub fn prune<T: Blank + PartialEq>(slot: &mut Option<T>) {
    if *slot == Some(T::blank()) {
        *slot = None;
    }
}

/// Fills an optional target with a value that the standard library's traits convert.
pub fn value<V, T: FromValue<V>>(
    value: &V,
    field: &'static str,
    slot: &mut Option<T>,
    cx: Context<'_>,
) {
    *slot = converted(value, cx.field(field));
}

/// Fills an optional target from an `Option`.
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

/// Fills an optional target with the result of a function.
pub fn value_with<M: IntoValue<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut Option<T>,
    cx: Context<'_>,
) {
    *slot = value.into_value(field, cx);
}

/// Fills a required target with a value that the standard library's traits convert.
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

/// Fills a required target from an `Option`. `None` leaves the target unchanged.
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

/// Fills a required target with the result of a function.
pub fn value_required_with<M: IntoValue<kind::Exactly<T>, Value = T>, T>(
    value: M,
    field: &'static str,
    slot: &mut T,
    cx: Context<'_>,
) {
    if let Some(value) = value.into_value(field, cx) {
        *slot = value;
    }
}

/// Calculates the splits of a line: once for the amount that is sent and, for each coupon that is sent as negative
/// lines, again for the amount that remains after that coupon.
pub fn splits<M: IntoValue<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut LineMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
) {
    if let Some(amounts) = to.finished_amounts() {
        let amounts = std::iter::once(amounts.sent).chain(amounts.left);
        to.put_splits(amounts.map_while(|amount| split(amount).into_value(field, to.cx)).collect());
    }
}

/// Calculates the splits of a line with the function of an enum, unless a struct that the variant flattens has splits.
pub fn inherited_splits<M: IntoValue<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut LineMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
) {
    if !to.is_split() {
        splits(field, to, split);
    }
}

/// Calculates the splits of a shipping option with the function of an enum, unless a struct that the variant flattens has
/// splits.
pub fn inherited_splits_of_option<
    M: IntoValue<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>,
>(
    field: &'static str,
    to: &mut ShippingMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
) {
    if to.option.splits.is_none() {
        splits_of_option(field, to, split);
    }
}

/// Calculates the splits of a shipping option from its amount.
pub fn splits_of_option<M: IntoValue<kind::Exactly<Vec<PayoutSplit>>, Value = Vec<PayoutSplit>>>(
    field: &'static str,
    to: &mut ShippingMapping<'_>,
    split: impl Fn(MinorUnits) -> M,
) {
    to.set_amount();
    if to.is_clean() {
        to.option.splits = split(to.option.amount).into_value(field, to.cx);
    }
}

/// Defines the functions that flatten a value into a mapping, one pair for each derive.
macro_rules! flattened {
    ($($name:ident, $option:ident [$bound:ident, $mapping:ident])*) => {$(
        /// Flattens the value into the mapping.
        pub fn $name<T: $bound + ?Sized>(value: &T, field: &'static str, to: &mut $mapping<'_>) {
            to.flatten(value, field);
        }

        /// Flattens the value into the mapping, if there is a value.
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
    // A value of the API's own type has the API's fields, so paths of problems may continue into it.
    if std::any::type_name::<V>() == std::any::type_name::<T>() {
        at.note_own_type();
    }
    at.valid(Rule::Value, T::converted(value))
}
