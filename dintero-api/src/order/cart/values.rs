//! The traits for a merchant's values: text, prices, quantities and percentages.

use std::borrow::Cow;
use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};

use rust_decimal::Decimal;

use super::context::Context;
use super::pointers::pointers;
use crate::money::{MoneyError, Price, decimal_from_f64};
use crate::order::{Problem, Rule};
use crate::{Country, Currency, MinorUnits, Percent, Quantity};

/// A type that can be used as text in an order: a string, an integer, a character, a code, or a pointer to one of
/// these.
///
/// Use `#[derive(DinteroValue)]` for a newtype, and `#[dintero(with = path)]` for anything else.
///
/// # Examples
///
/// ```
/// use std::borrow::Cow;
///
/// use dintero_api::ToText;
///
/// enum Size {
///     Small,
///     Large,
/// }
///
/// impl ToText for Size {
///     fn to_text(&self) -> Cow<'_, str> {
///         Cow::Borrowed(match self {
///             Self::Small => "S",
///             Self::Large => "L",
///         })
///     }
/// }
///
/// assert_eq!((Size::Small.to_text(), Size::Large.to_text(), 42.to_text()), ("S".into(), "L".into(), "42".into()));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as text in a Dintero order",
    label = "not text",
    note = "text is a string, an integer or a character; for a newtype of one, add `#[derive(DinteroValue)]`",
    note = "for anything else, convert with `#[dintero(with = path)]`; an `Option` behind a type alias must be written out"
)]
pub trait ToText {
    /// Returns the text.
    fn to_text(&self) -> Cow<'_, str>;
}

/// A type that can be used as an amount of money: an exact number of minor units, which may have a fraction.
///
/// Integers are in minor units (12345 is NOK 123.45), and `Decimal` values are in major units (123.45). Floats do not
/// implement this trait, because they cannot represent most decimal amounts exactly; convert them explicitly with
/// [`money::decimal_from_f64`](crate::money::decimal_from_f64).
///
/// ```
/// use dintero_api::money::{MoneyError, Price};
/// use dintero_api::{Currency, MinorUnits, ToPrice};
///
/// struct Ore(i64);
///
/// impl ToPrice for Ore {
///     fn to_price(&self, _: Currency) -> Result<Price, MoneyError> {
///         Ok(Price::from(MinorUnits::new(self.0)))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be converted to an amount in minor units",
    label = "not an amount",
    note = "amounts are integers in the currency's minor unit (12345 is NOK 123.45): use an integer, or `rust_decimal::Decimal` for major units",
    note = "for your own money type, implement `dintero_api::ToPrice`, or convert with `#[dintero(with = path)]`; an `Option` behind a type alias must be written out"
)]
pub trait ToPrice {
    /// Returns the exact amount in minor units of `currency`.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be an amount of this currency.
    fn to_price(&self, currency: Currency) -> Result<Price, MoneyError>;
}

/// A type that can be used as a quantity: an integer, a `Decimal`, or a float. Floats are accepted because a quantity
/// is not money.
///
/// # Examples
///
/// ```
/// use dintero_api::{MoneyError, Quantity, ToQuantity};
///
/// struct Grams(u32);
///
/// impl ToQuantity for Grams {
///     fn to_quantity(&self) -> Result<Quantity, MoneyError> {
///         (f64::from(self.0) / 1000.0).to_quantity() // sold by the kilogram
///     }
/// }
///
/// assert_eq!(Grams(1250).to_quantity()?.to_string(), "1.25");
/// # Ok::<(), MoneyError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a quantity in a Dintero order",
    label = "not a quantity",
    note = "a quantity is an integer, a `Decimal` or a float; for a newtype of one, add `#[derive(DinteroValue)]`",
    note = "for anything else, convert with `#[dintero(with = path)]`; an `Option` behind a type alias must be written out"
)]
pub trait ToQuantity {
    /// Returns the quantity.
    ///
    /// # Errors
    ///
    /// Returns an error if the number is not finite or has more than 28 digits.
    fn to_quantity(&self) -> Result<Quantity, MoneyError>;
}

/// A type that can be used as a percentage: an integer, a `Decimal`, or a float. `25.5` means 25.5 %. Floats are
/// accepted because a rate is not money.
///
/// ```
/// use dintero_api::money::MoneyError;
/// use dintero_api::{Percent, ToPercent};
///
/// enum Vat {
///     Standard,
///     Food,
/// }
///
/// impl ToPercent for Vat {
///     fn to_percent(&self) -> Result<Percent, MoneyError> {
///         Ok(Percent::from(match self {
///             Self::Standard => 25,
///             Self::Food => 15,
///         }))
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a percentage in a Dintero order",
    label = "not a percentage",
    note = "a percentage is an integer, a `Decimal` or a float: 25 is 25 %; for a newtype of one, add `#[derive(DinteroValue)]`",
    note = "for your own type, implement `dintero_api::ToPercent`, or convert with `#[dintero(with = path)]`; an `Option` behind a type alias must be written out"
)]
pub trait ToPercent {
    /// Returns the percentage.
    ///
    /// # Errors
    ///
    /// Returns an error if the number is not finite or has more than 28 digits.
    fn to_percent(&self) -> Result<Percent, MoneyError>;
}

/// A type that can be used as a bare number, whose unit is set by the attribute `exponent`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number, so `exponent` cannot give its unit",
    label = "not an integer or a decimal",
    note = "use an integer, a `Decimal` or a newtype of one with `#[derive(DinteroValue)]`"
)]
pub trait ToNumber {
    fn to_number(&self) -> Result<Decimal, MoneyError>;
}

/// A type that can be used as a country or currency code: every type that implements [`ToText`]. This trait is separate
/// so that rustc can show a more specific error message.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as the code of a currency or country",
    label = "not a code",
    note = "a code is text, a `dintero_api::Currency` or a `dintero_api::Country`",
    note = "convert an enum of your own with `#[dintero(with = |currency| Currency::from(*currency))]`, or implement `dintero_api::ToText` for it"
)]
pub trait ToCode {
    fn to_code(&self) -> Cow<'_, str>;
}

#[diagnostic::do_not_recommend]
impl<T: ToText + ?Sized> ToCode for T {
    #[inline]
    fn to_code(&self) -> Cow<'_, str> {
        self.to_text()
    }
}

/// A type that can be used as a flag: `bool`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a flag",
    label = "not a `bool`",
    note = "use a `bool`, or convert with `#[dintero(with = path)]`"
)]
pub trait ToFlag {
    fn to_flag(&self) -> bool;
}

#[diagnostic::do_not_recommend]
impl ToFlag for bool {
    #[inline]
    fn to_flag(&self) -> bool {
        *self
    }
}

/// A number in units of 10^-`exponent` major units.
#[doc(hidden)]
#[derive(Debug)]
pub struct Scaled {
    number: Result<Decimal, MoneyError>,
    exponent: u32,
}

#[doc(hidden)]
pub fn scaled<T: ToNumber + ?Sized>(value: &T, exponent: u32) -> Scaled {
    Scaled { number: value.to_number(), exponent }
}

#[diagnostic::do_not_recommend]
impl ToPrice for Scaled {
    fn to_price(&self, currency: Currency) -> Result<Price, MoneyError> {
        Price::from_unit(self.number.clone()?, self.exponent, currency)
    }
}

impl Context<'_> {
    /// Returns the exact price, or reports a problem at this location.
    pub(super) fn price<T: ToPrice + ?Sized>(self, value: &T) -> Option<Price> {
        match self.currency() {
            Some(currency) => self.valid(Rule::Value, value.to_price(currency)),
            None => {
                self.miss_currency();
                None
            }
        }
    }

    /// Reports that the currency is not known yet, unless there are other problems: an invalid currency may be one of
    /// them.
    fn miss_currency(self) {
        if self.run().is_clean() {
            let message = "the currency is not known when the first price is read: map the currency before the prices, from a value that is not `None`";
            self.run().push(Problem::new("", Rule::Currency, message));
        }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToText for $integer {
            #[inline]
            fn to_text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToPrice for $integer {
            #[inline]
            fn to_price(&self, _: Currency) -> Result<Price, MoneyError> {
                self.to_number().map(Price::from_minor)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToQuantity for $integer {
            #[inline]
            fn to_quantity(&self) -> Result<Quantity, MoneyError> {
                self.to_number().map(Quantity::from)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToPercent for $integer {
            #[inline]
            fn to_percent(&self) -> Result<Percent, MoneyError> {
                self.to_number().map(Percent::from)
            }
        }
    )*};
}

integers! {
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize,
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize,
    NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize
}

macro_rules! small_numbers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToNumber for $integer {
            #[inline]
            fn to_number(&self) -> Result<Decimal, MoneyError> {
                Ok(Decimal::from(*self))
            }
        }
    )*};
}

small_numbers! { i8, i16, i32, i64, isize, u8, u16, u32, u64, usize }

macro_rules! large_numbers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToNumber for $integer {
            #[inline]
            fn to_number(&self) -> Result<Decimal, MoneyError> {
                // `Decimal::from` panics on numbers that do not fit in 96 bits; this conversion returns an error.
                let number = i128::try_from(*self).map_err(|_| MoneyError::TooLarge)?;
                Decimal::try_from_i128_with_scale(number, 0).map_err(|_| MoneyError::TooLarge)
            }
        }
    )*};
}

large_numbers! { i128, u128 }

macro_rules! non_zero_numbers {
    ($($integer:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToNumber for $integer {
            #[inline]
            fn to_number(&self) -> Result<Decimal, MoneyError> {
                self.get().to_number()
            }
        }
    )*};
}

non_zero_numbers! {
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize,
    NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize
}

macro_rules! floats {
    ($($float:ty: $decimal:path),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToQuantity for $float {
            #[inline]
            fn to_quantity(&self) -> Result<Quantity, MoneyError> {
                $decimal(self).map(Quantity::from)
            }
        }

        #[diagnostic::do_not_recommend]
        impl ToPercent for $float {
            #[inline]
            fn to_percent(&self) -> Result<Percent, MoneyError> {
                $decimal(self).map(Percent::from)
            }
        }
    )*};
}

floats! { f32: f32_number, f64: decimal_from_f64 }

/// Uses the shortest representation in the float's own precision: `0.1_f32` becomes 0.1, without the additional digits
/// of its `f64` value.
fn f32_number(value: &f32) -> Result<Decimal, MoneyError> {
    decimal_from_f64(&value.to_string().parse().unwrap_or(f64::NAN))
}

#[diagnostic::do_not_recommend]
impl ToNumber for Decimal {
    #[inline]
    fn to_number(&self) -> Result<Decimal, MoneyError> {
        Ok(*self)
    }
}

#[diagnostic::do_not_recommend]
impl ToPrice for Decimal {
    #[inline]
    fn to_price(&self, currency: Currency) -> Result<Price, MoneyError> {
        Price::from_major(*self, currency)
    }
}

#[diagnostic::do_not_recommend]
impl ToQuantity for Decimal {
    #[inline]
    fn to_quantity(&self) -> Result<Quantity, MoneyError> {
        Ok((*self).into())
    }
}

#[diagnostic::do_not_recommend]
impl ToPercent for Decimal {
    #[inline]
    fn to_percent(&self) -> Result<Percent, MoneyError> {
        Ok((*self).into())
    }
}

#[diagnostic::do_not_recommend]
impl ToPrice for MinorUnits {
    #[inline]
    fn to_price(&self, _: Currency) -> Result<Price, MoneyError> {
        Ok((*self).into())
    }
}

#[diagnostic::do_not_recommend]
impl ToPrice for Price {
    #[inline]
    fn to_price(&self, _: Currency) -> Result<Price, MoneyError> {
        Ok(*self)
    }
}

#[diagnostic::do_not_recommend]
impl ToQuantity for Quantity {
    #[inline]
    fn to_quantity(&self) -> Result<Quantity, MoneyError> {
        Ok(*self)
    }
}

#[diagnostic::do_not_recommend]
impl ToPercent for Percent {
    #[inline]
    fn to_percent(&self) -> Result<Percent, MoneyError> {
        Ok(*self)
    }
}

#[diagnostic::do_not_recommend]
impl ToText for str {
    #[inline]
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self)
    }
}

#[diagnostic::do_not_recommend]
impl ToText for String {
    #[inline]
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

#[diagnostic::do_not_recommend]
impl ToText for char {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }
}

#[diagnostic::do_not_recommend]
impl ToText for Currency {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

#[diagnostic::do_not_recommend]
impl ToText for Country {
    fn to_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }
}

pointers! {
    ToText { fn to_text(&self) -> Cow<'_, str>; }
    ToPrice { fn to_price(&self, currency: Currency) -> Result<Price, MoneyError>; }
    ToQuantity { fn to_quantity(&self) -> Result<Quantity, MoneyError>; }
    ToPercent { fn to_percent(&self) -> Result<Percent, MoneyError>; }
    ToNumber { fn to_number(&self) -> Result<Decimal, MoneyError>; }
    ToFlag { fn to_flag(&self) -> bool; }
}
