//! Rates of VAT and of discounts in the units that shops use, and the VAT of net amounts.

use rust_decimal::Decimal;

use super::exact::Exact;
use crate::money::{MoneyError, Rounding, divide};
use crate::order::Rule;
use crate::order::vat::{Fault, InvalidRate, percent};
use crate::{MinorUnits, Percent};

/// A unit in which shops store VAT rates. Each unit has its own target.
#[derive(Debug, Clone, Copy)]
enum Unit {
    Percent,
    BasisPoints,
    Fraction,
}

impl Unit {
    /// Converts a number in this unit to a VAT rate.
    fn read(self, number: Decimal) -> Result<Percent, NotARate> {
        let rate = match self {
            Self::Percent => Some(number),
            Self::BasisPoints => number.checked_div(Decimal::ONE_HUNDRED),
            Self::Fraction => number.checked_mul(Decimal::ONE_HUNDRED),
        };
        percent(rate.ok_or(NotARate::TooLarge)?.normalize()).map_err(NotARate::Invalid)
    }

    /// Returns the suggestion at the end of the error message for `number`: another target that accepts it. The string
    /// is empty if there is none.
    fn other_target(self, number: Decimal) -> &'static str {
        let others: &[Self] = match self {
            Self::Percent => &[Self::Fraction, Self::BasisPoints],
            Self::BasisPoints => &[Self::Percent, Self::Fraction],
            Self::Fraction => &[Self::Percent, Self::BasisPoints],
        };
        match others.iter().find(|other| other.read(number).is_ok()) {
            Some(Self::Percent) => ", or map percent to `vat`",
            Some(Self::BasisPoints) => ", or map basis points to `vat_basis_points`",
            Some(Self::Fraction) => ", or map the fraction to `vat_fraction`",
            None => "",
        }
    }
}

/// Why a number cannot be read as a VAT rate in its unit.
enum NotARate {
    Invalid(InvalidRate),
    TooLarge,
}

/// Reads a VAT rate in percent: 25.5 is 25.5 %.
pub(super) fn vat_percent(rate: Decimal) -> Result<Percent, String> {
    let unit = Unit::Percent;
    unit.read(rate).map_err(|reason| match reason {
        NotARate::Invalid(invalid) => match invalid.fault {
            Fault::BelowOne | Fault::AboveHundred => invalid.message() + unit.other_target(rate),
            Fault::Negative | Fault::TooFine => invalid.message(),
        },
        NotARate::TooLarge => too_large(),
    })
}

/// Reads a VAT rate in hundredths of a percent: 2550 is 25.5 %.
pub(super) fn vat_basis_points(points: Decimal) -> Result<Percent, String> {
    let unit = Unit::BasisPoints;
    unit.read(points).map_err(|reason| match reason {
        NotARate::Invalid(invalid) => match invalid.fault {
            Fault::BelowOne => format!(
                "{points} basis points are less than one percent: use basis points (2500 for 25 %){}",
                unit.other_target(points)
            ),
            Fault::AboveHundred => {
                format!("{points} basis points are more than 100 percent: use basis points (2500 for 25 %)")
            }
            Fault::Negative | Fault::TooFine => invalid.message(),
        },
        NotARate::TooLarge => too_large(),
    })
}

/// Reads a VAT rate as a fraction: 0.255 is 25.5 %. A fraction of 1 or more is refused, because 1 almost certainly
/// means one percent.
pub(super) fn vat_fraction(fraction: Decimal) -> Result<Percent, String> {
    let unit = Unit::Fraction;
    if fraction >= Decimal::ONE {
        return Err(format!(
            "{fraction} as a fraction is 100 percent or more: use a fraction (0.25 for 25 %){}",
            unit.other_target(fraction)
        ));
    }
    unit.read(fraction).map_err(|reason| match reason {
        NotARate::Invalid(invalid) => match invalid.fault {
            Fault::BelowOne => format!(
                "{fraction} as a fraction is less than one percent, which is too low for VAT: use a fraction (0.25 for 25 %)"
            ),
            Fault::AboveHundred | Fault::Negative | Fault::TooFine => invalid.message(),
        },
        NotARate::TooLarge => too_large(),
    })
}

/// Reads a discount in percent. A value below one percent is refused, because it is almost certainly a fraction.
pub(super) fn discount_percent(rate: Decimal) -> Result<Percent, String> {
    if rate > Decimal::ZERO && rate < Decimal::ONE {
        return Err(format!(
            "{rate} percent is almost certainly a fraction: use percent (10 for 10 %), or map a fraction to `discount_fraction` (on a `DinteroDiscount`: `fraction`)"
        ));
    }
    Ok(Percent::from(rate))
}

/// Reads a discount as a fraction: 0.1 is 10 %.
pub(super) fn discount_fraction(fraction: Decimal) -> Result<Percent, String> {
    if fraction > Decimal::ONE {
        let other = if fraction <= Decimal::ONE_HUNDRED {
            ", or map percent to `discount_percent` (on a `DinteroDiscount`: `percentage`)"
        } else {
            ""
        };
        return Err(format!(
            "{fraction} as a fraction is more than 100 %: use a fraction (0.1 for 10 %){other}"
        ));
    }
    let rate = fraction.checked_mul(Decimal::ONE_HUNDRED).ok_or_else(too_large)?;
    Ok(Percent::from(rate.normalize()))
}

/// Reads the percentage of an order that is paid now.
pub(super) fn deposit(rate: Decimal) -> Result<Percent, String> {
    if rate < Decimal::ONE || rate > Decimal::ONE_HUNDRED {
        return Err(format!(
            "a deposit is from 1 to 100 percent of the order, but this is {rate}: use percent (20 for 20 %)"
        ));
    }
    Ok(Percent::from(rate))
}

fn too_large() -> String {
    MoneyError::TooLarge.to_string()
}

/// The reason why VAT cannot be added to an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoGross {
    /// The required VAT rate is not known.
    NoRate,
    /// The result has too many digits to be exact.
    TooLarge,
    /// The amount must be spread across parts, but the total of their prices is not above zero.
    NoParts,
}

impl NoGross {
    pub(super) fn rule(self) -> Rule {
        match self {
            Self::NoRate => Rule::Vat,
            Self::TooLarge => Rule::Value,
            Self::NoParts => Rule::Bundle,
        }
    }
}

/// Adds the VAT to a net amount: `net × (100 + vat) / 100`.
pub(super) fn added(net: Exact, vat: Option<Percent>) -> Result<Exact, NoGross> {
    let vat = vat.ok_or(NoGross::NoRate)?;
    Exact::integer(100)
        .plus(Exact::decimal(vat.get()))
        .and_then(|percent| net.times(percent))
        .map(Exact::percent)
        .ok_or(NoGross::TooLarge)
}

/// One of the parts across which a net amount is spread: its price with VAT, and its VAT rate.
#[derive(Debug, Clone, Copy)]
pub(super) struct TaxedPart {
    pub(super) amount: MinorUnits,
    pub(super) vat: Option<Percent>,
}

/// The source of the VAT rate of an amount.
#[derive(Debug, Clone, Copy)]
pub(super) enum VatOf<'t> {
    /// The line of the amount.
    Line(Option<Percent>),
    /// The lines across which the amount is spread, each with its own rate.
    Parts(&'t [TaxedPart]),
}

impl VatOf<'_> {
    /// Adds the VAT to a net amount.
    pub(super) fn added_to(self, net: Exact) -> Result<Exact, NoGross> {
        match self {
            Self::Line(vat) => added(net, vat),
            Self::Parts(parts) => added_by_parts(net, parts),
        }
    }
}

/// Adds the VAT to a net amount that is spread across parts in proportion to their prices. Each part has its own VAT
/// rate.
///
/// The share of a part is `net × (its net price) / (all net prices)`, plus VAT at the rate of the part; the sum is
/// `net × gross / (all net prices)`. For example, if 300.00 net is spread across 125.00 at 25 % and 115.00 at 15 %,
/// which are 100.00 net each, the sum is 300.00 × 240.00 / 200.00 = 360.00. The result is rounded to a whole minor
/// unit.
fn added_by_parts(net: Exact, parts: &[TaxedPart]) -> Result<Exact, NoGross> {
    let mut gross = 0_i128;
    let mut nets = Ratio { numerator: 0, denominator: 1 };
    for part in parts {
        let amount = i128::from(part.amount.get());
        gross += amount;
        let vat = part.vat.ok_or(NoGross::NoRate)?.get().normalize();
        nets =
            Ratio::net_of(amount, vat).and_then(|net| nets.plus(net)).ok_or(NoGross::TooLarge)?;
    }
    if nets.numerator <= 0 {
        return if net.signum() == 0 { Ok(net) } else { Err(NoGross::NoParts) };
    }
    let total = nets
        .denominator
        .checked_mul(gross)
        .and_then(|factor| net.times_integer(factor))
        .and_then(|product| product.divided(nets.numerator, Rounding::HalfAwayFromZero));
    total.map(Exact::integer).ok_or(NoGross::TooLarge)
}

/// A fraction in lowest terms. The denominator is positive.
#[derive(Debug, Clone, Copy)]
struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Returns `amount × 100 / (100 + vat)`.
    fn net_of(amount: i128, vat: Decimal) -> Option<Self> {
        let hundred = 100 * 10_i128.checked_pow(vat.scale())?;
        let denominator = hundred.checked_add(vat.mantissa()).filter(|divisor| *divisor > 0)?;
        Some(Self { numerator: amount.checked_mul(hundred)?, denominator }.lowest())
    }

    fn plus(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        let denominator = self.denominator.checked_mul(other.denominator)?;
        Some(Self { numerator: left.checked_add(right)?, denominator }.lowest())
    }

    fn lowest(self) -> Self {
        let (mut a, mut b) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        // The divisor divides the denominator, so it fits in an `i128`.
        let divisor = i128::try_from(a).unwrap_or(1).max(1);
        Self { numerator: self.numerator / divisor, denominator: self.denominator / divisor }
    }
}

/// Returns `amount × part / whole`, rounded half away from zero: the VAT of a line whose amount changed from `whole` to
/// `part`.
pub(super) fn in_proportion(
    amount: MinorUnits,
    part: MinorUnits,
    whole: MinorUnits,
) -> Option<MinorUnits> {
    let product = i128::from(amount.get()).checked_mul(part.get().into())?;
    let whole = i128::from(whole.get());
    let (product, whole) = if whole < 0 { (-product, -whole) } else { (product, whole) };
    let share = (whole != 0).then(|| divide(product, whole, Rounding::HalfAwayFromZero))??;
    i64::try_from(share).ok().map(MinorUnits::new)
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
        assert_eq!(vat_basis_points(decimal("2550")), Ok(half));
        assert_eq!(vat_fraction(decimal("0.255")), Ok(half));
        assert_eq!(vat_basis_points(decimal("0")), Ok(Percent::from(0)));
        assert_eq!(vat_fraction(decimal("0.00")), Ok(Percent::from(0)));
        for mistaken in ["25", "1e-3", "-100"] {
            let mistaken = Decimal::from_scientific(mistaken).unwrap_or_else(|_| decimal(mistaken));
            assert!(vat_basis_points(mistaken).is_err(), "{mistaken}");
        }
        for mistaken in ["25", "1", "0.001", "-0.25", "0.25555"] {
            assert!(vat_fraction(decimal(mistaken)).is_err(), "{mistaken}");
        }
        assert_eq!(
            vat_fraction(Decimal::MIN),
            Err(too_large()),
            "a fraction that is too large is refused, not ignored"
        );
    }

    type Read = fn(Decimal) -> Result<Percent, String>;

    /// Returns the target that the error message for a VAT rate suggests.
    fn suggested(read: Read, rate: &str) -> Option<String> {
        let message = read(decimal(rate)).expect_err(rate);
        let (_, suggestion) = message.split_once(", or map ")?;
        suggestion.split('`').nth(1).map(str::to_owned)
    }

    #[test]
    fn only_a_target_that_accepts_the_rate_is_suggested() {
        let targets: [(&str, Read); 3] = [
            ("vat", vat_percent),
            ("vat_basis_points", vat_basis_points),
            ("vat_fraction", vat_fraction),
        ];
        let rates = [
            "-25", "-0.25", "0", "0.00001", "0.005", "0.01", "0.25", "0.25555", "0.99", "1", "25",
            "25.555", "99.99", "100", "100.01", "2500", "2500.5", "10000", "10000.01", "250000",
        ];
        for (own, read) in targets {
            for rate in rates.into_iter().filter(|rate| read(decimal(rate)).is_err()) {
                let accepting = targets.iter().find(|(_, read)| read(decimal(rate)).is_ok());
                let accepting = accepting.map(|(target, _)| (*target).to_owned());
                // A rate with too many decimals is assumed to be in the right unit, so no target is suggested.
                let is_too_fine = read(decimal(rate)).unwrap_err().contains("at most two decimals");
                let expected = accepting.filter(|_| !is_too_fine);
                assert_eq!(suggested(read, rate), expected, "{own} = {rate}");
            }
        }
    }

    #[test]
    fn messages_name_the_unit_of_the_rate() {
        let messages = [
            (
                vat_basis_points(decimal("250000")),
                "250000 basis points are more than 100 percent: use basis points (2500 for 25 %)",
            ),
            (
                vat_basis_points(decimal("25")),
                "25 basis points are less than one percent: use basis points (2500 for 25 %), or map percent to `vat`",
            ),
            (
                vat_percent(decimal("25000")),
                "25000 percent is not a valid VAT rate: use percent (25 for 25 %)",
            ),
            (
                vat_fraction(decimal("-0.25")),
                "a VAT rate cannot be negative, but this rate is -25 percent",
            ),
        ];
        for (read, expected) in messages {
            assert_eq!(read, Err(expected.to_owned()));
        }
        let beyond = Decimal::MAX;
        assert_eq!(vat_fraction(Decimal::MIN), Err(too_large()));
        assert!(vat_fraction(beyond).unwrap_err().ends_with("(0.25 for 25 %)"));
        let discount = discount_fraction(decimal("1000")).unwrap_err();
        assert!(discount.ends_with("(0.1 for 10 %)"), "{discount}");
    }

    #[test]
    fn a_discount_below_one_percent_is_a_fraction() {
        for rate in ["0", "1", "10", "100", "-5", "150"] {
            assert_eq!(discount_percent(decimal(rate)), Ok(Percent::from(decimal(rate))), "{rate}");
        }
        for rate in ["0.1", "0.99", "0.005"] {
            assert!(discount_percent(decimal(rate)).is_err(), "{rate}");
        }
        assert_eq!(discount_fraction(decimal("0.10")), Ok(Percent::from(10)));
        assert_eq!(discount_fraction(decimal("0.005")), Ok(Percent::from(decimal("0.5"))));
        assert_eq!(discount_fraction(decimal("1")), Ok(Percent::from(100)));
        assert!(discount_fraction(decimal("1.01")).is_err());
    }

    #[test]
    fn a_net_amount_over_parts_of_different_rates() {
        let part = |amount, vat: &str| TaxedPart {
            amount: MinorUnits::new(amount),
            vat: Some(Percent::from(decimal(vat))),
        };
        let gross = |net: i64, parts: &[TaxedPart]| {
            let total = added_by_parts(Exact::integer(net), parts)?;
            total.round(Rounding::Exact).ok_or(NoGross::TooLarge)
        };
        assert_eq!(gross(30000, &[part(12500, "25"), part(11500, "15")]), Ok(36000));
        assert_eq!(
            gross(1000, &[part(99, "25")]),
            Ok(1250),
            "if all parts have the same rate, it applies to the entire amount"
        );
        assert_eq!(gross(1000, &[part(99, "25.5"), part(1, "25.5")]), Ok(1255));
        // The net prices are 100 and 80.8, and the gross sum is 201: 100 × 201 / 180.8 = 111.17.
        assert_eq!(gross(100, &[part(100, "0"), part(101, "25")]), Ok(111));
        assert_eq!(gross(0, &[]), Ok(0));
        assert_eq!(gross(1, &[part(0, "25")]), Err(NoGross::NoParts));
        let unknown = TaxedPart { amount: MinorUnits::new(1), vat: None };
        assert_eq!(gross(1, &[unknown]), Err(NoGross::NoRate));
    }

    #[test]
    fn vat_follows_its_amount() {
        let left = |amount, part, whole| {
            let [amount, part, whole] = [amount, part, whole].map(MinorUnits::new);
            in_proportion(amount, part, whole).map(MinorUnits::get)
        };
        assert_eq!(left(2000, 5000, 10000), Some(1000));
        assert_eq!(left(-2000, -5000, -10000), Some(-1000));
        assert_eq!(left(2000, -10000, 10000), Some(-2000));
        assert_eq!(left(1, 1, 2), Some(1));
        assert_eq!(left(1, 1, 0), None);
    }
}
