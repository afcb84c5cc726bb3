//! Rounding of fractions of a minor unit.

/// How to round a fraction of a minor unit.
///
/// # Examples
///
/// ```
/// use dintero_api::money::{Price, Rounding};
/// use dintero_api::{Decimal, MinorUnits};
///
/// let price = Price::from_minor(Decimal::new(12345, 1)); // 1234.5
/// assert_eq!(price.round(Rounding::HalfAwayFromZero)?, MinorUnits::new(1235));
/// assert_eq!(price.round(Rounding::HalfToEven)?, MinorUnits::new(1234));
/// # Ok::<(), dintero_api::MoneyError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Rounding {
    /// To the nearest minor unit; halves are rounded away from zero: 0.5 to 1, and -0.5 to -1.
    #[default]
    HalfAwayFromZero,
    /// To the nearest minor unit; halves are rounded to the even neighbor.
    HalfToEven,
    /// No rounding: a fraction is an error.
    Exact,
}

/// Returns `dividend / divisor`, rounded, or `None` if the quotient is not an integer and `rounding` is
/// [`Rounding::Exact`]. The divisor must be positive.
pub(crate) fn divide(dividend: i128, divisor: i128, rounding: Rounding) -> Option<i128> {
    let (quotient, remainder) = (dividend / divisor, (dividend % divisor).unsigned_abs());
    if remainder == 0 {
        return Some(quotient);
    }
    // Doubling the remainder could overflow, so the remainder is compared with `divisor - remainder`.
    let above = divisor.unsigned_abs() - remainder;
    let away = match rounding {
        Rounding::HalfAwayFromZero => remainder >= above,
        Rounding::HalfToEven => remainder > above || (remainder == above && quotient % 2 != 0),
        Rounding::Exact => return None,
    };
    Some(if away { quotient + dividend.signum() } else { quotient })
}
