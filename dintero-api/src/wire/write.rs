//! Writes values with serde: one implementation for every shape, which writes directly from the model, with or without
//! read-only properties.

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::number;
use super::place::{List, Map, Mark, Object, Part, Place, ReceiveParts};

/// Implements [`Serialize`] for models.
#[doc(hidden)]
pub fn serialize<T: Place, S: Serializer>(place: &T, serializer: S) -> Result<S::Ok, S::Error> {
    Written { part: place.part(), read_only: ReadOnly::Kept }.serialize(serializer)
}

/// Returns a wrapper that serializes `value` without read-only properties, at every depth.
///
/// A session that was read can be changed and sent back, but the request must not contain properties that only Dintero
/// sets.
#[doc(hidden)]
pub fn without_read_only<T: Place>(value: &T) -> WithoutReadOnly<'_> {
    WithoutReadOnly(value.part())
}

/// The return value of [`without_read_only`].
#[doc(hidden)]
pub struct WithoutReadOnly<'a>(Part<'a>);

impl Serialize for WithoutReadOnly<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written { part: self.0, read_only: ReadOnly::Skipped }.serialize(serializer)
    }
}

/// Serializes a value as this module writes it. The value's own `Serialize` impl, if it has one, would write whole
/// `f64`s as `1.0` and decimals as strings.
#[doc(hidden)]
#[derive(Debug)]
pub struct Json<'a, T>(pub &'a T);

impl<T: Place> Serialize for Json<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, serializer)
    }
}

/// A part, with the choice of which properties are written.
struct Written<'a> {
    part: Part<'a>,
    read_only: ReadOnly,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ReadOnly {
    Kept,
    Skipped,
}

impl Serialize for Written<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The most common kinds come first and are inlined into the loop over the fields.
        match self.part {
            Part::Text(text) => serializer.serialize_str(text),
            Part::Integer(number) => serializer.serialize_i64(number),
            _ => self.serialize_other(serializer),
        }
    }
}

impl Written<'_> {
    fn serialize_other<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.part {
            Part::Null => serializer.serialize_unit(),
            Part::Boolean(value) => serializer.serialize_bool(value),
            Part::Integer(number) => serializer.serialize_i64(number),
            Part::Float(number) => number::write_f64(number, serializer),
            Part::Decimal(number) => number::Exact(*number).serialize(serializer),
            Part::Number(number) => number::write_number(number, serializer),
            Part::Text(text) | Part::Secret(text) => serializer.serialize_str(text),
            Part::Date(date) => serializer.collect_str(date),
            Part::Timestamp(time) => serializer.collect_str(time),
            Part::Object(object) => write_object(object, self.read_only, serializer),
            Part::List(list) => write_list(list, self.read_only, serializer),
            Part::Map(map) => write_map(map, self.read_only, serializer),
            Part::Json(value) => number::Numbers(value).serialize(serializer),
            Part::Unknown(variant) => number::Numbers(variant.value()).serialize(serializer),
        }
    }
}

/// Writes an object as a map of unknown length, which self-describing formats allow.
fn write_object<S: Serializer>(
    object: &dyn Object,
    read_only: ReadOnly,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let map = serializer.serialize_map(None)?;
    let mut writer = EntryWriter { read_only, map, result: Ok(()) };
    object.parts(&mut writer);
    writer.result?;
    let mut map = writer.map;
    if object.rest().is_some() {
        for (key, part) in object.others() {
            map.serialize_entry(key, &Written { part, read_only })?;
        }
    }
    map.end()
}

/// Writes parts as entries of a JSON object.
struct EntryWriter<M: SerializeMap> {
    read_only: ReadOnly,
    map: M,
    result: Result<(), M::Error>,
}

impl<M: SerializeMap> EntryWriter<M> {
    #[inline]
    fn entry<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) {
        if self.result.is_ok() {
            self.result = self.map.serialize_entry(key, value);
        }
    }
}

impl<'a, M: SerializeMap> ReceiveParts<'a> for EntryWriter<M> {
    fn part(&mut self, key: &'static str, part: Part<'a>) {
        let read_only = self.read_only;
        match part {
            Part::Decimal(number) => self.entry(key, &number::Exact(*number)),
            part => self.entry(key, &Written { part, read_only }),
        }
    }

    fn text(&mut self, key: &'static str, text: &'a str) {
        self.entry(key, text);
    }

    fn integer(&mut self, key: &'static str, number: i64) {
        self.entry(key, &number);
    }

    fn marked(&mut self, mark: Mark, key: &'static str, part: Part<'a>) {
        if self.read_only == ReadOnly::Kept || !mark.is_read_only() {
            self.part(key, part);
        }
    }
}

fn write_list<S: Serializer>(
    list: &dyn List,
    read_only: ReadOnly,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut seq = serializer.serialize_seq(None)?;
    let mut index = 0;
    while let Some(part) = list.get(index) {
        seq.serialize_element(&Written { part, read_only })?;
        index += 1;
    }
    seq.end()
}

fn write_map<S: Serializer>(
    values: &dyn Map,
    read_only: ReadOnly,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    let mut failure = None;
    values.entries(&mut |key, part| {
        if failure.is_none()
            && let Err(error) = map.serialize_entry(key, &Written { part, read_only })
        {
            failure = Some(error);
        }
    });
    match failure {
        Some(error) => Err(error),
        None => map.end(),
    }
}
