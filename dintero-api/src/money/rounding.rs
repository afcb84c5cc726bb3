//! What becomes of the fraction of a minor unit.

/// How the fraction of a minor unit is settled.
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
    /// To the nearest minor unit; 0.5 and -0.5 go away from zero.
    #[default]
    HalfAwayFromZero,
    /// To the nearest minor unit; a half goes to the even neighbour.
    HalfToEven,
    /// There must be no fraction.
    Exact,
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
