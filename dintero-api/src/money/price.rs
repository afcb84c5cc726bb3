//! Prices, which are exact amounts not yet rounded to whole minor units, and errors in a merchant's numbers.

use std::fmt;

use rust_decimal::Decimal;

use super::{InvalidNumber, MinorUnits, Quantity, Rounding, divide};
use crate::{Currency, wire};

/// An exact amount in minor units, possibly with a fraction: 12.345 NOK is 1234.5 øre.
///
/// When a line of an order is priced, quantity and VAT are applied to the exact price, and the result is rounded once.
///
/// # Examples
///
/// ```
/// use dintero_api::money::{Price, Rounding};
/// use dintero_api::{Currency, Decimal, MinorUnits};
///
/// let price = Price::from_major(Decimal::new(12345, 3), Currency::NOK)?; // 12.345 kroner
/// assert_eq!(price.in_minor_units(), Decimal::new(12345, 1)); // 1234.5 øre
/// assert_eq!(price.round(Rounding::HalfAwayFromZero)?, MinorUnits::new(1235));
/// assert!(price.round(Rounding::Exact).is_err());
/// # Ok::<(), dintero_api::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(Decimal);

impl Price {
    /// Creates a price from an amount in minor units.
    #[must_use]
    pub const fn from_minor(amount: Decimal) -> Self {
        Self(amount)
    }

    /// Creates a price from an amount in major units (299.90 for NOK 299.90).
    ///
    /// # Errors
    ///
    /// Returns an error if ISO 4217 does not define a minor unit for the currency, or if the number is too large.
    pub fn from_major(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        Self::from_unit(amount, 0, currency)
    }

    /// Creates a price from an amount in units of 10^-`exponent` major units: 0 means major units, 2 means hundredths.
    pub(crate) fn from_unit(
        amount: Decimal,
        exponent: u32,
        currency: Currency,
    ) -> Result<Self, MoneyError> {
        let minor = currency.exponent().ok_or(MoneyError::UnknownCurrency(currency))?;
        shift(amount, i64::from(minor) - i64::from(exponent)).map(Self).ok_or(MoneyError::TooLarge)
    }

    /// Returns the amount in minor units.
    #[must_use]
    pub const fn in_minor_units(self) -> Decimal {
        self.0
    }

    /// Returns the exact price of a quantity, or `None` when it has too many digits to be exact.
    ///
    /// ```
    /// use dintero_api::money::Rounding;
    /// use dintero_api::{Decimal, MinorUnits, Price, Quantity};
    ///
    /// let weight = Quantity::from(Decimal::new(1255, 3)); // 1.255 kg
    /// let price = Price::from(MinorUnits::new(9990)).checked_mul(weight).unwrap();
    /// assert_eq!(price.round(Rounding::default()), Ok(MinorUnits::new(12537))); // 12537.45
    /// ```
    #[must_use]
    pub fn checked_mul(self, quantity: Quantity) -> Option<Self> {
        let (price, quantity) = (self.0.normalize(), quantity.get().normalize());
        let product = price.mantissa().checked_mul(quantity.mantissa())?;
        // `Decimal`'s own multiplication would round a result that has too many digits.
        Decimal::try_from_i128_with_scale(product, price.scale() + quantity.scale()).ok().map(Self)
    }

    /// Returns the exact amount in major units.
    ///
    /// # Errors
    ///
    /// Returns an error if ISO 4217 does not define a minor unit for the currency, or if the number has too many
    /// digits.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::{Currency, Decimal, Price};
    ///
    /// let per_gram = Price::from_minor(Decimal::new(225, 1)); // 22.5 øre
    /// assert_eq!(per_gram.to_major(Currency::NOK)?, Decimal::new(225, 3)); // 0.225 kroner
    /// # Ok::<(), dintero_api::MoneyError>(())
    /// ```
    pub fn to_major(self, currency: Currency) -> Result<Decimal, MoneyError> {
        let exponent = currency.exponent().ok_or(MoneyError::UnknownCurrency(currency))?;
        shift(self.0, -i64::from(exponent)).ok_or(MoneyError::TooLarge)
    }

    /// Rounds the amount to whole minor units.
    ///
    /// # Errors
    ///
    /// Returns an error if the amount does not fit in 64 bits, or if it has a fraction and `rounding` is
    /// [`Rounding::Exact`].
    pub fn round(self, rounding: Rounding) -> Result<MinorUnits, MoneyError> {
        // A `Decimal` has at most 28 decimals, so the power of ten fits in 128 bits.
        let divisor = 10_i128.pow(self.0.scale());
        let rounded = divide(self.0.mantissa(), divisor, rounding).ok_or(MoneyError::Fraction)?;
        i64::try_from(rounded).map(MinorUnits::new).map_err(|_| MoneyError::TooLarge)
    }
}

impl From<MinorUnits> for Price {
    fn from(amount: MinorUnits) -> Self {
        Self(amount.get().into())
    }
}

/// Returns `value × 10^places`, or `None` if the result would not be exact.
fn shift(value: Decimal, places: i64) -> Option<Decimal> {
    let scale = i64::from(value.scale()) - places;
    if scale >= 0 {
        return Decimal::try_from_i128_with_scale(value.mantissa(), scale.try_into().ok()?).ok();
    }
    let factor = 10_i128.checked_pow(scale.unsigned_abs().try_into().ok()?)?;
    Decimal::try_from_i128_with_scale(value.mantissa().checked_mul(factor)?, 0).ok()
}

/// Converts a float to the decimal number given by its shortest decimal representation: 1.005 becomes exactly 1.005.
///
/// Use this function to map a float to an amount: `#[dintero(with = dintero_api::money::decimal_from_f64)]` reads the
/// float as an amount in major units. Fractions of a minor unit are kept until the line is rounded.
///
/// # Errors
///
/// Returns an error if the float is not finite, or if it has more than 28 digits.
///
/// # Examples
///
/// ```
/// use dintero_api::money::decimal_from_f64;
/// use dintero_api::Decimal;
///
/// // On a field of a line: `#[dintero(to = unit_price, with = decimal_from_f64)]`.
/// assert_eq!(decimal_from_f64(&299.9)?, Decimal::new(2999, 1));
/// # Ok::<(), dintero_api::MoneyError>(())
/// ```
pub fn decimal_from_f64(value: &f64) -> Result<Decimal, MoneyError> {
    if !value.is_finite() {
        return Err(MoneyError::NotFinite);
    }
    wire::from_f64(*value).ok_or(MoneyError::TooLarge)
}

/// Converts an optional float in the same way as [`decimal_from_f64`].
///
/// # Errors
///
/// Returns an error if the float is not finite, or if it has more than 28 digits.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use dintero_api::money::{decimal_from_f64, decimal_from_f64_option};
/// use dintero_api::{Currency, DinteroOrderItem, order};
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     #[dintero(to = unit_price, with = decimal_from_f64)]
///     price: f64, // in kroner
///     #[dintero(to = discount, with = decimal_from_f64_option)]
///     rebate: Option<f64>,
/// }
///
/// let lines = [Line { price: 299.9, rebate: Some(49.9) }, Line { price: 89.0, rebate: None }];
/// let lines = order::order_lines(&lines, Currency::NOK)?;
/// assert_eq!(lines[0].amount, Some(25000.into()));
/// # }
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
pub fn decimal_from_f64_option(value: &Option<f64>) -> Result<Option<Decimal>, MoneyError> {
    value.as_ref().map(decimal_from_f64).transpose()
}

/// Why a merchant's number is not a valid amount, quantity or percentage.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use dintero_api::{Currency, Decimal, MinorUnits, MoneyError, Price, ToPrice};
///
/// /// A price in the format of an old system: `299,90`.
/// struct OldPrice(String);
///
/// impl ToPrice for OldPrice {
///     fn to_price(&self, currency: Currency) -> Result<Price, MoneyError> {
///         let number: Result<Decimal, _> = self.0.replace(',', ".").parse();
///         number.map_err(|_| MoneyError::new("a price has the form `299,90`"))?.to_price(currency)
///     }
/// }
///
/// let price = |text: &str| OldPrice(text.to_owned()).to_price(Currency::NOK);
/// assert_eq!(price("299,90"), Ok(Price::from(MinorUnits::new(29990))));
/// assert_eq!(price("free").unwrap_err().to_string(), "a price has the form `299,90`");
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MoneyError {
    /// A float that is infinite or not a number.
    NotFinite,
    /// A currency for which ISO 4217 does not define a minor unit.
    UnknownCurrency(Currency),
    /// A number with too many digits for exact arithmetic, or an amount that does not fit in 64 bits.
    TooLarge,
    /// A fraction of a minor unit where only whole minor units are allowed.
    Fraction,
    /// Any other error, such as one from your own type.
    Other(String),
}

impl MoneyError {
    /// Creates an error with your own message, for an implementation of `ToPrice` or a similar trait.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self::Other(message.into())
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite => f.write_str("the number is not finite"),
            Self::UnknownCurrency(currency) => {
                write!(f, "the minor unit of `{currency}` is not known: ISO 4217 lists none for it")
            }
            Self::TooLarge => {
                f.write_str("the number is too large or has too many digits to be exact")
            }
            Self::Fraction => f.write_str("the amount has a fraction of a minor unit"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for MoneyError {}

impl From<InvalidNumber> for MoneyError {
    fn from(_: InvalidNumber) -> Self {
        Self::TooLarge
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minor(text: &str, currency: Currency) -> Decimal {
        Price::from_major(text.parse().unwrap(), currency).unwrap().in_minor_units().normalize()
    }

    #[test]
    fn major_units_follow_the_currency() {
        let kwd = "KWD".parse().unwrap();
        for (text, currency, expected) in [
            ("299.90", Currency::NOK, "29990"),
            ("12.345", Currency::NOK, "1234.5"),
            ("1200", Currency::JPY, "1200"),
            ("1200.5", Currency::ISK, "1200.5"),
            ("1.2345", kwd, "1234.5"),
            ("-0.005", Currency::SEK, "-0.5"),
        ] {
            assert_eq!(minor(text, currency).to_string(), expected, "{text} {currency}");
        }
    }

    #[test]
    fn a_currency_without_a_known_minor_unit_is_refused() {
        let currency = "ABC".parse().unwrap();
        let error = Price::from_major(Decimal::ONE, currency).unwrap_err();
        assert_eq!(error, MoneyError::UnknownCurrency(currency));
    }

    #[test]
    fn floats_go_through_their_shortest_text() {
        for (float, text) in [(1.005, "1.005"), (8.95, "8.95"), (33.335, "33.335"), (-0.1, "-0.1")]
        {
            assert_eq!(decimal_from_f64(&float).unwrap().to_string(), text);
        }
        assert_eq!(decimal_from_f64(&f64::NAN), Err(MoneyError::NotFinite));
        assert_eq!(decimal_from_f64(&f64::INFINITY), Err(MoneyError::NotFinite));
        assert_eq!(decimal_from_f64(&1e300), Err(MoneyError::TooLarge));
        assert_eq!(decimal_from_f64_option(&None), Ok(None));
        assert_eq!(decimal_from_f64_option(&Some(0.5)), Ok(Some(Decimal::new(5, 1))));
        assert_eq!(decimal_from_f64_option(&Some(f64::NAN)), Err(MoneyError::NotFinite));
    }

    #[test]
    fn products_are_exact_or_none() {
        let price = |text: &str| Price::from_minor(text.parse().unwrap());
        let quantity = |text: &str| Quantity::from(text.parse::<Decimal>().unwrap());
        for (a, b, product) in [
            ("9990", "1.255", "12537.45"),
            ("0.5", "0.50", "0.25"),
            ("-3", "2", "-6"),
            ("7", "0", "0"),
        ] {
            assert_eq!(price(a).checked_mul(quantity(b)), Some(price(product)), "{a} × {b}");
        }
        let fine = "0.0000000000000001";
        assert_eq!(price(fine).checked_mul(quantity(fine)), None);
        assert_eq!(Price::from_minor(Decimal::MAX).checked_mul(quantity("2")), None);
        assert_eq!(price("1234.5").to_major(Currency::NOK).unwrap().to_string(), "12.345");
        assert_eq!(price("1234.5").to_major(Currency::JPY).unwrap().to_string(), "1234.5");
    }

    #[test]
    fn what_is_too_large_is_an_error() {
        assert_eq!(Price::from_major(Decimal::MAX, Currency::NOK), Err(MoneyError::TooLarge));
        let error = Price::from_minor(Decimal::MAX).round(Rounding::default()).unwrap_err();
        assert_eq!(error, MoneyError::TooLarge);
    }
}
