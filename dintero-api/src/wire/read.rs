//! Reads values with serde: one visitor for every shape, whose errors contain the path of the value that cannot be
//! read.
//!
//! Every value is requested with `deserialize_any`, so that this module itself reports values of the wrong type. A
//! deserializer that is asked for a specific type would include the value in its error.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::error::ValueError;
use super::fields::read_object;
use super::key::{AnyKey, KeySeed};
use super::mend::not_an_object;
use super::number;
use super::place::{List, Map, Place, Slot};
use super::scalar::{Constant, Given};
use super::tolerant::{self, BodyError, Decoded, PLACEHOLDER, Reading};
use super::tree::Tree;
use super::variants::{Key, KeyIs, read_union, read_untagged};
use crate::MinorUnits;

/// The key of the object that serde_json's `arbitrary_precision` passes in place of a number.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// A type whose values can be read from JSON.
///
/// Every model in [`types`](crate::types), and every value type that the models contain, implements this trait. Fields
/// that the type does not know are ignored.
pub trait FromJson: Sized {
    /// Reads a value of this type from JSON.
    ///
    /// # Errors
    ///
    /// Returns an error that names the first location where the JSON does not match the type.
    fn from_json(value: Value) -> Result<Self, ValueError>;

    /// Reads a value of this type from an already parsed part of a response, as tolerantly as
    /// [`from_response`](Self::from_response).
    #[doc(hidden)]
    fn from_parsed(value: Value) -> Result<Decoded<Self>, ValueError> {
        Self::from_json(value).map(Decoded::from)
    }

    /// Reads a value of this type from JSON text, strictly.
    #[doc(hidden)]
    fn from_body(body: &[u8]) -> Result<Self, BodyError> {
        Ok(Self::from_json(serde_json::from_slice(body)?)?)
    }

    /// Reads a value of this type from the body of a response. Descriptive values that cannot be read are listed in
    /// [`Decoded::unread`].
    #[doc(hidden)]
    fn from_response(body: &[u8]) -> Result<Decoded<Self>, BodyError> {
        Self::from_body(body).map(Decoded::from)
    }
}

impl<T: Place> FromJson for T {
    #[inline]
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let mut read = T::blank();
        from_value(&value, read.slot(), &mut Reading::strict())?;
        Ok(read)
    }

    #[inline]
    fn from_parsed(value: Value) -> Result<Decoded<Self>, ValueError> {
        let mut read = T::blank();
        let unread = tolerant::parsed(&value, read.slot())?;
        Ok(Decoded { value: read, unread })
    }

    #[inline]
    fn from_body(body: &[u8]) -> Result<Self, BodyError> {
        // The blank value is created inside the result that is returned, and filled there: a transaction takes several
        // kilobytes, and each move would copy all of it. `read` is `Ok` here, so the condition only borrows the value.
        let mut read = Ok(blank::<T>());
        if let Ok(value) = &mut read
            && let Err(error) = tolerant::strictly(body, value.slot())
        {
            read = Err(error);
        }
        read
    }

    #[inline]
    fn from_response(body: &[u8]) -> Result<Decoded<Self>, BodyError> {
        if let Ok(value) = Self::from_body(body) {
            return Ok(value.into());
        }
        let mut value = T::blank();
        let unread = tolerant::tolerantly(body, value.slot())?;
        Ok(Decoded { value, unread })
    }
}

/// Implements [`Deserialize`] for models.
#[doc(hidden)]
#[inline]
pub fn deserialize<'de, T: Place, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    // The value is filled in place: see `from_body`.
    let mut read = Ok(blank::<T>());
    if let Ok(value) = &mut read
        && let Err(error) = deserialize_into(deserializer, value.slot())
    {
        read = Err(error);
    }
    read
}

/// Creates a blank value. This is a separate function, so that the value is created in the caller's return slot instead
/// of being copied there.
#[inline(never)]
fn blank<T: Place>() -> T {
    T::blank()
}

fn deserialize_into<'de, D: Deserializer<'de>>(
    deserializer: D,
    slot: Slot<'_>,
) -> Result<(), D::Error> {
    let mut reading = Reading::strict();
    let seed = Seed { slot, reading: &mut reading };
    seed.deserialize(deserializer).map_err(|error| match reading.into_failure() {
        Some(failure) => D::Error::custom(format_args!("{failure}{}", position(&error))),
        None => error,
    })
}

/// Returns the position that the deserializer added to the placeholder: ` at line 1 column 24`. serde_json finds it at
/// the end of a message, so that the error's `line` and `column` return it.
fn position(error: &impl Error) -> String {
    let text = error.to_string();
    let after = text.split_once(PLACEHOLDER).map_or("", |(_, after)| after);
    let numbers =
        after.strip_prefix(" at line ").and_then(|numbers| numbers.split_once(" column "));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_position = numbers.is_some_and(|(line, column)| is_number(line) && is_number(column));
    if is_position { after.to_owned() } else { String::new() }
}

/// Reads a value that is already parsed.
pub(super) fn from_value(
    value: &Value,
    slot: Slot<'_>,
    reading: &mut Reading,
) -> Result<(), ValueError> {
    Seed { slot, reading }.deserialize(value).map_err(|_| {
        // Reading parsed JSON never fails without recording the failure.
        let failure = reading.take_failure();
        failure.unwrap_or_else(|| ValueError::unexpected("JSON", "something else"))
    })
}

/// Reads a value into a slot.
pub(super) struct Seed<'s, 'r> {
    pub(super) slot: Slot<'s>,
    pub(super) reading: &'r mut Reading,
}

impl Seed<'_, '_> {
    // Inlined into every `visit_…`: nearly every value takes this path.
    #[inline(always)]
    pub(super) fn scalar<E: Error>(self, given: Given<'_>) -> Result<(), E> {
        match self.slot {
            Slot::Scalar(scalar) => self.reading.set(scalar, given),
            _ => self.scalar_elsewhere(given),
        }
    }

    /// Handles a scalar if the slot is not a plain scalar slot.
    fn scalar_elsewhere<E: Error>(self, given: Given<'_>) -> Result<(), E> {
        let reading = self.reading;
        let expected = match self.slot {
            Slot::Scalar(scalar) => return reading.set(scalar, given),
            Slot::Text(text) => return reading.set(text, given),
            Slot::OptionalText(text) => return reading.set(text, given),
            Slot::Amount(amount) => return reading.set(amount, given),
            Slot::OptionalAmount(amount) => return reading.set(amount, given),
            Slot::Place(place) | Slot::Nullable(place) => {
                return Seed { slot: place.slot(), reading }.scalar(given);
            }
            Slot::Optional(optional) if matches!(given, Given::Null) => {
                optional.none();
                return Ok(());
            }
            Slot::Optional(optional) => {
                return Seed { slot: optional.some(), reading }.scalar(given);
            }
            Slot::Json(json) => {
                *json = given.json();
                return Ok(());
            }
            Slot::Untagged(untagged) => return read_untagged(untagged, given.json(), reading),
            Slot::Constant(text) => return reading.set(&mut Constant(text), given),
            Slot::List(_) => "an array",
            Slot::Object(_) | Slot::Map(_) | Slot::Union(_) => "an object",
        };
        Err(reading.fail(given.unexpected(expected)))
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(Given::Null)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.scalar(Given::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(Given::Boolean(value))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        match self.slot {
            Slot::Amount(place) => *place = MinorUnits::new(number),
            Slot::OptionalAmount(place) => *place = Some(MinorUnits::new(number)),
            _ => return self.scalar(Given::Integer(number)),
        }
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        match i64::try_from(number) {
            Ok(number) => self.visit_i64(number),
            Err(_) => self.scalar(Given::Unsigned(number)),
        }
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<(), E> {
        self.scalar(Given::Number(&number.to_string()))
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<(), E> {
        self.scalar(Given::Number(&number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.scalar(Given::Float(number))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.slot {
            Slot::Text(place) => *place = text.to_owned(),
            Slot::OptionalText(place) => *place = Some(text.to_owned()),
            _ => return self.scalar(Given::Text(text)),
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        match self.slot.present() {
            Slot::List(list) => read_list(list, seq, self.reading),
            Slot::Json(json) => {
                *json = Tree(self.reading).deserialize(SeqAccessDeserializer::new(seq))?;
                self.reading.refuse_gaps(json)
            }
            Slot::Untagged(untagged) => {
                let value = Tree(self.reading).deserialize(SeqAccessDeserializer::new(seq))?;
                read_untagged(untagged, value, self.reading)
            }
            slot => Seed { slot, reading: self.reading }.scalar(Given::Array),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        match self.slot.present() {
            Slot::Object(object) => read_object(object, None, map, self.reading),
            Slot::Map(values) => read_map(values, map, self.reading),
            Slot::Union(union) => read_union(union, map, self.reading),
            Slot::Json(json) => {
                *json = Tree(self.reading).deserialize(MapAccessDeserializer::new(map))?;
                self.reading.refuse_gaps(json)
            }
            Slot::Untagged(untagged) => {
                let value = Tree(self.reading).deserialize(MapAccessDeserializer::new(map))?;
                read_untagged(untagged, value, self.reading)
            }
            slot => read_object_as_scalar(slot, map, self.reading),
        }
    }
}

/// Reads the object that serde_json's `arbitrary_precision` passes in place of a number. Any other object is an error.
fn read_object_as_scalar<'de, A: MapAccess<'de>>(
    slot: Slot<'_>,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let key = map.next_key_seed(KeySeed { key: KeyIs(NUMBER), reading })?;
    let value = match key {
        Some(Key::Same) => {
            let value = map.next_value_seed(Tree(reading))?;
            // A number has no other key.
            match map.next_key_seed(KeySeed { key: AnyKey, reading })? {
                None => value,
                Some(_) => Value::Null,
            }
        }
        Some(Key::Other(key)) => match not_an_object(&key) {
            Some(gap) => return Err(reading.fail(gap)),
            None => Value::Null,
        },
        None => Value::Null,
    };
    // The object can also come from the sender, with anything in it.
    let number = value.as_str().filter(|text| number::is_json(text));
    Seed { slot, reading }.scalar(number.map_or(Given::Object, Given::Number))
}

fn read_list<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    mut seq: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    for index in 0.. {
        let before = reading.unread_so_far();
        let item = seq.next_element_seed(Item { list, reading });
        reading.prefix_paths(before, |error| error.push_index(index));
        if item?.is_none() {
            break;
        }
    }
    Ok(())
}

/// Reads the next item of a list. A blank item is created only if there is a next item.
struct Item<'s, 'r> {
    list: &'s mut dyn List,
    reading: &'r mut Reading,
}

impl<'de> DeserializeSeed<'de> for Item<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        let slot = self.list.push().slot();
        Seed { slot, reading: self.reading }.deserialize(deserializer)
    }
}

fn read_map<'de, A: MapAccess<'de>>(
    values: &mut dyn Map,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    while let Some(key) = map.next_key_seed(KeySeed { key: AnyKey, reading })? {
        if let Some(error) = not_an_object(&key) {
            return Err(reading.fail(error));
        }
        read_entry(values, key, &mut map, reading)?;
    }
    Ok(())
}

/// Reads the value of a key into a map.
pub(super) fn read_entry<'de, A: MapAccess<'de>>(
    values: &mut dyn Map,
    key: Cow<'_, str>,
    map: &mut A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    reading.refuse_lost_key(&key)?;
    let before = reading.unread_so_far();
    let Some(value) = values.insert(key.clone().into_owned()) else {
        return Err(reading.fail(ValueError::repeated_entry(&key)));
    };
    let result = map.next_value_seed(Seed { slot: value.slot(), reading });
    reading.prefix_paths(before, |error| error.push_entry(&key));
    result
}

/// Returns a stand-in of the same JSON type as a value, for an error that names the type.
pub(super) fn kind(value: &Value) -> Given<'_> {
    match value {
        Value::Null => Given::Null,
        Value::Bool(value) => Given::Boolean(*value),
        Value::Number(_) => Given::Float(0.0),
        Value::String(text) => Given::Text(text),
        Value::Array(_) => Given::Array,
        Value::Object(_) => Given::Object,
    }
}
