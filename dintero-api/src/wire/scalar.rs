//! Strings, numbers, codes and times: the JSON that each type accepts, and the other JSON that it accepts in responses
//! because the conversion is lossless (`"25"` for a number, `1` for a string).
//!
//! A number becomes a string only if it is an integer of at most 64 bits: of any other number, serde_json may already have
//! dropped digits.

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::error::ValueError;
use super::number;
use super::place::{Part, Place};

/// A value as received, before it is converted to the expected type.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Given<'g> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// An integer that is too large for `i64`.
    Unsigned(u64),
    Float(f64),
    /// A number as text, by the grammar of JSON: serde_json's `arbitrary_precision` passes most numbers this way.
    Number(&'g str),
    Text(&'g str),
    Array,
    Object,
}

impl<'g> Given<'g> {
    /// Returns the name of the value's JSON type, for messages.
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Integer(_) | Self::Unsigned(_) | Self::Float(_) | Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }

    /// Returns the error for a value that is not of the `expected` type.
    pub(crate) fn unexpected(self, expected: &'static str) -> ValueError {
        ValueError::unexpected(expected, self.kind())
    }

    /// Returns the text, or an error that says what was `expected`.
    #[inline]
    pub fn text(self, expected: &'static str) -> Result<&'g str, ValueError> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.unexpected(expected)),
        }
    }

    /// Parses a string that must have a specific format, such as a code or a time.
    pub(crate) fn formatted<T: std::str::FromStr>(
        self,
        expected: &'static str,
    ) -> Result<T, ValueError> {
        match self.text("a string")?.parse() {
            Ok(value) => Ok(value),
            Err(_) => Err(ValueError::unexpected(expected, "another string")),
        }
    }

    /// Reads a string that contains a number or a boolean as that number or boolean, and any other value unchanged.
    fn unquoted<T>(
        self,
        read: impl Fn(Given<'_>) -> Result<T, ValueError>,
    ) -> Result<T, ValueError> {
        let Self::Text(text) = self else { return read(self) };
        match text {
            "true" => read(Given::Boolean(true)),
            "false" => read(Given::Boolean(false)),
            text if number::is_json(text) => read(Given::Number(text)),
            _ => read(self),
        }
    }

    /// Returns the value as JSON. Arrays and objects become null, because their content is not available here.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Boolean(value) => value.into(),
            Self::Text(text) => text.into(),
            number => number.number().map_or(Value::Null, Value::Number),
        }
    }

    /// Returns the number, whichever variant holds it, or `None` if the value is not a number.
    pub(crate) fn number(self) -> Option<Number> {
        match self {
            Self::Integer(number) => Some(number.into()),
            Self::Unsigned(number) => Some(number.into()),
            Self::Float(number) => Number::from_f64(number),
            Self::Number(text) => serde_json::from_str(text).ok(),
            _ => None,
        }
    }
}

/// A type whose values are read from JSON values other than objects and arrays.
#[doc(hidden)]
pub trait ReadScalar: Sized {
    /// Whether the text of a value must have a format. If so, an empty string in a response counts as no value, because
    /// shop systems send one when they have no value.
    const HAS_FORMAT: bool = false;

    /// Reads a value.
    fn read(given: Given<'_>) -> Result<Self, ValueError>;

    /// Reads a value in a response. A value that [`read`](Self::read) would refuse is converted if nothing is lost.
    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        Self::read(given)
    }

    /// Returns the part from which the value is written.
    fn part(&self) -> Part<'_>;
}

/// The dyn-compatible form of [`ReadScalar`], for required and optional values.
#[doc(hidden)]
pub trait Scalar {
    /// Sets the value.
    fn set(&mut self, given: Given<'_>) -> Result<(), ValueError>;

    /// Sets a value that [`set`](Self::set) would refuse, if it can be converted without loss.
    fn convert(&mut self, given: Given<'_>) -> Result<(), ValueError>;
}

impl<T: ReadScalar> Scalar for T {
    #[inline]
    fn set(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        *self = T::read(given)?;
        Ok(())
    }

    #[inline]
    fn convert(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        *self = T::convert(given)?;
        Ok(())
    }
}

impl<T: ReadScalar> Scalar for Option<T> {
    #[inline]
    fn set(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        *self = match given {
            Given::Null => None,
            given => Some(T::read(given)?),
        };
        Ok(())
    }

    #[inline]
    fn convert(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        *self = match given {
            Given::Text("") if T::HAS_FORMAT => None,
            given => Some(T::convert(given)?),
        };
        Ok(())
    }
}

/// A string enum that preserves unknown values.
#[doc(hidden)]
pub trait OpenEnum: Place + for<'t> From<&'t str> {}

impl<T: OpenEnum> ReadScalar for T {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        given.text("a string").map(Self::from)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Place::part(self)
    }
}

impl ReadScalar for bool {
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        match given {
            Given::Boolean(value) => Ok(value),
            other => Err(other.unexpected("a boolean")),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        given.unquoted(Self::read)
    }

    fn part(&self) -> Part<'_> {
        Part::Boolean(*self)
    }
}

impl ReadScalar for String {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        given.text("a string").map(str::to_owned)
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        match given {
            Given::Boolean(value) => Ok(value.to_string()),
            Given::Integer(number) => Ok(number.to_string()),
            Given::Unsigned(number) => Ok(number.to_string()),
            Given::Number(text) if number::is_integer_text(text) => Ok(text.to_owned()),
            _ => Self::read(given),
        }
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Text(self)
    }
}

impl ReadScalar for i64 {
    #[inline]
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        match given {
            Given::Integer(number) => Ok(number),
            other => number::integer(other),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        given.unquoted(Self::read)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Integer(*self)
    }
}

impl ReadScalar for f64 {
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        number::float(given)
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        given.unquoted(Self::read)
    }

    fn part(&self) -> Part<'_> {
        Part::Float(*self)
    }
}

impl ReadScalar for Decimal {
    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        number::decimal(given)
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        given.unquoted(Self::read)
    }

    fn part(&self) -> Part<'_> {
        Part::Decimal(self)
    }
}

impl ReadScalar for Timestamp {
    const HAS_FORMAT: bool = true;

    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        given.formatted("a time in RFC 3339 format")
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        present::<Self>(given)
    }

    fn part(&self) -> Part<'_> {
        Part::Timestamp(self)
    }
}

impl ReadScalar for Date {
    const HAS_FORMAT: bool = true;

    fn read(given: Given<'_>) -> Result<Self, ValueError> {
        const EXPECTED: &str = "a date in RFC 3339 format";
        // jiff would drop a time after the date, and the zone with it.
        match given {
            Given::Text(text) if !is_date(text) => {
                Err(ValueError::unexpected(EXPECTED, "another string"))
            }
            given => given.formatted(EXPECTED),
        }
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        present::<Self>(given)
    }

    fn part(&self) -> Part<'_> {
        Part::Date(self)
    }
}

/// Returns whether a text has the form `2026-03-10`.
fn is_date(text: &str) -> bool {
    let is_part = |(index, byte): (usize, u8)| match index {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 10 && text.bytes().enumerate().all(is_part)
}

/// Reads a value without converting it, but treats an empty string as null.
pub(crate) fn present<T: ReadScalar>(given: Given<'_>) -> Result<T, ValueError> {
    match given {
        Given::Text("") => T::read(Given::Null),
        given => T::read(given),
    }
}

crate::__scalar_place! { bool, String, i64, f64, Decimal, Timestamp, Date }

/// A property with only one allowed string, such as the tag of a variant. The string is compared but not stored.
pub(super) struct Constant(pub(super) &'static str);

impl Scalar for Constant {
    fn set(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        match given {
            Given::Null => Ok(()),
            Given::Text(text) if text == self.0 => Ok(()),
            _ => Err(ValueError::other_constant(self.0)),
        }
    }

    fn convert(&mut self, given: Given<'_>) -> Result<(), ValueError> {
        self.set(given)
    }
}
