//! The types that constants, computed values and the results of `with` functions may have: a value, or an `Option` or
//! `Result` of a value.

use std::fmt::Display;

use super::super::address::ToAddress;
use super::super::context::Context;
use super::super::discount::ToDiscount;
use super::super::lines::ToOrderItems;
use super::super::shipping::{ToShippingOption, ToShippingOptions};
use super::super::values::{ToCode, ToFlag, ToPercent, ToPrice, ToQuantity, ToText};
use crate::order::Rule;

/// A value for a target of the kind `K`, a `Result` of such a value, or an `Option` of either.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "expected {K} or a `Result` of it, found `{Self}`",
    label = "not {K}"
)]
pub trait IntoValue<K> {
    type Value;

    /// Returns the value; `None` leaves the target out. An error becomes a problem with the field.
    fn into_value(self, field: &'static str, cx: Context<'_>) -> Option<Self::Value>;
}

/// The kinds of targets, for [`IntoValue`].
pub mod kind {
    macro_rules! kinds {
        ($($kind:ident),*) => {$(
            #[doc = concat!("`", stringify!($kind), "`")]
            #[derive(Debug)]
            pub enum $kind {}
        )*};
    }

    kinds! {
        Text, Code, Flag, Amount, Quantity, Percent, OrderItems, Address, ShippingOption, ShippingOptions, Discount
    }

    /// A target that takes exactly the type `T`.
    #[derive(Debug)]
    pub struct Exactly<T>(std::marker::PhantomData<T>);
}

macro_rules! into_value {
    ($($kind:ty: $bound:ident),* $(,)?) => {$(
        impl<V: $bound> IntoValue<$kind> for V {
            type Value = V;

            #[inline]
            fn into_value(self, _: &'static str, _: Context<'_>) -> Option<V> {
                Some(self)
            }
        }

        impl<V: $bound, E: Display> IntoValue<$kind> for Result<V, E> {
            type Value = V;

            #[inline]
            fn into_value(self, field: &'static str, cx: Context<'_>) -> Option<V> {
                cx.field(field).valid(Rule::Value, self)
            }
        }
    )*};
}

/// Also implements `IntoValue` for `Option`, for kinds whose traits are not implemented for `Option`.
macro_rules! into_value_of_options {
    ($($kind:ty: $bound:ident),* $(,)?) => {$(
        into_value! { $kind: $bound }

        impl<V: $bound> IntoValue<$kind> for Option<V> {
            type Value = V;

            #[inline]
            fn into_value(self, _: &'static str, _: Context<'_>) -> Option<V> {
                self
            }
        }

        impl<V: $bound, E: Display> IntoValue<$kind> for Result<Option<V>, E> {
            type Value = V;

            #[inline]
            fn into_value(self, field: &'static str, cx: Context<'_>) -> Option<V> {
                cx.field(field).valid(Rule::Value, self)?
            }
        }

        impl<V: $bound, E: Display> IntoValue<$kind> for Option<Result<V, E>> {
            type Value = V;

            #[inline]
            fn into_value(self, field: &'static str, cx: Context<'_>) -> Option<V> {
                cx.field(field).valid(Rule::Value, self?)
            }
        }
    )*};
}

into_value_of_options! {
    kind::Text: ToText,
    kind::Code: ToCode,
    kind::Flag: ToFlag,
    kind::Amount: ToPrice,
    kind::Quantity: ToQuantity,
    kind::Percent: ToPercent,
    kind::Address: ToAddress,
    kind::ShippingOption: ToShippingOption,
    kind::Exactly<V>: Sized,
}

into_value! {
    kind::OrderItems: ToOrderItems,
    kind::ShippingOptions: ToShippingOptions,
    kind::Discount: ToDiscount,
}
