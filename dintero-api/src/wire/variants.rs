//! Reads values of types whose variants are identified by a tag or by the shape of the JSON.

use serde_core::de::{DeserializeSeed, Error, MapAccess};
use serde_json::{Map as JsonMap, Value};

use super::error::ValueError;
use super::fields::{Tag, read_object};
use super::key::{KeySeed, ReadKey};
use super::mend::not_an_object;
use super::place::{Place, Slot, Union, Untagged};
use super::read::{Seed, kind};
use super::tolerant::{PLACEHOLDER, Reading};
use super::tree::{read_member, read_members};
use crate::UnknownVariant;

/// Reads a value of a tagged type: as a stream if the tag comes first, and otherwise after the whole object is parsed.
pub(super) fn read_union<'de, A: MapAccess<'de>>(
    union: &mut dyn Union,
    mut map: A,
    reading: &mut Reading,
) -> Result<(), A::Error> {
    let tag = union.tag();
    let mut fields = JsonMap::new();
    match map.next_key_seed(KeySeed { key: KeyIs(tag), reading })? {
        Some(Key::Same) => {
            let value = read_member(&mut map, reading, |error| error.push_key(tag))?;
            // A variant that is itself a union needs the whole object, and is read below.
            if let Value::String(text) = &value
                && let Some(Slot::Object(object)) = union.become_variant(text).map(Place::slot)
            {
                return read_object(object, Some(Tag { key: tag, text }), map, reading);
            }
            fields.insert(tag.to_owned(), value);
        }
        Some(Key::Other(key)) => {
            if let Some(error) = not_an_object(&key) {
                return Err(reading.fail(error));
            }
            let value = read_member(&mut map, reading, |error| error.push_entry(&key))?;
            fields.insert(key, value);
        }
        None => {}
    }
    let fields = read_members(fields, map, reading)?;
    match variant_of(union, fields, reading) {
        Ok(()) => Ok(()),
        Err(Some(error)) => Err(reading.fail(error)),
        // `reading` has recorded the error with its path.
        Err(None) => Err(A::Error::custom(PLACEHOLDER)),
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
            let value = Value::Object(fields);
            let result = reading.refuse_gaps(&value);
            union.become_unknown(UnknownVariant::new(tag, value));
            result.map_err(|_: serde_json::Error| None)
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
            seed.deserialize(&value).map_err(|_| E::custom(PLACEHOLDER))
        }
        None => {
            let result = reading.refuse_gaps(&value);
            untagged.become_unknown(value);
            result
        }
    }
}

/// Compares a key with the expected key.
pub(super) struct KeyIs(pub(super) &'static str);

pub(super) enum Key {
    Same,
    Other(String),
}

impl ReadKey<'_> for KeyIs {
    type Output = Key;

    fn read(self, key: &str) -> Key {
        if key == self.0 { Key::Same } else { Key::Other(key.to_owned()) }
    }
}
