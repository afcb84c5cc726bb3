//! Reads values of types whose variants are identified by a tag or by the shape of the JSON.

use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map as JsonMap, Value};

use super::error::ValueError;
use super::fields::{Tag, read_object};
use super::place::{Place, Slot, Union, Untagged};
use super::read::{NUMBER, Seed, kind};
use super::tolerant::Reading;
use crate::UnknownVariant;

/// Reads a value of a tagged type: as a stream if the tag comes first, and otherwise after the whole object is parsed.
pub(super) fn read_union<'de, A: MapAccess<'de>>(
    union: &mut dyn Union,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let tag = union.tag();
    let mut fields = JsonMap::new();
    match map.next_key_seed(KeyIs(tag))? {
        Some(Key::Same) => {
            let value: Value = map.next_value()?;
            // A variant that is itself a union needs the whole object, and is read below.
            if let Value::String(text) = &value
                && let Some(Slot::Object(object)) = union.become_variant(text).map(Place::slot)
            {
                return read_object(object, Some(Tag { key: tag, text }), map, reading);
            }
            fields.insert(tag.to_owned(), value);
        }
        Some(Key::Other(key)) if key == NUMBER => {
            return Err(reading.fail(ValueError::unexpected("an object", "a number")));
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
        // `reading` has recorded the error with its path.
        Err(None) => Err(A::Error::custom("a value cannot be read")),
    }
}

/// Reads a variant from the whole object. The error is `None` if `reading` has already recorded an error.
fn variant_of(
    union: &mut dyn Union,
    fields: JsonMap<String, Value>,
    reading: &mut Reading,
) -> Result<(), Option<ValueError>> {
    let tag = union.tag();
    let value = match fields.get(tag) {
        Some(Value::String(value)) => value,
        Some(Value::Null) | None => return Err(Some(ValueError::missing(tag))),
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

/// Reads a value into the variant that it fits. A value that fits no variant is preserved.
pub(super) fn read_untagged<E: Error>(
    untagged: &mut dyn Untagged,
    value: Value,
    reading: &mut Reading,
) -> Result<(), E> {
    match untagged.become_variant(&value) {
        Some(variant) => {
            let seed = Seed { slot: variant.slot(), reading };
            // `reading` has recorded the error with its path.
            seed.deserialize(&value).map_err(|_| E::custom("a value cannot be read"))
        }
        None => {
            untagged.become_unknown(value);
            Ok(())
        }
    }
}

/// Reads a key and compares it with the expected key.
pub(super) struct KeyIs(pub(super) &'static str);

pub(super) enum Key {
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
