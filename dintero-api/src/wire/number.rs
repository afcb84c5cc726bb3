//! Converts numbers between JSON and Rust by their text: exactly, and independently of how `serde_json::Number` stores
//! them.

use std::fmt::Display;
use std::io::Write as _;

use rust_decimal::Decimal;
use serde_core::ser::{Error as _, Serialize, Serializer};
use serde_json::{Number, Value};

use super::error::ValueError;
use super::scalar::Given;

/// Up to this value, every integer has an `f64` of its own, so a whole `f64` represents exactly one integer.
const LARGEST_EXACT_WHOLE: f64 = 9_007_199_254_740_992.0; // 2^53

/// A float whose text is longer does not fit in a `Decimal`, which holds 28 digits, all of which may be after the
/// decimal point.
const LONGEST_TEXT: usize = 64;

/// Reads a whole number, written as `100`, `100.0` or `1e2`.
pub(super) fn integer(given: Given<'_>) -> Result<i64, ValueError> {
    let decimal = match given {
        Given::Integer(number) => return Ok(number),
        Given::Float(number) if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT_WHOLE => {
            // The condition above limits the range, so the cast is exact.
            #[expect(clippy::cast_possible_truncation)]
            return Ok(number as i64);
        }
        Given::Float(number) => from_f64(number),
        Given::Number(text) => parse(text),
        Given::Unsigned(_) => None,
        other => return Err(other.unexpected("an integer")),
    };
    match decimal {
        Some(decimal) if !decimal.is_integer() => {
            Err(ValueError::unexpected("an integer", "a fraction"))
        }
        decimal => decimal.and_then(|decimal| i64::try_from(decimal).ok()).ok_or_else(|| {
            ValueError::unexpected("an integer of at most 64 bits", "another number")
        }),
    }
}

/// Reads an exact decimal.
pub(super) fn decimal(given: Given<'_>) -> Result<Decimal, ValueError> {
    let decimal = match given {
        Given::Integer(number) => Some(number.into()),
        Given::Unsigned(number) => Some(number.into()),
        Given::Float(number) => from_f64(number),
        Given::Number(text) => parse(text),
        other => return Err(other.unexpected("a number")),
    };
    decimal.ok_or_else(|| {
        ValueError::unexpected(
            "a number of at most 28 decimal digits",
            "one that is larger or has more decimals",
        )
    })
}

/// Reads a float. A number that no float represents exactly becomes the nearest one.
pub(super) fn float(given: Given<'_>) -> Result<f64, ValueError> {
    let float = match given {
        // The cast rounds to the nearest float, as the standard library's parser does.
        #[expect(clippy::cast_precision_loss)]
        Given::Integer(number) => number as f64,
        #[expect(clippy::cast_precision_loss)]
        Given::Unsigned(number) => number as f64,
        Given::Float(number) => number,
        Given::Number(text) => text.parse().unwrap_or(f64::INFINITY),
        other => return Err(other.unexpected("a number")),
    };
    if float.is_finite() {
        Ok(float)
    } else {
        Err(ValueError::unexpected("a number", "one that is too large"))
    }
}

/// Returns the decimal with the shortest text that parses back to `value`: `0.1_f64` gives exactly `0.1`. Returns
/// `None` if a `Decimal` cannot hold the number.
pub(crate) fn from_f64(value: f64) -> Option<Decimal> {
    // `Display` writes the shortest text that parses back to the same `f64`, and never uses an exponent.
    let mut buffer = [0; LONGEST_TEXT];
    parse(text_of(&value, &mut buffer)?)
}

/// Formats a number into a buffer, because allocating a string for each number would be measurably slower.
fn text_of<'b>(value: &impl Display, buffer: &'b mut [u8; LONGEST_TEXT]) -> Option<&'b str> {
    let mut left = buffer.as_mut_slice();
    write!(left, "{value}").ok()?;
    let length = LONGEST_TEXT - left.len();
    str::from_utf8(&buffer[..length]).ok()
}

/// Writes a float; a whole number up to 2^53 is written as an integer (`1` for `1.0`). Returns an error for a number
/// that is not finite, because JSON cannot represent it.
pub(super) fn write_f64<S: Serializer>(value: f64, serializer: S) -> Result<S::Ok, S::Error> {
    if !value.is_finite() {
        return Err(S::Error::custom("a number must be finite"));
    }
    if value.fract() == 0.0 && value.abs() <= LARGEST_EXACT_WHOLE {
        // The condition above limits the range, so the cast is exact.
        #[expect(clippy::cast_possible_truncation)]
        return serializer.serialize_i64(value as i64);
    }
    serializer.serialize_f64(value)
}

/// Writes a decimal as an integer if it is whole, and with a fraction otherwise. A number of up to 15 digits is written
/// exactly, because an `f64` can hold that many.
pub(super) struct Exact(pub(super) Decimal);

impl Serialize for Exact {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match json_number(self.0) {
            Some(JsonNumber::Whole(number)) => serializer.serialize_i64(number),
            Some(JsonNumber::Nearest(number)) => serializer.serialize_f64(number),
            None => Err(S::Error::custom("the number has too many digits for JSON")),
        }
    }
}

/// Writes a JSON number as a plain number. With `arbitrary_precision`, `serde_json::Number` would serialize as a struct
/// that only serde_json reads as a number again. Only a number that is not known to equal the shortest text of a float is
/// written that way, and only in text formats; a binary format gets the nearest float.
pub(super) fn write_number<S: Serializer>(
    number: &Number,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match (number.as_i64(), number.as_u64(), number.as_f64()) {
        (Some(number), _, _) => serializer.serialize_i64(number),
        (_, Some(number), _) => serializer.serialize_u64(number),
        (_, _, Some(float)) if is_exact(float, number) => serializer.serialize_f64(float),
        _ if serializer.is_human_readable() => number.serialize(serializer),
        (_, _, Some(float)) => serializer.serialize_f64(float),
        (None, None, None) => Err(S::Error::custom("the number has too many digits for JSON")),
    }
}

/// Returns whether the shortest text of a float is the same number.
fn is_exact(float: f64, number: &Number) -> bool {
    Number::from_f64(float).as_ref() == Some(number)
        || from_f64(float).is_some_and(|decimal| parse(&number.to_string()) == Some(decimal))
}

/// A JSON value whose numbers are written by [`write_number`].
pub(crate) struct Numbers<'a>(pub(crate) &'a Value);

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => write_number(number, serializer),
            Value::Array(items) => serializer.collect_seq(items.iter().map(Numbers)),
            Value::Object(members) => {
                serializer.collect_map(members.iter().map(|(key, value)| (key, Numbers(value))))
            }
            other => other.serialize(serializer),
        }
    }
}

/// The form in which a decimal is written.
#[derive(Debug, PartialEq)]
enum JsonNumber {
    Whole(i64),
    /// The nearest float. serde_json writes the float's shortest text, which equals the decimal if it has at most 15
    /// digits.
    Nearest(f64),
}

/// Powers of ten by exponent, up to the largest that fits in 64 bits; all of them are exact floats.
const POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

fn json_number(value: Decimal) -> Option<JsonNumber> {
    // Most quantities and rates are small whole numbers, which need no 128-bit arithmetic.
    let unpacked = value.unpack();
    if (unpacked.scale, unpacked.hi, unpacked.mid) == (0, 0, 0) {
        let number = i64::from(unpacked.lo);
        return Some(JsonNumber::Whole(if unpacked.negative { -number } else { number }));
    }
    let (mantissa, scale) = (i64::try_from(value.mantissa()).ok(), value.scale() as usize);
    if let (Some(mantissa), Some(power)) = (mantissa, POWERS.get(scale)) {
        if mantissa % power == 0 {
            return Some(JsonNumber::Whole(mantissa / power));
        }
        // Both operands are exact floats, so only the division rounds.
        if mantissa.unsigned_abs() <= 1 << f64::MANTISSA_DIGITS {
            #[expect(clippy::cast_precision_loss, reason = "the condition above rules it out")]
            return Some(JsonNumber::Nearest(mantissa as f64 / *power as f64));
        }
    }
    if value.is_integer()
        && let Ok(integer) = i64::try_from(value)
    {
        return Some(JsonNumber::Whole(integer));
    }
    // The standard library's parser also rounds to the nearest float.
    let mut buffer = [0; LONGEST_TEXT];
    text_of(&value, &mut buffer)?.parse().ok().map(JsonNumber::Nearest)
}

/// Returns whether a text is a number by the grammar of JSON.
pub(super) fn is_json(text: &str) -> bool {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (base, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = base.split_once('.').unwrap_or((base, "0"));
    is_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && is_digits(fraction)
        && is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

/// Returns whether a text is an integer of at most 64 bits, as serde_json writes it.
pub(super) fn is_integer_text(text: &str) -> bool {
    let is_same = |number: &dyn Display| number.to_string() == text;
    text.parse::<i64>().is_ok_and(|number| is_same(&number))
        || text.parse::<u64>().is_ok_and(|number| is_same(&number))
}

/// Reads `-12.50`, `1e2` or `2.5E-3` exactly. Returns `None` if the text is not a number of JSON, or if a `Decimal` cannot
/// hold the number.
///
/// `Decimal`'s own parsers either reject exponents or round. This function does neither, and accepts any number of
/// trailing zeros.
fn parse(text: &str) -> Option<Decimal> {
    if !is_json(text) {
        return None;
    }
    let (base, exponent) = match text.split_once(['e', 'E']) {
        Some((base, exponent)) => (base, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let (negative, digits) = match base.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, base),
    };
    // The number read so far is always mantissa × 10^(zeros - scale). The mantissa does not end with a zero: zeros are
    // counted, and applied only when another digit follows, so that the mantissa of `100.000…` stays small.
    let mut mantissa: i128 = 0;
    let mut zeros: u32 = 0;
    let mut scale = -i64::from(exponent);
    let mut after_point = false;
    for byte in digits.bytes() {
        match byte {
            b'.' => after_point = true,
            // `is_json` has accepted the text, so every other byte is a digit.
            digit => {
                scale += i64::from(after_point);
                if digit == b'0' {
                    zeros += 1;
                    continue;
                }
                if mantissa != 0 {
                    mantissa = mantissa.checked_mul(10_i128.checked_pow(zeros + 1)?)?;
                }
                mantissa = mantissa.checked_add(i128::from(digit - b'0'))?;
                zeros = 0;
            }
        }
    }
    if mantissa == 0 {
        return Some(Decimal::ZERO);
    }
    scale -= i64::from(zeros);
    // From here on, the number is mantissa × 10^-scale. A `Decimal` has no negative scale.
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

    /// Reads a number in both forms that serde_json passes: as a primitive, and as text.
    fn both<T: PartialEq + std::fmt::Debug>(
        text: &str,
        read: fn(Given<'_>) -> Result<T, ValueError>,
    ) -> Result<T, ValueError> {
        let number: Number = serde_json::from_str(text).unwrap();
        let given = match (number.as_i64(), number.as_u64(), number.as_f64()) {
            (Some(number), _, _) => Given::Integer(number),
            (_, Some(number), _) => Given::Unsigned(number),
            (_, _, number) => Given::Float(number.unwrap()),
        };
        let (result, by_text) = (read(given), read(Given::Number(text)));
        assert_eq!(result, by_text, "{text}");
        result
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
            assert_eq!(both(text, integer), Ok(expected), "{text}");
        }
    }

    #[test]
    fn fractions_and_giants_are_no_integers() {
        for text in ["100.5", "1e-2", "0.1"] {
            let error = both(text, integer).unwrap_err().to_string();
            assert_eq!(error, "expected an integer, found a fraction", "{text}");
        }
        for text in ["9223372036854775808", "1e30", "1e300"] {
            assert!(both(text, integer).is_err(), "{text}");
        }
    }

    #[test]
    fn decimals_are_exact() {
        for (text, expected) in
            [("25.5", "25.5"), ("2.50", "2.5"), ("0.001", "0.001"), ("1.5e-3", "0.0015")]
        {
            assert_eq!(both(text, decimal).unwrap().to_string(), expected);
        }
        assert!(both("1e-40", decimal).is_err());
        assert!(both("1e40", decimal).is_err());
    }

    #[test]
    fn only_numbers_of_json_are_numbers() {
        for text in [
            "", "-", ".", "e5", "1.", ".5", "01", "+1", "1.2.3", "1e", "1e+", "1e5.0", "--1", " 1",
            "1 ", "0x1", "NaN", "1_000", "١",
        ] {
            assert!(!is_json(text), "{text}");
            assert_eq!(parse(text), None, "{text}");
            assert!(serde_json::from_str::<Number>(text.trim()).is_err() || text.trim() != text);
        }
        for text in ["0", "-0", "10", "0.5", "-1.50e-7", "1E+2", "12345678901234567890123"] {
            assert!(is_json(text), "{text}");
        }
    }

    #[test]
    fn integers_of_64_bits_have_one_text() {
        for text in ["0", "-7", "9223372036854775808", "18446744073709551615"] {
            assert!(is_integer_text(text), "{text}");
        }
        for text in ["-0", "07", "+7", "7.0", "7e0", "18446744073709551616", "", "x"] {
            assert!(!is_integer_text(text), "{text}");
        }
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

        let written = |value: Decimal| serde_json::to_value(Exact(value)).unwrap();
        assert_eq!(written(Decimal::new(2500, 2)), json!(25));
        assert_eq!(written(Decimal::new(255, 1)).to_string(), "25.5");
        assert!(matches!(written(Decimal::MAX), Value::Number(_)));
        for text in ["3.25", "0.1", "-59.91", "1.0000000000000000000000000001", "90071992547409.93"]
        {
            let decimal: Decimal = text.parse().unwrap();
            let nearest = text.parse().map(JsonNumber::Nearest).ok();
            assert_eq!(json_number(decimal), nearest, "{text}");
        }
    }
}
