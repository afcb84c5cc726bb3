//! Exact decimal arithmetic on integers: sums, differences and products are exact or `None`.
//!
//! `Decimal` silently rounds a product that has too many digits. Here, prices, quantities, VAT rates and discounts are
//! multiplied as `mantissa × 10^-scale`, and only `divided` and `round` round.

use rust_decimal::Decimal;

use crate::money::{Rounding, divide};

/// The exponent of the largest power of ten that fits in an `i128`.
const MAX_SCALE: u32 = 38;

/// `mantissa × 10^-scale`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Exact {
    mantissa: i128,
    scale: u32,
}

impl Exact {
    pub(super) const ONE: Self = Self::integer(1);

    pub(super) const fn integer(value: i64) -> Self {
        Self { mantissa: value as i128, scale: 0 }
    }

    pub(super) fn decimal(value: Decimal) -> Self {
        Self { mantissa: value.mantissa(), scale: value.scale() }
    }

    pub(super) fn times(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Self { mantissa, scale: self.scale + other.scale })
    }

    pub(super) fn times_integer(self, factor: i128) -> Option<Self> {
        Some(Self { mantissa: self.mantissa.checked_mul(factor)?, ..self })
    }

    /// Returns the quotient, rounded to an integer, or `None` if the quotient is too large or `rounding` forbids its
    /// fraction. The divisor must be positive.
    pub(super) fn divided(self, divisor: i128, rounding: Rounding) -> Option<i64> {
        let divisor = power_of_ten(self.scale)?.checked_mul(divisor)?;
        i64::try_from(divide(self.mantissa, divisor, rounding)?).ok()
    }

    pub(super) fn minus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let mantissa = self.at_scale(scale)?.checked_sub(other.at_scale(scale)?)?;
        Some(Self { mantissa, scale })
    }

    pub(super) fn plus(self, other: Self) -> Option<Self> {
        self.minus(Self { mantissa: other.mantissa.checked_neg()?, ..other })
    }

    /// Divides by a hundred, for percentages.
    pub(super) fn percent(self) -> Self {
        Self { scale: self.scale + 2, ..self }
    }

    /// Returns the sign of the number: -1, 0 or 1.
    pub(super) fn signum(self) -> i128 {
        self.mantissa.signum()
    }

    fn is_above(self, other: Self) -> bool {
        self.minus(other).is_some_and(|difference| difference.signum() > 0)
    }

    /// Returns the number, or `most` if the number is further from zero in the same direction.
    pub(super) fn at_most(self, most: Self) -> Self {
        let is_beyond = if most.signum() < 0 { most.is_above(self) } else { self.is_above(most) };
        if is_beyond { most } else { self }
    }

    /// Rounds to an integer. Returns `None` if the integer is too large, or if `rounding` forbids the fraction.
    pub(super) fn round(self, rounding: Rounding) -> Option<i64> {
        self.divided(1, rounding)
    }

    /// Returns whether the number is an integer.
    pub(super) fn is_whole(self) -> bool {
        self.mantissa == 0
            || power_of_ten(self.scale).is_some_and(|divisor| self.mantissa % divisor == 0)
    }

    fn at_scale(self, scale: u32) -> Option<i128> {
        self.mantissa.checked_mul(power_of_ten(scale - self.scale)?)
    }
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    (exponent <= MAX_SCALE).then(|| 10_i128.pow(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::decimal(text.parse::<Decimal>().unwrap())
    }

    #[test]
    fn halves_are_rounded_as_requested() {
        for (number, away, even) in [
            ("0.5", 1, 0),
            ("1.5", 2, 2),
            ("2.5", 3, 2),
            ("-0.5", -1, 0),
            ("-2.5", -3, -2),
            ("2.4999", 2, 2),
            ("-2.5001", -3, -3),
            ("7", 7, 7),
        ] {
            assert_eq!(exact(number).round(Rounding::HalfAwayFromZero), Some(away), "{number}");
            assert_eq!(exact(number).round(Rounding::HalfToEven), Some(even), "{number}");
        }
    }

    #[test]
    fn exact_refuses_a_fraction() {
        assert_eq!(exact("2.50").round(Rounding::Exact), None);
        assert_eq!(exact("2.00").round(Rounding::Exact), Some(2));
        assert!(exact("2.00").is_whole());
        assert!(!exact("2.01").is_whole());
    }

    #[test]
    fn a_limit_has_a_direction() {
        for (number, most, expected) in
            [(5, 3, 3), (2, 3, 2), (-5, 3, -5), (5, 0, 0), (-5, -3, -3), (-2, -3, -2), (5, -3, 5)]
        {
            let limited = Exact::integer(number).at_most(Exact::integer(most));
            assert_eq!(limited.mantissa, expected, "{number} {most}");
        }
    }

    #[test]
    fn products_keep_every_digit() {
        let line = exact("12.345").times(exact("7")).and_then(|net| net.times(exact("115")));
        assert_eq!(
            line.unwrap().percent().times(exact("100")).unwrap().round(Rounding::Exact),
            None
        );
        assert_eq!(
            exact("0.1").plus(exact("0.20")).unwrap().minus(exact("0.3")).unwrap().mantissa,
            0
        );
    }

    #[test]
    fn results_that_do_not_fit_are_none() {
        let large = exact("79228162514264337593543950335");
        assert!(large.times(large).is_none());
        assert_eq!(large.round(Rounding::HalfAwayFromZero), None);
        let fine = exact("0.0000000000000000000000000001");
        let finer = fine.times(fine).unwrap();
        assert_eq!(finer.round(Rounding::HalfAwayFromZero), None);
    }
}
