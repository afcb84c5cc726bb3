//! Reads any value as a `serde_json::Value`. serde_json's own implementation would keep one of several equal keys, and
//! its errors quote the value.

use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::error::ValueError;
use super::key::{AnyKey, KeySeed};
use super::number;
use super::read::NUMBER;
use super::scalar::Given;
use super::tolerant::Reading;

/// Reads a value. The value may contain gaps (see `mend`); a value that is kept must not.
pub(super) struct Tree<'r>(pub(super) &'r mut Reading);

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_i128<E: Error>(self, number: i128) -> Result<Value, E> {
        Ok(Given::Number(&number.to_string()).json())
    }

    fn visit_u128<E: Error>(self, number: u128) -> Result<Value, E> {
        Ok(Given::Number(&number.to_string()).json())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        Ok(number.into())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        loop {
            let before = self.0.unread_so_far();
            let item = seq.next_element_seed(Tree(self.0));
            self.0.prefix_paths(before, |error| error.push_index(items.len()));
            match item? {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value, A::Error> {
        let members = read_members(Map::new(), map, self.0)?;
        Ok(number_in(&members).unwrap_or(Value::Object(members)))
    }
}

/// Reads the members of an object that are left, in addition to those that were already read.
pub(super) fn read_members<'de, A: MapAccess<'de>>(
    mut members: Map<String, Value>,
    mut map: A,
    reading: &mut Reading,
) -> Result<Map<String, Value>, A::Error> {
    while let Some(key) = map.next_key_seed(KeySeed { key: AnyKey, reading })? {
        if members.contains_key(key.as_ref()) {
            return Err(reading.fail(ValueError::repeated_entry(&key)));
        }
        let value = read_member(&mut map, reading, |error| error.push_entry(&key))?;
        members.insert(key.into_owned(), value);
    }
    Ok(members)
}

/// Reads the value of the current key, and prefixes the paths of its errors.
pub(super) fn read_member<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &mut Reading,
    prefix: impl Fn(&mut ValueError),
) -> Result<Value, A::Error> {
    let before = reading.unread_so_far();
    let value = map.next_value_seed(Tree(reading));
    reading.prefix_paths(before, prefix);
    value
}

/// Returns the number that serde_json's `arbitrary_precision` passes as an object.
fn number_in(members: &Map<String, Value>) -> Option<Value> {
    let text =
        members.get(NUMBER)?.as_str().filter(|text| members.len() == 1 && number::is_json(text))?;
    Given::Number(text).number().map(Value::Number)
}
