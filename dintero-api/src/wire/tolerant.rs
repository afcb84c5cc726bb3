//! Reads responses tolerantly: an unreadable descriptive property becomes `None`, and any other unreadable property makes
//! its object unreadable.
//!
//! A response is first read strictly, as a stream. Only if that fails is it parsed again and read tolerantly, so that a
//! valid response pays nothing for tolerance. A value that cannot be read strictly is handled as follows:
//!
//! 1. A scalar that converts without loss is converted: `"25"` for a number, `1` for a string. An empty string in
//!    place of a code or a time counts as no value.
//! 2. A *lenient* property ([`Rule::Lenient`]), which is only descriptive, becomes `None` and is listed in
//!    [`Decoded::unread`]. A list is one unit: it is never returned with items missing. A required string that the API
//!    itself allows to be empty ([`Rule::MayBeEmpty`]) becomes empty instead: an unreadable operator of a shipping
//!    option, for example, must not make the option's amount unreadable.
//! 3. If any other property cannot be read, its object cannot be read either. The nearest lenient property that contains
//!    the object becomes `None`, whatever the object contains. Without such a property, the response cannot be read. The
//!    generator ensures that no lenient property contains a value that the runtime decides with.
//!
//! A key that occurs more than once is an error when text is read strictly, unless the key is ignored. In a response, the
//! last one counts, as in every parsed JSON value.
//!
//! Values that a merchant has stored are read strictly, through serde or [`FromJson`](super::FromJson).

use std::fmt;

use serde_core::de::{DeserializeSeed as _, Error};
use serde_json::Value;

use super::error::ValueError;
use super::fields::Seen;
use super::mend;
use super::place::{KeyedSlot, Rule, Slot};
use super::read::{FromJson, Seed, from_value};
use super::scalar::{Given, Scalar};

/// A value that was read from the body of a response.
#[derive(Debug)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// The value.
    pub value: T,
    /// The values that could not be read. They, or the nearest optional fields that contain them, are `None` or, for
    /// some strings, empty.
    pub unread: Vec<ValueError>,
}

impl<T: FromJson> Decoded<T> {
    /// Reads the body of a callback or webhook as tolerantly as a response: descriptive values may be unreadable.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Decoded;
    /// use dintero_api::types::Transaction;
    ///
    /// # fn main() -> Result<(), dintero_api::BodyError> {
    /// let body = br#"{"payment_product": "swish", "payment_product_type": "swish.swish", "amount": 29990,
    ///     "currency": "NOK", "billing_address": {"first_name": "Kari", "country": "Norway"}}"#;
    /// let decoded = Decoded::<Transaction>::from_slice(body)?;
    /// assert_eq!(decoded.unread[0].path(), "billing_address.country");
    /// assert_eq!(decoded.value.amount.get(), 29990);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the body cannot be parsed as JSON, or if a value outside the descriptive fields cannot be read.
    pub fn from_slice(body: &[u8]) -> Result<Self, BodyError> {
        T::from_response(body)
    }
}

impl<T> Decoded<T> {
    /// Converts the value, and keeps the list of the values that could not be read.
    pub fn map<U>(self, make: impl FnOnce(T) -> U) -> Decoded<U> {
        Decoded { value: make(self.value), unread: self.unread }
    }
}

/// Wraps a value that was read completely.
impl<T> From<T> for Decoded<T> {
    fn from(value: T) -> Self {
        Self { value, unread: Vec::new() }
    }
}

/// Why a body cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum BodyError {
    /// The body cannot be parsed as JSON.
    Syntax(serde_json::Error),
    /// The body is JSON, but does not match the type.
    Shape(ValueError),
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax(_) => "the body cannot be parsed as JSON",
            Self::Shape(_) => "the body does not have the expected shape",
        })
    }
}

impl std::error::Error for BodyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Syntax(error) => Some(error),
            Self::Shape(error) => Some(error),
        }
    }
}

impl From<serde_json::Error> for BodyError {
    fn from(error: serde_json::Error) -> Self {
        Self::Syntax(error)
    }
}

impl From<ValueError> for BodyError {
    fn from(error: ValueError) -> Self {
        Self::Shape(error)
    }
}

/// Reads a body strictly, as a stream.
pub(super) fn strictly(body: &[u8], slot: Slot<'_>) -> Result<(), BodyError> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let mut reading = Reading::strict();
    let seed = Seed { slot, reading: &mut reading };
    let result = seed.deserialize(&mut deserializer).and_then(|()| deserializer.end());
    result.map_err(|error| reading.into_failure().map_or(error.into(), BodyError::Shape))
}

/// Reads a body tolerantly, and lists the values that could not be read.
pub(super) fn tolerantly(body: &[u8], slot: Slot<'_>) -> Result<Vec<ValueError>, BodyError> {
    let value = mend::parse(body)?;
    Ok(parsed(&value, slot)?)
}

/// Reads parsed JSON tolerantly, and lists the values that could not be read. The JSON may contain gaps: see `mend`.
pub(super) fn parsed(value: &Value, slot: Slot<'_>) -> Result<Vec<ValueError>, ValueError> {
    let mut reading = Reading { mode: Mode::Tolerant, failure: None, unread: Vec::new() };
    from_value(value, slot, &mut reading)?;
    Ok(reading.unread)
}

/// One pass over a JSON value: whether it is read strictly or tolerantly, and the errors so far.
pub(super) struct Reading {
    mode: Mode,
    /// The error that propagates outwards, kept next to the deserializer's own error.
    failure: Option<ValueError>,
    unread: Vec<ValueError>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Strict,
    Tolerant,
}

/// The text of the deserializer's error while the real error is in [`Reading`].
pub(super) const PLACEHOLDER: &str = "a value cannot be read";

impl Reading {
    pub(super) fn strict() -> Self {
        Self { mode: Mode::Strict, failure: None, unread: Vec::new() }
    }

    /// Records an error, and returns a placeholder as the deserializer's error.
    #[cold]
    pub(super) fn fail<E: Error>(&mut self, error: ValueError) -> E {
        self.failure = Some(error);
        E::custom(PLACEHOLDER)
    }

    pub(super) fn take_failure(&mut self) -> Option<ValueError> {
        self.failure.take()
    }

    pub(super) fn into_failure(mut self) -> Option<ValueError> {
        self.take_failure()
    }

    /// Sets a scalar.
    #[inline]
    pub(super) fn set<E: Error>(
        &mut self,
        scalar: &mut dyn Scalar,
        given: Given<'_>,
    ) -> Result<(), E> {
        match scalar.set(given) {
            Ok(()) => Ok(()),
            Err(error) => self.set_otherwise(scalar, given, error),
        }
    }

    #[cold]
    fn set_otherwise<E: Error>(
        &mut self,
        scalar: &mut dyn Scalar,
        given: Given<'_>,
        error: ValueError,
    ) -> Result<(), E> {
        if self.mode == Mode::Strict {
            return Err(self.fail(error));
        }
        // A lossless conversion is tried last; an empty string in place of a formatted value then counts as no value.
        scalar.convert(given).map_err(|error| self.fail(error))
    }

    /// Fails if a value that is kept as JSON contains a gap. Only tolerant reading creates gaps.
    pub(super) fn refuse_gaps<E: Error>(&mut self, value: &Value) -> Result<(), E> {
        if self.mode == Mode::Strict {
            return Ok(());
        }
        mend::gap_in(value).map_or(Ok(()), |error| Err(self.fail(error)))
    }

    /// Fails if a key that is kept contains a gap.
    pub(super) fn refuse_lost_key<E: Error>(&mut self, key: &str) -> Result<(), E> {
        if self.mode == Mode::Strict {
            return Ok(());
        }
        mend::lost_key(key).map_or(Ok(()), |error| Err(self.fail(error)))
    }

    /// Returns the number of tolerated errors so far, for [`prefix_paths`](Self::prefix_paths).
    #[inline]
    pub(super) fn unread_so_far(&self) -> usize {
        self.unread.len()
    }

    /// Prefixes the paths of all errors recorded since `before` with a key or an index.
    #[inline]
    pub(super) fn prefix_paths(&mut self, before: usize, prefix: impl Fn(&mut ValueError)) {
        if self.unread.len() != before || self.failure.is_some() {
            self.prefix_each(before, &prefix);
        }
    }

    #[cold]
    fn prefix_each(&mut self, before: usize, prefix: &dyn Fn(&mut ValueError)) {
        self.unread[before..].iter_mut().chain(&mut self.failure).for_each(prefix);
    }

    /// Decides whether an error that has reached a property is tolerated. If so, the property becomes `None` or empty,
    /// and the function returns `true`.
    #[cold]
    pub(super) fn forgives(&mut self, rule: Rule, slot: Slot<'_>) -> bool {
        // The error came from the deserializer itself, so nothing after it can be trusted.
        let Some(failure) = &mut self.failure else { return false };
        if rule.is_required() {
            failure.null_is_missing();
        }
        let is_lenient = matches!(rule, Rule::Lenient | Rule::MayBeEmpty);
        if self.mode == Mode::Strict || !is_lenient {
            return false;
        }
        clear(slot);
        self.unread.extend(self.failure.take());
        true
    }

    /// Handles missing required properties: returns an error about the first one, unless it may be empty. If all of them
    /// may be empty, they are listed and left empty.
    #[cold]
    pub(super) fn handle_missing<E: Error>(
        &mut self,
        seen: &Seen,
        rules: &[u8],
        slots: &[KeyedSlot<'_>],
    ) -> Result<(), E> {
        let mut may_be_empty = Vec::new();
        for (index, (letter, (key, _))) in rules.iter().zip(slots).enumerate() {
            let rule = Rule::of(*letter);
            if !rule.is_required() || seen.contains(index) {
                continue;
            }
            if self.mode == Mode::Strict || rule != Rule::MayBeEmpty {
                return Err(self.fail(ValueError::missing(key)));
            }
            may_be_empty.push(ValueError::missing(key));
        }
        // The missing strings are blank, so they are already empty.
        self.unread.append(&mut may_be_empty);
        Ok(())
    }
}

/// Sets an optional property to `None`, and a required string to the empty string.
fn clear(slot: Slot<'_>) {
    match slot {
        Slot::Place(place) | Slot::Nullable(place) => clear(place.slot()),
        Slot::Optional(optional) => optional.none(),
        Slot::OptionalText(text) => *text = None,
        Slot::OptionalAmount(amount) => *amount = None,
        Slot::Text(text) => text.clear(),
        // An optional scalar accepts null; a required scalar that may be empty is a string.
        Slot::Scalar(scalar) => {
            drop(scalar.set(Given::Null).or_else(|_| scalar.set(Given::Text(""))))
        }
        Slot::Amount(_)
        | Slot::Object(_)
        | Slot::List(_)
        | Slot::Map(_)
        | Slot::Union(_)
        | Slot::Untagged(_)
        | Slot::Json(_)
        | Slot::Constant(_) => {}
    }
}
