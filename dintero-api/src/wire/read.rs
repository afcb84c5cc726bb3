//! Reading with serde: one visitor for every shape, with the path of what cannot be read.
//!
//! Every value is asked for with `deserialize_any`, so that it is this module that reports a value of the wrong kind:
//! a deserializer that expects a certain kind would put the value into its error.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde_core::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map as JsonMap, Value};

use super::error::ReadError;
use super::place::{About, List, Map, Object, Place, Slot, Union, Untagged};
use super::scalar::{Constant, Given};
use super::tolerant::{self, BodyError, Decoded, Reading};
use crate::UnknownVariant;
use crate::order::Blank;

/// The key under which serde_json's `arbitrary_precision` hands over a number as if it were an object.
const NUMBER: &str = "$serde_json::private::Number";

/// A type that can be read from JSON.
///
/// Implemented by every model of [`types`](crate::types) and by the value types they are made of. Fields that the
/// type does not know are ignored.
pub trait FromJson: Sized {
    /// Reads the type from a JSON value.
    ///
    /// # Errors
    ///
    /// If the JSON has another shape: the first such problem, with its path.
    fn from_json(value: Value) -> Result<Self, ReadError>;

    /// Reads the type from a part of a response that was parsed before, as [`from_response`](Self::from_response) does.
    #[doc(hidden)]
    fn from_parsed(value: Value) -> Result<Decoded<Self>, ReadError> {
        Self::from_json(value).map(Decoded::from)
    }

    /// Reads the type from JSON text, strictly.
    #[doc(hidden)]
    fn from_body(body: &[u8]) -> Result<Self, BodyError> {
        Ok(Self::from_json(serde_json::from_slice(body)?)?)
    }

    /// Reads the type from the body of a response. What only describes may be unreadable, and is listed.
    #[doc(hidden)]
    fn from_response(body: &[u8]) -> Result<Decoded<Self>, BodyError> {
        Self::from_body(body).map(Decoded::from)
    }
}

impl<T: Place + Blank> FromJson for T {
    #[inline]
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let mut read = T::blank();
        from_value(&value, read.slot(), &mut Reading::strict())?;
        Ok(read)
    }

    #[inline]
    fn from_parsed(value: Value) -> Result<Decoded<Self>, ReadError> {
        let mut read = T::blank();
        let unread = tolerant::parsed(&value, read.slot())?;
        Ok(Decoded { value: read, unread })
    }

    #[inline]
    fn from_body(body: &[u8]) -> Result<Self, BodyError> {
        let mut value = T::blank();
        tolerant::strictly(body, value.slot())?;
        Ok(value)
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
pub fn deserialize<'de, T: Place + Blank, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    let mut value = T::blank();
    deserialize_into(deserializer, value.slot())?;
    Ok(value)
}

fn deserialize_into<'de, D: Deserializer<'de>>(
    deserializer: D,
    slot: Slot<'_>,
) -> Result<(), D::Error> {
    let mut reading = Reading::strict();
    let seed = Seed { slot, reading: &mut reading };
    seed.deserialize(deserializer).map_err(|error| match reading.into_failure() {
        Some(failure) => D::Error::custom(failure),
        None => error,
    })
}

/// Reads what was parsed before.
pub(super) fn from_value(
    value: &Value,
    slot: Slot<'_>,
    reading: &mut Reading,
) -> Result<(), ReadError> {
    Seed { slot, reading }.deserialize(value).map_err(|_| {
        // JSON that was parsed has no other way to fail.
        let failure = reading.take_failure();
        failure.unwrap_or_else(|| ReadError::unexpected("JSON", "something else"))
    })
}

/// A slot that waits for its value.
pub(super) struct Seed<'s, 'r> {
    pub(super) slot: Slot<'s>,
    pub(super) reading: &'r mut Reading,
}

impl<'s> Seed<'s, '_> {
    // Inlined into every `visit_…`: nearly every value goes this way.
    #[inline(always)]
    fn scalar<E: Error>(self, given: Given<'_>) -> Result<(), E> {
        match self.slot {
            Slot::Scalar(scalar) => self.reading.set(scalar, given),
            _ => self.scalar_elsewhere(given),
        }
    }

    /// Takes a scalar that does not simply go where one is expected.
    fn scalar_elsewhere<E: Error>(self, given: Given<'_>) -> Result<(), E> {
        let mut slot = self.slot;
        loop {
            let expected = match slot {
                Slot::Scalar(scalar) => return self.reading.set(scalar, given),
                Slot::Optional(optional) => {
                    if matches!(given, Given::Null) {
                        optional.none();
                        return Ok(());
                    }
                    slot = optional.some();
                    continue;
                }
                Slot::Json(json) => {
                    *json = match given {
                        Given::Boolean(value) => value.into(),
                        Given::Text(text) => text.into(),
                        number => number.number().map_or(Value::Null, Value::Number),
                    };
                    return Ok(());
                }
                Slot::Untagged(untagged) => {
                    let value = match given {
                        Given::Boolean(value) => value.into(),
                        Given::Text(text) => text.into(),
                        number => number.number().map_or(Value::Null, Value::Number),
                    };
                    return read_untagged(untagged, value, self.reading);
                }
                Slot::List(_) => "an array",
                Slot::Object(_) | Slot::Map(_) | Slot::Union(_) => "an object",
            };
            return Err(self.reading.fail(given.unexpected(expected)));
        }
    }

    /// The slot, which holds a value now.
    fn present(slot: Slot<'s>) -> Slot<'s> {
        match slot {
            Slot::Optional(optional) => Self::present(optional.some()),
            slot => slot,
        }
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
        self.scalar(Given::Integer(number))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.scalar(i64::try_from(number).map_or(Given::Unsigned(number), Given::Integer))
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
        self.scalar(Given::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<(), A::Error> {
        match Self::present(self.slot) {
            Slot::List(list) => read_list(list, seq, self.reading),
            Slot::Json(json) => {
                *json = Value::deserialize(SeqAccessDeserializer::new(seq))?;
                Ok(())
            }
            Slot::Untagged(untagged) => {
                let value = Value::deserialize(SeqAccessDeserializer::new(seq))?;
                read_untagged(untagged, value, self.reading)
            }
            slot => Seed { slot, reading: self.reading }.scalar(Given::Array),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        match Self::present(self.slot) {
            Slot::Object(object) => read_object(object, None, map, self.reading),
            Slot::Map(values) => read_map(values, map, self.reading),
            Slot::Union(union) => read_union(union, map, self.reading),
            Slot::Json(json) => {
                *json = Value::deserialize(MapAccessDeserializer::new(map))?;
                Ok(())
            }
            Slot::Untagged(untagged) => {
                let value = Value::deserialize(MapAccessDeserializer::new(map))?;
                read_untagged(untagged, value, self.reading)
            }
            slot => {
                let seed = Seed { slot, reading: self.reading };
                match map.next_key_seed(KeyIs(NUMBER))? {
                    Some(Key::Same) => seed.scalar(Given::Number(&map.next_value::<String>()?)),
                    _ => seed.scalar(Given::Object),
                }
            }
        }
    }
}

fn read_list<'de, A: SeqAccess<'de>>(
    list: &mut dyn List,
    mut seq: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    for index in 0.. {
        let before = reading.unread_so_far();
        match seq.next_element_seed(Item { list, reading }) {
            Ok(None) => break,
            Ok(Some(())) => reading.was_below(before, |error| error.push_index(index)),
            Err(error) => {
                reading.was_below(before, |error| error.push_index(index));
                return Err(error);
            }
        }
    }
    Ok(())
}

/// The next item of a list, which is only created if there is one.
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
    while let Some(key) = map.next_key_seed(AnyKey)? {
        if key == NUMBER {
            return Err(reading.fail(ReadError::unexpected("an object", "a number")));
        }
        let before = reading.unread_so_far();
        let slot = values.insert(key.clone().into_owned()).slot();
        let result = map.next_value_seed(Seed { slot, reading });
        reading.was_below(before, |error| error.push_key(key.clone().into_owned()));
        result?;
    }
    Ok(())
}

/// The tag of a union, which was read before the rest of its object.
#[derive(Clone, Copy)]
struct Tag<'t> {
    key: &'static str,
    text: &'t str,
}

/// Reads an object, or the rest of it behind its tag.
fn read_object<'de, A: MapAccess<'de>>(
    object: &mut dyn Object,
    tag: Option<Tag<'_>>,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let about = object.about();
    let mut result = Ok(());
    object.places(&mut |places| result = read_fields(about, places, tag, &mut map, reading));
    result
}

fn read_fields<'de, A: MapAccess<'de>>(
    about: &'static About,
    places: &mut [&mut dyn Place],
    tag: Option<Tag<'_>>,
    map: &mut A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    // One bit for each required field that was there.
    let mut seen = match tag {
        Some(tag) => take_tag(about, places, tag, reading)?,
        None => 0_u64,
    };
    let others = if places.len() > about.keys.len() { Others::Kept } else { Others::Ignored };
    let mut next = 0;
    loop {
        let before = reading.unread_so_far();
        match map.next_key_seed(FieldKey { about, next, others })? {
            None => break,
            Some(FoundKey::Field(index)) => {
                next = index + 1;
                let (key, required) = (about.keys[index], about.required_position(index));
                let place = &mut *places[index];
                let result = map.next_value_seed(Seed { slot: place.slot(), reading });
                if let Some(position) = required {
                    seen |= 1 << position;
                }
                if let Err(error) = result {
                    let forgiven = reading.forgives(key, required.is_some(), about, place);
                    reading.was_below(before, |error| error.push_key(key));
                    if !forgiven {
                        return Err(error);
                    }
                } else {
                    reading.was_below(before, |error| error.push_key(key));
                }
            }
            Some(FoundKey::Unknown(Unknown::Constant(key, text))) => {
                let mut constant = Constant(text);
                let slot = Slot::Scalar(&mut constant);
                let result = map.next_value_seed(Seed { slot, reading });
                reading.was_below(before, |error| error.push_key(key));
                result?;
            }
            Some(FoundKey::Unknown(Unknown::Number)) => {
                return Err(reading.fail(ReadError::unexpected("an object", "a number")));
            }
            Some(FoundKey::Unknown(Unknown::Other(key))) => {
                // The last place is the map of what has no field.
                let Some(Slot::Map(others)) = places.last_mut().map(|place| place.slot()) else {
                    continue;
                };
                let slot = others.insert(key.clone()).slot();
                let result = map.next_value_seed(Seed { slot, reading });
                reading.was_below(before, |error| error.push_key(key.clone()));
                result?;
            }
            Some(FoundKey::Unknown(Unknown::Ignored)) => {
                map.next_value::<IgnoredAny>()?;
            }
        }
    }
    if seen.count_ones() as usize == about.required.len() {
        return Ok(());
    }
    reading.missing(seen, about)
}

/// Reads a tagged type: as a stream if the tag comes first, and otherwise when the whole object is known.
fn read_union<'de, A: MapAccess<'de>>(
    union: &mut dyn Union,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let tag = union.tag();
    let mut fields = JsonMap::new();
    match map.next_key_seed(KeyIs(tag))? {
        Some(Key::Same) => {
            let value: Value = map.next_value()?;
            // A variant that is a union itself needs the whole object, as below.
            if let Value::String(text) = &value
                && let Some(Slot::Object(object)) = union.become_variant(text).map(Place::slot)
            {
                return read_object(object, Some(Tag { key: tag, text }), map, reading);
            }
            fields.insert(tag.to_owned(), value);
        }
        Some(Key::Other(key)) if key == NUMBER => {
            return Err(reading.fail(ReadError::unexpected("an object", "a number")));
        }
        Some(Key::Other(key)) => {
            fields.insert(key, map.next_value()?);
        }
        None => {}
    }
    while let Some((key, value)) = map.next_entry()? {
        fields.insert(key, value);
    }
    match variant_of(union, fields, reading) {
        Ok(()) => Ok(()),
        Err(Some(error)) => Err(reading.fail(error)),
        // Noted below, with its path.
        Err(None) => Err(A::Error::custom("a value cannot be read")),
    }
}

/// Hands the tag to the variant, which may have a field for it. Returns the bit of a required one.
fn take_tag<E: Error>(
    about: &About,
    places: &mut [&mut dyn Place],
    tag: Tag<'_>,
    reading: &mut Reading,
) -> Result<u64, E> {
    if let Some(index) = about.keys.iter().position(|key| *key == tag.key) {
        let seed = Seed { slot: places[index].slot(), reading };
        seed.scalar(Given::Text(tag.text))?;
        return Ok(about.required_position(index).map_or(0, |position| 1 << position));
    }
    match about.constants.iter().find(|(key, _)| *key == tag.key) {
        Some((_, expected)) if *expected != tag.text => {
            Err(reading.fail(ReadError::other_constant(expected).at_key(tag.key)))
        }
        _ => Ok(0),
    }
}

/// Reads a variant from the whole object. `None` for an error that `reading` has noted.
fn variant_of(
    union: &mut dyn Union,
    fields: JsonMap<String, Value>,
    reading: &mut Reading,
) -> Result<(), Option<ReadError>> {
    let tag = union.tag();
    let value = match fields.get(tag) {
        Some(Value::String(value)) => value,
        Some(Value::Null) | None => return Err(Some(ReadError::missing(tag))),
        Some(other) => return Err(Some(kind(other).unexpected("a string").at_key(tag))),
    };
    match union.become_variant(value) {
        Some(variant) => {
            let seed = Seed { slot: variant.slot(), reading };
            seed.deserialize(&Value::Object(fields)).map_err(|_| None)
        }
        None => {
            union.become_unknown(UnknownVariant::new(tag, Value::Object(fields)));
            Ok(())
        }
    }
}

/// Reads a value into the variant whose sign it has, or keeps it.
fn read_untagged<E: Error>(
    untagged: &mut dyn Untagged,
    value: Value,
    reading: &mut Reading,
) -> Result<(), E> {
    match untagged.become_variant(&value) {
        Some(variant) => {
            let seed = Seed { slot: variant.slot(), reading };
            // The failure is noted, with its path.
            seed.deserialize(&value).map_err(|_| E::custom("a value cannot be read"))
        }
        None => {
            untagged.become_unknown(value);
            Ok(())
        }
    }
}

/// What a value is, for the error about its kind.
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

/// What a key of an object is to the struct that is read.
enum FoundKey {
    /// Its index among the keys.
    Field(usize),
    Unknown(Unknown),
}

/// A key that is no field's.
enum Unknown {
    /// With the only text that it may have.
    Constant(&'static str, &'static str),
    /// Not a key, but a number that `arbitrary_precision` hands over.
    Number,
    /// For the map of what has no field.
    Other(String),
    Ignored,
}

/// What becomes of keys that have no field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    Kept,
    Ignored,
}

impl Unknown {
    #[cold]
    fn of(key: &str, constants: &'static [(&'static str, &'static str)], others: Others) -> Self {
        match constants.iter().find(|(constant, _)| *constant == key) {
            Some((constant, text)) => Self::Constant(constant, text),
            None if key == NUMBER => Self::Number,
            None if others == Others::Kept => Self::Other(key.to_owned()),
            None => Self::Ignored,
        }
    }
}

/// Finds the field of a key, without a copy of the key.
struct FieldKey {
    about: &'static About,
    /// Where the search begins: most documents have their keys in the order of the model.
    next: usize,
    others: Others,
}

impl<'de> DeserializeSeed<'de> for FieldKey {
    type Value = FoundKey;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<FoundKey, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for FieldKey {
    type Value = FoundKey;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<FoundKey, E> {
        let (before, after) = self.about.keys.split_at(self.next);
        let is_it = |known: &&'static str| *known == key;
        let found = match after.iter().position(is_it) {
            Some(index) => Some(self.next + index),
            None => before.iter().position(is_it),
        };
        Ok(match found {
            Some(index) => FoundKey::Field(index),
            None => FoundKey::Unknown(Unknown::of(key, self.about.constants, self.others)),
        })
    }
}

/// Whether a key is this one.
struct KeyIs(&'static str);

enum Key {
    Same,
    Other(String),
}

impl<'de> DeserializeSeed<'de> for KeyIs {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Visitor<'_> for KeyIs {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Key, E> {
        Ok(if key == self.0 { Key::Same } else { Key::Other(key.to_owned()) })
    }
}

/// Any key, borrowed from the input if it is there as it is meant.
struct AnyKey;

impl<'de> DeserializeSeed<'de> for AnyKey {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AnyKey {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(key))
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(key.to_owned()))
    }
}
