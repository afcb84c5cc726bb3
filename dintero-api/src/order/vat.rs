//! VAT: which rates are right, in which units a shop has them, and what an amount contains.

use rust_decimal::Decimal;

use super::problem::Rule;
use crate::money::{Exact, MoneyError, Rounding, divide};
use crate::{MinorUnits, Percent};

/// Why a number is no rate of VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WrongRate {
    rate: Decimal,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Negative,
    BelowOne,
    AboveHundred,
    TooFine,
}

/// Takes a rate in percent: 0, or from 1 to 100 with two decimals at most. No VAT is as low as 0.25 %, or as high as 2500 %:
/// these are fractions and basis points.
pub(super) fn percent(rate: Decimal) -> Result<Percent, WrongRate> {
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
    Err(WrongRate { rate, fault })
}

impl WrongRate {
    /// What is wrong.
    pub(super) fn message(self) -> String {
        let rate = self.rate;
        match self.fault {
            Fault::Negative => format!("a rate of VAT is not negative, and this is {rate}"),
            Fault::BelowOne => {
                format!("{rate} percent is almost surely a fraction: give percent (25 for 25 %)")
            }
            Fault::AboveHundred => {
                format!("{rate} percent is no rate of VAT: give percent (25 for 25 %)")
            }
            Fault::TooFine => {
                format!("a rate of VAT has two decimals of a percent at most, and this is {rate}")
            }
        }
    }

    /// What is wrong with a number that a cart maps to `vat`, and which other input may be meant.
    pub(super) fn message_for_input(self) -> String {
        let meant = match self.fault {
            Fault::Negative | Fault::TooFine => "",
            Fault::BelowOne => ", or map it to `vat_fraction`",
            Fault::AboveHundred => ", or map basis points to `vat_basis_points`",
        };
        self.message() + meant
    }
}

/// Takes a rate in hundredths of a percent: 2550 is 25.5 %.
pub(super) fn basis_points(points: Decimal) -> Result<Percent, String> {
    if points > Decimal::ZERO && points < Decimal::ONE_HUNDRED {
        return Err(format!(
            "{points} basis points are less than one percent: 2500 basis points are 25 %; map percent to `vat`"
        ));
    }
    let rate = points.checked_div(Decimal::ONE_HUNDRED);
    percent(rate.ok_or_else(too_large)?).map_err(WrongRate::message_for_input)
}

/// Takes a rate as a fraction: 0.255 is 25.5 %.
pub(super) fn fraction(fraction: Decimal) -> Result<Percent, String> {
    if fraction >= Decimal::ONE {
        return Err(format!(
            "{fraction} as a fraction would be {fraction}00 percent: give a fraction (0.25 for 25 %), or map it to `vat`"
        ));
    }
    let rate = fraction.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(too_large)?.normalize();
    percent(rate).map_err(|wrong| match wrong.fault {
        Fault::BelowOne => {
            format!(
                "a fraction of {fraction} is {rate} percent, and no VAT is as low: 0.25 is 25 %"
            )
        }
        _ => wrong.message(),
    })
}

fn too_large() -> String {
    MoneyError::TooLarge.to_string()
}

/// The VAT that an amount contains: `amount × vat / (100 + vat)`, rounded half away from zero.
///
/// From the amount as it is sent, so that anyone can do the sum again. `None` if it cannot be calculated.
pub(super) fn contained(amount: MinorUnits, vat: Percent) -> Option<MinorUnits> {
    let vat = vat.value();
    // As whole numbers: 25.5 % of an amount is amount × 255 / (1000 + 255).
    let hundred = 100 * 10_i128.checked_pow(vat.scale())?;
    let divisor = hundred.checked_add(vat.mantissa()).filter(|divisor| *divisor > 0)?;
    let dividend = i128::from(amount.get()).checked_mul(vat.mantissa())?;
    let contained = divide(dividend, divisor, Rounding::HalfAwayFromZero)?;
    i64::try_from(contained).ok().map(MinorUnits::new)
}

/// A net amount with its VAT: `net × (100 + vat) / 100`.
pub(super) fn added(net: Exact, vat: Option<Percent>) -> Result<Exact, (Rule, String)> {
    let vat = vat.ok_or_else(|| {
        (Rule::Vat, "a price without VAT needs the rate of VAT, and this line has none".to_owned())
    })?;
    Exact::integer(100)
        .plus(Exact::decimal(vat.value()))
        .and_then(|percent| net.times(percent))
        .map(Exact::percent)
        .ok_or_else(|| (Rule::Value, too_large()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn rates_are_known_by_their_size() {
        for (rate, fault) in [
            ("-0.01", Fault::Negative),
            ("0.25", Fault::BelowOne),
            ("100.01", Fault::AboveHundred),
            ("25.555", Fault::TooFine),
        ] {
            assert_eq!(percent(decimal(rate)).map_err(|wrong| wrong.fault), Err(fault), "{rate}");
        }
        for rate in ["0", "-0", "0.000", "1", "25.50", "25.500", "100"] {
            assert_eq!(percent(decimal(rate)).map(Percent::value), Ok(decimal(rate)), "{rate}");
        }
    }

    #[test]
    fn other_units_become_percent() {
        let half = Percent::from(decimal("25.5"));
        assert_eq!(basis_points(decimal("2550")), Ok(half));
        assert_eq!(fraction(decimal("0.255")), Ok(half));
        assert_eq!(basis_points(decimal("0")), Ok(Percent::from(0)));
        assert_eq!(fraction(decimal("0.00")), Ok(Percent::from(0)));
        for mistaken in ["25", "1e-3", "-100"] {
            let mistaken = Decimal::from_scientific(mistaken).unwrap_or_else(|_| decimal(mistaken));
            assert!(basis_points(mistaken).is_err(), "{mistaken}");
        }
        for mistaken in ["25", "1", "0.001", "-0.25", "0.25555"] {
            assert!(fraction(decimal(mistaken)).is_err(), "{mistaken}");
        }
        assert_eq!(fraction(Decimal::MIN), Err(too_large()), "refused, and not left out");
    }

    #[test]
    fn vat_is_what_the_amount_contains() {
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
    fn vat_that_cannot_be_contained_is_none() {
        assert_eq!(contained(MinorUnits::new(100), Percent::from(-100)), None);
        assert_eq!(contained(MinorUnits::new(i64::MAX), Percent::from(Decimal::MAX)), None);
    }
}
