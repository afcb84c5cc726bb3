//! Checks VAT rates, and calculates the VAT that an amount contains.

use rust_decimal::Decimal;

use crate::money::{Rounding, divide};
use crate::{MinorUnits, Percent};

/// Why a number is not a valid VAT rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InvalidRate {
    rate: Decimal,
    pub(super) fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Negative,
    BelowOne,
    AboveHundred,
    TooFine,
}

/// Checks a rate in percent: 0, or from 1 to 100 with at most two decimals. No VAT rate is as low as 0.25 % or as high
/// as 2500 %: such a number is a fraction or in basis points.
pub(super) fn percent(rate: Decimal) -> Result<Percent, InvalidRate> {
    let fault = if rate.is_zero() {
        return Ok(Percent::from(0));
    } else if rate.is_sign_negative() {
        Fault::Negative
    } else if rate < Decimal::ONE {
        Fault::BelowOne
    } else if rate > Decimal::ONE_HUNDRED {
        Fault::AboveHundred
    } else if rate.normalize().scale() > 2 {
        Fault::TooFine
    } else {
        return Ok(Percent::from(rate.normalize()));
    };
    Err(InvalidRate { rate, fault })
}

impl InvalidRate {
    /// Returns whether the rate is outside the valid range. The result is `false` for a rate that only has too many
    /// decimals.
    pub(super) fn is_out_of_range(self) -> bool {
        self.fault != Fault::TooFine
    }

    /// Returns the error message for the rate.
    pub(super) fn message(self) -> String {
        let rate = self.rate;
        match self.fault {
            Fault::Negative => {
                format!("a VAT rate cannot be negative, but this rate is {rate} percent")
            }
            Fault::BelowOne => {
                format!("{rate} percent is almost certainly a fraction: use percent (25 for 25 %)")
            }
            Fault::AboveHundred => {
                format!("{rate} percent is not a valid VAT rate: use percent (25 for 25 %)")
            }
            Fault::TooFine => {
                format!("a VAT rate has at most two decimals, but this rate is {rate} percent")
            }
        }
    }
}

/// Returns the VAT that an amount contains: `amount × vat / (100 + vat)`, rounded half away from zero.
///
/// The VAT is calculated from the amount that is sent, so that anyone can check the VAT. Returns `None` if the
/// calculation overflows, or if the rate is -100 % or lower.
pub(super) fn contained(amount: MinorUnits, vat: Percent) -> Option<MinorUnits> {
    let vat = vat.get();
    // Calculated with integers: an amount with 25.5 % VAT contains amount × 255 / (1000 + 255) of VAT.
    let hundred = 10_i128.checked_pow(vat.scale())?.checked_mul(100)?;
    let divisor = hundred.checked_add(vat.mantissa()).filter(|divisor| *divisor > 0)?;
    let dividend = i128::from(amount.get()).checked_mul(vat.mantissa())?;
    let contained = divide(dividend, divisor, Rounding::HalfAwayFromZero)?;
    i64::try_from(contained).ok().map(MinorUnits::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn only_valid_rates_are_accepted() {
        for (rate, fault) in [
            ("-0.01", Fault::Negative),
            ("0.25", Fault::BelowOne),
            ("100.01", Fault::AboveHundred),
            ("25.555", Fault::TooFine),
        ] {
            assert_eq!(percent(decimal(rate)).map_err(|wrong| wrong.fault), Err(fault), "{rate}");
        }
        for rate in ["0", "-0", "0.000", "1", "25.50", "25.500", "100"] {
            assert_eq!(percent(decimal(rate)).map(Percent::get), Ok(decimal(rate)), "{rate}");
        }
    }

    #[test]
    fn vat_is_computed_from_the_gross_amount() {
        for (amount, vat, expected) in [
            (29_990, "25", 5_998),
            (5_990, "15", 781),
            (1_251, "25", 250),
            (-4_000, "25", -800),
            (10_000, "25.5", 2_032),
            (10_000, "0", 0),
            (3, "20", 1),
        ] {
            let vat = Percent::from(decimal(vat));
            assert_eq!(contained(MinorUnits::new(amount), vat), Some(MinorUnits::new(expected)));
        }
    }

    #[test]
    fn vat_that_cannot_be_calculated_is_none() {
        assert_eq!(contained(MinorUnits::new(100), Percent::from(-100)), None);
        assert_eq!(contained(MinorUnits::new(i64::MAX), Percent::from(Decimal::MAX)), None);
    }
}
