//! Rates of VAT in the units that a shop has them, and amounts that lack their VAT.

use rust_decimal::Decimal;

use super::exact::Exact;
use crate::Percent;
use crate::money::MoneyError;
use crate::order::Rule;
use crate::order::vat::{Fault, WrongRate, percent};

impl WrongRate {
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
}
