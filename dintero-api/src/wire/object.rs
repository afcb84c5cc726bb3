//! Reads values of hand-written types that are not models: a token, an error, a callback.

use serde_json::{Map, Value};

use super::error::ValueError;
use super::read::{FromJson, kind};

/// Reads a JSON object field by field.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectReader {
    fields: Map<String, Value>,
    error: Option<ValueError>,
}

impl ObjectReader {
    /// Creates a reader for `value`. If `value` is not an object, that is the first error.
    #[must_use]
    pub fn new(value: Value) -> Self {
        match value {
            Value::Object(fields) => Self { fields, error: None },
            other => {
                let error = kind(&other).unexpected("an object");
                Self { fields: Map::new(), error: Some(error) }
            }
        }
    }

    /// Reads a required field; null counts as missing.
    pub fn required<T: FromJson>(&mut self, name: &'static str) -> Result<T, ValueError> {
        let error = match self.take(name) {
            Some(value) => match T::from_json(value) {
                Ok(value) => return Ok(value),
                Err(error) => error.at_key(name),
            },
            None => ValueError::missing(name),
        };
        Err(self.error.take().unwrap_or(error))
    }

    /// Reads an optional field, which may be absent or null.
    pub fn optional<T: FromJson>(&mut self, name: &'static str) -> Option<T> {
        match T::from_json(self.take(name)?) {
            Ok(value) => Some(value),
            Err(error) => {
                self.error.get_or_insert(error.at_key(name));
                None
            }
        }
    }

    /// Returns `read`, or the first error.
    pub fn finish<T>(self, read: T) -> Result<T, ValueError> {
        match self.error {
            None => Ok(read),
            Some(error) => Err(error),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.fields.remove(name).filter(|value| !value.is_null())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn required_refuses_null_and_absence() {
        let mut object = ObjectReader::new(json!({"a": 1, "b": null}));
        assert_eq!(object.required::<i64>("a"), Ok(1));
        assert_eq!(object.required::<i64>("b").unwrap_err().to_string(), "`b` is missing");
        assert_eq!(object.required::<i64>("c").unwrap_err().to_string(), "`c` is missing");
    }

    #[test]
    fn the_first_error_is_the_one_that_is_told() {
        let mut object = ObjectReader::new(json!({"a": "x", "b": "y"}));
        assert_eq!((object.optional::<i64>("a"), object.optional::<i64>("b")), (None, None));
        let error = object.finish(()).unwrap_err();
        assert_eq!(error.to_string(), "`a`: expected an integer, found a string");
    }

    #[test]
    fn what_is_no_object_is_told_before_what_it_lacks() {
        let mut object = ObjectReader::new(json!("x"));
        let error = object.required::<bool>("b").unwrap_err();
        assert_eq!(error.to_string(), "expected an object, found a string");
        assert!(ObjectReader::new(json!([])).finish(()).is_err());
    }
}
