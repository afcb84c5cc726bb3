//! Reading: the trait that every model implements, and the object reader and tag lookup that its impls are made of.

use std::collections::BTreeMap;

use serde_core::de::{Deserialize as _, Deserializer, Error as _};
use serde_json::{Map, Value};

use super::error::{ReadError, kind};
use super::model::Model;
use super::values::value_types;
use crate::order::Blank;
use crate::{
    Country, Currency, Date, Decimal, MinorUnits, Percent, Quantity, Secret, StringOrNumber,
    Timestamp,
};

/// A type that can be read from JSON.
///
/// Implemented by every model of [`types`](crate::types) and by the value types they are made of. Fields that the
/// type does not know are ignored.
pub trait FromJson: Sized {
    /// Reads the type from a JSON value.
    fn from_json(value: Value) -> Result<Self, ReadError>;
}

impl<T: Model> FromJson for T {
    #[inline]
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let mut object = ObjectReader::new(value);
        let read = T::read(&mut object)?;
        object.finish(read)
    }
}

/// `optional` and `required` for one type each.
macro_rules! methods {
    ($($optional:ident, $required:ident: $type:ty,)*) => {$(
        #[doc = concat!("An optional field that holds a `", stringify!($type), "`.")]
        pub fn $optional(&mut self, name: &'static str) -> Option<$type> {
            self.optional(name)
        }

        #[doc = concat!("A field that must be there and holds a `", stringify!($type), "`.")]
        pub fn $required(&mut self, name: &'static str) -> $type {
            self.required_or_blank(name)
        }
    )*};
}

/// Takes a JSON object apart, field by field.
///
/// What goes wrong in a field is kept until [`finish`](Self::finish): a `?` on each of two thousand fields took a third
/// of the time to check this crate. Only a type of which there is no blank value needs one.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectReader {
    fields: Map<String, Value>,
    error: Option<ReadError>,
}

impl ObjectReader {
    /// Takes an object. That `value` is none is the first error.
    pub fn new(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self { fields, error: None },
            other => {
                let error = ReadError::unexpected("an object", kind(&other));
                Self { fields: Map::new(), error: Some(error) }
            }
        }
    }

    /// A field that must be there; null is as bad as missing.
    pub fn required<T: FromJson>(&mut self, name: &'static str) -> Result<T, ReadError> {
        let error = match self.take(name) {
            Some(value) => match T::from_json(value) {
                Ok(value) => return Ok(value),
                Err(error) => error.at_key(name),
            },
            None => ReadError::missing(name),
        };
        Err(self.error.take().unwrap_or(error))
    }

    /// A field that may be absent or null.
    pub fn optional<T: FromJson>(&mut self, name: &'static str) -> Option<T> {
        match T::from_json(self.take(name)?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.keep(error.at_key(name));
                None
            }
        }
    }

    value_types! { methods }

    /// A field that must be there and may be null.
    pub fn nullable<T: FromJson>(&mut self, name: &'static str) -> Option<T> {
        if !self.fields.contains_key(name) {
            self.keep(ReadError::missing(name));
        }
        self.optional(name)
    }

    /// A field with one possible text, which the type does not store. Absent is fine.
    pub fn constant(&mut self, name: &'static str, expected: &'static str) {
        match self.take(name) {
            Some(Value::String(text)) if text == expected => {}
            Some(_) => self.keep(ReadError::other_constant(expected).at_key(name)),
            None => {}
        }
    }

    /// All that no field before has taken.
    pub fn others<T: FromJson>(&mut self) -> BTreeMap<String, T> {
        let mut others = BTreeMap::new();
        for (name, value) in std::mem::take(&mut self.fields) {
            match T::from_json(value) {
                Ok(value) => drop(others.insert(name, value)),
                Err(error) => self.keep(error.at_key(name)),
            }
        }
        others
    }

    /// A value that says nothing stands in for one that cannot be read: it is never handed out.
    fn required_or_blank<T: FromJson + Blank>(&mut self, name: &'static str) -> T {
        match self.required(name) {
            Ok(value) => value,
            Err(error) => {
                self.keep(error);
                T::blank()
            }
        }
    }

    /// Hands out what was read, or the first error that was kept.
    pub fn finish<T>(self, read: T) -> Result<T, ReadError> {
        match self.error {
            None => Ok(read),
            Some(error) => Err(error),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }

    fn keep(&mut self, error: ReadError) {
        self.error.get_or_insert(error);
    }
}

/// Returns the text in field `name`, which says what variant of a tagged type `value` is.
///
/// The borrow ends with the pattern, so `match tag(&value, "type")? { "a" => A::from_json(value), … }` compiles.
#[doc(hidden)]
pub fn tag<'v>(value: &'v Value, name: &'static str) -> Result<&'v str, ReadError> {
    let Value::Object(fields) = value else {
        return Err(ReadError::unexpected("an object", kind(value)));
    };
    match fields.get(name) {
        Some(Value::String(tag)) => Ok(tag),
        Some(Value::Null) | None => Err(ReadError::missing(name)),
        Some(other) => Err(ReadError::unexpected("a string", kind(other)).at_key(name)),
    }
}

/// What `deserialize!` makes of a type: serde into a JSON value, then [`FromJson`].
#[doc(hidden)]
pub fn deserialize_with<'de, T: FromJson, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::from_json(Value::deserialize(deserializer)?).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reader(value: Value) -> ObjectReader {
        ObjectReader::new(value)
    }

    #[test]
    fn required_refuses_null_and_absence() {
        let mut object = reader(json!({"a": 1, "b": null}));
        assert_eq!(object.required::<i64>("a"), Ok(1));
        assert_eq!(object.required::<i64>("b").unwrap_err().to_string(), "`b` is missing");
        assert_eq!(object.required::<i64>("c").unwrap_err().to_string(), "`c` is missing");
    }

    #[test]
    fn optional_takes_both_as_none_and_nullable_only_null() {
        let mut object = reader(json!({"a": null, "b": null}));
        assert_eq!(object.optional::<i64>("a"), None);
        assert_eq!(object.optional::<i64>("absent"), None);
        assert_eq!(object.nullable::<i64>("b"), None);
        assert_eq!(object.nullable::<i64>("absent"), None);
        assert_eq!(object.finish(()).unwrap_err().to_string(), "`absent` is missing");
    }

    #[test]
    fn the_first_error_is_the_one_that_is_told() {
        let mut object = reader(json!({"a": "x", "b": "y"}));
        assert_eq!((object.optional::<i64>("a"), object.optional::<i64>("b")), (None, None));
        let error = object.finish(()).unwrap_err();
        assert_eq!(error.to_string(), "`a`: expected an integer, found a string");
    }

    #[test]
    fn constant_may_be_absent_but_not_different() {
        let mut object = reader(json!({"type": "swish.swish"}));
        object.constant("type", "swish.swish");
        object.constant("absent", "swish.swish");
        assert_eq!(object.finish(()), Ok(()));
        let mut object = reader(json!({"rel": "secret"}));
        object.constant("rel", "self");
        let error = object.finish(()).unwrap_err().to_string();
        assert_eq!(error, "`rel`: expected the text `self`, found something else");
    }

    #[test]
    fn errors_carry_the_whole_path_and_no_value() {
        let mut object = reader(json!({"rows": [[1], [2, "top secret"]]}));
        let error = object.required::<Vec<Vec<i64>>>("rows").unwrap_err();
        assert_eq!(error.to_string(), "`rows[1][1]`: expected an integer, found a string");
    }

    #[test]
    fn what_is_no_object_is_told_before_what_it_lacks() {
        let mut object = reader(json!("x"));
        assert_eq!(object.required_string("a"), "");
        let error = object.required::<bool>("b").unwrap_err();
        assert_eq!(error.to_string(), "expected an object, found a string");
        assert!(reader(json!([])).finish(()).is_err());
    }

    #[test]
    fn what_stands_in_for_an_unreadable_value_is_not_handed_out() {
        let mut object = reader(json!({"a": 1}));
        let read = (object.required_string("a"), object.required_integer("a"));
        let error = object.finish(read).unwrap_err();
        assert_eq!(error.to_string(), "`a`: expected a string, found a number");
    }

    #[test]
    fn tag_needs_an_object_with_a_text() {
        fn read(value: Value) -> Result<Value, ReadError> {
            match tag(&value, "type")? {
                "a" => Ok(value),
                _ => Ok(Value::Null),
            }
        }
        assert_eq!(read(json!({"type": "a"})), Ok(json!({"type": "a"})));
        assert_eq!(read(json!({"type": "b"})), Ok(Value::Null));
        assert_eq!(read(json!({})).unwrap_err().to_string(), "`type` is missing");
        assert_eq!(
            read(json!({"type": 3})).unwrap_err().to_string(),
            "`type`: expected a string, found a number"
        );
        assert_eq!(read(json!([])).unwrap_err().to_string(), "expected an object, found an array");
    }
}
