//! Money: amounts in minor units, exact prices, quantities and percentages, rounding, and spreading without loss.

mod allocate;
mod price;
mod rounding;
mod wide;

use std::fmt;

use rust_decimal::Decimal;

use crate::wire::{self, Given, Part, ReadError, ReadScalar};

pub use allocate::allocate;
pub use price::{MoneyError, Price, decimal_from_f64, decimal_from_f64_option};
pub use rounding::Rounding;
pub(crate) use rounding::divide;
pub(crate) use wide::multiply_divide;

/// An amount in the smallest unit of its currency: 299.90 NOK is `MinorUnits::new(29990)`.
///
/// A type of its own, so that an amount is not mixed up with a quantity, and so that no float is taken silently. It
/// may be negative (a correction or a gift card is). Reading takes `100.0` too, because some amounts of the API are
/// declared as `number`; a fraction is an error. It is always written as an integer.
///
/// # Examples
///
/// ```
/// use dintero_api::MinorUnits;
///
/// let price = MinorUnits::new(29990); // NOK 299.90
/// assert_eq!(price.checked_add(MinorUnits::new(10)), Some(MinorUnits::from(30000)));
/// assert_eq!(price.get(), 29990);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MinorUnits(i64);

impl MinorUnits {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Takes an amount in the smallest unit of the currency.
    #[must_use]
    pub const fn new(amount: i64) -> Self {
        Self(amount)
    }

    /// Returns the amount in the smallest unit of the currency.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }

    /// Returns the sum, or `None` when it does not fit 64 bits.
    #[must_use]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// Returns the difference, or `None` when it does not fit 64 bits.
    #[must_use]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }

    /// Returns the amount with the other sign, or `None` when it does not fit 64 bits.
    #[must_use]
    pub const fn checked_neg(self) -> Option<Self> {
        match self.0.checked_neg() {
            Some(amount) => Some(Self(amount)),
            None => None,
        }
    }
}

impl From<i64> for MinorUnits {
    fn from(amount: i64) -> Self {
        Self(amount)
    }
}

impl From<i32> for MinorUnits {
    fn from(amount: i32) -> Self {
        Self(amount.into())
    }
}

impl From<u32> for MinorUnits {
    fn from(amount: u32) -> Self {
        Self(amount.into())
    }
}

impl fmt::Display for MinorUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ReadScalar for MinorUnits {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ReadError> {
        i64::read(given).map(Self)
    }

    fn convert(given: Given<'_>) -> Result<Self, ReadError> {
        i64::convert(given).map(Self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Integer(self.0)
    }
}

wire::scalar! { MinorUnits }

/// A float that has no exact decimal of at most 28 digits: not finite, too large or too fine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidNumber;

impl fmt::Display for InvalidNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the number is not finite or has more than 28 decimal digits")
    }
}

impl std::error::Error for InvalidNumber {}

/// An exact decimal with a meaning: the type, its conversions and its JSON (a number, whole ones without a point).
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

        impl From<i32> for $name {
            fn from(value: i32) -> Self {
                Self(value.into())
            }
        }

        impl From<i64> for $name {
            fn from(value: i64) -> Self {
                Self(value.into())
            }
        }

        impl From<u32> for $name {
            fn from(value: u32) -> Self {
                Self(value.into())
            }
        }

        /// By the shortest decimal text of the float, so that `0.1` becomes exactly 0.1.
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
            fn read(given: Given<'_>) -> Result<Self, ReadError> {
                Decimal::read(given).map(Self)
            }

            fn convert(given: Given<'_>) -> Result<Self, ReadError> {
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
    /// How many of an item. Usually whole, but goods sold by weight have decimals (2.5 kg).
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
    /// A percentage, as the API wants VAT rates and discounts: `25` and `25.5` mean 25 % and 25.5 %, never 0.25.
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
