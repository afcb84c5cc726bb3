//! Divides products of up to 256 bits exactly, rounding only the quotient.

/// Returns `a × b / divisor`, rounded half up, or `None` if the result does not fit or the divisor is zero.
pub(crate) fn multiply_divide(a: u128, b: u128, divisor: u128) -> Option<u128> {
    let Division { quotient, remainder } = Division::of(a, b, divisor)?;
    // Equivalent to `2 * remainder >= divisor`, but cannot overflow.
    if remainder >= divisor - remainder { quotient.checked_add(1) } else { Some(quotient) }
}

/// Returns `a × b / divisor` rounded down and rounded up, or `None` if one of the results does not fit or the divisor
/// is zero.
pub(crate) fn divide_both_ways(a: u128, b: u128, divisor: u128) -> Option<[u128; 2]> {
    let Division { quotient, remainder } = Division::of(a, b, divisor)?;
    let up = if remainder == 0 { quotient } else { quotient.checked_add(1)? };
    Some([quotient, up])
}

struct Division {
    quotient: u128,
    remainder: u128,
}

impl Division {
    /// Divides `a × b` by long division, bit by bit. The remainder stays below the divisor, so shifting the remainder
    /// overflows by at most one bit.
    fn of(a: u128, b: u128, divisor: u128) -> Option<Self> {
        if divisor == 0 {
            return None;
        }
        let (high, low) = multiply(a, b);
        let (mut quotient, mut remainder) = (0_u128, 0_u128);
        for bit in (0..256).rev() {
            let next = if bit < 128 { low >> bit } else { high >> (bit - 128) } & 1;
            let overflows = remainder >> 127 == 1;
            remainder = (remainder << 1) | next;
            if quotient >> 127 == 1 {
                return None;
            }
            quotient <<= 1;
            if overflows || remainder >= divisor {
                remainder = remainder.wrapping_sub(divisor);
                quotient |= 1;
            }
        }
        Some(Self { quotient, remainder })
    }
}

/// Returns the upper and lower 128 bits of a product, by long multiplication of 64-bit halves.
fn multiply(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a_high, a_low, b_high, b_low) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a_low * b_low;
    let first = a_high * b_low + (low >> 64);
    let second = a_low * b_high + (first & HALF);
    let high = a_high * b_high + (first >> 64) + (second >> 64);
    (high, (second << 64) | (low & HALF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_rounded_up() {
        for (a, b, divisor, expected) in
            [(7, 3, 2, 11), (1, 1, 2, 1), (1, 1, 3, 0), (2, 1, 3, 1), (0, 5, 1, 0), (100, 2, 3, 67)]
        {
            assert_eq!(multiply_divide(a, b, divisor), Some(expected), "{a} × {b} / {divisor}");
        }
    }

    #[test]
    fn exact_quotients_are_the_same_both_ways() {
        assert_eq!(divide_both_ways(100, 1, 3), Some([33, 34]));
        assert_eq!(divide_both_ways(100, 3, 3), Some([100, 100]));
        assert_eq!(divide_both_ways(1, 1, 0), None);
    }

    #[test]
    fn products_may_be_wider_than_the_numbers() {
        assert_eq!(multiply_divide(u128::MAX, u128::MAX, u128::MAX), Some(u128::MAX));
        assert_eq!(multiply_divide(u128::MAX, 3, 6), Some(1 << 127));
        assert_eq!(multiply(u128::MAX, u128::MAX), (u128::MAX - 1, 1));
        assert_eq!(multiply_divide(u128::MAX, u128::MAX, 1), None);
        assert_eq!(multiply_divide(u128::MAX, 2, u128::MAX - 1), Some(2));
        assert_eq!(multiply_divide(1, 1, 0), None);
    }
}
