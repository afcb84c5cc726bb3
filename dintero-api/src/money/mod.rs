//! Money: amounts in minor units, exact prices, quantities and percentages, rounding, and allocation without loss.

mod allocate;
mod price;
mod rounding;
mod wide;

use std::borrow::Borrow;
use std::fmt;

use rust_decimal::Decimal;

use crate::Currency;
use crate::wire::{self, Given, Part, ReadScalar, ValueError};

pub use allocate::allocate;
pub use price::{MoneyError, Price, decimal_from_f64, decimal_from_f64_option};
pub use rounding::Rounding;
pub(crate) use rounding::divide;
pub(crate) use wide::{divide_both_ways, multiply_divide};

/// An amount in the smallest unit of its currency: 299.90 NOK is `MinorUnits::new(29990)`.
///
/// A separate type keeps amounts from being confused with quantities, and floats from being converted silently. An
/// amount can be negative, for example for a correction or a gift card. Deserializing also accepts `100.0`, because the
/// API declares some amounts as `number`; a fraction is an error. A `MinorUnits` always serializes as an integer.
///
/// # Examples
///
/// ```
/// use dintero_api::MinorUnits;
///
/// let chair = MinorUnits::new(29990); // NOK 299.90
/// let (freight, discount) = (MinorUnits::new(7900), MinorUnits::new(5000));
/// let chairs = chair.checked_mul(2).and_then(|chairs| chairs.checked_sub(discount));
/// let total = chairs.and_then(|chairs| chairs.checked_add(freight));
/// assert_eq!(total, Some(MinorUnits::new(62880)));
/// assert_eq!(total.and_then(MinorUnits::checked_neg).map(MinorUnits::get), Some(-62880)); // a correction
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinorUnits(i64);

impl MinorUnits {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Creates an amount from a number of minor units, the smallest unit of the currency.
    #[must_use]
    pub const fn new(amount: i64) -> Self {
        Self(amount)
    }

    /// Returns the amount in the smallest unit of the currency.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns the sum, or `None` when it does not fit in 64 bits.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// Returns the difference, or `None` when it does not fit in 64 bits.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// Returns the amount multiplied by an integer, or `None` when the product does not fit in 64 bits.
    ///
    /// For a [`Quantity`], which may have decimals, use `Price::from(amount).checked_mul(quantity)` and then
    /// [`Price::round`].
    #[must_use]
    pub const fn checked_mul(self, times: i64) -> Option<Self> {
        match self.0.checked_mul(times) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// Returns the sum of the amounts, or `None` when it does not fit in 64 bits. The sum of an empty list is zero.
    ///
    /// Only the final sum must fit; intermediate sums may be larger. To add up optional amounts, collect them into an
    /// `Option` first: if one is absent, the sum is unknown.
    ///
    /// ```
    /// use dintero_api::MinorUnits;
    ///
    /// let lines = [MinorUnits::new(29990), MinorUnits::new(4900)];
    /// assert_eq!(MinorUnits::checked_sum(lines), Some(MinorUnits::new(34890)));
    /// assert_eq!(MinorUnits::checked_sum(&lines), Some(MinorUnits::new(34890)));
    ///
    /// let with_an_unknown = [Some(MinorUnits::new(29990)), None];
    /// let known: Option<Vec<_>> = with_an_unknown.into_iter().collect();
    /// assert_eq!(known.and_then(MinorUnits::checked_sum), None);
    /// ```
    #[must_use]
    pub fn checked_sum(amounts: impl IntoIterator<Item = impl Borrow<Self>>) -> Option<Self> {
        let mut sum = 0_i128;
        for amount in amounts {
            sum = sum.checked_add(amount.borrow().0.into())?;
        }
        i64::try_from(sum).ok().map(Self)
    }

    /// Returns the exact amount in major units: 29990 øre are 299.90 kroner, and 1200 yen stay 1200.
    ///
    /// # Errors
    ///
    /// Returns an error if ISO 4217 does not define a minor unit for the currency.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::{Currency, Decimal, MinorUnits};
    ///
    /// // For an accounting system that expects amounts in kroner.
    /// let captured = MinorUnits::new(29990).to_major(Currency::NOK)?;
    /// assert_eq!(captured, Decimal::new(29990, 2)); // 299.90
    /// # Ok::<(), dintero_api::MoneyError>(())
    /// ```
    pub fn to_major(self, currency: Currency) -> Result<Decimal, MoneyError> {
        let exponent = currency.exponent().ok_or(MoneyError::UnknownCurrency(currency))?;
        Ok(Decimal::new(self.0, exponent))
    }

    /// Creates an amount from major units: 299.90 kroner are 29990 øre.
    ///
    /// Nothing is rounded. To round, use [`Price::from_major`] and [`Price::round`].
    ///
    /// # Errors
    ///
    /// Returns an error if the amount has a fraction of a minor unit or does not fit in 64 bits, or if ISO 4217 does
    /// not define a minor unit for the currency.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::{Currency, Decimal, MinorUnits, MoneyError};
    ///
    /// // An amount that a colleague typed, such as a goodwill refund.
    /// let typed: Decimal = "49.50".parse().expect("a number");
    /// assert_eq!(MinorUnits::from_major(typed, Currency::NOK), Ok(MinorUnits::new(4950)));
    /// assert_eq!(MinorUnits::from_major(typed, Currency::JPY), Err(MoneyError::Fraction)); // no half yen
    /// ```
    pub fn from_major(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Price::from_major(amount, currency)?.round(Rounding::Exact)
    }

    /// Formats the amount for people, with its currency: `123.45 NOK`, `1200 JPY`.
    ///
    /// The result has the currency's number of decimals after a point, and no thousands separators. If ISO 4217 does
    /// not define a minor unit for the currency, the result is `12345 minor units of XYZ`.
    ///
    /// ```
    /// use dintero_api::{Currency, MinorUnits};
    ///
    /// assert_eq!(MinorUnits::new(-12305).display(Currency::NOK).to_string(), "-123.05 NOK");
    /// ```
    #[must_use]
    pub const fn display(self, currency: Currency) -> DisplayAmount {
        DisplayAmount { amount: self, currency }
    }

    /// Returns the amount with its sign reversed, or `None` when it does not fit in 64 bits.
    #[must_use]
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }
}

/// Displays an amount with its currency. Returned by [`MinorUnits::display`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DisplayAmount {
    amount: MinorUnits,
    currency: Currency,
}

impl fmt::Display for DisplayAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { amount, currency } = *self;
        f.pad(&match amount.to_major(currency) {
            Ok(major) => format!("{major} {currency}"),
            Err(_) => format!("{amount} minor units of {currency}"),
        })
    }
}

macro_rules! minor_units_from {
    ($($number:ty),*) => {$(
        impl From<$number> for MinorUnits {
            fn from(amount: $number) -> Self {
                Self(amount.into())
            }
        }
    )*};
}

minor_units_from! { u8, i8, u16, i16, u32, i32, i64 }

impl fmt::Display for MinorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ReadScalar for MinorUnits {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        i64::read(given).map(Self)
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        i64::convert(given).map(Self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Integer(self.0)
    }
}

wire::scalar! { MinorUnits }

/// The error for a float that has no exact decimal form of at most 28 digits, because it is not finite, too large or
/// too precise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidNumber;

impl fmt::Display for InvalidNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is not finite or has more than 28 decimal digits")
    }
}

impl std::error::Error for InvalidNumber {}

/// Implements `From` for integer types whose values always fit in a `Decimal`.
macro_rules! decimal_from {
    ($name:ident: $($number:ty),*) => {$(
        impl From<$number> for $name {
            fn from(value: $number) -> Self {
                Self(value.into())
            }
        }
    )*};
}

/// Declares a newtype for exact decimals, with its conversions and its JSON form: a number, which has no decimal point
/// if the value is an integer.
macro_rules! decimal_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Returns the exact number.
            #[must_use]
            pub const fn get(self) -> Decimal {
                self.0
            }
        }

        impl From<Decimal> for $name {
            fn from(value: Decimal) -> Self {
                Self(value)
            }
        }

        decimal_from! { $name: u8, i8, u16, i16, u32, i32, u64, i64 }

        /// Converts the shortest decimal representation of the float, so that `0.1` becomes exactly 0.1.
        impl TryFrom<f64> for $name {
            type Error = InvalidNumber;

            fn try_from(value: f64) -> Result<Self, InvalidNumber> {
                wire::from_f64(value).map(Self).ok_or(InvalidNumber)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.normalize().fmt(f)
            }
        }

        impl ReadScalar for $name {
            fn read(given: Given<'_>) -> Result<Self, ValueError> {
                Decimal::read(given).map(Self)
            }

            fn convert(given: Given<'_>) -> Result<Self, ValueError> {
                Decimal::convert(given).map(Self)
            }

            #[inline]
            fn part(&self) -> Part<'_> {
                Part::Decimal(&self.0)
            }
        }

        wire::scalar! { $name }
    };
}

decimal_type! {
    /// The quantity of an item. A quantity is usually an integer, but can have decimals for goods sold by weight (2.5
    /// kg).
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Quantity;
    ///
    /// assert_eq!(Quantity::from(3).to_string(), "3");
    /// assert_eq!(Quantity::try_from(2.5)?.to_string(), "2.5"); // kilograms
    /// # Ok::<(), dintero_api::InvalidNumber>(())
    /// ```
    Quantity
}

decimal_type! {
    /// A percentage, in the form that the API expects for VAT rates and discounts: `25` and `25.5` mean 25 % and 25.5
    /// %, and `0.25` means 0.25 %.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Percent;
    ///
    /// let finland = Percent::try_from(25.5)?;
    /// assert_eq!(finland.to_string(), "25.5");
    /// assert!(finland > Percent::from(25));
    /// # Ok::<(), dintero_api::InvalidNumber>(())
    /// ```
    Percent
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::FromJson as _;

    #[test]
    fn amounts_are_plain_integers() {
        let amount = MinorUnits::new(29990);
        assert_eq!(amount.to_string(), "29990");
        assert_eq!(serde_json::to_value(amount).unwrap(), json!(29990));
        assert_eq!(MinorUnits::from_json(json!(29990.0)), Ok(amount));
        assert!(MinorUnits::from_json(json!(29990.5)).is_err());
        assert!(MinorUnits::from_json(json!("29990")).is_err());
        assert_eq!(format!("{:>7}", MinorUnits::from(-5)), "     -5");
    }

    #[test]
    fn arithmetic_does_not_wrap() {
        assert_eq!(MinorUnits::new(2).checked_add(MinorUnits::new(3)), Some(MinorUnits::new(5)));
        assert_eq!(MinorUnits::new(2).checked_sub(MinorUnits::new(3)), Some(MinorUnits::new(-1)));
        assert_eq!(MinorUnits::new(i64::MAX).checked_add(MinorUnits::new(1)), None);
        assert_eq!(MinorUnits::new(i64::MIN).checked_sub(MinorUnits::new(1)), None);
        assert_eq!(MinorUnits::new(i64::MIN).checked_neg(), None);
    }

    #[test]
    fn amounts_are_multiplied_and_added_or_refused() {
        let amount = MinorUnits::new;
        assert_eq!(amount(29990).checked_mul(3), Some(amount(89970)));
        assert_eq!(amount(-5).checked_mul(0), Some(MinorUnits::ZERO));
        assert_eq!(amount(i64::MAX).checked_mul(2), None);
        assert_eq!(amount(i64::MIN).checked_mul(-1), None);
        assert_eq!(MinorUnits::checked_sum([0_i64; 0].map(amount)), Some(MinorUnits::ZERO));
        assert_eq!(MinorUnits::checked_sum([i64::MAX, 1, -1].map(amount)), Some(amount(i64::MAX)));
        assert_eq!(MinorUnits::checked_sum([1, i64::MAX].map(amount)), None);
        assert_eq!(MinorUnits::checked_sum([-1, i64::MIN].map(amount)), None);
    }

    #[test]
    fn major_units_go_both_ways_and_are_shown() {
        let [clf, kwd] = ["CLF", "KWD"].map(|code| code.parse().unwrap());
        for (minor, currency, major, shown) in [
            (12345, Currency::NOK, "123.45", "123.45 NOK"),
            (12300, Currency::EUR, "123.00", "123.00 EUR"),
            (5, Currency::SEK, "0.05", "0.05 SEK"),
            (-5, Currency::DKK, "-0.05", "-0.05 DKK"),
            (0, Currency::NOK, "0.00", "0.00 NOK"),
            (1200, Currency::JPY, "1200", "1200 JPY"),
            (-1, Currency::ISK, "-1", "-1 ISK"),
            (12345, kwd, "12.345", "12.345 KWD"),
            (5, clf, "0.0005", "0.0005 CLF"),
            (i64::MIN, Currency::NOK, "-92233720368547758.08", "-92233720368547758.08 NOK"),
            (i64::MAX, Currency::JPY, "9223372036854775807", "9223372036854775807 JPY"),
        ] {
            let amount = MinorUnits::new(minor);
            assert_eq!(amount.to_major(currency).unwrap().to_string(), major);
            assert_eq!(MinorUnits::from_major(major.parse().unwrap(), currency), Ok(amount));
            assert_eq!(amount.display(currency).to_string(), shown);
        }
        assert_eq!(format!("{:>12}|", MinorUnits::new(5).display(Currency::NOK)), "    0.05 NOK|");
    }

    #[test]
    fn what_has_no_exact_amount_is_an_error() {
        let of = |text: &str, currency| MinorUnits::from_major(text.parse().unwrap(), currency);
        assert_eq!(of("299.90000", Currency::NOK), Ok(MinorUnits::new(29990)));
        assert_eq!(of("299.905", Currency::NOK), Err(MoneyError::Fraction));
        assert_eq!(of("0.5", Currency::JPY), Err(MoneyError::Fraction));
        assert_eq!(of("92233720368547758.08", Currency::NOK), Err(MoneyError::TooLarge));
        let unknown = "ABC".parse().unwrap();
        assert_eq!(of("1", unknown), Err(MoneyError::UnknownCurrency(unknown)));
        let amount = MinorUnits::new(12345);
        assert_eq!(amount.to_major(unknown), Err(MoneyError::UnknownCurrency(unknown)));
        assert_eq!(amount.display(unknown).to_string(), "12345 minor units of ABC");
    }

    #[test]
    fn percentages_and_quantities_are_whole_numbers_of_any_width() {
        assert_eq!(Percent::from(25_u8), Percent::from(25));
        assert_eq!(Percent::from(-25_i8), Percent::from(-25_i64));
        assert_eq!(Quantity::from(3_u16), Quantity::from(3_i16));
        assert_eq!(Quantity::from(u64::MAX).to_string(), u64::MAX.to_string());
        assert_eq!(MinorUnits::from(200_u8), MinorUnits::from(200_i16));
        assert_eq!(MinorUnits::from(-1_i8), MinorUnits::from(-1));
        assert_eq!(MinorUnits::from(u16::MAX), MinorUnits::from(65535));
    }

    #[test]
    fn decimals_keep_their_value_and_lose_their_point() {
        let vat = Percent::try_from(25.5).unwrap();
        assert_eq!(vat.get(), Decimal::new(255, 1));
        assert_eq!(vat.to_string(), "25.5");
        assert_eq!(serde_json::to_string(&vat).unwrap(), "25.5");
        assert_eq!(serde_json::to_string(&Quantity::from(Decimal::new(100, 2))).unwrap(), "1");
        assert_eq!(Quantity::from_json(json!(1.0)), Ok(Quantity::from(1)));
        assert_eq!(Quantity::try_from(f64::NAN), Err(InvalidNumber));
    }
}
