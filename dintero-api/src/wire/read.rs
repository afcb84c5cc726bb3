//! Reading: the trait that every model implements, and the object reader and tag lookup that its impls are made of.

use serde_core::de::{Deserialize as _, Deserializer, Error as _};
use serde_json::{Map, Value};

use super::error::{ReadError, kind};

/// A type that can be read from JSON.
///
/// Implemented by every model of [`types`](crate::types) and by the value types they are made of. Fields that the
/// type does not know are ignored.
pub trait FromJson: Sized {
    /// Reads the type from a JSON value.
    fn from_json(value: Value) -> Result<Self, ReadError>;

    /// Whether there is nothing to hide: `None`. For `Redacted`, which sees only the type.
    #[doc(hidden)]
    fn is_absent(&self) -> bool {
        false
    }
}

/// Takes a JSON object apart, field by field.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectReader {
    fields: Map<String, Value>,
}

impl ObjectReader {
    /// Fails when `value` is no object.
    pub fn new(value: Value) -> Result<Self, ReadError> {
        match value {
            Value::Object(fields) => Ok(Self { fields }),
            other => Err(ReadError::unexpected("an object", kind(&other))),
        }
    }

    /// A field that must be there; null is as bad as missing.
    pub fn required<T: FromJson>(&mut self, name: &'static str) -> Result<T, ReadError> {
        match self.take(name) {
            Some(value) => T::from_json(value).map_err(|error| error.at_key(name)),
            None => Err(ReadError::missing(name)),
        }
    }

    /// A field that may be absent or null.
    pub fn optional<T: FromJson>(&mut self, name: &'static str) -> Result<Option<T>, ReadError> {
        match self.take(name) {
            Some(value) => T::from_json(value).map(Some).map_err(|error| error.at_key(name)),
            None => Ok(None),
        }
    }

    /// A field that must be there and may be null.
    pub fn nullable<T: FromJson>(&mut self, name: &'static str) -> Result<Option<T>, ReadError> {
        if self.fields.contains_key(name) {
            self.optional(name)
        } else {
            Err(ReadError::missing(name))
        }
    }

    /// A field with one possible text, which the type does not store. Absent is fine.
    pub fn constant(
        &mut self,
        name: &'static str,
        expected: &'static str,
    ) -> Result<(), ReadError> {
        match self.take(name) {
            Some(Value::String(text)) if text == expected => Ok(()),
            Some(_) => Err(ReadError::other_constant(expected).at_key(name)),
            None => Ok(()),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
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
        ObjectReader::new(value).unwrap()
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
        assert_eq!(object.optional::<i64>("a"), Ok(None));
        assert_eq!(object.optional::<i64>("absent"), Ok(None));
        assert_eq!(object.nullable::<i64>("b"), Ok(None));
        assert_eq!(
            object.nullable::<i64>("absent").unwrap_err().to_string(),
            "`absent` is missing"
        );
    }

    #[test]
    fn constant_may_be_absent_but_not_different() {
        let mut object = reader(json!({"type": "swish.swish", "rel": "secret"}));
        assert_eq!(object.constant("type", "swish.swish"), Ok(()));
        assert_eq!(object.constant("absent", "swish.swish"), Ok(()));
        let error = object.constant("rel", "self").unwrap_err().to_string();
        assert_eq!(error, "`rel`: expected the text `self`, found something else");
    }

    #[test]
    fn errors_carry_the_whole_path_and_no_value() {
        let mut object = reader(json!({"rows": [[1], [2, "top secret"]]}));
        let error = object.required::<Vec<Vec<i64>>>("rows").unwrap_err();
        assert_eq!(error.to_string(), "`rows[1][1]`: expected an integer, found a string");
        assert_eq!(
            ObjectReader::new(json!("x")).unwrap_err().to_string(),
            "expected an object, found a string"
        );
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
