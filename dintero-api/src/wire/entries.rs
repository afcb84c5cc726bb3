//! Reads a page of a list as a stream, together with the values that say where the next page begins. If anything in the
//! page cannot be read, each entry is read separately from parsed JSON, so that an invalid entry does not affect the
//! others.

use std::fmt;

use serde_core::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value};

use super::error::ValueError;
use super::place::{Place, Slot};
use super::read::{FromJson, Seed, kind};
use super::tolerant::{Decoded, Reading};

/// A page without unreadable values.
pub(crate) struct Page<T> {
    pub(crate) entries: Vec<T>,
    /// The rest of the body. If the body itself is the list, `rest` is a list that contains only the last entry,
    /// reduced to its id.
    pub(crate) rest: Value,
}

/// Reads a page strictly, without building a JSON tree of its entries. Returns `None` if anything cannot be read.
///
/// `name` is the field that holds the entries, or `None` if the list of entries is the whole body.
pub(crate) fn page<T: FromJson + Place>(
    body: &[u8],
    name: Option<&'static str>,
) -> Option<Page<T>> {
    let mut entries = Vec::blank();
    let rest = match name {
        Some(name) => stream(body, Fields { name, entries: Place::slot(&mut entries) })?,
        None => {
            entries = Vec::from_body(body).ok()?;
            stream(body, LastId)?
        }
    };
    Some(Page { entries, rest })
}

fn stream<'b>(body: &'b [u8], seed: impl DeserializeSeed<'b, Value = Value>) -> Option<Value> {
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let value = seed.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(value)
}

/// Reads an object: the field `name` is read into `entries`, and the other fields are returned.
struct Fields<'e> {
    name: &'static str,
    entries: Slot<'e>,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut rest = Map::new();
        let mut entries = Some(self.entries);
        while let Some(key) = map.next_key::<String>()? {
            if key == self.name {
                // A page in which the list occurs twice is read from parsed JSON, where the last list wins.
                let slot = entries.take().ok_or_else(|| A::Error::custom("two lists"))?;
                map.next_value_seed(Seed { slot, reading: &mut Reading::strict() })?;
            } else {
                rest.insert(key, map.next_value()?);
            }
        }
        Ok(Value::Object(rest))
    }
}

/// Reads a list of objects and keeps only the id of the last one.
struct LastId;

impl<'de> DeserializeSeed<'de> for LastId {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for LastId {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut last = Vec::new();
        while let Some(id) = seq.next_element_seed(EntryId)? {
            last = vec![id];
        }
        Ok(Value::Array(last))
    }
}

/// Reads an object and keeps only its id.
struct EntryId;

impl<'de> DeserializeSeed<'de> for EntryId {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EntryId {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an entry")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" {
                kept.insert(key, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Object(kept))
    }
}

/// Reads each entry of a list separately, as tolerantly as the body of a response. Null is read as an empty list.
///
/// `name` is the field that contained the list. Paths in errors begin with it: `items[1].amount`, or `[1].amount` if
/// the list is the whole body.
pub(crate) fn entries<T: FromJson>(
    list: Value,
    name: Option<&'static str>,
) -> Result<Vec<Result<Decoded<T>, ValueError>>, ValueError> {
    let in_list = |error: &mut ValueError| {
        if let Some(name) = name {
            error.push_key(name);
        }
    };
    match list {
        Value::Array(entries) => {
            let read = |(index, entry)| {
                let at_index = |error: &mut ValueError| {
                    error.push_index(index);
                    in_list(error);
                };
                match T::from_parsed(entry) {
                    Ok(mut decoded) => {
                        decoded.unread.iter_mut().for_each(at_index);
                        Ok(decoded)
                    }
                    Err(mut error) => {
                        at_index(&mut error);
                        Err(error)
                    }
                }
            };
            Ok(entries.into_iter().enumerate().map(read).collect())
        }
        Value::Null => Ok(Vec::new()),
        other => {
            let mut error = kind(&other).unexpected("an array");
            in_list(&mut error);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(body: &Value, name: Option<&'static str>) -> Option<(Vec<i64>, Value)> {
        let page = page::<i64>(body.to_string().as_bytes(), name)?;
        Some((page.entries, page.rest))
    }

    #[test]
    fn page_is_its_entries_and_the_rest() {
        let body = json!({"next": {"id": "b"}, "items": [1, 2], "more": true});
        let rest = json!({"next": {"id": "b"}, "more": true});
        assert_eq!(read(&body, Some("items")), Some((vec![1, 2], rest)));
        assert_eq!(read(&json!({}), Some("items")), Some((vec![], json!({}))));
    }

    #[test]
    fn list_keeps_the_last_id() {
        use crate::types::ErrorBodyError;

        let body = br#"[{"id": "a", "message": "x"}, {"message": "y", "id": "b", "errors": []}]"#;
        let page = page::<ErrorBodyError>(body, None).unwrap();
        assert_eq!((page.entries.len(), page.rest), (2, json!([{"id": "b"}])));
    }

    #[test]
    fn anything_odd_is_left_to_the_tree() {
        for body in [r#"{"items": [1, "2"]}"#, r#"{"items": 1}"#, "[]", r#"{"items": []} 1"#, "{"] {
            assert!(page::<i64>(body.as_bytes(), Some("items")).is_none(), "{body}");
        }
        assert!(page::<i64>(br#"{"items": [1], "items": [2]}"#, Some("items")).is_none());
        assert!(read(&json!([1]), None).is_none() && read(&json!({}), None).is_none());
    }
}
