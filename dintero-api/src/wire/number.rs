//! Numbers between JSON and Rust, by their text: exact, and the same whatever `serde_json::Number` holds inside.

use rust_decimal::Decimal;
use serde_core::ser::{Error as _, Serializer};
use serde_json::Number;

use super::error::ReadError;

/// Up to here every whole `f64` is one integer and no other.
const LARGEST_EXACT_WHOLE: f64 = 9_007_199_254_740_992.0; // 2^53

/// Reads a whole number, written as `100`, `100.0` or `1e2`.
pub(super) fn read_integer(number: &Number) -> Result<i64, ReadError> {
    if let Some(integer) = number.as_i64() {
        return Ok(integer);
    }
    match parse(&number.to_string()) {
        Some(decimal) if !decimal.is_integer() => {
            Err(ReadError::unexpected("an integer", "a fraction"))
        }
        decimal => decimal.and_then(|decimal| i64::try_from(decimal).ok()).ok_or_else(|| {
            ReadError::unexpected("an integer of at most 64 bits", "another number")
        }),
    }
}

/// Reads an exact decimal.
pub(super) fn read_decimal(number: &Number) -> Result<Decimal, ReadError> {
    parse(&number.to_string()).ok_or_else(|| {
        ReadError::unexpected("a number of at most 28 decimal digits", "a larger or finer one")
    })
}

/// Returns the decimal that `value` is the nearest `f64` of, by its shortest text: `0.1_f64` gives exactly `0.1`.
pub(crate) fn from_f64(value: f64) -> Option<Decimal> {
    // `Display` of f64 is the shortest text that reads back as the same number, and never has an exponent.
    parse(&value.to_string())
}

/// Writes `1` for `1.0`; what is not finite has no JSON.
pub(super) fn write_f64<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !value.is_finite() {
        return Err(S::Error::custom("a number must be finite"));
    }
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT_WHOLE {
        // In range by the line above, so the cast is exact.
        #[expect(clippy::cast_possible_truncation)]
        return serializer.serialize_i64(value as i64);
    }
    serializer.serialize_f64(value)
}

/// Writes whole decimals as integers, others as numbers. Exact up to 15 digits, which is what a JSON number carries.
pub(super) fn write_decimal<S: Serializer>(
    value: Decimal,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if value.is_integer()
        && let Ok(integer) = i64::try_from(value)
    {
        return serializer.serialize_i64(integer);
    }
    // By text, because the standard library rounds to the nearest f64 and serde_json then writes its shortest text.
    let nearest = value.to_string().parse::<f64>().map_err(S::Error::custom)?;
    serializer.serialize_f64(nearest)
}

/// Reads `-12.50`, `1e2` or `2.5E-3` exactly, or gives up when a `Decimal` cannot hold it.
///
/// Decimal's own parsers either know no exponent or round; this one also takes any number of trailing zeros.
fn parse(text: &str) -> Option<Decimal> {
    let (base, exponent) = match text.split_once(['e', 'E']) {
        Some((base, exponent)) => (base, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, digits) = match base.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, base),
    };
    let mut mantissa: i128 = 0;
    let mut scale = -i64::from(exponent);
    // Zeros count only when another digit follows, so that `100.000…` stays small.
    let mut zeros: u32 = 0;
    let mut after_point = false;
    for byte in digits.bytes() {
        match byte {
            b'.' => after_point = true,
            b'0'..=b'9' => {
                scale += i64::from(after_point);
                if byte == b'0' {
                    zeros += 1;
                    continue;
                }
                if mantissa != 0 {
                    mantissa = mantissa.checked_mul(10_i128.checked_pow(zeros + 1)?)?;
                }
                mantissa = mantissa.checked_add(i128::from(byte - b'0'))?;
                zeros = 0;
            }
            _ => return None,
        }
    }
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    scale -= i64::from(zeros);
    if scale < 0 {
        let power = u32::try_from(-scale).ok()?;
        mantissa = mantissa.checked_mul(10_i128.checked_pow(power)?)?;
        scale = 0;
    }
    let mantissa = if negative { -mantissa } else { mantissa };
    Decimal::try_from_i128_with_scale(mantissa, u32::try_from(scale).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json, value};

    use super::*;

    fn number(text: &str) -> Number {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn integers_in_every_notation() {
        for (text, expected) in [
            ("100", 100),
            ("100.0", 100),
            ("1e2", 100),
            ("1E+2", 100),
            ("12.5e1", 125),
            ("-0", 0),
            ("-0.0", 0),
            ("0e99", 0),
            ("-29990", -29990),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
            ("100.0000000000000000000000000000000000000000", 100),
        ] {
            assert_eq!(read_integer(&number(text)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn fractions_and_giants_are_no_integers() {
        for text in ["100.5", "1e-2", "0.1"] {
            let error = read_integer(&number(text)).unwrap_err().to_string();
            assert_eq!(error, "expected an integer, found a fraction", "{text}");
        }
        for text in ["9223372036854775808", "1e30", "1e300"] {
            assert!(read_integer(&number(text)).is_err(), "{text}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        for (text, expected) in
            [("25.5", "25.5"), ("2.50", "2.5"), ("0.001", "0.001"), ("1.5e-3", "0.0015")]
        {
            assert_eq!(read_decimal(&number(text)).unwrap().to_string(), expected);
        }
        assert!(read_decimal(&number("1e-40")).is_err());
        assert!(read_decimal(&number("1e40")).is_err());
    }

    #[test]
    fn floats_go_through_their_shortest_text() {
        assert_eq!(from_f64(0.1), Some(Decimal::new(1, 1)));
        assert_eq!(from_f64(-25.5), Some(Decimal::new(-255, 1)));
        assert_eq!(from_f64(1e-30), None);
        assert_eq!(from_f64(f64::NAN), None);
        assert_eq!(from_f64(f64::INFINITY), None);
    }

    #[test]
    fn whole_numbers_are_written_without_a_point() {
        let written = |value: f64| write_f64(value, value::Serializer).unwrap().to_string();
        assert_eq!(written(1.0), "1");
        assert_eq!(written(-0.0), "0");
        assert_eq!(written(59.91), "59.91");
        assert!(write_f64(f64::NAN, value::Serializer).is_err());

        let written = |value: Decimal| write_decimal(value, value::Serializer).unwrap();
        assert_eq!(written(Decimal::new(2500, 2)), json!(25));
        assert_eq!(written(Decimal::new(255, 1)).to_string(), "25.5");
        assert!(matches!(written(Decimal::MAX), Value::Number(_)));
    }
}
