//! Exact decimal arithmetic on integers: a result is right to the last digit or there is none.
//!
//! `Decimal` rounds a product that has too many digits without a word. Here price, quantity, VAT and discount are
//! multiplied as `mantissa × 10^-scale`, and the only rounding is the one that is asked for.

/// The largest power of ten that an `i128` holds.
const MAX_SCALE: u32 = 38;

/// `mantissa × 10^-scale`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Exact {
    mantissa: i128,
    scale: u32,
}

/// How the fraction of a minor unit is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest minor unit; 0.5 and -0.5 go away from zero.
    #[default]
    HalfAwayFromZero,
    /// To the nearest minor unit; a half goes to the even neighbour.
    HalfToEven,
    /// There must be no fraction.
    Exact,
}

impl Exact {
    pub(crate) const ONE: Self = Self::integer(1);

    pub(crate) const fn integer(value: i64) -> Self {
        Self { mantissa: value as i128, scale: 0 }
    }

    pub(crate) fn decimal(value: rust_decimal::Decimal) -> Self {
        Self { mantissa: value.mantissa(), scale: value.scale() }
    }

    pub(crate) fn times(self, other: Self) -> Option<Self> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Self { mantissa, scale: self.scale + other.scale })
    }

    pub(crate) fn minus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let mantissa = self.at_scale(scale)?.checked_sub(other.at_scale(scale)?)?;
        Some(Self { mantissa, scale })
    }

    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        self.minus(Self { mantissa: other.mantissa.checked_neg()?, ..other })
    }

    /// A hundredth, as percentages need it.
    pub(crate) fn percent(self) -> Self {
        Self { scale: self.scale + 2, ..self }
    }

    /// -1, 0 or 1.
    pub(crate) fn signum(self) -> i128 {
        self.mantissa.signum()
    }

    /// The whole number that this rounds to; `None` if it is too large, or has a fraction that must not be.
    pub(crate) fn round(self, rounding: Rounding) -> Option<i64> {
        let divisor = power_of_ten(self.scale)?;
        i64::try_from(divide(self.mantissa, divisor, rounding)?).ok()
    }

    /// Whether there is no fraction.
    pub(crate) fn is_whole(self) -> bool {
        self.mantissa == 0
            || power_of_ten(self.scale).is_some_and(|divisor| self.mantissa % divisor == 0)
    }

    fn at_scale(self, scale: u32) -> Option<i128> {
        self.mantissa.checked_mul(power_of_ten(scale - self.scale)?)
    }
}

/// `dividend / divisor`, rounded; the divisor is above zero.
pub(crate) fn divide(dividend: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    let (quotient, remainder) = (dividend / divisor, (dividend % divisor).unsigned_abs());
    if remainder == 0 {
        return Some(quotient);
    }
    // Twice the remainder may not fit, so the remainder is held against what is left above it.
    let above = divisor.unsigned_abs() - remainder;
    let away = match rounding {
        Rounding::HalfAwayFromZero => remainder >= above,
        Rounding::HalfToEven => remainder > above || (remainder == above && quotient % 2 != 0),
        Rounding::Exact => return None,
    };
    Some(if away { quotient + dividend.signum() } else { quotient })
}

fn power_of_ten(exponent: u32) -> Option<i128> {
    (exponent <= MAX_SCALE).then(|| 10_i128.pow(exponent))
}

#[cfg(test)]
mod tests {
    use rust_decimal::Decimal;

    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::decimal(text.parse::<Decimal>().unwrap())
    }

    #[test]
    fn a_half_goes_where_it_is_told() {
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
    fn what_does_not_fit_is_nothing() {
        let large = exact("79228162514264337593543950335");
        assert!(large.times(large).is_none());
        assert_eq!(large.round(Rounding::HalfAwayFromZero), None);
        let fine = exact("0.0000000000000000000000000001");
        let finer = fine.times(fine).unwrap();
        assert_eq!(finer.round(Rounding::HalfAwayFromZero), None);
    }
}
