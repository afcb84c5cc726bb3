//! Texts, numbers, codes and times: which JSON each type accepts, and what it accepts from a response as well because
//! converting it loses nothing (`"25"` for a number, `1` for a text).

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Number, Value};

use super::error::ValueError;
use super::number;
use super::place::{Part, Place};

/// A value as it came, before it is known what it should be.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub enum Given<'g> {
    Null,
    Boolean(bool),
    Integer(i64),
    /// An integer beyond `i64`.
    Unsigned(u64),
    Float(f64),
    /// A number by its text: what serde_json's `arbitrary_precision` makes of most numbers.
    Number(&'g str),
    Text(&'g str),
    Array,
    Object,
}

impl<'g> Given<'g> {
    /// Returns the kind of JSON, as messages name it.
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

    /// Returns the error for a value of another kind than `expected`.
    pub(crate) fn unexpected(self, expected: &'static str) -> ValueError {
        ValueError::unexpected(expected, self.kind())
    }

    /// Returns the text, or the error that says what is `expected` instead of something else.
    #[inline]
    pub fn text(self, expected: &'static str) -> Result<&'g str, ValueError> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.unexpected(expected)),
        }
    }

    /// Returns a value of a text with a format, such as a code or a time.
    pub(crate) fn formatted<T: std::str::FromStr>(
        self,
        expected: &'static str,
    ) -> Result<T, ValueError> {
        match self.text("a string")?.parse() {
            Ok(value) => Ok(value),
            Err(_) => Err(ValueError::unexpected(expected, "another text")),
        }
    }

    /// Reads a text as the number or boolean that it holds, and hands on everything else.
    fn unquoted<T>(
        self,
        read: impl Fn(Given<'_>) -> Result<T, ValueError>,
    ) -> Result<T, ValueError> {
        let Self::Text(text) = self else { return read(self) };
        match serde_json::from_str::<Number>(text) {
            Ok(number) => read(Given::Number(&number.to_string())),
            Err(_) => match text {
                "true" => read(Given::Boolean(true)),
                "false" => read(Given::Boolean(false)),
                _ => read(self),
            },
        }
    }

    /// Returns the value as JSON. Arrays and objects, whose content this does not hold, are null.
    pub(super) fn json(self) -> Value {
        match self {
            Self::Boolean(value) => value.into(),
            Self::Text(text) => text.into(),
            number => number.number().map_or(Value::Null, Value::Number),
        }
    }

    /// Returns the number, whatever holds it.
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

/// A type that is made of one JSON value which is neither object nor array.
#[doc(hidden)]
pub trait ReadScalar: Sized {
    /// Whether its text has a format. Shop systems send an empty text where they have no such value.
    const HAS_FORMAT: bool = false;

    /// Reads a value.
    fn read(given: Given<'_>) -> Result<Self, ValueError>;

    /// Reads a value of a response that [`read`](Self::read) refuses, if nothing is lost.
    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        Self::read(given)
    }

    /// Returns what is written.
    fn part(&self) -> Part<'_>;
}

/// Where the value of a [`ReadScalar`] goes, required or not.
#[doc(hidden)]
pub trait Scalar {
    /// Takes a value.
    fn set(&mut self, given: Given<'_>) -> Result<(), ValueError>;

    /// Takes a value that [`set`](Self::set) refuses, if nothing is lost.
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

/// A text of which some values are known. Unknown ones are kept.
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
        match (given, given.number()) {
            (Given::Boolean(value), _) => Ok(value.to_string()),
            (_, Some(number)) => Ok(number.to_string()),
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
        given.formatted("a time as RFC 3339")
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
        given.formatted("a date as RFC 3339")
    }

    fn convert(given: Given<'_>) -> Result<Self, ValueError> {
        present::<Self>(given)
    }

    fn part(&self) -> Part<'_> {
        Part::Date(self)
    }
}

/// Converts nothing, but calls an empty text what it is: no value.
pub(crate) fn present<T: ReadScalar>(given: Given<'_>) -> Result<T, ValueError> {
    match given {
        Given::Text("") => T::read(Given::Null),
        given => T::read(given),
    }
}

crate::__scalar_place! { bool, String, i64, f64, Decimal, Timestamp, Date }

/// A text that must be a certain one, as the tag of a variant; it is compared and not kept.
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
