//! Compares the meaning of two JSON values: numbers by their value, times by their instant, and everything else
//! exactly.

use std::fmt;

use dintero_api::Timestamp;
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};

/// Returns the differences between two values, each as a JSON pointer and a description. The result is empty if the
/// values have the same meaning.
#[must_use]
pub fn differences(expected: &Value, actual: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare("", expected, actual, &mut found);
    found
}

fn compare(at: &str, expected: &Value, actual: &Value, found: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(left), Value::Object(right)) => {
            for (name, value) in left {
                let at = format!("{at}/{}", escape(name));
                match right.get(name) {
                    Some(other) => compare(&at, value, other, found),
                    None => found.push(format!("{at}: {value} is lost")),
                }
            }
            for (name, value) in right.iter().filter(|(name, _)| !left.contains_key(*name)) {
                found.push(format!("{at}/{}: {value} was added", escape(name)));
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (index, (value, other)) in left.iter().zip(right).enumerate() {
                compare(&format!("{at}/{index}"), value, other, found);
            }
        }
        (Value::Number(left), Value::Number(right)) if same_number(left, right) => {}
        (Value::String(left), Value::String(right))
            if left == right || same_instant(left, right) => {}
        _ if expected == actual => {}
        _ => found.push(format!("{at}: {expected} became {actual}")),
    }
}

/// Compares the values of two numbers. `==` is not used, because with serde_json's `arbitrary_precision`, `1` and `1.0`
/// are different numbers.
fn same_number(left: &Number, right: &Number) -> bool {
    let (left, right) = (left.to_string(), right.to_string());
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left.parse::<f64>().expect("a number") == right.parse::<f64>().expect("a number"),
    }
}

fn same_instant(left: &str, right: &str) -> bool {
    matches!((left.parse::<Timestamp>(), right.parse::<Timestamp>()), (Ok(left), Ok(right)) if left == right)
}

/// Escapes a name for use in a JSON pointer.
#[must_use]
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Returns an error if an object in the JSON text contains the same name twice. A parsed `Value` would hide the
/// duplicate.
///
/// # Errors
///
/// The error names the first duplicate.
pub fn check_names_once(text: &str) -> Result<(), String> {
    let mut reader = serde_json::Deserializer::from_str(text);
    (&mut reader)
        .deserialize_any(Once)
        .and_then(|()| reader.end())
        .map_err(|error| error.to_string())
}

struct Once;

impl<'de> Visitor<'de> for Once {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without duplicate names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut names = std::collections::BTreeSet::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value_seed(self.clone())?;
            if !names.insert(name.clone()) {
                return Err(A::Error::custom(format!("`{name}` occurs twice in an object")));
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(self.clone())?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl Clone for Once {
    fn clone(&self) -> Self {
        Self
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Once {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(left: &str, right: &str) -> Vec<String> {
        let parse = |text| serde_json::from_str::<Value>(text).expect("JSON");
        differences(&parse(left), &parse(right))
    }

    #[test]
    fn same_meaning_is_no_difference() {
        for (left, right) in [
            ("1", "1.0"),
            ("9007199254740993", "9007199254740993"),
            (r#"{"a": 1, "b": 2}"#, r#"{"b": 2, "a": 1}"#),
            (r#""2026-04-01T10:00:00+02:00""#, r#""2026-04-01T08:00:00Z""#),
        ] {
            assert_eq!(differ(left, right), [""; 0], "{left} and {right}");
        }
    }

    #[test]
    fn every_difference_has_its_place() {
        for (left, right, expected) in [
            ("9007199254740993", "9007199254740992", ": 9007199254740993 became 9007199254740992"),
            (r#"{"a": {"b/c": [1]}}"#, r#"{"a": {"b/c": [2]}}"#, "/a/b~1c/0: 1 became 2"),
            (r#"{"a": 1}"#, "{}", "/a: 1 is lost"),
            ("{}", r#"{"a": null}"#, "/a: null was added"),
            ("[1]", "[1, 2]", ": [1] became [1,2]"),
            (r#""1""#, "1", r#": "1" became 1"#),
        ] {
            assert_eq!(differ(left, right), [expected]);
        }
    }

    #[test]
    fn repeated_names_are_found_at_any_depth() {
        assert_eq!(check_names_once(r#"{"a": [{"b": 1.5}], "c": {"b": null}}"#), Ok(()));
        let error = check_names_once(r#"[{"a": {"b": 1, "b": 1}}]"#).expect_err("`b` occurs twice");
        assert!(error.contains("`b` occurs twice"), "{error}");
    }
}
